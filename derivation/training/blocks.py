"""One block of rows, prepared so that an epoch does nothing but what depends on the weights.

Rows end with a 1 for the bias. Columns are divided by powers of two, which is exact, so that
their elements are about 1; then distances give products without loss (see `distance_products`).
Rows whose label is 1 are negated where the loss mirrors the label (``Formulas.folded``): the
product with the weights then is the folded predictor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat
from math import dist, isfinite, sqrt
from operator import mul

from derivation.training.dots import (
    Direction,
    Vector,
    direction_of,
    distance_products,
    distances_are_fast,
    even_products,
    exact_product,
    plain_products,
    prefers_written_out,
    square_of_length,
)
from derivation.training.problems import NotFiniteError

LONG = 4.0
"""A row this many times as long, squared, as the middle one is multiplied plainly."""

LOST = 16.0
"""Distances may lose this factor in precision against plain sums; else these are taken."""

HUGE = 1e300
"""Where the numbers that cancel are smaller, no distance and no product exceeds a float."""

UNEVEN = 4096.0
"""A column this many times as long, squared, as one of elements 1 (or as short) is odd."""

UNLIKE = 16.0
"""Where the outliers of a column and of its factors lie in different rows, distances may lose about
the product of their spreads (see `spread_of`) in precision; from this on sums are exact."""


@dataclass(frozen=True, slots=True)
class Block:
    """Rows and columns, which share their numbers, and what is known of them beforehand.

    ``numbers`` are those of the rows. ``exact``: every sum is rounded once, whatever it costs.
    ``even``: the rows have one more element, which makes them all as long as the longest, so
    that ``square`` is the squared length of each, but for the ``long_rows``, whose element is
    0. ``column_squares`` are the squared lengths of the columns, ``sizes`` the roots of their
    mean squares, ``spreads`` their spreads, ``odd_columns`` those that distances do not multiply
    precisely.
    """

    numbers: Sequence[int]
    rows: list[Vector]
    columns: list[Vector]
    labels: list[Sequence[float]]
    folded: bool = False
    exact: bool = False
    even: bool = False
    square: float = 0.0
    long_rows: tuple[int, ...] = ()
    origin: Vector = ()
    column_squares: tuple[float, ...] = ()
    sizes: tuple[float, ...] = ()
    spreads: tuple[float, ...] = ()
    odd_columns: tuple[int, ...] = ()


def exact_block(
    numbers: Sequence[int], columns: Sequence[Sequence[float]], labels: Sequence[Sequence[float]]
) -> Block:
    """A block whose sums are all rounded once."""
    whole = [tuple(column) for column in columns]
    whole.append((1.0,) * len(labels[0]))
    rows = list(zip(*whole, strict=True))
    return Block(numbers, rows, whole, list(labels), exact=True)


def fast_block(
    numbers: Sequence[int],
    columns: Sequence[Sequence[float]],
    labels: Sequence[Sequence[float]],
    scales: Sequence[float],
    fold: bool,
) -> Block:
    """A block for the fast routes. ``fold``: negate the rows with the label 1."""
    up = [*(1.0 / scale for scale in scales), 1.0]
    down = [-factor for factor in up]
    signs = labels[0] if fold else repeat(0.0)
    rows = [
        tuple(map(mul, row, down if sign else up))
        for row, sign in zip(zip(*columns, repeat(1.0)), signs)  # noqa: B905  # repeat() has no end
    ]
    scaled = list(zip(*rows, strict=True))
    length = len(rows)
    origin = (0.0,) * length
    squares = tuple(square_of_length(column, origin) for column in scaled)
    low, high = length / UNEVEN, length * UNEVEN
    odd = tuple(range(len(scaled)))
    if distances_are_fast():
        odd = tuple(
            k
            for k, square in enumerate(squares)
            if not low < square < high and any(scaled[k])  # its square may be 0, rounded
        )
    even = not prefers_written_out(len(scaled))
    rows, square, long_rows = _even_rows(rows) if even else (rows, 0.0, ())
    return Block(
        numbers,
        rows,
        scaled,
        list(labels),
        folded=fold,
        even=even,
        square=square,
        long_rows=long_rows,
        origin=origin,
        column_squares=squares,
        sizes=tuple(sqrt(square / length) for square in squares),
        spreads=tuple(map(spread_of, scaled)),
        odd_columns=odd,
    )


def _even_rows(rows: list[Vector]) -> tuple[list[Vector], float, tuple[int, ...]]:
    """The rows with the element that makes them equally long, the square, and the long rows."""
    origin = (0.0,) * len(rows[0])
    squares = [square_of_length(row, origin) for row in rows]
    limit = min(LONG * sorted(squares)[len(squares) // 2], HUGE)
    long_rows = tuple(i for i, square in enumerate(squares) if not square <= limit)
    longest = max((square for square in squares if square <= limit), default=0.0)
    missing = [sqrt(max(0.0, longest - square)) for square in squares]
    return [(*row, m) for row, m in zip(rows, missing, strict=True)], longest, long_rows


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights of one output, prepared for all blocks."""

    plain: Vector
    padded: Vector
    towards: Direction
    magnitudes: Vector


