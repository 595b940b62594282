"""What the runtime uses in place of dataclasses.

A generated module is imported for its loss too, and to import `dataclasses` and have it write the
methods of all these classes takes longer than the rest of that.
"""

from __future__ import annotations

from typing import dataclass_transform


@dataclass_transform(frozen_default=True)
class Record:
    """Fields that do not change. Equal are records of one class whose fields are equal.

    A subclass lists its fields with their types, those with a default last, as a frozen dataclass
    does; it has no subclasses. Raises TypeError where a field is missing, unknown or given twice.
    """

    def __init__(self, *values: object, **named: object) -> None:
        kind = type(self)
        fields = tuple(kind.__annotations__)
        given = dict(zip(fields, values, strict=False)) | named
        if len(given) < len(values) + len(named) or not given.keys() <= set(fields):
            raise TypeError(f"{kind.__name__} takes {', '.join(fields)}, each once")
        for name in fields:
            if name not in given and not hasattr(kind, name):
                raise TypeError(f"{kind.__name__} lacks {name}")
            self.__dict__[name] = given[name] if name in given else getattr(kind, name)
        self.__post_init__()

    def __post_init__(self) -> None:
        """What a subclass checks about its fields."""

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{name} of a {type(self).__name__} does not change")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{name} of a {type(self).__name__} does not change")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash(tuple(self.__dict__.values()))

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in self.__dict__.items())
        return f"{type(self).__qualname__}({fields})"
