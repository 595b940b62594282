"""Mistakes in the range of a sum or a product: a limit that is off by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from derivation.mistakes.claim import Candidate, Claim, text
from derivation.mistakes.places import Place
from derivation.term import Add, Div, Mul, Neg, Number, Product, Sub, Sum, Term, number

__all__ = ["ranges"]

_STEPS = ((1, 0), (0, 1), (-1, 0), (0, -1), (1, 1), (-1, -1), (-1, 1), (1, -1))


def ranges(claim: Claim, side: str) -> Iterator[Candidate]:
    """One limit off by one, then both."""
    found = [place for place in claim.places(side) if isinstance(place.part, Sum | Product)]
    for both in (False, True):
        for place in found:
            yield from _of_one(claim, place, both)


def _of_one(claim: Claim, place: Place, both: bool) -> Iterator[Candidate]:
    term = place.part
    if not isinstance(term, Sum | Product):
        return
    for low, high in _STEPS:
        if both is not bool(low and high):
            continue
        new = replace(term, lower=_shifted(term.lower, low), upper=_shifted(term.upper, high))
        yield from claim.tried(place, new, lambda new=new: _says(term, new, place.side))  # type: ignore[misc]


def _says(old: Sum | Product, new: Sum | Product, side: str) -> str:
    word = "sum" if isinstance(old, Sum) else "product"
    start = f"start at {text(new.lower)}, not {text(old.lower)}"
    end = f"end at {text(new.upper)}, not {text(old.upper)}"
    if new.lower == old.lower:
        should = end
    else:
        should = start if new.upper == old.upper else f"{start}, and {end}"
    return (
        f"the range is off by one on the {side} side: the {word} over {old.index} should {should}"
    )


def _shifted(limit: Term, step: int) -> Term:
    if not step:
        return limit
    value = _value(limit)
    if value is not None:
        return number(value + step)
    match limit:
        case Add(left=left, right=Number(text="1")) if step == -1:
            return left
        case Sub(left=left, right=Number(text="1")) if step == 1:
            return left
    one = Number("1")
    return Add(limit, one) if step == 1 else Sub(limit, one)


def _value(term: Term) -> Fraction | None:
    """The value of a limit that is written with numbers alone."""
    match term:
        case Number():
            return term.value
        case Neg() | Add() | Sub() | Mul() | Div():
            values = [_value(child) for child in term.children]
            known = [value for value in values if value is not None]
            if len(known) == len(values):
                return _combined(term, known)
    return None


def _combined(term: Term, values: list[Fraction]) -> Fraction | None:
    match term, values:
        case Neg(), [one]:
            return -one
        case Add(), [left, right]:
            return left + right
        case Sub(), [left, right]:
            return left - right
        case Mul(), [left, right]:
            return left * right
    return None
