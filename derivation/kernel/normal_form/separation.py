"""Constants built by + - * / and roots: 0, when they are closer to 0 than any such nonzero number.

For E built from whole numbers define u(E), l(E), and D(E), the product of the degrees of its
  roots, by whole n: u = |n|, l = 1;             E1 +- E2: u = u1 l2 + l1 u2, l = l1 l2;
  E1 E2: u = u1 u2, l = l1 l2;         E1 / E2: u = u1 l2, l = l1 u2;
  k-th root of E1: u = (u1 l1^(k-1))^(1/k), l = l1 if u1 >= l1, else u = u1, l = (u1^(k-1)
l1)^(1/k). Then E = 0 or |E| >= 1 / (u^(D-1) l). (C. Burnikel, S. Funke, K. Mehlhorn, S. Schirra,
S. Schmitt: A separation bound for real algebraic expressions, ESA 2001.) All logarithms here are
rounded upwards.
"""

from __future__ import annotations

from math import log2

from flint import arb, fmpq

from derivation.kernel.refutation.balls import Indeterminate, Point, Undefined, evaluate
from derivation.kernel.refutation.reals import as_ball, working_bits
from derivation.term import Add, Call, Div, Mul, Neg, Number, Pow, Sub, Term, walk

__all__ = ["is_zero_constant"]

_MOST_BITS = 60_000
_MOST_NODES = 400
_SLACK = 1e-6  # far above the rounding of log2 and of the sums below

Bounds = tuple[float, float]  # log2 u, log2 l


class _NotRadicalError(Exception):
    """The term is not built by + - * / and roots from whole numbers."""


def is_zero_constant(term: Term) -> bool:
    """Whether the constant term certainly is 0; False when that is not found out."""
    if sum(1 for _ in walk(term)) > _MOST_NODES:
        return False
    roots: dict[tuple[Term, int], int] = {}
    try:
        upper, lower = _bounds(term, roots)
    except _NotRadicalError:
        return False
    degree = 1.0
    for k in roots.values():
        degree *= k
    needed = (degree - 1) * max(upper, 0.0) + max(lower, 0.0) + 16
    if not needed < _MOST_BITS:
        return False
    bits = int(needed) + 1
    try:
        value = evaluate(term, Point(), 2 * bits + 128)
    except (Undefined, Indeterminate):
        return False
    if isinstance(value, fmpq):
        return bool(value == 0)
    with working_bits(2 * bits + 128):
        return bool(abs(as_ball(value)) < arb(2) ** (-bits))


def _bounds(term: Term, roots: dict[tuple[Term, int], int]) -> Bounds:
    match term:
        case Number():
            value = term.value
            return _log(value.numerator), _log(value.denominator)
        case Neg(body=body):
            return _bounds(body, roots)
        case Add(left=left, right=right) | Sub(left=left, right=right):
            (u1, l1), (u2, l2) = _bounds(left, roots), _bounds(right, roots)
            return _plus(u1 + l2, l1 + u2), l1 + l2 + _SLACK
        case Mul(left=left, right=right):
            (u1, l1), (u2, l2) = _bounds(left, roots), _bounds(right, roots)
            return u1 + u2 + _SLACK, l1 + l2 + _SLACK
        case Div(left=left, right=right):
            (u1, l1), (u2, l2) = _bounds(left, roots), _bounds(right, roots)
            return u1 + l2 + _SLACK, l1 + u2 + _SLACK
        case Call(name="sqrt", arguments=(u,), primes=0):
            return _root(u, 2, roots)
        case Pow(left=base, right=exponent):
            return _power(base, exponent, roots)
    raise _NotRadicalError


def _power(base: Term, exponent: Term, roots: dict[tuple[Term, int], int]) -> Bounds:
    try:
        value = evaluate(exponent, Point(), 64)
    except (Undefined, Indeterminate):
        raise _NotRadicalError from None
    if not isinstance(value, fmpq) or abs(value.p) > 1000 or value.q > 100:
        raise _NotRadicalError
    top, degree = int(value.p), int(value.q)
    upper, lower = _bounds(base, roots) if degree == 1 else _root(base, degree, roots)
    if top < 0:
        upper, lower = lower, upper
    return abs(top) * upper + _SLACK, abs(top) * lower + _SLACK


def _root(base: Term, degree: int, roots: dict[tuple[Term, int], int]) -> Bounds:
    upper, lower = _bounds(base, roots)
    roots[base, degree] = degree
    if upper >= lower:
        return (upper + (degree - 1) * lower) / degree + _SLACK, lower
    return upper, ((degree - 1) * upper + lower) / degree + _SLACK


def _log(value: int) -> float:
    """log2 |value| rounded upwards; 0 counts as 1, which is safe."""
    return log2(abs(value)) + _SLACK if abs(value) > 1 else 0.0


def _plus(one: float, other: float) -> float:
    """log2(2^one + 2^other), rounded upwards."""
    return max(one, other) + log2(1 + 2.0 ** -abs(one - other)) + _SLACK
