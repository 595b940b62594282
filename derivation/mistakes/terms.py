"""Mistakes in a summand or a factor as a whole: it is missing, or there is one too many."""

from __future__ import annotations

from collections.abc import Iterator

from derivation.mistakes.claim import Candidate, Claim, constant, negative, text
from derivation.mistakes.places import Place
from derivation.mistakes.values import Known
from derivation.term import (
    Add,
    Div,
    Indexed,
    Mul,
    Neg,
    Number,
    Sub,
    Sum,
    Symbol,
    Term,
    free_names,
    substitute,
)

__all__ = ["extra_on_the_left", "extra_on_the_right", "factors_in_sums", "missing_terms"]


def extra_on_the_right(claim: Claim) -> Iterator[Candidate]:
    """A summand that would have to be 0, or a factor that would have to be 1."""
    return _extra(claim, "right")


def extra_on_the_left(claim: Claim) -> Iterator[Candidate]:
    """The same on the left side, which is less often the wrong one."""
    return _extra(claim, "left")


def _extra(claim: Claim, side: str) -> Iterator[Candidate]:
    for place in claim.places():
        parent, wanted = place.parent, place.wanted
        if place.side != side or parent is None or wanted is None or not _may_go(place):
            continue
        needed = constant(wanted)
        is_second = place.path[-1] == 1
        if needed == 0 and isinstance(parent, Add | Sub):
            term = negative(place.part) if is_second and isinstance(parent, Sub) else place.part
            says = f"the {side} side has an extra term {text(term)}"
            yield claim.changed(place, Number("0"), says)
        if needed == 1 and isinstance(parent, Mul):
            says = f"the {side} side has an extra factor {text(place.part)}"
            yield claim.changed(place, Number("1"), says)
        if needed == 1 and isinstance(parent, Div) and is_second:
            says = f"the {side} side has an extra denominator {text(place.part)}"
            yield claim.changed(place, Number("1"), says)


def _may_go(place: Place) -> bool:
    """Something with names has to be left: else the mistake would be the side itself."""
    return bool(free_names(place.whole(Number("0"))))


def missing_terms(claim: Claim) -> Iterator[Candidate]:
    """A summand of the left side, or a subterm of a side, that the right side lacks."""
    missing = _differences(claim.left_values, claim.right_values)
    whole = {claim.lhs, negative(claim.lhs), claim.rhs, negative(claim.rhs)}
    for part in (*_summands(claim.lhs), Number("1"), *claim.parts):
        if claim.is_late:
            return
        if part in whole or isinstance(part, Add | Sub):
            continue
        for term in (part, negative(part)):
            if claim.values.agree(term, missing):
                new = Sub(claim.rhs, term.body) if isinstance(term, Neg) else Add(claim.rhs, term)
                says = f"the term {text(term)} is missing on the right side"
                yield Candidate(claim.lhs, new, says, claim.domain)


def factors_in_sums(claim: Claim) -> Iterator[Candidate]:
    """A name or a member that is missing as a factor under a sum, or too much there."""
    for place in claim.places():
        if not place.bound or not isinstance(place.parent, Sum) or place.path[-1] != 0:
            continue
        for factor in _members(claim, place.bound[-1]):
            missing = f"a factor {text(factor)} is missing in the sum on the {place.side} side"
            extra = f"an extra factor {text(factor)} is in the sum on the {place.side} side"
            for new, says in ((Mul(place.part, factor), missing), (Div(place.part, factor), extra)):
                yield from claim.tried(place, new, lambda says=says: says)  # type: ignore[misc]


def _members(claim: Claim, index: str) -> Iterator[Term]:
    """Names and members, those of other sums with the index of this one."""
    found: dict[Term, None] = {}
    for atom in claim.atoms:
        if isinstance(atom, Symbol | Indexed):
            bound = free_names(atom) & claim.bound
            values: dict[str, Term] = {name: Symbol(index) for name in bound}
            found[substitute(atom, values)] = None
    yield from sorted(found, key=lambda atom: not isinstance(atom, Indexed))


def _summands(term: Term, sign: int = 1) -> Iterator[Term]:
    match term:
        case Add(left=left, right=right):
            yield from _summands(left, sign)
            yield from _summands(right, sign)
        case Sub(left=left, right=right):
            yield from _summands(left, sign)
            yield from _summands(right, -sign)
        case Neg(body=body):
            yield from _summands(body, -sign)
        case _:
            yield term if sign > 0 else Neg(term)


def _differences(of: tuple[Known, ...], and_of: tuple[Known, ...]) -> tuple[Known, ...]:
    return tuple(
        None if left is None or right is None else left - right
        for left, right in zip(of, and_of, strict=True)
    )
