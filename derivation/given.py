"""Reads declarations: sentences such as ``x real, 0 < p < 1``, and the ``vars`` of a claim."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from derivation.domain import Declaration, Interval, Kind, Shifted, Size
from derivation.errors import DomainError
from derivation.given_values import NUMBER, narrowed, read_values
from derivation.matrix_given import checked_matrix, read_matrix
from derivation.term.spelling import normal_name

__all__ = ["Statement", "checked", "merge", "read_sentence", "read_variables", "statements"]

_NAME = r"[^\W\d]\w*"
_HEAD = rf"{_NAME}(?:\[[^\]]*\]|\([^)]*\))?"
_SIGNS = str.maketrans({"≤": "<=", "≥": ">=", "≠": "!=", "−": "-"})
_MAX_LENGTH = 100_000
_REMEMBERED_LENGTH = 100  # of a declaration of a claim: others say the same


@dataclass(frozen=True, slots=True)
class Statement:
    """One piece of a sentence, and the names before it that share it: the x of ``x, y real``."""

    names: tuple[str, ...]
    text: str

    @property
    def shown(self) -> str:
        """The piece as an error message shows it."""
        return self.text if len(self.text) <= 100 else self.text[:97] + "..."

    def declarations(self) -> tuple[Declaration, ...]:
        """What it declares. Raises DomainError if it is no declaration."""
        head, rest = _split_statement(self.text, self.shown)
        return tuple(_declare(one, rest, self.shown) for one in (*self.names, head))


def read_sentence(given: str) -> tuple[Declaration, ...]:
    """The declarations of a sentence. Raises DomainError, naming the piece."""
    declarations: tuple[Declaration, ...] = ()
    for statement in statements(given):
        declarations = merge(declarations, statement.declarations(), statement.shown)
    return checked(declarations)


def read_variables(variables: Mapping[str, str]) -> tuple[Declaration, ...]:
    """The declarations of a batch claim's ``vars``. Raises DomainError, naming the variable."""
    declared: tuple[Declaration, ...] = ()
    for name, written in variables.items():
        text = written.strip()
        short = len(name) + len(text) <= _REMEMBERED_LENGTH
        one = (_remembered_from_var if short else _from_var)(name, text)
        declared = merge(declared, (one,), f"{one.name}: {text[:100]}") if declared else (one,)
    return checked(declared)


def merge(
    old: tuple[Declaration, ...], new: Iterable[Declaration], piece: str
) -> tuple[Declaration, ...]:
    """Both, where a name that is in both keeps to both. Raises DomainError, showing ``piece``."""
    declarations = {declaration.name: declaration for declaration in old}
    for declaration in new:
        before = declarations.get(declaration.name)
        declarations[declaration.name] = _merged(before, declaration, piece)
    return tuple(declarations.values())


def checked(declarations: tuple[Declaration, ...]) -> tuple[Declaration, ...]:
    """The declarations themselves. Raises DomainError for one that leaves no value."""
    for declaration in declarations:
        checked_matrix(declaration)
        if declaration.interval.is_empty or (
            declaration.values and not any(declaration.admits(v) for v in declaration.values)
        ):
            raise DomainError(f"no value is left for {declaration.name}: '{declaration}'")
    return declarations


def statements(given: str) -> list[Statement]:
    """The pieces of a sentence, between commas, semicolons and ends of lines.

    Raises DomainError for names at the end that nothing is said about.
    """
    if len(given) > _MAX_LENGTH:
        raise DomainError(f"the declarations have more than {_MAX_LENGTH} characters")
    found: list[Statement] = []
    waiting: list[str] = []
    printable = given.encode("utf-8", "replace").decode()  # no halves of characters
    for piece in _pieces(printable.translate(_SIGNS)):
        if re.fullmatch(rf"{_NAME}(\[[^\]]*\])?", piece):
            waiting.append(piece)
            continue
        found.append(Statement(tuple(waiting), piece))
        waiting = []
    if waiting:
        name = waiting[-1][:100]
        raise DomainError(
            f"'{name}' says nothing about {name}; write '{name} real', '{name} > 0' or "
            f"'{name} integer'"
        )
    return found


def _pieces(given: str) -> list[str]:
    pieces, depth, start = [], 0, 0
    for position, character in enumerate(given):
        depth += (character in "([{") - (character in ")]}")
        spacing = character != "\n" and given[position - 1 : position] == "\\"
        if character in ",;\n" and depth == 0 and not spacing:
            pieces.append(given[start:position])
            start = position + 1
    pieces.append(given[start:])
    return [piece.strip() for piece in pieces if piece.strip()]


