"""Identities between several gamma functions, used where a numerator is asked whether it is 0.

1/Gamma is written R; it has a value everywhere, and the first three hold everywhere.

B1  R(a) R(n-a) = (n-a) (n-a+1) ... (-a) sin(pi a) / pi for whole n <= 1, by R(a) R(1-a) = sin(pi
    a)/pi and G1. (Euler; DLMF 5.5.3)
B2  R(a) R(a+1/2+k) = a (a+1) ... (a+k-1) 2^(2c-1) R(2c) / sqrt(pi), c = a + k, for whole k >= 0.
    (Legendre; DLMF 5.5.5)
B3  R(c) R(c+1/3) R(c+2/3) = 3^(3c-1/2) R(3c) / (2 pi), with G1 for other whole distances. (Gauss;
    DLMF 5.5.6)
B4  psi(n-a) = psi(a) + pi cos(pi a)/sin(pi a) - sum of 1/(n-a+j), j = 0..-n, for whole n <= 1,
    where both have a value: then a is no whole number. (DLMF 5.5.4)
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, permutations
from typing import TYPE_CHECKING

from derivation.kernel.normal_form.generators import Kind
from derivation.kernel.normal_form.quotient import (
    Quotient,
    generators_of,
    monomials,
    own_value,
    polynomial,
)

if TYPE_CHECKING:
    from derivation.kernel.normal_form.attempt import Attempt
    from derivation.kernel.normal_form.polynomials import Polynomial

__all__ = ["with_fewer_gammas"]

_MOST_STEPS = 30
_LARGEST_SHIFT = 40
HALF = Fraction(1, 2)


def with_fewer_gammas(form: Attempt, p: Polynomial) -> Polynomial | None:
    """A polynomial that is 0 exactly where p is, with an identity applied; None if none applies."""
    start = p
    for _ in range(_MOST_STEPS):
        for group, value in _identities(form, p):
            result = _replaced(form, p, group, value)
            if result is not None:
                p = result
                break
        else:
            return None if p is start else p
    return p


def _replaced(
    form: Attempt, p: Polynomial, group: tuple[int, ...], value: Quotient
) -> Polynomial | None:
    """p with the product of the group's generators replaced by ``value``, without denominators."""
    total, found = Quotient.of(0), False
    for exponents, coefficient in monomials(p):
        times = min(exponents[n] for n in group)
        rest = tuple(e - times if n in group else e for n, e in enumerate(exponents))
        one = Quotient(polynomial({rest: coefficient}))
        if times:
            found = True
            one *= value**times
        total += one
    return form.tower.reduced(total).numerator if found else None


def _identities(form: Attempt, p: Polynomial) -> Iterator[tuple[tuple[int, ...], Quotient]]:
    """(generators, what their product is), for all identities between generators of p."""
    own = generators_of(p)
    gammas = [n for n in own if form.tower.generators[n].kind is Kind.GAMMA]
    for pair in combinations(gammas, 2):
        a, b = (form.tower.generators[n].arguments[0] for n in pair)
        whole = _whole(a + b)
        if whole is not None and -_LARGEST_SHIFT < whole <= 1:
            yield pair, _reflected(form, a, whole)
    multiples = [form.tower.generators[n].arguments[0] for n in gammas]
    for count in (2, 3):
        for ordered in permutations(gammas, count):
            yield from _multiplied(form, ordered, multiples, count)
    yield from _digammas(form, own)


def _whole(value: Quotient) -> int | None:
    rational = value.rational
    return int(rational) if rational is not None and rational.denominator == 1 else None


def _reflected(form: Attempt, a: Quotient, whole: int) -> Quotient:
    """B1."""
    result = form.function("sin", (form.pi * a,)) / form.pi
    for step in range(whole, 1):
        result *= Quotient.of(step) - a
    return result


def _multiplied(
    form: Attempt, ordered: tuple[int, ...], multiples: list[Quotient], count: int
) -> Iterator[tuple[tuple[int, ...], Quotient]]:
    """B2 and B3, where R(count c) occurs up to a whole distance, and c + j/count up to others."""
    arguments = [form.tower.generators[n].arguments[0] for n in ordered]
    first = arguments[0]
    shifts = [
        _whole(argument - first - Quotient.of(Fraction(j, count)))
        for j, argument in enumerate(arguments)
    ]
    if any(shift is None or abs(shift) > _LARGEST_SHIFT for shift in shifts):
        return
    distances = [shift for shift in shifts if shift is not None]
    top = max(distances)
    c = first + Quotient.of(top)
    target = c * Quotient.of(count)
    if not any(_whole(target - one) is not None for one in multiples):
        return
    result = form.reciprocal_gamma(target)
    for argument, distance in zip(arguments, distances, strict=True):  # G1, up to c + j/count
        for step in range(top - distance):
            result *= argument + Quotient.of(step)
    log = form.logarithm(Quotient.of(count))
    offset = Fraction(1) if count == 2 else HALF
    result *= form.exponential((target - Quotient.of(offset)) * log)
    below = form.power(form.pi, HALF) if count == 2 else form.pi * Quotient.of(2)
    yield ordered, result / below


def _digammas(form: Attempt, own: list[int]) -> Iterator[tuple[tuple[int, ...], Quotient]]:
    """B4."""
    found = [(n, form.tower.generators[n]) for n in own]
    psis = [
        (n, one.arguments[1])
        for n, one in found
        if one.label == "polygamma" and one.arguments[0].is_zero
    ]
    for (number, q), (other, a) in permutations(psis, 2):
        whole = _whole(q + a)
        if whole is None or not -_LARGEST_SHIFT < whole <= 1 or number < other:
            continue
        turn = form.pi * a
        sine = form.function("sin", (turn,))
        if sine.is_zero:  # a is whole, so one of the two has no value
            continue
        value = form.pi * form.function("cos", (turn,)) / sine
        for step in range(whole, 1):
            value -= Quotient.of(1) / (Quotient.of(step) - a)
        yield (number,), value + own_value(other)
