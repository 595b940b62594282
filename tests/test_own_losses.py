"""Trainers of losses that nobody shipped: of classes, counts, amounts; with and without a bias."""

# ruff: noqa: S311  # random numbers with a fixed seed
from __future__ import annotations

import csv
import json
import math
import random
import shutil
import sys
import types
import warnings
from pathlib import Path

import mpmath
import own_losses as own
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_trainer import (
    CLASSES,
    CLASSES_GIVEN,
    GIVEN,
    IN_B,
    IN_W,
    IN_WC,
    NORMAL,
    PREDICTOR,
    SQUARES,
    claim,
    claims,
)
from training_formulas import BCE, SOFTMAX, SQUARED

from derivation.check import verify
from derivation.errors import DataError, RewriteRejected, UnsupportedError
from derivation.gradients import softmax, squared_error
from derivation.models import Model, fit, fitting
from derivation.models.predicting import predicted
from derivation.tables import load_csv
from derivation.trainer import generate
from derivation.trainer.bounds import compares_labels
from derivation.trainer.generator import write_module
from derivation.trainer.reading.problem import extract
from derivation.trainer.stable import Setting
from derivation.training.c_engine import c_engine_or_none
from derivation.training.engines import engine_for
from derivation.training.heights import total_sums
from derivation.training.objective import Objective
from derivation.training.rates import safe_learning_rate
from derivation.training.source import RowSource
from derivation.training.unbiased import UnbiasedEngine

ORIGIN = Path(__file__).with_name("own_origin.py")
ENGINES = ["python"]
if any(map(shutil.which, ("cc", "gcc", "clang"))):
    ENGINES.append("c")

e, log, sqrt = mpmath.exp, mpmath.log, mpmath.sqrt
# loss and residual of one sample, labels to try, and whether Newton's method can be had
KNOWN = {
    own.LOGISTIC: (lambda z, y: log(1 + e(-y * z)), (-1.0, 1.0), True),
    own.EXPONENTIAL: (lambda z, y: e(-y * z), (-1.0, 1.0), True),
    own.LOG_COSH: (lambda z, y: log(mpmath.cosh(z - y)), (-3.0, 0.0, 2.5), True),
    own.PSEUDO_HUBER: (lambda z, y: sqrt(1 + (z - y) ** 2) - 1, (-3.0, 0.0, 2.5), True),
    own.GAMMA: (lambda z, y: y * e(-z) + z, (0.25, 3.0), True),
    own.GEOMETRIC: (lambda z, y: (y + 1) * log(1 + e(z)) - y * z, (0.0, 1.0, 7.0), True),
    own.BRIER: (lambda z, y: (1 / (1 + e(-z)) - y) ** 2, (0.0, 0.25, 1.0), False),
    own.SQUARES: (lambda z, y: (z - y) ** 2 / 2, (-3.0, 0.0, 2.5), True),
    own.POISSON: (lambda z, y: e(z) - y * z, (0.0, 1.0, 7.0), True),
}
TINY = (
    1.5e-323  # three times the least float: where a value is that small, its roundings are larger
)
LOSSES = sorted(KNOWN, key=lambda one: one.name)
NAMES = [one.name for one in LOSSES]


def module_of(text):
    module = types.ModuleType("of_its_own")
    sys.modules[module.__name__] = module  # where dataclasses look for it
    exec(compile(text, "of_its_own", "exec"), module.__dict__)  # noqa: S102  # what is under test
    return module


TRAINERS = {}  # by what was derived: to generate one takes seconds


def trainer(loss):
    if loss.key not in TRAINERS:
        TRAINERS[loss.key] = module_of(generate(verify(loss.derivation())))
    return TRAINERS[loss.key]


def rows_and_labels(loss, samples=40, seed=5):
    """Two columns, and labels that have something to do with them."""
    source = random.Random(seed)
    rows, labels = [], []
    for _ in range(samples):
        row = [source.uniform(-1, 2), source.uniform(-2, 2)]
        z = 0.5 * row[0] - 0.3 * row[1] + source.gauss(0, 1)
        choice = {
            "logistic": math.copysign(1.0, z),
            "exponential": math.copysign(1.0, z),
            "gamma": math.exp(z),
            "geometric": float(int(math.exp(z))),
            "poisson": float(int(math.exp(z))),
            "brier": float(z > 0),
        }
        rows.append(row)
        labels.append(choice.get(loss.name, z))
    return rows, labels


# ------------------------------------------------------------------------------ accuracy


