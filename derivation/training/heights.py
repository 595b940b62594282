"""The height of a loss at one point, and the exact totals that it is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, hypot, isfinite

from derivation.training.problems import NotFiniteError


def total_sums(blocks: Sequence[Sequence[float]], what: str = "loss") -> list[float]:
    """The sums over all blocks, each rounded once, so that the order of blocks has no effect."""
    try:
        totals = list(map(fsum, zip(*blocks, strict=True)))
    except (OverflowError, ValueError):  # ValueError: inf - inf
        totals = [float("nan")]
    if not all(map(isfinite, totals)):
        raise NotFiniteError(
            f"the {what} is not finite: scale the features down, or lower the learning rate"
        )
    return totals


@dataclass(frozen=True, slots=True)
class Height:
    """The loss at ``point``, its slopes, and the sum of the samples' losses without penalty."""

    point: list[float]
    loss: float
    slopes: list[float]
    sample_losses: float

    @property
    def largest_slope(self) -> float:
        """The largest absolute value of a slope."""
        return max(map(abs, self.slopes))

    @property
    def steepness(self) -> float:
        """The length of the gradient."""
        return hypot(*self.slopes)
