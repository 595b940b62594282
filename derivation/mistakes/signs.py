"""Mistakes in the sign of one summand, of one exponent or of one argument."""

from __future__ import annotations

from collections.abc import Iterator

from derivation.mistakes.claim import Candidate, Claim, negative, text
from derivation.term import Add, Call, Div, Neg, Pow, Sub, Term

__all__ = ["signs"]


def signs(claim: Claim) -> Iterator[Candidate]:
    """One sign the other way."""
    for place in claim.places():
        for new in _flipped(place.part):

            def says(old: Term = place.part, new: Term = new, side: str = place.side) -> str:
                return f"one sign is flipped on the {side} side: {text(old)} should be {text(new)}"

            yield from claim.tried(place, new, says)


def _flipped(part: Term) -> Iterator[Term]:
    match part:
        case Add(left=left, right=right):
            yield Sub(left, right)
            yield Add(negative(left), right)
        case Sub(left=left, right=right):
            yield Add(left, right)
            yield Sub(negative(left), right)
        case Neg(body=body):
            yield body
        case Pow(left=base, right=exponent) if not isinstance(base, Div):
            yield Pow(base, negative(exponent))
        case Call(arguments=(argument,)) if not part.primes:
            yield Call(part.name, (negative(argument),))
