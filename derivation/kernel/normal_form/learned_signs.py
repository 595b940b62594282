"""Signs that are learned from hypotheses, conditions of the written claim, and the case at hand.

A tower that *discharges* conditions must learn none of them: that would be a circle.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from derivation.domain import REAL_LINE, Interval
from derivation.kernel.bounds import intervals
from derivation.kernel.normal_form.conjugation import is_real
from derivation.kernel.normal_form.linear import Fact
from derivation.kernel.normal_form.quotient import Quotient, factors, generators_of, whole_content
from derivation.kernel.normal_form.signs import POINT, Signs, linear_form, name_of

if TYPE_CHECKING:
    from derivation.kernel.normal_form.polynomials import Polynomial
    from derivation.kernel.normal_form.tower import Tower

__all__ = ["LearnedSigns"]


class LearnedSigns(Signs):
    """Signs over one tower, with what was learned of its points."""

    def __init__(self, tower: Tower) -> None:
        super().__init__(tower)
        self._whole: dict[Quotient, Interval] = {}  # of values up to rational factors

    def of(self, value: Quotient) -> Interval:
        """An interval that holds the values: what was learned of it, and the signs of its parts."""
        if value.is_zero or not self._whole:
            return super().of(value)
        whole, direction = _without_rational_factor(value)
        recalled = self._whole.get(whole, REAL_LINE)
        bounds = recalled if direction > 0 else intervals.negate(recalled)
        return bounds.intersect(super().of(value))

    @property
    def is_contradictory(self) -> bool:
        """Whether no point satisfies all facts: the case at hand is empty."""
        return any(self.of(one).is_empty for one in self._whole) or super().is_contradictory

    def learn(self, value: Quotient, *, strict: bool) -> None:
        """Note ``value > 0`` (or ``>= 0``) at every point in question; its own terms are defined.

        Kept of the value as it is, and of a factor when it decides the sign of a single one. Never
        for a fact about a bound index, which holds inside its own sum alone.
        """
        if self.tower.bound_in([value]) or value.is_zero:
            return
        self._keep_whole(value, intervals.POSITIVE if strict else intervals.NONNEGATIVE)
        sign, unknown = 1, []
        for p, below in ((value.numerator, False), (value.denominator, True)):
            content, found = factors(p)
            sign *= 1 if content > 0 else -1
            for factor, exponent in found:
                if strict or below:
                    self._nonzero.add(name_of(factor))
                elif not self._is_nonzero_factor(factor) and exponent % 2 == 0:
                    return  # x y^2 >= 0 says nothing of x where y = 0
                if exponent % 2 == 0 and is_real(self.tower, Quotient(factor)):
                    continue
                bounds = self.of_polynomial(factor)
                if intervals.is_negative(bounds):
                    sign = -sign
                elif not intervals.is_positive(bounds):
                    unknown.append((factor, strict or below))
        self._keep_linear(value, strict)
        if len(unknown) == 1:
            factor, is_strict = unknown[0]
            bound = intervals.POSITIVE if is_strict else intervals.NONNEGATIVE
            self._keep(factor, bound if sign > 0 else intervals.negate(bound))

    def learn_nonzero(self, value: Quotient) -> None:
        """Note ``value != 0``: none of its factors is 0."""
        if self.tower.bound_in([value]) or value.is_zero:
            return
        for p in (value.numerator, value.denominator):
            self._nonzero.update(name_of(factor) for factor, _ in factors(p)[1])

    def learn_zero(self, value: Quotient) -> None:
        """Note ``value = 0``."""
        if self.tower.bound_in([value]) or value.is_zero:
            return
        self.learn_nonzero(Quotient(value.denominator))
        self._keep_whole(value, POINT)
        self.vanishing.append(value.numerator)
        found = [p for p, _ in factors(value.numerator)[1] if not self._is_nonzero_factor(p)]
        if len(found) == 1:
            self.vanishing.append(found[0])
            self._keep(found[0], POINT)

    def _keep_whole(self, value: Quotient, bound: Interval) -> None:
        """Note the sign of a value, whatever it is made of."""
        whole, direction = _without_rational_factor(value)
        bound = bound if direction > 0 else intervals.negate(bound)
        self._whole[whole] = self._whole.get(whole, REAL_LINE).intersect(bound)

    def _keep(self, p: Polynomial, bound: Interval) -> None:
        if any(self.tower.generators[n].imaginary for n in generators_of(p)):
            return
        if p.leading_coefficient() < 0:
            p, bound = -p, intervals.negate(bound)
        old = self._learned.get(str(p), REAL_LINE)
        if name_of(p) in self._nonzero:
            bound = replace(
                bound,
                low_open=bound.low_open or bound.low == 0,
                high_open=bound.high_open or bound.high == 0,
            )
        self._learned[str(p)] = old.intersect(bound)
        form, shift = linear_form(p)
        kept = self._learned[str(p)]
        if intervals.is_nonnegative(kept):
            self._facts.append(Fact(form, shift, strict=intervals.is_positive(kept)))
        if kept.high is not None and kept.high <= 0:
            minus = {t: -c for t, c in form.items()}
            self._facts.append(Fact(minus, -shift, strict=intervals.is_negative(kept)))

    def _keep_linear(self, value: Quotient, strict: bool) -> None:
        """The fact about the numerator as a whole, where the sign of the denominator is known."""
        if self.tower.is_imaginary(value):
            return
        below = self.of_polynomial(value.denominator)
        if not intervals.is_nonzero(below):
            return
        form, shift = linear_form(value.numerator)
        if intervals.is_negative(below):
            form, shift = {t: -c for t, c in form.items()}, -shift
        self._facts.append(Fact(form, shift, strict=strict))


def _without_rational_factor(value: Quotient) -> tuple[Quotient, int]:
    """The value divided by a rational number, and the sign of that; multiples give the same."""
    direction = 1 if value.numerator.leading_coefficient() > 0 else -1
    above, below = whole_content(value.numerator), whole_content(value.denominator)
    return value * Quotient.of(Fraction(direction * below, above)), direction
