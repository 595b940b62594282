"""Every method reaches the optimum; none goes where it must not."""

from __future__ import annotations

import dataclasses
import math
import warnings
from itertools import pairwise

import pytest
from training_formulas import BCE, POISSON, SOFTMAX, SQUARED
from training_references import LOSSES, NAMES, as_y, data

from derivation.training.problems import SeparationWarning
from derivation.training.result import Stopped
from derivation.training.schedules import (
    ConstantRate,
    CosineRate,
    ExponentialRate,
    InverseTimeRate,
    StepRate,
    read_schedule,
)
from derivation.training.train import train_rows


def problem(formulas, samples=80, features=3, seed=0):
    rows, labels = data(formulas, samples, features, seed)
    return rows, as_y(formulas, labels)


def numbers(result):
    if isinstance(result.b, float):
        return [*result.w, result.b]
    return [v for row, bias in zip(result.w, result.b, strict=True) for v in (*row, bias)]


# ------------------------------------------------------------------------ the optimum


@pytest.mark.parametrize("l2", [0.0, 0.3])
@pytest.mark.parametrize("method", ["gd", "momentum", "nesterov"])
@pytest.mark.parametrize("formulas", LOSSES, ids=NAMES)
def test_every_method_reaches_the_optimum_of_newton(formulas, method, l2):
    rows, y = problem(formulas)
    newton = train_rows(formulas, rows, y, method="newton", l2=l2)
    assert newton.converged
    assert newton.stopped is Stopped.CONVERGED
    assert newton.epochs <= 12
    result = train_rows(formulas, rows, y, method=method, l2=l2, epochs=20_000)
    assert result.converged
    assert numbers(result) == pytest.approx(numbers(newton), rel=1e-5, abs=1e-5)
    assert result.history[-1] == pytest.approx(newton.history[-1], rel=1e-12)


@pytest.mark.parametrize("method", ["gd", "momentum", "nesterov"])
@pytest.mark.parametrize("formulas", LOSSES, ids=NAMES)
def test_batches_come_close_to_the_optimum(formulas, method):
    rows, y = problem(formulas, samples=300)
    best = train_rows(formulas, rows, y, method="newton").history[-1]
    # momentum makes ten steps of one; the restarts of Nesterov, on noisy slopes, few
    rate = {"gd": None, "momentum": 0.02, "nesterov": 0.1}[method]
    settings = {"epochs": 60, "batch_size": 32, "schedule": InverseTimeRate(0.2)}
    if formulas is POISSON and rate is None:
        del settings["schedule"]
    result = train_rows(formulas, rows, y, method=method, learning_rate=rate, **settings)
    assert not result.converged
    assert result.history[-1] - best < 0.02 * (result.history[0] - best)


def test_seeds_give_orders():
    rows, y = problem(BCE, samples=100)
    settings = {"epochs": 3, "batch_size": 10}
    first, again, other = (train_rows(BCE, rows, y, seed=seed, **settings).w for seed in (1, 1, 2))
    assert first == again != other


def test_newton_on_a_quadratic_takes_one_step():
    rows, y = problem(SQUARED)
    result = train_rows(SQUARED, rows, y, method="newton")
    assert (result.epochs, result.learning_rate) == (1, 1.0)


def test_the_loss_may_be_a_sum():
    rows, y = problem(BCE)
    summed = dataclasses.replace(BCE, mean=False)
    mean = train_rows(BCE, rows, y, method="nesterov", l2=0.1)
    total = train_rows(summed, rows, y, method="nesterov", l2=0.1 * len(rows), tolerance=1e-6)
    assert numbers(total) == pytest.approx(numbers(mean), rel=1e-6)
    assert total.history[-1] == pytest.approx(mean.history[-1] * len(rows))
    assert total.learning_rate == pytest.approx(mean.learning_rate / len(rows))


def test_the_penalty_spares_the_bias():
    rows, y = problem(SQUARED)
    result = train_rows(SQUARED, rows, y, method="newton", l2=1e9)
    assert result.w == pytest.approx([0.0] * 3, abs=1e-6)
    assert result.b == pytest.approx(math.fsum(y) / len(y), rel=1e-6)