@pytest.mark.parametrize("loss", LOSSES, ids=NAMES)
def test_loss_and_residual_keep_their_digits_wherever_z_is(loss):
    """Against many digits: within roundings of the value, of y, and of 1 where it touches 0."""
    formulas = trainer(loss).FORMULAS
    value, labels, _ = KNOWN[loss]
    source = random.Random(3)
    points = [0.0, 1e-9, -1e-9, 36.7, -36.7, 745.0, -745.0, 1e3, -1e3]
    points += [source.uniform(-size, size) for size in (1, 5, 40, 700, 1000) for _ in range(4)]
    with mpmath.workprec(4000):
        for z in points:
            for y in labels:
                wanted = value(mpmath.mpf(z), mpmath.mpf(y))
                slope = mpmath.diff(lambda at, y=y: value(at, mpmath.mpf(y)), mpmath.mpf(z))
                if max(abs(wanted), abs(slope)) > 1e300:
                    continue
                found, ((residual,),) = formulas.block([[z]], [[y]])
                assert abs(found - wanted) <= 2e-15 * max(abs(wanted), 1, abs(y)), (z, y)
                assert abs(residual - slope) <= 2e-15 * max(abs(slope), abs(y)) + TINY, (z, y)
                if loss.name in ("logistic", "exponential"):
                    assert abs(found - wanted) <= 5e-16 * abs(wanted) + TINY, (z, y)


@pytest.mark.parametrize("loss", LOSSES, ids=NAMES)
@pytest.mark.parametrize("engine", ENGINES)
def test_training_comes_to_the_minimum(loss, engine):
    """Where the gradient of the formula as it was written, in 50 digits, vanishes."""
    module = trainer(loss)
    rows, labels = rows_and_labels(loss)
    method = "newton" if KNOWN[loss][2] else "nesterov"
    result = module.train(rows, labels, method=method, engine=engine, epochs=20_000)
    assert result.converged
    assert result.engine == engine
    value = KNOWN[loss][0]
    with mpmath.workdps(50):
        w = [*map(mpmath.mpf, result.w), mpmath.mpf(result.b)]
        predictors = [w[0] * a + w[1] * b + w[2] for a, b in rows]
        slopes = [
            mpmath.diff(lambda at, y=y: value(at, mpmath.mpf(y)), z)
            for z, y in zip(predictors, labels, strict=True)
        ]
        for column in (*zip(*rows, strict=True), [1.0] * len(rows)):
            mean = mpmath.fdot(slopes, column) / len(rows)
            assert abs(mean) < 2e-8


def test_newton_is_refused_where_the_loss_is_not_convex():
    rows, labels = rows_and_labels(own.BRIER)
    assert trainer(own.BRIER).FORMULAS.curvature is None
    with pytest.raises(ValueError, match="method 'newton' needs second derivatives"):
        trainer(own.BRIER).train(rows, labels, method="newton")


def test_curvatures_stay_below_their_bounds():
    """The bound is a theorem, and some point comes near to it."""
    wide = own.LOGISTIC.but(labels="-3 <= y[1..m] <= 1")
    twice = own.LOGISTIC.but(mean=r"\frac{2}{m} ")
    bounds = {own.LOGISTIC: 0.25, own.LOG_COSH: 1.0, own.SQUARES: 1.0, wide: 2.25, twice: 0.5}
    for loss, bound in bounds.items():
        formulas = trainer(loss).FORMULAS
        assert formulas.curvature_bound == bound
        labels = formulas.among or [y for y in (-3.0, 1.0) if formulas.labels[0] <= y]
        values = [
            formulas.curvature([[k / 16]], [[y]])[0][0][0] for k in range(-80, 81) for y in labels
        ]
        assert 0.99 * bound < max(values) <= bound
    for loss in (own.EXPONENTIAL, own.GAMMA, own.BRIER):
        assert trainer(loss).FORMULAS.curvature_bound is None


def test_a_sum_and_a_mean_have_the_same_minimum():
    rows, labels = rows_and_labels(own.SQUARES)
    module = trainer(own.SQUARES.but(mean=""))
    assert not module.FORMULAS.mean
    one, other = (m.train(rows, labels, method="newton") for m in (module, trainer(own.SQUARES)))
    assert one.w == pytest.approx(other.w, rel=1e-13)
    assert one.history[-1] == pytest.approx(len(rows) * other.history[-1], rel=1e-13)


