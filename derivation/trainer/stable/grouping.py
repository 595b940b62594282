"""Sums, products and powers of terms, as a reader would write them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import reduce

from derivation.term import Add, Div, Mul, Neg, Number, Pow, Sub, Term, number

__all__ = ["Written", "power_of", "product_of", "sum_of"]

Written = tuple[int, Term]
"""A sign, and the term without it."""


def power_of(term: Term, exponent: int) -> Term:
    """The term to a whole power."""
    return term if exponent == 1 else Pow(term, number(exponent))


def product_of(size: Fraction, factors: Sequence[Term]) -> Term:
    """``size`` times the factors; a factor 1 is left out."""
    kept = [factor for factor in factors if factor != Number("1")]
    if size.numerator != 1:
        kept.insert(0, number(Fraction(size.numerator)))
    top = reduce(Mul, kept) if kept else Number("1")
    return top if size.denominator == 1 else Div(top, number(Fraction(size.denominator)))


def sum_of(summands: Iterable[Written]) -> Term:
    """The sum of signed terms; a positive one comes first if there is one."""
    ordered = list(summands)
    first = next((k for k, (sign, _) in enumerate(ordered) if sign > 0), 0)
    if ordered:
        ordered.insert(0, ordered.pop(first))
    total: Term | None = None
    for sign, term in ordered:
        if term == Number("0"):
            continue
        if total is None:
            total = term if sign > 0 else Neg(term)
        else:
            total = Add(total, term) if sign > 0 else Sub(total, term)
    return total if total is not None else Number("0")
