"""Definite integrals: values, what they rest on, and integrals that do not exist.

Every true claim has a twin that must not be proved: a wrong constant, a condition that is missing,
a wrong limit, a range with a singularity.
"""

from __future__ import annotations

import pytest

from derivation.domain import Domain
from derivation.kernel import Verdict, decide
from derivation.notation import read

PROVED, PROVED_IF = Verdict.PROVED, Verdict.PROVED_IF
REFUTED, UNDECIDED = Verdict.REFUTED, Verdict.UNDECIDED

NORMAL = "exp(-(x - mu)**2/(2*s**2))/sqrt(2*pi*s**2)"
OTHER = "exp(-(x - nu)**2/(2*r**2))/sqrt(2*pi*r**2)"
STANDARD = "exp(-x**2/2)/sqrt(2*pi)"
GAMMA = "b**a*x**(a - 1)*exp(-b*x)/gamma(a)"
BETA = "x**(a - 1)*(1 - x)**(b - 1)/beta(a, b)"
LAPLACE = "exp(-Abs(x - m)/s)/(2*s)"
LOGISTIC = "exp(-(x - m)/s)/(s*(1 + exp(-(x - m)/s))**2)"
CAUCHY = "1/(pi*g*(1 + ((x - m)/g)**2))"
STUDENT = "gamma((v + 1)/2)/(gamma(v/2)*sqrt(v*pi))*(1 + x**2/v)**(-(v + 1)/2)"
MU = "mu real, s > 0"
MIXTURE = "Sum(w[i]*exp(-(x - u[i])**2/(2*r[i]**2))/sqrt(2*pi*r[i]**2), (i, 1, m))"
PARTS = "m integer >= 1, w[1..m] > 0, u[1..m] real, r[1..m] > 0"
LINE, HALF = "(x, -oo, oo)", "(x, 0, oo)"


def judge(lhs: str, rhs: str, given: str):
    functions = Domain.parse(given).functions

    def term(text: str):
        return read(text, functions=functions, syntax="python")

    return decide(term(lhs), term(rhs), given)


