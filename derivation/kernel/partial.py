"""Claims that are proved where conditions hold: at any point at all, and what elsewhere.

Conditions may be stronger than what the sides need to have values.
"""

from __future__ import annotations

from collections.abc import Iterator

from flint import fmpq

from derivation.domain import Domain
from derivation.kernel.refutation import refute as _refute
from derivation.kernel.refutation.balls import Indeterminate, Point, Undefined, evaluate
from derivation.kernel.refutation.refute import Effort, Refutation
from derivation.kernel.theorem import Condition, ConditionKind
from derivation.term import Number, Relation, RelationSign, Term, free_names

__all__ = ["hold_somewhere", "refuted_where_one_fails"]

_ZERO = Number("0")
_HOLDS = {
    ConditionKind.NONZERO: RelationSign.NE,
    ConditionKind.POSITIVE: RelationSign.GT,
    ConditionKind.NONNEGATIVE: RelationSign.GE,
}
_FAILS = {
    ConditionKind.NONZERO: RelationSign.EQ,
    ConditionKind.POSITIVE: RelationSign.LE,
    ConditionKind.NONNEGATIVE: RelationSign.LT,
}
_MOST_CONDITIONS = 4
_BRIEF = Effort(3, (64,), 0.1)


def hold_somewhere(
    left: Term, right: Term, domain: Domain, conditions: tuple[Condition, ...], effort: Effort
) -> bool:
    """Whether both sides are defined at a point, and the conditions hold at one, as far as known.

    Conditions under binders or guards are not looked at; one on constants must not fail.
    """
    plain = tuple(_simple(conditions))
    wanted = tuple(Relation(c.term, _HOLDS[c.kind], _ZERO) for c in plain)
    narrower = Domain(domain.declarations, domain.hypotheses + wanted)
    if _refute.find_defined_point(left, right, narrower, effort):
        return True
    if any(_certainly_fails(condition) for condition in plain):
        return False
    return _refute.find_defined_point(left, right, domain, effort)


def refuted_where_one_fails(
    left: Term, right: Term, domain: Domain, conditions: tuple[Condition, ...]
) -> Refutation | None:
    """A point of the domain where a condition fails, both sides are defined, and they differ."""
    for condition in list(_simple(conditions))[:_MOST_CONDITIONS]:
        failing = Relation(condition.term, _FAILS[condition.kind], _ZERO)
        narrower = Domain(domain.declarations, (*domain.hypotheses, failing))
        found = _refute.refute(left, right, narrower, _BRIEF)
        if found is not None:
            return found
    return None


def _simple(conditions: tuple[Condition, ...]) -> Iterator[Condition]:
    """Those that speak of one point at a time."""
    for condition in conditions:
        if condition.kind in _HOLDS and not condition.binders and not condition.guards:
            yield condition


def _certainly_fails(condition: Condition) -> bool:
    """Whether a condition on constants is certainly false."""
    if free_names(condition.term):
        return False
    try:
        value = evaluate(condition.term, Point(), 64)
    except (Undefined, Indeterminate):
        return False
    if isinstance(value, fmpq) and value == 0:
        return condition.kind is not ConditionKind.NONNEGATIVE
    return bool(value < 0) and condition.kind is not ConditionKind.NONZERO
