"""A scalar term as an ordinary one, with places for the scalars that matrices make in it.

``log(det(A)) + t`` is ``log(s) + t`` with ``det(A)`` in the place s: what the scalar kernel says
of the latter for every real s, it says of the former.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from derivation.errors import UnsupportedError
from derivation.kernel.matrices.core import MATRIX_FUNCTIONS, Core
from derivation.kernel.matrices.shapes import SCALAR
from derivation.term import Add, Call, Div, Mul, Neg, Pow, Sub, Symbol, Term, substitute

__all__ = ["ScalarParts", "scalar_parts"]


@dataclass
class ScalarParts:
    """A scalar ``body`` in which ``atoms`` have places."""

    body: Term
    atoms: dict[str, Term] = field(default_factory=dict)

    def put_back(self, term: Term) -> Term:
        """A term in the same places with the atoms in them again."""
        return substitute(term, self.atoms)


def scalar_parts(term: Term, shapes: Core) -> ScalarParts:
    """The parts of a scalar core term. Raises UnsupportedError for one that is no scalar."""
    if shapes.of(term) != SCALAR:
        raise UnsupportedError("a scalar is expected")
    atoms: dict[Term, str] = {}
    body = _without(term, atoms, shapes)
    return ScalarParts(body, {name: atom for atom, name in atoms.items()})


def _without(term: Term, atoms: dict[Term, str], shapes: Core) -> Term:
    if not shapes.mentions_matrices(term):
        return term
    children = term.children
    match term:
        case Mul() if any(shapes.of(child) != SCALAR for child in children):
            pass
        case Call(name=name) if name in MATRIX_FUNCTIONS:
            pass
        case Neg() | Add() | Sub() | Mul() | Div() | Pow() | Call():
            return term.with_children(tuple(_without(child, atoms, shapes) for child in children))
    return Symbol(atoms.setdefault(term, f"scalar {len(atoms)}"))
