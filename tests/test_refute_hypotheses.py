"""Points of domains with hypotheses: found where they exist, and never outside the domain."""

from __future__ import annotations

import random
import re
from fractions import Fraction

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from derivation.domain import Domain
from derivation.kernel import Definition, Verdict, decide
from derivation.kernel.refutation.balls import Point
from derivation.kernel.refutation.membership import belongs, is_unambiguous
from derivation.kernel.refutation.points import needed, points
from derivation.kernel.refutation.refute import DEEP, QUICK, Refutation, find_defined_point, refute
from derivation.kernel.refutation.search import visits
from derivation.kernel.search.repair import satisfying
from derivation.notation import read
from derivation.term import Neg, Relation, RelationSign, Symbol, Term, free_names

SIGNS = {sign.value: sign for sign in RelationSign}


def term(text: str, domain: Domain) -> Term:
    return read(text, functions=domain.functions, syntax="python")


def assumed(declared: str, *hypotheses: str) -> Domain:
    domain = Domain.parse(declared)
    relations = []
    for text in hypotheses:
        left, sign, right = re.split(r"(<=|>=|!=|=|<|>)", text)
        relations.append(Relation(term(left, domain), SIGNS[sign], term(right, domain)))
    return Domain(domain.declarations, tuple(relations))


def attack(left: str, right: str, domain: Domain) -> Refutation | None:
    return refute(term(left, domain), term(right, domain), domain, DEEP)


SIMPLEX = ("n integer >= 1, t[1..n] >= 0", "Sum(t[i], (i, 1, n)) = 1")
# (declared, hypotheses, left, a right side that is true, a right side that is false)
CLAIMS = [
    ("a, b real", ["a + b = 1"], "a**2 + b**2", "1 - 2*a*b", "1"),
    ("a > 0, b > 0", ["a + b = 1"], "log(a) + log(b)", "log(a*(1 - a))", "log(a/b)"),
    ("a > 0, b > 0, c > 0", ["a + b + c = 1", "a - b = 0"], "a", "b", "c"),
    ("a, b, c real", ["a + b = 2", "b + c = 3"], "c - a", "1", "2"),
    (SIMPLEX[0], [SIMPLEX[1]], "Sum(2*t[i], (i, 1, n))", "2", "1"),
    (SIMPLEX[0], [SIMPLEX[1]], "t[1]", "1 - Sum(t[i], (i, 2, n))", "1"),
    ("x, y real", ["x**2 + y**2 = 1"], "sqrt(1 - x**2)", "Abs(y)", "y"),
    ("x, y real", ["x*y = 1"], "1/x", "y", "x"),
    ("x, y real", ["x < y"], "Abs(x - y)", "y - x", "x - y"),
    ("x, y, z real", ["x <= y", "y <= z", "z <= x + 1"], "Max(x, y, z)", "z", "y"),
    ("x, y real", ["x != y"], "(x**2 - y**2)/(x - y)", "x + y", "x - y"),
    ("x, y real", ["exp(x) > y", "y > 0"], "Max(exp(x), y)", "exp(x)", "y"),
    ("x real, f(x) function", ["f(x) > 0"], "Abs(f(x))", "f(x)", "-f(x)"),
    ("x, y real, f(x) function", ["f(x) > y"], "Max(f(x), y)", "f(x)", "y"),
    ("m integer >= 1, n integer >= 1, x[1..m] real, y[1..n] real", ["m = n"], "m", "n", "m + y[1]"),
    ("m integer >= 1, i in 1..m, j in 1..m", ["i != j"], "Delta(i, j)", "0", "1"),
    ("m integer >= 1, i in 1..m, x[1..m] real", ["x[i] > 0"], "Abs(x[1])", "x[1]", "-x[1]"),
]


@pytest.mark.parametrize(("declared", "hypotheses", "left", "true", "false"), CLAIMS)
def test_true_claims_stand_and_their_false_twins_fall(declared, hypotheses, left, true, false):
    domain = assumed(declared, *hypotheses)
    assert attack(left, true, domain) is None
    assert attack(left, false, domain) is not None


@pytest.mark.parametrize(("declared", "hypotheses", "left", "true", "false"), CLAIMS)
def test_every_visited_point_satisfies_the_hypotheses(declared, hypotheses, left, true, false):
    assert true != false
    domain = assumed(declared, *hypotheses)
    seen = list(visits((term(left, domain), term(false, domain)), domain, (24, 24), 0))
    assert seen
    names = frozenset().union(*(free_names(h) for h in domain.hypotheses))
    for claim, point in seen:
        held = needed(names | free_names(claim.left) | free_names(claim.right), domain)
        assert belongs(point, held, claim.hypotheses)
        for one in held:
            values = (
                point.families[one.name].values() if one.is_family else [point.scalars[one.name]]
            )
            assert all(one.admits(Fraction(int(v.p), int(v.q))) for v in values)


