"""Nodes beyond elementary algebra: sums, derivatives, relations, branches, marks."""

from __future__ import annotations

from dataclasses import dataclass, replace

from derivation.term.nodes import Term
from derivation.term.signs import DerivativeSign, MarkKind, RelationSign

__all__ = ["Derivative", "Mark", "Piecewise", "Relation", "Sum"]


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
