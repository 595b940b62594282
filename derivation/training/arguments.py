"""Checks of what users hand over; each message names the place and says what was found there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import fsum, isfinite
from typing import Any

from derivation.training.formulas import Columns, Formulas

SUM_TOLERANCE = 1e-9
"""How far the labels of one sample may be from summing to 1: they come from printed numbers."""


def checked_rows(x: Iterable[Iterable[float]]) -> list[tuple[float, ...]]:
    """The rows of X as tuples of floats, all of one length."""
    return _matrix(x, "X", "sample", "feature")


def checked_labels(formulas: Formulas, y: Iterable[object], samples: int) -> Columns:
    """The columns of labels, one for each output.

    ``y`` has one label for each sample if the loss has one output, else one row of labels.
    """
    items = checked_list(y, "y")
    if len(items) != samples:
        raise ValueError(f"y has {len(items)} labels, but X has {samples} rows")
    if formulas.outputs == 1:
        labels = [checked_number(value, f"y[{i}]") for i, value in enumerate(items)]
        _check_range(formulas, labels, "")
        return [labels]
    rows = _matrix(items, "y", "sample", "label")
    columns = [list(column) for column in zip(*rows, strict=True)]
    for k, column in enumerate(columns):
        _check_range(formulas, column, f"[{k}]")
    if formulas.sum_to_one:
        for i, row in enumerate(rows):
            if abs(fsum(row) - 1.0) > SUM_TOLERANCE:
                raise ValueError(f"y[{i}] sums to {fsum(row):.9g}; the labels of a sample sum to 1")
    return columns


def checked_point(
    formulas: Formulas, w: Iterable[object], b: object, features: int, outputs: int | None = None
) -> list[tuple[float, ...]]:
    """For each output its weights, then its bias; it is 0 where the predictors have none.

    ``w`` and ``b`` are one weight for each feature and one number if the loss has one output,
    else one such row and one number for each output.
    """
    if not formulas.bias:
        if b is not None:
            raise ValueError(f"b is {b!r}, but the predictors of {formulas.name!r} have no bias")
        w = checked_list(w, "w")
        b = 0.0 if formulas.outputs == 1 else [0.0] * len(w)
    if formulas.outputs == 1:
        weights = checked_numbers(w, "w")
        _check_width(weights, "w", features)
        return [(*weights, checked_number(b, "b"))]
    rows = [checked_numbers(row, f"w[{k}]") for k, row in enumerate(checked_list(w, "w"))]
    biases = checked_numbers(b, "b")
    if not rows:
        raise ValueError("w is empty: there is no output")
    for k, row in enumerate(rows):
        _check_width(row, f"w[{k}]", features)
    if len(biases) != len(rows):
        raise ValueError(f"b has length {len(biases)}, but w has {len(rows)} rows")
    if outputs is not None and len(rows) != outputs:
        raise ValueError(f"w has {len(rows)} rows, but the rows of y have {outputs} labels")
    return [(*row, bias) for row, bias in zip(rows, biases, strict=True)]


def checked_numbers(values: object, place: str) -> tuple[float, ...]:
    """A list of finite numbers, as floats."""
    row: tuple[Any, ...] = tuple(checked_list(values, place))
    try:
        if all(map(isfinite, row)):
            return tuple(map(float, row))
    except (TypeError, ValueError, OverflowError):
        pass  # found again below, with its place
    return tuple(checked_number(value, f"{place}[{j}]") for j, value in enumerate(row))


def checked_number(value: object, place: str) -> float:
    """``value`` as a float; text is not a number."""
    try:
        if isfinite(value):  # type: ignore[arg-type]  # what has no float raises TypeError
            return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        pass  # the same message as for nan
    counted = " (counted from 0)" if "[" in place else ""
    raise ValueError(f"{place} is {value!r}, which is not a finite number{counted}")


def checked_list(values: object, place: str) -> list[object]:
    """The items of what can be iterated over."""
    try:
        return list(values)  # type: ignore[call-overload, no-any-return]
    except TypeError:
        raise ValueError(f"{place} is {values!r}, which is not a list") from None


def _matrix(values: object, place: str, of_rows: str, of_columns: str) -> list[tuple[float, ...]]:
    rows = [
        checked_numbers(row, f"{place}[{i}]") for i, row in enumerate(checked_list(values, place))
    ]
    if not rows:
        raise ValueError(f"{place} is empty: there is no {of_rows}")
    width = len(rows[0])
    if width == 0:
        raise ValueError(f"{place}[0] is empty: there is no {of_columns}")
    for i, row in enumerate(rows):
        if len(row) != width:
            raise ValueError(
                f"{place}[{i}] has length {len(row)}, but {place}[0] has {width}: "
                f"every row needs the same number of {of_columns}s"
            )
    return rows


def _check_width(weights: Sequence[float], place: str, features: int) -> None:
    if len(weights) != features:
        raise ValueError(
            f"{place} has length {len(weights)}, but the rows of X have {features} features"
        )


def _check_range(formulas: Formulas, labels: Sequence[float], column: str) -> None:
    for i, label in enumerate(labels):
        if not is_label(formulas, label):
            raise ValueError(f"y[{i}]{column} is {label!r}; labels {range_text(formulas)}")


def is_label(formulas: Formulas, value: float) -> bool:
    """Whether the theorems hold for a finite number as the label."""
    low, high, low_open, high_open = formulas.labels
    at_an_end = (value == low and not low_open) or (value == high and not high_open)
    if not (low < value < high or at_an_end):
        return False
    return value in formulas.among if formulas.among else not (formulas.whole and value % 1)


def range_text(formulas: Formulas) -> str:
    """Where labels lie, in words."""
    low, high, low_open, high_open = formulas.labels
    if formulas.among:
        *others, last = (f"{value:g}" for value in formulas.among)
        return f"are {', '.join(others)} or {last}" if others else f"are all {last}"
    if formulas.whole:
        return f"{_interval_text(low, high, low_open, high_open)}, and whole"
    return _interval_text(low, high, low_open, high_open)


def _interval_text(low: float, high: float, low_open: bool, high_open: bool) -> str:
    if isfinite(low) and isfinite(high):
        without = [f"{v:g}" for v, is_open in ((low, low_open), (high, high_open)) if is_open]
        ends = f", without {' and '.join(without)}" if without else ""
        return f"lie from {low:g} to {high:g}{ends}"
    if isfinite(low):
        return f"are greater than {low:g}" if low_open else f"are at least {low:g}"
    if isfinite(high):
        return f"are less than {high:g}" if high_open else f"are at most {high:g}"
    return "are finite numbers"