# -------------------------------------------------------------- steps that cannot go uphill


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("method", ["gd", "momentum", "nesterov", "newton"])
def test_without_a_bound_of_the_curvature_no_step_goes_uphill(method, seed):
    rows, y = problem(POISSON, samples=20, features=4, seed=seed)
    rows = [tuple(40.0 * v for v in row) for row in rows]  # exp leaves the floats soon
    history = train_rows(POISSON, rows, y, method=method, epochs=60).history
    assert all(after <= before + 1e-12 * abs(before) for before, after in pairwise(history))
    assert history[-1] < history[0]


@pytest.mark.parametrize("formulas", LOSSES, ids=NAMES)
def test_newton_from_far_away(formulas):
    rows, y = problem(formulas)
    outputs = 3 if formulas is SOFTMAX else 1
    w = [[20.0, -30.0, 10.0]] * outputs
    start = (w, [5.0] * outputs) if formulas is SOFTMAX else (w[0], 5.0)
    result = train_rows(formulas, rows, y, method="newton", start=start)
    assert result.converged
    assert all(after <= before * (1 + 1e-12) for before, after in pairwise(result.history))
    expected = train_rows(formulas, rows, y, method="newton")
    assert result.history[-1] == pytest.approx(expected.history[-1], rel=1e-12)


def test_newton_with_columns_that_say_the_same():
    rows, y = problem(BCE)
    doubled = [(*row, row[0], 0.0, 7.0) for row in rows]
    result = train_rows(BCE, doubled, y, method="newton")
    expected = train_rows(BCE, rows, y, method="newton")
    assert result.converged
    assert result.history[-1] == pytest.approx(expected.history[-1], rel=1e-13)
    assert result.w[0] == pytest.approx(result.w[3])
    assert result.w[0] + result.w[3] == pytest.approx(expected.w[0])
    assert result.w[4] == 0.0


def test_newton_adds_nothing_to_all_outputs_alike():
    rows, y = problem(SOFTMAX, samples=700)
    found = train_rows(SOFTMAX, rows, y, method="newton")
    assert [math.fsum(column) for column in zip(*found.w, strict=True)] == pytest.approx(
        [0, 0, 0], abs=1e-14
    )
    assert math.fsum(found.b) == pytest.approx(0, abs=1e-14)
    backwards = train_rows(SOFTMAX, rows[::-1], y[::-1], method="newton")
    assert numbers(backwards) == pytest.approx(numbers(found), rel=1e-12, abs=1e-13)
    settings = {"method": "newton", "l2": 0.1, "tolerance": 1e-12}
    penalised = train_rows(SOFTMAX, rows, y, **settings)
    start = ([[1.0] * 3] * 3, [5.0, -3.0, 1.0])
    there = train_rows(SOFTMAX, rows, y, start=start, **settings)
    assert [v for row in there.w for v in row] == pytest.approx(
        [v for row in penalised.w for v in row], rel=1e-9, abs=1e-12
    )
    assert math.fsum(there.b) == pytest.approx(3.0)


def test_newton_says_what_it_cannot_do():
    rows, y = problem(BCE)
    with pytest.raises(ValueError, match="no theorem of 'bce' gives them: take 'nesterov'"):
        train_rows(dataclasses.replace(BCE, curvature=None), rows, y, method="newton")
    with pytest.raises(ValueError, match="at most 300 parameters, and there are 301"):
        train_rows(BCE, [[0.0] * 300] * 2, [0, 1], method="newton")


@pytest.mark.parametrize("size", [1.0, 1e5])
@pytest.mark.parametrize(
    ("formulas", "method"), [(POISSON, "newton"), (SQUARED, "newton"), (POISSON, "gd")]
)
def test_a_tolerance_below_rounding_ends_where_rounding_does(formulas, method, size):
    rows, y = problem(formulas)
    y = [round(size * v) for v in y]
    result = train_rows(formulas, rows, y, method=method, tolerance=1e-300, epochs=20_000)
    assert result.stopped is Stopped.PRECISION
    assert result.epochs < (30 if method == "newton" else 15_000)
    assert result.history[-1] == pytest.approx(min(result.history), rel=1e-13)


