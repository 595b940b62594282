"""A term read as a sum, or as a mean, over samples."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction

from derivation.errors import UnsupportedError
from derivation.term import (
    Div,
    Indexed,
    Mul,
    Neg,
    Number,
    Sum,
    Symbol,
    Term,
    number,
    plain,
)

__all__ = [
    "SampleSum",
    "around_sum",
    "coefficient",
    "factors",
    "indices_of",
    "over_samples",
    "product",
    "sum_over_samples",
]


@dataclass(frozen=True, slots=True)
class SampleSum:
    """``sum_{index=1}^size body``, divided by ``size`` if it is a ``mean``."""

    body: Term
    index: str
    size: str
    mean: bool


def over_samples(term: Term) -> SampleSum | None:
    """``term`` as a sum over samples; None if it is none.

    What stands before the sum goes into the body, but for the 1/m of a mean: ``-1/(2m) sum u`` is
    the mean of ``-(1/2) u``.
    """
    found = around_sum(plain(term))
    if found is None:
        return None
    total, scale, powers = found
    if total.lower != Number("1") or not isinstance(total.upper, Symbol):
        return None
    size = total.upper.name
    others = {name: power for name, power in powers.items() if power}
    if others not in ({}, {size: -1}):
        return None
    return SampleSum(_scaled(total.body, scale), total.index, size, bool(others))


def sum_over_samples(term: Term, what: str) -> SampleSum:
    """As `over_samples`; raises UnsupportedError, naming the term as ``what``, if it is none."""
    found = over_samples(term)
    if found is None:
        raise UnsupportedError(
            f"{what} is not a mean or a sum over samples; write it as "
            r"\frac{1}{m} \sum_{i=1}^{m} ... or as \sum_{i=1}^{m} ..."
        )
    return found


def factors(term: Term) -> list[Term]:
    """The factors of a product, left to right; a minus in front is the factor -1."""
    match term:
        case Mul(left=left, right=right):
            return [*factors(left), *factors(right)]
        case Neg(body=body) if not isinstance(body, Number):
            return [Neg(Number("1")), *factors(body)]
    return [term]


def product(parts: list[Term]) -> Term:
    """The product of at least one factor, associated to the left; the factor -1 is a minus."""
    result = parts[0]
    for factor in parts[1:]:
        result = Neg(factor) if result == Neg(Number("1")) else Mul(result, factor)
    return result


def around_sum(term: Term) -> tuple[Sum, Fraction, Counter[str]] | None:
    """The outermost sum, and what it is multiplied by: a number and powers of symbols."""
    match term:
        case Sum():
            return term, Fraction(1), Counter()
        case Neg(body=body):
            return _times(around_sum(body), (Fraction(-1), Counter()))
        case Div(left=left, right=right):
            below = coefficient(right)
            return _times(around_sum(left), None if below is None else _inverse(below))
        case Mul(left=left, right=right):
            return _times(around_sum(left), coefficient(right)) or _times(
                around_sum(right), coefficient(left)
            )
    return None


def coefficient(term: Term) -> tuple[Fraction, Counter[str]] | None:
    """A product as a number and the powers of symbols; None if something else is in it."""
    match term:
        case Number():
            return term.value, Counter()
        case Symbol(name=name):
            return Fraction(1), Counter({name: 1})
        case Neg(body=body):
            inner = coefficient(body)
            return None if inner is None else (-inner[0], inner[1])
        case Mul(left=left, right=right) | Div(left=left, right=right):
            one, other = coefficient(left), coefficient(right)
            if one is None or other is None:
                return None
            scale, powers = _inverse(other) if isinstance(term, Div) else other
            return one[0] * scale, _added(one[1], powers)
    return None


def _inverse(value: tuple[Fraction, Counter[str]]) -> tuple[Fraction, Counter[str]]:
    scale, powers = value
    if scale == 0:  # no theorem divides by 0; the sum is then not one that is known
        return Fraction(0), Counter()
    return 1 / scale, Counter({name: -power for name, power in powers.items()})


def _added(one: Counter[str], other: Counter[str]) -> Counter[str]:
    return Counter({name: one[name] + other[name] for name in one.keys() | other.keys()})


def _times(
    around: tuple[Sum, Fraction, Counter[str]] | None, value: tuple[Fraction, Counter[str]] | None
) -> tuple[Sum, Fraction, Counter[str]] | None:
    if around is None or value is None:
        return None
    return around[0], around[1] * value[0], _added(around[2], value[1])


def _scaled(body: Term, scale: Fraction) -> Term:
    if scale == 1:
        return body
    if scale == -1:
        return Neg(body)
    return Mul(number(scale), body)


def indices_of(term: Term) -> frozenset[Term]:
    """The indices of all members of families in ``term``."""
    own = frozenset(term.indices) if isinstance(term, Indexed) else frozenset()
    return own.union(*(indices_of(child) for child in term.children))
