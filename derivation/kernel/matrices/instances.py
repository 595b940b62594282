"""Small exact instances of the declared matrices, and what a claim is worth there.

What is certified by a ``Difference``: sizes are admitted numbers, scalars lie in their domains,
matrices have their declared properties (checked after they are made), hypotheses hold, every entry
of both sides has a value, and one entry certainly differs. Which instances are tried is taste:
shapes from 1 to 3, all sizes different first, then alike.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from flint import fmpq

from derivation.domain import Declaration, Domain, Kind, size_name
from derivation.kernel.matrices.core import Core
from derivation.kernel.matrices.evaluation import Instance, number_of, table_of_values
from derivation.kernel.matrices.samples import sample
from derivation.kernel.matrices.shapes import names_of_sizes
from derivation.kernel.matrices.tables import entry_name
from derivation.kernel.refutation.balls import Point
from derivation.kernel.refutation.points import points
from derivation.kernel.refutation.reals import (
    Indeterminate,
    Undefined,
    Value,
    as_ball,
    sign_of,
    subtract,
    working_bits,
)
from derivation.term import Relation, RelationSign, Term, free_names, plain

__all__ = ["Difference", "find_difference"]

_SHAPES = ((2, 3, 1, 4), (1, 1, 1, 1), (3, 2, 4, 1), (2, 2, 2, 2), (1, 2, 3, 2), (3, 1, 2, 3))
_INSTANCES = 36
_DIGITS = 12


@dataclass(frozen=True)
class Difference:
    """Where two sides differ; ``defined`` says whether both had values at some instance."""

    defined: bool
    values: tuple[tuple[str, str], ...] = ()
    left: str = ""
    right: str = ""
    bits: int = 0

    @property
    def found(self) -> bool:
        """Whether a certified difference was found."""
        return bool(self.left)


def find_difference(
    left: Term,
    right: Term,
    names: frozenset[str],
    shapes: Core,
    domain: Domain,
    deadline: float,
    *,
    values_alone: bool = False,
) -> Difference:
    """A certified difference of two core terms of one shape, or that none was found.

    ``values_alone``: stop where both sides have values.
    """
    defined = False
    names = names.union(*(free_names(one) for one in domain.hypotheses))
    chooser = _Chooser(names, frozenset(names_of_sizes(left, right)), domain)
    hypotheses = _core_hypotheses(domain, shapes)
    if hypotheses is None:
        return Difference(False)
    for instance in chooser.instances():
        for bits in (64, 256):
            if time.perf_counter() > deadline:
                return Difference(defined)
            there = replace(instance, bits=bits)
            try:
                if not _admitted(hypotheses, shapes, there):
                    break
                tables = [table_of_values(side, shapes, there) for side in (left, right)]
            except (Undefined, RecursionError):
                break
            except Indeterminate:
                continue
            defined = True
            if values_alone:
                return Difference(defined)
            found = _compared(tables[0], tables[1], bits)
            if found is not None:
                return Difference(True, chooser.shown(there), *found, bits)
            if all(isinstance(one, fmpq) for table in tables for row in table for one in row):
                break
    return Difference(defined)


def _core_hypotheses(domain: Domain, shapes: Core) -> tuple[Relation, ...] | None:
    found = []
    for one in domain.hypotheses:
        left, right = shapes.core(plain(one.left)), shapes.core(plain(one.right))
        if shapes.of(left) != (1, 1) or shapes.of(right) != (1, 1):
            return None
        found.append(Relation(left, one.sign, right))
    return tuple(found)


_HOLDS = {
    RelationSign.EQ: lambda sign: sign == 0,
    RelationSign.NE: lambda sign: sign != 0,
    RelationSign.LT: lambda sign: sign < 0,
    RelationSign.LE: lambda sign: sign <= 0,
    RelationSign.GT: lambda sign: sign > 0,
    RelationSign.GE: lambda sign: sign >= 0,
}


def _admitted(hypotheses: tuple[Relation, ...], shapes: Core, instance: Instance) -> bool:
    for one in hypotheses:
        ((left,),) = table_of_values(one.left, shapes, instance)
        ((right,),) = table_of_values(one.right, shapes, instance)
        if not _HOLDS[one.sign](sign_of(subtract(left, right))):
            return False
    return True


def _compared(
    left: list[list[Value]], right: list[list[Value]], bits: int
) -> tuple[str, str] | None:
    """The first entry that certainly differs, as two texts."""
    with working_bits(bits):
        for i, (first, second) in enumerate(zip(left, right, strict=True)):
            for j, (one, other) in enumerate(zip(first, second, strict=True)):
                if _differ(one, other):
                    where = "" if len(left) == len(left[0]) == 1 else f"entry ({i + 1}, {j + 1}): "
                    return where + _shown(one), where + _shown(other)
    return None


def _differ(left: Value, right: Value) -> bool:
    if isinstance(left, fmpq) and isinstance(right, fmpq):
        return bool(left != right)
    return not as_ball(left).overlaps(as_ball(right))


def _shown(value: Value) -> str:
    return str(value) if isinstance(value, fmpq) else str(as_ball(value).str(_DIGITS))


# ---------------------------------------------------------------------- choosing


@dataclass(frozen=True)
class _Chooser:
    names: frozenset[str]
    sizes: frozenset[str]  # names that stand as sizes in the claim
    domain: Domain

    def instances(self) -> Iterator[Instance]:
        """Instances of the declared names, the same ones each time."""
        declared = [one for one in self.domain if one.name in self.names]
        matrices = [one for one in declared if one.kind is Kind.MATRIX]
        shapes = [size for one in self.domain if one.kind is Kind.MATRIX for size in one.sizes]
        sizes = sorted(self.sizes.union(name for size in shapes if (name := size_name(size))))
        others = tuple(one for one in declared if one not in matrices and one.name not in sizes)
        if any(one.sizes or one.kind not in (Kind.REAL, Kind.INTEGER) for one in others):
            return
        if others:
            scalars: Iterator[Point] = points(others, (), _INSTANCES, 0)
        else:
            scalars = (Point() for _ in range(_INSTANCES))
        for number, point in enumerate(scalars):
            chosen = self._sizes(sizes, number)
            instance = None if chosen is None else self._instance(chosen, point, matrices, number)
            if instance is not None:
                yield instance

    def _sizes(self, names: list[str], number: int) -> dict[str, int] | None:
        chosen = {}
        for position, name in enumerate(names):
            pattern = _SHAPES[number % len(_SHAPES)]
            declared = self.domain.get(name)
            wanted = pattern[position % len(pattern)]
            low = declared.interval.low if declared is not None else None
            value = wanted if low is None or low <= 1 else wanted + int(low) - 1
            if declared is not None and not declared.admits(Fraction(value)):
                return None
            chosen[name] = value
        return chosen

    def _instance(
        self, sizes: dict[str, int], point: Point, matrices: list[Declaration], number: int
    ) -> Instance | None:
        chance = random.Random(f"matrices {number}")  # noqa: S311  (no secrets)
        scalars = dict(point.scalars)
        scalars.update({name: fmpq(value) for name, value in sizes.items()})
        for declaration in matrices:
            shape = [number_of(size, sizes) for size in declaration.sizes]
            if min(shape) < 1:
                return None
            matrix = sample(declaration, shape[0], shape[1], chance, number)
            if matrix is None:
                return None
            for i in range(shape[0]):
                for j in range(shape[1]):
                    scalars[entry_name(declaration.name, i + 1, j + 1)] = matrix[i, j]
        whole = point.whole | frozenset(sizes)
        return Instance(sizes, Point(scalars, point.families, whole))

    def _sizes_of_names(self) -> set[str]:
        used = (size for one in self.domain if one.name in self.names for size in one.sizes)
        return {name for size in used if (name := size_name(size))}

    def shown(self, instance: Instance) -> tuple[tuple[str, str], ...]:
        """The sizes, scalars and matrices as texts."""
        wanted = self.names | self.sizes | self._sizes_of_names()
        found = [(name, str(value)) for name, value in instance.sizes.items() if name in wanted]
        scalars = instance.point.scalars
        for declaration in self.domain:
            name = declaration.name
            if name not in self.names or name in instance.sizes:
                continue
            if declaration.kind is not Kind.MATRIX:
                found.append((name, str(scalars[name])))
                continue
            rows, columns = (number_of(size, instance.sizes) for size in declaration.sizes)
            lines = [
                ", ".join(str(scalars[entry_name(name, i + 1, j + 1)]) for j in range(columns))
                for i in range(rows)
            ]
            is_vector = declaration.sizes[1] == 1
            inside = ", ".join(lines if is_vector else (f"[{line}]" for line in lines))
            found.append((name, f"[{inside}]"))
        return tuple(found)