# (left side, right side, domain, a wrong right side, what the kernel says of it)
DENSITIES = [
    (f"Integral({NORMAL}, {LINE})", "1", MU, "2", REFUTED),
    (f"Integral(exp(-(x - mu)**2/(2*s**2)), {LINE})", "s*sqrt(2*pi)", MU, "s*2*pi", REFUTED),
    (f"Integral(x*{NORMAL}, {LINE})", "mu", MU, "-mu", REFUTED),
    (f"Integral((x - mu)**2*{NORMAL}, {LINE})", "s**2", MU, "s", REFUTED),
    (f"Integral(x**2*{NORMAL}, {LINE})", "mu**2 + s**2", MU, "mu**2 - s**2", REFUTED),
    (f"Integral(x**3*{NORMAL}, {LINE})", "mu**3 + 3*mu*s**2", MU, "mu**3 + mu*s**2", REFUTED),
    (f"Integral((x - mu)**4*{NORMAL}, {LINE})", "3*s**4", MU, "2*s**4", REFUTED),
    (f"Integral((x - mu)**8*{NORMAL}, {LINE})", "105*s**8", MU, "945*s**8", REFUTED),
    (f"Integral((a*x + b)*{NORMAL}, {LINE})", "a*mu + b", f"{MU}, a, b real", "a*mu", REFUTED),
    (
        f"Integral(exp(t*x)*{NORMAL}, {LINE})", "exp(mu*t + s**2*t**2/2)", f"{MU}, t real",
        "exp(mu*t + s**2*t**2)", REFUTED,
    ),
    (f"Integral(cos(k*x)*{STANDARD}, {LINE})", "exp(-k**2/2)", "k real", "exp(-k**2)", REFUTED),
    (
        f"-Integral({NORMAL}*log({NORMAL}), {LINE})", "(1 + log(2*pi*s**2))/2", MU,
        "log(2*pi*s**2)/2", REFUTED,
    ),
    (
        f"Integral({NORMAL}*(log({NORMAL}) - log({OTHER})), {LINE})",
        "log(r/s) + (s**2 + (mu - nu)**2)/(2*r**2) - 1/2", f"{MU}, nu real, r > 0",
        "log(s/r) + (s**2 + (mu - nu)**2)/(2*r**2) - 1/2", REFUTED,
    ),
    (
        f"Integral(Abs(x)*exp(-x**2/(2*s**2))/sqrt(2*pi*s**2), {LINE})", "s*sqrt(2/pi)", "s > 0",
        "s*sqrt(1/pi)", REFUTED,
    ),
    (f"Integral(relu(x)*{STANDARD}, {LINE})", "1/sqrt(2*pi)", "", "1/2", REFUTED),
    ("Integral(exp(-x)*(1 - exp(-x))**n, (x, 0, oo))", "1/(n + 1)", "n integer >= 1", "n", REFUTED),
    ("Integral(sigmoid(x)*exp(-x), (x, 0, oo))", "log(2)", "", "1", REFUTED),
    ("Integral(Max(0, 1 - Abs(x)), (x, -oo, oo))", "1", "", "2", REFUTED),
    (f"Integral({STANDARD}, (x, -oo, c))", "Phi(c)", "c real", "Phi(-c)", REFUTED),
    (f"Integral(x*{STANDARD}, (x, c, oo))", "exp(-c**2/2)/sqrt(2*pi)", "c real", "0", REFUTED),
    (
        f"Integral(Max(exp(x) - 1, 0)*{STANDARD}, {LINE})", "exp(1/2)*Phi(1) - 1/2", "",
        "exp(1/2)*Phi(1) - 1", REFUTED,
    ),
    (f"Integral(c*exp(-c*x), {HALF})", "1", "c > 0", "c", REFUTED),
    (f"Integral(x*c*exp(-c*x), {HALF})", "1/c", "c > 0", "c", REFUTED),
    (f"Integral(x**2*c*exp(-c*x), {HALF})", "2/c**2", "c > 0", "1/c**2", REFUTED),
    (f"-Integral(c*exp(-c*x)*log(c*exp(-c*x)), {HALF})", "1 - log(c)", "c > 0", "1", REFUTED),
    (
        "Integral(c*exp(-c*t), (t, 0, x))", "1 - exp(-c*x)", "c > 0, x > 0", "exp(-c*x)", REFUTED,
    ),
    (f"Integral(exp(-c*x)*cos(k*x), {HALF})", "c/(c**2 + k**2)", "c > 0, k real", "1/c", REFUTED),
    (f"Integral(x**(a - 1)*exp(-x), {HALF})", "gamma(a)", "a > 0", "gamma(a + 1)", REFUTED),
    (f"Integral({GAMMA}, {HALF})", "1", "a > 0, b > 0", "b", REFUTED),
    (f"Integral(x*{GAMMA}, {HALF})", "a/b", "a > 0, b > 0", "a*b", REFUTED),
    (f"Integral(x**2*{GAMMA}, {HALF})", "a*(a + 1)/b**2", "a > 0, b > 0", "a**2/b**2", REFUTED),
    (
        f"Integral(log(x)*{GAMMA}, {HALF})", "digamma(a) - log(b)", "a > 0, b > 0", "digamma(a)",
        REFUTED,
    ),
    (
        f"Integral(k/c*(x/c)**(k - 1)*exp(-(x/c)**k), {HALF})", "1", "k > 0, c > 0", "k", REFUTED,
    ),
    (
        f"Integral(exp(-(log(x) - m)**2/(2*s**2))/(x*s*sqrt(2*pi)), {HALF})", "1",
        "m real, s > 0", "s", REFUTED,
    ),
    (f"Integral(exp(-x - exp(-x)), {LINE})", "1", "", "2", REFUTED),
    ("Integral(a*m**a/x**(a + 1), (x, m, oo))", "1", "a > 0, m > 0", "m", REFUTED),
    (f"Integral(x**(a - 1)/(1 + x)**(a + b), {HALF})", "beta(a, b)", "a > 0, b > 0", "1", REFUTED),
    (
        "Integral(x**(a - 1)*(1 - x)**(b - 1), (x, 0, 1))", "beta(a, b)", "a > 0, b > 0",
        "beta(a + 1, b)", REFUTED,
    ),
    (f"Integral(x*{BETA}, (x, 0, 1))", "a/(a + b)", "a > 0, b > 0", "b/(a + b)", REFUTED),
    (
        f"Integral(x**2*{BETA}, (x, 0, 1)) - (a/(a + b))**2", "a*b/((a + b)**2*(a + b + 1))",
        "a > 0, b > 0", "a*b/((a + b)**2*(a + b))", REFUTED,
    ),
    (
        f"Integral(log(x)*{BETA}, (x, 0, 1))", "digamma(a) - digamma(a + b)", "a > 0, b > 0",
        "digamma(a) - digamma(b)", REFUTED,
    ),
    (f"Integral({MIXTURE}, {LINE})", "Sum(w[i], (i, 1, m))", PARTS, "1", REFUTED),
    (
        f"Integral(x**2*{MIXTURE}, {LINE})", "Sum(w[i]*(u[i]**2 + r[i]**2), (i, 1, m))", PARTS,
        "Sum(w[i]*u[i]**2, (i, 1, m))", REFUTED,
    ),
    (f"Integral({LAPLACE}, {LINE})", "1", "m real, s > 0", "2", REFUTED),
    (f"Integral(x*{LAPLACE}, {LINE})", "m", "m real, s > 0", "-m", REFUTED),
    (f"Integral((x - m)**2*{LAPLACE}, {LINE})", "2*s**2", "m real, s > 0", "s**2", REFUTED),
    (f"Integral({LOGISTIC}, {LINE})", "1", "m real, s > 0", "s", REFUTED),
    (f"Integral({CAUCHY}, {LINE})", "1", "m real, g > 0", "g", REFUTED),
    (f"Integral({STUDENT}, {LINE})", "1", "v > 0", "v", REFUTED),
    (f"Integral(x**2*{STUDENT}, {LINE})", "v/(v - 2)", "v > 2", "v/(v - 1)", REFUTED),
    ("Integral(1/(b - a), (x, a, b))", "1", "0 < a < 1, 1 < b < 2", "b - a", REFUTED),
    ("Integral(x/(b - a), (x, a, b))", "(a + b)/2", "0 < a < 1, 1 < b < 2", "a + b", REFUTED),
    (
        "Integral(Piecewise((1/(b - a), And(x >= a, x <= b)), (0, True))*x, (x, -oo, oo))",
        "(a + b)/2", "0 < a < 1, 1 < b < 2", "(b - a)/2", REFUTED,
    ),
    (f"Integral(Derivative(log({NORMAL}), mu)**2*{NORMAL}, {LINE})", "1/s**2", MU, "s", REFUTED),
    (f"Derivative(Integral(x**2*{NORMAL}, {LINE}), mu)", "2*mu", MU, "mu", REFUTED),
    (
        "Integral(binomial(n, k)*p**k*(1 - p)**(n - k), (p, 0, 1))", "1/(n + 1)",
        "n integer >= 1, k in 1..n", "1/n", REFUTED,
    ),
    (f"Integral(b**a/gamma(a)*x**(-a - 1)*exp(-b/x), {HALF})", "1", "a, b > 0", "b", REFUTED),
    (f"Integral(Integral(exp(-x**2 - y**2), {LINE}), (y, -oo, oo))", "pi", "", "pi**2", REFUTED),
]  # fmt: skip

