"""Fitting a generated module to a table; the fitted model, its summary and its JSON file."""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from difflib import get_close_matches
from importlib import import_module
from math import fsum, isfinite, sqrt
from pathlib import Path
from types import ModuleType

from derivation import gradients
from derivation.errors import DataError, DerivationError, StructureError
from derivation.files import write_whole
from derivation.trainer.data import Table

__all__ = ["Model", "fit", "predict"]

_FORMAT = "derive model 1"


@dataclass(frozen=True, slots=True)
class Model:
    """A fitted model. Weights and bias belong to the features as they stand in the table.

    ``derivation`` and ``theorems`` (a SHA-256) say which generated module fitted it;
    ``accuracy`` is the share of training rows on the right side of 1/2, or None for labels
    other than 0 and 1; ``standardized`` says whether the columns were scaled while fitting.
    """

    derivation: str
    theorems: str
    target: str
    features: tuple[str, ...]
    weights: tuple[float, ...]
    bias: float
    loss: float
    epochs: int
    converged: bool
    learning_rate: float
    standardized: bool
    samples: int
    accuracy: float | None

    def summary(self) -> str:
        """A table of the coefficients, and how the fit went."""
        names = ("(intercept)", *self.features)
        width = max(map(len, names))
        lines = [
            f"{self.derivation}: {self.samples} rows, {len(self.features)} features, "
            f"target {self.target}",
            "",
            f"{'':{width}}  {'coefficient':>14}",
        ]
        for name, value in zip(names, (self.bias, *self.weights), strict=True):
            lines.append(f"{name:{width}}  {value:>14.6g}")
        state = "converged" if self.converged else "not converged: more epochs would change it"
        scale = "standardised columns" if self.standardized else "columns as they are"
        lines += [
            "",
            f"loss               {self.loss:.8g}",
            f"epochs             {self.epochs} ({state})",
            f"learning rate      {self.learning_rate:.6g} on {scale}",
        ]
        if self.accuracy is not None:
            lines.append(f"training accuracy  {100 * self.accuracy:.2f} %")
        return "\n".join(lines)

    def save(self, path: str | Path) -> None:
        """Write the model as JSON, whole or not at all. Raises DataError if that fails."""
        text = json.dumps({"format": _FORMAT, **asdict(self)}, indent=2, allow_nan=False) + "\n"
        try:
            write_whole(Path(path), text)
        except DerivationError as error:
            raise DataError(str(error)) from None

    @classmethod
    def load(cls, path: str | Path) -> Model:
        """Read what `save` wrote. Raises DataError for anything else."""
        path = Path(path)
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise DataError(f"there is no model file {path}") from None
        except OSError as error:
            raise DataError(f"cannot read {path}: {error.strerror or error}") from None
        except ValueError as error:  # not UTF-8, or not JSON
            raise DataError(f"{path} is not a model: {error}") from None
        if not isinstance(values, dict) or values.get("format") != _FORMAT:
            raise DataError(f"{path} is not a model that `derive train --save` wrote")
        return _model(path, values)


def fit(  # everything after the table is optional
    table: Table,
    derivation: str = "bce",
    *,
    epochs: int = 1000,
    learning_rate: float | None = None,
    standardize: bool = True,
    tolerance: float = 1e-8,
    method: str = "nesterov",
) -> Model:
    """Fit the module generated from ``derivation`` to a table with labels.

    With ``standardize`` the columns are brought to mean 0 and standard deviation 1 for the
    fit, and the coefficients are given for the columns as they were; a constant column gets
    the weight 0. ``method`` is "nesterov" or "gd" (see ``train`` of the module).

    Raises DataError for data that cannot be fitted, StructureError for an unknown derivation.
    """
    module = _gradients(derivation)
    if table.target is None:
        raise DataError("the table has no target column; name one with --target COLUMN")
    scales = [_scale(column) for column in zip(*table.rows, strict=True)]
    if not standardize:
        scales = [(0.0, 1.0)] * len(table.features)
    rows = [
        [(value - mean) / deviation for value, (mean, deviation) in zip(row, scales, strict=True)]
        for row in table.rows
    ]
    try:
        result = module.train(
            rows,
            table.labels,
            learning_rate=learning_rate,
            epochs=epochs,
            tolerance=tolerance,
            method=method,
        )
        scaled, bias = (getattr(result, field.name) for field in fields(result)[:2])
        weights = tuple(v / deviation for v, (_, deviation) in zip(scaled, scales, strict=True))
        bias -= fsum(w * mean for w, (mean, _) in zip(weights, scales, strict=True))
        predictions = module.predict(table.rows, weights, bias)
    except ValueError as error:
        raise DataError(f"cannot fit {table.target!r}: {error}") from error
    return Model(
        derivation=derivation,
        theorems=module.THEOREMS_SHA256,
        target=table.target,
        features=table.features,
        weights=weights,
        bias=bias,
        loss=result.history[-1],
        epochs=result.epochs,
        converged=result.converged,
        learning_rate=result.learning_rate,
        standardized=standardize,
        samples=len(rows),
        accuracy=_accuracy(predictions, table.labels),
    )


