"""Claims about numbers that are too large, or too near to each other, for a small ball."""

from __future__ import annotations

import time

import pytest
from flint import arb, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from derivation.domain import Domain
from derivation.kernel.refutation.balls import Point, evaluate
from derivation.kernel.refutation.differences import gap
from derivation.kernel.refutation.magnitude import at_least
from derivation.kernel.refutation.reals import Indeterminate, Undefined
from derivation.kernel.refutation.refute import DEEP, Refutation, refute
from derivation.notation import read
from derivation.term import Add, Call, Div, Mul, Neg, Number, Sub, Symbol, Term


def term(text: str) -> Term:
    return read(text, syntax="python")


def attack(left: str | Term, right: str | Term, declared: str) -> Refutation | None:
    domain = Domain.parse(declared) if declared else Domain()
    sides = (term(side) if isinstance(side, str) else side for side in (left, right))
    return refute(*sides, domain, DEEP)


def tower(height: int) -> Term:
    result: Term = Number("0")
    for _ in range(height):
        result = Call("exp", (result,))
    return result


LONG = "1" + "0" * 5000
FALSE = [
    ("exp(exp(exp(10)))", "1", ""),
    ("exp(exp(exp(exp(x))))", "exp(exp(exp(exp(x)))) + 1", "x > 1"),
    ("exp(exp(exp(exp(x))))/3", "exp(exp(exp(exp(x))))*2/3", "x > 5"),
    ("log(exp(exp(exp(exp(x)))))", "1", "x > 5"),
    ("1 - sigmoid(x)", "0", "x > 800"),
    ("tanh(x)", "1", "x > 1000"),
    ("erf(x)", "1", "x > 40"),
    (tower(60), "0", ""),
    ("2**2**2**2**2**2", "0", ""),
    ("9**9**9", "9**9**9 + 1", ""),
    ("9**9**9**9", "9**9**9**9 + 1", ""),
    ("factorial(10**9)", "1", ""),
    ("factorial(10**30)", "1", ""),
    ("factorial(x) + x", "factorial(x)", "x > 1000000000"),
    ("exp(x)", "exp(x) + exp(-1000)*x", "x > 1"),
    ("x + 1e-320", "x", "x real"),
    ("1e400*x", "x", "x > 0"),
    ("sin(x)**2 + cos(x)**2", "1 + 1e-300", "x real"),
    (LONG, "10**5000 + 1", ""),
    ("exp(x)", "exp(x) + exp(-x**2)", "x > 1000"),
]
TRUE = [
    ("exp(exp(exp(exp(x)))) + 1", "1 + exp(exp(exp(exp(x))))", "x > 1"),
    ("log(exp(exp(exp(exp(x)))))", "exp(exp(exp(x)))", "x > 5"),
    ("exp(exp(exp(exp(x)) + x))", "exp(exp(exp(exp(x)))*exp(x))", "x > 5"),
    ("1 - sigmoid(x)", "sigmoid(-x)", "x > 800"),
    ("2**2**2**2**2**2", "(2**2**2**2**2)**1*2**(2**65536 - 65536)*2**65536/2**2**2**2**2", ""),
    ("factorial(10**9 + 1)", "factorial(10**9)*(10**9 + 1)", ""),
    ("factorial(3000)/factorial(2999)", "3000", ""),
    (LONG, "10**5000", ""),
    ("x*1e400/1e400", "x", "x real"),
    ("0*exp(exp(exp(exp(x))))", "0", "x > 5"),
    ("exp(x/999983)**999983", "exp(x)", "x real"),
]


@pytest.mark.parametrize(("left", "right", "declared"), FALSE)
def test_false_claims_fall_at_once(left, right, declared):
    start = time.perf_counter()
    found = attack(left, right, declared)
    assert found is not None
    assert found.left != found.right
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize(("left", "right", "declared"), TRUE)
def test_true_claims_stand(left, right, declared):
    start = time.perf_counter()
    assert attack(left, right, declared) is None
    assert time.perf_counter() - start < 2


def test_common_parts_count_only_where_they_are_defined():
    point = Point({"x": fmpq(-2)})
    for part in ("log(x)", "1/(x + 2)", "0*log(x)", "sqrt(x)*exp(x)"):
        with pytest.raises(Undefined):
            gap(term(f"{part} + 1"), term(part), point, 64)
    with pytest.raises(Indeterminate):
        gap(term("q(x) + 1"), term("q(x)"), point, 64)
    assert gap(term("exp(x) + 1"), term("exp(x)"), point, 64).is_certain
    assert not gap(term("exp(x)"), term("exp(x)"), point, 64).is_certain


def test_division_by_an_exact_zero_is_undefined():
    with pytest.raises(Undefined):
        gap(term("exp(x)/(x - x)"), term("1"), Point({"x": fmpq(1)}), 64)


@pytest.mark.parametrize(
    "text",
    [
        "exp(exp(exp(exp(9))))", "9**9**9**9", "factorial(10**30)", "gamma(10**30)",
        "exp(exp(exp(exp(9)))) + 5", "exp(exp(exp(exp(9)))) - 5", "7*exp(exp(exp(exp(9))))",
        "sqrt(exp(exp(exp(exp(9)))))", "10**9*log(exp(exp(exp(exp(9)))))", "sinh(10**30)",
    ],
)  # fmt: skip
def test_lower_bounds(text):
    bound = at_least(term(text), Point(), 64)
    assert bound.is_finite()
    assert bound > 10**9


@pytest.mark.parametrize(
    "text",
    [
        "sin(exp(exp(exp(exp(9)))))", "-exp(exp(exp(exp(9))))", "1/exp(exp(exp(exp(9))))",
        "exp(exp(exp(exp(9)))) - exp(exp(exp(exp(9))))", "(1/2)**exp(exp(exp(exp(9))))",
        "gamma(-exp(exp(exp(exp(9)))))", "q(exp(exp(exp(exp(9)))))",
    ],
)  # fmt: skip
def test_no_bound_without_a_rule(text):
    with pytest.raises(Indeterminate):
        at_least(term(text), Point(), 64)


X = Symbol("x")


def linear() -> st.SearchStrategy[Term]:
    atoms = st.sampled_from([X, *map(term, ("exp(x)", "sin(x)", "x**2*exp(x)", "7", "1/3"))])

    def grow(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
        binary = st.builds(
            lambda op, a, b: op(a, b), st.sampled_from([Add, Sub, Mul]), inner, inner
        )
        return st.one_of(
            binary, st.builds(Neg, inner), st.builds(lambda a: Div(a, Number("3")), inner)
        )

    return st.recursive(atoms, grow, max_leaves=8)


@settings(max_examples=80, deadline=None)
@given(left=linear(), right=linear(), x=st.fractions(-4, 4, max_denominator=9))
def test_the_gap_encloses_the_difference(left, right, x):
    point = Point({"x": fmpq(x.numerator, x.denominator)})
    found = gap(left, right, point, 64)
    difference = arb(evaluate(Sub(left, right), point, 256))
    assert found.low is not None
    assert found.high is not None
    assert not difference < found.low
    assert not difference > found.high
