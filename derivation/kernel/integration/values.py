"""What the rules for integrals are written in: powers, gammas, and what must be positive."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from derivation.kernel.integration.integrand import Factor, NoRule, coefficients
from derivation.kernel.normal_form.quotient import Quotient
from derivation.kernel.normal_form.ranges import Range
from derivation.kernel.normal_form.roots_of_unity import imaginary_unit
from derivation.kernel.theorem import ConditionKind

if TYPE_CHECKING:
    from derivation.kernel.normal_form.convert import NormalForm

__all__ = ["HALF", "ONE", "TWO", "ZERO", "Need", "Workspace"]

ZERO, ONE, TWO, HALF = (Quotient.of(value) for value in (0, 1, 2, Fraction(1, 2)))


@dataclass(frozen=True)
class Need:
    """What must hold of a value, for all indices in the ranges of the sums around."""

    kind: ConditionKind
    value: Quotient
    ranges: tuple[Range, ...] = ()


@dataclass
class Workspace:
    """One attempt: the form, the number of the variable, and what was found to be needed.

    ``ranges`` are those of the sums around the integrand, the outermost first.
    """

    form: NormalForm
    variable: int
    needs: dict[Need, None] = field(default_factory=dict)
    ranges: tuple[Range, ...] = ()

    def within(self, range_: Range) -> Workspace:
        """Inside the body of a sum; what is needed there is noted here, too."""
        return replace(self, ranges=(*self.ranges, range_))

    # ------------------------------------------------------------------ conditions

    def need_positive(self, *values: Quotient) -> None:
        """The value found holds only where these are > 0. Raises NoRule where one is not."""
        for value in values:
            bounds = self.form.signs.of(value)
            if value.is_zero or (bounds.high is not None and bounds.high <= 0):
                raise NoRule("an integral that does not converge")
            if value.rational is None:
                self.needs[Need(ConditionKind.POSITIVE, value, self.ranges)] = None

    def need_nonzero(self, value: Quotient) -> None:
        """The value found holds only where this is not 0. Raises NoRule for 0."""
        if value.is_zero:
            raise NoRule("a division by 0")
        if value.rational is None:
            self.needs[Need(ConditionKind.NONZERO, value, self.ranges)] = None

    # ------------------------------------------------------------------ functions

    def power(self, base: Quotient, exponent: Quotient) -> Quotient:
        """base^exponent for base > 0, or an exponent that is seen to be whole."""
        rational = exponent.rational
        reduced = self.form.tower.reduced
        if rational is None and self.form.tower.is_whole(exponent):
            return self.form.whole_power(base, exponent)
        if rational is None:
            return self.form.exponential(reduced(exponent * self.form.logarithm(base)))
        if rational.denominator == 1:
            return reduced(base ** int(rational)) if rational else ONE
        return self.form.power(base, rational)

    def root(self, value: Quotient) -> Quotient:
        """The square root of a value > 0."""
        return self.form.power(value, Fraction(1, 2))

    def gamma(self, value: Quotient) -> Quotient:
        """Gamma(value) for value > 0."""
        return self.form.tower.reduced(ONE / self.form.reciprocal_gamma(value))

    def beta(self, a: Quotient, b: Quotient) -> Quotient:
        """B(a, b) for a, b > 0, where it has a value."""
        self.need_positive(a, b)
        above = self.form.reciprocal_gamma(a + b)
        below = self.form.reciprocal_gamma(a) * self.form.reciprocal_gamma(b)
        return self.form.tower.reduced(above / below)

    def polygamma(self, order: int, value: Quotient) -> Quotient:
        """The derivative of that order of the digamma function."""
        return self.form.function("polygamma", (Quotient.of(order), value))

    def exponential(self, real: Quotient, angle: Quotient = ZERO) -> Quotient:
        """e^(real + i angle)."""
        value = self.form.exponential(real)
        return value if angle.is_zero else value * self.form.rotation(angle)

    @property
    def i(self) -> Quotient:
        """The imaginary unit."""
        return imaginary_unit(self.form.tower)

    # ------------------------------------------------------------------ factors

    def positive_factor(self, factor: Factor, degree: int) -> tuple[list[Quotient], Quotient]:
        """The coefficients of |q|, which are needed positive or are 0, and the sign of the factor.

        q = c_0 + ... + c_n t^n or -q; the first and last coefficient must not be 0.
        """
        found = self.coefficients(factor.base, degree)
        first, last = self.form.signs.of(found[0]), self.form.signs.of(found[-1])
        flipped = any(x.high is not None and x.high <= 0 for x in (first, last))
        if flipped:
            found = [-one for one in found]
        sign = Quotient.of(-1 if flipped and factor.odd else 1)
        return found, sign

    def coefficients(self, value: Quotient, degree: int) -> list[Quotient]:
        """Of a polynomial in the variable. Raises NoRule."""
        return coefficients(self.form, value, self.variable, self.variable, degree)
