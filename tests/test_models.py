"""Fitted models against values that are known: coefficients, standard errors, scores."""

# ruff: noqa: S311  # random numbers with a fixed seed
from __future__ import annotations

import math
import random
from dataclasses import replace
from pathlib import Path

import mpmath
import pytest

from derivation.errors import DataError, MissingToolError, StructureError
from derivation.models import Ending, NoErrors, Score, fit, fitting, predict, uncertainty
from derivation.models.modules import generated, names
from derivation.tables import Encoding, Table, load_csv, map_csv
from derivation.tables.encoding import Column, ColumnKind, Target, TargetKind
from derivation.training.engines import engine_for
from derivation.training.evaluate import evaluate_gradient, evaluate_loss, evaluate_prediction
from derivation.training.problems import SeparationWarning

IRIS = Path(__file__).parents[1] / "derivation" / "data" / "iris.csv"

# GPA, TUCE, PSI, GRADE of 32 students: L. C. Spector and M. Mazzeo, "Probit analysis and economic
# education", Journal of Economic Education 11 (1980).
SPECTOR = [
    (2.66, 20, 0, 0), (2.89, 22, 0, 0), (3.28, 24, 0, 0), (2.92, 12, 0, 0),
    (4.00, 21, 0, 1), (2.86, 17, 0, 0), (2.76, 17, 0, 0), (2.87, 21, 0, 0),
    (3.03, 25, 0, 0), (3.92, 29, 0, 1), (2.63, 20, 0, 0), (3.32, 23, 0, 0),
    (3.57, 23, 0, 0), (3.26, 25, 0, 1), (3.53, 26, 0, 0), (2.74, 19, 0, 0),
    (2.75, 25, 0, 0), (2.83, 19, 0, 0), (3.12, 23, 1, 0), (3.16, 25, 1, 1),
    (2.06, 22, 1, 0), (3.62, 28, 1, 1), (2.89, 14, 1, 0), (3.51, 26, 1, 0),
    (3.54, 24, 1, 1), (2.83, 27, 1, 1), (3.39, 17, 1, 1), (2.67, 24, 1, 0),
    (3.65, 21, 1, 1), (4.00, 23, 1, 1), (3.10, 21, 1, 0), (2.39, 19, 1, 1),
]  # fmt: skip


def table(rows, labels, features=None, classes=None):
    """A table in memory; with ``classes``, labels are their numbers."""
    features = features or tuple(f"x{k}" for k in range(len(rows[0])))
    encoding = None
    if classes:
        kind = TargetKind.TWO_LEVELS if len(classes) == 2 else TargetKind.CLASSES
        columns = tuple(Column(name, ColumnKind.NUMBER) for name in features)
        encoding = Encoding(columns, Target("y", kind, tuple(classes)))
    labels = tuple(map(float, labels))
    return Table(
        tuple(features), tuple(tuple(map(float, row)) for row in rows), "y", labels, encoding
    )


def spector():
    rows = [row[:3] for row in SPECTOR]
    return table(rows, [row[3] for row in SPECTOR], ("GPA", "TUCE", "PSI"))


def by_name(model, k=0):
    """{name: (coefficient, standard error)}."""
    errors = model.standard_errors[k]
    found = dict(zip(model.features, zip(model.coefficients[k], errors, strict=False), strict=True))
    return {**found, "(intercept)": (model.intercepts[k], errors[-1])}


# ------------------------------------------------------------------------ known values


@pytest.mark.parametrize(
    "settings", [{}, {"standardize": False}, {"method": "nesterov", "epochs": 20_000}]
)
def test_spector_is_what_glm_of_r_prints(settings):
    model = fit(spector(), **settings)
    assert model.converged
    expected = {
        "GPA": (2.82611, 1.26294),
        "TUCE": (0.0951577, 0.141554),
        "PSI": (2.37869, 1.06456),
        "(intercept)": (-13.0213, 4.93132),
    }
    for name, (coefficient, error) in by_name(model).items():
        assert coefficient == pytest.approx(expected[name][0], rel=5e-6), name
        assert error == pytest.approx(expected[name][1], rel=5e-6), name
    assert model.degrees is None
    assert model.loss * 32 == pytest.approx(12.88963, rel=1e-6)  # half the residual deviance


