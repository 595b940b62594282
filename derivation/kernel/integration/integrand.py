"""An integrand as a sum of products whose dependence on the variable can be read off.

Each product is c t^p e^(sum of c_k t^k) e^(i w t) times powers of |q(t)| and of log|q(t)|, with c,
p, c_k, k and w free of the variable t. The sum equals the integrand wherever that has a value.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from derivation.kernel.bounds import intervals
from derivation.kernel.normal_form.generators import Generator, Kind
from derivation.kernel.normal_form.quotient import (
    Quotient,
    factors,
    is_generator,
    monomials,
    own_value,
    polynomial,
)
from derivation.kernel.normal_form.sums import terms_of

if TYPE_CHECKING:
    from derivation.kernel.normal_form.convert import NormalForm
    from derivation.kernel.normal_form.polynomials import Polynomial

__all__ = ["Factor", "NoRule", "Part", "coefficients", "part_of", "parts_of", "rate_of"]

ZERO, ONE = Quotient.of(0), Quotient.of(1)


class NoRule(Exception):
    """No rule here says that the integral exists, or what it is."""


@dataclass(frozen=True)
class Factor:
    """|q|^exponent, times the sign of q where ``odd``; the leading coefficient of q is positive."""

    base: Quotient
    exponent: Quotient
    odd: bool


@dataclass
class Part:
    """One product. ``growth``: (k, c) for e^(c t^k). ``logs``: (q, n) for log|q|^n."""

    coefficient: Quotient
    power: Quotient = ZERO
    turning: Quotient = ZERO
    growth: dict[Quotient, Quotient] = field(default_factory=dict)
    factors: dict[Quotient, Factor] = field(default_factory=dict)
    logs: dict[Quotient, int] = field(default_factory=dict)

    @property
    def whole_power(self) -> int:
        """The power of t where it is a whole number >= 0. Raises NoRule."""
        value = self.power.rational
        if value is None or value.denominator != 1 or not 0 <= value <= 60:
            raise NoRule("a power of the variable that is no small whole number")
        return int(value)

    @property
    def is_power(self) -> bool:
        """Whether it is c t^p alone."""
        return not (self.growth or self.factors or self.logs) and self.turning.is_zero


def parts_of(form: NormalForm, value: Quotient, variable: int) -> list[Part]:
    """The products that make up the value. Raises NoRule."""
    return [
        part_of(form, coefficient, one, variable)
        for coefficient, one in terms_of(form, form.tower.reduced(value), variable)
    ]


def part_of(form: NormalForm, coefficient: Quotient, one: Quotient, variable: int) -> Part:
    """A product, times a coefficient that is free of the variable. Raises NoRule."""
    return _Reader(form, variable, coefficient).read(one)


@dataclass
class _Reader:
    form: NormalForm
    variable: int
    coefficient: Quotient

    def __post_init__(self) -> None:
        self.part = Part(self.coefficient)
        self.exponent, self.angle = ZERO, ZERO

    def read(self, one: Quotient) -> Part:
        self._numerator(one.numerator)
        _, below = factors(one.denominator)
        for p, exponent in below:
            self._polynomial(p, Fraction(-exponent), odd=exponent % 2 == 1)
        self._exponents()
        for coefficient, t in terms_of(self.form, self.angle, self.variable):
            if t != own_value(self.variable):
                raise NoRule("an angle that is not linear in the variable")
            self.part.turning += coefficient
        return self.part

    def _numerator(self, p: Polynomial) -> None:
        ((exponents, coefficient),) = monomials(p)
        self.part.coefficient *= Quotient.of(coefficient)
        for index, exponent in enumerate(exponents):
            if exponent:
                self._generator(index, exponent)

    def _polynomial(self, p: Polynomial, exponent: Fraction, *, odd: bool) -> None:
        """p^exponent for a whole exponent; it is odd or not."""
        if is_generator(Quotient(p)):
            self._generator(Quotient(p).generators[0], int(exponent))
            return
        if p.leading_coefficient() < 0:
            p = -p
            if odd:
                self.part.coefficient = -self.part.coefficient
        bounds = self.form.signs.of_polynomial(p)
        if odd and intervals.is_nonzero(bounds):
            odd = False
            if not intervals.is_positive(bounds):
                self.part.coefficient = -self.part.coefficient
        self._factor(Quotient(p), Quotient.of(exponent), odd=odd)

    def _factor(self, base: Quotient, exponent: Quotient, *, odd: bool) -> None:
        if base == own_value(self.variable):
            if not intervals.is_nonnegative(self.form.signs.of(base)):
                raise NoRule("a modulus of the variable")
            self.part.power += exponent
            return
        old = self.part.factors.get(base, Factor(base, ZERO, odd=False))
        self.part.factors[base] = Factor(base, old.exponent + exponent, odd=old.odd != odd)

    def _generator(self, index: int, exponent: int) -> None:
        found = self.form.tower.generators[index]
        share = Fraction(exponent, found.scale)
        if index == self.variable:
            self.part.power += Quotient.of(exponent)
            return
        match found.kind:
            case Kind.EXPONENTIAL:
                self.exponent += found.arguments[0] * Quotient.of(share)
            case Kind.ROTATION:
                self.angle += found.arguments[0] * Quotient.of(share)
            case Kind.ROOT | Kind.MODULUS:
                self._modulus(found.arguments[0], share)
            case Kind.POWER if found.arguments[0] == own_value(self.variable):
                self.part.power += found.arguments[1] * Quotient.of(exponent)
            case Kind.LOGARITHM if exponent > 0:
                base = found.arguments[0]
                self.part.logs[base] = self.part.logs.get(base, 0) + exponent
            case _:
                raise NoRule(f"{found.label or found.kind.value} of the variable")

    def _modulus(self, base: Quotient, share: Fraction) -> None:
        if not base.denominator.is_one():
            raise NoRule("the modulus of a quotient")
        p = base.numerator if base.numerator.leading_coefficient() > 0 else -base.numerator
        self._factor(Quotient(p), Quotient.of(share), odd=False)

    # ------------------------------------------------------------------ exponents

    def _exponents(self) -> None:
        for coefficient, one in terms_of(self.form, self.exponent, self.variable):
            power = self._power_of_variable(one)
            if power is not None:
                self.part.growth[power] = self.part.growth.get(power, ZERO) + coefficient
                continue
            found = self._only(one)
            if found is None or found.kind is not Kind.LOGARITHM:
                raise NoRule("an exponent that is no polynomial in the variable")
            self._factor(found.arguments[0], coefficient, odd=False)  # e^(c log|q|) = |q|^c

    def _only(self, one: Quotient) -> Generator | None:
        return self.form.tower.generators[one.generators[0]] if is_generator(one) else None

    def _power_of_variable(self, one: Quotient) -> Quotient | None:
        """k where the product is t^k, else None."""
        inner = _Reader(self.form, self.variable, ONE)
        found = self._only(one)
        if found is not None and found.kind is Kind.LOGARITHM:
            return None
        part = inner.read(one)
        return part.power if part.is_power and part.coefficient == ONE else None


# ---------------------------------------------------------------------- polynomials in one name


def coefficients(
    form: NormalForm, value: Quotient, number: int, variable: int, degree: int
) -> list[Quotient]:
    """The coefficients, constant first, of a polynomial in the generator with that number.

    They are free of the variable. Raises NoRule for anything else.
    """
    found = [ZERO] * (degree + 1)
    for exponents, coefficient in monomials(value.numerator):
        power = exponents[number]
        rest = (*exponents[:number], 0, *exponents[number + 1 :])
        if power > degree:
            raise NoRule("a polynomial of a high degree")
        found[power] += Quotient(polynomial({rest: coefficient}), value.denominator)
    if variable in form.tower.bound_in(found):
        raise NoRule("no polynomial in the variable alone")
    return found


def rate_of(form: NormalForm, index: int, variable: int) -> Quotient | None:
    """c where the generator is e^(c t), else None."""
    found = form.tower.generators[index]
    if found.kind is not Kind.EXPONENTIAL:
        return None
    terms = terms_of(form, found.arguments[0], variable)
    if len(terms) != 1 or terms[0][1] != own_value(variable):
        return None
    return terms[0][0] * Quotient.of(Fraction(1, found.scale))
