"""Sums of symbolic length: the rules S1 to S6, empty sums, deltas, and names of indices."""

from __future__ import annotations

import pytest

from derivation.domain import Domain
from derivation.kernel import Definition, Verdict, decide
from derivation.notation import read

PROVED, PROVED_IF = Verdict.PROVED, Verdict.PROVED_IF
REFUTED, UNDECIDED = Verdict.REFUTED, Verdict.UNDECIDED

SIZES = "m integer >= 1, d integer >= 1, n integer, c, t real, i in 1..m, j in 1..d, "
SAMPLES = SIZES + "x[1..m] real, y[1..m] > 0, u[1..m, 1..d] real, w[1..d] real"


def judge(claim: str, domain: str = SAMPLES, *definitions: tuple[str, str]):
    calls = {head.partition("(")[0] for head, _ in definitions if "(" in head}
    functions = Domain.parse(domain).functions | calls

    def term(text):
        return read(text, functions=functions, syntax="python")

    left, right = claim.split(" = ")
    defined = tuple(Definition(term(head), term(body)) for head, body in definitions)
    return decide(term(left), term(right), domain, defined)


def verdict(claim: str, domain: str = SAMPLES, *definitions: tuple[str, str]) -> Verdict:
    return judge(claim, domain, *definitions).verdict


# ------------------------------------------------------------------ the rules, with false twins

RULES = [
    # rule S1, a shifted index
    ("Sum(x[k + 1], (k, 0, m - 1)) = Sum(x[k], (k, 1, m))", PROVED),
    ("Sum(x[k + 1], (k, 0, m - 1)) = Sum(x[k], (k, 0, m - 1))", UNDECIDED),  # x[0]
    ("Sum(k, (k, 3, m + 2)) = Sum(k + 2, (k, 1, m))", PROVED),
    ("Sum(k, (k, 3, m + 2)) = Sum(k + 3, (k, 1, m))", REFUTED),
    # rule S2, constant limits
    ("Sum(k**2, (k, 1, 4)) = 30", PROVED),
    ("Sum(k**2, (k, 1, 3)) = 30", REFUTED),
    ("Sum(k, (k, 3, 2)) = 0", PROVED),
    ("Sum(k, (k, 1, -3)) = 0", PROVED),  # and not 3, as for SymPy
    ("Sum(k, (k, 1, -3)) = 3", REFUTED),
    ("Sum(c, (k, m, m - 1)) = 0", PROVED),
    # rule S3, linear
    ("Sum(c*x[k] + t*y[k], (k, 1, m)) = c*Sum(x[k], (k, 1, m)) + t*Sum(y[k], (k, 1, m))", PROVED),
    ("Sum(x[k]*y[k], (k, 1, m)) = Sum(x[k], (k, 1, m))*Sum(y[k], (k, 1, m))", REFUTED),
    ("Sum(k*x[k], (k, 1, m)) = m*Sum(x[k], (k, 1, m))", REFUTED),
    ("Sum(x[k]/(1 + c**2), (k, 1, m)) = Sum(x[k], (k, 1, m))/(1 + c**2)", PROVED),
    ("Sum(exp(c + x[k]), (k, 1, m)) = exp(c)*Sum(exp(x[k]), (k, 1, m))", PROVED),
    ("Sum(exp(c*x[k]), (k, 1, m)) = exp(c)*Sum(exp(x[k]), (k, 1, m))", REFUTED),
    # rule S4, constants
    ("Sum(c, (k, 1, m)) = c*m", PROVED),
    ("Sum(c, (k, 1, m - 1)) = c*(m - 1)", PROVED),
    ("Sum(c, (k, 1, m - 2)) = c*(m - 2)", REFUTED),  # m = 1
    ("Sum(c, (k, 1, n)) = c*n", REFUTED),  # n = -1
    ("Sum(c, (k, n, m)) = c*(m - n + 1)", REFUTED),
    ("Sum(c, (k, n, n + m)) = c*(m + 1)", PROVED),
    # rule S5, deltas
    ("Sum(Delta(k, i)*x[k], (k, 1, m)) = x[i]", PROVED),
    ("Sum(Delta(i, k)/y[k], (k, 1, m)) = 1/y[i]", PROVED),
    ("Sum(Delta(k, i)*Delta(k, i), (k, 1, m)) = 1", PROVED),
    ("Sum(Delta(k, i), (k, 1, m - 1)) = 1", REFUTED),
    ("Sum(Delta(k, i), (k, 2, m)) = 1", REFUTED),
    ("Sum(Delta(k, i), (k, 1, d)) = 1", REFUTED),  # i runs to m, k to d
    ("Sum(Delta(k, n), (k, 1, m)) = 1", REFUTED),  # n is any whole number
    ("Sum(Delta(k, m + 1)*c, (k, 1, m)) = c", REFUTED),
    ("Sum(Sum(Delta(k, l)*x[k], (k, 1, m)), (l, 1, m)) = Sum(x[k], (k, 1, m))", PROVED),
    ("Sum(Sum(Delta(k, l)*x[k], (k, 1, m)), (l, 1, d)) = Sum(x[k], (k, 1, m))", REFUTED),
    # rule S6, names
    ("Sum(x[k], (k, 1, m)) = Sum(x[l], (l, 1, m))", PROVED),
    ("Sum(x[k]*x[i], (k, 1, m)) = Sum(x[k]*x[k], (k, 1, m))", REFUTED),
]


