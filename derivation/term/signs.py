"""How a node was written: its place in the source, its sign, its looks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

__all__ = ["DerivativeSign", "Index", "MarkKind", "RelationSign", "Span", "Times"]


@dataclass(frozen=True, slots=True)
class Span:
    """Where a term stands in its source text: ``source[start:end]``."""

    start: int
    end: int


class Times(Enum):
    """How a product was written."""

    BESIDE = ""  # x y
    CROSS = "times"  # x \times y
    DOT = "cdot"  # x \cdot y


class Index(Enum):
    """Where the indices of a family were written."""

    BELOW = "below"  # x_{i j}
    ABOVE = "above"  # x^{(i)}: the i-th sample
    BOTH = "both"  # x^{(i)}_{j}: first index above, the others below


class DerivativeSign(Enum):
    """Which letter a derivative was written with."""

    PARTIAL = "partial"
    ORDINARY = "d"


class MarkKind(Enum):
    """Semantic marks of the slides; invisible to the kernel."""

    BOXED = "boxed"  # a result
    KEY = "key"  # what is new in this line
    FIRST = "hla"  # highlight colours
    SECOND = "hlb"
    THIRD = "hlc"


class RelationSign(Enum):
    """Relations between two terms."""

    EQ = "="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="

    __hash__ = object.__hash__  # one object each; Enum's own works it out in Python
