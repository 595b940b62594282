"""Definite integrals by ball arithmetic: enclosures, and what has to be refused."""

from __future__ import annotations

import mpmath
import pytest
from flint import arb, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from derivation.domain import Domain
from derivation.kernel.refutation.balls import Point, evaluate
from derivation.kernel.refutation.reals import Indeterminate, Undefined, working_bits
from derivation.kernel.refutation.refute import DEEP, refute
from derivation.notation import read
from derivation.term import Constant, Derivative, Integral, Neg, Number, Symbol, Term, number

x, a = Symbol("x"), Symbol("a")
INFINITY = Constant("inf")


def term(text: str) -> Term:
    return read(text, syntax="python")


def integrated(text: str, low: str | Term, high: str | Term) -> Integral:
    ends = [term(end) if isinstance(end, str) else end for end in (low, high)]
    return Integral(term(text), "x", *ends)


def at(body: Term, bits: int = 64, **values: int) -> fmpq | arb:
    scalars = {name: fmpq(value) for name, value in values.items()}
    return evaluate(body, Point(scalars, whole=frozenset({"n"})), bits)


ANALYTIC = [
    ("x**2", "0", "1", lambda: mpmath.mpf(1) / 3),
    ("x**3 - x", "-2", "5/2", lambda: mpmath.quad(lambda t: t**3 - t, [-2, 2.5])),
    ("exp(-x**2)", "0", "2", lambda: mpmath.sqrt(mpmath.pi) / 2 * mpmath.erf(2)),
    ("1/x", "1", "3", lambda: mpmath.log(3)),
    ("sin(x)", "0", "pi", lambda: mpmath.mpf(2)),
    ("log(x)", "1", "E", lambda: mpmath.mpf(1)),
    ("sqrt(x)", "1", "4", lambda: mpmath.mpf(14) / 3),
    ("x**(2/3)", "1", "8", lambda: mpmath.mpf(3) / 5 * 31),
    ("x**x", "1", "2", lambda: mpmath.quad(lambda t: t**t, [1, 2])),
    ("x**a", "1", "2", lambda: mpmath.mpf(7) / 3),
    ("2**x", "0", "3", lambda: 7 / mpmath.log(2)),
    ("x**-2", "1", "2", lambda: mpmath.mpf(1) / 2),
    ("sigmoid(x)", "-1", "1", lambda: mpmath.mpf(1)),
    ("softplus(x)", "0", "1", lambda: mpmath.quad(lambda t: mpmath.log1p(mpmath.exp(t)), [0, 1])),
    ("tan(x)", "0", "1", lambda: -mpmath.log(mpmath.cos(1))),
    ("gamma(x)", "1", "2", lambda: mpmath.quad(mpmath.gamma, [1, 2])),
    ("Abs(a)*x + floor(a)", "0", "2", lambda: mpmath.mpf(8)),
    ("x", "1", "0", lambda: mpmath.mpf(-1) / 2),
    ("1/x", "-1", "-2", lambda: mpmath.log(2)),
    ("x**2", "1", "1", lambda: mpmath.mpf(0)),
    ("Sum(x**k, (k, 1, n))", "0", "1", lambda: mpmath.mpf(13) / 12),
]


@pytest.mark.parametrize(("text", "low", "high", "value"), ANALYTIC)
def test_the_ball_contains_the_integral(text, low, high, value):
    with mpmath.workdps(40):
        expected = value()
        ball = arb(at(integrated(text, low, high), 100, a=2, n=3))
        distance = abs(mpmath.mpf(ball.mid().str(40, radius=False)) - expected)
        radius = mpmath.mpf(ball.rad().upper().str(10, radius=False))
        assert distance <= radius * 1.01 + mpmath.mpf(10) ** -24
        assert "Sum" in text or radius < 1e-18


@pytest.mark.parametrize(
    ("text", "low", "high", "value"),
    [("Abs(x)", "-1", "2", 2.5), ("Max(x, 1)", "0", "2", 2.5), ("relu(x)", "-2", "2", 2)],
)
def test_kinks_are_enclosed_coarsely(text, low, high, value):
    ball = arb(at(integrated(text, low, high)))
    assert ball.contains(arb(value))
    assert ball.rad() < 0.5


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("1/x", "-1", "1"), ("1/x", "0", "1"), ("log(x)", "0", "1"), ("1/sqrt(x)", "0", "1"),
        ("x**(1/2)", "-1", "1"), ("log(x - 1)*0", "0", "2"), ("1/(x - 1/3)**2", "0", "1"),
        ("tan(x)", "0", "2"), ("gamma(x)", "-1/2", "1/2"), ("0/(x - 1/3)", "0", "1"),
        ("sign(x)", "-1", "1"), ("floor(x)", "0", "2"), ("q", "0", "1"), ("q(x)", "0", "1"),
        ("Abs(x)", "0", "pi"), ("exp(-x)", "0", INFINITY), ("exp(x)", Neg(INFINITY), "0"),
        ("1", "0", INFINITY),
    ],
)  # fmt: skip
def test_what_is_not_known_to_exist_has_no_value(text, low, high):
    with pytest.raises((Indeterminate, Undefined)):
        at(integrated(text, low, high))


def test_undefined_limits_and_integrands():
    with pytest.raises(Undefined):
        at(integrated("x", "0", "log(0)"))
    with pytest.raises((Undefined, Indeterminate)):
        at(integrated("log(-1 - x**2)", "0", "1"))
    with pytest.raises((Undefined, Indeterminate)):
        at(integrated("1/x", "0", "0"))


def test_the_bound_name_is_its_own():
    assert arb(at(integrated("x", "0", "x"), x=4)).contains(arb(8))
    # inside, n is any real number: no power of a negative number to it
    with pytest.raises((Indeterminate, Undefined)):
        at(Integral(term("(-2)**n"), "n", number(1), number(2)), n=1)
    inner = Integral(term("x*y"), "y", Number("0"), x)
    assert arb(at(Integral(inner, "x", Number("0"), Number("2")))).overlaps(arb(2))


def test_a_derivative_asks_for_smoothness_in_the_parameter():
    with pytest.raises((Indeterminate, Undefined)):
        at(Derivative(Integral(term("Abs(x - a)"), "x", number(0), number(2)), a), a=1)


@settings(max_examples=25, deadline=None)
@given(
    coefficients=st.lists(st.fractions(-3, 3, max_denominator=4), min_size=1, max_size=4),
    low=st.fractions(-3, 3, max_denominator=4),
    high=st.fractions(-3, 3, max_denominator=4),
)
def test_polynomials(coefficients, low, high):
    body: Term = Number("0")
    for power, coefficient in enumerate(coefficients):
        body = body + number(coefficient) * x ** (power + 1)
    exact = sum(
        c * (high ** (k + 2) - low ** (k + 2)) / (k + 2) for k, c in enumerate(coefficients)
    )
    value = at(Integral(body, "x", number(low), number(high)))
    with working_bits(128):
        assert arb(value).overlaps(arb(fmpq(exact.numerator, exact.denominator)))


def test_false_claims_about_integrals_fall_and_true_ones_stand():
    domain = Domain.parse("a > 0")
    body = integrated("exp(-a*x)", "0", "1")
    assert refute(body, term("(1 - exp(-a))/a"), domain, DEEP) is None
    for wrong in ("(1 + exp(-a))/a", "(1 - exp(-a))/a + 1e-15", "1 - exp(-a)"):
        assert refute(body, term(wrong), domain, DEEP) is not None