CALCULUS = [
    ("Integral(x**2, (x, 0, c))", "c**3/3", "c real", "c**3", REFUTED),
    ("Integral(x, (x, 1, 0))", "-1/2", "", "1/2", REFUTED),
    ("Integral(sqrt(x), (x, 0, 4))", "16/3", "", "8/3", REFUTED),
    ("Integral(1/sqrt(x), (x, 0, 4))", "4", "", "2", REFUTED),
    ("Integral(x**n, (x, -1, 1))", "(1 + (-1)**n)/(n + 1)", "n integer >= 1", "2/(n + 1)", REFUTED),
    ("Integral(x**n*exp(-x), (x, 0, oo))", "factorial(n)", "n integer >= 0", "n", REFUTED),
    ("Integral(x**(-c), (x, a, oo))", "a**(1 - c)/(c - 1)", "a > 0, c > 1", "1/(c - 1)", REFUTED),
    ("Integral(exp(c*x), (x, 0, 1))", "(exp(c) - 1)/c", "c > 0", "exp(c)/c", REFUTED),
    (
        "Integral(x**2*exp(c*x), (x, 0, 1))", "exp(c)*(1/c - 2/c**2 + 2/c**3) - 2/c**3", "c > 0",
        "exp(c)*(1/c - 2/c**2 + 2/c**3)", REFUTED,
    ),
    ("Integral(sin(x), (x, 0, pi))", "2", "", "0", REFUTED),
    ("Integral(sin(n*x)**2, (x, -pi, pi))", "pi", "n integer >= 1", "2*pi", REFUTED),
    ("Integral(1/x, (x, 1, b))", "log(b)", "b > 0", "log(b + 1)", REFUTED),
    ("Integral(1/x, (x, a, b))", "log(b/a)", "a < 0, b < 0", "log(a/b)", REFUTED),
    ("Integral(1/(x - c), (x, 0, 1))", "log((c - 1)/c)", "c > 1", "log(c/(c - 1))", REFUTED),
    ("Integral(1/((x + 1)*(x + 2)), (x, 0, 1))", "log(4/3)", "", "log(2/3)", REFUTED),
    ("Integral(1/(1 + x**2), (x, 0, 1))", "pi/4", "", "pi/2", REFUTED),
    ("Integral(1/(1 + x**2), (x, -oo, oo))", "pi", "", "pi/2", REFUTED),
    ("Integral(1/sqrt(1 - x**2), (x, -1, 1))", "pi", "", "pi/2", REFUTED),
    ("Integral(log(x), (x, 0, b))", "b*log(b) - b", "b > 0", "b*log(b)", REFUTED),
    ("Integral(x**(a - 1)*log(x), (x, 0, 1))", "-1/a**2", "a > 0", "1/a**2", REFUTED),
    ("Integral(exp(-t**2), (t, 0, x))", "sqrt(pi)/2*erf(x)", "x real", "sqrt(pi)*erf(x)", REFUTED),
    ("Integral(sigmoid(x), (x, 0, b))", "softplus(b) - log(2)", "b real", "softplus(b)", REFUTED),
    ("Integral(Abs(x), (x, -1, 2))", "5/2", "", "3/2", REFUTED),
    ("Integral(sign(x - c), (x, 0, 1))", "1 - 2*c", "0 < c < 1", "2*c - 1", REFUTED),
    ("Integral(Integral(x*y, (x, 0, y)), (y, 0, 1))", "1/8", "", "1/4", REFUTED),
    (
        "Sum(Integral(x**i, (x, 0, 1)), (i, 1, n))", "Sum(1/(i + 1), (i, 1, n))",
        "n integer >= 1", "Sum(1/i, (i, 1, n))", REFUTED,
    ),
    (
        "Integral(exp(-t**2*Sum(x[i]**2, (i, 1, m))), (t, -oo, oo))",
        "sqrt(pi/Sum(x[i]**2, (i, 1, m)))", "m integer >= 1, x[1..m] > 0",
        "sqrt(pi)/Sum(x[i]**2, (i, 1, m))", REFUTED,
    ),
]  # fmt: skip

