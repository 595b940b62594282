"""Names and their scopes: which names a term uses, and bound indices kept apart from them."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace

from derivation.errors import UnsupportedError
from derivation.kernel.calculus.differentiate import Jet
from derivation.term import (
    Add,
    And,
    Call,
    Constant,
    Derivative,
    Div,
    Indexed,
    Integral,
    Mark,
    Mul,
    Neg,
    Not,
    Number,
    Or,
    Paren,
    Piecewise,
    Pow,
    Product,
    Ranged,
    Relation,
    Sub,
    Sum,
    Symbol,
    Term,
    free_names,
    fresh_name,
    keep,
    kinds,
    substitute,
    surveyed,
    walk,
)

__all__ = [
    "head_name", "is_private", "names_used", "private", "put_in", "refuse_foreign", "separated",
]  # fmt: skip

_MARK = "#"  # no notation can write it
_NAMED = (Symbol, Call, Jet, Indexed)
_COUNTING = frozenset((Call, Derivative))
_NAMELESS = frozenset((
    Add, And, Constant, Div, Mark, Mul, Neg, Not, Number, Or, Paren, Piecewise, Pow, Relation, Sub,
))  # fmt: skip
_NODES = _NAMELESS | {Call, Derivative, Indexed, Integral, Product, Sum, Symbol}


def private(name: str) -> str:
    """A name for the argument of a definition that no claim can contain."""
    return _MARK + name


def is_private(name: str) -> bool:
    """Whether the kernel made the name."""
    return name.startswith(_MARK)


def refuse_foreign(term: Term) -> int:
    """Let in only what a reader could have made; the kernel knows nothing of other nodes.

    Raises UnsupportedError for a node class of somebody else, for one that only the kernel
    makes (a jet, a private name), and for a negative order of differentiation. The number of
    nodes.
    """
    nodes = surveyed(term)
    for node in nodes:
        kind = type(node)
        if kind in _NAMELESS:
            continue
        if kind not in _NODES:
            raise UnsupportedError(f"{kind.__name__} is no node of a written term")
        name = head_name(node) or (node.index if isinstance(node, Ranged) else "")
        if name and is_private(name):
            raise UnsupportedError("a name that only the kernel makes")
        if kind in _COUNTING and _order(node) < 0:
            raise UnsupportedError("a derivative of negative order")
    return len(nodes)


def _order(node: Term) -> int:
    return node.order if isinstance(node, Derivative) else getattr(node, "primes", 0)


def put_in(
    body: Term, places: tuple[str, ...], values: tuple[Term, ...], defined: Container[str]
) -> Term:
    """The body with values in the places of its arguments.

    A function is defined only where its arguments are: a value that the body does not use
    stays as ``+ 0 value``, so that its conditions are not lost. Raises ValueError as
    ``substitute`` does.
    """
    used = free_names(body)
    result = substitute(body, dict(zip(places, values, strict=True)))
    for place, value in zip(places, values, strict=True):
        total = isinstance(value, Number) or (
            isinstance(value, Symbol) and value.name not in defined
        )
        if place not in used and not total:
            result = Add(result, Mul(Number("0"), value))
    return result


def head_name(term: Term) -> str | None:
    """The name that a symbol, a call, a member or a jet goes by."""
    if isinstance(term, _NAMED):
        return term.base if isinstance(term, Indexed) else term.name
    return None


def names_used(term: Term) -> frozenset[str]:
    """All names that occur, of functions and bound indices too."""
    found: frozenset[str] | None = getattr(term, "kept_used", None)
    if found is None:
        found = frozenset(name for node in walk(term) if (name := head_name(node)) is not None)
        keep(term, "kept_used", found)
    return found


def separated(term: Term, taken: frozenset[str]) -> Term:
    """The term with every bound index renamed that is in ``taken`` or bound further out.

    The name of a bound index has no meaning, so the value stays the same. Raises
    UnsupportedError where the index cannot be renamed.
    """
    if Ranged not in kinds(term):
        return term
    if isinstance(term, Ranged):
        body, index = term.body, term.index
        if index in taken:
            index = fresh_name(index, taken | names_used(body) | free_names(body))
            try:
                body = substitute(body, {term.index: Symbol(index)})
            except ValueError as error:
                raise UnsupportedError(f"the bound index {term.index}: {error}") from error
        return replace(
            term,
            body=separated(body, taken | {index}),
            index=index,
            lower=separated(term.lower, taken),
            upper=separated(term.upper, taken),
        )
    children = term.children
    new = tuple(separated(child, taken) for child in children)
    if all(one is other for one, other in zip(new, children, strict=True)):
        return term
    return term.with_children(new)
