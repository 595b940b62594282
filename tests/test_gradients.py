"""The generated modules, against other ways to compute the same; most of all that of BCE."""

# ruff: noqa: S311  # random numbers with a fixed seed
from __future__ import annotations

import csv
import math
import random
import shutil
import subprocess
import sys
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import mpmath
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from derivation.gradients import bce, poisson, softmax, squared_error

# Measured over 37,356 points: 1.4 ulp for the loss (1.93 folded), 1.87 for the residual, 1.77 for
# the prediction.
MAX_ULP = 2.0
IRIS = Path(bce.__file__).parents[1] / "data" / "iris.csv"


# ------------------------------------------------------------------------ references


def reference(z: float, y: float) -> tuple[mpmath.mpf, mpmath.mpf, mpmath.mpf]:
    """Loss, residual and prediction of one sample to 50 digits, whatever z is."""
    with mpmath.workdps(50):
        exact_z, exact_y = mpmath.mpf(z), mpmath.mpf(y)
        small = mpmath.exp(-abs(exact_z))
        big_part, small_part = 1 / (1 + small), small / (1 + small)
        h, other = (big_part, small_part) if z >= 0 else (small_part, big_part)
        log_big = -mpmath.log1p(small)
        log_small = -abs(exact_z) + log_big
        log_h, log_other = (log_big, log_small) if z >= 0 else (log_small, log_big)
        loss = -exact_y * log_h - (1 - exact_y) * log_other
        residual = (1 - exact_y) * h - exact_y * other
        return loss, residual, h


def computed(z: float, y: float) -> tuple[float, float, float]:
    """The same from the module: one sample with one feature, so that z is exact."""
    in_weight, in_bias = bce.gradient([[1.0]], [y], [z], 0.0)
    assert in_weight == [in_bias]
    return bce.loss([[1.0]], [y], [z], 0.0), in_bias, bce.predict([[1.0]], [z], 0.0)[0]


def ulps(value: float, exact: mpmath.mpf, scale: mpmath.mpf | None = None) -> float:
    unit = math.ulp(float(exact if scale is None else scale))
    return float(abs(mpmath.mpf(value) - exact) / unit)


def mpmath_gradient(
    rows: Sequence[Sequence[float]], labels: Sequence[float], w: Sequence[float], b: float
) -> list[mpmath.mpf]:
    """d/dw and d/db of the mean loss, to 50 digits."""
    with mpmath.workdps(50):
        total = [mpmath.mpf(0)] * (len(w) + 1)
        for row, y in zip(rows, labels, strict=True):
            z = mpmath.fsum(mpmath.mpf(x) * v for x, v in zip(row, w, strict=True)) + b
            residual = 1 / (1 + mpmath.exp(-z)) - y
            for k, x in enumerate([*row, 1.0]):
                total[k] += residual * x
        return [value / len(rows) for value in total]


def points(count: int, seed: int) -> list[float]:
    source = random.Random(seed)
    wide = [source.choice((-1, 1)) * 10 ** source.uniform(-20, 4) for _ in range(count)]
    near = [source.uniform(-40, 40) for _ in range(count)]
    special = [0.0, -0.0, 36.7, 37.0, 40.0, 709.7, 709.8, 745.1, 745.2, 746.0, 1e4, 5e-324]
    return [*wide, *near, *special, *(-value for value in special)]


# -------------------------------------------------------------------------- accuracy


@pytest.mark.parametrize("y", [0.0, 1.0])
def test_hard_labels_to_the_last_digit(y):
    for z in points(1000, seed=1):
        values, exact = computed(z, y), reference(z, y)
        loss, (slope,) = bce.FORMULAS.folded([-z if y else z])
        assert ulps(loss, exact[0]) <= MAX_ULP, (z, y)
        assert ulps(slope, exact[1] * (-1 if y else 1)) <= MAX_ULP, (z, y)
        for value, wanted in zip(values, exact, strict=True):
            assert ulps(value, wanted) <= MAX_ULP, (z, y)
            assert value != 0.0 or abs(wanted) < 5e-324, (z, y)


