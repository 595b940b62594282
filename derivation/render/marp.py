"""What Marp needs besides its template: one page a state, and a type size that fits the page.

MathJax sets the maths. What is not revealed yet stands in ``\\phantom``, so that nothing moves
from page to page. Notes are words of the page, since MathJax spaces Hangul badly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from derivation.render.deck import Chain, ChainSlide, Deck, DeckSlide, Equation, Row
from derivation.render.marks import binary_signs, marks_in
from derivation.render.measure import Size, formula_size, text_width

__all__ = ["FILTERS", "Page", "inline", "pages"]

# The type sizes are pixels on Marp's page of 1280 by 720.
_LARGEST, _SMALLEST = 30, 13
_WIDTH, _HEIGHT = 1150, 560
_NOTE_WIDTH = 16.0  # em of the row, that a note beside it is given at least
_COLOURS = {"key": "chocolate", "hla": "crimson", "hlb": "royalblue", "hlc": "seagreen"}


@dataclass(frozen=True, slots=True)
class Page:
    """One state of one slide, the type size of that slide, and where its notes stand."""

    slide: DeckSlide
    state: int
    size: int
    notes_beside: bool


def pages(deck: Deck) -> Iterator[Page]:
    """All states of all slides, in order."""
    for slide in deck.slides:
        size, beside = _layout(slide) if isinstance(slide, ChainSlide) else (_LARGEST, False)
        for state in range(1, slide.states + 1):
            yield Page(slide, state, size, beside)


# ---------------------------------------------------------------------------- formulas


def inline(latex: str) -> str:
    """Maths between words."""
    return f"${_defined(latex, latex)}$"


def _cell(latex: str, used: str, lit: tuple[str, ...]) -> str:
    """A formula in a cell of a Markdown table, where a bar would end the cell."""
    text = _defined(rf"\displaystyle {latex}", used, lit)
    return f"${text}$".replace("|", r"\vert ")


def _defined(latex: str, used: str, lit: tuple[str, ...] = ()) -> str:
    """``latex`` after the definitions of its marks; colours that are not lit stay black."""
    definitions = "".join(
        rf"\def\{mark}#1{{{{\color{{{_COLOURS[mark]}}}#1}}}}"
        if mark == "key" or mark in lit
        else rf"\def\{mark}#1{{#1}}"
        for mark in marks_in(used)
    )
    return definitions + binary_signs(latex)


def _hidden(latex: str, shown: bool) -> str:
    return latex if shown else rf"\phantom{{{latex}}}"


def left_cell(row: Row, slide: ChainSlide, state: int) -> str:
    """The left side of a row in one state."""
    if not row.left:
        return ""
    return _cell(_hidden(row.left, state >= row.first), row.left, _lit(slide, state))


def right_cell(row: Row, slide: ChainSlide, state: int) -> str:
    """The relation and the right side of a row in one state."""
    if row.is_statement:
        return ""
    if row.right is None:
        return _cell(_hidden("= ?", state >= row.first), "", ())
    latex = _hidden(f"= {row.right}", state >= row.step)
    if row.asked and row.asked <= state < row.step:
        latex = rf"\rlap{{= ?}}{latex}"
    return _cell(latex, row.right, _lit(slide, state))


def _lit(slide: ChainSlide, state: int) -> tuple[str, ...]:
    return tuple(mark for mark, step in slide.lights if step <= state)


def statement(equation: Equation, shown: bool = True) -> str:
    """A reference box or a conclusion, as a display; a hidden one keeps its space."""
    latex = f"{equation.left} = {equation.right}"
    return _defined(_hidden(latex, shown), latex)


def cell(equation: Equation) -> str:
    """An equation for a cell of a Markdown table."""
    latex = f"{equation.left} = {equation.right}"
    return _cell(latex, latex, ())


# ---------------------------------------------------------------------------- type size


def _layout(slide: ChainSlide) -> tuple[int, bool]:
    """The type size, and whether notes stand beside their rows or, to save width, below them."""
    below = _type_size(slide, beside=False)
    beside = 0 if slide.references else _type_size(slide, beside=True)
    return max(below, beside), beside >= below


def _type_size(slide: ChainSlide, *, beside: bool) -> int:
    """The largest type for which the last state is expected to fit the page."""
    sizes = [
        _chain_size(block, beside) if isinstance(block, Chain) else Size(20, 2.2)
        for block in slide.blocks
    ]
    chains = Size(
        max((size.width for size in sizes), default=0.0), sum(size.height for size in sizes)
    )
    boxes = [_reference_size(one.equation) for one in slide.references]
    side = Size(max((box.width for box in boxes), default=0.0), sum(box.height for box in boxes))
    introduction = 1.8 * (1 + text_width(slide.introduction) // 40) if slide.introduction else 0
    width = chains.width + side.width
    height = max(chains.height, side.height) + introduction
    fitting = min(_WIDTH / max(width, 1.0), _HEIGHT / max(height, 1.0))
    return max(_SMALLEST, min(_LARGEST, int(fitting)))


def _reference_size(equation: Equation) -> Size:
    left, right = formula_size(equation.left), formula_size(equation.right)
    tall = max(left.height, right.height)
    return Size(0.8 * (left.width + right.width + 1.4) + 4, 0.8 * (2.4 + tall) + 1.5)


def _chain_size(block: Chain, beside: bool) -> Size:
    left = right = note = height = 0.0
    for row in block.rows:
        size, head = formula_size(row.right or "?"), formula_size(row.left)
        left, right = max(left, head.width), max(right, size.width + 1.4)
        words = 0.74 * text_width(row.note + row.condition)
        lines = -(-words // _NOTE_WIDTH) if beside else -(-words // max(right, 28.0))
        note = max(note, min(words, _NOTE_WIDTH) + 1.5 if words else 0.0)
        tall = max(size.height, head.height)
        height += 0.45 + (max(tall, 1.2 * lines) if beside else tall + 1.6 * lines)
    return Size(left + right + 1.5 + (note if beside else 0.0), height + 0.8)


FILTERS: dict[str, Callable[..., Any]] = {
    "pages": pages,
    "left_cell": left_cell,
    "right_cell": right_cell,
    "statement": statement,
    "cell": cell,
}
