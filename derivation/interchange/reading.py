"""Reads the JSON text that ``to_json`` writes; says where it is wrong."""

from __future__ import annotations

from collections.abc import Callable

from derivation.derivation import (
    Box,
    Definition,
    Derivation,
    Erratum,
    Formula,
    Lemma,
    Line,
    Note,
    Prose,
    Question,
    Reason,
    Rewrite,
    Rows,
    Show,
    Slide,
    Step,
)
from derivation.domain import Domain
from derivation.errors import DomainError, StructureError, UnreadableError
from derivation.interchange.node import Node, document
from derivation.interchange.page import FORMAT, Page
from derivation.notation import read_given
from derivation.rules import reason_from_name
from derivation.term import MarkKind

__all__ = ["from_json"]


def from_json(text: str) -> Derivation:
    """The derivation that ``to_json`` wrote; of the maths nothing is checked, as ``verify`` does.

    A rewrite that ``verify`` rejects is named by its place in the text: ``lemmas[3].rewrites[2]``.
    Raises StructureError, saying where and what, for text that is not JSON or not of this form.
    """
    return _derivation(document(text))


def _derivation(node: Node) -> Derivation:
    if isinstance(node.value, dict) and node.value.get("format") != FORMAT:
        node.wrong(f"'format' must be '{FORMAT}', as `to_json` writes it")
    if isinstance(node.value, dict):  # a text from before there was that key
        node = Node({"common_mistakes": False, **node.value}, node.where)
    _, name, title, source, domain, pages, lemmas, results, slides, errata, common, extras = (
        node.object(
            "format", "name", "title", "source", "domain", "pages", "lemmas", "results", "slides",
            "errata", "common_mistakes", "extras",
        )
    )  # fmt: skip
    return Derivation(
        name=name.text(),
        title=_prose(title),
        domain=_domain(domain),
        definitions=tuple(one for page in pages.items() for one in _defined_on(page)),
        lemmas=lemmas.each(_lemma),
        results=results.each(Node.text),
        slides=slides.each(_slide),
        errata=errata.each(_erratum),
        source=source.text(),
        common_mistakes=common.truth(),
        extras=_extras(extras),
    )


def _extras(node: Node) -> dict[str, str]:
    if not isinstance(node.value, dict):
        node.wrong("an object of texts was expected")
    return {key: Node(value, f"{node.where}.{key}").text() for key, value in node.value.items()}


def _prose(node: Node) -> Prose:
    ko, en = node.object("ko", "en")
    return Prose(ko.text(), en.text())


def _domain(node: Node) -> Domain:
    try:
        return read_given(node.text())
    except DomainError as error:
        node.wrong(str(error))


def _page(domain: Node, definitions: Node) -> tuple[Page, tuple[Definition, ...]]:
    """What lines are read under, and its definitions as read."""
    pairs = definitions.each(lambda one: one.object("head", "body"))
    try:
        texts = tuple((head.text(), body.text()) for head, body in pairs)
        page = Page(_domain(domain), texts)
        page.functions  # noqa: B018 (the heads are read here, or not at all)
    except UnreadableError as error:
        definitions.wrong(str(error))
    return page, tuple(Definition(_line(head, page), _line(body, page)) for head, body in pairs)


def _defined_on(node: Node) -> tuple[Definition, ...]:
    _, definitions = _page(*node.object("domain", "definitions"))
    return definitions


def _line(node: Node, page: Page) -> Line:
    try:
        return page.line(node.text())
    except UnreadableError as error:
        node.wrong(str(error))


def _lemma(node: Node) -> Lemma:
    name, title, domain, definitions, start, rewrites = node.object(
        "name", "title", "domain", "definitions", "start", "rewrites"
    )
    page, defined = _page(domain, definitions)
    read_rewrites = rewrites.each(lambda one: _rewrite(one, page))
    if not read_rewrites:
        rewrites.wrong("a lemma has at least one rewrite")
    return Lemma(
        name.text(), _prose(title), page.domain, _line(start, page), read_rewrites, defined
    )


def _rewrite(node: Node, page: Page) -> Rewrite:
    line, reasons, said = node.object("line", "reasons", "say")
    named = reasons.each(_reason)
    if not named:
        reasons.wrong("name the rule that gives the line")
    return Rewrite(_line(line, page), named, said.or_none(_prose), node.where)


def _reason(node: Node) -> Reason:
    try:
        return reason_from_name(node.text())
    except (StructureError, UnreadableError) as error:
        node.wrong(str(error))


def _slide(node: Node) -> Slide:
    title, introduction, steps = node.object("title", "introduction", "steps")
    return Slide(_prose(title), steps.each(_step), introduction.or_none(_prose))


def _step(node: Node) -> Step:
    shows, lights = node.object("shows", "lights")
    return Step(shows.each(_show), lights.each(_light))


def _light(node: Node) -> MarkKind:
    kinds = {kind.value: kind for kind in MarkKind}
    if node.text() not in kinds:
        node.wrong(f"'{node.value}' is no mark; there are {', '.join(kinds)}")
    return kinds[node.text()]


def _show(node: Node) -> Show:
    kind = node.value.get("show") if isinstance(node.value, dict) else None
    if not isinstance(kind, str) or kind not in _SHOWS:
        node.wrong(f"'show' must be one of {', '.join(_SHOWS)}")
    return _SHOWS[kind](node)


def _formula(node: Node) -> Formula:
    _, definition, said = node.object("show", "definition", "say")
    return Formula(definition.text(), said.or_none(_prose))


def _question(node: Node) -> Question:
    _, lemma = node.object("show", "lemma")
    return Question(lemma.text())


def _box(node: Node) -> Box:
    _, lemma = node.object("show", "lemma")
    return Box(lemma.text())


def _note(node: Node) -> Note:
    _, said = node.object("show", "say")
    return Note(_prose(said))


def _rows(node: Node) -> Rows:
    _, lemma, first, last, note, head = node.object(
        "show", "lemma", "first", "last", "note", "head"
    )
    said = note.or_none(_prose)
    return Rows(lemma.text(), first.count(), last.count(), said, head.truth())


_SHOWS: dict[str, Callable[[Node], Show]] = {
    "formula": _formula,
    "question": _question,
    "box": _box,
    "note": _note,
    "rows": _rows,
}


def _erratum(node: Node) -> Erratum:
    where, kind, said, as_written, corrected = node.object(
        "where", "kind", "say", "as_written", "corrected"
    )
    wrong, wrong_definitions = as_written.or_none(_claim) or (None, ())
    right, right_definitions = corrected.or_none(_claim) or (None, ())
    return Erratum(
        where.text(),
        kind.text(),
        _prose(said),
        wrong,
        right,
        wrong_definitions,
        right_definitions,
    )


def _claim(node: Node) -> tuple[tuple[Line, Line], tuple[Definition, ...]]:
    domain, definitions, left, right = node.object("domain", "definitions", "left", "right")
    page, defined = _page(domain, definitions)
    return (_line(left, page), _line(right, page)), defined
