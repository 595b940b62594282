"""Certified values of definite integrals between finite limits.

What is certified by ``integral``: the integrand is defined, and continuous, on the whole closed
interval between the limits, because it has values on balls that cover it (every function of
``reals`` is continuous on a ball where it has a value); and the ball that is given out contains
the integral: the sum over these balls of length times value does, by the mean value theorem.
Where the integrand is built from functions of ``holomorphic``, FLINT's rigorous quadrature
encloses it more closely (F. Johansson, Numerical integration in arbitrary-precision ball
arithmetic, 2018). Infinite limits, and integrands without a value at an end, are refused.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Protocol

from flint import acb, arb, ctx, fmpq

from derivation.kernel.refutation.arithmetic import (
    Indeterminate,
    Undefined,
    Value,
    add,
    as_ball,
    finite,
    multiply,
    subtract,
)
from derivation.kernel.refutation.holomorphic import at_complex
from derivation.term import Constant, Integral, Neg, Term

__all__ = ["integral"]

PIECES = 16  # of the interval, to begin with
MAX_PIECES = 400
MAX_EVALUATIONS = 3000
MAX_BITS = 512  # more take too long
Piece = tuple[arb, arb]  # two exact ends, the smaller one first


class Evaluator(Protocol):
    """What an integral needs to know of ``balls``: values where a name has another value."""

    def value(self, term: Term) -> Value: ...

    def with_real(self, name: str, value: Value) -> Evaluator: ...


def integral(term: Integral, evaluator: Evaluator) -> Value:
    """The integral at a point. Raises Undefined or Indeterminate."""
    for limit in (term.lower, term.upper):
        if limit in (Constant("inf"), Neg(Constant("inf"))):
            raise Indeterminate("an integral with an infinite limit")
    if ctx.prec > MAX_BITS:
        raise Indeterminate("an integral at a high precision")
    start, end = evaluator.value(term.lower), evaluator.value(term.upper)
    if as_ball(start) > as_ball(end):
        return -_between(term, end, start, evaluator)
    return _between(term, start, end, evaluator)


def _between(term: Integral, start: Value, end: Value, evaluator: Evaluator) -> Value:
    """For start <= end, or limits that are not known well enough to tell."""

    def on(piece: arb | fmpq) -> Value:
        return evaluator.with_real(term.index, piece).value(term.body)

    low, high = as_ball(start), as_ball(end)
    if not low <= high:  # both lie in one small ball
        everywhere = low.union(high)
        return multiply(subtract(end, start), on(everywhere))
    coarse: Value = fmpq(0)
    for left, right in _cover(low.lower(), high.upper(), on):
        coarse = add(coarse, multiply(finite(right - left), on(left.union(right))))
    inner = _by_quadrature(term, low.mid(), high.mid(), evaluator)
    if inner is None:
        if not (low.is_exact() and high.is_exact()):
            raise Indeterminate("limits that are not exact, of an integrand with kinks")
        return coarse
    # from the middles of the limits to the limits themselves
    after = multiply(finite(high - high.mid()), on(high))
    before = multiply(finite(low - low.mid()), on(low))
    return subtract(add(inner, after), before)


def _cover(low: arb, high: arb, on: Callable[[arb], Value]) -> Iterator[Piece]:
    """Pieces that cover the interval, on each of which the integrand has a value."""
    step = (high - low) / PIECES
    ends = [low, *((low + step * k).mid() for k in range(1, PIECES)), high]
    waiting = list(itertools.pairwise(ends))
    for _ in range(MAX_PIECES):
        if not waiting:
            return
        left, right = waiting.pop()
        try:
            on(left.union(right))
        except (Indeterminate, Undefined):
            middle = ((left + right) / 2).mid()
            waiting += [(left, middle), (middle, right)]
            continue
        yield left, right
    raise Indeterminate("an integrand that is not known to be defined between the limits")


def _by_quadrature(term: Integral, start: arb, end: arb, evaluator: Evaluator) -> Value | None:
    """The integral between two exact limits, or None for an integrand that is not analytic."""
    known: dict[Term, Value] = {}
    problems: list[Exception] = []

    def real(part: Term) -> Value:
        if part not in known:
            known[part] = evaluator.value(part)
        return known[part]

    def integrand(z: acb, analytic: bool) -> acb:
        try:
            return at_complex(term.body, term.index, z, real, analytic)
        except (Indeterminate, Undefined, RecursionError) as problem:
            problems.append(problem)  # FLINT lets no exception through
            return acb(arb.nan())

    if not integrand(acb((start + end) / 2), False).is_finite() and problems:
        return None
    found = acb.integral(integrand, start, end, eval_limit=MAX_EVALUATIONS)
    return None if problems or not found.is_finite() else finite(found.real)
