"""Ball arithmetic: enclosures against mpmath, and the edges of the real domains."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction

import mpmath
import pytest
from flint import arb, ctx, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from derivation.kernel.refutation.balls import Point, evaluate
from derivation.kernel.refutation.reals import Indeterminate, Undefined
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
    Sub,
    Sum,
    Symbol,
    Term,
    number,
)

x, y, n, k = Symbol("x"), Symbol("y"), Symbol("n"), Symbol("k")
ZERO, ONE, TWO = Number("0"), Number("1"), Number("2")
BITS = 240
TOLERANCE = mpmath.mpf(10) ** -45


def at(term: Term, bits: int = 64, **values: int | Fraction) -> fmpq | arb:
    exact = {name: Fraction(value) for name, value in values.items()}
    scalars = {name: fmpq(v.numerator, v.denominator) for name, v in exact.items()}
    return evaluate(term, Point(scalars, whole=frozenset({"n", "k"})), bits)


def call(name: str, *arguments: Term) -> Call:
    return Call(name, arguments)


def as_mpf(value: Fraction) -> mpmath.mpf:
    return mpmath.mpf(value.numerator) / value.denominator


def encloses(value: fmpq | arb, expected: mpmath.mpf) -> bool:
    """Whether the ball is at most its radius, and mpmath's own error, away from mpmath."""
    before = ctx.prec
    ctx.prec = BITS
    try:
        ball = arb(value)
        middle = mpmath.mpf(ball.mid().str(65, radius=False))
        radius = mpmath.mpf(ball.rad().upper().str(10, radius=False))
    finally:
        ctx.prec = before
    return abs(middle - expected) <= radius * 1.01 + TOLERANCE * max(1, abs(expected))


FUNCTIONS = {
    "exp": (mpmath.exp, -30, 30),
    "log": (mpmath.log, 0, 50),
    "ln": (mpmath.log, 0, 50),
    "sqrt": (mpmath.sqrt, 0, 50),
    "sin": (mpmath.sin, -30, 30),
    "cos": (mpmath.cos, -30, 30),
    "tan": (mpmath.tan, Fraction(-3, 2), Fraction(3, 2)),
    "sinh": (mpmath.sinh, -30, 30),
    "cosh": (mpmath.cosh, -30, 30),
    "tanh": (mpmath.tanh, -30, 30),
    "sigmoid": (lambda t: 1 / (1 + mpmath.exp(-t)), -30, 30),
    "sigma": (lambda t: 1 / (1 + mpmath.exp(-t)), -30, 30),
    "softplus": (lambda t: mpmath.log1p(mpmath.exp(t)), -30, 30),
    "relu": (lambda t: max(t, mpmath.mpf(0)), -30, 30),
    "logit": (lambda t: mpmath.log(t / (1 - t)), 0, 1),
    "log1p": (mpmath.log1p, -1, 30),
    "expm1": (mpmath.expm1, -30, 30),
    "asin": (mpmath.asin, -1, 1),
    "acos": (mpmath.acos, -1, 1),
    "atan": (mpmath.atan, -30, 30),
    "asinh": (mpmath.asinh, -30, 30),
    "acosh": (mpmath.acosh, 1, 30),
    "atanh": (mpmath.atanh, -1, 1),
    "erf": (mpmath.erf, -5, 5),
    "erfc": (mpmath.erfc, -5, 5),
    "erfinv": (mpmath.erfinv, -1, 1),
    "Phi": (mpmath.ncdf, -8, 8),
    "sec": (mpmath.sec, Fraction(-3, 2), Fraction(3, 2)),
    "csc": (mpmath.csc, 0, 3),
    "cot": (mpmath.cot, 0, 3),
    "sech": (mpmath.sech, -30, 30),
    "csch": (mpmath.csch, 0, 30),
    "coth": (mpmath.coth, -30, 0),
    "asec": (mpmath.asec, 1, 30),
    "acsc": (mpmath.acsc, -30, -1),
    "asech": (mpmath.asech, 0, 1),
    "acsch": (mpmath.acsch, 0, 30),
    "acoth": (mpmath.acoth, 1, 30),
    "gamma": (mpmath.gamma, 0, 12),
    "digamma": (mpmath.digamma, 0, 12),
    "loggamma": (mpmath.loggamma, 0, 12),
    "factorial": (mpmath.factorial, 0, 12),
    "Abs": (abs, -30, 30),
    "sign": (mpmath.sign, -30, 30),
    "floor": (mpmath.floor, -30, 30),
    "ceiling": (mpmath.ceil, -30, 30),
    "Heaviside": (lambda t: mpmath.mpf((mpmath.sign(t) + 1) / 2), -30, 30),
}


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
@settings(max_examples=15, deadline=None)
@given(part=st.fractions(min_value=0, max_value=1, max_denominator=500))
def test_function_encloses_what_mpmath_computes(name, part):
    reference, low, high = FUNCTIONS[name]
    value = low + (high - low) * (part * Fraction(998, 1000) + Fraction(1, 1000))
    with mpmath.workdps(60):
        expected = reference(as_mpf(value))
        assert encloses(at(call(name, x), BITS, x=value), expected)


