"""The semantic marks of a line: ``\\boxed``, ``\\key``, and the colours ``\\hla`` to ``\\hlc``."""

from __future__ import annotations

import re

from derivation.term import MarkKind

__all__ = ["COLOUR_MARKS", "binary_signs", "marks_in"]

COLOUR_MARKS: tuple[str, ...] = tuple(kind.value for kind in MarkKind if kind is not MarkKind.BOXED)
_NAMES = "|".join(COLOUR_MARKS)
_MARK = re.compile(rf"\\({_NAMES})(?![A-Za-z])")
_SIGNED = re.compile(rf"([\w)}}\]]\s*\\(?:{_NAMES})\{{)\s*(?=[-+])")


def marks_in(latex: str) -> tuple[str, ...]:
    """The names of the colour marks that a formula uses, sorted."""
    return tuple(sorted(set(_MARK.findall(latex))))


def binary_signs(latex: str) -> str:
    """The formula with an empty group before a sign that starts a mark in the middle of a sum.

    In ``a \\key{- 1}`` the minus joins two terms; without the group a browser would set it as
    the sign of a negative number, without space.
    """
    return _SIGNED.sub(r"\1{}", latex)
