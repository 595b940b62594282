"""What a model says about the rows of a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from derivation.errors import DataError
from derivation.models.model import Model
from derivation.models.modules import generated, is_file, trainer_of
from derivation.models.sources import AnyTable, blocks
from derivation.training.evaluate import evaluate_prediction
from derivation.training.formulas import Formulas

__all__ = ["Prediction", "formulas_of", "likeliest", "predict", "predict_blocks", "predicted"]


@dataclass(frozen=True, slots=True)
class Prediction:
    """The predictions for some rows: a number for each output, in the order of the classes.

    For two classes the one number is the probability of the second. ``classes`` are the names of
    the levels of the target; it is empty for a target of numbers.
    """

    rows: tuple[tuple[float, ...], ...]
    classes: tuple[str, ...] = ()

    @property
    def values(self) -> tuple[float, ...]:
        """The predictions of a model of one output. Raises ValueError for several."""
        return tuple(value for (value,) in self.rows)

    @property
    def likeliest(self) -> tuple[str, ...]:
        """The name of the most likely class of each row. Raises ValueError without classes."""
        if not self.classes:
            raise ValueError("this model predicts numbers: its target has no named classes")
        return tuple(self.classes[likeliest(row)] for row in self.rows)


def likeliest(row: Sequence[float]) -> int:
    """Of one number, the probability of class 1: 1 from 1/2 on. Of several, the largest."""
    if len(row) == 1:
        return int(row[0] >= 0.5)
    return max(range(len(row)), key=row.__getitem__)


def predict(model: Model, table: AnyTable, derivation: str | None = None) -> Prediction:
    """The prediction for each row; columns are found by name, others are left aside.

    ``derivation`` names the file of a model that was not fitted to a shipped derivation: that file
    is a program, and no model decides that it runs.

    Raises DataError for a feature that the table does not have, for rows so large that the
    predictor is not a finite number, and for a file that is not named.
    """
    formulas = formulas_of(model, derivation)
    rows = tuple(row for block in predict_blocks(model, table, formulas) for row in block)
    return Prediction(rows, model.classes)


def formulas_of(model: Model, derivation: str | None = None) -> Formulas:
    """The formulas that ``model`` was fitted with. See `predict`."""
    if derivation is not None:
        if derivation != model.derivation and not (
            is_file(derivation) and is_file(model.derivation)
        ):
            raise DataError(
                f"this model was fitted to {model.derivation!r}, not to {derivation!r}; "
                "--derivation names the file of a derivation of yours, wherever that is now"
            )
        return trainer_of(derivation).FORMULAS
    if is_file(model.derivation):
        raise DataError(
            f"this model was fitted to the derivation in {model.derivation}, which is a program; "
            f"name it if it may run: --derivation {model.derivation}"
        )
    return generated(model.derivation).FORMULAS


def predict_blocks(
    model: Model, table: AnyTable, formulas: Formulas
) -> Iterator[list[tuple[float, ...]]]:
    """The rows of `Prediction`, some at a time: for a table that is larger than the memory."""
    positions = _positions(model, table.features)
    for block in blocks(table):
        rows = [tuple(row[k] for k in positions) for row in block]
        yield predicted(formulas, rows, model.coefficients, model.intercepts)


def predicted(
    formulas: Formulas,
    rows: Sequence[Sequence[float]],
    coefficients: Sequence[Sequence[float]],
    intercepts: Sequence[float],
) -> list[tuple[float, ...]]:
    """One tuple of predictions a row. Raises DataError for predictors that are not finite."""
    if formulas.bias != bool(intercepts):
        raise DataError(
            f"the model and {formulas.name!r} differ in whether there is an intercept: name the "
            "derivation that it was fitted to"
        )
    try:
        if formulas.outputs == 1:
            (bias,) = intercepts or (None,)
            values = evaluate_prediction(formulas, rows, coefficients[0], bias)
            return [(value,) for value in values]
        found = evaluate_prediction(formulas, rows, coefficients, intercepts or None)
        return [tuple(row) for row in found]
    except ValueError as error:
        raise DataError(f"cannot predict: {error}") from error


def _positions(model: Model, features: Sequence[str]) -> list[int]:
    for name in model.features:
        if name not in features:
            near = get_close_matches(name, features, n=1)
            hint = f"did you mean to rename {near[0]!r}?" if near else "the model needs it"
            raise DataError(f"the table has no column {name!r}: {hint}")
    return [features.index(name) for name in model.features]
