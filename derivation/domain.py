"""Declared domains: what each name stands for, before anything is proved about it.

A ``Domain`` is a set of declarations. It is written as a sentence,

    x, y real, 0 < p < 1, m integer >= 1, i in 1..m, u[1..m, 1..d] real,
    k in {-1, 1}, 0 < h(x; w, b) < 1, f(x) function, v[1..m+1] real, A matrix m x n, P spd n

or, in batch claims, as a mapping ``{"x": "real", "p": "(0,1)", "z": "idx m"}``.

``h(x; w, b)`` declares an arbitrary smooth function, written ``h(x)``, that also depends on
``w`` and ``b``: its derivative by ``w`` is not zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from derivation.term import Add, Number, Relation, Sub, Symbol, Term, number
from derivation.term.decimals import fraction_text

__all__ = [
    "REAL_LINE", "Declaration", "Domain", "Interval", "Kind", "MatrixProperty", "Shifted", "Size",
    "size_name", "size_term",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shifted:
    """The size ``name + by``: the ``m + 1`` of ``x[1..m+1]``."""

    name: str
    by: int

    def __str__(self) -> str:
        return f"{self.name}{self.by:+d}"


# the size of a family or of an index range 1..n: a number, the name of one, or a name and a number
Size = int | str | Shifted


def size_name(size: Size) -> str | None:
    """The name that a size mentions, if any."""
    return size.name if isinstance(size, Shifted) else size if isinstance(size, str) else None


def size_term(size: Size) -> Term:
    """The size as a term."""
    match size:
        case Shifted(name=name, by=by):
            shift = Number(str(abs(by)))
            return Add(Symbol(name), shift) if by >= 0 else Sub(Symbol(name), shift)
        case str():
            return Symbol(size)
    return number(size)


class Kind(Enum):
    """What a name stands for."""

    REAL = "real"
    INTEGER = "integer"
    INDEX = "index"  # a whole number from 1 to `sizes[0]`
    FUNCTION = "function"  # an arbitrary smooth function of its arguments and parameters
    MATRIX = "matrix"  # a real matrix of `sizes[0]` rows and `sizes[1]` columns; 1 column: a vector


class MatrixProperty(Enum):
    """What is declared of a square matrix."""

    SYMMETRIC = "symmetric"
    POSITIVE_DEFINITE = "spd"  # symmetric and positive definite
    ORTHOGONAL = "orthogonal"
    INVERTIBLE = "invertible"


@dataclass(frozen=True, slots=True)
class Interval:
    """A real interval with rational ends; ``None`` is an infinite end."""

    low: Fraction | None = None
    high: Fraction | None = None
    low_open: bool = True
    high_open: bool = True

    def __contains__(self, value: Fraction) -> bool:
        above = self.low is None or (value > self.low if self.low_open else value >= self.low)
        below = self.high is None or (value < self.high if self.high_open else value <= self.high)
        return above and below

    def intersect(self, other: Interval) -> Interval:
        """The points in both."""
        for one, another in ((self, other), (other, self)):
            if another is REAL_LINE and one.is_open_where_infinite:
                return one
        low, low_open = _tighter(self.low, self.low_open, other.low, other.low_open, 1)
        high, high_open = _tighter(self.high, self.high_open, other.high, other.high_open, -1)
        return Interval(low, high, low_open, high_open)

    @property
    def is_open_where_infinite(self) -> bool:
        """Whether an end that is infinite is marked open, as it should be."""
        return (self.low is not None or self.low_open) and (self.high is not None or self.high_open)

    @property
    def is_empty(self) -> bool:
        """Whether no real number lies in it."""
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))


def _tighter(
    a: Fraction | None, a_open: bool, b: Fraction | None, b_open: bool, direction: int
) -> tuple[Fraction | None, bool]:
    if a is None or b is None:
        return (b, b_open) if a is None else (a, a_open)
    if a == b:
        return a, a_open or b_open
    return (a, a_open) if (a - b) * direction > 0 else (b, b_open)


REAL_LINE = Interval()


@dataclass(frozen=True, slots=True)
class Declaration:
    """One name: its kind, and where its values lie.

    ``sizes`` are the index ranges of a family (``x[1..m, 1..d]``), or the range of an index;
    those of a family start at ``first``, which is 1 or 0. A matrix has two sizes; ``interval``
    is that of its entries.
    ``arguments`` and ``parameters`` are those of a function ``h(x; w, b)``.
    """

    name: str
    kind: Kind = Kind.REAL
    interval: Interval = REAL_LINE
    nonzero: bool = False
    values: tuple[Fraction, ...] = ()
    sizes: tuple[Size, ...] = ()
    first: int = 1
    arguments: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    properties: frozenset[MatrixProperty] = frozenset()

    @property
    def is_family(self) -> bool:
        """Whether the name is written with indices."""
        return bool(self.sizes) and self.kind not in (Kind.INDEX, Kind.MATRIX)

    def admits(self, value: Fraction) -> bool:
        """Whether one value (of a member, or of the function) is allowed."""
        if self.values and value not in self.values:
            return False
        if self.kind in (Kind.INTEGER, Kind.INDEX) and value.denominator != 1:
            return False
        return value in self.interval and not (self.nonzero and value == 0)

    def __str__(self) -> str:
        return _describe(self)


@dataclass(frozen=True, slots=True)
class Domain:
    """A set of declarations, one a name, and hypotheses: relations that hold at its points."""

    declarations: tuple[Declaration, ...] = ()
    hypotheses: tuple[Relation, ...] = ()

    def __iter__(self) -> Iterator[Declaration]:
        return iter(self.declarations)

    def __contains__(self, name: object) -> bool:
        return any(declaration.name == name for declaration in self.declarations)

    def get(self, name: str) -> Declaration | None:
        """The declaration of a name, or None."""
        for declaration in self.declarations:
            if declaration.name == name:
                return declaration
        return None

    @property
    def functions(self) -> frozenset[str]:
        """Names declared as arbitrary functions."""
        return frozenset([d.name for d in self.declarations if d.kind is Kind.FUNCTION])

    def extended(self, other: Domain) -> Domain:
        """Both sets; where a name is in both, ``other`` wins."""
        names = {d.name for d in other.declarations}
        kept = tuple(d for d in self.declarations if d.name not in names)
        return Domain(kept + other.declarations, self.hypotheses + other.hypotheses)

    def without(self, *names: str) -> Domain:
        """All declarations but those of ``names``."""
        kept = tuple(d for d in self.declarations if d.name not in names)
        return Domain(kept, self.hypotheses)

    def __str__(self) -> str:
        return ", ".join(str(declaration) for declaration in self.declarations)

    @classmethod
    def parse(cls, given: str) -> Domain:
        """Read a sentence such as ``x real, 0 < p < 1, m integer >= 1``.

        Raises DomainError, naming the piece that cannot be read.
        """
        from derivation.given import read_sentence

        return cls(read_sentence(given))

    @classmethod
    def from_vars(cls, variables: Mapping[str, str]) -> Domain:
        """Read the ``vars`` of a batch claim: ``{"x": "real", "p": "(0,1)", "z": "idx m"}``.

        Raises DomainError, naming the variable.
        """
        from derivation.given import read_variables

        return cls(read_variables(variables))


def _describe(declaration: Declaration) -> str:
    name = declaration.name
    if declaration.is_family:
        name += "[" + ", ".join(f"{declaration.first}..{size}" for size in declaration.sizes) + "]"
    if declaration.kind is Kind.FUNCTION:
        parameters = "; " + ", ".join(declaration.parameters) if declaration.parameters else ""
        name += f"({', '.join(declaration.arguments)}{parameters})"
    words = [name]
    if declaration.kind is Kind.INTEGER:
        words.append("integer")
    if declaration.kind is Kind.INDEX:
        words.append(f"in 1..{declaration.sizes[0]}")
    if declaration.kind is Kind.MATRIX:
        words.append(_describe_shape(declaration))
    if declaration.values:
        words.append("in {" + ", ".join(map(fraction_text, declaration.values)) + "}")
    interval = declaration.interval
    low, high = ("" if end is None else fraction_text(end) for end in (interval.low, interval.high))
    if interval.low is not None and interval.high is not None:
        left, right = "[("[interval.low_open], "])"[interval.high_open]
        words.append(f"in {left}{low}, {high}{right}")
    elif interval.low is not None:
        words.append(f"{'>' if interval.low_open else '>='} {low}")
    elif interval.high is not None:
        words.append(f"{'<' if interval.high_open else '<='} {high}")
    if declaration.nonzero:
        words.append("!= 0" if len(words) > 1 else "nonzero")
    if len(words) == 1:
        words.append("function" if declaration.kind is Kind.FUNCTION else "real")
    return " ".join(words)


def _describe_shape(declaration: Declaration) -> str:
    rows, columns = declaration.sizes if len(declaration.sizes) == 2 else ("?", "?")
    shape = f"vector {rows}" if columns == 1 else f"matrix {rows} x {columns}"
    return " ".join([shape, *sorted(one.value for one in declaration.properties)])
