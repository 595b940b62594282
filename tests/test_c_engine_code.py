"""Terms as C text."""

from __future__ import annotations

import pytest
from c_forms import FORMS, Form, form

from derivation.errors import UnsupportedError
from derivation.notation import read
from derivation.term import Mul, Number, Symbol
from derivation.trainer.c.source import c_source
from derivation.trainer.c.terms import c_lines

NAMES = {"z": "z", "y": "y"}


def values(*forms: Form) -> tuple[list[str], list[str]]:
    """The steps and the values of some forms."""
    lines = c_lines(forms, NAMES)
    return [f"{name} = {text}" for name, text in lines.steps], list(lines.values)


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("(1 - y) - z", "1.0 - y - z"),
        ("1 - (y - z)", "1.0 - (y - z)"),
        ("1 + (y - z)", "1.0 + (y - z)"),
        ("z - y + 1", "z - y + 1.0"),
        ("-(z + y)", "-(z + y)"),
        ("-(-z)", "-(-z)"),
        ("z (y - 1)", "z * (y - 1.0)"),
        ("z (y z)", "z * (y * z)"),
        ("z y z", "z * y * z"),
        ("-y z", "-(y * z)"),
        ("(z - y)^2", "(z - y) * (z - y)"),
        ("z^3", "z * z * z"),
        ("z/2", "z / 2.0"),
        (r"\frac{1}{3} z", "1.0 / 3.0 * z"),
        ("0.1 z", "0.1 * z"),
        (r"\pi z", "0x1.921fb54442d18p1 * z"),
    ],
)
def test_expressions_keep_their_grouping(term: str, text: str) -> None:
    assert values(form(term)) == ([], [text])


def test_factors_in_brackets_stay_together() -> None:
    term = Mul(Symbol("z"), Mul(Symbol("y"), Symbol("z")))
    assert values(Form(term, term)) == ([], ["z * (y * z)"])


def test_calls_and_divisions_are_steps_and_taken_once() -> None:
    one, other = form(r"e^{-z}/(1 + e^{-z})"), form(r"\log(1 + e^{-z})")
    steps, found = values(one, other)
    assert steps == ["u0 = exp_(-z)", "u1 = u0 / (1.0 + u0)", "u2 = log1p_(u0)"]
    assert found == ["u1", "u2"]


@pytest.mark.parametrize(
    ("term", "step"),
    [
        (r"\log(1 + z)", "log1p_(z)"),
        (r"\log(z + 1)", "log1p_(z)"),
        (r"\log(2 + z)", "log_(2.0 + z)"),
        (r"e^{z} - 1", "expm1_(z)"),
        (r"\sqrt{z}", "sqrt(z)"),
        (r"|z|", "fabs(z)"),
        (r"\max(z, y)", "greater_(z, y)"),
    ],
)
def test_functions(term: str, step: str) -> None:
    assert values(form(term)) == ([f"u0 = {step}"], ["u0"])


def test_the_sign_selects_operands_and_not_results() -> None:
    steps, found = values(form(r"1/(1 + e^{-z})", r"e^{z}/(1 + e^{z})"))
    assert steps == ["u0 = exp_(up ? -z : z)", "u1 = (up ? 1.0 : u0) / (1.0 + u0)"]
    assert found == ["u1"]


def test_steps_of_one_sign_alone() -> None:
    steps, found = values(form(r"\log(1 + e^{z})", r"e^{z} + e^{2 z}"))
    assert steps == ["u0 = exp_(z)", "u1 = log1p_(u0)", "u2 = exp_(2.0 * z)"]
    assert found == ["up ? u1 : u0 + u2"]
    steps, found = values(form("z", r"\sqrt{-z}"))
    assert (steps, found) == (["u0 = sqrt(-z)"], ["up ? z : u0"])


@pytest.mark.parametrize(
    "term", [r"\sin z", "z^y", "z^{20}", "q + z", r"\sum_{k=1}^{3} z", r"\Gamma(z)"]
)
def test_what_has_no_c_is_named(term: str) -> None:
    with pytest.raises(UnsupportedError, match="the C code cannot compute"):
        values(Form(*[read(term, syntax="latex", symbols=frozenset("zyq"))] * 2))


def test_a_number_beyond_the_floats_has_no_c() -> None:
    with pytest.raises(UnsupportedError, match="beyond the range of floats"):
        values(Form(Number("1e999"), Number("1e999")))


# ------------------------------------------------------------------------- whole files


def samples(source: str) -> str:
    """The loop over the samples."""
    start = source.index("static inline void some_samples")
    return source[start : source.index("\n}\n", start)]


def test_the_sum_of_log1p_is_the_log1p_of_a_product() -> None:
    text = samples(c_source(**FORMS["bce"], predictor="z", label="y"))
    assert "log1p" not in text
    assert "growth[i] = u0;" in text
    assert "loss[i] = up ? z * (1.0 - y) : -(y * z);" in text


@pytest.mark.parametrize(
    "loss",
    [
        form(r"\log(1 + e^{z})", r"\log(1 + e^{z})"),  # e^z may be large: 256 factors overflow
        form(r"2 \log(1 + e^{-z})", r"2 \log(1 + e^{z})"),
        form(r"\log(1 + e^{-z}) - y", r"y - \log(1 + e^{z})"),
    ],
)
def test_other_logarithms_are_taken_sample_by_sample(loss: Form) -> None:
    text = samples(c_source(**{**FORMS["bce"], "loss": loss}, predictor="z", label="y"))
    assert "log1p_(u" in text
    assert "growth[i] = 0.0;" in text


def test_a_pivot_that_is_a_term_has_a_name() -> None:
    pivot = Mul(Symbol("y"), Symbol("z"))
    names = frozenset("zy")
    forms = {
        key: Form(*(read(text, symbols=names, syntax="latex") for text in texts), pivot)
        for key, texts in {
            "loss": (r"\log(1 + e^{-(y z)})", r"\log(1 + e^{y z}) - y z"),
            "residual": (r"-y e^{-(y z)}/(1 + e^{-(y z)})", r"-y/(1 + e^{y z})"),
        }.items()
    }
    text = samples(
        c_source(**forms, prediction=FORMS["bce"]["prediction"], predictor="z", label="y")
    )
    assert "const double pivot = y * z;" in text
    assert "const int up = pivot >= 0.0;" in text
    assert "exp_(up ? -pivot : pivot)" in text


def test_names_of_the_theorems_do_not_matter() -> None:
    names = {"z": Symbol("eta"), "y": Symbol("t")}
    from derivation.term import substitute

    renamed = {
        key: Form(*(substitute(t, names) for t in (f.nonnegative, f.negative)), Symbol("eta"))
        for key, f in FORMS["bce"].items()
    }
    assert c_source(**renamed, predictor="eta", label="t") == c_source(
        **FORMS["bce"], predictor="z", label="y"
    )


def test_a_title_cannot_end_its_comment() -> None:
    text = c_source(**FORMS["poisson"], predictor="z", label="y", title="a */ #error\nb")
    assert text.startswith("/* a #error b\n")


def test_what_is_not_needed_is_not_there() -> None:
    bare = {key: FORMS["squared error"][key] for key in ("loss", "residual", "prediction")}
    text = c_source(**bare, predictor="z", label="y")
    assert "derive_second_sums" not in text
    assert "exp_" not in text
    assert "derive_gram_sums" in text
