"""What the kernel says, and when: one example for each verdict, rule and refusal."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import pytest

from derivation.domain import REAL_LINE, Declaration, Domain, Interval
from derivation.errors import DomainError
from derivation.kernel import (
    Condition,
    ConditionKind,
    Definition,
    Judge,
    Judgement,
    Verdict,
    Witness,
    decide,
)
from derivation.kernel.bounds.intervals import power
from derivation.kernel.calculus.differentiate import Jet
from derivation.kernel.normal_form.convert import NormalForm
from derivation.kernel.refutation.refute import QUICK, refute
from derivation.notation import read
from derivation.term import (
    Add,
    Call,
    Constant,
    Derivative,
    Index,
    Indexed,
    Mark,
    MarkKind,
    Mul,
    Number,
    Paren,
    Pow,
    Symbol,
    Term,
    Times,
)

PROVED, PROVED_IF = Verdict.PROVED, Verdict.PROVED_IF
REFUTED, UNDECIDED = Verdict.REFUTED, Verdict.UNDECIDED

Written = tuple[str, str]


def parsed(text: str | Term, functions: frozenset[str]) -> Term:
    return text if isinstance(text, Term) else read(text, functions=functions, syntax="python")


def judge(
    claim: str | tuple[Term, Term], domain: str = "x real", *definitions: Written
) -> Judgement:
    """The judgement of ``lhs = rhs``; definitions are written ``("f(x)", "x*w")``."""
    calls = {head.partition("(")[0] for head, _ in definitions if "(" in head}
    functions = Domain.parse(domain).functions | calls
    sides = claim.split(" = ") if isinstance(claim, str) else claim
    left, right = (parsed(side, functions) for side in sides)
    defined = tuple(Definition(*(parsed(t, functions) for t in pair)) for pair in definitions)
    return decide(left, right, domain, defined)


def verdict(claim: str | tuple[Term, Term], domain: str = "x real", *definitions: Written):
    return judge(claim, domain, *definitions).verdict


def conditions(claim: str | tuple[Term, Term], domain: str = "x real", *definitions: Written):
    found = judge(claim, domain, *definitions)
    assert found.verdict is PROVED_IF, found
    return [str(condition) for condition in found.conditions]


def prime(name: str, argument: str = "x", times: int = 1) -> Term:
    return Call(name, (Symbol(argument),), times)


# ------------------------------------------------------------------ the four verdicts


def test_proved_means_equal_and_defined_on_the_whole_domain():
    found = judge("sigmoid(x) = exp(x)/(1 + exp(x))")
    assert found.verdict is PROVED
    assert found.conditions == ()
    assert found.theorem is not None


def test_proved_if_lists_what_the_domain_does_not_give():
    found = judge("log(x*y) = log(x) + log(y)", "x > 0, y real")
    assert found.verdict is PROVED_IF
    y = Symbol("y")
    assert found.conditions == (Condition(ConditionKind.POSITIVE, y),)  # x y > 0 follows
    assert found.theorem is not None
    assert found.theorem.conditions == found.conditions


def test_refuted_shows_a_point_where_the_sides_certainly_differ():
    found = judge("sqrt(x**2) = x")
    assert found.verdict is REFUTED
    assert isinstance(found.witness, Witness)
    ((name, value),) = found.witness.values
    assert (name, value[0]) == ("x", "-")
    assert found.theorem is None


def test_undecided_says_why_and_is_no_theorem():
    found = judge("Derivative(floor(x), x) = 0")
    assert found.verdict is UNDECIDED
    assert "floor" in found.reason
    assert found.theorem is None


def test_a_difference_far_below_floating_point_is_seen():
    assert verdict("exp(x*(1 + 1/10**30)) = exp(x)") is REFUTED
    assert verdict("x + 1/10**60 = x") is REFUTED
    assert verdict("(x + 1)**200 = (x + 1)**200 + 1/10**90") is REFUTED


def test_looks_do_not_count():
    x = Symbol("x")
    written = Add(Paren(Mark(MarkKind.KEY, x)), Mul(x, x, Times.CROSS))
    assert verdict((written, Add(x, Mul(x, x)))) is PROVED
    member = Indexed("u", (Symbol("i"),), Index.ABOVE)
    below = Indexed("u", (Symbol("i"),))
    assert verdict((member, below), "m integer, u[1..m] real, i in 1..m") is PROVED


# ------------------------------------------------------------------ N1 to N11, with false twins

TRUE = [
    ("(x + y)**3 = x**3 + 3*x**2*y + 3*x*y**2 + y**3", "x, y real"),  # N1
    ("exp(x + y)*exp(-y) = exp(x)", "x, y real"),  # N2
    ("exp(x/2)*exp(x/3) = exp(5*x/6)", "x real"),
    ("exp(2*log(x)) = x**2", "x > 0"),  # N3
    ("log(x*y**2) = log(x) + 2*log(y)", "x, y > 0"),  # N4
    ("log(exp(x)/4) = x - 2*log(2)", "x real"),
    ("p**x*p**y = p**(x + y)", "x, y real, p > 0"),  # N5
    ("sqrt(x)*sqrt(y) = sqrt(x*y)", "x, y > 0"),  # N6
    ("sqrt(x**2) = Abs(x)", "x real"),
    ("(1 + sqrt(2))**3 = 7 + 5*sqrt(2)", "x real"),
    ("Abs(x)**2 = x**2", "x real"),  # N7
    ("Abs(p - 1) = 1 - p", "0 < p < 1"),
    ("Max(x, y) + Min(x, y) = x + y", "x, y real"),  # N8
    ("Max(x, y)*Min(x, y) = x*y", "x, y real"),
    ("log(sigmoid(x)) = -softplus(-x)", "x real"),  # N9
    ("tanh(x) = 2*sigmoid(2*x) - 1", "x real"),
    ("logit(sigmoid(x)) = x", "x real"),
    ("Delta(i, i + 1) = 0", "i integer"),  # N10
    ("Delta(i, j)**2 = Delta(i, j)", "i, j integer"),
    ("sin(x + x) = sin(2*x)", "x real"),  # N11
]
FALSE = [
    ("(x + y)**3 = x**3 + 3*x**2*y + 3*x*y**2 - y**3", "x, y real"),
    ("exp(x + y)*exp(y) = exp(x)", "x, y real"),
    ("exp(x/2)*exp(x/3) = exp(x)", "x real"),
    ("exp(2*log(x)) = x", "x > 0"),
    ("log(x + y) = log(x) + log(y)", "x, y > 0"),
    ("log(x**2) = log(x)", "x > 0"),
    ("p**x*p**y = p**(x*y)", "x, y real, p > 0"),
    ("(x**2)**(1/2) = x", "x real"),
    ("sqrt(x**2*y) = x*sqrt(y)", "x real, y > 0"),
    ("(1 + sqrt(2))**3 = 7 + 5*sqrt(2) + 1/10**40", "x real"),
    ("Abs(x + y) = Abs(x) + Abs(y)", "x, y real"),
    ("Abs(p - 1) = p - 1", "0 < p < 1"),
    ("Max(x, y) = x", "x, y real"),
    ("Max(x, y) - Min(x, y) = x - y", "x, y real"),
    ("log(sigmoid(x)) = -softplus(x)", "x real"),
    ("tanh(x) = 2*sigmoid(x) - 1", "x real"),
    ("log1p(x) = log(x)", "x > 0"),
    ("Delta(i, j) = 0", "i, j integer"),
    ("Delta(i, j) = 1", "i, j integer"),
    ("sin(x + x) = 2*sin(x)", "x real"),
]


@pytest.mark.parametrize(("claim", "domain"), TRUE)
def test_a_rule_proves(claim, domain):
    assert verdict(claim, domain) is PROVED


@pytest.mark.parametrize(("claim", "domain"), FALSE)
def test_a_false_twin_is_not_proved(claim, domain):
    found = judge(claim, domain)
    assert found.verdict is REFUTED or (
        found.verdict is UNDECIDED and "no point was found" in found.reason
    )


# ------------------------------------------------------------------ definedness


@pytest.mark.parametrize(
    ("claim", "listed"),
    [
        ("x/x = 1", ["x != 0"]),
        ("0*(1/x) = 0", ["x != 0"]),
        ("x**0 = 1", ["x != 0"]),
        ("0*log(x) = 0", ["x > 0"]),
        ("exp(log(x)) = x", ["x > 0"]),
        ("sqrt(x)**2 = x", ["x >= 0"]),
        ("x**y/x**y = 1", ["x > 0"]),
        ("x**x = exp(x*log(x))", ["x > 0"]),
        ("asin(x) - asin(x) = 0", ["1 - x**2 >= 0"]),
        ("log(1/x) = -log(x)", ["x > 0"]),
        ("(x**2 - 1)/(x - 1) = x + 1", ["x - 1 != 0"]),
    ],
)
def test_every_condition_is_listed(claim, listed):
    assert conditions(claim, "x, y real") == listed


@pytest.mark.parametrize(
    ("claim", "domain"),
    [
        ("x/x = 1", "x nonzero"),
        ("x/x = 1", "x > 0"),
        ("x/x = 1", "x in {-1, 2}"),
        ("exp(log(x)) = x", "x >= 1"),
        ("log(1 - p)*0 = 0", "0 < p < 1"),
        ("1/(1 + x**2)*0 = 0", "x real"),
        ("sqrt(x**2 - 2*x + 1)*0 = 0", "x real"),
        ("log(h(x))*0 = 0", "x real, 0 < h(x) < 1"),
        ("n**0 = 1", "n integer > 0"),
    ],
)
def test_a_condition_that_the_domain_gives_is_discharged(claim, domain):
    assert verdict(claim, domain) is PROVED


@pytest.mark.parametrize(
    ("claim", "domain"),
    [
        ("x/x = 1", "x >= 0"),
        ("x/x = 1", "x in {0, 1}"),
        ("exp(log(p)) = p", "0 <= p < 1"),
        ("0*log(1 - p) = 0", "0 < p <= 1"),
        ("0/(h(x) - 1) = 0", "x real, 0 < h(x) <= 1"),
        ("0/(x**2 - 2) = 0", "x real"),
        ("0/(n - 3) = 0", "n integer"),
    ],
)
def test_a_condition_that_fails_at_an_end_is_not_discharged(claim, domain):
    assert verdict(claim, domain) is PROVED_IF


@pytest.mark.parametrize(
    ("claim", "domain"),
    [
        ("1/(x - x) = 1/(x - x)", "x real"),
        ("log(x) = log(x)", "x < 0"),
        ("log(x) + log(-x) = log(x) + log(-x)", "x real"),
        ("1/(sqrt(x**2) - Abs(x)) = 5", "x real"),
        ("0**0 = 1", "x real"),
    ],
)
def test_what_is_never_defined_is_undecided(claim, domain):
    assert verdict(claim, domain) is UNDECIDED


def test_what_one_log_says_is_used_only_under_its_condition():
    """log(x^2 y) needs y > 0, so |y| = y there; log(x y) says nothing of x alone."""
    assert conditions("log(x**2*y) + Abs(y) = log(x**2*y) + y", "x, y real") == ["x**2*y > 0"]
    assert verdict("log(x*y) + Abs(x) = log(x*y) + x", "x, y real") is REFUTED


# ------------------------------------------------------------------ derivatives


@pytest.mark.parametrize(
    ("name", "derivative"),
    [
        ("exp", "exp(x)"),
        ("log", "1/x"),
        ("sqrt", "1/(2*sqrt(x))"),
        ("sin", "cos(x)"),
        ("cos", "-sin(x)"),
        ("tan", "1 + tan(x)**2"),
        ("sinh", "(exp(x) + exp(-x))/2"),
        ("cosh", "(exp(x) - exp(-x))/2"),
        ("tanh", "1 - tanh(x)**2"),
        ("asin", "1/sqrt(1 - x**2)"),
        ("acos", "-1/sqrt(1 - x**2)"),
        ("atan", "1/(1 + x**2)"),
        ("asinh", "1/sqrt(1 + x**2)"),
        ("acosh", "1/sqrt(x**2 - 1)"),
        ("atanh", "1/(1 - x**2)"),
        ("sigmoid", "sigmoid(x)*(1 - sigmoid(x))"),
        ("softplus", "sigmoid(x)"),
        ("logit", "1/(x*(1 - x))"),
        ("log1p", "1/(1 + x)"),
        ("expm1", "exp(x)"),
        ("Abs", "sign(x)"),
        ("relu", "(1 + sign(x))/2"),
        ("erf", "2/sqrt(pi)*exp(-x**2)"),
        ("loggamma", "digamma(x)"),
    ],
)
def test_each_rule_agrees_with_a_difference_quotient(name, derivative):
    """mpmath differentiates numerically: nothing of the kernel takes part."""
    import mpmath

    value = {
        "sigmoid": lambda t: 1 / (1 + mpmath.exp(-t)),
        "softplus": lambda t: mpmath.log(1 + mpmath.exp(t)),
        "logit": lambda t: mpmath.log(t / (1 - t)),
        "Abs": abs,
        "relu": lambda t: max(t, mpmath.mpf(0)),
    }.get(name) or getattr(mpmath, name)
    claim = f"Derivative({name}(x), x) = {derivative}"
    assert verdict(claim) in (PROVED, PROVED_IF)
    at = mpmath.mpf("1.75") if name == "acosh" else mpmath.mpf("0.375")
    names = ("exp", "sin", "cos", "tan", "tanh", "sqrt", "sign", "digamma", "pi")
    scope = {n: getattr(mpmath, n) for n in names}
    scope |= {"x": at, "sigmoid": lambda t: 1 / (1 + mpmath.exp(-t))}
    right = eval(derivative, {"__builtins__": {}}, scope)  # noqa: S307  (texts of this file)
    assert abs(mpmath.diff(value, at) - right) < mpmath.mpf(10) ** -8


@pytest.mark.parametrize(
    ("claim", "listed"),
    [
        ("Derivative(0*log(x), x) = 0", ["x > 0"]),
        ("Derivative(x/x, x) = 0", ["x != 0"]),
        ("Derivative(log(x), x) = 1/x", ["x > 0"]),
        ("Derivative(Abs(x), x) = sign(x)", ["x != 0"]),
        ("Derivative(relu(x), x) = (1 + sign(x))/2", ["x != 0"]),
        ("Derivative(Max(x, 3), x) = (1 + sign(x - 3))/2", ["x - 3 != 0"]),
        ("Derivative(sqrt(x)*sqrt(x), x) = 1", ["x > 0"]),  # > 0: a neighbourhood
        ("Derivative(0*sqrt(x), x, 2) = 0", ["x > 0"]),
        ("Derivative(asin(x) + acos(x), x) = 0", ["1 - x**2 > 0"]),
        ("Derivative(sign(x), x) = 0", ["x != 0"]),
    ],
)
def test_definedness_comes_before_differentiation(claim, listed):
    assert conditions(claim) == listed
    assert conditions(claim, "x >= -1") == listed  # an end of the domain is no excuse


def test_a_derivative_at_a_closed_end_needs_room():
    assert conditions("Derivative(sqrt(x)*sqrt(x), x) = 1", "x >= 0") == ["x > 0"]
    assert verdict("Derivative(sqrt(x)*sqrt(x), x) = 1", "x > 0") is PROVED


def test_powers_at_zero():
    assert verdict("Derivative(x**2, x) = 2*x") is PROVED
    assert verdict("Derivative(x**1, x) = 1") is PROVED
    assert conditions("Derivative(x**0, x) = 0") == ["x != 0"]
    assert conditions("Derivative(x**n, x) = n*x**(n - 1)", "x real, n integer >= 0") == ["x != 0"]


def test_exponents_are_typed():
    """(-8)^(1/3) and (-1)^y have no value; (-2)^n has one."""
    assert conditions("x**(1/3)*0 = 0") == ["x >= 0"]
    assert conditions("x**y*0 = 0", "x, y real") == ["x > 0"]
    assert verdict("x**n*0 = 0", "x real, n integer >= 1") is PROVED
    assert conditions("x**n*0 = 0", "x real, n integer") == ["x != 0"]


def test_primes_of_functions_of_the_reader():
    assert conditions((prime("log"), read("1/x", syntax="python"))) == ["x > 0"]
    assert verdict((prime("exp", times=3), Call("exp", (Symbol("x"),)))) is PROVED


@pytest.mark.parametrize(
    ("claim", "domain"),
    [
        ("Derivative(x**2, n) = 0", "x real, n integer"),
        ("Derivative(x**2, x) = 2*x", "x in {-1, 1}"),
        ("Derivative(x, i) = 0", "x real, m integer, i in 1..m"),
    ],
)
def test_one_differentiates_by_real_variables_only(claim, domain):
    found = judge(claim, domain)
    assert found.verdict is UNDECIDED
    assert "derivative by" in found.reason


# ------------------------------------------------------------------ arbitrary functions


def test_the_chain_rule_for_an_unknown_function():
    outer = "h(x) function, g(x) function, x real"
    claim = "Derivative(h(x)**2, x) = 2*h(x)*Derivative(h(x), x)"
    assert verdict(claim, outer) is PROVED
    assert verdict("Derivative(h(2*x), x) = 2*Prime(h(2*x))", outer) is PROVED
    assert verdict("Derivative(h(g(x)), x) = Prime(h(g(x)))*Prime(g(x))", outer) is PROVED
    assert verdict("Derivative(h(g(x)), x) = Prime(h(x))*Prime(g(x))", outer) is REFUTED
    assert verdict("Derivative(h(2*x), x) = Prime(h(2*x))", outer) is REFUTED


def test_hidden_parameters_count():
    domain = "x, y, w real, 0 < h(x; w) < 1"
    assert verdict("Derivative(h(x), w) = 0", domain) is REFUTED
    assert verdict("Derivative(h(x), y) = 0", domain) is PROVED
    claim = "Derivative(log(h(x)), w) = Derivative(h(x), w)/h(x)"
    assert verdict(claim, domain) is PROVED
    # h(w; w): by its argument and by its parameter; h'(w) is by the argument alone
    assert verdict("Derivative(h(w), w) = Prime(h(w))", domain) is REFUTED


def test_mixed_partial_derivatives_commute():
    one, other = "Derivative(Derivative(h(x), x), w)", "Derivative(Derivative(h(x), w), x)"
    assert verdict(f"{one} = {other}", "x, w real, h(x; w) function") is PROVED
    assert verdict(f"{one} = 0", "x, w real, h(x; w) function") is REFUTED


def test_a_range_is_of_the_function_not_of_its_derivative():
    domain = "x real, h(x) >= 0"
    assert verdict("Abs(h(x)) = h(x)", domain) is PROVED
    assert verdict("Abs(Derivative(h(x), x)) = Derivative(h(x), x)", domain) is REFUTED


def test_families_differentiate_to_deltas():
    domain = "m integer >= 1, i in 1..m, j in 1..m, w[1..m] real"
    assert verdict("Derivative(w[i]**2, w[j]) = 2*w[i]*Delta(i, j)", domain) is PROVED
    assert verdict("Derivative(w[i]**2, w[i]) = 2*w[i]", domain) is PROVED
    assert verdict("Derivative(w[i]**2, w[j]) = 2*w[i]", domain) is REFUTED
    assert verdict("Derivative(w[1]*w[2], w[1]) = w[2]", "w[1..2] real") is PROVED


# ------------------------------------------------------------------ definitions


def test_layers_a_proof_for_arbitrary_functions_needs_no_unfolding():
    definitions = ("z(x)", "x*w + b"), ("h(x)", "sigmoid(z(x))")
    domain = "x, w, b real"
    found = judge("h(x)*2 = h(x) + h(x)", domain, *definitions)
    assert found.method == "normal form, for arbitrary functions"
    found = judge("h(x) = 1/(1 + exp(-z(x)))", domain, *definitions)
    assert found.method == "normal form, definitions unfolded 1 deep, for arbitrary inner functions"
    found = judge("h(x) = 1/(1 + exp(-x*w - b))", domain, *definitions)
    assert found.method == "normal form, definitions unfolded 2 deep"
    claim = "Derivative(h(x), w) = h(x)*(1 - h(x))*x"
    assert verdict(claim, domain, *definitions) is PROVED
    claim = "Derivative(h(x), w) = h(x)*(1 - h(x))"
    assert verdict(claim, domain, *definitions) is REFUTED


def test_conditions_are_those_of_the_unfolded_term():
    """Equal for arbitrary u is not enough: u must have a value."""
    assert conditions("u - u = 0", "x real", ("u", "log(x)")) == ["x > 0"]
    assert conditions("Derivative(0*f(x), x) = 0", "x real", ("f(t)", "sqrt(t)")) == ["x > 0"]


def test_a_definition_never_captures_a_bound_index():
    domain = "m integer >= 1, k integer"
    assert verdict("Sum(f(k), (k, 1, m)) = Sum(k*k, (k, 1, m))", domain, ("f(t)", "t*k")) is REFUTED
    inner = ("f(t)", "Sum(t*k, (k, 1, 3))")
    assert verdict("f(k) = 6*k", domain, inner) is PROVED
    assert verdict("f(k) = 14", domain, inner) is REFUTED


def test_circular_or_double_definitions_are_undecided():
    circle = ("u", "v + 1"), ("v", "u - 1")
    found = judge("u = v + 1", "x real", *circle)
    assert (found.verdict, "circle" in found.reason) == (UNDECIDED, True)
    found = judge("u = x", "x real", ("u", "x"), ("u", "2*x"))
    assert (found.verdict, "twice" in found.reason) == (UNDECIDED, True)


def test_a_definition_must_keep_to_its_declaration():
    domain = "x real, 0 < h < 1"
    assert verdict("log(h)*0 = 0", domain, ("h", "sigmoid(x)")) is PROVED
    found = judge("log(h)*0 = 0", domain, ("h", "x"))
    assert found.verdict is UNDECIDED
    assert "keep to its declaration" in found.reason


def test_a_derivative_by_a_defined_name_is_undecided():
    found = judge("Derivative(u**2, u) = 2*u", "x real", ("u", "x**3"))
    assert (found.verdict, "defined" in found.reason) == (UNDECIDED, True)


# ------------------------------------------------------------------ refusals


def test_an_undeclared_name_is_undecided_and_says_what_to_write():
    found = judge("a + x = x + a")
    assert found.verdict is UNDECIDED
    assert found.reason == "not declared: a (write for example 'a real')"


@pytest.mark.parametrize(
    ("claim", "domain", "reason"),
    [
        ("foo(x) = foo(x)", "x real", "foo"),
        ("w + 1 = 1 + w", "w[1..3] real", "family"),
        ("h + 1 = 1 + h", "h(x) function", "function"),
        ("w[1, 2] = w[1, 2]", "w[1..3] real", "index"),
        ("(1 + x)**(10**7) = (1 + x)**(10**7)*1", "x real", "too large"),
        ("(1 + x + y + z)**60 = (1 + x + y + z)**59*(1 + x + y + z)", "x, y, z real", "too large"),
        ("Sum(x, (k, 1, y)) + x = x + Sum(x, (k, 1, y))", "x, y real", "whole"),
    ],
)
def test_what_is_not_supported_is_undecided_with_its_reason(claim, domain, reason):
    left, right = claim.split(" = ")
    functions = Domain.parse(domain).functions | {"foo"}
    sides = (read(side, functions=functions, syntax="python") for side in (left, right))
    found = decide(*sides, domain)
    assert found.verdict is UNDECIDED
    assert reason in found.reason


def test_no_time_no_verdict():
    left, right = (read(t, syntax="python") for t in ("(x + 1)**2", "x**2 + 2*x + 1"))
    found = decide(left, right, "x real", budget=0.0)
    assert found.verdict is UNDECIDED
    assert "time" in found.reason
    assert decide(left, right, "x real").verdict is PROVED


def test_a_term_that_nests_too_deeply_is_undecided():
    deep: Term = Symbol("x")
    for _ in range(20_000):
        deep = Add(deep, Number("1"))
    assert decide(deep, Symbol("x"), "x real").verdict is UNDECIDED


def test_an_unknown_exception_is_never_a_verdict(monkeypatch):
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(NormalForm, "of", broken)
    with pytest.raises(ZeroDivisionError):
        judge("x + 1 = 1 + x")


def test_a_sentence_that_cannot_be_read_is_an_error():
    with pytest.raises(DomainError):
        decide(Symbol("x"), Symbol("x"), "x is a number")


# ------------------------------------------------------------------ a judge remembers, never mixes


def test_a_judge_gives_each_claim_the_verdict_it_has_alone():
    claims = [
        "exp(log(x)) = x",
        "Abs(x) = x",
        "log(x) + Abs(x) = log(x) + x",
        "Abs(x) = x",
        "x/x = 1",
        "sqrt(x)**2 = x",
        "sqrt(x**2) = x",
    ]
    together = Judge("x real")
    for claim in claims * 2:
        left, right = (read(side, syntax="python") for side in claim.split(" = "))
        shared, alone = together.decide(left, right), decide(left, right, "x real")
        assert (shared.verdict, shared.conditions) == (alone.verdict, alone.conditions)


# ------------------------------------------------------------------ once proved, and wrong


@pytest.mark.parametrize(
    ("domain", "body", "right"),
    [("x < 0", "log(t)", "1/x"), ("x real", "0*log(t)", "0"), ("x real", "Abs(t)", "sign(x)")],
)
def test_primes_of_a_defined_function_keep_its_conditions(domain, body, right):
    claim = (prime("f"), read(right, syntax="python"))
    assert verdict(claim, domain, ("f(t)", body)) is not PROVED


def test_primes_of_a_function_defined_by_an_arbitrary_one():
    claim = (prime("f"), Call("h", (Symbol("x"),)))
    assert verdict(claim, "x real, h(x) function", ("f(t)", "h(t)")) in (REFUTED, UNDECIDED)


def test_primes_where_the_argument_has_the_name_of_a_definition():
    claim = (prime("f", "y"), Number("0"))
    found = verdict(claim, "w, y real", ("x", "w"), ("f(x)", "x**2"))
    assert found in (REFUTED, UNDECIDED)


def test_a_condition_on_the_derivative_of_an_arbitrary_function():
    domain = "x, w real, h(x; w) function"
    claim = "(1 + Derivative(h(x), w))/(1 + Derivative(h(x), w)) = 1"
    assert verdict(claim, domain) is not PROVED


def test_the_range_of_a_defined_derivative():
    domain = "x, w real, h(x; w) function, D >= 0"
    assert verdict("Abs(D) = D", domain, ("D", "Derivative(h(x), w)")) is not PROVED


@pytest.mark.parametrize("right", ["0", "3"])
def test_an_argument_with_the_name_of_a_parameter(right):
    """At most one of d/dw f(5) = 0 and d/dw f(5) = 3 is true."""
    definitions = ("z(x)", "x*w"), ("f(w)", "z(3)")
    other = {"0": "3", "3": "0"}[right]
    both = {
        verdict(f"Derivative(f(5), w) = {one}", "w, x real", *definitions) for one in (right, other)
    }
    assert both != {PROVED}


def test_substitution_below_a_derivative_sees_what_definitions_hide():
    definitions = ("g(x)", "x*y"), ("f(x)", "Derivative(g(x), x)")
    assert verdict("f(y) = 2*y", "x, y real", *definitions) is not PROVED


def test_substitution_below_a_derivative_sees_hidden_parameters():
    claim = "f(w) = Derivative(h(w), w)"
    domain = "x, w real, h(x; w) function"
    assert verdict(claim, domain, ("f(x)", "Derivative(h(x), x)")) is not PROVED


def test_the_range_of_a_definition_is_over_all_arguments():
    assert verdict("Abs(f(-3)) = f(-3)", "p > 0, f(t) > 0", ("f(p)", "p")) is not PROVED


def test_a_hidden_parameter_that_is_defined():
    domain = "x, w real, h(x; u) function"
    assert verdict("Derivative(h(x), w) = 0", domain, ("u", "w**2")) is not PROVED


@pytest.mark.parametrize(
    "claim",
    [
        "Derivative(Piecewise((x, x > 0), (-x, True)), x) = Piecewise((1, x > 0), (-1, True))",
        "Derivative(Piecewise((0, x > 0), (1, True)), x) = Piecewise((0, x > 0), (0, True))",
        "Piecewise((1, x > 0)) = Piecewise((1, x > 0))",
    ],
)
def test_piecewise_boundaries_and_gaps(claim):
    assert verdict(claim) is not PROVED


def test_a_whole_number_that_is_defined_as_a_real_one():
    domain = "x >= 3/4, n integer > 1/2"
    assert verdict("Abs(n - 9/10) = n - 9/10", domain, ("n", "x")) is not PROVED


def test_a_declared_function_with_a_built_in_name():
    assert verdict("tan(x) = tan(x)", "x real, 0 < cos(x) < 1") is not PROVED


def test_a_symbol_named_pi_is_not_the_constant():
    assert verdict((Symbol("pi"), Constant("pi")), "pi real") is not PROVED


def test_a_derivative_by_a_member_that_does_not_exist():
    assert verdict("Derivative(2*x, w[0]) = 0", "x real, w[1..3] real") is not PROVED


def test_a_real_exponent_needs_a_positive_base_even_where_it_vanishes():
    x, t = Symbol("x"), Symbol("t")
    assert verdict((Pow(x, t - t), Number("1")), "x < 0, t real") is not PROVED


DIFFERENTIATING = ("g(t)", "t**2"), ("f(x)", "Derivative(g(x), x)"), ("u", "w")


def test_no_layer_differentiates_by_a_defined_name():
    """f'(u) = 2 u, and f(u) = 2 u; neither is 0, because u is w."""
    primed = (prime("f", "u"), Number("0"))
    definitions = ("g(t)", "t**2"), ("f(t)", "g(t)"), ("u", "w")
    assert verdict(primed, "w real", *definitions) is not PROVED
    assert verdict("f(u) = 0", "w real", *DIFFERENTIATING) is not PROVED


