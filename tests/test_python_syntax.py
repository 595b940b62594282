from __future__ import annotations

import re
import time
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import FUNCTIONS, SYMBOLS, terms

from derivation.errors import UnreadableError
from derivation.notation import read, read_equation, to_python
from derivation.term import (
    Add,
    And,
    Call,
    Constant,
    Derivative,
    Div,
    Indexed,
    Integral,
    Mul,
    Neg,
    Not,
    Number,
    Or,
    Piecewise,
    Pow,
    Product,
    Relation,
    RelationSign,
    Span,
    Sub,
    Sum,
    Symbol,
    Term,
    number,
    plain,
    walk,
)

A, B, C, INDEX, J, M, N, X = (Symbol(name) for name in "abcijmnx")
ONE, TWO = Number("1"), Number("2")
INFINITY = Constant("inf")


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
        ("Product(x, (i, 1, m))", Product(X, "i", ONE, M)),
        ("Product(x, (i, 1, j), (j, 1, n))", Product(Product(X, "i", ONE, J), "j", ONE, N)),
        ("Integral(x, (x, a, b))", Integral(X, "x", A, B)),
        ("Integral(x, (x, -oo, oo))", Integral(X, "x", Neg(INFINITY), INFINITY)),
        ("integrate(x, (x, -inf, inf))", Integral(X, "x", Neg(INFINITY), INFINITY)),
        ("Sum(E, (E, 1, n)) + E", Add(Sum(Symbol("E"), "E", ONE, N), Constant("e"))),
        ("Sum(i, (i, 1, E))", Sum(INDEX, "i", ONE, Constant("e"))),
        ("EulerGamma", Constant("EulerGamma")),
        ("log(x, 2)", Div(Call("log", (X,)), Call("log", (TWO,)))),
        ("digamma(x)", Call("digamma", (X,))),
        ("digamma(x, 2)", Call("polygamma", (TWO, X))),
        ("polygamma(2, x)", Call("polygamma", (TWO, X))),
        ("cbrt(x)", Pow(X, Div(ONE, Number("3")))),
        ("Heaviside(x, 1)", Call("Heaviside", (X, ONE))),
        ("Min(a, b, c)", Call("Min", (A, B, C))),
        ("1e-30*x", Mul(Number("1e-30"), X)),
        ("1.e3 + .5E+2", Add(Number("1.e3"), Number(".5E+2"))),
        ("Derivative(x, (a, 2), b)", Derivative(Derivative(X, A, 2), B)),
        (
            "S + I*N - O/Q",
            Sub(Add(Symbol("S"), Mul(Symbol("I"), Symbol("N"))), Div(Symbol("O"), Symbol("Q"))),
        ),
        ("lambda_*α", Mul(Symbol("lambda"), Symbol("alpha"))),
        (" (a\n + b) ", Add(A, B)),
        ("a × b − c", Sub(Mul(A, B), C)),
    ],
)
def test_reads_what_was_written(text, term):
    assert read(text, syntax="python") == term
    assert plain(read(to_python(term), syntax="python")) == plain(term)


POSITIVE = Relation(X, RelationSign.GT, Number("0"))
BELOW_ONE = Relation(X, RelationSign.LE, ONE)
DIFFERENT = Relation(X, RelationSign.NE, A)


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("x > 0 and x <= 1", And(POSITIVE, BELOW_ONE)),
        ("(x > 0) & (x <= 1)", And(POSITIVE, BELOW_ONE)),
        ("And(x > 0, x <= 1)", And(POSITIVE, BELOW_ONE)),
        ("0 < x <= 1", And(Relation(Number("0"), RelationSign.LT, X), BELOW_ONE)),
        ("x > 0 and x <= 1 and x != a", And(And(POSITIVE, BELOW_ONE), DIFFERENT)),
        ("x > 0 and (x <= 1 and x != a)", And(POSITIVE, And(BELOW_ONE, DIFFERENT))),
        ("x > 0 or x <= 1 and x != a", Or(POSITIVE, And(BELOW_ONE, DIFFERENT))),
        ("(x > 0 or x <= 1) and x != a", And(Or(POSITIVE, BELOW_ONE), DIFFERENT)),
        ("Or(x > 0, x <= 1, Ne(x, a))", Or(Or(POSITIVE, BELOW_ONE), DIFFERENT)),
        ("(x > 0) | (x <= 1)", Or(POSITIVE, BELOW_ONE)),
        ("not x > 0", Not(POSITIVE)),
        ("~(x > 0)", Not(POSITIVE)),
        ("Not(Gt(x, 0))", Not(POSITIVE)),
        ("not (x > 0 or x <= 1)", Not(Or(POSITIVE, BELOW_ONE))),
        ("x == a", Relation(X, RelationSign.EQ, A)),
        ("Eq(x, a)", Relation(X, RelationSign.EQ, A)),
    ],
)
def test_conditions(text, condition):
    term = read(f"Piecewise((a, {text}), (b, True))", syntax="python")
    assert term == Piecewise(((A, condition), (B, None)))
    assert read(to_python(term), syntax="python") == term


def test_a_branch_that_is_never_taken_is_left_out():
    assert read("Piecewise((a, False), (b, x > 0))") == Piecewise(((B, POSITIVE),))