def predict(model: Model, table: Table) -> list[float]:
    """The prediction for each row; columns are found by name, others are left aside.

    Raises DataError for a feature that the table does not have.
    """
    for name in model.features:
        if name not in table.features:
            near = get_close_matches(name, table.features, n=1)
            hint = f"did you mean to rename {near[0]!r}?" if near else "the model needs it"
            raise DataError(f"the table has no column {name!r}: {hint}")
    positions = [table.features.index(name) for name in model.features]
    rows = [[row[k] for k in positions] for row in table.rows]
    try:
        predictions: list[float] = _gradients(model.derivation).predict(
            rows, model.weights, model.bias
        )
    except ValueError as error:
        raise DataError(f"cannot predict: {error}") from error
    return predictions


def _gradients(derivation: str) -> ModuleType:
    known = sorted(module.name for module in pkgutil.iter_modules(gradients.__path__))
    if derivation not in known:
        near = get_close_matches(derivation, known, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(known)}."
        raise StructureError(f"no module was generated for {derivation!r}. {hint}")
    return import_module(f"{gradients.__name__}.{derivation}")


def _scale(column: Sequence[float]) -> tuple[float, float]:
    """Mean and standard deviation; the deviation of a constant column counts as 1."""
    try:
        mean = fsum(column) / len(column)
        deviation = sqrt(fsum((value - mean) ** 2 for value in column) / len(column))
    except OverflowError:
        raise DataError(
            "a column is too large to be standardised; divide it by a power of ten"
        ) from None
    if min(column) == max(column) or deviation == 0.0:
        return mean, 1.0
    return mean, deviation


def _accuracy(predictions: Sequence[float], labels: Sequence[float]) -> float | None:
    if not set(labels) <= {0.0, 1.0}:
        return None
    right = sum((p >= 0.5) == (y == 1.0) for p, y in zip(predictions, labels, strict=True))
    return right / len(labels)


_KINDS: Mapping[str, tuple[type, ...]] = {
    "derivation": (str,),
    "theorems": (str,),
    "target": (str,),
    "features": (list,),
    "weights": (list,),
    "bias": (int, float),
    "loss": (int, float),
    "epochs": (int,),
    "converged": (bool,),
    "learning_rate": (int, float),
    "standardized": (bool,),
    "samples": (int,),
    "accuracy": (int, float, type(None)),
}


def _model(path: Path, values: Mapping[str, object]) -> Model:
    parts: dict[str, object] = {}
    for name, kinds in _KINDS.items():
        if name not in values:
            raise DataError(f"{path} is not a complete model: {name!r} is missing")
        value = values[name]
        if type(value) not in kinds:
            raise DataError(f"{path}: {name!r} is {value!r}, which does not belong there")
        parts[name] = tuple(value) if isinstance(value, list) else value
    model = Model(**parts)  # type: ignore[arg-type]  # the kinds were just checked
    numbers = (*model.weights, model.bias)
    if not all(type(value) in (int, float) and isfinite(value) for value in numbers):
        raise DataError(f"{path}: weights and bias must be finite numbers")
    if not all(isinstance(name, str) for name in model.features):
        raise DataError(f"{path}: the names of the features must be text")
    if len(model.features) != len(model.weights):
        raise DataError(
            f"{path} has {len(model.weights)} weights for {len(model.features)} features"
        )
    return model
