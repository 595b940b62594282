"""Training of a model: from small random parameters downhill, until there is a reason to stop."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from derivation.training.checkpoint import (
    Snapshot,
    read_checkpoint,
    require_checkpoint_place,
    unusable_checkpoint,
    write_checkpoint,
)
from derivation.training.descents import (
    BatchEpochs,
    PlainEpochs,
    SearchedEpochs,
    Stepper,
    moves_for,
)
from derivation.training.heights import Height
from derivation.training.model_data import (
    checked_samples,
    flat_parameters,
    model_start,
    parameter_count,
    require_sizes,
    shaped_parameters,
    with_given_sizes,
)
from derivation.training.model_formulas import ModelFormulas
from derivation.training.model_objective import ModelObjective
from derivation.training.model_result import ModelResult
from derivation.training.order import RowOrder
from derivation.training.problems import NotFiniteError
from derivation.training.progress import Progress, TerminalLine
from derivation.training.schedules import Schedule, schedule_name
from derivation.training.settings import Method, Settings, checked_settings
from derivation.training.stopping import Best, Stopped
from derivation.training.whole_files import Json

FIRST_RATE = 1.0
"""Where the search for a learning rate begins."""

START_WIDTH = 0.5
"""Start values lie between minus this and this: no two alike, and no function at its limits."""


def train_model_rows(  # noqa: PLR0913  # one for each setting
    formulas: ModelFormulas,
    X: Iterable[Any],  # noqa: N803  # the name in the theorems
    y: Iterable[Any],
    *,
    engine: str = "auto",
    start: object = None,
    sizes: Mapping[str, int] | None = None,
    learning_rate: float | None = None,
    epochs: int = 1000,
    tolerance: float = 1e-8,
    method: str = "gd",
    batch_size: int | None = None,
    seed: int = 0,
    momentum: float = 0.9,
    schedule: Schedule | None = None,
    patience: int | None = None,
    callback: Callable[[Progress], bool | None] | None = None,
    progress: bool = False,
    checkpoint: str | Path | None = None,
    checkpoint_every: int = 100,
) -> ModelResult:
    """Train on rows in memory. The settings are those of `checked_settings`, without Newton's."""
    _check_choices(engine, method)
    settings = checked_settings(
        learning_rate=learning_rate,
        epochs=epochs,
        tolerance=tolerance,
        method=method,
        batch_size=batch_size,
        seed=seed,
        momentum=momentum,
        schedule=schedule,
        patience=patience,
        callback=callback,
        progress=progress,
        checkpoint=checkpoint,
        checkpoint_every=checkpoint_every,
    )
    rows, labels, known = checked_samples(formulas, X, y)
    with_given_sizes(formulas, known, sizes)
    if start is None:
        require_sizes(formulas, known)
        point = random_start(settings.seed, parameter_count(formulas, known))
    else:
        point = flat_parameters(formulas, model_start(start, formulas), known)
    training = _ModelTraining(ModelObjective(formulas, rows, labels, known), settings, point)
    return training.result()


def random_start(seed: int, count: int) -> list[float]:
    """Small random numbers: from equal ones, hidden units would stay alike for ever."""
    from random import Random  # here, since a generated module is imported for its loss too

    draw = Random(seed).random  # noqa: S311  # a start, no secret
    return [START_WIDTH * (2.0 * draw() - 1.0) for _ in range(count)]


def _check_choices(engine: str, method: str) -> None:
    if engine == "c":
        raise ValueError(
            "engine is 'c', but a model that is not linear in its parameters is trained in Python "
            "alone: leave engine out"
        )
    if engine not in ("auto", "python"):
        raise ValueError(f"engine is {engine!r}; known are 'auto', 'python'")
    if method == Method.NEWTON.value:
        raise ValueError(
            "method is 'newton', but no theorem gives the second derivatives of this loss: take "
            "'nesterov', 'momentum' or 'gd'"
        )


