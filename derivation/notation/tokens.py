"""LaTeX text -> tokens. Sizes of brackets, spacing and display style are dropped here."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from enum import Enum, auto

from derivation.errors import UnreadableError
from derivation.notation.names import FUNCTION_OF_COMMAND, GREEK, GREEK_CHARACTERS
from derivation.term.decimals import MAX_DIGITS

__all__ = ["MAX_LENGTH", "Token", "TokenKind", "check_text", "tokenize"]

MAX_LENGTH = 100_000


class TokenKind(Enum):
    """What a piece of LaTeX is."""

    NUMBER = auto()
    LETTER = auto()  # one Latin letter; value is the name
    GREEK = auto()  # \alpha; value is the name
    TEXT = auto()  # \text{name}; value is the stripped content
    FUNCTION = auto()  # \log; value is the function's name
    MARK = auto()  # \boxed, \key, \hla, \hlb, \hlc
    FRACTION = auto()
    ROOT = auto()
    SUM = auto()
    PARTIAL = auto()
    SIGN = auto()  # + - / times cdot
    RELATION = auto()  # = != < <= > >=
    OPEN = auto()  # ( [ \{ and \left|
    CLOSE = auto()
    BAR = auto()  # | that may open or close
    LEFT_BRACE = auto()
    RIGHT_BRACE = auto()
    ABOVE = auto()  # ^
    BELOW = auto()  # _
    PRIME = auto()
    COMMA = auto()
    CELL = auto()  # &
    ROW = auto()  # \\
    BEGIN = auto()  # \begin{value}
    FINISH = auto()  # \end{value}
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of the text: ``text[start:end]``."""

    kind: TokenKind
    value: str
    start: int
    end: int


_CHARACTERS: dict[str, tuple[TokenKind, str]] = {
    "+": (TokenKind.SIGN, "+"), "-": (TokenKind.SIGN, "-"), "/": (TokenKind.SIGN, "/"),
    "*": (TokenKind.SIGN, "cdot"), "−": (TokenKind.SIGN, "-"), "×": (TokenKind.SIGN, "times"),
    "·": (TokenKind.SIGN, "cdot"), "⋅": (TokenKind.SIGN, "cdot"),
    "=": (TokenKind.RELATION, "="), "<": (TokenKind.RELATION, "<"),
    ">": (TokenKind.RELATION, ">"), "≤": (TokenKind.RELATION, "<="),
    "≥": (TokenKind.RELATION, ">="), "≠": (TokenKind.RELATION, "!="),
    "(": (TokenKind.OPEN, "("), "[": (TokenKind.OPEN, "["), ")": (TokenKind.CLOSE, ")"),
    "]": (TokenKind.CLOSE, "]"), "|": (TokenKind.BAR, "|"), "{": (TokenKind.LEFT_BRACE, "{"),
    "}": (TokenKind.RIGHT_BRACE, "}"), "^": (TokenKind.ABOVE, "^"), "_": (TokenKind.BELOW, "_"),
    "'": (TokenKind.PRIME, "'"), "′": (TokenKind.PRIME, "'"), ",": (TokenKind.COMMA, ","),
    "&": (TokenKind.CELL, "&"), "∂": (TokenKind.PARTIAL, ""), "∑": (TokenKind.SUM, ""),
}  # fmt: skip

_COMMANDS: dict[str, tuple[TokenKind, str]] = {
    "times": (TokenKind.SIGN, "times"), "cdot": (TokenKind.SIGN, "cdot"),
    "frac": (TokenKind.FRACTION, ""), "dfrac": (TokenKind.FRACTION, ""),
    "tfrac": (TokenKind.FRACTION, ""), "sqrt": (TokenKind.ROOT, ""),
    "sum": (TokenKind.SUM, ""), "partial": (TokenKind.PARTIAL, ""),
    "le": (TokenKind.RELATION, "<="), "leq": (TokenKind.RELATION, "<="),
    "ge": (TokenKind.RELATION, ">="), "geq": (TokenKind.RELATION, ">="),
    "ne": (TokenKind.RELATION, "!="), "neq": (TokenKind.RELATION, "!="),
    "lt": (TokenKind.RELATION, "<"), "gt": (TokenKind.RELATION, ">"),
    "lvert": (TokenKind.OPEN, "|"), "rvert": (TokenKind.CLOSE, "|"),
    "prime": (TokenKind.PRIME, "'"), "{": (TokenKind.OPEN, "{"), "}": (TokenKind.CLOSE, "}"),
    "lbrace": (TokenKind.OPEN, "{"), "rbrace": (TokenKind.CLOSE, "}"), "\\": (TokenKind.ROW, ""),
    **{mark: (TokenKind.MARK, mark) for mark in ("boxed", "key", "hla", "hlb", "hlc")},
    **{command: (TokenKind.FUNCTION, name) for command, name in FUNCTION_OF_COMMAND.items()},
    **{letter: (TokenKind.GREEK, letter) for letter in GREEK},
}  # fmt: skip

