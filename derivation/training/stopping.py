"""Why a training ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Stopped(Enum):
    """Why a training ended."""

    CONVERGED = "no slope exceeds the tolerance"
    EPOCHS = "all epochs are done"
    PATIENCE = "the loss has not fallen for as long as patience allows"
    CALLBACK = "the callback asked for it"
    PRECISION = "no step lowers the loss any more: it is as low as rounding lets one see"
    STALLED = (
        "rounding hides the way down: columns are nearly dependent, or far from 0; centre them"
    )
    SEPARATED = "the loss has no minimum: the classes are separated, or labels are all alike"


@dataclass(slots=True)
class Best:
    """The lowest loss so far, and the epoch that had it: patience is counted from there."""

    loss: float = float("inf")
    epoch: int = 0

    def see(self, loss: float, epoch: int) -> None:
        """Take note of the loss of an epoch."""
        if loss < self.loss:
            self.loss, self.epoch = loss, epoch
