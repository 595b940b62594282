"""Where the walk for conditions stands: bound indices, branches, derivatives around it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from derivation.kernel.definedness.branch_tests import negated
from derivation.kernel.definedness.domains import Requirement
from derivation.kernel.definedness.elementary import SPECIAL, elementary
from derivation.kernel.definedness.ranges import tidy
from derivation.kernel.names.context import Context
from derivation.kernel.theorem import Binder, Condition, ConditionKind
from derivation.term import Number, Sub, Term, Test, free_names

__all__ = ["Place"]


@dataclass(frozen=True, slots=True)
class Place:
    """The bound indices in scope, the tests that hold, and what is differentiated by.

    ``moving`` are the names of the variables of the derivatives around: what depends on one of
    them must be defined *around* the point. ``inside_prime``: so must everything. ``order``: how
    often at most is differentiated.
    """

    context: Context
    binders: tuple[Binder, ...] = ()
    guards: tuple[Test, ...] = ()
    moving: frozenset[str] = frozenset()
    inside_prime: bool = False
    order: int = 0

    @property
    def bound(self) -> frozenset[str]:
        """The names of the bound indices."""
        return frozenset(binder.index for binder in self.binders)

    def moves(self, term: Term) -> bool:
        """Whether the value of the term changes with a variable of a derivative around it."""
        if self.inside_prime:
            return True
        return bool(self.moving) and bool(self.moving & self.context.dependencies(term))

    def require(self, kind: ConditionKind, term: Term) -> Iterator[Condition]:
        """The condition in simple words; around the point, >= 0 must be > 0.

        A whole number is none of 0, -1, -2, ... exactly if it is >= 1.
        """
        if kind is ConditionKind.NOT_POLE and free_names(term):
            if self.context.is_whole(term, self.bound):
                kind, term = ConditionKind.NONNEGATIVE, Sub(term, Number("1"))
            term = tidy(term)
        elif kind is ConditionKind.NONNEGATIVE and self.moves(term):
            kind = ConditionKind.POSITIVE
        for simple_kind, simple in self.simpler(kind, term):
            yield self.exactly(simple_kind, simple)

    def simpler(self, kind: ConditionKind, term: Term) -> Iterator[Requirement]:
        """The same in simpler words; a declared function is not the built-in one of its name."""
        return elementary(kind, term, SPECIAL & self.context.domain.functions)

    def exactly(self, kind: ConditionKind, term: Term) -> Condition:
        """The condition as it stands, with the binders that it needs."""
        return Condition(kind, term, self._relevant(term), self.guards)

    def _relevant(self, term: Term) -> tuple[Binder, ...]:
        """The binders whose index the term or a guard mentions, or the limits of such a binder."""
        if not self.binders:
            return ()
        names, kept = free_names(term), []
        for guard in self.guards:
            names |= free_names(guard)
        for binder in reversed(self.binders):
            if binder.index in names:
                kept.append(binder)
                names |= free_names(binder.lower) | free_names(binder.upper)
        return tuple(reversed(kept))

    def within(self, binder: Binder) -> Place:
        """Inside the body of a sum or product."""
        return replace(self, binders=(*self.binders, binder))

    def where(self, test: Test) -> Place:
        """Where the test holds."""
        return replace(self, guards=(*self.guards, test))

    def unless(self, test: Test) -> Place:
        """Where the test does not hold."""
        return self.where(negated(test))

    def differentiated(self, name: str, order: int) -> Place:
        """Below a derivative by a symbol or family of that name."""
        return replace(self, moving=self.moving | {name}, order=self.order + order)

    def at_the_point(self) -> Place:
        """No derivative around."""
        return replace(self, moving=frozenset(), inside_prime=False, order=0)