@pytest.mark.parametrize("formulas", [BCE, SOFTMAX, POISSON], ids=["bce", "softmax", "poisson"])
def test_newton_does_not_take_what_rounding_hides_for_the_minimum(formulas):
    rows, y = problem(formulas)
    # no one number centres both halves; tests/test_training_centring.py has the rest
    far = [
        (flag * (1e9 + first), flag, *others)
        for k, (first, *others) in enumerate(rows)
        for flag in (float(k % 2),)
    ]
    result = train_rows(formulas, far, y, method="newton")
    assert result.stopped is Stopped.STALLED
    assert not result.converged


@pytest.mark.parametrize("formulas", LOSSES, ids=NAMES)
@pytest.mark.parametrize("size", [1e-4, 1.0, 1e4])
def test_newton_knows_the_rounding_floor(formulas, size):
    rows, y = problem(formulas)
    rows = [(size * first, *others) for first, *others in rows]
    result = train_rows(formulas, rows, y, method="newton", tolerance=0.0, epochs=100)
    assert result.stopped is Stopped.PRECISION


def test_slopes_whose_square_exceeds_a_float():
    rows, y = [[1.0], [2.0], [3.0]], [1e155, 2e155, 2.5e155]
    start = ([0.0], 0.0)
    with pytest.raises(ValueError, match="not finite"):
        train_rows(POISSON, rows, [1e307, 1e308, 1e308], start=([1e3], 0.0))
    result = train_rows(POISSON, rows, y, epochs=3, start=start)
    assert result.history[-1] < result.history[0]


# ------------------------------------------------------------------- reasons to stop, warnings


def test_divergence_of_losses_without_a_bound():
    rows, y = problem(POISSON)
    with pytest.raises(ValueError, match=r"exceeds the largest float.*leave learning_rate out"):
        train_rows(POISSON, rows, y, learning_rate=50.0)
    with pytest.raises(ValueError, match=r"training diverged: .*leave learning_rate out"):
        train_rows(POISSON, rows, y, learning_rate=1.5, epochs=1)


def test_divergence_in_batches():
    rows, y = problem(SQUARED)
    with pytest.raises(ValueError, match=r"training diverged: .*lower it, or leave it out"):
        train_rows(SQUARED, rows, y, learning_rate=1.5, epochs=3, batch_size=8)


def test_batches_from_the_optimum_have_not_diverged():
    rows, y = problem(BCE)
    best = train_rows(BCE, rows, y, method="newton")
    settings = {"learning_rate": 0.5, "batch_size": 8, "epochs": 5, "tolerance": 0.0}
    result = train_rows(BCE, rows, y, start=best, **settings)
    assert result.history[0] < result.history[-1] < result.history[0] + 0.1


@pytest.mark.parametrize("factor", [-1.0, math.nan, math.inf, "x", None])
@pytest.mark.parametrize("settings", [{}, {"batch_size": 20}])
def test_a_schedule_must_give_numbers(factor, settings):
    def broken(epoch):
        return factor if epoch == 2 else 1.0

    rows, y = problem(BCE)
    with pytest.raises(ValueError, match=r"schedule .*broken gives .* for epoch 2; it must give"):
        train_rows(BCE, rows, y, schedule=broken, epochs=5, **settings)


@pytest.mark.parametrize("factor", [300.0, 1e200])
def test_a_schedule_can_diverge(factor):
    def too_bold(_):
        return factor

    rows, y = problem(SQUARED)
    with pytest.raises(ValueError, match=r"training diverged.* with the schedule .*too_bold"):
        train_rows(SQUARED, rows, y, schedule=too_bold, epochs=9)


def heavy_tails():
    """Rows of which some are far longer than the mean."""
    rows, labels = data(SQUARED, 200, 3, seed=7)
    return [tuple(v * (30.0 if i % 67 == 0 else 1.0) for v in row) for i, row in enumerate(rows)], (
        labels[0]
    )


@pytest.mark.parametrize("method", ["gd", "momentum", "nesterov"])
@pytest.mark.parametrize("size", [1, 7])
def test_batches_do_not_diverge_without_a_rate(method, size):
    rows, y = heavy_tails()
    result = train_rows(SQUARED, rows, y, method=method, batch_size=size, epochs=20)
    assert result.history[-1] < result.history[0]
    assert max(result.history) < 3 * result.history[0]


