"""The names of a problem, spelt as Python names of the generated module."""

from __future__ import annotations

import builtins
import keyword
import math
from collections.abc import Iterable
from dataclasses import dataclass

from derivation.errors import UnsupportedError
from derivation.trainer.reading.problem import Names

__all__ = ["Spelling", "python_name"]

# Names in the formulas and in the public functions of every generated module.
_OWN = frozenset({
    "columns", "curvatures", "distances", "gaps", "labels", "logarithms", "losses", "predictions",
    "residuals", "rests", "slopes", "strength", "total", "totals", "units", "values", "weights",
    "wholes",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spelling:
    """Python names for the arguments of the public functions, and for one sample's z and y."""

    rows: str
    labels: str
    weights: str
    bias: str | None
    predictor: str

    @classmethod
    def of(cls, names: Names, taken: Iterable[str] = ()) -> Spelling:
        """Legal and distinct names, none of them ``taken``; ``x`` becomes the matrix ``X``.

        Raises UnsupportedError for names that Python cannot spell, or that become the same.
        """
        reserved = _OWN | frozenset(taken)
        rows = names.features.upper() if len(names.features) == 1 else names.features
        spelling = cls(
            rows=python_name(rows, reserved),
            labels=python_name(names.labels, reserved),
            weights=python_name(names.weights, reserved),
            bias=None if names.bias is None else python_name(names.bias, reserved),
            predictor=python_name(names.predictor, reserved),
        )
        parts = [spelling.rows, spelling.labels, spelling.weights, spelling.predictor]
        parts += [] if spelling.bias is None else [spelling.bias]
        if len(set(parts)) != len(parts):
            raise UnsupportedError(f"two parts of the problem would be called the same: {spelling}")
        return spelling


def python_name(name: str, reserved: frozenset[str], *, plural: bool = True) -> str:
    """The name, with dashes below until nothing else in the module is called so.

    The column of the values u is called ``us``, so that must be free, too, with ``plural``.
    """
    if not (name.isascii() and name.isidentifier()):
        raise UnsupportedError(f"{name!r} cannot be a name in Python code; give it another name")
    while any(_is_taken(one, reserved) for one in (name, f"{name}s" if plural else name)):
        name += "_"
    return name


def _is_taken(name: str, reserved: frozenset[str]) -> bool:
    return (
        keyword.iskeyword(name)
        or name in reserved
        or hasattr(math, name)
        or hasattr(builtins, name)
    )
