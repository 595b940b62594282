"""Every senseless argument gets a message that names the place."""

from __future__ import annotations

import dataclasses
import math

import pytest
from training_formulas import BCE, POISSON, SOFTMAX, SQUARED

from derivation.training.arguments import range_text
from derivation.training.evaluate import evaluate_gradient, evaluate_loss, evaluate_prediction
from derivation.training.settings import checked_settings
from derivation.training.train import train_rows

ONE = [[1.0]]
THREE = [[1.0, 0.0, 0.0]]


def loss(formulas, y, w, b=0.0, rows=ONE):
    return evaluate_loss(formulas, rows, y, w, b)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: loss(BCE, [1.5], [1.0]), r"y\[0\] is 1.5; labels lie from 0 to 1$"),
        (lambda: loss(POISSON, [-1.0], [1.0]), r"y\[0\] is -1.0; labels are at least 0$"),
        (lambda: loss(SQUARED, [math.inf], [1.0]), r"y\[0\] is inf, which is not a finite"),
        (lambda: loss(SOFTMAX, [1.0], [[1.0]], [0.0]), r"y\[0\] is 1.0, which is not a list"),
        (lambda: loss(SOFTMAX, [[]], [[1.0]], [0.0]), r"y\[0\] is empty: there is no label"),
        (lambda: loss(SOFTMAX, [[0.5, 0.4]], [[1.0]], [0.0]), r"y\[0\] sums to 0.9; the labels"),
        (lambda: loss(SOFTMAX, [[2.0, -1.0]], [[1.0]], [0.0]), r"y\[0\]\[0\] is 2.0; labels lie"),
        (
            lambda: loss(SOFTMAX, [[1.0, 0.0], [1.0]], [[1.0]], [0.0], [[1.0], [1.0]]),
            r"y\[1\] has length 1, but y\[0\] has 2: every row needs the same number of labels",
        ),
        (lambda: loss(SOFTMAX, THREE, [], []), "w is empty: there is no output"),
        (lambda: loss(SOFTMAX, THREE, [1.0], [0.0]), r"w\[0\] is 1.0, which is not a list"),
        (lambda: loss(SOFTMAX, THREE, ONE * 3, 0.0), "b is 0.0, which is not a list"),
        (lambda: loss(SOFTMAX, THREE, ONE * 3, [0.0]), "b has length 1, but w has 3 rows"),
        (
            lambda: loss(SOFTMAX, THREE, ONE * 2, [0.0] * 2),
            "w has 2 rows, but the rows of y have 3",
        ),
        (
            lambda: loss(SOFTMAX, THREE, [[1.0, 2.0]] * 3, [0.0] * 3),
            r"w\[0\] has length 2, but the rows of X have 1 features",
        ),
        (lambda: evaluate_gradient(BCE, ONE, [1], [math.nan], 0.0), r"w\[0\] is nan"),
        (lambda: evaluate_prediction(SOFTMAX, ONE, [["a"]], [0.0]), r"w\[0\]\[0\] is 'a'"),
        (lambda: train_rows(BCE, ONE, [1], engine="gpu"), "engine is 'gpu'; known are"),
        (lambda: train_rows(BCE, ONE, [1], start=([1.0, 2.0], 0.0)), "w has length 2, but"),
        (lambda: train_rows(BCE, ONE, [1], learning_rat=1), "learning_rat"),
    ],
)
def test_data_and_parameters(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"batch_size": 0}, "batch_size is 0; it must be a whole number, at least 1"),
        ({"batch_size": 2.5}, "batch_size is 2.5; it must be a whole number"),
        ({"seed": -1}, "seed is -1; it must be a whole number, at least 0"),
        ({"momentum": 1.0}, "momentum is 1.0; it must be at least 0 and below 1"),
        ({"l2": -0.1}, "l2 is -0.1; it must not be negative"),
        ({"l2": "a"}, "l2 is 'a', which is not a finite number"),
        ({"patience": 0}, "patience is 0; it must be a whole number, at least 1"),
        ({"checkpoint_every": 0}, "checkpoint_every is 0; it must"),
        ({"schedule": "step"}, "schedule is 'step', which cannot be called"),
        ({"callback": 3}, "callback is 3, which cannot be called"),
        ({"method": "adam"}, "method is 'adam'; known are 'gd', 'momentum', 'nesterov', 'newton'"),
        ({"method": "newton", "learning_rate": 1.0}, "learning_rate is 1.0, but method 'newton'"),
        ({"learning_rate": math.nan}, r"learning_rate is nan, which is not a finite number$"),
        ({"checkpoint": 5}, "checkpoint is 5; it must be the path of a file"),
        ({"checkpoint": b"x"}, "checkpoint is b'x'; it must be the path of a file"),
        ({"method": "newton", "batch_size": 8}, "batch_size is 8, but method 'newton' takes all"),
    ],
)
def test_settings(settings, message):
    with pytest.raises(ValueError, match=message):
        checked_settings(**settings)


def test_ranges_in_words():
    def text(*labels):
        return range_text(dataclasses.replace(BCE, labels=labels))

    assert text(0.0, 1.0, False, True) == "lie from 0 to 1, without 1"
    assert text(-1.0, 1.0, True, True) == "lie from -1 to 1, without -1 and 1"
    assert text(0.0, math.inf, True, True) == "are greater than 0"
    assert text(-math.inf, 0.0, True, True) == "are less than 0"
    assert text(-math.inf, 0.0, True, False) == "are at most 0"
    assert text(-math.inf, math.inf, True, True) == "are finite numbers"


def test_an_open_end_is_excluded():
    open_range = dataclasses.replace(BCE, labels=(0.0, 1.0, True, True))
    assert loss(open_range, [0.5], [1.0]) > 0
    for label in (0.0, 1.0):
        with pytest.raises(ValueError, match="without 0 and 1"):
            loss(open_range, [label], [1.0])


def test_sums_of_printed_numbers_pass():
    third = 0.333333333333
    assert loss(SOFTMAX, [[third, third, third]], ONE * 3, [0.0] * 3) > 0


@pytest.mark.parametrize("start", [5, ([1.0],), ([1.0], 2.0, 3.0), ([[1.0]], [0.0]), "w"])
def test_what_is_no_start(start):
    with pytest.raises(ValueError, match=r"^(start|w\[0\]|w) is "):
        train_rows(BCE, ONE, [1.0], start=start)


def test_a_result_of_another_module_is_a_start():
    @dataclasses.dataclass
    class Result:
        w: tuple[float, ...]
        b: float

    rows, y = [[1.0], [2.0], [3.0]], [0.0, 1.0, 0.0]
    found = train_rows(BCE, rows, y, start=Result((0.5,), -1.0), epochs=0)
    assert (found.w, found.b) == ((0.5,), -1.0)
