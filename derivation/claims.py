"""Claims of strangers: what `derive check` answers to one equation and to one JSON line.

Nothing here runs code from a claim: text goes through `derivation.notation` alone. A claim may
take long or abort the arithmetic library; `derivation.batch` asks in processes that can be ended.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from itertools import pairwise
from typing import NoReturn

from derivation.diagnosis import diagnose
from derivation.domain import Domain
from derivation.errors import DerivationError, UnreadableError
from derivation.kernel import Judgement, Verdict, decide
from derivation.notation import read, read_equation, read_given
from derivation.report_json import witness_values
from derivation.term import Term
from derivation.term.spelling import normal_name
from derivation.undeclared import with_first_members

__all__ = [
    "BUDGET", "HOLDING", "HURRIED", "PATIENT", "Json", "answer", "check", "judge", "line_of",
    "read_claim", "undecided", "unreadable",
]  # fmt: skip

Json = dict[str, object]

HOLDING = frozenset({Verdict.PROVED, Verdict.PROVED_IF})

BUDGET = 8.0  # seconds for the kernel, a claim
# Seconds for a diagnosis: one claim of a person, and one of many.
PATIENT, HURRIED = 5.0, 0.2


def check(equation: str, given: str = "") -> list[tuple[Judgement, str]]:
    """Judge each `=` of an equation `a = b` or chain `a = b = c`; (judgement, diagnosis).

    Raises UnreadableError for text that is not an equation, DomainError for `given`.
    """
    sides, domain = read_claim(equation, given)
    return [judge(left, right, domain, patience=PATIENT) for left, right in pairwise(sides)]


def read_claim(equation: str, given: str = "") -> tuple[tuple[Term, ...], Domain]:
    """The sides of an equation or chain, at least two, and what its names stand for.

    Raises UnreadableError for text that is not an equation, DomainError for `given`.
    """
    domain = read_given(given, Domain())
    sides = read_equation(equation, functions=domain.functions, symbols=_symbols(domain))
    if len(sides) < 2:
        raise UnreadableError(
            "a claim is an equation", equation, len(equation), "Write it as 'LHS = RHS'."
        )
    return sides, domain


def answer(
    line: str | bytes,
    *,
    diagnosis: bool = True,
    budget: float = BUDGET,
    early: Callable[[Json], None] | None = None,
) -> Json:
    """The answer to one claim; whatever is wrong with it, there is one.

    ``early`` gets the answer before a diagnosis is looked for: what goes wrong in the search
    then costs no verdict. Raises MemoryError alone.
    """
    identity: object = None
    try:
        claim = _claim(line)
        identity = claim.get("id")
        lhs, rhs, domain = _read(claim)
        judgement, mistake = judge(
            lhs, rhs, domain, budget=budget, patience=HURRIED if diagnosis else 0.0,
            early=lambda found: early(_answer(identity, found, "")) if early else None,
        )  # fmt: skip
    except UnicodeDecodeError as error:
        return unreadable(identity, f"a claim is UTF-8 text: {error.reason} at byte {error.start}")
    except json.JSONDecodeError as error:
        return unreadable(identity, f'a claim is a line {{"lhs": .., "rhs": ..}} of JSON: {error}')
    except RecursionError:
        return unreadable(identity, "the claim nests too deeply")
    except (DerivationError, ValueError) as error:
        return unreadable(identity, str(error))
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - a bug met by one claim must not stop the batch
        return unreadable(identity, f"internal error: {type(error).__name__}: {error}")
    return _answer(identity, judgement, mistake)


def judge(
    lhs: Term,
    rhs: Term,
    domain: Domain,
    *,
    budget: float = BUDGET,
    patience: float = 0.0,
    early: Callable[[Judgement], None] | None = None,
) -> tuple[Judgement, str]:
    """The verdict, and for a refuted claim what is probably wrong.

    The search for that ends after ``patience`` seconds; ``early`` gets the verdict before.
    """
    judgement = decide(lhs, rhs, domain, budget=budget)
    if judgement.verdict is Verdict.UNDECIDED:
        wider = with_first_members(lhs, rhs, domain, partial(decide, lhs, rhs, budget=budget / 2))
        judgement = wider or judgement
    if judgement.verdict is not Verdict.REFUTED or not patience:
        return judgement, ""
    if early:
        early(judgement)
    return judgement, diagnose(lhs, rhs, domain, (), decide, patience)


def undecided(line: bytes, reason: str, seconds: float) -> Json:
    """The answer to a claim that could not be judged, and why not."""
    try:
        identity = _claim(line).get("id")
    except (DerivationError, ValueError, RecursionError):
        identity = None
    return _answer(identity, Judgement(Verdict.UNDECIDED, reason=reason, seconds=seconds), "")


def unreadable(identity: object, error: str) -> Json:
    """The answer to a claim that cannot be read."""
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


def line_of(answered: Json) -> bytes:
    """An answer as one line of ASCII, without the line feed."""
    try:
        return json.dumps(answered, allow_nan=False).encode()
    except (ValueError, RecursionError):  # an id such as 1e999, or one that nests too deeply
        error = 'the "id" cannot be written back; use a text or a whole number'
        return json.dumps(unreadable(None, error)).encode()


def _answer(identity: object, judgement: Judgement, mistake: str) -> Json:
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


def _claim(line: str | bytes) -> Json:
    text = line.decode() if isinstance(line, bytes) else line
    claim = json.loads(text, parse_constant=_no_number)
    if not isinstance(claim, dict):
        raise DerivationError(f"a claim is a JSON object, not {_kind(claim)}")
    return claim


def _no_number(constant: str) -> NoReturn:
    """Python's reader takes NaN and Infinity for numbers; JSON has no such thing."""
    raise DerivationError(f"{constant} is not JSON")