def test_a_constant_is_a_number_by_its_definition():
    """Pseudo-Huber with delta; without a value it is refused, and the message says what to do."""
    scaled = own.PSEUDO_HUBER.but(
        loss=r"a \cdot \left(\sqrt{1 + (Z - Y)^2} - 1\right)",
        lines=(
            (own.PSEUDO_HUBER.lines[0][0] + [own.constant_factor],
             r"a \frac{1}{2 \sqrt{1 + (Z - Y)^2}} d(1 + (Z - Y)^2)"),
            (own.PSEUDO_HUBER.lines[1][0],
             r"a \frac{1}{2 \sqrt{1 + (Z - Y)^2}} \cdot 2 (Z - Y) DZ"),
            ([own.cancel], r"a \frac{Z - Y}{\sqrt{1 + (Z - Y)^2}} DZ"),
        ),
        residual=r"a \frac{Z - Y}{\sqrt{1 + (Z - Y)^2}}",
    )  # fmt: skip
    module = trainer(scaled.but(definitions=(("a", r"\frac{3}{2}"),)))
    plain = trainer(own.PSEUDO_HUBER)
    rows, labels = rows_and_labels(own.PSEUDO_HUBER)
    at = (rows, labels, [1.0, 2.0], 0.5)
    assert module.loss(*at) == pytest.approx(1.5 * plain.loss(*at), rel=1e-14)
    with pytest.raises(
        UnsupportedError, match=r"depends on a too\. Give a constant its value by a"
    ):
        trainer(scaled.but(labels="y[1..m] real, a > 0"))


def test_other_letters_give_the_same_numbers():
    names = {
        "x[": "u[", "x^": "u^", "y[": "t[", "y^": "t^", "w_": r"\beta_", "w[": "beta[",
        "z^": "q^", "L": "J", "+ b": "+ c", r"\partial b": r"\partial c", "b real": "c real",
        "(i)": "(n)", "i=1": "n=1", "i in": "n in",
    }  # fmt: skip
    module, usual = trainer(own.GAMMA.but(names=names)), trainer(own.GAMMA)
    rows, labels = rows_and_labels(own.GAMMA)
    assert module.gradient(U=rows, t=labels, beta=[0.5, 1.0], c=0.25) == usual.gradient(
        rows, labels, [0.5, 1.0], 0.25
    )


# -------------------------------------------------------------------------------- labels


@pytest.mark.parametrize(
    ("loss", "label", "message"),
    [
        (own.LOGISTIC, 0.0, r"y\[1\] is 0.0; labels are -1 or 1"),
        (own.LOGISTIC, 2.0, r"labels are -1 or 1"),
        (own.GEOMETRIC, 1.5, r"y\[1\] is 1.5; labels are at least 0, and whole"),
        (own.GEOMETRIC, -1.0, r"labels are at least 0, and whole"),
        (own.GAMMA, 0.0, r"labels are greater than 0"),
        (own.BRIER, 1.25, r"labels lie from 0 to 1"),
    ],
)
def test_labels_that_the_theorems_do_not_hold_for_are_refused(loss, label, message):
    for call in (
        lambda y: trainer(loss).loss([[1.0], [2.0]], y, [1.0], 0.0),
        lambda y: trainer(loss).train([[1.0], [2.0]], y),
    ):
        with pytest.raises(ValueError, match=message):
            call([1.0, label])


def test_labels_beyond_the_predictions_are_refused_where_they_are_compared():
    """A residual h - y has no zero there; the Brier score of h has a minimum for any label."""
    poisson = trainer(own.POISSON.but(labels="y[1..m] real")).FORMULAS
    assert poisson.labels == (0.0, math.inf, False, True)
    for loss, compared in ((own.POISSON, True), (own.SQUARES, True), (own.BRIER, False)):
        problem = extract(theorems(loss))
        assert compares_labels(problem, Setting(predictor="z", label="y")) == compared


# -------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize("loss", LOSSES, ids=NAMES)
def test_a_wrong_sign_in_the_gradient_is_rejected(loss):
    *lines, (rules, text) = loss.lines
    wrong = loss.but(lines=(*lines, (rules, f"-({text})")), residual=f"-({loss.residual})")
    with pytest.raises(RewriteRejected, match=r"REFUTED|UNDECIDED|wrong reason"):
        verify(wrong.derivation())


@pytest.mark.parametrize(
    ("loss", "residual", "labels", "message"),
    [
        (
            r"-Y \log \frac{1 + \operatorname{erf}(Z)}{2}",
            r"-Y \frac{2 e^{-(Z)^2}}{\sqrt{\pi} (1 + \operatorname{erf}(Z))}",
            "0 <= y[1..m] <= 1",
            r"where z >= 0: erf\(z\) is not computed by generated code\. Prove a lemma",
        ),
        ("(Z - Y)^2", "2 (Z - Y)", "y[1..m] != 0", r"among numbers \('y\[1\.\.m\] in"),
    ],
)  # fmt: skip
def test_what_cannot_be_trained_is_named(loss, residual, labels, message):
    definitions = [
        PREDICTOR,
        r"L = \frac{1}{m} \sum_{i=1}^{m} " + f"({in_full(loss)})",
    ]
    equations = [
        rf"\frac{{\partial L}}{{\partial {v}}} = \frac{{1}}{{m}} \sum_{{i=1}}^{{m}} "
        rf"({in_full(residual)}){x}"
        for v, x in (("w_j", " x^{(i)}_j"), ("b", ""))
    ]
    given = GIVEN.replace("y[1..m] real", labels)
    with pytest.raises(UnsupportedError, match=message):
        write_module(claims(equations, given, definitions), "one", "One")


