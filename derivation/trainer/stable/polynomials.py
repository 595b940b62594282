"""Polynomials with rational coefficients, read off terms: enough to compare exponents."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import reduce
from itertools import product

from derivation.term import (
    Add,
    Constant,
    Div,
    Mul,
    Neg,
    Number,
    Pow,
    Sub,
    Symbol,
    Term,
    number,
)

__all__ = [
    "Monomial",
    "Polynomial",
    "as_polynomial",
    "is_exponential",
    "ratio",
    "scaled",
    "term_of",
]

Monomial = tuple[tuple[str, int], ...]  # names with their powers, sorted
Polynomial = Mapping[Monomial, Fraction]

_LARGEST_POWER = 8


def is_exponential(term: Term) -> bool:
    """Whether the term is e to some power."""
    return isinstance(term, Pow) and term.left == Constant("e")


def as_polynomial(term: Term) -> Polynomial | None:
    """The polynomial in its symbols that a term is; None if it is none."""
    match term:
        case Number():
            return _clean({(): term.value})
        case Symbol(name=name):
            return {((name, 1),): Fraction(1)}
        case Neg(body=body):
            inner = as_polynomial(body)
            return None if inner is None else scaled(inner, Fraction(-1))
        case Add(left=left, right=right) | Sub(left=left, right=right):
            one, other = as_polynomial(left), as_polynomial(right)
            if one is None or other is None:
                return None
            sign = 1 if isinstance(term, Add) else -1
            return _clean({
                key: one.get(key, Fraction(0)) + sign * other.get(key, Fraction(0))
                for key in {**one, **other}
            })  # fmt: skip
        case Mul(left=left, right=right):
            one, other = as_polynomial(left), as_polynomial(right)
            return None if one is None or other is None else _times(one, other)
        case Div(left=left, right=right):
            one, other = as_polynomial(left), as_polynomial(right)
            if one is None or other is None or set(other) != {()}:
                return None
            return scaled(one, 1 / other[()])
        case Pow(left=left, right=Number() as exponent):
            base, power = as_polynomial(left), exponent.value
            if base is None or power.denominator != 1 or power > _LARGEST_POWER:
                return None
            raised: Polynomial = {(): Fraction(1)}
            for _ in range(int(power)):
                raised = _times(raised, base)
            return raised
    return None


def scaled(polynomial: Polynomial, factor: Fraction) -> Polynomial:
    """``factor`` times the polynomial."""
    return _clean({key: factor * value for key, value in polynomial.items()})


def ratio(one: Polynomial, other: Polynomial) -> Fraction | None:
    """The number c with ``one = c other``; None if there is none."""
    if not one or set(one) != set(other):
        return None
    ratios = {value / other[key] for key, value in one.items()}
    return ratios.pop() if len(ratios) == 1 else None


def term_of(polynomial: Polynomial) -> Term:
    """The polynomial written out: positive summands first."""
    summands = sorted(polynomial.items(), key=lambda item: (item[1] < 0, -_degree(item[0])))
    total: Term | None = None
    for monomial, coefficient in summands:
        size = _monomial_term(monomial, abs(coefficient))
        if total is None:
            total = Neg(size) if coefficient < 0 else size
        else:
            total = Sub(total, size) if coefficient < 0 else Add(total, size)
    return total or Number("0")


def _monomial_term(monomial: Monomial, size: Fraction) -> Term:
    factors = [
        Symbol(name) if power == 1 else Pow(Symbol(name), number(power)) for name, power in monomial
    ]
    top: list[Term] = [number(Fraction(size.numerator))] if size.numerator != 1 else []
    above = [*top, *factors] or [Number("1")]
    term = reduce(Mul, above)
    return term if size.denominator == 1 else Div(term, number(Fraction(size.denominator)))


def _degree(monomial: Monomial) -> int:
    return sum(power for _, power in monomial)


def _times(one: Polynomial, other: Polynomial) -> dict[Monomial, Fraction]:
    total: dict[Monomial, Fraction] = {}
    for (left, a), (right, b) in product(one.items(), other.items()):
        powers = dict(left)
        for name, power in right:
            powers[name] = powers.get(name, 0) + power
        key = tuple(sorted(powers.items()))
        total[key] = total.get(key, Fraction(0)) + a * b
    return _clean(total)


def _clean(polynomial: Polynomial) -> dict[Monomial, Fraction]:
    return {key: value for key, value in polynomial.items() if value}
