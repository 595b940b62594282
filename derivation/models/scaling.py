"""Standardised columns for the training, and the way back to the columns as they were.

With x' = (x - mean) / deviation, the predictor w'.x' + b' is w.x + b for w = w' / deviation and
b = b' - sum w mean. Without an intercept columns are divided by their root mean square alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum
from operator import mul

from derivation.tables.statistics import Statistics

__all__ = ["Scaling"]

Matrix = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class Scaling:
    """Mean and standard deviation of each feature; 0 and 1 leave a feature as it is.

    Without an ``intercept`` all means have to be 0.
    """

    means: tuple[float, ...]
    deviations: tuple[float, ...]
    intercept: bool = True

    @classmethod
    def none(cls, features: int, *, intercept: bool = True) -> Scaling:
        """Leaves every feature as it is."""
        return cls((0.0,) * features, (1.0,) * features, intercept)

    @classmethod
    def of(cls, statistics: Statistics, *, intercept: bool) -> Scaling:
        """Standardises each feature, or without an intercept brings it to root mean square 1."""
        known = statistics if intercept else statistics.uncentred
        return cls(known.means, known.deviations, intercept)

    def column(self, number: int, values: Sequence[float]) -> list[float]:
        """The values of one feature, standardised."""
        mean, deviation = self.means[number], self.deviations[number]
        return [(value - mean) / deviation for value in values]

    def original(self, weights: Sequence[float], bias: float) -> tuple[tuple[float, ...], float]:
        """Weights and bias for the columns as they were."""
        scaled = tuple(w / s for w, s in zip(weights, self.deviations, strict=True))
        return scaled, fsum((bias, *(-w * m for w, m in zip(scaled, self.means, strict=True))))

    def variances(self, covariance: Matrix) -> list[float]:
        """Variances of the weights and the bias for the columns as they were.

        ``covariance`` is that of the weights and, last, the bias (if there is an intercept) for
        the standardised columns.
        """
        found = [covariance[k][k] / (s * s) for k, s in enumerate(self.deviations)]
        if not self.intercept:
            return found
        direction = [-m / s for m, s in zip(self.means, self.deviations, strict=True)] + [1.0]
        found.append(fsum(map(mul, direction, (fsum(map(mul, r, direction)) for r in covariance))))
        return found
