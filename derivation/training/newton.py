"""Newton's method, damped so that it never goes uphill."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum, sqrt
from operator import mul

from derivation.training.heights import Height
from derivation.training.objective import Objective
from derivation.training.search import NOISE, TRIALS, height_or_none, is_lower, is_unseen

NEWTON_LIMIT = 300
"""With more parameters the matrix of second derivatives costs more than many epochs."""

_SINGULAR = 2.0**-40  # a pivot below this, of a matrix with diagonal 1, may be rounding alone
_LEAST_RIDGE = 2.0**-24  # far above that rounding, so that it decides, and not the rounding
_ROUNDINGS = 2.0**-47  # 32 roundings
_SHORTER = 0.9  # of the slopes, in the rounding: steps that take less off would never end
_SHIFT_NOISE = 1e-10  # of the size of terms that cancel, each a sum over samples
_SUFFICIENT = 1e-4  # the share of the promised fall that a step has to reach (Armijo, 1966)


def check_newton(objective: Objective) -> None:
    """Raise ValueError if Newton's method does not suit the loss or the data."""
    if objective.formulas.curvature is None:
        raise ValueError(
            f"method 'newton' needs second derivatives, and no theorem of "
            f"{objective.formulas.name!r} gives them: take 'nesterov'"
        )
    if objective.parameters > NEWTON_LIMIT:
        raise ValueError(
            f"method 'newton' is for at most {NEWTON_LIMIT} parameters, and there are "
            f"{objective.parameters}: take 'nesterov'"
        )


def has_few_second_derivatives(objective: Objective) -> bool:
    """Whether there are second derivatives, and so few that a matrix of them may be had."""
    return objective.formulas.curvature is not None and objective.parameters <= NEWTON_LIMIT


def newton_step(objective: Objective, here: Height) -> tuple[Height, float] | None:
    """The height after one step, and the share of the full step that was taken.

    The step is halved until the loss falls by a share of what it promises. None if no step goes
    down: the loss is as low as rounding lets one see.
    """
    direction = newton_direction(objective.hessian(here.point), here.slopes, objective.width)
    promised = fsum(map(mul, direction, here.slopes))
    longest = max(map(abs, direction))
    share = 1.0
    for _ in range(TRIALS):
        if is_unseen(here.point, share * longest):
            return None
        point = [p - share * d for p, d in zip(here.point, direction, strict=True)]
        there = height_or_none(objective.at, point)
        if there is not None and is_lower(here, there, _SUFFICIENT * share * promised, _SHORTER):
            return there, share
        share *= 0.5
    return None


def newton_direction(
    hessian: Sequence[Sequence[float]], slopes: Sequence[float], width: int
) -> list[float]:
    """The solution of H x = slopes; of (H + ridge) x = slopes where H is singular.

    Each feature is scaled first, so that its unit has no effect, and alike in all outputs, of
    which each has ``width`` parameters. Then H gets the least ridge 2^-24, 2^-20 ... with which
    it is positive definite.
    """
    scaled, scale = _scaled_hessian(hessian, width)
    right = list(map(mul, slopes, scale))
    ridge = 0.0
    while True:
        factor = cholesky(scaled, ridge)
        if factor is not None:
            return list(map(mul, solve_cholesky(factor, right), scale))
        ridge = max(16.0 * ridge, _LEAST_RIDGE)


def _scaled_hessian(
    hessian: Sequence[Sequence[float]], width: int
) -> tuple[list[list[float]], list[float]]:
    """H without shifts and with a diagonal of about 1, and the factors of its rows and columns.

    A column of zeros has no effect: its entry on the diagonal is 1, so that it gets no step.
    """
    matrix = without_shifts(hessian, width)
    diagonal = [row[k] for k, row in enumerate(matrix)]
    largest = [max(diagonal[k::width]) for k in range(width)]
    scale = [1.0 / sqrt(value) if value > 0 else 1.0 for value in largest]
    scale *= len(diagonal) // width
    scaled = [
        [s * h * t for h, t in zip(row, scale, strict=True)]
        for row, s in zip(matrix, scale, strict=True)
    ]
    for k, row in enumerate(scaled):
        if not any(row) and largest[k % width] == 0.0:
            row[k] = 1.0
    return scaled, scale


def is_at_rounding(objective: Objective, here: Height) -> bool:
    """Whether the loss is as low as rounding lets one see.

    It is if its second derivatives promise a fall that none can see. Or if the slopes are no larger
    than what rounding may have made of zeros: about 2^-52 times the changes that each parameter's
    own size would make in them, and times the size of the terms of their sums.

    It is not known where the Hessian is singular but for its rounding. There small slopes say
    little: the loss may still fall, in a direction in which it hardly bends.
    """
    hessian = objective.hessian(here.point)
    scaled, scale = _scaled_hessian(hessian, objective.width)
    factor = cholesky(scaled, 0.0)
    if factor is None:
        return False
    right = list(map(mul, here.slopes, scale))
    if fsum(map(mul, right, solve_cholesky(factor, right))) <= NOISE * abs(here.loss):
        return True  # twice the fall of the parabola
    size = 1.0 + sqrt(2.0 * abs(here.loss))
    for k, row in enumerate(hessian):
        terms = fsum(abs(h * p) for h, p in zip(row, here.point, strict=True))
        if abs(here.slopes[k]) > _ROUNDINGS * (terms + size * sqrt(max(row[k], 0.0))):
            return False
    return True


def without_shifts(hessian: Sequence[Sequence[float]], width: int) -> list[list[float]]:
    """H, made definite where the same number can be added to a parameter of all outputs.

    That is so in softmax: it leaves the loss as it is, so H vanishes there and the slopes are
    rounding. A multiple of the projection onto these shifts is added to H: then the solution of
    H x = slopes adds nothing to all outputs alike, and the rounding is not magnified.
    """
    matrix = [list(row) for row in hessian]
    outputs = len(matrix) // width
    if outputs == 1:
        return matrix
    roots = [sqrt(max(row[k], 0.0)) for k, row in enumerate(hessian)]
    for first in range(width):
        alike = range(first, len(matrix), width)
        # no entry exceeds this in exact arithmetic; in centred columns it may vanish all the same
        size = _SHIFT_NOISE * fsum(roots[k] for k in alike)
        columns = zip(*(hessian[k] for k in alike), strict=True)
        if any(abs(fsum(c)) > size * root for c, root in zip(columns, roots, strict=True)):
            continue
        strength = fsum(hessian[k][k] for k in alike) / outputs**2
        for i in alike:
            for k in alike:
                matrix[i][k] += strength
    return matrix


def cholesky(matrix: Sequence[Sequence[float]], ridge: float) -> list[list[float]] | None:
    """L with L L^T = matrix + ridge; None if that is not clearly positive definite."""
    lower: list[list[float]] = []
    for i, row in enumerate(matrix):
        line: list[float] = []
        for k in range(i):
            rest = row[k] - fsum(map(mul, line, lower[k]))
            line.append(rest / lower[k][k])
        pivot = row[i] + ridge - fsum(map(mul, line, line))
        if not pivot > _SINGULAR:  # nan too
            return None
        lower.append([*line, sqrt(pivot)])
    return lower


def solve_cholesky(lower: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """The solution x of L L^T x = right."""
    middle: list[float] = []
    for row, value in zip(lower, right, strict=True):
        middle.append((value - fsum(map(mul, row, middle))) / row[-1])
    x = [0.0] * len(middle)
    for i in reversed(range(len(x))):
        rest = fsum(lower[k][i] * x[k] for k in range(i + 1, len(x)))
        x[i] = (middle[i] - rest) / lower[i][i]
    return x
