"""Reading training problems off theorems, and writing the module."""

from __future__ import annotations

import math
import sys
import types
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import pytest

from derivation import gradients
from derivation.check import verify
from derivation.domain import Domain
from derivation.errors import StructureError, UnsupportedError
from derivation.gradients import bce
from derivation.library import load
from derivation.notation import read, read_equation, read_given
from derivation.term import Term, plain
from derivation.trainer import generate
from derivation.trainer.__main__ import main
from derivation.trainer.bounds import curvature_bound
from derivation.trainer.file.header import theorems_sha256
from derivation.trainer.file.inline import import_lines, inlined
from derivation.trainer.file.spelling import Spelling
from derivation.trainer.generator import write_module
from derivation.trainer.python.code import code_of, expression, functions_in
from derivation.trainer.python.functions import HELPERS
from derivation.trainer.python.many_outputs import ManyOutputs
from derivation.trainer.python.penalty import penalty_of, shipped_penalty
from derivation.trainer.python.sharing import Body
from derivation.trainer.reading.problem import extract
from derivation.trainer.reading.sample_sums import over_samples
from derivation.trainer.recipe import recipe
from derivation.trainer.softmax_forms import softmax_forms, sums_to_one
from derivation.trainer.stable import Setting, Stable

GENERATED = sorted(path.stem for path in Path(gradients.__path__[0]).glob("[a-z]*.py"))


# ------------------------------------------------- statements in the shape of theorems


@dataclass(frozen=True)
class Defined:
    head: Term
    body: Term


@dataclass(frozen=True)
class Claim:
    """What a theorem offers to the generator; these are claims, nothing is proved here."""

    domain: Domain
    definitions: tuple[Defined, ...]
    lhs: Term
    rhs: Term
    conditions: tuple[object, ...] = ()


def claim(equation, given, definitions=()):
    lhs, rhs = read_equation(equation, syntax="latex")
    defined = tuple(Defined(*read_equation(d, syntax="latex")) for d in definitions)
    return Claim(read_given(given), defined, lhs, rhs)


def claims(equations, given, definitions):
    return [claim(equation, given, definitions) for equation in equations]


GIVEN = (
    "m integer >= 1, d integer >= 1, j in 1..d, "
    "x[1..m, 1..d] real, y[1..m] real, w[1..d] real, b real"
)
PREDICTOR = r"z^{(i)} = \sum_{k=1}^{d} x^{(i)}_k w_k + b"
LOGISTIC = (
    r"L = \frac{1}{m} \sum_{i=1}^{m} \ell^{(i)}",
    r"\ell^{(i)} = -y^{(i)} \log h^{(i)} - (1 - y^{(i)}) \log(1 - h^{(i)})",
    r"h^{(i)} = \text{sigmoid}(z^{(i)})",
    PREDICTOR,
)
SQUARES = (
    r"L = \frac{1}{m} \sum_{i=1}^{m} \frac{(h^{(i)} - y^{(i)})^2}{2}",
    r"h^{(i)} = z^{(i)}",
    PREDICTOR,
)
IN_W = r"\frac{\partial L}{\partial w_j} = \frac{1}{m} \sum_{i=1}^{m} (h^{(i)} - y^{(i)}) x^{(i)}_j"
IN_B = r"\frac{\partial L}{\partial b} = \frac{1}{m} \sum_{i=1}^{m} (h^{(i)} - y^{(i)})"

CLASSES_GIVEN = (
    "m integer >= 1, d integer >= 1, K integer >= 2, j in 1..d, c in 1..K, x[1..m, 1..d] real, "
    "y[1..m, 1..K] real, w[1..d, 1..K] real, b[1..K] real"
)
CLASSES = (
    r"z^{(i)}_c = \sum_{k=1}^{d} x^{(i)}_k w_{kc} + b_c",
    r"p^{(i)}_c = \frac{e^{z^{(i)}_c}}{\sum_{q=1}^{K} e^{z^{(i)}_q}}",
    r"\ell^{(i)} = -\sum_{c=1}^{K} y^{(i)}_c \log p^{(i)}_c",
    r"L = \frac{1}{m} \sum_{i=1}^{m} \ell^{(i)}",
)
ANY = r"(p^{(i)}_c \sum_{q=1}^{K} y^{(i)}_q - y^{(i)}_c)"
IN_WC = r"\frac{\partial L}{\partial w_{jc}} = \frac{1}{m} \sum_{i=1}^{m} RESIDUAL x^{(i)}_j"
IN_BC = r"\frac{\partial L}{\partial b_c} = \frac{1}{m} \sum_{i=1}^{m} RESIDUAL"
NORMAL = claim("y_c = y_c", r"K integer >= 2, c in 1..K, y[1..K] real, \sum_{q=1}^{K} y_q = 1")


def logistic(given=GIVEN):
    return claims((IN_W, IN_B), given, LOGISTIC)


