"""How a point moves along given slopes: gradient descent, momentum, Nesterov."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum
from operator import mul
from typing import Protocol

State = dict[str, list[float]]
"""What a method remembers, for checkpoints."""


class Moves(Protocol):
    """A method of first order. It may remember earlier moves."""

    def move(self, point: list[float], slopes: Sequence[float], rate: float) -> list[float]:
        """The next point."""

    def forget(self, point: list[float]) -> None:
        """Start afresh from a point."""

    def state(self) -> State:
        """What it remembers."""

    def restore(self, state: Mapping[str, Sequence[float]]) -> None:
        """Remember what `state` gave."""


def downhill(point: Sequence[float], slopes: Sequence[float], rate: float) -> list[float]:
    """One step of gradient descent."""
    return [value - rate * slope for value, slope in zip(point, slopes, strict=True)]


class Descent:
    """Gradient descent."""

    def move(self, point: list[float], slopes: Sequence[float], rate: float) -> list[float]:
        """The next point."""
        return downhill(point, slopes, rate)

    def forget(self, point: list[float]) -> None:
        """There is nothing to forget."""

    def state(self) -> State:
        """Nothing."""
        return {}

    def restore(self, state: Mapping[str, Sequence[float]]) -> None:
        """There is nothing to remember."""


class HeavyBall:
    """Momentum: a share of the last step is added to the next (Polyak, 1964).

    It may go uphill in between.
    """

    def __init__(self, share: float, start: list[float]) -> None:
        self._share = share
        self._step = [0.0] * len(start)

    def move(self, point: list[float], slopes: Sequence[float], rate: float) -> list[float]:
        """The next point."""
        self._step = [
            self._share * last - rate * slope
            for last, slope in zip(self._step, slopes, strict=True)
        ]
        return [value + step for value, step in zip(point, self._step, strict=True)]

    def forget(self, point: list[float]) -> None:
        """Start afresh from a point."""
        self._step = [0.0] * len(point)

    def state(self) -> State:
        """The last step."""
        return {"step": self._step}

    def restore(self, state: Mapping[str, Sequence[float]]) -> None:
        """Remember the last step."""
        self._step = list(state["step"])


class Nesterov:
    """Nesterov's accelerated descent, with the restart of O'Donoghue and Candes (2015).

    It may go uphill in between: the momentum is set to 0 once a step points uphill.
    """

    def __init__(self, start: list[float]) -> None:
        self._before = start
        self._run = 0  # steps since the momentum was last set to 0

    def move(self, point: list[float], slopes: Sequence[float], rate: float) -> list[float]:
        """The next point."""
        after = downhill(point, slopes, rate)
        step = [new - old for new, old in zip(after, self._before, strict=True)]
        self._run = 1 if fsum(map(mul, slopes, step)) > 0 else self._run + 1
        self._before = after
        momentum = (self._run - 1) / (self._run + 2)
        return [new + momentum * ahead for new, ahead in zip(after, step, strict=True)]

    def forget(self, point: list[float]) -> None:
        """Start afresh from a point."""
        self._before, self._run = point, 0

    def state(self) -> State:
        """The last point before the momentum was added, and the length of the run."""
        return {"before": self._before, "run": [self._run]}

    def restore(self, state: Mapping[str, Sequence[float]]) -> None:
        """Remember the last point and the run."""
        self._before, self._run = list(state["before"]), int(state["run"][0])
