"""Rules of the gamma and error functions, of floor, and of inverse trigonometric functions.

G1  1/Gamma(v) = v (v+1) ... (v+k-1) / Gamma(v+k): everywhere, 1/Gamma is 0 at the poles. (DLMF
    5.5.1)
G2  Gamma(n) = (n-1)! for whole n > 0; Gamma(1/2) = sqrt(pi).                       (DLMF 5.4.1,
    5.4.6)
G3  n-th derivative of digamma: psi_n(v) = psi_n(v+1) - (-1)^n n! / v^(n+1), where v is no pole; so
    no v + j is 0 for j >= 0. psi(1) = -EulerGamma.                       (DLMF 5.5.2, 5.15.5,
    5.4.12)
F1  erf, atan, asin are odd. acos u = pi/2 - asin u. erfc = 1 - erf. Phi(u) = (1 + erf(u/sqrt 2))/2.
F2  atan 1 = pi/4, asin 1 = pi/2, asin 1/2 = pi/6, and 0 at 0.
F3  floor(u + n) = floor(u) + n for whole n. ceiling(u) = -floor(-u).
F4  erf(erfinv(u)) = u on (-1, 1), where erfinv is defined; erfinv(erf(u)) = u.
"""

from __future__ import annotations

from fractions import Fraction
from math import factorial, floor
from typing import TYPE_CHECKING

from derivation.domain import Interval
from derivation.errors import UnsupportedError
from derivation.kernel.normal_form.exponentials import logarithm, power
from derivation.kernel.normal_form.generators import Generator, Kind
from derivation.kernel.normal_form.quotient import (
    Quotient,
    TooLarge,
    monomials,
    polynomial,
    split_constant,
)
from derivation.kernel.normal_form.tower import Restart

if TYPE_CHECKING:
    from derivation.kernel.normal_form.attempt import Attempt

__all__ = ["SPECIAL", "odd", "reciprocal_gamma", "special"]

_LARGEST_FACTORIAL = 1000
_LARGEST_SHIFT = 60
_LONGEST_FLOOR = 50
HALF = Fraction(1, 2)
ONE = Quotient.of(1)


def reciprocal_gamma(form: Attempt, v: Quotient) -> Quotient:
    """1/Gamma(v) by G1 and G2."""
    value = v.rational
    if value is not None and value.denominator == 1 and value <= _LARGEST_FACTORIAL:
        return Quotient.of(Fraction(1, factorial(int(value) - 1)) if value > 0 else 0)
    if value is not None and value.denominator == 2 and abs(value) <= _LARGEST_SHIFT:
        root = power(form, form.pi, -HALF)
        for step in range(floor(value), 0):
            root *= Quotient.of(HALF + step)
        for step in range(floor(value)):
            root /= Quotient.of(HALF + step)
        return root
    base, low, high = _shifted(form, "gamma", v)
    tower = form.tower
    new = Generator(
        Kind.GAMMA, "1/gamma", (base + Quotient.of(high),), constant=tower.is_constant(base)
    )
    result = tower.value(new)
    for step in range(low, high):
        result *= base + Quotient.of(step)
    return tower.reduced(result)


def _shifted(form: Attempt, label: str, v: Quotient) -> tuple[Quotient, int, int]:
    """(b, k, l) with v = b + k; b + l is the largest argument of the attempt. May raise Restart."""
    _, shift = split_constant(v)
    low = floor(shift)
    base = v - Quotient.of(low)
    name = f"{label} {form.tower.text(base)}"
    high = form.tower.scales.setdefault(name, low)
    if low > high:
        form.tower.scales[name] = low
        raise Restart
    if high - low > _LARGEST_SHIFT:
        raise TooLarge(f"arguments of {label} that are far apart")
    return base, low, high


def _polygamma(form: Attempt, order: int, v: Quotient) -> Quotient:
    """G3."""
    sign = Quotient.of((-1) ** order * factorial(order))
    value = v.rational
    total = Quotient.of(0)
    if order == 0 and value is not None and value.denominator == 1 and 0 < value <= 200:
        for step in range(1, int(value)):
            total += Quotient.of(Fraction(1, step))
        return total - form.constant("EulerGamma")
    base, low, high = _shifted(form, f"polygamma {order}", v)
    for step in range(low, high):
        total -= sign / (base + Quotient.of(step)) ** (order + 1)
    argument = base + Quotient.of(high)
    return form.tower.make(Kind.FUNCTION, "polygamma", (Quotient.of(order), argument)) + total


def _gamma(form: Attempt, v: Quotient) -> Quotient:
    return ONE / reciprocal_gamma(form, v)


