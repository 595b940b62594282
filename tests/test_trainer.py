"""Extraction, generation, CSV data, and fitted models."""

from __future__ import annotations

import json
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
from derivation.errors import DataError, StructureError, UnsupportedError
from derivation.gradients import bce
from derivation.library import load
from derivation.notation import read, read_equation
from derivation.term import Term
from derivation.trainer import Model, Table, fit, generate, load_csv, predict
from derivation.trainer.__main__ import main
from derivation.trainer.bounds import Curvature, curvature_of
from derivation.trainer.code import block
from derivation.trainer.generator import theorems_sha256, write_module
from derivation.trainer.problem import extract
from derivation.trainer.spelling import Spelling

IRIS = Path(bce.__file__).parents[1] / "data" / "iris.csv"


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
    return Claim(
        Domain.parse(given),
        tuple(Defined(*read_equation(d, syntax="latex")) for d in definitions),
        lhs,
        rhs,
    )


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
IN_W = r"\frac{\partial L}{\partial w_j} = \frac{1}{m} \sum_{i=1}^{m} (h^{(i)} - y^{(i)}) x^{(i)}_j"
IN_B = r"\frac{\partial L}{\partial b} = \frac{1}{m} \sum_{i=1}^{m} (h^{(i)} - y^{(i)})"
LOSS = r"-y \log(\text{sigmoid}(z)) - (1-y)\log(1-\text{sigmoid}(z))"
FORMS = (
    (LOSS + r" = (1-y) z + \log(1+e^{-z})", "z >= 0"),
    (LOSS + r" = \log(1+e^{z}) - y z", "z < 0"),
    (r"\text{sigmoid}(z) = \frac{1}{1+e^{-z}}", "z >= 0"),
    (r"\text{sigmoid}(z) = \frac{e^{z}}{1+e^{z}}", "z < 0"),
    (r"\text{sigmoid}(z) - y = (1 - y) - \frac{e^{-z}}{1+e^{-z}}", "z >= 0"),
    (r"\text{sigmoid}(z) - y = \frac{e^{z}}{1+e^{z}} - y", "z < 0"),
)
QUARTER = Curvature(Fraction(1, 4), "assumed in this test")


def logistic():
    forms = [claim(equation, f"y real, {where}") for equation, where in FORMS]
    return [claim(IN_W, GIVEN, LOGISTIC), claim(IN_B, GIVEN, LOGISTIC), *forms]


def changed(position, equation=None, given=None, definitions=None):
    """The logistic statements with one of them replaced."""
    claims = logistic()
    old = claims[position]
    new = claim(equation, "x real") if equation else old
    claims[position] = replace(
        old,
        lhs=new.lhs,
        rhs=new.rhs,
        domain=Domain.parse(given) if given else old.domain,
        definitions=old.definitions
        if definitions is None
        else tuple(Defined(*read_equation(d, syntax="latex")) for d in definitions),
    )
    return claims


def redefined(old, new):
    """The logistic statements with one definition written differently."""
    definitions = [d.replace(old, new) for d in LOGISTIC]
    assert definitions != list(LOGISTIC)
    return [claim(IN_W, GIVEN, definitions), claim(IN_B, GIVEN, definitions), *logistic()[2:]]


def defined(position, definition):
    """The logistic statements; one of them (both gradients for 0) has one more definition."""
    claims = logistic()
    more = Defined(*read_equation(definition, syntax="latex"))
    for k in (0, 1) if position == 0 else (position,):
        claims[k] = replace(claims[k], definitions=(*claims[k].definitions, more))
    return claims


def module_of(text):
    module = types.ModuleType("generated")
    sys.modules[module.__name__] = module  # where dataclasses look for it
    exec(compile(text, "generated", "exec"), module.__dict__)  # noqa: S102  # what is under test
    return module


ROWS = [[0.5, -1.0], [2.0, 0.25], [-30.0, 4.0], [1.0, 800.0]]
LABELS = [0.0, 1.0, 1.0, 0.25]


