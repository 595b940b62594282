"""Claims of strangers: `derive check`, one at a time or a batch of JSON lines.

Nothing here runs code from a claim: text goes through `derivation.notation` alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from time import perf_counter

from derivation.diagnosis import diagnose
from derivation.domain import Domain
from derivation.errors import DerivationError, UnreadableError
from derivation.kernel import Definition, Judgement, Verdict, decide
from derivation.notation import read, read_equation
from derivation.report_json import witness_values
from derivation.term import Term

__all__ = ["answer", "answer_batch", "check"]

Json = dict[str, object]

# Seconds for a diagnosis: one claim of a person, and one of many.
_PATIENT, _HURRIED = 5.0, 0.2


class _OutOfTimeError(Exception):
    """The search for a diagnosis has used up its seconds."""


def check(equation: str, given: str = "") -> list[tuple[Judgement, str]]:
    """Judge each `=` of an equation `a = b` or chain `a = b = c`; (judgement, diagnosis).

    Raises UnreadableError for text that is not an equation, DomainError for `given`.
    """
    domain = Domain.parse(given)
    sides = read_equation(equation, functions=domain.functions, symbols=_symbols(domain))
    if len(sides) < 2:
        raise UnreadableError(
            "a claim is an equation", equation, len(equation), "Write it as 'LHS = RHS'."
        )
    return [_judge(left, right, domain, _PATIENT) for left, right in pairwise(sides)]


def answer_batch(lines: Iterable[str], *, diagnosis: bool = True) -> Iterator[str]:
    """One line of JSON out for each line in that is not blank, in order, as they come."""
    for line in lines:
        if line.strip():
            yield json.dumps(answer(line, diagnosis=diagnosis))


def answer(line: str, *, diagnosis: bool = True) -> Json:
    """The answer to one claim; whatever is wrong with it, there is one."""
    identity: object = None
    try:
        claim = json.loads(line)
        if not isinstance(claim, dict):
            raise DerivationError(f"a claim is a JSON object, not {_kind(claim)}")
        identity = claim.get("id")
        judgement, mistake = _judge(*_read(claim), _HURRIED if diagnosis else 0.0)
    except (DerivationError, ValueError) as error:
        return _unreadable(identity, str(error))
    except Exception as error:  # noqa: BLE001 - a bug met by one claim must not stop the batch
        return _unreadable(identity, f"internal error: {type(error).__name__}: {error}")
    return {
        "id": identity,
        "verdict": judgement.verdict.value,
        "method": judgement.method,
        "conditions": [str(condition) for condition in judgement.conditions],
        "witness": witness_values(judgement.witness),
        "diagnosis": mistake or None,
        "reason": judgement.reason or None,
        "ms": round(judgement.seconds * 1000, 3),
    }


def _judge(lhs: Term, rhs: Term, domain: Domain, seconds: float) -> tuple[Judgement, str]:
    """The verdict, and for a refuted claim what is probably wrong, if that is found in time."""
    judgement = decide(lhs, rhs, domain)
    if judgement.verdict is not Verdict.REFUTED or not seconds:
        return judgement, ""
    deadline = perf_counter() + seconds

    def hurried(
        lhs: Term,
        rhs: Term,
        domain: Domain,
        definitions: tuple[Definition, ...],
        budget: float,
    ) -> Judgement:
        left = deadline - perf_counter()
        if left <= 0:
            raise _OutOfTimeError
        return decide(lhs, rhs, domain, definitions, min(budget, left))

    try:
        return judgement, diagnose(lhs, rhs, domain, (), hurried)
    except _OutOfTimeError:
        return judgement, ""


def _symbols(domain: Domain) -> frozenset[str]:
    """The declared names that are not functions: `a(b + c)` is then a product."""
    return frozenset(declaration.name for declaration in domain) - domain.functions


def _read(claim: Mapping[str, object]) -> tuple[Term, Term, Domain]:
    variables = claim.get("vars", {})
    if not isinstance(variables, dict) or not all(isinstance(v, str) for v in variables.values()):
        raise DerivationError('"vars" maps names to texts, as in {"x": "real", "m": "int>=1"}')
    given = claim.get("given", [])
    given = [given] if isinstance(given, str) else given
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise DerivationError('"given" is a list of texts, as in ["x > 0"]')
    domain = Domain.from_vars(variables)
    if given:
        # Read together, so that a hypothesis narrows what "vars" says and never replaces it.
        domain = Domain.parse(", ".join([str(domain), *given]))
    syntax = claim.get("syntax", "python")
    if syntax not in ("python", "latex"):
        raise DerivationError(f'"syntax" is "python" or "latex", not {json.dumps(syntax)}')
    lhs, rhs = (
        read(
            _text(claim, side),
            functions=domain.functions,
            symbols=_symbols(domain),
            syntax=str(syntax),
        )
        for side in ("lhs", "rhs")
    )
    return lhs, rhs, domain


def _text(claim: Mapping[str, object], key: str) -> str:
    value = claim.get(key)
    if not isinstance(value, str):
        found = "is missing" if key not in claim else f"is {_kind(value)}"
        raise DerivationError(f'"{key}" {found}; it is the text of a side')
    return value


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "a truth value"}
    return "null" if value is None else names.get(type(value), "a number")


def _unreadable(identity: object, error: str) -> Json:
    return {
        "id": identity,
        "verdict": Verdict.UNDECIDED.value,
        "method": "",
        "conditions": [],
        "witness": None,
        "diagnosis": None,
        "error": error,
        "ms": 0.0,
    }