def classes(residual=ANY, given=CLASSES_GIVEN, definitions=CLASSES):
    equations = [one.replace("RESIDUAL", residual) for one in (IN_WC, IN_BC)]
    return claims(equations, given, definitions)


def changed(position, equation=None, given=None, definitions=None):
    """The logistic statements with one of them replaced."""
    statements = logistic()
    equation = equation or (IN_W, IN_B)[position]
    statements[position] = claim(equation, given or GIVEN, definitions or LOGISTIC)
    return statements


def redefined(old, new, definitions=LOGISTIC):
    """The logistic statements with one definition written differently."""
    other = [d.replace(old, new) for d in definitions]
    assert other != list(definitions)
    return claims((IN_W, IN_B), GIVEN, other)


def module_of(text):
    module = types.ModuleType("generated")
    sys.modules[module.__name__] = module  # where dataclasses look for it
    exec(compile(text, "generated", "exec"), module.__dict__)  # noqa: S102  # what is under test
    return module


ROWS = [[0.5, -1.0], [2.0, 0.25], [-30.0, 4.0], [1.0, 800.0]]
LABELS = [0.0, 1.0, 1.0, 0.25]


# -------------------------------------------------------------------- sums over samples


@pytest.mark.parametrize(
    ("text", "body", "mean"),
    [
        (r"\frac{1}{m} \sum_{i=1}^{m} u_i", "u_i", True),
        (r"\frac{\sum_{i=1}^{m} u_i}{m}", "u_i", True),
        (r"\sum_{i=1}^{m} u_i", "u_i", False),
        (r"-\frac{1}{m} \sum_{i=1}^{m} u_i", "-u_i", True),
        (r"-\sum_{i=1}^{m} u_i", "-u_i", False),
        (r"\frac{1}{2 m} \sum_{i=1}^{m} u_i", r"\frac{1}{2} u_i", True),
        (r"2 \left(\frac{1}{m} \sum_{i=1}^{m} u_i \right)", "2 u_i", True),
        (r"\frac{-3}{m} \sum_{i=1}^{m} u_i", "-3 u_i", True),
    ],
)
def test_sums_and_means(text, body, mean):
    found = over_samples(read(text, syntax="latex"))
    assert (found.size, found.mean) == ("m", mean)
    value = plain(read(body, syntax="latex"))
    assert expression_value(found.body) == expression_value(value)


def expression_value(term):
    """A body over u_i at u_i = 7."""
    from derivation.term import Symbol, transform

    text = expression(
        transform(
            term,
            lambda n: (
                Symbol("u") if n.children and "u" in str(n) and type(n).__name__ == "Indexed" else n
            ),
        )
    )
    return eval(text, {"u": 7.0})  # noqa: S307  # made of a formula in this test


@pytest.mark.parametrize(
    "text",
    [
        r"\frac{1}{d} \sum_{i=1}^{m} u_i",
        r"\frac{1}{m^2} \sum_{i=1}^{m} u_i",
        r"m \sum_{i=1}^{m} u_i",
        r"\frac{1}{m} \sum_{i=2}^{m} u_i",
        r"\frac{1}{3} \sum_{i=1}^{3} u_i",
        r"\frac{1}{m} \sum_{i=1}^{m} u_i + 1",
        r"a \sum_{i=1}^{m} u_i",
        r"\frac{m}{\sum_{i=1}^{m} u_i}",
    ],
)
def test_what_is_no_sum_over_samples(text):
    assert over_samples(read(text, syntax="latex")) is None


# -------------------------------------------------------------------------- extraction


def test_names_come_from_the_theorems():
    problem = extract(logistic())
    names = problem.names
    assert (names.features, names.labels, names.weights, names.bias) == ("x", "y", "w", "b")
    assert (names.predictor, names.prediction, names.loss) == ("z", "h", "L")
    assert (problem.mean, problem.outputs) == (True, None)


def test_only_the_theorems_in_use_count():
    unrelated = claim(r"(a + 1)^2 = a^2 + 2 a + 1", "a real")
    problem = extract([unrelated, *logistic()])
    assert unrelated not in problem.gradients
    assert problem == extract(logistic())


def test_either_way_of_writing_a_mean_and_a_product():
    swapped = (
        r"\frac{\partial L}{\partial w_j} = "
        r"\frac{\sum_{n=1}^{m} x^{(n)}_j (h^{(n)} - y^{(n)})}{m}"
    )
    assert extract(changed(0, swapped)).residual == extract(logistic()).residual


def test_the_sign_may_stand_outside():
    opposite = [
        one.replace(r"\frac{1}{m} \sum", r"-\frac{1}{m} \sum").replace(
            "h^{(i)} - y^{(i)}", "y^{(i)} - h^{(i)}"
        )
        for one in (IN_W, IN_B)
    ]
    module = module_of(write_module(claims(opposite, GIVEN, SQUARES), "squares", "Squares"))
    usual = module_of(write_module(claims((IN_W, IN_B), GIVEN, SQUARES), "squares", "Squares"))
    assert module.gradient(ROWS, LABELS, [1.0, -2.0], 0.5) == usual.gradient(
        ROWS, LABELS, [1.0, -2.0], 0.5
    )


