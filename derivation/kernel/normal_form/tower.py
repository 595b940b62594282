"""The generators of one proof attempt: making them, naming them, their relations.

A ``Tower`` names every part of a term that is not built by + - * / and whole powers: variables,
members of families, jets, exponentials, logarithms, sums, and so on. Each generator has a value
at every point where the written term is defined; nothing assumes that generators are independent.
What is known of their signs is in ``signs``.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from derivation.domain import REAL_LINE, Interval
from derivation.kernel.normal_form.generators import Generator, Kind
from derivation.kernel.normal_form.polynomials import degrees, times
from derivation.kernel.normal_form.quotient import (
    GENERATORS,
    Quotient,
    TooLarge,
    generators_of,
    monomials,
    own_value,
    polynomial,
    powers_in,
)
from derivation.kernel.normal_form.rationalising import rationalising_factor

if TYPE_CHECKING:
    from derivation.kernel.normal_form.polynomials import Polynomial

__all__ = ["Generator", "Kind", "OutOfTime", "Restart", "Tower"]

_LONG_NAME = 120
_RANGED = frozenset((Kind.SUM, Kind.PRODUCT, Kind.INTEGRAL))
_NAMED_EVERY = 8  # so that naming one later goes through few others
_MOST_ROOTS = 12  # that leave one denominator
_MOST_REDUCTIONS = 200
_MOST_TERMS = 6000


class OutOfTime(Exception):
    """The attempt used up its time."""


class Restart(Exception):
    """A generator needs a finer unit than the one it was given; start the attempt again."""


class Tower:
    """The generators of one proof attempt. ``scales`` survives restarts: name -> its unit."""

    def __init__(self, scales: dict[str, int], deadline: float) -> None:
        self.scales = scales
        self.deadline = deadline
        self.generators: list[Generator] = []
        self._numbers: dict[tuple[object, ...], int] = {}
        self._names: dict[int, str] = {}  # of those that were asked for
        self._texts: dict[tuple[str, str], str] = {}
        self._related: list[int] = []  # the numbers of the generators with relations
        self._any_bound = self._any_imaginary = self._any_nested = False  # of the generators

    # ------------------------------------------------------------------ making generators

    def check_time(self) -> None:
        """Raises OutOfTime after the deadline."""
        if time.perf_counter() > self.deadline:
            raise OutOfTime

    def number(self, new: Generator) -> int:
        """The number of this generator; the same generator always has the same number."""
        self.check_time()
        key = (
            new.kind, new.label, new.extra, new.scale, new.index,
            *[argument.key for argument in new.arguments],
        )  # fmt: skip
        known = self._numbers.get(key)
        if known is None:
            if len(self.generators) >= GENERATORS:
                raise TooLarge(f"more than {GENERATORS} generators")
            bound = new.bound | self.bound_in(new.arguments)
            height = max(new.height, self.height_of(new.arguments))
            if new.kind in _RANGED:
                bound -= {new.index}
                height += 1
            known = self._numbers[key] = len(self.generators)
            if bound or height:
                self.generators.append(replace(new, bound=bound, height=height))
            else:
                self.generators.append(new)
            if not known % _NAMED_EVERY:
                self._name_of(known)
            if new.relation is not None:
                self._related.append(known)
            self._any_bound |= bool(bound)
            self._any_imaginary |= new.imaginary
            self._any_nested |= height > 0
        return known

    def value(self, new: Generator) -> Quotient:
        """The generator as a quotient."""
        return own_value(self.number(new))

    def make(
        self,
        kind: Kind,
        label: str,
        arguments: tuple[Quotient, ...] = (),
        interval: Interval = REAL_LINE,
        extra: tuple[object, ...] = (),
        *,
        nonzero: bool = False,
        whole: bool = False,
    ) -> Quotient:
        """A real generator without relation."""
        constant = kind is Kind.CONSTANT
        if arguments and kind is not Kind.MEMBER and kind is not Kind.JET:
            constant = constant or self.is_constant(*arguments)
        new = Generator(
            kind, label, arguments, interval, extra=extra, nonzero=nonzero, whole=whole,
            constant=constant,
        )  # fmt: skip
        return self.value(new)

    def relate(self, number: int, degree: int, value: Quotient) -> None:
        """Note that the generator to the power ``degree`` is ``value``."""
        self.generators[number] = replace(self.generators[number], relation=(degree, value))
        if number not in self._related:
            self._related.append(number)
            self._related.sort()

    def mark_bound(self, number: int) -> None:
        """Note that the generator is a bound index, on which it depends itself."""
        if not self.generators[number].bound:
            marked = replace(self.generators[number], bound=frozenset({number}))
            self.generators[number] = marked
            self._any_bound = True

    # ------------------------------------------------------------------ what it depends on

    def found(self, quotients: Iterable[Quotient]) -> list[Generator]:
        """The generators that occur in the quotients."""
        return [self.generators[n] for quotient in quotients for n in quotient.generators]

    def bound_in(self, quotients: Iterable[Quotient]) -> frozenset[int]:
        """Numbers of the bound indices that the quotients depend on."""
        if not self._any_bound:
            return frozenset()
        return frozenset().union(*(found.bound for found in self.found(quotients)))

    def height_of(self, quotients: Iterable[Quotient]) -> int:
        """The greatest nesting of sums in the quotients."""
        if not self._any_nested:
            return 0
        return max((found.height for found in self.found(quotients)), default=0)

    def is_constant(self, *quotients: Quotient) -> bool:
        """Whether the values are the same at all points."""
        return all(found.constant for found in self.found(quotients))

    def is_imaginary(self, *quotients: Quotient) -> bool:
        """Whether a generator occurs whose value need not be real."""
        return self._any_imaginary and any(found.imaginary for found in self.found(quotients))

    def is_whole(self, value: Quotient) -> bool:
        """Whether the value is a whole number: whole coefficients, whole generators."""
        return value.denominator.is_one() and all(found.whole for found in self.found([value]))

    def only(self, p: Polynomial) -> Generator | None:
        """The generator that the polynomial is, if it is one."""
        if len(p) == 1 and p.total_degree() == 1 and p.leading_coefficient() == 1:
            return self.generators[generators_of(p)[0]]
        return None

    # ------------------------------------------------------------------ names

    def _name_of(self, number: int) -> str:
        known = self._names.get(number)
        if known is None:
            known = self._names[number] = self._name(self.generators[number])
        return known

    def _name(self, new: Generator) -> str:
        if new.kind is Kind.BOUND:
            return f"BOUND:{new.label}"
        arguments = "; ".join(self.text(argument) for argument in new.arguments)
        return _short(f"{new.kind.name}:{new.label}:{new.extra!r}:{new.scale}({arguments})")

    def text(self, quotient: Quotient) -> str:
        """A name of the value that does not depend on the numbers of generators."""
        known = self._texts.get(quotient.key)
        if known is None:
            above = self._poly_text(quotient.numerator)
            known = _short(f"{above}/{self._poly_text(quotient.denominator)}")
            self._texts[quotient.key] = known
        return known

    def _poly_text(self, p: Polynomial) -> str:
        if p.is_one():
            return "1*"
        terms = []
        for exponents, coefficient in monomials(p):
            powers = sorted([f"{self._name_of(i)}^{e}" for i, e in powers_in(exponents)])
            terms.append(f"{coefficient:x}*{'*'.join(powers)}")
        return "+".join(sorted(terms))

    # ------------------------------------------------------------------ relations

    def reduced(self, value: Quotient) -> Quotient:
        """The value with all relations (G^n = q) applied."""
        if not self._related:
            return value
        if all(self.generators[number].relation is None for number in value.generators):
            return value
        above = self._reduced_polynomial(value.numerator)
        below = self._reduced_polynomial(value.denominator)
        result = above / below
        for _ in range(_MOST_ROOTS):
            factor = rationalising_factor(self, result.denominator)
            if factor is None:
                break
            above = self._reduced_polynomial(times(result.numerator, factor))
            below = self._reduced_polynomial(times(result.denominator, factor))
            result = above / below
        return result

    def _reduced_polynomial(self, p: Polynomial) -> Quotient:
        denominator = Quotient.of(1)
        for _ in range(_MOST_REDUCTIONS):
            number = self._reducible(p)
            if number is None:
                return Quotient(p) / denominator
            relation = self.generators[number].relation
            if relation is not None:
                result = _apply_relation(p, number, *relation)
                p, denominator = result.numerator, denominator * Quotient(result.denominator)
        raise TooLarge("relations between generators do not come to an end")

    def _reducible(self, p: Polynomial) -> int | None:
        """The last generator with a relation that applies; relations speak of earlier ones."""
        self.check_time()
        if p.is_constant():
            return None
        highest = degrees(p)
        for number in reversed(self._related):
            relation = self.generators[number].relation
            if relation is not None and highest[number] >= relation[0]:
                return number
        return None


def _apply_relation(p: Polynomial, number: int, degree: int, value: Quotient) -> Quotient:
    by_count: dict[int, dict[tuple[int, ...], int]] = {}
    for exponents, coefficient in monomials(p):
        count, rest = divmod(exponents[number], degree)
        reduced = (*exponents[:number], rest, *exponents[number + 1 :])
        by_count.setdefault(count, {})[reduced] = coefficient
    result = Quotient.of(0)
    for count, terms in by_count.items():
        result += Quotient(polynomial(terms)) * (value**count if count else Quotient.of(1))
    return result


def _short(name: str) -> str:
    """A long name by its digest: names only have to differ."""
    if len(name) <= _LONG_NAME:
        return name
    return hashlib.sha256(name.encode()).hexdigest()
