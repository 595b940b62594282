"""The project's own claims: their truth by numbers alone, and what the engine makes of them.

`claims/*.jsonl`, one file for each kind of maths: `truth` is `true`, `false`, `cond` (true where
`condition` holds, and a side has no value where it does not) or `na` (a side never has a value).
`claims/expected.json` counts the verdicts; the engine may decide more, never fewer. After a change
of the engine write it anew with `pytest tests/test_claims.py --update`.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from claim_audit import all_hold, audit, decided
from claim_points import Outcome, at_first_sight, compare, points
from claim_values import NoValueError, UnknownError, holds, parsed

from derivation.claims import answer

FOLDER = Path(__file__).parent / "claims"
EXPECTED = FOLDER / "expected.json"
SCOPES = sorted(path.stem for path in FOLDER.glob("*.jsonl"))
ALLOWED = {
    "true": {"PROVED", "PROVED_IF", "UNDECIDED"},
    "cond": {"PROVED_IF", "UNDECIDED"},
    "false": {"REFUTED", "UNDECIDED"},
    "na": {"UNDECIDED"},
}
DECIDED = ("true PROVED", "cond PROVED_IF", "false REFUTED")  # of these there are never fewer


@cache
def claims(scope: str) -> tuple[dict, ...]:
    lines = (FOLDER / f"{scope}.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(json.loads(line) for line in lines)


@cache
def answers(scope: str) -> tuple[dict, ...]:
    return tuple(answer(json.dumps(claim), diagnosis=False) for claim in claims(scope))


# ------------------------------------------------------------------ the claims themselves


def outcomes(claim: dict) -> Counter:
    """What the sides do at points; two that say something do for an integral, one refutes."""
    slow = "Integral" in claim["lhs"] + claim["rhs"]
    found: Counter = Counter()
    for point in points(claim, 12 if slow else 60):
        found[(at_first_sight if slow else compare)(claim["lhs"], claim["rhs"], point)] += 1
        if claim["truth"] == "false" and found[Outcome.DIFFERENT]:
            break
        if slow and claim["truth"] != "false" and found.total() - found[Outcome.UNKNOWN] == 2:
            break
    return found


@pytest.mark.parametrize("scope", SCOPES)
def test_truth_by_numbers(scope):
    for claim in claims(scope):
        found = outcomes(claim)
        shown = (claim["id"], dict(found))
        assert sum(found.values()), shown
        match claim["truth"]:
            case "true":
                assert found[Outcome.EQUAL], shown
                assert not found[Outcome.DIFFERENT] + found[Outcome.UNDEFINED], shown
            case "false":
                assert found[Outcome.DIFFERENT], shown
            case "cond":
                assert found[Outcome.EQUAL], shown
                assert not found[Outcome.DIFFERENT], shown
            case "na":
                assert found[Outcome.UNDEFINED] == sum(found.values()), shown


CONDITIONAL = [claim for scope in SCOPES for claim in claims(scope) if claim["truth"] == "cond"]


@pytest.mark.parametrize("claim", CONDITIONAL, ids=lambda claim: claim["id"])
def test_condition_is_just_where_both_sides_are_defined(claim):
    seen = Counter()
    for point in points(claim, 400):
        try:
            inside = holds(parsed(claim["condition"]), point)
        except (NoValueError, UnknownError):
            continue
        found = compare(claim["lhs"], claim["rhs"], point)
        if found is Outcome.UNKNOWN:
            continue
        assert found is (Outcome.EQUAL if inside else Outcome.UNDEFINED), (claim, point)
        seen[inside] += 1
    assert seen[True], claim
    if "(x)" not in claim["condition"]:  # the zeros of an arbitrary function are not rational
        assert seen[False], claim


@pytest.mark.parametrize("scope", SCOPES)
def test_every_true_claim_has_a_false_twin(scope):
    names = {claim["id"] for claim in claims(scope)}
    assert len(names) == len(claims(scope))
    for claim in claims(scope):
        assert claim["why"], claim
        assert claim["truth"] != "cond" or claim["condition"], claim
        if claim["truth"] in ("true", "cond"):
            assert f"{claim['id']}_not1" in names, claim


# ------------------------------------------------------------------ the engine


@pytest.mark.parametrize("scope", SCOPES)
def test_no_wrong_verdict(scope):
    for claim, found in zip(claims(scope), answers(scope), strict=True):
        assert found["verdict"] in ALLOWED[claim["truth"]], (claim, found)
        assert found["verdict"] != "PROVED_IF" or found["conditions"], (claim, found)


@pytest.mark.parametrize("scope", SCOPES)
def test_a_witness_is_a_point_where_the_sides_differ(scope):
    for claim, found in zip(claims(scope), answers(scope), strict=True):
        wrong = audit(claim, found, count=1 if "Integral" in claim["lhs"] else 6)
        assert not wrong, (claim, found, wrong)


@pytest.mark.parametrize("claim", CONDITIONAL, ids=lambda claim: claim["id"])
def test_conditions_are_sensible(claim):
    """They fail wherever a side has no value, and hold at some points where the claim is true."""
    found = decided(claim)
    if found["verdict"] != "PROVED_IF":
        return
    assert not audit(claim, found, count=300), found
    assert any(all_hold(found["conditions"], point) for point in points(claim, 60)), found


def test_counts(request):
    counts = {}
    for scope in SCOPES:
        pairs = zip(claims(scope), answers(scope), strict=True)
        tally = Counter(f"{claim['truth']} {found['verdict']}" for claim, found in pairs)
        counts[scope] = dict(sorted(tally.items()))
    if request.config.getoption("--update"):
        EXPECTED.write_text(json.dumps(counts, indent=1) + "\n", encoding="utf-8")
    expected = json.loads(EXPECTED.read_text(encoding="utf-8"))
    lost = {
        f"{scope}: {kind}": f"{counts[scope].get(kind, 0)}, and it was {number}"
        for scope in SCOPES
        for kind, number in expected[scope].items()
        if kind in DECIDED and counts[scope].get(kind, 0) < number
    }
    assert not lost
