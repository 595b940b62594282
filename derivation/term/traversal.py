"""Going through a term: its subterms, the same term changed, without looks, its free names."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from derivation.term.constructs import Derivative, Mark, Ranged
from derivation.term.nodes import Call, Div, Indexed, Mul, Paren, Symbol, Term
from derivation.term.signs import DerivativeSign, Index, Times

__all__ = ["free_names", "plain", "transform", "walk"]


def walk(term: Term) -> Iterator[Term]:
    """The term and all its subterms, parents first, left to right."""
    stack = [term]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(node.children))


def transform(term: Term, change: Callable[[Term], Term]) -> Term:
    """Apply ``change`` to every node, subterms first."""
    children = term.children
    if children:
        changed = tuple(transform(child, change) for child in children)
        if any(new is not old for new, old in zip(changed, children, strict=True)):
            term = term.with_children(changed)
    return change(term)


def _without_looks(node: Term) -> Term:
    match node:
        case Paren(body=body) | Mark(body=body):
            return body
        case Mul(left=left, right=right, sign=sign) if sign is not Times.BESIDE:
            return Mul(left, right)
        case Div(left=left, right=right, slash=True):
            return Div(left, right)
        case Indexed(base=base, indices=indices, place=place) if place is not Index.BELOW:
            return Indexed(base, indices)
        case Call(name=name, arguments=arguments, primes=primes, bare=True):
            return Call(name, arguments, primes)
        case Derivative(
            body=body, variable=variable, order=order, sign=sign, quotient=quotient
        ) if quotient or sign is not DerivativeSign.PARTIAL:
            return Derivative(body, variable, order)
        case _:
            return node


def plain(term: Term) -> Term:
    """The same structure without looks: no marks, no redundant parentheses, default styles."""
    return transform(term, _without_looks)


def free_names(term: Term) -> frozenset[str]:
    """Names of the symbols and families that occur free; function names are not included."""
    match term:
        case Symbol(name=name):
            return frozenset({name})
        case Ranged(body=body, index=index, lower=lower, upper=upper):
            return (free_names(body) - {index}) | free_names(lower) | free_names(upper)
        case _:
            names: set[str] = {term.base} if isinstance(term, Indexed) else set()
            for child in term.children:
                names |= free_names(child)
            return frozenset(names)