def exact_logit(rows, labels):
    """Coefficients (bias last) and standard errors by Newton's method in 40 digits."""
    with mpmath.workdps(40):
        x = mpmath.matrix([[*map(mpmath.mpf, row), 1] for row in rows])
        y = mpmath.matrix(labels)
        beta = mpmath.zeros(x.cols, 1)
        for _ in range(40):
            h = (x * beta).apply(lambda z: 1 / (1 + mpmath.exp(-z)))
            weighted = x.copy()
            for i in range(x.rows):
                for k in range(x.cols):
                    weighted[i, k] *= h[i] * (1 - h[i])
            information = x.T * weighted
            step = mpmath.lu_solve(information, x.T * (y - h))
            beta += step
            if mpmath.norm(step, mpmath.inf) < mpmath.mpf(10) ** -30:
                break
        errors = [mpmath.sqrt((information**-1)[k, k]) for k in range(x.cols)]
        return [float(v) for v in beta], [float(v) for v in errors]


def test_iris_agrees_with_forty_digits():
    data = load_csv(IRIS, "virginica")
    coefficients, errors = exact_logit(data.rows, data.labels)
    model = fit(data)
    assert [*model.weights, model.bias] == pytest.approx(coefficients, rel=1e-10)
    assert model.standard_errors[0] == pytest.approx(errors, rel=1e-9)
    assert model.score_kind is Score.ACCURACY
    assert model.score == 0.98


def test_columns_of_very_different_scale():
    """Deviations from 1e-6 to 1e6, means far from 0: as if standardised by hand."""
    source = random.Random(4)
    plain = [[source.gauss(0, 1) for _ in range(3)] for _ in range(200)]
    labels = [float(row[0] - row[1] + source.gauss(0, 2) > 0) for row in plain]
    rows = [(1e-6 * a, 1e6 * b + 3e8, c + 100) for a, b, c in plain]
    coefficients, errors = exact_logit(rows, labels)
    model = fit(table(rows, labels))
    assert [*model.weights, model.bias] == pytest.approx(coefficients, rel=1e-9)
    assert model.standard_errors[0] == pytest.approx(errors, rel=1e-7)


def test_least_squares_estimates_the_variance():
    """Anscombe's first data set: 3.0001 + 0.5001 x, standard errors 1.1247 and 0.1179 (R's lm)."""
    x = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5]
    y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68]
    model = fit(table([(v,) for v in x], y), "squared_error")
    assert (model.weights[0], model.bias) == pytest.approx((0.5000909, 3.0000909), rel=1e-6)
    assert model.standard_errors[0] == pytest.approx((0.1179055, 1.1247468), rel=1e-6)
    assert model.degrees == 9
    assert model.score_kind is Score.R_SQUARED
    assert model.score == pytest.approx(0.6665425, rel=1e-6)


@pytest.mark.parametrize("unit", [1e-150, 1e-9, 1e6, 1e120])
def test_the_unit_of_the_labels_has_no_effect(unit):
    x, y = [(1,), (2,), (4,), (7,), (8,)], [1.0, 2.5, 3.0, 8.0, 6.5]
    model = fit(table(x, [unit * v for v in y]), "squared_error")
    known = fit(table(x, y), "squared_error")
    assert model.converged
    assert (model.weights[0] / unit, model.bias / unit) == pytest.approx(
        (known.weights[0], known.bias), rel=1e-12
    )
    errors = [value / unit for value in model.standard_errors[0]]
    assert errors == pytest.approx(known.standard_errors[0], rel=1e-12)
    slow = fit(table(x, [unit * v for v in y]), "squared_error", method="nesterov")
    assert slow.converged
    assert slow.weights[0] / unit == pytest.approx(known.weights[0], rel=1e-6)


