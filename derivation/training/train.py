"""Training: from a point to the next, until there is a reason to stop."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from derivation.training.arguments import checked_labels, checked_list, checked_point, checked_rows
from derivation.training.centring import Centres, centred_source, centres_for
from derivation.training.checkpoint import (
    Snapshot,
    read_checkpoint,
    require_checkpoint_place,
    training_identity,
    unusable_checkpoint,
    write_checkpoint,
)
from derivation.training.descents import Stepper
from derivation.training.divergence import check_divergence, divergence_remedy, is_safe
from derivation.training.engine import Engine
from derivation.training.engines import engine_for
from derivation.training.formulas import Formulas
from derivation.training.heights import Height
from derivation.training.newton import has_few_second_derivatives, is_at_rounding
from derivation.training.objective import Objective
from derivation.training.order import RowOrder
from derivation.training.problems import NotFiniteError
from derivation.training.progress import Progress, TerminalLine
from derivation.training.result import Result
from derivation.training.search import NOISE
from derivation.training.separation import missing_minimum, warn_of_separation
from derivation.training.settings import Method, Settings, checked_settings
from derivation.training.source import RowSource, Source
from derivation.training.steps import stepper_for
from derivation.training.stopping import Best, Stopped
from derivation.training.whole_files import Json

_QUADRATIC = 0.05  # near a minimum Newton's steps leave less of the slopes, elsewhere a third


def train_rows(
    formulas: Formulas,
    X: Iterable[Iterable[float]],  # noqa: N803  # the name in the theorems
    y: Iterable[Any],
    *,
    engine: str = "auto",
    start: Iterable[Any] | Result | None = None,
    **settings: Any,  # noqa: ANN401  # those of `checked_settings`, which checks them
) -> Result:
    """Train on rows in memory.

    ``start``: a pair (w, b), or w alone where there is no bias, or a Result to begin with. The
    rest as for `checked_settings`. Raises ValueError for data and settings that make no sense, and
    when the loss diverges.
    """
    rows = checked_rows(X)
    source = RowSource(rows, checked_labels(formulas, y, len(rows)))
    return train_source(formulas, source, engine=engine, start=start, **settings)


def train_source(
    formulas: Formulas,
    source: Source,
    *,
    engine: str = "auto",
    start: Iterable[Any] | Result | None = None,
    **settings: Any,  # noqa: ANN401  # those of `checked_settings`, which checks them
) -> Result:
    """Train on data in blocks, which need not fit into the memory. See `train_rows`."""
    point = None
    if start is not None:
        w, b = _start_of(formulas, start)
        outputs = checked_point(formulas, w, b, source.features, source.outputs)
        length = source.features + formulas.bias
        point = [value for output in outputs for value in output[:length]]
    checked = checked_settings(**settings, start=point)
    centres = centres_for(formulas, checked.method, source)
    running = engine_for(formulas, centred_source(source, centres), engine)
    return run_training(formulas, running, checked, centres)


def _start_of(formulas: Formulas, start: Any) -> tuple[Any, Any]:  # noqa: ANN401
    """(w, b) of a pair, or of a Result: of this module's class or of another generated module's.

    Without a bias the start is w alone, or a Result whose b is None.
    """
    is_result = hasattr(start, "w") and hasattr(start, "b")
    if not formulas.bias and not is_result:
        return start, None
    pair: list[Any] = [start.w, start.b] if is_result else checked_list(start, "start")
    if len(pair) != 2:
        raise ValueError(f"start is {start!r}; it must be a pair (w, b), or a Result")
    return pair[0], pair[1]


def run_training(
    formulas: Formulas, engine: Engine, settings: Settings, centres: Centres | None = None
) -> Result:
    """Train with any engine. ``centres``: what was taken off the columns that it has.

    Points that go in and out are those for the columns before that.
    """
    objective = Objective(formulas, engine, settings.l2)
    training = _Training(objective, settings, centres or Centres())
    try:
        stopped, here = training.run()
    except NotFiniteError as error:
        if not training.history or is_safe(settings):
            raise
        raise NotFiniteError(
            f"training diverged: from {training.history[0]:.6g} the loss went to what exceeds the "
            f"largest float with {divergence_remedy(objective, settings)}"
        ) from error
    check_divergence(objective, settings, training.history)
    updates = len(training.history) - 1
    why = missing_minimum(
        objective,
        training.first or here,
        here,
        training.history,
        may_be_flat=training.may_rest_on_flat_ground(stopped, here),
    )
    if why is not None:
        warn_of_separation(why)
        stopped = Stopped.SEPARATED
    elif (
        stopped is Stopped.PRECISION
        and has_few_second_derivatives(objective)
        and not is_at_rounding(objective, here)
    ):
        stopped = Stopped.STALLED
    landed, largest_slope = training.landed(here)
    if stopped is Stopped.PRECISION and landed.loss > here.loss + NOISE * abs(here.loss):
        stopped = Stopped.STALLED  # by the rounding of the biases
    width, point = objective.width, training.centres.outer(here.point)
    outputs = [point[k : k + width] for k in range(0, len(point), width)]
    single, features = formulas.outputs == 1, objective.engine.features
    weights = tuple(tuple(row[:features]) for row in outputs)
    biases = tuple(row[-1] for row in outputs)
    return Result(
        w=weights[0] if single else weights,
        b=None if not formulas.bias else biases[0] if single else biases,
        history=(*training.history[:-1], landed.loss),
        converged=why is None and largest_slope <= settings.tolerance,
        epochs=updates,
        learning_rate=training.stepper.rate,
        stopped=stopped,
        engine=engine.kind,
    )


class _Training:
    """A training under way."""

    def __init__(self, objective: Objective, settings: Settings, centres: Centres) -> None:
        self.centres = centres
        self._objective = objective
        self._settings = settings
        self._order = RowOrder(settings.seed)
        self._best = Best()
        self._identity: Json | None = None
        self._steepness = 0.0  # before the last step
        self.first: Height | None = None
        self.history: list[float] = []
        start = settings.start or [0.0] * objective.parameters
        if len(start) != objective.parameters:
            raise ValueError(
                f"start has {len(start)} numbers, but there are {objective.parameters}"
            )
        self.point = centres.inner(start)
        self.stepper: Stepper = stepper_for(objective, settings, self.point, self._order)
        self._go_on()

    def run(self) -> tuple[Stopped, Height]:
        """Go on until there is a reason to stop."""
        line = TerminalLine(self._settings.progress, self._settings.epochs)
        resumed = len(self.history)
        while True:
            here = self._objective.at(self.point)
            self.first = self.first or here
            epoch = len(self.history)
            self._best.see(here.loss, epoch)
            slope, point = self._largest_slope(here), tuple(self.centres.outer(self.point))
            progress = Progress(epoch, here.loss, slope, self.stepper.rate, point)
            line.show(progress)
            stopped = self._reason(here, progress, is_new=epoch > resumed)
            if epoch > resumed and epoch % self._settings.checkpoint_every == 0:
                self._save()
            following = self.stepper.advance(here, epoch) if stopped is None else None
            if following is None:
                self._save()
                self.history.append(here.loss)
                line.end(progress)
                return stopped or Stopped.PRECISION, here
            self.history.append(here.loss)
            self._steepness = here.steepness
            self.point = following

    def landed(self, here: Height) -> tuple[Height, float]:
        """The height of the point that users get, whose biases are rounded, and its outer slope.

        It is taken at the centred point that is nearest to it, so with all digits.
        """
        point = self.centres.inner(self.centres.outer(here.point))
        there = here if point == here.point else self._objective.at(point)
        return there, self._largest_slope(there)

    def _largest_slope(self, here: Height) -> float:
        return max(map(abs, self.centres.outer_slopes(here.slopes)))

    def may_rest_on_flat_ground(self, stopped: Stopped, here: Height) -> bool:
        """Whether it stopped as at a minimum, though the slopes may be small everywhere ahead.

        After a step of Newton's method that took nearly all of the slopes away it is a minimum.
        For other methods it is looked at only where that costs no more than the training did.
        """
        if stopped not in (Stopped.CONVERGED, Stopped.PRECISION):
            return False
        if self._settings.method is Method.NEWTON:
            return here.steepness >= _QUADRATIC * self._steepness
        return self._objective.parameters < len(self.history)

    def _reason(self, here: Height, progress: Progress, *, is_new: bool) -> Stopped | None:
        settings = self._settings
        asked = is_new and settings.callback is not None and settings.callback(progress)
        if (
            progress.largest_slope <= settings.tolerance
            and self.landed(here)[1] <= settings.tolerance
        ):
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
        snapshot = Snapshot(
            self.point,
            self.history,
            self.stepper.rate,
            self.stepper.memory(),
            self._order.state(),
        )
        write_checkpoint(path, self._identity, snapshot)

    def _go_on(self) -> None:
        """Go on from the checkpoint, if there is one."""
        path = self._settings.checkpoint
        if path is None:
            return
        require_checkpoint_place(path)
        self._identity = training_identity(self._objective, self._settings, self.centres.values)
        found = read_checkpoint(path, self._identity, self._objective.parameters)
        if found is None:
            return
        self.point, self.history = found.point, found.history
        for epoch, loss in enumerate(found.history):
            self._best.see(loss, epoch)
        self.stepper.rate = found.rate
        try:
            self.stepper.recall(found.memory)
            self._order.restore(found.random)
        except (KeyError, TypeError, ValueError) as error:
            raise unusable_checkpoint(path, error) from None
