"""Bounds of terms over a domain: intervals with rational ends that certainly hold the values.

Every rule returns a superset of the values that the term takes at points where it is defined;
an end is marked open only when it is certainly not taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import ceil, floor

from derivation.domain import REAL_LINE, Declaration, Interval, Kind
from derivation.kernel.bounds.interval_arithmetic import (
    NONNEGATIVE,
    POSITIVE,
    add,
    is_negative,
    is_nonnegative,
    is_nonzero,
    is_positive,
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
    Pow,
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
    "is_negative",
    "is_nonnegative",
    "is_nonzero",
    "is_positive",
    "multiply",
    "negate",
    "point",
    "power",
    "reciprocal",
]

_RANGES: dict[str, Interval] = {
    "sigmoid": Interval(Fraction(0), Fraction(1)),
    "sigma": Interval(Fraction(0), Fraction(1)),
    "softplus": POSITIVE,
    "cosh": Interval(low=Fraction(1), low_open=False),
    "tanh": Interval(Fraction(-1), Fraction(1)),
    "erf": Interval(Fraction(-1), Fraction(1)),
    "erfc": Interval(Fraction(0), Fraction(2)),
    "sin": Interval(Fraction(-1), Fraction(1), low_open=False, high_open=False),
    "cos": Interval(Fraction(-1), Fraction(1), low_open=False, high_open=False),
    "sqrt": NONNEGATIVE,
    "relu": NONNEGATIVE,
    "Abs": NONNEGATIVE,
    "sign": Interval(Fraction(-1), Fraction(1), low_open=False, high_open=False),
    "Heaviside": Interval(Fraction(0), Fraction(1), low_open=False, high_open=False),
    "Delta": Interval(Fraction(0), Fraction(1), low_open=False, high_open=False),
}
_CONSTANTS = {
    "e": Interval(Fraction(2718281, 10**6), Fraction(2718282, 10**6)),
    "pi": Interval(Fraction(3141592, 10**6), Fraction(3141593, 10**6)),
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
                return self._indices.get(name) or self._declared(name)
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
            case Call():
                return self._of_call(term)
        return REAL_LINE

    def _declared(self, name: str) -> Interval:
        declaration = self._declarations.get(name)
        if declaration is None:
            return REAL_LINE
        interval = declaration.interval
        if declaration.kind is Kind.INDEX:
            interval = interval.intersect(Interval(low=Fraction(1), low_open=False))
        if declaration.kind is Kind.INTEGER and interval.low is not None:
            least = floor(interval.low) + 1 if interval.low_open else ceil(interval.low)
            interval = interval.intersect(Interval(low=Fraction(least), low_open=False))
        if declaration.values:
            low, high = min(declaration.values), max(declaration.values)
            interval = interval.intersect(Interval(low, high, low_open=False, high_open=False))
        return interval

    def _of_power(self, term: Pow) -> Interval:
        if is_exponential(term):
            return self._of_exponential(term.right)
        exponent = self.of(term.right)
        base = self.of(term.left)
        if exponent.low is not None and exponent.low == exponent.high:
            if exponent.low.denominator == 1:
                return power(base, int(exponent.low))
            return NONNEGATIVE  # a root: defined for base >= 0 only
        return POSITIVE if is_positive(base) else REAL_LINE

    def _of_exponential(self, exponent: Term) -> Interval:
        x = self.of(exponent)
        low, low_open = Fraction(0), True
        if x.low is not None and x.low >= 0:  # e^x >= 1 for x >= 0
            low, low_open = Fraction(1), x.low > 0 or x.low_open
        if x.high is not None and x.high <= 0:
            return Interval(low, Fraction(1), low_open, x.high < 0 or x.high_open)
        return Interval(low=low, low_open=low_open)

    def _of_sum(self, term: Sum) -> Interval:
        """Only signs: a sum may be empty, and then it is 0."""
        lower, upper = self.of(term.lower), self.of(term.upper)
        inner = Bounds(
            self._declarations,
            {
                **self._indices,
                term.index: Interval(lower.low, upper.high, low_open=False, high_open=False),
            },
        )
        body = inner.of(term.body)
        has_terms = lower.high is not None and upper.low is not None and upper.low >= lower.high
        if is_nonnegative(body):
            return POSITIVE if is_positive(body) and has_terms else NONNEGATIVE
        if body.high is not None and body.high <= 0:
            return negate(POSITIVE if is_negative(body) and has_terms else NONNEGATIVE)
        return REAL_LINE

    def _of_call(self, term: Call) -> Interval:
        if term.primes:
            return REAL_LINE
        if term.name == "exp" and len(term.arguments) == 1:
            return self._of_exponential(term.arguments[0])
        if term.name in ("log", "ln", "log1p") and len(term.arguments) == 1:
            argument = self.of(term.arguments[0])
            if term.name == "log1p":
                argument = add(argument, point(Fraction(1)))
            return _of_logarithm(argument)
        return _RANGES.get(term.name, REAL_LINE)


def _of_logarithm(argument: Interval) -> Interval:
    """The sign of log x from x against 1."""
    if argument.low is not None and argument.low >= 1:
        return Interval(low=Fraction(0), low_open=argument.low > 1 or argument.low_open)
    if argument.high is not None and argument.high <= 1:
        return Interval(high=Fraction(0), high_open=argument.high < 1 or argument.high_open)
    return REAL_LINE
