"""What an integral is worked out in: the variable declared in its range, and what holds there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

from derivation.domain import Declaration, Domain, Interval
from derivation.kernel.bounds.intervals import Bounds
from derivation.kernel.definedness.discharge import implied
from derivation.kernel.integration.integrand import NoRule
from derivation.kernel.names.context import Context
from derivation.kernel.normal_form.convert import NormalForm
from derivation.kernel.normal_form.generators import Generator, Kind
from derivation.kernel.normal_form.quotient import TooLarge
from derivation.kernel.normal_form.tower import Restart, Tower
from derivation.kernel.theorem import Condition, ConditionKind
from derivation.term import (
    Constant,
    Neg,
    Number,
    Relation,
    RelationSign,
    Sub,
    Symbol,
    Term,
    free_names,
)

__all__ = ["INFINITY", "ConditionsOf", "Piece", "Place", "attempt", "holds", "is_infinite"]

_RESTARTS = 30
INFINITY = Constant("inf")
ConditionsOf = Callable[[Term, Context], tuple[Condition, ...]]
InnerIntegrals = Callable[[Term, Context], tuple[Term, tuple[Condition, ...]]]
Value = TypeVar("Value")


def is_infinite(limit: Term) -> bool:
    """Whether the limit is infinity or its negative."""
    return limit in (INFINITY, Neg(INFINITY))


def attempt(work: Callable[[dict[str, int]], Value]) -> Value:
    """Runs the work with ever finer units. Raises TooLarge, and what the work raises."""
    scales: dict[str, int] = {}
    for _ in range(_RESTARTS):
        try:
            return work(scales)
        except Restart:
            continue
    raise TooLarge("exponents need ever finer units")


def holds(
    kind: ConditionKind, term: Term, context: Context, deadline: float, *, quick: bool = False
) -> bool:
    """Whether the condition is known to hold on the whole domain."""
    return implied(Condition(kind, term), (), context, deadline, quick=quick)


@dataclass(frozen=True)
class Place:
    """Where integrals are worked out.

    ``conditions_of`` collects the conditions of a term; ``inner`` does integrals inside a body, and
    gives what that rests on.
    """

    context: Context
    conditions_of: ConditionsOf
    inner: InnerIntegrals
    deadline: float


@dataclass(frozen=True)
class Piece:
    """A body over the range between two limits, none of which depends on ``variable``."""

    place: Place
    body: Term
    variable: str
    lower: Term
    upper: Term

    # ------------------------------------------------------------------ the range

    @property
    def is_finite(self) -> bool:
        """Whether both limits are finite."""
        return not (is_infinite(self.lower) or is_infinite(self.upper))

    def ascends(self) -> bool:
        """Whether lower <= upper is known."""
        if not self.is_finite:
            return self.lower == Neg(INFINITY) or self.upper == INFINITY
        return self._is_nonnegative(Sub(self.upper, self.lower))

    def descends(self) -> bool:
        """Whether lower >= upper is known."""
        return self.reversed.ascends()

    @property
    def reversed(self) -> Piece:
        """The same with the limits exchanged."""
        return replace(self, lower=self.upper, upper=self.lower)

    def _is_nonnegative(self, term: Term) -> bool:
        return holds(ConditionKind.NONNEGATIVE, term, self.place.context, self.place.deadline)

    # ------------------------------------------------------------------ the variable in its range

    def contexts(self, *, closed: bool) -> tuple[Context, ...]:
        """The context with the variable in the range: one for each order of the limits."""
        return self._closed_contexts if closed else self._open_contexts

    @cached_property
    def _closed_contexts(self) -> tuple[Context, ...]:
        return self._contexts(closed=True)

    @cached_property
    def _open_contexts(self) -> tuple[Context, ...]:
        return self._contexts(closed=False)

    def _contexts(self, *, closed: bool) -> tuple[Context, ...]:
        if self.ascends():
            return (self._between(self.lower, self.upper, closed=closed),)
        if self.descends():
            return (self._between(self.upper, self.lower, closed=closed),)
        return (
            self._between(self.lower, self.upper, closed=closed),
            self._between(self.upper, self.lower, closed=closed),
        )

    def _between(self, low: Term, high: Term, *, closed: bool) -> Context:
        domain = self.place.context.domain
        bounds = Bounds(self.place.context.declarations, {})
        x = Symbol(self.variable)
        relations: list[Relation] = []
        interval = Interval()
        if not is_infinite(low):
            at = bounds.of(low)
            is_open = not closed or at.low_open
            interval = interval.intersect(Interval(at.low, None, at.low is None or is_open))
            if at.low is None or at.low != at.high:
                relations.append(Relation(x, _sign(RelationSign.GE, closed=closed), low))
        if not is_infinite(high):
            at = bounds.of(high)
            is_open = not closed or at.high_open
            own = Interval(None, at.high, high_open=at.high is None or is_open)
            interval = interval.intersect(own)
            if at.low is None or at.low != at.high:
                relations.append(Relation(x, _sign(RelationSign.LE, closed=closed), high))
        declared = Declaration(self.variable, interval=interval)
        extended = domain.extended(Domain((declared,), tuple(relations)))
        return Context(extended, self.place.context.definitions)

    def interval(self) -> Interval:
        """An interval that holds the closed range."""
        bounds = Bounds(self.place.context.declarations, {})
        ends = [bounds.of(one) for one in (self.lower, self.upper) if not is_infinite(one)]
        lows, highs = [x.low for x in ends], [x.high for x in ends]
        low = None if None in lows or not self.is_finite else min(x for x in lows if x is not None)
        high = (
            None if None in highs or not self.is_finite else max(x for x in highs if x is not None)
        )
        low_open = low is None or all(x.low != low or x.low_open for x in ends)
        high_open = high is None or all(x.high != high or x.high_open for x in ends)
        return Interval(low, high, low_open, high_open)

    # ------------------------------------------------------------------ what holds there

    def free_conditions(
        self, term: Term, *, closed: bool, known: tuple[Condition, ...] = ()
    ) -> tuple[Condition, ...]:
        """The conditions under which the term has a value everywhere in the range.

        They are free of the variable. Raises NoRule for one that is not, and is not known, even
        where the known ones hold.
        """
        found: dict[Condition, None] = {}
        for context in self.contexts(closed=closed):
            asked = self.place.conditions_of(term, context)
            found.update(dict.fromkeys(self.free_of(asked, context, known)))
        return tuple(found)

    def free_of(
        self, asked: Iterable[Condition], context: Context, known: tuple[Condition, ...] = ()
    ) -> Iterator[Condition]:
        """The conditions that are free of the variable; the others hold in the context.

        Raises NoRule where one of them is not known to.
        """
        relations = tuple(
            Relation(one.term, _RELATIONS[one.kind], Number("0"))
            for one in known
            if one.kind in _RELATIONS and not (one.binders or one.guards)
        )
        for condition in asked:
            if self.variable not in _names(condition):
                yield condition
            elif not implied(condition, relations, context, self.place.deadline):
                yield self._without_variable(condition)

    def _without_variable(self, condition: Condition) -> Condition:
        """The condition asked everywhere, if only a guard mentions the variable."""
        kept = tuple(g for g in condition.guards if self.variable not in free_names(g))
        stronger = replace(condition, guards=kept)
        if self.variable in _names(stronger):
            raise NoRule(f"not known between the limits: {condition.kind.name}")
        return stronger

    # ------------------------------------------------------------------ forms

    def form(self, scales: dict[str, int], *, closed: bool = True) -> NormalForm:
        """A form for terms in the variable."""
        (context, *_) = self.contexts(closed=closed)
        return NormalForm(context, Tower(scales, self.place.deadline))

    @staticmethod
    def bind(form: NormalForm, interval: Interval) -> int:
        """Makes a bound generator for a real variable; its number."""
        new = Generator(Kind.BOUND, "variable", interval=interval)
        number = form.tower.number(new)
        form.tower.mark_bound(number)
        return number


_RELATIONS = {
    ConditionKind.NONZERO: RelationSign.NE,
    ConditionKind.POSITIVE: RelationSign.GT,
    ConditionKind.NONNEGATIVE: RelationSign.GE,
}


def _sign(sign: RelationSign, *, closed: bool) -> RelationSign:
    if closed:
        return sign
    return RelationSign.GT if sign is RelationSign.GE else RelationSign.LT


def _names(condition: Condition) -> frozenset[str]:
    names = free_names(condition.term)
    for guard in condition.guards:
        names |= free_names(guard)
    for binder in condition.binders:
        names |= free_names(binder.lower) | free_names(binder.upper)
    return names