def test_batches_of_noise_that_end_higher_give_a_warning():
    rows, y = problem(BCE, samples=40)
    y = [float(k % 2) for k in range(40)]
    best = train_rows(BCE, rows, y, method="newton")
    noise = {"start": best, "batch_size": 1, "method": "nesterov", "tolerance": 0.0}
    told = []
    for seed in range(20):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            result = train_rows(BCE, rows, y, epochs=3, seed=seed, **noise)
        rose = result.history[-1] > math.log(2)
        assert [one.category for one in caught] == [RuntimeWarning] * rose
        told += [str(one.message) for one in caught]
    assert all("batch_size=1; give a lower learning_rate" in text for text in told)
    assert told


def test_a_schedule_needs_a_rate_to_multiply():
    rows, y = problem(POISSON)
    with pytest.raises(ValueError, match="give learning_rate, or leave schedule out"):
        train_rows(POISSON, rows, y, schedule=StepRate())


SEPARATED = [[float(k)] for k in range(-20, 21) if k], [float(k > 0) for k in range(-20, 21) if k]


@pytest.mark.parametrize("method", ["gd", "momentum", "nesterov", "newton"])
def test_separated_classes_are_told(method):
    with pytest.warns(SeparationWarning, match=r"perfectly separated.*Add a penalty"):
        result = train_rows(BCE, *SEPARATED, method=method, epochs=300)
    assert result.stopped is Stopped.SEPARATED


def test_separated_classes_of_many_outputs_are_told():
    rows = [[float(k % 3 == 0), float(k % 3 == 1)] for k in range(30)]
    y = [[float(k % 3 == j) for j in range(3)] for k in range(30)]
    with pytest.warns(SeparationWarning):
        train_rows(SOFTMAX, rows, y, method="newton")


@pytest.mark.parametrize(
    ("y", "settings"),
    [
        (SEPARATED[1], {"l2": 0.01}),  # with a penalty there is a minimum
        (SEPARATED[1], {"epochs": 5}),  # after so few epochs nobody knows
        ([0.001 + 0.998 * v for v in SEPARATED[1]], {}),  # soft labels have one too
        ([*SEPARATED[1][:-1], 0.0], {}),  # one sample on the other side
    ],
)
@pytest.mark.parametrize("method", ["nesterov", "newton"])
def test_nothing_is_told_of_classes_that_are_not_separated(method, y, settings):
    if method == "newton" and "epochs" in settings:
        settings = {"epochs": 2}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = train_rows(BCE, SEPARATED[0], y, method=method, **{"epochs": 300, **settings})
    assert result.stopped is not Stopped.SEPARATED


FLAGGED = [[math.sin(k), float(k < 6)] for k in range(60)]  # a column for the first six alone
PART = {
    "the same number twice": (BCE, [[1.0], [2.0], [2.0], [3.0]], [0, 0, 1, 1]),
    "a flag of one class": (BCE, FLAGGED, [float(k < 6 or k % 3 == 0) for k in range(60)]),
    "a flag of zero counts": (POISSON, FLAGGED, [0.0 if k < 6 else k % 4 for k in range(60)]),
    "a flag of one class of three": (
        SOFTMAX,
        FLAGGED,
        [[float((2 if k < 6 else k % 3) == c) for c in range(3)] for k in range(60)],
    ),
}


@pytest.mark.parametrize("case", PART)
@pytest.mark.parametrize("tolerance", [1e-4, 1e-8, 1e-12, 0.0])
def test_separation_in_part_is_told(case, tolerance):
    formulas, rows, y = PART[case]
    with pytest.warns(SeparationWarning, match="ever larger weights fit some .* Add a penalty"):
        result = train_rows(formulas, rows, y, method="newton", tolerance=tolerance)
    assert result.stopped is Stopped.SEPARATED
    assert not result.converged
    assert result.epochs < 60
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        train_rows(formulas, rows, y, method="newton", tolerance=tolerance, l2=0.01)