# -------------------------------------------------------------------------- extraction


def test_names_come_from_the_theorems():
    names = extract(logistic()).names
    assert (names.features, names.labels, names.weights, names.bias) == ("x", "y", "w", "b")
    assert (names.predictor, names.prediction, names.loss) == ("z", "h", "L")


def test_only_the_theorems_in_use_count():
    unrelated = claim(r"(a + 1)^2 = a^2 + 2 a + 1", "a real")
    problem = extract([unrelated, *logistic()])
    assert unrelated not in problem.statements
    assert len(problem.statements) == 8


def test_a_function_may_be_defined_where_it_is_used():
    sigmoid = r"\text{sigmoid}(x) = \frac{1}{1 + e^{-x}}"
    assert extract(defined(0, sigmoid)).loss == extract(logistic()).loss
    assert extract(defined(4, sigmoid)).prediction == extract(logistic()).prediction


def test_either_way_of_writing_a_mean_and_a_product():
    swapped = (
        r"\frac{\partial L}{\partial w_j} = "
        r"\frac{\sum_{n=1}^{m} x^{(n)}_j (h^{(n)} - y^{(n)})}{m}"
    )
    assert extract(changed(0, swapped)).residual == extract(logistic()).residual


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

    definitions = [rename(text) for text in LOGISTIC]
    claims = [claim(rename(text), rename(GIVEN), definitions) for text in (IN_W, IN_B)]
    problem = extract(claims + logistic()[2:])
    names = problem.names
    assert (names.features, names.labels, names.weights, names.bias) == ("u", "t", "lambda", "c")
    text = write_module(problem, "other", "Another one", QUARTER)
    assert "def loss(\n    U: " in text
    assert "lambda_: Iterable[float]" in text
    module = module_of(text)
    assert module.loss(ROWS, LABELS, [1.0, -2.0], 0.5) == bce.loss(ROWS, LABELS, [1.0, -2.0], 0.5)
    assert module.gradient(ROWS, LABELS, [1.0, -2.0], 0.5) == bce.gradient(
        ROWS, LABELS, [1.0, -2.0], 0.5
    )
    assert module.train(ROWS, LABELS, epochs=9).history == bce.train(ROWS, LABELS, epochs=9).history


def test_names_that_the_module_needs_itself_are_respelt():
    spelling = Spelling.of(replace(extract(logistic()).names, bias="rows", predictor="exp"))
    assert (spelling.bias, spelling.predictor) == ("rows_", "exp_")
    with pytest.raises(UnsupportedError, match="called the same"):
        Spelling.of(replace(extract(logistic()).names, bias="w"))


def test_squared_error_needs_no_stable_forms():
    """Least squares: another loss, another residual, no sign of z, no bound on labels."""
    definitions = (
        r"L = \frac{1}{m} \sum_{i=1}^{m} \frac{(h^{(i)} - y^{(i)})^2}{2}",
        r"h^{(i)} = z^{(i)}",
        PREDICTOR,
    )
    problem = extract([claim(IN_W, GIVEN, definitions), claim(IN_B, GIVEN, definitions)])
    curvature = Curvature(Fraction(1), "assumed in this test")
    module = module_of(write_module(problem, "line", "Least squares", curvature))
    rows, labels = [[1.0], [2.0], [4.0]], [5.0, 3.0, -1.0]
    result = module.train(rows, labels, epochs=5000)
    assert result.converged
    assert [*result.w, result.b] == pytest.approx([-2.0, 7.0], abs=1e-6)
    assert module.predict([[10.0]], [-2.0], 7.0) == [-13.0]
    assert module.loss(rows, labels, [0.0], 0.0) == pytest.approx((25 + 9 + 1) / 6)