def test_sums_over_samples():
    equations = [one.replace(r"\frac{1}{m} ", "") for one in (IN_W, IN_B)]
    definitions = [SQUARES[0].replace(r"\frac{1}{m} ", ""), *SQUARES[1:]]
    problem = extract(claims(equations, GIVEN, definitions))
    assert not problem.mean
    with pytest.raises(UnsupportedError, match="not sums over the same samples"):
        extract(claims(equations, GIVEN, SQUARES))


def test_several_outputs():
    problem = extract(classes())
    assert (problem.outputs.index, problem.outputs.size) == ("c", "K")
    assert problem.names.prediction == "p"
    assert not sums_to_one(problem, classes())
    assert sums_to_one(problem, [*classes(), NORMAL])
    with pytest.raises(UnsupportedError, match="the residual of one sample has no known stable"):
        softmax_forms(
            extract(classes("(p^{(i)}_c - y^{(i)}_c)")), problem.outputs, sum_to_one=False
        )


def test_the_gradient_may_be_proved_for_labels_that_sum_to_1():
    given = CLASSES_GIVEN + r", i in 1..m, \sum_{q=1}^{K} y_{iq} = 1"
    statements = classes("(p^{(i)}_c - y^{(i)}_c)", given)
    problem = extract(statements)
    assert sums_to_one(problem, statements)
    forms = softmax_forms(problem, problem.outputs, sum_to_one=True)
    assert expression(forms.residual) == "u / (1.0 + r) - y"


def test_the_forms_of_softmax_are_theorems_and_wrong_ones_are_refused():
    problem = extract(classes())
    general = softmax_forms(problem, problem.outputs, sum_to_one=False)
    normal = softmax_forms(problem, problem.outputs, sum_to_one=True)
    assert all(not theorem.conditions for theorem in (*general.theorems, *normal.theorems))
    assert (general.bound, normal.bound.value) == (None, Fraction(1, 2))
    assert (normal.labels.low, normal.labels.high, general.labels.high) == (0, 1, None)
    doubled = [CLASSES[0], CLASSES[1], CLASSES[2].replace("-", "-2 "), CLASSES[3]]
    problem = extract(classes(definitions=doubled))
    with pytest.raises(UnsupportedError, match="the loss of one sample has no known stable form"):
        softmax_forms(problem, problem.outputs, sum_to_one=True)


def test_labels_of_any_sum():
    """Twice the labels: twice the loss and twice the residuals."""
    problem = extract(classes())
    module = module_of(write_module(classes(), "any", "Any labels"))
    normal = module_of(write_module([*classes(), NORMAL], "one", "Labels that sum to 1"))
    rows, w, b = [[1.0, 2.0], [-3.0, 0.5]], [[0.1, 0.2], [0.3, -0.4], [0.0, 5.0]], [0.1, 0.0, -0.2]
    labels = [[0.25, 0.75, 0.0], [0.0, 0.0, 1.0]]
    twice = [[2 * value for value in row] for row in labels]
    half = [[value / 2 for value in row] for row in labels]
    assert problem.outputs is not None
    assert module.loss(rows, twice, w, b) == pytest.approx(2 * normal.loss(rows, labels, w, b))
    for one, other in zip(
        module.gradient(rows, twice, w, b)[0], normal.gradient(rows, labels, w, b)[0], strict=True
    ):
        assert one == pytest.approx([2 * value for value in other])
    with pytest.raises(ValueError, match="sum to 1"):
        normal.loss(rows, half, w, b)


def test_the_prediction_is_what_the_label_is_taken_off():
    """It need not have a name of its own, and sums over classes are no predictions."""
    written_out = [one.replace("h^{(i)}", r"\text{sigmoid}(z^{(i)})") for one in (IN_W, IN_B)]
    problem = extract(claims(written_out, GIVEN, LOGISTIC))
    assert problem.prediction == extract(logistic()).prediction
    total = r"S^{(i)} = \sum_{q=1}^{K} e^{z^{(i)}_q}"
    share = r"\frac{e^{z^{(i)}_c}}{S^{(i)}}"
    definitions = [CLASSES[0], total, rf"p^{{(i)}}_c = {share}", *CLASSES[2:]]
    for residual in (rf"({share} - y^{{(i)}}_c)", ANY):
        problem = extract(classes(residual, definitions=definitions))
        forms = softmax_forms(problem, problem.outputs, sum_to_one=True)
        assert expression(forms.prediction) == "u / (1.0 + r)"


def test_labels_lie_where_both_gradients_hold():
    given = [GIVEN.replace("y[1..m] real", f"y[1..m] {where}") for where in (">= 0", "< 2")]
    statements = [
        claim(one, where, LOGISTIC) for one, where in zip((IN_W, IN_B), given, strict=True)
    ]
    labels = extract(statements).labels.interval
    assert (labels.low, labels.high, labels.low_open, labels.high_open) == (0, 2, False, True)


