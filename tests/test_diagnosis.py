"""Diagnoses of false claims: each says the one change that makes the claim true."""

from __future__ import annotations

import time
from dataclasses import dataclass

import pytest
from flint import ctx

from derivation.diagnosis import MAX_DECISIONS, diagnose
from derivation.domain import Domain
from derivation.kernel import Definition, Verdict, decide
from derivation.kernel.refutation.refute import DEEP, find_defined_point, refute
from derivation.notation import read
from derivation.render.korean import diagnosis_in_korean
from derivation.term import Add, Product, Symbol, Term, number

SAMPLES = "m integer >= 1, x[1..m] real, y[1..m] real, i in 1..m"
HIDDEN = "x, y, w, b real, 0 < h(x; w, b) < 1"


@dataclass(frozen=True)
class Answer:
    verdict: Verdict


class NumericDecide:
    """Says PROVED where no counterexample is found; counts how often it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[Term, Term]] = []

    def __call__(self, lhs, rhs, domain, definitions=(), budget=8.0):  # noqa: ARG002
        self.asked.append((lhs, rhs))
        if refute(lhs, rhs, domain, DEEP) is None and find_defined_point(lhs, rhs, domain):
            return Answer(Verdict.PROVED)
        return Answer(Verdict.REFUTED)


def said_about(left: str, right: str, text: str, asked=decide) -> str:
    domain = Domain.parse(text)
    return diagnose(*sides(left, right, domain), domain, (), asked, 20.0)


def never(lhs, rhs, domain, definitions=(), budget=8.0):  # noqa: ARG001
    return Answer(Verdict.UNDECIDED)


def sides(left: str, right: str, domain: Domain) -> tuple[Term, Term]:
    functions = domain.functions
    return (
        read(left, functions=functions, syntax="python"),
        read(right, functions=functions, syntax="python"),
    )


CASES = [
    ("Derivative(cos(x), x)", "sin(x)", "x real",
     "the sign is flipped: the left side is -1 times the right side"),
    ("Derivative(x**2, x)", "x", "x real", "a factor 2 is missing on the right side"),
    ("x", "2*x", "x real", "the right side has an extra factor 2"),
    ("2*x", "3*x", "x real", "a factor 2/3 is missing on the right side"),
    ("Derivative(x**2*y, x)", "2*x", "x, y real", "a factor y is missing on the right side"),
    ("Sum(x[i], (i, 1, m))/m", "Sum(x[i], (i, 1, m))", SAMPLES,
     "the right side has an extra factor m"),
    ("Sum(x[i], (i, 1, m))", "Sum(x[i], (i, 1, m))/m", SAMPLES,
     "a factor m is missing on the right side"),
    ("exp(-x)/(1 + exp(-x))**2", "exp(x)/(1 + exp(-x))**2", "x real",
     "the right side has an extra factor exp(2*x)"),
    ("Derivative(sigmoid(x), x)", "sigmoid(x)", "x real",
     "a factor 1 - sigmoid(x) is missing on the right side"),
    ("Sum(x[i], (i, 1, m))", "Sum(x[i], (i, 1, m - 1))", SAMPLES,
     "the range is off by one on the right side: the sum over i should end at m, not m - 1"),
    ("Sum(i**2, (i, 1, m))", "Sum(i**2, (i, 2, m))", SAMPLES,
     "the range is off by one on the right side: the sum over i should start at 1, not 2"),
    ("Sum(x[i] - y[i], (i, 1, m))", "Sum(x[i] + y[i], (i, 1, m))", SAMPLES,
     "one sign is flipped on the right side: "),
    ("-y*log(h(x)) - (1 - y)*log(1 - h(x))", "-y*log(h(x)) + (1 - y)*log(1 - h(x))", HIDDEN,
     "one sign is flipped on the right side: "),
    ("x**2 + x + 1", "x**2 + x", "x real", "the term 1 is missing on the right side"),
    ("x**2 + y", "x**2 + y + x", "x, y real", "the right side has an extra term x"),
    ("sin(x) + x*y", "sin(x) + x*z", "x, y, z real", "the right side has z where y belongs"),
    ("Derivative(log(h(x)), w)", "Derivative(h(x), w)", HIDDEN,
     "the right side has an extra factor h(x)"),
]  # fmt: skip

WEIGHTS = "m integer >= 1, p[1..m] > 0, q[1..m] > 0"
MATRIX = "m integer >= 1, a[1..m, 1..m] real, x[1..m] real, i in 1..m"
BCE = "Derivative(Sum((w*x[i] - y[i])**2, (i, 1, m)), w)"

# One claim a kind of mistake, and its twin: a false claim that looks alike, about which the same
# must not be said.
KINDS = [
    ("Derivative(exp(-x**2/2), x)", "exp(-x**2/2)", "x real",
     "a factor -x is missing on the right side",
     ("Derivative(exp(-x**2/2), x)", "exp(-x**2/2)*cos(x)", "x real")),
    ("Derivative(log(a*x**2 + 1), x)", "1/(a*x**2 + 1)", "a > 0, x real",
     "a factor 2*a*x is missing on the right side: the derivative of a*x**2 + 1 by x",
     ("log(a*x**2 + 1)", "1/(a*x**2 + 1)", "a > 0, x real")),
    ("Sum(x[i], (i, 1, m))", "Sum(x[i], (i, 2, m - 1))", SAMPLES,
     "the range is off by one on the right side: the sum over i should start at 1, not 2, "
     "and end at m, not m - 1",
     ("Sum(x[i], (i, 1, m))", "Sum(x[i], (i, 3, m))", SAMPLES)),
    ("x + y*sigmoid(x)", "x + y*sigmoid(-x)", "x, y real",
     "one sign is flipped on the right side: sigmoid(-x) should be sigmoid(x)",
     ("x + y*sigmoid(x)", "x + y*sigmoid(-2*x)", "x, y real")),
    ("log(exp(x) + exp(y) + exp(z)) - x*y - 2*z*(y + z)",
     "log(exp(x) + exp(y) + exp(z)) - x*y + 2*z*(y + z)", "x, y, z real",
     "one sign is flipped on the right side: that of the term 2*z*(y + z)",
     ("log(exp(x) + exp(y) + exp(z)) - x*y - 2*z*(y + z)",
      "log(exp(x) + exp(y) + exp(z)) + x*y + 2*z*(y + z)", "x, y, z real")),
    ("exp(x/y)", "exp(y/x)", "x, y > 0",
     "numerator and denominator are swapped on the right side: y/x should be x/y",
     ("exp(x/y)", "exp(y*x)", "x, y > 0")),
    ("Max(x - y, z)", "Max(y - x, z)", "x, y, z real",
     "a difference is the wrong way round on the right side: y - x should be x - y",
     ("Max(x - y, z)", "Max(y + x, z)", "x, y, z real")),
    ("1 + x**y", "1 + y**x", "x > 1, y > 1",
     "base and exponent are swapped on the right side: y**x should be x**y",
     ("1 + x**y", "1 + y*x", "x > 1, y > 1")),
    ("Derivative(f(x, y), x)", "Derivative(f(y, x), x)", "x, y real, f(x, y) function",
     "the arguments of f are swapped on the right side: f(y, x) should be f(x, y)",
     ("Derivative(f(x, y), x)", "Derivative(f(x, x), x)", "x, y real, f(x, y) function")),
    ("Sum(a[i, j]*x[j], (j, 1, m))", "Sum(a[j, i]*x[j], (j, 1, m))", MATRIX,
     "the indices of a are swapped on the right side: a[j, i] should be a[i, j]",
     ("Sum(a[i, j]*x[j], (j, 1, m))", "Sum(a[j, j]*x[j], (j, 1, m))", MATRIX)),
    ("Sum(p[i]*log(p[i]/q[i]), (i, 1, m))", "Sum(q[i]*log(q[i]/p[i]), (i, 1, m))", WEIGHTS,
     "p and q are swapped on the right side",
     ("Sum(p[i]*log(p[i]/q[i]), (i, 1, m))", "Sum(q[i]*log(p[i]/q[i]), (i, 1, m))", WEIGHTS)),
    ("sin(x)*y", "sin(x + 1)*y", "x, y real",
     "the right side has an extra term 1",
     ("sin(x)*y", "sin(x + 2*pi/3)*y", "x, y real")),
    ("exp(x)/(1 + y**2)", "exp(3*x)/(1 + y**2)", "x, y real",
     "the right side has an extra factor exp(2*x)",
     ("exp(x)/(1 + y**2)", "exp(3*x + 1)/(1 + y**2)", "x, y real")),
    ("y + exp(x)/2", "y + exp(x)/3", "x, y real",
     "the right side has 3 where 2 belongs",
     ("y + exp(x)/2", "y + exp(y)/3", "x, y real")),
    ("Derivative(tanh(x), x)", "1 - tanh(x)**3", "x real",
     "an exponent is wrong on the right side: tanh(x)**3 should be tanh(x)**2",
     ("Derivative(tanh(x), x)", "2 - tanh(x)**3", "x real")),
    ("Derivative(tanh(x), x)", "1 - tanh(x)", "x real",
     "an exponent is wrong on the right side: tanh(x) should be tanh(x)**2",
     ("Derivative(tanh(x), x)", "1 - tanh(2*x)", "x real")),
    ("sqrt(x) + y", "x + y", "x > 0, y real",
     "an exponent is wrong on the right side: x should be sqrt(x)",
     ("sqrt(x) + y", "x + x*y", "x > 0, y real")),
    ("x + Derivative(sin(x), x)", "x + sin(x)", "x real",
     "the right side has sin(x) where cos(x) belongs",
     ("x + Derivative(sin(x), x)", "x + sin(2*x)", "x real")),
    ("exp(a + b)", "exp(a) + exp(b)", "a, b real",
     "the right side has exp(a) + exp(b) where exp(a)*exp(b) belongs",
     ("exp(2*a + b)", "exp(a) + exp(b)", "a, b real")),
    (BCE, "2*Sum(w*x[i] - y[i], (i, 1, m))", f"{SAMPLES}, w real",
     "a factor x[i] is missing in the sum on the right side",
     (BCE, "2*Sum(w*x[i] + y[i], (i, 1, m))", f"{SAMPLES}, w real")),
    ("Sum(p[i]/q[i], (i, 1, m))", "Sum(p[i], (i, 1, m))", WEIGHTS,
     "an extra factor q[i] is in the sum on the right side",
     ("Sum(p[i]/q[i], (i, 1, m))", "Sum(p[i] + 1, (i, 1, m))", WEIGHTS)),
    ("(1 + tanh(x/2))/2", "(1 + tanh(x))/2", "x real",
     "the right side has x where x/2 belongs",
     ("(1 + tanh(x/2))/2", "(1 + tanh(x**2))/2", "x real")),
    ("sqrt(x**2)", "x", "x real",
     "equal where x >= 0",
     ("sqrt(x**2 + 1)", "x", "x real")),
    ("Abs(x - 3)", "3 - x", "x real",
     "equal where x <= 3",
     ("Abs(x - 3)", "3 - x/2", "x real")),
    ("Max(x*y, x)", "x*y", "x > 0, y real",
     "equal where y >= 1",
     ("Max(x*y, x)", "x*y + y - 1", "x > 0, y > 1")),
    ("atan(x) + atan(1/x)", "pi/2", "x nonzero",
     "equal where x > 0",
     ("atan(x) + atan(1/x)", "pi/3", "x nonzero")),
    ("sqrt((x - y)**2)", "x - y", "x, y real",
     "equal where x - y >= 0",
     ("sqrt((x - y)**2 + 1)", "x - y", "x, y real")),
    ("atan(x) + atan(y)", "atan((x + y)/(1 - x*y))", "x, y real",
     "equal where 1 - x*y > 0",
     ("atan(x) + atan(y)", "atan((x + y)/(1 + x*y))", "x, y real")),
    ("Sum(x[i]*y[i], (i, 1, m))", "Sum(x[i], (i, 1, m))*Sum(y[i], (i, 1, m))", SAMPLES,
     "equal where m = 1",
     ("Sum(x[i]*y[i], (i, 1, m))", "Sum(x[i], (i, 1, m))*Sum(y[i], (i, 1, m)) + m**2", SAMPLES)),
]  # fmt: skip


@pytest.mark.parametrize("real", [False, True], ids=["numeric", "kernel"])
@pytest.mark.parametrize(("left", "right", "text", "expected"), CASES)
def test_diagnosis(left, right, text, expected, real):
    domain = Domain.parse(text)
    said = diagnose(*sides(left, right, domain), domain, (), decide if real else NumericDecide())
    assert said.startswith(expected)
    assert "\n" not in said


@pytest.mark.parametrize(
    ("left", "right"), [("sin(x)", "exp(x) + 3"), ("x", "log(x)*cos(x) + 7/5")]
)
def test_nothing_is_said_when_nothing_fits(left, right):
    domain = Domain.parse("x real")
    asked = NumericDecide()
    assert diagnose(*sides(left, right, domain), domain, (), asked) == ""
    assert len(asked.asked) <= MAX_DECISIONS


@pytest.mark.parametrize(("left", "right", "text", "expected"), CASES)
def test_nothing_is_said_unless_it_is_confirmed(left, right, text, expected):
    domain = Domain.parse(text)
    assert expected
    assert diagnose(*sides(left, right, domain), domain, (), never) == ""


def test_the_first_candidate_that_agrees_at_points_is_confirmed():
    domain = Domain.parse("x, y real")
    asked = NumericDecide()
    assert diagnose(*sides("x**2*y", "2*x**2*y", domain), domain, (), asked)
    assert len(asked.asked) == 1


def test_definitions_are_used():
    domain = Domain.parse("x, w, b real")
    functions = frozenset({"h", "z"})
    definitions = tuple(
        Definition(
            read(head, functions=functions, syntax="python"),
            read(body, functions=functions, syntax="python"),
        )
        for head, body in (("z(x)", "x*w + b"), ("h(x)", "sigmoid(z(x))"))
    )
    left = read("Derivative(h(x), w)", functions=functions, syntax="python")
    right = read("h(x)*(1 - h(x))", functions=functions, syntax="python")
    said = diagnose(left, right, domain, definitions, decide)
    assert said == "a factor x is missing on the right side"


def test_blind_search_is_bounded():
    """Names that nobody declared cannot be looked at: the search asks, but not for ever."""
    domain = Domain.parse("x real")
    asked: list[Term] = []

    def undecided(lhs, rhs, domain, definitions=(), budget=8.0):  # noqa: ARG001
        asked.append(rhs)
        return Answer(Verdict.UNDECIDED)

    assert diagnose(*sides("q*x + r", "q*r + x*s", domain), domain, (), undecided) == ""
    assert 0 < len(asked) <= MAX_DECISIONS


@pytest.mark.parametrize(("left", "right", "text", "expected", "twin"), KINDS)
def test_each_kind_of_mistake_is_named_and_not_in_its_twin(left, right, text, expected, twin):
    assert said_about(left, right, text) == expected
    assert said_about(*twin) != expected


@pytest.mark.parametrize(("left", "right", "text", "expected", "twin"), KINDS)
def test_each_kind_is_also_said_in_korean(left, right, text, expected, twin):  # noqa: ARG001
    korean = diagnosis_in_korean(expected)
    assert korean != expected
    assert "<" not in korean.replace("<=", "")
    assert " side" not in korean


@pytest.mark.parametrize(
    ("left", "right", "text"),
    [
        ("sin(x)", "1", "x real"),  # the factor sin(x) is the left side itself
        ("x*y", "0", "x, y real"),
        ("1/x", "1", "x > 0"),
        ("p*q/(p*q + r)", "1", "p, q, r > 0"),
        ("x", "y", "x, y real"),
        ("2", "3", ""),
        ("2 + 2", "5", ""),
        ("exp(x)", "exp(-x)*cos(x)", "x real"),  # exp(2*x) fits, but nobody wrote it
        ("(x - 1)*(x - 2)*(x - 3)", "0", "x real"),
        ("1/cos(y)", "1/(x + 1)", "0 < x < 1, 0 < y < 1"),  # what belongs there is the other side
        ("sin(pi*floor(x))", "sin(pi*x)", "x real"),  # 0 times anything is 0
    ],
)
def test_the_two_sides_in_other_words_are_no_diagnosis(left, right, text):
    assert said_about(left, right, text, NumericDecide()) == ""


def test_a_part_of_the_domain_is_asked_of_the_kernel():
    """The kernel gets the narrower domain, not the claim as it was."""
    domains = []

    def noting(lhs, rhs, domain, definitions, budget):
        domains.append(domain)
        return decide(lhs, rhs, domain, definitions, budget)

    domain = Domain.parse("x real, y real")
    said = diagnose(*sides("y*sqrt(x**2)", "x*y", domain), domain, (), noting)
    assert said == "equal where x >= 0"
    assert str(domains[-1].get("x")) == "x >= 0"
    assert domains[-1].get("y") == domain.get("y")


def test_the_precision_is_left_as_it_was():
    before = ctx.prec
    seen = []

    def noting(lhs, rhs, domain, definitions, budget):
        seen.append(ctx.prec)
        return decide(lhs, rhs, domain, definitions, budget)

    domain = Domain.parse("x real")
    assert diagnose(*sides("2*x", "3*x", domain), domain, (), noting)
    assert {before} == {ctx.prec, *seen}


def test_what_cannot_be_looked_at_has_no_diagnosis():
    domain = Domain.parse("x real")
    odd = Product(Symbol("x"), "x", number(1), Symbol("x"))
    for lhs, rhs in ((odd, Symbol("x")), (Symbol("x"), Add(odd, odd))):
        assert diagnose(lhs, rhs, domain, (), never) == ""


def test_a_term_nested_too_deeply_is_no_error():
    deep: Term = Symbol("x")
    for _ in range(3000):
        deep = Add(deep, number(1))
    assert diagnose(deep, Symbol("x"), Domain.parse("x real"), (), never) == ""


def test_the_search_ends_in_time():
    text = ", ".join(f"z{n}" for n in range(12)) + " real"
    total = " + ".join(f"exp(z{n})*sin(z{n})" for n in range(12))
    start = time.monotonic()
    domain = Domain.parse(text)
    diagnose(*sides(total, f"log(1 + ({total})**2)", domain), domain, (), decide, 0.2)
    assert time.monotonic() - start < 2.0
