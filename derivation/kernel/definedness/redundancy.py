"""Which of the open conditions to list: those that follow from the others are left out.

Each step leaves out one condition that holds wherever all those that are still there hold. So those
that stay imply every one that was there. That a condition holds wherever its term has a value is
not enough: those that are still there must give its term a value, too.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction

from derivation.errors import UnsupportedError
from derivation.kernel.calculus.differentiate import resolve
from derivation.kernel.definedness.discharge import discharged, follows, implied
from derivation.kernel.definedness.ranges import linear
from derivation.kernel.names.context import Context
from derivation.kernel.normal_form.convert import NormalForm
from derivation.kernel.normal_form.quotient import NeverDefined, Quotient, TooLarge
from derivation.kernel.normal_form.tower import OutOfTime, Restart, Tower
from derivation.kernel.theorem import Condition, ConditionKind
from derivation.term import (
    Add,
    Indexed,
    Mul,
    Neg,
    Number,
    Relation,
    RelationSign,
    Sub,
    Symbol,
    Term,
    walk,
)

__all__ = ["without_redundant"]

ConditionsOf = Callable[[Term, Context], tuple[Condition, ...]]

_SECONDS = 0.3
_MOST_CONDITIONS = 12
_STRENGTH = (
    ConditionKind.INTEGER, ConditionKind.NOT_POLE, ConditionKind.NONZERO,
    ConditionKind.NONNEGATIVE, ConditionKind.POSITIVE,
)  # fmt: skip
_TOTAL = (Add, Sub, Mul, Neg, Number, Symbol, Indexed)
_AS_RELATION = {
    ConditionKind.NONZERO: RelationSign.NE,
    ConditionKind.POSITIVE: RelationSign.GT,
    ConditionKind.NONNEGATIVE: RelationSign.GE,
}


def without_redundant(
    listed: tuple[Condition, ...], context: Context, deadline: float, conditions_of: ConditionsOf
) -> tuple[Condition, ...]:
    """The conditions without those that follow from the rest, in their order.

    ``conditions_of`` tells where a term has a value.

    Long ones are tried first, then weak ones: ``a b > 0, a > 0, b > 0`` becomes ``a > 0, b > 0``.
    """
    if not 1 < len(listed) <= _MOST_CONDITIONS:
        return listed
    deadline = min(deadline, time.perf_counter() + _SECONDS)
    kept = list(listed)
    for condition in sorted(listed, key=_rank):
        others = [one for one in kept if one != condition]
        if time.perf_counter() < deadline and _follows(
            condition, others, context, deadline, conditions_of
        ):
            kept = others
    if len(kept) > 1:
        kept = _without_multiples(kept, context, deadline, conditions_of)
    return tuple(kept)


def _without_multiples(
    kept: list[Condition], context: Context, deadline: float, conditions_of: ConditionsOf
) -> list[Condition]:
    """Without those whose term is, by normal form, a rational times that of another one."""
    form = NormalForm(context, Tower({}, deadline))
    values: dict[Condition, Quotient] = {}
    dropped: set[Condition] = set()
    for condition in sorted(kept, key=_weakness):
        if condition.binders or condition.guards or condition.kind not in _AS_RELATION:
            continue
        try:
            value = form.of(resolve(context.expose(condition.term)))
        except (UnsupportedError, TooLarge, NeverDefined, OutOfTime, Restart):
            continue  # its normal form is not known: it stays
        others = [one for one in kept if one not in dropped and one != condition]
        if any(_is_multiple(condition, value, *other) for other in values.items()) and _has_value(
            condition, others, context, deadline, conditions_of
        ):
            dropped.add(condition)
        else:
            values[condition] = value
    return [condition for condition in kept if condition not in dropped]


def _weakness(condition: Condition) -> int:
    return -_STRENGTH.index(condition.kind)


def _is_multiple(condition: Condition, value: Quotient, other: Condition, known: Quotient) -> bool:
    ratio = None if known.is_zero else (value / known).rational
    return bool(ratio) and follows(condition.kind, _AS_RELATION[other.kind], Fraction(ratio or 0))


def _rank(condition: Condition) -> tuple[int, int, int]:
    size = sum(1 for _ in walk(condition.term))
    return -len(condition.guards), -size, _STRENGTH.index(condition.kind)


def _follows(
    condition: Condition,
    others: list[Condition],
    context: Context,
    deadline: float,
    conditions_of: ConditionsOf,
) -> bool:
    """Whether it follows from others that are asked wherever this one is."""
    wider = [one for one in others if _is_asked_wherever(one, condition)]
    if not _has_value(condition, wider, context, deadline, conditions_of):
        return False
    if any(_implies(one, condition) for one in wider):
        return True
    known = []
    for one in wider:
        if one.kind in _AS_RELATION and not one.binders:
            try:
                term = resolve(context.expose(one.term))
            except UnsupportedError:
                continue
            known.append(Relation(term, _AS_RELATION[one.kind], Number("0")))
    return bool(known) and implied(condition, tuple(known), context, deadline, quick=True)


def _has_value(
    condition: Condition,
    others: list[Condition],
    context: Context,
    deadline: float,
    conditions_of: ConditionsOf,
) -> bool:
    """Whether the term of a condition has a value wherever the others hold."""
    if any(one.term == condition.term for one in others) or _is_built_of(condition, others):
        return True
    try:
        asked = conditions_of(condition.term, context)
    except UnsupportedError:
        return False
    return all(one in others or discharged(one, context, deadline) for one in asked)


def _is_built_of(condition: Condition, others: list[Condition]) -> bool:
    """Whether the term is built by + - * from names, numbers, and members that others speak of."""
    spoken = {node for one in others if one.binders == condition.binders for node in walk(one.term)}
    nodes = list(walk(condition.term))
    members = [node for node in nodes if isinstance(node, Indexed)]
    inside = {part for member in members for index in member.indices for part in walk(index)}
    return all(member in spoken for member in members) and all(
        isinstance(node, _TOTAL) or node in inside for node in nodes
    )


def _is_asked_wherever(one: Condition, condition: Condition) -> bool:
    """Whether ``one`` holds at every place where ``condition`` is asked, if it holds at all."""
    same_range = not one.binders or one.binders == condition.binders
    return same_range and set(one.guards) <= set(condition.guards)


def _implies(one: Condition, condition: Condition) -> bool:
    """``u > 0``, or u none of 0, -1, -2, ...: then u + k is none of them for k = 0, 1, 2, ...

    And in the second case u is none of these numbers, so u + k is not 0.
    """
    if one.kind not in (ConditionKind.POSITIVE, ConditionKind.NOT_POLE):
        return False
    if condition.kind not in (ConditionKind.NOT_POLE, ConditionKind.NONZERO):
        return False
    form = linear(Sub(condition.term, one.term))
    if form is None:
        return condition.term == one.term
    shift = form.constant
    return not form.coefficients and shift >= 0 and shift.denominator == 1
