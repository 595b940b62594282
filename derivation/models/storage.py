"""Models as JSON files: written whole or not at all, read back bit for bit."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from derivation.errors import DataError, DerivationError
from derivation.files import write_whole
from derivation.models.fields import Fields
from derivation.models.model import Course, Ending, Model, NoErrors, Score

__all__ = ["load", "save"]

_KIND = "derive model "
_FORMAT = f"{_KIND}2"
_OLD_FORMAT = f"{_KIND}1"


def save(model: Model, path: Path) -> None:
    """Write ``model``, whole or not at all. Raises DataError if that fails."""
    try:
        text = json.dumps(_as_json(model), indent=1, allow_nan=False, ensure_ascii=False)
    except ValueError:
        raise DataError(
            f"the model is not written to {path}: it holds a number that is not finite; "
            "lower the learning rate"
        ) from None
    try:
        write_whole(path, text + "\n")
    except DerivationError as error:
        raise DataError(str(error)) from None


def load(path: Path) -> Model:
    """Read what `save` wrote, now or in an older version.

    Raises DataError, naming the file and the place in it, for anything else.
    """
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError(f"there is no model file {path}") from None
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror or error}") from None
    except (ValueError, RecursionError) as error:  # not UTF-8, not JSON, or nested without end
        raise DataError(f"{path} is not a model: {error}") from None
    found = values.get("format") if isinstance(values, dict) else None
    if found == _FORMAT:
        return _model(Fields(path, values))
    if found == _OLD_FORMAT:
        return _old_model(Fields(path, values))
    if isinstance(found, str) and found.startswith(_KIND):
        raise DataError(
            f"{path} is a {found!r}, which this version cannot read; install a newer derive, or "
            "train the model again"
        )
    raise DataError(f"{path} is not a model that `derive train --save` wrote")


# --------------------------------------------------------------------------- writing


def _as_json(model: Model) -> dict[str, object]:
    course = model.course
    return {
        "format": _FORMAT,
        "derivation": model.derivation,
        "theorems": model.theorems,
        "target": model.target,
        "classes": model.classes,
        "features": model.features,
        "coefficients": model.coefficients,
        "intercepts": model.intercepts or None,  # null: the predictors have none
        "standard_errors": model.standard_errors,
        "missing": model.missing.value if model.missing else None,
        "degrees": model.degrees,
        "loss": model.loss,
        "samples": model.samples,
        "score": model.score,
        "score_kind": model.score_kind.value if model.score_kind else None,
        "notes": model.notes,
        "encoding": model.encoding.to_json() if model.encoding else None,
        "course": {
            "ending": course.ending.value,
            "epochs": course.epochs,
            "method": course.method,
            "engine": course.engine,
            "rate": course.rate,
            "standardized": course.standardized,
            "l2": course.l2,
            "batch_size": course.batch_size,
            "history": course.history,
        },
    }


# --------------------------------------------------------------------------- reading


def _model(fields: Fields) -> Model:
    course = fields.inside("course")
    features = fields.texts("features")
    classes = fields.texts("classes")
    coefficients = fields.rows("coefficients")
    intercepts = fields.numbers("intercepts") if fields.has("intercepts") else None
    errors = fields.rows("standard_errors") if fields.has("standard_errors") else None
    _require_shapes(fields, features, classes, coefficients, intercepts, errors)
    encoding = fields.encoding("encoding") if fields.has("encoding") else None
    if encoding is not None and encoding.features != features:
        raise fields.wrong("an encoding of other columns than its features")
    return Model(
        derivation=fields.text("derivation"),
        theorems=fields.text("theorems"),
        target=fields.text("target"),
        classes=classes,
        features=features,
        coefficients=coefficients,
        intercepts=intercepts or (),
        standard_errors=errors,
        missing=fields.member("missing", NoErrors) if fields.has("missing") else None,
        degrees=fields.whole("degrees") if fields.has("degrees") else None,
        loss=fields.number("loss"),
        samples=fields.whole("samples"),
        score=fields.number("score") if fields.has("score") else None,
        score_kind=fields.member("score_kind", Score) if fields.has("score_kind") else None,
        notes=fields.texts("notes"),
        encoding=encoding,
        course=Course(
            ending=course.member("ending", Ending),
            epochs=course.whole("epochs"),
            method=course.text("method"),
            engine=course.text("engine"),
            rate=course.number("rate") if course.has("rate") else None,
            standardized=course.flag("standardized"),
            l2=course.number("l2"),
            batch_size=course.whole("batch_size") if course.has("batch_size") else None,
            history=course.numbers("history"),
        ),
    )


def _old_model(fields: Fields) -> Model:
    """What version 0.1.0 wrote: one output, numbers only, no errors, no history."""
    features = fields.texts("features")
    weights = fields.numbers("weights")
    bias = fields.number("bias")
    _require_shapes(fields, features, (), (weights,), (bias,), None)
    accuracy = fields.number("accuracy") if fields.has("accuracy") else None
    return Model(
        derivation=fields.text("derivation"),
        theorems=fields.text("theorems"),
        target=fields.text("target"),
        features=features,
        coefficients=(weights,),
        intercepts=(bias,),
        missing=NoErrors.OLD_FILE,
        loss=fields.number("loss"),
        samples=fields.whole("samples"),
        score=accuracy,
        score_kind=None if accuracy is None else Score.ACCURACY,
        course=Course(
            ending=Ending.CONVERGED if fields.flag("converged") else Ending.EPOCHS,
            epochs=fields.whole("epochs"),
            method="nesterov",
            engine="python",
            rate=fields.number("learning_rate"),
            standardized=fields.flag("standardized"),
        ),
    )


def _require_shapes(
    fields: Fields,
    features: Sequence[str],
    classes: Sequence[str],
    coefficients: Sequence[Sequence[float]],
    intercepts: Sequence[float] | None,
    errors: Sequence[Sequence[float]] | None,
) -> None:
    width, outputs = len(features), len(coefficients)
    if intercepts is not None and (not intercepts or outputs != len(intercepts)):
        raise fields.wrong(f"{outputs} rows of weights for {len(intercepts)} intercepts")
    if not outputs:
        raise fields.wrong("no row of weights")
    for row in coefficients:
        if len(row) != width:
            raise fields.wrong(f"{len(row)} weights for {width} features")
    if outputs > 1 and len(classes) != outputs:
        raise fields.wrong(f"{len(classes)} names for {outputs} classes")
    if outputs == 1 and len(classes) not in (0, 2):
        raise fields.wrong(f"{len(classes)} names for two classes")
    length = width + (intercepts is not None)
    if errors is not None and [len(row) for row in errors] != [length] * outputs:
        raise fields.wrong(f"standard errors that do not fit {outputs} times {width} features")
    if len(set(features)) != width:
        raise fields.wrong("two features of the same name")
