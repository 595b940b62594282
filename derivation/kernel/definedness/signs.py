"""Which signs a term can have, from the domain and from facts that hold at the point.

A set of signs, part of {-1, 0, 1}, holds every sign that a value takes. Each rule gives a superset:

* an interval of the values gives signs; intervals of atoms give one of a polynomial;
* a fact ``F > 0`` (``>= 0``, ``!= 0``, ``= 0``) gives the signs of F, of c F for c != 0, and bounds
  F + c; a fact about a product says of its only factor of unknown sign what the others leave;
* p = k F + r with F > 0, k > 0 and r >= 0 is > 0;
* the signs of a product are the products of the signs; an even power is never negative;
* a quadratic form written as c + sum of d_i (...)^2 with d_i >= 0 is >= c;
* ``bernstein``: a polynomial on a box.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd
from typing import TYPE_CHECKING

from derivation.domain import REAL_LINE, Interval
from derivation.kernel.bounds import intervals
from derivation.kernel.bounds.bernstein import holds_on_box, signs_at_points
from derivation.kernel.bounds.quadratics import least_value
from derivation.kernel.definedness.atoms import Atoms
from derivation.kernel.normal_form.polynomials import in_one_ring, minus
from derivation.kernel.normal_form.quotient import (
    Quotient,
    factors,
    generator,
    generators_of,
    monomials,
    powers_in,
)
from derivation.kernel.theorem import ConditionKind
from derivation.term import RelationSign

if TYPE_CHECKING:
    from derivation.kernel.normal_form.polynomials import Polynomial

__all__ = ["Signs"]

SignSet = frozenset[int]
Coefficients = dict[tuple[int, ...], Fraction]

_MOST_VARIABLES = 3  # for looking at points
ANY: SignSet = frozenset((-1, 0, 1))
_OF_RELATION = {
    RelationSign.EQ: frozenset((0,)), RelationSign.NE: frozenset((-1, 1)),
    RelationSign.LT: frozenset((-1,)), RelationSign.LE: frozenset((-1, 0)),
    RelationSign.GT: frozenset((1,)), RelationSign.GE: frozenset((0, 1)),
}  # fmt: skip
_WANTED = {
    ConditionKind.NONZERO: frozenset((-1, 1)), ConditionKind.POSITIVE: frozenset((1,)),
    ConditionKind.NONNEGATIVE: frozenset((0, 1)), ConditionKind.NOT_POLE: frozenset((1,)),
}  # fmt: skip


def _times(a: SignSet, b: SignSet) -> SignSet:
    return frozenset(x * y for x in a for y in b)


def _raised(signs: SignSet, exponent: int) -> SignSet:
    return signs if exponent % 2 else _times(signs, signs) - {-1}


def _sign(value: int | Fraction) -> int:
    return (value > 0) - (value < 0)


def _of_interval(x: Interval) -> SignSet:
    signs = set()
    if x.low is None or x.low < 0:
        signs.add(-1)
    if Fraction(0) in x:
        signs.add(0)
    if x.high is None or x.high > 0:
        signs.add(1)
    return frozenset(signs)


def _coefficients(p: Polynomial) -> Coefficients:
    """By exponents of the generators that occur."""
    numbers = generators_of(p)
    return {
        tuple(exponents[number] for number in numbers): Fraction(value)
        for exponents, value in monomials(p)
    }


def _primitive(p: Polynomial) -> tuple[Polynomial, int]:
    """``(q, c)`` with p = c q, c whole, and the leading coefficient of q positive."""
    c = gcd(*(int(value) for value in p.coeffs())) * _sign(int(p.leading_coefficient()))
    return p // c, c


def _without_constant(p: Polynomial) -> tuple[Polynomial, int]:
    """``(q, c)`` with p = q + c, c whole, and q without a constant term."""
    c = sum(value for exponents, value in monomials(p) if not any(exponents))
    return p - c, c


def _affine(x: Interval, factor: int, shift: int) -> Interval:
    scaled = intervals.multiply(x, intervals.point(Fraction(factor)))
    return intervals.add(scaled, intervals.point(Fraction(shift)))


@dataclass
class Signs:
    """What is known at the points in question; ``learn`` adds facts that hold at all of them."""

    atoms: Atoms
    _signs: dict[str, SignSet] = field(default_factory=dict)  # of primitive polynomials
    _ranges: dict[str, Interval] = field(default_factory=dict)  # of such without constant term
    _facts: list[tuple[Polynomial, bool]] = field(default_factory=list)  # F > 0, or F >= 0
    impossible: bool = False  # the facts contradict each other: there is no such point

    # ------------------------------------------------------------------ facts

    def learn(self, relation: RelationSign, difference: Quotient) -> None:
        """Note that ``difference relation 0`` holds, and that the difference is defined.

        n/d > 0 exactly where n d > 0, and d is not 0.
        """
        signs = _OF_RELATION[relation]
        p, below = difference.numerator, difference.denominator
        if not below.is_constant():
            self._learn(below, _OF_RELATION[RelationSign.NE])
            if relation not in (RelationSign.EQ, RelationSign.NE):
                p *= below
        self._learn(p, signs)

    def _learn(self, p: Polynomial, signs: SignSet) -> None:
        if p.is_constant():
            self.impossible |= not self._direct(p) & signs
            return
        self._record(p, signs)
        content, found = factors(p)
        if len(found) == 1 and found[0][1] == 1:
            return
        sets = [_raised(self._direct(factor), exponent) for factor, exponent in found]
        if 0 not in signs:  # no factor is 0
            sets = [one - {0} for one in sets]
        for place, (factor, exponent) in enumerate(found):
            if 0 not in signs:
                self._record(factor, frozenset((-1, 1)))
            others = frozenset((_sign(content),))
            for other in (*sets[:place], *sets[place + 1 :]):
                others = _times(others, other)
            if exponent % 2 and others in ({1}, {-1}):
                self._record(factor, _times(signs, others))

    def _record(self, p: Polynomial, signs: SignSet) -> None:
        p, content = _primitive(p)
        signs = _times(signs, frozenset((_sign(content),)))
        key = str(p)
        signs &= self._signs.get(key, ANY)
        self._signs[key] = signs
        if signs <= {0, 1}:
            self._facts.append((p, 0 not in signs))
        if signs <= {-1, 0}:
            self._facts.append((-p, 0 not in signs))
        values = REAL_LINE
        if signs <= {0, 1}:
            values = values.intersect(Interval(low=Fraction(0), low_open=0 not in signs))
        if signs <= {-1, 0}:
            values = values.intersect(Interval(high=Fraction(0), high_open=0 not in signs))
        shape, shift = _without_constant(p)
        shape, factor = _primitive(shape)
        own = intervals.multiply(_affine(values, 1, -shift), intervals.point(Fraction(1, factor)))
        name = str(shape)
        self._ranges[name] = own.intersect(self._ranges.get(name, REAL_LINE))
        self.impossible |= not signs or self._interval(shape).is_empty

    # ------------------------------------------------------------------ questions

    def holds(self, kind: ConditionKind, value: Quotient) -> bool:
        """Whether the value certainly is as the condition says, wherever it is defined."""
        if self.impossible:
            return True
        p = value.numerator
        if kind is not ConditionKind.NONZERO and not value.denominator.is_constant():
            p *= value.denominator
        return kind in _WANTED and self.of(p) <= _WANTED[kind]

    def interval_of_atom(self, number: int) -> Interval:
        """Where the values of an atom lie."""
        return self.atoms.intervals[number].intersect(
            self._ranges.get(str(generator(number)), REAL_LINE)
        )

    def of(self, p: Polynomial) -> SignSet:
        """The signs that a polynomial may have."""
        signs = self._direct(p)
        if len(signs) < 2 or p.is_constant():
            return signs
        content, found = factors(p)
        product = frozenset((_sign(content),))
        for factor, exponent in found:
            product = _times(product, _raised(self._of_factor(factor), exponent))
        return signs & product & self._by_known_divisor(p)

    def _by_known_divisor(self, p: Polynomial) -> SignSet:
        """p = F q for a fact F about a product of which no factor's sign is known."""
        signs = ANY
        for fact, strict in self._facts:
            whole, known = in_one_ring(p, fact)
            rest = whole // known
            if not rest.is_constant() and rest * known == whole and known.total_degree() > 1:
                own = frozenset((1,) if strict else (0, 1))
                signs &= _times(own, self._direct(rest))
        return signs

    def _direct(self, p: Polynomial) -> SignSet:
        """From intervals and facts about this very polynomial."""
        if p.is_constant():
            return frozenset((0 if p.is_zero() else _sign(int(p.leading_coefficient())),))
        signs = _of_interval(self._interval(p))
        numbers = generators_of(p)
        if len(numbers) == len(p) == 1 and self.atoms.nonzero[numbers[0]]:
            signs -= {0}
        primitive, content = _primitive(p)
        known = self._signs.get(str(primitive), ANY)
        return signs & _times(known, frozenset((_sign(content),)))

    def _interval(self, p: Polynomial) -> Interval:
        total = intervals.point(Fraction(0))
        for exponents, coefficient in monomials(p):
            term = intervals.point(Fraction(coefficient))
            for number, exponent in powers_in(exponents):
                base = self.interval_of_atom(number)
                term = intervals.multiply(term, intervals.power(base, exponent))
            total = intervals.add(total, term)
        shape, shift = _without_constant(p)
        shape, factor = _primitive(shape)
        known = self._ranges.get(str(shape))
        return total if known is None else total.intersect(_affine(known, factor, shift))

    def _of_factor(self, p: Polynomial) -> SignSet:
        signs = self._direct(p)
        if len(signs) < 2:
            return signs
        polynomial, box = _coefficients(p), self._box(p)
        seen = signs_at_points(polynomial, box) if len(box) <= _MOST_VARIABLES else set[int]()
        for sign in (1, -1):
            q = p if sign > 0 else -p
            if {sign} < signs and self._is_nonnegative(q, seen, sign, strict=True):
                return signs & {sign}
            if -sign in signs and self._is_nonnegative(q, seen, sign, strict=False):
                signs -= {-sign}
        return signs

    def _is_nonnegative(self, p: Polynomial, seen: set[int], sign: int, *, strict: bool) -> bool:
        """Whether p is > 0 (>= 0); ``seen`` are signs that ``sign`` p takes, facts aside."""
        if self._above_a_fact(p, strict=strict):
            return True
        if -sign in seen or (strict and 0 in seen):
            return False
        polynomial = _coefficients(p)
        least = least_value(polynomial)
        if least is not None and (least > 0 or (least == 0 and not strict)):
            return True
        return holds_on_box(polynomial, self._box(p), strict=strict)

    def _above_a_fact(self, p: Polynomial, *, strict: bool) -> bool:
        """p = k F + r with F > 0 (or >= 0), k > 0, r >= 0."""
        own = dict(monomials(p))
        for known, is_strict in self._facts:
            for exponents, coefficient in monomials(known):
                if not any(exponents) or own.get(exponents, 0) * coefficient <= 0:
                    continue
                times, unit = abs(own[exponents]), abs(coefficient)
                rest = self._direct(minus(p * unit, known * times))
                if rest <= {1} or (rest <= {0, 1} and (is_strict or not strict)):
                    return True
        return False

    def _box(self, p: Polynomial) -> tuple[Interval, ...]:
        return tuple(self.interval_of_atom(number) for number in generators_of(p))
