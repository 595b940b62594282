"""Functions that act on each entry: ``exp(X)``, ``hadamard(A, B)``, ``y/p`` for vectors.

``Entrywise(body, arguments, shape)`` has at row i and column j the value of ``body``, where the
k-th place stands for entry (i, j) of the k-th argument, or for the argument itself if that is a
scalar. Only the kernel makes such a node.

One composed function is as good as several in turn: f(g(X)) entry by entry is (f after g)(X),
and sums and scalar multiples are entrywise, too. So nested ones are put together here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from derivation.domain import Size
from derivation.term import Symbol, Term, hashed_once, substitute

__all__ = ["Entrywise", "in_places", "place"]


def place(position: int) -> Symbol:
    """What stands in a body for the argument at a position; no notation can write the name."""
    return Symbol(f"entry {position}")


@hashed_once
@dataclass(frozen=True, slots=True)
class Entrywise(Term):
    """A function of the entries, one by one."""

    body: Term
    arguments: tuple[Term, ...]
    shape: tuple[Size, Size]

    @property
    def children(self) -> tuple[Term, ...]:
        return self.arguments

    def with_children(self, children: tuple[Term, ...]) -> Term:
        return replace(self, arguments=children)

    def with_values(self, values: tuple[Term, ...]) -> Term:
        """The body with terms in the places of the arguments."""
        return in_places(self.body, values)

    def __str__(self) -> str:
        return str(self.body)


def in_places(body: Term, values: tuple[Term, ...]) -> Term:
    """A body with terms in its places."""
    return substitute(body, {place(k).name: value for k, value in enumerate(values)})


@dataclass
class Arguments:
    """Collects the arguments of a node that is being put together; equal ones share a place."""

    found: list[Term]

    def place_of(self, term: Term) -> Symbol:
        """The place of an argument."""
        if term not in self.found:
            self.found.append(term)
        return place(self.found.index(term))