@pytest.mark.parametrize(("claim", "expected"), RULES)
def test_a_rule_and_its_false_twins(claim, expected):
    assert verdict(claim) is expected


# ------------------------------------------------------------------ empty sums


@pytest.mark.parametrize("domain", ["m integer >= 0, x[1..m] real", "m integer, x[1..m] real"])
def test_a_sum_that_may_be_empty_is_not_positive(domain):
    total = "Sum(exp(x[k]), (k, 1, m))"
    found = judge(f"{total}/{total} = 1", domain)
    assert found.verdict is PROVED_IF
    assert [str(condition) for condition in found.conditions] == [f"{total} != 0"]
    assert verdict(f"exp(log({total})) = {total}", domain) is PROVED_IF


def test_a_sum_with_a_term_is_positive():
    total = "Sum(exp(x[k]), (k, 1, m))"
    assert verdict(f"{total}/{total} = 1") is PROVED
    assert verdict(f"exp(log({total})) = {total}") is PROVED
    assert verdict(f"Abs({total}) = {total}", "m integer, x[1..m] real") is PROVED


def test_a_fact_about_terms_does_not_leave_a_sum_that_may_be_empty():
    """log(x) is asked for n times, so never for n = 0."""
    claim = "0*Sum(log(x), (k, 1, n)) + Abs(x) = x"
    assert verdict(claim, "x real, n integer >= 0") is REFUTED or (
        verdict(claim, "x real, n integer >= 0") is UNDECIDED
    )


def test_a_mean_needs_samples():
    assert verdict("Sum(c, (k, 1, m))/m = c") is PROVED
    assert verdict("Sum(c, (k, 1, n))/n = c", "n integer >= 0, c real") is PROVED_IF
    assert verdict("Sum(c, (k, 1, n))/n = c", "n integer, c real") is REFUTED


# ------------------------------------------------------------------ ranges


@pytest.mark.parametrize(
    "claim",
    [
        "0*Sum(x[k], (k, 0, m)) = 0",
        "0*Sum(x[k + 1], (k, 1, m)) = 0",
        "0*Sum(x[k], (k, 1, d)) = 0",
        "0*Sum(Sum(u[k, l], (k, 1, m)), (l, 1, m)) = 0",
        "0*x[m + 1] = 0",
        "0*x[n] = 0",
        "0*x[j] = 0",
        "0*x[0] = 0",
    ],
)
def test_a_member_out_of_range_has_no_value(claim):
    assert verdict(claim) is not PROVED


@pytest.mark.parametrize(
    "claim",
    [
        "0*Sum(x[k], (k, 1, m - 1)) = 0",
        "0*Sum(x[k], (k, 2, m)) = 0",
        "0*Sum(x[m + 1 - k], (k, 1, m)) = 0",
        "0*Sum(x[k + 1], (k, 0, m - 1)) = 0",
        "0*x[1] = 0",
        "0*x[m] = 0",
        "0*Sum(Sum(u[k, l], (k, 1, m)), (l, 1, d)) = 0",
    ],
)
def test_a_member_in_range_has_one(claim):
    assert verdict(claim) is PROVED


