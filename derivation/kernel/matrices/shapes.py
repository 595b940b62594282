"""The shape of a term: how many rows and columns it has. A scalar is 1 by 1, a vector n by 1.

Sizes are numbers and names; two sizes fit when they are written the same. (Two names may stand
for the same number somewhere, but then a claim that relies on it says nothing elsewhere.)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from derivation.domain import Declaration, Kind, Shifted, Size, size_name
from derivation.errors import UnsupportedError
from derivation.kernel.matrices.entrywise import Entrywise
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
    walk,
)

__all__ = ["SCALAR", "Shape", "Shapes", "misfit", "names_of_sizes", "shown", "size_of"]

Shape = tuple[Size, Size]
SCALAR: Shape = (1, 1)


def misfit(what: str) -> UnsupportedError:
    """The error for a term that is no matrix at all."""
    return UnsupportedError(f"shapes do not fit: {what}")


def shown(shape: Shape) -> str:
    """``m x n``."""
    return f"{shape[0]} x {shape[1]}"


def size_of(term: Term, declarations: Mapping[str, Declaration]) -> Size:
    """The size that a term writes: ``3``, ``n``, ``n + 1``. Raises UnsupportedError."""
    match term:
        case Number() if term.value.denominator == 1 and term.value >= 1:
            return int(term.value)
        case Symbol(name=name) if _is_size(declarations.get(name)):
            return name
        case Add(left=Symbol(name=name), right=Number() as by) if by.value.denominator == 1:
            if _is_size(declarations.get(name)):
                return Shifted(name, int(by.value))
    raise misfit("a size is a number, an integer >= 1, or such a one plus a number")


def _is_size(declared: Declaration | None) -> bool:
    return (
        declared is not None
        and declared.kind is Kind.INTEGER
        and not declared.is_family
        and declared.interval.low is not None
        and declared.interval.low >= 1
    )


@dataclass(frozen=True)
class Shapes:
    """The shapes of core terms over one set of declarations."""

    declarations: Mapping[str, Declaration]

    def declared(self, name: str) -> Shape | None:
        """The shape of a declared matrix, or None for anything else."""
        found = self.declarations.get(name)
        if found is None or found.kind is not Kind.MATRIX:
            return None
        rows, columns = found.sizes
        return rows, columns

    def of(self, term: Term) -> Shape:
        """The shape. Raises UnsupportedError where shapes do not fit."""
        match term:
            case Symbol(name=name):
                return self.declared(name) or SCALAR
            case Entrywise(shape=shape):
                return shape
            case Neg(body=body):
                return self.of(body)
            case Add(left=left, right=right) | Sub(left=left, right=right):
                return self._same(left, right)
            case Mul(left=left, right=right):
                return self._product(left, right)
            case Div(left=left, right=right):
                if self.of(right) != SCALAR:
                    raise misfit("division by a matrix; multiply by its inverse")
                return self.of(left)
            case Call(name=name, arguments=arguments):
                return self._call(name, arguments)
            case Derivative(body=body, variable=variable):
                return self._derivative(self.of(body), self.of(variable))
        return SCALAR

    def _same(self, left: Term, right: Term) -> Shape:
        first, second = self.of(left), self.of(right)
        if first != second:
            raise misfit(f"a sum of {shown(first)} and {shown(second)}")
        return first

    def _product(self, left: Term, right: Term) -> Shape:
        first, second = self.of(left), self.of(right)
        if first == SCALAR:
            return second
        if second == SCALAR:
            return first
        if first[1] != second[0]:
            raise misfit(f"a product of {shown(first)} and {shown(second)}")
        return first[0], second[1]

    def _call(self, name: str, arguments: tuple[Term, ...]) -> Shape:
        match name, [self.of(one) for one in arguments]:
            case "transpose", [(rows, columns)]:
                return columns, rows
            case "inv", [shape]:
                return self._square(shape, "an inverse")
            case (("tr" | "det"), [shape]):
                self._square(shape, f"'{name}'")
                return SCALAR
            case (("Identity" | "ones" | "zeros"), [_, _]):
                rows, columns = (size_of(one, self.declarations) for one in arguments)
                return rows, columns
            case "diag", [(size, 1)]:
                return size, size
            case "diagonal", [shape]:
                return self._square(shape, "a diagonal")[0], 1
        return SCALAR

    @staticmethod
    def _square(shape: Shape, what: str) -> Shape:
        if shape[0] != shape[1]:
            raise misfit(f"{what} of {shown(shape)}, which is not square")
        return shape

    @staticmethod
    def _derivative(body: Shape, variable: Shape) -> Shape:
        if body == SCALAR:
            return variable
        if variable == SCALAR:
            return body
        if body[1] == 1 and variable[1] == 1:
            return body[0], variable[0]
        raise UnsupportedError(f"the derivative of {shown(body)} by {shown(variable)}")


def names_of_sizes(*terms: Term) -> set[str]:
    """The names that stand as sizes in core terms."""
    found: set[str] = set()
    for term in terms:
        for node in walk(term):
            if isinstance(node, Entrywise):
                found.update(name for size in node.shape if (name := size_name(size)))
            elif isinstance(node, Call) and node.name in ("Identity", "ones", "zeros"):
                found |= free_names(node)
    return found
