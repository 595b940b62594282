"""Whether the condition of a branch holds, at a point or on a whole ball.

A condition has a truth value only where every term in it has a value, like everything else
that is written: ``x > 0 or 1/x > 2`` has none at 0.
"""

from __future__ import annotations

from collections.abc import Callable

from derivation.kernel.refutation.arithmetic import Indeterminate, Value, sign_of, subtract
from derivation.term import And, Not, Or, Relation, RelationSign, Term, Test

__all__ = ["certainly_holds", "holds"]


def holds(test: Test, value: Callable[[Term], Value]) -> bool:
    """Whether the condition holds. Raises Undefined, and Indeterminate where nothing is known."""
    known = _truth(test, value)
    if known is None:
        raise Indeterminate("it is not known at this precision which branch is taken")
    return known


def certainly_holds(test: Test, value: Callable[[Term], Value]) -> bool:
    """Whether the condition is known to hold. Raises Undefined or Indeterminate as ``value``."""
    return _truth(test, value) is True


def _truth(test: Test, value: Callable[[Term], Value]) -> bool | None:
    """True, False, or None: all terms in it have values, but these are not known well enough.

    Both sides of ``and`` and ``or`` are always worked out, so that they have values.
    """
    match test:
        case Relation():
            return _compared(test, value)
        case Not(body=body):
            inner = _truth(body, value)
            return None if inner is None else not inner
        case And(left=left, right=right):
            both = _truth(left, value), _truth(right, value)
            return False if False in both else (None if None in both else True)
        case Or(left=left, right=right):
            both = _truth(left, value), _truth(right, value)
            return True if True in both else (None if None in both else False)
    raise Indeterminate(f"no truth value for {type(test).__name__}")


def _compared(relation: Relation, value: Callable[[Term], Value]) -> bool | None:
    difference = subtract(value(relation.left), value(relation.right))
    try:
        sign = sign_of(difference)
    except Indeterminate:
        return None
    return {
        RelationSign.EQ: sign == 0,
        RelationSign.NE: sign != 0,
        RelationSign.LT: sign < 0,
        RelationSign.LE: sign <= 0,
        RelationSign.GT: sign > 0,
        RelationSign.GE: sign >= 0,
    }[relation.sign]