@pytest.mark.parametrize("y", [0.5, 0.1, 0.3, 0.9, 1e-9, 1 - 1e-9, 1e-300, 1 - 2**-53])
def test_soft_labels(y):
    """Near h = y the residual is a difference: its error is measured in its terms."""
    for z in points(300, seed=2):
        (loss, residual, _), (exact_loss, exact_residual, h) = computed(z, y), reference(z, y)
        assert ulps(loss, exact_loss) <= MAX_ULP, (z, y)
        with mpmath.workdps(50):
            terms = max(h, mpmath.mpf(y)) if z < 0 else max(1 - h, 1 - mpmath.mpf(y))
        assert ulps(residual, exact_residual, terms) <= MAX_ULP, (z, y)


@pytest.mark.parametrize("z", [1e308, -1e308, 1.7e308, -1.7e308])
def test_huge_predictors_raise_nothing(z):
    rows, sign = [[1.0]] * 3, z > 0
    assert bce.loss(rows, [float(sign)] * 3, [z], 0.0) == 0.0
    assert bce.loss(rows, [float(not sign)] * 3, [z], 0.0) == pytest.approx(abs(z))
    assert bce.gradient(rows, [1.0] * 3, [z], 0.0) == (([0.0], 0.0) if sign else ([-1.0], -1.0))
    assert bce.predict(rows, [z], 0.0) == [float(sign)] * 3


def test_gradient_of_large_features_whose_sum_overflows():
    rows = [[1e308], [1e308], [1e308]]
    in_weight, in_bias = bce.gradient(rows, [0.0, 0.0, 0.0], [0.0], 0.0)
    assert in_weight[0] == pytest.approx(5e307)
    assert in_bias == 0.5


def test_gradient_of_many_samples_against_50_digits():
    source = random.Random(3)
    rows = [[source.gauss(0, 1) for _ in range(6)] for _ in range(200)]
    labels = [source.choice((0.0, 1.0, 0.25)) for _ in rows]
    w, b = [source.gauss(0, 2) for _ in range(6)], 0.3
    in_weights, in_bias = bce.gradient(rows, labels, w, b)
    exact = mpmath_gradient(rows, labels, w, b)
    for value, wanted in zip([*in_weights, in_bias], exact, strict=True):
        assert value == pytest.approx(float(wanted), rel=1e-13, abs=1e-15)


@pytest.mark.parametrize("width", [1, 2, 5, 64, 65, 200])
def test_gradient_against_finite_differences(width):
    source = random.Random(width)
    rows = [[source.gauss(0, 1) for _ in range(width)] for _ in range(9)]
    labels = [source.choice((0.0, 1.0, 0.4)) for _ in rows]
    w, b = [source.gauss(0, 0.5) / width**0.5 for _ in range(width)], -0.2
    in_weights, in_bias = bce.gradient(rows, labels, w, b)
    step = 1e-5
    for k in range(width):
        up = [value + step * (k == n) for n, value in enumerate(w)]
        down = [value - step * (k == n) for n, value in enumerate(w)]
        slope = (bce.loss(rows, labels, up, b) - bce.loss(rows, labels, down, b)) / (
            up[k] - down[k]
        )
        assert slope == pytest.approx(in_weights[k], rel=1e-6, abs=1e-9)
    slope = bce.loss(rows, labels, w, b + step) - bce.loss(rows, labels, w, b - step)
    assert slope / (2 * step) == pytest.approx(in_bias, rel=1e-6, abs=1e-9)


def test_the_finite_difference_test_can_fail():
    """Its bound tells a gradient from the same one with a sample left out."""
    rows, labels = [[1.0], [2.0], [0.5]], [0.0, 1.0, 1.0]
    whole, _ = bce.gradient(rows, labels, [0.3], 0.1)
    part, _ = bce.gradient(rows[:2], labels[:2], [0.3], 0.1)
    assert whole[0] != pytest.approx(part[0], rel=1e-6, abs=1e-9)


# ------------------------------------------------------------------------ closed forms

finite = st.floats(-100, 100)
samples = st.integers(1, 5).flatmap(
    lambda width: st.lists(
        st.tuples(st.lists(finite, min_size=width, max_size=width), st.floats(0, 1)),
        min_size=1,
        max_size=8,
    )
)