def test_numbers_are_exact_however_long():
    assert read("1e-30").value == Fraction(1, 10**30)
    assert read("2.5E-3").value == Fraction(1, 400)
    assert read("1e400").value == 10**400
    assert read("1.e3").value == 1000
    assert read("1" * 10_000).value == (10**10_000 - 1) // 9
    assert read("0." + "1" * 9_999).value == Fraction((10**9_999 - 1) // 9, 10**9_999)
    long = number(Fraction(10**9_000, 3))
    assert to_python(long) == "1" + "0" * 9_000 + "/3"
    with pytest.raises(ValueError, match="decimal"):
        Number("1e5001").value  # noqa: B018


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
        ("1e5x", 0, "neither a number nor a name"),
        ("1e", 0, "neither a number nor a name"),
        ("x.2if y", 1, "decimal point after"),
        ("1..1e5not", 2, "decimal point after"),
        ("x + 1e5001", 4, "exponent beyond"),
        ("1e-99999999999", 0, "exponent beyond"),
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
        ("Piecewise((1, x))", 14, "a condition is a comparison"),
        ("Piecewise((1, x in y))", 14, "a condition compares"),
        ("Piecewise((1, x > 0 & y > 0))", 18, "in parentheses before &"),
        ("Piecewise((1, And(True, x > 0)))", 18, "a condition is a comparison"),
        ("Piecewise((1, And()))", 14, "a condition is a comparison"),
        ("Piecewise((1, Not(x > 0, y > 0)))", 14, "a condition is a comparison"),
        ("Piecewise((1, False))", 0, "needs a branch"),
        ("Piecewise((x.real, False), (1, True))", 11, "attribute"),
        ("And(x > 0, y > 0)", 0, "conditions of Piecewise"),
        ("Eq(x, y)", 0, "conditions of Piecewise"),
        ("x | y", 0, "in parentheses before &"),
        ("|x|", 0, "Abs\\(x\\)"),
        ("Integral(x, x)", 12, r"written \(x, 0, 1\)"),
        ("Product(x, i)", 11, r"written \(i, 1, m\)"),
        ("Product(x, (2*i, 1, m))", 12, "is a name"),
        ("Sum(x, (i, 1, oo))", 14, "infinity"),
        ("Integral(x, (x, 0, oo + 1))", 19, "infinity"),
        ("Integral(x, (x, 0, -(-oo)))", 22, "infinity"),
        ("x + inf", 4, "infinity"),
        ("Derivative(x, x, 0)", 17, "order"),
        ("Derivative(x, (x, 0))", 18, "order"),
        ("f()", 0, "no arguments"),
        ("log(x, 2, 3)", 0, "with the base"),
        ("cbrt(x, 2)", 0, "one argument"),
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
        "1" * 10_001,
        "1." + "1" * 10_000,
        "x" * 100_001,
    ],
    ids=range(8),
)
def test_too_large_a_formula_is_refused(text):
    with pytest.raises(UnreadableError):
        read(text, syntax="python")


@pytest.mark.parametrize(
    "text",
    [
        "x" * 10_000_000,
        "(" * 100_000 + "x" + ")" * 100_000,
        "(" * 40_000 + "x" + ")" * 40_000,
        "+".join("x" * 3000),
        "-" * 99_999 + "x",
        "[" * 99_999,
        "1" * 99_999,
        "1e" * 40_000,
        "1." * 40_000,
        "not " * 20_000 + "x",
        "x<" * 40_000 + "x",
        "Piecewise((1," + "x<" * 30_000 + "x))",
        "Piecewise((1," + "not " * 20_000 + "x>0))",
        "Piecewise((1," + "x>0 and " * 10_000 + "x>0))",
        "Not(" * 20_000 + "x>0" + ")" * 20_000,
        "x\x00",
        "x + \ud800",
        "x\u202e+ y",
        "x\u200by",
        "'__import__(\"os\")'",
        "__import__('os').system('true')",
        "__import__(os).system(x)",
        "(lambda: x)()",
        "lambda: 0",
        "[x for x in y]",
        "sum(x for x in y)",
        "f'{x}'",
        "(x := 1)",
        "x.__class__.__mro__",
        "f(*x)",
        "f(**x)",
        "x if y else z",
        "x @@ y",
        "await x",
        "(yield x)",
        "...",
        "None",
        "True",
        "print(x); y",
        "import os",
        "x = 1; y",
        "{x}",
        "{}",
        "\\",
    ],
)  # fmt: skip
def test_what_is_no_formula_is_refused_in_a_second(text):
    start = time.process_time()
    with pytest.raises(UnreadableError) as caught:
        read(text, syntax="python")
    assert time.process_time() - start < 1
    assert len(str(caught.value)) < 1000
    str(caught.value).encode()


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(terms())
def test_reading_is_the_inverse_of_printing(term):
    text = to_python(term)
    found = read(text, functions=FUNCTIONS, symbols=SYMBOLS, syntax="python")
    assert plain(found) == plain(term)


_PIECES = [
    "**", "Sum(", "Derivative(", "(i,1,m)", "Prime(", "Piecewise(", "True", "E", "lambda", " if ",
    " else ", " for ", " in ", " not ", " and ", " or ", "==", "1e5", "1e-5",
    "Product(", "Integral(", "(x,-oo,oo)", "And(", "\ud800", "&", "|", "~", "α", "ﬁ", "가", "\x00",
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