ABSTRACT = [
    ("Integral(h(x), (x, a, b))", "-Integral(h(x), (x, b, a))", "Integral(h(x), (x, b, a))"),
    ("Integral(h(x), (x, a, b))", "Integral(h(y), (y, a, b))", "Integral(h(y), (y, a, c))"),
    (
        "Integral(h(x), (x, a, b)) + Integral(h(x), (x, b, c))", "Integral(h(x), (x, a, c))",
        "Integral(h(x), (x, b, c))",
    ),
    (
        "Integral(3*h(x) + x, (x, 0, 1))", "3*Integral(h(x), (x, 0, 1)) + 1/2",
        "3*Integral(h(x), (x, 0, 1)) + 1",
    ),
    (
        "Integral(h(x)**2, (x, 0, 1))", "Integral(h(x)*h(x), (x, 0, 1))",
        "Integral(h(x), (x, 0, 1))**2",
    ),
    ("Integral(exp(x**3), (x, 0, 1))", "Integral(exp(t**3), (t, 0, 1))", "exp(1)"),
    ("Integral(t*x, (t, 0, t))", "t**2*x/2", "t*x**2/2"),  # the limit is another t
    (
        "Integral(Integral(exp(x*y**2), (x, 0, 1)), (y, 1, 2))",
        "Integral(Integral(exp(y*x**2), (y, 0, 1)), (x, 1, 2))",
        "Integral(Integral(exp(x*y**2), (y, 0, 1)), (x, 1, 2))",
    ),
    ("Derivative(Integral(h(t), (t, a, x)), x)", "h(x)", "h(x) - h(a)"),
    ("Derivative(Integral(h(t), (t, x, a)), x)", "-h(x)", "h(x)"),
    ("Derivative(Integral(h(t), (t, a, x**2)), x)", "2*x*h(x**2)", "h(x**2)"),
    ("Derivative(Integral(exp(-t**2), (t, 0, x)), x)", "exp(-x**2)", "exp(-x**2) - 1"),
    (
        "Derivative(Integral(exp(-p*t**2), (t, 0, 1)), p)",
        "-Integral(t**2*exp(-p*t**2), (t, 0, 1))", "Integral(t**2*exp(-p*t**2), (t, 0, 1))",
    ),
    (
        "Derivative(Integral(sin(p*x)/x, (x, 1, 2)), p)", "Integral(cos(p*x), (x, 1, 2))",
        "Integral(sin(p*x), (x, 1, 2))",
    ),
    (
        "Derivative(Integral(exp(x**2*p), (x, 0, p)), p)",
        "Integral(x**2*exp(x**2*p), (x, 0, p)) + exp(p**3)",
        "Integral(x**2*exp(x**2*p), (x, 0, p))",
    ),
    (
        "Integral(Sum(w[i]*h(w[i]*x), (i, 1, m)), (x, 0, 1))",
        "Sum(w[i]*Integral(h(w[i]*x), (x, 0, 1)), (i, 1, m))",
        "Sum(w[i], (i, 1, m))*Integral(h(x), (x, 0, 1))",
    ),
]  # fmt: skip
NAMES = "h(u) function, a, b, c, x, t real, p > 0, m integer >= 1, w[1..m] real"


