"""Certified refutation: a point of the domain where the two sides certainly differ.

What is certified by a ``Refutation``: its point lies in the declared domain, its functions
obey their declarations, both sides are defined there, and their values differ, because exact
values are unequal or balls are disjoint. A claim about all points and all functions of the
domain is therefore false. That nothing was found certifies nothing.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from flint import arb, fmpq

from derivation.domain import Domain
from derivation.kernel.refutation.balls import Point, evaluate
from derivation.kernel.refutation.differences import Gap, gap
from derivation.kernel.refutation.functions import Instance, Stand
from derivation.kernel.refutation.reals import (
    Indeterminate,
    Undefined,
    Value,
    as_ball,
    subtract,
    working_bits,
)
from derivation.kernel.refutation.search import visits
from derivation.term import Term

__all__ = [
    "DEEP", "QUICK", "Effort", "Refutation", "Sample", "find_defined_point", "refute", "samples",
]  # fmt: skip

MAX_DIGITS = 50  # of a value; beyond, the difference says more
GAP_BITS = 128
MOST_BITS = 8192  # over all points at a further precision: the more bits, the fewer points


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to look: number of points, precisions to try in turn, seconds.

    ``variations``: how many points beside these, on kinks and borders. ``cancelling``: at how
    many points the sides are compared with their common parts taken off.
    """

    points: int
    bits: tuple[int, ...]
    seconds: float
    variations: int = 0
    cancelling: int = 0


QUICK = Effort(8, (64,), 0.5)
DEEP = Effort(96, (64, 256, 1024, 4096, 16_384), 1.5, 72, 12)


@dataclass(frozen=True, slots=True)
class Sample:
    """Certified values of both sides at a point of the domain where both are defined."""

    point: Point
    functions: tuple[Stand, ...]
    left: Value
    right: Value
    bits: int

    @property
    def differs(self) -> bool:
        """Whether the two values certainly differ."""
        if isinstance(self.left, fmpq) and isinstance(self.right, fmpq):
            return bool(self.left != self.right)
        with working_bits(self.bits):
            return not as_ball(self.left).overlaps(as_ball(self.right))

    @property
    def is_exact(self) -> bool:
        """Whether more bits would show nothing new."""
        return isinstance(self.left, fmpq) and isinstance(self.right, fmpq)


@dataclass(frozen=True, slots=True)
class Refutation:
    """A point of the domain, and functions, for which the two sides certainly differ.

    ``left`` and ``right`` are decimal values of the sides, long enough to show the difference.
    """

    point: Point
    functions: tuple[tuple[str, Term], ...]
    left: str
    right: str
    bits: int

    def values(self) -> tuple[tuple[str, str], ...]:
        """What was put in: name, or member, or function, and its exact value as text."""
        from derivation.notation import to_python

        shown = [(name, str(value)) for name, value in self.point.scalars.items()]
        for name, family in self.point.families.items():
            for indices, value in family.items():
                shown.append((f"{name}[{', '.join(map(str, indices))}]", str(value)))
        shown.extend((head, to_python(body)) for head, body in self.functions)
        return tuple(shown)


def refute(
    lhs: Term, rhs: Term, domain: Domain, effort: Effort, seed: int = 0
) -> Refutation | None:
    """A certified counterexample to ``lhs = rhs``, or None when none was found.

    Names without a declaration, and constructs without a rule, lead to None, never to an error.
    """
    deadline = time.monotonic() + effort.seconds
    for sample in _samples(lhs, rhs, domain, effort, seed, deadline):
        if sample.differs:
            left, right = _decimals(sample)
            functions = tuple((stand.head, stand.shown) for stand in sample.functions)
            return Refutation(sample.point, functions, left, right, sample.bits)
    if not effort.cancelling:
        return None
    return _refuted_by_gap(lhs, rhs, domain, effort, seed, deadline)


