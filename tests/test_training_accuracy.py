"""Loss, gradient and predictions of the runtime against 50 digits, whatever hypothesis draws."""

from __future__ import annotations

import math

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st
from training_formulas import BCE, POISSON, SOFTMAX, SQUARED
from training_references import LOSSES, NAMES, as_y, data, random_point, reference

from derivation.training.evaluate import evaluate_gradient, evaluate_loss, evaluate_prediction

FAR = {"bce": 1e4, "softmax": 1e4, "squared_error": 1e8, "poisson": 700.0}


@st.composite
def problems(draw, formulas):
    """Rows, labels, and a point whose predictors stay where the loss is a float."""
    features, samples = draw(st.integers(1, 4)), draw(st.integers(1, 6))
    value = st.floats(-1, 1) | st.sampled_from([0.0, 1.0, -1.0, 1e-300, -1e-20])
    rows = draw(
        st.lists(
            st.lists(value, min_size=features, max_size=features).map(tuple),
            min_size=samples,
            max_size=samples,
        )
    )
    if formulas.outputs is None:
        kinds = [draw(st.integers(0, 2)) for _ in rows]
        labels = [[float(k == kind) for kind in kinds] for k in range(3)]
    else:
        low, high = max(formulas.labels[0], -100.0), min(formulas.labels[1], 100.0)
        labels = [[draw(st.floats(low, high) | st.sampled_from([0.0, 1.0])) for _ in rows]]
    reach = FAR[formulas.name] / (features + 1)
    weight = st.floats(-reach, reach) | st.floats(-2, 2)
    outputs = 3 if formulas.outputs is None else 1
    point = [draw(weight) for _ in range(outputs * (features + 1))]
    return rows, labels, point


def parameters(formulas, point, features):
    width = features + 1
    outputs = [point[k : k + width] for k in range(0, len(point), width)]
    if formulas.outputs == 1:
        return outputs[0][:-1], outputs[0][-1]
    return [row[:-1] for row in outputs], [row[-1] for row in outputs]


def flat(formulas, gradient):
    in_weights, in_biases = gradient
    if formulas.outputs == 1:
        return [*in_weights, in_biases]
    return [v for row, bias in zip(in_weights, in_biases, strict=True) for v in (*row, bias)]


@pytest.mark.parametrize("formulas", LOSSES, ids=NAMES)
def test_loss_and_gradient_of_what_hypothesis_draws(formulas):
    @given(problems(formulas))
    def check(drawn):
        rows, labels, point = drawn
        w, b = parameters(formulas, point, len(rows[0]))
        y = as_y(formulas, labels)
        loss = evaluate_loss(formulas, rows, y, w, b)
        slopes = flat(formulas, evaluate_gradient(formulas, rows, y, w, b))
        exact = [value / len(rows) for value in reference(formulas, rows, labels, point)]
        # a predictor is rounded, and a loss or a residual moves with it
        size = max(map(abs, point)) * 1e-15 * (1 + max(abs(v) for y in labels for v in y))
        if formulas is POISSON:
            size *= max(evaluate_prediction(formulas, rows, w, b)) + 1
        assert loss == pytest.approx(float(exact[0]), rel=1e-14, abs=8 * size + 1e-300)
        for value, wanted in zip(slopes, exact[1:], strict=True):
            assert value == pytest.approx(float(wanted), rel=1e-13, abs=8 * size + 4e-16)

    check()


@pytest.mark.parametrize("formulas", LOSSES, ids=NAMES)
@pytest.mark.parametrize("features", [1, 3, 20])
def test_gradient_against_finite_differences(formulas, features):
    rows, labels = data(formulas, 30, features, seed=features, soft=True)
    y, point = as_y(formulas, labels), random_point(formulas, features, seed=3)
    slopes = flat(
        formulas, evaluate_gradient(formulas, rows, y, *parameters(formulas, point, features))
    )
    for k, slope in enumerate(slopes):
        around = []
        for step in (1e-5, -1e-5):
            moved = [v + step * (j == k) for j, v in enumerate(point)]
            w, b = parameters(formulas, moved, features)
            around.append(evaluate_loss(formulas, rows, y, w, b))
        assert (around[0] - around[1]) / 2e-5 == pytest.approx(slope, rel=1e-6, abs=1e-8)


def test_predictions():
    rows = [(1.0, 2.0), (0.0, -1.0)]
    z = [1.0 * 0.5 - 2.0 * 0.25 + 1.0, 0.25 + 1.0]
    assert evaluate_prediction(SQUARED, rows, [0.5, -0.25], 1.0) == z
    expected = [float(1 / (1 + mpmath.exp(-v))) for v in z]
    assert evaluate_prediction(BCE, rows, [0.5, -0.25], 1.0) == pytest.approx(expected, rel=1e-15)
    several = evaluate_prediction(SOFTMAX, rows, [[0.5, 0.0], [0.0, 0.0], [1.0, 1.0]], [0, 1, 2])
    assert [len(row) for row in several] == [3, 3]
    assert [math.fsum(row) for row in several] == pytest.approx([1.0, 1.0], rel=1e-15)
    powers = [math.exp(0.5), math.exp(1.0), math.exp(5.0)]
    assert several[0] == pytest.approx([p / sum(powers) for p in powers], rel=1e-14)


def test_a_sum_beyond_the_largest_float_has_a_mean():
    rows, y = [(1e154,)] * 3, [0.0] * 3
    assert evaluate_loss(SQUARED, rows, y, [1.2], 0.0) == pytest.approx(0.72e308)
    assert evaluate_gradient(SQUARED, rows, y, [1.2], 0.0)[0] == [pytest.approx(1.2e308)]
    with pytest.raises(ValueError, match="the loss is not finite"):
        evaluate_loss(SQUARED, rows, y, [2.4], 0.0)
    with pytest.raises(ValueError, match="the gradient is not finite"):
        evaluate_gradient(POISSON, [(1.0,)], [1.0], [0.0], 800.0)


def test_a_loss_that_is_a_sum():
    import dataclasses

    summed = dataclasses.replace(SQUARED, mean=False)
    rows, y = [(1.0,), (2.0,)], [0.0, 0.0]
    assert evaluate_loss(summed, rows, y, [1.0], 0.0) == 2.5
    assert evaluate_gradient(summed, rows, y, [1.0], 0.0) == ([5.0], 3.0)
