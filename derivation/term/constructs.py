"""Nodes beyond elementary algebra: sums, derivatives, relations, branches, marks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

from derivation.term.kept import hashed_once
from derivation.term.nodes import Term
from derivation.term.signs import DerivativeSign, MarkKind, RelationSign

__all__ = [
    "And", "Derivative", "Integral", "Mark", "Not", "Or", "Piecewise", "Product", "Ranged",
    "Relation", "Sum", "Test",
]  # fmt: skip


@hashed_once
@dataclass(frozen=True, slots=True)
class Ranged(Term):
    """``body`` over the bound name ``index`` from ``lower`` to ``upper``.

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


@hashed_once
@dataclass(frozen=True, slots=True)
class Sum(Ranged):
    """The sum over the whole numbers ``lower``, ..., ``upper``; empty sums are 0."""


@hashed_once
@dataclass(frozen=True, slots=True)
class Product(Ranged):
    """The product over the whole numbers ``lower``, ..., ``upper``; empty products are 1."""


@hashed_once
@dataclass(frozen=True, slots=True)
class Integral(Ranged):
    """The definite integral by the real variable ``index``.

    A limit may be ``Constant("inf")`` or its negative; that constant stands nowhere else.
    """


@hashed_once
@dataclass(frozen=True, slots=True)
class Derivative(Term):
    """The derivative of ``body`` by ``variable`` (a Symbol or an Indexed), ``order`` times.

    ``quotient`` tells ``\\frac{\\partial h}{\\partial w}`` from
    ``\\frac{\\partial}{\\partial w} h``.
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


@hashed_once
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


@hashed_once
@dataclass(frozen=True, slots=True)
class _Junction(Term):
    left: Test
    right: Test

    @property
    def children(self) -> tuple[Term, ...]:
        return (self.left, self.right)

    def with_children(self, children: tuple[Term, ...]) -> Term:
        left, right = children
        return replace(self, left=as_test(left), right=as_test(right))


@hashed_once
@dataclass(frozen=True, slots=True)
class And(_Junction):
    """Both conditions hold; ``0 < x < 1`` is read as one, too."""


@hashed_once
@dataclass(frozen=True, slots=True)
class Or(_Junction):
    """At least one of the conditions holds."""


@hashed_once
@dataclass(frozen=True, slots=True)
class Not(Term):
    """The condition does not hold."""

    body: Test

    @property
    def children(self) -> tuple[Term, ...]:
        return (self.body,)

    def with_children(self, children: tuple[Term, ...]) -> Term:
        (body,) = children
        return replace(self, body=as_test(body))


Test: TypeAlias = "Relation | And | Or | Not"  # what may stand as the condition of a branch


def as_test(term: Term) -> Test:
    """The term itself, if it is a condition. Raises ValueError for anything else."""
    if isinstance(term, Relation | And | Or | Not):
        return term
    raise ValueError("the condition of a branch is a relation, or built of such")


@hashed_once
@dataclass(frozen=True, slots=True)
class Piecewise(Term):
    """Branches ``(value, condition)``; the first whose condition holds; ``None`` = otherwise."""

    branches: tuple[tuple[Term, Test | None], ...]

    @property
    def children(self) -> tuple[Term, ...]:
        return tuple(
            part for value, condition in self.branches for part in (value, condition) if part
        )

    def with_children(self, children: tuple[Term, ...]) -> Term:
        rest = iter(children)
        branches: list[tuple[Term, Test | None]] = []
        for _, condition in self.branches:
            value = next(rest)
            branches.append((value, None if condition is None else as_test(next(rest))))
        return replace(self, branches=tuple(branches))


@hashed_once
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