@pytest.mark.parametrize(
    ("claims", "message"),
    [
        (lambda: logistic()[1:], "no theorem gives the gradient in the weights"),
        (lambda: logistic()[:1] + logistic()[2:], "no theorem gives the gradient in the bias"),
        (
            lambda: changed(1, IN_B.replace("h^{(i)} - y^{(i)}", "y^{(i)} - h^{(i)}")),
            "gradient in the bias",
        ),
        (lambda: changed(1, IN_B.replace("_{i=1}", "_{i=2}")), "gradient in the bias"),
        (lambda: changed(0, IN_W.replace("{1}{m}", "{1}{d}")), "gradient in the weights"),
        (lambda: changed(0, IN_W.replace("y^{(i)}", "y^{(j)}")), "gradient in the weights"),
        (lambda: [replace(c, conditions=("m != 2",)) for c in logistic()], "in the weights"),
        (lambda: changed(1, definitions=LOGISTIC[1:]), "under the same definitions"),
        (lambda: redefined(r"L = \frac{1}{m}", "L = "), "the loss is not a mean"),
        (lambda: redefined("^{d} x", "^{m} x"), "no definition of a linear predictor"),
        (lambda: redefined(" + b", " - b"), "no definition of a linear predictor"),
        (lambda: redefined("-y^{(i)} \\log", "-y^{(m)} \\log"), "its own z and y only"),
        (lambda: redefined("-y^{(i)} \\log", "-m y^{(i)} \\log"), "depends on m too"),
        (lambda: redefined("-y^{(i)} \\log", "-v^{(i)} \\log"), "must depend on one label"),
        (lambda: redefined("-y^{(i)} \\log", "-2 y^{(i)} \\log"), "compute the loss of one"),
        (lambda: changed(0, given=GIVEN.replace("b real", "b > 0")), "declare b real"),
        (lambda: changed(0, given=GIVEN.replace("d] real, y", "d] > 0, y")), "declare x real"),
        (lambda: changed(0, given=GIVEN.replace("y[1..m] real", "y[1..m] in {0, 1}")), "interval"),
        (lambda: defined(0, r"\text{sigmoid}(x) = 2 x"), "compute the loss of one sample"),
        (lambda: defined(4, r"\text{sigmoid}(x) = 2 x"), "compute the prediction where z >= 0"),
        (lambda: defined(4, "z = 1"), "compute the prediction where z >= 0"),
        (lambda: changed(0, given=GIVEN.replace("y[1..m]", "y[1..d]")), "the same samples"),
        (lambda: changed(0, given=GIVEN.replace("x[1..m", "x[1..d")), "the same samples"),
        (lambda: logistic()[:-1], "compute the residual of one sample where z < 0"),
        (lambda: logistic()[:2] + logistic()[3:], "compute the loss of one sample where z >= 0"),
        (lambda: changed(4, given="z > 0"), "compute the prediction where z >= 0"),
        (lambda: changed(4, given="z >= 1"), "compute the prediction where z >= 0"),
        (lambda: changed(4, given="z in {1, 2}"), "compute the prediction where z >= 0"),
        (lambda: changed(6, given="y > 0, z >= 0"), "compute the residual of one sample"),
        (lambda: changed(6, r"\text{sigmoid}(z) - z = 1 - z"), "compute the residual"),
        (lambda: changed(4, r"\text{sigmoid}(z) = \frac{1}{a}"), "compute the prediction"),
    ],
)
def test_what_is_missing_is_said(claims, message):
    with pytest.raises(UnsupportedError, match=message):
        extract(claims())


def test_labels_keep_to_the_domain_of_the_theorem():
    given = GIVEN.replace("y[1..m] real", "0 < y[1..m] <= 1/2")
    claims = [claim(IN_W, given, LOGISTIC), claim(IN_B, given, LOGISTIC), *logistic()[2:]]
    module = module_of(write_module(extract(claims), "part", "A part", QUARTER))
    assert module.loss([[1.0]], [0.5], [0.0], 0.0) == pytest.approx(math.log(2))
    for label in (0.0, 0.75):
        with pytest.raises(ValueError, match=r"y\[0\] is"):
            module.loss([[1.0]], [label], [0.0], 0.0)


