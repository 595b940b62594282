"""Columns far from 0, brought near it for Newton's method; points, taken there and back.

Where a column is 10^7 + noise, weights and bias nearly say the same: second derivatives are
singular up to rounding, and a predictor w x + b is the small difference of large numbers. With
x - c for x and b + c w for b the loss is the same function of the rows, and none of this happens.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import dist, fsum, inf, nan, sqrt

from derivation.training.condense import condensed_sums
from derivation.training.formulas import Formulas
from derivation.training.problems import NotFiniteError
from derivation.training.settings import Method
from derivation.training.source import Columnar, RowSource, Source, block_count

FAR_OFF = 0.998
"""A column is far from 0 where its mean is this share of its root mean square, or more: about 16
standard deviations. Nearer ones stay as they are, so most data do, to the last bit."""


class Centres:
    """What is taken off each column: its mean, or 0. Without ``values`` nothing is moved.

    Points and slopes of the columns as they are, those of users, are *outer* ones.
    """

    def __init__(self, values: tuple[float, ...] = ()) -> None:
        self.values = values

    def inner(self, point: Sequence[float]) -> list[float]:
        """The point for the centred columns: each bias is exact, and rounded once."""
        return self._moved(point, self.values)

    def outer(self, point: Sequence[float]) -> list[float]:
        """The point for the columns as they are: each bias is exact, and rounded once."""
        return self._moved(point, [-c for c in self.values])

    def outer_slopes(self, slopes: Sequence[float]) -> list[float]:
        """The slopes in the weights and biases for the columns as they are."""
        if not self.values:
            return list(slopes)
        width, found = len(self.values) + 1, list[float]()
        for k in range(0, len(slopes), width):
            *of_weights, of_bias = slopes[k : k + width]
            found += (s + c * of_bias for s, c in zip(of_weights, self.values, strict=True))
            found.append(of_bias)
        return found

    def _moved(self, point: Sequence[float], factors: Sequence[float]) -> list[float]:
        if not self.values:
            return list(point)
        width, found = len(self.values) + 1, list[float]()
        for k in range(0, len(point), width):
            *weights, bias = point[k : k + width]
            found += [*weights, _exact_bias(bias, weights, factors)]
        return found


def _exact_bias(bias: float, weights: Sequence[float], factors: Sequence[float]) -> float:
    """bias + sum of the products, rounded once: the products are far larger than what is left."""
    from fractions import Fraction  # here, since few trainings need it

    pairs = zip(weights, factors, strict=True)
    total = sum((Fraction(w) * Fraction(c) for w, c in pairs if w and c), Fraction(bias))
    try:
        return float(total)
    except OverflowError:
        raise NotFiniteError("a bias exceeds the largest float: scale the features down") from None


def centres_for(formulas: Formulas, method: Method, source: Source) -> Centres:
    """What to take off the columns before a training: something for Newton's method alone.

    The steps of other methods depend on where the columns lie, Newton's do not, if there is a bias
    to make up for it.
    """
    centred = method is Method.NEWTON and formulas.curvature is not None and formulas.bias
    return centres_of(source) if centred else Centres()


def centres_of(source: Source) -> Centres:
    """The means of the columns that are far from 0; the same in any order of the blocks."""
    blocks = (_moments(source.block(number)[0]) for number in range(block_count(source)))
    totals = [_sum_or_nan(values) for values in zip(*condensed_sums(blocks), strict=True)]
    means = [total / source.samples for total in totals[: source.features]]
    sizes = [sqrt(total / source.samples) for total in totals[source.features :]]
    values = tuple(
        mean if FAR_OFF * size <= abs(mean) < inf else 0.0
        for mean, size in zip(means, sizes, strict=True)
    )
    return Centres(values) if any(values) else Centres()


def _moments(columns: Sequence[Sequence[float]]) -> list[float]:
    """The sum of each column of a block, then the sum of squares of each."""
    origin = (0.0,) * len(columns[0])
    lengths = [dist(column, origin) for column in columns]
    return [*map(_sum_or_nan, columns), *(length * length for length in lengths)]


def _sum_or_nan(values: Sequence[float]) -> float:
    try:
        return fsum(values)
    except (OverflowError, ValueError):  # ValueError: inf - inf
        return nan


def centred_source(source: Source, centres: Centres) -> Source:
    """The source with the centres taken off its columns; rows in memory are copied."""
    if not centres.values:
        return source
    moved = CentredSource(source, centres.values)
    if not isinstance(source, RowSource):
        return moved
    rows: list[tuple[float, ...]] = []
    labels: list[list[float]] = [[] for _ in range(source.outputs)]
    for number in range(block_count(source)):
        columns, of_block = moved.block(number)
        rows += zip(*columns, strict=True)
        for k, some in enumerate(of_block):
            labels[k] += some
    return RowSource(rows, labels)


class CentredSource:
    """A source from whose columns numbers are taken off, block by block.

    The difference is rounded, by less than 2^-53 of what is left of each number, where it is not
    exact: it is between half the centre and twice it (Sterbenz, 1974).
    """

    def __init__(self, source: Source, values: Sequence[float]) -> None:
        self._source = source
        self._values = values

    @property
    def samples(self) -> int:
        """The number of rows."""
        return self._source.samples

    @property
    def features(self) -> int:
        """The number of columns of features."""
        return self._source.features

    @property
    def outputs(self) -> int:
        """The number of columns of labels."""
        return self._source.outputs

    def block(self, number: int) -> Columnar:
        """The columns of one block."""
        return self._centred(*self._source.block(number))

    def take(self, rows: Sequence[int]) -> Columnar:
        """The columns of the rows with these numbers, in this order."""
        return self._centred(*self._source.take(rows))

    def _centred(
        self, columns: Sequence[Sequence[float]], labels: Sequence[Sequence[float]]
    ) -> Columnar:
        pairs = zip(columns, self._values, strict=True)
        return [[x - c for x in column] if c else column for column, c in pairs], labels
