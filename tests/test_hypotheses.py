"""What is given: declarations that narrow, and relations between terms as hypotheses."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from strategies import SYMBOLS, plain_terms

from derivation.domain import Declaration, Domain, Interval, Kind, Shifted
from derivation.errors import DomainError
from derivation.kernel.calculus.differentiate import KNOWN_FUNCTIONS as KNOWN_TO_THE_KERNEL
from derivation.notation import given_text, read, read_given, read_relation
from derivation.term import (
    Call,
    Constant,
    Indexed,
    Number,
    Relation,
    RelationSign,
    Sum,
    Symbol,
    free_names,
)

DECLARED = Domain.from_vars(
    {
        "x": "real", "y": "real", "a": "real", "b": "real", "n": "int>=1", "t": "idx n",
        "i": "index n", "f": "function", "lambda_": "real", "theta": "real",
    }
)  # fmt: skip
A, B, X, Y = (Symbol(name) for name in "abxy")
ZERO, ONE = Number("0"), Number("1")
EQ, NE, LT, LE, GT, GE = (
    RelationSign.EQ, RelationSign.NE, RelationSign.LT, RelationSign.LE, RelationSign.GT,
    RelationSign.GE,
)  # fmt: skip
TOTAL = Sum(Indexed("t", (Symbol("i"),)), "i", ONE, Symbol("n"))


@pytest.mark.parametrize(
    ("text", "hypotheses"),
    [
        ("a + b = 1", [Relation(A + B, EQ, ONE)]),
        ("a + b == 1", [Relation(A + B, EQ, ONE)]),
        ("a = 2", [Relation(A, EQ, Number("2"))]),
        ("x != 1", [Relation(X, NE, ONE)]),
        ("x < y", [Relation(X, LT, Y)]),
        ("x ≠ y", [Relation(X, NE, Y)]),
        ("a <= x <= b", [Relation(A, LE, X), Relation(X, LE, B)]),
        ("x**2 + y**2 = 1", [Relation(X**2 + Y**2, EQ, ONE)]),
        ("Sum(t[i], (i, 1, n)) = 1", [Relation(TOTAL, EQ, ONE)]),
        (r"\sum_{i=1}^{n} t_i = 1", [Relation(TOTAL, EQ, ONE)]),
        (r"\sum_{i=1}^{n} \, t_i = 1", [Relation(TOTAL, EQ, ONE)]),
        (r"0 \le \sin \theta", [Relation(ZERO, LE, Call("sin", (Symbol("theta"),)))]),
        ("f(x) > 0", [Relation(Call("f", (X,)), GT, ZERO)]),
        ("f(2) > 0", [Relation(Call("f", (Number("2"),)), GT, ZERO)]),
        ("sin(x) > 0", [Relation(Call("sin", (X,)), GT, ZERO)]),
        ("abs(x) < 1", [Relation(Call("Abs", (X,)), LT, ONE)]),
        ("t[i] > 0", [Relation(Indexed("t", (Symbol("i"),)), GT, ZERO)]),
        ("t[1] != 0", [Relation(Indexed("t", (ONE,)), NE, ZERO)]),
        ("a*x > 0; b*y < 0\na = b", [
            Relation(A * X, GT, ZERO), Relation(B * Y, LT, ZERO), Relation(A, EQ, B),
        ]),
        ("x = y, x = y", [Relation(X, EQ, Y)]),
        ("lambda_*α = 1, α real", [Relation(Symbol("lambda") * Symbol("alpha"), EQ, ONE)]),
    ],
)  # fmt: skip
def test_a_relation_between_terms_is_a_hypothesis(text, hypotheses):
    domain = read_given(text, DECLARED)
    assert domain.hypotheses == tuple(hypotheses)
    assert all(domain.get(one.name) == one for one in DECLARED)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x > 0", "x > 0"),
        ("x >= 1/2, x < 3", "x in [1/2, 3)"),
        ("x != 0", "x nonzero"),
        ("0 != x", "x nonzero"),
        ("1/2 > x > -3/4", "x in (-3/4, 1/2)"),
        ("x ≥ 0", "x >= 0"),
        (r"x \ge 0", "x >= 0"),
        (r"0 \lt x \leq 1", "x in (0, 1]"),
        ("x integer", "x integer"),
        ("x in {1, 2, 3}, x in {2, 3, 4}", "x in {2, 3}"),
        ("n >= 5", "n integer >= 5"),
        ("t[1..n] > 0", "t[1..n] > 0"),
        ("t > 0", "t[1..n] > 0"),
        ("f(x; a) > 0", "f(x; a) > 0"),
        (r"\theta > 0", "theta > 0"),
        ("lambda_ > 0", "lambda > 0"),
        ("λ > 0", "lambda > 0"),
        ("z, w[1..n] > 0", "z > 0, w[1..n] > 0"),
        ("g(x) > 0", "g(x) > 0"),
    ],
)
def test_a_bound_on_one_declared_number_narrows_it(text, sentence):
    domain = read_given(text, DECLARED)
    assert domain.hypotheses == ()
    for one in Domain.parse(sentence):
        assert domain.get(one.name) == one
    rest = [one.name for one in DECLARED if one.name not in Domain.parse(sentence)]
    assert [domain.get(name) for name in rest] == [DECLARED.get(name) for name in rest]


def test_a_chain_narrows_and_relates():
    domain = read_given("0 < x < y <= 1", DECLARED)
    assert domain.get("x") == Declaration("x", interval=Interval(low=0))
    assert domain.get("y") == Declaration("y", interval=Interval(high=1, high_open=False))
    assert domain.hypotheses == (Relation(X, LT, Y),)


def test_what_is_given_is_added_and_never_replaced():
    first = read_given("x > 0, x < y", DECLARED)
    both = read_given("x < 1, y = 1", first)
    assert both.get("x") == Declaration("x", interval=Interval(low=0, high=1))
    assert both.hypotheses == (Relation(X, LT, Y), Relation(Y, EQ, ONE))
    assert read_given("", both) == both
    with pytest.raises(DomainError, match="no value is left for x"):
        read_given("x < 0", first)
    with pytest.raises(DomainError, match="in common"):
        read_given("x in {1, 2}, x in {3}")
    with pytest.raises(DomainError, match="contradicts"):
        read_given("f real, f(x) function, f integer", DECLARED)


def test_names_of_one_text_may_be_declared_after_their_use():
    domain = read_given("p + q = 1, p, q real")
    assert [one.name for one in domain] == ["p", "q"]
    assert domain.hypotheses == (Relation(Symbol("p") + Symbol("q"), EQ, ONE),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("z = 1", "not declared: z .*'z real'"),
        ("x > z", "not declared: z"),
        ("x = Sum(k*z, (k, 1, n))", "not declared: z"),
        ("g(x) = 1", r"not declared: g .*'g\(x\) function'"),
        ("x = ", "a term is missing"),
        ("= 1", "a term is missing"),
        ("x = y = ", "a term is missing"),
        ("x purple", "'purple'"),
        ("x + y", "cannot read"),
        ("x > y real", "cannot read 'x > y real'"),
        ("a, b = 1", "cannot read"),
        ("a + b = 1, x", "says nothing about x"),
        ("x.real = 1", "attribute"),
        ("__import__('os') = 1", "cannot read"),
        ("x + \ud800 = 1", "cannot read"),
        ("x = 1e9999", "exponent"),
        ("x > 1e9999", "exponent"),
        ("x in {1e999999999}", "moderate length"),
        ("x in (inf, 2)", "cannot read"),
        ("x = oo", "infinity"),
        ("x > 0, " * 20_000, "characters"),
        (r"\int x = 1", "cannot read"),
    ],
)
def test_an_error_names_the_piece(text, message):
    start = time.process_time()
    with pytest.raises(DomainError, match=message) as caught:
        read_given(text, DECLARED)
    assert time.process_time() - start < 1
    str(caught.value).encode()


def test_a_sentence_of_declarations_alone_says_where_relations_are_read():
    with pytest.raises(DomainError, match="read_given"):
        Domain.parse("a real, b real, a + b = 1")
    with pytest.raises(DomainError, match="read_given"):
        Domain.parse("x real, x < y")


@pytest.mark.parametrize(
    "text",
    [
        "x real, f(x) function, f(x) > 0, x != 1",
        "f(x) > 0",
        "p[1..n+1] real, n integer >= 1, Sum(p[i], (i, 1, n + 1)) = 1",
        "lambda > 0, lambda_ < 1, lambda_*x = 1, x real",
        "x > 1e-30, x <= 1e4900",
        "Integral(exp(-x**2/a), (x, -oo, oo)) = 1, a > 0",
        "Piecewise((1, 0 < x < 1), (0, True)) = y, x, y real",
    ],
)
def test_what_is_printed_is_read_back(text):
    domain = read_given(text)
    assert read_given(given_text(domain)) == domain


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(plain_terms(5), st.sampled_from(RelationSign), plain_terms(5))
@example(Constant("e"), RelationSign.NE, Number("0"))
def test_every_hypothesis_that_was_read_is_read_back(left, sign, right):
    names = sorted(free_names(left) | free_names(right) | SYMBOLS)
    declared = Domain(
        (
            *(Declaration(name, sizes=("m",)) for name in ("x", "w", "u", "delta", "rate")),
            *(Declaration(name, Kind.FUNCTION) for name in ("f", "h", "ell", "activation")),
            *(Declaration(name) for name in names if name not in ("x", "w", "u", "delta", "rate")),
        )
    )
    domain = Domain(declared.declarations, (Relation(left, sign, right),))
    try:
        again = read_given(given_text(domain))
    except DomainError:
        return  # too deep for the reader
    named = Symbol | Constant  # a comparison of such a name with a number declares the name
    assert again == domain or isinstance(left, named) or isinstance(right, named)


@pytest.mark.parametrize(
    ("text", "declaration"),
    [
        ("x[1..m+1] real", Declaration("x", sizes=(Shifted("m", 1),))),
        ("x[0..m-1] real", Declaration("x", sizes=(Shifted("m", -1),), first=0)),
        ("x[m + 1] real", Declaration("x", sizes=(Shifted("m", 1),))),
        ("x[1..m+0] real", Declaration("x", sizes=("m",))),
        ("i in 1..m+2", Declaration("i", Kind.INDEX, sizes=(Shifted("m", 2),))),
    ],
)
def test_sizes_may_be_shifted(text, declaration):
    assert Domain.parse(text) == Domain((declaration,))
    assert Domain.parse(str(declaration)) == Domain((declaration,))


def test_sizes_of_claims_may_be_shifted():
    variables = {"z": "idx m+1 n-2", "k": "index m+1", "p": "idx>0 m+1"}
    assert Domain.from_vars(variables) == Domain.parse(
        "z[1..m+1, 1..n-2] real, k in 1..m+1, p[1..m+1] > 0"
    )


@pytest.mark.parametrize("name", ["lambda_", "E", "I", "S", "N", "O", "Q", "beta", "gamma",
                                  "zeta", "pi", "α", "e", "oo", "비용"])  # fmt: skip
def test_a_declared_name_is_what_it_reads_as(name):
    domain = Domain.from_vars({name: "real", "x": "real"})
    symbols = frozenset(one.name for one in domain)
    term = read(f"{name}*x", symbols=symbols, syntax="python")
    assert free_names(term) == symbols
    assert Domain.parse(f"{name}, x real") == domain


@pytest.mark.parametrize("name", sorted(KNOWN_TO_THE_KERNEL))
def test_every_function_of_the_kernel_may_stand_in_a_hypothesis(name):
    domain = read_given(f"{name}(x) > 0, {name}(x) = y", DECLARED)
    assert len(domain.hypotheses) == 2
    assert name not in domain


def test_relations_are_read_in_both_syntaxes():
    expected = (Relation(X, LE, Y), Relation(Y, LT, ONE))
    assert read_relation("x <= y < 1") == read_relation(r"x \le y < 1") == expected
    assert read_relation("(x) >= y")[0].sign is GE


_PIECES = [
    "x", "y", "f(x)", "t[i]", " real", " > 0", "0 < ", " = ", "==", " in ", "1..m", "(0, 1)",
    "{1, 2}",
    ", ", "; ", "\n", "\\le ", "\\sum_{i=1}^{n}", "lambda_", "integer", "function", "spd", "matrix",
    "1e400", "<", ">=", "!=", "≠", "\\", "\x00", "\ud800", *"()[]{}+-*/.,=<>;|'",
]  # fmt: skip


@settings(max_examples=1500, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(_PIECES) | st.text(max_size=3), max_size=12).map("".join))
def test_any_text_is_read_or_refused(text):
    try:
        domain = read_given(text, DECLARED)
    except DomainError:
        return
    assert isinstance(domain, Domain)


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=12), st.text(max_size=40))
def test_any_variables_are_read_or_refused(name, text):
    for read_it in (lambda: Domain.from_vars({name: text}), lambda: Domain.parse(text)):
        with contextlib.suppress(DomainError):
            assert isinstance(read_it(), Domain)