def test_poisson_is_what_glm_of_r_prints():
    """Counts by outcome and treatment: A. J. Dobson (1990), the example of R's help of glm."""
    counts = [18, 17, 15, 20, 10, 20, 25, 13, 12]
    rows = [
        (o == 2, o == 3, t == 2, t == 3)
        for o, t in zip([1, 2, 3] * 3, [1, 1, 1, 2, 2, 2, 3, 3, 3], strict=True)
    ]
    model = fit(table(rows, counts), "poisson")
    assert model.converged
    assert model.bias == pytest.approx(3.045, abs=5e-4)
    assert model.weights == pytest.approx((-0.4543, -0.2930, 0.0, 0.0), abs=5e-5)
    errors = (0.2022, 0.1927, 0.2000, 0.2000, 0.1709)
    assert model.standard_errors[0] == pytest.approx(errors, abs=5e-5)


# ----------------------------------------------------------- derivatives, by differences


def classes_of_three(seed=5, samples=90):
    source = random.Random(seed)
    rows = [(source.gauss(0, 1), source.gauss(2, 3)) for _ in range(samples)]
    numbers = [
        max(range(3), key=lambda k: k * row[0] - 0.2 * k * row[1] + source.gauss(0, 1.5))
        for row in rows
    ]
    return table(rows, numbers, classes=("low", "mid", "high"))


def numbers_of(source, kind):
    if kind == "poisson":
        return source.randrange(6)
    return source.gauss(0, 3) if kind == "squared_error" else source.randrange(2)


@pytest.mark.parametrize("kind", ["bce", "squared_error", "poisson", "softmax"])
def test_standard_errors_are_those_of_the_differenced_gradient(kind):
    source = random.Random(6)
    if kind == "softmax":
        data = classes_of_three()
    else:
        rows = [(source.gauss(0, 1), source.gauss(5, 2)) for _ in range(60)]
        data = table(rows, [numbers_of(source, kind) for _ in rows])
    model = fit(data, kind)
    formulas = generated(kind).FORMULAS
    outputs = model.outputs
    labels = [row if outputs > 1 else row[0] for row in zip(*data.label_columns(), strict=True)]
    point = [v for k in range(outputs) for v in (*model.coefficients[k], model.intercepts[k])]

    def slopes(values):
        parts = [values[k : k + 3] for k in range(0, len(values), 3)]
        w, b = [part[:2] for part in parts], [part[2] for part in parts]
        if outputs == 1:
            in_w, in_b = evaluate_gradient(formulas, data.rows, labels, w[0], b[0])
            return [*in_w, in_b]
        in_w, in_b = evaluate_gradient(formulas, data.rows, labels, w, b)
        return [v for row, bias in zip(in_w, in_b, strict=True) for v in (*row, bias)]

    size, samples = len(point), len(data.rows)
    hessian = mpmath.zeros(size)
    for j in range(size):
        up, down = list(point), list(point)
        up[j] += 1e-5
        down[j] -= 1e-5
        for i, (a, b) in enumerate(zip(slopes(up), slopes(down), strict=True)):
            hessian[i, j] = (a - b) / 2e-5 * samples
    if outputs > 1:  # the inverse among coefficients that sum to 0
        for i in range(size):
            for j in range(size):
                hessian[i, j] += samples if i % 3 == j % 3 else 0
    covariance = hessian**-1
    scale = 2 * model.loss * samples / (samples - 3) if kind == "squared_error" else 1.0
    for k in range(outputs):
        for j in range(3):
            variance = covariance[3 * k + j, 3 * k + j] * scale
            if outputs > 1:
                variance -= mpmath.mpf(1) / (samples * outputs**2)
            expected = float(mpmath.sqrt(variance))
            assert model.standard_errors[k][j] == pytest.approx(expected, rel=1e-6)
    assert max(map(abs, slopes(point))) < 1e-10


# ----------------------------------------------------------------------------- softmax


def test_classes_have_coefficients_each_that_sum_to_nothing():
    model = fit(classes_of_three(), "softmax")
    assert model.classes == ("low", "mid", "high")
    assert model.outputs == len(model.coefficients) == len(model.standard_errors) == 3
    for column in zip(*model.coefficients, strict=True):
        assert math.fsum(column) == pytest.approx(0, abs=1e-12)
    assert math.fsum(model.intercepts) == pytest.approx(0, abs=1e-12)
    with pytest.raises(ValueError, match="too many values"):
        _ = model.weights


