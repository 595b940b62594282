"""Reading a rendered deck back: the formulas that it displays, in order, as LaTeX.

Each side of an equation is one entry. Maths inside sentences and the question mark of a
question are left out, and so is what a Marp page still hides. Reading the entries with
``derivation.notation.read`` gives the lines of the derivation again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from derivation.errors import DerivationError

__all__ = ["formulas_of_beamer", "formulas_of_html", "formulas_of_marp"]


def formulas_of_html(text: str) -> list[str]:
    """The displayed formulas of an HTML deck, from the TeX annotations of its MathML."""
    reader = _MathReader()
    reader.feed(text)
    reader.close()
    return [formula for formula in reader.formulas if formula not in ("=", "?")]


class _MathReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.formulas: list[str] = []
        self._display = False
        self._annotation: list[str] | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "math":
            self._display = ("display", "block") in attributes
        elif tag == "annotation" and self._display:
            self._annotation = []

    def handle_endtag(self, tag: str) -> None:
        if tag == "annotation" and self._annotation is not None:
            self.formulas.append("".join(self._annotation).strip())
            self._annotation = None

    def handle_data(self, data: str) -> None:
        if self._annotation is not None:
            self._annotation.append(data)


_BEAMER_COMMANDS = {  # name: (number of arguments, those that are formulas)
    "deckrow": (6, (2, 3)),
    "deckreference": (4, (2, 3)),
    "deckdisplay": (2, (0, 1)),
}
_BEAMER_COMMAND = re.compile(r"\\(deck(?:row|reference|display))(?=\{)")


def formulas_of_beamer(text: str) -> list[str]:
    """The displayed formulas of a Beamer deck.

    Raises DerivationError when the text has no document, or a brace without a partner.
    """
    _, begin, body = text.partition(r"\begin{document}")
    if not begin:
        raise DerivationError(r"not a LaTeX deck: there is no \begin{document}")
    found: list[str] = []
    for match in _BEAMER_COMMAND.finditer(body):
        count, wanted = _BEAMER_COMMANDS[match[1]]
        arguments: list[str] = []
        at = match.end()
        for _ in range(count):
            argument, at = _braced(body, at)
            arguments.append(argument.strip())
        found += [arguments[one] for one in wanted if arguments[one] not in ("", "?")]
    return found


def formulas_of_marp(text: str) -> list[str]:
    """The displayed formulas of a Marp deck, page by page, without what is still hidden."""
    found: list[str] = []
    for display, cell in _MARP_FORMULA.findall(text):
        formula = _without_definitions(display or cell.removeprefix("$").removesuffix("$"))
        formula = formula.removeprefix(r"\displaystyle ").replace(r"\vert ", "|")
        if formula.startswith((r"\phantom{", r"\rlap{")):
            continue
        formula = formula.replace("{{}", "{")
        found += [side for side in _sides(formula) if side not in ("", "?")]
    return found


# A display, or a cell of a table that is nothing but maths set as a display.
_MARP_FORMULA = re.compile(
    r"(?ms)^\$\$\n(.*?)\n\$\$$|(?<=\| )(\$(?:\\def[^$]*)?\\displaystyle [^$]*\$)(?= \|)"
)


def _without_definitions(formula: str) -> str:
    while match := re.match(r"\\def\\[a-z]+#1", formula):
        _, end = _braced(formula, match.end())
        formula = formula[end:]
    return formula


def _sides(formula: str) -> Iterator[str]:
    """The formula cut at the equals signs outside of braces."""
    depth = start = 0
    for at, letter in enumerate(formula):
        depth += {"{": 1, "}": -1}.get(letter, 0)
        if letter == "=" and depth == 0:
            yield formula[start:at].strip()
            start = at + 1
    yield formula[start:].strip()


def _braced(text: str, at: int) -> tuple[str, int]:
    """The text between the brace at ``at`` and its partner, and the place after it.

    A line end that is commented out may stand before it, as between the arguments of a macro.
    """
    gap = re.compile(r"(?:%[^\n]*\n\s*)?").match(text, at)
    at = gap.end() if gap else at
    if not text.startswith("{", at):
        raise DerivationError(f"a brace was expected before {text[at : at + 20]!r}")
    depth, start = 0, at
    while at < len(text):
        if text[at] == "\\":
            at += 2
            continue
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        at += 1
        if depth == 0:
            return text[start + 1 : at - 1], at
    raise DerivationError(f"a brace has no partner: {text[start : start + 40]!r}")
