"""Fitting the loss of a derivation to a table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from derivation.errors import DataError, MissingToolError
from derivation.models.model import Model
from derivation.models.modules import trainer_of
from derivation.models.scaling import Scaling
from derivation.models.schedules import schedule_of
from derivation.models.sources import AnyTable, require_labels, residual_size, source_of
from derivation.models.trained import Trained
from derivation.training.centring import Centres, centred_source, centres_for
from derivation.training.engine import Engine
from derivation.training.engines import engine_for
from derivation.training.formulas import Formulas
from derivation.training.progress import Progress
from derivation.training.schedules import Schedule
from derivation.training.settings import checked_settings
from derivation.training.source import Source
from derivation.training.train import run_training

__all__ = ["METHODS", "EngineMaker", "fit"]

METHODS = ("auto", "gd", "momentum", "nesterov", "newton")
_NEWTON_LIMIT = 200  # parameters up to which "auto" takes Newton's method

EngineMaker = Callable[[Formulas, Source], Engine]
"""Makes what sums over the rows: the place where a cluster comes in."""


def fit(  # noqa: PLR0913  # everything after the table has a default
    table: AnyTable,
    derivation: str = "bce",
    *,
    method: str = "auto",
    engine: str | EngineMaker = "auto",
    epochs: int = 1000,
    learning_rate: float | None = None,
    l2: float | None = None,
    batch_size: int | None = None,
    momentum: float | None = None,
    seed: int = 0,
    schedule: str | Schedule | None = None,
    tolerance: float | None = None,
    patience: int | None = None,
    standardize: bool = True,
    checkpoint: str | Path | None = None,
    resume: bool = False,
    progress: bool = False,
    callback: Callable[[Progress], bool | None] | None = None,
) -> Model:
    """Fit the module generated from ``derivation`` to a table with labels.

    ``derivation`` is a name from the library, or the path of a Python file, which is run.

    With ``standardize`` the columns are brought to mean 0 and standard deviation 1 for the fit (to
    root mean square 1 where the loss has no intercept: centring would add one), and the
    coefficients are given for the columns as they were. The penalty ``l2`` (half of it
    times the sum of the squared weights, added to the loss) is on the coefficients of the columns
    that are fitted: the standardised ones. None stands for the strength that the loss states
    itself, in general 0.

    ``method``: "newton", "nesterov", "momentum", "gd", or "auto": Newton's method for a convex
    loss of few parameters, Nesterov's for others and where a learning rate is given, gradient
    descent for batches. ``schedule``: a function from the number of epochs done to a factor of
    the learning rate, or its name, such as "cosine" or "step:100:0.5". ``tolerance``: no slope is
    larger in the end; by default 1e-8 (times the size of the labels, if they are not bounded), but
    1e-12 for Newton's method, whose last step gives the other digits.
    ``engine``: "python", "c", "auto", or a function that makes one. ``checkpoint`` names a file to
    which the state is written now and then; with ``resume`` the training goes on from there, if
    the file exists. For the rest see `train` of the module.

    Raises DataError for data that cannot be fitted and for senseless settings, MissingToolError
    where the engine "c" cannot be had, StructureError for an unknown derivation; a file can raise
    what `derivation.verify` does, and UnsupportedError if it derives no gradient of a loss.
    """
    module = trainer_of(derivation)
    formulas = module.FORMULAS
    require_labels(table, formulas)
    _check_checkpoint(checkpoint, resume=resume)
    chosen = _method(
        formulas,
        method,
        parameters=(len(table.features) + formulas.bias) * table.outputs,
        has_rate=learning_rate is not None or schedule is not None,
        in_batches=batch_size is not None,
        has_momentum=momentum is not None,
    )
    try:
        settings = checked_settings(
            method=chosen,
            epochs=epochs,
            learning_rate=learning_rate,
            l2=formulas.l2 if l2 is None else l2,
            batch_size=batch_size,
            momentum=0.9 if momentum is None else momentum,
            seed=seed,
            schedule=schedule_of(schedule, epochs) if isinstance(schedule, str) else schedule,
            tolerance=_tolerance(table, formulas, chosen) if tolerance is None else tolerance,
            patience=patience,
            checkpoint=checkpoint,
            progress=progress,
            callback=callback,
        )
        scaling = _scaling(table, standardize=standardize, intercept=formulas.bias)
        source = source_of(table, scaling if standardize else None)
        centres = Centres() if standardize else centres_for(formulas, settings.method, source)
        running = _engine(formulas, centred_source(source, centres), engine)
        result = run_training(formulas, running, settings, centres)
        trained = Trained(formulas, running, settings, result, scaling, centres)
        return trained.model(table, derivation, module.THEOREMS_SHA256, standardized=standardize)
    except DataError:
        raise
    except OverflowError as error:
        raise DataError(
            f"cannot fit {table.target!r}: sums exceed the largest float; divide the labels, or "
            "the largest features, by a power of ten"
        ) from error
    except ValueError as error:
        raise DataError(f"cannot fit {table.target!r}: {error}") from error


def _engine(formulas: Formulas, source: Source, engine: str | EngineMaker) -> Engine:
    try:
        if isinstance(engine, str):
            return engine_for(formulas, source, engine)
        return engine(formulas, source)
    except RuntimeError as error:
        raise MissingToolError(f"there is no compiled engine: {error}") from error


def _scaling(table: AnyTable, *, standardize: bool, intercept: bool) -> Scaling:
    if not standardize:
        return Scaling.none(len(table.features), intercept=intercept)
    return Scaling.of(table.statistics, intercept=intercept)


def _method(
    formulas: Formulas,
    method: str,
    *,
    parameters: int,
    has_rate: bool,
    in_batches: bool,
    has_momentum: bool,
) -> str:
    """What "auto" stands for: the fastest method that has all the settings that were given."""
    if has_momentum and method not in ("auto", "momentum"):
        raise DataError(f"method {method!r} has no momentum; leave it out, or take 'momentum'")
    if method != "auto":
        return method
    if has_momentum:
        return "momentum"
    if in_batches:
        return "gd"
    if not has_rate and formulas.curvature is not None and parameters <= _NEWTON_LIMIT:
        return "newton"
    return "nesterov"


def _tolerance(table: AnyTable, formulas: Formulas, method: str) -> float:
    """In units of the labels, so that it does not matter whether they are metres or millimetres."""
    share = 1e-12 if method == "newton" else 1e-8
    return share * (residual_size(table, formulas) or 1.0)


def _check_checkpoint(checkpoint: str | Path | None, *, resume: bool) -> None:
    """A checkpoint that is there is gone on from only if that was asked for."""
    if checkpoint is None:
        if resume:
            raise DataError("there is nothing to resume: name the file with --checkpoint")
    elif Path(checkpoint).exists() and not resume:
        raise DataError(
            f"there is a checkpoint {checkpoint} already; go on from it with --resume, or remove it"
        )
