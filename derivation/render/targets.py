"""The kinds of output: one row of data and one template each."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from derivation.errors import DerivationError
from derivation.places import templates
from derivation.render import escape, marp
from derivation.render.mathml import mathml
from derivation.render.words import phrase

if TYPE_CHECKING:
    from jinja2 import Environment

    from derivation.render.deck import Deck

__all__ = ["TARGETS", "Target", "fill", "known_target"]


@dataclass(frozen=True, slots=True)
class Target:
    """One kind of output.

    ``escape`` makes words safe for it; ``maths`` writes LaTeX between words;
    ``tex`` says that its template uses the delimiters ``((* *))`` and ``((( )))``.
    """

    name: str
    template: str
    suffix: str
    escape: Callable[[str], str]
    maths: Callable[[str], str]
    tex: bool


def _inline(latex: str) -> str:
    return f"${latex}$"


def _inline_mathml(latex: str) -> str:
    return mathml(latex, display=False)


TARGETS: tuple[Target, ...] = (
    Target("html", "deck.html.j2", ".html", escape.for_html, _inline_mathml, False),
    Target("marp", "deck.marp.md.j2", ".marp.md", escape.for_markdown, marp.inline, True),
    Target("beamer", "deck.beamer.tex.j2", ".beamer.tex", escape.for_tex, _inline, True),
    Target("article", "article.tex.j2", ".article.tex", escape.for_tex, _inline, True),
)


def known_target(name: str) -> Target:
    """The target of that name; raises DerivationError naming the known ones."""
    for target in TARGETS:
        if target.name == name:
            return target
    names = ", ".join(target.name for target in TARGETS)
    raise DerivationError(f"cannot render to {name!r}; known targets are {names}")


def fill(target: Target, deck: Deck, **extra: object) -> str:
    """The deck through the template of the target.

    A name that the template uses and the deck does not have is an error, never a blank.
    """
    environment = _environment(target)

    def say(key: str, **values: object) -> str:
        return target.escape(phrase(key, deck.language, **values))

    text = environment.get_template(target.template).render(deck=deck, say=say, **extra)
    return re.sub(r"\n{3,}", "\n\n", text).rstrip() + "\n"


def _environment(target: Target) -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(templates()),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - each target has its own escape, applied by filters
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    if target.tex:
        environment = environment.overlay(
            block_start_string="((*",
            block_end_string="*))",
            variable_start_string="(((",
            variable_end_string=")))",
            comment_start_string="((=",
            comment_end_string="=))",
        )
    environment.filters["text"] = target.escape
    environment.filters["prose"] = lambda text: escape.prose(text, target.escape, target.maths)
    environment.filters["mathml"] = mathml
    environment.filters.update(marp.FILTERS)
    return environment