def test_other_names_give_the_same_numbers():
    def rename(text):
        parts = {
            "x^{": "u^{", "x[": "u[", "y^{": "t^{", "y[": "t[", "w_": r"\lambda_", "w[": "lambda[",
            "z^{": "q^{", "h^{": "p^{", r"\ell": "r", "L ": "J ", "L}": "J}",
            r"\partial L": r"\partial J",
            "+ b": "+ c", r"\partial b": r"\partial c", "b real": "c real",
        }  # fmt: skip
        for old, new in parts.items():
            text = text.replace(old, new)
        return text

    statements = claims(map(rename, (IN_W, IN_B)), rename(GIVEN), list(map(rename, LOGISTIC)))
    names = extract(statements).names
    assert (names.features, names.labels, names.weights, names.bias) == ("u", "t", "lambda", "c")
    text = write_module(statements, "other", "Another one")
    assert "def loss(\n    U: " in text
    assert "lambda_: Iterable[float]" in text
    module = module_of(text)
    assert module.loss(ROWS, LABELS, [1.0, -2.0], 0.5) == bce.loss(ROWS, LABELS, [1.0, -2.0], 0.5)
    assert module.gradient(ROWS, LABELS, [1.0, -2.0], 0.5) == bce.gradient(
        ROWS, LABELS, [1.0, -2.0], 0.5
    )
    assert module.train(ROWS, LABELS, epochs=9).history == bce.train(ROWS, LABELS, epochs=9).history


def test_renamed_outputs_give_the_same_numbers():
    def rename(text):
        for old, new in {"K": "n", "_{kc}": "_{ka}", "_{jc}": "_{ja}", "_c": "_a", "c in": "a in",
                         "c=1": "a=1", "y": "t", "p^": "s^"}.items():  # fmt: skip
            text = text.replace(old, new)
        return text

    equations = [rename(one.replace("RESIDUAL", ANY)) for one in (IN_WC, IN_BC)]
    statements = claims(equations, rename(CLASSES_GIVEN), list(map(rename, CLASSES)))
    ours, theirs = extract(statements), extract(classes())
    assert (ours.names.labels, ours.outputs.index, ours.outputs.size) == ("t", "a", "n")
    texts = [
        [one.text for one in ManyOutputs(softmax_forms(p, p.outputs, sum_to_one=True))
         .functions().values()]
        for p in (ours, theirs)
    ]  # fmt: skip
    assert texts[0] == texts[1]


def test_names_that_the_module_needs_itself_are_respelt():
    names = replace(extract(logistic()).names, bias="epochs", predictor="exp", labels="label")
    spelling = Spelling.of(names, {"epochs"})
    assert (spelling.bias, spelling.predictor, spelling.labels) == ("epochs_", "exp_", "label_")
    with pytest.raises(UnsupportedError, match="called the same"):
        Spelling.of(replace(extract(logistic()).names, bias="w"))


def test_squared_error_needs_no_stable_forms():
    """Least squares: another loss, another residual, no sign of z, no bound on labels."""
    module = module_of(write_module(claims((IN_W, IN_B), GIVEN, SQUARES), "line", "Least squares"))
    rows, labels = [[1.0], [2.0], [4.0]], [5.0, 3.0, -1.0]
    result = module.train(rows, labels, epochs=5000)
    assert result.converged
    assert [*result.w, result.b] == pytest.approx([-2.0, 7.0], abs=1e-6)
    assert module.predict([[10.0]], [-2.0], 7.0) == [-13.0]
    assert module.loss(rows, labels, [0.0], 0.0) == pytest.approx((25 + 9 + 1) / 6)


def test_a_sum_is_m_times_the_mean():
    equations = [one.replace(r"\frac{1}{m} ", "") for one in (IN_W, IN_B)]
    definitions = [SQUARES[0].replace(r"\frac{1}{m} ", ""), *SQUARES[1:]]
    module = module_of(write_module(claims(equations, GIVEN, definitions), "sum", "A sum"))
    mean = module_of(write_module(claims((IN_W, IN_B), GIVEN, SQUARES), "mean", "A mean"))
    rows, labels = [[1.0], [2.0], [4.0]], [5.0, 3.0, -1.0]
    assert module.loss(rows, labels, [1.0], 2.0) == pytest.approx(
        3 * mean.loss(rows, labels, [1.0], 2.0)
    )
    one, other = (m.gradient(rows, labels, [1.0], 2.0) for m in (module, mean))
    assert [*one[0], one[1]] == pytest.approx([3 * value for value in (*other[0], other[1])])
    assert [*module.train(rows, labels, epochs=5000).w] == pytest.approx([-2.0], abs=1e-6)


