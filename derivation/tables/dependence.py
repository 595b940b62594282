"""Columns of which one follows from the others: their coefficients are not unique."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import fsum, sqrt
from operator import mul
from pathlib import Path

from derivation.errors import DataError
from derivation.tables.statistics import Blocks, Statistics, standardized

__all__ = ["MOST_COLUMNS", "check_independent"]

MOST_COLUMNS = 200
"""Tables with more columns are not looked at: the work grows with the cube of their number."""

_TOLERANCE = 1e-9

Take = Callable[[Sequence[int]], Sequence[Sequence[float]]]
"""Gives the columns of the rows with these numbers."""


def check_independent(
    path: str | Path,
    features: Sequence[str],
    blocks: Blocks,
    take: Take,
    known: Statistics,
    *,
    intercept: bool,
) -> None:
    """Raise DataError if a column is a constant plus multiples of columns before it.

    Without an ``intercept`` only a column that is a sum of such multiples does harm.

    A sample of the rows is orthogonalised column by column. What is independent there is
    independent; what is not is looked at in all rows, and a row that does not fit joins the
    sample. So the data are read once in most cases, and hardly ever more than three times.
    Equality is to within 1e-9 of the standard deviations. Tables with fewer rows than
    coefficients are not looked at: there everything follows from everything.
    """
    width, samples = len(features), known.samples
    if not 1 < width <= MOST_COLUMNS or samples <= width + 1:
        return
    if not intercept:
        known = known.uncentred
    size = min(samples, 2 * width + 8)
    rows = {k * samples // size for k in range(size)}
    while True:
        candidates = _dependent(_scaled(take(sorted(rows)), known), intercept=intercept)
        if not candidates:
            return
        misfits = _misfits(candidates, blocks, known)
        for j, combination in candidates.items():
            if j not in misfits:
                raise DataError(f"{path}: {_described(j, combination, features, known)}")
        rows.update(misfits.values())


Combination = dict[int, float]
"""The numbers of other columns, and the multiple of each; _ONE is a column of ones."""

_ONE = -1


def _scaled(columns: Sequence[Sequence[float]], known: Statistics) -> list[list[float]]:
    scales = zip(known.means, known.deviations, strict=True)
    return [standardized(column, *scale) for column, scale in zip(columns, scales, strict=True)]


def _dependent(columns: list[list[float]], *, intercept: bool) -> dict[int, Combination]:
    """For each column that is a combination of those before it: the combination.

    Gram and Schmidt's method, done twice for each column, as W. Kahan advised.
    """
    basis: list[list[float]] = []
    members: list[int] = []
    triangle: list[list[float]] = []
    found: dict[int, Combination] = {}
    ones = [[1.0] * len(columns[0])] if intercept else []
    for j, column in enumerate([*ones, *columns], start=-len(ones)):
        rest, shares = column, [0.0] * len(basis)
        for _ in range(2):
            for k, direction in enumerate(basis):
                share = sum(map(mul, direction, rest))
                if share:
                    shares[k] += share
                    rest = [r - share * q for r, q in zip(rest, direction, strict=True)]
        length = sqrt(sum(map(mul, rest, rest)))
        if length > _TOLERANCE * sqrt(len(column)):
            basis.append([value / length for value in rest])
            triangle.append([*shares, length])
            members.append(j)
        else:
            found[j] = dict(zip(members, _solved(triangle, shares), strict=True))
    return found


def _solved(triangle: list[list[float]], shares: list[float]) -> list[float]:
    """The multiples c with sum_k c_k triangle[k][i] = shares[i] for each i."""
    solution = [0.0] * len(shares)
    for i in reversed(range(len(shares))):
        later = fsum(solution[k] * triangle[k][i] for k in range(i + 1, len(shares)))
        solution[i] = (shares[i] - later) / triangle[i][i]
    return [c if abs(c) > _TOLERANCE else 0.0 for c in solution]


def _misfits(
    candidates: dict[int, Combination], blocks: Blocks, known: Statistics
) -> dict[int, int]:
    """For each candidate that does not hold in every row: a row in which it does not."""
    found: dict[int, int] = {}
    start = 0
    for block in blocks():
        open_ones = candidates.keys() - found.keys()
        if not open_ones:
            break
        scaled = _scaled(block, known)
        for j in open_ones:
            row = _misfit(j, candidates[j], scaled)
            if row is not None:
                found[j] = start + row
        start += len(scaled[0])
    return found


def _misfit(j: int, combination: Combination, columns: list[list[float]]) -> int | None:
    """The row that fits worst, or None if all fit."""
    rest = [abs(value) for value in columns[j]]
    size = [max(1.0, value) for value in rest]
    rest = columns[j]
    for k, multiple in combination.items():
        if multiple:
            part = (
                [multiple] * len(rest) if k == _ONE else [multiple * value for value in columns[k]]
            )
            rest = [r - p for r, p in zip(rest, part, strict=True)]
            size = [s + abs(p) for s, p in zip(size, part, strict=True)]
    errors = [abs(r) / s for r, s in zip(rest, size, strict=True)]
    worst = max(errors)
    return errors.index(worst) if worst > _TOLERANCE else None


def _described(j: int, combination: Combination, features: Sequence[str], known: Statistics) -> str:
    """The dependence in the units of the file, and what to do."""
    deviation = known.deviations[j]
    multiples = {
        k: c * deviation / known.deviations[k] for k, c in combination.items() if c and k != _ONE
    }
    constant = known.means[j] + combination.get(_ONE, 0.0) * deviation
    constant -= fsum(c * known.means[k] for k, c in multiples.items())
    if abs(constant) <= _TOLERANCE * (abs(known.means[j]) + known.deviations[j]):
        constant = 0.0
    if not any(combination.values()):
        return (
            f"the values of the column {features[j]!r} are so small that the squares of their "
            "differences round to 0; multiply it by a power of ten"
        )
    remedy = (
        "so their coefficients are not unique; leave one of them out, or add a penalty: "
        "--l2 0.01 (in Python dependent='keep', and l2=0.01)"
    )
    names = [features[k] for k in multiples]
    only = next(iter(multiples.values()), 0.0)
    if len(multiples) == 1 and constant == 0.0 and abs(only - 1.0) <= _TOLERANCE:
        return f"the columns {names[0]!r} and {features[j]!r} are the same, {remedy}"
    formula = _formula(features[j], constant, names, list(multiples.values()))
    if len(multiples) == 1:
        return f"the columns {names[0]!r} and {features[j]!r} say the same, {formula}, {remedy}"
    return f"the column {features[j]!r} follows from others, {formula}, {remedy}"


def _formula(name: str, constant: float, names: list[str], multiples: list[float]) -> str:
    """`c = 1 - a - 2 b`."""
    terms = [(constant, "")] if constant else []
    terms += zip(multiples, names, strict=True)
    text = ""
    for value, factor in terms[:8]:
        sign = (" - " if value < 0 else " + ") if text else ("-" if value < 0 else "")
        size = f"{abs(value):.6g}"
        product = factor if factor and size == "1" else f"{size} {factor}".strip()
        text += sign + product
    return f"{name} = {text}" + (" + ..." if len(terms) > 8 else "")
