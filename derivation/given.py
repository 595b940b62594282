"""Reads declarations: sentences such as ``x real, 0 < p < 1``, and the ``vars`` of a claim."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from derivation.domain import Declaration, Interval, Kind, Shifted, Size
from derivation.errors import DomainError

__all__ = ["read_sentence", "read_variables"]


def read_sentence(given: str) -> tuple[Declaration, ...]:
    """The declarations of a sentence. Raises DomainError, naming the piece."""
    declarations: dict[str, Declaration] = {}
    waiting: list[str] = []
    for piece in _pieces(given):
        if re.fullmatch(rf"{_NAME}(\[[^\]]*\])?", piece):
            waiting.append(piece)  # the x of "x, y real"
            continue
        head, rest = _split_statement(piece)
        for one in [*waiting, head]:
            declaration = _declare(one, rest, piece)
            old = declarations.get(declaration.name)
            declarations[declaration.name] = _merged(old, declaration, piece)
        waiting = []
    if waiting:
        raise DomainError(
            f"'{waiting[-1]}' says nothing about {waiting[-1]}; write '{waiting[-1]} real', "
            f"'{waiting[-1]} > 0' or '{waiting[-1]} integer'"
        )
    return _checked(tuple(declarations.values()))


def read_variables(variables: Mapping[str, str]) -> tuple[Declaration, ...]:
    """The declarations of a batch claim's ``vars``. Raises DomainError, naming the variable."""
    return _checked(tuple(_from_var(name, text) for name, text in variables.items()))


_NAME = r"[A-Za-z_][A-Za-z_0-9]*"
_NUMBER = r"[+-]?\d+(?:\.\d+|/0*[1-9]\d*)?"
_RELATION = r"<=|>=|!=|<|>"


def _pieces(given: str) -> list[str]:
    pieces, depth, start = [], 0, 0
    for position, character in enumerate(given):
        depth += (character in "([{") - (character in ")]}")
        if character in ",;\n" and depth == 0:
            pieces.append(given[start:position])
            start = position + 1
    pieces.append(given[start:])
    return [piece.strip() for piece in pieces if piece.strip()]


def _split_statement(piece: str) -> tuple[str, str]:
    """``0 < p < 1`` -> (``p``, ``> 0 < 1``); ``x real`` -> (``x``, ``real``)."""
    head = rf"{_NAME}(?:\[[^\]]*\]|\([^)]*\))?"
    match = re.fullmatch(rf"({_NUMBER})\s*(<=|<|>=|>)\s*({head})\s*(.*)", piece)
    if match:
        flipped = match[2].translate(str.maketrans("<>", "><"))
        return match[3], f"{flipped} {match[1]} {match[4]}".strip()
    match = re.fullmatch(rf"({head})\s*(.*)", piece)
    if not match or not match[2]:
        raise DomainError(
            f"cannot read the declaration '{piece}'; write for example 'x real', '0 < p < 1', "
            "'m integer >= 1', 'i in 1..m', 'x[1..m] real' or 'f(x) function'"
        )
    return match[1], match[2]


_WORDS = {
    "real": Interval(),
    "positive": Interval(low=Fraction(0)),
    "negative": Interval(high=Fraction(0)),
    "nonnegative": Interval(low=Fraction(0), low_open=False),
}


def _declare(head: str, rest: str, piece: str) -> Declaration:
    declaration = _declare_head(head, piece)
    while rest:
        declaration, rest = _declare_property(declaration, rest, piece)
    return declaration


def _declare_head(head: str, piece: str) -> Declaration:
    match = re.fullmatch(rf"({_NAME})(?:\[([^\]]*)\]|\(([^)]*)\))?", head.strip())
    if not match:
        raise DomainError(f"cannot read the name in '{piece}'")
    name, family, function = match[1], match[2], match[3]
    if family is not None:
        ranges = [_range(one, piece) for one in family.split(",")]
        if len({first for first, _ in ranges}) > 1:
            raise DomainError(
                f"the index ranges of {name} start at different numbers (in '{piece}')"
            )
        return Declaration(name, sizes=tuple(size for _, size in ranges), first=ranges[0][0])
    if function is not None:
        arguments, _, parameters = function.partition(";")
        return Declaration(
            name,
            Kind.FUNCTION,
            arguments=_names(arguments),
            parameters=_names(parameters),
        )
    return Declaration(name)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _range(text: str, piece: str) -> tuple[int, Size]:
    """``1..m`` or ``0..m``: the first index and the last."""
    match = re.fullmatch(
        rf"\s*(?:([01])\s*\.\.\s*)?(?:(\d+)|({_NAME})(?:\s*([+-]\s*\d{{1,6}}))?)\s*", text
    )
    if not match:
        raise DomainError(f"an index range is written '1..m', not '{text.strip()}' (in '{piece}')")
    size: Size = int(match[2]) if match[2] else match[3]
    by = int((match[4] or "0").replace(" ", ""))
    return int(match[1] or 1), Shifted(match[3], by) if by else size


