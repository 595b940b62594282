"""Schedules of the learning rate by their names on the command line."""

from __future__ import annotations

from derivation.errors import DataError
from derivation.training.schedules import Schedule, read_schedule

__all__ = ["schedule_of"]

_KINDS = ("constant", "step", "exponential", "cosine", "inverse")
_KNOWN = "constant, step:100:0.5, exponential:0.99, cosine, inverse:0.01"


def schedule_of(text: str, epochs: int) -> Schedule:
    """The schedule that ``text`` names: its kind, then its numbers, with colons between.

    The wave of a cosine without a number lasts all ``epochs``. Raises DataError for what is none.
    """
    kind, *numbers = text.split(":")
    if kind not in _KINDS:
        raise DataError(f"there is no schedule {text!r}; there are, for example: {_KNOWN}")
    if kind == "cosine" and not numbers:
        numbers = [str(epochs)]
    try:
        return read_schedule(":".join([kind, *numbers]))
    except ValueError as error:
        said = str(error).removeprefix(f"schedule {text!r}").removeprefix(":").strip()
        raise DataError(f"schedule {text!r}: {said}; for example: {_KNOWN}") from None