def test_a_layer_that_cannot_be_unfolded_is_no_crash():
    assert verdict("f(u) = 2*w", "w real", *DIFFERENTIATING) in (PROVED, UNDECIDED)


def test_a_built_in_function_is_defined_as_what_it_is_or_not_at_all():
    own = ("sigmoid(t)", "1/(1 + exp(-t))")
    assert verdict("sigmoid(x) = exp(x)/(1 + exp(x))", "x real", own) is PROVED
    for head, body in (("sin(t)", "cos(t)"), ("Abs(p)", "p")):
        found = judge("x = x", "x real, p > 0", (head, body))
        assert found.verdict is UNDECIDED
        assert "built-in" in found.reason


def test_a_number_may_have_the_name_of_a_function_but_not_beside_it():
    width = ("sigma", "x**2 + 1")
    assert verdict("sigma*sigma = sigma**2", "x real", width) is PROVED
    assert verdict("Derivative(sigma, x) = 2*x", "x real", width) is PROVED
    assert verdict("Derivative(sigma, x) = 0", "x real", width) is REFUTED
    for false in ("log(y) = 0", "Derivative(log(y), y) = x", "log(y) = log", "tan(log) = log(y)"):
        assert verdict(false, "x, y > 0", ("log", "x")) not in (PROVED, PROVED_IF)


