"""Members that are not declared: the claim holds on the condition that they are."""

from __future__ import annotations

import json

import pytest

from derivation.claims import answer

FAMILY = {"x": "idx m", "m": "int>=1"}


def judged(lhs, rhs, variables=FAMILY):
    found = answer(json.dumps({"lhs": lhs, "rhs": rhs, "vars": variables}), diagnosis=False)
    return found["verdict"], found["conditions"]


@pytest.mark.parametrize(
    ("lhs", "rhs", "conditions"),
    [
        ("x[0] + x[1]", "x[1] + x[0]", ["x[0] is declared"]),
        ("Sum(x[i], (i,0,m))", "x[0] + Sum(x[i], (i,1,m))", ["x[0] is declared"]),
        ("x[1]*x[0]/x[0]", "x[1]", ["x[0] is declared", "x[0] != 0"]),
    ],
)
def test_it_holds_on_that_condition(lhs, rhs, conditions):
    assert judged(lhs, rhs) == ("PROVED_IF", conditions)


@pytest.mark.parametrize(
    ("lhs", "rhs"),
    [
        ("x[0]", "x[0] + 1"),  # false wherever it has a value: but it has none
        ("Sum(x[i], (i,0,m))", "x[1] + Sum(x[i], (i,1,m))"),
        ("Sum(x[i], (i,1,m+1))", "x[m+1] + Sum(x[i], (i,1,m))"),  # the other end
    ],
)
def test_what_would_be_false_or_stays_undeclared_is_undecided(lhs, rhs):
    assert judged(lhs, rhs) == ("UNDECIDED", [])


def test_a_member_that_is_declared_needs_no_condition():
    from derivation.domain import Domain
    from derivation.kernel import Verdict, decide
    from derivation.notation import read

    domain = Domain.parse("x[0..m] real, m integer >= 1")
    lhs, rhs = (read(text) for text in ("Sum(x[i], (i,0,m))", "x[0] + Sum(x[i], (i,1,m))"))
    assert decide(lhs, rhs, domain).verdict is Verdict.PROVED
