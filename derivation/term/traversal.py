"""Going through a term: its subterms, the same term changed, without looks, its free names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

from derivation.term.constructs import Derivative, Mark, Ranged
from derivation.term.kept import keep
from derivation.term.nodes import (
    Add,
    Call,
    Constant,
    Div,
    Indexed,
    Mul,
    Neg,
    Number,
    Paren,
    Pow,
    Sub,
    Symbol,
    Term,
)
from derivation.term.signs import DerivativeSign, Index, Times

__all__ = ["Primed", "free_names", "kinds", "plain", "surveyed", "transform", "walk"]


class Primed:
    """Stands among the kinds of a term for a call with primes."""


def walk(term: Term) -> Iterator[Term]:
    """The term and all its subterms, parents first, left to right."""
    stack = [term]
    while stack:
        node = stack.pop()
        yield node
        children = node.children
        if children:
            stack.extend(children[::-1])


def surveyed(term: Term) -> list[Term]:
    """All subterms, as ``walk`` gives them; what they tell of the whole term is kept."""
    nodes, waiting = [], [term]
    while waiting:
        node = waiting.pop()
        nodes.append(node)
        children = node.children
        if children:
            waiting.extend(children[::-1])
    found = _kinds_among(term, nodes)
    if Ranged not in found:
        names = {node.name for node in nodes if isinstance(node, Symbol)}
        if Indexed in found:
            names |= {node.base for node in nodes if isinstance(node, Indexed)}
        keep(term, "kept_free", frozenset(names))
    looked_at = (node for node in nodes if type(node) not in _WITHOUT_LOOKS)
    if all(_without_looks(node) is node for node in looked_at):
        keep(term, "kept_plain", True)
    return nodes


def kinds(term: Term) -> frozenset[type]:
    """The classes of all subterms and their bases, and ``Primed`` where a call has primes."""
    found: frozenset[type] | None = getattr(term, "kept_kinds", None)
    if found is None:
        found = _kinds_among(term, list(walk(term)))
    return found


def _kinds_among(term: Term, nodes: list[Term]) -> frozenset[type]:
    found = _with_bases(frozenset(map(type, nodes)))
    if Call in found:
        for node in nodes:
            if isinstance(node, Call) and node.primes:
                found |= {Primed}
                break
    return keep(term, "kept_kinds", found)


@lru_cache(maxsize=512)
def _with_bases(classes: frozenset[type]) -> frozenset[type]:
    return frozenset().union(*(one.__mro__ for one in classes))


def transform(term: Term, change: Callable[[Term], Term]) -> Term:
    """Apply ``change`` to every node, subterms first."""
    children = term.children
    if children:
        changed = [transform(child, change) for child in children]
        for new, old in zip(changed, children, strict=True):
            if new is not old:
                term = term.with_children(tuple(changed))
                break
    return change(term)


_WITHOUT_LOOKS = frozenset((Symbol, Number, Constant, Add, Sub, Neg, Pow))


def _without_looks(node: Term) -> Term:
    if type(node) in _WITHOUT_LOOKS:
        return node
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
    if getattr(term, "kept_plain", False):
        return term
    found = transform(term, _without_looks)
    keep(found, "kept_plain", True)
    return found


_NO_NAMES: frozenset[str] = frozenset()


def free_names(term: Term) -> frozenset[str]:
    """Names of the symbols and families that occur free; function names are not included."""
    found: frozenset[str] | None = getattr(term, "kept_free", None)
    return keep(term, "kept_free", _free_names(term)) if found is None else found


def _free_names(term: Term) -> frozenset[str]:
    if isinstance(term, Symbol):
        return frozenset((term.name,))
    if isinstance(term, Ranged):
        inside = free_names(term.body) - {term.index}
        return inside | free_names(term.lower) | free_names(term.upper)
    names = frozenset((term.base,)) if isinstance(term, Indexed) else _NO_NAMES
    for child in term.children:
        names = names | free_names(child) if names else free_names(child)
    return names
