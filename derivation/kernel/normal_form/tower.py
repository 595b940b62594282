"""Generators of the normal form, and what is known of each: interval, relation, dependence.

A ``Tower`` belongs to one proof attempt. It names every part of a term that is not built by
+ - * / and whole powers: variables, members of families, jets, exponentials, logarithms, sums,
deltas, and functions without rewriting rules. Each generator has a real value at every point
where the written term is defined; nothing assumes that generators are independent.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING

from derivation.domain import REAL_LINE, Interval
from derivation.kernel.bounds import intervals
from derivation.kernel.normal_form.quotient import (
    GENERATORS,
    Quotient,
    TooLarge,
    constant,
    factors,
    generator,
    generators_of,
    is_generator,
    monomials,
    polynomial,
)

if TYPE_CHECKING:
    from derivation.kernel.normal_form.quotient import Polynomial

__all__ = ["Generator", "Kind", "OutOfTime", "Restart", "Tower"]


class OutOfTime(Exception):
    """The attempt used up its time."""


class Restart(Exception):
    """An exponential needs a finer unit than the one it was given; start the attempt again."""


class Kind(Enum):
    """What a generator stands for."""

    CONSTANT = "constant"
    NAME = "name"
    BOUND = "bound index"
    MEMBER = "member of a family"
    JET = "partial derivative of an arbitrary function"
    EXPONENTIAL = "e to the power arguments[0] / scale"
    LOGARITHM = "log |p|, p = arguments[0]"
    SUM = "sum of arguments[0] over its bound index, 1 to arguments[1]"
    DELTA = "1 if both arguments are equal, else 0"
    FUNCTION = "function without rewriting rules"


@dataclass(frozen=True)
class Generator:
    """One generator. ``relation`` (n, p) says that its n-th power is the polynomial p."""

    kind: Kind
    label: str
    arguments: tuple[Quotient, ...] = ()
    interval: Interval = REAL_LINE
    scale: int = 1
    extra: tuple[object, ...] = ()
    relation: tuple[int, Polynomial] | None = None
    bound: frozenset[int] = field(default=frozenset())  # bound indices that it depends on
    height: int = 0  # how deep sums nest in it
    nonzero: bool = False  # declared without the value 0


class Tower:
    """The generators of one proof attempt."""

    def __init__(self, scales: dict[str, int], deadline: float, *, learning: bool) -> None:
        self.scales = scales  # survives restarts: name of an exponent -> its unit's denominator
        self.deadline = deadline
        self._learning = learning
        self.generators: list[Generator] = []
        self._numbers: dict[tuple[object, ...], int] = {}
        self._signs: dict[str, Interval] = {}  # learned: polynomial -> its values
        self._names: list[str] = []

    # ------------------------------------------------------------------ making generators

    def number(self, new: Generator) -> int:
        """The number of this generator; the same generator always has the same number."""
        if time.perf_counter() > self.deadline:
            raise OutOfTime
        key = (new.kind, new.label, new.extra, *(argument.key for argument in new.arguments))
        if key not in self._numbers:
            if len(self.generators) >= GENERATORS:
                raise TooLarge(f"more than {GENERATORS} generators")
            self._numbers[key] = len(self.generators)
            self.generators.append(new)
            self._names.append(self._name(new))
        return self._numbers[key]

    def value(self, new: Generator) -> Quotient:
        """The generator as a quotient."""
        return Quotient(generator(self.number(new)))

    def make(
        self,
        kind: Kind,
        label: str,
        arguments: tuple[Quotient, ...] = (),
        interval: Interval = REAL_LINE,
        extra: tuple[object, ...] = (),
        *,
        nonzero: bool = False,
    ) -> Quotient:
        """A generator without relation, its dependence taken from its arguments."""
        return self.value(
            Generator(
                kind,
                label,
                arguments,
                interval,
                extra=extra,
                bound=self.bound_in(arguments),
                height=self.height_of(arguments),
                nonzero=nonzero,
            )
        )

    def bound_in(self, quotients: Iterable[Quotient]) -> frozenset[int]:
        """Numbers of the bound indices that the quotients depend on."""
        found: set[int] = set()
        for quotient in quotients:
            for number in quotient.generators:
                found |= self.generators[number].bound
        return frozenset(found)

    def height_of(self, quotients: Iterable[Quotient]) -> int:
        """The greatest nesting of sums in the quotients."""
        return max(
            (self.generators[n].height for quotient in quotients for n in quotient.generators),
            default=0,
        )

    def _name(self, new: Generator) -> str:
        arguments = "; ".join(self.text(argument) for argument in new.arguments)
        return f"{new.kind.name}:{new.label}:{new.extra!r}:{new.scale}({arguments})"

    def text(self, quotient: Quotient) -> str:
        """A name of the value that does not depend on the numbers of generators."""
        return f"{self._poly_text(quotient.numerator)}/{self._poly_text(quotient.denominator)}"

    def _poly_text(self, p: Polynomial) -> str:
        terms = []
        for exponents, coefficient in monomials(p):
            powers = sorted(f"{self._names[i]}^{e}" for i, e in enumerate(exponents) if e)
            terms.append(f"{coefficient}*{'*'.join(powers)}")
        return "+".join(sorted(terms))

    # ------------------------------------------------------------------ signs

    @property
    def has_learned(self) -> bool:
        """Whether a sign was learned from a condition of the written term."""
        return bool(self._signs)

    def learn(self, value: Quotient) -> None:
        """Note that ``value > 0`` at every point in question (a condition of the written term).

        Kept only when it decides the sign of a single factor, and never for a fact about a
        bound index: that holds inside its own sum alone. A tower that *discharges* conditions
        must not learn from them: that would be a circle.
        """
        if not self._learning:
            return
        sign, unknown = 1, []
        for p in (value.numerator, value.denominator):
            content, found = factors(p)
            sign *= 1 if content > 0 else -1
            for factor, exponent in found:
                if exponent % 2 == 0:
                    continue
                bounds = self.bounds_of_polynomial(factor)
                if intervals.is_negative(bounds):
                    sign = -sign
                elif not intervals.is_positive(bounds):
                    unknown.append(factor)
        if len(unknown) == 1 and not self.bound_in([Quotient(unknown[0])]):
            known = intervals.POSITIVE if sign > 0 else intervals.negate(intervals.POSITIVE)
            self._signs[str(unknown[0])] = known

    def bounds_of_polynomial(self, p: Polynomial) -> Interval:
        """An interval that holds the values of a polynomial in generators."""
        learned = self._signs.get(str(p)) if self._signs else None
        total = intervals.point(Fraction(0))
        for exponents, coefficient in monomials(p):
            product = intervals.point(Fraction(coefficient))
            for number, exponent in enumerate(exponents):
                if exponent:
                    base = self._bounds_of_generator(number)
                    product = intervals.multiply(product, intervals.power(base, exponent))
            total = intervals.add(total, product)
        return total.intersect(learned) if learned is not None else total

    def _bounds_of_generator(self, number: int) -> Interval:
        found = self.generators[number]
        own = self._bounds_of_sum(found) if found.kind is Kind.SUM else found.interval
        learned = self._signs.get(str(generator(number))) if self._signs else None
        return own if learned is None else own.intersect(learned)

    def _bounds_of_sum(self, found: Generator) -> Interval:
        """The sign of a sum from that of its body; an empty sum is 0."""
        body, length = (self.bounds(argument) for argument in found.arguments)
        certainly_a_term = length.low is not None and length.low >= 1
        if not intervals.is_nonnegative(body):
            return REAL_LINE
        strict = certainly_a_term and intervals.is_positive(body)
        return intervals.POSITIVE if strict else intervals.NONNEGATIVE

    def bounds(self, value: Quotient) -> Interval:
        """An interval that holds the values of a quotient, from the signs of its factors."""
        if is_generator(value):
            return self._bounds_of_generator(value.generators[0])
        product = intervals.point(Fraction(1))
        for p, exponent_sign in ((value.numerator, 1), (value.denominator, -1)):
            if p.is_zero():
                return intervals.point(Fraction(0))
            content, found = factors(p)
            product = intervals.multiply(
                product, intervals.power(intervals.point(Fraction(content)), exponent_sign)
            )
            for factor, exponent in found:
                bounds = self.bounds_of_polynomial(factor)
                product = intervals.multiply(
                    product, intervals.power(bounds, exponent * exponent_sign)
                )
        return product

    def is_nonzero(self, value: Quotient) -> bool:
        """Whether no factor of the numerator can be 0."""
        if value.is_zero:
            return False
        _, found = factors(value.numerator)
        return all(
            intervals.is_nonzero(self.bounds_of_polynomial(factor))
            or (len(factor) == 1 and self.generators[generators_of(factor)[0]].nonzero)
            for factor, _ in found
        )

    # ------------------------------------------------------------------ relations

    def reduced(self, value: Quotient) -> Quotient:
        """The value with all relations (G^n = p) applied."""
        if all(self.generators[number].relation is None for number in value.generators):
            return value
        return Quotient(
            self._reduced_polynomial(value.numerator), self._reduced_polynomial(value.denominator)
        )

    def _reduced_polynomial(self, p: Polynomial) -> Polynomial:
        for _ in range(100):
            number = self._reducible(p)
            if number is None:
                return p
            relation = self.generators[number].relation
            if relation is not None:
                p = _apply_relation(p, number, *relation)
        raise TooLarge("relations between generators do not come to an end")

    def _reducible(self, p: Polynomial) -> int | None:
        degrees = p.degrees() if not p.is_zero() else ()
        for number in generators_of(p):
            relation = self.generators[number].relation
            if relation is not None and degrees[number] >= relation[0]:
                return number
        return None


def _apply_relation(p: Polynomial, number: int, degree: int, value: Polynomial) -> Polynomial:
    result = constant(0)
    for exponents, coefficient in monomials(p):
        times, rest = divmod(exponents[number], degree)
        reduced = (*exponents[:number], rest, *exponents[number + 1 :])
        term = polynomial({reduced: coefficient})
        result += term * value**times if times else term
    return result