def _declare_property(declaration: Declaration, rest: str, piece: str) -> tuple[Declaration, str]:
    if match := re.match(rf"({_RELATION})\s*({_NUMBER})\s*", rest):
        return _bounded(declaration, match[1], Fraction(match[2]), piece), rest[match.end() :]
    if match := re.match(r"in\s*1\s*\.\.\s*(\w+(?:\s*[+-]\s*\d+)?)\s*", rest):
        _, size = _range(match[1], piece)
        return replace(declaration, kind=Kind.INDEX, sizes=(size,)), rest[match.end() :]
    if match := re.match(
        rf"in\s*([(\[])\s*({_NUMBER}|-?inf)\s*,\s*({_NUMBER}|\+?inf)\s*([)\]])\s*", rest
    ):
        interval = _interval(match[1], match[2], match[3], match[4])
        return _narrowed(declaration, interval), rest[match.end() :]
    if match := re.match(r"in\s*\{([^}]*)\}\s*", rest):
        return replace(declaration, values=_value_set(match[1], piece)), rest[match.end() :]
    found = re.match(r"([a-z]*)\s*", rest)
    word, tail = (found[1], rest[found.end() :]) if found else ("", rest)
    if word in _WORDS:
        return _narrowed(declaration, _WORDS[word]), tail
    if word == "nonzero":
        return replace(declaration, nonzero=True), tail
    if word == "integer":
        return replace(declaration, kind=Kind.INTEGER), tail
    if word == "function" and declaration.kind is Kind.FUNCTION:
        return declaration, tail
    raise DomainError(
        f"cannot read '{rest}' in the declaration '{piece}'; known are real, positive, negative, "
        "nonnegative, nonzero, integer, function, < <= > >= != and 'in (0, 1)', 'in 1..m'"
    )


def _value_set(text: str, piece: str) -> tuple[Fraction, ...]:
    try:
        values = tuple(Fraction(value.strip()) for value in text.split(","))
    except (ValueError, ZeroDivisionError):
        raise DomainError(
            f"a set of values lists numbers, as in {{-1, 1}} (in '{piece}')"
        ) from None
    return values


def _interval(left: str, low: str, high: str, right: str) -> Interval:
    return Interval(
        None if "inf" in low else Fraction(low),
        None if "inf" in high else Fraction(high),
        left == "(" or "inf" in low,
        right == ")" or "inf" in high,
    )


def _bounded(declaration: Declaration, sign: str, bound: Fraction, piece: str) -> Declaration:
    match sign:
        case "<" | "<=":
            return _narrowed(declaration, Interval(high=bound, high_open=sign == "<"))
        case ">" | ">=":
            return _narrowed(declaration, Interval(low=bound, low_open=sign == ">"))
        case _ if bound == 0:
            return replace(declaration, nonzero=True)
        case _:
            raise DomainError(f"only 0 can be excluded with != (in '{piece}')")


def _narrowed(declaration: Declaration, interval: Interval) -> Declaration:
    return replace(declaration, interval=declaration.interval.intersect(interval))


def _merged(old: Declaration | None, new: Declaration, piece: str) -> Declaration:
    """``x real, x > 0`` declares one x."""
    if old is None:
        return new
    kind = old.kind if new.kind is Kind.REAL else new.kind
    ranges = (old.sizes, old.first), (new.sizes, new.first)
    resized = old.sizes and new.sizes and ranges[0] != ranges[1]
    if old.kind not in (Kind.REAL, kind) or resized:
        raise DomainError(f"'{piece}' contradicts the earlier declaration '{old}'")
    return replace(
        old,
        kind=kind,
        interval=old.interval.intersect(new.interval),
        nonzero=old.nonzero or new.nonzero,
        values=new.values or old.values,
        sizes=old.sizes or new.sizes,
        first=old.first if old.sizes else new.first,
        arguments=old.arguments or new.arguments,
        parameters=old.parameters or new.parameters,
    )


def _from_var(name: str, text: str) -> Declaration:
    if not re.fullmatch(_NAME, name):
        raise DomainError(f"{name!r} is not a name")
    text = text.strip()
    if text == "function":
        return Declaration(name, Kind.FUNCTION)
    if match := re.fullmatch(r"(idx|index)\s*(>0)?((?:\s+\w+(?:[+-]\d+)?)+)", text):
        sizes = tuple(_range(one, text)[1] for one in match[3].split())
        if match[1] == "index":
            return Declaration(name, Kind.INDEX, sizes=sizes)
        return Declaration(name, interval=_WORDS["positive" if match[2] else "real"], sizes=sizes)
    if match := re.fullmatch(r"int\s*(.*)", text):
        text = ("integer " + match[1]).strip()
    elif text[:1] in "([{":
        text = "in " + text
    return _declare(name, text, f"{name}: {text}")


def _checked(declarations: tuple[Declaration, ...]) -> tuple[Declaration, ...]:
    for declaration in declarations:
        if declaration.interval.is_empty or (
            declaration.values and not any(declaration.admits(v) for v in declaration.values)
        ):
            raise DomainError(f"no value is left for {declaration.name}: '{declaration}'")
    return declarations
