"""The derivative of a definite integral between finite limits.

d/dp of the integral of f from a to b is f(b) b' - f(a) a' plus the integral of df/dp from a to b,
where f and df/dp are continuous in (x, p) jointly, for x between the limits and p around the point
(Leibniz). ``definedness`` asks for that: on a compact range, what holds strictly for one p holds
for all p near it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from derivation.errors import UnsupportedError
from derivation.kernel.calculus.jets import depends
from derivation.term import (
    Add,
    Constant,
    Integral,
    Mul,
    Neg,
    Number,
    Symbol,
    Term,
    free_names,
    fresh_name,
    substitute,
    walk,
)

__all__ = ["differentiate_integral"]

ZERO = Number("0")


def differentiate_integral(
    term: Integral, variable: Term, differentiate: Callable[[Term, Term], Term]
) -> Term:
    """By Leibniz. Raises UnsupportedError for infinite limits, and where a name would be caught."""
    limits = (term.lower, term.upper)
    if any(node == Constant("inf") for limit in limits for node in walk(limit)):
        raise UnsupportedError("the derivative of an integral over an infinite range")
    if term.index in free_names(variable):
        name = fresh_name(term.index, free_names(term.body) | free_names(variable))
        term = replace(term, body=_at(term, Symbol(name)), index=name)
    inner = differentiate(term.body, variable)
    result: Term = ZERO if inner == ZERO else replace(term, body=inner)
    for limit, is_upper in ((term.upper, True), (term.lower, False)):
        if depends(limit, variable):
            edge = Mul(_at(term, limit), differentiate(limit, variable))
            result = Add(result, edge if is_upper else Neg(edge))
    return result


def _at(term: Integral, value: Term) -> Term:
    """The integrand where the variable has that value."""
    try:
        return substitute(term.body, {term.index: value})
    except ValueError as error:
        raise UnsupportedError(f"the variable {term.index}: {error}") from error
