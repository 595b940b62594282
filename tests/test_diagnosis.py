"""Diagnoses of false claims: each says the one change that makes the claim true."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from derivation.diagnosis import MAX_DECISIONS, diagnose
from derivation.domain import Domain
from derivation.kernel import Definition, Verdict, decide
from derivation.kernel.refutation.refute import DEEP, find_defined_point, refute
from derivation.notation import read
from derivation.term import Term

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
