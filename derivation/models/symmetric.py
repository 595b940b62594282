"""The inverse of a symmetric positive definite matrix, in plain Python."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum, isfinite, sqrt
from operator import mul

__all__ = ["from_triangle", "inverse"]

_LEAST_PIVOT = 1e-12
"""A column depends on others if less than this share of it is left without them."""

Matrix = list[list[float]]


def from_triangle(values: Sequence[float], size: int) -> Matrix:
    """The symmetric matrix whose upper triangle is ``values``, row by row."""
    matrix = [[0.0] * size for _ in range(size)]
    rest = iter(values)
    for i in range(size):
        for j in range(i, size):
            matrix[i][j] = matrix[j][i] = next(rest)
    return matrix


def inverse(matrix: Sequence[Sequence[float]]) -> Matrix | None:
    """The inverse, by Cholesky's decomposition; None for a matrix that is singular or not positive.

    Rows and columns are first scaled to ones on the diagonal: that makes the answer independent
    of units, and within a factor of the size as accurate as any scaling can (van der Sluis 1969).
    """
    size = len(matrix)
    diagonal = [matrix[k][k] for k in range(size)]
    if not all(isfinite(value) and value > 0 for value in diagonal):
        return None
    scales = [1 / sqrt(value) for value in diagonal]
    scaled = [
        [value * scales[i] * scales[j] for j, value in enumerate(row)]
        for i, row in enumerate(matrix)
    ]
    lower = _cholesky(scaled)
    if lower is None:
        return None
    columns = _inverse_of_lower(lower)  # L^-1, by columns: column j begins at row j
    found = [[0.0] * size for _ in range(size)]
    for i in range(size):
        for j in range(i, size):  # (L^-1)^T L^-1
            value = fsum(map(mul, columns[i][j:], columns[j][j:]))
            found[i][j] = found[j][i] = value * scales[i] * scales[j]
    return found


def _cholesky(matrix: Sequence[Sequence[float]]) -> Matrix | None:
    """Lower triangular L with L L^T = matrix, which has ones on its diagonal."""
    lower: Matrix = []
    for i, row in enumerate(matrix):
        line: list[float] = []
        for j in range(i):
            line.append((row[j] - fsum(map(mul, line, lower[j]))) / lower[j][j])
        left = row[i] - fsum(map(mul, line, line))
        if not left > _LEAST_PIVOT:  # nan is not
            return None
        lower.append([*line, sqrt(left)])
    return lower


def _inverse_of_lower(lower: Matrix) -> Matrix:
    """Column j of the inverse at [j], zeros above the diagonal included."""
    size = len(lower)
    columns = []
    for j in range(size):
        column = [0.0] * size
        column[j] = 1 / lower[j][j]
        for i in range(j + 1, size):
            column[i] = -fsum(map(mul, lower[i][j:i], column[j:i])) / lower[i][i]
        columns.append(column)
    return columns
