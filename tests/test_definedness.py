"""Where terms are defined: what is asked, what the domain gives, and what it does not give.

For each rule there is a twin that must not pass: a condition that is lost, or that is called
proved though it does not hold, makes a wrong theorem.
"""

from __future__ import annotations

import random
import time
from dataclasses import replace
from fractions import Fraction

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from derivation.domain import Domain
from derivation.errors import UnsupportedError
from derivation.kernel import Verdict, decide
from derivation.kernel.definedness.branch_tests import alternatives, negated
from derivation.kernel.definedness.conditions import conditions
from derivation.kernel.definedness.discharge import discharged
from derivation.kernel.definedness.elementary import elementary
from derivation.kernel.definedness.redundancy import without_redundant
from derivation.kernel.names.context import Context
from derivation.kernel.refutation.balls import Indeterminate, Point, Undefined, evaluate
from derivation.kernel.refutation.reals import sign_of
from derivation.kernel.theorem import Binder, Condition, ConditionKind
from derivation.notation import read
from derivation.term import (
    Add,
    And,
    Constant,
    Derivative,
    Integral,
    Mul,
    Neg,
    Not,
    Number,
    Or,
    Piecewise,
    Relation,
    RelationSign,
    Sub,
    Symbol,
    Term,
)

LONG = 1e9


def context_of(given: str, *hypotheses: Relation) -> Context:
    return Context(replace(Domain.parse(given), hypotheses=hypotheses))


def read_in(context: Context, text: str) -> Term:
    return read(text, functions=context.domain.functions, syntax="python")


def asked(text: str | Term, given: str) -> list[str]:
    """All conditions, as text."""
    context = context_of(given)
    term = read_in(context, text) if isinstance(text, str) else text
    return [str(condition) for condition in conditions(term, context)]


def left_open(text: str | Term, given: str, *hypotheses: Relation) -> list[str]:
    """The conditions that the domain does not give."""
    context = context_of(given, *hypotheses)
    term = read_in(context, text) if isinstance(text, str) else text
    found = conditions(term, context)
    deadline = time.perf_counter() + LONG
    return [str(one) for one in found if not discharged(one, context, deadline)]


def listed(text: str, given: str) -> list[str]:
    """The open conditions without those that follow from others."""
    context = context_of(given)
    deadline = time.perf_counter() + LONG
    found = conditions(read_in(context, text), context)
    still = tuple(one for one in found if not discharged(one, context, deadline))
    return [str(one) for one in without_redundant(still, context, deadline, conditions)]


def relation(text: str) -> Relation:
    left, sign, right = text.split(" ")
    return Relation(read(left), RelationSign(sign), read(right))


def branches(*parts: tuple[str, str | None]) -> Piecewise:
    """Values and tests; a test is ``x > 0``, several are joined by ``and`` or ``or``."""
    return Piecewise(tuple((read(value), test and one_test(test)) for value, test in parts))


def one_test(text: str):
    for word, node in ((" or ", Or), (" and ", And)):
        if word in text:
            left, right = text.split(word, 1)
            return node(one_test(left), one_test(right))
    return Not(one_test(text.removeprefix("not "))) if text.startswith("not ") else relation(text)


# ---------------------------------------------------------------------- functions


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("exp(x) + sin(x) + erf(x) + Phi(x) + sech(x) + floor(x) + Heaviside(x, y)", []),
        ("Max(x, y, 1) + Min(x, y) + Abs(x) + logsumexp(x, y)", []),
        ("log(x)", ["x > 0"]),
        ("log1p(x)", ["1 + x > 0"]),
        ("sqrt(x)", ["x >= 0"]),
        ("logit(x)", ["x > 0", "1 - x > 0"]),
        ("asin(x)", ["1 - x**2 >= 0"]),
        ("acos(x)", ["1 - x**2 >= 0"]),
        ("atanh(x)", ["1 - x**2 > 0"]),
        ("erfinv(x)", ["1 - x**2 > 0"]),
        ("acosh(x)", ["x - 1 >= 0"]),
        ("tan(x)", ["cos(x) != 0"]),
        ("sec(x)", ["cos(x) != 0"]),
        ("cot(x)", ["sin(x) != 0"]),
        ("csc(x)", ["sin(x) != 0"]),
        ("coth(x)", ["x != 0"]),
        ("csch(x)", ["x != 0"]),
        ("gamma(x)", ["x is not 0, -1, -2, ..."]),
        ("digamma(x)", ["x is not 0, -1, -2, ..."]),
        ("loggamma(x)", ["x > 0"]),
        ("factorial(x)", ["x + 1 is not 0, -1, -2, ..."]),
        ("beta(x, y)", ["x > 0", "y > 0"]),
        ("Mod(x, y)", ["y > 0"]),
        ("polygamma(n, x)", ["n >= 0", "x is not 0, -1, -2, ..."]),
        ("polygamma(y, x)", ["y is an integer", "y >= 0", "x is not 0, -1, -2, ..."]),
        (
            "binomial(x, n)",
            [
                "x + 1 is not 0, -1, -2, ...",
                "n >= 0",
                "x - n + 1 is not 0, -1, -2, ...",
            ],
        ),
    ],
)
def test_domains_of_functions(term, expected):
    assert asked(term, "x, y real, n integer") == expected


