"""A rough width and height of a formula, in em, for outputs that cannot measure themselves.

Marp pages have no script and no TeX to fit them; this decides their type size. It is an
estimate of layout and never touches what is shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Size", "formula_size", "text_width"]

_PIECE = re.compile(r"\\[A-Za-z]+|\\.|\s+|.", re.DOTALL)
_WIDE = {"+": 1.2, "-": 1.2, "=": 1.4, "<": 1.4, ">": 1.4, "/": 0.5, ",": 0.45}
_COMMANDS = {"times": 1.2, "cdot": 0.8, "sum": 1.5, "log": 1.5, "exp": 1.6, "max": 1.8, "min": 1.7}
_SILENT = {"left", "right", "displaystyle", "big", "Big", "key", "hla", "hlb", "hlc"}


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in em of the surrounding type."""

    width: float
    height: float


def text_width(text: str) -> float:
    """The width of words: half an em a letter, one an ideograph or syllable."""
    return sum(0.52 if ord(letter) < 0x1100 else 0.98 for letter in text)


def formula_size(latex: str) -> Size:
    """The estimated size of a displayed formula."""
    return _Reader(_PIECE.findall(latex)).group(closing="")


class _Reader:
    def __init__(self, pieces: list[str]) -> None:
        self._pieces = [piece for piece in pieces if not piece.isspace()]
        self._at = 0

    def group(self, closing: str) -> Size:
        width, height = 0.0, 1.25
        while self._at < len(self._pieces):
            piece = self._pieces[self._at]
            self._at += 1
            if closing and piece == closing:
                break
            size = self._sized(piece)
            width, height = width + size.width, max(height, size.height)
        return Size(width, height)

    def _argument(self) -> Size:
        if self._at >= len(self._pieces):
            return Size(0, 0)
        self._at += 1
        return self._sized(self._pieces[self._at - 1])

    def _sized(self, piece: str) -> Size:
        if piece == "{":
            return self.group("}")
        if piece in ("^", "_"):
            script = self._argument()
            return Size(0.7 * script.width, 1.25 + 0.35 * script.height)
        name = piece.removeprefix("\\")
        if name in ("frac", "dfrac", "tfrac"):
            top, bottom = self._argument(), self._argument()
            return Size(max(top.width, bottom.width) + 0.3, top.height + bottom.height)
        if name == "boxed":
            inside = self._argument()
            return Size(inside.width + 0.8, inside.height + 0.7)
        if name == "sum":
            return Size(_COMMANDS[name], 3.0)
        if piece.startswith("\\"):
            return Size(0 if name in _SILENT else _COMMANDS.get(name, 0.6), 1.25)
        return Size(_WIDE.get(piece, 0.4 if piece in "()[]|" else 0.55), 1.25)