@pytest.mark.parametrize(
    ("statements", "message"),
    [
        (lambda: logistic()[1:], "no theorem gives the gradient in the weights"),
        (lambda: logistic()[:1], "no theorem gives the gradient in the bias"),
        (
            lambda: changed(1, IN_B.replace("h^{(i)} - y^{(i)}", "y^{(i)} - h^{(i)}")),
            "gradient in the bias, with the same residual",
        ),
        (lambda: changed(1, IN_B.replace("_{i=1}", "_{i=2}")), "gradient in the bias"),
        (lambda: changed(1, IN_B.replace(r"\frac{1}{m} ", "")), "gradient in the bias"),
        (lambda: changed(0, IN_W.replace("{1}{m}", "{1}{d}")), "gradient in the weights"),
        (lambda: changed(0, IN_W.replace("y^{(i)}", "y^{(j)}")), "gradient in the weights"),
        (lambda: changed(0, IN_W.replace("x^{(i)}_j", "x^{(j)}_i")), "gradient in the weights"),
        (lambda: changed(0, IN_W.replace("x^{(i)}_j", "j x^{(i)}_j")), "gradient in the weights"),
        (lambda: changed(0, IN_W.replace(" x^{(i)}_j", "")), "gradient in the weights"),
        (
            lambda: [replace(c, conditions=("m != 2",)) for c in logistic()],
            "holds only where m != 2",
        ),
        (
            lambda: [logistic()[0], replace(logistic()[1], conditions=("m != 2",))],
            "in the bias, .* without conditions",
        ),
        (lambda: changed(1, definitions=LOGISTIC[1:]), "under the same definitions"),
        (lambda: redefined(r"L = \frac{1}{m}", r"L = \frac{1}{d}"), "is not a mean or a sum"),
        (lambda: redefined(r"L = \frac{1}{m}", "L = "), "not sums over the same samples"),
        (lambda: redefined("^{d} x", "^{m} x"), "no definition of a linear predictor"),
        (lambda: redefined(" + b", " - b"), "no definition of a linear predictor"),
        (lambda: redefined(" + b", " + b + b"), "no definition of a linear predictor"),
        (lambda: redefined(" + b", " + c"), r"partial c}"),
        (lambda: redefined("-y^{(i)} \\log", "-y^{(m)} \\log"), "its own z and y only"),
        (lambda: redefined("-y^{(i)} \\log", "-m y^{(i)} \\log"), "depends on m too"),
        (lambda: redefined("-y^{(i)} \\log", "-w_1 y^{(i)} \\log"), "must depend on one label"),
        (lambda: redefined("-y^{(i)} \\log", "-v^{(i)} \\log"), "must depend on one label"),
        (lambda: logistic(GIVEN.replace("b real", "b > 0")), "declare b real"),
        (lambda: logistic(GIVEN.replace("d] real, y", "d] > 0, y")), "declare x real"),
        (lambda: logistic(GIVEN.replace("y[1..m] real", "y[1..m] != 0")), "interval"),
        (lambda: logistic(GIVEN.replace("y[1..m]", "y[1..d]")), "the same samples"),
        (lambda: logistic(GIVEN.replace("x[1..m", "x[1..d")), "the same samples"),
        (lambda: logistic(GIVEN.replace("j in 1..d", "j in 1..m")), r"declare 'j in 1\.\.d'"),
        (lambda: logistic(GIVEN.replace("j in 1..d, ", "")), r"declare 'j in 1\.\.d'"),
        (lambda: logistic(GIVEN.replace("m integer >= 1", "m integer >= 2")), None),
        (lambda: logistic(GIVEN.replace("m integer >= 1", "m integer >= 3")), "m integer >= 1"),
        (lambda: logistic(f"{GIVEN}, b < w[1]"), "proved only where"),
        (lambda: classes("(p^{(i)}_j - y^{(i)}_c)"), "gradient in the weights"),
        (lambda: [classes()[0], claim(IN_B, GIVEN, LOGISTIC)], "gradient in the bias"),
        (
            lambda: [classes()[0], classes("(p^{(i)}_c - y^{(i)}_c)")[1]],
            "gradient in the bias, with the same residual",
        ),
        (
            lambda: classes(given=CLASSES_GIVEN.replace("b[1..K] real", "b[1..d] real")),
            r"declare 'b\[1\.\.K\] real'",
        ),
        (
            lambda: classes(definitions=[CLASSES[0].replace("+ b_c", "+ b_1"), *CLASSES[1:]]),
            "no definition of a linear predictor",
        ),
        (
            lambda: classes(given=CLASSES_GIVEN + r", \sum_{q=1}^{K} y_{1q} = 2"),
            "proved only where",
        ),
    ],
)
def test_what_is_missing_is_said(statements, message):
    if message is None:
        assert extract(statements())
        return
    with pytest.raises(UnsupportedError, match=message):
        extract(statements())