@pytest.mark.parametrize(("lhs", "rhs", "given", "wrong", "said"), DENSITIES + CALCULUS)
def test_values(lhs, rhs, given, wrong, said):
    true = judge(lhs, rhs, given)
    assert true.verdict is PROVED, true
    false = judge(lhs, wrong, given)
    assert false.verdict is said, false


@pytest.mark.parametrize(("lhs", "rhs", "wrong"), ABSTRACT)
def test_integrals_without_a_value(lhs, rhs, wrong):
    true = judge(lhs, rhs, NAMES)
    assert true.verdict in (PROVED, PROVED_IF), true
    false = judge(lhs, wrong, NAMES)
    assert false.verdict in (REFUTED, UNDECIDED), false


@pytest.mark.parametrize(
    ("lhs", "rhs", "given", "conditions"),
    [
        ("Integral(exp(-a*x**2), (x, -oo, oo))", "sqrt(pi/a)", "a real", ["a > 0"]),
        ("Integral(exp(-c*x), (x, 0, oo))", "1/c", "c real", ["c > 0"]),
        ("Integral(x**(a - 1)*exp(-x), (x, 0, oo))", "gamma(a)", "a real", ["a > 0"]),
        (f"Integral({NORMAL}, {LINE})", "1", "mu, s real", ["s != 0"]),
        ("Integral(x**p, (x, 0, 1))", "1/(p + 1)", "p real", ["p + 1 > 0"]),
        ("Integral(x*a/x**(a + 1), (x, 1, oo))", "a/(a - 1)", "a > 0", ["a - 1 > 0"]),
        (f"Integral(x*{STUDENT}, {LINE})", "0", "v > 0", ["v - 1 > 0"]),
        ("Integral(1/(b - a), (x, a, b))", "1", "a, b real", ["b - a != 0"]),
        ("Derivative(Integral(exp(-p*x), (x, 0, oo)), p)", "-1/p**2", "p real", ["p > 0"]),
        ("Integral(t*log(x), (t, 0, 1))", "log(x)/2", "x real", ["x > 0"]),
        (
            "Integral(Sum(exp(-z[i]*t), (i, 1, m)), (t, 0, oo))*Product(z[i], (i, 1, m))",
            "Sum(1/z[k], (k, 1, m))*Product(z[i], (i, 1, m))",
            "m integer >= 1, z[1..m] real",
            ["z[k] > 0 for k in 1..m"],
        ),
    ],
)
def test_conditions_of_convergence_are_listed(lhs, rhs, given, conditions):
    found = judge(lhs, rhs, given)
    assert found.verdict is PROVED_IF
    assert [str(condition) for condition in found.conditions] == conditions