@pytest.mark.parametrize("term", ["asec(x)", "acot(x)", "softmax(x)", "gamma(x, y)", "Delta(x)"])
def test_functions_whose_domain_is_not_known(term):
    with pytest.raises(UnsupportedError):
        asked(term, "x, y real")


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("Derivative(sqrt(x), x)", ["x > 0"]),
        ("Derivative(asin(x), x)", ["1 - x**2 > 0"]),
        ("Derivative(Abs(x), x)", ["x != 0"]),
        ("Derivative(Heaviside(x), x)", ["x != 0"]),
        ("Derivative(Max(x, y, 1), x)", ["x - y != 0", "x - 1 != 0"]),
        ("Derivative(x**(3/2), x)", ["x > 0"]),
        # what does not change with x needs no room around it
        ("Derivative(sqrt(y)*x, x)", ["y >= 0"]),
        ("Derivative(Abs(y)*x, x)", []),
        ("Derivative(floor(y)*x, x)", []),
        ("Derivative(Derivative(Abs(y)*x, x), y)", ["y != 0"]),
    ],
)
def test_below_a_derivative(term, expected):
    assert asked(term, "x, y real") == expected


@pytest.mark.parametrize("term", ["floor(x)", "ceiling(x)", "Mod(x, 2)", "Delta(x, 1)"])
def test_no_derivative_of_what_jumps(term):
    with pytest.raises(UnsupportedError, match="jumps"):
        asked(f"Derivative({term}, x)", "x real")


def test_a_hidden_parameter_moves_what_depends_on_it():
    given = "x, w real, h(x; w) function, g(x) function"
    assert asked("Derivative(Abs(h(x)), w)", given) == ["h(x) != 0"]
    assert asked("Derivative(Abs(g(x)), w)", given) == []


# ---------------------------------------------------------------------- powers


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("x**2", []),
        ("x**0", ["x != 0"]),
        ("x**(-3)", ["x != 0"]),
        ("x**(1/3)", ["x >= 0"]),
        ("x**0.5", ["x >= 0"]),
        ("x**(2*(1/4))", ["x >= 0"]),
        ("x**(2*(1/2))", []),
        ("x**(-1/2)", ["x > 0"]),
        ("x**y", ["x > 0"]),
        ("x**pi", ["x > 0"]),
        ("x**sqrt(4)", ["x > 0"]),  # whole, but not by its form
        ("x**n", ["x != 0"]),
        ("x**m", []),
        ("exp(x)**y", ["exp(x) > 0"]),
    ],
)
def test_powers(term, expected):
    assert asked(term, "x, y real, n integer, m integer >= 1") == expected


def test_a_declared_function_is_not_the_built_in_one_of_its_name():
    """beta is never 0, but some other function of that name may be."""
    assert asked("1/beta(x, y)", "x, y real") == ["x > 0", "y > 0"]
    assert asked("1/beta(x)", "x real, beta(x) function") == ["beta(x) != 0"]
    assert asked("1/(2*f(x))", "x real, f(x) function") == ["f(x) != 0"]


def test_zero_to_the_zero_is_undefined():
    assert left_open("0**0", "") == ["0 != 0"]


# ---------------------------------------------------------------------- branches


@pytest.mark.parametrize(
    "parts",
    [
        (("log(x)", "x > 0"), ("0", None)),
        (("sqrt(x)", "x >= 0"), ("0", None)),
        (("1/x", "x != 0"), ("0", None)),
        (("0", "x = 0"), ("1/x", None)),
        (("0", "x <= 0"), ("log(x)", None)),
        (("log(1-x)", "x < 1"), ("0", None)),
        (("sqrt(y-Abs(x))", "Abs(x) <= y"), ("0", None)),
        (("log(x)", "x > 2"), ("1", "x < 0"), ("sqrt(x)", None)),
        (("1/(x-y)", "x > y"), ("0", None)),
        (("log(2*x-2*y)", "y < x"), ("0", None)),
        (("log(x)", "x > 0 and y > 0"), ("0", None)),
        (("log(x*y)", "x > 0 and y > 0"), ("0", None)),
        (("0", "x <= 0 or y <= 0"), ("log(x)+log(y)", None)),
        (("1/x", "x < 0 or x > 0"), ("0", None)),
        (("0", "not x > 0"), ("log(x)", None)),
        (("log(exp(x)-1)", "x > 0"), ("0", None)),
        (("1/(x**2-1)", "x > 1"), ("0", None)),
        (("asin(x)", "x >= -1 and x <= 1"), ("0", None)),
        (("log(x*y)", "x*y > 0"), ("0", None)),
        (("1/x", "x*y > 0"), ("0", None)),
        (("1/(x+y+1)", "x+y > 0"), ("0", None)),
        (("log(y)", "x < y and x > 0"), ("0", None)),
    ],
)
def test_a_branch_is_asked_only_where_it_is_taken(parts):
    assert left_open(branches(*parts), "x, y real") == []


