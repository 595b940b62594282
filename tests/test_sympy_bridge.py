from __future__ import annotations

import subprocess
import sys

import pytest
import sympy
from hypothesis import HealthCheck, given, settings
from strategies import terms

from derivation.domain import Domain
from derivation.errors import UnsupportedError
from derivation.notation import read, to_python
from derivation.notation.sympy_bridge import from_sympy, to_sympy
from derivation.term import Call, Div, Neg, Number, Paren, Sub, Symbol

DOMAIN = Domain.parse(
    "x real, 0 < p < 1, q >= 0, m integer >= 1, i in 1..m, u[1..m] real, h(x; w, b) function, "
    "w, b real"
)
X, Y = sympy.symbols("x y")


def test_nothing_is_evaluated():
    x = sympy.Symbol("x", real=True)
    difference = to_sympy(read("x - x"), DOMAIN)
    assert isinstance(difference, sympy.Add)
    assert len(difference.args) == 2
    assert difference.doit() == 0
    inverse = to_sympy(read("1/x"), DOMAIN)
    assert (inverse.func, inverse.args) == (sympy.Pow, (x, -1))
    assert str(to_sympy(read("1 + 2"))) == "1 + 2"
    assert isinstance(to_sympy(read("log(1)")), sympy.log)
    assert isinstance(to_sympy(read("Derivative(1, x)")), sympy.Derivative)
    assert isinstance(to_sympy(read("Max(1, 2)")), sympy.Max)


def test_assumptions_come_from_the_domain():
    by_name = {
        symbol.name: symbol for symbol in to_sympy(read("p + q + m + x + k"), DOMAIN).free_symbols
    }
    assert by_name["p"].is_positive
    assert by_name["q"].is_nonnegative
    assert not by_name["q"].is_positive
    assert by_name["m"].is_integer
    assert by_name["m"].is_positive
    assert by_name["x"].is_real
    assert by_name["k"].is_real is None
    member = to_sympy(read("u[i]"), DOMAIN)
    assert isinstance(member, sympy.Indexed)
    assert member.is_real


def test_parameters_make_derivatives_right():
    x, w, b = (sympy.Symbol(name, real=True) for name in "xwb")
    call = to_sympy(read("h(x)"), DOMAIN)
    assert call.args == (x, w, b)
    assert sympy.diff(call, w) != 0
    assert sympy.diff(to_sympy(read("f(x)"), DOMAIN), w) == 0
    assert from_sympy(call, DOMAIN) == Call("h", (Symbol("x"),))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("sigmoid(x)", 1 / (1 + sympy.exp(-X))),
        ("Prime(sigmoid(x))", sympy.exp(-X) / (1 + sympy.exp(-X)) ** 2),
        ("Prime(log(x**2))", X**-2),
        ("softplus(x)", sympy.log(1 + sympy.exp(X))),
        ("E**(-x) * pi", sympy.pi * sympy.exp(-X)),
        ("0.5*x", X / 2),
        ("Derivative(x**3, x, 2)", 6 * X),
        ("Sum(x**i, (i, 0, 2))", 1 + X + X**2),
        ("Delta(1, 1) + Delta(1, 2)", sympy.Integer(1)),
        ("Piecewise((x, x > 0), (0, True))", sympy.Piecewise((X, X > 0), (0, True))),
        (
            "Piecewise((x, 0 < x <= 1 or not x > -1), (0, True))",
            sympy.Piecewise((X, ((X > 0) & (X <= 1)) | (X <= -1)), (0, True)),
        ),
        ("Product(x + i, (i, 0, 2))", X * (1 + X) * (2 + X)),
        ("Integral(exp(-t), (t, 0, oo))", sympy.Integer(1)),
        ("EulerGamma", sympy.EulerGamma),
        ("polygamma(1, x)", sympy.polygamma(1, X)),
        ("Phi(x)", (1 + sympy.erf(X / sympy.sqrt(2))) / 2),
        ("sech(x)", 1 / sympy.cosh(X)),
        ("floor(5/2) + binomial(4, 2)", sympy.Integer(8)),
        ("1e-3", sympy.Rational(1, 1000)),
    ],
)
def test_meaning(text, value):
    assert sympy.simplify(to_sympy(read(text)).doit() - value) == 0


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (1 - X, "1 - x"),
        (-X - Y, "-x - y"),
        (-X / 2, "-x/2"),
        (X**-2, "1/x**2"),
        (Y / (2 * (X - 1)), "y/(2*x - 2)"),
        (sympy.sqrt(X) / Y, "sqrt(x)/y"),
        (sympy.Rational(-3, 4), "-3/4"),
        (sympy.exp(-X), "E**-x"),
        (sympy.log(X), "log(x)"),
        (sympy.Derivative(sympy.Function("f")(X), X), "Derivative(f(x), x)"),
        (
            sympy.Sum(sympy.IndexedBase("u")[Y], (Y, 1, X)),
            "Sum(u[y], (y, 1, x))",
        ),
        (sympy.Piecewise((X, X > 0), (0, True)), "Piecewise((x, x > 0), (0, True))"),
        (sympy.KroneckerDelta(X, Y), "Delta(x, y)"),
        (sympy.Max(X, Y), "Max(x, y)"),
        (sympy.Eq(X, Y), "x == y"),
        (sympy.digamma(X), "digamma(x)"),
        (sympy.polygamma(2, X), "polygamma(2, x)"),
        (sympy.Heaviside(X), "Heaviside(x)"),
        (sympy.Heaviside(X, 1), "Heaviside(x, 1)"),
        (sympy.EulerGamma + X, "x + EulerGamma"),
        (sympy.Product(X, (X, 1, Y)), "Product(x, (x, 1, y))"),
        (sympy.Integral(X, (X, -sympy.oo, sympy.oo)), "Integral(x, (x, -oo, oo))"),
        (
            sympy.Integral(X * Y, (X, 0, Y), (Y, 0, 1)),
            "Integral(Integral(x*y, (x, 0, y)), (y, 0, 1))",
        ),
        (sympy.And(X > 0, Y > 0), "x > 0 and y > 0"),
        (
            sympy.Piecewise((1, sympy.Or(X > 0, sympy.And(X < -1, Y > 0))), (0, True)),
            "Piecewise((1, y > 0 and x < -1 or x > 0), (0, True))",
        ),
        (sympy.Not(X > 0, evaluate=False), "not x > 0"),
        (sympy.floor(X) + sympy.sech(X), "floor(x) + sech(x)"),
        (sympy.beta(X, Y), "beta(x, y)"),
    ],
)
def test_sympy_reads_well(expression, text):
    assert to_python(from_sympy(expression)) == text


