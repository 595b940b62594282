"""Bounds of terms over a domain: intervals with rational ends that certainly hold the values.

Every rule returns a superset of the values that the term takes at points where it is defined;
an end is marked open only when it is certainly not taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import ceil, floor

from derivation.domain import REAL_LINE, Declaration, Interval, Kind
from derivation.kernel.differentiate import Jet, is_exponential
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
    "Bounds",
    "add",
    "is_negative",
    "is_nonnegative",
    "is_nonzero",
    "is_positive",
    "multiply",
    "power",
]

_LARGEST_POWER = 64
POSITIVE = Interval(low=Fraction(0))
NONNEGATIVE = Interval(low=Fraction(0), low_open=False)


def is_positive(x: Interval) -> bool:
    """Whether every value is > 0."""
    return x.low is not None and (x.low > 0 or (x.low == 0 and x.low_open))


def is_negative(x: Interval) -> bool:
    """Whether every value is < 0."""
    return x.high is not None and (x.high < 0 or (x.high == 0 and x.high_open))


def is_nonnegative(x: Interval) -> bool:
    """Whether every value is >= 0."""
    return x.low is not None and x.low >= 0


def is_nonzero(x: Interval) -> bool:
    """Whether 0 is certainly not a value."""
    return is_positive(x) or is_negative(x)


def point(value: Fraction) -> Interval:
    """The interval of one number."""
    return Interval(value, value, low_open=False, high_open=False)


def negate(x: Interval) -> Interval:
    """-x."""
    return Interval(
        None if x.high is None else -x.high,
        None if x.low is None else -x.low,
        x.high_open,
        x.low_open,
    )


def add(x: Interval, y: Interval) -> Interval:
    """x + y: an end is open when one of the two ends is."""
    return Interval(
        None if x.low is None or y.low is None else x.low + y.low,
        None if x.high is None or y.high is None else x.high + y.high,
        x.low_open or y.low_open,
        x.high_open or y.high_open,
    )


def multiply(x: Interval, y: Interval) -> Interval:
    """x y: ends from the products of the ends.

    An infinite end times a zero end is bounded by 0 there, because the factor itself is finite.
    """
    corners = [
        _corner(a, a_open, a_sign, b, b_open, b_sign)
        for a, a_open, a_sign in ((x.low, x.low_open, -1), (x.high, x.high_open, 1))
        for b, b_open, b_sign in ((y.low, y.low_open, -1), (y.high, y.high_open, 1))
    ]
    low = min(value for value, _ in corners)
    high = max(value for value, _ in corners)
    low_open = all(is_open for value, is_open in corners if value == low)
    high_open = all(is_open for value, is_open in corners if value == high)
    # a zero factor inside the other interval reaches 0 even when the corners are open
    reaches_zero = Fraction(0) in x or Fraction(0) in y
    return Interval(
        None if low == -_INFINITY else Fraction(low),
        None if high == _INFINITY else Fraction(high),
        low_open and not (low == 0 and reaches_zero),
        high_open and not (high == 0 and reaches_zero),
    )


_INFINITY = float("inf")


def _corner(
    a: Fraction | None, a_open: bool, a_sign: int, b: Fraction | None, b_open: bool, b_sign: int
) -> tuple[Fraction | float, bool]:
    """The product of two ends; ``None`` is an infinity with the given sign."""
    if a == 0 or b == 0:
        return Fraction(0), (a == 0 and a_open) or (b == 0 and b_open)
    if a is None or b is None:
        sign_a = a_sign if a is None else (1 if a > 0 else -1)
        sign_b = b_sign if b is None else (1 if b > 0 else -1)
        return sign_a * sign_b * _INFINITY, True
    return a * b, a_open or b_open


def reciprocal(x: Interval) -> Interval:
    """1/x at the nonzero values of x, when x has one sign."""
    if not (is_nonnegative(x) or (x.high is not None and x.high <= 0)):
        return REAL_LINE
    if x.high is not None and x.high <= 0:
        if x.low == 0:  # 0 alone: no value at all
            return REAL_LINE
        return negate(reciprocal(negate(x)))
    low = Fraction(0) if x.high is None else (1 / x.high if x.high else None)
    high = None if not x.low else 1 / x.low
    return Interval(low, high, True if x.high is None else x.high_open, x.low_open or not x.low)


def power(x: Interval, exponent: int) -> Interval:
    """x to a whole power, by monotony on each side of 0."""
    if exponent < 0:
        return reciprocal(power(x, -exponent))
    if exponent == 0:
        return point(Fraction(1))
    if exponent > _LARGEST_POWER:
        return NONNEGATIVE if exponent % 2 == 0 else REAL_LINE
    if exponent % 2 == 1 or is_nonnegative(x):
        return Interval(
            None if x.low is None else x.low**exponent,
            None if x.high is None else x.high**exponent,
            x.low_open,
            x.high_open,
        )
    if x.high is not None and x.high <= 0:
        return power(negate(x), exponent)
    if x.low is None or x.high is None:
        return NONNEGATIVE
    largest = max(-x.low, x.high)
    is_open = all(
        end_open
        for end, end_open in ((-x.low, x.low_open), (x.high, x.high_open))
        if end == largest
    )
    return Interval(Fraction(0), largest**exponent, low_open=False, high_open=is_open)


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
