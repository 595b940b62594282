"""The second pass: cells to numbers as an encoding says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from math import inf

from derivation.errors import DataError
from derivation.tables.cells import CellKind, all_numbers, kind_of, number, what_is_wrong
from derivation.tables.decide import empty_cell
from derivation.tables.encoding import Column, ColumnKind, Encoding, Target, TargetKind
from derivation.tables.options import Choice, Missing
from derivation.tables.reader import Chunk, CsvFile
from derivation.tables.scan import complete, outside

__all__ = ["converted", "label_columns"]

Bounds = tuple[float, float, bool, bool]
EVERYTHING: Bounds = (-inf, inf, True, True)


@dataclass(frozen=True, slots=True)
class _Reading:
    """A column of the file, by its position, and how a chunk of its cells becomes columns."""

    name: str
    position: int
    values: Callable[[Chunk, _Reading], list[list[float]]]
    means: tuple[float, ...] | None = None
    codes: Mapping[str, tuple[float, ...]] | None = None
    bounds: Bounds = EVERYTHING


def converted(
    file: CsvFile, encoding: Encoding, choice: Choice
) -> Iterator[tuple[list[list[float]], list[float]]]:
    """The columns of features and the labels, chunk by chunk.

    Labels are read if ``choice`` names a target. Raises DataError for a column that the file
    does not have, and for a cell that the encoding has no number for.
    """
    readings = [
        _reading_of(file, column)
        for column in encoding.columns
        if column.kind is not ColumnKind.CONSTANT
    ]
    target = _target_reading(file, encoding.target, choice) if choice.target is not None else None
    positions = [one.position for one in [*readings, *([target] if target else [])]]
    rows = 0
    lacking: Counter[int] = Counter()
    for whole in file.chunks():
        chunk = whole
        if choice.missing is Missing.DROP:
            chunk = complete(whole, positions, lacking)
        rows += len(chunk.rows)
        features = [column for one in readings for column in one.values(chunk, one)]
        yield features, target.values(chunk, target)[0] if target else []
    if not rows:
        raise DataError(f"{file.path}: every row lacks a value, so that none is left")


def label_columns(labels: Sequence[float], classes: int | None) -> list[list[float]]:
    """The labels as one column, or, given numbers of classes, a column of 0 and 1 for each."""
    if classes is None:
        return [list(labels)]
    return [[1.0 if label == k else 0.0 for label in labels] for k in range(classes)]


def _reading_of(file: CsvFile, column: Column) -> _Reading:
    position = file.require(column.name)
    if column.kind is ColumnKind.NUMBER:
        return _Reading(column.name, position, _numbers, column.means)
    codes = {
        level: tuple(1.0 if k == own else 0.0 for k in range(1, len(column.levels)))
        for own, level in enumerate(column.levels)
    }
    return _Reading(column.name, position, _indicators, column.means, codes)


def _target_reading(file: CsvFile, target: Target | None, choice: Choice) -> _Reading:
    name = choice.target or ""
    position = file.require(name)
    if target is None or target.kind is TargetKind.NUMBER:
        return _Reading(name, position, _numbers, bounds=choice.labels)
    codes = {level: (float(k),) for k, level in enumerate(target.levels)}
    return _Reading(name, position, _indicators, None, codes)


def _numbers(chunk: Chunk, reading: _Reading) -> list[list[float]]:
    cells = chunk.column(reading.position)
    values = all_numbers(cells)
    if values is None:
        values = [_number(chunk, reading, row, cell) for row, cell in enumerate(cells)]
    if values and reading.bounds != EVERYTHING:
        row = outside(values, reading.bounds)
        if row is not None:
            raise _error(chunk, reading, row, f"the label {cells[row].strip()} is out of range")
    return [values]


def _number(chunk: Chunk, reading: _Reading, row: int, cell: str) -> float:
    value = number(cell)
    if value is not None:
        return value
    if kind_of(cell) is CellKind.MISSING:
        if reading.means is None:
            raise _error(chunk, reading, row, empty_cell(cell))
        return reading.means[0]
    raise _error(chunk, reading, row, what_is_wrong(cell) or f"{cell!r} is not a number")


def _indicators(chunk: Chunk, reading: _Reading) -> list[list[float]]:
    """One column for each number in a code."""
    known = reading.codes or {}
    cells = chunk.column(reading.position)
    if not cells:
        return [[] for _ in next(iter(known.values()))]
    codes = {}
    unknown = set()
    for cell in set(cells):
        code = known.get(cell.strip())
        if code is None and kind_of(cell) is CellKind.MISSING:
            code = reading.means
        if code is None:
            unknown.add(cell)
        else:
            codes[cell] = code
    if unknown:
        raise _unknown_level(chunk, reading, next(k for k, c in enumerate(cells) if c in unknown))
    return list(map(list, zip(*map(codes.__getitem__, cells), strict=True)))


def _unknown_level(chunk: Chunk, reading: _Reading, row: int) -> DataError:
    cell = chunk.column(reading.position)[row]
    if kind_of(cell) is CellKind.MISSING:
        return _error(chunk, reading, row, empty_cell(cell))
    known = list(reading.codes or {})
    near = get_close_matches(cell.strip(), known, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    listed = ", ".join(map(repr, known[:20])) + (", ..." if len(known) > 20 else "")
    return _error(
        chunk, reading, row, f"{cell.strip()!r} is no level that is known: {listed}{hint}"
    )


def _error(chunk: Chunk, reading: _Reading, row: int, message: str) -> DataError:
    line = chunk.line_of(row, reading.position)
    return DataError(f"{chunk.path}, line {line}, column {reading.name!r}: {message}")