@pytest.mark.parametrize(
    "parts",
    [
        (("log(x)", "x >= 0"), ("0", None)),
        (("0", "x > 0"), ("log(x)", None)),  # the wrong branch
        (("0", "x < 0"), ("log(x)", None)),  # 0 is left
        (("1/x", "x >= 0"), ("0", None)),
        (("1/x", "x = 0"), ("0", None)),
        (("log(1-x)", "x <= 1"), ("0", None)),
        (("log(1-x)", "x > 1"), ("0", None)),
        (("sqrt(y-x)", "Abs(x) >= y"), ("0", None)),
        (("1/(x-y)", "x >= y"), ("0", None)),
        (("log(x)", "x > 0 or y > 0"), ("0", None)),
        (("log(x)+log(y)", "x*y > 0"), ("0", None)),
        (("0", "x <= 0 and y <= 0"), ("log(x)", None)),
        (("log(x)", "not x > 0"), ("0", None)),
        (("log(y)", "x < y and x > -1"), ("0", None)),
        (("1/(x+y+1)", "x+y > -2"), ("0", None)),
        (("1/(x**2-1)", "x > 0"), ("0", None)),
        (("x", "log(x) > 0"), ("0", None)),  # the test itself
        (("x", "y > 0"), ("1", "log(y) > 0"), ("0", None)),
    ],
)
def test_a_guard_that_is_too_weak_gives_nothing(parts):
    assert left_open(branches(*parts), "x, y real") != []


def test_guards_are_shown():
    term = branches(("0", "x > 0"), ("log(y)", None))
    assert left_open(term, "x, y real") == ["y > 0 where x <= 0"]


def test_a_guard_of_alternatives_stands_in_parentheses():
    term = branches(("0", "x > 0 and y > 0"), ("1", "x < 1"), ("log(y)", None))
    assert left_open(term, "x, y real") == ["y > 0 where (x <= 0 or y <= 0) and x >= 1"]


def test_a_test_is_asked_only_where_those_before_it_fail():
    term = branches(("0", "x <= 0"), ("1", "log(x) > 0"), ("2", None))
    assert left_open(term, "x real") == []
    swapped = branches(("1", "log(x) > 0"), ("0", "x <= 0"), ("2", None))
    assert left_open(swapped, "x real") == ["x > 0"]


def test_a_guard_outside_holds_inside():
    inner = branches(("log(x)", "y > 0"), ("sqrt(x)", None))
    assert (
        left_open(Piecewise(((inner, relation("x > 0")), (Number("0"), None))), "x, y real") == []
    )
    assert left_open(Piecewise(((Number("0"), relation("x > 0")), (inner, None))), "x, y real") == [
        "x > 0 where x <= 0 and y > 0",
        "x >= 0 where x <= 0 and y <= 0",
    ]


@pytest.mark.parametrize(
    ("tests", "expected"),
    [
        (("x < 2", "x >= 2"), []),
        (("x < 0", "x = 0", "x > 0"), []),
        (("x != 0", "x >= 0"), []),
        (("x < 0", "x >= 0 and x <= 1", "x > 1"), []),
        (("x < 0", "not x < 0"), []),
        (("x < 2", "x > 2"), ["x - 2 > 0 where x >= 2"]),
        (("x <= 0", "x > 1"), ["x - 1 > 0 where x > 0"]),
        (("x > 0", "x < 0"), ["-x > 0 where x <= 0"]),
        (("x > 0 and y > 0", "x <= 0"), ["-x >= 0 where x <= 0 or y <= 0"]),
    ],
)
def test_branches_without_an_otherwise(tests, expected):
    term = branches(*((str(place), test) for place, test in enumerate(tests)))
    assert left_open(term, "x, y real") == expected


def test_an_equation_as_the_last_test_is_not_supported():
    with pytest.raises(UnsupportedError, match="otherwise"):
        asked(branches(("1", "x > 0"), ("2", "x = 0")), "x real")


def test_the_border_of_two_branches_has_no_derivative():
    steps = "Derivative(Piecewise((x, x < 0), (x**2, x < y), (1, True)), x)"
    assert asked(steps, "x, y real") == ["x != 0", "x - y != 0 where x >= 0"]
    joined = "Derivative(Piecewise((x, (x < 0) & (y < 1)), (x**2, True)), x)"
    assert asked(joined, "x, y real") == ["x != 0"]  # the border at y = 1 does not move with x
    assert asked(joined.replace(", x)", ", y)"), "x, y real") == ["y - 1 != 0"]


def test_alternatives_cover_a_test():
    either = one_test("x > 0 or y > 0")
    assert len(alternatives((either,))) == 2
    assert alternatives((negated(either),)) == ((relation("x <= 0"), relation("y <= 0")),)
    assert negated(Not(either)) == either
    many = (either,) * 9
    assert len(alternatives(many)) <= 24


# ---------------------------------------------------------------------- indices


