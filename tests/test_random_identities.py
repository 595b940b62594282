"""Random pairs: a true one by sound rewriting is never refuted, a false one never proved."""

from __future__ import annotations

import ast
import random

import pytest
from claim_audit import audit, decided
from claim_points import Outcome, compare, points
from fuzzing import changed, replaced_somewhere
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st
from rewriting import DOMAIN, RULES, parse

SETTINGS = settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
ATOMS = ("x", "y", "p", "q", "r", "1", "2", "3", "u[1]", "v[m]", "m", "f(x)")
SHAPES = (
    "{0} + {1}", "{0} - {1}", "{0}*{1}", "{0}*({1} + 1)", "({0})**2", "{0}/(1 + ({1})**2)", "{0}/p",
    "exp({0})", "exp({0} + {1})", "sin({0})", "cos({0} + {1})", "tanh({0})", "sigmoid({0})",
    "softplus({0})", "log(p*q)", "log(1 + ({0})**2)", "log(p/q)*({0})", "sqrt(1 + ({0})**2)",
    "Max({0}, {1})", "Min({0}, {1})", "Abs({0})", "f({0})", "sqrt(p)*({0})",
    "Sum(u[i]*({0}), (i, 1, m))", "Sum(exp(u[i]) + ({0})*v[i], (i, 1, m))",
    "Sum(v[i]**2, (i, 1, m))",
    "Derivative(exp(x*({0})), x)", "Derivative(sin(x)*({0}), x)", "Derivative(f(x)*({0}), x)",
    "Derivative(sigmoid(x*y) + ({0}), y)",
)  # fmt: skip


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(inner, inner)
    return st.builds(lambda shape, parts: shape.format(*(f"({p})" for p in parts)),
                     st.sampled_from(SHAPES), pair)  # fmt: skip


TERMS = st.recursive(st.sampled_from(ATOMS), _grown, max_leaves=5)
STEPS = st.lists(
    st.tuples(st.sampled_from(sorted(RULES)), st.integers(0, 10**6)), min_size=1, max_size=5
)


def rewrite(text: str, steps: list[tuple[str, int]]) -> str:
    """The term after some rules, each at a place chosen by a number."""
    tree = parse(text)
    for rule, number in steps:
        tree = replaced_somewhere(tree, random.Random(number), RULES[rule])  # noqa: S311
    return ast.unparse(tree)


def claim_of(lhs: str, rhs: str) -> dict:
    return {"id": "random", "lhs": lhs, "rhs": rhs, "vars": DOMAIN}


@SETTINGS
@given(TERMS, STEPS)
def test_a_true_pair_is_never_refuted(term, steps):
    claim = claim_of(term, rewrite(term, steps))
    assume(claim["lhs"] != claim["rhs"] and len(claim["rhs"]) < 600)
    for point in points(claim, 3):
        assert compare(claim["lhs"], claim["rhs"], point) is not Outcome.DIFFERENT, point
    found = decided(claim)
    event(found["verdict"])
    assert found["verdict"] != "REFUTED", (claim, found)
    assert not audit(claim, found, count=6), (claim, found)


@SETTINGS
@given(TERMS, STEPS, st.integers(0, 10**6))
def test_a_false_pair_is_never_proved(term, steps, number):
    right = changed(parse(rewrite(term, steps)), DOMAIN, random.Random(number))  # noqa: S311
    claim = claim_of(term, ast.unparse(right))
    assume(len(claim["rhs"]) < 600)
    outcomes = (compare(claim["lhs"], claim["rhs"], point) for point in points(claim, 8))
    assume(any(outcome is Outcome.DIFFERENT for outcome in outcomes))
    found = decided(claim)
    event(found["verdict"])
    assert found["verdict"] not in ("PROVED", "PROVED_IF"), (claim, found)
    assert not audit(claim, found), (claim, found)


EXAMPLES = {
    "associate": "x + (y + p)",
    "distribute": "x*(y + p)",
    "log(a b) = log a + log b": "log(p*q)",
    "sin(a + b)": "sin(x + y)",
    "cos(a + b)": "cos(x + y)",
    "exp(a + b) = exp(a) exp(b)": "exp(x + y)",
    "exp(a - b) = exp(a)/exp(b)": "exp(x - y)",
    "(a + b)' = a' + b'": "Derivative(exp(x) + sin(x), x)",
    "(a b)'": "Derivative(exp(x)*f(x), x)",
    "(a/b)'": "Derivative(f(x)/exp(x), x)",
    "sum: split": "Sum(u[i] + v[i], (i, 1, m))",
}


def example_of(rule: str) -> str:
    """A term that the rule applies to."""
    candidates = [
        EXAMPLES.get(rule, "p"), "x + y", "x - y", "x*y", "x/p", "Sum(u[i]*v[i], (i, 1, m))",
        *(f"{name}(x)" for name in ("exp", "sin", "cos", "tanh", "sigmoid", "softplus", "Abs")),
        "Max(x, y)", "Min(x, y)",
        *(f"Derivative({name}(x**2), x)"
          for name in ("exp", "sin", "cos", "sigmoid", "softplus", "tanh", "f")),
    ]  # fmt: skip
    return next(text for text in candidates if RULES[rule](parse(text)) is not None)


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_is_sound_and_never_refuted(rule):
    term = example_of(rule)
    claim = claim_of(term, ast.unparse(RULES[rule](parse(term))))
    outcomes = {compare(claim["lhs"], claim["rhs"], point) for point in points(claim, 12)}
    assert Outcome.EQUAL in outcomes, claim
    assert Outcome.DIFFERENT not in outcomes, claim
    found = decided(claim)
    assert found["verdict"] != "REFUTED", (claim, found)
    assert not audit(claim, found), (claim, found)


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_with_a_mistake_is_never_proved(rule):
    term = example_of(rule)
    right = f"({ast.unparse(RULES[rule](parse(term)))})"
    for wrong in (f"-{right}", f"2*{right}", f"{right} + 1"):
        claim = claim_of(term, wrong)
        outcomes = [compare(term, wrong, point) for point in points(claim, 12)]
        assert Outcome.DIFFERENT in outcomes, claim
        found = decided(claim)
        assert found["verdict"] not in ("PROVED", "PROVED_IF"), (claim, found)
        assert not audit(claim, found), (claim, found)
