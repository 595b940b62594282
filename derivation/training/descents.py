"""One epoch of first order: with a fixed rate, with a search, in batches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from derivation.training.heights import Height
from derivation.training.methods import Descent, HeavyBall, Moves, Nesterov, State
from derivation.training.order import RowOrder
from derivation.training.schedules import scheduled_rate
from derivation.training.search import Search, height_or_none
from derivation.training.settings import Method, Settings


class Landscape(Protocol):
    """A loss as a function of the point; both raise NotFiniteError where it exceeds a float."""

    def at(self, point: list[float]) -> Height:
        """The height of a point."""

    def batch_at(self, point: list[float], rows: Sequence[int]) -> Height:
        """The height of a point as the samples of some rows estimate it."""


class Stepper(Protocol):
    """Goes from one point to the next. ``rate`` is that of the last step."""

    rate: float

    def advance(self, here: Height, epoch: int) -> list[float] | None:
        """The point after one more epoch, ``epoch`` being done; None if no step goes down."""

    def memory(self) -> State:
        """What it remembers."""

    def recall(self, memory: Mapping[str, Sequence[float]]) -> None:
        """Remember what `memory` gave."""


def moves_for(settings: Settings, start: list[float]) -> Moves:
    """The method of the settings, but for Newton's."""
    if settings.method is Method.MOMENTUM:
        return HeavyBall(settings.momentum, start)
    return Nesterov(start) if settings.method is Method.NESTEROV else Descent()


class PlainEpochs:
    """One step an epoch, with a given rate."""

    def __init__(self, settings: Settings, moves: Moves, rate: float) -> None:
        self.rate = self._base = rate
        self._schedule = settings.schedule
        self._moves = moves

    def advance(self, here: Height, epoch: int) -> list[float] | None:
        """The point after one more epoch."""
        if self._schedule is not None:
            self.rate = scheduled_rate(self._schedule, self._base, epoch)
        return self._moves.move(here.point, here.slopes, self.rate)

    def memory(self) -> State:
        """What the method remembers."""
        return self._moves.state()

    def recall(self, memory: Mapping[str, Sequence[float]]) -> None:
        """Remember what `memory` gave."""
        self._moves.restore(memory)


class SearchedEpochs:
    """One step an epoch, with a rate that is searched. It never goes uphill."""

    def __init__(self, landscape: Landscape, moves: Moves, rate: float) -> None:
        self._landscape = landscape
        self._moves = moves
        self._search = Search(rate)
        self.rate = rate

    def advance(self, here: Height, epoch: int) -> list[float] | None:  # noqa: ARG002
        """The point after one more epoch; None if no step goes down."""
        downhill_height = self._search.next(self._landscape.at, here)
        self.rate = self._search.rate
        if downhill_height is None:
            return None
        point = self._moves.move(here.point, here.slopes, self.rate)
        there = height_or_none(self._landscape.at, point)
        if there is None or there.loss > here.loss:  # the momentum led uphill
            self._moves.forget(downhill_height.point)
            point = downhill_height.point
        self._search.lengthen()
        return point

    def memory(self) -> State:
        """What the method remembers, and the rate that the next search begins with."""
        return {**self._moves.state(), "search": [self._search.rate]}

    def recall(self, memory: Mapping[str, Sequence[float]]) -> None:
        """Remember what `memory` gave."""
        self._moves.restore(memory)
        self._search.rate = memory["search"][0]


class BatchEpochs:
    """One step for each batch of rows, which are put in another order in each epoch.

    ``rate``: that of the settings, else one that is safe; with ``searched`` the first guess. It
    is lowered for each batch whose own loss it would not lower, and stays so (a line search on
    batches, as in Vaswani and others, 2019).
    """

    def __init__(
        self,
        landscape: Landscape,
        settings: Settings,
        moves: Moves,
        order: RowOrder,
        rate: float,
        *,
        samples: int,
        searched: bool,
    ) -> None:
        self._landscape = landscape
        self._samples = samples
        self._size = min(settings.batch_size or samples, samples)
        self._schedule = settings.schedule
        self._moves = moves
        self._order = order
        # Steps that go on for 1/(1 - momentum) batches add up to one of the whole rate.
        damped = settings.method is Method.MOMENTUM and settings.learning_rate is None
        self._damping = 1.0 - (settings.momentum if damped else 0.0)
        self.rate = self._base = self._damping * rate
        self._search = Search(rate) if searched else None

    def advance(self, here: Height, epoch: int) -> list[float] | None:
        """The point after one more epoch."""
        if self._schedule is not None:
            self.rate = scheduled_rate(self._schedule, self._base, epoch)
        order = self._order.shuffled(self._samples)
        point = here.point
        for first in range(0, len(order), self._size):
            point = self._batch_step(point, order[first : first + self._size])
        return point

    def _batch_step(self, point: list[float], rows: Sequence[int]) -> list[float]:
        here = self._landscape.batch_at(point, rows)
        if self._search is not None:
            if self._search.next(lambda there: self._landscape.batch_at(there, rows), here) is None:
                return point  # the batch is at its minimum
            self.rate = self._damping * self._search.rate
        return self._moves.move(point, here.slopes, self.rate)

    def memory(self) -> State:
        """What the method remembers, and the rate that is searched."""
        searched = [] if self._search is None else [self._search.rate]
        return {**self._moves.state(), "search": searched}

    def recall(self, memory: Mapping[str, Sequence[float]]) -> None:
        """Remember what `memory` gave."""
        self._moves.restore(memory)
        if self._search is not None:
            self._search.rate = memory["search"][0]
