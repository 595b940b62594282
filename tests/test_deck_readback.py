"""A deck is read back: it shows lines of the checked derivation, all of them, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

import pytest
from render_sample import checked_of_library, fill_sample, sample

from derivation import load
from derivation.derivation import Derivation, Formula, Line, Rows, Slide
from derivation.errors import DerivationError, UnreadableError
from derivation.notation import read
from derivation.render import formulas_of_beamer, formulas_of_html, formulas_of_marp, render
from derivation.term import Call, Term

READERS: dict[str, Callable[[str], list[str]]] = {
    "html": formulas_of_html,
    "marp": formulas_of_marp,
    "beamer": formulas_of_beamer,
}


class Context:
    """The lines that share their declared names, and a reader for those names."""

    def __init__(self, lines: Iterable[Line], heads: Iterable[Line]) -> None:
        lines = [*lines]
        self.terms = {line.term for line in lines}
        heads = [*heads]
        domain = lines[0].domain
        calls = {head.term.name for head in heads if isinstance(head.term, Call)}
        self._functions = frozenset(domain.functions | calls)
        self._symbols = frozenset(one.name for one in domain) - self._functions

    def read(self, latex: str) -> Term | None:
        try:
            return read(latex, functions=self._functions, symbols=self._symbols, syntax="latex")
        except UnreadableError:
            return None


def contexts(derivation: Derivation) -> list[Context]:
    """Each lemma with its definitions, the derivation's definitions, and each erratum."""
    found = [Context([*one.lines, *defined(one)], heads(one)) for one in derivation.lemmas]
    if derivation.definitions:
        found.append(Context(defined(derivation), heads(derivation)))
    for one in derivation.errata:
        pairs = [pair for pair in (one.as_written, one.corrected) if pair]
        if pairs:
            found.append(Context([line for pair in pairs for line in pair], heads(one)))
    return found


def defined(owner: object) -> list[Line]:
    """Heads and bodies of the definitions of a derivation or lemma."""
    definitions = owner.definitions  # type: ignore[attr-defined]
    return [line for one in definitions for line in (one.head, one.body)]


def heads(owner: object) -> list[Line]:
    """The heads alone."""
    return [one.head for one in owner.definitions]  # type: ignore[attr-defined]


def strangers(formulas: list[str], derivation: Derivation) -> list[str]:
    """The formulas that are no line of the derivation."""
    known = contexts(derivation)
    return [
        latex
        for latex in dict.fromkeys(formulas)
        if not any(context.read(latex) in context.terms for context in known)
    ]


def expected(derivation: Derivation) -> list[Line]:
    """The lines that the author's slides show; without slides, all of them."""
    lemmas = {one.name: one.lines for one in derivation.lemmas}
    if not derivation.slides:
        return [*defined(derivation), *(line for lines in lemmas.values() for line in lines)]
    return [line for slide in derivation.slides for line in _shown(slide, derivation)]


def _shown(slide: Slide, derivation: Derivation) -> Iterable[Line]:
    for step in slide.steps:
        for show in step.shows:
            if isinstance(show, Rows):
                lines = derivation.lemma(show.lemma).lines
                yield from lines[max(1, show.first) : show.last + 1]
            elif isinstance(show, Formula):
                owners = (derivation, *derivation.lemmas)
                yield next(
                    one.body
                    for owner in owners
                    for one in owner.definitions
                    if show.definition in (one.head.latex, one.name)
                )


def missing(formulas: list[str], derivation: Derivation) -> list[str]:
    """The lines that should be shown and are not."""
    known = contexts(derivation)
    seen = {context.read(latex) for context in known for latex in dict.fromkeys(formulas)}
    return [line.latex for line in expected(derivation) if line.term not in seen]


@cache
def deck(name: str, target: str, language: str) -> str:
    """The text of a deck: of the sample, or of a derivation of the library."""
    if name == "sample":
        return fill_sample(target, language)  # type: ignore[arg-type]
    return render(checked_of_library(name), target, language)


def of(name: str) -> Derivation:
    """The derivation of that deck."""
    return sample() if name == "sample" else load(name)


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("target", READERS)
@pytest.mark.parametrize("name", ["sample", "bce"])
def test_a_deck_shows_the_lines_of_its_derivation_and_nothing_else(
    name: str, target: str, language: str
) -> None:
    formulas = READERS[target](deck(name, target, language))
    assert len(formulas) > 40
    assert strangers(formulas, of(name)) == []
    assert missing(formulas, of(name)) == []


@pytest.mark.parametrize("target", READERS)
def test_a_formula_that_was_tampered_with_is_found(target: str) -> None:
    text = deck("sample", target, "en").replace(r"\frac{-h'(x)}{h(x)^2}", r"\frac{h'(x)}{h(x)^2}")
    text = text.replace("\\frac{-h&#x27;(x)}{h(x)^2}", "\\frac{h'(x)}{h(x)^2}")
    assert strangers(READERS[target](text), sample()) == [r"\frac{h'(x)}{h(x)^2}"]


def test_a_line_that_was_left_out_is_found() -> None:
    formulas = formulas_of_html(deck("sample", "html", "en"))
    last = sample().lemma("loss slope").last.latex
    assert missing([one for one in formulas if one != last], sample()) == [last]


def test_the_targets_agree_on_the_order() -> None:
    assert formulas_of_html(deck("bce", "html", "ko")) == formulas_of_beamer(
        deck("bce", "beamer", "ko")
    )


def test_maths_in_sentences_is_no_formula_of_the_deck() -> None:
    html = '<p><math><semantics><annotation encoding="application/x-tex">q</annotation></math></p>'
    assert formulas_of_html(html) == []
    assert formulas_of_marp("## about $q$\n\n- words $q$\n") == []
    assert formulas_of_beamer("\\begin{document} about $q$ \\end{document}") == []


def test_hidden_rows_of_a_marp_page_are_not_read() -> None:
    page = "| $\\displaystyle a$ | $\\displaystyle \\phantom{= b}$ | |\n"
    assert formulas_of_marp(page) == ["a"]


@pytest.mark.parametrize("text", ["", "\\begin{document}\\deckrow{1}{1}{a"])
def test_what_is_no_beamer_deck_is_an_error(text: str) -> None:
    with pytest.raises(DerivationError):
        formulas_of_beamer(text)
