"""The loss of a model and its slopes at one point, and its predictions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import fsum
from typing import Any

from derivation.training.heights import Height, total_sums
from derivation.training.model_data import (
    Sizes,
    checked_samples,
    flat_parameters,
    flat_slopes,
    parameter_count,
    require_sizes,
    shaped_parameters,
)
from derivation.training.model_formulas import ModelFormulas, Rows
from derivation.training.source import BLOCK


class ModelObjective:
    """A loss as a function of the point. The last two heights are remembered."""

    def __init__(self, formulas: ModelFormulas, rows: Rows, labels: Rows, sizes: Sizes) -> None:
        require_sizes(formulas, sizes)
        self.formulas = formulas
        self.sizes = sizes
        self.samples = len(rows)
        self.parameters = parameter_count(formulas, sizes)
        self._rows = rows
        self._labels = labels
        self._known: list[Height] = []

    def at(self, point: list[float]) -> Height:
        """The height of a point. Raises NotFiniteError where it exceeds a float."""
        for height in self._known:
            if height.point == point:
                return height
        blocks = [
            self._sums(point, self._rows[k : k + BLOCK], self._labels[k : k + BLOCK])
            for k in range(0, self.samples, BLOCK)
        ]
        height = self._height(point, blocks, self.samples if self.formulas.mean else 1.0)
        self._known = [*self._known[-1:], height]
        return height

    def batch_at(self, point: list[float], rows: Sequence[int]) -> Height:
        """The height of a point as the samples of some rows estimate it."""
        block = self._sums(point, [self._rows[i] for i in rows], [self._labels[i] for i in rows])
        share = len(rows) if self.formulas.mean else len(rows) / self.samples
        return self._height(point, [block], share)

    def _sums(self, point: Sequence[float], rows: Rows, labels: Rows) -> list[float]:
        shaped = shaped_parameters(self.formulas, point, self.sizes)
        sizes = [self.sizes[size] for size in self.formulas.sizes]
        try:
            loss, slopes = self.formulas.block(rows, labels, shaped, sizes)
        except OverflowError:
            return [float("nan")] * (1 + len(point))
        return [loss, *flat_slopes(slopes)]

    @staticmethod
    def _height(point: list[float], blocks: Sequence[Sequence[float]], weight: float) -> Height:
        loss, *slopes = total_sums(blocks)
        return Height(point, loss / weight, [slope / weight for slope in slopes], loss)


def model_loss(
    formulas: ModelFormulas,
    X: Iterable[Any],  # noqa: N803  # the name in the theorems
    y: Iterable[Any],
    parameters: Sequence[Any],
) -> float:
    """The loss of all samples."""
    return _height_at(formulas, X, y, parameters)[0].loss


def model_gradient(
    formulas: ModelFormulas,
    X: Iterable[Any],  # noqa: N803
    y: Iterable[Any],
    parameters: Sequence[Any],
) -> tuple[Any, ...]:
    """The derivatives of the loss in the shapes of the parameters."""
    height, sizes = _height_at(formulas, X, y, parameters)
    return tuple(shaped_parameters(formulas, height.slopes, sizes))


def model_prediction(
    formulas: ModelFormulas,
    X: Iterable[Any],  # noqa: N803
    parameters: Sequence[Any],
) -> list[Any]:
    """The prediction for each row. Raises ValueError where it exceeds a float."""
    if formulas.prediction is None:
        raise ValueError(f"the loss {formulas.name!r} has no prediction that could be read off")
    rows, _, sizes = checked_samples(formulas, X, None)
    point = flat_parameters(formulas, parameters, sizes)
    require_sizes(formulas, sizes)
    shaped = shaped_parameters(formulas, point, sizes)
    try:
        found = formulas.prediction(rows, shaped, [sizes[size] for size in formulas.sizes])
        fsum(flat_slopes(found))
    except (OverflowError, ValueError):
        raise ValueError("a prediction is not finite: scale the features down") from None
    return list(found)


def _height_at(
    formulas: ModelFormulas, x: Iterable[Any], y: Iterable[Any], parameters: Sequence[Any]
) -> tuple[Height, Sizes]:
    rows, labels, sizes = checked_samples(formulas, x, y)
    point = flat_parameters(formulas, parameters, sizes)
    return ModelObjective(formulas, rows, labels, sizes).at(point), sizes