@given(samples)
def test_at_zero_weights(drawn):
    """Loss log 2, gradient the mean of (1/2 - y) x."""
    rows, labels = [row for row, _ in drawn], [y for _, y in drawn]
    width = len(rows[0])
    assert bce.loss(rows, labels, [0.0] * width, 0.0) == pytest.approx(math.log(2), rel=1e-15)
    in_weights, in_bias = bce.gradient(rows, labels, [0.0] * width, 0.0)
    assert len(in_weights) == width
    for k, value in enumerate(in_weights):
        exact = sum((Fraction(1, 2) - Fraction(y)) * Fraction(row[k]) for row, y in drawn)
        assert value == pytest.approx(float(exact / len(rows)), rel=1e-12, abs=1e-13)
    exact = sum(Fraction(1, 2) - Fraction(y) for y in labels) / len(rows)
    assert in_bias == pytest.approx(float(exact), rel=1e-12, abs=1e-15)


class Swap:
    """Changes the places of two samples: the product of all 1 + e^m is rounded otherwise."""

    def shuffle(self, drawn):
        drawn[0], drawn[6] = drawn[6], drawn[0]


@example([([0.0, 0.0], 0.0)] * 6 + [([0.0, 1.0], 0.0), ([0.0, 0.0], 0.0)], Swap())
@given(samples, st.randoms(use_true_random=False))
def test_order_of_the_samples_does_not_matter(drawn, source):
    rows, labels = [row for row, _ in drawn], [y for _, y in drawn]
    w = [0.1 * k for k in range(1, len(rows[0]) + 1)]
    before = bce.loss(rows, labels, w, 0.5), bce.gradient(rows, labels, w, 0.5)
    source.shuffle(drawn)
    rows, labels = [row for row, _ in drawn], [y for _, y in drawn]
    assert (bce.loss(rows, labels, w, 0.5), bce.gradient(rows, labels, w, 0.5)) == before


@given(samples)
def test_training_never_goes_uphill(drawn):
    rows, labels = [row for row, _ in drawn], [y for _, y in drawn]
    history = bce.train(rows, labels, epochs=20).history
    assert all(after <= before * (1 + 1e-12) for before, after in pairwise(history))


# ---------------------------------------------------------------------------- training


def iris() -> tuple[list[list[float]], list[float]]:
    with IRIS.open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    assert lines[0][-1] == "virginica"
    numbers = [[float(cell) for cell in line] for line in lines[1:]]
    return [line[:-1] for line in numbers], [line[-1] for line in numbers]


def newton(rows: Sequence[Sequence[float]], labels: Sequence[float]) -> list[float]:
    """Weights, then bias, where the gradient vanishes, by Newton's method in 50 digits."""
    with mpmath.workdps(50):
        x = mpmath.matrix([[*row, 1] for row in rows])
        y = mpmath.matrix(list(labels))
        v = mpmath.matrix(x.cols, 1)
        for _ in range(30):
            h = (x * v).apply(lambda z: 1 / (1 + mpmath.exp(-z)))
            weighted = mpmath.matrix(x.rows, x.cols)
            for i in range(x.rows):
                for k in range(x.cols):
                    weighted[i, k] = x[i, k] * h[i] * (1 - h[i])
            step = mpmath.lu_solve(x.T * weighted, x.T * (h - y))
            v -= step
            if mpmath.norm(step) < mpmath.mpf(10) ** -40:
                return [float(value) for value in v]
    raise AssertionError("Newton's method did not converge")


def standardized(rows: Sequence[Sequence[float]]) -> list[list[float]]:
    columns = []
    for column in zip(*rows, strict=True):
        mean = math.fsum(column) / len(column)
        deviation = math.sqrt(math.fsum((v - mean) ** 2 for v in column) / len(column))
        columns.append([(v - mean) / deviation for v in column])
    return [list(row) for row in zip(*columns, strict=True)]


@pytest.mark.parametrize(("method", "epochs"), [("gd", 25_000), ("nesterov", 1000)])
def test_optimum_on_iris_against_newton(method, epochs):
    rows, labels = iris()
    rows = standardized(rows)
    result = bce.train(rows, labels, epochs=epochs, method=method)
    assert result.converged
    assert result.epochs == len(result.history) - 1 < epochs
    assert [*result.w, result.b] == pytest.approx(newton(rows, labels), rel=1e-5)
    assert result.history[-1] == bce.loss(rows, labels, result.w, result.b)
    in_weights, in_bias = bce.gradient(rows, labels, result.w, result.b)
    assert max(abs(in_bias), *map(abs, in_weights)) <= 1e-8


