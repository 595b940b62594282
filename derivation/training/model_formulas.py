"""What theorems say about a model that is not linear in its parameters, as code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

Rows = Sequence[Any]
"""Rows of data, labels, or parameters in their shapes: numbers, and lists of them."""


@dataclass(frozen=True, slots=True)
class Column:
    """Data of one name: one number a sample (``width`` None), or ``width`` numbers.

    A width is a number or the name of a size. Values lie from ``low`` to ``high``, without an end
    that is open.
    """

    name: str
    width: int | str | None
    low: float
    high: float
    low_open: bool
    high_open: bool


@dataclass(frozen=True, slots=True)
class ModelFormulas:
    """A loss over samples and its gradient.

    ``parameters``: each with its sizes, numbers or names; none for a single number. ``columns``
    are the parts of a row. ``sizes``: the names of all sizes. ``mean``: the loss is the mean over
    the samples, not their sum.

    ``block(rows, labels, parameters, sizes)``: the sums of the losses and of the slopes, those in
    the shapes of the parameters. It raises OverflowError where a value exceeds a float.
    ``prediction(rows, parameters, sizes)``: for each row; None if no prediction was read off.
    ``theorems``: the SHA-256 of the theorems.
    """

    name: str
    mean: bool
    parameters: tuple[tuple[str, tuple[int | str, ...]], ...]
    columns: tuple[Column, ...]
    label: Column
    sizes: tuple[str, ...]
    block: Callable[[Rows, Rows, Rows, Sequence[int]], tuple[float, Rows]]
    prediction: Callable[[Rows, Rows, Sequence[int]], Rows] | None
    theorems: str = ""