@pytest.mark.parametrize(
    ("lhs", "rhs", "given"),
    [
        ("Integral(1/x, (x, -1, 1))", "0", ""),  # a singularity inside
        ("Integral(1/x**2, (x, -1, 1))", "-2", ""),
        ("Integral(1/x, (x, 0, 1))", "0", ""),  # and at an end
        ("Integral(1/x, (x, 1, oo))", "0", ""),
        ("Integral(1/(x - c), (x, 0, 1))", "log(Abs((1 - c)/c))", "c real"),
        ("Integral(1/x, (x, a, b))", "log(Abs(b/a))", "a, b real"),
        ("Integral(x**(-3/2), (x, 0, 4))", "4", ""),
        ("Integral(1/(x*(1 - x)), (x, 0, 1))", "0", ""),
        ("Integral(tan(x), (x, 0, pi))", "0", ""),
        ("Integral(x/(1 + x**2), (x, -oo, oo))", "0", ""),  # only a principal value
        ("Integral(1/(x**2 - 1), (x, -oo, oo))", "0", ""),
        (f"Integral(x*{CAUCHY}, {LINE})", "m", "m real, g > 0"),
        (f"Integral(x*{STUDENT}, {LINE})", "0", "0 < v < 1"),
        ("Integral(x**(a - 1)*exp(-x), (x, 0, oo))", "gamma(a)", "-1 < a < 0"),
        ("Integral(exp(-a*x**2), (x, -oo, oo))", "sqrt(pi/a)", "a < 0"),
        ("Integral(exp(-x), (x, -oo, oo))", "0", ""),
        ("Integral(sin(x), (x, 0, oo))", "1", ""),
        ("Integral(1, (x, -oo, oo))", "0", ""),
        ("Integral(exp(-x), (x, oo, oo))", "0", ""),
        ("Integral(0*log(x), (x, -1, 1))", "0", ""),  # the integrand has no value
        ("Integral(0/x, (x, -oo, oo))", "0", ""),
        ("Integral(x/x, (x, -1, 1))", "2", ""),
        ("Integral(sqrt(x), (x, -1, 1))", "2/3", ""),
        ("Integral(x**n, (x, -1, 1))", "2", "n in {0}"),  # 0**0
        ("Integral(1/(1 - x + floor(x)), (x, 0, 1))", "0", ""),  # unbounded
        ("Derivative(Integral(sqrt(p)*exp(-x), (x, 0, oo)), p)", "1/(2*sqrt(p))", "p >= 0"),
        ("Derivative(Integral(Abs(x - p), (x, 0, 1)), p)", "2*p - 1", "0 <= p <= 1"),
        ("Derivative(Integral(1/(1 + p*x)**2, (x, 0, oo)), p)", "-1/p**2", "p >= 0"),
        ("Derivative(Integral(sqrt(x), (x, 0, b)), b)", "sqrt(b)", "b >= 0"),
        ("Integral(h(x), (x, -oo, oo)) - Integral(h(x), (x, -oo, oo))", "0", "h(x) function"),
    ],
)
def test_nothing_is_proved_of_integrals_that_need_not_exist(lhs, rhs, given):
    found = judge(lhs, rhs, given)
    assert found.verdict not in (PROVED, PROVED_IF), found