def test_two_classes_of_softmax_are_half_of_bce_on_either_side():
    two = spector()
    levels = tuple(Column(name, ColumnKind.NUMBER) for name in two.features)
    encoding = Encoding(levels, Target("y", TargetKind.CLASSES, ("fail", "pass")))
    both = fit(replace(two, encoding=encoding), "softmax")
    one = fit(two)
    assert [2 * value for value in both.coefficients[1]] == pytest.approx(one.weights, rel=1e-9)
    assert 2 * both.intercepts[1] == pytest.approx(one.bias, rel=1e-9)
    doubled = [2 * value for value in both.standard_errors[1]]
    assert doubled == pytest.approx(one.standard_errors[0], rel=1e-9)


def test_softmax_predicts_classes_by_name():
    data = classes_of_three()
    model = fit(data, "softmax")
    found = predict(model, data)
    assert len(found.rows) == len(found.likeliest) == 90
    for row, name in zip(found.rows, found.likeliest, strict=True):
        assert math.fsum(row) == pytest.approx(1)
        assert max(row) == row[model.classes.index(name)]
    right = sum(
        name == model.classes[int(label)]
        for name, label in zip(found.likeliest, data.labels, strict=True)
    )
    assert model.score == right / 90 > 0.5


# ---------------------------------------------------------------------------- settings


@pytest.mark.parametrize("method", ["gd", "momentum", "nesterov", "newton"])
def test_every_method_finds_the_same_minimum(method):
    data = classes_of_three()
    best = fit(data, "softmax", method="newton")
    model = fit(data, "softmax", method=method, epochs=20_000)
    assert model.course.method == method
    assert model.converged
    for row, known in zip(model.coefficients, best.coefficients, strict=True):
        assert row == pytest.approx(known, rel=1e-4, abs=1e-5)


def test_auto_takes_newton_for_few_parameters_and_what_the_settings_ask_for():
    data = spector()
    assert fit(data).course.method == "newton"
    assert fit(data).course.rate is None
    assert fit(data, epochs=5, learning_rate=0.5).course.method == "nesterov"
    assert fit(data, epochs=5, learning_rate=0.5).course.rate == 0.5
    assert fit(data, epochs=5, momentum=0.5).course.method == "momentum"
    assert fit(data, epochs=5, batch_size=8).course.method == "gd"
    many = table([[float(i == k) for k in range(250)] for i in range(250)], [0.0, 1.0] * 125)
    assert fit(many, epochs=1).course.method == "nesterov"


def test_batches_depend_on_the_seed_alone():
    data = spector()
    one, same, other = (fit(data, epochs=20, batch_size=5, seed=seed) for seed in (1, 1, 2))
    assert one == same
    assert one.coefficients != other.coefficients
    assert one.course.batch_size == 5


def test_a_penalty_is_on_the_standardised_columns_and_not_in_the_loss():
    data = spector()
    model = fit(data, l2=0.1)
    assert model.missing is NoErrors.PENALTY
    formulas = generated("bce").FORMULAS
    plain = evaluate_loss(formulas, data.rows, data.labels, model.weights, model.bias)
    assert model.loss == pytest.approx(plain, rel=1e-12)
    deviations = data.statistics.deviations
    squares = math.fsum((w * s) ** 2 for w, s in zip(model.weights, deviations, strict=True))
    assert model.history[-1] == pytest.approx(plain + 0.05 * squares, rel=1e-12)
    in_w, in_b = evaluate_gradient(formulas, data.rows, data.labels, model.weights, model.bias)
    assert in_b == pytest.approx(0, abs=1e-10)
    for slope, weight, deviation in zip(in_w, model.weights, deviations, strict=True):
        assert slope == pytest.approx(-0.1 * weight * deviation**2, rel=1e-8)


