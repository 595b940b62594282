"""Sums that have a closed form: powers of the index, and geometric progressions (S7, S8)."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from math import comb
from typing import TYPE_CHECKING

from derivation.kernel.normal_form.binomial_sums import binomial_sum
from derivation.kernel.normal_form.generators import Generator, Kind
from derivation.kernel.normal_form.images import replace_generator
from derivation.kernel.normal_form.polynomials import degrees
from derivation.kernel.normal_form.quotient import Quotient, is_generator, own_value

if TYPE_CHECKING:
    from derivation.kernel.normal_form.attempt import Attempt
    from derivation.kernel.normal_form.ranges import Range

__all__ = ["closed_form"]

_LARGEST_DEGREE = 20
_LARGEST_MOMENT = 6
ONE = Quotient.of(1)
_GROWING = (Kind.EXPONENTIAL, Kind.ROTATION, Kind.PARITY, Kind.POWER)


def closed_form(form: Attempt, part: Quotient, range_: Range) -> Quotient | None:
    """The sum of the product ``part`` over the range, or None."""
    tower, index = form.tower, range_.index
    dependent = [n for n in part.generators if index in tower.generators[n].bound]
    if not form.is_possible_length(range_):
        return None
    if dependent == [index] and part.denominator.is_one():
        degree = degrees(part.numerator)[index]
        if degree <= _LARGEST_DEGREE:
            return _power_sum(degree, range_.upper) - _power_sum(
                degree, range_.lower - Quotient.of(1)
            )
    binomial = binomial_sum(form, part, range_)
    if binomial is not None:
        return binomial
    growing = [tower.generators[n] for n in dependent if n != index]
    if len(part.numerator) == 1 and all(_grows(form, found, range_) for found in growing):
        return _geometric(form, part, range_)
    return None


def _grows(form: Attempt, found: Generator, range_: Range) -> bool:
    """Whether it may be a progression.

    Of P(0, n) only with n >= 0, where P(0, n+1) = 0 P(0, n). If there may be no term, the last one
    f(b+1) may be P(0, 0), which has a generator where the exponent is a name; else n is not 0.
    """
    if found.kind is not Kind.POWER or found.nonzero:
        return found.kind in _GROWING
    exponent = found.arguments[1]
    first, after = (
        replace_generator(form, exponent, range_.index, end)
        for end in (range_.lower, range_.upper + ONE)
    )
    return form.is_nonnegative(exponent) and (
        form.is_nonnegative(range_.upper - range_.lower)
        or form.is_nonnegative(first - ONE)
        or (first.is_zero and is_generator(after))
    )


def _power_sum(degree: int, last: Quotient) -> Quotient:
    """1^k + ... + n^k as a polynomial in n, by Bernoulli's numbers."""
    total = Quotient.of(0)
    for exponent, coefficient in enumerate(_coefficients(degree)):
        if coefficient:
            total += Quotient.of(coefficient) * (last**exponent if exponent else Quotient.of(1))
    return total


@cache
def _coefficients(degree: int) -> tuple[Fraction, ...]:
    bernoulli = [Fraction(1)]
    for m in range(1, degree + 1):
        rest = sum((comb(m + 1, j) * bernoulli[j] for j in range(m)), Fraction(0))
        bernoulli.append(-rest / (m + 1))
    if degree >= 1:
        bernoulli[1] = Fraction(1, 2)
    found = [Fraction(0)] * (degree + 2)
    for j in range(degree + 1):
        found[degree + 1 - j] = comb(degree + 1, j) * bernoulli[j] / (degree + 1)
    return tuple(found)


def _geometric(form: Attempt, part: Quotient, range_: Range) -> Quotient | None:
    """S8, for the part i^k f(i)."""
    tower, index = form.tower, range_.index
    own = own_value(index)
    degree = degrees(part.numerator)[index]
    if degree > _LARGEST_MOMENT or degrees(part.denominator)[index]:
        return None
    f = part / own**degree if degree else part
    ratio = tower.reduced(replace_generator(form, f, index, own + ONE) / f)
    if index in tower.bound_in((ratio,)):
        return None
    less_one = ratio - ONE
    if less_one.is_zero or not form.is_nonzero_or_split(less_one):
        return None
    after = range_.upper + ONE
    last = replace_generator(form, f, index, after)
    first = replace_generator(form, f, index, range_.lower)
    sums: list[Quotient] = []  # of i^k f(i) for k = 0, 1, ...
    for k in range(degree + 1):
        total = last * _power(after, k) - first * _power(range_.lower, k)
        for lower, known in enumerate(sums):
            total -= ratio * Quotient.of(comb(k, lower)) * known
        sums.append(tower.reduced(total / less_one))
    return sums[degree]


def _power(base: Quotient, exponent: int) -> Quotient:
    return base**exponent if exponent else ONE