def in_full(text):
    return text.replace("Z", "z^{(i)}").replace("Y", "y^{(i)}")


def theorems(loss):
    checked = verify(loss.derivation())
    return [checked.theorem(lemma.name) for lemma in checked.derivation.lemmas]


def test_a_bias_needs_its_gradient():
    found = theorems(own.GAMMA)
    assert write_module(found, "gamma", "Gamma")
    with pytest.raises(UnsupportedError, match="no theorem gives the gradient in the bias"):
        write_module(found[:3], "gamma", "Gamma")


# ------------------------------------------------------------------------- a stated penalty

PENALIZED = own.LOGISTIC.but(penalty=(r"\frac{1}{20}", r"\frac{1}{10}"))
RIDGE = own.SQUARES.but(
    penalty=(r"\frac{\lambda}{2}", r"\lambda"), labels="y[1..m] real, lambda real", bias=False
)


def test_a_penalty_that_is_a_number_is_part_of_the_loss():
    module, plain = trainer(PENALIZED), trainer(own.LOGISTIC)
    rows, labels = rows_and_labels(own.LOGISTIC)
    w, b = [0.5, -1.5], 0.25
    assert module.FORMULAS.l2 == 0.1
    assert module.loss(rows, labels, w, b) == pytest.approx(
        plain.loss(rows, labels, w, b) + 0.05 * 2.5, rel=1e-15
    )
    slopes, slope = module.gradient(rows, labels, iter(w), b)
    usual, other = plain.gradient(rows, labels, w, b)
    assert slope == other
    assert slopes == pytest.approx([usual[0] + 0.05, usual[1] - 0.15], rel=1e-15)
    found = module.train(rows, labels, method="newton")
    same = plain.train(rows, labels, method="newton", l2=0.1)
    assert (found.w, found.b, found.history) == (same.w, same.b, same.history)
    assert max(map(abs, module.gradient(rows, labels, found.w, found.b)[0])) < 1e-8
    none = module.train(rows, labels, method="newton", l2=0.0)
    assert none.w == plain.train(rows, labels, method="newton").w


def test_a_penalty_with_a_name_is_the_setting_l2():
    module, plain = trainer(RIDGE), trainer(own.SQUARES.but(bias=False))
    rows, labels = rows_and_labels(own.SQUARES)
    assert module.FORMULAS.l2 == 0.0
    assert "The penalty of strength lambda" in module.__doc__
    for l2 in (0.0, 0.5):
        found, same = (m.train(rows, labels, method="newton", l2=l2) for m in (module, plain))
        assert (found.w, found.history) == (same.w, same.history)


@pytest.mark.parametrize(
    ("penalty", "slope"),
    [
        (r"\lambda \sum_{k=1}^{d} w_k^2", r"2 \lambda w_j"),
        (r"\frac{\lambda}{2} \sum_{k=1}^{d} w_k^4", r"2 \lambda w_j^3"),
        (r"\frac{\lambda^2}{2} \sum_{k=1}^{d} w_k^2", r"\lambda^2 w_j"),
        (r"\frac{\lambda}{2} \sum_{k=1}^{m} w_k^2", r"\lambda w_j"),
        (r"\frac{m}{2} \sum_{k=1}^{d} w_k^2", "m w_j"),  # known from the data: no setting
        (r"\frac{d}{2} \sum_{k=1}^{d} w_k^2", "d w_j"),
        (r"\frac{\lambda}{2} \left(b^2 + \sum_{k=1}^{d} w_k^2\right)", r"\lambda w_j"),
    ],
)
def test_other_penalties_are_refused(penalty, slope):
    definitions = (*SQUARES[1:], f"{SQUARES[0]} + {penalty}")
    statements = claims((f"{IN_W} + {slope}", IN_B), f"{GIVEN}, lambda real", definitions)
    with pytest.raises(UnsupportedError, match="which is not read as that of a penalty: state it"):
        write_module(statements, "one", "One")


def test_another_part_does_no_harm_beside_a_gradient():
    other = claim(IN_W.replace("L}", "M}") + r" + \eta w_j", f"{GIVEN}, eta real", SQUARES)
    statements = claims((IN_W, IN_B), GIVEN, SQUARES)
    assert write_module([other, *statements], "one", "One") == write_module(
        statements, "one", "One"
    )


