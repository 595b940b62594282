"""Mistakes in a summand or a factor as a whole: it is missing, or there is one too many."""

from __future__ import annotations

from collections.abc import Iterator

from derivation.mistakes.claim import Candidate, Claim, negative, text
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

__all__ = ["extra_parts", "factors_in_sums", "missing_terms"]


def extra_parts(claim: Claim, side: str) -> Iterator[Candidate]:
    """A summand that would have to be 0, or a factor that would have to be 1."""
    for place in claim.places(side):
        if place.parent is not None and _may_go(place, claim):
            yield from _without(claim, place, place.parent)


def _without(claim: Claim, place: Place, parent: Term) -> Iterator[Candidate]:
    is_second = place.path[-1] == 1
    match parent:
        case Add() | Sub():
            term = negative(place.part) if is_second and isinstance(parent, Sub) else place.part
            what, left = f"term {text(term)}", Number("0")
        case Mul():
            what, left = f"factor {text(place.part)}", Number("1")
        case Div() if is_second:
            what, left = f"denominator {text(place.part)}", Number("1")
        case _:
            return
    yield from claim.tried(place, left, lambda: f"the {place.side} side has an extra {what}")


def _may_go(place: Place, claim: Claim) -> bool:
    """A part with names may not go when a number is left, or wanted: what goes is the side."""
    if not free_names(place.part):
        return bool(free_names(claim.lhs) or free_names(claim.rhs))
    return bool(free_names(place.whole(Number("0"))) and free_names(claim.other(place)))


def missing_terms(claim: Claim) -> Iterator[Candidate]:
    """A summand of the left side, or a subterm of a side, that the right side lacks."""
    if not free_names(claim.lhs) and not free_names(claim.rhs):
        return  # between numbers there is always some difference
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


def factors_in_sums(claim: Claim, side: str) -> Iterator[Candidate]:
    """A name or a member that is missing as a factor under a sum, or too much there."""
    for place in claim.places(side):
        if not place.bound or not isinstance(place.parent, Sum) or place.path[-1] != 0:
            continue
        for factor in _members(claim, place.bound[-1]):
            missing = f"a factor {text(factor)} is missing in the sum on the {side} side"
            extra = f"an extra factor {text(factor)} is in the sum on the {side} side"
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
