"""What is told of a training while it runs."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from time import monotonic

_PAUSE = 0.1  # seconds between two lines: no terminal needs more


@dataclass(frozen=True, slots=True)
class Progress:
    """The state after ``epoch`` epochs: the loss and the largest slope at ``point``.

    ``rate`` is the learning rate of the last step. A point is for each output its weights,
    then its bias. Where Newton's method centred columns, loss and slope are those before the bias
    was rounded.
    """

    epoch: int
    loss: float
    largest_slope: float
    rate: float
    point: tuple[float, ...]


class TerminalLine:
    """One line on standard error that is written over and over; nothing if that is a file."""

    def __init__(self, wanted: bool, epochs: int) -> None:
        self._shown = wanted and sys.stderr.isatty()
        self._epochs = epochs
        self._last = float("-inf")

    def show(self, progress: Progress) -> None:
        """Write the state, unless the last was written a moment ago."""
        if self._shown and monotonic() - self._last >= _PAUSE:
            self._last = monotonic()
            self._write(progress)

    def end(self, progress: Progress) -> None:
        """Write the last state, and end the line."""
        if self._shown:
            self._write(progress)
            sys.stderr.write("\n")

    def _write(self, progress: Progress) -> None:
        text = f"epoch {progress.epoch}/{self._epochs}  loss {progress.loss:.6g}  "
        text += f"largest slope {progress.largest_slope:.2e}"
        sys.stderr.write(f"\r{text:<72}")
        sys.stderr.flush()
