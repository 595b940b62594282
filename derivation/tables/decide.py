"""From what was seen in each column to the encoding, or to a message that names the cell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from derivation.errors import DataError
from derivation.tables.cells import CellKind, number, what_is_wrong
from derivation.tables.encoding import Column, ColumnKind, Encoding, Target, TargetKind
from derivation.tables.options import Choice, Missing
from derivation.tables.scan import MOST_LEVELS, Scan, Seen

__all__ = ["decide", "empty_cell", "natural"]


def decide(path: Path, scan: Scan, choice: Choice) -> tuple[Encoding, tuple[str, ...]]:
    """The encoding, and what the user should know about it.

    Raises DataError for the first cell in the file that cannot be used, for labels that are
    all the same or out of range, for a column of text with too many levels, and for a table
    in which nothing is left to learn from.
    """
    if not scan.features:
        raise DataError(
            f"{path} has no column beside the target {choice.target!r}: nothing to learn from"
        )
    if not scan.rows:
        raise DataError(
            f"{path}: every row lacks a value ({_counted(scan.lacks)}), so that none is left"
        )
    _raise_first_problem(path, scan, choice)
    notes = []
    if scan.dropped:
        notes.append(
            f"{scan.dropped} of {scan.dropped + scan.rows} rows lack a value: left out "
            f"({_counted(scan.lacks)})"
        )
    target = None
    if scan.target:
        target = _target(path, scan.target, choice)
        if target.kind is TargetKind.TWO_LEVELS:
            notes.append(f"{target.name}: {target.levels[0]!r} is 0, {target.levels[1]!r} is 1")
    columns = []
    for seen in scan.features:
        column = _column(path, seen, choice)
        columns.append(column)
        if column.kind is ColumnKind.CONSTANT:
            value = next(iter(seen.levels)) if seen.least > seen.greatest else f"{seen.least:g}"
            notes.append(f"{seen.name} is {value} in every row: left out")
        elif column.kind is ColumnKind.LEVELS:
            notes.append(_levels_of(column, scan.rows))
        if seen.counts[CellKind.MISSING] and column.means is not None:
            notes.append(_imputed(seen, column, scan.rows))
    if all(column.kind is ColumnKind.CONSTANT for column in columns):
        raise DataError(
            f"{path}: every column beside the target has the same value in all rows: "
            "nothing to learn from"
        )
    encoding = Encoding(tuple(columns), target)
    for name, count in Counter(encoding.features).items():
        if count > 1:
            raise DataError(f"{path}: two columns would be called {name!r}; rename one")
    if scan.target and scan.rows < len(encoding.features) + choice.intercept:
        notes.append(
            f"{scan.rows} rows for {len(encoding.features) + choice.intercept} coefficients: "
            "without a penalty (l2) they are not unique"
        )
    return encoding, tuple(notes)


def natural(level: str) -> tuple[int, float, list[tuple[int, int, str]], str]:
    """Sorts numbers by value and before text, and text with its numbers by value: a2, a10."""
    value = number(level)
    if value is not None:
        return 0, value, [], level
    parts = [
        (1, len(digits := part.lstrip("0")), digits) if part.isdecimal() else (0, 0, part)
        for part in re.split(r"(\d+)", level)
    ]
    return 1, 0.0, parts, level


def empty_cell(cell: str) -> str:
    """What is wrong with a cell that has no value, and what to do."""
    if cell.strip():
        is_nan = " is not a finite number and" if cell.strip().lower() == "nan" else ""
        return f"{cell!r}{is_nan} stands for a missing value; fill it in, or leave the line out"
    return "the cell is empty; fill it in, or leave the line out"


def _raise_first_problem(path: Path, scan: Scan, choice: Choice) -> None:
    """Raise the DataError for the first cell that cannot be used, in the order of the file."""
    problems: list[tuple[int, int, str]] = []
    for seen in [*scan.features, *([scan.target] if scan.target else [])]:
        found = _problem(seen, scan, choice, is_target=seen is scan.target)
        if found:
            line, message = found
            problems.append((line, seen.position, f"column {seen.name!r}: {message}"))
    if problems:
        line, _, message = min(problems)
        raise DataError(f"{path}, line {line}, {message}")


def _problem(seen: Seen, scan: Scan, choice: Choice, *, is_target: bool) -> tuple[int, str] | None:
    found = []
    lacks = seen.first.get(CellKind.MISSING)
    if lacks and (is_target or choice.missing is Missing.ERROR):
        found.append((lacks[0], empty_cell(lacks[1]) + _how_many(scan, is_target=is_target)))
    if not _is_named(seen, choice, is_target=is_target) and not seen.is_text:
        for kind in (CellKind.WRONG, CellKind.TEXT):
            if kind in seen.first:
                line, cell = seen.first[kind]
                found.append((line, _stray(cell, seen, is_target=is_target)))
        if seen.outside and is_target:
            line, cell = seen.outside
            message = f"the label {cell} is not {_range(choice.labels)}"
            if choice.labels[:2] == (0.0, 1.0):
                message += "; if the labels are two names, say with --positive which of them is 1"
            found.append((line, message))
    return min(found, default=None)


def _is_named(seen: Seen, choice: Choice, *, is_target: bool) -> bool:
    """The caller has said that the cells are names, whatever they look like."""
    if is_target and (choice.classes or choice.positive is not None):
        return True
    return seen.name in choice.categorical


def _how_many(scan: Scan, *, is_target: bool) -> str:
    total = sum(scan.lacks.values())
    values = "1 value is" if total == 1 else f"{total} values are"
    where = "" if len(scan.lacks) == 1 else f" in {len(scan.lacks)} columns"
    ways = "--missing drop leaves such rows out"
    if not is_target:
        ways += ", --missing mean fills in the mean of the column"
    return f" ({values} missing{where}; {ways}; in Python missing='drop')"


def _counted(lacks: dict[str, int]) -> str:
    worst = sorted(lacks.items(), key=lambda item: -item[1])
    return ", ".join(f"{name}: {n}" for name, n in worst[:5]) + (", ..." if worst[5:] else "")


def _stray(cell: str, seen: Seen, *, is_target: bool) -> str:
    wrong = what_is_wrong(cell)
    if wrong:
        return wrong
    numbers, texts = seen.counts[CellKind.NUMBER], seen.counts[CellKind.TEXT]
    share = f"while {numbers} of {numbers + texts} cells of the column are"
    way = "" if is_target else ", or name the column as categorical"
    return f"{cell!r} is not a number, {share}; correct it{way}"


def _range(labels: tuple[float, float, bool, bool]) -> str:
    low, high, low_open, high_open = labels
    parts = []
    if low != float("-inf"):
        parts.append(f"{'above' if low_open else 'at least'} {low:g}")
    if high != float("inf"):
        parts.append(f"{'below' if high_open else 'at most'} {high:g}")
    return " and ".join(parts)


def _target(path: Path, seen: Seen, choice: Choice) -> Target:
    levels = _is_named(seen, choice, is_target=True) or seen.is_text
    if len(seen.levels) == 1 or (not levels and seen.least == seen.greatest):
        value = repr(next(iter(seen.levels))) if levels else f"{seen.least:g}"
        raise DataError(
            f"{path}: every label in column {seen.name!r} is {value}; "
            "there is nothing to tell apart"
        )
    if not levels:
        return Target(seen.name, TargetKind.NUMBER)
    names = _levels(path, seen)
    if choice.classes:
        return Target(seen.name, TargetKind.CLASSES, names)
    if len(names) > 2:
        raise DataError(
            f"{path}: the target {seen.name!r} has the {len(names)} levels "
            f"{_listed(names)}; two can be told apart here, more with softmax"
        )
    if choice.positive is not None:
        if choice.positive not in names:
            raise DataError(
                f"{path}: the target {seen.name!r} is never {choice.positive!r}; "
                f"it is {names[0]!r} or {names[1]!r}"
            )
        names = (*(name for name in names if name != choice.positive), choice.positive)
    return Target(seen.name, TargetKind.TWO_LEVELS, names)


def _column(path: Path, seen: Seen, choice: Choice) -> Column:
    training = choice.target is not None
    values = seen.counts.total() - seen.counts[CellKind.MISSING]
    if not values:
        raise DataError(f"{path}: column {seen.name!r} has no value at all; leave it out")
    if seen.name in choice.categorical or seen.is_text:
        names = _levels(path, seen)
        if len(names) == 1:
            return Column(seen.name, ColumnKind.CONSTANT, (), _if_imputing(choice, ()))
        shares = tuple(seen.levels[name] / values for name in names[1:])
        return Column(seen.name, ColumnKind.LEVELS, names, _if_imputing(choice, shares))
    if seen.least == seen.greatest and training and (choice.intercept or not seen.least):
        return Column(seen.name, ColumnKind.CONSTANT, (), _if_imputing(choice, ()))
    mean = seen.least
    if seen.sum is not None and seen.least != seen.greatest:
        mean = seen.sum.total() / values
    return Column(seen.name, ColumnKind.NUMBER, (), _if_imputing(choice, (mean,)))


def _if_imputing(choice: Choice, means: tuple[float, ...]) -> tuple[float, ...] | None:
    return means if choice.missing is Missing.MEAN else None


def _levels(path: Path, seen: Seen) -> tuple[str, ...]:
    if seen.many:
        raise DataError(
            f"{path}: column {seen.name!r} has more than {MOST_LEVELS} different values, too many "
            "for names; group them, or leave the column out"
        )
    names = tuple(sorted(seen.levels, key=natural))
    spellings: dict[float, str] = {}
    for name in names:
        value = number(name)
        if value is not None and spellings.setdefault(value, name) != name:
            raise DataError(
                f"{path}: column {seen.name!r} has {spellings[value]!r} and {name!r}, "
                "the same number; write it in one way"
            )
    return names


def _levels_of(column: Column, rows: int) -> str:
    count = len(column.levels)
    if count == rows:
        return f"{column.name} has another value in every row; if it names the rows, leave it out"
    return f"{column.name} has {count} levels, {column.levels[0]!r} first"


def _imputed(seen: Seen, column: Column, rows: int) -> str:
    lacking = seen.counts[CellKind.MISSING]
    means = column.means or ()
    stands = (
        f"its mean {means[0]:g} stands"
        if column.kind is ColumnKind.NUMBER
        else ("the share of each level stands")
    )
    return f"{seen.name}: {lacking} of {rows} values are missing; {stands} for them"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(repr, names[:5])) + (", ..." if len(names) > 5 else "")
