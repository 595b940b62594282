"""Newton's method on columns far from 0, against Newton's method with 600 bits on the same data."""

from __future__ import annotations

import math
import random
import shutil
import warnings
from dataclasses import dataclass
from fractions import Fraction

import flint
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from training_formulas import BCE, POISSON, SOFTMAX, SQUARED
from training_references import LOSSES, NAMES, as_y, data

from derivation.gradients import bce, poisson, softmax, squared_error
from derivation.training.centring import CentredSource, Centres, centred_source, centres_of
from derivation.training.engines import engine_for
from derivation.training.problems import CheckpointError, NotFiniteError, SeparationWarning
from derivation.training.result import Stopped
from derivation.training.settings import checked_settings
from derivation.training.source import BLOCK, RowSource
from derivation.training.train import run_training, train_rows, train_source

BITS = 600
AT_REST = (Stopped.CONVERGED, Stopped.PRECISION)
SEEN = 1e-13
"""Of the loss: what rounding lets one see, or several times that."""

FAR = {  # offset, factor of the noise, whether floats can say where the minimum is; None: just so
    "0": (0.0, 1.0, True),
    "1e4": (1e4, 1.0, True),
    "1e7": (1e7, 1.0, True),
    "1e8": (1e8, 1.0, True),
    "1e9": (1e9, 1.0, None),
    "-1e9": (-1e9, 1e-2, False),
    "1e12, wide": (1e12, 1e4, True),
    "1e12": (1e12, 1.0, False),
    "1e15": (1e15, 1.0, False),
}

# ------------------------------------------------------------------------------ reference


@dataclass
class Truth:
    """A point, the loss there with its penalty, its slopes, its second derivatives: balls."""

    point: list[flint.arb]
    loss: flint.arb
    slopes: list[flint.arb]
    bends: flint.arb_mat


def sample(name, z, y):
    """Loss, residuals and second derivatives of one sample, as textbooks have them."""
    if name == "squared_error":
        return (z[0] - y[0]) ** 2 / 2, [z[0] - y[0]], [[flint.arb(1)]]
    if name == "poisson":
        mean = z[0].exp()
        return mean - y[0] * z[0], [mean - y[0]], [[mean]]
    if name == "bce":
        p = 1 / (1 + (-z[0]).exp())
        return (1 + z[0].exp()).log() - y[0] * z[0], [p - y[0]], [[p * (1 - p)]]
    total = sum((v.exp() for v in z), flint.arb(0))
    p = [v.exp() / total for v in z]
    loss = total.log() - sum((t * v for t, v in zip(y, z, strict=True)), flint.arb(0))
    bends = [[p[a] * ((a == b) - p[b]) for b in range(len(p))] for a in range(len(p))]
    return loss, [v - t for v, t in zip(p, y, strict=True)], bends


