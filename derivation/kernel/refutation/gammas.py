"""The gamma function and its kin on certified values, which obey the contract of ``arithmetic``.

Each is analytic wherever it gives a value. Sources of the formulas: NIST Digital Library of
Mathematical Functions, chapters 5 (gamma, beta, polygamma) and 25 (Hurwitz zeta).
"""

from __future__ import annotations

import math

from flint import arb, ctx, fmpq, fmpz

from derivation.kernel.refutation.arithmetic import (
    Indeterminate,
    Undefined,
    Value,
    add,
    as_ball,
    as_whole,
    divide,
    finite,
    integer_power,
    is_exact,
    moderate,
    multiply,
    sign_of,
    subtract,
)

__all__ = ["beta", "binomial", "digamma", "factorial", "gamma", "loggamma", "polygamma"]

MAX_FACTORIAL = 5000  # argument of a factorial that is worked out exactly
MAX_BITS = 60_000  # of an exact binomial coefficient
MAX_FALLING = 200  # factors of a binomial coefficient with any n
MAX_SHIFTS = 1000  # steps from a negative argument of polygamma to a positive one
MAX_BITS_OF_ZETA = 1024  # more take too long
ONE = fmpq(1)


def _no_pole(x: Value) -> None:
    """gamma and polygamma have poles at 0, -1, -2, ...; elsewhere they are analytic."""
    if (whole := as_whole(x)) is not None and whole <= 0:
        raise Undefined("a pole of the gamma function")


def gamma(x: Value) -> Value:
    """gamma, everywhere but at its poles; (n - 1)! for whole n."""
    _no_pole(x)
    whole = as_whole(x)
    if whole is not None and whole <= MAX_FACTORIAL + 1:
        return fmpq(fmpz(math.factorial(whole - 1)))
    return finite(moderate(x).gamma())


def factorial(x: Value) -> Value:
    """gamma(x + 1)."""
    return gamma(add(x, ONE))


def loggamma(x: Value) -> Value:
    """For x > 0, where it is the logarithm of gamma."""
    if sign_of(x) <= 0:
        raise Undefined("loggamma of a number outside its domain")
    return finite(as_ball(x).lgamma())


def digamma(x: Value) -> Value:
    """gamma'(x) / gamma(x)."""
    _no_pole(x)
    return finite(moderate(x).digamma())


def polygamma(order: Value, x: Value) -> Value:
    """The derivative of digamma, ``order`` times, for a whole order.

    (-1)^(n+1) n! sum over k >= 0 of (x + k)^(-n-1); the sum is the Hurwitz zeta function for
    x > 0, and terms are taken off one by one until the rest has a positive argument.
    """
    n = as_whole(order)
    if n is None or not 0 <= n <= MAX_FACTORIAL:
        raise Indeterminate("polygamma of an order that is not a moderate whole number")
    if n == 0:
        return digamma(x)
    if ctx.prec > MAX_BITS_OF_ZETA:
        raise Indeterminate("polygamma at a high precision")
    _no_pole(x)
    total: Value = fmpq(0)
    for _ in range(MAX_SHIFTS):
        if x > 0:
            break
        total = add(total, divide(ONE, integer_power(x, n + 1)))
        x = add(x, ONE)
    else:
        raise Indeterminate("polygamma of a number far below zero")
    total = add(total, finite(arb(n + 1).zeta(as_ball(x))))
    size = multiply(fmpq(fmpz(math.factorial(n))), total)
    return size if n % 2 else -size


def binomial(n: Value, k: Value) -> Value:
    """gamma(n + 1) / (gamma(k + 1) gamma(n - k + 1)), where all three are defined."""
    rest = subtract(n, k)
    for one in (n, k, rest):
        if (whole := as_whole(one)) is not None and whole < 0:
            raise Undefined("binomial: a pole of the gamma function")
    top, bottom, other = as_whole(n), as_whole(k), as_whole(rest)
    if top is not None and bottom is not None and other is not None:
        chosen = min(bottom, other)
        if chosen * max(top.bit_length(), 1) <= MAX_BITS:
            return fmpq(fmpz(math.comb(top, chosen)))
    elif bottom is not None and bottom <= MAX_FALLING and is_exact(n):
        # gamma(n + 1) / gamma(n - k + 1) = n (n - 1) ... (n - k + 1)
        result: Value = ONE
        for step in range(bottom):
            result = multiply(result, divide(subtract(n, fmpq(step)), fmpq(step + 1)))
        return result
    return divide(factorial(n), multiply(factorial(k), factorial(rest)))


def beta(a: Value, b: Value) -> Value:
    """gamma(a) gamma(b) / gamma(a + b) for a, b > 0."""
    if sign_of(a) <= 0 or sign_of(b) <= 0:
        raise Indeterminate("beta of a number that is not positive")
    return divide(multiply(gamma(a), gamma(b)), gamma(add(a, b)))
