"""Losses without a minimum: weights that would grow forever, and why."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from enum import Enum
from math import inf, log, sqrt

from derivation.training.heights import Height
from derivation.training.newton import newton_direction
from derivation.training.objective import Objective
from derivation.training.problems import NotFiniteError, SeparationWarning
from derivation.training.search import height_or_none

_FAR = 2.0**20
_LOW = 0.01  # of the loss at zero weights
_LONG = 100  # epochs: a short run says nothing yet
_FLAT = 1e-9  # of the curvature at 0, for predictors of 40 or -40
_RISE = 4e-9  # of the loss: far above its rounding, and within reach of the quadratic model
_LONGER = 10  # times a factor of 4
_LOPSIDED = 1e-3  # at a minimum the loss rises about as much in either direction
_LEVEL = 1e-14  # the rounding of a mean of labels


class NoMinimum(Enum):
    """Why a loss has no minimum. The value is the sentence."""

    WHOLE = (
        "the classes are perfectly separated: every sample is on its right side, so the loss has "
        "no minimum"
    )
    PART = (
        "the classes are separated in part: ever larger weights fit some samples ever better, and "
        "no other one worse, so the loss has no minimum"
    )
    FLAT = (
        "the loss has no minimum: ever larger weights fit some labels at the end of their range "
        "ever better, and no other one worse"
    )
    ALIKE = (
        "all labels of an output are the same, at the end of their range (a class that is absent, "
        "counts that are all 0), so the loss has no minimum"
    )


def missing_minimum(
    objective: Objective,
    first: Height,
    last: Height,
    history: Sequence[float],
    *,
    may_be_flat: bool,
) -> NoMinimum | None:
    """Why there is no minimum, after a training from ``first`` to ``last``; None if there is one.

    ``history``: the losses of all epochs, also of those before ``first`` that a checkpoint kept.
    ``may_be_flat``: whether to look if the training came to rest on flat ground (`keeps_falling`).
    """
    epochs = len(history) - 1
    whole = is_separated(objective, last, epochs, history[0])
    if (whole or may_be_flat or epochs >= _LONG) and has_labels_alike(objective, first):
        return NoMinimum.ALIKE
    if whole:
        return NoMinimum.WHOLE
    if may_be_flat and keeps_falling(objective, last, history[0]):
        return NoMinimum.PART if _is_of_classes(objective) else NoMinimum.FLAT
    return None


def is_separated(objective: Objective, last: Height, epochs: int, first_loss: float) -> bool:
    """Whether every sample lies on its right side, so that larger weights are always better.

    Only for losses of classes, labels 0 and 1, and without a penalty.

    With weights 2^20 times as large each sample on its right side costs next to nothing and
    each other one much: if all cost less than log 2, each one is on its right side. That
    takes one more pass, after long runs and where the loss is nearly 0.
    """
    if not _is_of_classes(objective) or not objective.engine.hard or objective.l2:
        return False
    if last.loss > _LOW * first_loss and epochs < _LONG:
        return False
    if last.sample_losses < log(2):
        return True
    try:
        far = objective.at([_FAR * value for value in last.point])
    except NotFiniteError:
        return False
    return far.sample_losses < log(2)


def keeps_falling(objective: Objective, last: Height, first_loss: float) -> bool:
    """Whether a training came to rest only because the loss is flat, and not at a minimum.

    Newton's direction is followed from there, as far as the loss should rise by a small share
    if it were the parabola that its derivatives promise. At a minimum it then rises about as
    much forwards as backwards. Where it falls forever it rises backwards alone. On a slope that
    Newton's method could not go down it falls as much as it rises backwards. Where columns depend
    on each other it may not rise at all.

    Only without a penalty. It takes the second derivatives and two passes more.
    """
    if objective.l2 or not _flattens(objective):
        return False
    direction = newton_direction(objective.hessian(last.point), last.slopes, objective.width)
    bend = sum(d * slope for d, slope in zip(direction, last.slopes, strict=True))
    if not bend > 0:
        return False
    rise = _RISE * max(abs(last.loss), abs(first_loss))
    length = max(8.0, sqrt(2.0 * rise / bend))
    for _ in range(_LONGER):  # once in general; where H was singular the parabola is too steep
        backwards = _rise(objective, last, [length * d for d in direction])
        if backwards > 0.5 * rise:
            forwards = _rise(objective, last, [-length * d for d in direction])
            return -0.5 * backwards <= forwards <= _LOPSIDED * backwards
        length *= 4.0
    return False


def has_labels_alike(objective: Objective, first: Height) -> bool:
    """Whether all labels of an output are the least that there is, or the greatest.

    Without biases that need not matter. It is seen in the slopes of the biases at zero weights,
    the means of prediction - label; ``first`` is the height where the training began.
    """
    formulas = objective.formulas
    if not formulas.bias or not _flattens(objective):
        return False
    start = first if not any(first.point) else objective.at([0.0] * objective.parameters)
    share = objective.engine.samples / objective.weight
    slopes = start.slopes[objective.width - 1 :: objective.width]
    predictions = formulas.prediction([[0.0] for _ in slopes])
    levels = [h - slope / share for (h,), slope in zip(predictions, slopes, strict=True)]
    return any(abs(level - end) <= _LEVEL for level in levels for end in formulas.labels[:2])


def warn_of_separation(why: NoMinimum) -> None:
    """Say what happened and what to do."""
    remedy = (
        "Leave that output out, or take samples with other labels (a penalty does not hold biases)"
        if why is NoMinimum.ALIKE
        else "Add a penalty (l2=...), take more samples, or look for a feature that gives the "
        "label away"
    )
    warnings.warn(
        f"{why.value}, and the weights grow for as long as training goes on. Their values and "
        f"standard errors mean nothing. {remedy}",
        SeparationWarning,
        stacklevel=6,  # whoever called `train` of a generated module
    )


def _is_of_classes(objective: Objective) -> bool:
    return objective.formulas.folded is not None or objective.formulas.sum_to_one


def _flattens(objective: Objective) -> bool:
    """Whether the loss of a sample becomes a straight line for large or small predictors."""
    formulas = objective.formulas
    if formulas.curvature is None:
        return False
    outputs = objective.engine.outputs
    z = [[0.0, 40.0, -40.0]] + [[0.0] * 3] * (outputs - 1)
    low, high = formulas.labels[:2]
    middle = 0.5 * (low + high) if high < inf else max(low, 0.0) + 1.0
    y = [[middle] * 3] + [[0.0] * 3] * (outputs - 1)
    at_zero, *far = formulas.curvature(z, y)[0][0]
    return min(far) <= _FLAT * at_zero


def _rise(objective: Objective, here: Height, step: list[float]) -> float:
    point = [value + change for value, change in zip(here.point, step, strict=True)]
    there = height_or_none(objective.at, point)
    return inf if there is None else there.loss - here.loss