# -------------------------------------------------------------------------------- code


def test_grouping_survives():
    """(1 - y) - t keeps its digits; -t - y + 1 would be 0."""
    code = block([read("(1 - y) - t")], frozenset({"y", "t"}))
    assert eval(code.values[0], {"y": 1.0, "t": 1e-20}) == -1e-20  # noqa: S307  # under test


def test_log1p_and_shared_exponentials():
    terms = [read(r"\log(1 + e^{-z})"), read(r"\frac{e^{-z}}{1 + e^{-z}}")]
    code = block(terms, frozenset({"z"}))
    assert code.assignments == (("u", "exp(-z)"),)
    assert code.values[0] == "log1p(u)"
    assert code.imports == {"exp", "log1p"}
    with pytest.raises(UnsupportedError, match="math module cannot compute"):
        block([read("digamma(z)", syntax="python")], frozenset({"z"}))


def test_fresh_names_avoid_taken_ones():
    code = block([read(r"e^{u} + e^{u} v")], frozenset({"u", "v"}))
    assert code.assignments == (("s", "exp(u)"),)


# -------------------------------------------------------------------- generated module


@pytest.fixture(scope="module")
def checked():
    return verify(load("bce"))


def test_the_committed_module_is_what_the_theorems_give(checked):
    assert generate(checked) == Path(bce.__file__).read_text(encoding="utf-8"), (
        "derivation/gradients/bce.py has drifted; run: python -m derivation.trainer bce"
    )


def test_only_checked_derivations_are_trained():
    with pytest.raises(StructureError, match=r"verify\(\)"):
        generate(load("bce"))


def test_the_bound_of_the_curvature_is_proved():
    assert curvature_of(extract(logistic())).bound == Fraction(1, 4)
    tripled = [
        replace(c, rhs=read(r"\frac{1}{m} \sum_{i=1}^{m} (3 h^{(i)} - y^{(i)})" + tail))
        for c, tail in zip(logistic()[:2], (" x^{(i)}_j", ""), strict=True)
    ]
    forms = [claim(r"3 \text{sigmoid}(z) - y = 3 \frac{1}{1 + e^{-z}} - y", "y real, z real")]
    with pytest.raises(UnsupportedError, match="no safe learning rate"):
        curvature_of(extract(tripled + logistic()[2:] + forms))


def test_digest_depends_on_every_part():
    claims = logistic()
    digest = theorems_sha256(claims)
    assert digest == theorems_sha256(logistic())
    others = [
        changed(0, IN_W.replace("h^{(i)} - y", "h^{(i)} + y")),
        changed(2, given="y real, z > 0"),
        changed(1, definitions=LOGISTIC[:3]),
        claims[1:],
    ]
    assert digest not in {theorems_sha256(other) for other in others}


def test_regenerating_from_the_command_line_says_what_is_wrong(capsys):
    assert main([]) == 2
    assert main(["bcee"]) == 2
    assert "bcee: " in capsys.readouterr().err


# --------------------------------------------------------------------------------- CSV


