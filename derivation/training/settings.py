"""The settings of a training, checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from derivation.training.arguments import checked_number
from derivation.training.progress import Progress
from derivation.training.schedules import Schedule


class Method(Enum):
    """How the parameters move from one epoch to the next."""

    GD = "gd"
    MOMENTUM = "momentum"
    NESTEROV = "nesterov"
    NEWTON = "newton"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a training is told, apart from the data.

    ``learning_rate``: None for a safe one from the data. ``epochs``: at most so many passes.
    ``tolerance``: converged once no slope exceeds it. ``batch_size``: rows for each update,
    None for all. ``seed``: of the order of the rows with batches. ``momentum``: the share of
    the last step that is kept. ``l2``: the strength of the penalty. ``schedule``: a factor on
    the rate. ``patience``: stop after so many epochs without a lower loss. ``callback``: called
    after each epoch; a true answer stops. ``progress``: a line on the terminal. ``start``: the
    first point (for each output its weights, then its bias), None for zeros. ``checkpoint``: a
    file to go on from if it is there, written every ``checkpoint_every`` epochs and at the end.
    """

    learning_rate: float | None = None
    epochs: int = 1000
    tolerance: float = 1e-8
    method: Method = Method.GD
    batch_size: int | None = None
    seed: int = 0
    momentum: float = 0.9
    l2: float = 0.0
    schedule: Schedule | None = None
    patience: int | None = None
    callback: Callable[[Progress], bool | None] | None = None
    progress: bool = False
    start: tuple[float, ...] | None = None
    checkpoint: str | Path | None = None
    checkpoint_every: int = 100


def checked_settings(  # noqa: PLR0913  # one for each setting
    *,
    learning_rate: float | None = None,
    epochs: int = 1000,
    tolerance: float = 1e-8,
    method: str = "gd",
    batch_size: int | None = None,
    seed: int = 0,
    momentum: float = 0.9,
    l2: float = 0.0,
    schedule: Schedule | None = None,
    patience: int | None = None,
    callback: Callable[[Progress], bool | None] | None = None,
    progress: bool = False,
    start: Iterable[float] | None = None,
    checkpoint: str | Path | None = None,
    checkpoint_every: int = 100,
) -> Settings:
    """The settings, or ValueError that says which of them makes no sense."""
    if learning_rate is not None and checked_number(learning_rate, "learning_rate") <= 0:
        raise ValueError(f"learning_rate is {learning_rate!r}; it must be positive")
    if checked_number(tolerance, "tolerance") < 0:
        raise ValueError(f"tolerance is {tolerance!r}; it must not be negative")
    if not 0 <= checked_number(momentum, "momentum") < 1:
        raise ValueError(f"momentum is {momentum!r}; it must be at least 0 and below 1")
    if checked_number(l2, "l2") < 0:
        raise ValueError(f"l2 is {l2!r}; it must not be negative")
    if method not in [kind.value for kind in Method]:
        known = ", ".join(repr(kind.value) for kind in Method)
        raise ValueError(f"method is {method!r}; known are {known}")
    for name, value in (("schedule", schedule), ("callback", callback)):
        if value is not None and not callable(value):
            raise ValueError(f"{name} is {value!r}, which cannot be called")
    if checkpoint is not None and not isinstance(checkpoint, (str, Path)):
        raise ValueError(f"checkpoint is {checkpoint!r}; it must be the path of a file")
    if Method(method) is Method.NEWTON:
        _check_newton(learning_rate=learning_rate, batch_size=batch_size, schedule=schedule)
    return Settings(
        learning_rate=None if learning_rate is None else float(learning_rate),
        epochs=_whole(epochs, "epochs", 0),
        tolerance=float(tolerance),
        method=Method(method),
        batch_size=None if batch_size is None else _whole(batch_size, "batch_size", 1),
        seed=_whole(seed, "seed", 0),
        momentum=float(momentum),
        l2=float(l2),
        schedule=schedule,
        patience=None if patience is None else _whole(patience, "patience", 1),
        callback=callback,
        progress=bool(progress),
        start=None if start is None else tuple(float(value) for value in start),
        checkpoint=checkpoint,
        checkpoint_every=_whole(checkpoint_every, "checkpoint_every", 1),
    )


def _whole(value: float, name: str, least: int) -> int:
    if checked_number(value, name) < least or value % 1:
        raise ValueError(f"{name} is {value!r}; it must be a whole number, at least {least}")
    return int(value)


def _check_newton(**unused: object) -> None:
    for name, value in unused.items():
        if value is not None:
            raise ValueError(
                f"{name} is {value!r}, but method 'newton' takes all samples and finds the "
                f"length of its steps itself: leave {name} out"
            )
