"""Exact rational matrices with declared properties, which are checked after they are made."""

from __future__ import annotations

import random
from fractions import Fraction

from flint import fmpq, fmpq_mat

from derivation.domain import Declaration, MatrixProperty

__all__ = ["sample"]


def sample(
    declaration: Declaration, rows: int, columns: int, chance: random.Random, number: int
) -> fmpq_mat | None:
    """A matrix with the declared properties, which are checked; None if none was found."""
    for _ in range(8):
        matrix = _candidate(declaration, rows, columns, chance, number)
        if matrix is not None and _has_properties(matrix, declaration):
            return matrix
    return None


def _candidate(
    declaration: Declaration, rows: int, columns: int, chance: random.Random, number: int
) -> fmpq_mat | None:
    wanted = declaration.properties
    free = fmpq_mat(
        rows, columns, [_entry(declaration, chance, number) for _ in range(rows * columns)]
    )
    if not wanted:
        return free
    identity = _identity(rows)
    if MatrixProperty.ORTHOGONAL in wanted:
        if MatrixProperty.POSITIVE_DEFINITE in wanted:
            return identity
        if MatrixProperty.SYMMETRIC in wanted:
            return _reflection(free)
        skew = free - free.transpose()  # Cayley: I + K is invertible for skew K
        return (identity - skew) * (identity + skew).inv() * chance.choice((-1, 1))
    if MatrixProperty.POSITIVE_DEFINITE in wanted:
        return free.transpose() * free + identity
    return free + free.transpose() if MatrixProperty.SYMMETRIC in wanted else free


def _reflection(free: fmpq_mat) -> fmpq_mat:
    """I - 2 v v'/v'v for the first column v, or -I."""
    rows = free.nrows()
    column = fmpq_mat(rows, 1, [free[i, 0] for i in range(rows)])
    square = (column.transpose() * column)[0, 0]
    if square == 0:
        return -_identity(rows)
    return _identity(rows) - column * column.transpose() * (fmpq(2) / square)


def _identity(size: int) -> fmpq_mat:
    return fmpq_mat(size, size, [fmpq(int(i == j)) for i in range(size) for j in range(size)])


def _entry(declaration: Declaration, chance: random.Random, number: int) -> fmpq:
    """Small whole numbers first, then fractions, then positive ones; inside the declared range."""
    style = number % 3
    if style == 0:
        value = Fraction(chance.choice((-3, -2, -1, 1, 2, 3, 0)))
    elif style == 1:
        value = Fraction(chance.randint(-20, 20), chance.randint(3, 9))
    else:
        value = Fraction(chance.randint(1, 19), 20)
    value = _inside(value, declaration, chance)
    return fmpq(value.numerator, value.denominator)


def _inside(value: Fraction, declaration: Declaration, chance: random.Random) -> Fraction:
    interval = declaration.interval
    if value in interval:
        return value
    part = Fraction(chance.randint(1, 18), 19)
    if interval.low is not None and interval.high is not None:
        return interval.low + (interval.high - interval.low) * part
    if interval.low is not None:
        return interval.low + abs(value) + part
    return value if interval.high is None else interval.high - abs(value) - part


def _has_properties(matrix: fmpq_mat, declaration: Declaration) -> bool:
    entries = (Fraction(int(one.p), int(one.q)) for one in matrix.entries())
    if not all(declaration.admits(one) for one in entries):
        return False
    turned = matrix.transpose()
    checks = {
        MatrixProperty.SYMMETRIC: lambda: turned == matrix,
        MatrixProperty.POSITIVE_DEFINITE: lambda: turned == matrix and _leading_minors(matrix),
        MatrixProperty.ORTHOGONAL: lambda: turned * matrix == _identity(matrix.nrows()),
        MatrixProperty.INVERTIBLE: lambda: matrix.det() != 0,
    }
    return all(checks[one]() for one in declaration.properties)


def _leading_minors(matrix: fmpq_mat) -> bool:
    """Sylvester: a symmetric matrix is positive definite if all its leading minors are > 0."""
    rows = matrix.tolist()
    return all(
        fmpq_mat(k, k, [rows[i][j] for i in range(k) for j in range(k)]).det() > 0
        for k in range(1, matrix.nrows() + 1)
    )
