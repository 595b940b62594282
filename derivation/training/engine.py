"""What computes the sums over the samples: an engine, made for one loss and one data set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

GRAM_LIMIT = 64
"""With more columns than this, the matrix of their products costs more than many epochs."""


class Engine(Protocol):
    """Sums over fixed blocks of rows.

    A point is one flat list: for each output its weights, then its bias (`UnbiasedEngine`: its
    weights). The sum of a slope is the sum over the rows of the derivative of their losses in that
    number. Totals are exact sums of what is given for the blocks (see `total_sums`), so the order
    of blocks has no effect.

    An engine may give fewer rows than there are blocks, if their exact sums are the same.

    Values that are not finite are allowed: `total_sums` raises for them. ``kind`` names the
    engine in results and checkpoints; ``hard`` says that all labels are 0 or 1.
    """

    @property
    def kind(self) -> str:
        """The name of this kind of engine: python or c."""

    @property
    def samples(self) -> int:
        """The number of rows."""

    @property
    def features(self) -> int:
        """The number of features."""

    @property
    def outputs(self) -> int:
        """The number of outputs of one sample."""

    @property
    def hard(self) -> bool:
        """Whether all labels are 0 or 1."""

    def sums(self, point: Sequence[float]) -> list[list[float]]:
        """For each block: the sum of the losses, then the sum of each slope."""

    def second_sums(self, point: Sequence[float]) -> list[list[float]]:
        """For each block: the upper triangle of the second derivatives' sums, row by row."""

    def gram_sums(self) -> list[list[float]]:
        """For each block: the upper triangle of the sums of products of the columns and 1.

        The last column is 1 throughout. With more than `GRAM_LIMIT` columns: the diagonal alone.
        """

    def largest_rows(self, count: int) -> float:
        """The mean of the ``count`` largest sums of squares of a row and 1; see `largest_rows`."""

    def batch_sums(self, point: Sequence[float], rows: Sequence[int]) -> list[float]:
        """The sums as in `sums`, for the rows with these numbers only."""