def test_a_condition_holds_for_all_values_of_the_index():
    found = judge("0*Sum(log(x[k]), (k, 1, m)) = 0")
    assert found.verdict is PROVED_IF
    assert [str(condition) for condition in found.conditions] == ["x[k] > 0 for k in 1..m"]
    assert verdict("0*Sum(log(y[k]), (k, 1, m)) = 0") is PROVED
    assert verdict("0*Sum(1/(k - 3), (k, 1, m)) = 0") is PROVED_IF
    assert verdict("0*Sum(1/(k - 3), (k, 4, m)) = 0") is PROVED


def test_limits_are_whole_numbers():
    assert verdict("Sum(c, (k, 1, t)) = Sum(c, (k, 1, t)) + 0*c") is UNDECIDED


# ------------------------------------------------------------------ derivatives


def test_a_derivative_goes_inside_a_finite_sum():
    claim = "Derivative(Sum((x[k]*t - y[k])**2, (k, 1, m)), t) = "
    assert verdict(claim + "2*Sum((x[k]*t - y[k])*x[k], (k, 1, m))") is PROVED
    assert verdict(claim + "2*Sum(x[k]*t - y[k], (k, 1, m))") is REFUTED


def test_a_derivative_by_a_member_picks_one_term():
    assert verdict("Derivative(Sum(w[k]**2, (k, 1, d)), w[j]) = 2*w[j]") is PROVED
    assert verdict("Derivative(Sum(w[k]**2, (k, 1, d)), w[j]) = 2*w[1]") is REFUTED
    # the bound j is another j than that of w_j
    assert verdict("Derivative(Sum(w[j]**2, (j, 1, d)), w[j]) = 2*w[j]") is PROVED
    claim = "Derivative(Sum(w[j]**2, (j, 1, d)), w[j]) = Sum(2*w[j], (j, 1, d))"
    assert verdict(claim) is REFUTED
    # by a member with a bound index: one derivative a term
    claim = "Sum(Derivative(Sum(w[k]**2, (k, 1, d)), w[l]), (l, 1, d)) = 2*Sum(w[k], (k, 1, d))"
    assert verdict(claim) is PROVED


def test_a_defined_family():
    z = ("z[i]", "Sum(u[i, k]*w[k], (k, 1, d))")
    assert verdict("Derivative(z[i], w[j]) = u[i, j]", SAMPLES, z) is PROVED
    claim = "Sum(z[k], (k, 1, m)) = Sum(Sum(u[k, l]*w[l], (l, 1, d)), (k, 1, m))"
    assert verdict(claim, SAMPLES, z) is PROVED
    square = "m integer >= 1, u[1..m, 1..m] real, w[1..m] real"
    z = ("z[i]", "Sum(u[i, k]*w[k], (k, 1, m))")
    claim = "Sum(z[k], (k, 1, m)) = Sum(Sum(u[k, k]*w[k], (k, 1, m)), (k, 1, m))"
    assert verdict(claim, square, z) is REFUTED


# ------------------------------------------------------------------ names of indices


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        (
            "Sum(Sum(x[k]*y[l], (k, 1, m)), (l, 1, m)) = Sum(Sum(x[l]*y[k], (l, 1, m)), (k, 1, m))",
            PROVED,
        ),
        ("Sum(Sum(x[k], (k, 1, m)), (k, 1, m)) = m*Sum(x[k], (k, 1, m))", PROVED),
        (
            "Sum(Sum(x[k]*x[k], (k, 1, m)), (k, 1, m)) = Sum(Sum(x[k]*x[l], (k, 1, m)), (l, 1, m))",
            REFUTED,
        ),
        (
            "Sum(x[k]*Sum(y[k], (k, 1, m)), (k, 1, m)) = m*Sum(x[k]*y[k], (k, 1, m))",
            REFUTED,
        ),
        ("Sum(Sum(c, (l, 1, k)), (k, 1, m)) = c*Sum(k, (k, 1, m))", PROVED),
        ("Sum(Sum(c, (l, 1, k - 2)), (k, 1, m)) = c*Sum(k - 2, (k, 1, m))", REFUTED),
        ("Sum(Sum(c, (k, 1, k)), (k, 1, m)) = c*Sum(k, (k, 1, m))", PROVED),
    ],
)
def test_nested_sums(claim, expected):
    assert verdict(claim) is expected