_IGNORED = frozenset({
    ",", ";", ":", "!", " ", "\n", "\t", "quad", "qquad", "displaystyle", "textstyle", "limits",
    "nolimits",
})  # fmt: skip
_NAME_COMMANDS = frozenset({"text", "operatorname", "mathrm", "textrm", "mathit"})
_SIZES = frozenset(
    f"{size}{side}" for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r", "m")
) | {"left", "right"}
_NOT_YET = {
    "int": "integrals are not supported yet",
    "prod": "products over an index are not supported yet",
    "lim": "limits are not supported yet",
    "binom": "binomial coefficients are not supported yet",
    "infty": "infinity is not supported yet",
    "pm": "one of two signs is not supported; write the two formulas",
    "nabla": "gradients are not supported yet; write the partial derivatives",
    "mathbf": "vectors are not supported; write their components, such as x_i",
    "vec": "vectors are not supported; write their components, such as x_i",
    "hat": "accents are not supported; write \\text{name} or another letter",
    "bar": "accents are not supported; write \\text{name} or another letter",
    "dots": "dots are not supported; write \\sum with limits",
    "cdots": "dots are not supported; write \\sum with limits",
    "ldots": "dots are not supported; write \\sum with limits",
    "div": "\\div is not supported; write \\frac{a}{b} or a/b",
}

_COMMAND = re.compile(r"\\([A-Za-z]+|.)", re.DOTALL)
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_BRACED = re.compile(r"\s*\{((?:[^{}\\]|\\_)*)\}")


def check_text(text: str) -> None:
    """Refuse what no formula contains, before anything is read.

    Raises UnreadableError for too long a text, for control characters and for halves of one.
    """
    if len(text) > MAX_LENGTH:
        raise UnreadableError(
            f"the formula has {len(text)} characters; the limit is {MAX_LENGTH}",
            text[:200],
            0,
            "Split it into several lines.",
        )
    if found := _CONTROL.search(text):
        shown = text.encode("utf-8", "replace").decode()  # a half would not print
        raise UnreadableError(
            f"the character U+{ord(found[0]):04X} is not allowed: it is a control character",
            shown,
            found.start(),
        )
    if not text.strip():
        raise UnreadableError("there is no formula here", text, 0)


def tokenize(text: str) -> list[Token]:
    """All tokens of a LaTeX formula, with one END token last.

    Raises UnreadableError at the first character or command that is not in the notation,
    and at a brace that is not closed.
    """
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        character = text[position]
        if character.isspace() or character == "~":
            position += 1
        elif character == "\\":
            position = _read_command(text, position, tokens)
        elif found := _NUMBER.match(text, position):
            position = _add_number(text, found, tokens)
        else:
            tokens.append(_read_character(text, position))
            position += 1
    tokens.append(Token(TokenKind.END, "", len(text), len(text)))
    _check_braces(text, tokens)
    return tokens


def _add_number(text: str, found: re.Match[str], tokens: list[Token]) -> int:
    if len(found[0]) > MAX_DIGITS:
        raise UnreadableError(f"a number with more than {MAX_DIGITS} digits", text, found.start())
    tokens.append(Token(TokenKind.NUMBER, found[0], found.start(), found.end()))
    return found.end()


