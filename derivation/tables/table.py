"""A table of numbers in memory, and reading a CSV file into one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Unpack

from derivation.errors import DataError
from derivation.tables.convert import converted, label_columns
from derivation.tables.decide import decide
from derivation.tables.dependence import check_independent
from derivation.tables.encoding import ColumnKind, Encoding, TargetKind
from derivation.tables.options import Choice, Dependent, Options, choice_of
from derivation.tables.reader import CsvFile
from derivation.tables.scan import Sink, scan
from derivation.tables.statistics import BLOCK, Statistics, standardized, statistics_of

__all__ = ["Table", "classes_of", "csv_blocks", "fill", "load_csv"]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of finite numbers, and a label for each unless it was read without a target.

    ``features`` names the columns of ``rows``; ``labels`` is empty when ``target`` is None, and
    holds the number of the class for a target that names classes. ``encoding`` says how the
    columns of the file became these; ``notes`` are sentences on what was left out or filled in.
    """

    features: tuple[str, ...]
    rows: tuple[tuple[float, ...], ...]
    target: str | None = None
    labels: tuple[float, ...] = ()
    encoding: Encoding | None = None
    notes: tuple[str, ...] = ()
    _known: Statistics | None = field(default=None, repr=False, compare=False)

    @property
    def samples(self) -> int:
        """The number of rows."""
        return len(self.rows)

    @property
    def outputs(self) -> int:
        """The number of label columns."""
        return classes_of(self.encoding) or 1

    def label_columns(self) -> list[list[float]]:
        """One column of labels or, for a target that names classes, one of 0 and 1 for each."""
        return label_columns(self.labels, classes_of(self.encoding))

    def blocks(self) -> Iterator[list[tuple[float, ...]]]:
        """The columns of the features, ``BLOCK`` rows at a time."""
        for start in range(0, len(self.rows), BLOCK):
            yield list(zip(*self.rows[start : start + BLOCK], strict=True))

    @property
    def statistics(self) -> Statistics:
        """Mean, deviation, least and greatest value of each feature.

        Raises DataError for values that are too large to be summed.
        """
        return self._known or statistics_of(self.features, self.blocks, len(self.rows))

    def columns_of(self, rows: Sequence[int]) -> list[tuple[float, ...]]:
        """The columns of the features, of the rows with these numbers alone."""
        return list(zip(*(self.rows[number] for number in rows), strict=True))

    def standardized(self) -> Table:
        """The table with each feature less its mean and divided by its standard deviation."""
        known = self.statistics
        scales = list(zip(known.means, known.deviations, strict=True))
        rows: list[tuple[float, ...]] = []
        for columns in self.blocks():
            scaled = [
                standardized(column, *scale) for column, scale in zip(columns, scales, strict=True)
            ]
            rows.extend(zip(*scaled, strict=True))
        return replace(self, rows=tuple(rows), _known=None)


class _Memory:
    """A sink that keeps its rows in memory."""

    def __init__(self) -> None:
        self.rows: list[tuple[float, ...]] = []
        self.labels: list[float] = []

    def add(self, features: Sequence[Sequence[float]], labels: Sequence[float]) -> None:
        self.rows.extend(zip(*features, strict=True))
        self.labels.extend(labels)

    def restart(self, classes: int | None) -> None:  # noqa: ARG002  # labels stay as they come
        self.rows.clear()
        self.labels.clear()


def load_csv(
    path: str | Path,
    target: str | None = None,
    *,
    features: Sequence[str] | None = None,
    encoding: Encoding | None = None,
    **options: Unpack[Options],
) -> Table:
    """Read a CSV file with a header line into memory.

    ``target``: the column of the labels, numbers or text with two levels (or classes);
    ``features``: the columns to use, in this order (all others by default). A column of text
    becomes one column of 0 and 1 for each level but the first, named "column=level". With an
    ``encoding``, that of a table that was read before, the columns become what they became
    there, and nothing is decided anew. The options are described at `Options`.

    With a target, but without an encoding, the table is to be trained on: constant columns are
    left out, and columns of which one follows linearly from others are an error.

    Raises DataError for a file that is missing, not a CSV table, or empty, for an unknown
    column, a line with a wrong number of cells, and a cell that cannot be used, with its line
    and column; for labels that are all the same, or that the loss cannot take.
    """
    memory = _Memory()
    choice = choice_of(target, features, options)
    training = target is not None and encoding is None
    encoding, notes = fill(memory, Path(path), choice, encoding)
    table = Table(
        encoding.features, tuple(memory.rows), target, tuple(memory.labels), encoding, notes
    )
    if not training:
        return table
    try:
        table = replace(table, _known=table.statistics)
    except DataError:
        return table  # values near the end of the range can be fitted as they are
    if choice.dependent is Dependent.ERROR:
        check_independent(
            path,
            table.features,
            table.blocks,
            table.columns_of,
            table.statistics,
            intercept=choice.intercept,
        )
    return table


def csv_blocks(path: str | Path, encoding: Encoding, target: str | None = None) -> Iterator[Table]:
    """A CSV file as small tables, one after the other: to predict for a file of any size.

    Raises DataError as `load_csv` does, in the course of the iteration.
    """
    with CsvFile(Path(path)) as file:
        for columns, labels in converted(file, encoding, choice_of(target, None, {})):
            rows = tuple(zip(*columns, strict=True))
            yield Table(encoding.features, rows, target, tuple(labels), encoding)


def classes_of(encoding: Encoding | None) -> int | None:
    """How many classes the target has, or None if it is one number."""
    if encoding is None or encoding.target is None:
        return None
    classes = encoding.target.kind is TargetKind.CLASSES
    return len(encoding.target.levels) if classes else None


def fill(
    sink: Sink, path: Path, choice: Choice, encoding: Encoding | None
) -> tuple[Encoding, tuple[str, ...]]:
    """Read a file into a sink; the encoding, which is decided unless it is given, and notes."""
    notes: tuple[str, ...] = ()
    if encoding is not None and (choice.features is not None or choice.categorical):
        raise DataError("the encoding says which columns are used and how; name none beside it")
    with CsvFile(path) as file:
        if encoding is None:
            seen = scan(file, choice, sink)
            encoding, notes = decide(path, seen, choice)
            if seen.plain and not any(c.kind is ColumnKind.CONSTANT for c in encoding.columns):
                return encoding, notes
        sink.restart(classes_of(encoding) if choice.target is not None else None)
        for columns, labels in converted(file, encoding, choice):
            sink.add(columns, labels)
    return encoding, notes
