"""Builds core terms: constant matrices, transposes, products and functions entry by entry."""

from __future__ import annotations

from derivation.domain import Size, size_term
from derivation.kernel.matrices.entrywise import Arguments, Entrywise, in_places, place
from derivation.kernel.matrices.shapes import SCALAR, Shape, Shapes, misfit, shown
from derivation.term import Add, Call, Constant, Div, Mul, Neg, Number, Sub, Term

__all__ = ["entrywise", "filled", "hadamard", "identity", "ones", "transpose"]

ZERO, ONE = Number("0"), Number("1")


def ones(rows: Size, columns: Size) -> Term:
    """The matrix of ones."""
    return ONE if (rows, columns) == SCALAR else filled("ones", (rows, columns))


def filled(name: str, shape: Shape) -> Term:
    """A matrix that is known by its shape: ``Identity``, ``ones``, ``zeros``."""
    return Call(name, tuple(size_term(size) for size in shape))


def hadamard(left: Term, right: Term, shapes: Shapes) -> Term:
    """The product entry by entry; of scalars, the product."""
    if shapes.of(left) == SCALAR:
        return Mul(left, right)
    return entrywise(Mul(place(0), place(1)), (left, right), shapes)


def entrywise(body: Term, arguments: tuple[Term, ...], shapes: Shapes) -> Term:
    """``body`` of core arguments, entry by entry; inner entrywise parts are put in."""
    wanted = {shape for one in arguments if (shape := shapes.of(one)) != SCALAR}
    if len(wanted) > 1:
        raise misfit(f"{' and '.join(sorted(map(shown, wanted)))} entry by entry")
    if not wanted:
        return in_places(body, arguments)
    collected = Arguments([])
    values = tuple(_entry(one, collected, shapes) for one in arguments)
    return Entrywise(in_places(body, values), tuple(collected.found), wanted.pop())


def _entry(term: Term, collected: Arguments, shapes: Shapes) -> Term:
    """The entry of a term in the places of the node that is being put together."""
    if shapes.of(term) == SCALAR:
        return term if isinstance(term, Number | Constant) else collected.place_of(term)

    def entry(part: Term) -> Term:
        return _entry(part, collected, shapes)

    match term:
        case Entrywise(arguments=arguments):
            return term.with_values(tuple(entry(one) for one in arguments))
        case Neg(body=body):
            return Neg(entry(body))
        case Add(left=left, right=right):
            return Add(entry(left), entry(right))
        case Sub(left=left, right=right):
            return Sub(entry(left), entry(right))
        case Mul(left=left, right=right) if SCALAR in (shapes.of(left), shapes.of(right)):
            return Mul(entry(left), entry(right))
        case Div(left=left, right=right):
            return Div(entry(left), entry(right))
        case Call(name="ones"):
            return ONE
        case Call(name="zeros"):
            return ZERO
    return collected.place_of(term)


def identity(size: Size) -> Term:
    """The identity matrix."""
    return filled("Identity", (size, size))


def transpose(term: Term, shapes: Shapes) -> Term:
    """The transpose, moved to the letters: (A B)' = B'A', (A + B)' = A' + B', (A^-1)' = (A')^-1."""
    if shapes.of(term) == SCALAR:
        return term
    match term:
        case Call(name="transpose", arguments=(body,)):
            return body
        case Call(name="diag" | "Identity"):
            return term
        case Call(name=("ones" | "zeros") as name, arguments=(rows, columns)):
            return Call(name, (columns, rows))
        case Call(name="inv", arguments=(body,)):
            return Call("inv", (transpose(body, shapes),))
        case Neg(body=body):
            return Neg(transpose(body, shapes))
        case Add(left=left, right=right) | Sub(left=left, right=right):
            return term.with_children((transpose(left, shapes), transpose(right, shapes)))
        case Div(left=left, right=right):
            return Div(transpose(left, shapes), right)
        case Mul(left=left, right=right):
            if SCALAR in (shapes.of(left), shapes.of(right)):
                return Mul(transpose(left, shapes), transpose(right, shapes))
            return Mul(transpose(right, shapes), transpose(left, shapes))
    return Call("transpose", (term,))
