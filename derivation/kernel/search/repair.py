"""From any point to one where all hypotheses hold, by solving for some of its values.

Equations are solved exactly, one value (or one ray of values) for each; inequalities are met by
trying, by swapping two values, and by stepping over the border. Nothing here is certified:
``membership.belongs`` has the last word on what comes out.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from flint import fmpq

from derivation.domain import Declaration
from derivation.kernel.refutation.balls import Point
from derivation.kernel.refutation.membership import belongs
from derivation.kernel.search.knobs import (
    Knob,
    evaluated,
    knobs_of,
    roots,
    turned,
    value_of,
    zeros,
)
from derivation.term import Relation, RelationSign, Sub, Term

__all__ = ["satisfying"]

TRIES = 24
MAX_EQUATIONS = 4
STEPS = tuple(fmpq(*step) for step in ((1, 1), (-1, 1), (1, 3), (-1, 3), (5, 1), (-5, 1)))
HANDY = tuple(
    fmpq(*pair)
    for pair in ((0, 1), (1, 1), (-1, 1), (3, 5), (-4, 5), (5, 13), (1, 2), (1, 3), (2, 1))
)


def satisfying(
    point: Point,
    declarations: tuple[Declaration, ...],
    hypotheses: tuple[Relation, ...],
    chooser: random.Random,
    both_readings: bool = True,
) -> Point | None:
    """A point of the domain near one outside of it, or None where none was found."""
    repair = _Repair(declarations, hypotheses, chooser)
    for attempt in range(TRIES):
        solved = repair.solved(point)
        if solved is not None and belongs(solved, declarations, hypotheses, both_readings):
            return solved
        moved = repair.disturbed(solved if solved is not None and attempt % 2 else point)
        point = point if moved is None else moved
    return None


def _difference(hypothesis: Relation) -> Term:
    return Sub(hypothesis.left, hypothesis.right)


@dataclass(frozen=True, slots=True)
class _Repair:
    declarations: tuple[Declaration, ...]
    hypotheses: tuple[Relation, ...]
    chooser: random.Random

    def solved(self, point: Point) -> Point | None:
        """The point with all equations solved, each for a knob that is drawn."""
        equations = [_difference(h) for h in self.hypotheses if h.sign is RelationSign.EQ]
        if len(equations) > MAX_EQUATIONS:
            return None
        chain: list[_Link] = []
        for equation in equations:
            taken = [link.knob for link in chain]
            knobs = [k for k in knobs_of(equation, point, self.declarations) if k not in taken]
            if not knobs:
                return None
            knob = self.chooser.choice(knobs)
            chain.append(_Link(equation, knob, self.chooser.randint(0, 1)))
        return _settled(point, tuple(chain))

    def disturbed(self, point: Point) -> Point | None:
        """The point with one value changed that some hypothesis depends on."""
        hypothesis = self.chooser.choice(self.hypotheses)
        knobs = [
            knob
            for knob in knobs_of(_difference(hypothesis), point, self.declarations)
            if not knob.is_ray
        ]
        if not knobs:
            return None
        knob = self.chooser.choice(knobs)
        if len(knobs) > 1 and self.chooser.random() < 0.4:
            return _swapped(point, knob, self.chooser.choice(knobs))
        wanted = list(self._values(hypothesis, point, knob))
        return turned(point, knob, self.chooser.choice(wanted))

    def _values(self, hypothesis: Relation, point: Point, knob: Knob) -> Iterator[fmpq]:
        yield from HANDY
        for root in roots(_difference(hypothesis), point, knob):
            yield root
            yield from (root + step for step in STEPS)


def _swapped(point: Point, one: Knob, other: Knob) -> Point:
    first, second = value_of(point, one.places[0]), value_of(point, other.places[0])
    return turned(turned(point, one, second), other, first)


@dataclass(frozen=True, slots=True)
class _Link:
    """An equation ``term = 0`` that a knob is turned to solve; a parabola has two zeros."""

    term: Term
    knob: Knob
    which: int


def _settled(point: Point, chain: tuple[_Link, ...]) -> Point | None:
    """The point with each equation solved for its knob, where the earlier ones keep holding.

    The last knob is turned while the earlier equations are solved again and again: this is
    elimination, and exact where every equation is affine in its knob.
    """
    if not chain:
        return point
    *earlier, link = chain
    before, knob = tuple(earlier), link.knob

    def value(setting: fmpq) -> fmpq | None:
        moved = _settled(turned(point, knob, setting), before)
        return None if moved is None else evaluated(link.term, moved)

    found = zeros(value, fmpq(1) if knob.is_ray else value_of(point, knob.places[0]))
    if not found:
        return None
    return _settled(turned(point, knob, found[link.which % len(found)]), before)
