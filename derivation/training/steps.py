"""What goes from one epoch to the next, as the settings and the loss ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from derivation.training.descents import (
    BatchEpochs,
    PlainEpochs,
    SearchedEpochs,
    Stepper,
    moves_for,
)
from derivation.training.heights import Height
from derivation.training.methods import State
from derivation.training.newton import check_newton, newton_step
from derivation.training.objective import Objective
from derivation.training.order import RowOrder
from derivation.training.rates import safe_learning_rate
from derivation.training.settings import Method, Settings


def stepper_for(
    objective: Objective, settings: Settings, start: list[float], order: RowOrder
) -> Stepper:
    """What the settings ask for. Raises ValueError where that does not suit the loss."""
    if settings.method is Method.NEWTON:
        check_newton(objective)
        return NewtonEpochs(objective)
    moves = moves_for(settings, start)
    rate = settings.learning_rate
    searched = rate is None and objective.formulas.curvature_bound is None
    if searched and settings.schedule is not None:
        raise ValueError(
            "a schedule multiplies the learning rate, and there is none that is safe for "
            f"{objective.formulas.name!r}: give learning_rate, or leave schedule out"
        )
    if settings.batch_size is not None:
        safe = safe_learning_rate(objective, settings.batch_size) if rate is None else rate
        samples = objective.engine.samples
        return BatchEpochs(
            objective, settings, moves, order, safe, samples=samples, searched=searched
        )
    safe = safe_learning_rate(objective) if rate is None else rate
    if searched:
        return SearchedEpochs(objective, moves, safe)
    return PlainEpochs(settings, moves, safe)


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
