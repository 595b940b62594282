"""Rational functions over Q in generators: the arithmetic below the normal form.

``python-flint`` does the polynomial arithmetic (gcd, exact division, factoring) and is trusted
for it. A ``Quotient`` is in lowest terms with a denominator of positive leading coefficient, so
two quotients are equal exactly when they are the same rational function.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from derivation.kernel.normal_form.polynomials import (
    GENERATORS,
    TooLarge,
    constant,
    factors,
    generator,
    generators_of,
    in_one_ring,
    is_same,
    monomials,
    one_beside,
    polynomial,
    powers_in,
    whole_content,
)

if TYPE_CHECKING:
    from derivation.kernel.normal_form.polynomials import Polynomial

__all__ = [
    "GENERATORS", "NeverDefined", "Quotient", "TooLarge", "constant", "factors", "generator",
    "generators_of", "is_generator", "monomials", "own_value", "polynomial", "powers_in",
    "split_constant", "whole_content",
]  # fmt: skip

_MOST_TERMS = 6000
_MOST_BITS = 100_000
_LARGEST_EXPONENT = 4000
_LARGEST_OF_ONE_TERM = 1 << 24


class NeverDefined(Exception):
    """A denominator is identically zero: the term has no value anywhere."""


def is_generator(value: Quotient) -> bool:
    """Whether the value is one generator, with coefficient 1."""
    p = value.numerator
    return bool(
        value.denominator.is_one()
        and len(p) == 1
        and p.total_degree() == 1
        and p.leading_coefficient() == 1
    )


def split_constant(value: Quotient) -> tuple[Quotient, Fraction]:
    """``(v, c)`` with ``value = v + c``, c rational, taken from a constant denominator only."""
    if not value.denominator.is_constant():
        return value, Fraction(0)
    for exponents, coefficient in monomials(value.numerator):
        if not any(exponents):
            shift = Fraction(coefficient, int(value.denominator.leading_coefficient()))
            return value - Quotient.of(shift), shift
    return value, Fraction(0)


class Quotient:
    """An immutable rational function in lowest terms."""

    __slots__ = ("_generators", "_key", "denominator", "numerator")

    def __init__(self, numerator: Polynomial, denominator: Polynomial | None = None) -> None:
        if denominator is None or denominator.is_one():
            denominator = one_beside(numerator)
        else:
            numerator, denominator = _lowest_terms(numerator, denominator)
        if len(numerator) > _MOST_TERMS:
            raise TooLarge("more than 6000 terms")
        self.numerator = numerator
        self.denominator = denominator
        self._generators: tuple[int, ...] | None = None
        self._key: tuple[str, str] | None = None

    @classmethod
    def _in_lowest_terms(cls, numerator: Polynomial, denominator: Polynomial) -> Quotient:
        """Without looking for common divisors: there are none, and the sign is as it should be."""
        if len(numerator) > _MOST_TERMS:
            raise TooLarge("more than 6000 terms")
        made = cls.__new__(cls)
        made.numerator, made.denominator = numerator, denominator
        made._generators = made._key = None  # noqa: SLF001
        return made

    def _beside(self, other: Quotient) -> tuple[Quotient, Quotient]:
        """The same two quotients, with polynomials of one ring."""
        above, other_above = in_one_ring(self.numerator, other.numerator)
        below, other_below = in_one_ring(self.denominator, other.denominator)
        pair = Quotient._in_lowest_terms(above, below)
        return pair, Quotient._in_lowest_terms(other_above, other_below)

    @classmethod
    def of(cls, value: int | Fraction) -> Quotient:
        """A rational constant."""
        return _rational(value.numerator, value.denominator)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Quotient)
            and is_same(self.numerator, other.numerator)
            and is_same(self.denominator, other.denominator)
        )

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def key(self) -> tuple[str, str]:
        """A hashable name of the value, for tables of generators."""
        if self._key is None:
            self._key = (str(self.numerator), str(self.denominator))
        return self._key

    def __add__(self, other: Quotient) -> Quotient:
        if self.numerator.context() is not other.numerator.context():
            one, two = self._beside(other)
            return one + two
        if self.denominator == other.denominator:
            return Quotient(self.numerator + other.numerator, self.denominator)
        if other.denominator.is_one():  # a divisor of a + c b and of b is one of a
            shifted = self.numerator + _times(other.numerator, self.denominator)
            return Quotient._in_lowest_terms(shifted, self.denominator)
        if self.denominator.is_one():
            return other + self
        return Quotient(
            _times(self.numerator, other.denominator) + _times(other.numerator, self.denominator),
            _times(self.denominator, other.denominator),
        )

    def __neg__(self) -> Quotient:
        return Quotient._in_lowest_terms(-self.numerator, self.denominator)

    def __sub__(self, other: Quotient) -> Quotient:
        if self.denominator.is_one() and other.denominator.is_one():
            one, two = in_one_ring(self.numerator, other.numerator)
            return Quotient._in_lowest_terms(one - two, one_beside(one))
        return self + -other

    def __mul__(self, other: Quotient) -> Quotient:
        if self.numerator.context() is not other.numerator.context():
            one, two = self._beside(other)
            return one * two
        if self.denominator.is_one() and other.denominator.is_one():
            return Quotient(_times(self.numerator, other.numerator))
        return Quotient(
            _times(self.numerator, other.numerator), _times(self.denominator, other.denominator)
        )

    def __truediv__(self, other: Quotient) -> Quotient:
        """Raises NeverDefined when ``other`` is identically zero."""
        if self.numerator.context() is not other.numerator.context():
            one, two = self._beside(other)
            return one / two
        return Quotient(
            _times(self.numerator, other.denominator), _times(self.denominator, other.numerator)
        )

    def __pow__(self, exponent: int) -> Quotient:
        """A whole power; 0 to the power 0 or below is NeverDefined. Raises TooLarge."""
        if exponent <= 0 and self.is_zero:
            raise NeverDefined("0 to a power that is not positive")
        base = self if exponent >= 0 else Quotient.of(1) / self
        exponent = abs(exponent)
        _refuse_large_power(base.numerator, exponent)
        _refuse_large_power(base.denominator, exponent)
        above, below = base.numerator**exponent, base.denominator**exponent
        return Quotient._in_lowest_terms(above, below)

    @property
    def is_zero(self) -> bool:
        """Whether it is identically zero."""
        return bool(self.numerator.is_zero())

    @property
    def rational(self) -> Fraction | None:
        """Its value when it is a constant, else None."""
        if not (self.numerator.is_constant() and self.denominator.is_constant()):
            return None
        if self.numerator.is_zero():
            return Fraction(0)
        return Fraction(
            int(self.numerator.leading_coefficient()), int(self.denominator.leading_coefficient())
        )

    @property
    def generators(self) -> tuple[int, ...]:
        """The numbers of the generators that occur."""
        if self._generators is None:
            above = generators_of(self.numerator)
            if self.denominator.is_one() or not (below := generators_of(self.denominator)):
                self._generators = tuple(above)
            else:
                self._generators = tuple(sorted({*above, *below}))
        return self._generators


def _lowest_terms(above: Polynomial, below: Polynomial) -> tuple[Polynomial, Polynomial]:
    above, below = in_one_ring(above, below)
    if below.is_zero():
        raise NeverDefined("a denominator is identically zero")
    if len(above) > _MOST_TERMS or len(below) > _MOST_TERMS:
        raise TooLarge("more than 6000 terms")
    common = above.gcd(below)
    if not common.is_one():
        above, below = above // common, below // common
    return (-above, -below) if below.leading_coefficient() < 0 else (above, below)


@cache
def own_value(index: int) -> Quotient:
    """The generator with that number, as a quotient."""
    return Quotient(generator(index))


@lru_cache(maxsize=4096)
def _rational(numerator: int, denominator: int) -> Quotient:
    return Quotient(constant(numerator), constant(denominator))


def _times(a: Polynomial, b: Polynomial) -> Polynomial:
    if b.is_one():
        return a
    if len(a) * len(b) > 40 * _MOST_TERMS:
        raise TooLarge("a product of more than 240000 terms")
    return a * b


def _refuse_large_power(p: Polynomial, exponent: int) -> None:
    """Keep FLINT from expanding what will not fit."""
    terms = len(p)
    if terms == 0 or exponent < 2:
        return
    if terms == 1 and exponent < _LARGEST_OF_ONE_TERM:
        bits = abs(int(p.leading_coefficient())).bit_length()
        if exponent * (bits - 1) <= _MOST_BITS:
            return
    bits = max(abs(int(c)).bit_length() for c in p.coeffs())
    too_many_bits = exponent * max(bits - 1, 0) > _MOST_BITS
    too_many_terms = terms > 1 and _choose(exponent + terms - 1, terms - 1) > _MOST_TERMS
    if exponent > _LARGEST_EXPONENT or too_many_bits or too_many_terms:
        raise TooLarge(f"a power with an exponent of {exponent.bit_length()} bits")


def _choose(n: int, k: int) -> int:
    k = min(k, n - k)
    result = 1
    for step in range(k):
        result = result * (n - step) // (step + 1)
        if result > _MOST_TERMS:
            return result
    return result
