"""Softmax of one sample against 400 bits, given its predictors as exact numbers, 2 to 6 classes."""

# ruff: noqa: S311  # random numbers with a fixed seed
from __future__ import annotations

import math
import random
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass

import flint
import pytest

from derivation.gradients import softmax
from derivation.training.engines import engine_for
from derivation.training.source import RowSource

BITS = 400
POINTS = 560
LIMITS = {"loss": 2.25, "residual": 2.5, "prediction": 2.5, "curvature": 4.5}
"""Units in the last place; `benchmarks/accuracy.py --softmax` measures far more points."""

NEEDS_C = pytest.mark.skipif(
    not any(map(shutil.which, ("cc", "gcc", "clang"))), reason="no C compiler on this machine"
)
KINDS = ["python", pytest.param("c", marks=NEEDS_C)]


@pytest.fixture(scope="module", autouse=True)
def _libraries(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Built once for this file, away from the user's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@dataclass(frozen=True)
class Sample:
    """What is asked of one sample: single numbers, or balls."""

    loss: object
    residual: list
    prediction: list
    curvature: list[list]


def points(count: int, seed: int = 0) -> list[tuple[list[float], int]]:
    """Predictors and the number of the class: near each other, far apart, of unlike signs, tied."""
    source = random.Random(seed)
    draws: list[Callable[[float], float]] = [
        lambda _: source.uniform(-1e4, 1e4),
        lambda _: source.uniform(-380, 380),
        lambda _: source.choice((-1, 1)) * source.uniform(200, 372),
        lambda _: source.choice((-1, 1)) * 10 ** source.uniform(-12, 4),
        lambda middle: middle + source.uniform(-40, 40),
        lambda _: source.gauss(0, 3),
    ]
    found = []
    for k in range(count):
        classes, middle = 2 + k % 5, source.uniform(-9900, 9900)
        z = [draws[k // 5 % len(draws)](middle) for _ in range(classes)]
        if k % 9 == 0:
            z[1] = z[0]
        source.shuffle(z)
        found.append((z, source.randrange(classes)))
    return found


def truth(z: list[float], kind: int) -> Sample:
    """The textbook's formulas; what would cancel is summed the other way round."""
    exact, classes = [flint.arb(v) for v in z], range(len(z))
    top = max(classes, key=z.__getitem__)
    powers = [(v - exact[top]).exp() for v in exact]
    rest = sum((powers[c] for c in classes if c != top), flint.arb(0))
    p = [v / (1 + rest) for v in powers]
    others = [sum((p[k] for k in classes if k != c), flint.arb(0)) for c in classes]
    return Sample(
        exact[top] - exact[kind] + rest.log1p(),
        [-others[c] if c == kind else p[c] for c in classes],
        p,
        [[p[c] * others[c] if c == k else -(p[c] * p[k]) for k in classes] for c in classes],
    )


def by_engine(z: list[float], y: list[float], engine: str) -> Sample:
    """The sums of one row. Its features are the predictors, so that these are exact."""
    classes = range(len(z))
    labels = [[value] for value in y]
    runs = engine_for(softmax.FORMULAS, RowSource([tuple(z)], labels), engine)
    size = len(z) + 1
    point = [float(c == j) for c in classes for j in range(size)]
    loss, *slopes = runs.sums(point)[0]
    second = iter(runs.second_sums(point)[0])
    matrix = {(a, b): next(second) for a in range(len(point)) for b in range(a, len(point))}
    biases = [c * size + len(z) for c in classes]
    predictions = (
        softmax.FORMULAS.prediction([[v] for v in z])
        if engine == "python"
        else runs.predictions(point)
    )
    return Sample(
        loss,
        [slopes[j] for j in biases],
        [p[0] for p in predictions],
        [[matrix[min(i, j), max(i, j)] for j in biases] for i in biases],
    )


def one_hot(z: list[float], kind: int) -> list[float]:
    return [float(c == kind) for c in range(len(z))]


def units(value: float, exact: flint.arb) -> float:
    """How far off, in units in the last place of the true value; 0 where that is subnormal."""
    nearest = float(exact.mid())
    if abs(nearest) < sys.float_info.min:
        return 0.0 if abs(value) <= sys.float_info.min else math.inf
    return abs(float((flint.arb(value) - exact).mid())) / math.ulp(nearest)


def errors(found: Sample, exact: Sample) -> dict[str, float]:
    pairs = {
        "loss": [(found.loss, exact.loss)],
        "residual": zip(found.residual, exact.residual, strict=True),
        "prediction": zip(found.prediction, exact.prediction, strict=True),
        "curvature": [
            pair
            for one, other in zip(found.curvature, exact.curvature, strict=True)
            for pair in zip(one, other, strict=True)
        ],
    }
    return {name: max(units(*pair) for pair in several) for name, several in pairs.items()}


@pytest.mark.parametrize("engine", KINDS)
def test_softmax_is_right_to_the_last_places(engine):
    with flint.ctx.workprec(BITS):
        for z, kind in points(POINTS):
            for name, error in errors(
                by_engine(z, one_hot(z, kind), engine), truth(z, kind)
            ).items():
                assert error <= LIMITS[name], (name, z, kind)


@pytest.mark.parametrize("engine", KINDS)
def test_slopes_of_soft_labels_are_right_to_the_rounding_of_prediction_and_label(engine):
    source = random.Random(1)
    for z, _ in points(POINTS // 2, seed=2):
        drawn = [source.random() ** 4 for _ in z]
        y = [value / math.fsum(drawn) for value in drawn]
        found = by_engine(z, y, engine)
        with flint.ctx.workprec(BITS):
            for slope, p, label in zip(found.residual, truth(z, 0).prediction, y, strict=True):
                unit = math.ulp(max(float(p.mid()), label))
                off = abs(float((flint.arb(slope) - (p - flint.arb(label))).mid()))
                assert off <= 2.5 * unit, (z, y)


def test_rounded_differences_would_be_far_off():
    """The points can tell: what exp makes of a rounded difference is off by hundreds of units."""
    worst = 0.0
    with flint.ctx.workprec(BITS):
        for z, kind in points(POINTS):
            exact = truth(z, kind)
            largest = max(z)
            powers = [math.exp(v - largest) for v in z]
            shares = [v / math.fsum(powers) for v in powers]
            worst = max(worst, *map(units, shares, exact.prediction))
    assert worst > 100


@pytest.mark.parametrize("engine", KINDS)
@pytest.mark.parametrize(
    ("z", "shares"),
    [
        ([1e308, -1e308, 0.0], [1.0, 0.0, 0.0]),
        ([-1.7e308, 1.7e308], [0.0, 1.0]),
        ([1.7e308, 1.7e308, -1.7e308], [0.5, 0.5, 0.0]),
        ([5.0], [1.0]),
        ([5e-324, 0.0], [0.5, 0.5]),
    ],
)
def test_a_difference_may_exceed_the_largest_float(z, shares, engine):
    kind = max(range(len(z)), key=z.__getitem__)
    found = by_engine(z, one_hot(z, kind), engine) if max(z) < 1 or len(z) == 1 else None
    assert [p[0] for p in softmax.FORMULAS.prediction([[v] for v in z])] == shares
    labels = [[float(c == kind)] for c in range(len(z))]
    if found is None:  # one feature, so that no product exceeds a float either
        runs = engine_for(softmax.FORMULAS, RowSource([(1.0,)], labels), engine)
        loss, *slopes = runs.sums([number for v in z for number in (v, 0.0)])[0]
        residual = slopes[1::2]
    else:
        loss, residual = found.loss, found.residual
    assert loss == pytest.approx(-math.log(shares[kind]))
    assert residual == [p - y for p, (y,) in zip(shares, labels, strict=True)]