@pytest.mark.parametrize(
    "term",
    [
        "x[i]",
        "v[i + 1]",
        "x[1]",
        "v[m + 1]",
        "Sum(x[k], (k, 1, m))",
        "Sum(v[k + 1], (k, 1, m))",
        "Sum(x[k - 1], (k, 2, m))",
        "Sum(x[m + 1 - k], (k, 1, m))",
        "Sum(Sum(x[j], (j, 1, k)), (k, 1, m))",
        "Sum(Sum(x[k - j + 1], (j, 1, k)), (k, 1, m))",
        "Sum(Sum(x[j], (j, k, m)), (k, 1, m))",
        "Sum(x[k], (k, 1, i))",
        "Product(x[k], (k, 1, m))",
        "Sum(u[k], (k, 0, m))",
        "Sum(x[2*k], (k, 1, 0))",
    ],
)
def test_members_in_range(term):
    given = "m integer >= 1, x[1..m] real, v[1..m+1] real, u[0..m] real, i in 1..m"
    assert left_open(term, given) == []


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("Sum(x[k + 1], (k, 1, m))", ["m - k - 1 >= 0 for k in 1..m"]),
        ("Sum(x[k - 1], (k, 1, m))", ["k - 2 >= 0 for k in 1..m"]),
        ("Sum(x[k], (k, 0, m))", ["k - 1 >= 0 for k in 0..m"]),
        ("Product(x[k], (k, 0, m))", ["k - 1 >= 0 for k in 0..m"]),
        ("Sum(x[2*k], (k, 1, m))", ["m - 2*k >= 0 for k in 1..m"]),
        ("x[i + 1]", ["m - i - 1 >= 0"]),
        ("x[n]", ["n - 1 >= 0", "m - n >= 0"]),
        ("x[2]", ["m - 2 >= 0"]),
        ("x[y]", ["y is an integer", "y - 1 >= 0", "m - y >= 0"]),
        (
            "Sum(Sum(x[k + j], (j, 1, k)), (k, 1, m))",
            ["m - k - j >= 0 for k in 1..m for j in 1..k"],
        ),
        ("Sum(x[k], (k, 1, n))", ["m - k >= 0 for k in 1..n"]),
    ],
)
def test_members_out_of_range(term, expected):
    given = "m integer >= 1, n integer, x[1..m] real, i in 1..m, y real"
    assert left_open(term, given) == expected


def test_an_index_may_be_in_range_by_a_guard():
    given = "m integer >= 1, x[1..m] real, i in 1..m"
    inside = branches(("x[i+1]", "i < m"), ("0", None))
    assert left_open(inside, given) == []
    outside = branches(("x[i+1]", "i <= m"), ("0", None))
    assert left_open(outside, given) == ["m - i - 1 >= 0 where i <= m"]


# ---------------------------------------------------------------------- proved from the domain


@pytest.mark.parametrize(
    ("term", "given"),
    [
        # squares and quadratics
        ("1/(x**2 + 1)", "x real"),
        ("1/(x*x + 1)", "x real"),
        ("log((x - 1)**2 + 1)", "x real"),
        ("1/(x**2 - x + 1)", "x real"),
        ("log(x**2 + x*y + y**2 + 1)", "x, y real"),
        ("sqrt((x - y)**2)", "x, y real"),
        ("log(1 + x**2*y**2)", "x, y real"),
        ("1/(x**4 - x**2 + 1)", "x real"),
        # boxes
        ("log(1 - p)", "0 < p < 1"),
        ("1/(p*(1 - p))", "0 < p < 1"),
        ("log(1 - p*q)", "0 < p < 1, 0 < q < 1"),
        ("log(2 - p*q)", "p, q in [0, 1]"),
        ("1/(p + q - p*q)", "0 < p < 1, 0 < q < 1"),
        ("sqrt(p - p**2)", "p in [0, 1]"),
        # monotone functions and ranges
        ("log(1 - tanh(x)**2)", "x real"),
        ("sqrt(1 + cos(x))", "x real"),
        ("log(2 + sin(x))", "x real"),
        ("log(1 - sigmoid(x))", "x real"),
        ("1/(exp(x) - 1)", "x > 0"),
        ("1/(exp(x) + exp(-x))", "x real"),
        ("log(exp(x) - x)", "x real"),
        ("log(Abs(x) + 1)", "x real"),
        ("sqrt(Abs(x) - x)", "x real"),
        ("sqrt(Max(x, y) - y)", "x, y real"),
        ("log(1 + floor(x) - x)", "x real"),
        ("log(log(x))", "x > 1"),
        ("1/log(x)", "x in (0, 1)"),
        ("sqrt(log(x) - 1)", "x > 3"),
        # constants
        ("log(2)/log(3)", ""),
        ("log(sqrt(2) - 1)", ""),
        ("1/(17 - sqrt(17))", ""),
        ("1/cos(3)", ""),
        ("log(1 - exp(-1))", ""),
        ("gamma(-1/2)", ""),
        # sums
        ("log(Sum(exp(z[k]), (k, 1, m)))", "m integer >= 1, z[1..m] real"),
        ("1/(1 + Sum(z[k]**2, (k, 1, m)))", "m integer, z[1..m] real"),
        ("1/Sum(z[k], (k, 1, m))", "m integer >= 1, z[1..m] > 0"),
        ("1/Product(z[k], (k, 1, m))", "m integer, z[1..m] > 0"),
        ("log(f(x))", "x real, f(x) > 0"),
        # whole numbers
        ("gamma(n)", "n integer >= 1"),
        ("gamma(n + 1/2)", "n integer"),
        ("factorial(n)", "n integer >= 0"),
        ("gamma(p)", "p in (-1, 0)"),
        ("1/n", "n integer >= 1"),
        ("1/(2*n + 1)", "n integer >= 0"),
        ("binomial(n, k)", "n real, n > 3, k integer, k in [0, 3]"),
        ("Sum(1/k, (k, 1, m))", "m integer"),
        ("Sum(Sum(1/(k - j), (j, 1, k - 1)), (k, 1, m))", "m integer"),
    ],
)
def test_proved_from_the_domain(term, given):
    assert left_open(term, given) == []


