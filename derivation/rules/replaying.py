"""Whether the named reasons give the stated line.

Forward rules are applied to the line before, backward rules to the stated line; the reasons
hold when both meet in one arrangement and each reason was used at least once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import product

from derivation.rules.matching import arrangement_of_plain
from derivation.rules.rule import Context, Direction, Replay, Rule
from derivation.rules.search import Exploration, closest, explore
from derivation.rules.sympy_reasons import SympyReason, as_reason, replay_with_sympy
from derivation.term import (
    Derivative,
    DerivativeSign,
    Index,
    Indexed,
    Term,
    plain,
    transform,
    walk,
)

__all__ = ["replay"]


def replay(
    before: Term,
    after: Term,
    reasons: Sequence[Rule | SympyReason | Callable[..., object]],
    context: Context | None = None,
) -> Replay:
    """Whether ``after`` follows from ``before`` by the reasons, each used at least once.

    The comparison is up to order and grouping (see ``arrangement``). A search that does not
    end within some thousand lines fails, and its note says so. Raises TypeError for a reason
    that is neither a rule nor a callable, and UnreadableError for a rule with an unreadable
    parameter.
    """
    context = context or Context()
    named = tuple(as_reason(reason) for reason in reasons)
    if not named:
        return Replay(False, "no reason is given; name the rule that gives this line")
    names = ", ".join(reason.name for reason in named)
    rules = [reason for reason in named if isinstance(reason, Rule)]
    if len(rules) < len(named):
        return replay_with_sympy(before, after, named, context)
    start, goal = plain(before), plain(after)
    if start == goal:
        return Replay(False, f"the line repeats the one before: {names} was not used")
    attempts: list[_Attempt] = []
    for turned in _readings(rules):
        attempt = _attempt(start, goal, turned, context)
        if any(run.met for run in attempt):
            return Replay(True, f"by {names}")
        attempts.append(attempt)
    note = _why_not(start, goal, names, attempts, _style_of(before, after))
    return Replay(False, note)


_Attempt = tuple[Exploration, Exploration]  # from the line before; from the stated line


def _readings(rules: list[Rule]) -> Iterator[list[Rule]]:
    """The rules with a direction each: either way where they allow it; at last all forward."""
    choices = [
        (Direction.FORWARD, Direction.BACKWARD)
        if rule.direction is Direction.EITHER
        else (rule.direction,)
        for rule in rules
    ]
    for directions in product(*choices):
        yield [
            replace(rule, direction=turned) for rule, turned in zip(rules, directions, strict=True)
        ]
    if len({rule.direction for rule in rules}) > 1:
        turned = [_forward(rule) for rule in rules]
        if not any(rule.direction is Direction.BACKWARD for rule in turned):
            yield turned


def _forward(rule: Rule) -> Rule:
    if rule.direction is not Direction.BACKWARD or rule.undo is None:
        return rule
    return replace(rule, rewrite=rule.undo, direction=Direction.FORWARD)


def _attempt(before: Term, after: Term, rules: list[Rule], context: Context) -> _Attempt:
    forward = [rule for rule in rules if rule.direction is not Direction.BACKWARD]
    backward = [rule for rule in rules if rule.direction is Direction.BACKWARD]
    if not forward:
        start = arrangement_of_plain(before)
        return Exploration(), explore(after, backward, context, before, {start})
    if not backward:
        goal = arrangement_of_plain(after)
        return explore(before, forward, context, after, {goal}), Exploration()
    from_after = explore(after, backward, context, before, set())
    nearest = closest(from_after.reached.values(), before) or after
    return explore(before, forward, context, nearest, set(from_after.reached)), from_after


# ---------------------------------------------------------------------------- why not


def _why_not(
    before: Term,
    after: Term,
    names: str,
    attempts: list[_Attempt],
    style: Callable[[Term], str],
) -> str:
    if arrangement_of_plain(before) == arrangement_of_plain(after):
        return f"the line re-arranges the one before and nothing else: {names} was not used"
    unused = _unused_in_all(attempts)
    if unused:
        return "; ".join(_nowhere(rule) for rule in unused)
    if any(run.gave_up for attempt in attempts for run in attempt):
        return f"the search for '{names}' gave up; split this line in two"
    for forward, backward in attempts:
        if forward.nearest is not None:
            return f"'{names}' gives ${style(forward.nearest)}$, not this line"
        if backward.nearest is not None and not forward.rules:
            return f"'{names}' would need the line before to be ${style(backward.nearest)}$"
    return f"'{names}' cannot all be used between these lines"


def _unused_in_all(attempts: list[_Attempt]) -> list[Rule]:
    first, *others = ([*forward.unused, *backward.unused] for forward, backward in attempts)
    return [rule for rule in first if all(rule in other for other in others)]


def _nowhere(rule: Rule) -> str:
    which = "this line" if rule.direction is Direction.BACKWARD else "the line before"
    condition = f", {rule.when}" if rule.when else ""
    return f"'{rule.name}' applies nowhere in {which}; it says ${rule.statement}${condition}"


def _style_of(*lines: Term) -> Callable[[Term], str]:
    """A printer that writes derivatives and members the way these lines do."""
    from derivation.notation import to_latex

    nodes = [node for line in lines for node in walk(line)]
    signs = {node.sign for node in nodes if isinstance(node, Derivative)}
    sign = DerivativeSign.ORDINARY if signs == {DerivativeSign.ORDINARY} else None
    places = {node.base: node.place for node in nodes if isinstance(node, Indexed)}

    def dressed(node: Term) -> Term:
        match node:
            case Derivative() if sign is not None:
                return replace(node, sign=sign)
            case Indexed(base=base):
                return replace(node, place=places.get(base, Index.BELOW))
        return node

    return lambda term: to_latex(transform(term, dressed))
