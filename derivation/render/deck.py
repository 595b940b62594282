"""What a deck shows, whatever it is written in: titles, rows, boxes, and when each appears.

``deck_of`` turns a checked derivation into a ``Deck``. All maths in it are lines of the
derivation, exactly as the author wrote them; all text is prose in one language, with maths
between dollars, not yet escaped. States of a slide are counted from 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from derivation.derivation import Line

__all__ = [
    "Chain", "ChainSlide", "Deck", "DeckSlide", "Equation", "ErrataSlide", "Mistake",
    "NotationSlide", "Reference", "Remark", "Row", "SummarySlide", "TitleSlide", "equation_of",
    "one_line",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Equation:
    """``left = right``, both in LaTeX."""

    left: str
    right: str


def equation_of(left: Line, right: Line) -> Equation:
    """Two lines as an equation."""
    return Equation(one_line(left), one_line(right))


def one_line(line: Line) -> str:
    """The text as written, on one line: an empty line would end a display."""
    return " ".join(line.latex.split())


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a chain: ``left = right``, and the note beside it.

    ``left`` is empty where the left side of the row above continues. ``right`` is None for a
    question that its slide does not answer. A row that answers a question shows ``left = ?``
    from state ``asked`` on and the answer from state ``step`` on; otherwise both are equal.
    """

    step: int
    left: str
    right: str | None
    note: str = ""
    condition: str = ""
    asked: int = 0

    @property
    def first(self) -> int:
        """The state in which the row appears."""
        return self.asked or self.step

    @property
    def is_statement(self) -> bool:
        """Whether it shows a lone start line, without an equals sign."""
        return self.right == ""


@dataclass(frozen=True, slots=True)
class Chain:
    """Rows that share one alignment."""

    rows: tuple[Row, ...]
    is_chain: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence between the rows."""

    step: int
    text: str
    is_chain: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference box: the statement of a lemma."""

    step: int
    title: str
    equation: Equation


@dataclass(frozen=True, slots=True)
class TitleSlide:
    """The first slide."""

    title: str
    subtitle: str
    source: str
    states: int = 1
    kind: ClassVar[str] = "title"


@dataclass(frozen=True, slots=True)
class ChainSlide:
    """A slide of the derivation.

    ``lights`` pairs the name of a colour mark (``hla``) with the state from which it is lit.
    """

    title: str
    introduction: str
    states: int
    blocks: tuple[Chain | Remark, ...]
    references: tuple[Reference, ...]
    lights: tuple[tuple[str, int], ...]
    kind: ClassVar[str] = "chain"

    def light(self, mark: str) -> int:
        """The state from which a colour mark is lit; 0 if it never is."""
        return next((state for name, state in self.lights if name == mark), 0)


@dataclass(frozen=True, slots=True)
class Mistake:
    """A formula of the source that does not hold, with its evidence, and its correction."""

    where: str
    as_written: Equation
    verdict: str
    evidence: str
    corrected: Equation | None
    correction_verdict: str
    explanation: str


@dataclass(frozen=True, slots=True)
class ErrataSlide:
    """Some of the mistakes, as a table; ``written`` heads the column of what was written."""

    title: str
    written: str
    mistakes: tuple[Mistake, ...]
    states: int = 1
    kind: ClassVar[str] = "errata"


@dataclass(frozen=True, slots=True)
class NotationSlide:
    """Some of the inconsistencies: (where, explanation)."""

    title: str
    entries: tuple[tuple[str, str], ...]
    states: int = 1
    kind: ClassVar[str] = "notation"


@dataclass(frozen=True, slots=True)
class SummarySlide:
    """What was checked, what is assumed, and the conclusion."""

    title: str
    statements: tuple[str, ...]
    assumed: tuple[str, ...]
    conclusions: tuple[tuple[str, Equation], ...]
    states: int = 1
    kind: ClassVar[str] = "summary"


DeckSlide = TitleSlide | ChainSlide | ErrataSlide | NotationSlide | SummarySlide


@dataclass(frozen=True, slots=True)
class Deck:
    """A whole deck in one language."""

    title: str
    language: str
    slides: tuple[DeckSlide, ...]

    @property
    def states(self) -> int:
        """How many states, and so pages of a paged output, all slides have together."""
        return sum(slide.states for slide in self.slides)
