"""How the columns of a CSV file become numbers: fixed when a model is trained, kept with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite

from derivation.errors import DataError

__all__ = ["Column", "ColumnKind", "Encoding", "Target", "TargetKind"]


class ColumnKind(StrEnum):
    """What the cells of a feature stand for."""

    NUMBER = "number"
    LEVELS = "levels"
    """One column of zeros and ones for each level but the first."""
    CONSTANT = "constant"
    """The same value everywhere: left out."""


class TargetKind(StrEnum):
    """What the labels stand for."""

    NUMBER = "number"
    TWO_LEVELS = "two levels"
    CLASSES = "classes"
    """One label column of zeros and ones for each level."""


@dataclass(frozen=True, slots=True)
class Column:
    """One feature column of the file.

    ``levels``: those of a text column, in order; the first is the reference, which has no
    column of its own. ``means``: what stands for a missing value in each encoded column, or
    None if a missing value is an error.
    """

    name: str
    kind: ColumnKind
    levels: tuple[str, ...] = ()
    means: tuple[float, ...] | None = None

    @property
    def encoded(self) -> tuple[str, ...]:
        """The names of the columns of numbers that this column becomes."""
        match self.kind:
            case ColumnKind.NUMBER:
                return (self.name,)
            case ColumnKind.LEVELS:
                return tuple(f"{self.name}={level}" for level in self.levels[1:])
            case ColumnKind.CONSTANT:
                return ()


@dataclass(frozen=True, slots=True)
class Target:
    """The column of the labels. ``levels[k]`` is the text that the label k stands for."""

    name: str
    kind: TargetKind
    levels: tuple[str, ...] = ()

    @property
    def outputs(self) -> int:
        """How many label columns there are."""
        return len(self.levels) if self.kind is TargetKind.CLASSES else 1


@dataclass(frozen=True, slots=True)
class Encoding:
    """The columns of a table, in order, and its target if it has one."""

    columns: tuple[Column, ...]
    target: Target | None = None

    @property
    def features(self) -> tuple[str, ...]:
        """The names of the columns of numbers."""
        return tuple(name for column in self.columns for name in column.encoded)

    @property
    def classes(self) -> tuple[str, ...]:
        """The levels of a text target: the label k stands for ``classes[k]``."""
        return self.target.levels if self.target else ()

    def to_json(self) -> dict[str, object]:
        """The encoding as plain values for ``json.dumps``; `from_json` gives it back exactly."""
        target = self.target
        return {
            "columns": [
                {
                    "name": column.name,
                    "kind": column.kind.value,
                    "levels": list(column.levels),
                    "means": None if column.means is None else list(column.means),
                }
                for column in self.columns
            ],
            "target": target
            and {"name": target.name, "kind": target.kind.value, "levels": list(target.levels)},
        }

    @classmethod
    def from_json(cls, value: object) -> Encoding:
        """Read what `to_json` gave. Raises DataError for anything else."""
        try:
            parts = _mapping(value)
            target = parts["target"]
            return cls(
                tuple(_column(_mapping(item)) for item in _sequence(parts["columns"])),
                None if target is None else _target(_mapping(target)),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise DataError(f"this is not an encoding of columns: {error}") from None


def _column(parts: Mapping[str, object]) -> Column:
    kind = ColumnKind(_text(parts["kind"]))
    means = parts["means"]
    column = Column(
        _text(parts["name"]),
        kind,
        _levels(parts["levels"], expected=kind is ColumnKind.LEVELS),
        None if means is None else tuple(map(_number, _sequence(means))),
    )
    if column.means is not None and len(column.means) != len(column.encoded):
        raise ValueError(f"{column.name!r} has {len(column.means)} means")
    return column


def _target(parts: Mapping[str, object]) -> Target:
    kind = TargetKind(_text(parts["kind"]))
    levels = _levels(parts["levels"], expected=kind is not TargetKind.NUMBER)
    if kind is TargetKind.TWO_LEVELS and len(levels) != 2:
        raise ValueError(f"{len(levels)} levels for a target of two")
    return Target(_text(parts["name"]), kind, levels)


def _levels(value: object, *, expected: bool) -> tuple[str, ...]:
    levels = tuple(map(_text, _sequence(value)))
    if len(set(levels)) != len(levels) or expected != (len(levels) > 1):
        raise ValueError(f"the levels {list(levels)}")
    return levels


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise TypeError(f"{value!r} is not an object")
    return value


def _sequence(value: object) -> Sequence[object]:
    if not isinstance(value, list | tuple):
        raise TypeError(f"{value!r} is not a list")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise TypeError(f"{value!r} is not a finite number")
    return float(value)