def _read_character(text: str, position: int) -> Token:
    character = text[position]
    end = position + 1
    if character.isascii() and character.isalpha():
        return Token(TokenKind.LETTER, character, position, end)
    if character in GREEK_CHARACTERS:
        return Token(TokenKind.GREEK, GREEK_CHARACTERS[character], position, end)
    if character in _CHARACTERS:
        kind, value = _CHARACTERS[character]
        return Token(kind, value, position, end)
    raise UnreadableError(
        f"the character {character!r} is not in the notation",
        text,
        position,
        _CHARACTER_HINTS.get(character, ""),
    )


_CHARACTER_HINTS = {
    "$": "Leave out the dollar signs; give the formula alone.",
    "!": "Write a factorial as \\text{factorial}(n).",
    "?": "A question mark stands for no term; leave it out.",
    "%": "Comments are not supported; write a percentage as a fraction.",
    ".": "Leave out the full stop; a decimal number is written 0.5.",
    ";": "Write one formula at a time.",
    ":": "Write a ratio as \\frac{a}{b} or a/b.",
    "√": "Write \\sqrt{x}.",
}


def _read_command(text: str, position: int, tokens: list[Token]) -> int:
    """Read the command at ``position``; return where it ends."""
    found = _COMMAND.match(text, position)
    if not found:
        raise UnreadableError("a backslash with nothing after it", text, position)
    name, end = found[1], found.end()
    if name in _IGNORED:
        return end
    if name in _SIZES:
        return _read_sized_bracket(text, position, end, name, tokens)
    if name in _NAME_COMMANDS or name in ("begin", "end"):
        return _read_braced_command(text, position, end, name, tokens)
    if name not in _COMMANDS:
        raise _unknown_command(text, position, name)
    kind, value = _COMMANDS[name]
    tokens.append(Token(kind, value, position, end))
    return end


def _read_braced_command(text: str, position: int, end: int, name: str, tokens: list[Token]) -> int:
    found = _BRACED.match(text, end)
    if not found:
        raise UnreadableError(
            f"\\{name} needs a plain name in braces", text, position, f"Write \\{name}{{name}}."
        )
    kind = {"begin": TokenKind.BEGIN, "end": TokenKind.FINISH}.get(name, TokenKind.TEXT)
    value = found[1].replace("\\_", "_").strip()
    tokens.append(Token(kind, value, position, found.end()))
    return found.end()


def _read_sized_bracket(text: str, position: int, end: int, name: str, tokens: list[Token]) -> int:
    """``\\left(`` and its kin are the bracket alone; ``\\left|`` is a bar that surely opens."""
    found = re.compile(r"\s*(\\[{}]|\\[lr]vert(?![A-Za-z])|[()\[\]|])").match(text, end)
    if not found:
        raise UnreadableError(
            f"\\{name} needs one of the brackets ( ) [ ] \\{{ \\}} |", text, position
        )
    bracket = {"\\lvert": "|", "\\rvert": "|"}.get(found[1], found[1][-1])
    if bracket == "|":
        opens = name == "left" or name.endswith("gl")
        closes = name == "right" or name.endswith("gr")
        kind = TokenKind.OPEN if opens else TokenKind.CLOSE if closes else TokenKind.BAR
    else:
        kind = TokenKind.OPEN if bracket in "([{" else TokenKind.CLOSE
    tokens.append(Token(kind, bracket, position, found.end()))
    return found.end()


def _unknown_command(text: str, position: int, name: str) -> UnreadableError:
    if name in _NOT_YET:
        return UnreadableError(f"\\{name}: {_NOT_YET[name]}", text, position)
    known = sorted({*_COMMANDS, *_NAME_COMMANDS, "left", "right", "begin", "end"})
    near = difflib.get_close_matches(name[:40], known, n=1)
    suggestion = f"Did you mean \\{near[0]}?" if near else ""
    if not near and name.isalpha():
        suggestion = f"For a name, write \\text{{{name[:40]}}}."
    return UnreadableError(f"unknown command \\{name[:40]}", text, position, suggestion)


def _check_braces(text: str, tokens: list[Token]) -> None:
    opened: list[Token] = []
    for token in tokens:
        if token.kind is TokenKind.LEFT_BRACE:
            opened.append(token)
        elif token.kind is TokenKind.RIGHT_BRACE:
            if not opened:
                raise UnreadableError("this brace closes nothing", text, token.start)
            opened.pop()
    if opened:
        raise UnreadableError("this brace is never closed", text, opened[-1].start)
