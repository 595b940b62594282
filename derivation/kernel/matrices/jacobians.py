"""Derivatives of vectors by vectors, of anything by a scalar, and derivatives of derivatives.

The Jacobian of a vector u by a vector x has in row i and column j the derivative du_i/dx_j, so
that du = J dx. Rules, each one line of du = J dx:

J1  u = a + b: Ja + Jb. u = -a: -Ja. u = x: I.
J2  u = s a, s a scalar with gradient g: du = a (g'dx) + s Ja dx, so J = a g' + s Ja.
J3  u = A b, A constant: A Jb. In a product P F S, a factor F that varies, S a vector:
    F = diag(v): diag(dv) S = diag(S) dv, so P diag(S) Jv; F = v': v'S = S'v, so P (S' Jv).
J4  u = f(a, ..) entry by entry: du = f' o da, so diag(f') Ja; for a scalar argument f' g'.
J5  u = diagonal(A), A constant: 0.

By a scalar t everything is differentiated entry by entry: sums, products, transposes, inverses
(d A^-1 = -A^-1 dA A^-1), entrywise functions by the chain rule, scalars by G10.
"""

from __future__ import annotations

from functools import reduce

from derivation.domain import Kind, MatrixProperty
from derivation.errors import UnsupportedError
from derivation.kernel.matrices.build import filled, hadamard, identity, transpose
from derivation.kernel.matrices.core import Core
from derivation.kernel.matrices.entrywise import Entrywise
from derivation.kernel.matrices.gradients import gradient, partial, scaled, total
from derivation.kernel.matrices.shapes import SCALAR, Shape
from derivation.term import (
    Add,
    Call,
    Derivative,
    Div,
    Mul,
    Neg,
    Number,
    Sub,
    Symbol,
    Term,
    free_names,
)

__all__ = ["without_derivatives"]

ONE = Number("1")
_FIXED = frozenset((
    MatrixProperty.SYMMETRIC, MatrixProperty.POSITIVE_DEFINITE, MatrixProperty.ORTHOGONAL,
))  # fmt: skip


def without_derivatives(term: Term, shapes: Core) -> Term:
    """The core term with every derivative carried out, inner ones first.

    Raises UnsupportedError for what has no rule.
    """
    if term.children:
        variable = term.variable if isinstance(term, Derivative) else None
        term = term.with_children(
            tuple(
                child if child is variable else without_derivatives(child, shapes)
                for child in term.children
            )
        )
    if not isinstance(term, Derivative) or not shapes.mentions_matrices(term):
        return term
    return _carried_out(term, shapes)


def _carried_out(term: Derivative, shapes: Core) -> Term:
    variable = term.variable
    if not isinstance(variable, Symbol):
        raise UnsupportedError("a derivative is by a name where matrices are in play")
    declared = shapes.declarations.get(variable.name)
    if declared is None or declared.kind not in (Kind.REAL, Kind.MATRIX) or declared.values:
        raise UnsupportedError(f"a derivative by {variable.name}, which is no real variable")
    if declared.properties & _FIXED:
        words = " and ".join(sorted(one.value for one in declared.properties))
        raise UnsupportedError(
            f"a derivative by {variable.name}, which is {words}: its entries do not vary freely, "
            "and there is more than one convention; declare it as a plain matrix"
        )
    body, shape = shapes.of(term.body), shapes.of(term)
    if body == SCALAR:
        found = gradient(term.body, variable, shapes)
    elif shapes.of(variable) == SCALAR:
        found = _by_scalar(term.body, variable, shapes)
    else:
        found = _jacobian(term.body, variable, shapes)
    return _zero(shape) if found is None else found


def _zero(shape: Shape) -> Term:
    return Number("0") if shape == SCALAR else filled("zeros", shape)


def _jacobian(term: Term, variable: Symbol, shapes: Core) -> Term | None:
    if variable.name not in free_names(term):
        return None

    def jacobian(part: Term) -> Term | None:
        return _jacobian(part, variable, shapes)

    match term:
        case Symbol():  # J1
            return identity(shapes.of(term)[0])
        case Neg(body=body):
            inner = jacobian(body)
            return None if inner is None else Neg(inner)
        case Add(left=left, right=right):
            return total(jacobian(left), jacobian(right))
        case Sub(left=left, right=right):
            inner = jacobian(right)
            return total(jacobian(left), None if inner is None else Neg(inner))
        case Div(left=left, right=right):
            return jacobian(Mul(Div(ONE, right), left))
        case Mul():
            return _of_product(_factors(term, shapes), variable, shapes)
        case Entrywise():
            return _of_entrywise(term, variable, shapes)
    raise UnsupportedError("no rule for the Jacobian of such a vector")


