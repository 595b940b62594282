"""Derivatives by matrices and vectors, written out as core terms without ``Derivative``.

The gradient of a scalar f by X has the shape of X: its entry (i, j) is df/dX_ij, so that
df = tr(G' dX) for every change dX. A change of f is followed backwards: where
df = tr(H' dU) + ..., the part U of f hands H on to its own parts. Each rule below is one line of
that; <A, B> is tr(A'B), the sum of the products of the entries.

G1  U = A + B: <H, dA> + <H, dB>. U = -A: <-H, dA>.
G2  U = A B: <H, dA B + A dB> = <H B', dA> + <A'H, dB>, since tr(H' dA B) = tr(B H' dA).
G3  U = s A, s a scalar: <H, ds A + s dA> = <H, A> ds + <s H, dA>. U = A/s: likewise with 1/s.
G4  U = A': <H, dA'> = <H', dA>.
G5  U = A^-1: dU = -A^-1 dA A^-1, from d(A A^-1) = 0; hence <-A^-T H A^-T, dA>.
G6  U = tr A: h tr dA = <h I, dA>.
G7  U = det A, det A != 0: dU = det A tr(A^-1 dA) (Jacobi), hence <h det A A^-T, dA>.
G8  U = f(A, ..) entry by entry: dU = df/da o dA + ..., and <H, F o dA> = <H o F, dA>; for a
    scalar argument s of f the sum over all entries, <H, F> ds.
G9  U = diag(v): <H, diag(dv)> = <diagonal(H), dv>. U = diagonal(A): <h, diagonal(dA)> =
    <diag(h), dA>.
G10 a scalar function of scalars: the chain rule of the scalar kernel.

Where a rule needs more than that the body is defined around the point (G7; kinks of entrywise
functions), ``definedness`` asks for it.
"""

from __future__ import annotations

from functools import reduce

from derivation.errors import UnsupportedError
from derivation.kernel.calculus.differentiate import differentiate
from derivation.kernel.matrices.build import entrywise, hadamard, identity, ones, transpose
from derivation.kernel.matrices.core import Core
from derivation.kernel.matrices.entrywise import Entrywise, in_places, place
from derivation.kernel.matrices.scalar_parts import scalar_parts
from derivation.kernel.matrices.shapes import SCALAR
from derivation.term import (
    Add,
    Call,
    Div,
    Mul,
    Neg,
    Number,
    Sub,
    Symbol,
    Term,
    free_names,
)

__all__ = ["gradient", "partial", "scaled", "total"]

ZERO, ONE = Number("0"), Number("1")


def gradient(body: Term, variable: Symbol, shapes: Core) -> Term | None:
    """The gradient of a scalar core term without derivatives; None when it is zero.

    Raises UnsupportedError for a construct without a rule.
    """
    if variable.name not in free_names(body):
        return None
    parts = scalar_parts(body, shapes)  # G10
    found: list[Term] = []
    if shapes.of(variable) == SCALAR and (own := differentiate(parts.body, variable)) != ZERO:
        found.append(parts.put_back(own))
    for name, atom in parts.atoms.items():
        inner = _of_atom(atom, variable, shapes)
        outer = differentiate(parts.body, Symbol(name))
        if inner is not None and outer != ZERO:
            found.append(scaled(parts.put_back(outer), inner))
    return reduce(Add, found) if found else None


def scaled(factor: Term, term: Term) -> Term:
    """A scalar times a term."""
    return term if factor == ONE else Mul(factor, term)


def total(*terms: Term | None) -> Term | None:
    """The sum of those that are not zero."""
    found = [term for term in terms if term is not None]
    return reduce(Add, found) if found else None


def _of_atom(atom: Term, variable: Symbol, shapes: Core) -> Term | None:
    """The gradient of tr, det, a product of matrices that is a scalar."""
    match atom:
        case Call(name="tr", arguments=(body,)):  # G6
            return _back(body, identity(shapes.of(body)[0]), variable, shapes)
        case Call(name="det", arguments=(body,)):  # G7
            inner = _back(body, transpose(Call("inv", (body,)), shapes), variable, shapes)
            return None if inner is None else Mul(atom, inner)
    return _back(atom, ONE, variable, shapes)