def test_the_samples_of_a_penalized_loss_are_proved_anew():
    """Here theorems are claims: a wrong sign in the samples' part is found by the kernel."""
    definitions = (*SQUARES[1:], SQUARES[0] + r" + \frac{\lambda}{2} \sum_{k=1}^{d} w_k^2")
    given = f"{GIVEN}, lambda real"
    right = claims((IN_W + r" + \lambda w_j", IN_B), given, definitions)
    assert write_module(right, "one", "One")
    turned = IN_W.replace("h^{(i)} - y^{(i)}", "y^{(i)} - h^{(i)}")
    wrong = claims((turned + r" + \lambda w_j", IN_B), given, definitions)
    with pytest.raises(UnsupportedError):
        write_module(wrong, "one", "One")


def test_a_penalty_of_a_file_is_the_default_of_the_command(derive, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_file("PENALIZED", "test_own_losses")
    lines = [f"{k % 5},{1 if k % 3 else -1}" for k in range(20)]
    Path("data.csv").write_text("a,y\n" + "\n".join(lines) + "\n", encoding="utf-8")
    run = derive("train", "mine.py", "data.csv", "--target", "y")
    assert run.code == 0, run.err
    assert "l2                 0.1 on standardised columns" in run.out
    assert "a penalty biases the coefficients" in run.out
    assert "l2 " not in derive("train", "mine.py", "data.csv", "--target", "y", "--l2", "0").out


def write_file(name: str, module: str = "own_losses") -> None:
    """A user's file that defines one of these losses."""
    Path("mine.py").write_text(
        "import sys\n"
        f"sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        f"from {module} import {name}\n"
        f"derivation = {name}.derivation()\n",
        encoding="utf-8",
    )


def test_the_residual_of_the_bias_is_that_of_the_weights():
    """The same gradients, but proved for another loss of the same name: no bias fits."""
    mixed = [*theorems(own.GAMMA)[:3], *theorems(own.SQUARES)[3:]]
    with pytest.raises(UnsupportedError, match="gradient in the bias, with the same residual"):
        write_module(mixed, "mixed", "Mixed")


# ------------------------------------------------------------------------------ no bias


@pytest.mark.parametrize(
    "loss", [own.LOGISTIC, own.GAMMA, own.SQUARES, own.POISSON, own.BRIER], ids=lambda one: one.name
)
def test_without_a_bias_all_is_as_with_a_bias_of_0(loss):
    """Bit for bit: loss, slopes, predictions."""
    module, other = trainer(loss.but(bias=False)), trainer(loss)
    rows, labels = rows_and_labels(loss)
    w = [0.25, -1.5]
    assert module.loss(rows, labels, w) == other.loss(rows, labels, w, 0.0)
    assert module.gradient(rows, labels, w) == other.gradient(rows, labels, w, 0.0)[0]
    assert module.predict(rows, w) == other.predict(rows, w, 0.0)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("loss", [own.LOGISTIC, own.GAMMA, own.SQUARES], ids=lambda one: one.name)
def test_training_without_a_bias_comes_to_the_minimum(loss, engine):
    module = trainer(loss.but(bias=False))
    rows, labels = rows_and_labels(loss, samples=700)
    results = [
        module.train(rows, labels, method=method, engine=engine, epochs=5000)
        for method in ("newton", "nesterov", "gd")
    ]
    for result in results:
        assert result.converged
        assert result.b is None
        assert max(map(abs, module.gradient(rows, labels, result.w))) < 2e-8
        assert result.w == pytest.approx(results[0].w, rel=1e-5)
    batched = module.train(rows, labels, engine=engine, batch_size=64, epochs=3)
    assert batched.history[-1] < batched.history[0]


def test_the_start_is_weights_alone_or_a_result(tmp_path):
    module = trainer(own.SQUARES.but(bias=False))
    rows, labels = rows_and_labels(own.SQUARES)
    found = module.train(rows, labels, method="newton")
    again = module.train(rows, labels, start=found.w, epochs=0)
    assert again.w == found.w == module.train(rows, labels, start=found, epochs=0).w
    found.save(tmp_path / "result.json")
    assert module.Result.load(tmp_path / "result.json") == found
    with pytest.raises(ValueError, match="w has length 1"):
        module.train(rows, labels, start=[1.0])
    with pytest.raises(ValueError, match="the predictors of 'squares' have no bias"):
        module.train(rows, labels, start=trainer(own.SQUARES).train(rows, labels, epochs=3))
    with pytest.raises(TypeError):
        module.loss(rows, labels, [1.0, 2.0], 0.0)


def test_a_resumed_training_has_the_same_bits(tmp_path):
    module = trainer(own.LOGISTIC.but(bias=False))
    rows, labels = rows_and_labels(own.LOGISTIC)
    whole = module.train(rows, labels, epochs=40, method="momentum")
    place = tmp_path / "state.json"
    module.train(rows, labels, epochs=17, method="momentum", checkpoint=place)
    assert module.train(rows, labels, epochs=40, method="momentum", checkpoint=place) == whole
    other = trainer(own.LOGISTIC)
    with pytest.raises(other.CheckpointError, match="another training"):
        other.train(rows, labels, method="momentum", checkpoint=place)


def test_the_penalty_is_on_all_weights():
    """w = (X^T X / m + l2)^-1 X^T y / m for one column."""
    module = trainer(own.SQUARES.but(bias=False))
    found = module.train([[1.0], [2.0], [-1.0]], [3.0, 1.0, 0.5], method="newton", l2=0.5)
    assert found.w == pytest.approx(((4.5 / 3) / (6.0 / 3 + 0.5),), rel=1e-15)


def test_classes_that_are_separated_through_the_origin_are_said():
    module = trainer(own.LOGISTIC.but(bias=False))
    with pytest.warns(module.SeparationWarning, match="has no minimum"):
        module.train([[1.0], [2.0], [-1.0]], [1.0, 1.0, -1.0], method="newton")
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # with labels all alike there is a minimum here
        assert module.train([[1.0], [-2.0]], [1.0, 1.0], method="newton").converged


def test_softmax_without_biases():
    definitions = [CLASSES[0].replace(" + b_c", ""), *CLASSES[1:]]
    equation = IN_WC.replace("RESIDUAL", r"(p^{(i)}_c \sum_{q=1}^{K} y^{(i)}_q - y^{(i)}_c)")
    given = CLASSES_GIVEN.replace(", b[1..K] real", "")
    module = module_of(
        write_module([claim(equation, given, definitions), NORMAL], "classes", "Classes")
    )
    rows = [[0.5, 1.0], [-1.0, 2.0], [3.0, 0.25], [1.0, -1.0], [0.0, 1.0]]
    labels = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 1, 0], [0, 0, 1]]
    w = [[0.5, -1.0], [0.25, 0.0], [1.0, 2.0]]
    assert module.loss(rows, labels, w) == softmax.loss(rows, labels, w, [0.0] * 3)
    assert module.gradient(rows, labels, w) == softmax.gradient(rows, labels, w, [0.0] * 3)[0]
    found = module.train(rows, labels, method="newton", l2=0.1)
    assert found.converged
    assert (len(found.w), len(found.w[0]), found.b) == (3, 2, None)
    assert module.predict(rows, found.w) == softmax.predict(rows, found.w, [0.0] * 3)


