"""Sums of very many blocks in little memory, without a change of any bit."""

from __future__ import annotations

from collections.abc import Iterable
from math import fsum

GROUP = 64
"""So many rows of sums are condensed at a time."""


def condensed_sums(rows: Iterable[list[float]]) -> list[list[float]]:
    """Rows with exactly the same sums as the given ones; fewer if these are many.

    `GROUP` rows are replaced by their sums, each rounded, then by the sums of what was lost by
    that, and so on until nothing is lost: two to four rows. So the exact sum of all, which is
    rounded once in the end, is the same.
    """
    done: list[list[float]] = []
    waiting: list[list[float]] = []
    for row in rows:
        waiting.append(row)
        if len(waiting) == GROUP:
            done += _condensed_group(waiting)
            waiting = []
    return done + waiting


def _condensed_group(rows: list[list[float]]) -> list[list[float]]:
    columns = [list(column) for column in zip(*rows, strict=True)]
    result: list[list[float]] = []
    while True:
        try:
            sums = [fsum(column) for column in columns]
        except (OverflowError, ValueError):  # something is not finite: left for the end to see
            return rows
        if not any(sums):
            return result or [sums]
        result.append(sums)
        for column, value in zip(columns, sums, strict=True):
            column.append(-value)
