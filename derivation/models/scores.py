"""How well a model fits the rows that it was trained on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import fsum

from derivation.models.model import Score
from derivation.models.predicting import likeliest, predicted
from derivation.models.sources import AnyTable, blocks, label_blocks
from derivation.training.formulas import Formulas

__all__ = ["score_of"]

Rows = list[tuple[float, ...]]


def score_of(
    table: AnyTable,
    formulas: Formulas,
    coefficients: Sequence[Sequence[float]],
    intercepts: Sequence[float],
) -> tuple[Score | None, float | None]:
    """Accuracy for classes, R^2 for numbers; (None, None) for probabilities as labels.

    R^2 is 1 minus the sum of squares of label minus prediction over that of label minus mean;
    there is none for labels that are all the same, and for classes that are other numbers than
    0 and 1: predictors are no estimates of those.
    """
    classes = formulas.outputs is None or formulas.labels[:2] == (0.0, 1.0)
    if formulas.among and not classes:
        return None, None
    pairs = (
        (predicted(formulas, rows, coefficients, intercepts), labels)
        for rows, labels in zip(blocks(table), label_blocks(table), strict=True)
    )
    if classes:
        accuracy = _accuracy(pairs)
        return (Score.ACCURACY, accuracy) if accuracy is not None else (None, None)
    r_squared = _r_squared(pairs)
    return (Score.R_SQUARED, r_squared) if r_squared is not None else (None, None)


def _accuracy(pairs: Iterator[tuple[Rows, Rows]]) -> float | None:
    right = samples = 0
    for predictions, labels in pairs:
        if not {value for label in labels for value in label} <= {0.0, 1.0}:
            return None
        samples += len(labels)
        right += sum(map(int.__eq__, map(likeliest, predictions), map(likeliest, labels)))
    return right / samples


def _r_squared(pairs: Iterable[tuple[Rows, Rows]]) -> float | None:
    """In one pass: the labels are taken relative to the first, which keeps their digits."""
    origin: float | None = None
    sums: list[tuple[float, float, float]] = []  # of each block: labels, their squares, residuals
    samples = 0
    for predictions, rows in pairs:
        labels = [label for (label,) in rows]
        if origin is None:
            origin = labels[0]
        shifted = [label - origin for label in labels]
        residuals = [label - h for label, (h,) in zip(labels, predictions, strict=True)]
        sums.append((fsum(shifted), _squares(shifted), _squares(residuals)))
        samples += len(labels)
    total, squares, left = map(fsum, zip(*sums, strict=True))
    around = squares - total * total / samples
    return 1 - left / around if around > 0 else None


def _squares(values: Iterable[float]) -> float:
    return fsum(value * value for value in values)