@pytest.mark.parametrize(
    ("declared", "hypotheses", "left", "right"),
    [
        ("x, y real", ["x**2 + y**2 = -1"], "x", "y"),  # nowhere
        ("x real", ["x < 0", "x > 0"], "x", "1"),
        ("x real", ["q > 0"], "x", "1"),  # a name without a declaration
        ("x real", ["1/(x - x) > 0"], "x", "1"),  # a hypothesis without a value
        ("x real", ["log(4) = 2*log(2)"], "x", "1"),  # true, but balls cannot certify it
        # two readings: at this x, or everywhere
        ("x, y real, f(x) function", ["f(x) > 0"], "Abs(f(y))", "f(y)"),
        ("x real, f(x) function", ["f(x) = f(-x)"], "Derivative(f(x), x)", "1"),
        ("k integer, k >= 0, f(k) function", ["f(k) > 0"], "Sum(Abs(f(k)), (k, 0, 2))",
         "Sum(f(k), (k, 0, 2))"),
        # for this i, or for every i
        ("m integer >= 1, i in 1..m, x[1..m] real", ["x[i] > 0"],
         "Abs(Sum(x[k], (k, 1, m)))", "Sum(x[k], (k, 1, m))"),
    ],
)  # fmt: skip
def test_nothing_is_said_where_no_point_certainly_lies_in_the_domain(
    declared, hypotheses, left, right
):
    domain = assumed(declared, *hypotheses)
    assert attack(left, right, domain) is None


def test_hypotheses_about_other_names_count_too():
    domain = assumed("x, y real", "y**2 = -1")
    assert attack("x", "x + 1", domain) is None
    assert attack("x", "x + 1", assumed("x, y real", "y**2 = 4")) is not None


def test_an_equation_is_never_certified_by_balls():
    domain = assumed("x real", "exp(x) = 1")
    declarations = needed({"x"}, domain)
    assert belongs(Point({"x": fmpq(0)}), declarations, domain.hypotheses)
    assert not belongs(Point({"x": fmpq(1, 10**60)}), declarations, domain.hypotheses)


def test_points_outside_their_declarations_do_not_belong():
    domain = Domain.parse("0 < x < 1, m integer >= 1, i in 1..m, v[1..m] > 0")
    declarations = needed({"x", "i", "v"}, domain)
    inside = {"x": fmpq(1, 2), "m": fmpq(2), "i": fmpq(2)}
    members = {(1,): fmpq(1), (2,): fmpq(3)}
    assert belongs(Point(inside, {"v": members}), declarations, ())
    for name, value in (("x", fmpq(1)), ("m", fmpq(3)), ("i", fmpq(3)), ("i", fmpq(0)),
                        ("i", fmpq(1, 2)), ("m", fmpq(5, 2))):  # fmt: skip
        wrong = {**inside, name: value}
        assert not belongs(Point(wrong, {"v": members}), declarations, ())
    for family in ({(1,): fmpq(1)}, {**members, (2,): fmpq(-1)}, {**members, (3,): fmpq(1)},
                   {(1,): fmpq(1), (3,): fmpq(1)}):  # fmt: skip
        assert not belongs(Point(inside, {"v": family}), declarations, ())


def test_ambiguity_is_about_functions_of_the_hypothesis_only():
    domain = assumed("x, y real, f(x) function, g(x) function", "f(x) > 0")
    (hypothesis,) = domain.hypotheses

    def clear(left: str, right: str) -> bool:
        return is_unambiguous(hypothesis, (term(left, domain), term(right, domain)), domain)

    assert clear("log(f(x))", "Derivative(log(f(x)), x)")
    assert clear("g(y)", "g(x)")
    assert not clear("f(y)", "f(x)")
    assert not clear("f(x)", "f(2*x)")
    assert not clear("f(x)", "Sum(f(x), (x, 1, 2))")


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_solved_points_belong(seed):
    domain = assumed(
        "a, b > 0, c real, x[1..3] real", "a + 2*b - c = 1", "x[1] + x[3] = a", "c < b"
    )
    declarations = needed({"a", "b", "c", "x"}, domain)
    chooser = random.Random(seed)  # noqa: S311
    for start in points(declarations, (), 4, seed):
        found = satisfying(start, declarations, domain.hypotheses, chooser)
        if found is not None:
            value = found.scalars
            assert value["a"] + 2 * value["b"] - value["c"] == 1
            assert found.families["x"][1,] + found.families["x"][3,] == value["a"]
            assert value["c"] < value["b"]
            assert value["a"] > 0