def truth_at(formulas, rows, labels, point, l2):
    """The exact loss of the exact data at a point."""
    width, size = len(rows[0]) + 1, len(point)
    point = [flint.arb(v) for v in point]
    loss, slopes = flint.arb(0), [flint.arb(0)] * size
    bends = [[flint.arb(0)] * size for _ in range(size)]
    for row, y in zip(rows, zip(*labels, strict=True), strict=True):
        x = [flint.arb(v) for v in (*row, 1.0)]
        z = [
            sum((v * w for v, w in zip(x, point[k : k + width], strict=True)), flint.arb(0))
            for k in range(0, size, width)
        ]
        of_sample, residuals, bend = sample(formulas.name, z, [flint.arb(v) for v in y])
        loss += of_sample
        for i in range(size):
            slopes[i] += residuals[i // width] * x[i % width]
            for k in range(size):
                bends[i][k] += bend[i // width][k // width] * x[i % width] * x[k % width]
    loss, slopes = loss / len(rows), [s / len(rows) for s in slopes]
    bends = [[b / len(rows) for b in row] for row in bends]
    for k in range(size):
        if (k + 1) % width:
            loss += flint.arb(l2) * point[k] ** 2 / 2
            slopes[k] += flint.arb(l2) * point[k]
            bends[k][k] += flint.arb(l2)
    return Truth(point, loss, slopes, flint.arb_mat(bends))


def minimum(formulas, rows, labels, l2=0.0):
    """Newton's method. Slopes begin as large as the square of an offset."""
    width = len(rows[0]) + 1
    point = [flint.arb(0)] * (width * len(labels))
    for _ in range(40):
        here = truth_at(formulas, rows, labels, point, l2)
        if max(abs(float(s.mid())) for s in here.slopes) < 1e-50:
            return here
        matrix = [[here.bends[i, k] for k in range(len(point))] for i in range(len(point))]
        if len(labels) > 1:  # the same number added to all outputs changes nothing
            for i in range(len(point)):
                strength = here.bends[i % width, i % width]
                for k in range(i % width, len(point), width):
                    matrix[i][k] += strength
        right = flint.arb_mat([[s] for s in here.slopes])
        step = flint.arb_mat(matrix).solve(right)
        point = [flint.arb((p - step[k, 0]).mid()) for k, p in enumerate(point)]
    raise AssertionError("the reference did not converge")


# ------------------------------------------------------------------------------ the minimum


def far_problem(formulas, offset, factor, samples=40):
    """Two columns of noise, both far from 0, the second one in another unit."""
    rows, labels = data(formulas, samples, 2, seed=5)
    rows = [(offset + factor * one, 64 * (offset + factor * other)) for one, other in rows]
    return rows, labels


def flat(result):
    if isinstance(result.b, float):
        return [*result.w, result.b]
    return [v for row, bias in zip(result.w, result.b, strict=True) for v in (*row, bias)]


def check_against_truth(formulas, rows, labels, result, l2=0.0, tolerance=1e-8):
    """Whether what the result says of itself is true; the minimum."""
    best, point = minimum(formulas, rows, labels, l2), flat(result)
    here = truth_at(formulas, rows, labels, point, l2)
    size = abs(float(best.loss.mid()))
    above = float((here.loss - best.loss).mid()) / size
    assert abs(float((here.loss - flint.arb(result.history[-1])).mid())) <= 1e-14 * size
    steepest = max(abs(float(s.mid())) for s in here.slopes)
    assert result.converged == (steepest <= tolerance)
    if result.stopped in AT_REST:
        assert above <= SEEN or result.converged
    else:
        assert result.stopped is Stopped.STALLED
        assert above > 1e-15
    return best


@pytest.fixture(autouse=True)
def _precision():
    with flint.ctx.workprec(BITS):
        yield


@pytest.fixture(scope="module", autouse=True)
def _libraries(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Built once for this file, away from the user's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.mark.parametrize("l2", [0.0, 0.01])
@pytest.mark.parametrize("far", FAR)
@pytest.mark.parametrize("formulas", LOSSES, ids=NAMES)
def test_newton_is_at_the_minimum_or_says_that_it_is_not(formulas, far, l2):
    offset, factor, reachable = FAR[far]
    rows, labels = far_problem(formulas, offset, factor)
    result = train_rows(formulas, rows, as_y(formulas, labels), method="newton", l2=l2)
    best = check_against_truth(formulas, rows, labels, result, l2)
    if reachable is not None:
        assert (result.stopped in AT_REST) == reachable
    if offset and not (formulas is SOFTMAX and l2):  # there weak penalties hold what is common
        wanted = [float(v.mid()) for v in best.point]
        assert flat(result) == pytest.approx(wanted, rel=2e-13)


@pytest.mark.parametrize("tolerance", [1e-2, 1e-5])
@pytest.mark.parametrize("far", ["1e4", "1e7", "1e12"])
@pytest.mark.parametrize("formulas", LOSSES, ids=NAMES)
def test_converged_speaks_of_the_slopes_of_the_columns_as_they_are(formulas, far, tolerance):
    rows, labels = far_problem(formulas, *FAR[far][:2])
    y, settings = as_y(formulas, labels), {"method": "newton", "tolerance": tolerance}
    result = train_rows(formulas, rows, y, **settings)
    assert result.converged == (result.stopped is Stopped.CONVERGED)
    check_against_truth(formulas, rows, labels, result, tolerance=tolerance)


MODULES = {"bce": bce, "squared_error": squared_error, "poisson": poisson, "softmax": softmax}
NEEDS_C = pytest.mark.skipif(
    not any(map(shutil.which, ("cc", "gcc", "clang"))), reason="no C compiler on this machine"
)


@pytest.mark.parametrize("engine", ["python", pytest.param("c", marks=NEEDS_C)])
@pytest.mark.parametrize("formulas", LOSSES, ids=NAMES)
def test_generated_trainers_on_more_rows_than_a_block(formulas, engine):
    module = MODULES[formulas.name]
    rows, labels = far_problem(formulas, 1e8, 1.0, samples=BLOCK + 90)
    result = module.train(rows, as_y(formulas, labels), method="newton", engine=engine)
    best, point = minimum(formulas, rows, labels), flat(result)
    assert result.engine == engine
    assert result.stopped.name == "PRECISION"
    assert point == pytest.approx([float(v.mid()) for v in best.point], rel=1e-12)
    above = truth_at(formulas, rows, labels, point, 0.0).loss - best.loss
    assert float(above.mid()) <= SEEN * abs(float(best.loss.mid()))


@pytest.mark.parametrize("offset", [1e6, 1e7, 1e9, 1e12, 1e15])
@pytest.mark.parametrize("formulas", LOSSES, ids=NAMES)
def test_what_is_not_centred_is_not_called_the_minimum_either(formulas, offset):
    rows, labels = far_problem(formulas, offset, 1.0)
    engine = engine_for(formulas, RowSource(rows, labels), "python")
    for tolerance in (1e-8, 0.0):
        settings = checked_settings(method="newton", tolerance=tolerance)
        result = run_training(formulas, engine, settings)
        if result.stopped in AT_REST:
            best = minimum(formulas, rows, labels)
            above = truth_at(formulas, rows, labels, flat(result), 0.0).loss - best.loss
            assert float(above.mid()) <= SEEN * abs(float(best.loss.mid()))


@pytest.mark.parametrize("method", ["gd", "nesterov"])
@pytest.mark.parametrize("offset", [1e7, 1e9, 1e12])
def test_first_order_methods_do_not_take_it_for_the_minimum_either(method, offset):
    """Where a step is searched the search may end far above the minimum: rounding hides it."""
    rows, labels = far_problem(POISSON, offset, 1.0)
    result = train_rows(POISSON, rows, labels[0], method=method)
    assert result.stopped is Stopped.STALLED
    assert result.history[-1] > float(minimum(POISSON, rows, labels).loss.mid()) + 0.1


@settings(deadline=None)
@given(
    st.sampled_from(LOSSES),
    st.integers(0, 10**6),
    st.lists(st.tuples(st.floats(-13, 13), st.floats(-3, 4)), min_size=1, max_size=2),
    st.sampled_from(["far", "far and a flag", "nearly dependent"]),
    st.sampled_from([0.0, 1e-3]),
    st.sampled_from([1e-3, 1e-8, 0.0]),
)
def test_whatever_the_columns_no_wrong_minimum(formulas, seed, shape, kind, l2, tolerance):
    base, labels = data(formulas, 30, len(shape), seed)
    sizes = [(math.copysign(10 ** abs(far), far), 10**wide) for far, wide in shape]
    rows = [tuple(c + s * v for (c, s), v in zip(sizes, row, strict=True)) for row in base]
    if kind == "far and a flag":
        rows = [(*row, float(k % 2), k % 2 * row[0]) for k, row in enumerate(rows)]
    elif kind == "nearly dependent":
        step = sizes[0][1] * 10 ** -(2.0 + seed % 10)
        rows = [(*row, row[0] + step * math.sin(k * k)) for k, row in enumerate(rows)]
    options = {"method": "newton", "l2": l2, "tolerance": tolerance, "epochs": 60}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SeparationWarning)
        result = train_rows(formulas, rows, as_y(formulas, labels), **options)
    if result.stopped not in AT_REST:
        return
    with flint.ctx.workprec(2 * BITS):
        here = truth_at(formulas, rows, labels, flat(result), l2)
        if result.converged:
            assert max(abs(float(s.mid())) for s in here.slopes) <= tolerance * (1 + 1e-6)
            return
        best = minimum_or_none(formulas, rows, labels, l2)
        if best is not None:
            assert float((here.loss - best.loss).mid()) <= SEEN * abs(float(best.loss.mid()))


def minimum_or_none(formulas, rows, labels, l2):
    """None where the plain Newton's method of the reference goes astray."""
    try:
        return minimum(formulas, rows, labels, l2)
    except (AssertionError, ZeroDivisionError):
        return None


def test_columns_that_do_not_vary_and_a_flag_beside_a_far_one():
    rows, labels = far_problem(BCE, 1e9, 1.0)
    best = minimum(BCE, rows, labels)
    more = [(*row, 1e9, 0.0, float(k % 2)) for k, row in enumerate(rows)]
    result = train_rows(BCE, more, labels[0], method="newton")
    assert result.stopped is Stopped.PRECISION
    assert result.w[2:4] == (0.0, 0.0)
    assert result.history[-1] <= float(best.loss.mid())
    without = [(*row[:2], row[4]) for row in more]
    wanted = minimum(BCE, without, labels).point
    assert [*result.w[:2], result.w[4], result.b] == pytest.approx(
        [float(v.mid()) for v in wanted], rel=1e-12
    )


def test_separated_classes_are_told_wherever_they_are():
    rows = [[1e9 + k] for k in range(-20, 21) if k]
    y = [float(row[0] > 1e9) for row in rows]
    with pytest.warns(SeparationWarning, match="perfectly separated"):
        result = train_rows(BCE, rows, y, method="newton")
    assert result.stopped is Stopped.SEPARATED
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        train_rows(BCE, rows, [*y[:-1], 0.0], method="newton")


# ------------------------------------------------------------------------- centres and points


@given(
    st.lists(st.floats(-1e12, 1e12), min_size=2, max_size=2).filter(any),
    st.lists(st.floats(-1e6, 1e6), min_size=6, max_size=6),
)
def test_points_there_and_back_are_rounded_once(values, point):
    centres = Centres(tuple(values))
    for moved, sign in ((centres.inner(point), 1), (centres.outer(point), -1)):
        for k in (0, 3):
            assert moved[k : k + 2] == point[k : k + 2]
            parts = zip(map(Fraction, point[k : k + 2]), map(Fraction, values), strict=True)
            assert moved[k + 2] == float(
                Fraction(point[k + 2]) + sign * sum(w * c for w, c in parts)
            )


def test_slopes_are_those_of_the_columns_as_they_are():
    assert Centres((10.0, -2.0)).outer_slopes([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]) == [
        31.0, -4.0, 3.0, 64.0, -7.0, 6.0,
    ]  # fmt: skip
    assert Centres().outer_slopes([1.0, 2.0]) == [1.0, 2.0]


def test_a_bias_beyond_the_floats_is_an_error_of_ours():
    with pytest.raises(NotFiniteError, match="a bias exceeds the largest float"):
        Centres((1e300,)).outer([1e10, 0.0])


def columns_source(*columns):
    return RowSource(list(zip(*columns, strict=True)), [[0.0] * len(columns[0])])


def test_only_columns_far_from_0_are_centred():
    noise = [random.Random(k).gauss(0, 1) for k in range(2000)]  # noqa: S311
    source = columns_source(
        noise,
        [3.0 + v for v in noise],
        [-2000.0 + 10 * v for v in noise],
        [0.1] * 2000,
        [0.0] * 2000,
        [1e308 + 1e307 * v for v in noise],
        [1e-300 + 1e-302 * v for v in noise],
    )
    values = centres_of(source).values
    assert values[:2] == (0.0, 0.0)
    assert values[2] == pytest.approx(-2000, abs=1)
    assert values[3] == pytest.approx(0.1, rel=1e-15)
    assert values[4:6] == (0.0, 0.0)  # the squares of one exceed the floats
    assert values[6] == pytest.approx(1e-300, rel=1e-2)
    near = columns_source(noise, [3.0 + v for v in noise])
    assert centres_of(near).values == ()
    assert centred_source(near, centres_of(near)) is near


def test_a_flagged_value_does_not_hide_that_a_column_is_far():
    column = [1e9 + math.sin(k) for k in range(3000)]
    column[17] = -999.0
    (centre,) = centres_of(columns_source(column)).values
    assert centre == pytest.approx(math.fsum(column) / 3000, rel=1e-15)


class Reordered:
    """A source whose blocks come in another order."""

    def __init__(self, source):
        self._source = source
        self.samples, self.features, self.outputs = source.samples, source.features, source.outputs

    def block(self, number):
        return self._source.block(self.samples // BLOCK - 1 - number)

    def take(self, rows):
        return self._source.take(rows)


def test_the_order_of_blocks_has_no_effect_on_centres():
    source = columns_source([1e7 + math.sin(k) * 10 ** (k % 7) for k in range(20 * BLOCK)])
    assert centres_of(source).values == centres_of(Reordered(source)).values != ()


def test_a_streamed_source_gives_the_same_bits_as_rows_in_memory():
    rows, labels = far_problem(BCE, 1e9, 1.0, samples=2 * BLOCK + 7)
    source = RowSource(rows, labels)
    streamed = train_source(BCE, Streamed(source), method="newton", epochs=4)
    assert streamed == train_source(BCE, source, method="newton", epochs=4)


class Streamed:
    """The same blocks, not known to be in memory."""

    def __init__(self, source):
        self._source = source
        self.samples, self.features, self.outputs = source.samples, source.features, source.outputs
        self.block, self.take = source.block, source.take


def test_batches_of_a_centred_source():
    source = columns_source([100.0 + k for k in range(9)], [float(k) for k in range(9)])
    centred = CentredSource(source, (104.0, 0.0))
    (first, second), (labels,) = centred.take([8, 0])
    assert (list(first), list(second), list(labels)) == ([4.0, -4.0], [8.0, 0.0], [0.0, 0.0])


# ------------------------------------------------------------------- what surrounds a training


def test_near_columns_and_other_methods_keep_every_bit():
    rows, labels = far_problem(BCE, 5.0, 1.0)
    raw = engine_for(BCE, RowSource(rows, labels))
    for method in ("newton", "nesterov"):
        settings = {"method": method, "epochs": 5}
        found = run_training(BCE, raw, checked_settings(**settings))
        assert train_rows(BCE, rows, labels[0], **settings) == found
    rows, labels = far_problem(BCE, 100.0, 1.0)
    raw = engine_for(BCE, RowSource(rows, labels))
    settings = {"method": "gd", "epochs": 5}
    found = run_training(BCE, raw, checked_settings(**settings))
    assert train_rows(BCE, rows, labels[0], **settings) == found


@pytest.mark.parametrize("formulas", LOSSES, ids=NAMES)
def test_callbacks_see_points_and_slopes_of_the_columns_as_they_are(formulas):
    rows, labels = far_problem(formulas, 1e6, 1.0)
    seen = []
    settings = {"method": "newton", "callback": seen.append}
    result = train_rows(formulas, rows, as_y(formulas, labels), **settings)
    assert seen[-1].point == tuple(flat(result))
    assert [one.loss for one in seen] == pytest.approx(result.history[1:], rel=1e-14)
    for one in seen[:2]:
        here = truth_at(formulas, rows, labels, one.point, 0.0)
        assert one.loss == pytest.approx(float(here.loss.mid()), rel=1e-12)
        steepest = max(abs(float(s.mid())) for s in here.slopes)
        rounding = 64e6 * max(map(math.ulp, one.point))  # of the bias
        assert one.largest_slope == pytest.approx(steepest, rel=1e-4, abs=rounding)


@pytest.mark.parametrize("formulas", LOSSES, ids=NAMES)
def test_a_start_is_one_for_the_columns_as_they_are(formulas):
    rows, labels = far_problem(formulas, 1e8, 1.0)
    y = as_y(formulas, labels)
    best = train_rows(formulas, rows, y, method="newton")
    again = train_rows(formulas, rows, y, method="newton", start=best)
    assert again.history[0] == best.history[-1]
    assert flat(again) == pytest.approx(flat(best), rel=1e-13)


@pytest.mark.parametrize("formulas", [BCE, SOFTMAX, POISSON, SQUARED], ids=lambda one: one.name)
def test_a_resumed_training_ends_with_the_same_bits(formulas, tmp_path):
    rows, labels = far_problem(formulas, 1e9, 1.0)
    y, path = as_y(formulas, labels), tmp_path / "checkpoint.json"
    settings = {"method": "newton", "tolerance": 0.0, "l2": 0.1}
    whole = train_rows(formulas, rows, y, **settings)
    train_rows(formulas, rows, y, checkpoint=path, epochs=1, **settings)
    assert train_rows(formulas, rows, y, checkpoint=path, **settings) == whole


def test_a_checkpoint_of_columns_that_were_not_centred_is_refused(tmp_path):
    rows, labels = far_problem(BCE, 1e3, 1.0)
    path, settings = tmp_path / "checkpoint.json", {"method": "newton", "epochs": 1}
    raw = engine_for(BCE, RowSource(rows, labels))
    run_training(BCE, raw, checked_settings(checkpoint=path, **settings))
    with pytest.raises(CheckpointError, match="another training"):
        train_rows(BCE, rows, labels[0], checkpoint=path, **settings)