def test_a_wrong_number_of_arguments_is_refused():
    with pytest.raises(UnsupportedError, match="sin does not take 2"):
        to_sympy(read("sin(x, 1)"))


def test_a_variable_of_integration_is_real_and_an_index_is_whole():
    integral = to_sympy(read("Integral(t, (t, 0, 1)) + Sum(k, (k, 1, 3))"))
    by_name = {symbol.name: symbol for symbol in integral.atoms(sympy.Symbol)}
    assert by_name["t"].is_real
    assert by_name["t"].is_integer is None
    assert by_name["k"].is_integer


def test_shapes_from_sympy():
    assert from_sympy(X - Y) == Sub(Symbol("x"), Symbol("y"))
    assert from_sympy(-1 / X) == Neg(Div(Number("1"), Symbol("x")))
    assert from_sympy(sympy.UnevaluatedExpr(X)) == Paren(Symbol("x"))


@pytest.mark.parametrize(
    "expression",
    [sympy.Float("0.1"), sympy.I, sympy.oo, sympy.zoo, sympy.nan, sympy.Integral(X, X),
     sympy.besselj(1, X), sympy.Matrix([X]), sympy.Xor(X > 0, Y > 0), X + sympy.oo,
     X + sympy.Float(2)],
)  # fmt: skip
def test_what_has_no_form_is_refused(expression):
    with pytest.raises(UnsupportedError):
        from_sympy(expression)


@pytest.mark.parametrize(
    "text",
    ["x/y + 1", "(x - y)**3", "x*u[i]", "Sum(u[i]*w[i], (i, 1, m))", "h(x)", "Prime(h(x**2))",
     "Derivative(h(x), w)", "Abs(x)", "Product(u[i], (i, 1, m))", "Integral(x, (x, 0, p))",
     "Piecewise((1, 0 < x < 1), (2, x > 3 or x < -3), (0, True))", "polygamma(2, x)",
     "E**(-x)/(1 + E**(-x))**2", "log(x)/log(2)"],
)  # fmt: skip
def test_there_and_back_is_the_same_for_sympy(text):
    expression = to_sympy(read(text), DOMAIN)
    again = to_sympy(from_sympy(expression, DOMAIN), DOMAIN)
    assert sympy.simplify(again.doit() - expression.doit()) == 0


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(terms(6))
def test_any_term_is_converted_or_refused(term):
    try:
        expression = to_sympy(term)
    except UnsupportedError:
        return
    assert isinstance(expression, sympy.Basic)


def test_reading_formulas_does_not_load_sympy():
    code = (
        "import sys, derivation.notation as n; n.read('x + 1'); assert 'sympy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
