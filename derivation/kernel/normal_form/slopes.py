"""Equality by derivatives: the same slope everywhere, and the same value at one point.

D1  if l and r are differentiable in x on the whole declared interval of x, for all values of the
    other names, l' = r' there, and l = r at one x, then l = r: the derivative of l - r is 0 on an
    interval.
"""

from __future__ import annotations

from fractions import Fraction

from derivation.domain import Declaration, Kind
from derivation.kernel.calculus.differentiate import Jet, resolve
from derivation.kernel.definedness.conditions import conditions
from derivation.kernel.definedness.discharge import discharged
from derivation.kernel.names.context import Context
from derivation.kernel.normal_form.equality import equal_by_cases
from derivation.kernel.normal_form.separation import is_zero_constant
from derivation.term import (
    Derivative,
    Integral,
    Piecewise,
    Sub,
    Symbol,
    Term,
    free_names,
    number,
    substitute,
    walk,
)

__all__ = ["equal_by_slopes"]


def equal_by_slopes(left: Term, right: Term, context: Context, deadline: float) -> bool:
    """D1, for some name. Raises what ``equal_by_cases`` and ``conditions`` raise."""
    if context.domain.hypotheses:  # then the points with one x need not be all of an interval
        return False
    sides = (left, right)
    if any(isinstance(n, Jet | Piecewise | Integral) for side in sides for n in walk(side)):
        return False
    for name in sorted(free_names(left) | free_names(right)):
        declared = context.declaration(name)
        if declared is not None and _is_interval(declared):
            found = _equal_along(left, right, declared, context, deadline)
            if found:
                return True
    return False


def _is_interval(declared: Declaration) -> bool:
    """Whether the values are all of a real interval."""
    return (
        declared.kind is Kind.REAL
        and not declared.is_family
        and not declared.values
        and not (declared.nonzero and Fraction(0) in declared.interval)
    )


def _equal_along(
    left: Term, right: Term, declared: Declaration, context: Context, deadline: float
) -> bool:
    variable = Symbol(declared.name)
    slopes = (Derivative(left, variable), Derivative(right, variable))
    for slope in slopes:
        for condition in conditions(slope, context):
            if not discharged(condition, context, deadline):
                return False
    one, other = (resolve(slope) for slope in slopes)
    if not equal_by_cases(one, other, context, (), deadline):
        return False
    at = {declared.name: number(_some_value(declared))}
    try:
        start, end = substitute(left, at), substitute(right, at)
    except ValueError:
        return False
    if not free_names(start) | free_names(end) and is_zero_constant(Sub(start, end)):
        return True
    return equal_by_cases(start, end, context, (), deadline)


def _some_value(declared: Declaration) -> Fraction:
    """0 or 1 if the name may have that value, else a value inside the interval."""
    low, high = declared.interval.low, declared.interval.high
    for value in (Fraction(0), Fraction(1)):
        if declared.admits(value):
            return value
    if low is not None and high is not None:
        return (low + high) / 2
    return low + 1 if low is not None else high - 1 if high is not None else Fraction(0)
