"""Where to look for a difference: concrete claims, and points of the domain to try them at.

What is certified: every point that is given out has passed ``membership.belongs``, with the
hypotheses as they read for the functions that were put in.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import islice

from derivation.domain import Declaration, Domain
from derivation.kernel.refutation.balls import Point
from derivation.kernel.refutation.functions import Instance, put_functions
from derivation.kernel.refutation.membership import belongs, is_unambiguous
from derivation.kernel.refutation.points import Chooser, constants_of, needed
from derivation.kernel.search.critical import critical_points, deciders, wandering
from derivation.kernel.search.repair import satisfying
from derivation.term import Relation, Term, free_names, plain

__all__ = ["visits"]

POINTS_PER_FUNCTION = 4  # before other functions are tried
MAX_MISSES = 20  # in a row: the hypotheses are too hard, or hold nowhere
FROM = (0, 1, 2, 5, 8)  # points of these numbers are varied, the third one in many values


def visits(
    claimed: tuple[Term, Term],
    domain: Domain,
    counts: tuple[int, int],
    seed: int,
    deadline: float = math.inf,
    both_readings: bool = True,
) -> Iterator[tuple[Instance, Point]]:
    """At most so many points, and so many more near some of these, for a claimed equality.

    ``deadline`` is a time of the monotonic clock. Nothing where a name has no declaration, or
    a hypothesis can be read in two ways, and ``both_readings`` have to hold.
    """
    sides = plain(claimed[0]), plain(claimed[1])
    count, variations = counts
    hypotheses = tuple(one for h in domain.hypotheses if isinstance(one := plain(h), Relation))
    if len(hypotheses) != len(domain.hypotheses):
        return  # one of another kind, which nothing here understands
    if both_readings and not all(is_unambiguous(one, sides, domain) for one in hypotheses):
        return
    claim = put_functions(sides, domain, f"{seed}", hypotheses)
    if claim is None:
        return
    terms = (*sides, *hypotheses, claim.left, claim.right, *claim.hypotheses)
    declarations = needed(frozenset().union(*map(free_names, terms)), domain)
    if declarations is None:
        return
    chance = _Chance(seed)
    constants = cache(lambda: constants_of(*sides, *hypotheses))
    points = Chooser.of(declarations, constants, seed)
    misses = 0
    for number in range(count if declarations or claim.stands else min(count, 1)):
        if claim.stands and number and number % POINTS_PER_FUNCTION == 0:
            claim = put_functions(sides, domain, f"{seed} {number}", hypotheses) or claim
        wanted = points.point(number)
        if wanted is None:
            continue
        if misses > MAX_MISSES or time.monotonic() > deadline:
            return
        near = _Near(claim, declarations, chance, deadline, both_readings)
        point = near.repaired(wanted)
        if point is None:
            misses += 1
            continue
        misses = 0
        yield claim, point
        if number in FROM:
            share = variations // len(FROM)
            yield from (
                (claim, varied) for varied in islice(near.varied(point, number == FROM[2]), share)
            )


@dataclass(frozen=True)
class _Chance:
    """What is drawn near points; seldom needed, and made when it is."""

    seed: int

    @cached_property
    def chooser(self) -> random.Random:
        return random.Random(f"visits {self.seed}")  # noqa: S311  (no secrets)


@dataclass(frozen=True, slots=True)
class _Near:
    """Points of the domain near a given one."""

    claim: Instance
    declarations: tuple[Declaration, ...]
    chance: _Chance
    deadline: float
    both_readings: bool

    def repaired(self, point: Point) -> Point | None:
        """A point of the domain near this one, or this one; certified, however it was found."""
        told = self.claim.hypotheses
        if not told:
            return point if belongs(point, self.declarations, (), self.both_readings) else None
        if belongs(point, self.declarations, told, self.both_readings):
            return point
        chooser = self.chance.chooser
        found = satisfying(point, self.declarations, told, chooser, self.both_readings)
        if found is None or not belongs(found, self.declarations, told, self.both_readings):
            return None
        return found

    def varied(self, point: Point, far: bool) -> Iterator[Point]:
        """Points on the kinks and borders of the claim, and between them."""
        claim = self.claim
        zeros_of = deciders(claim.left, claim.right, *claim.hypotheses)
        found = (
            wandering(point, zeros_of, self.declarations, self.chance.chooser)
            if far
            else critical_points(point, zeros_of, self.declarations)
        )
        for moved in found:
            if time.monotonic() > self.deadline:
                return
            repaired = self.repaired(moved)
            if repaired is not None:
                yield repaired
