"""One cell of a CSV file: a number, a missing value, a number written otherwise, or text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum, auto
from math import isfinite

__all__ = ["MISSING", "CellKind", "all_numbers", "kind_of", "number", "what_is_wrong"]

MISSING = frozenset({"", "?", "na", "n/a", "nan", "null"})
"""What stands for a missing value, in any case and with blanks around it."""


class CellKind(Enum):
    """What a cell can be read as."""

    NUMBER = auto()
    MISSING = auto()
    WRONG = auto()
    """Meant as a number, but not one that can be used: 1,5 or 1_000 or 12% or inf."""
    TEXT = auto()


def all_numbers(cells: Sequence[str]) -> list[float] | None:
    """The numbers in the cells, or None if one cell or more is not a finite number.

    This is the fast path: most columns of most files hold nothing else.
    """
    try:
        values = list(map(float, cells))
    except ValueError:
        return None
    # The sum is finite only if every value is; float() reads 1_000, CSV files do not mean it.
    if not isfinite(sum(values)) and not all(map(isfinite, values)):
        return None
    return None if "_" in "".join(cells) else values


def number(cell: str) -> float | None:
    """The finite number in a cell, or None."""
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if isfinite(value) and "_" not in cell else None


def kind_of(cell: str) -> CellKind:
    """What the cell can be read as."""
    if number(cell) is not None:
        return CellKind.NUMBER
    if cell.strip().lower() in MISSING:
        return CellKind.MISSING
    return CellKind.WRONG if what_is_wrong(cell) else CellKind.TEXT


def what_is_wrong(cell: str) -> str:
    """What is wrong with a number that cannot be used, and what to do; "" for other text."""
    text = cell.strip()
    for pattern, hint in _SPELLINGS:
        if pattern.fullmatch(text):
            return f"{cell!r} is not a number; {hint}"
    try:
        float(text)
    except ValueError:
        return ""
    return f"{cell!r} is not a finite number"


_DIGITS = r"[+-]?\d+"
_SPACES = "[ _'\N{RIGHT SINGLE QUOTATION MARK}\N{NO-BREAK SPACE}\N{THIN SPACE}]"


def _grouped(separator: str) -> str:
    """Digits in groups of three."""
    return rf"[+-]?\d{{1,3}}(?:{separator}\d{{3}})+"


_SPELLINGS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(rf"{_grouped(',')}\.\d*|[+-]?\d{{1,3}}(?:,\d{{3}}){{2,}}"),
        "write thousands without commas",
    ),
    (
        re.compile(rf"{_grouped('[.]')},\d*|[+-]?\d{{1,3}}(?:[.]\d{{3}}){{2,}}"),
        "write thousands without points, and decimals with a point",
    ),
    (re.compile(rf"{_DIGITS},\d*|[+-]?,\d+"), "write decimals with a point"),
    (
        re.compile(rf"{_grouped(_SPACES)}(?:[.,]\d*)?"),
        "write thousands without separators",
    ),
    (
        re.compile(rf"[+-]?\d*_[\d_]*[.]?[\d_]*(?:[eE]{_DIGITS})?"),
        "write digits without underscores",
    ),
    (re.compile(r"[+-]?[\d.,]*\d[\d.,]*\s*%"), "write 12 % as 0.12 or as 12"),
    (
        re.compile(r"[+-]?\s*[$€£¥₩]\s*[+-]?[\d.,]*\d|[+-]?\d[\d.,]*\s*[$€£¥₩]"),
        "leave out the currency",
    ),
    (re.compile(r"[+-]?\d+[.]?\d*[dD][+-]?\d+"), "write the exponent with e"),
    (re.compile("[\N{MINUS SIGN}\N{EN DASH}]\\s*\\d[\\d.,]*"), "write the minus sign as -"),
)
