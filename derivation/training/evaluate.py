"""Loss, gradient and predictions at one point, every sum rounded once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import fsum, inf, isfinite
from operator import add, mul
from typing import Any

from derivation.training.arguments import (
    checked_labels,
    checked_list,
    checked_point,
    checked_rows,
)
from derivation.training.blocks import Block, exact_block, row_products, weights_of
from derivation.training.formulas import Columns, Formulas


def evaluate_loss(
    formulas: Formulas,
    X: Iterable[Iterable[float]],  # noqa: N803  # the name in the theorems
    y: Iterable[object],
    w: Iterable[object],
    b: object = None,
) -> float:
    """The loss of all samples, in whatever order they come."""
    w = checked_list(w, "w")
    block, z, labels = _predictors(formulas, X, y, w, b)
    z, labels = _sorted(z, labels)
    try:
        total = formulas.block(z, labels)[0] / _weight(formulas, block)
    except OverflowError:
        total = inf
    if not isfinite(total):
        total = _mean([loss for loss, _ in _singles(formulas, z, labels)], formulas, "loss")
    penalties = _penalties(formulas, w)
    return total + fsum(value for value, _ in penalties) if penalties else total


def evaluate_gradient(
    formulas: Formulas,
    X: Iterable[Iterable[float]],  # noqa: N803
    y: Iterable[object],
    w: Iterable[object],
    b: object = None,
) -> tuple[list[Any], Any]:
    """The derivatives of the loss in the weights and in the biases, in the shapes of w and b.

    Without biases the second part is None.
    """
    w = checked_list(w, "w")
    block, z, labels = _predictors(formulas, X, y, w, b)
    residuals = _residuals(formulas, z, labels)
    slopes = [[_mean_product(r, column, formulas) for column in block.columns] for r in residuals]
    weights, biases = [row[:-1] for row in slopes], [row[-1] for row in slopes]
    for row, (_, of_penalty) in zip(weights, _penalties(formulas, w), strict=False):
        row[:] = map(add, row, of_penalty)
    if formulas.outputs == 1:
        return weights[0], biases[0] if formulas.bias else None
    return weights, biases if formulas.bias else None


def evaluate_prediction(
    formulas: Formulas,
    X: Iterable[Iterable[float]],  # noqa: N803
    w: Iterable[object],
    b: object = None,
) -> list[Any]:
    """The prediction for each row: one number, or one for each output."""
    rows = checked_rows(X)
    outputs = checked_point(formulas, w, b, len(rows[0]))
    block = exact_block(range(len(rows)), list(zip(*rows, strict=True)), [[0.0] * len(rows)])
    predictions = formulas.prediction(
        [row_products(block, weights_of(output)) for output in outputs]
    )
    if formulas.outputs == 1:
        return predictions[0]
    return [list(row) for row in zip(*predictions, strict=True)]


def _penalties(formulas: Formulas, w: Any) -> list[tuple[float, list[float]]]:  # noqa: ANN401
    """The penalty that the loss states, and its slopes, for the weights of each output."""
    if not formulas.l2:
        return []
    outputs = [w] if formulas.outputs == 1 else w
    return [formulas.penalty(list(map(float, row)), formulas.l2) for row in outputs]


def _predictors(
    formulas: Formulas,
    x: Iterable[Iterable[float]],
    y: Iterable[object],
    w: Iterable[object],
    b: object,
) -> tuple[Block, Columns, Columns]:
    """The data as one block, the predictors and the labels of each output."""
    rows = checked_rows(x)
    labels = checked_labels(formulas, y, len(rows))
    outputs = checked_point(formulas, w, b, len(rows[0]), len(labels))
    block = exact_block(range(len(rows)), list(zip(*rows, strict=True)), labels)
    return block, [row_products(block, weights_of(output)) for output in outputs], labels


def _sorted(z: Columns, labels: Columns) -> tuple[Columns, Columns]:
    """Predictors and labels by their size: formulas may round a product of all samples."""
    ordered = sorted(zip(*z, *labels, strict=True))
    columns = list(map(list, zip(*ordered, strict=True)))
    return columns[: len(z)], columns[len(z) :]


def _weight(formulas: Formulas, block: Block) -> int:
    return len(block.rows) if formulas.mean else 1


def _residuals(formulas: Formulas, z: Columns, labels: Columns) -> Columns:
    """The residuals, also where the sum of the losses exceeds a float."""
    try:
        return formulas.block(z, labels)[1]
    except OverflowError:
        singles = [residuals for _, residuals in _singles(formulas, z, labels)]
        return [[r[k][0] for r in singles] for k in range(len(z))]


def _singles(formulas: Formulas, z: Columns, labels: Columns) -> Iterator[tuple[float, Columns]]:
    """Loss and residuals of one sample after the other."""
    for i in range(len(z[0])):
        try:
            yield formulas.block([[p[i]] for p in z], [[t[i]] for t in labels])
        except OverflowError:
            yield inf, [[inf] for _ in z]


def _mean_product(p: Sequence[float], q: Sequence[float], formulas: Formulas) -> float:
    try:
        value = fsum(map(mul, p, q)) / (len(p) if formulas.mean else 1)
    except (OverflowError, ValueError):  # ValueError: inf - inf
        value = inf
    return value if isfinite(value) else _mean(list(map(mul, p, q)), formulas, "gradient")


def _mean(values: Sequence[float], formulas: Formulas, what: str) -> float:
    """The mean (or the sum), also where the sum that the mean is taken of exceeds a float."""
    weight = len(values) if formulas.mean else 1
    try:
        mean = fsum(value / weight for value in values)
    except (OverflowError, ValueError):
        mean = inf
    if not isfinite(mean):
        raise _not_finite(what)
    return mean


def _not_finite(what: str) -> ValueError:
    return ValueError(
        f"the {what} is not finite: scale the features down, or lower the learning rate"
    )
