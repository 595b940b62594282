"""Model files: bit for bit, whole or not at all, old ones too, and nothing else."""

from __future__ import annotations

import json
import math
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from derivation.errors import DataError
from derivation.models import Course, Ending, Model, NoErrors, Score, fit, predict
from derivation.models.modules import generated
from derivation.tables import load_csv
from derivation.training.evaluate import evaluate_loss

IRIS = Path(__file__).parents[1] / "derivation" / "data" / "iris.csv"

OLD = {
    "format": "derive model 1",
    "derivation": "bce",
    "theorems": "a01819dc30908cd38d1bbbee86464cf10ca475e044700634e5581f84e69b6247",
    "target": "virginica",
    "features": ["sepal_length", "sepal_width", "petal_length", "petal_width"],
    "weights": [-2.46522, -6.68089, 9.42939, 18.2861],
    "bias": -42.6378,
    "loss": 0.0594927,
    "epochs": 812,
    "converged": True,
    "learning_rate": 1.35231,
    "standardized": True,
    "samples": 100,
    "accuracy": 0.98,
}


@pytest.fixture(scope="module")
def fitted():
    return fit(load_csv(IRIS, "virginica"))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.json"


def strange():
    """Every field with something that is hard to write: text of all kinds, floats of all sizes."""
    return Model(
        derivation="softmax",
        theorems="0" * 64,
        target='größe "x"',
        features=("a\nb", "나이", ""),
        classes=("no", "yes", "\\"),
        coefficients=(
            (5e-324, -0.0, 1.7976931348623157e308),
            (0.1, 1 / 3, -1e-300),
            (1.0, 2.0, 3.0),
        ),
        intercepts=(math.pi, -math.e, 2.0**-1074),
        standard_errors=((0.1, 0.2, 0.3, 0.4),) * 3,
        missing=None,
        degrees=7,
        loss=-0.3551879,
        samples=10**15,
        score=0.5,
        score_kind=Score.R_SQUARED,
        notes=("a note",),
        course=Course(
            ending=Ending.PATIENCE, epochs=3, method="gd", engine="c", rate=0.1 + 0.2,
            standardized=False, l2=1e-9, batch_size=32, history=(0.7, 0.6, 0.1 + 0.5),
        ),
    )  # fmt: skip


@pytest.mark.parametrize("make", [strange, lambda: fit(load_csv(IRIS, "virginica"), l2=0.1)])
def test_what_is_read_is_what_was_written(make, path):
    model = make()
    model.save(path)
    again = Model.load(path)
    assert again == model
    assert repr(again) == repr(model), "repr tells -0.0 from 0.0"
    first = path.read_bytes()
    again.save(path)
    assert path.read_bytes() == first


def test_the_file_says_what_it_was_fitted_with(fitted, path):
    fitted.save(path)
    values = json.loads(path.read_text(encoding="utf-8"))
    assert values["format"] == "derive model 2"
    assert values["theorems"] == generated("bce").THEOREMS_SHA256
    assert values["encoding"]["target"]["name"] == "virginica"


def test_a_saved_model_predicts_the_same_bits(fitted, path):
    fitted.save(path)
    loaded = Model.load(path)
    data = load_csv(IRIS, encoding=loaded.encoding)
    assert predict(loaded, data) == predict(fitted, load_csv(IRIS, "virginica"))


def test_saving_replaces_in_one_step_and_leaves_nothing(fitted, path):
    path.write_text("old", encoding="utf-8")
    path.chmod(0o600)
    fitted.save(path)
    assert Model.load(path) == fitted
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["model.json"]


def test_a_model_that_cannot_be_written_leaves_nothing(fitted, tmp_path):
    with pytest.raises(DataError, match="cannot write"):
        fitted.save(tmp_path / "absent" / "model.json")
    (tmp_path / "folder").mkdir()
    with pytest.raises(DataError, match="cannot write"):
        fitted.save(tmp_path / "folder")
    with pytest.raises(DataError, match="not finite"):
        replace(fitted, loss=math.inf).save(tmp_path / "model.json")
    assert [entry.name for entry in tmp_path.iterdir()] == ["folder"]


# --------------------------------------------------------------------------- old files


