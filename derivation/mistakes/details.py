"""Mistakes at one place: a number, an exponent, a name, a function, a small part."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from types import MappingProxyType
from typing import TYPE_CHECKING

from derivation.domain import Kind
from derivation.mistakes.claim import Candidate, Claim, constant, nodes, text
from derivation.mistakes.places import Place
from derivation.term import (
    Add,
    Call,
    Derivative,
    Div,
    Indexed,
    Mul,
    Number,
    Pow,
    Ranged,
    Sub,
    Symbol,
    Term,
    free_names,
    number,
    walk,
)

if TYPE_CHECKING:
    from flint import arb

__all__ = ["exponents", "functions", "names", "numbers", "operations", "small_parts"]

MAX_REPLACED = 7  # nodes of a part that is replaced by another one
MAX_REPLACING = 5

# functions that are taken for each other
_ALIKE = MappingProxyType(
    {
        name: tuple(other for other in family if other != name)
        for family in (
            ("sin", "cos"), ("sinh", "cosh"), ("exp", "expm1"), ("log", "log1p"),
            ("sigmoid", "tanh", "softplus"), ("asin", "acos"), ("erf", "erfc"), ("Max", "Min"),
            ("relu", "Abs"), ("floor", "ceiling"),
        )
        for name in family
    }
)  # fmt: skip


def _belongs(place: Place, new: Term) -> str:
    return f"the {place.side} side has {text(place.part)} where {text(new)} belongs"


def numbers(claim: Claim, side: str) -> Iterator[Candidate]:
    """Another number in the place of one. An exponent is shown with its base."""
    if not free_names(claim.lhs) and not free_names(claim.rhs):
        return  # some number always fits into an equation between numbers
    for place in claim.places(side):
        if place.parent is None or free_names(place.part) or _is_limit(place):
            continue
        for new in _other_numbers(place):
            yield from claim.tried(place, new, lambda p=place, n=new: _number_says(p, n))  # type: ignore[misc]


def _is_limit(place: Place) -> bool:
    """Whether it is in the limit of a sum, which has a kind of its own."""
    steps = zip(place.above, place.path, strict=True)
    return any(isinstance(term, Ranged) and step != 0 for term, step in steps)


def _other_numbers(place: Place) -> Iterator[Term]:
    if place.wanted is not None:
        needed = constant(place.wanted)
        if needed is not None and needed.denominator <= 100 and not _would_go(place, needed):
            yield number(needed)
    elif isinstance(place.part, Number):
        value = place.part.value
        for new in dict.fromkeys((value + 1, value - 1, 2 * value, value / 2)):
            if not _would_go(place, new):
                yield number(new)


def _would_go(place: Place, value: Fraction) -> bool:
    """Whether another number there means that something is one too many."""
    match place.parent:
        case _ if value == 0:
            return True
        case Mul():
            return value == 1
        case Div():
            return value == 1 and place.path[-1] == 1
    return False


def _number_says(place: Place, new: Term) -> str:
    parent = place.parent
    if isinstance(parent, Pow) and place.path[-1] == 1:
        right = Pow(parent.left, new) if new != Number("1") else parent.left
        return _exponent_says(place.side, parent, right)
    return _belongs(place, new)


def _exponent_says(side: str, old: Term, new: Term) -> str:
    return f"an exponent is wrong on the {side} side: {text(old)} should be {text(new)}"


def exponents(claim: Claim, side: str) -> Iterator[Candidate]:
    """A square or a root that is missing."""
    for place in claim.places(side):
        part = place.part
        if place.parent is None or not free_names(part) or nodes(part) > MAX_REPLACED:
            continue
        if isinstance(place.parent, Pow) or isinstance(part, Pow):
            continue
        for new in (Pow(part, Number("2")), Call("sqrt", (part,)), Pow(part, Number("3"))):
            yield from claim.tried(
                place,
                new,
                lambda p=place, n=new: _exponent_says(p.side, p.part, n),  # type: ignore[misc]
            )


def names(claim: Claim, side: str) -> Iterator[Candidate]:
    """One name, member or named constant in the place of another."""
    for place in claim.places(side):
        part = place.part
        if not isinstance(part, Symbol | Indexed) or place.parent is None:
            continue
        if not free_names(claim.other(place)):
            return  # a number is wanted: almost anything can be made to fit
        for new in (*claim.atoms, *_same_indices(part, claim)):
            if free_names(new) & claim.bound <= {*place.bound}:
                yield from claim.tried(place, new, lambda p=place, n=new: _belongs(p, n))  # type: ignore[misc]


def _same_indices(part: Term, claim: Claim) -> Iterator[Term]:
    if isinstance(part, Indexed):
        for base in dict.fromkeys(a.base for a in claim.atoms if isinstance(a, Indexed)):
            yield Indexed(base, part.indices)


def functions(claim: Claim, side: str) -> Iterator[Candidate]:
    """A function in the place of one that looks like it."""
    for place in claim.places(side, smallest_first=True):
        part = place.part
        if isinstance(part, Call) and not part.primes:
            for name in _ALIKE.get(part.name, ()):
                new = Call(name, part.arguments)
                yield from claim.tried(place, new, lambda p=place, n=new: _belongs(p, n))  # type: ignore[misc]


def operations(claim: Claim, side: str) -> Iterator[Candidate]:
    """A sum in the place of a product, a product in the place of a quotient."""
    for place in claim.places(side):
        if not free_names(claim.other(place)):
            return
        match place.part:
            case Add(left=left, right=right):
                others: tuple[Term, ...] = (Mul(left, right),)
            case Mul(left=left, right=right):
                others = (Add(left, right), Div(left, right))
            case Div(left=left, right=right):
                others = (Mul(left, right),)
            case _:
                continue
        if nodes(place.part) <= 2 * MAX_REPLACED and not isinstance(left, Number):
            for new in others:
                yield from claim.tried(place, new, lambda p=place, n=new: _belongs(p, n))  # type: ignore[misc]


def small_parts(claim: Claim, side: str) -> Iterator[Candidate]:
    """A factor or a term that is missing or too much inside a side; another small part."""
    changes = (_with_a_factor, _with_an_atom, _with_a_term)
    for change, place in product(changes, claim.places(side, smallest_first=True)):
        if place.parent is None or nodes(place.part) > MAX_REPLACED:
            continue
        if not free_names(claim.other(place)):
            return
        for new in change(claim, place):
            if place.part.children and place.whole(new) == claim.other(place):
                continue  # that would only copy the other side
            yield from claim.tried(place, new, lambda p=place, n=new: _belongs(p, n))  # type: ignore[misc]


def _with_a_factor(claim: Claim, place: Place) -> Iterator[Term]:
    """Another part, or this one times or by another, with the wanted value at the first point."""
    for other, value, wanted, now in _others(claim, place):
        if free_names(other) and _may_replace(other, claim) and wanted.overlaps(value):
            yield other
        if value.overlaps(now * 0 + 1):
            continue
        if wanted.overlaps(now * value):
            yield Mul(place.part, other)
        if not value.contains(0) and wanted.overlaps(now / value):
            yield Div(place.part, other)


def _may_replace(other: Term, claim: Claim) -> bool:
    """Whether it occurs in the claim, or is Kronecker's delta: what fits by chance does not."""
    is_delta = isinstance(other, Call) and other.name == "Delta"
    return is_delta or any(part == other for side in (claim.lhs, claim.rhs) for part in walk(side))


