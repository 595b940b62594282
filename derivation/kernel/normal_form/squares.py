"""Equality by squares: sides of one sign whose squares are equal.

Q1  if l^2 = r^2, and l and r are both >= 0 or both <= 0, then l = r.
"""

from __future__ import annotations

from collections.abc import Iterable

from derivation.kernel.bounds.intervals import Bounds
from derivation.kernel.names.context import Context
from derivation.kernel.normal_form.cases import Assumption
from derivation.kernel.normal_form.equality import equal_by_cases
from derivation.kernel.refutation.balls import Indeterminate, Point, Undefined, evaluate
from derivation.kernel.refutation.reals import sign_of, working_bits
from derivation.term import Call, Number, Pow, Term, free_names, walk

__all__ = ["equal_by_squares"]

_BITS = 128


def equal_by_squares(
    left: Term, right: Term, context: Context, facts: Iterable[Assumption], deadline: float
) -> bool:
    """Q1, for claims that mention a root. Raises as ``equal_by_cases``."""
    if not any(_is_root(node) for side in (left, right) for node in walk(side)):
        return False
    signs = {_sign(side, context) for side in (left, right)}
    if None in signs or len(signs - {0}) > 1:
        return False
    two = Number("2")
    return equal_by_cases(Pow(left, two), Pow(right, two), context, facts, deadline)


def _is_root(term: Term) -> bool:
    match term:
        case Call(name="sqrt"):
            return True
        case Pow(right=exponent):
            return not isinstance(exponent, Number)
    return False


def _sign(side: Term, context: Context) -> int | None:
    """1 where the side is >= 0 at all points, -1 where it is <= 0, else None."""
    bounds = Bounds(context.declarations, {}).of(side)
    if bounds.low is not None and bounds.low >= 0:
        return 1
    if bounds.high is not None and bounds.high <= 0:
        return -1
    if free_names(side):
        return None
    try:
        value = evaluate(side, Point(), _BITS)
        with working_bits(_BITS):
            return sign_of(value)
    except (Undefined, Indeterminate):
        return None