def _back(term: Term, sent: Term, variable: Symbol, shapes: Core) -> Term | None:
    """What ``<sent, d term>`` hands on to the variable."""
    if variable.name not in free_names(term):
        return None

    def back(part: Term, handed: Term) -> Term | None:
        return _back(part, handed, variable, shapes)

    match term:
        case Symbol():
            return sent
        case Neg(body=body):  # G1
            return back(body, Neg(sent))
        case Add(left=left, right=right):
            return total(back(left, sent), back(right, sent))
        case Sub(left=left, right=right):
            return total(back(left, sent), back(right, Neg(sent)))
        case Mul(left=left, right=right):
            return _of_product(left, right, sent, variable, shapes)
        case Div(left=left, right=right):  # G3
            return _of_product(Div(ONE, right), left, sent, variable, shapes)
        case Call(name="transpose", arguments=(body,)):  # G4
            return back(body, transpose(sent, shapes))
        case Call(name="inv", arguments=(body,)):  # G5
            turned = transpose(term, shapes)
            return back(body, Neg(Mul(Mul(turned, sent), turned)))
        case Call(name="diag", arguments=(body,)):  # G9
            return back(body, Call("diagonal", (sent,)))
        case Call(name="diagonal", arguments=(body,)):
            return back(body, Call("diag", (sent,)))
        case Entrywise():
            return _of_entrywise(term, sent, variable, shapes)
    raise UnsupportedError(f"no gradient rule for {_named(term)}")


def _named(term: Term) -> str:
    return term.name if isinstance(term, Call) else type(term).__name__


def _of_product(left: Term, right: Term, sent: Term, variable: Symbol, shapes: Core) -> Term | None:
    first, second = shapes.of(left), shapes.of(right)
    if SCALAR not in (first, second):  # G2
        return total(
            _back(left, Mul(sent, transpose(right, shapes)), variable, shapes),
            _back(right, Mul(transpose(left, shapes), sent), variable, shapes),
        )
    factor, matrix = (left, right) if first == SCALAR else (right, left)
    inner = gradient(factor, variable, shapes)  # G3
    own = None
    if inner is not None:
        own = scaled(inner_product(sent, matrix, shapes), inner)
    if shapes.of(matrix) == SCALAR:
        inner = gradient(matrix, variable, shapes)
        return total(own, None if inner is None else scaled(Mul(sent, factor), inner))
    return total(own, _back(matrix, Mul(factor, sent), variable, shapes))


def inner_product(left: Term, right: Term, shapes: Core) -> Term:
    """<A, B> = tr(A'B)."""
    if shapes.of(left) == SCALAR:
        return Mul(left, right)
    product = Mul(transpose(left, shapes), right)
    return product if shapes.of(left)[1] == 1 else Call("tr", (product,))


def partial(term: Entrywise, position: int, shapes: Core) -> Term | None:
    """The entrywise derivative of a node by one of its arguments; None when it is zero."""
    slope = differentiate(term.body, place(position))
    if slope == ZERO:
        return None
    varying = any(
        place(k).name in free_names(slope) and shapes.of(one) != SCALAR
        for k, one in enumerate(term.arguments)
    )
    if not varying:
        return scaled(in_places(slope, term.arguments), ones(*term.shape))
    return entrywise(slope, term.arguments, shapes)


def _of_entrywise(term: Entrywise, sent: Term, variable: Symbol, shapes: Core) -> Term | None:
    """G8."""
    found: list[Term | None] = []
    for position, argument in enumerate(term.arguments):
        if variable.name not in free_names(argument):
            continue
        slope = partial(term, position, shapes)
        if slope is None:
            continue
        if shapes.of(argument) == SCALAR:
            inner = gradient(argument, variable, shapes)
            if inner is not None:
                found.append(scaled(inner_product(sent, slope, shapes), inner))
        else:
            handed = hadamard(sent, slope, shapes)
            found.append(_back(argument, handed, variable, shapes))
    return total(*found)