@pytest.mark.parametrize(
    ("term", "given", "expected"),
    [
        ("1/(x**2 - 1)", "x real", "x**2 - 1 != 0"),
        ("log(x**2)", "x real", "x != 0"),
        ("log((x - 1)**2)", "x real", "x - 1 != 0"),
        ("1/(x**2 - 2*x + 1)", "x real", "x**2 - 2*x + 1 != 0"),
        ("log(x**2 + 2*x*y + y**2)", "x, y real", "x**2 + 2*x*y + y**2 > 0"),
        ("log(1 - p)", "p in [0, 1]", "1 - p > 0"),
        ("log(1 - p*q)", "p, q in [0, 1]", "1 - p*q > 0"),
        ("log(p + q - p*q)", "p, q in [0, 1]", "p + q - p*q > 0"),
        ("sqrt(p*q - 1/2)", "p, q in [0, 1]", "p*q - 1/2 >= 0"),
        ("log(1 + cos(x))", "x real", "1 + cos(x) > 0"),
        ("1/(exp(x) - 1)", "x >= 0", "exp(x) - 1 != 0"),
        ("log(Abs(x) - x)", "x real", "Abs(x) - x > 0"),
        ("log(x - floor(x))", "x real", "x - floor(x) > 0"),
        ("log(log(x))", "x >= 1", "log(x) > 0"),
        ("log(Max(x, y))", "x real, y >= 0", "Max(x, y) > 0"),
        ("log(1 - exp(1))", "", "1 - exp(1) > 0"),
        ("gamma(-1)", "", "-1 is not 0, -1, -2, ..."),
        ("1/sin(0)", "", "sin(0) != 0"),
        (
            "log(Sum(exp(z[k]), (k, 1, m)))",
            "m integer >= 0, z[1..m] real",
            "Sum(exp(z[k]), (k, 1, m)) > 0",
        ),
        (
            "1/Sum(z[k]**2, (k, 1, m))",
            "m integer >= 1, z[1..m] real",
            "Sum(z[k]**2, (k, 1, m)) != 0",
        ),
        (
            "1/Sum(z[k], (k, 1, m))",
            "m integer >= 1, z[1..m] >= 0",
            "Sum(z[k], (k, 1, m)) != 0",
        ),
        ("log(f(x))", "x real, f(x) >= 0", "f(x) > 0"),
        ("gamma(n)", "n integer >= 0", "n - 1 >= 0"),
        ("gamma(n + 1)", "n integer", "n >= 0"),
        ("gamma(x + 1/2)", "x real", "x + 1/2 is not 0, -1, -2, ..."),
        ("gamma(n/2 + 1/4)", "n real", "n/2 + 1/4 is not 0, -1, -2, ..."),
        ("1/(2*n - 1)", "n real, n >= 0", "2*n - 1 != 0"),
        ("Sum(1/k, (k, 0, m))", "m integer", "k != 0 for k in 0..m"),
        (
            "Sum(Sum(1/(k - j), (j, 1, k)), (k, 1, m))",
            "m integer",
            "k - j != 0 for k in 1..m for j in 1..k",
        ),
    ],
)
def test_not_proved_from_the_domain(term, given, expected):
    assert left_open(term, given) == [expected]


def test_hypotheses_of_the_domain():
    given = "x, y real, f(x) function"
    below = relation("x < y")
    assert left_open("log(y - x) + 1/(x - y)", given, below) == []
    assert left_open("log(2*y - 2*x)/(x - y)**3", given, below) == []
    assert left_open("log(exp(y) - exp(x))", given, below) == ["exp(y) - exp(x) > 0"]
    assert left_open("log(x - y)", given, below) == ["x - y > 0"]
    assert left_open("log(y - x)", given, relation("x <= y")) == ["y - x > 0"]
    positive = Relation(read("f(x)", functions={"f"}), RelationSign.GT, Number("0"))
    assert left_open("log(f(x))", given, positive) == []
    assert left_open("log(f(y))", given, positive) == ["f(y) > 0"]