def test_bias_alone_has_a_closed_form():
    """With features that say nothing, h = mean of y, so b = log(p / (1 - p))."""
    result = bce.train([[0.0]] * 4, [1.0, 1.0, 1.0, 0.0], epochs=5000, tolerance=1e-12)
    assert result.converged
    assert result.b == pytest.approx(math.log(3), rel=1e-10)
    assert result.w == (0.0,)


def test_no_epochs_gives_the_start():
    result = bce.train([[1.0], [2.0]], [0.0, 1.0], epochs=0)
    assert (result.w, result.b, result.epochs, result.converged) == ((0.0,), 0.0, 0, False)
    assert result.history == (pytest.approx(math.log(2)),)


@pytest.mark.parametrize("scale", [1e-150, 1e-3, 1.0, 1e3, 1e100])
def test_safe_learning_rate_is_below_the_largest_safe_one(scale):
    """At w = 0 the Hessian is exactly 1/4 of the mean of products; 2 over it diverges."""
    rows = [[scale * value, -scale] for value in (1.0, 2.0, -0.5)]
    result = bce.train(rows, [0.0, 1.0, 1.0], epochs=5)
    vectors = [[mpmath.mpf(1), *map(mpmath.mpf, row)] for row in rows]
    gram = mpmath.matrix(3, 3)
    for i in range(3):
        for k in range(3):
            gram[i, k] = sum(v[i] * v[k] for v in vectors) / 3
    largest = max(mpmath.eigsy(gram, eigvals_only=True))
    assert 0.9 * 4 / largest <= result.learning_rate <= 4 / largest * (1 + mpmath.mpf(10) ** -12)


# ----------------------------------------------------------------------------- errors

