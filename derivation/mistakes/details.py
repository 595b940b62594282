"""Mistakes at one place: a number, an exponent, a name, a function, a small part."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from derivation.domain import Kind
from derivation.mistakes.claim import Candidate, Claim, constant, nodes, text
from derivation.mistakes.places import Place
from derivation.mistakes.values import Known
from derivation.term import (
    Add,
    Call,
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
)

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


def numbers(claim: Claim) -> Iterator[Candidate]:
    """Another number in the place of one. An exponent is shown with its base."""
    if not free_names(claim.lhs) and not free_names(claim.rhs):
        return  # some number always fits into an equation between numbers
    for place in claim.places():
        if place.parent is None or free_names(place.part) or not _is_outermost(place):
            continue
        for new in _other_numbers(place):
            yield from claim.tried(place, new, lambda p=place, n=new: _number_says(p, n))  # type: ignore[misc]


def _is_outermost(place: Place) -> bool:
    """Whether the number is written as a whole there; limits of sums have their own kind."""
    parent = place.parent
    is_limit = isinstance(parent, Ranged) and place.path[-1] != 0
    return parent is not None and bool(free_names(parent)) and not is_limit


def _other_numbers(place: Place) -> Iterator[Term]:
    if place.wanted is not None:
        needed = constant(place.wanted)
        goes = 0 if isinstance(place.parent, Add | Sub) else 1  # those are extra parts
        if needed is not None and needed != goes and needed.denominator <= 100:
            yield number(needed)
    elif isinstance(place.part, Number):
        value = place.part.value
        for new in dict.fromkeys((value + 1, value - 1, 2 * value, value / 2)):
            yield number(new)


def _number_says(place: Place, new: Term) -> str:
    parent = place.parent
    if isinstance(parent, Pow) and place.path[-1] == 1:
        right = Pow(parent.left, new) if new != Number("1") else parent.left
        return _exponent_says(place.side, parent, right)
    return _belongs(place, new)


def _exponent_says(side: str, old: Term, new: Term) -> str:
    return f"an exponent is wrong on the {side} side: {text(old)} should be {text(new)}"


def exponents(claim: Claim) -> Iterator[Candidate]:
    """A square or a root that is missing."""
    for place in claim.places():
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


def names(claim: Claim) -> Iterator[Candidate]:
    """One name, member or named constant in the place of another."""
    for place in claim.places():
        part = place.part
        if not isinstance(part, Symbol | Indexed) or place.parent is None:
            continue
        for new in (*claim.atoms, *_same_indices(part, claim)):
            if free_names(new) & claim.bound <= {*place.bound}:
                yield from claim.tried(place, new, lambda p=place, n=new: _belongs(p, n))  # type: ignore[misc]


def _same_indices(part: Term, claim: Claim) -> Iterator[Term]:
    if isinstance(part, Indexed):
        for base in dict.fromkeys(a.base for a in claim.atoms if isinstance(a, Indexed)):
            yield Indexed(base, part.indices)


def functions(claim: Claim) -> Iterator[Candidate]:
    """A function in the place of one that looks like it."""
    for place in claim.places():
        part = place.part
        if isinstance(part, Call) and not part.primes:
            for name in _ALIKE.get(part.name, ()):
                new = Call(name, part.arguments)
                yield from claim.tried(place, new, lambda p=place, n=new: _belongs(p, n))  # type: ignore[misc]


def operations(claim: Claim) -> Iterator[Candidate]:
    """A sum in the place of a product, a product in the place of a quotient."""
    for place in claim.places():
        match place.part:
            case Add(left=left, right=right):
                others: tuple[Term, ...] = (Mul(left, right),)
            case Mul(left=left, right=right):
                others = (Add(left, right), Div(left, right))
            case Div(left=left, right=right):
                others = (Mul(left, right),)
            case _:
                continue
        if nodes(place.part) <= 2 * MAX_REPLACED:
            for new in others:
                yield from claim.tried(place, new, lambda p=place, n=new: _belongs(p, n))  # type: ignore[misc]


def small_parts(claim: Claim) -> Iterator[Candidate]:
    """A factor or a term that is missing or too much inside a side; another small part."""
    found = [
        place
        for place in claim.places()
        if place.parent is not None
        and place.wanted is not None
        and nodes(place.part) <= MAX_REPLACED
        and not (isinstance(place.part, Number) and constant(place.wanted) is not None)
    ]
    for place in sorted(found, key=lambda place: nodes(place.part)):
        if claim.is_late:
            return
        for new in _with_another(claim, place):
            yield from claim.tried(place, new, lambda p=place, n=new: _belongs(p, n))  # type: ignore[misc]


def _with_another(claim: Claim, place: Place) -> Iterator[Term]:
    """Changes of a part that give the wanted value at the first point."""
    part = place.part
    first = next((point for point, one in enumerate(place.wanted or ()) if one is not None), None)
    if first is None or place.wanted is None:
        return
    wanted, now = place.wanted[first], claim.values.at(part, first)
    if wanted is None or now is None:
        return
    for other in (*_small_numbers(), *_deltas(claim), *claim.parts):
        value = claim.values.at(other, first)
        if value is None or nodes(other) > MAX_REPLACING:
            continue
        if free_names(other) and wanted.overlaps(value):
            yield other
        if not _is_one(value):
            if wanted.overlaps(now * value):
                yield Mul(part, other)
            if not value.contains(0) and wanted.overlaps(now / value):
                yield Div(part, other)
        if wanted.overlaps(now + value):
            yield Add(part, other)
        if wanted.overlaps(now - value):
            yield Sub(part, other)


def _is_one(value: Known) -> bool:
    return value is not None and value.overlaps(value * 0 + 1)


def _small_numbers() -> Iterator[Term]:
    yield from (Number("1"), Number("2"), Number("3"))


def _deltas(claim: Claim) -> Iterator[Term]:
    """Kronecker's delta of two free indices."""
    used = {atom.name for atom in claim.atoms if isinstance(atom, Symbol)}
    indices = [d.name for d in claim.domain if d.kind is Kind.INDEX and d.name in used]
    for position, one in enumerate(indices):
        for other in indices[position + 1 :]:
            yield Call("Delta", (Symbol(one), Symbol(other)))
