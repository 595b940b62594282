"""Writes a derivation as JSON text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TypeAlias

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
    Rows,
    Show,
    Slide,
)
from derivation.domain import Domain
from derivation.errors import (
    DerivationError,
    DomainError,
    StructureError,
    UnreadableError,
    UnsupportedError,
)
from derivation.interchange.page import FORMAT, Page
from derivation.notation import given_text, read_given
from derivation.rules import Rule, SympyReason, reason_from_name

__all__ = ["to_json"]

Json: TypeAlias = "dict[str, object]"


def _page(domain: Domain, definitions: Iterable[Definition]) -> Page:
    return Page(domain, tuple((d.head.latex, d.body.latex) for d in definitions))


def to_json(derivation: Derivation) -> str:
    """The derivation as JSON text, from which ``from_json`` reads an equal one.

    Raises StructureError for what would not read back as it is: a reason without a known name
    (a function or rule of one's own), or a line whose term is not what its text says under the
    declarations and definitions of its lemma. Where rewrites stand in the author's file is
    left out.
    """
    document: Json = {
        "format": FORMAT,
        "name": derivation.name,
        "title": _prose(derivation.title),
        "source": derivation.source,
        "domain": _domain(derivation.domain),
        "pages": [_written_page(page, "pages") for page in _pages(derivation.definitions)],
        "lemmas": [_lemma(lemma) for lemma in derivation.lemmas],
        "results": list(derivation.results),
        "slides": [_slide(slide) for slide in derivation.slides],
        "errata": [_erratum(erratum) for erratum in derivation.errata],
        "common_mistakes": derivation.common_mistakes,
        "extras": dict(derivation.extras),
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _pages(definitions: tuple[Definition, ...]) -> list[tuple[Page, tuple[Definition, ...]]]:
    """Definitions that follow each other under the same domain come from one board."""
    groups: list[list[Definition]] = []
    for definition in definitions:
        if not groups or groups[-1][0].head.domain != definition.head.domain:
            groups.append([])
        groups[-1].append(definition)
    return [(_page(group[0].head.domain, group), tuple(group)) for group in groups]


def _written_page(page: tuple[Page, tuple[Definition, ...]], where: str) -> Json:
    under, definitions = page
    return {
        "domain": _domain(under.domain),
        "definitions": _definitions(definitions, under, where),
    }


def _definitions(definitions: tuple[Definition, ...], under: Page, where: str) -> list[Json]:
    return [
        {"head": _line(one.head, under, where), "body": _line(one.body, under, where)}
        for one in definitions
    ]


def _domain(domain: Domain) -> str:
    try:
        text = given_text(domain)
        same = read_given(text) == domain
    except (DomainError, UnsupportedError):
        text = str(domain)
        same = False
    if not same:
        raise StructureError(f"the domain '{text}' has no sentence that says the same")
    return text


def _line(line: Line, under: Page, where: str) -> str:
    try:
        same = line.domain == under.domain and under.line(line.latex).term == line.term
    except UnreadableError:
        same = False
    if not same:
        raise StructureError(
            f"{where}: '{line.latex}' reads differently under the declarations and definitions "
            "that stand there; write it on the board of its lemma"
        )
    return line.latex


def _prose(prose: Prose) -> Json:
    return {"ko": prose.ko, "en": prose.en}


def _said(prose: Prose | None) -> Json | None:
    return None if prose is None else _prose(prose)


def _lemma(lemma: Lemma) -> Json:
    under = _page(lemma.domain, lemma.definitions)
    where = f"lemma '{lemma.name}'"
    return {
        "name": lemma.name,
        "title": _prose(lemma.title),
        "domain": _domain(lemma.domain),
        "definitions": _definitions(lemma.definitions, under, where),
        "start": _line(lemma.start, under, where),
        "rewrites": [
            {
                "line": _line(rewrite.line, under, where),
                "reasons": [_reason(reason, f"{where}, {n}") for reason in rewrite.reasons],
                "say": _said(rewrite.say),
            }
            for n, rewrite in enumerate(lemma.rewrites, start=1)
        ],
    }


def _reason(reason: Reason, where: str) -> str:
    """The name of a reason that ``reason_from_name`` gives back."""
    try:
        found = reason_from_name(reason.name)
    except DerivationError:
        found = None
    if found is None or not _same_reason(found, reason):
        raise StructureError(
            f"{where}: the reason '{reason.name}' is your own, and a text cannot hold it; name a "
            "rule of derivation.rules, a lemma or a SymPy function such as sympy.factor, or keep "
            "this derivation as a Python file"
        )
    return reason.name


def _same_reason(found: Rule | SympyReason, reason: Reason) -> bool:
    """Whether the same function stands behind the same name."""
    match found, reason:
        case Rule(rewrite=one), Rule(rewrite=other):
            return _origin(one) == _origin(other)
        case SympyReason(function=one), SympyReason(function=other):
            return one is other
    return False


def _origin(function: Callable[..., object]) -> tuple[str, str]:
    return function.__module__, getattr(function, "__qualname__", repr(function))


def _slide(slide: Slide) -> Json:
    return {
        "title": _prose(slide.title),
        "introduction": _said(slide.introduction),
        "steps": [
            {
                "shows": [_show(show) for show in step.shows],
                "lights": [light.value for light in step.lights],
            }
            for step in slide.steps
        ],
    }


def _show(show: Show) -> Json:
    match show:
        case Formula(definition=definition, say=say):
            return {"show": "formula", "definition": definition, "say": _said(say)}
        case Question(lemma=lemma):
            return {"show": "question", "lemma": lemma}
        case Box(lemma=lemma):
            return {"show": "box", "lemma": lemma}
        case Note(say=say):
            return {"show": "note", "say": _said(say)}
        case Rows(lemma=lemma, first=first, last=last, note=note, head=head):
            note_and_head = {"note": _said(note), "head": head}
            return {"show": "rows", "lemma": lemma, "first": first, "last": last, **note_and_head}


def _erratum(erratum: Erratum) -> Json:
    where = f"erratum '{erratum.where}'"
    written: Json = {
        "where": erratum.where,
        "kind": erratum.kind,
        "say": _prose(erratum.say),
    }
    for name, sides, definitions in (
        ("as_written", erratum.as_written, erratum.definitions),
        ("corrected", erratum.corrected, erratum.corrected_definitions),
    ):
        written[name] = None if sides is None else _claim(sides, definitions, where)
    return written


def _claim(sides: tuple[Line, Line], definitions: tuple[Definition, ...], where: str) -> Json:
    left, right = sides
    under = _page(left.domain, definitions)
    return {
        "domain": _domain(left.domain),
        "definitions": _definitions(definitions, under, where),
        "left": _line(left, under, where),
        "right": _line(right, under, where),
    }