def test_a_file_of_the_first_version_is_read(path):
    path.write_text(json.dumps(OLD), encoding="utf-8")
    model = Model.load(path)
    assert model.weights == tuple(OLD["weights"])
    assert model.bias == OLD["bias"]
    assert model.converged
    assert model.missing is NoErrors.OLD_FILE
    assert (model.score_kind, model.score) == (Score.ACCURACY, 0.98)
    assert "an older version" in model.summary()
    data = load_csv(IRIS, "virginica")
    formulas = generated("bce").FORMULAS
    loss = evaluate_loss(formulas, data.rows, data.labels, model.weights, model.bias)
    assert loss == pytest.approx(OLD["loss"], rel=1e-4)
    likely = [value >= 0.5 for value in predict(model, data).values]
    assert sum(map(bool.__eq__, likely, map(bool, data.labels))) == 98
    model.save(path)
    assert Model.load(path) == model


def test_an_old_file_without_accuracy_and_convergence(path):
    path.write_text(json.dumps(OLD | {"accuracy": None, "converged": False}), encoding="utf-8")
    model = Model.load(path)
    assert (model.score_kind, model.converged) == (None, False)


def test_a_file_of_a_newer_version_is_not_guessed_at(path):
    path.write_text(json.dumps(OLD | {"format": "derive model 3"}), encoding="utf-8")
    with pytest.raises(DataError, match="install a newer derive"):
        Model.load(path)


# ---------------------------------------------------------------------- damaged files


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": "other"}, "not a model that `derive train --save` wrote"),
        ({"format": None}, "not a model that"),
        ({"coefficients": None}, "'coefficients' is None, where a list must stand"),
        ({"coefficients": [[1.0]]}, "1 weights for 4 features"),
        ({"coefficients": [[1.0, "2", 3.0, 4.0]]}, "'2', where finite numbers must stand"),
        ({"coefficients": [[1.0, True, 3.0, 4.0]]}, "True, where finite numbers"),
        ({"coefficients": []}, "0 rows of weights for 1 intercepts"),
        ({"intercepts": [float("inf")]}, "finite numbers"),
        ({"intercepts": [10**400]}, "finite numbers"),
        ({"intercepts": []}, "for 0 intercepts"),
        ({"features": [1, 2, 3, 4]}, "'features' is 1, where texts"),
        ({"features": ["a", "a", "b", "c"]}, "two features of the same name"),
        ({"features": ["a", "b", "c", "d"]}, "an encoding of other columns"),
        ({"standard_errors": [[1.0]]}, "standard errors that do not fit"),
        ({"missing": "sloth"}, "'missing' is 'sloth', where one of 'unconverged'"),
        ({"samples": -1}, "'samples' is -1"),
        ({"samples": 1.5}, "'samples' is 1.5, where a whole number"),
        ({"loss": None}, "'loss' is None"),
        ({"derivation": 3}, "'derivation' is 3, where a text"),
        ({"encoding": [1]}, "'encoding' is .*, where an object"),
        ({"encoding": {"columns": 7}}, "'encoding': this is not an encoding"),
        ({"course": None}, "'course' is None, where an object"),
        ({"course": {"ending": "x"}}, "'course.ending' is 'x'"),
        ({"course": {"ending": "converged"}}, "'course.epochs' is missing"),
    ],
)
def test_damaged_files_are_told_from_models(fitted, path, change, message):
    fitted.save(path)
    values = json.loads(path.read_text(encoding="utf-8")) | change
    path.write_text(json.dumps(values), encoding="utf-8")
    with pytest.raises(DataError, match=message) as caught:
        Model.load(path)
    assert str(path) in str(caught.value)


def test_every_field_is_needed(fitted, path):
    fitted.save(path)
    values = json.loads(path.read_text(encoding="utf-8"))
    for name in values:
        less = {key: value for key, value in values.items() if key != name}
        path.write_text(json.dumps(less), encoding="utf-8")
        with pytest.raises(DataError, match="is missing" if name != "format" else "not a model"):
            Model.load(path)


def test_files_that_are_no_models(path):
    with pytest.raises(DataError, match="there is no model file"):
        Model.load(path)
    for content in (b"", b"{", b"[1]", b"\xff", b"[" * 100_000, b'"text"', b"null"):
        path.write_bytes(content)
        with pytest.raises(DataError, match="is not a model"):
            Model.load(path)
    with pytest.raises(DataError, match="cannot read"):
        Model.load(path.parent)
