"""From a checked derivation to a ``Deck``.

Every formula is taken from the derivation: heads and bodies of definitions, lines of lemmas,
and the two sides of errata. Nothing here makes maths of its own, save the conditions that the
kernel found, which are printed from its terms.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from derivation.derivation import (
    Box,
    Definition,
    Derivation,
    Formula,
    Lemma,
    Note,
    Prose,
    Question,
    Rows,
    Slide,
    Step,
)
from derivation.errors import StructureError
from derivation.render.closing import errata_slides, summary_slide, title_slide
from derivation.render.deck import (
    Chain,
    ChainSlide,
    Deck,
    DeckSlide,
    Reference,
    Remark,
    Row,
    equation_of,
    one_line,
)
from derivation.render.evidence import conditions_text
from derivation.render.words import Language, phrase

if TYPE_CHECKING:
    from derivation.check import Checked, CheckedRewrite

__all__ = ["deck_of"]

_ROWS_A_SLIDE = 5  # of slides that the author did not lay out


def deck_of(checked: Checked, language: Language) -> Deck:
    """The deck of a checked derivation in one language.

    A derivation without slides gets one slide for its definitions and slides for each lemma.
    Raises StructureError when a slide shows a definition, lemma or line that does not exist.
    """
    derivation = checked.derivation
    composer = _Composer(checked, language)
    slides: list[DeckSlide] = [title_slide(checked, language)]
    slides += [composer.slide(slide) for slide in _slides(derivation, language)]
    slides += errata_slides(checked.report, language)
    slides.append(summary_slide(checked, language))
    return Deck(derivation.title.text(language), language, tuple(slides))


# ---------------------------------------------------------------------------- slides


def _slides(derivation: Derivation, language: Language) -> tuple[Slide, ...]:
    """The author's slides; where there are none, one per lemma and a few rows each."""
    if derivation.slides:
        return derivation.slides
    slides: list[Slide] = []
    if derivation.definitions:
        shows = tuple(Formula(definition.head.latex) for definition in derivation.definitions)
        title = phrase("definitions", language)
        slides.append(Slide(Prose(title, title), (Step(shows),)))
    for lemma in derivation.lemmas:
        for first in range(1, len(lemma.lines), _ROWS_A_SLIDE):
            last = min(first + _ROWS_A_SLIDE, len(lemma.lines)) - 1
            title = lemma.title.text(language)
            if first > 1:
                title = phrase("continued", language, title=title)
            steps = tuple(
                Step((Rows(lemma.name, at, at, head=at == first),)) for at in range(first, last + 1)
            )
            slides.append(Slide(Prose(title, title), steps))
    return tuple(slides)


