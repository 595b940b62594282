"""Data in blocks of rows: in memory, or streamed from wherever they lie."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from heapq import nlargest
from math import fsum
from operator import mul
from typing import Protocol

BLOCK = 512
"""Rows of a block. Sums are taken over blocks, so this is part of what a result means."""

Columnar = tuple[Sequence[Sequence[float]], Sequence[Sequence[float]]]
"""The columns of some rows: those of the features, then those of the labels."""


class Source(Protocol):
    """One data set. Block k has the rows from ``k * BLOCK`` on, at most ``BLOCK`` of them.

    Every value is finite and every label in range: a source checks that before it is trained on.
    """

    @property
    def samples(self) -> int:
        """The number of rows."""

    @property
    def features(self) -> int:
        """The number of columns of features."""

    @property
    def outputs(self) -> int:
        """The number of columns of labels."""

    def block(self, number: int) -> Columnar:
        """The columns of one block."""

    def take(self, rows: Sequence[int]) -> Columnar:
        """The columns of the rows with these numbers, in this order."""


class RowSource:
    """Rows in memory, with one list of labels for each output."""

    def __init__(
        self, rows: Sequence[tuple[float, ...]], labels: Sequence[Sequence[float]]
    ) -> None:
        self._rows = rows
        self._labels = labels

    @property
    def samples(self) -> int:
        """The number of rows."""
        return len(self._rows)

    @property
    def features(self) -> int:
        """The number of columns of features."""
        return len(self._rows[0])

    @property
    def outputs(self) -> int:
        """The number of columns of labels."""
        return len(self._labels)

    def block(self, number: int) -> Columnar:
        """The columns of one block."""
        part = slice(number * BLOCK, (number + 1) * BLOCK)
        return list(zip(*self._rows[part], strict=True)), [y[part] for y in self._labels]

    def take(self, rows: Sequence[int]) -> Columnar:
        """The columns of the rows with these numbers, in this order."""
        columns = zip(*(self._rows[i] for i in rows), strict=True)
        return list(columns), [[y[i] for i in rows] for y in self._labels]


def feature_blocks(source: Source) -> Iterator[Sequence[Sequence[float]]]:
    """The columns of the features, block by block."""
    return (source.block(number)[0] for number in range(block_count(source)))


def largest_rows(
    blocks: Iterable[Sequence[Sequence[float]]], count: int, more: float = 1.0
) -> float:
    """The mean of the ``count`` largest sums of squares of a row and 1 (or ``more``).

    ``blocks``: the columns of the features, block by block. No batch of so many rows has a larger
    mean.
    """
    largest: list[float] = []
    for columns in blocks:
        sums = (more + sum(map(mul, row, row)) for row in zip(*columns, strict=True))
        largest = nlargest(count, [*largest, *sums])
    return fsum(largest) / len(largest)


def block_count(source: Source) -> int:
    """How many blocks there are."""
    return -(-source.samples // BLOCK)
