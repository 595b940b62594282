"""A learning rate from the data with which gradient descent cannot diverge."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum, isfinite, sqrt
from operator import mul

from derivation.training.heights import total_sums
from derivation.training.objective import Objective
from derivation.training.problems import NotFiniteError


def safe_learning_rate(objective: Objective, batch_size: int | None = None) -> float:
    """A step that never increases the loss.

    If c bounds the curvature of one sample's loss in its predictors, then the Hessian is at most
    c times G, the mean (or sum) of the products of the rows (x, 1) with themselves, plus the
    penalty's. A step of 1/(the largest eigenvalue of that bound) never increases the loss.
    The eigenvalue of G is at most trace(G^32)^(1/32), or trace(G) if G is large.

    For batches of rows the trace of the worst one is taken: the mean of the largest squares of a
    row's length. So no step increases the loss of its batch; that of all rows it may.

    Without a proved c it takes 1: the first guess of a search (see `Search`).
    Raises ValueError for features so large that no rate is left.
    """
    bound = objective.formulas.curvature_bound
    if batch_size is None:
        largest = _largest_eigenvalue(objective)
    else:
        share = objective.engine.samples / objective.weight
        largest = share * objective.engine.largest_rows(batch_size)
    curvature = (1.0 if bound is None else bound) * largest + objective.penalty_curvature
    rate = 1.0 / curvature if curvature else 1.0
    if rate < 1e-300:
        raise _no_rate()
    return rate


def _largest_eigenvalue(objective: Objective) -> float:
    """A bound of the largest eigenvalue of G."""
    try:
        sums = total_sums(objective.engine.gram_sums())
    except NotFiniteError:
        raise _no_rate() from None
    entries = [value / objective.weight for value in sums]
    width = objective.width
    if len(entries) == width:  # the diagonal alone
        return fsum(entries)
    rest = iter(entries)
    matrix = [[0.0] * width for _ in range(width)]
    for i in range(width):
        for k in range(i, width):
            matrix[i][k] = matrix[k][i] = next(rest)
    trace = fsum(row[k] for k, row in enumerate(matrix))
    if not isfinite(trace):
        return trace
    return trace * _power_bound([[value / trace for value in row] for row in matrix])


def _power_bound(matrix: Sequence[Sequence[float]]) -> float:
    """trace(M^32)^(1/32) of a symmetric matrix M of trace 1."""
    for _ in range(5):  # the powers 2, 4, 8, 16, 32
        matrix = [[fsum(map(mul, row, other)) for other in matrix] for row in matrix]
    return sqrt(sqrt(sqrt(sqrt(sqrt(fsum(row[k] for k, row in enumerate(matrix)))))))


def _no_rate() -> ValueError:
    return ValueError(
        "a feature is so large that its square leaves no learning rate: scale it (divide the "
        "column by a power of ten, or standardise it)"
    )
