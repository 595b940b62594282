"""What a worker holds: some blocks of the data, and the engine that sums over them.

These functions run on the workers. A shard travels as plain bytes: the scheduler keeps them, so
that a shard whose worker is lost is made anew on another.
"""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import lcm
from typing import Self

from derivation.errors import DerivationError
from derivation.models.modules import Generated, generated, run_text
from derivation.training.c_engine import c_engine_or_none
from derivation.training.engine import Engine
from derivation.training.python_engine import PythonEngine
from derivation.training.source import BLOCK, RowSource, Source
from derivation.training.survey import Survey

__all__ = [
    "SHARD_ROWS",
    "Program",
    "Recipe",
    "Shard",
    "ShardData",
    "can_compile",
    "shard_data",
    "sums_of",
]

SHARD_ROWS = lcm(BLOCK, 2048)
"""Shards have a multiple of this many rows: whole blocks for the engines in Python and in C."""


@dataclass(frozen=True, slots=True)
class ShardData:
    """Some rows as bytes: the columns of the features, then those of the labels, as floats."""

    features: int
    outputs: int
    content: bytes

    def source(self) -> RowSource:
        """The rows."""
        values = array("d")
        values.frombytes(self.content)
        samples = len(values) // (self.features + self.outputs)
        columns = [values[k : k + samples] for k in range(0, len(values), samples)]
        rows = list(zip(*columns[: self.features], strict=True))
        return RowSource(rows, [column.tolist() for column in columns[self.features :]])


@dataclass(frozen=True, slots=True)
class Program:
    """The generated module that a worker runs: one that is shipped, or a text that travels.

    ``digest`` says which version it must be: the hash of the theorems of the shipped module
    ``name``, or that of the text, which is packed by `zlib`.
    """

    name: str
    digest: str
    packed: bytes = b""

    @classmethod
    def shipped(cls, name: str) -> Self:
        """The module of that name, which every worker has. Raises StructureError for none."""
        return cls(name, generated(name).THEOREMS_SHA256)

    @classmethod
    def of_text(cls, name: str, text: str) -> Self:
        """A module that was generated from a user's file, which no worker has."""
        content = text.encode()
        return cls(name, sha256(content).hexdigest(), zlib.compress(content))

    def module(self) -> Generated:
        """The module. Raises DerivationError where it is not the version that was meant."""
        if self.packed:
            content = zlib.decompress(self.packed)
            if self.digest != sha256(content).hexdigest():
                raise DerivationError(
                    f"the module of {self.name} was damaged on its way to a worker"
                )
            return run_text(content.decode())
        module = generated(self.name)
        if self.digest != module.THEOREMS_SHA256:
            raise DerivationError(
                f"a worker has another version of {self.name}: "
                "install the same version of derive everywhere"
            )
        return module


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a worker makes the engine of a shard.

    ``kind``: "python" or "c". ``facts`` are those about all of the data.
    """

    program: Program
    kind: str
    facts: Survey

    def engine(self, source: Source) -> Engine:
        """The engine for a source. Raises DerivationError for another version of the module."""
        formulas = self.program.module().FORMULAS
        if self.kind == "c":
            compiled: Engine | None = c_engine_or_none(formulas, source, required=True)
            if compiled is not None:
                return compiled
        return PythonEngine(formulas, source, self.facts)


class Shard:
    """A shard's engine, made where the shard arrives; it travels as its bytes."""

    def __init__(self, data: ShardData, recipe: Recipe) -> None:
        self._data = data
        self._recipe = recipe
        self.engine = recipe.engine(data.source())

    def __reduce__(self) -> tuple[type[Self], tuple[ShardData, Recipe]]:
        return type(self), (self._data, self._recipe)

    def __sizeof__(self) -> int:
        """About what it costs to move: the scheduler weighs that against a worker's idleness."""
        return 6 * len(self._data.content)


def shard_data(source: Source, first: int, last: int) -> ShardData:
    """Blocks ``first`` to ``last - 1`` of a source."""
    parts: list[array[float]] = [array("d") for _ in range(source.features + source.outputs)]
    for number in range(first, last):
        columns, labels = source.block(number)
        for part, column in zip(parts, (*columns, *labels), strict=True):
            part.extend(column)
    return ShardData(source.features, source.outputs, b"".join(part.tobytes() for part in parts))


def sums_of(shard: Shard, what: str, point: Sequence[float]) -> list[list[float]]:
    """The block sums of one shard: what ``sums``, ``second_sums`` or ``gram_sums`` gives."""
    if what == "gram_sums":
        return shard.engine.gram_sums()
    if what == "second_sums":
        return shard.engine.second_sums(point)
    return shard.engine.sums(point)


def can_compile(program: Program) -> bool:
    """Whether this worker can use the engine in C."""
    tiny = RowSource([(0.0,), (1.0,)], [[0.0, 1.0]])
    formulas = program.module().FORMULAS
    if formulas.outputs is None:
        tiny = RowSource([(0.0,), (1.0,)], [[0.0, 1.0], [1.0, 0.0]])
    return c_engine_or_none(formulas, tiny, required=False) is not None
