"""The first pass over a CSV file: what each column holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import fsum, inf
from typing import Protocol

from derivation.errors import DataError
from derivation.tables.cells import CellKind, all_numbers, kind_of
from derivation.tables.options import Choice, Missing
from derivation.tables.reader import Chunk, CsvFile
from derivation.tables.statistics import ExactSum

__all__ = ["MOST_LEVELS", "Scan", "Seen", "Sink", "complete", "outside", "scan"]

MOST_LEVELS = 100
"""A column of text with more levels than this is taken for something else, such as names."""

Place = tuple[int, str]
"""The line and the text of a cell."""


class Sink(Protocol):
    """Where rows of numbers go, a few at a time."""

    def add(self, features: Sequence[Sequence[float]], labels: Sequence[float]) -> None:
        """Take columns of features, and the labels of the same rows (empty without a target)."""

    def restart(self, classes: int | None) -> None:
        """Forget all rows. Labels will be numbers of so many classes, or plain numbers (None)."""


@dataclass(slots=True)
class Seen:
    """What was seen in one column: how many cells of each kind, and the first of each kind.

    ``levels`` counts the different values as text; ``many`` says that there are more of them
    than `MOST_LEVELS`, and then they are forgotten. ``outside`` is the first number that is
    not in the range of the labels.
    """

    name: str
    position: int
    counts: Counter[CellKind] = field(default_factory=Counter)
    first: dict[CellKind, Place] = field(default_factory=dict)
    least: float = inf
    greatest: float = -inf
    sum: ExactSum | None = None
    levels: Counter[str] = field(default_factory=Counter)
    many: bool = False
    outside: Place | None = None

    @property
    def is_text(self) -> bool:
        """More than half of the cells with a value are text that is not meant as a number.

        Else the column is one of numbers, and any text in it is a mistake.
        """
        numbers = self.counts[CellKind.NUMBER] + self.counts[CellKind.WRONG]
        return self.counts[CellKind.TEXT] > numbers

    def add_numbers(self, cells: Sequence[str], values: Sequence[float]) -> None:
        """Take note of cells that are all numbers."""
        if not values:
            return
        self.counts[CellKind.NUMBER] += len(values)
        self._add_values(values)
        if not self.many:
            self._add_levels(Counter(cells))

    def add_cells(self, cells: Sequence[str], line_of: Callable[[int], int]) -> None:
        """Take note of cells of any kind; ``line_of`` gives the line of a cell."""
        tally = Counter(cells)  # most columns of text hold few different cells
        kinds = {cell: kind_of(cell) for cell in tally}
        for cell, count in tally.items():
            self.counts[kinds[cell]] += count
        for kind in set(kinds.values()) - self.first.keys():
            row = next(k for k, cell in enumerate(cells) if kinds[cell] is kind)
            self.first[kind] = (line_of(row), cells[row])
        numbers = {cell: float(cell) for cell in tally if kinds[cell] is CellKind.NUMBER}
        if numbers:
            self._add_values([numbers[cell] for cell in cells if cell in numbers])
        for cell in tally:
            if kinds[cell] is CellKind.MISSING:
                tally[cell] = 0
        if not self.many:
            self._add_levels(+tally)

    def _add_levels(self, tally: Counter[str]) -> None:
        for cell, count in tally.items():
            self.levels[cell.strip()] += count
        if len(self.levels) > MOST_LEVELS:
            self.many = True
            self.levels.clear()

    def _add_values(self, values: Sequence[float]) -> None:
        least, greatest = min(values), max(values)
        self.least = min(self.least, least)
        self.greatest = max(self.greatest, greatest)
        if self.sum is None:
            return
        try:
            self.sum.add(fsum(values))
        except OverflowError:
            raise DataError(
                f"the values of column {self.name!r} are too large to have a mean; "
                "divide them by a power of ten"
            ) from None


@dataclass(frozen=True, slots=True)
class Scan:
    """What was seen in the columns in use, the target last, and in how many rows.

    ``dropped``: rows left out because a value is missing; ``lacks``: how many values are missing
    in the columns in which some are. ``plain``: every column holds numbers alone, and they went
    to the sink.
    """

    features: list[Seen]
    target: Seen | None
    rows: int
    dropped: int
    lacks: dict[str, int]
    plain: bool


def scan(file: CsvFile, choice: Choice, sink: Sink) -> Scan:
    """Look at every cell of the columns in use.

    As long as all of them are numbers, the rows go to the sink, so that for most files one
    pass is enough.
    """
    target = None if choice.target is None else Seen(choice.target, file.require(choice.target))
    names = choice.features
    if names is None:
        names = tuple(name for name in file.names if name != choice.target)
    features = [Seen(name, file.require(name)) for name in names]
    if choice.missing is Missing.MEAN:
        for column in features:
            column.sum = ExactSum()
    for name in choice.categorical:
        file.require(name)
    columns = [*features, *([target] if target else [])]
    positions = [column.position for column in columns]
    plain = not (choice.categorical or choice.classes or choice.positive is not None)
    rows = dropped = 0
    lacking: Counter[int] = Counter()
    for whole in file.chunks():
        chunk = whole
        if choice.missing is Missing.DROP:
            chunk = complete(whole, positions, lacking)
        dropped += len(whole.rows) - len(chunk.rows)
        rows += len(chunk.rows)
        values = [_look(column, chunk) for column in columns]
        if target and target.outside is None and values[-1]:
            row = outside(values[-1], choice.labels)
            if row is not None:
                line = chunk.line_of(row, target.position)
                target.outside = (line, chunk.rows[row][target.position].strip())
        numbers = [column for column in values if column is not None]
        plain = plain and len(numbers) == len(columns)
        if plain:
            sink.add(numbers[: len(features)], numbers[-1] if target else ())
    lacks = {c.name: n for c in columns if (n := c.counts[CellKind.MISSING] + lacking[c.position])}
    return Scan(features, target, rows, dropped, lacks, plain)


def _look(column: Seen, chunk: Chunk) -> list[float] | None:
    """The numbers of the column, or None if it holds anything else."""
    cells = chunk.column(column.position)
    values = all_numbers(cells)
    if values is None:
        column.add_cells(cells, lambda row: chunk.line_of(row, column.position))
    else:
        column.add_numbers(cells, values)
    return values


def complete(chunk: Chunk, positions: Sequence[int], lacking: Counter[int]) -> Chunk:
    """The rows of the chunk in which none of the cells at these positions is missing.

    ``lacking`` counts the missing cells at each position.
    """
    incomplete: set[int] = set()
    for position in positions:
        cells = chunk.column(position)
        if all_numbers(cells) is not None:
            continue
        missing = {cell for cell in set(cells) if kind_of(cell) is CellKind.MISSING}
        if missing:
            rows = [row for row, cell in enumerate(cells) if cell in missing]
            lacking[position] += len(rows)
            incomplete.update(rows)
    if not incomplete:
        return chunk
    return chunk.keep([row for row in range(len(chunk.rows)) if row not in incomplete])


def outside(values: Sequence[float], bounds: tuple[float, float, bool, bool]) -> int | None:
    """The first value that is not within the bounds, by its number."""
    low, high, low_open, high_open = bounds
    least, greatest = min(values), max(values)
    below = least < low or (low_open and least == low)
    above = greatest > high or (high_open and greatest == high)
    if not below and not above:
        return None
    return next(
        k
        for k, value in enumerate(values)
        if value < low
        or value > high
        or (low_open and value == low)
        or (high_open and value == high)
    )
