"""The engine that runs compiled C. Results are the same bits on every machine and compiler."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import cache
from math import fsum, isclose

from derivation.training.c_build import (
    BuildError,
    CLibrary,
    CUnavailableError,
    NoCompilerError,
    load_c_library,
)
from derivation.training.c_kernel import CKernel
from derivation.training.c_memory import CColumns
from derivation.training.engine import GRAM_LIMIT, Engine
from derivation.training.formulas import Columns, Formulas
from derivation.training.source import RowSource, Source, largest_rows

C_AGREEMENT = 1e-11
"""Before it is used, a library must agree with Python to this relative difference."""


def c_engine_or_none(formulas: Formulas, source: Source, *, required: bool) -> Engine | None:
    """The C engine; where it cannot be had, RuntimeError if it is ``required``, and else None.

    None comes with a RuntimeWarning, once a process, where there is a compiler that fails; it is
    not tried again for the same formulas then, unless the engine is ``required``.
    """
    failures = _c_failures()
    if formulas.c_source in failures and not required:
        return None
    try:
        return CEngine(formulas, source)
    except NoCompilerError:
        if required:
            raise
    except (CUnavailableError, OSError) as error:
        if required:
            raise BuildError(f"the C engine cannot be used: {error}") from error
        known = bool(failures)
        failures.add("no room" if isinstance(error, OSError) else formulas.c_source)
        if not known:
            warnings.warn(
                f"the C engine cannot be used, so Python computes: {error}",
                RuntimeWarning,
                stacklevel=2,
            )
    return None


@cache
def _c_failures() -> set[str]:
    """The C texts with which this process failed."""
    return set()


class CEngine:
    """Sums over blocks of 2048 rows, computed by compiled C; see `Engine`.

    Raises CUnavailableError, a RuntimeError, where C cannot be compiled, and OSError where there
    is no room for a copy of the data.
    """

    kind = "c"

    def __init__(self, formulas: Formulas, source: Source) -> None:
        self._formulas = formulas
        self._kernel = CKernel(checked_c_library(formulas), CColumns(source))
        self._hard = self._kernel.hard()

    @property
    def samples(self) -> int:
        """The number of rows."""
        return self._kernel.columns.samples

    @property
    def features(self) -> int:
        """The number of features."""
        return self._kernel.columns.features

    @property
    def outputs(self) -> int:
        """The number of outputs of one sample."""
        return self._kernel.columns.outputs

    @property
    def hard(self) -> bool:
        """Whether all labels are 0 or 1."""
        return self._hard

    def sums(self, point: Sequence[float]) -> list[list[float]]:
        """Rows with the exact sums of all blocks: of the losses, then of each slope."""
        return self._kernel.sums(point)

    def second_sums(self, point: Sequence[float]) -> list[list[float]]:
        """Rows with the exact sums of all blocks: the upper triangle of the second derivatives."""
        if self._formulas.curvature is None:
            raise ValueError(f"no theorem of {self._formulas.name!r} gives its second derivatives")
        return self._kernel.second_sums(point)

    def gram_sums(self) -> list[list[float]]:
        """Rows with the exact sums of all blocks: of products of columns; see `Engine`."""
        return self._kernel.gram_sums(diagonal=self.features + 1 > GRAM_LIMIT)

    def largest_rows(self, count: int) -> float:
        """The mean of the ``count`` largest sums of squares of a row and 1."""
        return largest_rows(self._kernel.columns.feature_blocks(), count)

    def batch_sums(self, point: Sequence[float], rows: Sequence[int]) -> list[float]:
        """The sums as in `sums`, for the rows with these numbers only."""
        blocks = self._kernel.batch_sums(point, rows)
        if len(blocks) == 1:
            return blocks[0]
        return [_sum_or_infinite(column) for column in zip(*blocks, strict=True)]

    def predictions(self, point: Sequence[float]) -> Columns:
        """The predictions of every row, one list for each output."""
        return self._kernel.predictions(point)


def _sum_or_infinite(values: Sequence[float]) -> float:
    """Rounded once; not finite where that is not possible."""
    try:
        return fsum(values)
    except (OverflowError, ValueError):  # ValueError: inf - inf
        return sum(values)


# ------------------------------------------------------------------- trust, but verify


@cache
def checked_c_library(formulas: Formulas) -> CLibrary:
    """The library for these formulas, once it agrees with their Python on a few samples.

    Raises NoCompilerError or BuildError.
    """
    if not formulas.c_source:
        raise NoCompilerError(f"{formulas.name!r} has no C code")
    library = load_c_library(formulas.c_source)
    outputs = 3 if formulas.outputs is None else formulas.outputs
    for z in ([-40.0] * outputs, [-1.5, 0.25, 0.5], [0.25, -1.5, -2.0], [40.0, 38.0, -3.0]):
        for y in _labels_to_try(formulas, outputs):
            _compare_with_python(formulas, library, z[:outputs], y)
    return library


def _labels_to_try(formulas: Formulas, outputs: int) -> list[list[float]]:
    """Labels of one sample to try."""
    if outputs > 1:
        return [[1.0] + [0.0] * (outputs - 1), [0.0] * (outputs - 1) + [1.0]]
    low, high, low_open, high_open = formulas.labels
    usual = (0.0, 1.0, 0.5, -1.0, low + 1.0, high - 1.0, 0.5 * (low + high))
    fitting = [
        [y]
        for y in usual
        if (low < y or (low == y and not low_open)) and (y < high or (y == high and not high_open))
    ]
    return fitting[:2]


def _compare_with_python(
    formulas: Formulas, library: CLibrary, z: list[float], y: list[float]
) -> None:
    """Raises BuildError unless C says of one sample what Python says."""
    source = RowSource([(0.5,)], [[label] for label in y])
    point = [number for value in z for number in (value, 0.5 * value)]  # 0.5 z + 0.5 z
    found = CKernel(library, CColumns(source)).sums(point)[0]
    loss, residuals = formulas.block([[value] for value in z], [[label] for label in y])
    slopes = [number for (r,) in residuals for number in (0.5 * r, r)]
    for ours, theirs in zip(found, [loss, *slopes], strict=True):
        if not isclose(ours, theirs, rel_tol=C_AGREEMENT):
            raise BuildError(
                f"the library that was built is wrong: for z = {z}, y = {y} it gives {ours!r}, "
                f"and Python {theirs!r}"
            )