def _refuted_by_gap(
    lhs: Term, rhs: Term, domain: Domain, effort: Effort, seed: int, deadline: float
) -> Refutation | None:
    """The same for sides whose values are too large, or too near to each other, for balls."""
    try:
        for claim, point in visits((lhs, rhs), domain, (effort.cancelling, 0), seed, deadline):
            if time.monotonic() > deadline:
                return None
            try:
                found = gap(claim.left, claim.right, point, GAP_BITS)
            except (Undefined, Indeterminate):
                continue
            if found.is_certain:
                functions = tuple((stand.head, stand.shown) for stand in claim.stands)
                return Refutation(point, functions, *_gap_shown(found), GAP_BITS)
    except RecursionError:
        return None
    return None


def _gap_shown(found: Gap) -> tuple[str, str]:
    """Both sides told apart by their difference; they may be too large to be written down."""
    with working_bits(GAP_BITS):
        if found.low is not None and found.high is not None:
            middle = (found.low + found.high) / 2
            return f"right side + ({_decimal(middle, 6)})", "right side"
        if found.low is not None:
            return f"more than right side + {_decimal(found.low, 6)}", "right side"
        high = found.high if found.high is not None else arb(0)
        return f"less than right side - {_decimal(-high, 6)}", "right side"


def find_defined_point(
    lhs: Term, rhs: Term, domain: Domain, effort: Effort = DEEP, seed: int = 0
) -> bool:
    """Whether a point was found where both sides are certainly defined."""
    deadline = time.monotonic() + effort.seconds
    return any(True for _ in _samples(lhs, rhs, domain, effort, seed, deadline, False))


def samples(
    lhs: Term, rhs: Term, domain: Domain, effort: Effort, seed: int = 0
) -> Iterator[Sample]:
    """Values of both sides where both are certainly defined, point by point.

    Points come again with more bits where the values are balls.
    """
    yield from _samples(lhs, rhs, domain, effort, seed, time.monotonic() + effort.seconds)


def _samples(
    lhs: Term,
    rhs: Term,
    domain: Domain,
    effort: Effort,
    seed: int,
    deadline: float,
    both_readings: bool = True,
) -> Iterator[Sample]:
    resolved: dict[Term, Term] = {}
    counts = effort.points, effort.variations
    waiting = visits((lhs, rhs), domain, counts, seed, deadline, both_readings)
    try:
        for turn, bits in enumerate(effort.bits):
            again: list[tuple[Instance, Point]] = []
            most = max(1, MOST_BITS // bits) if turn else None
            for claim, point in islice(waiting, most):
                if time.monotonic() > deadline:
                    return
                try:
                    sample = _sample(claim, point, bits, resolved)
                except Undefined:
                    continue
                if sample is not None:
                    yield sample
                if sample is None or not sample.is_exact:
                    again.append((claim, point))
            waiting = iter(again)
    except RecursionError:
        return  # a term nested too deeply: nothing is said about it


def _sample(claim: Instance, point: Point, bits: int, resolved: dict[Term, Term]) -> Sample | None:
    """The values of both sides, or None where they are not known. Raises Undefined."""
    try:
        left = evaluate(claim.left, point, bits, resolved)
        right = evaluate(claim.right, point, bits, resolved)
    except Indeterminate:
        return None
    return Sample(point, claim.stands, left, right, bits)


def _decimals(sample: Sample) -> tuple[str, str]:
    """Decimal values of both sides, with as many digits as it takes to tell them apart.

    Where that is too many, the left one is given by its difference from the right one.
    """
    digits = 6
    while digits < MAX_DIGITS:
        with working_bits(max(sample.bits, 4 * digits + 64)):
            left, right = as_ball(sample.left), as_ball(sample.right)
            shown = _decimal(left, digits), _decimal(right, digits)
        if shown[0] != shown[1]:
            return shown
        digits += max(4, digits // 2)
    with working_bits(sample.bits):
        difference = as_ball(subtract(sample.left, sample.right))
        return f"right side + ({_decimal(difference, 6)})", _decimal(as_ball(sample.right), 6)


def _decimal(ball: arb, digits: int) -> str:
    """The midpoint; a ball around zero, which is disjoint from the other one, as 0."""
    if ball.contains(0):
        return "0"
    return str(ball.mid().str(digits, radius=False))