NAN, INF = math.nan, math.inf


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: bce.loss([], [], [], 0.0), "X is empty"),
        (lambda: bce.loss([[]], [1.0], [], 0.0), r"X\[0\] is empty"),
        (lambda: bce.loss(7, [1.0], [1.0], 0.0), "X is 7, which is not a list"),
        (lambda: bce.loss([1.0], [1.0], [1.0], 0.0), r"X\[0\] is 1.0, which is not a list"),
        (lambda: bce.loss([[1.0], [1.0, 2.0]], [1, 0], [1.0], 0.0), r"X\[1\] has length 2"),
        (lambda: bce.loss([[1.0], [NAN]], [1, 0], [1.0], 0.0), r"X\[1\]\[0\] is nan"),
        (lambda: bce.loss([[1.0, INF]], [1], [1.0, 1.0], 0.0), r"X\[0\]\[1\] is inf"),
        (lambda: bce.loss([[1.0, "2"]], [1], [1.0, 1.0], 0.0), r"X\[0\]\[1\] is '2'"),
        (lambda: bce.loss(["ab"], [1], [1.0, 1.0], 0.0), r"X\[0\]\[0\] is 'a'"),
        (lambda: bce.loss([[None]], [1], [1.0], 0.0), r"X\[0\]\[0\] is None"),
        (lambda: bce.loss([[1j]], [1], [1.0], 0.0), r"X\[0\]\[0\] is 1j"),
        (lambda: bce.loss([[10**400]], [1], [1.0], 0.0), r"X\[0\]\[0\] is 1000"),
        (lambda: bce.loss([[1.0]], [1, 0], [1.0], 0.0), "y has 2 labels, but X has 1 row"),
        (lambda: bce.loss([[1.0]], [1.5], [1.0], 0.0), r"y\[0\] is 1.5; labels lie from 0 to 1"),
        (lambda: bce.loss([[1.0]] * 2, [1, -1e-9], [1.0], 0.0), r"y\[1\] is -1e-09; labels"),
        (lambda: bce.loss([[1.0]], [NAN], [1.0], 0.0), r"y\[0\] is nan"),
        (lambda: bce.loss([[1.0]], ["no"], [1.0], 0.0), r"y\[0\] is 'no'"),
        (lambda: bce.loss([[1.0]], None, [1.0], 0.0), "y is None, which is not a list"),
        (lambda: bce.gradient([[1.0]], [1], [1.0, 2.0], 0.0), "w has length 2, but the rows"),
        (lambda: bce.gradient([[1.0]], [1], [NAN], 0.0), r"w\[0\] is nan"),
        (lambda: bce.gradient([[1.0]], [1], [1.0], INF), "b is inf"),
        (lambda: bce.gradient([[1.0], [1e200]], [1, 0], [1e200], 0.0), r"X\[1\]: the products"),
        (lambda: bce.predict([[1e200, 1e200]], [1e200, -1e200], 0.0), r"X\[0\]: the products"),
        (lambda: bce.predict([[1e200] * 70], [1e200] * 70, 0.0), r"X\[0\]: the products"),
        (lambda: bce.train([[1.0]], [1], epochs=-1), "epochs is -1"),
        (lambda: bce.train([[1.0]], [1], epochs=1.5), "epochs is 1.5"),
        (lambda: bce.train([[1.0]], [1], learning_rate=0), "learning_rate is 0; it must be"),
        (lambda: bce.train([[1.0]], [1], learning_rate=NAN), "learning_rate is nan"),
        (lambda: bce.train([[1.0]], [1], tolerance=-1), "tolerance is -1"),
        (lambda: bce.train([[1.0]], [1], method="bfgs"), "method is 'bfgs'; known are"),
        (lambda: bce.train([[1.0]], [1], engine="gpu"), "engine is 'gpu'; known are"),
        (lambda: bce.train([[1e200]], [1]), "leaves no learning rate"),
    ],
)
def test_senseless_arguments(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_divergence_is_an_error():
    rows, labels = [[1.0], [2.0], [3.0], [4.0]], [0.0, 1.0, 0.0, 1.0]
    with pytest.raises(ValueError, match=r"training diverged: .* cannot diverge"):
        bce.train(rows, labels, learning_rate=1000.0, epochs=11)
    with pytest.raises(ValueError, match=r"exceeds the largest float.* cannot diverge"):
        bce.train(rows, labels, learning_rate=1e308, epochs=100)


def test_whole_numbers_fractions_and_iterators_are_numbers():
    rows, labels = iter([(1, Fraction(1, 2)), (True, 0)]), iter([True, 0])
    assert bce.loss(rows, labels, (1, 2), 0) == bce.loss(
        [[1.0, 0.5], [1.0, 0.0]], [1, 0], [1, 2], 0
    )


# ---------------------------------------------------------------- all generated modules

MODULES = {one.FORMULAS.name: one for one in (bce, poisson, softmax, squared_error)}
CLASSES = 3


def many(name: str) -> bool:
    return MODULES[name].FORMULAS.outputs is None


def exact_sample(
    name: str, z: Sequence[mpmath.mpf], y: Sequence[float]
) -> tuple[mpmath.mpf, list[mpmath.mpf], list[mpmath.mpf]]:
    """Loss, residuals and predictions of one sample, from the textbook, to 50 digits and more."""
    with mpmath.workdps(60):
        labels = [mpmath.mpf(value) for value in y]
        if name == "squared_error":
            return (z[0] - labels[0]) ** 2 / 2, [z[0] - labels[0]], [z[0]]
        if name == "poisson":
            mean = mpmath.exp(z[0])
            return mean - labels[0] * z[0], [mean - labels[0]], [mean]
        exponents = z if name == "softmax" else [mpmath.mpf(0), z[0]]
        shift = max(exponents)
        units = [mpmath.exp(one - shift) for one in exponents]
        whole = mpmath.fsum(units)
        rest = list(units)
        del rest[exponents.index(shift)]  # e^0; the others may be far smaller than the precision
        logs = [one - shift - mpmath.log1p(mpmath.fsum(rest)) for one in exponents]
        if name == "bce":  # the second of two classes, the first with z = 0
            labels = [1 - labels[0], labels[0]]
        loss = -mpmath.fsum(y * log for y, log in zip(labels, logs, strict=True))
        shares = [unit / whole for unit in units]
        # p - y = p (sum of the labels but y) - y (sum of the p but p): nothing cancels
        residuals = [
            shares[k] * mpmath.fsum(labels[:k] + labels[k + 1 :])
            - labels[k] * mpmath.fsum(shares[:k] + shares[k + 1 :])
            for k in range(len(shares))
        ]
        return (loss, residuals, shares) if name == "softmax" else (loss, residuals[1:], shares[1:])


def label_of(name: str, source: random.Random) -> list[float]:
    if name == "squared_error":
        return [source.gauss(0, 3)]
    if name == "poisson":
        return [float(source.randrange(9))]
    if name == "bce":
        return [source.choice((0.0, 1.0, 0.25))]
    if source.random() < 0.5:
        return [0.5, 0.25, 0.25]
    hit = source.randrange(CLASSES)
    return [float(k == hit) for k in range(CLASSES)]


def data_of(name: str, width: int, samples: int, seed: int = 1):
    """Rows, labels, weights and biases in the shapes that the module wants."""
    source = random.Random(seed)
    rows = [[source.gauss(0, 1) for _ in range(width)] for _ in range(samples)]
    labels = [label_of(name, source) for _ in rows]
    outputs = CLASSES if many(name) else 1
    w = [[source.gauss(0, 0.7) / width**0.5 for _ in range(width)] for _ in range(outputs)]
    b = [source.gauss(0, 0.5) for _ in range(outputs)]
    if many(name):
        return rows, labels, w, b
    return rows, [y for (y,) in labels], w[0], b[0]


def flat(name: str, w, b) -> list[float]:
    if not many(name):
        return [*w, b]
    return [value for row, bias in zip(w, b, strict=True) for value in (*row, bias)]


def shaped(name: str, point: Sequence[float], width: int):
    outputs = [list(point[k : k + width + 1]) for k in range(0, len(point), width + 1)]
    if many(name):
        return [row[:-1] for row in outputs], [row[-1] for row in outputs]
    return outputs[0][:-1], outputs[0][-1]


@pytest.mark.parametrize("name", MODULES)
def test_loss_gradient_and_predictions_against_50_digits(name):
    module, width = MODULES[name], 5
    rows, labels, w, b = data_of(name, width, 150)
    outputs = list(zip(*[iter(flat(name, w, b))] * (width + 1), strict=True))
    with mpmath.workdps(60):
        total, slopes = mpmath.mpf(0), [mpmath.mpf(0)] * (len(outputs) * (width + 1))
        predictions = []
        for row, y in zip(rows, labels, strict=True):
            z = [mpmath.fsum(mpmath.mpf(a) * c for a, c in zip((*row, 1.0), o, strict=True))
                 for o in outputs]  # fmt: skip
            loss, residuals, shares = exact_sample(name, z, y if many(name) else [y])
            total += loss
            slopes = [
                s + r * x
                for s, (r, x) in zip(
                    slopes, ((r, x) for r in residuals for x in (*row, 1.0)), strict=True
                )
            ]
            predictions.append([float(share) for share in shares])
    assert module.loss(rows, labels, w, b) == pytest.approx(float(total / len(rows)), rel=1e-14)
    found = flat(name, *module.gradient(rows, labels, w, b))
    assert found == pytest.approx([float(s / len(rows)) for s in slopes], rel=1e-12, abs=1e-15)
    shown = module.predict(rows, w, b)
    assert [p if many(name) else [p] for p in shown] == [
        pytest.approx(p, rel=1e-14) for p in predictions
    ]


@pytest.mark.parametrize("width", [1, 3, 70])
@pytest.mark.parametrize("name", MODULES)
def test_every_gradient_against_finite_differences(name, width):
    module = MODULES[name]
    rows, labels, w, b = data_of(name, width, 12, seed=width)
    point, step = flat(name, w, b), 1e-5
    found = flat(name, *module.gradient(rows, labels, w, b))
    for k in {0, width // 2, width, len(point) - 1}:
        up = [value + step * (k == n) for n, value in enumerate(point)]
        down = [value - step * (k == n) for n, value in enumerate(point)]
        high, low = (module.loss(rows, labels, *shaped(name, p, width)) for p in (up, down))
        assert (high - low) / (up[k] - down[k]) == pytest.approx(found[k], rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("name", MODULES)
def test_the_curvature_is_the_slope_of_the_residual(name):
    formulas = MODULES[name].FORMULAS
    source = random.Random(5)
    labels = [label_of(name, source) for _ in range(40)]
    columns = [list(column) for column in zip(*labels, strict=True)]
    z = [[source.uniform(-6, 6) for _ in labels] for _ in columns]
    curvature, step = formulas.curvature(z, columns), 1e-6
    for b in range(len(z)):
        up, down = ([[v + s * (k == b) for v in column] for k, column in enumerate(z)]
                    for s in (step, -step))  # fmt: skip
        high, low = (formulas.block(points, columns)[1] for points in (up, down))
        for a in range(len(z)):
            slopes = [(h - k) / (2 * step) for h, k in zip(high[a], low[a], strict=True)]
            assert slopes == pytest.approx(curvature[a][b], rel=1e-4, abs=1e-7)


@pytest.mark.parametrize("name", MODULES)
def test_the_curvature_keeps_to_its_bound(name):
    """The largest eigenvalue of the symmetric matrix, by its characteristic polynomial."""
    formulas = MODULES[name].FORMULAS
    source = random.Random(6)
    labels = [label_of(name, source) for _ in range(200)]
    columns = [list(column) for column in zip(*labels, strict=True)]
    z = [[source.choice((1.0, 30.0)) * source.uniform(-2, 2) for _ in labels] for _ in columns]
    z[0][:3] = [0.0, 700.0, -700.0]
    curvature = formulas.curvature(z, columns)
    for i in range(len(labels)):
        matrix = mpmath.matrix([[entry[i] for entry in row] for row in curvature])
        values = mpmath.eigsy(matrix, eigvals_only=True)
        assert min(values) >= -1e-15
        if formulas.curvature_bound is not None:
            assert max(values) <= formulas.curvature_bound * (1 + 1e-12)


@pytest.mark.parametrize("name", MODULES)
def test_a_sum_of_many_losses_is_the_sum_of_each(name):
    """The logarithm of a product replaces a sum of logarithms where that loses nothing."""
    formulas = MODULES[name].FORMULAS
    source = random.Random(7)
    for spread in (0.01, 1.0, 30.0):
        labels = [label_of(name, source) for _ in range(512)]
        columns = [list(column) for column in zip(*labels, strict=True)]
        z = [[source.gauss(0, spread) for _ in labels] for _ in columns]
        exact = mpmath.fsum(
            exact_sample(name, [mpmath.mpf(p[i]) for p in z], y)[0] for i, y in enumerate(labels)
        )
        largest = max(1.0, *(abs(float(v)) for column in z for v in column)) * len(labels)
        assert formulas.block(z, columns)[0] == pytest.approx(
            float(exact), rel=1e-15, abs=1e-17 * largest
        )


def test_folded_labels_give_the_same_as_plain_ones():
    for m in points(300, seed=8):
        loss, (slope,) = bce.FORMULAS.folded([m])
        whole, ((residual,),) = bce.FORMULAS.block([[m]], [[0.0]])
        assert loss == pytest.approx(whole, rel=1e-15)
        assert slope == pytest.approx(residual, rel=1e-15)
        mirrored, ((other,),) = bce.FORMULAS.block([[-m]], [[1.0]])
        assert (loss, slope) == (pytest.approx(mirrored, rel=1e-15), pytest.approx(-other))
    block = [source * 1.0 for source in range(-300, 300, 3)]
    assert bce.FORMULAS.folded(block)[0] == pytest.approx(
        bce.FORMULAS.block([block], [[0.0] * len(block)])[0], rel=1e-15
    )
    cold = [*block, 5000.0]
    assert bce.FORMULAS.folded(cold)[0] == pytest.approx(bce.FORMULAS.folded(block)[0] + 5000)
    assert bce.FORMULAS.folded(cold)[1][:-1] == pytest.approx(bce.FORMULAS.folded(block)[1])
    assert bce.FORMULAS.folded([800.0, -800.0]) == (800.0, [1.0, 0.0])


@pytest.mark.parametrize("hit", range(CLASSES))
def test_softmax_of_a_sure_class_to_the_last_digit(hit):
    """The rounding of z_c - max z is part of it: |z_c - max z|/2 units where it is not exact."""
    for size in (0.0, 1e-9, 0.5, 30.0, 40.0, 300.0, 700.0, 740.0):
        z = [size * (k == 1) for k in range(CLASSES)]  # exact differences
        y = [float(k == hit) for k in range(CLASSES)]
        loss, residuals = softmax.FORMULAS.block([[v] for v in z], [[v] for v in y])
        exact = exact_sample("softmax", [mpmath.mpf(v) for v in z], y)
        assert ulps(loss, exact[0]) <= MAX_ULP, (size, loss)
        for (value,), wanted in zip(residuals, exact[1], strict=True):
            assert ulps(value, wanted) <= MAX_ULP, size
            assert value != 0.0 or abs(wanted) < 5e-324


def test_softmax_of_huge_predictors():
    z, y = [[1e308, -1e308], [-1e308, 1e308]], [[1.0, 1.0], [0.0, 0.0]]
    loss, residuals = softmax.FORMULAS.block(z, y)
    assert loss == math.inf
    assert residuals == [[0.0, -1.0], [0.0, 1.0]]
    assert softmax.FORMULAS.block([[1e308], [-1e308]], [[1.0], [0.0]]) == (0.0, [[0.0], [0.0]])


def test_poisson_beyond_the_largest_float():
    loss, ((residual,),) = poisson.FORMULAS.block([[710.0]], [[3.0]])
    assert (loss, residual) == (math.inf, math.inf)
    assert poisson.FORMULAS.block([[-1e4]], [[0.0]]) == (0.0, [[0.0]])
    with pytest.raises(ValueError, match="not finite"):
        poisson.loss([[1.0]], [1.0], [710.0], 0.0)
    with pytest.raises(ValueError, match=r"y\[0\] is -1.0; labels are at least 0"):
        poisson.loss([[1.0]], [-1.0], [0.0], 0.0)


def test_labels_of_softmax_are_checked():
    with pytest.raises(ValueError, match=r"y\[0\] sums to 0.9"):
        softmax.loss([[1.0]], [[0.5, 0.4]], [[0.0], [0.0]], [0.0, 0.0])
    with pytest.raises(ValueError, match=r"y\[0\]\[1\] is -0.5"):
        softmax.loss([[1.0]], [[0.5, -0.5]], [[0.0], [0.0]], [0.0, 0.0])


def test_softmax_of_two_classes_is_the_logistic_one():
    rows, labels = iris()
    rows = standardized(rows)
    one = bce.train(rows, labels, epochs=30, method="newton")
    two = softmax.train(
        rows, [[1 - y, y] for y in labels], epochs=3000, method="nesterov", tolerance=1e-9
    )
    assert one.converged
    differences = [second - first for first, second in zip(*two.w, strict=True)]
    assert differences == pytest.approx(list(one.w), rel=1e-4)


def test_least_squares_against_the_normal_equations():
    rows, labels, _, _ = data_of("squared_error", 3, 40)
    with mpmath.workdps(50):
        x = mpmath.matrix([[*row, 1] for row in rows])
        exact = mpmath.lu_solve(x.T * x, x.T * mpmath.matrix(labels))
    result = squared_error.train(rows, labels, method="newton")
    assert [*result.w, result.b] == pytest.approx([float(v) for v in exact], rel=1e-9)


def test_poisson_regression_on_one_binary_feature_has_a_closed_form():
    """The mean of each group: b = log 2, w = log 6 - log 2."""
    rows, labels = [[0.0], [0.0], [1.0], [1.0]], [1.0, 3.0, 4.0, 8.0]
    result = poisson.train(rows, labels, method="newton")
    assert result.converged
    assert [*result.w, result.b] == pytest.approx([math.log(3), math.log(2)], rel=1e-9)


# -------------------------------------------------------------------------- stand-alone


@pytest.mark.parametrize("name", MODULES)
def test_the_file_works_alone(tmp_path, name):
    """In an empty folder, without site packages; what is loaded is the standard library."""
    shutil.copy(MODULES[name].__file__, tmp_path / "model.py")
    several = "[[1, 0], [0, 1], [1, 0], [0, 1]]" if many(name) else "[0, 1, 0, 1]"
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import model\n"
        f"r = model.train([[0.0], [1.0], [2.0], [3.0]], {several}, epochs=3)\n"
        "names = {name.split('.')[0] for name in sys.modules}\n"
        "print(r.epochs, sorted(names - set(sys.stdlib_module_names) - {'__main__', 'model'}))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    assert done.stdout == "3 []\n"
    assert done.stderr == ""


@pytest.mark.parametrize("name", MODULES)
def test_import_loads_no_other_package(name):
    code = (
        f"import sys, derivation.gradients.{name}\n"
        "heavy = {'sympy', 'numpy', 'flint', 'mpmath', 'jinja2', 'click'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
        "print(sorted(name for name in sys.modules if name.startswith('derivation')))"
    )
    root = Path(bce.__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root
    )
    package = ["derivation", "derivation.gradients", f"derivation.gradients.{name}"]
    assert done.stdout == f"[]\n{package}\n"
