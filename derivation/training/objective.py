"""The loss of all samples with its penalty, and its slopes, at one point."""

from __future__ import annotations

from collections.abc import Sequence

from derivation.training.engine import Engine
from derivation.training.formulas import Formulas
from derivation.training.heights import Height, total_sums


class Objective:
    """A loss as a function of the point. The last two heights are remembered."""

    def __init__(self, formulas: Formulas, engine: Engine, l2: float) -> None:
        self.formulas = formulas
        self.engine = engine
        self.l2 = l2
        self.width = engine.features + formulas.bias
        self._known: list[Height] = []

    @property
    def parameters(self) -> int:
        """The length of a point."""
        return self.width * self.engine.outputs

    @property
    def weight(self) -> int:
        """What sums are divided by: the number of samples for a mean, else 1."""
        return self.engine.samples if self.formulas.mean else 1

    def at(self, point: list[float]) -> Height:
        """The height of a point. Raises NotFiniteError where it exceeds a float."""
        for height in self._known:
            if height.point == point:
                return height
        sample_losses, *sums = total_sums(self.engine.sums(point))
        weight = self.weight
        slopes = [value / weight for value in sums]
        loss = self._penalize(point, sample_losses / weight, slopes)
        height = Height(point, loss, slopes, sample_losses)
        self._known = [*self._known[-1:], height]
        return height

    def batch_at(self, point: list[float], rows: Sequence[int]) -> Height:
        """The height of a point as the samples of some rows estimate it."""
        sample_losses, *sums = total_sums([self.engine.batch_sums(point, rows)])
        share = len(rows) if self.formulas.mean else len(rows) / self.engine.samples
        slopes = [value / share for value in sums]
        loss = self._penalize(point, sample_losses / share, slopes)
        return Height(point, loss, slopes, sample_losses)

    def hessian(self, point: list[float]) -> list[list[float]]:
        """The second derivatives."""
        sums = iter(total_sums(self.engine.second_sums(point), "second derivative"))
        matrix = [[0.0] * self.parameters for _ in range(self.parameters)]
        for i, row in enumerate(matrix):
            for k in range(i, self.parameters):
                row[k] = matrix[k][i] = next(sums) / self.weight
        for i, row in enumerate(matrix):
            if self._is_weight(i):
                row[i] += self.penalty_curvature
        return matrix

    def _is_weight(self, place: int) -> bool:
        """Whether no bias stands at this place of a point."""
        return not self.formulas.bias or bool((place + 1) % self.width)

    @property
    def penalty_curvature(self) -> float:
        """The second derivative of the penalty in a weight: its gradient is linear."""
        return self.formulas.penalty([1.0], self.l2)[1][0] if self.l2 else 0.0

    def _penalize(self, point: list[float], loss: float, slopes: list[float]) -> float:
        if not self.l2:
            return loss
        weights = [k for k in range(len(point)) if self._is_weight(k)]
        penalty, gradient = self.formulas.penalty([point[k] for k in weights], self.l2)
        for k, slope in zip(weights, gradient, strict=True):
            slopes[k] += slope
        return loss + penalty
