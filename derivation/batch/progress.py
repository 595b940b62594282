"""How far a batch is: one line on a terminal that is written over and over."""

from __future__ import annotations

from collections import Counter
from time import perf_counter
from typing import TextIO

from derivation.kernel import Verdict

__all__ = ["Progress"]

_PAUSE = 0.2  # seconds between two looks
_CLEAR = "\r\x1b[K"


class Progress:
    """Counts the verdicts of a batch and shows them on ``terminal``, if there is one."""

    def __init__(self, terminal: TextIO | None = None, total: int | None = None) -> None:
        self.verdicts: Counter[Verdict] = Counter()
        self._terminal = terminal
        self._total = total
        self._start = perf_counter()
        self._shown_at = 0.0

    def count(self, verdict: Verdict) -> None:
        """One more answer."""
        self.verdicts[verdict] += 1
        if self._terminal and perf_counter() - self._shown_at > _PAUSE:
            self._show(self._terminal, "")

    def close(self) -> None:
        """Leave the last state standing."""
        if self._terminal and self.verdicts:
            self._show(self._terminal, "\n")

    def __str__(self) -> str:
        done = self.verdicts.total()
        of = "" if self._total is None else f"/{self._total:,}"
        speed = done / max(perf_counter() - self._start, 1e-9)
        counts = ", ".join(f"{self.verdicts[verdict]:,} {verdict.value}" for verdict in Verdict)
        return f"{done:,}{of} claims, {speed:,.0f} a second: {counts}"

    def _show(self, terminal: TextIO, end: str) -> None:
        self._shown_at = perf_counter()
        terminal.write(f"{_CLEAR}{self}{end}")
        terminal.flush()