def test_other_losses_of_one_output():
    """Each form is computed by the sign of its own pivot; folding is for labels 0 and 1 only."""
    h, y = "h^{(i)}", "y^{(i)}"
    losses = {
        rf"\log(1 + e^{{-{y} {h}}})": (
            rf"-{y} \frac{{1}}{{1 + e^{{{y} {h}}}}}",
            "-1 <= y[1..m] <= 1",
        ),
        rf"({h} - {y})^4": (rf"4 ({h} - {y})^3", "y[1..m] real"),
    }
    references = (
        lambda z, y: math.log1p(math.exp(-y * z)),
        lambda z, y: (z - y) ** 4,
    )
    for (loss, (residual, label)), reference in zip(losses.items(), references, strict=True):
        definitions = [d for d in SQUARES if not d.startswith("L")]
        definitions.append(rf"L = \sum_{{i=1}}^{{m}} ({loss})")
        equations = [
            rf"\frac{{\partial L}}{{\partial {v}}} = \sum_{{i=1}}^{{m}} ({residual}){x}"
            for v, x in (("w_j", " x^{(i)}_j"), ("b", ""))
        ]
        given = GIVEN.replace("y[1..m] real", label)
        formulas = module_of(
            write_module(claims(equations, given, definitions), "own", "Of its own")
        ).FORMULAS
        assert formulas.folded is None
        assert not formulas.mean
        for z in (-2.5, -0.5, 0.0, 0.25, 3.0):
            value, ((slope,),) = formulas.block([[z]], [[0.75]])
            assert value == pytest.approx(reference(z, 0.75), rel=1e-14)
            difference = reference(z + 1e-6, 0.75) - reference(z - 1e-6, 0.75)
            assert slope == pytest.approx(difference / 2e-6, rel=1e-6, abs=1e-6)


def test_a_loss_without_a_stable_form_says_so():
    statements = redefined(r"\text{sigmoid}(z^{(i)})", r"\tan(z^{(i)})")
    with pytest.raises(UnsupportedError, match="no stable form"):
        write_module(statements, "tan", "A tangent")


def test_labels_keep_to_the_domain_of_the_theorem():
    given = GIVEN.replace("y[1..m] real", "0 < y[1..m] <= 1/2")
    module = module_of(write_module(claims((IN_W, IN_B), given, SQUARES), "part", "A part"))
    assert module.loss([[1.0]], [0.5], [0.0], 0.0) == 0.125
    for label in (0.0, 0.75):
        with pytest.raises(ValueError, match=r"y\[0\] is"):
            module.loss([[1.0]], [label], [0.0], 0.0)


# ----------------------------------------------------------------------------- penalty


def test_the_penalty_comes_from_its_theorem():
    text = shipped_penalty().function().text
    assert "total = formula_sum([w * w for w in weights])" in text
    assert "slopes = [strength * w for w in weights]" in text
    given = "d integer >= 1, v[1..d] real, a real, n in 1..d"
    other = claim(
        r"\frac{\partial P}{\partial v_n} = 2 a v_n", given, (r"P = a \sum_{k=1}^{d} v_k^2",)
    )
    assert "2.0 * strength * w" in penalty_of([other]).function().text
    for equation, where in (
        (r"\frac{\partial P}{\partial v_n} = 2 a v_n", given.replace("a real", "a > 1")),
        (r"\frac{\partial P}{\partial v_n} = 2 a v_n", given.replace("n in 1..d", "n in 1..2")),
        (r"\frac{\partial P}{\partial v_n} = 2 b v_n", f"{given}, b real"),
    ):
        with pytest.raises(UnsupportedError, match="no theorem gives a penalty"):
            penalty_of([claim(equation, where, (r"P = a \sum_{k=1}^{d} v_k^2",))])


# -------------------------------------------------------------------------------- code


def test_grouping_survives():
    """(1 - y) - t keeps its digits; -t - y + 1 would be 0."""
    text = expression(read("(1 - y) - t"))
    assert eval(text, {"y": 1.0, "t": 1e-20}) == -1e-20  # noqa: S307  # under test
    assert expression(read("1 - (y - t)")) == "1.0 - (y - t)"
    assert expression(read("a/(b c)", syntax="latex")) == "a / (b * c)"
    assert expression(read("(a - b)**2")) == "(a - b) * (a - b)"
    assert expression(read("-(a + b)")) == "-(a + b)"
    assert expression(read("1/3 - 3/4")) == "1.0 / 3.0 - 0.75"


def test_log1p_expm1_and_shared_exponentials():
    terms = [read(r"\log(1 + e^{-z})"), read(r"\frac{e^{-z}}{1 + e^{-z}}"), read(r"e^{z} - 1")]
    code = code_of(terms, ["u", "v"])
    assert [(name, expression(term)) for name, term in code.shared] == [("u", "exp(-z)")]
    assert [expression(value) for value in code.values] == [
        "log1p(u)", "u / (1.0 + u)", "expm1(z)",
    ]  # fmt: skip
    assert functions_in(code.values[0]) == {"log1p"}
    with pytest.raises(UnsupportedError, match="math module cannot compute"):
        expression(read("digamma(z)", syntax="python"))
    with pytest.raises(UnsupportedError, match="beyond the range of floats"):
        expression(read("z + 1e400", syntax="python"))


