"""Partial derivatives of arbitrary functions, and what a term depends on."""

from __future__ import annotations

from dataclasses import dataclass, replace

from derivation.errors import UnsupportedError
from derivation.term import Indexed, Ranged, Symbol, Term, free_names, hashed_once, kinds

__all__ = ["Jet", "depends", "name_of"]


@hashed_once
@dataclass(frozen=True, slots=True)
class Jet(Term):
    """A partial derivative of an arbitrary smooth function, at ``arguments``.

    ``orders`` counts derivatives by each argument; ``by`` lists, sorted, the hidden parameters
    (symbols or members of families) it was differentiated by; ``hidden`` names all hidden
    parameters. Partial derivatives of a smooth function commute, hence the sorting.
    """

    name: str
    arguments: tuple[Term, ...]
    orders: tuple[int, ...]
    by: tuple[Term, ...] = ()
    hidden: tuple[str, ...] = ()

    @property
    def children(self) -> tuple[Term, ...]:
        return (*self.arguments, *self.by)

    def with_children(self, children: tuple[Term, ...]) -> Term:
        count = len(self.arguments)
        return replace(self, arguments=children[:count], by=children[count:])

    def differentiated_by_argument(self, position: int) -> Jet:
        """The partial derivative by one argument."""
        orders = list(self.orders)
        orders[position] += 1
        return replace(self, orders=tuple(orders))

    def differentiated_by(self, parameter: Term) -> Jet:
        """The partial derivative by one hidden parameter."""
        return replace(self, by=tuple(sorted((*self.by, parameter), key=repr)))


def name_of(variable: Term) -> str:
    """The name of the symbol or family. Raises UnsupportedError for anything else."""
    if isinstance(variable, Symbol):
        return variable.name
    if isinstance(variable, Indexed):
        return variable.base
    raise UnsupportedError("a derivative is by a symbol or by a member of a family")


def depends(term: Term, variable: Term) -> bool:
    """Whether the value may change with the variable (families count as a whole)."""
    name = name_of(variable)
    return name in free_names(term) or (Jet in kinds(term) and _mentions(term, name))


def _mentions(term: Term, name: str) -> bool:
    match term:
        case Symbol():
            return term.name == name
        case Ranged(body=body, index=index, lower=lower, upper=upper):
            return (
                (index != name and _mentions(body, name))
                or _mentions(lower, name)
                or _mentions(upper, name)
            )
        case Indexed(base=base) if base == name:
            return True
        case Jet(hidden=hidden) if name in hidden:
            return True
    return any(_mentions(child, name) for child in term.children)
