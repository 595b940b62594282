"""A matrix term at one shape: the table of its entries, as values or as scalar terms.

Values are certified as ``balls`` says: exact rationals or balls, or Undefined or Indeterminate.
Nothing here knows the rules of the normal form or of gradients: a derivative is taken entry by
entry, of the scalar term that an entry is, by the scalar kernel, which certifies that it exists.

Determinants are expanded by rows, inverses are adjugates over determinants: shapes are small.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Generic, TypeVar

from derivation.domain import Size
from derivation.kernel.matrices.core import Core
from derivation.kernel.matrices.entrywise import Entrywise, place
from derivation.kernel.matrices.scalar_parts import scalar_parts
from derivation.kernel.matrices.shapes import SCALAR
from derivation.kernel.refutation.reals import Indeterminate
from derivation.term import (
    Add,
    Call,
    Derivative,
    Div,
    Mul,
    Neg,
    Sub,
    Symbol,
    Term,
)

__all__ = ["Arithmetic", "Rows", "Tables", "entry_name"]

Entry = TypeVar("Entry")
Rows = list[list[Entry]]
_LARGEST = 5
_MOST_NODES = 40_000


def entry_name(name: str, row: int, column: int) -> str:
    """The name of an entry, which no notation can write as a name."""
    return f"{name}[{row}, {column}]"


@dataclass(frozen=True)
class Arithmetic(Generic[Entry]):
    """What tables are made of, and how entries are added, multiplied and put into scalars."""

    constant: Callable[[int], Entry]
    add: Callable[[Entry, Entry], Entry]
    multiply: Callable[[Entry, Entry], Entry]
    divide: Callable[[Entry, Entry], Entry]
    named: Callable[[str], Entry]  # the entry of that name
    put_in: Callable[[Term, dict[str, Entry]], Entry]  # a scalar term with entries in its places
    derivative: Callable[[Term, str], Entry]  # of a scalar term by the name of an entry


@dataclass(frozen=True)
class Tables(Generic[Entry]):
    """Tables over one arithmetic; ``size`` is the number that a size is at the point."""

    arithmetic: Arithmetic[Entry]
    shapes: Core
    size: Callable[[Size], int]
    terms: Callable[[Term], Rows[Term]]  # the table of scalar terms

    def table(self, term: Term) -> Rows[Entry]:
        """The entries, row by row; a scalar is a table of one."""
        rows, columns = (self.size(size) for size in self.shapes.of(term))
        if max(rows, columns) > _LARGEST:
            raise Indeterminate("a large shape")
        if self.shapes.of(term) == SCALAR:
            return [[self._scalar(term)]]
        match term:
            case Symbol(name=name):
                return _by_index(
                    rows, columns, lambda i, j: self._named(entry_name(name, i + 1, j + 1))
                )
            case Neg(body=body):
                return self._scaled(self.arithmetic.constant(-1), self.table(body))
            case Add(left=left, right=right):
                return self._sum(self.table(left), self.table(right))
            case Sub(left=left, right=right):
                return self._sum(self.table(left), self.table(Neg(right)))
            case Mul(left=left, right=right):
                return self._product(left, right)
            case Div(left=left, right=right):
                below = self._scalar(right)
                return _each(self.table(left), lambda one: self.arithmetic.divide(one, below))
            case Entrywise():
                return self._entrywise(term, rows, columns)
            case Derivative():
                return self._derivative(term)
            case Call(name=name, arguments=arguments):
                return self._call(name, arguments, rows, columns)
        raise Indeterminate("a construct without entries")

    def _named(self, name: str) -> Entry:
        return self.arithmetic.named(name)

    def _scalar(self, term: Term) -> Entry:
        """A scalar term, or what matrices make a scalar of."""
        match term:
            case Derivative() if self.shapes.mentions_matrices(term):
                return self._derivative(term)[0][0]
            case Mul(left=left, right=right) if self.shapes.of(left) != SCALAR:
                return self._product(left, right)[0][0]
            case Call(name="transpose", arguments=(body,)):
                return self._scalar(body)
            case Call(name="tr", arguments=(body,)):
                inner = self.table(body)
                return reduce(self.arithmetic.add, (inner[k][k] for k in range(len(inner))))
            case Call(name="det", arguments=(body,)):
                return self._determinant(self.table(body))
        parts = scalar_parts(term, self.shapes)
        if list(parts.atoms.values()) == [term]:
            raise Indeterminate("a construct without a value")
        places = {name: self._scalar(atom) for name, atom in parts.atoms.items()}
        return self.arithmetic.put_in(parts.body, places)

    # ------------------------------------------------------------------ operations

    def _sum(self, left: Rows[Entry], right: Rows[Entry]) -> Rows[Entry]:
        return [
            [self.arithmetic.add(one, other) for one, other in zip(first, second, strict=True)]
            for first, second in zip(left, right, strict=True)
        ]

    def _scaled(self, factor: Entry, table: Rows[Entry]) -> Rows[Entry]:
        return _each(table, lambda one: self.arithmetic.multiply(factor, one))

    def _product(self, left: Term, right: Term) -> Rows[Entry]:
        if self.shapes.of(left) == SCALAR:
            return self._scaled(self._scalar(left), self.table(right))
        if self.shapes.of(right) == SCALAR:
            return self._scaled(self._scalar(right), self.table(left))
        first, second = self.table(left), self.table(right)
        return _by_index(
            len(first),
            len(second[0]),
            lambda i, j: reduce(
                self.arithmetic.add,
                (self.arithmetic.multiply(first[i][k], second[k][j]) for k in range(len(second))),
            ),
        )

    def _determinant(self, table: Rows[Entry]) -> Entry:
        if not table:
            return self.arithmetic.constant(1)
        multiply, found = self.arithmetic.multiply, []
        for k, one in enumerate(table[0]):
            signed = one if k % 2 == 0 else multiply(self.arithmetic.constant(-1), one)
            found.append(multiply(signed, self._determinant(_minor(table, 0, k))))
        return reduce(self.arithmetic.add, found)

    def _inverse(self, table: Rows[Entry]) -> Rows[Entry]:
        whole = self._determinant(table)

        def entry(i: int, j: int) -> Entry:
            sign = self.arithmetic.constant(1 if (i + j) % 2 == 0 else -1)
            minor = self._determinant(_minor(table, j, i))
            return self.arithmetic.divide(self.arithmetic.multiply(sign, minor), whole)

        return _by_index(len(table), len(table), entry)

    def _entrywise(self, term: Entrywise, rows: int, columns: int) -> Rows[Entry]:
        tables = [(self.shapes.of(one) == SCALAR, self.table(one)) for one in term.arguments]

        def entry(i: int, j: int) -> Entry:
            places = {
                place(k).name: one[0][0] if is_scalar else one[i][j]
                for k, (is_scalar, one) in enumerate(tables)
            }
            return self.arithmetic.put_in(term.body, places)

        return _by_index(rows, columns, entry)

    def _derivative(self, term: Derivative) -> Rows[Entry]:
        """Entry by entry: of a scalar by each entry, of a vector by a vector, by a scalar."""
        self.table(term.body)  # it has a value itself
        body = self.terms(term.body)
        if sum(_count(entry) for row in body for entry in row) > _MOST_NODES:
            raise Indeterminate("a large term")
        if not isinstance(term.variable, Symbol):
            raise Indeterminate("a derivative by a compound term")
        name = term.variable.name
        derivative = self.arithmetic.derivative
        if self.shapes.of(term.variable) == SCALAR:
            return _each_term(body, lambda one: derivative(one, name))
        sizes = [self.size(size) for size in self.shapes.of(term.variable)]
        if self.shapes.of(term.body) == SCALAR:
            return _by_index(
                sizes[0],
                sizes[1],
                lambda i, j: derivative(body[0][0], entry_name(name, i + 1, j + 1)),
            )
        return _by_index(
            len(body),
            sizes[0],
            lambda i, j: derivative(body[i][0], entry_name(name, j + 1, 1)),
        )

    def _call(self, name: str, arguments: tuple[Term, ...], rows: int, columns: int) -> Rows[Entry]:
        zero, one = self.arithmetic.constant(0), self.arithmetic.constant(1)
        match name:
            case "Identity":
                return _by_index(rows, columns, lambda i, j: one if i == j else zero)
            case "ones":
                return _by_index(rows, columns, lambda _i, _j: one)
            case "zeros":
                return _by_index(rows, columns, lambda _i, _j: zero)
        inner = self.table(arguments[0])
        match name:
            case "transpose":
                return _by_index(rows, columns, lambda i, j: inner[j][i])
            case "inv":
                return self._inverse(inner)
            case "diag":
                return _by_index(rows, columns, lambda i, j: inner[i][0] if i == j else zero)
            case "diagonal":
                return _by_index(rows, columns, lambda i, _j: inner[i][i])
        raise Indeterminate(f"no entries for {name}")


def _by_index(rows: int, columns: int, entry: Callable[[int, int], Entry]) -> Rows[Entry]:
    return [[entry(i, j) for j in range(columns)] for i in range(rows)]


def _each(table: Rows[Entry], change: Callable[[Entry], Entry]) -> Rows[Entry]:
    return [[change(one) for one in row] for row in table]


def _each_term(table: Rows[Term], change: Callable[[Term], Entry]) -> Rows[Entry]:
    return [[change(one) for one in row] for row in table]


def _minor(table: Rows[Entry], row: int, column: int) -> Rows[Entry]:
    return [
        [one for j, one in enumerate(line) if j != column]
        for i, line in enumerate(table)
        if i != row
    ]


def _count(term: Term) -> int:
    return 1 + sum(_count(child) for child in term.children)
