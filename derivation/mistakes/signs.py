"""Mistakes in the sign of one summand, of one exponent or of one argument."""

from __future__ import annotations

from collections.abc import Iterator

from derivation.mistakes.claim import Candidate, Claim, negative, text
from derivation.term import Add, Call, Div, Neg, Pow, Sub, Term

__all__ = ["signs"]

MAX_SHOWN = 60  # characters of a sum that is shown twice


def signs(claim: Claim, side: str) -> Iterator[Candidate]:
    """One sign the other way."""
    for place in claim.places(side, smallest_first=True):
        if isinstance(place.part, Neg) and isinstance(place.parent, Call):
            continue  # shown with its function
        for new in _flipped(place.part):

            def says(old: Term = place.part, new: Term = new) -> str:
                return f"one sign is flipped on the {side} side: {_change(old, new)}"

            yield from claim.tried(place, new, says)


def _change(old: Term, new: Term) -> str:
    """The change in full, or of a long sum the summand alone."""
    change = f"{text(old)} should be {text(new)}"
    if len(change) > MAX_SHOWN and isinstance(old, Add | Sub) and isinstance(new, Add | Sub):
        return f"that of the term {text(old.right if new.left == old.left else old.left)}"
    return change


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
