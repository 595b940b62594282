"""Rules of exponentials, logarithms, roots and absolute values.

Each is an identity at every real point where the written term is defined. Polynomials p are
irreducible over Q; where p has imaginary generators, |p| is the modulus.

N2  exp(q1 t1 + q2 t2) = E(t1)^q1 E(t2)^q2, q rational: e^(a+b) = e^a e^b; E(t) = e^(t/D), D whole,
    so that all exponents are whole. The t are real: monomials with imaginary generators stay
    together, as one t.
N3  exp(q log|p|) = |p|^q: p is not 0 where log|p| has a value.
N4  log(u) = sum of e_i log|p_i| for u = c p1^e1 p2^e2 ...: u > 0 where log(u) is defined, so
    log u = log|u|, and no p_i is 0 there. Likewise log|u|. log e^t = t, log|e^(it)| = 0,
    log|b^n| = n log|b|, log |a|^(1/D) = log|a| / D, log of a product = the sum of the logs.
N6  u^q = product of |p_i|^(q e_i) |c|^q for u >= 0: u = |u|, and |ab|^r = |a|^r |b|^r; for e_i < 0
    p_i is no zero, and for q < 0 nor is u. Here |p|^(k/D) = R^k with R^D = |p|, R >= 0; and
    x = R^D for a name x >= 0 that is no whole number.
N7  |u| = u or -u where the sign is known; else |u| = product of |p_i|^e_i, |p|^2k = p^2k for real
    p; M = |p| has M^2 = p^2, and M^2 = p times its conjugate for a p that need not be real.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import gcd, lcm
from typing import TYPE_CHECKING

from derivation.errors import UnsupportedError
from derivation.kernel.bounds import intervals
from derivation.kernel.normal_form.conjugation import conjugate, is_real
from derivation.kernel.normal_form.generators import Generator, Kind
from derivation.kernel.normal_form.quotient import (
    NeverDefined,
    Quotient,
    TooLarge,
    constant,
    factors,
    monomials,
    polynomial,
    whole_content,
)
from derivation.kernel.normal_form.roots_of_unity import square_root_of_prime, unity_is_in_use
from derivation.kernel.normal_form.tower import Restart, Tower

if TYPE_CHECKING:
    from derivation.kernel.normal_form.attempt import Attempt
    from derivation.kernel.normal_form.polynomials import Polynomial

__all__ = ["exponential", "logarithm", "modulus", "modulus_power", "power", "scale_of", "units"]

_LARGEST_SCALE = 10**6
_LARGEST_EXPONENT = 10**6
_ON_THE_CIRCLE = (Kind.ROTATION, Kind.UNITY, Kind.PARITY)


# ---------------------------------------------------------------------- exponentials


def units(tower: Tower, value: Quotient) -> Iterator[tuple[Quotient, Fraction]]:
    """``(t, q)`` with value = sum of q t, t real and without a rational factor."""
    if value.is_zero:
        return
    above, below = value.numerator, value.denominator
    content = 1 if below.is_one() else whole_content(below)
    below = below if content == 1 else below // content
    imaginary = tower.is_imaginary(value)
    imaginary_below = imaginary and tower.is_imaginary(Quotient(below))
    if len(above) == 1 and not imaginary:
        factor = int(above.leading_coefficient())
        yield Quotient(above if factor == 1 else above // factor, below), Fraction(factor, content)
        return
    together: dict[tuple[int, ...], int] = {}
    for exponents, coefficient in monomials(above):
        one = polynomial({exponents: 1})
        if imaginary_below or (imaginary and tower.is_imaginary(Quotient(one))):
            together[exponents] = coefficient
        else:
            yield Quotient(one, below), Fraction(coefficient, content)
    if together:
        rest = polynomial(together)
        common = gcd(*together.values()) * (1 if rest.leading_coefficient() > 0 else -1)
        yield Quotient(rest // common, below), Fraction(common, content)


def scale_of(tower: Tower, kind: Kind, unit: Quotient, times: Fraction) -> int:
    """The denominator in which multiples of the unit are counted. Raises Restart, TooLarge."""
    name = f"{kind.name} {tower.text(unit)}"
    known = tower.scales.get(name, 1)
    scale = lcm(known, times.denominator)
    exponent = times.numerator * (scale // times.denominator)
    if scale > _LARGEST_SCALE or abs(exponent) > _LARGEST_EXPONENT:
        raise TooLarge("an exponent that is too large, or too fine a fraction")
    if scale != known:
        tower.scales[name] = scale
        raise Restart
    return scale


def exponential(form: Attempt, exponent: Quotient) -> Quotient:
    """N2 and N3."""
    result: Quotient | None = None
    for unit, times in units(form.tower, form.tower.reduced(exponent)):
        part = _power_of_unit(form, unit, times)
        result = form.tower.reduced(part if result is None else result * part)
    return Quotient.of(1) if result is None else result


def _power_of_unit(form: Attempt, unit: Quotient, times: Fraction) -> Quotient:
    tower = form.tower
    only = tower.only(unit.numerator) if unit.denominator.is_one() else None
    if only is not None and only.kind is Kind.LOGARITHM:
        return modulus_power(form, only.arguments[0].numerator, times)  # N3
    scale = scale_of(tower, Kind.EXPONENTIAL, unit, times)
    bounds = intervals.POSITIVE
    new = Generator(
        Kind.EXPONENTIAL, "exp", (unit,), bounds, scale, nonzero=True,
        constant=tower.is_constant(unit),
    )  # fmt: skip
    return tower.value(new) ** (times.numerator * (scale // times.denominator))


# ---------------------------------------------------------------------- logarithms


def logarithm(form: Attempt, u: Quotient) -> Quotient:
    """log|u| by N4; u is no zero where the written term is defined."""
    u = form.tower.reduced(u)
    if u.is_zero:
        raise NeverDefined("the logarithm of 0")
    result = Quotient.of(0)
    for p, sign in ((u.numerator, 1), (u.denominator, -1)):
        content, found = factors(p)
        for prime, exponent in form.whole_factors.of(abs(content)):
            result += _log_of(form, constant(prime)) * Quotient.of(sign * exponent)
        for factor, exponent in found:
            result += _log_of(form, factor) * Quotient.of(sign * exponent)
    return result


def _log_of(form: Attempt, p: Polynomial) -> Quotient:
    """log|p|."""
    tower = form.tower
    only = tower.only(p)
    if only is not None:
        part = Quotient.of(Fraction(1, only.scale))
        match only.kind:
            case Kind.EXPONENTIAL:
                return only.arguments[0] * part
            case Kind.ROTATION | Kind.UNITY | Kind.PARITY:
                return Quotient.of(0)
            case Kind.ROOT | Kind.MODULUS:
                return logarithm(form, only.arguments[0]) * part
            case Kind.POWER:
                return only.arguments[1] * logarithm(form, only.arguments[0])
            case Kind.PRODUCT:
                body, lower, upper = only.arguments
                return form.sum_over(logarithm(form, body), lower, upper, only.index)
    if not p.is_constant() and p.leading_coefficient() < 0:  # |p| = |-p|
        p = -p
    return tower.make(Kind.LOGARITHM, "log", (Quotient(p),))


# ---------------------------------------------------------------------- roots and moduli


def power(form: Attempt, u: Quotient, q: Fraction) -> Quotient:
    """u^q by N6, for q no whole number and u >= 0."""
    u = form.tower.reduced(u)
    if u.is_zero:
        if q < 0:
            raise NeverDefined("0 to a negative power")
        return u
    result = Quotient.of(1)
    for p, sign in ((u.numerator, 1), (u.denominator, -1)):
        content, found = factors(p)
        for prime, exponent in form.whole_factors.of(abs(content)):
            result *= modulus_power(form, constant(prime), q * exponent * sign)
        for factor, exponent in found:
            result = form.tower.reduced(result * modulus_power(form, factor, q * exponent * sign))
    return form.tower.reduced(result)


def modulus(form: Attempt, u: Quotient) -> Quotient:
    """|u| by N7."""
    bounds = form.signs.of(u)
    if intervals.is_nonnegative(bounds):
        return u
    if bounds.high is not None and bounds.high <= 0:
        return -u
    result = Quotient.of(1)
    for p, sign in ((u.numerator, 1), (u.denominator, -1)):
        content, found = factors(p)
        result *= Quotient.of(abs(content)) ** sign
        for factor, exponent in found:
            result *= modulus_power(form, factor, Fraction(exponent * sign))
    return form.tower.reduced(result)


def modulus_power(form: Attempt, p: Polynomial, q: Fraction) -> Quotient:
    """|p|^q for an irreducible p."""
    tower = form.tower
    only = tower.only(p)
    if only is not None:
        if only.kind in _ON_THE_CIRCLE:
            return Quotient.of(1)
        if only.kind is Kind.EXPONENTIAL:
            return exponential(form, only.arguments[0] * Quotient.of(q / only.scale))
        if only.kind in (Kind.ROOT, Kind.MODULUS) and q.denominator != 1:
            return modulus_power(form, only.arguments[0].numerator, q / only.scale)
    if q.denominator == 1:
        return _whole_power_of_modulus(form, p, int(q))
    if only is not None and only.kind is Kind.NAME and form.has_no_negative_value(p):
        _divide_name(form, only, q)  # a restart, where that is possible
    if p.is_constant() and q.denominator == 2 and unity_is_in_use(tower):
        root = square_root_of_prime(tower, int(p.leading_coefficient()))
        if root is not None:
            return root ** int(q * 2)
    scale = scale_of(tower, Kind.ROOT, Quotient(p), q)
    whole = _whole_power_of_modulus(form, p, 1)
    zero_free = form.signs.is_nonzero(Quotient(p))
    new = Generator(
        Kind.ROOT, "root", (Quotient(_with_positive_lead(p)),),
        intervals.POSITIVE if zero_free else intervals.NONNEGATIVE, scale,
        nonzero=zero_free, constant=tower.is_constant(Quotient(p)),
    )  # fmt: skip
    number = tower.number(new)
    if tower.generators[number].relation is None:
        tower.relate(number, scale, whole)
    return tower.value(new) ** int(q * scale)


def _divide_name(form: Attempt, name: Generator, q: Fraction) -> None:
    """Start again with x = R^D for a finer D. Raises Restart, TooLarge.

    Not for a whole number, which has to be seen to be one; nor where only facts say that x >= 0.
    """
    key = f"root of {name.label}"
    known = form.tower.scales.get(key, 1)
    finer = lcm(known, (q / name.scale).denominator)
    if finer > _LARGEST_SCALE:
        raise TooLarge("a root of too high a degree")
    if finer != known and not name.whole:
        form.tower.scales[key] = finer
        raise Restart


def _with_positive_lead(p: Polynomial) -> Polynomial:
    return -p if p.leading_coefficient() < 0 else p


def _whole_power_of_modulus(form: Attempt, p: Polynomial, k: int) -> Quotient:
    own = Quotient(p)
    bounds = form.signs.of_polynomial(p)
    if intervals.is_nonnegative(bounds):
        return own**k
    if bounds.high is not None and bounds.high <= 0:
        return (-own) ** k
    real = is_real(form.tower, own)
    if real and k % 2 == 0:
        return own**k
    if not real and conjugate(form.tower, own) is None:
        raise UnsupportedError("the modulus of a value that need not be real")
    return form.tower.reduced(_modulus_of(form, _with_positive_lead(p), real) ** k)


def _modulus_of(form: Attempt, p: Polynomial, real: bool) -> Quotient:
    own, tower = Quotient(p), form.tower
    other = own if real else conjugate(tower, own)
    zero_free = form.signs.is_nonzero(own)
    new = Generator(
        Kind.MODULUS, "Abs", (own,), intervals.POSITIVE if zero_free else intervals.NONNEGATIVE,
        nonzero=zero_free, constant=tower.is_constant(own),
    )  # fmt: skip
    number = tower.number(new)
    if tower.generators[number].relation is None and other is not None:
        tower.relate(number, 2, tower.reduced(own * other))
    return tower.value(new)
