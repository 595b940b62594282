"""Inverse trigonometric functions: a difference whose cosine is 1 is a multiple of 2 pi.

A1  if cos(l - r) = 1 and |l - r| < 2 pi wherever both are defined, then l = r.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from derivation.kernel.bounds.intervals import Bounds
from derivation.kernel.names.context import Context
from derivation.kernel.normal_form.cases import Assumption
from derivation.kernel.normal_form.equality import equal_by_cases
from derivation.kernel.refutation.balls import Indeterminate, Point, Undefined, as_ball, evaluate
from derivation.term import Call, Number, Sub, Term, free_names, walk

__all__ = ["equal_as_angles"]

_TURN = Fraction(6283185, 10**6)  # below 2 pi
_INVERSE = frozenset(("asin", "acos", "atan"))


def equal_as_angles(
    left: Term, right: Term, context: Context, facts: Iterable[Assumption], deadline: float
) -> bool:
    """A1, for claims that mention an inverse function. Raises as ``equal_by_cases``."""
    mentioned = (node for side in (left, right) for node in walk(side))
    if not any(isinstance(node, Call) and node.name in _INVERSE for node in mentioned):
        return False
    difference = Sub(left, right)
    if not _within_a_turn(difference, context):
        return False
    return equal_by_cases(Call("cos", (difference,)), Number("1"), context, facts, deadline)


def _within_a_turn(difference: Term, context: Context) -> bool:
    """Whether |difference| < 2 pi, at every point or at the only one."""
    bounds = Bounds(context.declarations, {}).of(difference)
    if bounds.low is not None and bounds.high is not None:
        return bounds.low > -_TURN and bounds.high < _TURN
    if free_names(difference):
        return False
    try:
        value = as_ball(evaluate(difference, Point(), 64))
    except (Undefined, Indeterminate):
        return False
    return bool(abs(value) < 6)
