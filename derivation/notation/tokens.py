"""LaTeX text -> tokens. Sizes of brackets, spacing and display style are dropped here."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from derivation.errors import UnreadableError
from derivation.notation.latex_commands import (
    BOLD,
    CHARACTER_HINTS,
    CHARACTERS,
    COMMANDS,
    IGNORED,
    NAME_COMMANDS,
    NOT_YET,
    SIZES,
    TokenKind,
)
from derivation.notation.names import GREEK_CHARACTERS
from derivation.term.decimals import MAX_DIGITS

__all__ = ["MAX_LENGTH", "Token", "TokenKind", "check_text", "tokenize"]

MAX_LENGTH = 100_000


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of the text: ``text[start:end]``."""

    kind: TokenKind
    value: str
    start: int
    end: int


_COMMAND = re.compile(r"\\([A-Za-z]+|.)", re.DOTALL)
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_INDICATOR = re.compile(r"\\math(?:bb|ds)\s*(?:\{\s*[1I]\s*\}|[1I])|\\mathbf\s*(?:\{\s*1\s*\}|1)")
_BRACKET = re.compile(r"\s*(\\[{}|]|\\[lr]?(?:vert|Vert|floor|ceil)(?![A-Za-z])|[()\[\]|‖⌊⌋⌈⌉])")
_LETTER = re.compile(r"\s*(?:\{\s*([A-Za-z]|\\[A-Za-z]+)\s*\}|([A-Za-z]))")
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
    _check_bold(text, tokens)
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
    if text.startswith("!=", position):
        raise UnreadableError(
            "'!=' may be a factorial or 'not equal'",
            text,
            position,
            "Write x \\ne y, or n! = 6 with a space.",
        )
    if character in CHARACTERS:
        kind, value = CHARACTERS[character]
        return Token(kind, value, position, end)
    raise UnreadableError(
        f"the character {character!r} is not in the notation",
        text,
        position,
        CHARACTER_HINTS.get(character, ""),
    )


def _read_command(text: str, position: int, tokens: list[Token]) -> int:
    """Read the command at ``position``; return where it ends."""
    found = _COMMAND.match(text, position)
    if not found:
        raise UnreadableError("a backslash with nothing after it", text, position)
    name, end = found[1], found.end()
    if name in IGNORED:
        return end
    if indicator := _INDICATOR.match(text, position):
        tokens.append(Token(TokenKind.INDICATOR, "", position, indicator.end()))
        return indicator.end()
    if name in BOLD:
        return _read_bold(text, position, end, name, tokens)
    if name in SIZES:
        return _read_sized_bracket(text, position, end, name, tokens)
    if name in NAME_COMMANDS or name in ("begin", "end"):
        return _read_braced_command(text, position, end, name, tokens)
    if name not in COMMANDS:
        raise _unknown_command(text, position, name)
    kind, value = COMMANDS[name]
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


def _read_bold(text: str, position: int, end: int, name: str, tokens: list[Token]) -> int:
    """``\\mathbf{x}`` is x."""
    found = _LETTER.match(text, end)
    letter = found[1] or found[2] if found else ""
    kind, value = COMMANDS.get(letter[1:], (TokenKind.LETTER, letter))
    if not found or kind not in (TokenKind.LETTER, TokenKind.GREEK) or value[:1] == "\\":
        raise UnreadableError(
            f"\\{name} stands before one letter", text, position, f"Write \\{name}{{x}}."
        )
    tokens.append(Token(kind, value, position, found.end()))
    return found.end()


def _check_bold(text: str, tokens: list[Token]) -> None:
    """Refuse a letter that stands in bold and plainly: they would become one name."""
    letters = [t for t in tokens if t.kind in (TokenKind.LETTER, TokenKind.GREEK)]
    bold = [t for t in letters if text[t.start + 1 : t.end].startswith(tuple(BOLD))]
    plain = {token.value for token in letters if token not in bold}
    for token in bold:
        if token.value in plain:
            raise UnreadableError(
                f"{token.value} stands in bold and plainly", text, token.start,
                "Write two names, such as \\mathbf{x} and x_{0}, or one.",
            )  # fmt: skip


def _read_sized_bracket(text: str, position: int, end: int, name: str, tokens: list[Token]) -> int:
    """``\\left(`` and its kin are the bracket alone; ``\\left|`` is a bar that surely opens."""
    found = _BRACKET.match(text, end)
    if not found:
        raise UnreadableError(
            f"\\{name} needs one of the brackets ( ) [ ] \\{{ \\}} | \\lfloor \\lceil",
            text,
            position,
        )
    bracket = COMMANDS[found[1][1:]][1] if found[1][0] == "\\" else found[1]
    if bracket == "‖":
        kind = TokenKind.NORM
    elif bracket == "|":
        opens = name == "left" or name.endswith("gl")
        closes = name == "right" or name.endswith("gr")
        kind = TokenKind.OPEN if opens else TokenKind.CLOSE if closes else TokenKind.BAR
    else:
        kind = TokenKind.OPEN if bracket in "([{⌊⌈" else TokenKind.CLOSE
    tokens.append(Token(kind, bracket, position, found.end()))
    return found.end()


def _unknown_command(text: str, position: int, name: str) -> UnreadableError:
    if name in NOT_YET:
        return UnreadableError(f"\\{name}: {NOT_YET[name]}", text, position)
    known = sorted({*COMMANDS, *NAME_COMMANDS, "left", "right", "begin", "end"})
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