@pytest.mark.parametrize(
    ("left", "right", "declared"),
    [
        ("log(x - 5)", "1", "x real"),
        ("sqrt(1 - x**2)", "asin(x)", "x real"),
        ("log(log(x) - 3)", "1", "x real"),
        ("tan(x)", "x", "x > 1000"),
        ("sqrt(x - 100000)*sqrt(100001 - x)", "1", "x real"),
        ("acosh(x + y)*asin(1000*x*y)", "1", "x, y real"),
        ("log(x - 7)*log(8 - x)*sqrt(y - x)", "1", "x, y real"),
        ("sqrt(-x**2)", "0", "x real"),
        ("log(sin(x) - 999/1000)", "1", "x real"),
        ("log((x - 1)*(2 - x)) + log((y - x)*(x + 1/1000 - y))", "1", "x, y real"),
    ],
)
def test_points_are_found_where_little_is_defined(left, right, declared):
    domain = Domain.parse(declared)
    assert find_defined_point(term(left, domain), term(right, domain), domain)


@pytest.mark.parametrize(
    ("left", "right", "declared"),
    [
        ("Piecewise((1, (x > 0.31415926535) and (x < 0.31415926536)), (0, True))", "0", "x real"),
        ("Abs(x - 17/31)*0 + sign(x - 17/31)**2", "1", "x real"),
        ("Heaviside(3*x + 2*y - 1/7)", "Heaviside(3*x + 2*y - 1/7, 0)", "x, y real"),
        ("Max(x, y) - Min(x, y)", "Abs(x - y) + Delta(x, y)", "x, y real"),
        ("sign((x - 2)*(x + 5/7))**2", "1", "x real"),
        ("relu(x - 1234567)", "0", "x real"),
        ("Piecewise((x, x**2 < 1/10**8), (0, True))", "0", "x > 0"),
        ("Piecewise((1, (x == y) and (y == z)), (0, True))", "0", "x, y, z real"),
        ("Piecewise((1, x + y + z == 17/3), (0, True))", "0", "x, y, z real"),
        ("Piecewise((1, (x - 3)**2 + (y - 5)**2 < 1e-6), (0, True))", "0", "x, y real"),
        ("Piecewise((0, sin(x) < 9999/10000), (1, True))", "0", "x real"),
        ("Piecewise((1, x[1] == x[2]), (0, True))", "0", "x[1..3] real"),
        (
            "Piecewise((1, Sum(x[k], (k, 1, m)) == 5), (0, True))",
            "0",
            "m integer >= 1, x[1..m] real",
        ),
        ("Max(log(x), 20)", "20", "x > 0"),
        ("Max(exp(x), 10**6)", "10**6", "x real"),
        ("Min(x, 10**20)", "x", "x real"),
        ("floor(n/10**6)", "0", "n integer >= 0"),
        ("floor(x)", "ceiling(x) - 1", "x real"),
        ("Product(n - k, (k, 1, 7))", "0", "n integer >= 1"),
        ("Mod(n, 7)", "n", "n integer >= 0"),
        ("Delta(i, j)", "1", "m integer >= 1, i in 1..m, j in 1..m"),
        ("Delta(i, j)", "0", "m integer >= 1, i in 1..m, j in 1..m"),
        (
            "(1 - Delta(i, j))*Delta(x[i], x[j])",
            "0",
            "m integer >= 1, x[1..m] real, i in 1..m, j in 1..m",
        ),
        ("sqrt(x**2)", "x", "x > -1/1000"),
    ],
)
def test_kinks_and_slits_are_looked_at(left, right, declared):
    domain = Domain.parse(declared)
    assert attack(left, right, domain) is not None


def test_quick_and_deep_are_what_they_say():
    domain = Domain.parse("x real")
    sides = term("Abs(x)", domain), term("x", domain)
    assert len(list(visits(sides, domain, (QUICK.points, QUICK.variations), 0))) <= QUICK.points
    deep = list(visits(sides, domain, (DEEP.points, DEEP.variations), 0))
    assert len(deep) <= DEEP.points + DEEP.variations


def test_definitions_in_hypotheses_are_unfolded():
    domain = assumed("x, u real", "u > x/2")
    definitions = (Definition(Symbol("u"), term("x - 5", domain)),)  # so x > 10
    left, right = term("Abs(x - 10)", domain), term("x - 10", domain)
    assert decide(left, right, domain, definitions).verdict is not Verdict.REFUTED
    assert decide(left, Neg(right), domain, definitions).verdict is Verdict.REFUTED
    assert decide(left, right, domain).verdict is Verdict.REFUTED


@pytest.mark.parametrize(
    ("declared", "hypothesis", "side"),
    [
        ("x, y real, f(x) function", "f(x) > 0", "f(y)"),
        ("m integer >= 2, i in 1..m, j in 1..m, x[1..m] real", "x[i] > x[j]", "x[i]"),
    ],
)
def test_a_claim_is_about_something_by_one_reading(declared, hypothesis, side):
    domain = assumed(declared, hypothesis)
    assert find_defined_point(term(side, domain), term(side, domain), domain)
    assert attack(side, f"{side} + 1", domain) is None