@settings(max_examples=60, deadline=None)
@given(
    a=st.fractions(min_value=-20, max_value=20, max_denominator=60),
    b=st.fractions(min_value=-20, max_value=20, max_denominator=60),
    c=st.fractions(min_value=-4, max_value=4, max_denominator=6),
)
def test_arithmetic_and_powers_against_mpmath(a, b, c):
    with mpmath.workdps(60):
        mp_a, mp_b = as_mpf(a), as_mpf(b)
        term = Add(Mul(call("sin", x), y), Sub(call("Max", x, y), call("Min", x, y)))
        expected = mpmath.sin(mp_a) * mp_b + max(mp_a, mp_b) - min(mp_a, mp_b)
        assert encloses(at(term, BITS, x=a, y=b), expected)
        if a > 0:
            assert encloses(at(Pow(x, y), BITS, x=a, y=b), mp_a**mp_b)
            assert encloses(at(Pow(x, number(c)), BITS, x=a), mp_a ** as_mpf(c))


@pytest.mark.parametrize(
    "term",
    [
        Div(ONE, x),
        Div(x, x),
        Div(ONE, Sub(call("exp", x), ONE)),
        Pow(x, ZERO),
        Pow(x, Neg(ONE)),
        Pow(x, Neg(Div(ONE, TWO))),
        Pow(Sub(x, ONE), Div(ONE, Number("3"))),
        Pow(Neg(ONE), x),  # the exponent is 0 here, but real elsewhere
        Pow(x, Add(x, ONE)),
        Pow(Neg(ONE), call("sqrt", Number("4"))),
        Mul(ZERO, call("log", x)),
        call("log", x),
        call("log", Sub(x, ONE)),
        call("sqrt", Sub(x, ONE)),
        call("log1p", Neg(ONE)),
        call("logit", x),
        call("logit", ONE),
        call("acosh", x),
        call("asin", TWO),
        call("acos", Neg(TWO)),
        call("atanh", ONE),
        call("gamma", x),
        call("gamma", Neg(TWO)),
        call("digamma", Neg(ONE)),
        call("loggamma", Neg(Div(ONE, TWO))),
        call("factorial", Neg(ONE)),
        Sum(Div(ONE, k), "k", Neg(ONE), ONE),
        Piecewise(((ONE, Relation(x, RelationSign.GT, ZERO)),)),
        Derivative(call("log", Sub(x, ONE)), x),
    ],
)
def test_certainly_undefined_at_zero(term):
    with pytest.raises(Undefined):
        at(term, x=0)


@pytest.mark.parametrize(
    ("term", "value"),
    [
        (Sum(Div(ONE, k), "k", ONE, ZERO), 0),  # an empty sum
        (Sum(k, "k", ONE, Neg(Number("3"))), 0),  # far from Karr's convention
        (Sum(k, "k", ONE, n), 6),
        (Pow(Neg(TWO), n), -8),
        (Pow(Neg(TWO), Neg(n)), Fraction(-1, 8)),
        (Pow(x, n), 0),
        (Pow(x, Div(ONE, TWO)), 0),
        (call("sqrt", Number("4")), 2),
        (call("asin", x), 0),
        (call("acos", ONE), 0),
        (call("Heaviside", x), Fraction(1, 2)),
        (call("sign", x), 0),
        (call("Delta", n, Number("3")), 1),
        (call("Delta", n, TWO), 0),
        (call("floor", Neg(Div(ONE, TWO))), -1),
        (call("ceiling", Neg(Div(ONE, TWO))), 0),
        (call("factorial", n), 6),
        (call("gamma", ONE), 1),
        (Number("0.50"), Fraction(1, 2)),
        (Piecewise(((TWO, Relation(x, RelationSign.NE, ZERO)), (n, None))), 3),
        # a branch that is not taken need not be defined
        (Piecewise(((ONE, Relation(x, RelationSign.LE, ZERO)), (Div(ONE, x), None))), 1),
        (Derivative(Pow(x, Number("3")), x), 0),
        (Derivative(Mul(call("Abs", Sub(x, ONE)), x), x), 1),
    ],
)
def test_exact_values_at_zero(term, value):
    exact = Fraction(value)
    assert at(term, x=0, n=3) == fmpq(exact.numerator, exact.denominator)


