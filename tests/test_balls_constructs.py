"""Ball arithmetic: conditions of branches, products, special functions, powers, long numbers."""

from __future__ import annotations

import time
from fractions import Fraction
from math import comb

import mpmath
import pytest
from flint import arb, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from derivation.kernel.refutation.balls import Point, evaluate
from derivation.kernel.refutation.reals import Indeterminate, Undefined, apply
from derivation.term import (
    Add,
    And,
    Call,
    Constant,
    Derivative,
    Div,
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
    Sub,
    Symbol,
    Term,
    Test,
    number,
)

x, y, n, k = Symbol("x"), Symbol("y"), Symbol("n"), Symbol("k")
ZERO, ONE, TWO = Number("0"), Number("1"), Number("2")
GT, EQ = RelationSign.GT, RelationSign.EQ
TRUE, FALSE = Relation(ONE, GT, ZERO), Relation(ZERO, GT, ONE)
NO_VALUE = Relation(Div(ONE, ZERO), GT, ZERO)
# log 2 = log 4 / 2: true, and no ball can show it
NOT_KNOWN = Relation(Call("log", (TWO,)), EQ, Div(Call("log", (Number("4"),)), TWO))
UNKNOWN_NAME = Relation(Symbol("q"), GT, ZERO)


def at(term: Term, bits: int = 64, **values: int | Fraction) -> fmpq | arb:
    exact = {name: Fraction(value) for name, value in values.items()}
    scalars = {name: fmpq(v.numerator, v.denominator) for name, v in exact.items()}
    return evaluate(term, Point(scalars, whole=frozenset({"n", "k"})), bits)


def call(name: str, *arguments: Term) -> Call:
    return Call(name, arguments)


def close(value: fmpq | arb, expected: mpmath.mpf) -> bool:
    middle = mpmath.mpf(arb(value).mid().str(40, radius=False))
    return bool(abs(middle - expected) <= mpmath.mpf(10) ** -25 * max(1, abs(expected)))


def taken(test: Test) -> bool:
    return at(Piecewise(((ONE, test), (ZERO, None)))) == 1


def test_conditions_that_are_known():
    assert taken(And(TRUE, TRUE))
    assert not taken(And(TRUE, FALSE))
    assert taken(Or(FALSE, TRUE))
    assert not taken(Or(FALSE, FALSE))
    assert taken(Not(FALSE))
    assert not taken(Not(TRUE))


def test_one_side_may_decide_alone_if_the_other_has_a_value():
    assert not taken(And(FALSE, NOT_KNOWN))
    assert not taken(And(NOT_KNOWN, FALSE))
    assert taken(Or(NOT_KNOWN, TRUE))
    assert taken(Not(And(NOT_KNOWN, FALSE)))


@pytest.mark.parametrize(
    "test",
    [NOT_KNOWN, And(TRUE, NOT_KNOWN), Or(FALSE, NOT_KNOWN), Not(NOT_KNOWN),
     And(FALSE, UNKNOWN_NAME), Or(TRUE, UNKNOWN_NAME)],
)  # fmt: skip
def test_a_doubtful_condition_takes_no_branch(test):
    with pytest.raises(Indeterminate):
        taken(test)


@pytest.mark.parametrize("make", [And, Or])
@pytest.mark.parametrize("other", [TRUE, FALSE, NOT_KNOWN])
def test_a_condition_over_something_undefined_is_undefined(make, other):
    for test in (make(other, NO_VALUE), make(NO_VALUE, other), Not(make(other, NO_VALUE))):
        with pytest.raises(Undefined):
            taken(test)


def test_the_condition_of_a_later_branch_is_not_asked():
    assert at(Piecewise(((ONE, TRUE), (TWO, NO_VALUE)))) == 1
    with pytest.raises(Undefined):
        at(Piecewise(((ONE, FALSE), (TWO, FALSE))))


def test_no_derivative_on_the_border_of_a_joined_condition():
    inside = And(Relation(x, GT, ZERO), Relation(x, RelationSign.LT, ONE))
    slope = Derivative(Piecewise(((Pow(x, TWO), inside), (ZERO, None))), x)
    assert at(slope, x=Fraction(1, 2)) == 1
    assert at(slope, x=2) == 0
    for border in (0, 1):
        with pytest.raises(Indeterminate):
            at(slope, x=border)


