"""Properties of verdicts on random matrix terms, with instances as a second opinion.

The instances know nothing of words and gradient rules: tables of entries are multiplied out, and
entries are differentiated one by one.
"""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matrix_terms import GIVEN, perturbed, random_term, rewritten, seeded

from derivation.domain import Domain
from derivation.errors import UnsupportedError
from derivation.kernel import Verdict, decide
from derivation.kernel.matrices.core import Core
from derivation.kernel.matrices.evaluation import table_of_values
from derivation.kernel.matrices.instances import find_difference
from derivation.kernel.matrices.jacobians import without_derivatives
from derivation.kernel.names.context import Context
from derivation.notation import read
from derivation.term import Term, free_names, plain

SIZES = "m integer >= 1, n integer >= 1, "
DOMAIN = Domain.parse(SIZES + GIVEN)
SYMBOLS = frozenset(declaration.name for declaration in DOMAIN)
CORE = Core(Context(DOMAIN).declarations)
SHAPES = [("n", "n"), ("m", "n"), ("n", "1"), ("1", "1")]
SEEDS = st.integers(0, 10**9)


def term_of(text: object) -> Term:
    return plain(read(str(text), symbols=SYMBOLS))


def certainly_differ(left: Term, right: Term) -> bool:
    names = free_names(left) | free_names(right)
    return find_difference(left, right, names, CORE, DOMAIN, time.perf_counter() + 5).found


@settings(deadline=None, max_examples=60)
@given(SEEDS)
def test_what_is_rewritten_by_laws_is_never_refuted(seed):
    random = seeded(seed)
    left = random_term(random, random.choice(SHAPES), random.choice([1, 2, 3]))
    right = rewritten(random, left, 4)
    judgement = decide(term_of(left), term_of(right), DOMAIN)
    assert judgement.verdict is Verdict.PROVED, (str(left), str(right), judgement)


@settings(deadline=None, max_examples=60)
@given(SEEDS)
def test_what_differs_at_an_instance_is_never_proved(seed):
    random = seeded(seed)
    left = random_term(random, random.choice(SHAPES), random.choice([1, 2, 3]))
    right = rewritten(random, perturbed(random, left), 3)
    lhs, rhs = term_of(left), term_of(right)
    judgement = decide(lhs, rhs, DOMAIN)
    differ = certainly_differ(CORE.core(lhs), CORE.core(rhs))
    assert (judgement.verdict is Verdict.REFUTED) == differ, (str(left), str(right), judgement)


@settings(deadline=None, max_examples=40)
@given(SEEDS, st.sampled_from(["A", "X", "x", "z", "K", "c"]))
def test_gradients_are_those_of_the_entries(seed, variable):
    term = random_term(seeded(seed), ("1", "1"), 3)
    written = CORE.core(term_of(f"Derivative({term}, {variable})"))
    assert not certainly_differ(written, without_derivatives(written, CORE))


@settings(deadline=None, max_examples=40)
@given(SEEDS, st.sampled_from(["x", "z", "c"]))
def test_jacobians_are_those_of_the_entries(seed, variable):
    term = random_term(seeded(seed), ("n", "1"), 2)
    written = CORE.core(term_of(f"Derivative({term}, {variable})"))
    try:
        carried_out = without_derivatives(written, CORE)
    except UnsupportedError:
        return
    assert not certainly_differ(written, carried_out)


def test_the_second_opinion_sees_a_wrong_gradient():
    written = CORE.core(term_of("Derivative(x.T*A*x, x)"))
    wrong = CORE.core(term_of("2*A*x"))
    assert certainly_differ(written, wrong)


@pytest.mark.parametrize(
    ("text", "value"),
    [("det(Identity(n))", "1"), ("tr(P) - tr(P.T)", "0"), ("norm(ones(n))**2 - n", "0")],
)
def test_tables_of_values_are_exact(text, value):
    from derivation.kernel.matrices.evaluation import Instance
    from derivation.kernel.refutation.balls import Point

    entries = {f"P[{i}, {j}]": i + j for i in (1, 2) for j in (1, 2)}
    point = Point({**entries, "n": 2}, {}, frozenset({"n"}))
    ((found,),) = table_of_values(CORE.core(term_of(text)), CORE, Instance({"n": 2}, point))
    assert str(found) == value
