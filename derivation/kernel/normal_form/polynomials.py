"""Polynomials over Z in generators, by ``python-flint``, which is trusted for their arithmetic.

All share the generators ``g0``, ``g1``, ...; a polynomial in the first few of them is kept in a
small ring, where FLINT is faster. In which ring it is kept says nothing about it: exponent vectors
have the length GENERATORS in any case, and ``in_one_ring`` comes before two of them are combined.
FLINT refuses to combine polynomials of different rings.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import compress
from math import gcd
from typing import TYPE_CHECKING

from flint import Ordering, fmpz, fmpz_mpoly_ctx

if TYPE_CHECKING:
    from flint import fmpz_mpoly

    Polynomial = fmpz_mpoly

__all__ = [
    "GENERATORS", "TooLarge", "constant", "degrees", "factors", "generator", "generators_of",
    "in_one_ring", "is_multiple", "is_same", "minus", "monomials", "one_beside", "polynomial",
    "powers_in", "slope", "times", "whole_content",
]  # fmt: skip

GENERATORS = 48
_FEW = 8  # of the small ring
_NUMBERS = range(GENERATORS)
_NO_OTHERS = (0,) * (GENERATORS - _FEW)
_LONGEST_REMEMBERED = 24  # terms of a polynomial whose factors are remembered
_HIGHEST_FACTORED = 4000  # degree; FLINT cannot be interrupted while it looks for factors

Exponents = tuple[int, ...]


class TooLarge(Exception):
    """A polynomial outgrew its cap: no verdict can come from this attempt."""


def _ring_of(count: int) -> fmpz_mpoly_ctx:
    names = tuple(f"g{index}" for index in range(count))
    return fmpz_mpoly_ctx.get(names, Ordering.degrevlex)


_SMALL, _LARGE = _ring_of(_FEW), _ring_of(GENERATORS)


def in_one_ring(a: Polynomial, b: Polynomial) -> tuple[Polynomial, Polynomial]:
    """The same two polynomials, fit to be added, multiplied, divided or compared."""
    if a.context() is b.context():
        return a, b
    return _in_large_ring(a), _in_large_ring(b)


def _in_large_ring(p: Polynomial) -> Polynomial:
    if p.context() is _LARGE:
        return p
    if p.is_constant():
        return _LARGE.constant(0 if p.is_zero() else p.leading_coefficient())
    return p.project_to_context(_LARGE)


def times(a: Polynomial, b: Polynomial) -> Polynomial:
    """a b."""
    a, b = in_one_ring(a, b)
    return a * b


def minus(a: Polynomial, b: Polynomial) -> Polynomial:
    """a - b."""
    a, b = in_one_ring(a, b)
    return a - b


def slope(p: Polynomial, index: int) -> Polynomial:
    """The derivative by the generator with that number."""
    return p.derivative(index) if index < _FEW or p.context() is _LARGE else constant(0)


def is_same(a: Polynomial, b: Polynomial) -> bool:
    """Whether they are the same polynomial."""
    a, b = in_one_ring(a, b)
    return bool(a == b)


def is_multiple(a: Polynomial, b: Polynomial) -> bool:
    """Whether b divides a."""
    a, b = in_one_ring(a, b)
    return bool((a % b).is_zero())


@cache
def generator(index: int) -> Polynomial:
    """The generator with that number, as a polynomial."""
    return _SMALL.gen(index) if index < _FEW else _LARGE.gen(index)


def constant(value: int) -> Polynomial:
    """A constant polynomial."""
    return _SMALL.constant(value)


_ONE, _LARGE_ONE = constant(1), _LARGE.constant(1)


def one_beside(p: Polynomial) -> Polynomial:
    """The constant 1, in the ring of p."""
    return _ONE if p.context() is _SMALL else _LARGE_ONE


def polynomial(terms: dict[Exponents, int]) -> Polynomial:
    """The polynomial with these exponent vectors and coefficients."""
    if any(any(exponents[_FEW:]) for exponents in terms):
        return _LARGE.from_dict({exponents: fmpz(value) for exponents, value in terms.items()})
    return _SMALL.from_dict({e[:_FEW]: fmpz(value) for e, value in terms.items()})


def monomials(p: Polynomial) -> Iterator[tuple[Exponents, int]]:
    """Exponent vectors and coefficients, leading term first."""
    vector = _vector if p.context() is _LARGE else _longer_vector
    return zip(map(vector, p.monoms()), map(int, p.coeffs()), strict=True)


def _vector(exponents: Exponents) -> Exponents:
    return tuple(map(int, exponents))


def _longer_vector(exponents: Exponents) -> Exponents:
    return (*map(int, exponents), *_NO_OTHERS)


def powers_in(exponents: Exponents) -> list[tuple[int, int]]:
    """``(number, exponent)`` of each generator that occurs in a monomial."""
    return [(number, exponents[number]) for number in compress(_NUMBERS, exponents)]


def degrees(p: Polynomial) -> Exponents:
    """The degree in each generator."""
    found: Exponents = tuple(map(int, p.degrees()))
    return found if len(found) == GENERATORS else (*found, *_NO_OTHERS)


def generators_of(p: Polynomial) -> list[int]:
    """The numbers of the generators that occur."""
    if p.is_constant():
        return []
    return list(compress(_NUMBERS, p.degrees()))


def factors(p: Polynomial) -> tuple[int, list[tuple[Polynomial, int]]]:
    """``(c, [(p1, e1), ...])`` with p = c p1^e1 ...; p nonzero, the p_i irreducible over Q.

    Raises TooLarge for a polynomial of very high degree.
    """
    if p.is_constant():
        return int(p.leading_coefficient()), []
    if p.total_degree() == 1:  # without a common divisor it is irreducible
        content = whole_content(p) * (1 if p.leading_coefficient() > 0 else -1)
        return content, [(p if content == 1 else p // content, 1)]
    if len(p) > _LONGEST_REMEMBERED:
        return _factored(p)
    content, found = _remembered_factors(_ByText(p))
    return content, list(found)


def _factored(p: Polynomial) -> tuple[int, list[tuple[Polynomial, int]]]:
    if p.total_degree() > _HIGHEST_FACTORED:
        raise TooLarge(f"a polynomial of degree {p.total_degree()} is not factored")
    content, found = p.factor()
    return int(content), [(factor, int(exponent)) for factor, exponent in found]


class _ByText:
    """A polynomial as the key of a table: its text says all about it."""

    __slots__ = ("polynomial", "text")

    def __init__(self, p: Polynomial) -> None:
        self.polynomial = p
        self.text = str(p)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByText) and bool(self.polynomial == other.polynomial)

    def __hash__(self) -> int:
        return hash(self.text)


@lru_cache(maxsize=1024)
def _remembered_factors(key: _ByText) -> tuple[int, list[tuple[Polynomial, int]]]:
    return _factored(key.polynomial)


def whole_content(p: Polynomial) -> int:
    """The greatest whole number that divides all coefficients; 0 for the zero polynomial."""
    return gcd(*(int(coefficient) for coefficient in p.coeffs()))
