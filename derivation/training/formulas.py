"""What theorems say about a loss, as code: the one thing in which trainers differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Columns = list[list[float]]
"""One list for each output, with one float for each sample."""


@dataclass(frozen=True, slots=True)
class Formulas:
    """The loss of one sample, its residual, prediction and curvature as functions of z and y.

    A sample has one linear predictor z for each output: one output (``outputs`` is 1), or as
    many as a label has columns (``outputs`` is None). The residual is the derivative of the
    sample's loss in z.

    ``mean``: the loss is the mean over the samples, not their sum. ``labels``: the least and
    the greatest label, and whether each of them is excluded. ``among``: the only labels, if they
    are few; ``whole``: they are whole numbers. ``sum_to_one``: the labels of one
    sample sum to 1.

    ``block(z, y)``: the sum of the losses and the residuals, stable for every finite z.
    ``folded(m)``: for labels 0 and 1 of a loss that treats them alike, with m = z for the label
    0 and -z for 1: the sum of the losses, and the derivatives in m; None if the loss does not.
    ``prediction(z)``: the predictions.
    ``curvature(z, y)``: at [a][b] the derivative of residual a in z_b for each sample; None if
    no theorem gives it.
    ``curvature_bound``: at least the largest eigenvalue of that matrix; None if there is none.
    ``penalty(weights, strength)``: the L2 penalty strength/2 sum w^2, and its gradient.
    ``c_source``: the same formulas as a complete C file; empty if there is none.
    ``theorems``: the SHA-256 of the theorems, which a checkpoint remembers.
    ``l2``: the strength of the penalty that the loss states itself; 0 if it states none.
    ``bias``: whether a predictor has a bias besides its weights; points have none without it.
    """

    name: str
    outputs: int | None
    mean: bool
    labels: tuple[float, float, bool, bool]
    sum_to_one: bool
    block: Callable[[Columns, Columns], tuple[float, Columns]]
    folded: Callable[[list[float]], tuple[float, list[float]]] | None
    prediction: Callable[[Columns], Columns]
    curvature: Callable[[Columns, Columns], list[Columns]] | None
    curvature_bound: float | None
    penalty: Callable[[Sequence[float], float], tuple[float, list[float]]]
    c_source: str
    theorems: str = ""
    bias: bool = True
    among: tuple[float, ...] = ()
    whole: bool = False
    l2: float = 0.0
