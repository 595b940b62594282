"""Roots of unity, and the square roots of small primes among them.

U1  Z = e^(2 pi i / D) is a root of the D-th cyclotomic polynomial, which is irreducible.
U2  i = Z^(D/4) for 4 | D.
U3  for an odd prime p | D, the sum of (a/p) Z^(a D/p) over a = 1..p-1, with Legendre's symbol, is
    sqrt(p) for p = 1 mod 4 and i sqrt(p) for p = 3 mod 4 (Gauss 1811).
    sqrt(2) = Z^(D/8) + Z^(-D/8) for 8 | D: 2 cos(pi/4).
"""

from __future__ import annotations

from math import lcm
from typing import TYPE_CHECKING

from flint import fmpz_poly

from derivation.kernel.normal_form.generators import Generator, Kind
from derivation.kernel.normal_form.quotient import (
    GENERATORS,
    Quotient,
    TooLarge,
    polynomial,
)
from derivation.kernel.normal_form.tower import Restart

if TYPE_CHECKING:
    from derivation.kernel.normal_form.tower import Tower

__all__ = ["imaginary_unit", "root_of_unity", "square_root_of_prime", "unity_is_in_use"]

_ORDER = "order of unity"
_LARGEST_ORDER = 720
_LARGEST_PRIME = 60


def unity_is_in_use(tower: Tower) -> bool:
    """Whether a root of unity beyond i was asked for."""
    return _ORDER in tower.scales


def _require(tower: Tower, order: int) -> int:
    """The order in use, a multiple of ``order`` and of 4. May raise Restart, TooLarge."""
    known = tower.scales.get(_ORDER, 1)
    wanted = lcm(known, order, 4)
    if wanted > _LARGEST_ORDER:
        raise TooLarge("a root of unity of too high an order")
    if wanted != known:
        tower.scales[_ORDER] = wanted
        raise Restart
    return known


def root_of_unity(tower: Tower, top: int, order: int) -> Quotient:
    """``e^(2 pi i top / order)``, by U1."""
    if order in (1, 2):
        return Quotient.of(-1 if order == 2 and top % 2 else 1)
    if order == 4 and not unity_is_in_use(tower):
        return tower.reduced(imaginary_unit(tower) ** (top % 4))
    whole = _require(tower, order)
    return _power(tower, whole, top * (whole // order))


def imaginary_unit(tower: Tower) -> Quotient:
    """i, by U2."""
    whole = tower.scales.get(_ORDER, 4)
    return _power(tower, whole, whole // 4)


def _power(tower: Tower, order: int, exponent: int) -> Quotient:
    new = Generator(
        Kind.UNITY, "zeta", scale=order, imaginary=True, nonzero=True, constant=True
    )  # fmt: skip
    number = tower.number(new)
    cyclotomic = fmpz_poly.cyclotomic(order)
    if tower.generators[number].relation is None:
        degree = cyclotomic.degree()
        rest = fmpz_poly([-int(cyclotomic[k]) for k in range(degree)])
        tower.relate(number, degree, _in_powers(number, rest))
    return _in_powers(number, fmpz_poly([0] * (exponent % order) + [1]) % cyclotomic)


def _in_powers(number: int, p: fmpz_poly) -> Quotient:
    """The polynomial at the generator."""
    terms = {_exponents(number, k): int(p[k]) for k in range(p.degree() + 1)}
    return Quotient(polynomial({e: c for e, c in terms.items() if c}))


def _exponents(number: int, exponent: int) -> tuple[int, ...]:
    return tuple(exponent if n == number else 0 for n in range(GENERATORS))


def square_root_of_prime(tower: Tower, prime: int) -> Quotient | None:
    """sqrt(prime) by U3, or None for a large prime."""
    if prime > _LARGEST_PRIME:
        return None
    known = tower.scales.get(_ORDER, 1)
    if lcm(known, 8 if prime == 2 else 4 * prime) > _LARGEST_ORDER:
        return None
    if prime == 2:
        whole = _require(tower, 8)
        return _power(tower, whole, whole // 8) + _power(tower, whole, -(whole // 8))
    whole = _require(tower, 4 * prime)
    total = Quotient.of(0)
    for a in range(1, prime):
        legendre = 1 if pow(a, (prime - 1) // 2, prime) == 1 else -1
        total += _power(tower, whole, a * (whole // prime)) * Quotient.of(legendre)
    if prime % 4 == 3:  # the sum is i sqrt(p)
        total *= -_power(tower, whole, whole // 4)
    return tower.reduced(total)
