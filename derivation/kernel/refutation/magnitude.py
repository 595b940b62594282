"""Certified lower bounds of terms that are too large for a ball.

What is certified by ``at_least(term, point, bits)``: the term is defined at the point, and its
value is not smaller. Each rule below is a monotone function of what it has bounds for:

* e^u >= e^L for u >= L; sqrt, log and sinh in the same way, where they are defined at L
  (and so from L on);
* b^u >= B^L for b >= B > 1 and u >= L >= 0, because b^u = e^(u log b);
* gamma(u) >= gamma(L) for u >= L >= 2, because gamma grows from 2 on; factorial(u) for L >= 1;
* u + v >= L + M; u v >= L M for L, M >= 0; u - v >= L - v for a v with a ball.

A bound may always be made smaller first, so huge ones are cut down to LARGEST.
"""

from __future__ import annotations

from flint import arb, fmpq

from derivation.kernel.refutation.balls import Point, evaluate
from derivation.kernel.refutation.reals import (
    Indeterminate,
    Undefined,
    Value,
    apply,
    as_ball,
    working_bits,
)
from derivation.term import Add, Call, Constant, Mul, Pow, Sub, Term

__all__ = ["WORK", "at_least"]

LARGEST = fmpq(2) ** 60
WORK = 640_000  # of one part: five thousand nodes at 128 bits
_INCREASING = {"exp": None, "sinh": None, "log": None, "ln": None, "sqrt": None, "gamma": 2,
               "factorial": 1}  # fmt: skip


def at_least(term: Term, point: Point, bits: int) -> arb:
    """A number that the value of the term certainly reaches.

    Raises Undefined or Indeterminate.
    """
    with working_bits(bits):
        return _bound(term, point, bits)


def _bound(term: Term, point: Point, bits: int) -> arb:
    try:
        return as_ball(evaluate(term, point, bits, work=WORK)).lower()
    except Indeterminate as problem:
        doubt = problem
    match term:
        case Pow(left=Constant(name="e"), right=right):
            return _increasing("exp", _bound(right, point, bits))
        case Pow(left=left, right=right):
            base, exponent = _bound(left, point, bits), _bound(right, point, bits)
            if base > 1 and exponent >= 0:
                logarithm = (exponent * base.log()).lower()
                return _increasing("exp", logarithm)
        case Call(name=name, arguments=(argument,), primes=0) if name in _INCREASING:
            return _increasing(name, _bound(argument, point, bits))
        case Add(left=left, right=right):
            return (_bound(left, point, bits) + _bound(right, point, bits)).lower()
        case Sub(left=left, right=right):
            taken: Value = evaluate(right, point, bits, work=WORK)
            return (_bound(left, point, bits) - as_ball(taken)).lower()
        case Mul(left=left, right=right):
            first, second = _bound(left, point, bits), _bound(right, point, bits)
            if first >= 0 and second >= 0:
                return (first * second).lower()
    raise doubt


def _increasing(name: str, low: arb) -> arb:
    """The value at a bound, of a function that is defined and grows from there on."""
    if not low.is_finite():
        raise Indeterminate("no finite bound")
    start = _INCREASING[name]
    if start is not None and not low >= start:
        raise Indeterminate(f"{name} need not grow from here on")
    try:
        return as_ball(apply(name, [low if low < LARGEST else arb(LARGEST)])).lower()
    except Undefined:
        raise Indeterminate(f"{name} is not defined from the bound on") from None
