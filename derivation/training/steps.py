"""One epoch of each kind: with a fixed rate, with a search, in batches, of Newton's method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from derivation.training.methods import Descent, HeavyBall, Moves, Nesterov, State
from derivation.training.newton import check_newton, newton_step
from derivation.training.objective import Height, Objective
from derivation.training.order import RowOrder
from derivation.training.rates import safe_learning_rate
from derivation.training.schedules import scheduled_rate
from derivation.training.search import Search, height_or_none
from derivation.training.settings import Method, Settings


class Stepper(Protocol):
    """Goes from one point to the next. ``rate`` is that of the last step."""

    rate: float

    def advance(self, here: Height, epoch: int) -> list[float] | None:
        """The point after one more epoch, ``epoch`` being done; None if no step goes down."""

    def memory(self) -> State:
        """What it remembers."""

    def recall(self, memory: Mapping[str, Sequence[float]]) -> None:
        """Remember what `memory` gave."""


def stepper_for(
    objective: Objective, settings: Settings, start: list[float], order: RowOrder
) -> Stepper:
    """What the settings ask for. Raises ValueError where that does not suit the loss."""
    if settings.method is Method.NEWTON:
        check_newton(objective)
        return NewtonEpochs(objective)
    moves = _moves(settings, start)
    rate = settings.learning_rate
    searched = rate is None and objective.formulas.curvature_bound is None
    if searched and settings.schedule is not None:
        raise ValueError(
            "a schedule multiplies the learning rate, and there is none that is safe for "
            f"{objective.formulas.name!r}: give learning_rate, or leave schedule out"
        )
    if settings.batch_size is not None:
        return BatchEpochs(objective, settings, moves, order)
    if searched:
        return SearchedEpochs(objective, moves)
    return PlainEpochs(settings, moves, safe_learning_rate(objective) if rate is None else rate)


def _moves(settings: Settings, start: list[float]) -> Moves:
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

    def __init__(self, objective: Objective, moves: Moves) -> None:
        self._objective = objective
        self._moves = moves
        self._search = Search(safe_learning_rate(objective))
        self.rate = self._search.rate

    def advance(self, here: Height, epoch: int) -> list[float] | None:  # noqa: ARG002
        """The point after one more epoch; None if no step goes down."""
        downhill_height = self._search.next(self._objective.at, here)
        self.rate = self._search.rate
        if downhill_height is None:
            return None
        point = self._moves.move(here.point, here.slopes, self.rate)
        there = height_or_none(self._objective.at, point)
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

    Where no rate is proved safe, the rate is lowered for each batch whose own loss it would
    not lower, and stays so (a line search on batches, as in Vaswani and others, 2019).
    """

    def __init__(
        self, objective: Objective, settings: Settings, moves: Moves, order: RowOrder
    ) -> None:
        size = settings.batch_size or objective.engine.samples
        rate = settings.learning_rate
        searched = rate is None and objective.formulas.curvature_bound is None
        self._objective = objective
        self._size = min(size, objective.engine.samples)
        self._schedule = settings.schedule
        self._moves = moves
        self._order = order
        # Steps that go on for 1/(1 - momentum) batches add up to one of the whole rate.
        kept = settings.momentum if settings.method is Method.MOMENTUM and rate is None else 0.0
        safe = safe_learning_rate(objective, size) if rate is None else rate
        self._damping = 1.0 - kept
        self.rate = self._base = self._damping * safe
        self._search = Search(safe) if searched else None

    def advance(self, here: Height, epoch: int) -> list[float] | None:
        """The point after one more epoch."""
        if self._schedule is not None:
            self.rate = scheduled_rate(self._schedule, self._base, epoch)
        order = self._order.shuffled(self._objective.engine.samples)
        point = here.point
        for first in range(0, len(order), self._size):
            point = self._batch_step(point, order[first : first + self._size])
        return point

    def _batch_step(self, point: list[float], rows: Sequence[int]) -> list[float]:
        here = self._objective.batch_at(point, rows)
        if self._search is not None:
            if self._search.next(lambda there: self._objective.batch_at(there, rows), here) is None:
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


class NewtonEpochs:
    """One step of Newton's method an epoch. The rate is the share of the full step."""

    def __init__(self, objective: Objective) -> None:
        self._objective = objective
        self.rate = 1.0

    def advance(self, here: Height, epoch: int) -> list[float] | None:  # noqa: ARG002
        """The point after one more epoch; None if no step goes down."""
        found = newton_step(self._objective, here)
        if found is None:
            return None
        there, self.rate = found
        return there.point

    def memory(self) -> State:
        """Nothing."""
        return {}

    def recall(self, memory: Mapping[str, Sequence[float]]) -> None:
        """There is nothing to remember."""
