"""Prose for each target. Prose is escaped; the maths between its dollars never is."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from derivation.errors import DerivationError

__all__ = ["for_html", "for_markdown", "for_tex", "prose", "split_maths"]

_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\ensuremath{<}",
    ">": r"\ensuremath{>}",
    "≠": r"\ensuremath{\neq}",
    "≤": r"\ensuremath{\leq}",
    "≥": r"\ensuremath{\geq}",
    "∈": r"\ensuremath{\in}",
    "−": r"\ensuremath{-}",
    "→": r"\ensuremath{\to}",
}
_MARKDOWN_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|$~])")
_LINE_START = re.compile(r"^(\s*\d*)([-+=.)])")


def for_html(text: str) -> str:
    """Text for HTML content and attributes."""
    return html.escape(text, quote=True)


def for_tex(text: str) -> str:
    """Text for LaTeX outside of maths."""
    return "".join(_TEX.get(letter, letter) for letter in text)


def for_markdown(text: str) -> str:
    """Text for Markdown: no character starts markup, none is lost."""
    text = text.replace("&", "&amp;")
    text = _MARKDOWN_SPECIAL.sub(r"\\\1", text).replace("\n", " ")
    return _LINE_START.sub(r"\1\\\2", text)


def split_maths(text: str) -> list[str]:
    """Prose cut at its dollars: text, maths, text, ..., always an odd number of parts.

    ``\\$`` is a dollar. Raises DerivationError when a dollar has no partner.
    """
    parts = re.split(r"(?<!\\)\$", text)
    if len(parts) % 2 == 0:
        raise DerivationError(f"a dollar sign without a partner in the sentence {text!r}")
    return [part if at % 2 else part.replace(r"\$", "$") for at, part in enumerate(parts)]


def prose(text: str, escape: Callable[[str], str], maths: Callable[[str], str]) -> str:
    """``text`` with its words through ``escape`` and its maths through ``maths``."""
    return "".join(
        maths(part) if at % 2 else escape(part) for at, part in enumerate(split_maths(text))
    )