def _with_a_term(claim: Claim, place: Place) -> Iterator[Term]:
    """This part plus or minus another, with the wanted value at the first point."""
    for other, value, wanted, now in _others(claim, place):
        if wanted.overlaps(now + value):
            yield Add(place.part, other)
        if wanted.overlaps(now - value):
            yield Sub(place.part, other)


def _others(claim: Claim, place: Place) -> Iterator[tuple[Term, arb, arb, arb]]:
    """Other small parts, with their values, the wanted one and that of the part at one point."""
    if place.wanted is None or constant(place.wanted) is not None:
        return  # nobody knows what is wanted, or a number is
    first = next(point for point, one in enumerate(place.wanted) if one is not None)
    wanted, now = place.wanted[first], claim.values.at(place.part, first)
    if wanted is None or now is None:
        return
    for other in _small_terms(claim):
        value = claim.values.at(other, first)
        if value is not None and other != place.part:
            yield other, value, wanted, now


def _small_terms(claim: Claim) -> Iterator[Term]:
    yield from (Number("1"), Number("2"), Number("3"))
    yield from _deltas(claim)
    yield from (part for part in claim.parts if nodes(part) <= MAX_REPLACING)
    for atom in claim.atoms:
        if not free_names(atom) & claim.bound:
            yield Pow(atom, Number("2"))


def _with_an_atom(claim: Claim, place: Place) -> Iterator[Term]:
    """Where nobody knows what is wanted: a name times or by 2 or another name."""
    part = place.part
    if place.wanted is not None:
        return
    if isinstance(part, Symbol | Indexed) and not isinstance(place.parent, Indexed | Derivative):
        visible = {*place.bound}
        atoms = [atom for atom in claim.atoms if free_names(atom) & claim.bound <= visible]
        for other in (Number("2"), *atoms):
            if other != part:
                yield Mul(other, part)
                yield Div(part, other)


def _deltas(claim: Claim) -> Iterator[Term]:
    """Kronecker's delta of two free indices."""
    used = {atom.name for atom in claim.atoms if isinstance(atom, Symbol)}
    indices = [d.name for d in claim.domain if d.kind is Kind.INDEX and d.name in used]
    for position, one in enumerate(indices):
        for other in indices[position + 1 :]:
            yield Call("Delta", (Symbol(one), Symbol(other)))