def weights_of(w: Vector) -> Weights:
    """What the weights of one output need, once in an epoch."""
    padded = (*w, 0.0)
    towards = direction_of(padded, (0.0,) * len(padded))
    return Weights(w, padded, towards, tuple(map(abs, w)))


def row_products(block: Block, weights: Weights) -> list[float]:
    """The product of each row with the weights. Raises NotFiniteError, naming the row."""
    if block.even:
        even = _even_row_products(block, weights)
        if even is not None:
            return even
    products = plain_products(block.rows, weights.padded if block.even else weights.plain)
    if isfinite(sum(products)):
        return products
    for number, product in zip(block.numbers, products, strict=True):
        if not isfinite(product):
            raise NotFiniteError(
                f"X[{number}]: the products with the weights exceed the largest float; "
                "scale the features down, or lower the learning rate"
            )
    return products


def _even_row_products(block: Block, weights: Weights) -> list[float] | None:
    """The products by distances; None if they would lose too much, or may exceed a float."""
    plain = sum(map(mul, weights.magnitudes, block.sizes))
    if not weights.towards.error(block.square) <= min(LOST * plain, HUGE):
        return None
    products = even_products(block.rows, block.square, weights.towards)
    if block.long_rows:
        rows = [block.rows[i] for i in block.long_rows]
        for i, product in zip(block.long_rows, plain_products(rows, weights.padded), strict=True):
            products[i] = product
        if not isfinite(sum(products)):
            return None
    return products


def spread_of(values: Sequence[float]) -> float:
    """Root mean square over mean absolute value: 1 for values of one size, large with outliers."""
    size = sum(map(abs, values))
    return dist(values, (0.0,) * len(values)) * sqrt(len(values)) / size if size else 1.0


def column_products(block: Block, values: Sequence[float], start: int = 0) -> list[float]:
    """The product of each column from ``start`` on with ``values``, one for each row."""
    columns = block.columns[start:] if start else block.columns
    if block.exact or len(block.odd_columns) == len(block.columns):
        return [exact_product(values, column) for column in columns]
    squares = block.column_squares[start:] if start else block.column_squares
    towards = direction_of(tuple(values), block.origin)
    products = distance_products(columns, squares, towards)
    for k in _odd_for(block, values):
        if k >= start:
            products[k - start] = exact_product(values, block.columns[k])
    return products


def _odd_for(block: Block, values: Sequence[float]) -> Sequence[int]:
    """The columns whose product with these values is taken exactly."""
    if block.folded and max(block.spreads) <= UNLIKE / 4:  # residuals within 0 and 1 spread less
        return block.odd_columns
    limit = UNLIKE / spread_of(values)
    if max(block.spreads) <= limit:
        return block.odd_columns
    return sorted({*block.odd_columns, *(k for k, own in enumerate(block.spreads) if own > limit)})
