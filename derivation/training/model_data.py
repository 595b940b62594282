"""Rows, labels, sizes and parameters of a model, checked; parameters as one list, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import prod
from typing import Any

from derivation.training.arguments import checked_list, checked_number, checked_numbers
from derivation.training.model_formulas import Column, ModelFormulas, Rows

Sizes = dict[str, int]


def checked_samples(
    formulas: ModelFormulas, x: Iterable[Any], y: Iterable[Any] | None
) -> tuple[list[tuple[float, ...]], list[Any], Sizes]:
    """Rows, labels (none where ``y`` is None), and the sizes that they tell.

    Raises ValueError, naming the place, for wrong shapes, values that are not finite, and values
    outside the limits of the theorems.
    """
    rows = [checked_numbers(row, f"X[{i}]") for i, row in enumerate(checked_list(x, "X"))]
    if not rows:
        raise ValueError("X is empty: there is no sample")
    sizes: Sizes = {}
    _check_row_widths(formulas, rows, sizes)
    for i, row in enumerate(rows):
        _check_row(formulas, row, sizes, f"X[{i}]")
    if y is None:
        return rows, [], sizes
    items = checked_list(y, "y")
    if len(items) != len(rows):
        raise ValueError(f"y has {len(items)} labels, but X has {len(rows)} rows")
    label = formulas.label
    labels = [_checked_label(label, item, sizes, f"y[{i}]") for i, item in enumerate(items)]
    return rows, labels, sizes


def _check_row_widths(
    formulas: ModelFormulas, rows: Sequence[tuple[float, ...]], sizes: Sizes
) -> None:
    """Find the width that is not fixed from that of the first row."""
    width = len(rows[0])
    fixed = sum(_fixed_width(one) for one in formulas.columns)
    names = [one.width for one in formulas.columns if isinstance(one.width, str)]
    if names and width > fixed:
        sizes[names[0]] = width - fixed
    elif names or width != fixed:
        what = f"at least {fixed + 1}" if names else str(fixed)
        raise ValueError(
            f"X[0] has length {width}; a row has {what} numbers: {_row_text(formulas)}"
        )
    for i, row in enumerate(rows):
        if len(row) != width:
            raise ValueError(f"X[{i}] has length {len(row)}, but X[0] has {width}")


def _fixed_width(column: Column) -> int:
    return 1 if column.width is None else column.width if isinstance(column.width, int) else 0


def _row_text(formulas: ModelFormulas) -> str:
    parts = [
        one.name if one.width is None else f"{one.name}[1..{one.width}]" for one in formulas.columns
    ]
    return ", ".join(parts) or "it is empty"


def _check_row(formulas: ModelFormulas, row: tuple[float, ...], sizes: Sizes, place: str) -> None:
    start = 0
    for one in formulas.columns:
        width = sizes.get(one.width, 1) if isinstance(one.width, str) else _fixed_width(one)
        for k in range(start, start + width):
            _check_limits(one, row[k], f"{place}[{k}]")
        start += width


def _checked_label(label: Column, item: object, sizes: Sizes, place: str) -> Any:  # noqa: ANN401  # a number or a row
    if label.width is None:
        value = checked_number(item, place)
        _check_limits(label, value, place)
        return value
    row = checked_numbers(item, place)
    width = label.width if isinstance(label.width, int) else sizes.setdefault(label.width, len(row))
    if len(row) != width:
        raise ValueError(f"{place} has length {len(row)}; it must have {width} ({label.width})")
    for k, value in enumerate(row):
        _check_limits(label, value, f"{place}[{k}]")
    return row


def _check_limits(column: Column, value: float, place: str) -> None:
    low, high = column.low, column.high
    if low < value < high or (value == low and not column.low_open):
        return
    if not (value == high and not column.high_open):
        raise ValueError(
            f"{place} is {value!r}; the theorems hold for {column.name} from {low:g} to {high:g}"
            + (f", without {low:g}" if column.low_open and low > -float("inf") else "")
            + (f", without {high:g}" if column.high_open and high < float("inf") else "")
        )


# ------------------------------------------------------------------------------ parameters


def model_start(start: object, formulas: ModelFormulas) -> list[Any]:
    """Parameters in order: from a mapping by name, a result, or a sequence in order."""
    names = [name for name, _ in formulas.parameters]
    start = getattr(start, "parameters", start)
    if not isinstance(start, Mapping):
        values = checked_list(start, "start")
        if len(values) != len(names):
            raise ValueError(f"start has {len(values)} parameters; they are: {', '.join(names)}")
        return values
    missing = [name for name in names if name not in start]
    unknown = [str(name) for name in start if name not in names]
    if missing or unknown:
        what = f"lacks {missing[0]}" if missing else f"has {unknown[0]}"
        raise ValueError(f"start {what}; the parameters are: {', '.join(names)}")
    return [start[name] for name in names]


def flat_parameters(formulas: ModelFormulas, values: Sequence[object], sizes: Sizes) -> list[float]:
    """Parameters as one list; their lengths go into ``sizes`` where that is not known yet.

    Raises ValueError, naming the place, for a wrong shape and for what is no finite number.
    """
    point: list[float] = []
    for (name, shape), value in zip(formulas.parameters, values, strict=True):
        _flatten(value, shape, name, sizes, point)
    return point


def _flatten(
    value: object, shape: Sequence[int | str], place: str, sizes: Sizes, point: list[float]
) -> None:
    if not shape:
        point.append(checked_number(value, place))
        return
    items = checked_list(value, place)
    size = shape[0]
    wanted = size if isinstance(size, int) else sizes.setdefault(size, len(items))
    if len(items) != wanted:
        raise ValueError(f"{place} has length {len(items)}, but {size} is {wanted}")
    if not items:
        raise ValueError(f"{place} is empty: {size} is at least 1")
    for k, item in enumerate(items):
        _flatten(item, shape[1:], f"{place}[{k}]", sizes, point)


def flat_slopes(values: Rows) -> list[float]:
    """Numbers in nested lists as one list."""
    flat: list[float] = []
    for value in values:
        if isinstance(value, (list, tuple)):
            flat += flat_slopes(value)
        else:
            flat.append(value)
    return flat


def shaped_parameters(formulas: ModelFormulas, point: Sequence[float], sizes: Sizes) -> list[Any]:
    """A point as parameters in their shapes."""
    rest = iter(point)

    def shaped(shape: Sequence[int]) -> Any:  # noqa: ANN401  # a number or a list
        return [shaped(shape[1:]) for _ in range(shape[0])] if shape else next(rest)

    return [shaped(_lengths(shape, sizes)) for _, shape in formulas.parameters]


def parameter_count(formulas: ModelFormulas, sizes: Sizes) -> int:
    """The length of a point."""
    return sum(prod(_lengths(shape, sizes)) for _, shape in formulas.parameters)


def _lengths(shape: Sequence[int | str], sizes: Sizes) -> list[int]:
    return [size if isinstance(size, int) else sizes[size] for size in shape]


def with_given_sizes(formulas: ModelFormulas, sizes: Sizes, given: object) -> None:
    """Put the sizes that a user gives to those that the data tell.

    Raises ValueError for what is no size of the model, and where the data tell another number.
    """
    if given is None:
        return
    known = ", ".join(formulas.sizes) or "none"
    if not isinstance(given, Mapping):
        raise ValueError(f"sizes is {given!r}; it must be a dict, as in {{'n': 4}}")
    for name, value in given.items():
        if name not in formulas.sizes:
            raise ValueError(f"{name!r} is no size of this model; they are: {known}")
        if checked_number(value, f"sizes[{name!r}]") < 1 or value % 1:
            raise ValueError(f"sizes[{name!r}] is {value!r}; it must be a whole number, at least 1")
        if sizes.setdefault(name, int(value)) != value:
            raise ValueError(f"sizes[{name!r}] is {value!r}, but the data say {sizes[name]}")


def require_sizes(formulas: ModelFormulas, sizes: Sizes) -> None:
    """Raise ValueError for a size that nothing has told."""
    for size in formulas.sizes:
        if size not in sizes:
            raise ValueError(f"how large is {size}? Give sizes={{{size!r}: 4}}, or start")
