"""Proves a condition from the declared domain.

By interval bounds of the term, at the worst end of a bound index, or by the signs of the factors
of its normal form. It never learns from other conditions: that would be a circle.
"""

from __future__ import annotations

from derivation.domain import Interval
from derivation.errors import UnsupportedError
from derivation.kernel.bounds import intervals
from derivation.kernel.calculus.differentiate import resolve
from derivation.kernel.definedness.conditions import bounds_within
from derivation.kernel.names.context import Context
from derivation.kernel.normal_form.convert import NormalForm
from derivation.kernel.normal_form.quotient import NeverDefined, TooLarge
from derivation.kernel.normal_form.tower import Restart, Tower
from derivation.kernel.theorem import Condition, ConditionKind
from derivation.term import Add, Sub, Symbol, Term, free_names, substitute

__all__ = ["discharged"]


def discharged(condition: Condition, context: Context, deadline: float) -> bool:
    """Whether the condition holds at every point of the declared domain."""
    if condition.kind is ConditionKind.INTEGER:
        return False
    try:
        term = resolve(context.expose(condition.term))
        bounds = bounds_within(context, condition.binders).of(term)
        if _holds(condition.kind, bounds) or _monotone(condition, context, deadline):
            return True
        return _holds_by_factors(term, condition, context, deadline)
    except (UnsupportedError, TooLarge, NeverDefined):
        return False  # not discharged: the condition is listed


def _holds(kind: ConditionKind, bounds: Interval) -> bool:
    match kind:
        case ConditionKind.NONZERO:
            return intervals.is_nonzero(bounds)
        case ConditionKind.POSITIVE:
            return intervals.is_positive(bounds)
        case ConditionKind.NONNEGATIVE:
            return intervals.is_nonnegative(bounds)
    return False


def _holds_by_factors(term: Term, condition: Condition, context: Context, deadline: float) -> bool:
    scales: dict[str, int] = {}
    for _ in range(12):
        form = NormalForm(context, Tower(scales, deadline, learning=False))
        try:
            for position, binder in enumerate(condition.binders):
                outer = bounds_within(context, condition.binders[:position])
                least = outer.of(binder.lower).low
                form.bind(binder.index, form.of(binder.upper), least)
            value = form.of(term)
            if condition.kind is ConditionKind.NONZERO and form.tower.is_nonzero(value):
                return True
            return _holds(condition.kind, form.tower.bounds(value))
        except Restart:
            continue
    raise TooLarge("exponents need ever finer units")


def _monotone(condition: Condition, context: Context, deadline: float) -> bool:
    """A bound on an index term ``i + c``: at worst at an end of the range of i.

    ``a + i >= 0`` over lower <= i <= upper holds when ``a + lower >= 0``; ``a - i >= 0`` when
    ``a - upper >= 0``. Only for terms that are linear in the index with coefficient +1 or -1.
    """
    if not condition.binders or condition.kind is not ConditionKind.NONNEGATIVE:
        return False
    binder = condition.binders[-1]
    rest = condition.binders[:-1]
    low = _replaced(condition.term, binder.index, binder.lower)
    high = _replaced(condition.term, binder.index, binder.upper)
    if low is None or high is None:
        return False
    worst = low if _coefficient_is(condition.term, binder.index, 1) else high
    if worst is high and not _coefficient_is(condition.term, binder.index, -1):
        return False
    return discharged(Condition(condition.kind, worst, rest), context, deadline)


def _coefficient_is(term: Term, index: str, sign: int) -> bool:
    match term:
        case Symbol(name=name):
            return name == index and sign == 1
        case Add(left=left, right=right):
            return _one_side(left, right, index, sign, sign)
        case Sub(left=left, right=right):
            return _one_side(left, right, index, sign, -sign)
    return False


def _one_side(left: Term, right: Term, index: str, left_sign: int, right_sign: int) -> bool:
    in_left, in_right = index in free_names(left), index in free_names(right)
    if in_left and not in_right:
        return _coefficient_is(left, index, left_sign)
    return in_right and not in_left and _coefficient_is(right, index, right_sign)


def _replaced(term: Term, index: str, value: Term) -> Term | None:
    try:
        return substitute(term, {index: value})
    except ValueError:
        return None
