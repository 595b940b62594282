"""The engine that needs nothing but Python."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import nan
from operator import mul

from derivation.training.blocks import (
    Block,
    Weights,
    column_products,
    exact_block,
    fast_block,
    row_products,
    weights_of,
)
from derivation.training.condense import condensed_sums
from derivation.training.engine import GRAM_LIMIT
from derivation.training.formulas import Columns, Formulas
from derivation.training.source import (
    BLOCK,
    RowSource,
    Source,
    block_count,
    feature_blocks,
    largest_rows,
)
from derivation.training.survey import Survey

KEPT = 2**22
"""So many numbers of a streamed source are kept after all, prepared: about 200 MB."""


class PythonEngine:
    """Sums over the blocks of one source, by the standard library alone.

    Rows in memory are prepared once and kept, and so are other sources that are not large.
    Large ones are read, and their blocks prepared, in each pass, so that data larger than the
    memory can be trained on; that takes about eight times as long, and gives the same bits.

    ``facts`` are those about all data, which may be more than this source has (a worker of a
    cluster has some of the blocks).
    """

    kind = "python"

    def __init__(self, formulas: Formulas, source: Source, facts: Survey) -> None:
        self._formulas = formulas
        self._source = source
        self._facts = facts
        self._scales = (*(facts.scales or (1.0,) * source.features), 1.0)
        self._prepared: list[Block] | None = None

    @property
    def samples(self) -> int:
        """The number of rows."""
        return self._source.samples

    @property
    def features(self) -> int:
        """The number of features."""
        return self._source.features

    @property
    def outputs(self) -> int:
        """The number of outputs of one sample."""
        return self._source.outputs

    @property
    def hard(self) -> bool:
        """Whether all labels are 0 or 1."""
        return self._facts.hard

    def sums(self, point: Sequence[float]) -> list[list[float]]:
        """For each block, or a group of them: the sum of the losses, then that of each slope."""
        weights = self._weights(point, self._scales)
        return condensed_sums(self._block_sums(block, weights) for block in self._blocks())

    def second_sums(self, point: Sequence[float]) -> list[list[float]]:
        """For each block, or a group: the upper triangle of the second derivatives' sums."""
        weights = self._weights(point, self._scales)
        return condensed_sums(self._block_second_sums(block, weights) for block in self._blocks())

    def gram_sums(self) -> list[list[float]]:
        """For each block: the sums of the products of the columns; see `Engine`."""
        return condensed_sums(self._block_gram(block) for block in self._blocks())

    def largest_rows(self, count: int) -> float:
        """The mean of the ``count`` largest sums of squares of a row and 1."""
        return largest_rows(feature_blocks(self._source), count)

    def batch_sums(self, point: Sequence[float], rows: Sequence[int]) -> list[float]:
        """The sums as in `sums`, for the rows with these numbers only."""
        weights = self._weights(point, (1.0,) * len(self._scales))
        return self._block_sums(exact_block(rows, *self._source.take(rows)), weights)

    # ------------------------------------------------------------------ blocks

    def _blocks(self) -> Iterator[Block]:
        size = self._source.samples * (self._source.features + 1)
        if size > KEPT and not isinstance(self._source, RowSource):
            return self._prepare()
        if self._prepared is None:
            self._prepared = list(self._prepare())
        return iter(self._prepared)

    def _prepare(self) -> Iterator[Block]:
        for number in range(block_count(self._source)):
            columns, labels = self._source.block(number)
            numbers = range(number * BLOCK, number * BLOCK + len(labels[0]))
            if self._facts.scales is None:
                yield exact_block(numbers, columns, labels)
            else:
                # by the labels of this block alone, so that all machines decide alike
                hard = all(set(y) <= {0.0, 1.0} for y in labels)
                fold = hard and self._formulas.folded is not None
                yield fast_block(numbers, columns, labels, self._facts.scales, fold)

    def _weights(self, point: Sequence[float], scales: Sequence[float]) -> list[Weights]:
        """The weights of each output, for columns that are divided by ``scales``."""
        width = len(scales)
        outputs = (point[k : k + width] for k in range(0, len(point), width))
        return [weights_of(tuple(map(mul, output, scales))) for output in outputs]

    # -------------------------------------------------------------------- sums

    def _block_sums(self, block: Block, weights: list[Weights]) -> list[float]:
        predictors = [row_products(block, w) for w in weights]
        try:
            if block.folded and self._formulas.folded is not None:
                loss, residual = self._formulas.folded(predictors[0])
                residuals = [residual]
            else:
                loss, residuals = self._formulas.block(predictors, _lists(block.labels))
        except OverflowError:
            return [nan] * (1 + len(weights) * len(self._scales))
        sums = [loss]
        for residual in residuals:
            products = column_products(block, residual)
            sums += products if block.exact else map(mul, products, self._scales)
        return sums

    def _block_second_sums(self, block: Block, weights: list[Weights]) -> list[float]:
        curvature = self._formulas.curvature
        if curvature is None:
            raise ValueError(f"no theorem of {self._formulas.name!r} gives its second derivatives")
        predictors = [row_products(block, w) for w in weights]
        if block.folded:
            predictors = [
                [-m if y else m for m, y in zip(predictors[0], block.labels[0], strict=True)]
            ]
        bends = curvature(predictors, _lists(block.labels))
        width, sums = len(self._scales), list[float]()
        for a, of_output in enumerate(bends):
            for j, column in enumerate(block.columns):
                for b in range(a, len(bends)):
                    start = j if a == b else 0
                    bent = list(map(mul, of_output[b], column))
                    products = column_products(block, bent, start)
                    scales = [self._scales[j] * s for s in self._scales[start:width]]
                    sums += map(mul, products, scales)
        return sums

    def _block_gram(self, block: Block) -> list[float]:
        scales = self._scales
        if len(scales) > GRAM_LIMIT:
            squares = [column_products(block, c, k)[0] for k, c in enumerate(block.columns)]
            return [square * s * s for square, s in zip(squares, scales, strict=True)]
        sums: list[float] = []
        for k, column in enumerate(block.columns):
            products = column_products(block, column, k)
            sums += [p * scales[k] * s for p, s in zip(products, scales[k:], strict=True)]
        return sums


def _lists(labels: Sequence[Sequence[float]]) -> Columns:
    return [y if isinstance(y, list) else list(y) for y in labels]