def _binomial(form: Attempt, n: Quotient, k: Quotient) -> Quotient:
    """Gamma(n+1) / (Gamma(k+1) Gamma(n-k+1)), which is how it is defined here."""
    below = reciprocal_gamma(form, k + ONE) * reciprocal_gamma(form, n - k + ONE)
    return below / reciprocal_gamma(form, n + ONE)


def _beta(form: Attempt, a: Quotient, b: Quotient) -> Quotient:
    """Gamma(a) Gamma(b) / Gamma(a + b)."""
    below = reciprocal_gamma(form, a) * reciprocal_gamma(form, b)
    return reciprocal_gamma(form, a + b) / below


def odd(form: Attempt, name: str, u: Quotient) -> Quotient:
    """f(u) for an odd f with f(0) = 0: F1, F2, F4."""
    u = form.tower.reduced(u)
    if u.is_zero:
        return u
    if u.numerator.leading_coefficient() < 0:
        return -odd(form, name, -u)
    special_value = _AT_RATIONAL.get((name, u.rational))
    if special_value is not None:
        return form.pi * Quotient.of(special_value)
    only = form.tower.only(u.numerator) if u.denominator.is_one() else None
    inverse = {"erf": "erfinv", "erfinv": "erf"}.get(name)
    if inverse and only is not None and only.kind is Kind.FUNCTION and only.label == inverse:
        return only.arguments[0]
    return form.tower.make(Kind.FUNCTION, name, (u,), _RANGES[name])


_AT_RATIONAL: dict[tuple[str, Fraction | None], Fraction] = {
    ("atan", Fraction(1)): Fraction(1, 4),
    ("asin", Fraction(1)): HALF,
    ("asin", HALF): Fraction(1, 6),
}
_RANGES = {
    "atan": Interval(Fraction(-11, 7), Fraction(11, 7)),  # pi/2 < 11/7
    "asin": Interval(Fraction(-11, 7), Fraction(11, 7)),
    "erf": Interval(Fraction(-1), Fraction(1)),
    "erfinv": Interval(),
}


def _floor(form: Attempt, u: Quotient) -> Quotient:
    """F3."""
    value = u.rational
    if value is not None:
        return Quotient.of(floor(value))
    whole = Quotient.of(0)
    if u.denominator.is_constant():
        below = int(u.denominator.leading_coefficient())
        for exponents, coefficient in monomials(u.numerator):
            one = Quotient(polynomial({exponents: 1}))
            if form.tower.is_whole(one):
                whole += one * Quotient.of(coefficient // below)
    elif len(u.numerator) <= _LONGEST_FLOOR and len(u.denominator) <= _LONGEST_FLOOR:
        part = Quotient(divmod(u.numerator, u.denominator)[0])
        whole = part if form.tower.is_whole(part) else whole
    rest = u - whole
    if rest.rational is not None:
        return whole + Quotient.of(floor(rest.rational))
    return whole + form.tower.make(Kind.FUNCTION, "floor", (rest,), whole=True)


SPECIAL = frozenset((
    "acos", "asin", "atan", "beta", "binomial", "ceiling", "digamma", "erf", "erfc", "erfinv",
    "factorial", "floor", "gamma", "loggamma", "Mod", "Phi", "polygamma",
))  # fmt: skip


def special(form: Attempt, name: str, values: tuple[Quotient, ...]) -> Quotient:
    """The function of that name in ``SPECIAL``. Raises UnsupportedError for other arguments."""
    match name, values:
        case (("atan" | "asin" | "erf" | "erfinv"), (u,)):
            return odd(form, name, u)
        case "acos", (u,):
            return form.pi * Quotient.of(HALF) - odd(form, "asin", u)
        case "erfc", (u,):
            return ONE - odd(form, "erf", u)
        case "Phi", (u,):
            half = Quotient.of(HALF)
            return (ONE + odd(form, "erf", u / power(form, Quotient.of(2), HALF))) * half
        case "gamma", (u,):
            return _gamma(form, u)
        case "factorial", (u,):
            return _gamma(form, u + ONE)
        case "loggamma", (u,):
            return logarithm(form, _gamma(form, u))
        case "binomial", (n, k):
            return _binomial(form, n, k)
        case "beta", (a, b):
            return _beta(form, a, b)
        case "digamma", (u,):
            return _polygamma(form, 0, u)
        case "polygamma", (n, u):
            order = n.rational
            if order is not None and order.denominator == 1 and 0 <= order <= 20:
                return _polygamma(form, int(order), u)
            return form.tower.make(Kind.FUNCTION, "polygamma", (n, u))
        case "floor", (u,):
            return _floor(form, u)
        case "ceiling", (u,):
            return -_floor(form, -u)
        case "Mod", (u, v):
            return u - v * _floor(form, u / v)
    raise UnsupportedError(f"{name} of {len(values)} arguments")
