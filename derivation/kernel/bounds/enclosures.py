"""Images of intervals under monotone functions, with rational ends rounded outward.

For an increasing function f, f([a, b]) lies in [f(a), f(b)]. The two values are certified balls
(``refutation.reals``); their outer ends are taken. Where a value is not known, or an end lies
outside the domain of f, the end of the range of f takes its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from flint import arb, fmpq

from derivation.domain import REAL_LINE, Interval
from derivation.kernel.bounds.interval_arithmetic import NONNEGATIVE, POSITIVE, magnitude, negate
from derivation.kernel.refutation.reals import (
    Indeterminate,
    Undefined,
    Value,
    apply,
    power,
    working_bits,
)

__all__ = ["DECREASING", "INCREASING", "image", "outward", "power_image"]

Ends = tuple[Fraction | None, Fraction | None]

_BITS = 64
_LARGEST_SHIFT = 4096  # of a rational end, in bits
_UNIT = Interval(Fraction(0), Fraction(1))
_TWO_SIDED = Interval(Fraction(-1), Fraction(1))
_ARC = Fraction(15708, 10**4)  # > pi/2

INCREASING: Mapping[str, Interval] = MappingProxyType({
    # strictly increasing on the whole of its domain, which is an interval -> its range
    "exp": POSITIVE, "log": REAL_LINE, "ln": REAL_LINE, "log1p": REAL_LINE, "sqrt": NONNEGATIVE,
    "expm1": Interval(low=Fraction(-1)), "sigmoid": _UNIT, "sigma": _UNIT, "Phi": _UNIT,
    "tanh": _TWO_SIDED, "erf": _TWO_SIDED, "softplus": POSITIVE, "sinh": REAL_LINE,
    "asinh": REAL_LINE, "atanh": REAL_LINE, "logit": REAL_LINE, "erfinv": REAL_LINE,
    "acosh": NONNEGATIVE, "atan": Interval(-_ARC, _ARC), "asin": Interval(-_ARC, _ARC),
})  # fmt: skip
DECREASING: Mapping[str, Interval] = MappingProxyType({
    # strictly decreasing on the whole of its domain, which is an interval -> its range
    "erfc": Interval(Fraction(0), Fraction(2)),
    "acos": Interval(Fraction(0), 2 * _ARC, low_open=False),
})  # fmt: skip


def image(name: str, x: Interval) -> Interval | None:
    """The values of the function on the interval, or None for a function that is not here."""
    if name in INCREASING:
        return _between(name, x, INCREASING[name])
    if name in DECREASING:
        down = DECREASING[name]
        return negate(_between(name, x, negate(down), falls=True))
    if name == "cosh":  # even, and increasing where x >= 0
        return _between(name, magnitude(x), Interval(low=Fraction(1), low_open=False))
    return None


def power_image(base: Interval, exponent: Fraction) -> Interval:
    """b^q for b >= 0 and a fixed q that is not whole: increasing for q > 0, else decreasing."""
    base = base.intersect(NONNEGATIVE)
    if base.is_empty:
        return NONNEGATIVE
    low, high = (
        None if end is None else _value_of_power(end, exponent) for end in (base.low, base.high)
    )
    if exponent < 0:
        low, high = high, low
        opened = base.high_open, base.low_open
    else:
        opened = base.low_open, base.high_open
    below = None if low is None else outward(low)[0]
    above = None if high is None else outward(high)[1]
    bounded = Interval(below, above, below is None or opened[0], above is None or opened[1])
    return bounded.intersect(POSITIVE if exponent < 0 else NONNEGATIVE)


def _value_of_power(base: Fraction, exponent: Fraction) -> Value | None:
    with working_bits(_BITS):
        try:
            return power(_exact(base), _exact(exponent), exponent_is_real=False)
        except (Undefined, Indeterminate):
            return None


def _between(name: str, x: Interval, full: Interval, *, falls: bool = False) -> Interval:
    """From the value at the low end to the value at the high end (negated if ``falls``)."""
    low, high = (_ends(name, end, falls=falls) for end in (x.low, x.high))
    below, above = low[0], high[1]
    bounded = Interval(below, above, below is None or x.low_open, above is None or x.high_open)
    return bounded.intersect(full)


def _ends(
    name: str, at: Fraction | None, *, falls: bool
) -> tuple[Fraction | None, Fraction | None]:
    if at is None:
        return None, None
    with working_bits(_BITS):
        try:
            value = apply(name, [_exact(at)])
        except (Undefined, Indeterminate):
            return None, None
        return outward(-value if falls else value)


def _exact(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)


def outward(value: Value) -> Ends:
    """Rationals below and above a certified value; None where such a number would be too long."""
    if isinstance(value, fmpq):
        exact = Fraction(int(value.p), int(value.q))
        return exact, exact
    return _rational(value.lower()), _rational(value.upper())


def _rational(ball: arb) -> Fraction | None:
    """The number that a ball of radius 0 is."""
    if not ball.is_exact() or not ball.is_finite():
        return None
    if ball.is_zero():
        return Fraction(0)
    mantissa, exponent = (int(part) for part in ball.man_exp())
    if abs(exponent) > _LARGEST_SHIFT or mantissa.bit_length() > _LARGEST_SHIFT:
        return None
    return mantissa * Fraction(2) ** exponent