def test_primes_of_a_defined_function():
    square = ("f(t)", "t**2")
    assert verdict((prime("f"), read("2*x", syntax="python")), "x real", square) is PROVED
    assert verdict((prime("f", times=2), Number("2")), "x real", square) is PROVED
    assert verdict((prime("f"), Symbol("x")), "x real", square) is REFUTED
    twice = (prime("f", "w"), Symbol("w"))  # f(w) would be w**2, and f'(w) is w
    assert verdict(twice, "w real", ("f(t)", "t*w")) in (PROVED, UNDECIDED)
    assert verdict((prime("f", "n"), Number("0")), "n integer", square) is UNDECIDED


def test_a_derivative_of_order_zero_is_the_term_itself():
    x = Symbol("x")
    assert verdict((Derivative(x, x, 0), x)) is PROVED


def test_names_that_only_the_kernel_makes_are_refused_in_declarations_and_definitions():
    x, own = Symbol("x"), Symbol("#t")
    declared = Domain((Declaration("x"), Declaration("#t")))
    assert decide(x, x, declared).verdict is UNDECIDED
    assert decide(x, x, "x real", (Definition(Symbol("u"), own),)).verdict is UNDECIDED
    assert decide(own, own, "x real").verdict is UNDECIDED


def test_a_name_declared_twice_by_hand_is_refused():
    x = Symbol("x")
    twice = Domain((Declaration("x", interval=Interval(low=Fraction(0))), Declaration("x")))
    found = decide(Call("Abs", (x,)), x, twice)
    assert found.verdict is UNDECIDED
    assert "twice" in found.reason


