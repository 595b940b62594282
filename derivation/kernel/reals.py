"""Arithmetic and functions on certified values: exact rationals and balls.

A value is an ``fmpq`` (it is the number) or an ``arb`` (it contains the number). Given values
that contain the arguments, each function here returns a value that contains the result, for
*every* number in the balls it was given; so it also certifies that the result is defined on
the whole ball. ``Undefined`` says that it is defined nowhere in the ball, ``Indeterminate``
that nothing is known. A ball that is not finite is never a value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import reduce
from types import MappingProxyType
from typing import TypeAlias

from flint import arb, ctx, fmpq

__all__ = [
    "Indeterminate", "Undefined", "Value", "add", "apply", "as_ball", "as_whole", "divide",
    "exponential", "finite", "multiply", "power", "sign_of", "subtract", "working_bits",
]  # fmt: skip

Value: TypeAlias = fmpq | arb

MAX_EXACT_BITS = 60_000  # a longer rational becomes a ball
MAX_EXPONENT = 1 << 40  # of an integer power
MAX_EXPONENTIAL = 1 << 24  # argument of exp and its kin


class Undefined(Exception):
    """The term certainly has no real value at the point."""


class Indeterminate(Exception):
    """Nothing is known: too little precision, or a construct without a rule here."""


@contextmanager
def working_bits(bits: int) -> Iterator[None]:
    """Precision of balls inside a ``with`` block; restored whatever happens."""
    before = ctx.prec
    ctx.prec = bits
    try:
        yield
    finally:
        ctx.prec = before


# ------------------------------------------------------------------------- arithmetic


def as_ball(value: Value) -> arb:
    """A ball that contains the value, at the working precision."""
    return value if isinstance(value, arb) else arb(value)


def _is_exact(value: Value) -> bool:
    return isinstance(value, fmpq)


def as_whole(value: Value) -> int | None:
    """The whole number that the value certainly is, or None."""
    return int(value.p) if isinstance(value, fmpq) and value.q == 1 else None


def sign_of(value: Value) -> int:
    """-1, 0 or 1. Raises Indeterminate when the ball reaches across zero."""
    if value > 0:
        return 1
    if value < 0:
        return -1
    if (value == 0) if _is_exact(value) else value.is_zero():
        return 0
    raise Indeterminate("the sign is not known at this precision")


def finite(value: Value) -> Value:
    """The value itself; a ball that is not finite (nan, infinite) is never a value.

    A ball of radius 0 around a whole number is that number; a long rational becomes a ball.
    """
    if isinstance(value, fmpq):
        bits = int(value.p).bit_length() + int(value.q).bit_length()
        return value if bits <= MAX_EXACT_BITS else finite(arb(value))
    if not value.is_finite():
        raise Indeterminate("no finite ball at this precision")
    if value.is_exact() and value.is_integer() and abs(value) < MAX_EXPONENT:
        number = value.unique_fmpz()
        return value if number is None else fmpq(number)
    return value


def add(left: Value, right: Value) -> Value:
    """The sum."""
    if _is_exact(left) and _is_exact(right):
        return finite(left + right)
    return finite(as_ball(left) + as_ball(right))


def subtract(left: Value, right: Value) -> Value:
    """The difference."""
    return add(left, -right)


def multiply(left: Value, right: Value) -> Value:
    """The product; exactly 0 times any value is 0, because values are finite."""
    if (_is_exact(left) and left == 0) or (_is_exact(right) and right == 0):
        return fmpq(0)
    if _is_exact(left) and _is_exact(right):
        return finite(left * right)
    return finite(as_ball(left) * as_ball(right))


def divide(left: Value, right: Value) -> Value:
    """The quotient; the denominator must be nonzero."""
    if sign_of(right) == 0:
        raise Undefined("division by zero")
    if _is_exact(left) and _is_exact(right):
        return finite(left / right)
    return finite(as_ball(left) / as_ball(right))


def integer_power(base: Value, exponent: int) -> Value:
    """base to a whole number; 0 to 0 and 0 to a negative number are undefined.

    Multiplies by itself: ``arb ** n`` is not a number for a ball around zero.
    """
    if exponent <= 0 and sign_of(base) == 0:
        raise Undefined("zero to a power that is not positive")
    if exponent < 0:
        return divide(fmpq(1), integer_power(base, -exponent))
    if exponent > MAX_EXPONENT:
        raise Indeterminate("a huge exponent")
    result: Value = fmpq(1)
    while exponent:
        if exponent & 1:
            result = multiply(result, base)
        exponent >>= 1
        if exponent:
            base = multiply(base, base)
    return result


def power(base: Value, exponent: Value, exponent_is_real: bool) -> Value:
    """base to a power that is not e to something.

    * exponent a whole number by its form: any base, but 0 only to positive powers;
    * exponent a rational number by its form: base >= 0, and > 0 for a negative exponent;
    * any other exponent (``exponent_is_real``, or known as a ball only): base > 0.
    """
    whole = as_whole(exponent)
    if whole is not None and not exponent_is_real:
        return integer_power(base, whole)
    sign = sign_of(base)
    if sign <= 0:
        if exponent_is_real or not _is_exact(exponent):
            raise Indeterminate("a real power of a base that is not positive")
        if sign < 0:
            raise Undefined("a fractional power of a negative number")
        if exponent < 0:
            raise Undefined("zero to a negative power")
        return fmpq(0)
    if whole is not None:
        return integer_power(base, whole)
    return exponential(multiply(as_ball(exponent), as_ball(base).log()))


# ------------------------------------------------------------------------- functions


def _of_ball(name: str) -> Callable[[Value], Value]:
    """A function that is analytic on the whole real line."""
    return lambda x: finite(getattr(as_ball(x), name)())


def _of_moderate_ball(name: str) -> Callable[[Value], Value]:
    """The same for a function that grows like exp: huge arguments are refused."""
    return lambda x: finite(getattr(_moderate(x), name)())


def _moderate(x: Value) -> arb:
    ball = as_ball(x)
    if not abs(ball) < MAX_EXPONENTIAL:
        raise Indeterminate("a huge exponent")
    return ball


exponential = _of_moderate_ball("exp")


def _positive(x: Value, what: str) -> None:
    if sign_of(x) <= 0:
        raise Undefined(f"{what} of a number outside its domain")


def _log(x: Value) -> Value:
    _positive(x, "log")
    return finite(as_ball(x).log())


def _log1p(x: Value) -> Value:
    _positive(add(fmpq(1), x), "log1p")
    return finite(as_ball(x).log1p())


def _sqrt(x: Value) -> Value:
    if (sign := sign_of(x)) < 0:
        raise Undefined("square root of a negative number")
    return finite(as_ball(x).sqrt()) if sign else fmpq(0)


def _tan(x: Value) -> Value:
    return divide(finite(as_ball(x).sin()), finite(as_ball(x).cos()))


def _sigmoid(x: Value) -> Value:
    return divide(fmpq(1), add(fmpq(1), exponential(-x)))


def _softplus(x: Value) -> Value:
    return _log1p(exponential(x))


def _logit(x: Value) -> Value:
    """log(x / (1 - x)) for 0 < x < 1."""
    _positive(x, "logit")
    _positive(subtract(fmpq(1), x), "logit")
    return _log(divide(x, subtract(fmpq(1), x)))


def _magnitude(x: Value) -> Value:
    return abs(x) if isinstance(x, arb) else max(x, -x)


def _inverse_of_unit(name: str) -> Callable[[Value], Value]:
    """asin and acos, for -1 <= x <= 1."""

    def value(x: Value) -> Value:
        if sign_of(subtract(fmpq(1), _magnitude(x))) < 0:
            raise Undefined(f"{name} of a number outside [-1, 1]")
        return finite(getattr(as_ball(x), name)())

    return value


def _atanh(x: Value) -> Value:
    _positive(subtract(fmpq(1), _magnitude(x)), "atanh")
    return finite(as_ball(x).atanh())


def _acosh(x: Value) -> Value:
    if sign_of(subtract(x, fmpq(1))) < 0:
        raise Undefined("acosh of a number below 1")
    return finite(as_ball(x).acosh())


def _no_pole(x: Value) -> None:
    """gamma and digamma have poles at 0, -1, -2, ...; elsewhere they are analytic."""
    if (whole := as_whole(x)) is not None and whole <= 0:
        raise Undefined("a pole of the gamma function")


def _gamma(x: Value) -> Value:
    _no_pole(x)
    return finite(_moderate(x).gamma())


def _digamma(x: Value) -> Value:
    _no_pole(x)
    return finite(_moderate(x).digamma())


def _loggamma(x: Value) -> Value:
    """For x > 0, where it is the logarithm of gamma."""
    _positive(x, "loggamma")
    return finite(as_ball(x).lgamma())


def _factorial(x: Value) -> Value:
    """gamma(x + 1)."""
    return _gamma(add(x, fmpq(1)))


def _signum(x: Value) -> Value:
    return fmpq(sign_of(x))


def _heaviside(x: Value) -> Value:
    """0 below zero, 1 above, 1/2 at zero."""
    return fmpq(sign_of(x) + 1, 2)


def _floor(x: Value) -> Value:
    if isinstance(x, fmpq):
        return fmpq(x.floor())
    lowest = x.floor().unique_fmpz()  # of an enclosure of floor on the ball
    if lowest is None:
        raise Indeterminate("a ball around a whole number")
    return fmpq(lowest)


def _ceiling(x: Value) -> Value:
    return -_floor(-x)


def _delta(x: Value, y: Value) -> Value:
    """Kronecker's delta: 1 where the arguments are equal, else 0."""
    return fmpq(1 if sign_of(subtract(x, y)) == 0 else 0)