LIMITS = "y, w, c real, m integer >= 1, n integer >= 1, "


@pytest.mark.parametrize(
    ("claim", "domain", "definitions"),
    [
        # the limits of a sum are outside it: Sum(i, (i, i, i+2)) = 3 i + 3
        ("Sum(i, (i, i, i + 2)) = Sum(2*(k - j) + 1, (k, j, j + 2))", "i integer, j integer", ()),
        # a size is not the index of that name
        ("Sum(2*x[m], (m, 1, 5)) = 2*Sum(x[m], (m, 1, 5))", LIMITS + "x[1..m] real", ()),
        ("Sum(Sum(Delta(k, i), (k, 1, m)), (m, 1, n)) = n", LIMITS + "i in 1..m", ()),
        # a defined name is not the index of that name
        ("Sum(u, (u, 1, 3)) = 3*w**2", LIMITS, (("u", "w**2"),)),
        ("Sum(u, (u, 1, 3)) = 3*u", LIMITS, (("u", "w**2"),)),
        # what a function hides is not the index of that name
        ("Derivative(Sum(f(c), (w, 1, 3)), w) = 0", LIMITS, (("f(t)", "t*w"),)),
        ("Derivative(Sum(h(c), (w, 1, 3)), w) = 0", LIMITS + "h(t; w) function", ()),
    ],
)
def test_a_bound_index_is_not_what_has_its_name(claim, domain, definitions):
    assert verdict(claim, domain, *definitions) is not PROVED


@pytest.mark.parametrize(
    ("total", "domain"),
    [
        # k = 5 is reached for the outer i, whatever the declared i
        ("Sum(Sum(Sum(1/(k - 5), (i, 1, 2)), (k, 1, i)), (i, 1, 10))", "y real, i integer <= 2"),
        # the limit i of the inner sum is the outer i, that reaches n
        ("Sum(Sum(x[i], (i, 1, i)), (i, 1, n))", LIMITS + "i integer <= 3, x[1..3] real"),
        # the lower limit i starts at 1, though the declared i is at least 5
        ("Sum(Sum(log(k - 4), (k, i, m)), (i, 1, m))", LIMITS + "i integer >= 5"),
        ("Sum(Sum(1/(k - 4), (k, i, m)), (i, 1, m))", LIMITS + "i integer >= 5"),
        ("Sum(Sum(sqrt(3 - k), (k, 1, i)), (i, 1, m))", LIMITS + "i integer <= 3"),
    ],
)
def test_the_range_of_an_inner_index_is_that_of_the_bound_limit(total, domain):
    """A side is never proved defined by the declaration of a name that is bound."""
    assert verdict(f"Derivative(y*{total}, y) = {total}", domain) is not PROVED
    assert verdict(f"{total} = {total}", domain) is not PROVED


# ------------------------------------------------------------------ families that start at 0


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("0*x[0] = 0", PROVED),
        ("0*Sum(x[k], (k, 0, m)) = 0", PROVED),
        ("Sum(x[k], (k, 0, m)) = Sum(x[k - 1], (k, 1, m + 1))", PROVED),
        ("Sum(x[k], (k, 0, m)) = Sum(x[k], (k, 1, m))", REFUTED),
        ("0*x[-1] = 0", UNDECIDED),
        ("0*x[m + 1] = 0", UNDECIDED),
        ("0*Sum(x[k], (k, 0, m + 1)) = 0", UNDECIDED),
        ("Sum(Delta(k, 0), (k, 0, m)) = 0", REFUTED),
    ],
)
def test_a_family_that_starts_at_zero(claim, expected):
    assert verdict(claim, "x[0..m] real, m integer >= 0") is expected