def test_hypotheses_that_contradict_each_other_prove_nothing():
    given = "x, y real"
    both = (relation("x < y"), relation("y < x"))
    assert left_open("log(-1) + 1/(x*y)", given, *both) == ["-1 > 0", "x != 0", "y != 0"]
    # while a branch that is never taken asks for nothing
    assert left_open(branches(("1/y", "x < y and y < x"), ("0", None)), given) == []
    assert left_open(branches(("log(-x)", "x > 1"), ("0", None)), "x < 0") == []


def test_a_hypothesis_says_nothing_of_a_bound_index():
    given = "m integer >= 1, x[1..m] real, i in 1..m"
    positive = Relation(read("x[i]"), RelationSign.GT, Number("0"))
    assert left_open("log(x[i])", given, positive) == []
    assert left_open("Sum(log(x[k]), (k, 1, m))", given, positive) == ["x[k] > 0 for k in 1..m"]
    free = Relation(read("x[k]"), RelationSign.GT, Number("0"))
    assert left_open("Sum(log(x[k]), (k, 1, m))", given, free) == ["x[k] > 0 for k in 1..m"]


# ---------------------------------------------------------------------- integrals


def test_integrals():
    def integral(body: str, lower: Term, upper: Term) -> Integral:
        return Integral(read(body), "t", lower, upper)

    zero, one = Number("0"), Number("1")
    assert asked(integral("exp(t)", zero, one), "") == []
    assert asked(integral("1/(1 + t**2)", zero, Symbol("x")), "x real") == []
    assert asked(integral("1/t", one, Number("2")), "") == []
    assert asked(integral("1/t", Number("2"), one), "") == []
    assert asked(integral("t*log(x)", zero, one), "x real") == ["x > 0"]
    assert asked(integral("floor(t)", zero, one), "") == []
    assert asked(integral("log(t)", zero, one), "") == []
    assert asked(integral("exp(-t**2)", zero, Constant("inf")), "") == []
    assert asked(integral("exp(-x*t)", zero, Constant("inf")), "x real") == ["x > 0"]
    for body, lower, upper in [
        ("1/t", zero, one),
        ("1/t", Neg(one), one),
        ("log(t)/t", zero, one),
        ("1/(1 - t + floor(t))", zero, one),  # defined everywhere, and unbounded
        ("1/t", one, Symbol("x")),
        ("1/(1 + t)", zero, Constant("inf")),
        ("exp(-t**2)/t", Neg(Constant("inf")), zero),
    ]:
        with pytest.raises(UnsupportedError):
            asked(integral(body, lower, upper), "x real")
    moving = Derivative(integral("sqrt(1 - t)", zero, Symbol("x")), Symbol("x"))
    assert asked(moving, "0 < x < 1") == []
    for body, domain in [
        ("sqrt(1 - t)", "0 < x <= 1"),  # no derivative from the right at x = 1
        ("floor(t)", "0 < x < 3"),  # the integral has a kink at x = 1
        ("Heaviside(t - 1)", "0 < x < 3"),
    ]:
        moving = Derivative(integral(body, zero, Symbol("x")), Symbol("x"))
        with pytest.raises(UnsupportedError):
            asked(moving, domain)
    jumps = Integral(branches(("1/t", "t != 0"), ("0", None)), "t", zero, one)
    with pytest.raises(UnsupportedError):
        asked(jumps, "")


# ---------------------------------------------------------------------- what is listed


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("x/x", ["x != 0"]),
        ("sqrt(x)**2", ["x >= 0"]),
        ("log(x*y) + log(x) + log(y)", ["x > 0", "y > 0"]),
        ("log(x/y) + log(x) + log(y)", ["x > 0", "y > 0"]),
        ("log(x) + 1/x + sqrt(x)", ["x > 0"]),
        ("1/x + log(2*x)", ["x > 0"]),
        ("1/(x*y) + 1/x", ["x != 0", "y != 0"]),
        ("log(x**2) + log(x)", ["x > 0"]),
        ("log(x*y) + 1/x", ["x*y > 0"]),
        ("gamma(x) + log(x)", ["x > 0"]),
        ("gamma(x) + gamma(x + 2) + 1/(x + 1)", ["x is not 0, -1, -2, ..."]),
        ("gamma(x) + gamma(x - 1)", ["x - 1 is not 0, -1, -2, ..."]),
        ("1/tan(x) + 1/sin(x)", ["sin(x) != 0", "cos(x) != 0"]),
        ("1/cos(x) + 1/sin(x + pi/2)", ["cos(x) != 0"]),
        ("sqrt(cos(x)) + log(sin(x + pi/2))", ["sin(x + pi/2) > 0"]),
        # these say more than the other one
        ("1/cos(x) + 1/sin(x + pi/3)", ["cos(x) != 0", "sin(x + pi/3) != 0"]),
        ("sqrt(x) + 1/x", ["x >= 0", "x != 0"]),
        ("gamma(x) + gamma(x + 1/2)", ["x is not 0, -1, -2, ...", "x + 1/2 is not 0, -1, -2, ..."]),
        ("gamma(x) + 1/(x - 1)", ["x is not 0, -1, -2, ...", "x - 1 != 0"]),
        ("gamma(x) + gamma(y)", ["x is not 0, -1, -2, ...", "y is not 0, -1, -2, ..."]),
        ("log(x*y) + log(x)", ["y > 0", "x > 0"]),
        ("log(x*y) + log(x + y)", ["x*y > 0", "x + y > 0"]),
        ("log(x) + log(-x)", ["x > 0", "-x > 0"]),
    ],
)
def test_what_follows_from_the_rest_is_not_listed(term, expected):
    found = listed(term, "x, y real")
    if term == "log(x*y) + log(x)":
        assert found == ["x*y > 0", "x > 0"]
    else:
        assert found == expected


