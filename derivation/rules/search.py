"""A bounded best-first search over the lines that rules reach from a line."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from derivation.rules.matching import arrangement_of_plain
from derivation.rules.places import everywhere, somewhere
from derivation.rules.rule import Context, Rule
from derivation.term import Call, Indexed, Number, Symbol, Term, walk

__all__ = ["MOST_LINES", "Exploration", "closest", "explore"]

MOST_LINES = 3000  # lines looked at before the search gives up
_MOST_NODES = 120_000  # and their nodes, all together
_CHOICES = 3  # how many of the results of a rule are tried at all places at once


@dataclass(slots=True)
class Exploration:
    """Lines reached: by arrangement, those for which every rule was used."""

    rules: list[Rule] = field(default_factory=list)
    reached: dict[str, Term] = field(default_factory=dict)
    met: bool = False
    gave_up: bool = False
    applied: int = 0  # bit i: rule i applied somewhere
    nearest: Term | None = None

    @property
    def unused(self) -> list[Rule]:
        """The rules that applied nowhere."""
        return [rule for i, rule in enumerate(self.rules) if not self.applied >> i & 1]


def explore(
    start: Term,
    rules: list[Rule],
    context: Context,
    goal: Term,
    targets: set[str],
) -> Exploration:
    """Apply the rules from ``start`` on, nearest to ``goal`` first, until a target is met."""
    run = Exploration(rules)
    all_used = (1 << len(rules)) - 1
    wanted = _features(goal)
    start_key = arrangement_of_plain(start)
    largest = 20 + 3 * max(_size(start), _size(goal)) // 2
    seen, looked_at, nodes = {(start_key, 0)}, 0, 0
    queue: list[tuple[int, int, Term, str, int]] = [(0, 0, start, start_key, 0)]
    best: int | None = None
    while queue:
        _, _, term, key, used = heapq.heappop(queue)
        for place, new in _next_lines(term, rules, context):
            rule = rules[place]
            size = _size(new)
            looked_at, nodes = looked_at + 1, nodes + size
            if looked_at > MOST_LINES or nodes > _MOST_NODES:
                run.gave_up = True
                return run
            new_key = arrangement_of_plain(new)
            if new_key == key and not rule.rearranges:
                continue
            run.applied |= 1 << place
            now_used = used | 1 << place
            if (new_key, now_used) in seen or size > largest:
                continue
            seen.add((new_key, now_used))
            distance = _distance(_features(new), wanted)
            if now_used == all_used:
                run.reached.setdefault(new_key, new)
                if best is None or distance < best:
                    best, run.nearest = distance, new
                if new_key in targets:
                    run.met = True
                    return run
            missing = (all_used & ~now_used).bit_count()
            heapq.heappush(queue, (distance + missing, len(seen), new, new_key, now_used))
    return run


def _next_lines(term: Term, rules: list[Rule], context: Context) -> Iterator[tuple[int, Term]]:
    for place, rule in enumerate(rules):
        previous: Term | None = None
        for choice in range(_CHOICES):
            new = everywhere(rule, term, context, choice)
            if new not in (previous, term):
                yield place, new
            previous = new
            if new is term:
                break  # no place for it: no other choice has one either
        if previous == term and not rule.rearranges:
            continue  # no place for it
        for new in somewhere(rule, term, context):
            yield place, new


def closest(terms: Iterable[Term], goal: Term) -> Term | None:
    """The term that looks most like ``goal``; None when there is none."""
    features = _features(goal)
    return min(terms, key=lambda term: _distance(_features(term), features), default=None)


def _features(term: Term) -> Counter[str]:
    return Counter(_label(node) for node in walk(term))


def _label(node: Term) -> str:
    match node:
        case Symbol(name=name) | Indexed(base=name):
            return name
        case Number(text=text):
            return text
        case Call(name=name, primes=primes):
            return f"{name}({primes})"
        case _:
            return type(node).__name__


def _distance(left: Counter[str], right: Counter[str]) -> int:
    return ((left - right) + (right - left)).total()


def _size(term: Term) -> int:
    return sum(1 for _ in walk(term))