def summed(nonnegative, negative, pivot="z"):
    """The function that sums a value over z and y, as it is written for a module."""
    body = Body("z", ("z", "y"))
    terms = [read(text, syntax="latex") for text in (nonnegative, negative)]
    (forms,) = body.values([Stable(terms[0], *terms, (), read(pivot, syntax="latex"))])
    total = body.total("losses", forms)
    one = body.columns.function("summed(zs: list, ys: list) -> float", "The sum.", total)
    names = {}
    texts = [one.text, *(helper.text for helper in HELPERS.values())]
    imports = {("math", name) for name in ("fsum", "inf", "log", "log1p", "prod")}
    source = "\n".join(["from __future__ import annotations", import_lines(imports | one.imports)])
    exec("\n".join([source, *texts]), names)  # noqa: S102  # what is under test
    return names["summed"], one.text


def softplus(z):
    return max(z, 0.0) + math.log1p(math.exp(-abs(z)))


@pytest.mark.parametrize(
    ("nonnegative", "negative", "reference"),
    [
        (r"z + \log(1 + e^{-z})", r"\log(1 + e^{z})", lambda z, y: softplus(z) + 0 * y),
        (
            r"y z + \log(1 + e^{-z}) + \log(1 + e^{-z})",
            r"\log(1 + e^{z}) + \log(1 + e^{z})",
            lambda z, y: y * max(z, 0) + 2 * softplus(-abs(z)),
        ),
        (r"y - \log(1 + e^{-z})", "y", lambda z, y: y - (z >= 0) * softplus(-z)),
        (r"\log(1 + y^2)", r"\log(1 + y^2)", lambda z, y: math.log1p(y * y) + 0 * z),
        (r"(z - y)^3 + (z - y)", "(z - y)^3 + (z - y)", lambda z, y: (z - y) ** 3 + (z - y)),
        (
            r"(e^{-z} - 1) y - \frac{e^{-z} - 1}{1 + e^{-z}}",
            r"y",
            lambda z, y: math.expm1(-z) * (y - 1 / (1 + math.exp(-z))) if z >= 0 else y,
        ),
        ("z", "y", lambda z, y: z if z >= 0 else y),
        ("0", "0", lambda z, y: 0 * z * y),
    ],
)
def test_columns_give_what_the_forms_say(nonnegative, negative, reference):
    function, text = summed(nonnegative, negative)
    zs, ys = [-3.5, -1e-9, 0.0, 1e-9, 0.25, 7.0], [0.0, 1.0, 0.5, 0.0, 2.0, -1.0]
    assert function(zs, ys) == pytest.approx(math.fsum(map(reference, zs, ys)), rel=1e-15), text
    for z, y in zip(zs, ys, strict=True):
        assert function([z], [y]) == pytest.approx(reference(z, y), rel=1e-15, abs=1e-300), text


def test_what_overflows_is_infinite():
    function, text = summed("e^{z} - y", "e^{z} - y")
    assert "formula_values(exp, zs)" in text
    assert function([1.0, 800.0], [0.0, 0.0]) == math.inf
    assert "formula_values" not in summed("e^{-z} - y", "e^{z} - y")[1]
    assert summed("e^{-y z}", "e^{y z}", pivot="y z")[0]([800.0], [-1.0]) == 0.0
    with pytest.raises(UnsupportedError, match="may overflow"):
        summed(r"\cosh(z)", r"\log(1 + e^{z})")


# -------------------------------------------------------------------------- inlining


def write_runtime(folder, **modules):
    for name, text in modules.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    return folder


def test_modules_are_joined_in_the_order_of_their_imports(tmp_path):
    folder = write_runtime(
        tmp_path,
        top='"""Top."""\n\nfrom __future__ import annotations\n\nimport os\n'
        "from math import exp\n\nfrom derivation.training.base import base\n\n"
        "# Why it is 2.\nTOP = 2\n\n\n@base\ndef top() -> float:\n    return exp(TOP)\n",
        base='"""Base.\n\nMore on it.\n"""\n\nfrom math import log\n\n__all__ = ["base"]\n\n\n'
        "def base(value: object) -> object:\n    return log and value\n",
    )
    found = inlined(["top"], folder)
    assert found.imports == {("os", ""), ("math", "exp"), ("math", "log")}
    assert found.names == {"base", "TOP", "top"}
    code = "\n".join(line for line in found.text.splitlines() if not line.startswith("# -"))
    assert code == (
        "#\n# Base.\n#\n# More on it.\n\n\ndef base(value: object) -> object:\n"
        "    return log and value\n\n\n#\n# Top.\n\n\n# Why it is 2.\nTOP = 2\n\n\n"
        "@base\ndef top() -> float:\n    return exp(TOP)"
    )
    assert import_lines(found.imports) == "import os\nfrom math import exp, log"


