"""Reading the fields of a JSON object, each with its kind checked and its place in the message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from derivation.errors import DataError

if TYPE_CHECKING:
    from derivation.tables import Encoding

__all__ = ["Fields"]

_Member = TypeVar("_Member", bound=Enum)


class Fields:
    """The fields of one object in the file ``path``. Every method raises DataError."""

    def __init__(self, path: Path, values: Mapping[str, object], within: str = "") -> None:
        self._path = path
        self._values = values
        self._within = within

    def wrong(self, what: str) -> DataError:
        """The error for a file that has ``what``."""
        return DataError(f"{self._path} has {what}; it was changed by hand, or is damaged")

    def has(self, name: str) -> bool:
        """The field is there, and not null. Raises DataError if it is not there at all."""
        return self._value(name) is not None

    def text(self, name: str) -> str:
        """A text."""
        value = self._value(name)
        if not isinstance(value, str):
            raise self._does_not_belong(name, value, "a text")
        return value

    def flag(self, name: str) -> bool:
        """True or false."""
        value = self._value(name)
        if not isinstance(value, bool):
            raise self._does_not_belong(name, value, "true or false")
        return value

    def whole(self, name: str) -> int:
        """A whole number, not below 0."""
        value = self._value(name)
        if type(value) is not int or value < 0:
            raise self._does_not_belong(name, value, "a whole number")
        return value

    def number(self, name: str) -> float:
        """A finite number."""
        value = self._value(name)
        if not _is_number(value):
            raise self._does_not_belong(name, value, "a finite number")
        return float(value)  # type: ignore[arg-type]  # just checked

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        values = self._list(name)
        for value in values:
            if not isinstance(value, str):
                raise self._does_not_belong(name, value, "texts")
        return tuple(map(str, values))

    def numbers(self, name: str) -> tuple[float, ...]:
        """A list of finite numbers."""
        return self._row(name, self._list(name))

    def rows(self, name: str) -> tuple[tuple[float, ...], ...]:
        """A list of lists of finite numbers."""
        return tuple(self._row(name, row) for row in self._list(name))

    def member(self, name: str, kind: type[_Member]) -> _Member:
        """A member of an enumeration, by its value."""
        value = self._value(name)
        for one in kind:
            if one.value == value:
                return one
        known = ", ".join(repr(one.value) for one in kind)
        raise self._does_not_belong(name, value, f"one of {known}")

    def inside(self, name: str) -> Fields:
        """The fields of an object within this one."""
        value = self._value(name)
        if not isinstance(value, dict):
            raise self._does_not_belong(name, value, "an object")
        return Fields(self._path, value, f"{self._within}{name}.")

    def encoding(self, name: str) -> Encoding:
        """How the cells of a CSV file become numbers."""
        from derivation.tables import Encoding

        value = self._value(name)
        if not isinstance(value, dict):
            raise self._does_not_belong(name, value, "an object")
        try:
            return Encoding.from_json(value)
        except DataError as error:
            raise DataError(f"{self._path}, {name!r}: {error}") from None

    def _value(self, name: str) -> object:
        if name not in self._values:
            raise DataError(
                f"{self._path} is not a complete model: {self._within + name!r} is missing"
            )
        return self._values[name]

    def _list(self, name: str) -> Sequence[object]:
        value = self._value(name)
        if not isinstance(value, list):
            raise self._does_not_belong(name, value, "a list")
        return value

    def _row(self, name: str, values: object) -> tuple[float, ...]:
        if not isinstance(values, list):
            raise self._does_not_belong(name, values, "a list of numbers")
        for value in values:
            if not _is_number(value):
                raise self._does_not_belong(name, value, "finite numbers")
        return tuple(map(float, values))

    def _does_not_belong(self, name: str, value: object, wanted: str) -> DataError:
        return DataError(
            f"{self._path}: {self._within + name!r} is {value!r:.80}, where {wanted} must stand"
        )


def _is_number(value: object) -> bool:
    try:
        return type(value) in (int, float) and isfinite(value)  # type: ignore[arg-type]
    except OverflowError:  # a whole number beyond the largest float
        return False