@pytest.mark.parametrize("standardize", [True, False])
def test_a_column_of_ones_is_the_intercept(tmp_path, monkeypatch, standardize):
    """Softmax without biases on it says what softmax with biases says without it."""
    definitions = [CLASSES[0].replace(" + b_c", ""), *CLASSES[1:]]
    equation = IN_WC.replace("RESIDUAL", r"(p^{(i)}_c \sum_{q=1}^{K} y^{(i)}_q - y^{(i)}_c)")
    statement = claim(equation, CLASSES_GIVEN.replace(", b[1..K] real", ""), definitions)
    module = module_of(write_module([statement, NORMAL], "classes", "Classes"))
    source = random.Random(4)
    path = tmp_path / "data.csv"
    lines = ["a,c,one,y"]
    for _ in range(90):
        a, c = source.gauss(5, 1), source.gauss(0, 1)
        scores = [source.gauss(0, 1) + score for score in (0.1 * a, c, -c)]
        lines.append(f"{a},{c},1,{'rgb'[scores.index(max(scores))]}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    usual = fit(load_csv(path, "y", classes=True), "softmax", standardize=standardize)
    monkeypatch.setattr(fitting, "trainer_of", lambda _: module)
    table = load_csv(path, "y", classes=True, intercept=False)
    ours = fit(table, "classes", standardize=standardize)
    assert table.features == ("a", "c", "one")
    assert (ours.intercepts, ours.outputs) == ((), 3)
    for k in range(3):
        found = (*ours.coefficients[k], *ours.standard_errors[k])
        wanted = (*usual.coefficients[k], usual.intercepts[k], *usual.standard_errors[k])
        assert found == pytest.approx(wanted, rel=1e-8)
    assert "(intercept)" not in ours.summary()
    ours.save(tmp_path / "model.json")
    assert Model.load(tmp_path / "model.json") == ours


# ---------------------------------------------------------------------- sums without a bias


def without_bias(formulas):
    from dataclasses import replace

    return replace(formulas, bias=False)


@pytest.mark.parametrize("width", [1, 2, 9, 63, 64, 65])
@pytest.mark.parametrize("engine", ENGINES)
def test_the_sums_are_those_with_a_bias_of_0(width, engine):
    source_of_chance = random.Random(width)
    rows = [tuple(source_of_chance.uniform(-3, 3) for _ in range(width)) for _ in range(600)]
    labels = [[float(source_of_chance.random() < 0.5) for _ in rows]]
    source = RowSource(rows, labels)
    formulas = BCE if engine == "python" else trainer_of_bce()
    inner = engine_for(formulas, source, engine)
    ours = UnbiasedEngine(inner, source)
    w = [source_of_chance.gauss(0, 0.1) for _ in range(width)]
    loss, *slopes = total_sums(inner.sums([*w, 0.0]))
    assert total_sums(ours.sums(w)) == [loss, *slopes[:-1]]
    loss, *slopes = inner.batch_sums([*w, 0.0], range(30, 90))
    assert ours.batch_sums(w, range(30, 90)) == [loss, *slopes[:-1]]
    pairs = [(i, k) for i in range(width + 1) for k in range(i, width + 1)]
    bends = total_sums(inner.second_sums([*w, 0.0]))
    assert total_sums(ours.second_sums(w)) == [
        bend for bend, pair in zip(bends, pairs, strict=True) if width not in pair
    ]
    gram, mine = total_sums(inner.gram_sums()), total_sums(ours.gram_sums())
    if len(gram) == width + 1:
        assert mine == gram[:-1]
    else:
        assert mine == [g for g, pair in zip(gram, pairs, strict=True) if width not in pair]
    assert (ours.samples, ours.features, ours.outputs) == (600, width, 1)
    assert (ours.hard, ours.kind) == (inner.hard, engine)


def trainer_of_bce():
    from derivation.gradients import bce

    return bce.FORMULAS


def test_several_outputs_lose_a_bias_each():
    rows = [(0.5, 1.0), (2.0, -1.0), (0.25, 3.0)]
    labels = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    source = RowSource(rows, labels)
    inner = engine_for(SOFTMAX, source, "python")
    ours = UnbiasedEngine(inner, source)
    w = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
    loss, *slopes = total_sums(inner.sums([0.1, 0.2, 0.0, 0.3, 0.4, 0.0, 0.5, 0.6, 0.0]))
    assert total_sums(ours.sums(w)) == [loss, *(s for k, s in enumerate(slopes) if (k + 1) % 3)]
    assert len(total_sums(ours.second_sums(w))) == 6 * 7 // 2
    with pytest.raises(ValueError, match="argument"):
        ours.sums([*w, 0.0])


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.lists(st.floats(-50, 50).map(lambda v: round(v, 3)), min_size=3, max_size=3),
        min_size=1,
        max_size=6,
    )
)
def test_the_safe_rate_is_that_of_the_rows_without_a_1(rows):
    """1/rate bounds each mean of (x.v)^2 over unit vectors v, and is not far above the largest."""
    source = RowSource([tuple(row) for row in rows], [[0.0] * len(rows)])
    formulas = without_bias(SQUARED)
    objective = Objective(formulas, engine_for(formulas, source, "python"), 0.0)
    matrix = mpmath.matrix(3, 3)
    for row in rows:
        matrix += mpmath.matrix(row) * mpmath.matrix(row).T / len(rows)
    largest = max(mpmath.eigsy(matrix, eigvals_only=True))
    if largest < 1e-6:
        return
    bound = 1 / safe_learning_rate(objective)
    assert largest * (1 - mpmath.mpf("1e-12")) <= bound <= largest * 1.04
    single = 1 / safe_learning_rate(objective, 1)
    longest = max(sum(value * value for value in row) for row in rows)
    assert single == pytest.approx(longest, rel=1e-12)


