"""The false claim, and the candidates: changed claims, each with the mistake it would show."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from flint import arb, fmpq

from derivation.domain import Domain, size_term
from derivation.mistakes.places import Place, places
from derivation.mistakes.values import Known, Values
from derivation.notation import to_message
from derivation.term import (
    Call,
    Constant,
    Derivative,
    Indexed,
    Mul,
    Neg,
    Number,
    Piecewise,
    Pow,
    Ranged,
    Relation,
    Sub,
    Symbol,
    Term,
    free_names,
    walk,
)

__all__ = ["Candidate", "Claim", "Kind", "LocalKind", "constant", "negative", "nodes", "text"]

MAX_NODES = 15  # of a missing factor or term
MAX_SIMPLE = 1000  # numerator and denominator of a constant that somebody may have meant

text = to_message


@dataclass(frozen=True, slots=True)
class Candidate:
    """``lhs = rhs`` would hold over ``domain`` if ``says`` were the mistake."""

    lhs: Term
    rhs: Term
    says: str
    domain: Domain


@dataclass(frozen=True)
class Claim:
    """The false claim ``lhs = rhs``, and values at a few points.

    ``deadline`` is on the clock of ``time.monotonic``; after it there are no more places.
    """

    lhs: Term
    rhs: Term
    domain: Domain
    values: Values
    deadline: float

    @property
    def is_late(self) -> bool:
        """Whether there is no time left."""
        return time.monotonic() > self.deadline

    @cached_property
    def left_values(self) -> tuple[Known, ...]:
        """The values of the left side."""
        return tuple(self.values.at(self.lhs, point) for point in range(len(self.values)))

    @cached_property
    def right_values(self) -> tuple[Known, ...]:
        """The values of the right side."""
        return tuple(self.values.at(self.rhs, point) for point in range(len(self.values)))

    @cached_property
    def _right_places(self) -> tuple[Place, ...]:
        return tuple(places("right", self.rhs, self.left_values, self.values))

    @cached_property
    def _left_places(self) -> tuple[Place, ...]:
        return tuple(places("left", self.lhs, self.right_values, self.values))

    def places(self, side: str, *, smallest_first: bool = False) -> Iterator[Place]:
        """All places of a side, parents first."""
        found = self._right_places if side == "right" else self._left_places
        if smallest_first:
            found = tuple(sorted(found, key=lambda place: nodes(place.part)))
        for place in found:
            if self.is_late:
                return
            yield place

    def other(self, place: Place) -> Term:
        """The side that the place is not on."""
        return self.lhs if place.side == "right" else self.rhs

    def changed(self, place: Place, new: Term, says: str) -> Candidate:
        """The claim with another part at a place."""
        whole = place.whole(new)
        left, right = (self.lhs, whole) if place.side == "right" else (whole, self.rhs)
        return Candidate(left, right, says, self.domain)

    def tried(self, place: Place, new: Term, says: Callable[[], str]) -> Iterator[Candidate]:
        """The changed claim, if it may hold."""
        if new != place.part and place.fits(new, self.values):
            yield self.changed(place, new, says())

    @cached_property
    def bound(self) -> frozenset[str]:
        """Indices that are bound somewhere."""
        parts = (*walk(self.lhs), *walk(self.rhs))
        return frozenset(part.index for part in parts if isinstance(part, Ranged))

    @cached_property
    def parts(self) -> tuple[Term, ...]:
        """What may be missing or too much: sizes, small subterms, 1 - s for s, shortest first."""
        found: list[Term] = []
        for part in (*walk(self.lhs), *walk(self.rhs)):
            found.extend(_exponentials(part))
            if not isinstance(part, Number | Relation | Derivative | Piecewise):
                found.append(part)
            if isinstance(part, Symbol | Indexed | Call):
                found.append(Sub(Number("1"), part))
        sizes = [size_term(size) for one in self.domain for size in one.sizes]
        kept = [size for size in dict.fromkeys(sizes) if not isinstance(size, Number)]
        known = sorted(dict.fromkeys(found), key=nodes)
        kept += [part for part in known if nodes(part) <= MAX_NODES and self._stands_alone(part)]
        return tuple(dict.fromkeys(kept))

    def _stands_alone(self, part: Term) -> bool:
        if isinstance(part, Call) and part.name in ("sign", "Heaviside"):
            return False  # no factor, but a hint that the claim holds on a part of the domain
        return not free_names(part) & self.bound

    @cached_property
    def atoms(self) -> tuple[Term, ...]:
        """Names, members and named constants on both sides, in order of appearance."""
        parts = (*walk(self.lhs), *walk(self.rhs))
        return tuple(dict.fromkeys(p for p in parts if isinstance(p, Symbol | Indexed | Constant)))


Kind = Callable[[Claim], Iterator[Candidate]]
LocalKind = Callable[[Claim, str], Iterator[Candidate]]  # looks at the places of one side


def nodes(term: Term) -> int:
    """How many nodes a term has."""
    return sum(1 for _ in walk(term))


def negative(term: Term) -> Term:
    """``-term``, without a second minus: ``-(a - b)`` is ``b - a``."""
    match term:
        case Neg(body=body):
            return body
        case Sub(left=left, right=right):
            return Sub(right, left)
    return Neg(term)


def constant(values: Sequence[Known]) -> Fraction | None:
    """The simple rational number that all values seem to be, or None."""
    known = [value for value in values if value is not None]
    if len(known) < max(1, min(2, len(values))) or not abs(known[0]) <= MAX_SIMPLE + 1:
        return None
    middle = Fraction(str(known[0].mid().str(25, radius=False)))
    guess = middle.limit_denominator(MAX_SIMPLE)
    if abs(guess.numerator) > MAX_SIMPLE:
        return None
    exact = arb(fmpq(guess.numerator, guess.denominator))
    return guess if all(value.overlaps(exact) for value in known) else None


def _exponentials(term: Term) -> Iterator[Term]:
    """e to u, 2u and 3u, for e to the u."""
    match term:
        case Pow(left=Constant(name="e"), right=exponent) | Call(name="exp", arguments=(exponent,)):
            base = exponent.body if isinstance(exponent, Neg) else exponent
            for multiple in (base, *(Mul(Number(str(n)), base) for n in (2, 3))):
                yield term.with_children((*term.children[:-1], multiple))
