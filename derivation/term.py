"""The as-written tree.

A ``Term`` is an immutable tree of exactly what somebody wrote: nothing here reorders,
evaluates or simplifies. ``x - x`` is ``Sub(Symbol("x"), Symbol("x"))`` and stays so.

Two terms are equal when they were written the same way: ``x y`` and ``x \\cdot y`` differ,
spans do not count. ``plain(term)`` forgets everything that is only looks (marks, redundant
parentheses, the sign of multiplication, the shape of a fraction), so that two terms with the
same mathematical structure become equal; the kernel and the rules work on plain terms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from fractions import Fraction
from typing import TypeAlias

__all__ = [
    "Add", "Call", "Constant", "Derivative", "DerivativeSign", "Div", "Index", "Indexed",
    "Mark", "MarkKind", "Mul", "Neg", "Number", "Operand", "Paren", "Piecewise", "Pow",
    "Relation", "RelationSign", "Span", "Sub", "Sum", "Symbol", "Term", "Times", "as_term",
    "free_names", "number", "plain", "substitute", "transform", "walk",
]  # fmt: skip


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


@dataclass(frozen=True, slots=True)
class Term:
    """Base class of all nodes. ``span`` is where it was written; it never takes part in equality."""

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


@dataclass(frozen=True, slots=True)
class Number(Term):
    """A nonnegative decimal or whole number as written: ``2``, ``0.50``. Decimals are exact."""

    text: str

    @property
    def value(self) -> Fraction:
        """The exact value."""
        return Fraction(self.text)


@dataclass(frozen=True, slots=True)
class Constant(Term):
    """A named real constant: ``e`` or ``pi``."""

    name: str


@dataclass(frozen=True, slots=True)
class Symbol(Term):
    """A variable, an index, a size, or a defined quantity without arguments."""

    name: str


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


@dataclass(frozen=True, slots=True)
class _Unary(Term):
    body: Term

    @property
    def children(self) -> tuple[Term, ...]:
        return (self.body,)

    def with_children(self, children: tuple[Term, ...]) -> Term:
        (body,) = children
        return type(self)(body, span=self.span)


@dataclass(frozen=True, slots=True)
class Neg(_Unary):
    """``-body``."""


@dataclass(frozen=True, slots=True)
class Paren(_Unary):
    """Parentheses that the notation would not need, kept because they were written."""


@dataclass(frozen=True, slots=True)
class Mark(Term):
    """A part of a line that the slide boxes or highlights; means the same as its body."""

    kind: MarkKind
    body: Term

    @property
    def children(self) -> tuple[Term, ...]:
        return (self.body,)

    def with_children(self, children: tuple[Term, ...]) -> Term:
        (body,) = children
        return replace(self, body=body)


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


@dataclass(frozen=True, slots=True)
class Add(_Binary):
    """``left + right``."""


@dataclass(frozen=True, slots=True)
class Sub(_Binary):
    """``left - right``."""


@dataclass(frozen=True, slots=True)
class Mul(_Binary):
    """``left right``."""

    sign: Times = Times.BESIDE

    def with_children(self, children: tuple[Term, ...]) -> Term:
        left, right = children
        return Mul(left, right, self.sign, span=self.span)


@dataclass(frozen=True, slots=True)
class Div(_Binary):
    """``left / right``; ``slash`` says whether it was written with a slash or as a fraction."""

    slash: bool = False

    def with_children(self, children: tuple[Term, ...]) -> Term:
        left, right = children
        return Div(left, right, self.slash, span=self.span)


@dataclass(frozen=True, slots=True)
class Pow(_Binary):
    """``left`` to the power ``right``."""


@dataclass(frozen=True, slots=True)
class Sum(Term):
    """``body`` summed over whole numbers ``index`` from ``lower`` to ``upper``; empty sums are 0.

    ``index`` is bound in ``body`` only, not in the limits.
    """

    body: Term
    index: str
    lower: Term
    upper: Term

    @property
    def children(self) -> tuple[Term, ...]:
        return (self.body, self.lower, self.upper)

    def with_children(self, children: tuple[Term, ...]) -> Term:
        body, lower, upper = children
        return replace(self, body=body, lower=lower, upper=upper)


@dataclass(frozen=True, slots=True)
class Derivative(Term):
    """The derivative of ``body`` by ``variable`` (a Symbol or an Indexed), ``order`` times.

    ``quotient`` tells ``\\frac{\\partial h}{\\partial w}`` from ``\\frac{\\partial}{\\partial w} h``.
    """

    body: Term
    variable: Term
    order: int = 1
    sign: DerivativeSign = DerivativeSign.PARTIAL
    quotient: bool = False

    @property
    def children(self) -> tuple[Term, ...]:
        return (self.body, self.variable)

    def with_children(self, children: tuple[Term, ...]) -> Term:
        body, variable = children
        return replace(self, body=body, variable=variable)


@dataclass(frozen=True, slots=True)
class Relation(Term):
    """``left sign right``: an equation, or the condition of a branch."""

    left: Term
    sign: RelationSign
    right: Term

    @property
    def children(self) -> tuple[Term, ...]:
        return (self.left, self.right)

    def with_children(self, children: tuple[Term, ...]) -> Term:
        left, right = children
        return replace(self, left=left, right=right)


@dataclass(frozen=True, slots=True)
class Piecewise(Term):
    """Branches ``(value, condition)``; the first whose condition holds; ``None`` = otherwise."""

    branches: tuple[tuple[Term, Relation | None], ...]

    @property
    def children(self) -> tuple[Term, ...]:
        return tuple(
            part for value, condition in self.branches for part in (value, condition) if part
        )

    def with_children(self, children: tuple[Term, ...]) -> Term:
        rest = iter(children)
        branches: list[tuple[Term, Relation | None]] = []
        for _, condition in self.branches:
            value = next(rest)
            test = next(rest) if condition is not None else None
            if test is not None and not isinstance(test, Relation):
                raise ValueError("the condition of a branch is a relation")
            branches.append((value, test))
        return replace(self, branches=tuple(branches))


def number(value: int | Fraction) -> Term:
    """The term for a rational number: ``3``, ``-3``, ``1/2``."""
    value = Fraction(value)
    top: Term = Number(str(abs(value.numerator)))
    if value.denominator != 1:
        top = Div(top, Number(str(value.denominator)))
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


def walk(term: Term) -> Iterator[Term]:
    """The term and all its subterms, parents first, left to right."""
    stack = [term]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(node.children))


def transform(term: Term, change: Callable[[Term], Term]) -> Term:
    """Apply ``change`` to every node, subterms first."""
    children = term.children
    if children:
        changed = tuple(transform(child, change) for child in children)
        if any(new is not old for new, old in zip(changed, children, strict=True)):
            term = term.with_children(changed)
    return change(term)


def _without_looks(node: Term) -> Term:
    match node:
        case Paren(body=body) | Mark(body=body):
            return body
        case Mul(left=left, right=right, sign=sign) if sign is not Times.BESIDE:
            return Mul(left, right)
        case Div(left=left, right=right, slash=True):
            return Div(left, right)
        case Indexed(base=base, indices=indices, place=place) if place is not Index.BELOW:
            return Indexed(base, indices)
        case Call(name=name, arguments=arguments, primes=primes, bare=True):
            return Call(name, arguments, primes)
        case Derivative(
            body=body, variable=variable, order=order, sign=sign, quotient=quotient
        ) if quotient or sign is not DerivativeSign.PARTIAL:
            return Derivative(body, variable, order)
        case _:
            return node


def plain(term: Term) -> Term:
    """The same structure without looks: no marks, no redundant parentheses, default styles."""
    return transform(term, _without_looks)


def free_names(term: Term) -> frozenset[str]:
    """Names of the symbols and families that occur free; function names are not included."""
    match term:
        case Symbol(name=name):
            return frozenset({name})
        case Sum(body=body, index=index, lower=lower, upper=upper):
            return (free_names(body) - {index}) | free_names(lower) | free_names(upper)
        case _:
            names: set[str] = {term.base} if isinstance(term, Indexed) else set()
            for child in term.children:
                names |= free_names(child)
            return frozenset(names)


def fresh_name(name: str, taken: frozenset[str]) -> str:
    """``name``, or ``name`` with dashes until nothing in ``taken`` clashes."""
    while name in taken:
        name += "_"
    return name


def substitute(term: Term, values: dict[str, Term]) -> Term:
    """Replace free symbols by terms; bound indices are renamed where they would capture.

    Raises ValueError where the result has no as-written form: a derivative *at a point*
    (``x := 2`` in d/dx f), or a value that mentions the variable of differentiation
    (``a := x`` in d/dx (a x), which is not d/dx (x x)).
    """
    if not values:
        return term
    match term:
        case Symbol(name=name):
            return values.get(name, term)
        case Sum(body=body, index=index, lower=lower, upper=upper):
            inner = {name: value for name, value in values.items() if name != index}
            used = free_names(body)
            inner = {name: value for name, value in inner.items() if name in used}
            taken = frozenset().union(*(free_names(value) for value in inner.values()))
            if index in taken:
                renamed = fresh_name(index, taken | used)
                body = substitute(body, {index: Symbol(renamed)})
                index = renamed
            return replace(
                term,
                body=substitute(body, inner),
                index=index,
                lower=substitute(lower, values),
                upper=substitute(upper, values),
            )
        case Derivative(body=body, variable=variable):
            return _substitute_below_derivative(term, body, variable, values)
        case _:
            children = term.children
            if not children:
                return term
            return term.with_children(tuple(substitute(child, values) for child in children))


def _name_of(variable: Term) -> str:
    if isinstance(variable, Symbol):
        return variable.name
    if isinstance(variable, Indexed):
        return variable.base
    raise ValueError("the variable of a derivative is a symbol or a member of a family")


def _substitute_below_derivative(
    term: Derivative, body: Term, variable: Term, values: dict[str, Term]
) -> Term:
    new_variable = substitute(variable, values)
    if not isinstance(new_variable, Symbol | Indexed):
        raise ValueError("the variable of a derivative was replaced by a compound term")
    old_name, new_name = _name_of(variable), _name_of(new_variable)
    used = free_names(body)
    if new_name != old_name and new_name in used:
        raise ValueError("the new variable of a derivative occurs in its body already")
    for name in used - {old_name}:
        if name in values and new_name in free_names(values[name]):
            raise ValueError("a value mentions the variable of differentiation")
    return replace(term, body=substitute(body, values), variable=new_variable)