@pytest.mark.parametrize(
    ("lower", "upper", "value"),
    [(1, 5, 120), (1, 0, 1), (3, 1, 1), (-2, 2, 0), (4, 4, 4)],
)
def test_products(lower, upper, value):
    assert at(Product(k, "k", number(lower), number(upper))) == value


def test_products_need_every_factor_and_whole_limits():
    with pytest.raises(Undefined):
        at(Product(Div(ONE, k), "k", ZERO, TWO))
    with pytest.raises(Undefined):
        at(Product(Piecewise(((ZERO, Relation(k, EQ, ZERO)), (Div(ONE, Sub(k, ONE)), None))),
                   "k", ZERO, TWO))  # fmt: skip
    for upper in (x, Pow(Number("10"), Number("9"))):
        with pytest.raises(Indeterminate):
            at(Product(ONE, "k", ONE, upper), x=3)
    assert at(Product(Add(x, k), "k", ONE, n), x=Fraction(1, 2), n=3) == fmpq(105, 8)


BINARY = {
    "beta": (mpmath.beta, (Fraction(1, 3), Fraction(7, 2)), (4, Fraction(5, 2))),
    "binomial": (mpmath.binomial, (Fraction(7, 2), Fraction(1, 3)), (Fraction(-5, 2), 3)),
    "polygamma": (mpmath.polygamma, (1, Fraction(1, 3)), (4, Fraction(-7, 2)), (0, 5), (2, 40)),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(BINARY))
def test_functions_of_two_arguments_against_mpmath(name):
    reference, *places = BINARY[name]
    with mpmath.workdps(40):
        for place in places:
            values = [mpmath.mpf(one.numerator) / one.denominator for one in map(Fraction, place)]
            value = at(call(name, *map(number, place)), 160)
            assert close(value, reference(*values)), place


@settings(max_examples=40, deadline=None)
@given(top=st.integers(0, 60), bottom=st.integers(0, 60))
def test_binomial_of_whole_numbers(top, bottom):
    term = call("binomial", number(top), number(bottom))
    if bottom <= top:
        assert at(term) == comb(top, bottom)
    else:
        with pytest.raises(Undefined):
            at(term)


@pytest.mark.parametrize(
    ("term", "value"),
    [
        (call("binomial", Div(ONE, TWO), TWO), Fraction(-1, 8)),
        (call("factorial", Number("5")), 120),
        (Div(call("factorial", Number("3000")), call("factorial", Number("2999"))), 3000),
        (call("beta", TWO, Number("3")), Fraction(1, 12)),
        (call("Mod", Neg(Number("7")), Number("3")), 2),
        (call("Mod", Div(Number("7"), TWO), ONE), Fraction(1, 2)),
        (call("Heaviside", ZERO, ONE), 1),
        (call("Heaviside", Neg(ONE), Number("7")), 0),
        (call("Heaviside", ONE, Number("7")), 1),
        (call("Phi", ZERO), Fraction(1, 2)),
        (call("sqrt", Div(Number("4"), Number("9"))), Fraction(2, 3)),
        (Pow(Number("8"), Div(TWO, Number("3"))), 4),
        (Pow(Div(Number("27"), Number("8")), Neg(Div(ONE, Number("3")))), Fraction(2, 3)),
        (Pow(ZERO, Div(TWO, Number("3"))), 0),
        (Pow(ZERO, Constant("pi")), 0),
        (Pow(Neg(TWO), Pow(n, TWO)), 16),
        (Sub(Number("1e-320"), Div(ONE, Pow(Number("10"), Number("320")))), 0),
        (Div(Number("1e400"), Number("1e399")), 10),
        (Sub(Number("1" + "0" * 5000), Pow(Number("10"), Number("5000"))), 0),
    ],
)
def test_exact_values(term, value):
    exact = Fraction(value)
    assert at(term, n=2) == fmpq(exact.numerator, exact.denominator)


