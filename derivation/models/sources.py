"""What a table is trained on: its rows, in memory or streamed, standardised or as they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import fsum, isfinite

from derivation.errors import DataError
from derivation.models.scaling import Scaling
from derivation.tables import MappedTable, Table
from derivation.training.arguments import is_label, range_text
from derivation.training.formulas import Formulas
from derivation.training.source import BLOCK, Columnar, RowSource, Source, block_count

__all__ = ["AnyTable", "blocks", "label_blocks", "require_labels", "residual_size", "source_of"]

AnyTable = Table | MappedTable
"""Rows in memory, or a mapped file that may be larger than that."""


def source_of(table: AnyTable, scaling: Scaling | None) -> Source:
    """What is trained on. With a ``scaling`` the features are standardised first.

    Those of a mapped table are then in a mapped file of their own; where they are divided only,
    that is done as they are read.
    """
    if isinstance(table, MappedTable):
        if scaling is not None and not scaling.intercept:
            return _ScaledSource(table.source(), scaling)
        return (table if scaling is None else table.standardized()).source()
    if scaling is None:
        return RowSource(list(table.rows), table.label_columns())
    columns = [scaling.column(k, values) for k, values in enumerate(zip(*table.rows, strict=True))]
    return RowSource(list(zip(*columns, strict=True)), table.label_columns())


@dataclass(frozen=True, slots=True)
class _ScaledSource:
    """A source whose features are scaled whenever they are read."""

    source: Source
    scaling: Scaling

    @property
    def samples(self) -> int:
        return self.source.samples

    @property
    def features(self) -> int:
        return self.source.features

    @property
    def outputs(self) -> int:
        return self.source.outputs

    def block(self, number: int) -> Columnar:
        return self._scaled(self.source.block(number))

    def take(self, rows: Sequence[int]) -> Columnar:
        return self._scaled(self.source.take(rows))

    def _scaled(self, columns: Columnar) -> Columnar:
        features, labels = columns
        return [self.scaling.column(k, one) for k, one in enumerate(features)], labels


def blocks(table: AnyTable) -> Iterator[list[tuple[float, ...]]]:
    """The rows of features, block by block."""
    source = table.source() if isinstance(table, MappedTable) else table
    for columns in source.blocks():
        yield list(zip(*columns, strict=True))


def label_blocks(table: AnyTable) -> Iterator[list[tuple[float, ...]]]:
    """The labels of the rows in `blocks`: one number, or one for each class."""
    if isinstance(table, MappedTable):
        source = table.source()
        for number in range(block_count(source)):
            yield list(zip(*source.block(number)[1], strict=True))
    else:
        rows = list(zip(*table.label_columns(), strict=True))
        for start in range(0, len(rows), BLOCK):
            yield rows[start : start + BLOCK]


def require_labels(table: AnyTable, formulas: Formulas) -> None:
    """Raise DataError unless ``formulas`` can be fitted to the labels of ``table``."""
    if table.target is None:
        raise DataError("the table has no target column; name one with --target COLUMN")
    outputs = table.outputs
    if isinstance(table, Table):
        columns = table.label_columns()
        if not table.rows or not table.features:
            raise DataError(f"the table has no {'rows' if table.features else 'features'}")
        if not all(len(column) == len(table.rows) for column in columns):
            raise DataError(f"{len(table.rows)} rows, but {len(columns[0])} labels")
        for i, row in enumerate(table.rows):
            if not all(map(isfinite, row)):
                raise DataError(f"row {i} (counted from 0) holds a number that is not finite")
        for i, label in enumerate(label for column in columns for label in column):
            _require_label(label, i % len(table.rows), table, formulas)
    elif formulas.among or formulas.whole:  # the interval was looked at as the file was read
        for i, row in enumerate(row for block in label_blocks(table) for row in block):
            for label in row:
                _require_label(label, i, table, formulas)
    if formulas.outputs is None and outputs < 2:
        raise DataError(
            f"{formulas.name} tells classes apart: read the table with classes=True, so that each "
            f"level of {table.target!r} is one"
        )
    if formulas.outputs is not None and outputs != formulas.outputs:
        raise DataError(
            f"{formulas.name} has one label a row, but {table.target!r} was read as {outputs} "
            "classes; softmax tells several classes apart"
        )


def _require_label(label: float, number: int, table: AnyTable, formulas: Formulas) -> None:
    if not (isfinite(label) and is_label(formulas, label)):
        raise DataError(
            f"cannot fit {table.target!r}: label {number} (counted from 0) is {label!r}; labels of "
            f"{formulas.name} {range_text(formulas)}"
        )


def residual_size(table: AnyTable, formulas: Formulas) -> float:
    """The mean size of the residuals at zero weights, for a loss of unbounded labels; else 1.

    Raises OverflowError for labels near the largest float.
    """
    if all(map(isfinite, formulas.labels[:2])):
        return 1.0
    sums, samples = [], 0
    for rows in label_blocks(table):
        labels = [list(column) for column in zip(*rows, strict=True)]
        zeros = [[0.0] * len(rows) for _ in labels]
        residuals = formulas.block(zeros, labels)[1]
        sums.append(fsum(abs(value) for column in residuals for value in column))
        samples += len(rows)
    mean = fsum(sums) / samples
    if not isfinite(mean):
        raise OverflowError("the residuals exceed the largest float")
    return mean
