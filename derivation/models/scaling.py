"""Standardised columns for the training, and the way back to the columns as they were.

With x' = (x - mean) / deviation, the predictor w'.x' + b' is w.x + b for w = w' / deviation and
b = b' - sum w mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum
from operator import mul

__all__ = ["Scaling"]

Matrix = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class Scaling:
    """Mean and standard deviation of each feature; 0 and 1 leave a feature as it is."""

    means: tuple[float, ...]
    deviations: tuple[float, ...]

    @classmethod
    def none(cls, features: int) -> Scaling:
        """Leaves every feature as it is."""
        return cls((0.0,) * features, (1.0,) * features)

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

        ``covariance`` is that of the weights and, last, the bias for the standardised columns.
        """
        found = [covariance[k][k] / (s * s) for k, s in enumerate(self.deviations)]
        direction = [-m / s for m, s in zip(self.means, self.deviations, strict=True)] + [1.0]
        found.append(fsum(map(mul, direction, (fsum(map(mul, r, direction)) for r in covariance))))
        return found
