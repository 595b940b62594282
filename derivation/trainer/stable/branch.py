"""One side of zero: what is known of the pivot there, and the kernel's judge for that domain."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from math import gcd

from derivation.domain import Declaration, Domain, Interval
from derivation.kernel import Judge, Theorem
from derivation.term import (
    Call,
    Constant,
    Div,
    Mul,
    Neg,
    Number,
    Pow,
    Relation,
    RelationSign,
    Symbol,
    Term,
    number,
    plain,
    walk,
)
from derivation.trainer.stable.parts import Setting, Side
from derivation.trainer.stable.polynomials import (
    Polynomial,
    as_polynomial,
    is_exponential,
    ratio,
    scaled,
    term_of,
)

__all__ = ["Branch", "exponents", "pivot_of", "times"]

_HALF_LINES = {
    Side.NONNEGATIVE: Interval(low=Fraction(0), low_open=False),
    Side.NEGATIVE: Interval(high=Fraction(0)),
    Side.BOTH: Interval(),
}
_RELATIONS = {Side.NONNEGATIVE: RelationSign.GE, Side.NEGATIVE: RelationSign.LT}


class Branch:
    """The domain ``pivot >= 0`` or ``pivot < 0`` of a setting.

    ``unit`` is the exponential that lies in (0, 1] there: e^{-pivot} or e^{pivot}; on the side
    BOTH it is e^{pivot}, the one that is allowed there.
    """

    def __init__(self, setting: Setting, pivot: Term, side: Side) -> None:
        self.setting = setting
        self.pivot = pivot
        self.side = side

    @cached_property
    def polynomial(self) -> Polynomial:
        """The pivot as a polynomial."""
        return as_polynomial(self.pivot) or {}

    @property
    def direction(self) -> int:
        """The sign d for which e^{d pivot} is the unit."""
        return -1 if self.side is Side.NONNEGATIVE else 1

    @cached_property
    def domain(self) -> Domain:
        """Predictor and label as declared in theorems."""
        predictor, label = self.setting.predictor, self.setting.label
        own = self.pivot == Symbol(predictor)
        half = _HALF_LINES[self.side] if own else _HALF_LINES[Side.BOTH]
        declared = [Declaration(predictor, interval=half)]
        if label:
            declared.append(Declaration(label, interval=self.setting.labels))
        relations: tuple[Relation, ...] = ()
        if not own and self.side in _RELATIONS:
            relations = (Relation(self.pivot, _RELATIONS[self.side], Number("0")),)
        return Domain(tuple(declared), relations)

    @property
    def middle_label(self) -> Fraction:
        """A label inside the interval, away from its ends and from round numbers."""
        low, high = self.setting.labels.low, self.setting.labels.high
        part = Fraction(4, 7)
        if low is not None:
            return low + part * (high - low if high is not None else 1)
        return part if high is None else high - part

    @cached_property
    def _judge(self) -> Judge:
        return Judge(self.domain, self.setting.definitions)

    def prove(self, before: Term, after: Term) -> Theorem | None:
        """The theorem ``before = after``, without conditions; None if the kernel gives none."""
        theorem = self._judge.decide(before, after).theorem
        return theorem if theorem is not None and not theorem.conditions else None

    def multiple(self, exponent: Term) -> tuple[Fraction, Fraction] | None:
        """(k, c) with ``exponent = k pivot + c``; None if it is not of this form."""
        polynomial = as_polynomial(exponent)
        if polynomial is None:
            return None
        whole = ratio(polynomial, self.polynomial)
        if whole is not None:
            return whole, Fraction(0)
        constant = polynomial.get((), Fraction(0))
        rest = {key: value for key, value in polynomial.items() if key != ()}
        factor = ratio(rest, self.polynomial) if rest else Fraction(0)
        return None if factor is None else (factor, constant)

    def linear_at(self, label: Fraction) -> tuple[Fraction, Fraction]:
        """(a, b) with ``pivot = a predictor + b`` for a value of the label."""
        coefficient, rest = Fraction(0), Fraction(0)
        for monomial, value in self.polynomial.items():
            powers = dict(monomial)
            size = value * label ** powers.get(self.setting.label, 0)
            if self.setting.predictor in powers:
                coefficient += size
            else:
                rest += size
        return coefficient, rest

    def step(self, term: Term) -> Fraction:
        """The largest g such that every exponential of the term is e^{n g pivot + c}, n whole."""
        multiples = (self.multiple(e) for e in exponents(term))
        sizes = [abs(found[0]) for found in multiples if found is not None and found[0]]
        if not sizes:
            return Fraction(1)
        lowest = 1
        for size in sizes:
            lowest = lowest * size.denominator // gcd(lowest, size.denominator)
        return Fraction(gcd(*(int(size * lowest) for size in sizes)), lowest)

    def span(self, term: Term) -> Fraction:
        """The distance between the largest and the least multiple of the pivot in exponents."""
        found = (self.multiple(exponent) for exponent in exponents(term))
        factors = [Fraction(0), *(one[0] for one in found if one is not None)]
        return max(factors) - min(factors)

    @cached_property
    def shift(self) -> tuple[Fraction, Polynomial] | None:
        """(a, r) with ``pivot = a predictor + r``; None if it is not of this form.

        The number a is not 0, and the polynomial r is free of the predictor.
        """
        own = self.setting.predictor
        linear = {key: value for key, value in self.polynomial.items() if own in dict(key)}
        if set(linear) != {((own, 1),)}:
            return None
        rest = {key: value for key, value in self.polynomial.items() if key not in linear}
        return linear[((own, 1),)], rest

    def exponential(self, multiple: Fraction) -> Term:
        """e^{multiple * pivot}."""
        return Pow(Constant("e"), times(multiple, self.pivot))

    def other(self) -> Branch:
        """The other side of zero."""
        sides = {Side.NONNEGATIVE: Side.NEGATIVE, Side.NEGATIVE: Side.NONNEGATIVE}
        return Branch(self.setting, self.pivot, sides.get(self.side, self.side))

    def hard(self, label: Fraction) -> Branch:
        """The same side for one value of the label."""
        at = Interval(label, label, low_open=False, high_open=False)
        return Branch(replace(self.setting, labels=at), self.pivot, self.side)


def times(multiple: Fraction, term: Term) -> Term:
    """``multiple * term`` as it is written: -z, 2 z, -2 (z - y), z/2."""
    size = abs(multiple)
    product = term if size.numerator == 1 else Mul(number(Fraction(size.numerator)), term)
    if size.denominator != 1:
        product = Div(product, number(Fraction(size.denominator)))
    return Neg(product) if multiple < 0 else product


def exponents(term: Term) -> Iterable[Term]:
    """The exponents of all exponentials in a plain term."""
    return [node.right for node in walk(term) if isinstance(node, Pow) and is_exponential(node)]


def pivot_of(term: Term, setting: Setting) -> Term:
    """The term whose sign decides which exponentials of ``term`` grow.

    It is the predictor if every exponent is a multiple of it, up to constants, or if there is
    no exponential at all; else the polynomial of which all exponents are multiples, if it is
    linear in the predictor. Where there is none, it is the predictor again.
    """
    predictor = Symbol(setting.predictor)
    asked = [*exponents(term), *_arguments(term)]
    polynomials = [as_polynomial(one) for one in asked]
    known = [one for one in polynomials if one and set(one) != {()}]
    if len(known) < len([one for one in polynomials if one is None or set(one) - {()}]):
        return predictor
    without = [{k: v for k, v in one.items() if k != ()} for one in known]
    ways = (known, without) if _arguments(term) else (without, known)
    for candidates in ways:
        if candidates and all(ratio(one, candidates[0]) for one in candidates):
            linear = _is_linear(candidates[0], setting.predictor)
            return _oriented(candidates[0], setting.predictor) if linear else predictor
    return predictor


def _is_linear(polynomial: Polynomial, predictor: str) -> bool:
    powers = {dict(monomial).get(predictor, 0) for monomial in polynomial}
    return max(powers) == 1


def _arguments(term: Term) -> list[Term]:
    names = ("Abs", "relu", "cosh", "sinh", "tanh")
    return [n.arguments[0] for n in walk(plain(term)) if isinstance(n, Call) and n.name in names]


def _oriented(polynomial: Polynomial, predictor: str) -> Term:
    """Scaled so that the coefficient of the predictor is 1, or of its first product."""
    with_predictor = [key for key in sorted(polynomial) if predictor in dict(key)]
    key = with_predictor[0] if with_predictor else next(iter(sorted(polynomial)))
    return term_of(scaled(polynomial, 1 / polynomial[key]))
