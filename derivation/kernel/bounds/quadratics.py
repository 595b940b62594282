"""The least value of a quadratic polynomial on the whole of real space, by completing squares."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

__all__ = ["least_value"]

_MOST_VARIABLES = 12


def least_value(coefficients: Mapping[tuple[int, ...], Fraction]) -> Fraction | None:
    """The least value of p, or None when p is unbounded below or of degree above 2.

    p = (x, 1) M (x, 1)^T with M symmetric. A pivot d > 0 splits off d (x_i + ...)^2, which is 0
    for some x_i whatever the others are; a pivot 0 needs a row of zeros, for p is linear in
    that x_i otherwise; a pivot < 0 makes p unbounded below. What remains is the least value.
    """
    if any(sum(exponents) > 2 for exponents in coefficients):
        return None
    last = len(next(iter(coefficients), ()))
    if last > _MOST_VARIABLES:
        return None
    matrix = _matrix(coefficients, last)
    for i in range(last):
        pivot, row = matrix[i][i], matrix[i][:]
        if pivot < 0 or (pivot == 0 and any(row)):
            return None
        if pivot == 0:
            continue
        for j in range(i, last + 1):
            for k in range(i, last + 1):
                matrix[j][k] -= row[j] * row[k] / pivot
    return matrix[last][last]


def _matrix(coefficients: Mapping[tuple[int, ...], Fraction], last: int) -> list[list[Fraction]]:
    matrix = [[Fraction(0)] * (last + 1) for _ in range(last + 1)]
    for exponents, coefficient in coefficients.items():
        places = [i for i, e in enumerate(exponents) for _ in range(e)]
        i, j = [*places, last, last][:2]
        matrix[i][j] += coefficient / 2
        matrix[j][i] += coefficient / 2
    return matrix
