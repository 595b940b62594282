"""Bounds of terms over a domain: intervals with rational ends that certainly hold the values.

Every rule returns a superset of the values that the term takes at points where it is defined;
an end is marked open only when it is certainly not taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import reduce
from math import ceil, floor

from derivation.domain import REAL_LINE, Declaration, Interval, Kind
from derivation.kernel.bounds import enclosures
from derivation.kernel.bounds.interval_arithmetic import (
    NONNEGATIVE,
    POSITIVE,
    add,
    hull,
    is_negative,
    is_nonnegative,
    is_nonzero,
    is_positive,
    magnitude,
    maximum,
    multiply,
    negate,
    point,
    power,
    reciprocal,
)
from derivation.kernel.calculus.differentiate import Jet, is_exponential
from derivation.term import (
    Add,
    Call,
    Constant,
    Div,
    Indexed,
    Mul,
    Neg,
    Number,
    Piecewise,
    Pow,
    Product,
    Ranged,
    Sub,
    Sum,
    Symbol,
    Term,
)

__all__ = [
    "NONNEGATIVE",
    "POSITIVE",
    "Bounds",
    "add",
    "hull",
    "is_negative",
    "is_nonnegative",
    "is_nonzero",
    "is_positive",
    "magnitude",
    "maximum",
    "multiply",
    "negate",
    "point",
    "power",
    "reciprocal",
]

_UNIT = Interval(Fraction(0), Fraction(1), low_open=False, high_open=False)
_CIRCLE = Interval(Fraction(-1), Fraction(1), low_open=False, high_open=False)

_RANGES: dict[str, Interval] = {
    "sin": _CIRCLE, "cos": _CIRCLE, "sign": _CIRCLE, "Heaviside": _UNIT,
    "sech": Interval(Fraction(0), Fraction(1), high_open=False),
}  # fmt: skip
_CONSTANTS = {
    "e": Interval(Fraction(2718281828, 10**9), Fraction(2718281829, 10**9)),
    "pi": Interval(Fraction(3141592653, 10**9), Fraction(3141592654, 10**9)),
    "EulerGamma": Interval(Fraction(577215664, 10**9), Fraction(577215665, 10**9)),
}


class Bounds:
    """Intervals of plain terms without derivatives, over declared names.

    ``indices`` are the ranges of bound indices that are in scope.
    """

    def __init__(
        self, declarations: Mapping[str, Declaration], indices: Mapping[str, Interval]
    ) -> None:
        self._declarations = declarations
        self._indices = indices

    def of(self, term: Term) -> Interval:
        """An interval that certainly holds every value the term takes where it is defined."""
        match term:
            case Number():
                return point(term.value)
            case Constant(name=name):
                return _CONSTANTS.get(name, REAL_LINE)
            case Symbol(name=name):
                return self.of_name(name)
            case Indexed(base=base):
                return self._declared(base)
            case Jet(name=name, orders=orders, by=by):
                return REAL_LINE if by or any(orders) else self._declared(name)
            case Neg(body=body):
                return negate(self.of(body))
            case Add(left=left, right=right):
                return add(self.of(left), self.of(right))
            case Sub(left=left, right=right):
                if left == right:  # the same value, wherever there is one
                    return point(Fraction(0))
                return add(self.of(left), negate(self.of(right)))
            case Mul(left=left, right=right):
                if left == right:
                    return power(self.of(left), 2)
                return multiply(self.of(left), self.of(right))
            case Div(left=left, right=right):
                return multiply(self.of(left), reciprocal(self.of(right)))
            case Pow():
                return self._of_power(term)
            case Sum():
                return self._of_sum(term)
            case Product():
                return self._of_product(term)
            case Piecewise(branches=branches):
                return reduce(hull, (self.of(value) for value, _ in branches))
            case Call():
                return self._of_call(term)
        return REAL_LINE

    def of_name(self, name: str) -> Interval:
        """An interval that certainly holds every value of a name."""
        return self._indices.get(name) or self._declared(name)

    def _declared(self, name: str) -> Interval:
        declaration = self._declarations.get(name)
        if declaration is None:
            return REAL_LINE
        interval = declaration.interval
        if declaration.kind is Kind.INDEX:
            interval = interval.intersect(Interval(low=Fraction(1), low_open=False))
        if declaration.kind is Kind.INTEGER:
            interval = _whole_ends(interval)
        if declaration.values:
            low, high = min(declaration.values), max(declaration.values)
            interval = interval.intersect(Interval(low, high, low_open=False, high_open=False))
        return interval

    def _of_power(self, term: Pow) -> Interval:
        if is_exponential(term):
            return enclosures.image("exp", self.of(term.right)) or REAL_LINE
        exponent = self.of(term.right)
        base = self.of(term.left)
        if exponent.low is not None and exponent.low == exponent.high:
            if exponent.low.denominator == 1:
                return power(base, int(exponent.low))
            return enclosures.power_image(base, exponent.low)  # defined for base >= 0 only
        return POSITIVE if is_positive(base) else REAL_LINE

    def _inside(self, term: Ranged) -> tuple[Bounds, bool]:
        """Bounds in the body of a sum or product, and whether it certainly has a term."""
        lower, upper = self.of(term.lower), self.of(term.upper)
        own = Interval(lower.low, upper.high, low_open=False, high_open=False)
        inner = Bounds(self._declarations, {**self._indices, term.index: own})
        certain = lower.high is not None and upper.low is not None and upper.low >= lower.high
        return inner, certain

    def _of_sum(self, term: Sum) -> Interval:
        """Only signs: a sum may be empty, and then it is 0."""
        inner, has_terms = self._inside(term)
        body = inner.of(term.body)
        if is_nonnegative(body):
            return POSITIVE if is_positive(body) and has_terms else NONNEGATIVE
        if body.high is not None and body.high <= 0:
            return negate(POSITIVE if is_negative(body) and has_terms else NONNEGATIVE)
        return REAL_LINE

    def _of_product(self, term: Product) -> Interval:
        """Only signs: a product may be empty, and then it is 1."""
        inner, _ = self._inside(term)
        body = inner.of(term.body)
        if is_nonnegative(body):
            return POSITIVE if is_positive(body) else NONNEGATIVE
        return REAL_LINE

    def _of_call(self, term: Call) -> Interval:
        if term.primes:
            return REAL_LINE
        arguments = [self.of(argument) for argument in term.arguments]
        match term.name, arguments:
            case ("Abs", [x]):
                return magnitude(x)
            case ("relu", [x]):
                return maximum(x, point(Fraction(0)))
            case ("Max", [_, *_]):
                return reduce(maximum, arguments)
            case ("Min", [_, *_]):
                return negate(reduce(maximum, map(negate, arguments)))
            case ("floor", [x]):
                return _floor(x)
            case ("ceiling", [x]):
                return negate(_floor(negate(x)))
            case ("gamma", [x]) if is_positive(x):
                return POSITIVE
            case ("factorial", [x]) if is_positive(add(x, point(Fraction(1)))):
                return POSITIVE
            case ("beta", [_, _]):  # defined for positive arguments only
                return POSITIVE
            case ("Mod", [_, y]):  # defined for y > 0 only; 0 <= Mod(x, y) < y
                return Interval(Fraction(0), y.high, low_open=False)
            case ("Delta", [_, _]):
                return _UNIT
            case (_, [x]):
                found = enclosures.image(term.name, x)
                return found if found is not None else _RANGES.get(term.name, REAL_LINE)
        return REAL_LINE


def _whole_ends(x: Interval) -> Interval:
    """The ends moved inward to whole numbers."""
    low = high = None
    if x.low is not None:
        low = Fraction(floor(x.low) + 1 if x.low_open else ceil(x.low))
    if x.high is not None:
        high = Fraction(ceil(x.high) - 1 if x.high_open else floor(x.high))
    return Interval(low, high, low is None, high is None)


def _floor(x: Interval) -> Interval:
    """The greatest whole numbers that are not above the values."""
    low = None if x.low is None else Fraction(floor(x.low))
    return Interval(low, _whole_ends(x).high, low is None, x.high is None)