def write(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "data.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_iris():
    table = load_csv(IRIS, "virginica")
    assert table.features == ("sepal_length", "sepal_width", "petal_length", "petal_width")
    assert len(table.rows) == len(table.labels) == 100
    assert table.rows[0] == (7.0, 3.2, 4.7, 1.4)
    assert table.rows[-1] == (5.9, 3.0, 5.1, 1.8)
    assert table.labels == (0.0,) * 50 + (1.0,) * 50


def test_chosen_columns_byte_order_mark_quotes_and_blank_lines(tmp_path):
    path = write(tmp_path, '\ufeffa,"b, c",t\r\n\r\n1,"2",0\r\n 3 ,4e0,1\r\n')
    table = load_csv(path, "t", features=["b, c", "a"])
    assert table == Table(("b, c", "a"), ((2.0, 1.0), (4.0, 3.0)), "t", (0.0, 1.0))
    assert load_csv(path).features == ("a", "b, c", "t")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("a,t\n", "no rows"),
        ("a,b\n1,0\n", r"no column 't'\. There are: a, b"),
        ("a,tt\n1,0\n", r"no column 't'\. Did you mean 'tt'\?"),
        ("t\n0\n1\n", "nothing to learn from"),
        ("a,a,t\n1,2,0\n", "two columns are called 'a'"),
        ("a,,t\n1,2,0\n", "column 2 has no name"),
        ("a;t\n1;0\n", "separates its columns by semicolons"),
        ("a\tt\n1\t0\n", "separates its columns by tabs"),
        ("a,t\n1,0\n,1\n", "line 3, column 'a': the cell is empty"),
        ("a,t\n1,0\n2,\n", "line 3, column 't': the cell is empty"),
        ("a,t\n1,0\nx,1\n", "line 3, column 'a': 'x' is not a number"),
        ("a,t\n1_0,0\n", "'1_0' is not a number"),
        ('a,t\n"1,5",0\n', "'1,5' is not a number; write decimals with a point"),
        ("a,t\nnan,0\n", "'nan' is not a finite number"),
        ("a,t\n1e999,0\n", "'1e999' is not a finite number"),
        ("a,t\n1,0\n1,2,3\n", "line 3: 3 cells, but the header names 2"),
        ("a,t\n1,1\n2,1\n", "every label in column 't' is 1"),
        ('a,t\n"1,0\n', "not CSV"),
    ],
)
def test_unusable_csv(tmp_path, text, message):
    with pytest.raises(DataError, match=message):
        load_csv(write(tmp_path, text), "t")


def test_unreadable_files(tmp_path):
    with pytest.raises(DataError, match="there is no file"):
        load_csv(tmp_path / "absent.csv", "t")
    with pytest.raises(DataError, match="cannot read"):
        load_csv(tmp_path, "t")
    with pytest.raises(DataError, match="not UTF-8"):
        load_csv(write(tmp_path, "é,t\n1,0\n", "latin-1"), "t")


# --------------------------------------------------------------------------------- fit


def test_coefficients_are_those_of_the_original_columns():
    """The optimum on the columns as they are, found by Newton's method in 50 digits."""
    model = fit(load_csv(IRIS, "virginica"))
    assert model.converged
    assert model.weights == pytest.approx((-2.4652, -6.6809, 9.4294, 18.2861), abs=1e-4)
    assert model.bias == pytest.approx(-42.6378, abs=1e-3)
    table = load_csv(IRIS, "virginica")
    assert model.loss == pytest.approx(
        bce.loss(table.rows, table.labels, model.weights, model.bias), rel=1e-12
    )
    right = sum(
        (p >= 0.5) == (y == 1.0) for p, y in zip(predict(model, table), table.labels, strict=True)
    )
    assert model.accuracy == right / 100 == 0.98


def test_standardizing_changes_the_way_not_the_goal():
    table = Table(("a",), ((1.0,), (2.0,), (3.0,), (4.0,)), "t", (0.0, 1.0, 0.0, 1.0))
    with_scaling = fit(table, epochs=5000)
    without = fit(table, epochs=5000, standardize=False, method="gd")
    assert (with_scaling.standardized, without.standardized) == (True, False)
    assert with_scaling.converged
    assert without.converged
    assert with_scaling.weights == pytest.approx(without.weights, rel=1e-5)
    assert with_scaling.bias == pytest.approx(without.bias, rel=1e-5)


def test_constant_column_gets_no_weight():
    rows = ((1.0, 0.1), (2.0, 0.1), (3.0, 0.1), (4.0, 0.1))
    model = fit(Table(("a", "same"), rows, "t", (0.0, 1.0, 0.0, 1.0)))
    assert model.weights[1] == pytest.approx(0.0, abs=1e-12)
    assert math.isfinite(model.bias)


def test_summary_names_everything():
    text = fit(load_csv(IRIS, "virginica"), epochs=10).summary()
    for word in ("(intercept)", "petal_width", "loss", "10 (not converged", "accuracy", "100 rows"):
        assert word in text


