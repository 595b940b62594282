"""Building terms with 0 and 1 folded."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from derivation.term import Add, Div, Mul, Neg, Number, Sub, Term, number

__all__ = ["difference", "product", "quotient", "ratio", "total"]

ZERO, ONE = Number("0"), Number("1")


def ratio(value: Fraction) -> Term:
    """A rational number as a term."""
    return number(value)


def total(terms: Iterable[Term]) -> Term:
    """The sum; of none 0."""
    result: Term = ZERO
    for term in terms:
        if term == ZERO:
            continue
        if result == ZERO:
            result = term
        elif isinstance(term, Neg):
            result = Sub(result, term.body)
        else:
            result = Add(result, term)
    return result


def product(terms: Iterable[Term]) -> Term:
    """The product; of none 1."""
    result: Term = ONE
    for term in terms:
        if term == ZERO:
            return ZERO
        if term == ONE:
            continue
        result = term if result == ONE else Mul(result, term)
    return result


def quotient(above: Term, below: Term) -> Term:
    """above / below."""
    return above if below == ONE else Div(above, below)


def difference(left: Term, right: Term) -> Term:
    """left - right."""
    if right == ZERO:
        return left
    return Neg(right) if left == ZERO else Sub(left, right)