class _ModelTraining:
    """A training under way."""

    def __init__(self, objective: ModelObjective, settings: Settings, start: list[float]) -> None:
        self._objective = objective
        self._settings = settings
        self._start = start
        self._point = start
        self._history: list[float] = []
        self._best = Best()
        self._order = RowOrder(settings.seed)
        self._identity: Json | None = None
        self._stepper = self._stepper_for()
        self._go_on()

    def _stepper_for(self) -> Stepper:
        settings, rate = self._settings, self._settings.learning_rate
        moves = moves_for(settings, self._start)
        if rate is None and settings.schedule is not None:
            raise ValueError(
                "a schedule multiplies the learning rate, and none is known to be safe for this "
                "loss: give learning_rate, or leave schedule out"
            )
        first = FIRST_RATE if rate is None else rate
        if settings.batch_size is not None:
            return BatchEpochs(
                self._objective,
                settings,
                moves,
                self._order,
                first,
                samples=self._objective.samples,
                searched=rate is None,
            )
        if rate is None:
            return SearchedEpochs(self._objective, moves, first)
        return PlainEpochs(settings, moves, first)

    def result(self) -> ModelResult:
        """Go on until there is a reason to stop."""
        try:
            stopped, here = self._run()
        except NotFiniteError as error:
            if not self._history:
                raise
            raise NotFiniteError(self._diverged("what exceeds the largest float")) from error
        history = self._history
        if not self._is_safe and history[-1] > history[0] + abs(history[0]) * 1e-9:
            message = self._diverged(f"{history[-1]:.6g}")
            if self._settings.learning_rate is not None:
                raise ValueError(message)
            warnings.warn(message, RuntimeWarning, stacklevel=4)  # no batch had a higher loss
        formulas, sizes = self._objective.formulas, self._objective.sizes
        values = shaped_parameters(formulas, here.point, sizes)
        return ModelResult(
            parameters={
                name: value for (name, _), value in zip(formulas.parameters, values, strict=True)
            },
            history=tuple(history),
            converged=here.largest_slope <= self._settings.tolerance,
            epochs=len(history) - 1,
            learning_rate=self._stepper.rate,
            stopped=stopped,
            engine="python",
        )

    @property
    def _is_safe(self) -> bool:
        return self._settings.learning_rate is None and self._settings.batch_size is None

    def _diverged(self, what: str) -> str:
        given = (
            f"learning_rate={self._stepper.rate:.6g}; lower it, or leave it out: it is then "
            "searched"
        )
        if self._settings.learning_rate is None:
            given = f"batch_size={self._settings.batch_size}; take larger batches, or none"
        return (
            f"training diverged: from {self._history[0]:.6g} the loss went to {what} with {given}"
        )

    def _run(self) -> tuple[Stopped, Height]:
        line = TerminalLine(self._settings.progress, self._settings.epochs)
        resumed = len(self._history)
        while True:
            here = self._objective.at(self._point)
            epoch, rate = len(self._history), self._stepper.rate
            self._best.see(here.loss, epoch)
            progress = Progress(epoch, here.loss, here.largest_slope, rate, tuple(self._point))
            line.show(progress)
            stopped = self._reason(here, progress, is_new=epoch > resumed)
            if epoch > resumed and epoch % self._settings.checkpoint_every == 0:
                self._save()
            following = self._stepper.advance(here, epoch) if stopped is None else None
            if following is None:
                self._save()
                self._history.append(here.loss)
                line.end(progress)
                return stopped or Stopped.PRECISION, here
            self._history.append(here.loss)
            self._point = following

    def _reason(self, here: Height, progress: Progress, *, is_new: bool) -> Stopped | None:
        settings = self._settings
        asked = is_new and settings.callback is not None and settings.callback(progress)
        if here.largest_slope <= settings.tolerance:
            return Stopped.CONVERGED
        if progress.epoch >= settings.epochs:
            return Stopped.EPOCHS
        if asked:
            return Stopped.CALLBACK
        patience = settings.patience
        if patience is not None and progress.epoch - self._best.epoch >= patience:
            return Stopped.PATIENCE
        return None

    def _save(self) -> None:
        path = self._settings.checkpoint
        if path is None or self._identity is None:
            return
        stepper, state = self._stepper, self._order.state()
        snapshot = Snapshot(self._point, self._history, stepper.rate, stepper.memory(), state)
        write_checkpoint(path, self._identity, snapshot)

    def _go_on(self) -> None:
        """Go on from the checkpoint, if there is one."""
        path = self._settings.checkpoint
        if path is None:
            return
        require_checkpoint_place(path)
        self._identity = self._known_by()
        found = read_checkpoint(path, self._identity, len(self._start))
        if found is None:
            return
        self._point, self._history = found.point, found.history
        for epoch, loss in enumerate(found.history):
            self._best.see(loss, epoch)
        self._stepper.rate = found.rate
        try:
            self._stepper.recall(found.memory)
            self._order.restore(found.random)
        except (KeyError, TypeError, ValueError) as error:
            raise unusable_checkpoint(path, error) from None

    def _known_by(self) -> Json:
        """What must be the same for a checkpoint to be gone on from.

        The data are known by the loss and the slopes at the start, to the last bit.
        """
        import hashlib

        settings, objective = self._settings, self._objective
        here = objective.at(self._start)
        values = " ".join(value.hex() for value in [here.loss, *here.slopes])
        schedule = settings.schedule
        return {
            "loss": objective.formulas.name,
            "theorems": objective.formulas.theorems,
            "samples": objective.samples,
            "sizes": objective.sizes,
            "start": " ".join(value.hex() for value in self._start),
            "training data": hashlib.sha256(values.encode()).hexdigest(),
            "method": settings.method.value,
            "learning_rate": settings.learning_rate,
            "batch_size": settings.batch_size,
            "seed": settings.seed,
            "momentum": settings.momentum,
            "schedule": None if schedule is None else schedule_name(schedule),
        }
