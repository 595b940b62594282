"""Arithmetic on intervals with rational ends.

Every result is a superset of the values that the operation takes at points of its arguments
where it is defined; an end is marked open only when it is certainly not taken.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache

from derivation.domain import REAL_LINE, Interval

__all__ = [
    "NONNEGATIVE",
    "ONE",
    "POSITIVE",
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

_LARGEST_POWER = 64
POSITIVE = Interval(low=Fraction(0))
NONNEGATIVE = Interval(low=Fraction(0), low_open=False)
ZERO = Interval(Fraction(0), Fraction(0), low_open=False, high_open=False)
ONE = Interval(Fraction(1), Fraction(1), low_open=False, high_open=False)


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


def hull(x: Interval, y: Interval) -> Interval:
    """The least interval that holds the values of both."""
    return Interval(
        None if x.low is None or y.low is None else min(x.low, y.low),
        None if x.high is None or y.high is None else max(x.high, y.high),
        _outer_open(x.low, x.low_open, y.low, y.low_open, min),
        _outer_open(x.high, x.high_open, y.high, y.high_open, max),
    )


def _outer_open(
    a: Fraction | None,
    a_open: bool,
    b: Fraction | None,
    b_open: bool,
    outer: Callable[[Fraction, Fraction], Fraction],
) -> bool:
    """Whether the outer one of two ends is certainly not taken."""
    if a is None or b is None:
        return True
    end = outer(a, b)
    return (a_open or a != end) and (b_open or b != end)


def maximum(x: Interval, y: Interval) -> Interval:
    """max(x, y): at least either low end, at most the greater high end."""
    above = Interval(x.low, None, x.low_open).intersect(Interval(y.low, None, y.low_open))
    return above.intersect(Interval(None, hull(x, y).high, high_open=hull(x, y).high_open))


def magnitude(x: Interval) -> Interval:
    """|x|."""
    if is_nonnegative(x):
        return x
    if x.high is not None and x.high <= 0:
        return negate(x)
    both = hull(x, negate(x))
    return Interval(Fraction(0), both.high, low_open=False, high_open=both.high_open)


def point(value: Fraction) -> Interval:
    """The interval of one number."""
    if value == 1:
        return ONE
    if value == 0:
        return ZERO
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
    if x is ZERO:
        return y
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
    if x is ONE and _is_as_computed(y):
        return y
    if y is ONE and _is_as_computed(x):
        return x
    return _multiplied(x, y)


@lru_cache(maxsize=1024)
def _multiplied(x: Interval, y: Interval) -> Interval:
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


def _is_as_computed(x: Interval) -> bool:
    """Whether it has values, and its infinite ends are open, as in every result of arithmetic."""
    if x.low is None or x.high is None:
        return (x.low is not None or x.low_open) and (x.high is not None or x.high_open)
    return x.low < x.high or (x.low == x.high and not x.low_open and not x.high_open)


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
    if x.is_empty or not (is_nonnegative(x) or (x.high is not None and x.high <= 0)):
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
        return ONE
    if exponent == 1:
        return x
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