# Analytic where they give a value, or constant on the whole ball: floor, sign, Heaviside and
# Delta refuse a ball on which they are not.
_UNARY: Mapping[str, Callable[[Value], Value]] = MappingProxyType(
    {
        "exp": exponential, "log": _log, "ln": _log, "sqrt": _sqrt, "log1p": _log1p,
        "sin": _of_ball("sin"), "cos": _of_ball("cos"), "tan": _tan,
        "sinh": _of_moderate_ball("sinh"), "cosh": _of_moderate_ball("cosh"),
        "tanh": _of_ball("tanh"), "expm1": _of_moderate_ball("expm1"),
        "sigmoid": _sigmoid, "sigma": _sigmoid, "softplus": _softplus, "logit": _logit,
        "asin": _inverse_of_unit("asin"), "acos": _inverse_of_unit("acos"),
        "atan": _of_ball("atan"), "asinh": _of_ball("asinh"), "acosh": _acosh, "atanh": _atanh,
        "erf": _of_ball("erf"), "erfc": _of_moderate_ball("erfc"),
        "gamma": _gamma, "digamma": _digamma, "loggamma": _loggamma, "factorial": _factorial,
        "sign": _signum, "Heaviside": _heaviside, "floor": _floor, "ceiling": _ceiling,
    }
)  # fmt: skip
_KINKED = frozenset({"Abs", "relu", "Max", "Min"})


