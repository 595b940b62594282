"""Sums over the entries of matrices, as they are written: ``Sum(x[i]*y[i], (i, 1, n))``.

W2  the sum over i = 1, ..., n of f(x_i, ..) is the sum of the entries of f(x, ..), entry by entry.
W3  the sum over i = 1, ..., m and j = 1, ..., n of f(A_ij, x_i, y_j) is the sum of the entries of
    f(A, x 1', 1 y'), where B_ji is entry (i, j) of B', and A_ii is entry i of the diagonal.

The range must be the one that the entries have, so each of them exists.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from derivation.domain import Size
from derivation.errors import UnsupportedError
from derivation.kernel.matrices.build import ones, transpose
from derivation.kernel.matrices.entrywise import Arguments, Entrywise
from derivation.kernel.matrices.shapes import SCALAR, Shape, misfit, size_of
from derivation.term import (
    Add,
    Call,
    Constant,
    Div,
    Indexed,
    Mul,
    Neg,
    Number,
    Pow,
    Sub,
    Sum,
    Symbol,
    Term,
    free_names,
)

if TYPE_CHECKING:
    from derivation.kernel.matrices.core import Core

__all__ = ["entries_summed"]

_FIRST = Number("1")


def entries_summed(term: Sum, core: Core) -> Entrywise:
    """The matrix whose entries a sum adds up. Raises UnsupportedError for another sum."""
    ranges = [(term.index, _size(term, core))]
    body = term.body
    if isinstance(body, Sum):
        if term.index in free_names(body.lower) | free_names(body.upper):
            raise UnsupportedError("a sum over entries whose range depends on another index")
        ranges.append((body.index, _size(body, core)))
        body = body.body
    shape = (ranges[0][1], ranges[1][1] if len(ranges) == 2 else 1)
    if 1 in [size for _, size in ranges]:
        raise UnsupportedError("a sum over a single entry")
    places = _Places(tuple(index for index, _ in ranges), shape, core)
    summand = places.of(body)
    return Entrywise(summand, tuple(places.arguments.found), shape)


def _size(term: Sum, core: Core) -> Size:
    if term.lower != _FIRST:
        raise UnsupportedError("a sum over entries of a matrix begins at 1")
    return size_of(term.upper, core.declarations)


@dataclass
class _Places:
    indices: tuple[str, ...]
    shape: Shape
    core: Core
    arguments: Arguments = field(default_factory=lambda: Arguments([]))

    def of(self, term: Term) -> Term:
        """The summand with places for entries and for what is the same in each term."""
        if not free_names(term) & set(self.indices):
            if isinstance(term, Number | Constant):
                return term
            inner = self.core.core(term)
            if self.core.of(inner) != SCALAR:
                raise misfit("a sum over entries of what is no scalar")
            return self.arguments.place_of(inner)
        match term:
            case Indexed():
                return self.arguments.place_of(self._entries(term))
            case Add() | Sub() | Mul() | Div() | Neg() | Pow() | Call(primes=0):
                return term.with_children(tuple(self.of(child) for child in term.children))
        raise UnsupportedError("a sum over entries of such a term")

    def _entries(self, term: Indexed) -> Term:
        """The matrix of this shape that has the member as its entry."""
        shape = self.core.declared(term.base)
        names = tuple(index.name for index in term.indices if isinstance(index, Symbol))
        if shape is None or len(names) != len(term.indices) or not set(names) <= set(self.indices):
            raise UnsupportedError(f"single entries of {term.base} are not supported")
        sizes = tuple(self.shape[self.indices.index(name)] for name in names)
        if sizes != (shape if len(names) == 2 else shape[:1]) or (len(names) == 1 != shape[1]):
            raise misfit(f"the indices of {term.base} and their ranges")
        symbol: Term = Symbol(term.base)
        if len(names) == 2 and names[0] != names[1]:
            return symbol if names == self.indices else transpose(symbol, self.core)
        vector = symbol if len(names) == 1 else Call("diagonal", (symbol,))
        if len(self.indices) == 1:
            return vector
        if names[0] == self.indices[0]:
            return Mul(vector, ones(1, self.shape[1]))
        return Mul(ones(self.shape[0], 1), transpose(vector, self.core))
