"""Inverse trigonometric functions: a difference whose cosine is 1 is a multiple of 2 pi.

A1  if cos(k (l - r)) = 1 and |k (l - r)| < 2 pi wherever both are defined, k >= 1, then l = r.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from flint import arb

from derivation.kernel.bounds.intervals import Bounds
from derivation.kernel.names.context import Context
from derivation.kernel.normal_form.cases import Assumption
from derivation.kernel.normal_form.equality import equal_by_cases
from derivation.kernel.refutation.balls import Indeterminate, Point, Undefined, as_ball, evaluate
from derivation.term import Call, Mul, Number, Sub, Term, free_names, walk

__all__ = ["equal_as_angles"]

_TURN = Fraction(6283185, 10**6)  # below 2 pi
_INVERSE = frozenset(("asin", "acos", "atan"))
_MULTIPLES = (1, 2, 4)


def equal_as_angles(
    left: Term, right: Term, context: Context, facts: Iterable[Assumption], deadline: float
) -> bool:
    """A1, for claims that mention an inverse function. Raises as ``equal_by_cases``."""
    mentioned = (node for side in (left, right) for node in walk(side))
    if not any(isinstance(node, Call) and node.name in _INVERSE for node in mentioned):
        return False
    difference = Sub(left, right)
    known = tuple(facts)
    for multiple in _MULTIPLES:
        if not _within(difference, context, _TURN / multiple):
            return False
        cosine = Call("cos", (Mul(Number(str(multiple)), difference),))
        if equal_by_cases(cosine, Number("1"), context, known, deadline):
            return True
    return False


def _within(difference: Term, context: Context, limit: Fraction) -> bool:
    """Whether |difference| < limit, at every point or at the only one."""
    if free_names(difference):
        bounds = Bounds(context.declarations, {}).of(difference)
        low, high = bounds.low, bounds.high
        return low is not None and high is not None and -limit < low and high < limit
    try:
        value = as_ball(evaluate(difference, Point(), 64))
    except (Undefined, Indeterminate):
        return False
    return bool(abs(value) < arb(limit.numerator) / limit.denominator)