def test_separation_in_part_is_told_of_first_order_methods_too():
    with pytest.warns(SeparationWarning, match="in part"):
        train_rows(*PART["the same number twice"], method="nesterov", tolerance=1e-4)


@pytest.mark.parametrize(
    ("formulas", "y"),
    [
        (BCE, [1.0] * 60),
        (POISSON, [0.0] * 60),
        (SOFTMAX, [[float(k % 2), float(1 - k % 2), 0.0] for k in range(60)]),
    ],
    ids=["bce", "poisson", "softmax"],
)
@pytest.mark.parametrize("l2", [0.0, 0.1])
def test_labels_that_are_all_alike_are_told(formulas, y, l2):
    with pytest.warns(SeparationWarning, match="all labels of an output are the same"):
        result = train_rows(formulas, FLAGGED, y, method="newton", l2=l2)
    assert result.stopped is Stopped.SEPARATED


@pytest.mark.parametrize("formulas", LOSSES, ids=NAMES)
@pytest.mark.parametrize("tolerance", [1e-3, 1e-6, 1e-8, 1e-12, 0.0])
@pytest.mark.parametrize("method", ["newton", "nesterov"])
def test_nothing_is_told_of_a_minimum(formulas, tolerance, method):
    rows, y = problem(formulas)
    rows = [(*row, row[0] + row[1]) for row in rows]  # flat, but not falling
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = train_rows(formulas, rows, y, method=method, tolerance=tolerance, epochs=200)
    assert result.stopped is not Stopped.SEPARATED


def test_patience():
    rows, y = problem(BCE)
    result = train_rows(BCE, rows, y, learning_rate=1.0, batch_size=8, epochs=500, patience=5)
    assert result.stopped is Stopped.PATIENCE
    assert not result.converged
    best = min(range(len(result.history)), key=result.history.__getitem__)
    assert len(result.history) - 1 - best == 5


def test_epochs_that_were_too_few():
    rows, y = problem(BCE)
    result = train_rows(BCE, rows, y, epochs=2)
    assert (result.stopped, result.converged, result.epochs) == (Stopped.EPOCHS, False, 2)


# ------------------------------------------------------------------------------ schedules


def test_schedules():
    assert [ConstantRate()(k) for k in (0, 9)] == [1.0, 1.0]
    assert [StepRate(2, 0.5)(k) for k in range(5)] == [1.0, 1.0, 0.5, 0.5, 0.25]
    assert ExponentialRate(0.5)(3) == 0.125
    assert [CosineRate(10, 0.1)(k) for k in (0, 5, 10, 99)] == pytest.approx([1, 0.55, 0.1, 0.1])
    assert InverseTimeRate(0.5)(2) == 0.5
    assert read_schedule("step:50:0.1") == StepRate(50, 0.1)
    assert read_schedule("cosine:200") == CosineRate(200)
    assert read_schedule("inverse") == InverseTimeRate()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: StepRate(0), "every is 0; it must be at least 1"),
        (lambda: StepRate(1, 2.0), "factor is 2.0; it must be above 0, at most 1"),
        (lambda: ExponentialRate(0.0), "factor is 0.0"),
        (lambda: CosineRate(0), "epochs is 0"),
        (lambda: CosineRate(5, -1), "floor is -1; it must be from 0 to 1"),
        (lambda: InverseTimeRate(-1), "decay is -1; it must be at least 0"),
        (lambda: read_schedule("linear:3"), "schedule is 'linear'; known are 'constant', 'step'"),
        (lambda: read_schedule("step:1:1:1"), "schedule 'step:1:1:1' has 3 numbers"),
        (lambda: read_schedule("cosine"), "schedule 'cosine' has 0 numbers"),
        (lambda: read_schedule("step:x"), "schedule 'step:x'"),
    ],
)
def test_senseless_schedules(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_schedule_multiplies_the_rate():
    rows, y = problem(SQUARED)
    rates = []

    def note(progress):
        rates.append(progress.rate)

    settings = {"learning_rate": 0.5, "schedule": StepRate(2, 0.5), "callback": note}
    result = train_rows(SQUARED, rows, y, epochs=5, **settings)
    assert rates == [0.5, 0.5, 0.25, 0.25, 0.125]
    assert result.learning_rate == 0.125
