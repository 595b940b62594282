"""What a search for stable forms is given, and what it finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction

from derivation.domain import REAL_LINE, Interval
from derivation.kernel import Definition, Theorem
from derivation.term import Term
from derivation.trainer.reading.statements import Statement

__all__ = ["Audit", "Chain", "Folded", "Measure", "Setting", "Side", "Stable", "Step"]


class Side(Enum):
    """On which side of zero the pivot lies; BOTH where one form serves for either."""

    NONNEGATIVE = ">= 0"
    NEGATIVE = "< 0"
    BOTH = "real"


class Measure(Enum):
    """What an error is counted in."""

    VALUE = "units in the last place of the value"
    SUMMANDS = "units in the last place of what is subtracted, as the value crosses zero"
    ONE = "units in the last place of 1, as the value touches zero"


@dataclass(frozen=True, slots=True)
class Setting:
    """One sample: the linear predictor (any real number), the label, and where labels lie.

    ``definitions`` are those of the functions that a term may mention. ``lemmas`` are the
    author's own theorems ``term = form``; they are tried when the rule table finds nothing.
    """

    predictor: str
    label: str
    labels: Interval = REAL_LINE
    definitions: tuple[Definition, ...] = ()
    lemmas: Sequence[Statement] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One rewrite: the rule that proposed it, the line it gives, and the kernel's theorem."""

    rule: str
    statement: str  # the rule in LaTeX
    term: Term
    theorem: Theorem


@dataclass(frozen=True, slots=True)
class Chain:
    """``start = steps[0].term = steps[1].term = ...``; ``theorem`` is ``start = form``."""

    start: Term
    side: Side
    steps: tuple[Step, ...]
    theorem: Theorem

    @property
    def form(self) -> Term:
        """The last line."""
        return self.theorem.rhs


@dataclass(frozen=True, slots=True)
class Audit:
    """Largest error of a form in floating point, against a reference of at least 60 digits."""

    side: Side
    points: int
    error: float
    measure: Measure


@dataclass(frozen=True, slots=True)
class Stable:
    """A function of z and y: as defined, and as computed where ``pivot >= 0`` and ``pivot < 0``.

    ``pivot`` is the predictor itself, unless every exponential is one of another term such as
    y z or z - y. ``theorems`` says ``defined = form`` for each side; it is empty for a
    polynomial. ``audits`` is what was measured.
    """

    defined: Term
    nonnegative: Term
    negative: Term
    theorems: tuple[Theorem, ...]
    pivot: Term
    chains: tuple[Chain, ...] = ()
    audits: tuple[Audit, ...] = ()


@dataclass(frozen=True, slots=True)
class Folded:
    """Loss and slope for the two extreme labels of a loss that treats them alike.

    With m = z for the first of ``labels`` and m = -z for the second the loss of a sample is
    ``loss`` and its derivative in m is ``slope``; both hold one exponential, e^m, and are
    accurate for every m for which that does not overflow.
    """

    loss: Term
    slope: Term
    variable: str
    theorems: tuple[Theorem, ...]
    labels: tuple[Fraction, Fraction] = (Fraction(0), Fraction(1))
    chains: tuple[Chain, ...] = ()
    audits: tuple[Audit, ...] = field(default=())
