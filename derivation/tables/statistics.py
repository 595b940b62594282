"""Sums that do not depend on how the data were read, and what is known of each column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import fsum, hypot, inf, isinf, sqrt

from derivation.errors import DataError

__all__ = ["BLOCK", "ExactSum", "Statistics", "standardized", "statistics_of"]

BLOCK = 512
"""Rows that are summed by one ``fsum``: those of a block of the trainer, too."""

Blocks = Callable[[], Iterable[Sequence[Sequence[float]]]]
"""Gives the columns of each block of ``BLOCK`` rows in order, anew each time it is called."""


class ExactSum:
    """A running sum without rounding, in constant memory.

    It keeps partial sums that do not overlap (J. R. Shewchuk, 1997), as ``math.fsum`` does.
    """

    __slots__ = ("_partials",)

    def __init__(self) -> None:
        self._partials: list[float] = []

    def add(self, value: float) -> None:
        """Add a finite number. Raises OverflowError if the sum is too large for a float."""
        partials = []
        for other in self._partials:
            big, small = (value, other) if abs(value) >= abs(other) else (other, value)
            value = big + small
            if isinf(value):
                raise OverflowError("the sum is too large for a float")
            rest = small - (value - big)
            if rest:
                partials.append(rest)
        self._partials = [*partials, value]

    def total(self) -> float:
        """The sum, rounded once."""
        return fsum(self._partials)


@dataclass(frozen=True, slots=True)
class Statistics:
    """Of each column: mean, standard deviation (that of all rows), least and greatest value.

    The deviation of a constant column counts as 1, so that one can always divide by it.
    """

    samples: int
    means: tuple[float, ...]
    deviations: tuple[float, ...]
    least: tuple[float, ...]
    greatest: tuple[float, ...]

    @property
    def uncentred(self) -> Statistics:
        """Means of 0, and as the deviation the root mean square: for models without intercept.

        That of a column of zeros counts as 1.
        """
        columns = zip(self.means, self.deviations, self.least, self.greatest, strict=True)
        sizes = (
            hypot(mean, deviation) if low < high else abs(mean) or 1.0
            for mean, deviation, low, high in columns
        )
        return replace(self, means=(0.0,) * len(self.means), deviations=tuple(sizes))


def statistics_of(features: Sequence[str], blocks: Blocks, samples: int) -> Statistics:
    """The statistics of the columns, in two passes over the blocks.

    Each block is summed by ``fsum``, and the sums of the blocks without rounding: the same
    rows give the same bits, wherever they lie. Raises DataError for a column whose sum or
    squares are too large for a float.
    """
    width = len(features)
    sums = [ExactSum() for _ in range(width)]
    squares = [ExactSum() for _ in range(width)]
    least, greatest = [inf] * width, [-inf] * width
    means = []
    j = 0
    try:
        for columns in blocks():
            for j, column in enumerate(columns):
                sums[j].add(fsum(column))
                low, high = min(column), max(column)
                least[j] = min(low, least[j])
                greatest[j] = max(high, greatest[j])
        for j in range(width):
            constant = least[j] == greatest[j]
            means.append(least[j] if constant else sums[j].total() / samples)
        for columns in blocks():
            for j, column in enumerate(columns):
                mean = means[j]
                squares[j].add(fsum([(value - mean) ** 2 for value in column]))
        deviations = [sqrt(one.total() / samples) or 1.0 for one in squares]
    except OverflowError:
        raise DataError(
            f"the values of column {features[j]!r} are too large to be standardised; "
            "divide them by a power of ten"
        ) from None
    return Statistics(samples, tuple(means), tuple(deviations), tuple(least), tuple(greatest))


def standardized(column: Sequence[float], mean: float, deviation: float) -> list[float]:
    """The column with mean 0 and standard deviation 1. Rounded alike on every route."""
    return [(value - mean) / deviation for value in column]