def _factors(term: Term, shapes: Core) -> list[Term]:
    """The factors of a product from left to right, a scalar as a whole.

    Products of matrices are associative, and scalars stand anywhere.
    """
    if isinstance(term, Mul) and shapes.of(term) != SCALAR:
        return [*_factors(term.left, shapes), *_factors(term.right, shapes)]
    return [term]


def _of_product(factors: list[Term], variable: Symbol, shapes: Core) -> Term | None:
    """J2 and J3: the product rule, factor by factor."""
    found: list[Term | None] = []
    for position, factor in enumerate(factors):
        if variable.name not in free_names(factor):
            continue
        others = [*factors[:position], *factors[position + 1 :]]
        if shapes.of(factor) == SCALAR:
            inner = gradient(factor, variable, shapes)
            if inner is not None:
                found.append(Mul(reduce(Mul, others), transpose(inner, shapes)))
            continue
        before = factors[:position]
        after = factors[position + 1 :]
        inner = _of_factor(factor, after, variable, shapes)
        if inner is not None:
            found.append(reduce(Mul, [*before, inner]))
    return total(*found)


def _of_factor(factor: Term, after: list[Term], variable: Symbol, shapes: Core) -> Term | None:
    """The Jacobian of ``factor after`` where ``after`` is held fast."""
    if shapes.of(factor)[1] == 1:
        inner = _jacobian(factor, variable, shapes)
        return inner if inner is None or not after else Mul(reduce(Mul, after), inner)
    rest = reduce(Mul, after) if after else None
    if rest is None or shapes.of(rest)[1] != 1 or shapes.of(rest) == SCALAR:
        raise UnsupportedError("no rule for the Jacobian of such a product")
    match factor:
        case Call(name="transpose", arguments=(body,)) if shapes.of(body)[1] == 1:
            inner = _jacobian(body, variable, shapes)
            return None if inner is None else Mul(transpose(rest, shapes), inner)
        case Call(name="diag", arguments=(body,)):
            inner = _jacobian(body, variable, shapes)
            return None if inner is None else Mul(Call("diag", (rest,)), inner)
    raise UnsupportedError("no rule for the Jacobian of such a product")


def _of_entrywise(term: Entrywise, variable: Symbol, shapes: Core) -> Term | None:
    """J4."""
    found: list[Term | None] = []
    for position, argument in enumerate(term.arguments):
        slope = partial(term, position, shapes) if variable.name in free_names(argument) else None
        if slope is None:
            continue
        if shapes.of(argument) == SCALAR:
            inner = gradient(argument, variable, shapes)
            found.append(None if inner is None else Mul(slope, transpose(inner, shapes)))
        else:
            inner = _jacobian(argument, variable, shapes)
            found.append(None if inner is None else Mul(Call("diag", (slope,)), inner))
    return total(*found)


def _by_scalar(term: Term, variable: Symbol, shapes: Core) -> Term | None:
    """The derivative by a scalar, entry by entry."""
    if variable.name not in free_names(term):
        return None
    if shapes.of(term) == SCALAR:
        return gradient(term, variable, shapes)

    def derivative(part: Term) -> Term | None:
        return _by_scalar(part, variable, shapes)

    match term:
        case Neg(body=body):
            inner = derivative(body)
            return None if inner is None else Neg(inner)
        case Add(left=left, right=right):
            return total(derivative(left), derivative(right))
        case Sub(left=left, right=right):
            return derivative(Add(left, Neg(right)))
        case Div(left=left, right=right):
            return derivative(Mul(Div(ONE, right), left))
        case Mul(left=left, right=right):
            first, second = derivative(left), derivative(right)
            return total(
                None if first is None else Mul(first, right),
                None if second is None else scaled(left, second),
            )
        case Call(name="inv", arguments=(body,)):
            inner = derivative(body)
            return None if inner is None else Neg(Mul(Mul(term, inner), term))
        case Call(name=("transpose" | "diag" | "diagonal") as name, arguments=(body,)):
            inner = derivative(body)
            return None if inner is None else Call(name, (inner,))
        case Entrywise():
            return _along(term, variable, shapes)
    raise UnsupportedError("no rule for the derivative of such a matrix by a scalar")


def _along(term: Entrywise, variable: Symbol, shapes: Core) -> Term | None:
    found: list[Term | None] = []
    for position, argument in enumerate(term.arguments):
        slope = partial(term, position, shapes) if variable.name in free_names(argument) else None
        inner = None if slope is None else _by_scalar(argument, variable, shapes)
        if slope is None or inner is None:
            continue
        if shapes.of(argument) == SCALAR:
            found.append(Mul(inner, slope))
        else:
            found.append(hadamard(slope, inner, shapes))
    return total(*found)