@pytest.mark.parametrize(
    ("modules", "message"),
    [
        ({"a": "from derivation.training.b import x\nx = 1\n", "b": "x = 2\n"}, "both define x"),
        ({"a": "from derivation.training.a import x\n"}, "import each other: a -> a"),
        ({"a": "from derivation.training.b import x as y\n", "b": "x = 2\n"}, "renamed"),
        ({"a": "import derivation.training.b\n", "b": ""}, "whole"),
        ({"a": "x = 1\nimport os\n"}, "stand before everything else"),
    ],
)
def test_modules_that_break_the_rules(tmp_path, modules, message):
    with pytest.raises(StructureError, match=message):
        inlined(["a"], write_runtime(tmp_path, **modules))


# -------------------------------------------------------------------- generated modules


@pytest.fixture(scope="module")
def checked():
    return {name: verify(load(name)) for name in GENERATED}


@pytest.mark.parametrize("name", GENERATED)
def test_the_committed_module_is_what_the_theorems_give(checked, name):
    path = Path(gradients.__path__[0]) / f"{name}.py"
    assert generate(checked[name]) == path.read_text(encoding="utf-8"), (
        f"derivation/gradients/{name}.py has drifted; run: python -m derivation.trainer {name}"
    )


def test_all_losses_of_the_library_are_generated():
    assert GENERATED == ["bce", "poisson", "softmax", "squared_error"]


def test_only_checked_derivations_are_trained():
    with pytest.raises(StructureError, match=r"verify\(\)"):
        generate(load("bce"))


def test_the_bound_of_the_curvature_is_proved():
    for definitions, value in ((LOGISTIC, Fraction(1, 4)), (SQUARES, 1)):
        problem = extract(claims((IN_W, IN_B), GIVEN, definitions))
        assert curvature_bound(problem, Setting("z", "y")).value == value
    assert bce.FORMULAS.curvature_bound == 0.25
    from derivation.gradients import poisson, softmax, squared_error

    assert poisson.FORMULAS.curvature_bound is None
    assert softmax.FORMULAS.curvature_bound == 0.5
    assert squared_error.FORMULAS.curvature_bound == 1.0


def test_a_curvature_that_may_be_negative_is_left_out():
    """The derivative of z cos z is no curvature of a convex loss."""
    residual = r"(h^{(i)} - y^{(i)}) \cdot z^{(i)}"
    equations = [one.replace("(h^{(i)} - y^{(i)})", residual) for one in (IN_W, IN_B)]
    found = recipe(extract(claims(equations, GIVEN, SQUARES)))
    assert (found.curvature, found.bound) == (None, None)


def test_digest_depends_on_every_part():
    statements = logistic()
    digest = theorems_sha256(statements)
    assert digest == theorems_sha256(logistic())
    others = [
        changed(0, IN_W.replace("h^{(i)} - y", "h^{(i)} + y")),
        logistic(GIVEN.replace("y[1..m] real", "y[1..m] > 0")),
        logistic(f"{GIVEN}, b < m"),
        changed(1, definitions=LOGISTIC[:3]),
        statements[1:],
    ]
    assert digest not in {theorems_sha256(other) for other in others}


def test_the_header_says_what_was_proved():
    text = bce.__doc__
    assert r"\frac{\partial L}{\partial b} = \frac{1}{m} \sum_{i=1}^{m} (h^{(i)} - y^{(i)})" in text
    assert "m integer >= 1, d integer >= 1" in text
    assert "The curvature is at most 1/4" in text
    assert bce.FORMULAS.theorems == bce.THEOREMS_SHA256
    assert len(bce.THEOREMS_SHA256) == 64


def test_regenerating_from_the_command_line(capsys, monkeypatch, tmp_path):
    assert main([]) == 2
    assert main(["bcee"]) == 2
    assert "bcee: " in capsys.readouterr().err
    monkeypatch.setattr(gradients, "__path__", [str(tmp_path)])
    assert main(["squared_error"]) == 0
    assert (tmp_path / "squared_error.py").read_text(encoding="utf-8").startswith('r"""')


def test_a_derivation_of_ones_own(capsys, tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(
        "from dataclasses import replace\n"
        "from derivation.library.squared_error import derivation as squares\n"
        "def derivation():\n"
        "    return replace(squares(), name='mine')\n",
        encoding="utf-8",
    )
    assert main([str(path)]) == 0
    written = tmp_path / "mine_trainer.py"
    assert capsys.readouterr().out == f"{written}\n"
    text = written.read_text(encoding="utf-8")
    assert f"Regenerate with: python -m derivation.trainer {path}\n" in text
    assert module_of(text).FORMULAS.name == "mine"


def test_the_number_of_features_plays_no_part():
    """One module serves every d: its text names none, and the theorems hold for all d >= 1."""
    for width in (1, 2, 200, 20_000):
        row = [1.0] * width
        in_weights, in_bias = bce.gradient([row], [1.0], [0.0] * width, 0.0)
        assert in_weights == [-0.5] * width
        assert in_bias == -0.5
