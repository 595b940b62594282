"""What is known of the signs of polynomials in generators.

Every interval that is given out holds the value at each point in question, if that value is real;
of a value with imaginary generators nothing is said but what was learned of it as a whole.

K1  a polynomial in real generators lies in the sum of the intervals of its monomials: interval
    arithmetic.
K2  a p^2 + b p + c with a > 0 and b^2 - 4 a c < 0 is positive (a < 0: negative).
K3  facts are linear in monomials; p > 0 where the facts and p <= 0 contradict each other.
K4  of constants: by ball arithmetic.
Facts are learned in ``learned_signs``.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from derivation.domain import REAL_LINE, Interval
from derivation.kernel.bounds import intervals
from derivation.kernel.normal_form.constants import sign_of_constant
from derivation.kernel.normal_form.generators import Generator, Kind
from derivation.kernel.normal_form.linear import Fact, contradictory
from derivation.kernel.normal_form.polynomials import degrees, minus, times
from derivation.kernel.normal_form.quotient import (
    Quotient,
    constant,
    factors,
    generator,
    generators_of,
    is_generator,
    monomials,
    polynomial,
    powers_in,
)

if TYPE_CHECKING:
    from derivation.kernel.normal_form.polynomials import Polynomial
    from derivation.kernel.normal_form.tower import Tower

__all__ = ["POINT", "Form", "Signs", "linear_form", "name_of"]

_NEGATIVE = intervals.negate(intervals.POSITIVE)
_NONPOSITIVE = intervals.negate(intervals.NONNEGATIVE)
POINT = Interval(Fraction(0), Fraction(0), low_open=False, high_open=False)
_LONGEST_QUADRATIC = 60
Form = dict[tuple[int, ...], Fraction]  # of monomials


class Signs:
    """Signs of polynomials and quotients over the generators of one tower."""

    def __init__(self, tower: Tower) -> None:
        self.tower = tower
        self.vanishing: list[Polynomial] = []  # polynomials that are 0 in the case at hand
        self._facts: list[Fact] = []
        self._using_facts = False  # a fact about a sum asks for the sign of its body
        self._learned: dict[str, Interval] = {}  # by polynomial with positive leading coefficient
        self._nonzero: set[str] = set()

    # ------------------------------------------------------------------ asking

    def of(self, value: Quotient) -> Interval:
        """An interval that holds the values of a quotient, from the signs of its factors."""
        if is_generator(value):
            return self.of_polynomial(value.numerator)
        if not value.is_zero and not self.tower.is_imaginary(value):
            whole = self._of_factors(value)
            if value.denominator.is_constant() and not intervals.is_nonzero(whole):
                scale = intervals.point(Fraction(1, int(value.denominator.leading_coefficient())))
                direct = intervals.multiply(self.of_polynomial(value.numerator), scale)
                whole = whole.intersect(direct)
            return whole
        return POINT if value.is_zero else self._of_turning(value)

    def _of_turning(self, value: Quotient) -> Interval:
        """The values of c u, for a constant c with imaginary generators and a u without."""
        found = self.tower.found([value])
        if not all(one.constant for one in found if one.imaginary):
            return REAL_LINE
        turning = Quotient.of(1)
        for p, direction in ((value.numerator, 1), (value.denominator, -1)):
            for factor, exponent in factors(p)[1]:
                if self.tower.is_imaginary(Quotient(factor)):
                    turning *= Quotient(factor) ** (exponent * direction)
        return intervals.multiply(self._of_constant(turning), self._of_factors(value / turning))

    def _of_factors(self, value: Quotient) -> Interval:
        product = intervals.point(Fraction(1))
        for p, direction in ((value.numerator, 1), (value.denominator, -1)):
            content, found = factors(p)
            one = intervals.power(intervals.point(Fraction(content)), direction)
            product = intervals.multiply(product, one)
            for factor, exponent in found:
                bounds = intervals.power(self.of_polynomial(factor), exponent * direction)
                product = intervals.multiply(product, bounds)
        return product

    def of_polynomial(self, p: Polynomial) -> Interval:
        """An interval that holds the values of a polynomial."""
        if p.is_constant():
            return intervals.point(Fraction(0 if p.is_zero() else int(p.leading_coefficient())))
        found = self._recalled(p)
        numbers = generators_of(p)
        if any(self.tower.generators[n].imaginary for n in numbers):
            return found.intersect(self._of_constant(Quotient(p)))
        found = found.intersect(self._by_monomials(p))
        if not intervals.is_nonzero(found):
            found = found.intersect(self._of_constant(Quotient(p)))  # K4
        if not intervals.is_nonzero(found) and len(p) > 1:
            found = found.intersect(self._by_discriminant(p, numbers))  # K2
        if not intervals.is_nonzero(found) and self._facts and not self._using_facts:
            found = found.intersect(self._by_facts(p))  # K3
        return found

    def _recalled(self, p: Polynomial) -> Interval:
        if not self._learned:
            return REAL_LINE
        if p.leading_coefficient() > 0:
            return self._learned.get(str(p), REAL_LINE)
        return intervals.negate(self._learned.get(str(-p), REAL_LINE))

    def _by_monomials(self, p: Polynomial) -> Interval:
        """K1; the square of an imaginary generator need not be >= 0."""
        if self.tower.is_imaginary(Quotient(p)):
            return REAL_LINE
        total = intervals.point(Fraction(0))
        for exponents, coefficient in monomials(p):
            product = intervals.point(Fraction(coefficient))
            for number, exponent in powers_in(exponents):
                base = intervals.power(self._of_generator(number), exponent)
                product = intervals.multiply(product, base)
            total = intervals.add(total, product)
        return total

    def _of_generator(self, number: int) -> Interval:
        found = self.tower.generators[number]
        own = self._of_sum(found) if found.kind is Kind.SUM else found.interval
        return own.intersect(self._recalled(generator(number)))

    def _of_sum(self, found: Generator) -> Interval:
        """The sign of a sum from that of its body; an empty sum is 0."""
        inner, lower, upper = found.arguments
        body, length = self.of(inner), self.of(upper - lower + Quotient.of(1))
        certainly_a_term = length.low is not None and length.low >= 1
        if not intervals.is_nonnegative(body):
            return REAL_LINE
        strict = certainly_a_term and intervals.is_positive(body)
        return intervals.POSITIVE if strict else intervals.NONNEGATIVE

    def _of_constant(self, value: Quotient) -> Interval:
        """K4."""
        if not self.tower.is_constant(value):
            return REAL_LINE
        sign = sign_of_constant(self.tower, value)
        return REAL_LINE if sign is None else intervals.POSITIVE if sign > 0 else _NEGATIVE

    def _by_discriminant(self, p: Polynomial, numbers: list[int]) -> Interval:
        """K2, for each generator in which p is quadratic."""
        if len(p) > _LONGEST_QUADRATIC:
            return REAL_LINE
        highest = degrees(p)
        for number in numbers:
            if highest[number] != 2:
                continue
            parts: list[dict[tuple[int, ...], int]] = [{}, {}, {}]
            for exponents, coefficient in monomials(p):
                rest = (*exponents[:number], 0, *exponents[number + 1 :])
                parts[exponents[number]][rest] = coefficient
            c, b, a = (polynomial(part) if part else constant(0) for part in parts)
            leading = self._by_monomials(a)
            if not intervals.is_nonzero(leading):
                continue
            below = self._by_monomials(minus(times(b, b), 4 * times(a, c)))
            if intervals.is_negative(below):
                return intervals.POSITIVE if intervals.is_positive(leading) else _NEGATIVE
        return REAL_LINE

    def _by_facts(self, p: Polynomial) -> Interval:
        """K3."""
        self._using_facts = True
        try:
            known = [*self._facts, *self._facts_of_monomials(p)]
        finally:
            self._using_facts = False
        form, shift = linear_form(p)
        found = REAL_LINE
        minus = {t: -c for t, c in form.items()}
        if contradictory([*known, Fact(minus, -shift, strict=False)]):  # not p <= 0
            found = found.intersect(intervals.POSITIVE)
        elif contradictory([*known, Fact(minus, -shift, strict=True)]):
            found = found.intersect(intervals.NONNEGATIVE)
        if contradictory([*known, Fact(form, shift, strict=False)]):  # not p >= 0
            found = found.intersect(_NEGATIVE)
        elif contradictory([*known, Fact(form, shift, strict=True)]):
            found = found.intersect(_NONPOSITIVE)
        return found

    def _facts_of_monomials(self, p: Polynomial) -> list[Fact]:
        """The interval of each monomial of p and of the facts, as facts."""
        mentioned = {t for fact in self._facts for t in fact.coefficients}
        mentioned |= set(linear_form(p)[0])
        found: list[Fact] = []
        for exponents in mentioned:
            bounds = self._by_monomials(polynomial({exponents: 1}))
            one: Form = {exponents: Fraction(1)}
            if bounds.low is not None:
                found.append(Fact(one, -bounds.low, strict=bounds.low_open))
            if bounds.high is not None:
                less: Form = {exponents: Fraction(-1)}
                found.append(Fact(less, bounds.high, strict=bounds.high_open))
        return found

    def is_nonzero(self, value: Quotient) -> bool:
        """Whether no factor of the numerator can be 0."""
        if value.is_zero:
            return False
        _, found = factors(value.numerator)
        return all(self._is_nonzero_factor(factor) for factor, _ in found)

    def _is_nonzero_factor(self, factor: Polynomial) -> bool:
        only = self.tower.only(factor)
        if (only is not None and only.nonzero) or name_of(factor) in self._nonzero:
            return True
        return intervals.is_nonzero(self.of_polynomial(factor))

    @property
    def is_contradictory(self) -> bool:
        """Whether no point satisfies all facts: the case at hand is empty."""
        if any(interval.is_empty for interval in self._learned.values()):
            return True
        if any(name_of(p) in self._nonzero for p in self.vanishing):
            return True
        if any(intervals.is_nonzero(self._by_monomials(p)) for p in self.vanishing):
            return True
        known = [*self._facts, *self._facts_of_monomials(constant(0))]
        return contradictory(known)


def name_of(p: Polynomial) -> str:
    """The polynomial up to its sign."""
    return str(p if p.leading_coefficient() > 0 else -p)


def linear_form(p: Polynomial) -> tuple[Form, Fraction]:
    """The polynomial as a linear form in its monomials, and its constant."""
    form: Form = {}
    shift = Fraction(0)
    for exponents, coefficient in monomials(p):
        if any(exponents):
            form[exponents] = Fraction(coefficient)
        else:
            shift = Fraction(coefficient)
    return form, shift
