"""Whether an answer of the engine can be right: its claim is asked at points of the domain."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping
from fractions import Fraction

import mpmath
from claim_points import Outcome, at_first_sight, confirmed, declared, points
from claim_values import NoValueError, Point, UnknownError, evaluate, holds, parsed, value_at

from derivation.claims import answer

SEEN = ("PROVED", "PROVED_IF", "REFUTED")


def decided(claim: Mapping) -> dict:
    """The engine's answer."""
    return answer(json.dumps(claim), diagnosis=False)


def audit(claim: Mapping, found: Mapping, count: int = 12, seed: str = "") -> str:
    """What is wrong with the answer, or "" if nothing was found."""
    match found["verdict"]:
        case "PROVED":
            return _contradicted(claim, (), count, seed)
        case "PROVED_IF":
            return _contradicted(claim, found["conditions"], count, seed)
        case "REFUTED":
            return _bad_witness(claim, found["witness"] or {})
    return ""


def _contradicted(claim: Mapping, conditions: list[str], count: int, seed: str) -> str:
    for point in points(claim, count, seed):
        outcome = at_first_sight(claim["lhs"], claim["rhs"], point)
        if outcome in (Outcome.EQUAL, Outcome.UNKNOWN) or not all_hold(conditions, point):
            continue
        if confirmed(outcome, claim["lhs"], claim["rhs"], point) is Outcome.UNKNOWN:
            continue
        return f"{outcome.value} at {shown(point)}"
    return ""


def shown(point: Point) -> str:
    values = {**point.names, **point.families}
    text = ", ".join(f"{name} = {value}" for name, value in values.items())
    return re.sub(r"Fraction\((-?\d+), (\d+)\)", r"\1/\2", text) + (" f" if point.functions else "")


def all_hold(conditions: list[str], point: Point) -> bool:
    """False also where a condition cannot be read: then nothing is known."""
    try:
        with mpmath.workdps(50):
            return all(_one_holds(text, point) for text in conditions)
    except (NoValueError, UnknownError, SyntaxError):
        return False


def _one_holds(text: str, point: Point) -> bool:
    body, _, guard = text.partition(" where ")
    body, _, binder = body.partition(" for ")
    if binder:
        raise UnknownError("a condition on all members")
    if guard and not holds(parsed(guard), point):
        return True
    if match := re.fullmatch(r"(.*) is an integer", body):
        value = evaluate(parsed(match[1]), point)
        return isinstance(value, Fraction) and value.denominator == 1
    if match := re.fullmatch(r"(.*) is not 0, -1, -2, \.\.\.", body):
        value = evaluate(parsed(match[1]), point)
        return not isinstance(value, Fraction) or value.denominator != 1 or value > 0
    return holds(parsed(body), point)


# ------------------------------------------------------------------ witnesses


def _bad_witness(claim: Mapping, witness: Mapping[str, str]) -> str:
    try:
        point = witness_point(claim, witness)
    except (ValueError, SyntaxError, KeyError):
        return ""  # a function in a form that cannot be read here
    trouble = _outside(claim, point)
    if trouble:
        return f"the witness {witness} is outside the domain: {trouble}"
    outcome = at_first_sight(claim["lhs"], claim["rhs"], point)
    if outcome in (Outcome.EQUAL, Outcome.UNDEFINED) and (
        confirmed(outcome, claim["lhs"], claim["rhs"], point) is outcome
    ):
        return f"{outcome.value} at the witness {witness}"
    return ""


def witness_point(claim: Mapping, witness: Mapping[str, str]) -> Point:
    names, families, functions = {}, {}, {}
    kinds = {name: declared(name, text) for name, text in claim["vars"].items()}
    for name, text in witness.items():
        if match := re.fullmatch(r"(\w+)\[([\d, ]+)\]", name):
            place = tuple(int(one) for one in match[2].split(","))
            families.setdefault(match[1], {})[place] = Fraction(text)
        elif match := re.fullmatch(r"(\w+)\(([^()]*)\)", name):
            functions[match[1]] = _function(match[2], text)
        else:
            names[name] = Fraction(text)
    whole = frozenset(n for n, kind in kinds.items() if kind.integer or kind.index)
    return Point(names, families, functions, whole)


def _function(parameters: str, text: str):
    names = [one.strip() for one in re.split(r"[,;]", parameters)]
    ast.parse(f"({text})", mode="eval")

    def function(*arguments):
        return value_at(text, Point(dict(zip(names, arguments, strict=True))))

    return function


def _outside(claim: Mapping, point: Point) -> str:
    for name, text in claim["vars"].items():
        kind = declared(name, text)
        values = point.families.get(name, {}).values() if kind.sizes else [point.names.get(name)]
        if kind.function or kind.index:
            continue
        for value in values:
            if value is not None and not kind.admits(value):
                return f"{name} = {value}"
    for text in claim.get("given", ()):
        try:
            with mpmath.workdps(50):
                if not holds(parsed(text.replace(" = ", " == ")), point):
                    return text
        except (NoValueError, UnknownError):
            return ""
    return ""
