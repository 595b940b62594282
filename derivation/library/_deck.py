"""Pieces of slides: lines of a lemma, one after another."""

from __future__ import annotations

from derivation.derivation import Prose, Rows, Slide, Step
from derivation.term import MarkKind

__all__ = ["FIRST", "SECOND", "chains", "reveal", "rows", "taken_up"]

FIRST, SECOND = MarkKind.FIRST, MarkKind.SECOND


def rows(lemma: str, first: int, last: int) -> Rows:
    """Lines of a lemma; line 0 is its start and stands on the left."""
    return Rows(lemma, first, last, head=first == 0)


def taken_up(lemma: str, line: int) -> Rows:
    """``start = line``: where a slide takes up the chain of an earlier one."""
    return Rows(lemma, line, line, head=True)


def reveal(lemma: str, first: int, last: int) -> tuple[Step, ...]:
    """One line a step."""
    return tuple(Step((rows(lemma, line, line),)) for line in range(first, last + 1))


def chains(title: Prose, *lemmas: tuple[str, int], introduction: Prose | None = None) -> Slide:
    """Whole chains, line by line; each lemma with its number of rewrites."""
    steps: list[Step] = []
    for name, count in lemmas:
        steps.append(Step((rows(name, 0, 1),)))
        steps += reveal(name, 2, count)
    return Slide(title, tuple(steps), introduction)