def test_a_callback_sees_each_epoch_and_can_stop():
    seen = []
    model = fit(
        spector(), method="gd", callback=lambda state: seen.append(state.epoch) or len(seen) == 3
    )
    assert model.course.ending is Ending.CALLBACK
    assert len(seen) == 3
    assert model.missing is NoErrors.UNCONVERGED


def test_history_begins_at_zero_weights_and_ends_at_the_loss():
    model = fit(spector(), method="gd", epochs=30)
    assert model.history[0] == pytest.approx(math.log(2))
    assert model.history[-1] == model.loss
    assert len(model.history) == 31 == model.course.epochs + 1


def test_a_checkpoint_goes_on_bit_for_bit(tmp_path):
    whole = fit(spector(), method="nesterov", epochs=40)
    state = tmp_path / "state.json"
    fit(spector(), method="nesterov", epochs=15, checkpoint=state)
    with pytest.raises(DataError, match="--resume"):
        fit(spector(), method="nesterov", epochs=40, checkpoint=state)
    resumed = fit(spector(), method="nesterov", epochs=40, checkpoint=state, resume=True)
    assert resumed.coefficients == whole.coefficients
    assert resumed.history == whole.history
    with pytest.raises(DataError, match="nothing to resume"):
        fit(spector(), resume=True)
    with pytest.raises(DataError, match="cannot fit 'virginica'"):
        fit(load_csv(IRIS, "virginica"), method="nesterov", checkpoint=state, resume=True)


# -------------------------------------------------------------------- trouble with data


def test_perfect_separation_is_said_and_gives_no_errors():
    data = table([(k,) for k in range(20)], [float(k >= 10) for k in range(20)])
    with pytest.warns(SeparationWarning):
        model = fit(data)
    assert model.course.ending is Ending.SEPARATED
    assert not model.converged
    assert model.missing is NoErrors.SEPARATED
    assert model.standard_errors is None
    with pytest.warns(SeparationWarning):
        assert fit(data, method="nesterov").missing is NoErrors.SEPARATED


def test_classes_that_a_column_partly_separates_get_a_note():
    rows = [(0, k) for k in range(10)] + [(1, k) for k in range(10)]
    labels = [float(k % 3 == 0) for k in range(10)] + [1.0] * 10
    with pytest.warns(SeparationWarning, match="in part"):
        model = fit(table(rows, labels, ("flag", "size")))
    assert model.missing is NoErrors.SEPARATED
    (note,) = model.notes
    assert note.startswith("flag: some classes are separated")
    assert "stopped: the classes are separated in part" in model.summary()
    assert "Separation in part: some combination of the columns" in model.summary()
    assert fit(spector()).notes == ()


def test_counts_that_a_column_sets_apart_are_told():
    rows = [(float(k < 5), k) for k in range(20)]
    with pytest.warns(SeparationWarning, match="labels at the end of their range"):
        model = fit(table(rows, [0.0 if k < 5 else k % 4 for k in range(20)]), "poisson")
    assert "stopped: the loss has no minimum" in model.summary()
    assert "such as counts of 0, so ever larger coefficients" in model.summary()


def test_what_rounding_hides_is_not_called_converged():
    rows = [(1e14 + a, b) for a, b in ((1, 1), (2, 2), (3, 2), (4, 1))]
    data = table(rows, [0.0, 1.0, 0.0, 1.0])
    model = fit(data, standardize=False)
    assert model.course.ending is Ending.STALLED
    assert not model.converged
    assert model.missing is NoErrors.UNCONVERGED
    assert "not converged: rounding hides the way down" in model.summary()
    assert model.summary().endswith("Leave --no-standardize out: then they are centred first.")
    assert fit(data).loss == pytest.approx(0.58687, abs=1e-5)


