"""Dot products of many rows, or many columns, with one vector; the fastest ways of the library.

Measured on CPython 3.11, in ns for each element: `math.dist` 7 to 9, `math.sumprod` (from 3.12
on) 13, a sum that is written out 17, ``sum(map(mul, x, w))`` 25. A sum that is written out has
no cost besides that of its elements, and so wins up to `WRITTEN_OUT` columns; on PyPy, always.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from math import dist, fsum
from operator import mul

from derivation.training.survey import power_of_two

Vector = tuple[float, ...]
Products = Callable[[Sequence[Vector], Vector], list[float]]

WRITTEN_OUT = 8
"""Up to this many columns a sum that is written out is the fastest on CPython."""

LONGEST_WRITTEN = 64
"""A longer sum is not written out: the compiler's time would show."""


def prefers_written_out(width: int, implementation: str = sys.implementation.name) -> bool:
    """Whether rows of this width are multiplied by a sum that is written out."""
    return width <= (LONGEST_WRITTEN if implementation == "pypy" else WRITTEN_OUT)


def distances_are_fast(implementation: str = sys.implementation.name) -> bool:
    """Whether `math.dist` is a loop in C: on PyPy it is not."""
    return implementation != "pypy"


@cache
def written_out(width: int) -> Products:
    """For two columns: ``[x0*w0 + x1*w1 for x0, x1, in rows]``, as a function of rows and w."""
    row = "".join(f"x{k}, " for k in range(width))
    weights = "".join(f"w{k}, " for k in range(width))
    product = " + ".join(f"x{k}*w{k}" for k in range(width))
    source = f"def products(rows, w):\n {weights}= w\n return [{product} for {row}in rows]"
    names: dict[str, Products] = {}
    exec(source, names)  # noqa: S102  # the text depends on `width` alone
    return names["products"]


def plain_products(rows: Sequence[Vector], w: Vector) -> list[float]:
    """The product of each row with ``w``, with no error but that of plain addition."""
    if len(w) <= WRITTEN_OUT:
        return written_out(len(w))(rows, w)
    if hasattr(math, "sumprod"):  # correctly rounded, whatever cancels
        return list(map(math.sumprod, rows, repeat(w)))
    if len(w) <= LONGEST_WRITTEN:
        return written_out(len(w))(rows, w)
    return [sum(map(mul, row, w)) for row in rows]


def exact_product(p: Sequence[float], q: Sequence[float]) -> float:
    """The sum of the products, rounded once; nan where it exceeds a float."""
    try:
        return fsum(map(mul, p, q))
    except (OverflowError, ValueError):  # ValueError: inf - inf
        return math.nan


def square_of_length(vector: Vector, origin: Vector) -> float:
    """The square of its distance from the origin; inf where it exceeds a float."""
    length = dist(vector, origin)
    return length * length


@dataclass(frozen=True, slots=True)
class Direction:
    """A vector, prepared to be multiplied with many others by distances.

    2 x.w = x.x + w.w - (x-w).(x-w). For that ``stretched`` is the ``vector`` times a power of
    two that makes it about as long as one whose elements are 1 (within a factor of 4, which
    costs nothing); ``square`` is its square and ``half`` is 1/2 divided by that power.

    The error of a product then is a few units in the last place of (x.x + square) half: as
    small as that of a plain sum if the x have about that length too and do not stand at right
    angles to w, which `error` measures.
    """

    vector: Vector
    stretched: Vector
    square: float
    half: float

    def error(self, longest: float) -> float:
        """The size of the numbers that cancel, if the greatest of the x.x is ``longest``."""
        return (longest + self.square) * self.half


def direction_of(vector: Vector, origin: Vector) -> Direction:
    """The direction of a vector with as many elements as ``origin`` has zeros."""
    size = dist(vector, origin)
    factor = power_of_two(math.sqrt(len(vector)) / size, limit=1000) if size else 1.0
    if 0.25 <= factor <= 4.0:
        return Direction(vector, vector, size * size, 0.5)
    size *= factor
    stretched = tuple([factor * value for value in vector])
    return Direction(vector, stretched, size * size, 0.5 / factor)


def distance_products(
    vectors: Sequence[Vector], squares: Sequence[float], w: Direction
) -> list[float]:
    """The product of each vector with ``w``, given the squares of the vectors."""
    if w.square == 0.0:
        return [0.0] * len(vectors)
    own, half = w.square, w.half
    distances = map(dist, repeat(w.stretched), vectors)
    return [(own + square - t * t) * half for square, t in zip(squares, distances, strict=True)]


def even_products(vectors: Sequence[Vector], square: float, w: Direction) -> list[float]:
    """The same if all vectors have the same square: a fifth faster."""
    if w.square == 0.0:
        return [0.0] * len(vectors)
    both, half = w.square + square, w.half
    return [(both - t * t) * half for t in map(dist, repeat(w.stretched), vectors)]
