"""The slides that every deck has: title, errata or common mistakes, and what was checked."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING

from derivation.derivation import Erratum
from derivation.kernel.theorem import Verdict
from derivation.render.deck import (
    DeckSlide,
    ErrataSlide,
    Mistake,
    NotationSlide,
    SummarySlide,
    TitleSlide,
    equation_of,
)
from derivation.render.evidence import all_conditions, evidence_text
from derivation.render.korean import diagnosis_in_korean
from derivation.render.words import Language, phrase

if TYPE_CHECKING:
    from derivation.check import Checked, CheckedErratum, Report

__all__ = ["errata_slides", "summary_slide", "title_slide"]

_MISTAKES_A_SLIDE = 2
_LETTERS_A_SLIDE = 1100  # of the list of inconsistencies; Hangul counts double


def title_slide(checked: Checked, language: Language) -> TitleSlide:
    """The title of the derivation and how many rewrites it has."""
    source = checked.derivation.source
    return TitleSlide(
        checked.derivation.title.text(language),
        phrase("subtitle", language, count=len(checked.rewrites)),
        phrase("source", language, source=source) if source else "",
    )


def errata_slides(report: Report, language: Language) -> list[DeckSlide]:
    """The refuted formulas as tables, then the inconsistencies of the source as lists."""
    errata = report.errata
    common = report.derivation.common_mistakes
    written = phrase("commonly written" if common else "as written", language)
    title, remarks = ("common mistakes",) * 2 if common else ("errata", "notation")
    mistakes = [one for each in errata if (one := _mistake(each, language)) is not None]
    entries = [
        (each.erratum.where, each.erratum.say.text(language))
        for each in errata
        if each.erratum.as_written is None
    ]
    slides: list[DeckSlide] = [
        ErrataSlide(phrase(title, language), written, page)
        for page in _batches(mistakes, _MISTAKES_A_SLIDE)
    ]
    slides += [NotationSlide(phrase(remarks, language), page) for page in _pages(entries)]
    return slides


def _batches(items: Iterable[Mistake], size: int) -> list[tuple[Mistake, ...]]:
    rest = iter(items)
    return list(iter(lambda: tuple(islice(rest, size)), ()))


def _pages(entries: Iterable[tuple[str, str]]) -> list[tuple[tuple[str, str], ...]]:
    """The entries cut so that each slide has room for its text."""
    pages: list[list[tuple[str, str]]] = []
    room = 0
    for where, text in entries:
        letters = 60 + sum(1 if letter.isascii() else 2 for letter in where + text)
        if letters > room:
            pages.append([])
            room = _LETTERS_A_SLIDE
        pages[-1].append((where, text))
        room -= letters
    return [tuple(page) for page in pages]


def _mistake(checked: CheckedErratum, language: Language) -> Mistake | None:
    erratum: Erratum = checked.erratum
    if erratum.as_written is None or checked.as_written is None:
        return None
    evidence = evidence_text(checked.as_written, language)
    diagnosis = checked.diagnosis if language == "en" else diagnosis_in_korean(checked.diagnosis)
    corrected = checked.corrected
    return Mistake(
        where=erratum.where,
        as_written=equation_of(*erratum.as_written),
        verdict=phrase(checked.as_written.verdict.value, language),
        evidence="; ".join(part for part in (evidence, diagnosis) if part),
        corrected=equation_of(*erratum.corrected) if erratum.corrected else None,
        correction_verdict=phrase(corrected.verdict.value, language) if corrected else "",
        explanation=erratum.say.text(language),
    )


def summary_slide(checked: Checked, language: Language) -> SummarySlide:
    """How many rewrites are proved, under what, and what follows."""
    report, derivation = checked.report, checked.derivation
    rewrites = checked.rewrites
    holding = sum(rewrite.holds for rewrite in rewrites)
    key = "all proved" if holding == len(rewrites) else "proved"
    statements = [phrase(key, language, count=holding, total=len(rewrites))]
    if report.conditions:
        conditions = all_conditions(report.conditions, language)
        statements.append(phrase("conditions", language, conditions=conditions))
    else:
        statements.append(phrase("no conditions", language))
    refuted = sum(
        each.as_written is not None and each.as_written.verdict is Verdict.REFUTED
        for each in report.errata
    )
    if refuted:
        key = "common refuted" if derivation.common_mistakes else "refuted"
        statements.append(phrase(key, language, count=refuted))
    named = {str(condition) for condition in report.conditions}
    assumed = tuple(one for one in report.assumed if one not in named)
    if not report.assumed:
        statements.append(phrase("nothing assumed", language))
    lemmas = [derivation.lemma(name) for name in derivation.results]
    return SummarySlide(
        phrase("summary", language),
        tuple(statements),
        assumed,
        tuple(
            (lemma.title.text(language), equation_of(lemma.start, lemma.last)) for lemma in lemmas
        ),
    )
