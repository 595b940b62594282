"""Training data from a CSV file: every cell that cannot be used is named by line and column."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from math import isfinite
from pathlib import Path

from derivation.errors import DataError

__all__ = ["Table", "load_csv"]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of finite numbers, and a label for each unless it was read without a target.

    ``features`` names the columns of ``rows``; ``labels`` is empty when ``target`` is None.
    """

    features: tuple[str, ...]
    rows: tuple[tuple[float, ...], ...]
    target: str | None = None
    labels: tuple[float, ...] = ()


def load_csv(
    path: str | Path, target: str | None = None, *, features: Sequence[str] | None = None
) -> Table:
    """Read a CSV file with a header line.

    ``target``: the column of the labels; ``features``: the columns to use, in this order (all
    others by default). Raises DataError for a file that is missing, not a CSV table, or empty,
    for an unknown column, a line with a wrong number of cells, an empty cell, a cell that is
    not a finite number, and labels that are all the same.
    """
    path = Path(path)
    lines = _lines(path)
    if not lines:
        raise DataError(f"{path} is empty; the first line must name the columns")
    _, header = lines[0]
    names = _header(path, header)
    if target is not None:
        _require(path, names, target)
    for name in features or ():
        _require(path, names, name)
    chosen = tuple(features) if features is not None else tuple(n for n in names if n != target)
    if not chosen:
        raise DataError(f"{path} has no column beside the target {target!r}: nothing to learn from")
    if len(lines) == 1:
        raise DataError(f"{path} has a header, but no rows of data")

    positions = [names.index(name) for name in chosen]
    rows, labels = [], []
    for line, cells in lines[1:]:
        if len(cells) != len(names):
            raise DataError(
                f"{path}, line {line}: {len(cells)} cells, "
                f"but the header names {len(names)} columns"
            )
        rows.append(tuple(_number(path, line, names[k], cells[k]) for k in positions))
        if target is not None:
            labels.append(_number(path, line, target, cells[names.index(target)]))
    if target is not None and len(set(labels)) == 1:
        raise DataError(
            f"{path}: every label in column {target!r} is {labels[0]:g}; "
            "there is nothing to tell apart"
        )
    return Table(chosen, tuple(rows), target, tuple(labels))


def _lines(path: Path) -> list[tuple[int, list[str]]]:
    """(line number, cells) of each line that is not blank."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise DataError(f"there is no file {path}") from None
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path} is not UTF-8 text (byte {error.start}); save it as CSV in UTF-8"
        ) from None
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror or error}") from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines = []
    try:
        for cells in reader:
            if cells:
                lines.append((reader.line_num, cells))  # noqa: PERF401  # line_num changes
    except csv.Error as error:
        raise DataError(f"{path}, line {reader.line_num}: not CSV: {error}") from None
    return lines


def _header(path: Path, cells: list[str]) -> list[str]:
    names = [cell.strip() for cell in cells]
    for separator, called in ((";", "semicolons"), ("\t", "tabs")):
        if len(names) == 1 and separator in names[0]:
            raise DataError(f"{path} separates its columns by {called}; save it with commas")
    for number, name in enumerate(names, start=1):
        if not name:
            raise DataError(f"{path}, line 1: column {number} has no name")
        if name in names[: number - 1]:
            raise DataError(f"{path}, line 1: two columns are called {name!r}; rename one")
    return names


def _require(path: Path, names: list[str], name: str) -> None:
    if name in names:
        return
    near = get_close_matches(name, names, n=1)
    hint = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(names)}"
    raise DataError(f"{path} has no column {name!r}. {hint}")


def _number(path: Path, line: int, column: str, cell: str) -> float:
    place = f"{path}, line {line}, column {column!r}"
    if not cell.strip():
        raise DataError(f"{place}: the cell is empty; fill it in, or leave the line out")
    try:
        if "_" in cell:  # float() reads 1_000, CSV files do not mean it
            raise ValueError(cell)
        value = float(cell)
    except ValueError:
        hint = ""
        if "," in cell:
            hint = "; write decimals with a point"
        raise DataError(f"{place}: {cell!r} is not a number{hint}") from None
    if not isfinite(value):
        raise DataError(f"{place}: {cell!r} is not a finite number")
    return value
