"""Replacing free symbols by terms, without capture."""

from __future__ import annotations

from dataclasses import replace

from derivation.term.constructs import Derivative, Ranged
from derivation.term.nodes import Indexed, Symbol, Term
from derivation.term.traversal import free_names

__all__ = ["fresh_name", "substitute"]


def fresh_name(name: str, taken: frozenset[str]) -> str:
    """``name``, or ``name`` with dashes until nothing in ``taken`` clashes."""
    while name in taken:
        name += "_"
    return name


def substitute(term: Term, values: dict[str, Term]) -> Term:
    """Replace free symbols by terms; bound indices are renamed where they would capture.

    Raises ValueError where the result has no as-written form: a derivative *at a point*
    (``x := 2`` in d/dx f), or a value that mentions the variable of differentiation
    (``a := x`` in d/dx (a x), which is not d/dx (x x)).
    """
    if not values:
        return term
    match term:
        case Symbol(name=name):
            return values.get(name, term)
        case Ranged(body=body, index=index, lower=lower, upper=upper):
            inner = {name: value for name, value in values.items() if name != index}
            used = free_names(body)
            inner = {name: value for name, value in inner.items() if name in used}
            taken = frozenset().union(*(free_names(value) for value in inner.values()))
            if index in taken:
                renamed = fresh_name(index, taken | used)
                body = substitute(body, {index: Symbol(renamed)})
                index = renamed
            return replace(
                term,
                body=substitute(body, inner),
                index=index,
                lower=substitute(lower, values),
                upper=substitute(upper, values),
            )
        case Derivative(body=body, variable=variable):
            return _substitute_below_derivative(term, body, variable, values)
        case _:
            children = term.children
            if not children:
                return term
            return term.with_children(tuple(substitute(child, values) for child in children))


def _name_of(variable: Term) -> str:
    if isinstance(variable, Symbol):
        return variable.name
    if isinstance(variable, Indexed):
        return variable.base
    raise ValueError("the variable of a derivative is a symbol or a member of a family")


def _substitute_below_derivative(
    term: Derivative, body: Term, variable: Term, values: dict[str, Term]
) -> Term:
    new_variable = substitute(variable, values)
    if not isinstance(new_variable, Symbol | Indexed):
        raise ValueError("the variable of a derivative was replaced by a compound term")
    old_name, new_name = _name_of(variable), _name_of(new_variable)
    used = free_names(body)
    if new_name != old_name and new_name in used:
        raise ValueError("the new variable of a derivative occurs in its body already")
    for name in used - {old_name}:
        if name in values and new_name in free_names(values[name]):
            raise ValueError("a value mentions the variable of differentiation")
    return replace(term, body=substitute(body, values), variable=new_variable)
