"""Tables of values at one point, and tables of scalar terms over the names of entries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar, cast

from derivation.domain import Shifted, Size
from derivation.kernel.matrices.core import Core
from derivation.kernel.matrices.tables import Arithmetic, Rows, Tables
from derivation.kernel.refutation.balls import Point, evaluate
from derivation.kernel.refutation.reals import Value, add, divide, multiply
from derivation.term import Add, Derivative, Div, Mul, Number, Symbol, Term, number, substitute

if TYPE_CHECKING:
    from flint import fmpq

__all__ = ["Instance", "number_of", "table_of_terms", "table_of_values"]

Entry = TypeVar("Entry")


def number_of(size: Size, sizes: Mapping[str, int]) -> int:
    """The number that a size is when its name is one."""
    match size:
        case int():
            return size
        case Shifted(name=name, by=by):
            return sizes[name] + by
    return sizes[size]


@dataclass(frozen=True)
class Instance:
    """Sizes, scalars and matrices of one point; matrices by their entries ``A[1, 2]``."""

    sizes: Mapping[str, int]
    point: Point
    bits: int = 64
    resolved: dict[Term, Term] = field(default_factory=dict)


def _tables(arithmetic: Arithmetic[Entry], shapes: Core, instance: Instance) -> Tables[Entry]:
    return Tables(
        arithmetic,
        shapes,
        lambda size: number_of(size, instance.sizes),
        lambda term: table_of_terms(term, shapes, instance),
    )


def table_of_values(term: Term, shapes: Core, instance: Instance) -> Rows[Value]:
    """The entries of a core term as values. Raises Undefined or Indeterminate."""
    point, bits = instance.point, instance.bits

    def value(scalar: Term, places: Mapping[str, Value]) -> Value:
        # balls are fine here: the evaluator's answer then holds for all numbers in them
        scalars = cast("dict[str, fmpq]", {**point.scalars, **places})
        there = Point(scalars, point.families, point.whole)
        return evaluate(scalar, there, bits, None if places else instance.resolved)

    arithmetic = Arithmetic[Value](
        constant=lambda n: evaluate(number(n), point, bits),
        add=add,
        multiply=multiply,
        divide=divide,
        named=lambda name: evaluate(Symbol(name), point, bits),
        put_in=value,
        derivative=lambda body, name: value(Derivative(body, Symbol(name)), {}),
    )
    return _tables(arithmetic, shapes, instance).table(term)


def table_of_terms(term: Term, shapes: Core, instance: Instance) -> Rows[Term]:
    """The entries of a core term as scalar terms over the names of entries."""
    arithmetic = Arithmetic[Term](
        constant=number,
        add=_add,
        multiply=_multiply,
        divide=Div,
        named=Symbol,
        put_in=substitute,
        derivative=lambda body, name: Derivative(body, Symbol(name)),
    )
    return _tables(arithmetic, shapes, instance).table(term)


ZERO, ONE = Number("0"), Number("1")


def _add(left: Term, right: Term) -> Term:
    if left == ZERO:
        return right
    return left if right == ZERO else Add(left, right)


def _multiply(left: Term, right: Term) -> Term:
    """A factor 0 or 1 that the table itself made is left out: every entry has a value."""
    if left == ONE:
        return right
    return left if right == ONE else Mul(left, right)
