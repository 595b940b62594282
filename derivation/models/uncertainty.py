"""Standard errors: the inverse of the observed information, at the optimum.

The observed information is the Hessian of the sum of the losses of the samples, which for a
negative log-likelihood is the curvature of each sample times the products of its columns. A loss
of constant curvature c over all real labels is that of least squares: there the variance of the
labels is not known, so the inverse is multiplied by c times the sum of the squared residuals over
its degrees of freedom.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite, sqrt

from derivation.models.model import NoErrors
from derivation.models.scaling import Scaling
from derivation.models.symmetric import from_triangle, inverse
from derivation.training.engine import Engine
from derivation.training.formulas import Formulas
from derivation.training.heights import total_sums

__all__ = ["Uncertainty", "is_least_squares", "shift_changes_nothing", "uncertainty"]

_MOST_PARAMETERS = 1000
_EXACT = 1e-26
_MOST_WORK = {"python": 4e8, "c": 4e10}  # samples times parameters squared: some seconds

Matrix = list[list[float]]


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """Standard errors as `Model` has them, or why there are none."""

    errors: tuple[tuple[float, ...], ...] | None = None
    missing: NoErrors | None = None
    degrees: int | None = None


def uncertainty(
    formulas: Formulas, engine: Engine, point: Sequence[float], scaling: Scaling
) -> Uncertainty:
    """The standard errors of a fit that converged to ``point`` on the columns of ``engine``."""
    width, outputs = engine.features + formulas.bias, engine.outputs
    size = width * outputs
    if formulas.curvature is None:
        return Uncertainty(missing=NoErrors.NO_CURVATURE)
    most = _MOST_WORK.get(engine.kind, _MOST_WORK["python"])
    if size > _MOST_PARAMETERS or engine.samples * float(size) ** 2 > most:
        return Uncertainty(missing=NoErrors.WORK)
    variance, degrees = 1.0, None
    if is_least_squares(formulas):
        degrees = engine.samples - width
        if degrees <= 0:
            return Uncertainty(missing=NoErrors.FEW_ROWS)
        variance = _residual_variance(formulas, engine, point, degrees)
    information = from_triangle(total_sums(engine.second_sums(point)), size)
    if shift_changes_nothing(formulas, outputs):
        covariance = _pseudo_inverse(information, outputs)
    else:
        covariance = inverse(information)
    if covariance is None:
        return Uncertainty(missing=NoErrors.SINGULAR)
    errors = []
    for k in range(outputs):
        part = slice(k * width, (k + 1) * width)
        block = [row[part] for row in covariance[part]]
        variances = [variance * value for value in scaling.variances(block)]
        if not all(isfinite(value) and value >= 0 for value in variances):
            return Uncertainty(missing=NoErrors.SINGULAR)
        errors.append(tuple(map(sqrt, variances)))
    return Uncertainty(tuple(errors), None, degrees)


def is_least_squares(formulas: Formulas) -> bool:
    """Any real label, and the same curvature wherever one looks."""
    if formulas.outputs != 1 or formulas.labels[:2] != (-inf, inf) or formulas.curvature is None:
        return False
    z, y = [-3.0, 0.0, 0.5, 40.0], [1.0, -2.0, 0.5, 7.0]
    ((values,),) = formulas.curvature([z], [y])
    return len(set(values)) == 1 and values[0] > 0


def _residual_variance(
    formulas: Formulas, engine: Engine, point: Sequence[float], degrees: int
) -> float:
    """c times the variance of the labels around their predictions, for curvature c.

    The loss of a sample is c/2 (z - y)^2, so the losses sum to c/2 times the sum of squares.
    """
    assert formulas.curvature is not None  # noqa: S101  # is_least_squares looked
    ((curvature,),) = formulas.curvature([[0.0]], [[0.0]])
    losses, whole = (total_sums(engine.sums(at))[0] for at in (point, [0.0] * len(point)))
    if losses <= _EXACT * whole:  # nothing is left of the labels but the rounding
        return 0.0
    squares = 2 * losses / curvature[0]
    return curvature[0] * squares / degrees


def shift_changes_nothing(formulas: Formulas, outputs: int) -> bool:
    """The same number added to every predictor of a sample leaves its loss as it is.

    Then its curvature vanishes in that direction. False for one output.
    """
    if outputs == 1 or formulas.curvature is None:
        return False
    z = [[0.3 * k - 0.7] for k in range(outputs)]
    y = [[1.0 if k == 0 else 0.0] for k in range(outputs)]
    curvature = formulas.curvature(z, y)
    size = max(abs(entry[0]) for row in curvature for entry in row)
    return all(abs(sum(entry[0] for entry in row)) <= 1e-12 * size for row in curvature)


def _pseudo_inverse(matrix: Matrix, outputs: int) -> Matrix | None:
    """The inverse among coefficients that sum to 0 over the outputs, for each column.

    The matrix vanishes on coefficients that are alike for all outputs. There a multiple s of the
    projection is added, and its inverse 1/s taken away again.
    """
    size, width = len(matrix), len(matrix) // outputs
    strength = sum(matrix[k][k] for k in range(size)) / size
    if not strength > 0:
        return None
    filled = _on_shared(matrix, width, strength / outputs)
    found = inverse(filled)
    return None if found is None else _on_shared(found, width, -1 / (strength * outputs))


def _on_shared(matrix: Matrix, width: int, value: float) -> Matrix:
    """``value`` added wherever row and column belong to the same coefficient of two outputs."""
    return [
        [entry + value if (i - j) % width == 0 else entry for j, entry in enumerate(row)]
        for i, row in enumerate(matrix)
    ]
