"""Losses and gradients to 50 digits, and data, for the tests of the trainers' runtime."""

# ruff: noqa: S311  # random numbers with a fixed seed
from __future__ import annotations

import random
from collections.abc import Sequence

import mpmath
from training_formulas import BCE, POISSON, SOFTMAX, SQUARED

from derivation.training.formulas import Formulas

LOSSES = [BCE, SQUARED, POISSON, SOFTMAX]
NAMES = [formulas.name for formulas in LOSSES]

Rows = list[tuple[float, ...]]
Number = mpmath.mpf


def sample(name: str, z: Sequence[Number], y: Sequence[Number]) -> tuple[Number, list[Number]]:
    """Loss and residuals of one sample as the textbooks define them."""
    if name == "squared_error":
        return (z[0] - y[0]) ** 2 / 2, [z[0] - y[0]]
    if name == "poisson":
        return mpmath.exp(z[0]) - y[0] * z[0], [mpmath.exp(z[0]) - y[0]]
    if name == "bce":
        z, y = [z[0], mpmath.mpf(0)], [y[0], 1 - y[0]]
    high = max(z)
    powers = [mpmath.exp(v - high) for v in z]
    total = mpmath.fsum(powers)
    logs = [v - high - mpmath.log(total) for v in z]
    loss = -mpmath.fsum(t * v for t, v in zip(y, logs, strict=True))
    residuals = [p / total - t for p, t in zip(powers, y, strict=True)]
    return loss, residuals[:1] if name == "bce" else residuals


def reference(
    formulas: Formulas, rows: Rows, labels: Sequence[Sequence[float]], point: Sequence[float]
) -> list[Number]:
    """The sum of the losses, then the sum of each slope, in the order of the point."""
    width = len(rows[0]) + 1
    with mpmath.workdps(50):
        outputs = [
            [mpmath.mpf(v) for v in point[k : k + width]] for k in range(0, len(point), width)
        ]
        sums = [mpmath.mpf(0)] * (1 + len(point))
        for row, y in zip(rows, zip(*labels, strict=True), strict=True):
            x = [*map(mpmath.mpf, row), mpmath.mpf(1)]
            z = [mpmath.fdot(x, w) for w in outputs]
            loss, residuals = sample(formulas.name, z, [mpmath.mpf(v) for v in y])
            sums[0] += loss
            for k, residual in enumerate(residuals):
                for j, value in enumerate(x):
                    sums[1 + k * width + j] += residual * value
        return sums


def data(
    formulas: Formulas, samples: int, features: int, seed: int = 0, *, soft: bool = False
) -> tuple[Rows, list[list[float]]]:
    """Rows, and the columns of labels that a model with noise gives."""
    source = random.Random(seed)
    rows = [tuple(source.gauss(0, 1) for _ in range(features)) for _ in range(samples)]
    weights = [source.gauss(0, 1) / features**0.5 for _ in range(features)]
    z = [sum(v * w for v, w in zip(row, weights, strict=True)) + 0.3 for row in rows]
    noisy = [v + source.gauss(0, 1) for v in z]
    if formulas.name == "squared_error":
        return rows, [noisy]
    if formulas.name == "poisson":
        return rows, [[float(max(0, round(2 + v))) for v in noisy]]
    if formulas.name == "bce":
        return rows, [[source.random() if soft else float(v > 0) for v in noisy]]
    kinds = [0 if v < -0.5 else 1 if v < 0.7 else 2 for v in noisy]
    labels = [[float(k == kind) for kind in kinds] for k in range(3)]
    if soft:
        labels = [[0.7 * v + 0.1 for v in column] for column in labels]
    return rows, labels


def as_y(formulas: Formulas, labels: Sequence[Sequence[float]]) -> list[object]:
    """Columns of labels as the public functions take them."""
    return (
        list(labels[0]) if formulas.outputs == 1 else [list(r) for r in zip(*labels, strict=True)]
    )


def random_point(formulas: Formulas, features: int, seed: int, size: float = 1.0) -> list[float]:
    source = random.Random(seed)
    outputs = 1 if formulas.outputs == 1 else 3
    return [source.gauss(0, size) / features**0.5 for _ in range(outputs * (features + 1))]
