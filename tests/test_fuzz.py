"""Some hundred random claims against mpmath; `benchmarks/fuzz.py` does as many as one likes."""

from __future__ import annotations

import mpmath
import pytest
import sympy
from claim_audit import audit, decided
from claim_points import Outcome, compare, points
from claim_values import NoValueError, Point, UnknownError, real, value_at
from fuzzing import known_claims, random_claim


@pytest.mark.parametrize("start", range(0, 400, 50))
def test_no_wrong_verdict(start):
    for number in range(start, start + 50):
        claim = random_claim(7, number)
        answer = decided(claim)
        assert not audit(claim, answer, count=10), (claim, answer)


def test_random_claims_are_the_same_each_time():
    assert random_claim(1, 2) == random_claim(1, 2)
    assert random_claim(1, 2) != random_claim(2, 2)


LIES = {
    "equal everywhere but at 0": ("x/x", "1", {"verdict": "PROVED"}),
    "never equal": ("x", "x + 1", {"verdict": "PROVED"}),
    "equal for x >= 0": ("sqrt(x**2)", "x", {"verdict": "PROVED"}),
    "a condition that does not help": (
        "sqrt(x**2)", "x", {"verdict": "PROVED_IF", "conditions": ["x + 5 > 0"]},
    ),
    "a witness where the sides are equal": (
        "sqrt(x**2)", "x", {"verdict": "REFUTED", "witness": {"x": "2"}},
    ),
    "a witness without values": ("1/x", "2/x", {"verdict": "REFUTED", "witness": {"x": "0"}}),
    "a witness outside": ("x", "x + 1", {"verdict": "REFUTED", "witness": {"x": "-7"}}),
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_lies_are_found(lie):
    lhs, rhs, answer = LIES[lie]
    claim = {"id": lie, "lhs": lhs, "rhs": rhs, "vars": {"x": ">=-6"}}
    assert audit(claim, answer, count=40)


def test_true_answers_pass():
    claim = {"id": "", "lhs": "sqrt(x**2)", "rhs": "x", "vars": {"x": "real"}}
    assert not audit(claim, {"verdict": "PROVED_IF", "conditions": ["x >= 0"]}, count=40)
    assert not audit(claim, {"verdict": "REFUTED", "witness": {"x": "-1"}})
    assert not audit(claim, {"verdict": "UNDECIDED"})


# ------------------------------------------------------------------ the second engine by a third


OURS = {
    "sigmoid": lambda x: 1 / (1 + sympy.exp(-x)),
    "softplus": lambda x: sympy.log(1 + sympy.exp(x)),
    "logit": lambda p: sympy.log(p / (1 - p)),
    "relu": lambda x: sympy.Max(x, 0),
    "expm1": lambda x: sympy.exp(x) - 1,
    "log1p": lambda x: sympy.log(1 + x),
}


def sympy_value(text: str, point: Point) -> sympy.Basic:
    """By SymPy's own reader (which runs what it reads; these texts are ours) and its evalf."""
    names = {name: sympy.Symbol(name, real=True) for name in point.names}
    values = {
        names[name]: sympy.Rational(value.numerator, value.denominator)
        for name, value in point.names.items()
    }
    return sympy.N(sympy.sympify(text, {**OURS, **names}).subs(values).doit(), 50)


SIMPLE = [
    claim
    for claim in known_claims()
    if set(claim["vars"].values()) <= {"real", ">0", "(0,1)", ">=0"}
    and not any(word in claim["lhs"] for word in ("Integral", "Piecewise", "floor", "Heaviside"))
]


def test_evaluator_agrees_with_sympy():
    """A second opinion on the second engine: values of left sides by SymPy's own evalf."""
    asked = 0
    for claim in SIMPLE[::5]:
        point = next(points(claim, 1, "sympy"))
        if not all(hasattr(value, "numerator") for value in point.names.values()):
            continue
        try:
            ours = value_at(claim["lhs"], point)
        except (NoValueError, UnknownError):
            continue
        theirs = sympy_value(claim["lhs"], point)
        if theirs.is_real:
            gap = abs(mpmath.mpf(str(theirs)) - real(ours))
            assert gap < mpmath.mpf(10) ** -10, (claim, point, ours, theirs)
            asked += 1
    assert asked > 30


def test_noise_is_no_difference():
    """exp(x) - expm1(x) loses all digits of 1 for a large x."""
    claim = {"id": "", "lhs": "exp(x) - expm1(x)", "rhs": "1", "vars": {"x": "(300,600)"}}
    found = {compare(claim["lhs"], claim["rhs"], point) for point in points(claim, 10)}
    assert found <= {Outcome.EQUAL, Outcome.UNKNOWN}
