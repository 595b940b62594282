"""Rules of b^n for a whole exponent n that is no number.

P1  b^n = product of p_i^(n e_i) for b = c p1^e1 ...; (-1)^n is a parity; c^n = exp(n log c) for c
    > 0.
P2  p^n = exp(n log p) where p > 0; (-1)^n exp(n log|p|) where p < 0; e^t to the n is e^(n t).
P3  otherwise p^(n + m + k) = P(p, n + l) P(p, m) p^(k - l), k >= l, where P(p, n) = p^n for p !=
    0, and P(0, n) = 0, 1, 0 for n > 0, = 0, < 0. Where the written power is defined and p = 0, its
    exponent is positive; so one of the exponents on the right is, and both sides are 0.
P4  0^n = 0: defined for n > 0 only.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from derivation.errors import UnsupportedError
from derivation.kernel.bounds import intervals
from derivation.kernel.normal_form.circular import parity, rotation
from derivation.kernel.normal_form.exponentials import exponential, logarithm, units
from derivation.kernel.normal_form.generators import Generator, Kind
from derivation.kernel.normal_form.quotient import (
    Quotient,
    TooLarge,
    constant,
    factors,
    split_constant,
)
from derivation.kernel.normal_form.tower import Restart

if TYPE_CHECKING:
    from derivation.kernel.normal_form.attempt import Attempt
    from derivation.kernel.normal_form.polynomials import Polynomial

__all__ = ["whole_power"]

_LARGEST_EXPONENT = 1000


def whole_power(form: Attempt, base: Quotient, exponent: Quotient) -> Quotient:
    """base^exponent by P1 to P4, for an exponent whose value is a whole number."""
    base, exponent = form.tower.reduced(base), form.tower.reduced(exponent)
    rational = exponent.rational
    if rational is not None and rational.denominator == 1:
        return form.tower.reduced(base ** int(rational))
    if not form.tower.is_whole(exponent):
        raise UnsupportedError("an exponent that is not seen to be whole")
    if base.is_zero:
        return base  # P4
    result = Quotient.of(1)
    for p, sign in ((base.numerator, 1), (base.denominator, -1)):
        content, found = factors(p)
        if content < 0:
            result *= parity(form, exponent, Fraction(1))
        for prime, times in form.whole_factors.of(abs(content)):
            log = logarithm(form, Quotient(constant(prime)))
            result *= exponential(form, exponent * log * Quotient.of(times * sign))
        for factor, times in found:
            part = _power_of_factor(form, factor, exponent * Quotient.of(times))
            result = form.tower.reduced(result * part**sign)
    return form.tower.reduced(result)


def _power_of_factor(form: Attempt, p: Polynomial, exponent: Quotient) -> Quotient:
    tower = form.tower
    only = tower.only(p)
    if only is not None:
        part = exponent * Quotient.of(Fraction(1, only.scale))
        match only.kind:
            case Kind.EXPONENTIAL:
                return exponential(form, only.arguments[0] * part)
            case Kind.ROTATION:
                return rotation(form, only.arguments[0] * part)
            case Kind.UNITY:
                return parity(form, exponent, Fraction(2, only.scale))
    bounds = form.signs.of_polynomial(p)
    if intervals.is_nonzero(bounds):  # P2
        size = exponential(form, exponent * logarithm(form, Quotient(p)))
        return size if intervals.is_positive(bounds) else size * parity(form, exponent, Fraction(1))
    return _by_convention(form, p, exponent)


def _by_convention(form: Attempt, p: Polynomial, exponent: Quotient) -> Quotient:
    """P3."""
    own = Quotient(p)
    variable, shift = split_constant(exponent)
    least = _least_shift(form, own, variable, int(shift))
    if abs(int(shift) - least) > _LARGEST_EXPONENT:
        raise TooLarge("exponents that are far apart")
    result = own ** (int(shift) - least) if int(shift) != least else Quotient.of(1)
    zero_free = form.signs.is_nonzero(own)
    for position, (unit, times) in enumerate(units(form.tower, variable)):
        count = int(times)
        first = position == 0 and least != 0
        if first or (count < 0 and not zero_free):  # the generator takes the exponent as it is
            whole = unit * Quotient.of(count) + Quotient.of(least if first else 0)
            result *= _generator(form, own, whole, zero_free)
        else:
            result *= _generator(form, own, unit, zero_free) ** count
    return form.tower.reduced(result)


def _least_shift(form: Attempt, own: Quotient, variable: Quotient, shift: int) -> int:
    """The least constant beside this exponent, over the whole attempt; 0 at most."""
    name = f"shift {form.tower.text(own)} {form.tower.text(variable)}"
    known = form.tower.scales.get(name, 0)
    if form.signs.is_nonzero(own):
        return 0
    if shift < known:
        form.tower.scales[name] = shift
        raise Restart
    return known


def _generator(form: Attempt, base: Quotient, exponent: Quotient, zero_free: bool) -> Quotient:
    new = Generator(
        Kind.POWER, "power", (base, exponent), nonzero=zero_free,
        imaginary=form.tower.is_imaginary(base),
    )  # fmt: skip
    return form.tower.value(new)
