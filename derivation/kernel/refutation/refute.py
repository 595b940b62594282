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

from flint import arb, fmpq

from derivation.domain import Domain
from derivation.kernel.refutation.balls import Point, evaluate
from derivation.kernel.refutation.functions import Instance, Stand, put_functions
from derivation.kernel.refutation.points import constants_of, needed, points
from derivation.kernel.refutation.reals import (
    Indeterminate,
    Undefined,
    Value,
    as_ball,
    working_bits,
)
from derivation.term import Term, free_names, plain

__all__ = [
    "DEEP", "QUICK", "Effort", "Refutation", "Sample", "find_defined_point", "refute", "samples",
]  # fmt: skip

MAX_DIGITS = 2000
POINTS_PER_FUNCTION = 4  # before other functions are tried


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to look: number of points, precisions to try in turn, seconds."""

    points: int
    bits: tuple[int, ...]
    seconds: float


QUICK = Effort(8, (64,), 1.0)
DEEP = Effort(96, (64, 256, 1024), 4.0)


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
    for sample in samples(lhs, rhs, domain, effort, seed):
        if sample.differs:
            left, right = _decimals(sample)
            functions = tuple((stand.head, stand.shown) for stand in sample.functions)
            return Refutation(sample.point, functions, left, right, sample.bits)
    return None


def find_defined_point(
    lhs: Term, rhs: Term, domain: Domain, effort: Effort = DEEP, seed: int = 0
) -> bool:
    """Whether a point was found where both sides are certainly defined."""
    return any(True for _ in samples(lhs, rhs, domain, effort, seed))


def samples(
    lhs: Term, rhs: Term, domain: Domain, effort: Effort, seed: int = 0
) -> Iterator[Sample]:
    """Values of both sides where both are certainly defined, point by point.

    A point comes again with more bits while the values are balls that overlap.
    """
    deadline = time.monotonic() + effort.seconds
    try:
        lhs, rhs = plain(lhs), plain(rhs)
        put = put_functions((lhs, rhs), domain, f"{seed}")
        if put is None:
            return
        names = free_names(lhs) | free_names(rhs) | free_names(put.left) | free_names(put.right)
        declarations = needed(names, domain)
        if declarations is None:
            return
        resolved: dict[Term, Term] = {}
        constants = constants_of(lhs, rhs)
        for number, point in enumerate(points(declarations, constants, effort.points, seed)):
            if time.monotonic() > deadline:
                return
            if put.stands and number and number % POINTS_PER_FUNCTION == 0:
                resolved = {}
                put = put_functions((lhs, rhs), domain, f"{seed} {number}") or put
            yield from _at(point, put, effort.bits, resolved)
    except RecursionError:
        return  # a term nested too deeply: nothing is said about it


def _at(
    point: Point, claim: Instance, precisions: tuple[int, ...], resolved: dict[Term, Term]
) -> Iterator[Sample]:
    for bits in precisions:
        try:
            left = evaluate(claim.left, point, bits, resolved)
            right = evaluate(claim.right, point, bits, resolved)
        except Undefined:
            return
        except Indeterminate:
            continue
        sample = Sample(point, claim.stands, left, right, bits)
        yield sample
        if sample.is_exact:
            return


def _decimals(sample: Sample) -> tuple[str, str]:
    """Decimal values of both sides, with as many digits as it takes to tell them apart."""
    shown = str(sample.left), str(sample.right)
    digits = 6
    while digits < MAX_DIGITS:
        with working_bits(max(sample.bits, 4 * digits + 64)):
            left, right = as_ball(sample.left), as_ball(sample.right)
            shown = _decimal(left, digits), _decimal(right, digits)
        if shown[0] != shown[1]:
            break
        digits += max(4, digits // 2)
    return shown


def _decimal(ball: arb, digits: int) -> str:
    """The midpoint; a ball around zero, which is disjoint from the other one, as 0."""
    if ball.contains(0):
        return "0"
    return str(ball.mid().str(digits, radius=False))
