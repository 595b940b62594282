from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import FUNCTIONS, SYMBOLS, terms

from derivation.errors import UnreadableError
from derivation.notation import read, read_equation, to_python
from derivation.term import (
    Add,
    Call,
    Constant,
    Derivative,
    Div,
    Indexed,
    Mul,
    Neg,
    Number,
    Piecewise,
    Pow,
    Relation,
    RelationSign,
    Span,
    Sub,
    Sum,
    Symbol,
    Term,
    plain,
    walk,
)

A, B, C, INDEX, J, M, N, X = (Symbol(name) for name in "abcijmnx")
ONE, TWO = Number("1"), Number("2")


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("a - b - c", Sub(Sub(A, B), C)),
        ("a - (b - c)", Sub(A, Sub(B, C))),
        ("-a*b", Neg(Mul(A, B))),
        ("(-a)*b", Mul(Neg(A), B)),
        ("-a*b/c + 1", Add(Neg(Div(Mul(A, B), C)), ONE)),
        ("a*-b", Mul(A, Neg(B))),
        ("-x**2", Neg(Pow(X, TWO))),
        ("x**-1", Pow(X, Neg(ONE))),
        ("x**a**b", Pow(X, Pow(A, B))),
        ("0.50", Number("0.50")),
        ("x[i]", Indexed("x", (INDEX,))),
        ("x[i, j + 1]", Indexed("x", (INDEX, Add(J, ONE)))),
        ("E**x + pi", Add(Pow(Constant("e"), X), Constant("pi"))),
        ("max(a, abs(x))", Call("Max", (A, Call("Abs", (X,))))),
        ("Sum(x[i], (i, 1, m))", Sum(Indexed("x", (INDEX,)), "i", ONE, M)),
        ("Sum(x, (i,1,m), (j,1,n))", Sum(Sum(X, "i", ONE, M), "j", ONE, N)),
        ("Derivative(f(x), x, 2)", Derivative(Call("f", (X,)), X, 2)),
        ("Derivative(x, a, b)", Derivative(Derivative(X, A), B)),
        ("Prime(Prime(f(x)))", Call("f", (X,), primes=2)),
        ("Delta(i, j)", Call("Delta", (INDEX, J))),
        (
            "Piecewise((x, x >= 0), (-x, True))",
            Piecewise(((X, Relation(X, RelationSign.GE, Number("0"))), (Neg(X), None))),
        ),
        ("lambda_*α", Mul(Symbol("lambda"), Symbol("alpha"))),
        (" (a\n + b) ", Add(A, B)),
        ("a × b − c", Sub(Mul(A, B), C)),
    ],
)
def test_reads_what_was_written(text, term):
    assert read(text, syntax="python") == term
    assert plain(read(to_python(term), syntax="python")) == plain(term)


def test_spans_count_characters_not_bytes():
    text = "α + βγ*f(x)"
    assert [node.span for node in walk(read(text))] == [
        Span(0, 11), Span(0, 1), Span(4, 11), Span(4, 6), Span(7, 11), Span(9, 10),
    ]  # fmt: skip


def test_declared_names():
    declared = {"functions": frozenset({"E"}), "symbols": frozenset({"y", "pi"})}
    assert read("E(pi)", **declared) == Call("E", (Symbol("pi"),))
    with pytest.raises(UnreadableError, match=r"Write y\*"):
        read("y(1 - x)", **declared)


def test_equations():
    assert read_equation("a = b == c") == (A, B, C)
    assert read_equation("= b") == (B,)
    with pytest.raises(UnreadableError, match="missing") as caught:
        read_equation("a = ")
    assert caught.value.position == 3
    with pytest.raises(UnreadableError) as caught:
        read_equation("a = b.c")
    assert caught.value.position == 4


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        ("1 + x.real", 4, "attribute"),
        ("lambda x: x", 8, "not allowed"),
        ("a + 'text'", 4, "Strings are not allowed"),
        ("f(x=1)", 0, "keyword|Python syntax"),
        ("a if b else c", 0, "conditional"),
        ("[a for a in b]", 0, "comprehension"),
        ("a + [b, c]", 4, "a list"),
        ("a and b", 0, "'and'"),
        ("__import__('os')", 11, "not allowed"),
        ("eval(x)", 0, "not run"),
        ("x^2", 1, r"x\*\*2"),
        ("3 + 2x", 4, "2\\*x"),
        ("1e5", 0, "neither a number nor a name"),
        ("0x10", 0, "neither a number nor a name"),
        ("(a + b", 0, "never closed"),
        ("a + b)", 5, "closes nothing"),
        ("a) + (b", 1, "closes nothing"),
        ("x < 1", 0, "comparison"),
        ("a + +b", 4, "plus"),
        ("a // b", 0, "operator"),
        ("(a + b)(c)", 0, "named function"),
        ("Sum(x)", 0, "range"),
        ("Sum(x, i)", 7, "range"),
        ("Derivative(x, 2*y)", 14, "variable"),
        ("Derivative(x, x, 101)", 17, "order"),
        ("Piecewise((1, True), (2, x > 0))", 14, "always"),
        ("Piecewise((1, 0 < x < 1))", 14, "one comparison"),
        ("Integral(x, x)", 0, "not supported"),
        ("f()", 0, "no arguments"),
        ("log(x, 2)", 0, "log\\(b\\)"),
        ("x[i][j]", 0, "only a name"),
        ("ﬁ + x", 0, "would be read as"),
        ("a, b", 0, "tuple"),
        ("True", 0, "formula"),
        ("", 0, "no formula"),
    ],
)
def test_errors_point_at_the_place(text, position, message):
    with pytest.raises(UnreadableError) as caught:
        read(text, syntax="python")
    assert re.search(message, str(caught.value))
    assert caught.value.position == position


@pytest.mark.parametrize(
    "text",
    [
        "(" * 151 + "x" + ")" * 151,
        "x" + "+x" * 20_000,
        "-" * 50_000 + "x",
        "x" + "**x" * 20_000,
        "f(" * 5000 + "x" + ")" * 5000,
        "1" * 2000,
        "x" * 100_001,
    ],
    ids=range(7),
)
def test_too_large_a_formula_is_refused(text):
    with pytest.raises(UnreadableError):
        read(text, syntax="python")


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(terms())
def test_reading_is_the_inverse_of_printing(term):
    text = to_python(term)
    found = read(text, functions=FUNCTIONS, symbols=SYMBOLS, syntax="python")
    assert plain(found) == plain(term)


_PIECES = [
    "**", "Sum(", "Derivative(", "(i,1,m)", "Prime(", "Piecewise(", "True", "E", "lambda", " if ",
    " else ", " for ", " in ", " not ", "==", "1e5", "α", "ﬁ", "가", "\x00",
    *"()[]xyf12+-*/,.=<>! '",
]  # fmt: skip


@settings(max_examples=1500, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(_PIECES) | st.text(max_size=2), max_size=14).map("".join))
def test_any_text_is_read_or_refused(text):
    try:
        sides = read_equation(text, syntax="python")
    except UnreadableError:
        return
    assert all(isinstance(side, Term) for side in sides)