@pytest.mark.parametrize("derivation", ["bce", "poisson", "softmax", "squared_error"])
def test_columns_far_from_0_that_are_not_standardised(derivation):
    """Newton's method centres them for itself."""
    rows = [(1e9 + math.sin(k), 2e7 + 9 * math.cos(7 * k), k % 5) for k in range(90)]
    y = [(3 * k * k) % 7 // 3 for k in range(90)]
    if derivation == "bce":
        y = [min(value, 1) for value in y]
    data = table(rows, y, classes=("a", "b", "c") if derivation == "softmax" else None)
    model, known = (fit(data, derivation, standardize=raw) for raw in (False, True))
    assert model.converged
    assert model.loss == pytest.approx(known.loss, rel=1e-13)
    for found, wanted in (
        (model.coefficients, known.coefficients),
        (model.standard_errors, known.standard_errors),
    ):
        for one, other in zip(found, wanted, strict=True):
            assert one == pytest.approx(other, rel=1e-8)
    assert model.intercepts == pytest.approx(known.intercepts, rel=1e-8)


def test_an_exact_fit_has_no_errors_of_rounding():
    model = fit(table([(1,), (2,), (3,), (4,)], [2.1, 4.3, 6.5, 8.7]), "squared_error")
    assert model.standard_errors == ((0.0, 0.0),)


def test_columns_that_follow_from_others_have_no_errors():
    rows = [(a, b, a + b) for a, b, *_ in SPECTOR]
    model = fit(table(rows, [row[3] for row in SPECTOR]))
    assert model.missing is NoErrors.SINGULAR
    assert all(map(math.isfinite, model.weights))
    few = fit(table([(1,), (2,)], [1.5, 3.5]), "squared_error")
    assert few.missing is NoErrors.FEW_ROWS
    assert (few.weights[0], few.bias) == pytest.approx((2, -0.5))


def test_a_constant_column_gets_no_weight():
    rows = [(1, 0.1), (2, 0.1), (3, 0.1), (4, 0.1)]
    model = fit(table(rows, [0, 1, 0, 1]))
    assert model.weights[1] == pytest.approx(0, abs=1e-12)
    assert math.isfinite(model.bias)


def test_soft_labels_have_no_accuracy():
    model = fit(table([(1,), (2,), (3,)], [0.2, 0.5, 0.6]))
    assert (model.score, model.score_kind) == (None, None)
    same = fit(table([(1,), (2,), (4,)], [3, 3, 3]), "squared_error")
    assert (same.score, same.score_kind) == (None, None)


@pytest.mark.parametrize(
    ("data", "settings", "message"),
    [
        (table([(1,), (2,)], [1, 2]), {}, r"cannot fit 'y': label 1 .* is 2\.0; labels of bce lie"),
        (table([(1,), (2,)], [0, math.nan]), {}, "label 1 .* is nan"),
        (table([(1,), (math.inf,)], [0, 1]), {}, "row 1 .* not finite"),
        (Table(("x",), ((1.0,), (2.0,))), {}, "no target"),
        (table([(1,), (2,), (3,)], [0, 1]), {}, "3 rows, but 2 labels"),
        (Table(("x",), (), "y", ()), {}, "no rows"),
        (Table((), ((), ()), "y", (0.0, 1.0)), {}, "no features"),
        (table([(1,), (2,)], [0, 1]), {"derivation": "softmax"}, "classes=True"),
        (classes_of_three(), {}, "softmax tells several classes apart"),
        (
            table([(1,), (2,)], [-1, 1]),
            {"derivation": "poisson"},
            "labels of poisson are at least 0",
        ),
        (table([(1e300,), (-1e300,)], [0, 1]), {}, "too large"),
        (spector(), {"epochs": -1}, "epochs is -1"),
        (spector(), {"method": "adam"}, "method is 'adam'"),
        (spector(), {"engine": "gpu"}, "engine is 'gpu'"),
        (spector(), {"learning_rate": -1.0}, "learning_rate is -1"),
        (spector(), {"l2": -1.0}, "l2 is -1"),
        (spector(), {"momentum": 1.5}, r"momentum is 1\.5"),
        (spector(), {"momentum": 0.5, "method": "gd"}, "method 'gd' has no momentum"),
        (spector(), {"method": "newton", "learning_rate": 0.1}, "leave learning_rate out"),
        (spector(), {"learning_rate": 1e6}, "diverged"),
    ],
)
def test_what_cannot_be_fitted(data, settings, message):
    with pytest.raises(DataError, match=message):
        fit(data, **settings)


def test_an_unknown_derivation_gets_a_suggestion():
    with pytest.raises(StructureError, match="Did you mean 'bce'"):
        fit(spector(), "bc")
    with pytest.raises(StructureError, match=r"There are: bce, "):
        fit(spector(), "zzz")
    assert {"bce", "squared_error", "poisson", "softmax"} <= set(names())


# ---------------------------------------------------------------------------- predicting


def test_predictions_are_those_of_the_module():
    data = load_csv(IRIS, "virginica")
    model = fit(data)
    found = predict(model, data)
    formulas = generated("bce").FORMULAS
    expected = evaluate_prediction(formulas, data.rows, model.weights, model.bias)
    assert list(found.values) == expected
    with pytest.raises(ValueError, match="no named classes"):
        _ = found.likeliest


def test_predict_finds_columns_by_name():
    data = load_csv(IRIS, "virginica")
    model = fit(data)
    order = [3, 1, 0, 2]
    shuffled = Table(
        tuple(data.features[k] for k in order),
        tuple(tuple(row[k] for k in order) for row in data.rows),
    )
    assert predict(model, shuffled) == predict(model, data)
    with pytest.raises(DataError, match=r"no column 'petal_width': did you mean to rename"):
        predict(model, Table((*data.features[:3], "petal_widht"), data.rows))
    with pytest.raises(DataError, match="no column 'sepal_length': the model needs it"):
        predict(model, Table(("a",), ((1.0,),)))
    with pytest.raises(DataError, match="cannot predict"):
        predict(replace(model, coefficients=((1e308,) * 4,)), data)


def test_two_named_levels_are_predicted_by_name():
    named = table(
        [(k,) for k in range(12)], [0, 0, 1, 0, 0, 1, 1, 0, 1, 1, 1, 1], classes=("no", "yes")
    )
    model = fit(named)
    assert model.classes == ("no", "yes")
    found = predict(model, named)
    assert set(found.likeliest) == {"no", "yes"}
    for (value,), name in zip(found.rows, found.likeliest, strict=True):
        assert (value >= 0.5) == (name == "yes")


# ------------------------------------------------------------------------ mapped tables


def test_a_mapped_table_gives_the_same_bits(tmp_path):
    source = random.Random(9)
    lines = ["a,b,y"]
    for _ in range(1500):
        a, b = source.gauss(0, 1), source.gauss(50, 9)
        lines.append(f"{a!r},{b!r},{int(a + 0.1 * (b - 50) + source.gauss(0, 2) > 0)}")
    path = tmp_path / "data.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    for standardize in (True, False):
        mapped = fit(map_csv(path, "y", folder=tmp_path / "cache"), standardize=standardize)
        assert mapped == fit(load_csv(path, "y"), standardize=standardize)
    assert predict(mapped, map_csv(path, "y", folder=tmp_path / "cache")) == predict(
        mapped, load_csv(path, "y")
    )


# ------------------------------------------------------------------------------ engines


def test_an_engine_can_be_made_by_the_caller():
    made = []

    def maker(formulas, source):
        made.append(engine_for(formulas, source, "python"))
        return made[-1]

    assert fit(spector(), engine=maker) == fit(spector())
    assert made[0].samples == 32


def test_no_compiler_is_a_missing_tool(monkeypatch):
    def fails(*_):
        raise RuntimeError("no cc on PATH")

    monkeypatch.setattr(fitting, "engine_for", fails)
    with pytest.raises(MissingToolError, match="no cc on PATH"):
        fit(spector(), engine="c")


def test_errors_of_a_callback_are_those_of_the_caller():
    def callback(_):
        raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"):
        fit(spector(), callback=callback)


def test_standard_errors_that_would_take_too_long_are_left_out(monkeypatch):
    monkeypatch.setattr(uncertainty, "_MOST_WORK", {"python": 100.0})
    model = fit(spector())
    assert (model.standard_errors, model.missing) == (None, NoErrors.WORK)
    assert "take too long" in model.summary()
