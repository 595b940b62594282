"""A JSON document whose values know where they stand, so that each error can say it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NoReturn, TypeVar

from derivation.errors import StructureError

__all__ = ["Node", "document"]

_Made = TypeVar("_Made")


def document(text: str) -> Node:
    """The whole of a JSON text. Raises StructureError, with line and column, for other text."""
    try:
        value = json.loads(text, object_pairs_hook=_without_repeats)
    except json.JSONDecodeError as error:
        raise StructureError(
            f"line {error.lineno}, column {error.colno}: this is not JSON: {error.msg}"
        ) from None
    except RecursionError:
        raise StructureError("this JSON nests too deeply to be a derivation") from None
    except ValueError as error:  # a whole number of thousands of digits
        raise StructureError(f"this JSON cannot be read: {error}") from None
    return Node(value, "")


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise StructureError(f"the key '{key}' stands twice in one object")
        found[key] = value
    return found


@dataclass(frozen=True, slots=True)
class Node:
    """A value of the document, and where it stands: ``lemmas[3].title``."""

    value: object
    where: str

    def wrong(self, message: str) -> NoReturn:
        """Raise the StructureError that says what is wrong here."""
        raise StructureError(f"{self.where or 'the document'}: {message}")

    def object(self, *keys: str) -> tuple[Node, ...]:
        """The values of an object that has exactly these keys."""
        if not isinstance(self.value, dict):
            self.wrong(f"an object with {', '.join(keys)} was expected, not {self._shown()}")
        missing = [key for key in keys if key not in self.value]
        unknown = [key for key in self.value if key not in keys]
        if missing:
            self.wrong(f"'{missing[0]}' is missing; there must be {', '.join(keys)}")
        if unknown:
            self.wrong(f"'{unknown[0]}' is not known here; there must be {', '.join(keys)}")
        return tuple(Node(self.value[key], self._below(key)) for key in keys)

    def _below(self, key: str) -> str:
        return f"{self.where}.{key}" if self.where else key

    def items(self) -> Iterator[Node]:
        """The values of a list."""
        if not isinstance(self.value, list):
            self.wrong(f"a list was expected, not {self._shown()}")
        for place, value in enumerate(self.value):
            yield Node(value, f"{self.where}[{place}]")

    def each(self, make: Callable[[Node], _Made]) -> tuple[_Made, ...]:
        """What is made of each value of a list."""
        return tuple(make(item) for item in self.items())

    def or_none(self, make: Callable[[Node], _Made]) -> _Made | None:
        """What is made of the value; None of null."""
        return None if self.value is None else make(self)

    def text(self) -> str:
        """The value, which is text."""
        if not isinstance(self.value, str):
            self.wrong(f"text was expected, not {self._shown()}")
        return self.value

    def count(self) -> int:
        """The value, which is a whole number, 0 or more."""
        if not isinstance(self.value, int) or isinstance(self.value, bool) or self.value < 0:
            self.wrong(f"a whole number from 0 on was expected, not {self._shown()}")
        return self.value

    def truth(self) -> bool:
        """The value, which is true or false."""
        if not isinstance(self.value, bool):
            self.wrong(f"true or false was expected, not {self._shown()}")
        return self.value

    def _shown(self) -> str:
        shown = json.dumps(self.value, ensure_ascii=False)
        return shown if len(shown) <= 60 else shown[:57] + "..."
