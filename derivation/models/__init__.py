"""Fitted models: `fit` a table, `predict` for another, `Model` with its summary and its file."""

from __future__ import annotations

from derivation.models.fitting import fit
from derivation.models.model import Course, Ending, Model, NoErrors, Score
from derivation.models.plot import history_svg
from derivation.models.predicting import Prediction, predict

__all__ = [
    "Course",
    "Ending",
    "Model",
    "NoErrors",
    "Prediction",
    "Score",
    "fit",
    "history_svg",
    "predict",
]
