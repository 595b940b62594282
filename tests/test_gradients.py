"""The generated module of the binary cross-entropy loss, against other ways to compute it."""

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
from hypothesis import given
from hypothesis import strategies as st

from derivation.gradients import bce

# Measured over 3e5 points: at most 1.6 ulp for the loss, 2.0 for residual and prediction.
MAX_ULP = 2.5
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
    with pytest.raises(ValueError, match="lower the learning rate"):
        bce.train(rows, labels, learning_rate=1e308, epochs=100)


def test_whole_numbers_fractions_and_iterators_are_numbers():
    rows, labels = iter([(1, Fraction(1, 2)), (True, 0)]), iter([True, 0])
    assert bce.loss(rows, labels, (1, 2), 0) == bce.loss(
        [[1.0, 0.5], [1.0, 0.0]], [1, 0], [1, 2], 0
    )


# -------------------------------------------------------------------------- stand-alone


def test_import_loads_no_other_package():
    code = (
        "import sys, derivation.gradients.bce\n"
        "print(sorted({'sympy', 'numpy', 'flint', 'mpmath', 'jinja2', 'click'} & set(sys.modules)))"
    )
    root = Path(bce.__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root
    )
    assert done.stdout == "[]\n"


def test_the_file_works_alone(tmp_path):
    shutil.copy(bce.__file__, tmp_path / "model.py")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import model\n"
        "r = model.train([[0.0], [1.0], [2.0], [3.0]], [0, 1, 0, 1], epochs=3)\n"
        "print(r.epochs, model.loss([[1.0]], [1], [0.0], 0.0))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    assert done.stdout == f"3 {math.log(2)}\n"