def _larger(smooth: bool) -> Callable[[Value, Value], Value]:
    def value(left: Value, right: Value) -> Value:
        if smooth or (_is_exact(left) and _is_exact(right)):
            # equal on the whole ball is no kink either, so sign 0 is fine
            return left if sign_of(subtract(left, right)) >= 0 else right
        return finite(as_ball(left).max(as_ball(right)))

    return value


def _kinked(name: str, values: list[Value], smooth: bool) -> Value:
    """|x|, relu, Max, Min. ``smooth``: refuse a ball with a kink in it."""
    match name, values:
        case "Abs", [x]:
            if smooth:
                sign_of(x)
            return _magnitude(x)
        case "relu", [x]:
            return _larger(smooth)(x, fmpq(0))
        case "Max", [_, *_]:
            return reduce(_larger(smooth), values)
        case "Min", [_, *_]:
            return -reduce(_larger(smooth), [-value for value in values])
    raise Indeterminate(f"{name} of {len(values)} arguments")


def apply(name: str, values: list[Value], smooth: bool = False) -> Value:
    """A built-in function applied to values.

    ``smooth`` refuses (Indeterminate) a ball on which the function has a kink, so that the
    result depends smoothly on everything that varies inside the balls.
    """
    if name in _KINKED:
        return _kinked(name, values, smooth)
    if name == "Delta" and len(values) == 2:
        return _delta(*values)
    if name in _UNARY and len(values) == 1:
        return _UNARY[name](values[0])
    raise Indeterminate(f"no rule for {name} of {len(values)} arguments")
