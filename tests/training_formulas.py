"""Formulas written by hand, in their well-known stable forms, to test the runtime of trainers.

The generated ones are tested elsewhere; here nothing depends on the generator.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, fsum, inf, log, log1p, prod
from operator import mul, sub, truediv

from derivation.training.formulas import Columns, Formulas


def l2(weights: Sequence[float], strength: float) -> tuple[float, list[float]]:
    return 0.5 * strength * fsum(map(mul, weights, weights)), [strength * w for w in weights]


# ---------------------------------------------------------------- binary cross-entropy


def bce_block(z: Columns, y: Columns) -> tuple[float, Columns]:
    losses, residuals = [], []
    for p, t in zip(z[0], y[0], strict=True):
        if p >= 0:
            u = exp(-p)
            losses.append(p * (1 - t) + log1p(u))
            residuals.append(-u / (u + 1) + (1 - t))
        else:
            u = exp(p)
            losses.append(-t * p + log1p(u))
            residuals.append(u / (u + 1) - t)
    return fsum(losses), [residuals]


def bce_folded(m: list[float]) -> tuple[float, list[float]]:
    rest = 0.0
    try:
        e = list(map(exp, m))
    except OverflowError:  # there log(1 + exp(m)) is m to the last digit
        rest = fsum(v - 709.0 for v in m if v > 709.0)
        e = [exp(min(v, 709.0)) for v in m]
    p = [1.0 + v for v in e]
    product = prod(p)
    loss = log(product) if 2.0 < product < 1e300 else rest + fsum(map(log1p, e))
    return loss, list(map(truediv, e, p))


def bce_prediction(z: Columns) -> Columns:
    return [[1 / (1 + exp(-p)) if p >= 0 else exp(p) / (1 + exp(p)) for p in z[0]]]


def bce_curvature(z: Columns, _: Columns) -> list[Columns]:
    small = [exp(-abs(p)) for p in z[0]]
    return [[[u / (1 + u) ** 2 for u in small]]]


BCE = Formulas(
    name="bce",
    outputs=1,
    mean=True,
    labels=(0.0, 1.0, False, False),
    sum_to_one=False,
    block=bce_block,
    folded=bce_folded,
    prediction=bce_prediction,
    curvature=bce_curvature,
    curvature_bound=0.25,
    penalty=l2,
    c_source="",
    theorems="theorems of bce",
)


# ---------------------------------------------------------------------- squared error


def squared_block(z: Columns, y: Columns) -> tuple[float, Columns]:
    residuals = list(map(sub, z[0], y[0]))
    return 0.5 * fsum(map(mul, residuals, residuals)), [residuals]


SQUARED = Formulas(
    name="squared_error",
    outputs=1,
    mean=True,
    labels=(-inf, inf, True, True),
    sum_to_one=False,
    block=squared_block,
    folded=None,
    prediction=lambda z: z,
    curvature=lambda z, _: [[[1.0] * len(z[0])]],
    curvature_bound=1.0,
    penalty=l2,
    c_source="",
    theorems="theorems of squared error",
)


# ---------------------------------------------------------------------------- Poisson


def poisson_block(z: Columns, y: Columns) -> tuple[float, Columns]:
    means = list(map(exp, z[0]))
    products = map(mul, y[0], z[0])
    return fsum(map(sub, means, products)), [list(map(sub, means, y[0]))]


POISSON = Formulas(
    name="poisson",
    outputs=1,
    mean=True,
    labels=(0.0, inf, False, True),
    sum_to_one=False,
    block=poisson_block,
    folded=None,
    prediction=lambda z: [list(map(exp, z[0]))],
    curvature=lambda z, _: [[list(map(exp, z[0]))]],
    curvature_bound=None,
    penalty=l2,
    c_source="",
    theorems="theorems of poisson",
)


# ---------------------------------------------------------------------------- softmax


def softmax_prediction(z: Columns) -> Columns:
    rows = []
    for row in zip(*z, strict=True):
        high = max(row)
        powers = [exp(v - high) for v in row]
        total = fsum(powers)
        rows.append([v / total for v in powers])
    return [list(column) for column in zip(*rows, strict=True)]


def softmax_block(z: Columns, y: Columns) -> tuple[float, Columns]:
    losses, rows = [], []
    for row, labels in zip(zip(*z, strict=True), zip(*y, strict=True), strict=True):
        top = max(range(len(row)), key=row.__getitem__)
        powers = [exp(v - row[top]) for v in row]
        others = fsum(v for k, v in enumerate(powers) if k != top)
        gaps = fsum(t * (row[top] - v) for t, v in zip(labels, row, strict=True))
        losses.append(gaps + log1p(others))
        rows.append([v / (1 + others) - t for v, t in zip(powers, labels, strict=True)])
        if labels[top] == 1:  # 1/(1 + others) - 1, without the loss of digits
            rows[-1][top] = -others / (1 + others)
    return fsum(losses), [list(column) for column in zip(*rows, strict=True)]


def softmax_curvature(z: Columns, _: Columns) -> list[Columns]:
    p = softmax_prediction(z)
    return [
        [[s * ((a == b) - t) for s, t in zip(p[a], p[b], strict=True)] for b in range(len(p))]
        for a in range(len(p))
    ]


SOFTMAX = Formulas(
    name="softmax",
    outputs=None,
    mean=True,
    labels=(0.0, 1.0, False, False),
    sum_to_one=True,
    block=softmax_block,
    folded=None,
    prediction=softmax_prediction,
    curvature=softmax_curvature,
    curvature_bound=0.5,
    penalty=l2,
    c_source="",
    theorems="theorems of softmax",
)
