"""Engines for losses whose predictors have no bias.

Every engine computes with a bias. Here it stays 0, and what belongs to it is left out: so a loss
without bias has the bits of the same loss whose bias is 0, and no engine needs to know of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from derivation.training.engine import Engine
from derivation.training.formulas import Formulas
from derivation.training.source import Source, feature_blocks, largest_rows


def with_own_bias(formulas: Formulas, engine: Engine, source: Source) -> Engine:
    """The engine, whose points have a bias for each output just if the predictors have one."""
    return engine if formulas.bias else UnbiasedEngine(engine, source)


class UnbiasedEngine:
    """Sums over the blocks of ``engine`` for points without biases; see `Engine`."""

    def __init__(self, engine: Engine, source: Source) -> None:
        self._engine = engine
        self._source = source
        width = engine.features + 1
        size = width * engine.outputs
        self._kept = [k for k in range(size) if (k + 1) % width]
        self._pairs = _places_of(self._kept, size)
        self._products = _places_of(range(width - 1), width)

    @property
    def kind(self) -> str:
        """The name of the kind of engine that sums."""
        return self._engine.kind

    @property
    def samples(self) -> int:
        """The number of rows."""
        return self._engine.samples

    @property
    def features(self) -> int:
        """The number of features."""
        return self._engine.features

    @property
    def outputs(self) -> int:
        """The number of outputs of one sample."""
        return self._engine.outputs

    @property
    def hard(self) -> bool:
        """Whether all labels are 0 or 1."""
        return self._engine.hard

    def sums(self, point: Sequence[float]) -> list[list[float]]:
        """For each block: the sum of the losses, then the sum of each slope in a weight."""
        return [self._sums_of(row) for row in self._engine.sums(self._padded(point))]

    def second_sums(self, point: Sequence[float]) -> list[list[float]]:
        """For each block: the upper triangle of the second derivatives' sums in the weights."""
        rows = self._engine.second_sums(self._padded(point))
        return [[row[k] for k in self._pairs] for row in rows]

    def gram_sums(self) -> list[list[float]]:
        """For each block: the sums of the products of the columns, without the column of ones."""
        diagonal = range(self.features)
        return [
            [row[k] for k in (diagonal if len(row) == self.features + 1 else self._products)]
            for row in self._engine.gram_sums()
        ]

    def largest_rows(self, count: int) -> float:
        """The mean of the ``count`` largest sums of squares of a row."""
        return largest_rows(feature_blocks(self._source), count, more=0.0)

    def batch_sums(self, point: Sequence[float], rows: Sequence[int]) -> list[float]:
        """The sums as in `sums`, for the rows with these numbers only."""
        return self._sums_of(self._engine.batch_sums(self._padded(point), rows))

    def _padded(self, point: Sequence[float]) -> list[float]:
        """The point with a bias of 0 for each output."""
        padded = [0.0] * ((self.features + 1) * self.outputs)
        for k, value in zip(self._kept, point, strict=True):
            padded[k] = value
        return padded

    def _sums_of(self, row: Sequence[float]) -> list[float]:
        return [row[0], *(row[1 + k] for k in self._kept)]


def _places_of(kept: Sequence[int], size: int) -> list[int]:
    """Where the entries of these rows and columns stand in an upper triangle, row by row."""
    starts = [i * size - i * (i - 1) // 2 - i for i in range(size)]  # of row i, less i
    return [starts[i] + k for place, i in enumerate(kept) for k in kept[place:]]
