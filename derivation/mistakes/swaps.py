"""Mistakes of order: two operands, two arguments, two indices, two names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from derivation.mistakes.claim import Candidate, Claim, text
from derivation.term import (
    Call,
    Div,
    Indexed,
    Pow,
    Sub,
    Symbol,
    Term,
    transform,
    walk,
)

__all__ = ["swaps"]


def swaps(claim: Claim, side: str) -> Iterator[Candidate]:
    """The two parts of a difference, a quotient, a power, a call; then two names everywhere."""
    for place in claim.places(side):
        part = place.part
        new = _swapped(part)
        if new is not None:

            def says(old: Term = part, new: Term = new) -> str:
                return f"{_what(old)} on the {side} side: {text(old)} should be {text(new)}"

            yield from claim.tried(place, new, says)
    if side == "right":
        yield from _names(claim)


def _swapped(part: Term) -> Term | None:
    match part:
        case Sub() | Div() | Pow() | Call(arguments=(_, _)) | Indexed(indices=(_, _)):
            first, second = part.children
            return part.with_children((second, first))
    return None


def _what(part: Term) -> str:
    match part:
        case Div():
            return "numerator and denominator are swapped"
        case Pow():
            return "base and exponent are swapped"
        case Indexed():
            return f"the indices of {part.base} are swapped"
        case Call():
            return f"the arguments of {part.name} are swapped"
    return "a difference is the wrong way round"


def _names(claim: Claim) -> Iterator[Candidate]:
    """p and q in each other's place on the whole right side."""
    if not claim.rhs.children:
        return  # x = y: a name alone is the side, not a mistake in it
    symbols = [p.name for p in claim.atoms if isinstance(p, Symbol) and p.name not in claim.bound]
    families = [p.base for p in claim.atoms if isinstance(p, Indexed)]
    used = {p.name for p in walk(claim.rhs) if isinstance(p, Symbol)}
    used |= {p.base for p in walk(claim.rhs) if isinstance(p, Indexed)}
    for names in (dict.fromkeys(symbols), dict.fromkeys(families)):
        for first, second in combinations(names, 2):
            if claim.is_late or not {first, second} & used:
                continue
            whole = transform(claim.rhs, _Exchange(first, second))
            if claim.values.agree(whole, claim.left_values):
                says = f"{first} and {second} are swapped on the right side"
                if not {first, second} <= used:
                    wrong, right = (first, second) if first in used else (second, first)
                    says = f"the right side has {wrong} where {right} belongs"
                yield Candidate(claim.lhs, whole, says, claim.domain)


@dataclass(frozen=True, slots=True)
class _Exchange:
    """Exchanges two names in a node."""

    first: str
    second: str

    def __call__(self, node: Term) -> Term:
        match node:
            case Symbol(name=name):
                return Symbol(self._other(name))
            case Indexed(base=base, indices=indices):
                return Indexed(self._other(base), indices, node.place)
        return node

    def _other(self, name: str) -> str:
        return {self.first: self.second, self.second: self.first}.get(name, name)
