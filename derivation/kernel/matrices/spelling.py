"""What is written in the custom of matrices: ``X^T`` for the transpose, ``I`` for the identity.

T and I are taken so where they are not declared: T as the exponent of a matrix, I_n with its size
as an index, and I alone where the size follows from what it is added to, multiplied by or
compared with.
"""

from __future__ import annotations

from derivation.domain import Size, size_term
from derivation.kernel.matrices.core import Core
from derivation.kernel.matrices.shapes import SCALAR
from derivation.term import Add, Call, Div, Indexed, Mul, Neg, Pow, Sub, Symbol, Term

__all__ = ["spelled"]


def spelled(left: Term, right: Term, shapes: Core) -> tuple[Term, Term]:
    """Both sides of a claim with transposes and identities as calls."""
    speller = _Speller(shapes)
    return speller.alike(speller.spelled(left), speller.spelled(right))


class _Speller:
    def __init__(self, shapes: Core) -> None:
        self.shapes = shapes

    def is_free(self, name: str) -> bool:
        """Whether the name is not declared."""
        return name not in self.shapes.declarations

    def spelled(self, term: Term) -> Term:
        """The term with what can be spelled without its surroundings."""
        if isinstance(term, Indexed) and term.base == "I" and self.is_free("I"):
            return Call("Identity", term.indices)
        if not term.children:
            return term
        term = term.with_children(tuple(self.spelled(child) for child in term.children))
        match term:
            case Pow(left=base, right=Symbol(name="T")) if self.is_free("T"):
                return Call("transpose", (base,)) if self._is_matrix(base) else term
            case Pow(left=base, right=Neg(body=Symbol(name="T"))) if self.is_free("T"):
                inverse = Call("inv", (base,))
                return Call("transpose", (inverse,)) if self._is_matrix(base) else term
            case Add(left=left, right=right) | Sub(left=left, right=right):
                return term.with_children(self.alike(left, right))
            case Mul(left=left, right=right):
                return self._product(left, right)
        return term

    def _is_matrix(self, term: Term) -> bool:
        return self.shapes.of(self.shapes.core(term)) != SCALAR

    def alike(self, left: Term, right: Term) -> tuple[Term, Term]:
        """Two terms of one shape: an I in one of them has the size of the other."""
        if self.awaits_size(left) and self._is_known_matrix(right):
            return self._sized(left, self._rows(right)), right
        if self.awaits_size(right) and self._is_known_matrix(left):
            return left, self._sized(right, self._rows(left))
        return left, right

    def _product(self, left: Term, right: Term) -> Term:
        if self.awaits_size(left) and self._is_known_matrix(right):
            return Mul(self._sized(left, self._rows(right)), right)
        if self.awaits_size(right) and self._is_known_matrix(left):
            columns = self.shapes.of(self.shapes.core(left))[1]
            return Mul(left, self._sized(right, columns))
        return Mul(left, right)

    def _is_known_matrix(self, term: Term) -> bool:
        return not self.awaits_size(term) and self._is_matrix(term)

    def awaits_size(self, term: Term) -> bool:
        """Whether the term is a multiple of an I whose size is not known yet."""
        if not self.is_free("I"):
            return False
        match term:
            case Symbol(name="I"):
                return True
            case Neg(body=body) | Div(left=body):
                return self.awaits_size(body)
            case (
                Mul(left=left, right=right)
                | Add(left=left, right=right)
                | Sub(left=left, right=right)
            ):
                return self.awaits_size(left) or self.awaits_size(right)
        return False

    def _rows(self, term: Term) -> Size:
        return self.shapes.of(self.shapes.core(term))[0]

    def _sized(self, term: Term, size: Size) -> Term:
        """The term with every I of that size."""
        match term:
            case Symbol(name="I"):
                return Call("Identity", (size_term(size),))
            case Neg() | Mul() | Add() | Sub():
                return term.with_children(
                    tuple(self._sized(child, size) for child in term.children)
                )
            case Div(left=left, right=right):
                return Div(self._sized(left, size), right)
        return term