def _split_statement(piece: str, shown: str) -> tuple[str, str]:
    """``0 < p < 1`` -> (``p``, ``> 0 < 1``); ``x real`` -> (``x``, ``real``)."""
    match = re.fullmatch(rf"({NUMBER})\s*(<=|<|>=|>)\s*({_HEAD})\s*(.*)", piece)
    if match:
        flipped = match[2].translate(str.maketrans("<>", "><"))
        return match[3], f"{flipped} {match[1]} {match[4]}".strip()
    match = re.fullmatch(rf"({_HEAD})\s*(.*)", piece)
    if not match or not match[2]:
        raise DomainError(
            f"cannot read the declaration '{shown}'; write for example 'x real', '0 < p < 1', "
            f"'m integer >= 1', 'i in 1..m', 'x[1..m] real' or 'f(x) function'{_advice(piece)}"
        )
    return match[1], match[2]


def _advice(piece: str) -> str:
    if not re.search(r"[<>=]", piece):
        return ""
    return "; a relation between terms is a hypothesis: derivation.notation.read_given reads it"


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
    name, family, function = normal_name(match[1]), match[2], match[3]
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
    return tuple(normal_name(name.strip()) for name in text.split(",") if name.strip())


def _range(text: str, piece: str) -> tuple[int, Size]:
    """``1..m`` or ``0..m+1``: the first index and the last."""
    match = re.fullmatch(
        rf"\s*(?:([01])\s*\.\.\s*)?(?:([0-9]{{1,18}})|({_NAME})(?:\s*([+-]\s*[0-9]{{1,6}}))?)\s*",
        text,
    )
    if not match:
        raise DomainError(
            f"an index range is written '1..m', not '{text.strip()[:100]}' (in '{piece}')"
        )
    first = int(match[1] or 1)
    if match[2]:
        return first, int(match[2])
    name, by = normal_name(match[3]), int((match[4] or "0").replace(" ", ""))
    return first, Shifted(name, by) if by else name


def _declare_property(declaration: Declaration, rest: str, piece: str) -> tuple[Declaration, str]:
    if found_matrix := read_matrix(declaration, rest):
        return found_matrix
    if found_values := read_values(declaration, rest, piece):
        return found_values
    if match := re.match(r"in\s*1\s*\.\.\s*(\w+(?:\s*[+-]\s*[0-9]+)?)\s*", rest):
        _, size = _range(match[1], piece)
        return replace(declaration, kind=Kind.INDEX, sizes=(size,)), rest[match.end() :]
    found = re.match(r"([a-z]*)\s*", rest)
    word, tail = (found[1], rest[found.end() :]) if found else ("", rest)
    if word in _WORDS:
        return narrowed(declaration, _WORDS[word]), tail
    if word == "nonzero":
        return replace(declaration, nonzero=True), tail
    if word == "integer":
        return replace(declaration, kind=Kind.INTEGER), tail
    if word == "function" and declaration.kind is Kind.FUNCTION:
        return declaration, tail
    raise DomainError(
        f"cannot read '{rest[:100]}' in the declaration '{piece}'; known are real, positive, "
        "negative, nonnegative, nonzero, integer, function, < <= > >= != and 'in (0, 1)', "
        f"'in 1..m'{_advice(piece)}"
    )


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
        values=_common(old.values, new.values, piece),
        sizes=old.sizes or new.sizes,
        first=old.first if old.sizes else new.first,
        arguments=old.arguments or new.arguments,
        parameters=old.parameters or new.parameters,
        properties=old.properties | new.properties,
    )


def _common(
    old: tuple[Fraction, ...], new: tuple[Fraction, ...], piece: str
) -> tuple[Fraction, ...]:
    """The values in both sets; no set at all is no restriction."""
    if not old or not new:
        return old or new
    both = tuple(value for value in old if value in new)
    if not both:
        raise DomainError(f"no value is left: '{piece}' and the earlier set have none in common")
    return both


@lru_cache(maxsize=1024)
def _remembered_from_var(written: str, text: str) -> Declaration:
    return _from_var(written, text)


def _from_var(written: str, text: str) -> Declaration:
    if not re.fullmatch(_NAME, written):
        raise DomainError(f"{written[:100]!r} is not a name")
    name = normal_name(written)
    piece = f"{name}: {text[:100]}"
    text = text.translate(_SIGNS)
    if text == "function":
        return Declaration(name, Kind.FUNCTION)
    if match := re.fullmatch(r"(idx|index)\s*(>0)?((?:\s+\w+(?:[+-][0-9]+)?)+)", text):
        sizes = tuple(_range(one, piece)[1] for one in match[3].split())
        if match[1] == "index":
            return Declaration(name, Kind.INDEX, sizes=sizes)
        return Declaration(name, interval=_WORDS["positive" if match[2] else "real"], sizes=sizes)
    if match := re.fullmatch(r"int\s*(.*)", text):
        text = ("integer " + match[1]).strip()
    elif text[:1] in "([{":
        text = "in " + text
    return _declare(name, text, piece)
