"""Terms, and the nodes of elementary algebra: names, numbers, calls, operators, parentheses."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias

from derivation.term.decimals import digits_of, exact_value
from derivation.term.kept import Keeper, hashed_once
from derivation.term.signs import Index, Span, Times

__all__ = [
    "Add", "Call", "Constant", "Div", "Indexed", "Mul", "Neg", "Number", "Operand", "Paren",
    "Pow", "Sub", "Symbol", "Term", "as_term", "number",
]  # fmt: skip


@hashed_once
@dataclass(frozen=True, slots=True)
class Term(Keeper):
    """Base class of all nodes; ``span``, where it was written, takes no part in equality."""

    span: Span | None = field(default=None, compare=False, repr=False, kw_only=True)

    @property
    def children(self) -> tuple[Term, ...]:
        """The direct subterms, left to right."""
        return ()

    def with_children(self, children: tuple[Term, ...]) -> Term:
        """The same node over other subterms (same number, same order)."""
        if children:
            raise ValueError(f"{type(self).__name__} has no subterms")
        return self

    def __add__(self, other: Operand) -> Term:
        return Add(self, as_term(other))

    def __radd__(self, other: Operand) -> Term:
        return Add(as_term(other), self)

    def __sub__(self, other: Operand) -> Term:
        return Sub(self, as_term(other))

    def __rsub__(self, other: Operand) -> Term:
        return Sub(as_term(other), self)

    def __mul__(self, other: Operand) -> Term:
        return Mul(self, as_term(other))

    def __rmul__(self, other: Operand) -> Term:
        return Mul(as_term(other), self)

    def __truediv__(self, other: Operand) -> Term:
        return Div(self, as_term(other))

    def __rtruediv__(self, other: Operand) -> Term:
        return Div(as_term(other), self)

    def __pow__(self, other: Operand) -> Term:
        return Pow(self, as_term(other))

    def __rpow__(self, other: Operand) -> Term:
        return Pow(as_term(other), self)

    def __neg__(self) -> Term:
        return Neg(self)


Operand: TypeAlias = "Term | int | Fraction | str"


@hashed_once
@dataclass(frozen=True, slots=True)
class Number(Term):
    """A nonnegative number as written: ``2``, ``0.50``, ``1e-30``. Decimals are exact."""

    text: str

    @property
    def value(self) -> Fraction:
        """The exact value. Raises ValueError for a text that is no decimal number."""
        return exact_value(self.text)


@hashed_once
@dataclass(frozen=True, slots=True)
class Constant(Term):
    """A named real constant: ``e``, ``pi`` or ``EulerGamma``.

    ``inf`` stands only in the limits of integrals, and is no number.
    """

    name: str


@hashed_once
@dataclass(frozen=True, slots=True)
class Symbol(Term):
    """A variable, an index, a size, or a defined quantity without arguments."""

    name: str


@hashed_once
@dataclass(frozen=True, slots=True)
class Indexed(Term):
    """A member of a family: ``w_j``, ``x^{(i)}``, ``x^{(i)}_j``."""

    base: str
    indices: tuple[Term, ...]
    place: Index = Index.BELOW

    @property
    def children(self) -> tuple[Term, ...]:
        return self.indices

    def with_children(self, children: tuple[Term, ...]) -> Term:
        return Indexed(self.base, children, self.place, span=self.span)


@hashed_once
@dataclass(frozen=True, slots=True)
class Call(Term):
    """A function applied to arguments.

    ``primes`` counts the dashes of ``f''(x)``: the derivative of a function of one argument,
    taken at that argument. ``bare`` says that the argument was written without parentheses:
    ``\\log h(x)``.
    """

    name: str
    arguments: tuple[Term, ...]
    primes: int = 0
    bare: bool = False

    @property
    def children(self) -> tuple[Term, ...]:
        return self.arguments

    def with_children(self, children: tuple[Term, ...]) -> Term:
        return Call(self.name, children, self.primes, self.bare, span=self.span)


@hashed_once
@dataclass(frozen=True, slots=True)
class _Unary(Term):
    body: Term

    @property
    def children(self) -> tuple[Term, ...]:
        return (self.body,)

    def with_children(self, children: tuple[Term, ...]) -> Term:
        (body,) = children
        return type(self)(body, span=self.span)


@hashed_once
@dataclass(frozen=True, slots=True)
class Neg(_Unary):
    """``-body``."""


@hashed_once
@dataclass(frozen=True, slots=True)
class Paren(_Unary):
    """Parentheses that the notation would not need, kept because they were written."""


@hashed_once
@dataclass(frozen=True, slots=True)
class _Binary(Term):
    left: Term
    right: Term

    @property
    def children(self) -> tuple[Term, ...]:
        return (self.left, self.right)

    def with_children(self, children: tuple[Term, ...]) -> Term:
        left, right = children
        return type(self)(left, right, span=self.span)


@hashed_once
@dataclass(frozen=True, slots=True)
class Add(_Binary):
    """``left + right``."""


@hashed_once
@dataclass(frozen=True, slots=True)
class Sub(_Binary):
    """``left - right``."""


@hashed_once
@dataclass(frozen=True, slots=True)
class Mul(_Binary):
    """``left right``."""

    sign: Times = Times.BESIDE

    def with_children(self, children: tuple[Term, ...]) -> Term:
        left, right = children
        return Mul(left, right, self.sign, span=self.span)


@hashed_once
@dataclass(frozen=True, slots=True)
class Div(_Binary):
    """``left / right``; ``slash`` says whether it was written with a slash or as a fraction."""

    slash: bool = False

    def with_children(self, children: tuple[Term, ...]) -> Term:
        left, right = children
        return Div(left, right, self.slash, span=self.span)


@hashed_once
@dataclass(frozen=True, slots=True)
class Pow(_Binary):
    """``left`` to the power ``right``."""


def number(value: int | Fraction) -> Term:
    """The term for a rational number: ``3``, ``-3``, ``1/2``."""
    value = Fraction(value)
    top: Term = Number(digits_of(abs(value.numerator)))
    if value.denominator != 1:
        top = Div(top, Number(digits_of(value.denominator)))
    return Neg(top) if value < 0 else top


def as_term(value: Operand) -> Term:
    """A term from a term, a whole number, a fraction, or the name of a symbol.

    Raises TypeError for anything else: a float such as 0.1 is not the number that was meant.
    """
    if isinstance(value, Term):
        return value
    if isinstance(value, bool) or not isinstance(value, int | Fraction | str):
        raise TypeError(
            f"cannot make a term from {value!r}; use a whole number, a Fraction or a name"
        )
    return Symbol(value) if isinstance(value, str) else number(value)