@pytest.mark.parametrize(
    "term",
    [
        Symbol("unknown"),
        call("unknown", x),
        Call("Abs", ()),
        call("exp", x, x),
        Div(ONE, Sub(call("exp", call("log", TWO)), TWO)),  # a zero that balls cannot see
        call("exp", Pow(Number("10"), Number("30"))),
        Pow(Number("9"), Pow(Number("9"), Pow(Number("9"), Number("9")))),
        Sum(ONE, "k", ONE, x),  # a limit that is whole by accident
        Sum(ONE, "k", ONE, Pow(Number("10"), Number("9"))),
        Sum(Sum(ONE, "k", ONE, Number("2000")), "n", ONE, Number("2000")),
        Derivative(call("Abs", x), x),
        Derivative(call("relu", x), x),
        Derivative(call("Max", x, Neg(x)), x),
        Derivative(call("sqrt", Neg(Pow(x, TWO))), x),  # defined at one point only
        Derivative(Mul(ZERO, call("log", x)), n),  # by a whole number
        Derivative(Pow(Neg(Pow(x, TWO)), Div(Number("3"), TWO)), x),
        Derivative(Piecewise(((x, Relation(x, RelationSign.GT, ZERO)), (ZERO, None))), x),
        call("floor", Sub(call("exp", call("log", TWO)), ONE)),
        Relation(x, RelationSign.EQ, ZERO),
        Number("9" * 50_000),
    ],
)
def test_doubt_is_never_a_value(term):
    with pytest.raises((Indeterminate, Undefined)) as caught:
        at(term, x=0, y=0, n=3)
    assert caught.type is Indeterminate or isinstance(term, Derivative)


def test_derivative_needs_its_body_defined_even_where_a_factor_is_zero():
    body = Mul(ZERO, call("log", x))
    assert at(Derivative(body, x), x=2) == 0
    with pytest.raises(Undefined):
        at(Derivative(body, x), x=-2)


def test_derivatives_and_primes():
    assert at(Derivative(Pow(x, Number("4")), x, 2), x=3) == 108
    nested = Derivative(Derivative(Mul(Pow(x, TWO), Pow(y, TWO)), x), y)
    assert at(nested, x=3, y=5) == 60
    assert at(Call("sigmoid", (x,), 1), x=0) == fmpq(1, 4)
    assert at(Call("Abs", (Neg(x),), 1), x=2) == -1
    with pytest.raises(Indeterminate):
        at(Call("Abs", (x,), 1), x=0)


def test_members_of_families():
    w = {(1,): fmpq(5), (2,): fmpq(7)}
    point = Point({"j": fmpq(2)}, {"w": w}, frozenset({"j"}))
    squares = Sum(Pow(Indexed("w", (k,)), TWO), "k", ONE, TWO)
    assert evaluate(squares, point, 64) == 74
    assert evaluate(Derivative(squares, Indexed("w", (Symbol("j"),))), point, 64) == 14
    with pytest.raises(Undefined):
        evaluate(Indexed("w", (Number("3"),)), point, 64)
    with pytest.raises(Indeterminate):
        evaluate(Indexed("v", (ONE,)), point, 64)


def test_power_of_a_ball_around_zero_is_finite():
    nearly_zero = Sub(call("exp", call("log", TWO)), TWO)
    cube = at(Pow(nearly_zero, Number("3")))
    assert cube.is_finite()
    assert cube.contains(0)


def test_long_rationals_become_balls():
    assert isinstance(at(Pow(Number("3"), Number("100000"))), arb)
    assert isinstance(at(Pow(Number("3"), Number("100"))), fmpq)


def test_deep_terms_are_refused_without_a_traceback():
    term: Term = x
    for _ in range(20_000):
        term = Neg(term)
    with pytest.raises(Indeterminate):
        at(term, x=1)


@pytest.mark.parametrize("term", [Div(ONE, x), call("log", TWO), Symbol("unknown")])
def test_precision_is_restored(term):
    before = ctx.prec
    with suppress(Undefined, Indeterminate):
        at(term, 777, x=0)
    assert ctx.prec == before


def test_constants():
    with mpmath.workdps(60):
        assert encloses(at(Constant("pi"), BITS), mpmath.pi)
        assert encloses(at(Pow(Constant("e"), Neg(ONE)), BITS), mpmath.exp(-1))
    with pytest.raises(Indeterminate):
        at(Constant("tau"))
