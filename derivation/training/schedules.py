"""How the learning rate changes with the epochs: a factor on the rate, 1 at first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, isfinite, pi

Schedule = Callable[[int], float]
"""From the number of epochs that are done to the factor of the next one."""


@dataclass(frozen=True, slots=True)
class ConstantRate:
    """The same rate throughout."""

    def __call__(self, epoch: int) -> float:  # noqa: ARG002
        """The factor after ``epoch`` epochs."""
        return 1.0


@dataclass(frozen=True, slots=True)
class StepRate:
    """Multiplied by ``factor`` after each ``every`` epochs."""

    every: int = 100
    factor: float = 0.5

    def __post_init__(self) -> None:
        _check_schedule(self.every >= 1, "every", self.every, "at least 1")
        _check_schedule(0 < self.factor <= 1, "factor", self.factor, "above 0, at most 1")

    def __call__(self, epoch: int) -> float:
        """The factor after ``epoch`` epochs."""
        return self.factor ** (epoch // self.every)


@dataclass(frozen=True, slots=True)
class ExponentialRate:
    """Multiplied by ``factor`` after each epoch."""

    factor: float = 0.99

    def __post_init__(self) -> None:
        _check_schedule(0 < self.factor <= 1, "factor", self.factor, "above 0, at most 1")

    def __call__(self, epoch: int) -> float:
        """The factor after ``epoch`` epochs."""
        return self.factor**epoch


@dataclass(frozen=True, slots=True)
class CosineRate:
    """Falls like half a cosine wave from 1 to ``floor`` in ``epochs`` epochs, and stays there."""

    epochs: int
    floor: float = 0.0

    def __post_init__(self) -> None:
        _check_schedule(self.epochs >= 1, "epochs", self.epochs, "at least 1")
        _check_schedule(0 <= self.floor <= 1, "floor", self.floor, "from 0 to 1")

    def __call__(self, epoch: int) -> float:
        """The factor after ``epoch`` epochs."""
        wave = 0.5 + 0.5 * cos(pi * min(epoch / self.epochs, 1.0))
        return self.floor + (1.0 - self.floor) * wave


@dataclass(frozen=True, slots=True)
class InverseTimeRate:
    """1/(1 + decay epochs): what stochastic approximation asks for (Robbins and Monro, 1951)."""

    decay: float = 0.01

    def __post_init__(self) -> None:
        _check_schedule(self.decay >= 0, "decay", self.decay, "at least 0")

    def __call__(self, epoch: int) -> float:
        """The factor after ``epoch`` epochs."""
        return 1.0 / (1.0 + self.decay * epoch)


def schedule_name(schedule: Schedule) -> str:
    """The name of a function, or what a schedule of this module is made with."""
    return str(getattr(schedule, "__qualname__", repr(schedule)))


def scheduled_rate(schedule: Schedule, rate: float, epoch: int) -> float:
    """The rate for the epoch that follows ``epoch`` epochs.

    Raises ValueError for a schedule that gives anything but a finite number of at least 0.
    """
    factor = schedule(epoch)
    try:
        fits = isfinite(factor) and factor >= 0
    except (TypeError, OverflowError):
        fits = False
    if not fits:
        raise ValueError(
            f"the schedule {schedule_name(schedule)} gives {factor!r} for epoch {epoch}; it must "
            "give a finite number of at least 0, by which the learning rate is multiplied"
        )
    return rate * factor


_SCHEDULES: dict[str, Callable[..., Schedule]] = {
    "constant": ConstantRate,
    "step": StepRate,
    "exponential": ExponentialRate,
    "cosine": CosineRate,
    "inverse": InverseTimeRate,
}


def read_schedule(text: str) -> Schedule:
    """The schedule that a text such as ``step:100:0.5`` names: its kind, then its numbers."""
    kind, *numbers = text.split(":")
    if kind not in _SCHEDULES:
        raise ValueError(f"schedule is {kind!r}; known are {', '.join(map(repr, _SCHEDULES))}")
    try:
        values = [float(number) if set(number) & set(".e") else int(number) for number in numbers]
    except ValueError:
        raise ValueError(
            f"schedule {text!r}: after the kind come numbers, each after a ':'"
        ) from None
    try:
        return _SCHEDULES[kind](*values)
    except TypeError:
        raise ValueError(
            f"schedule {text!r} has {len(numbers)} numbers, which is not what {kind!r} takes"
        ) from None


def _check_schedule(holds: bool, name: str, value: float, wanted: str) -> None:
    if not holds:
        raise ValueError(f"{name} is {value!r}; it must be {wanted}")