# -------------------------------------------------------------------- from the command line


def table(path: Path, samples: int = 60) -> tuple[list[list[float]], list[float]]:
    """Two columns far from 0 and one that is 1 throughout."""
    source = random.Random(11)
    rows = [[source.uniform(90, 110), source.uniform(-1, 1), 1.0] for _ in range(samples)]
    labels = [0.5 * a - 2 * b + 3 + source.gauss(0, 0.1) for a, b, _ in rows]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["a", "b", "one", "target"])
        writer.writerows([*row, label] for row, label in zip(rows, labels, strict=True))
    return rows, labels


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("kept", [(), ("--cache", "cache")], ids=["in memory", "mapped"])
def test_a_file_of_a_user_is_trained_and_predicts(derive, tmp_path, monkeypatch, engine, kept):
    monkeypatch.chdir(tmp_path)
    rows, labels = table(tmp_path / "data.csv")
    run = derive(
        "train", str(ORIGIN), "data.csv", "--target", "target", "--engine", engine,
        "--save", "model.json", *kept,
    )  # fmt: skip
    assert run.code == 0, run.err
    assert "(intercept)" not in run.out
    assert "on columns of mean square 1" in run.out
    assert "suppose" not in run.out  # the variance of least squares is estimated
    model = Model.load(tmp_path / "model.json")
    assert (model.features, model.intercepts, model.outputs) == (("a", "b", "one"), (), 1)
    with mpmath.workdps(40):
        x, y = mpmath.matrix(rows), mpmath.matrix(labels)
        inverse = (x.T * x) ** -1
        exact = inverse * x.T * y
        rest = y - x * exact
        variance = (rest.T * rest)[0] / (len(rows) - 3)
        errors = [mpmath.sqrt(variance * inverse[k, k]) for k in range(3)]
        fitted = x * exact
    assert list(model.weights) == pytest.approx([float(v) for v in exact], rel=1e-11)
    assert list(model.standard_errors[0]) == pytest.approx(list(map(float, errors)), rel=1e-9)
    run = derive("predict", "model.json", "data.csv", "--derivation", str(ORIGIN))
    assert run.code == 0, run.err
    printed = [float(line) for line in run.out.splitlines()[1:]]
    assert printed == pytest.approx([float(v) for v in fitted], rel=1e-12)
    run = derive("predict", "model.json", "data.csv", "--derivation", "squared_error")
    assert run.code == 2
    assert "not to 'squared_error'" in run.err