def test_a_guarded_condition_makes_no_other_one_redundant():
    context = context_of("x, y real")
    guarded = Condition(ConditionKind.POSITIVE, Symbol("x"), (), (relation("y > 0"),))
    weaker = Condition(ConditionKind.NONZERO, Symbol("x"))
    deadline = time.perf_counter() + LONG
    assert without_redundant((guarded, weaker), context, deadline, conditions) == (guarded, weaker)
    stronger = Condition(ConditionKind.POSITIVE, Symbol("x"))
    assert without_redundant((guarded, stronger), context, deadline, conditions) == (stronger,)


def test_a_condition_for_one_range_says_nothing_of_another():
    context = context_of("m, n integer, x[1..n] real")
    member = read("x[k]")
    short = Condition(ConditionKind.POSITIVE, member, (Binder("k", Number("1"), Symbol("m")),))
    long = Condition(ConditionKind.NONZERO, member, (Binder("k", Number("1"), Symbol("n")),))
    deadline = time.perf_counter() + LONG
    assert without_redundant((short, long), context, deadline, conditions) == (short, long)


@pytest.mark.parametrize(
    ("kind", "term", "expected"),
    [
        ("!= 0", "-x*y/3", [("!= 0", "x"), ("!= 0", "y")]),
        ("!= 0", "x**3", [("!= 0", "x")]),
        ("!= 0", "x**(-3)", []),
        ("!= 0", "x**(1/2)", [("> 0", "x")]),
        ("!= 0", "sqrt(x)", [("> 0", "x")]),
        ("!= 0", "tanh(x)", [("!= 0", "x")]),
        ("!= 0", "cos(x)", [("!= 0", "cos(x)")]),
        ("!= 0", "tan(x)", [("!= 0", "sin(x)")]),
        ("!= 0", "cot(x)", [("!= 0", "cos(x)")]),
        ("!= 0", "log(x)", [("!= 0", "x - 1")]),
        ("!= 0", "binomial(x, 2)*sec(x)", []),
        ("!= 0", "0*x", [("!= 0", "0"), ("!= 0", "x")]),
        ("> 0", "2*x/3", [("> 0", "x")]),
        ("> 0", "0*x", [("> 0", "0*x")]),
        ("> 0", "-2*x", [("> 0", "-2*x")]),
        ("> 0", "1/x", [("> 0", "x")]),
        (">= 0", "1/x", [("> 0", "x")]),
        (">= 0", "x/2", [(">= 0", "x")]),
        ("> 0", "x**4", [("!= 0", "x")]),
        (">= 0", "x**4", []),
        (">= 0", "x**3", [(">= 0", "x")]),
        ("> 0", "x**(-3)", [("> 0", "x**(-3)")]),
        ("> 0", "x**0", [("> 0", "x**0")]),
        (">= 0", "sqrt(x)", []),
        ("> 0", "Abs(x)", [("!= 0", "x")]),
        ("> 0", "exp(x)", [("> 0", "exp(x)")]),
        (">= 0", "0", [(">= 0", "0")]),
    ],
)
def test_conditions_in_simpler_words(kind, term, expected):
    found = elementary(ConditionKind(kind), read(term), frozenset())
    assert list(found) == [(ConditionKind(one), read(text)) for one, text in expected]


# ---------------------------------------------------------------------- against values at points

ATOMS = ["x", "y", "p", "n", "1", "2", "1/2", "-1"]
PLACES = {
    "x": ["0", "1", "-1", "1/2", "-1/2", "2", "-2", "7", "-7", "1/100", "-1/100"],
    "y": ["0", "1/3", "1", "3", "20"],
    "p": ["1/100", "1/2", "99/100"],
    "n": ["0", "1", "2", "5"],
}
DOMAIN = "x real, y >= 0, 0 < p < 1, n integer >= 0"
FUNCTIONS = ["exp", "Abs", "sqrt", "log", "tanh", "sigmoid", "relu", "floor", "sin", "softplus"]


def random_term(source: random.Random, depth: int) -> str:
    if depth == 0 or source.random() < 0.2:
        return source.choice(ATOMS)
    kind = source.random()
    one = random_term(source, depth - 1)
    if kind < 0.2:
        return f"{source.choice(FUNCTIONS)}({one})"
    if kind < 0.35:
        return f"({one})**{source.choice(['2', '3', '(1/2)', '(-1)', '4'])}"
    other = random_term(source, depth - 1)
    if kind < 0.4:
        return f"Max({one}, {other})"
    return f"({one}){source.choice('+--*/')}({other})"


