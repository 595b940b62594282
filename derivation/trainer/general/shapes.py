"""What terms look like: factors, signs, sums, and the same term under other names of indices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

from derivation.term import (
    Call,
    Constant,
    Div,
    Indexed,
    Mul,
    Neg,
    Number,
    Pow,
    Sum,
    Symbol,
    Term,
    fresh_name,
    substitute,
)
from derivation.trainer.python.code import whole_power

__all__ = [
    "apart",
    "canonical",
    "flat",
    "latex",
    "name_of",
    "outer_arguments",
    "quotient",
    "range_of",
    "signed",
]


def name_of(member: Term) -> str:
    """The name of a symbol, or of the family of a member."""
    return member.base if isinstance(member, Indexed) else str(getattr(member, "name", ""))


def range_of(term: Sum) -> dict[str, str | int]:
    """The index of a sum, and how far it runs."""
    upper = term.upper
    if isinstance(upper, Number):
        return {term.index: int(upper.value)}
    return {term.index: upper.name} if isinstance(upper, Symbol) else {}


def signed(term: Term) -> tuple[int, Term]:
    """A sign, and the term without it."""
    match term:
        case Neg(body=body):
            return -1, body
        case Mul(left=left, right=right):
            sign, core = signed(left)
            return sign, Mul(core, right)
    return 1, term


def flat(term: Term) -> tuple[int, list[Term], list[Term]]:
    """Sign, numerators and denominators of a product or quotient."""
    match term:
        case Neg(body=body):
            sign, above, below = flat(body)
            return -sign, above, below
        case Mul(left=left, right=right):
            (one, above, below), (other, over, under) = flat(left), flat(right)
            return one * other, above + over, below + under
        case Div(left=left, right=right):
            (one, above, below), (other, over, under) = flat(left), flat(right)
            return one * other, above + under, below + over
    return 1, [term], []


def quotient(above: Sequence[Term], below: Sequence[Term]) -> Term:
    """The product of the one over that of the other; factors 1 are left out above."""
    kept = [one for one in above if one != Number("1")]
    top = reduce(Mul, kept) if kept else Number("1")
    return Div(top, reduce(Mul, below)) if below else top


def apart(term: Term, around: frozenset[str]) -> Term:
    """The term with an own name for the index of a sum within another one of that name."""
    if isinstance(term, Sum):
        index = fresh_name(term.index, around)
        same = index == term.index
        body = term.body if same else substitute(term.body, {term.index: Symbol(index)})
        return replace(term, body=apart(body, around | {index}), index=index)
    if isinstance(term, Symbol | Indexed) or not term.children:
        return term
    return term.with_children(tuple(apart(child, around) for child in term.children))


def canonical(term: Term, depth: int = 0) -> Term:
    """The term with the bound indices of sums under names of their own."""
    if isinstance(term, Sum):
        index = f"__{depth}"
        body = canonical(substitute(term.body, {term.index: Symbol(index)}), depth + 1)
        return replace(term, body=body, index=index)
    if not term.children:
        return term
    return term.with_children(tuple(canonical(child, depth) for child in term.children))


def latex(term: Term) -> str:
    """The term as it is told to a reader."""
    from derivation.notation import to_latex

    return to_latex(term)


def outer_arguments(term: Term) -> list[Term]:
    """The arguments of the outermost functions in a term."""
    match term:
        case Call(arguments=arguments):
            return list(arguments)
        case Pow(left=Constant(), right=right):
            return [right]
        case Pow(left=left) if not whole_power(term):
            return [left]
    return [one for child in term.children for one in outer_arguments(child)]
