"""Python syntax as a checked source: characters, numbers and brackets, then ``ast``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence

from derivation.errors import UnreadableError
from derivation.term import Span
from derivation.term.decimals import MAX_DIGITS, MAX_EXPONENT, is_decimal

__all__ = ["PythonSource"]

_MAX_NESTING = 150
_MAX_TREE = 500
_ALLOWED_SIGNS = frozenset("+-*/@()[],.<>=!_&|~ ")
_NUMBER = re.compile(r"(?<![\w.])((?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)(\w*)")
_USUAL = re.compile(r"[A-Za-z0-9+\-*/@()\[\],.<>=!_&|~ ]*")
_BRACKET = re.compile(r"[()\[\]]")
_LONG = 4000
_LONG_WHOLE_NUMBER = re.compile(rf"(?<![\w.])([0-9]{{{_LONG},}})[0-9](?![\w.])")
_SAME = str.maketrans({"·": "*", "⋅": "*", "×": "*", "−": "-", "\n": " ", "\t": " ", "\r": " "})
_CHARACTER_HINTS = {
    "^": "A power is written x**2. For LaTeX, give syntax='latex'.",
    "'": "Strings are not allowed; a derivative f'(x) is written Prime(f(x)).",
    '"': "Strings are not allowed.",
    "{": "Write parentheses. For LaTeX, give syntax='latex'.",
    "\\": "This is LaTeX; give syntax='latex'.",
    "%": "The remainder is not supported.",
    ":": "Slices, lambdas and assignments are not allowed.",
}


class PythonSource:
    """One reading of ``text[start:end]``; positions in errors and spans are those of ``text``."""

    def __init__(
        self, text: str, functions: frozenset[str], symbols: frozenset[str], start: int, end: int
    ) -> None:
        self.text = text
        self.functions = functions
        self.symbols = symbols
        self.start = start
        self.source = text[start:end].translate(_SAME)
        self.characters = _character_offsets(self.source)
        self.is_ascii = self.source.isascii()
        self.length = len(self.characters)

    def parse(self) -> ast.expr:
        """The syntax tree. Raises UnreadableError for characters and numbers no formula has."""
        self._check_source()
        try:
            # In parentheses, so that leading spaces and line breaks do not matter.
            # Python limits whole numbers to 4300 digits, but not those with a decimal point;
            # the digits themselves are taken from the text.
            source = self.source
            if len(source) > _LONG:
                source = _LONG_WHOLE_NUMBER.sub(r"\1.", source)
            tree = ast.parse(f"({source})", mode="eval").body
        except SyntaxError as problem:
            raise self._syntax_error(problem) from None
        except (RecursionError, MemoryError):
            raise self._too_deep(0) from None
        self._check_depth(tree)
        return tree

    # ------------------------------------------------------------------ errors

    def error(self, message: str, where: ast.expr | int, suggestion: str = "") -> UnreadableError:
        """An error at a node, or at a position of the piece that is read."""
        position = where if isinstance(where, int) else self._span(where).start - self.start
        return UnreadableError(message, self.text, self.start + position, suggestion)

    def _too_deep(self, position: int) -> UnreadableError:
        return self.error("nested too deeply", position, "Give a name to a part of it.")

    def _syntax_error(self, problem: SyntaxError) -> UnreadableError:
        message = problem.msg or ""
        if "nested" in message or "stack" in message or "recursion" in message:
            return self._too_deep(0)
        offset = max(0, min((problem.offset or 1) - 2, len(self.source)))
        return self.error(
            "this is not a formula in Python syntax",
            offset,
            "An absolute value is written Abs(x)."
            if "|" in self.source
            else "Write for example 2*x + h(x)**2, x[i], Sum(x[i], (i, 1, m)).",
        )

    def _check_source(self) -> None:
        """Refuse characters, numbers and brackets that no formula has, before parsing."""
        if not self.source.strip():
            raise self.error("a term is missing here", 0)
        opened: list[int] = []
        positions: Iterable[int] = range(len(self.source))
        if _USUAL.fullmatch(self.source):
            positions = (found.start() for found in _BRACKET.finditer(self.source))
        for position in positions:
            character = self.source[position]
            if character in "([":
                opened.append(position)
                if len(opened) > _MAX_NESTING:
                    raise self.error(f"nested more than {_MAX_NESTING} levels deep", position)
            elif character in ")]":
                if not opened or self.source[opened.pop()] + character not in ("()", "[]"):
                    raise self.error("this bracket closes nothing", position)
            elif not (character.isalnum() or character in _ALLOWED_SIGNS):
                raise self.error(
                    f"the character {character!r} is not allowed in Python syntax",
                    position,
                    _CHARACTER_HINTS.get(character, ""),
                )
        if opened:
            raise self.error("this bracket is never closed", opened[-1])
        self._check_numbers()

    def _check_numbers(self) -> None:
        for found in _NUMBER.finditer(self.source):
            if found[2]:
                raise self.error(
                    f"'{found[0][:40]}' is neither a number nor a name",
                    found.start(),
                    "Write a product as 2*x, a number as 0.00001 or 1e-5.",
                )
            if not is_decimal(found[1]):
                raise self.error(
                    f"a number with more than {MAX_DIGITS} digits, or an exponent beyond "
                    f"{MAX_EXPONENT}",
                    found.start(),
                )

        if "." not in self.source:
            return
        rest = _NUMBER.sub(lambda found: " " * len(found[0]), self.source)
        if stray := re.search(r"\.[0-9]", rest):
            raise self.error("a decimal point after a name or a number", stray.start())

    def _check_depth(self, tree: ast.expr) -> None:
        if len(self.source) < _MAX_TREE // 2:
            return  # each level takes a character at least, and the last one has one below it
        stack: list[tuple[ast.AST, int]] = [(tree, 1)]
        while stack:
            node, depth = stack.pop()
            if depth > _MAX_TREE:
                raise self._too_deep(0)
            stack.extend((child, depth + 1) for child in ast.iter_child_nodes(node))

    def _span(self, node: ast.expr) -> Span:
        end = node.end_col_offset if node.end_col_offset is not None else node.col_offset + 1
        first = node.col_offset
        if self.is_ascii and 0 < first < end <= self.length:  # byte for character
            return Span(self.start + first - 1, self.start + end - 1)
        return Span(self._position(first), self._position(end))

    def _position(self, byte: int) -> int:
        offset = byte - 1 if byte > 0 else 0
        if offset >= self.length:
            offset = self.length - 1
        return self.start + self.characters[offset]

    def _written(self, node: ast.expr) -> str:
        end = node.end_col_offset
        if self.is_ascii and end is not None and 0 < node.col_offset < end <= self.length:
            return self.text[self.start + node.col_offset - 1 : self.start + end - 1]
        span = self._span(node)
        return self.text[span.start : span.end]


def _character_offsets(source: str) -> Sequence[int]:
    """For each byte of the UTF-8 form (and its end), the character that it belongs to."""
    if source.isascii():
        return range(len(source) + 1)
    offsets = [position for position, character in enumerate(source) for _ in character.encode()]
    return [*offsets, len(source)]