def random_guard(source: random.Random) -> Relation:
    sign = source.choice(list(RelationSign))
    return Relation(read(random_term(source, 1)), sign, read(random_term(source, 1)))


def value_at(term: Term, point: Point):
    """The sign of the value, and the value; None where nothing is certain."""
    try:
        value = evaluate(term, point, 128)
        return sign_of(value), value
    except (Undefined, Indeterminate):
        return None


def holds_at(test: Relation, point: Point) -> bool:
    return truth_at(test, point) is True


def truth_at(test: Relation, point: Point) -> bool | None:
    """Whether the relation holds; None where that is not certain."""
    found = value_at(Sub(test.left, test.right), point)
    if found is None:
        return None
    return {
        RelationSign.EQ: found[0] == 0, RelationSign.NE: found[0] != 0,
        RelationSign.LT: found[0] < 0, RelationSign.LE: found[0] <= 0,
        RelationSign.GT: found[0] > 0, RelationSign.GE: found[0] >= 0,
    }[test.sign]  # fmt: skip


def is_kept(kind: ConditionKind, sign: int, value) -> bool:
    match kind:
        case ConditionKind.NONZERO:
            return sign != 0
        case ConditionKind.POSITIVE:
            return sign > 0
        case ConditionKind.NONNEGATIVE:
            return sign >= 0
    return sign > 0 or not (isinstance(value, fmpq) and value.q == 1)


def audited(condition: Condition, context: Context, source: random.Random) -> bool:
    """Whether it was discharged; if it was, it must hold at each point where it is asked."""
    if not discharged(condition, context, time.perf_counter() + LONG):
        return False
    for _ in range(40):
        point = point_of(source)
        found = value_at(condition.term, point)
        if found is None or not all(holds_at(guard, point) for guard in condition.guards):
            continue
        assert is_kept(condition.kind, *found), f"{condition} fails at {point.scalars}"
    return True


def random_branches(source: random.Random) -> Term:
    """A term with case distinctions, not all of them complete."""
    inner = read(random_term(source, 2))
    tests = [random_guard(source) for _ in range(source.choice([1, 2]))]
    parts = [(read(random_term(source, 2)), test) for test in tests]
    if source.random() < 0.7:
        parts.append((inner, None))
    return Add(Piecewise(tuple(parts)), Mul(read(random_term(source, 1)), inner))


def point_of(source: random.Random) -> Point:
    values = {name: Fraction(source.choice(PLACES[name])) for name in PLACES}
    scalars = {name: fmpq(one.numerator, one.denominator) for name, one in values.items()}
    return Point(scalars, {}, frozenset(["n"]))


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10**9))
def test_where_all_conditions_hold_there_is_a_value(seed):
    """No condition is lost: a point that keeps all of them is never a point without a value."""
    source = random.Random(seed)  # noqa: S311
    term = random_branches(source)
    try:
        found = conditions(term, context_of(DOMAIN))
    except UnsupportedError:
        return
    for _ in range(15):
        point = point_of(source)
        kept = (is_kept_at(one, point) for one in found)
        if all(kept):
            try:
                evaluate(term, point, 128)
            except Undefined:
                pytest.fail(
                    f"{term} has no value at {point.scalars}; asked: {list(map(str, found))}"
                )
            except Indeterminate:
                continue


def is_kept_at(condition: Condition, point: Point) -> bool:
    """Whether the condition certainly holds at the point, or is certainly not asked there."""
    guards = [truth_at(guard, point) for guard in condition.guards]
    if False in guards:
        return True
    found = value_at(condition.term, point)
    return found is not None and is_kept(condition.kind, *found)


@settings(max_examples=400, deadline=None)
@given(st.integers(0, 10**9))
def test_what_is_discharged_holds_at_points(seed):
    source = random.Random(seed)  # noqa: S311 (points, not secrets)
    guards = tuple(random_guard(source) for _ in range(source.choice([0, 0, 1, 2])))
    kind = source.choice([kind for kind in ConditionKind if kind is not ConditionKind.INTEGER])
    condition = Condition(kind, read(random_term(source, 3)), (), guards)
    audited(condition, context_of(DOMAIN), source)


def test_the_auditor_would_notice(monkeypatch):
    """The test above can fail: a condition that does not hold, called discharged, is caught."""
    monkeypatch.setitem(globals(), "discharged", lambda *_: True)
    wrong = Condition(ConditionKind.POSITIVE, read("x"))
    with pytest.raises(AssertionError, match="fails at"):
        audited(wrong, context_of(DOMAIN), random.Random(1))  # noqa: S311


def test_a_condition_is_not_left_out_for_one_that_gives_it_no_value():
    """The first is a sin(..)/sin(2 - a) > 0, from which sin(2 - a) != 0; it is a > 0 only there."""
    whole = "log(a*sin(2 - a*(sin(a)**2 + cos(a)**2))/sin(2 - a))"
    domain = Domain.parse("a real")
    found = decide(read(whole, syntax="python"), read("log(a)", syntax="python"), domain)
    listed = " ".join(str(condition) for condition in found.conditions)
    assert found.verdict is Verdict.PROVED_IF
    assert "sin(2 - a)" in listed
