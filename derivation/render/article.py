"""The whole derivation as notes to read: every lemma, its chain, and the reason of each line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from derivation.render.deck import Equation, equation_of, one_line
from derivation.render.evidence import conditions_text
from derivation.render.words import Language, phrase

if TYPE_CHECKING:
    from derivation.check import Checked, CheckedLemma

__all__ = ["Article", "ArticleLine", "ArticleSection", "article_of"]


@dataclass(frozen=True, slots=True)
class ArticleLine:
    """``= right``, the rule that gives it, what is said of it, and its condition."""

    right: str
    rule: str
    note: str
    condition: str


@dataclass(frozen=True, slots=True)
class ArticleSection:
    """One lemma. ``definitions`` are those that the lemma adds to the derivation's own."""

    title: str
    domain: str
    definitions: tuple[Equation, ...]
    start: str
    lines: tuple[ArticleLine, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """What the article shows besides the errata and the summary of the deck."""

    domain: str
    definitions: tuple[Equation, ...]
    sections: tuple[ArticleSection, ...]


def article_of(checked: Checked, language: Language) -> Article:
    """The article of a checked derivation in one language."""
    derivation = checked.derivation
    return Article(
        str(derivation.domain),
        tuple(equation_of(one.head, one.body) for one in derivation.definitions),
        tuple(_section(checked, lemma, language) for lemma in checked.report.lemmas),
    )


def _section(checked: Checked, checked_lemma: CheckedLemma, language: Language) -> ArticleSection:
    lemma = checked_lemma.lemma
    return ArticleSection(
        title=lemma.title.text(language),
        domain=str(lemma.domain),
        definitions=tuple(
            equation_of(one.head, one.body)
            for one in lemma.definitions
            if one not in checked.derivation.definitions
        ),
        start=one_line(lemma.start),
        lines=tuple(
            ArticleLine(
                right=one_line(rewrite.after),
                rule=phrase("because", language, rule=rewrite.rule.replace("_", " ")),
                note=rewrite.say.text(language).strip() if rewrite.say else "",
                condition=conditions_text(rewrite.judgement, language),
            )
            for rewrite in checked_lemma.rewrites
        ),
    )
