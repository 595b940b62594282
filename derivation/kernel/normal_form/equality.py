"""Whether two terms are equal wherever both are defined: attempts, restarts, proofs by cases."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

from derivation.domain import Interval
from derivation.errors import UnsupportedError
from derivation.kernel.names.context import Context
from derivation.kernel.normal_form.cases import (
    Assumption,
    NeedSplit,
    Sign,
    assume,
    narrowed,
    three_ways,
)
from derivation.kernel.normal_form.convert import NormalForm
from derivation.kernel.normal_form.quotient import NeverDefined, TooLarge
from derivation.kernel.normal_form.tower import Restart, Tower
from derivation.kernel.normal_form.vanishing import vanishes
from derivation.term import Sub, Symbol, Term, free_names, number

__all__ = ["equal_by_cases", "is_zero_difference"]

_RESTARTS = 60
_MOST_CASES = 400
_DEEPEST = 9
_MOST_VALUES = 32


def is_zero_difference(form: NormalForm, left: Term, right: Term) -> bool:
    """Whether left - right vanishes in this attempt. Raises what ``NormalForm.of`` raises."""
    difference = form.tower.reduced(form.of(left) - form.of(right))
    try:
        return difference.is_zero or vanishes(form, difference.numerator)
    except NeverDefined as error:  # something was tried that has no value; the sides may have one
        raise UnsupportedError(str(error)) from error


def equal_by_cases(
    left: Term,
    right: Term,
    context: Context,
    facts: Iterable[Assumption],
    deadline: float,
) -> bool:
    """Whether the sides are equal at every point where both are defined and the facts hold.

    Raises UnsupportedError, TooLarge, NeverDefined, OutOfTime.
    """
    known = tuple(facts)
    waiting = [(known + chosen, chosen) for chosen in _value_cases(left, right, context)]
    for _ in range(_MOST_CASES):
        if not waiting:
            return True
        assumptions, chosen = waiting.pop()
        try:
            if not _equal_in_case(left, right, context, assumptions, len(known), deadline):
                return False
        except NeedSplit as need:
            if len(chosen) >= _DEEPEST:
                raise TooLarge("a proof by more than 9 nested cases") from None
            ways = three_ways(need.term)
            waiting.extend(((*assumptions, one), (*chosen, one)) for one in ways)
        except NeverDefined:
            if not chosen:
                raise
            # in this case a side has no value: there is nothing to prove
    raise TooLarge(f"a proof by more than {_MOST_CASES} cases")


def _value_cases(left: Term, right: Term, context: Context) -> list[tuple[Assumption, ...]]:
    """One case for each choice of values of the names that are declared with a set of values."""
    names = sorted(free_names(left) | free_names(right))
    choices: list[list[Assumption]] = []
    count = 1
    for name in names:
        declared = context.declaration(name)
        if declared is None or not declared.values or declared.is_family:
            continue
        values = [v for v in declared.values if declared.admits(v)]
        count *= len(values)
        if count <= _MOST_VALUES:
            choices.append(
                [Assumption(Sign.ZERO, Sub(Symbol(name), number(value))) for value in values]
            )
    return [tuple(choice) for choice in product(*choices)]


def _equal_in_case(
    left: Term,
    right: Term,
    context: Context,
    assumptions: tuple[Assumption, ...],
    given: int,
    deadline: float,
) -> bool:
    """``assumptions[:given]`` hold of the claim; a term among them that has no form is no use."""
    scales: dict[str, int] = {}
    for _ in range(_RESTARTS):
        form = NormalForm(context, Tower(scales, deadline), splitting=True)
        try:
            _narrow(form, assumptions)
            for one in assumptions[given:]:
                _assume(form, one, needed=True)
            for one in assumptions[:given]:
                _assume(form, one, needed=False)
            if form.signs.is_contradictory:
                return True
            return is_zero_difference(form, left, right)
        except Restart:
            continue
    raise TooLarge("exponents need ever finer units")


def _narrow(form: NormalForm, assumptions: tuple[Assumption, ...]) -> None:
    for one in assumptions:
        found = narrowed(one)
        if found is not None:
            name, interval = found
            old = form.name_intervals.get(name, Interval())
            form.name_intervals[name] = old.intersect(interval)


def _assume(form: NormalForm, assumption: Assumption, *, needed: bool) -> None:
    splitting, form.splitting = form.splitting, False
    try:
        assume(form, assumption)
    except (UnsupportedError, TooLarge, NeverDefined, NeedSplit):
        if needed:
            raise
    finally:
        form.splitting = splitting
        form.forget()
