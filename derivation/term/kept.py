"""What a node keeps once it was worked out: its hash, its names, the kinds of its subterms.

Terms never change, and each of these follows from the fields of a node alone. Nothing kept takes
part in equality, and nothing kept is copied or pickled: another process hashes texts differently.
"""

from __future__ import annotations

from dataclasses import fields
from enum import Enum
from operator import attrgetter
from typing import TypeVar

__all__ = ["Keeper", "hashed_once", "keep"]

Node = TypeVar("Node", bound="Keeper")
Value = TypeVar("Value")


class Keeper:
    """Room in a node for what is kept; empty at first. Read with ``getattr(node, slot, None)``."""

    __slots__ = ("kept_free", "kept_hash", "kept_kinds", "kept_plain", "kept_used")


def keep(node: Keeper, slot: str, value: Value) -> Value:
    """Keep it in the slot of that name (nodes are frozen), and give it back."""
    object.__setattr__(node, slot, value)
    return value


def hashed_once(cls: type[Node]) -> type[Node]:
    """The dataclass, with a hash that is worked out once for each node.

    It is that of the class and the compared fields, but for signs and switches with a default.
    """
    told = (field for field in fields(cls) if field.compare)  # type: ignore[arg-type]
    compared = [field.name for field in told if not isinstance(field.default, bool | Enum)]
    values = attrgetter(*compared) if compared else type
    put = object.__setattr__

    def kept(self: Node) -> int:
        found: int | None = getattr(self, "kept_hash", None)
        if found is None:
            found = hash((cls, values(self)))
            put(self, "kept_hash", found)
        return found

    cls.__hash__ = kept  # type: ignore[method-assign, assignment]
    return cls