class _Composer:
    """Builds the slides in order; remembers which lines were shown, to explain each once."""

    def __init__(self, checked: Checked, language: Language) -> None:
        self._derivation: Derivation = checked.derivation
        self._language = language
        self._checked: dict[tuple[str, int], CheckedRewrite] = {
            (rewrite.lemma, rewrite.index): rewrite
            for lemma in checked.report.lemmas
            for rewrite in lemma.rewrites
        }
        self._explained: set[tuple[str, int]] = set()

    def slide(self, slide: Slide) -> ChainSlide:
        blocks: list[Chain | Remark] = []
        references: list[Reference] = []
        lights: dict[str, int] = {}
        asked: str | None = None  # the lemma of a question that the next rows may answer
        above: str | None = None  # the lemma whose left side the next row would continue
        for state, step in enumerate(slide.steps, 1):
            for kind in step.lights:
                lights.setdefault(kind.value, state)
            for show in step.shows:
                match show:
                    case Box(lemma=name):
                        references.append(self._reference(name, state))
                        continue
                    case Note(say=say):
                        blocks.append(Remark(state, self._say(say)))
                    case Formula():
                        _append_rows(blocks, [self._formula(show, state)])
                    case Question(lemma=name):
                        start = one_line(self._derivation.lemma(name).start)
                        _append_rows(blocks, [Row(state, start, None)])
                    case Rows():
                        rows = self._rows(show, state, above)
                        if rows[0].left and show.lemma == asked:
                            rows[0] = replace(rows[0], asked=_take_question(blocks))
                        _append_rows(blocks, rows)
                asked = show.lemma if isinstance(show, Question) else None
                if not isinstance(show, Note):
                    above = None if isinstance(show, Formula) else show.lemma
        introduction = slide.introduction
        return ChainSlide(
            title=self._say(slide.title),
            introduction="" if introduction is None else self._say(introduction),
            states=max(1, len(slide.steps)),
            blocks=tuple(blocks),
            references=tuple(references),
            lights=tuple(lights.items()),
        )

    def _say(self, prose: Prose | None) -> str:
        return "" if prose is None else prose.text(self._language).strip()

    def _formula(self, show: Formula, state: int) -> Row:
        definition = _definition(self._derivation, show.definition)
        return Row(state, one_line(definition.head), one_line(definition.body), self._say(show.say))

    def _reference(self, name: str, state: int) -> Reference:
        lemma = self._derivation.lemma(name)
        return Reference(
            state, lemma.title.text(self._language), equation_of(lemma.start, lemma.last)
        )

    def _rows(self, show: Rows, state: int, above: str | None) -> list[Row]:
        """Line 0 alone is the bare start; before other lines it is their left side.

        The left side is left out only below a row of the same lemma: below any other row a
        bare ``= line`` would state an equation that nobody checked.
        """
        lemma = self._derivation.lemma(show.lemma)
        if not 0 <= show.first <= show.last < len(lemma.lines):
            raise StructureError(
                f"a slide shows lines {show.first} to {show.last} of '{lemma.name}', "
                f"which has lines 0 to {len(lemma.lines) - 1}"
            )
        start = one_line(lemma.start)
        if show.last == 0:
            return [Row(state, start, "", self._say(show.note))]
        first = max(1, show.first)
        needs_head = show.head or show.lemma != above
        return [
            Row(
                step=state,
                left=start if at == first and needs_head else "",
                right=one_line(lemma.lines[at]),
                note=self._note(lemma, at, show.note if at == show.last else None),
                condition=self._condition(lemma, at),
            )
            for at in range(first, show.last + 1)
        ]

    def _note(self, lemma: Lemma, at: int, override: Prose | None) -> str:
        """What is said of a line; a line shown again is a reminder and not explained again."""
        seen = (lemma.name, at) in self._explained
        self._explained.add((lemma.name, at))
        if override is not None:
            return self._say(override)
        return "" if seen else self._say(lemma.rewrites[at - 1].say)

    def _condition(self, lemma: Lemma, at: int) -> str:
        rewrite = self._checked.get((lemma.name, at))
        return "" if rewrite is None else conditions_text(rewrite.judgement, self._language)


def _append_rows(blocks: list[Chain | Remark], rows: Sequence[Row]) -> None:
    """Rows continue the chain above them; a remark ends it."""
    if blocks and isinstance(blocks[-1], Chain):
        blocks[-1] = Chain((*blocks[-1].rows, *rows))
    else:
        blocks.append(Chain(tuple(rows)))


def _take_question(blocks: list[Chain | Remark]) -> int:
    """Remove the question that ends the slide so far; the state in which it was asked."""
    chain = blocks.pop()
    if not isinstance(chain, Chain):
        raise StructureError("a question was expected at the end of the slide")
    if len(chain.rows) > 1:
        blocks.append(Chain(chain.rows[:-1]))
    return chain.rows[-1].step


def _definition(derivation: Derivation, name: str) -> Definition:
    """The definition called ``name``, of the derivation or of one of its lemmas.

    A head, such as ``z^{(i)}``, picks one of several definitions of the same name.
    """
    scopes: list[Iterable[Definition]] = [derivation.definitions]
    scopes += [lemma.definitions for lemma in derivation.lemmas]
    known = [definition for scope in scopes for definition in scope]
    for definition in known:
        if definition.head.latex == name:
            return definition
    for definition in known:
        if definition.name == name:
            return definition
    names = ", ".join(dict.fromkeys(definition.name for definition in known)) or "none"
    raise StructureError(f"a slide shows the definition '{name}'; there are: {names}")