@pytest.mark.parametrize(
    ("table", "settings", "message"),
    [
        (Table(("a",), ((1.0,), (2.0,)), "t", (1.0, 2.0)), {}, r"cannot fit 't': y\[1\] is 2"),
        (Table(("a",), ((1.0,), (2.0,))), {}, "no target"),
        (Table(("a",), ((1e300,), (-1e300,)), "t", (0.0, 1.0)), {}, "too large"),
        (Table(("a",), ((1.0,), (2.0,)), "t", (0.0, 1.0)), {"epochs": -1}, "epochs is -1"),
    ],
)
def test_data_that_cannot_be_fitted(table, settings, message):
    with pytest.raises(DataError, match=message):
        fit(table, **settings)


def test_unknown_derivation():
    with pytest.raises(StructureError, match="Did you mean 'bce'"):
        fit(load_csv(IRIS, "virginica"), "bc")
    assert "bce" in {path.stem for path in Path(gradients.__path__[0]).glob("*.py")}


# ------------------------------------------------------------------------- model files


@pytest.fixture
def model():
    return fit(load_csv(IRIS, "virginica"), epochs=5)


def test_model_file_round_trip(model, tmp_path):
    path = tmp_path / "model.json"
    model.save(path)
    assert Model.load(path) == model
    model.save(path)  # over an old one
    assert [entry.name for entry in tmp_path.iterdir()] == ["model.json"]
    assert json.loads(path.read_text(encoding="utf-8"))["theorems"] == bce.THEOREMS_SHA256


def test_a_model_that_cannot_be_written_leaves_nothing(model, tmp_path):
    with pytest.raises(DataError, match="cannot write"):
        model.save(tmp_path / "absent" / "model.json")
    (tmp_path / "folder").mkdir()
    with pytest.raises(DataError, match="cannot write"):
        model.save(tmp_path / "folder")
    assert [entry.name for entry in tmp_path.iterdir()] == ["folder"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": "other"}, "not a model"),
        ({"weights": None}, "'weights' is None"),
        ({"weights": [1.0]}, "1 weights for 4 features"),
        ({"weights": [1.0, "2", 3.0, 4.0]}, "finite numbers"),
        ({"bias": float("inf")}, "finite numbers"),
        ({"epochs": True}, "'epochs' is True"),
        ({"features": [1, 2, 3, 4]}, "must be text"),
    ],
)
def test_damaged_model_files(model, tmp_path, change, message):
    path = tmp_path / "model.json"
    model.save(path)
    values = json.loads(path.read_text(encoding="utf-8")) | change
    path.write_text(json.dumps(values), encoding="utf-8")
    with pytest.raises(DataError, match=message):
        Model.load(path)


def test_model_files_that_are_none(model, tmp_path):
    path = tmp_path / "model.json"
    with pytest.raises(DataError, match="there is no model file"):
        Model.load(path)
    for content in (b"", b"{", b"[1]", b"\xff"):
        path.write_bytes(content)
        with pytest.raises(DataError, match="is not a model"):
            Model.load(path)
    model.save(path)
    values = json.loads(path.read_text(encoding="utf-8"))
    del values["bias"]
    path.write_text(json.dumps(values), encoding="utf-8")
    with pytest.raises(DataError, match="'bias' is missing"):
        Model.load(path)


def test_predict_finds_columns_by_name(model):
    table = load_csv(IRIS, "virginica")
    order = [3, 1, 0, 2]
    shuffled = Table(
        tuple(table.features[k] for k in order),
        tuple(tuple(row[k] for k in order) for row in table.rows),
    )
    assert predict(model, shuffled) == predict(model, table)
    missing = Table(("petal_widht",), ((1.0,),))
    with pytest.raises(DataError, match="no column 'sepal_length'"):
        predict(model, missing)
    with pytest.raises(DataError, match="cannot predict"):
        predict(replace(model, weights=(1e308,) * 4), table)