def test_the_reciprocal_of_zero_alone_is_no_endless_recursion():
    zero = Interval(Fraction(0), Fraction(0), low_open=False, high_open=False)
    assert power(zero, -1) == REAL_LINE
    assert verdict("1/(x - x) = 1/(x - x)", "x real") is UNDECIDED


def test_a_function_is_defined_only_where_its_arguments_are():
    one = ("f(t)", "1")
    assert conditions("f(1/x) = 1", "x real", one) == ["x != 0"]
    assert conditions("f(log(x)) = 1", "x real", one) == ["x > 0"]
    assert conditions("f(u) = 1", "x real", one, ("u", "1/x")) == ["x != 0"]
    assert conditions("Derivative(f(sqrt(x)), x) = 0", "x >= 0", one) == ["x > 0"]
    assert verdict("f(x) = 1", "x real", one) is PROVED
    assert verdict("f(1/x) = 1", "x > 0", one) is PROVED


def test_a_declared_function_is_defined_only_where_its_arguments_are():
    # both sides are 0 wherever h(1/x) has a value; at x = 0 the right side is 1
    for claim in ("h(1/x) - h(1/x)", "Prime(h(1/x)) - Prime(h(1/x))"):
        left = read(claim, functions=frozenset({"h"}), syntax="python")
        right = read("1 - Abs(sign(x))", syntax="python")
        for domain in ("x real, h(t) function", "x real, h(t) in {2, 3}"):
            for seed in range(40):
                found = refute(left, right, Domain.parse(domain), QUICK, seed)
                assert found is None, found


def test_a_number_called_cos_says_nothing_about_the_cosine():
    named = ("x real, t > 0, cos > 0", ("cos", "t"))
    assert conditions("tan(x) = tan(x)", *named) == ["cos(x) != 0"]


@dataclass(frozen=True)
class Foreign(Term):
    name: str = "w"


def test_only_nodes_that_a_reader_makes_are_let_in():
    x, w = Symbol("x"), Symbol("w")
    for term in (
        Derivative(x, x, -1),
        Call("exp", (x,), -1),
        Derivative(Jet("h", (x,), (0,)), w),
        Derivative(Foreign(), w),
    ):
        assert decide(term, term, "x, w real, h(x; w) function").verdict is UNDECIDED
    definition = Definition(Symbol("u"), Foreign())
    assert decide(Derivative(Symbol("u"), w), Number("0"), "w real", (definition,)).verdict is (
        UNDECIDED
    )
