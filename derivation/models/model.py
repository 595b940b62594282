"""A fitted model: frozen numbers, and what they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from derivation.tables import Encoding

__all__ = ["Course", "Ending", "Model", "NoErrors", "Score"]


class Ending(Enum):
    """Why a training stopped."""

    CONVERGED = "converged"
    EPOCHS = "epochs"
    PATIENCE = "patience"
    CALLBACK = "callback"
    PRECISION = "precision"
    STALLED = "stalled"
    SEPARATED = "separated"


class NoErrors(Enum):
    """Why a model has no standard errors."""

    UNCONVERGED = "unconverged"
    SEPARATED = "separated"
    PENALTY = "penalty"
    SINGULAR = "singular"
    FEW_ROWS = "few rows"
    NO_CURVATURE = "no curvature"
    WORK = "work"
    OLD_FILE = "old file"


class Score(Enum):
    """What ``Model.score`` measures on the rows that were trained on."""

    ACCURACY = "accuracy"
    R_SQUARED = "R^2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How a training went.

    ``history[k]`` is the loss after k epochs, with the penalty, if there is one; it is empty for
    a model of an old file. ``rate`` is the learning rate, None for Newton's method, which needs
    none. ``standardized``: the columns were brought to mean 0 and deviation 1 for it.
    """

    ending: Ending
    epochs: int
    method: str
    engine: str
    rate: float | None
    standardized: bool
    l2: float = 0.0
    batch_size: int | None = None
    history: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A fitted model. Coefficients belong to the columns as they stand in the table.

    ``derivation`` and ``theorems`` (a SHA-256) say which generated module fitted it.
    ``encoding`` says how the cells of a CSV file become the numbers of ``features``: which
    columns, levels of categories, values for missing cells (None: every feature is a column of
    numbers). ``classes`` names the levels of the target, the first one first; it is empty for a
    target of numbers.

    For each output (one; for K classes, K) there is a row of ``coefficients``, one for each
    feature, and one of the ``intercepts``, which are empty for a loss whose predictors have none.
    ``standard_errors`` has a row for each output too: one for each feature, then that of the
    intercept, if there is one; None where there are none, for the reason in
    ``errors``. ``degrees`` are the degrees of freedom of Student's t for a loss whose variance is
    estimated from the residuals, None where the errors are those of a normal distribution.

    ``loss`` is that of the samples, without the penalty. ``score`` is None where neither
    accuracy nor R^2 means anything. ``notes`` are sentences about the table.
    """

    derivation: str
    theorems: str
    target: str
    features: tuple[str, ...]
    coefficients: tuple[tuple[float, ...], ...]
    intercepts: tuple[float, ...]
    loss: float
    samples: int
    course: Course
    classes: tuple[str, ...] = ()
    encoding: Encoding | None = None
    standard_errors: tuple[tuple[float, ...], ...] | None = None
    missing: NoErrors | None = None
    degrees: int | None = None
    score: float | None = None
    score_kind: Score | None = None
    notes: tuple[str, ...] = ()

    @property
    def outputs(self) -> int:
        """1, or the number of classes of a model that has a predictor for each."""
        return len(self.coefficients)

    @property
    def converged(self) -> bool:
        """The training came to the place where the gradient vanishes."""
        return self.course.ending in (Ending.CONVERGED, Ending.PRECISION)

    @property
    def history(self) -> tuple[float, ...]:
        """The loss after 0, 1, 2, ... epochs."""
        return self.course.history

    @property
    def weights(self) -> tuple[float, ...]:
        """The coefficients of a model of one output. Raises ValueError for several."""
        (only,) = self.coefficients
        return only

    @property
    def bias(self) -> float:
        """The intercept of a model of one output. Raises ValueError for several, and for none."""
        (only,) = self.intercepts
        return only

    def summary(self) -> str:
        """A table of the coefficients and their standard errors, and how the training went."""
        from derivation.models.summary import summary

        return summary(self)

    def save(self, path: str | Path) -> None:
        """Write the model as JSON, whole or not at all. Raises DataError if that fails."""
        from derivation.models.storage import save

        save(self, Path(path))

    @classmethod
    def load(cls, path: str | Path) -> Model:
        """Read what `save` wrote, bit for bit. Raises DataError for anything else."""
        from derivation.models.storage import load

        return load(Path(path))
