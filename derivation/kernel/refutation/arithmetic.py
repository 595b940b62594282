"""Arithmetic on certified values: exact rationals and balls.

A value is an ``fmpq`` (it is the number) or an ``arb`` (it contains the number). Given values
that contain the arguments, each function here returns a value that contains the result, for
*every* number in the balls it was given; so it also certifies that the result is defined on
the whole ball. ``Undefined`` says that it is defined nowhere in the ball, ``Indeterminate``
that nothing is known. A ball that is not finite is never a value.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias

from flint import arb, ctx, fmpq

__all__ = [
    "Indeterminate", "Undefined", "Value", "add", "as_ball", "as_whole", "divide", "exponential",
    "finite", "integer_power", "is_exact", "moderate", "multiply", "power", "power_of_zero", "root",
    "sign_of", "subtract", "working_bits",
]  # fmt: skip

Value: TypeAlias = fmpq | arb

MAX_EXACT_BITS = 60_000  # a longer rational becomes a ball
MAX_EXPONENT = 1 << 40  # of an integer power
MAX_EXPONENTIAL = 1 << 64  # argument of exp and its kin: balls have exponents of any length
MAX_ROOT = 64  # degree of a root that is looked for among the rationals
MAX_ROOT_BITS = 4000


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


def as_ball(value: Value) -> arb:
    """A ball that contains the value, at the working precision."""
    return value if isinstance(value, arb) else arb(value)


def is_exact(value: Value) -> bool:
    """Whether the value is the number itself, not a ball around it."""
    return isinstance(value, fmpq)


def as_whole(value: Value) -> int | None:
    """The whole number that the value certainly is, or None."""
    return int(value.p) if isinstance(value, fmpq) and value.q == 1 else None


def sign_of(value: Value) -> int:
    """-1, 0 or 1. Raises Indeterminate when the ball reaches across zero."""
    if isinstance(value, fmpq):
        top = value.p
        return int(top > 0) - int(top < 0)
    if value > 0:
        return 1
    if value < 0:
        return -1
    if value.is_zero():
        return 0
    raise Indeterminate("the sign is not known at this precision")


def finite(value: Value) -> Value:
    """The value itself; a ball that is not finite (nan, infinite) is never a value.

    A ball of radius 0 around a whole number is that number; a long rational becomes a ball.
    """
    if isinstance(value, fmpq):
        bits: int = value.p.bit_length() + value.q.bit_length()
        return value if bits <= MAX_EXACT_BITS else finite(arb(value))
    if not value.is_finite():
        raise Indeterminate("no finite ball at this precision")
    if value.is_exact() and value.is_integer() and abs(value) < MAX_EXPONENT:
        number = value.unique_fmpz()
        return value if number is None else fmpq(number)
    return value


def add(left: Value, right: Value) -> Value:
    """The sum."""
    if is_exact(left) and is_exact(right):
        return finite(left + right)
    return finite(as_ball(left) + as_ball(right))


def subtract(left: Value, right: Value) -> Value:
    """The difference."""
    return add(left, -right)


def multiply(left: Value, right: Value) -> Value:
    """The product; exactly 0 times any value is 0, because values are finite."""
    if (is_exact(left) and left == 0) or (is_exact(right) and right == 0):
        return fmpq(0)
    if is_exact(left) and is_exact(right):
        return finite(left * right)
    return finite(as_ball(left) * as_ball(right))


def divide(left: Value, right: Value) -> Value:
    """The quotient; the denominator must be nonzero."""
    if sign_of(right) == 0:
        raise Undefined("division by zero")
    if is_exact(left) and is_exact(right):
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
        return _huge_power(base, exponent)
    result: Value = fmpq(1)
    while exponent:
        if exponent & 1:
            result = multiply(result, base)
        exponent >>= 1
        if exponent:
            base = multiply(base, base)
    return result


def _huge_power(base: Value, exponent: int) -> Value:
    """base to a huge positive whole number: the sign apart, e to exponent log |base|."""
    if sign_of(base) == 0:
        return fmpq(0)
    size = exponential(multiply(fmpq(exponent), finite(abs(as_ball(base)).log())))
    return -size if base < 0 and exponent % 2 else size


def moderate(value: Value) -> arb:
    """A ball that contains the value, for a function that grows like exp.

    Raises Indeterminate for a huge one.
    """
    ball = as_ball(value)
    if not abs(ball) < MAX_EXPONENTIAL:
        raise Indeterminate("a huge exponent")
    return ball


def exponential(value: Value) -> Value:
    """e to the value."""
    return finite(moderate(value).exp())


def root(value: Value, degree: int) -> Value:
    """The root of a positive value; the rational number itself where it is one."""
    if isinstance(value, fmpq) and degree <= MAX_ROOT:
        top, bottom = value.p, value.q
        if top.bit_length() + bottom.bit_length() <= MAX_ROOT_BITS:
            found = fmpq(top.root(degree), bottom.root(degree))
            if found**degree == value:
                return found
    return finite(as_ball(value).root(degree))


def power_of_zero(exponent: Value) -> Value:
    """The written number 0 to a real exponent: 0 for one that is positive, else no value."""
    if sign_of(exponent) <= 0:
        raise Undefined("zero to a power that is not positive")
    return fmpq(0)


def power(base: Value, exponent: Value, exponent_is_real: bool) -> Value:
    """base to a power that is not e to something.

    * exponent a whole number by its form: any base, but 0 only to positive powers;
    * exponent a rational number by its form: base >= 0, and > 0 for a negative exponent;
    * any other exponent (``exponent_is_real``): base > 0.
    """
    whole = as_whole(exponent)
    if whole is not None and not exponent_is_real:
        return integer_power(base, whole)
    sign = sign_of(base)
    if sign <= 0:
        if exponent_is_real:
            raise Undefined("a real power of a base that is not positive")
        if not isinstance(exponent, fmpq):
            raise Indeterminate("a power that is not known exactly")
        if sign < 0:
            raise Undefined("a fractional power of a negative number")
        if exponent < 0:
            raise Undefined("zero to a negative power")
        return fmpq(0)
    if whole is not None:
        return integer_power(base, whole)
    if isinstance(exponent, fmpq) and exponent.q <= MAX_ROOT:
        return integer_power(root(base, int(exponent.q)), int(exponent.p))
    return exponential(multiply(exponent, finite(as_ball(base).log())))