def test_a_model_without_an_intercept_predicts_for_such_formulas_alone():
    with pytest.raises(DataError, match="differ in whether there is an intercept"):
        predicted(squared_error.FORMULAS, [(1.0,)], [(2.0,)], ())
    assert predicted(squared_error.FORMULAS, [(1.0,)], [(2.0,)], (3.0,)) == [(5.0,)]


def test_columns_that_depend_on_each_other_are_named_without_an_intercept(derive, tmp_path):
    path = tmp_path / "data.csv"
    lines = [f"{k},{2 * k},{k * k + 1},{k + 7}" for k in range(1, 12)]
    path.write_text("a,twice,other,y\n" + "\n".join(lines) + "\n", encoding="utf-8")
    run = derive("train", str(ORIGIN), str(path), "--target", "y")
    assert run.code == 2
    assert "'a' and 'twice' say the same, twice = 2 a" in run.err
    shifted = [f"{k},{k + 1},{k + 7}" for k in range(1, 12)]  # dependent with an intercept alone
    path.write_text("a,more,y\n" + "\n".join(shifted) + "\n", encoding="utf-8")
    run = derive("train", str(ORIGIN), str(path), "--target", "y")
    assert run.code == 0, run.err
    assert "more" in run.out
    assert derive("train", "squared_error", str(path), "--target", "y").code == 2


def test_labels_of_a_user_file_are_checked_in_a_mapped_table_too(derive, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_file("LOGISTIC")
    lines = [f"{k % 5},{1 if k % 3 else -1}" for k in range(20)]
    Path("good.csv").write_text("a,y\n" + "\n".join(lines) + "\n", encoding="utf-8")
    Path("bad.csv").write_text("a,y\n" + "\n".join([*lines, "1,0"]) + "\n", encoding="utf-8")
    run = derive("train", "mine.py", "good.csv", "--target", "y")
    assert run.code == 0, run.err
    assert "R^2" not in run.out  # labels -1 and 1 are classes
    assert "suppose that the loss of a row is minus the logarithm of its probability" in run.out
    for more in ((), ("--cache", "cache")):
        run = derive("train", "mine.py", "bad.csv", "--target", "y", *more)
        assert run.code == 2
        assert "label 20 (counted from 0) is 0.0; labels of logistic are -1 or 1" in run.err


def test_a_model_file_without_intercept_says_so(tmp_path, derive, monkeypatch):
    monkeypatch.chdir(tmp_path)
    table(tmp_path / "data.csv")
    derive("train", str(ORIGIN), "data.csv", "--target", "target", "--save", "model.json")
    content = json.loads(Path("model.json").read_text(encoding="utf-8"))
    assert content["intercepts"] is None
    content["intercepts"] = []
    Path("model.json").write_text(json.dumps(content), encoding="utf-8")
    run = derive("predict", "model.json", "data.csv", "--derivation", str(ORIGIN))
    assert run.code == 2
    assert "1 rows of weights for 0 intercepts" in run.err


def test_the_c_engine_is_had_for_each_of_them():
    if "c" not in ENGINES:
        pytest.skip("no C compiler on this machine")
    source = RowSource([(1.0,)], [[1.0]])
    for loss in LOSSES:
        assert c_engine_or_none(trainer(loss).FORMULAS, source, required=True) is not None