def _symbols(domain: Domain) -> frozenset[str]:
    """The declared names that are not functions: `a(b + c)` is then a product."""
    return frozenset(declaration.name for declaration in domain) - domain.functions


def _read(claim: Mapping[str, object]) -> tuple[Term, Term, Domain]:
    domain = Domain.from_vars(_variables(claim))
    given = claim.get("given", [])
    given = [given] if isinstance(given, str) else given
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise DerivationError('"given" is a list of texts, as in ["x > 0"]')
    if given:
        domain = read_given(", ".join(given), domain)
    functions, symbols = domain.functions, _symbols(domain)
    syntax = claim.get("syntax", "python")
    if syntax not in ("python", "latex"):
        raise DerivationError(f'"syntax" is "python" or "latex", not {json.dumps(syntax)}')
    lhs, rhs = (
        read(
            _text(claim, side),
            functions=functions,
            symbols=symbols,
            syntax=str(syntax),
        )
        for side in ("lhs", "rhs")
    )
    return lhs, rhs, domain


def _variables(claim: Mapping[str, object]) -> dict[str, str]:
    """The `vars` of a claim; two spellings of one name, `lambda` and `lambda_`, are refused."""
    written = claim.get("vars", {})
    if not isinstance(written, dict) or not all(isinstance(v, str) for v in written.values()):
        raise DerivationError('"vars" maps names to texts, as in {"x": "real", "m": "int>=1"}')
    names = [normal_name(name) for name in written]
    if len(set(names)) < len(names):
        name = next(one for one in names if names.count(one) > 1)
        raise DerivationError(f'"vars" declares {name} twice')
    return written


def _text(claim: Mapping[str, object], key: str) -> str:
    value = claim.get(key)
    if not isinstance(value, str):
        found = "is missing" if key not in claim else f"is {_kind(value)}"
        raise DerivationError(f'"{key}" {found}; it is the text of a side')
    return value


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "a truth value"}
    return "null" if value is None else names.get(type(value), "a number")