@pytest.mark.parametrize(
    "term",
    [
        call("cot", ZERO), call("csc", ZERO), call("csch", ZERO), call("coth", ZERO),
        call("asec", Div(ONE, TWO)), call("asec", ZERO), call("acsc", Div(ONE, TWO)),
        call("asech", TWO), call("asech", ZERO), call("asech", Neg(ONE)), call("acsch", ZERO),
        call("acoth", ONE), call("acoth", Div(ONE, TWO)), call("erfinv", ONE),
        call("erfinv", Neg(TWO)), call("polygamma", ONE, Neg(TWO)), call("polygamma", ZERO, ZERO),
        call("binomial", Neg(ONE), ZERO), call("binomial", Number("3"), Neg(ONE)),
        call("binomial", Number("3"), Number("4")), call("Mod", ONE, ZERO),
        call("Heaviside", ONE, Div(ONE, ZERO)), call("loggamma", ZERO),
        Pow(Neg(Number("8")), Div(ONE, Number("3"))), Pow(ZERO, ZERO), Pow(ZERO, Neg(ONE)),
        Pow(ZERO, Neg(call("Abs", x))), Pow(Neg(ONE), Constant("pi")),
        Pow(ZERO, Neg(Constant("pi"))), Pow(Sub(x, x), Constant("pi")),
        Pow(ZERO, Neg(Div(ONE, TWO))),
        Pow(Neg(ONE), Mul(n, Div(ONE, TWO))),  # neither whole nor constant by its form
    ],
)  # fmt: skip
def test_undefined(term):
    with pytest.raises(Undefined):
        at(term, x=2, n=4)


@pytest.mark.parametrize(
    "term",
    [
        call("tan", Div(Constant("pi"), TWO)), call("sec", Div(Constant("pi"), TWO)),
        call("cot", Constant("pi")), call("polygamma", Div(ONE, TWO), ONE),
        call("polygamma", Neg(ONE), ONE), call("Mod", ONE, Neg(TWO)), call("beta", Neg(ONE), ONE),
        call("acot", ONE), call("gamma", Sub(call("log", call("exp", TWO)), TWO)),
        call("factorial", Pow(Number("10"), Number("30"))), Constant("inf"), Number("1_0"),
    ],
)  # fmt: skip
def test_doubtful(term):
    with pytest.raises(Indeterminate):
        at(term, x=2)


@pytest.mark.parametrize(
    ("name", "place"),
    [("tan", Fraction(1, 3)), ("cot", Fraction(4, 3)), ("sec", 1), ("csc", 2), ("sech", 1),
     ("csch", -1), ("coth", 2), ("gamma", Fraction(7, 3)), ("erf", 1)],
)  # fmt: skip
def test_functions_are_defined_on_small_balls(name, place):
    value = apply(name, [arb(fmpq(Fraction(place).numerator, Fraction(place).denominator), 1e-9)],
                  smooth=True)  # fmt: skip
    assert isinstance(value, arb)
    assert value.is_finite()


@pytest.mark.parametrize("name", ["cot", "csc", "csch", "coth", "gamma", "digamma", "acsch"])
def test_functions_refuse_a_ball_around_a_pole(name):
    with pytest.raises(Indeterminate):
        apply(name, [arb(0, 1e-9)], smooth=True)


def test_logsumexp():
    with mpmath.workdps(40):
        expected = mpmath.log(mpmath.e + mpmath.e**2 + 1)
        assert close(at(call("logsumexp", ONE, TWO, ZERO), 160), expected)
        assert close(at(call("logsumexp", TWO), 160), mpmath.mpf(2))


def test_euler_gamma():
    with mpmath.workdps(40):
        assert close(at(Constant("EulerGamma"), 160), mpmath.euler)
        assert close(at(Neg(call("digamma", ONE)), 160), mpmath.euler)


@pytest.mark.parametrize(
    "term",
    [
        call("factorial", Pow(Number("10"), Number("9"))),
        call("gamma", Neg(Div(Number("2000000001"), TWO))),
        call("binomial", Pow(Number("10"), Number("9")), Pow(Number("10"), Number("8"))),
        Pow(Number("9"), Pow(Number("9"), Number("9"))),
        Pow(TWO, Pow(TWO, Number("60"))),
        Pow(Neg(TWO), Add(Pow(TWO, Number("50")), ONE)),
        call("exp", Pow(TWO, Number("60"))),
    ],
)
def test_huge_values_are_balls_and_come_at_once(term):
    start = time.perf_counter()
    value = at(term)
    assert time.perf_counter() - start < 0.1
    assert isinstance(value, arb)
    assert not value.contains(0)


def test_the_sign_of_a_huge_power():
    assert at(Pow(Neg(TWO), Add(Pow(TWO, Number("50")), ONE))) < 0
    assert at(Pow(Neg(TWO), Pow(TWO, Number("50")))) > 0
