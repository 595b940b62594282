"""Integrals replaced by their values, where rules give them.

Inner integrals come first. Only an integral that mentions no defined name is replaced: then what
it rests on is the same however far definitions are unfolded, and ``definedness`` lists it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from derivation.domain import Declaration, Domain, Kind
from derivation.errors import UnsupportedError
from derivation.kernel.calculus.jets import name_of
from derivation.kernel.definedness.discharge import discharged
from derivation.kernel.definedness.redundancy import without_redundant
from derivation.kernel.integration.evaluate import Evaluated, canonical, evaluate
from derivation.kernel.integration.integrand import NoRule
from derivation.kernel.integration.scene import ConditionsOf, InnerIntegrals, Place
from derivation.kernel.names.context import Context
from derivation.kernel.theorem import Condition, ConditionKind
from derivation.term import (
    Add,
    Derivative,
    Integral,
    Number,
    Piecewise,
    Product,
    Relation,
    RelationSign,
    Sum,
    Term,
    free_names,
    kinds,
)

__all__ = [
    "known_integral", "mentions_integral", "opens_around", "with_guarded_integrals",
    "with_integrals_done",
]  # fmt: skip

_SECONDS = 2.0
Write = Callable[[Evaluated], Term | None]


def mentions_integral(term: Term) -> bool:
    """Whether an integral occurs."""
    return Integral in kinds(term)


def with_integrals_done(term: Term, context: Context, conditions_of: ConditionsOf) -> Term:
    """The term with integrals replaced; equal wherever the conditions of the term hold."""
    if not mentions_integral(term):
        return term
    return _Replacer(context, conditions_of, lambda found: found.value).done(term)


def with_guarded_integrals(term: Term, context: Context, conditions_of: ConditionsOf) -> Term:
    """The same, but a value stands only where its conditions hold: where not, there is none.

    So wherever the result has a value, the term has the same one.
    """
    if not mentions_integral(term):
        return term
    return _Replacer(context, conditions_of, _guarded).done(term)


def known_integral(
    term: Integral, context: Context, bound: frozenset[str], conditions_of: ConditionsOf
) -> Evaluated | None:
    """The value of an integral; ``bound`` are indices of sums around it. Raises OutOfTime."""
    if context.highest(term) >= 0:
        return None
    inside = _with_indices(context, bound & free_names(term))
    if inside.declaration(term.index) is not None:
        raise UnsupportedError(f"the variable {term.index} of an integral has two meanings")
    term = canonical(term, frozenset(inside.declarations) | frozenset(inside.defined))
    known = inside.integrals
    if term not in known:
        deadline = time.perf_counter() + _SECONDS
        place = Place(inside, conditions_of, _inner(conditions_of), deadline)
        known[term] = _tidied(evaluate(term, place), place)
    return known[term]


def _tidied(found: Evaluated | None, place: Place) -> Evaluated | None:
    """With the conditions of the value itself, and without what holds anyway."""
    if found is None:
        return None
    asked = (*found.conditions, *place.conditions_of(found.value, place.context))
    listed = tuple(
        condition
        for condition in dict.fromkeys(asked)
        if not discharged(condition, place.context, place.deadline)
    )
    kept = without_redundant(listed, place.context, place.deadline, place.conditions_of)
    return Evaluated(found.value, kept)


def _inner(conditions_of: ConditionsOf) -> InnerIntegrals:
    """How integrals inside a body are done. Raises NoRule."""

    def done(body: Term, context: Context) -> tuple[Term, tuple[Condition, ...]]:
        asked: list[Condition] = []

        def write(found: Evaluated) -> Term:
            asked.extend(found.conditions)
            return found.value

        result = _Replacer(context, conditions_of, write).done(body)
        declared = context.declarations.keys()
        if any(not free_names(condition.term) <= declared for condition in asked):
            raise NoRule("an integral in a sum in an integral")
        return result, tuple(asked)

    return done


def _with_indices(context: Context, indices: frozenset[str]) -> Context:
    """The context in which those indices are whole numbers, whatever their ranges."""
    if not indices:
        return context
    declared = tuple(Declaration(name, Kind.INTEGER) for name in sorted(indices))
    return Context(context.domain.extended(Domain(declared)), context.definitions)


def opens_around(context: Context, names: frozenset[str]) -> bool:
    """Whether the domain has points all around each of its points, by those names.

    Then what holds on the domain holds around each point.
    """
    tied = frozenset().union(*(free_names(one) for one in context.domain.hypotheses))
    for name in names:
        declared = context.declaration(name)
        if declared is None or declared.kind is not Kind.REAL or declared.values or name in tied:
            return False
        x = declared.interval
        if not (x.low is None or x.low_open) or not (x.high is None or x.high_open):
            return False
    return True


@dataclass(frozen=True)
class _Replacer:
    """Puts what ``write`` makes of a value in the place of an integral."""

    context: Context
    conditions_of: ConditionsOf
    write: Write

    def done(
        self,
        term: Term,
        bound: frozenset[str] = frozenset(),
        moving: frozenset[str] = frozenset(),
    ) -> Term:
        """``bound`` are the indices of sums around, ``moving`` what is differentiated by."""
        if not mentions_integral(term):
            return term
        match term:
            case Integral():
                if not opens_around(self.context, moving & self.context.dependencies(term)):
                    return term
                found = known_integral(term, self.context, bound, self.conditions_of)
                written = None if found is None else self.write(found)
                return term if written is None else written
            case Sum(body=body) | Product(body=body):
                inside = self.done(body, bound | {term.index}, moving)
                limits = (self.done(one, bound, moving) for one in (term.lower, term.upper))
                return term.with_children((inside, *limits))
            case Derivative(body=body, variable=variable):
                inner = moving | {name_of(variable)}
                return replace(term, body=self.done(body, bound, inner))
        return term.with_children(tuple(self.done(one, bound, moving) for one in term.children))


_SIGNS = {
    ConditionKind.POSITIVE: RelationSign.GT,
    ConditionKind.NONNEGATIVE: RelationSign.GE,
    ConditionKind.NONZERO: RelationSign.NE,
}


def _guarded(found: Evaluated) -> Term | None:
    """The value, and a term that is 0 where all conditions hold and has no value elsewhere."""
    result = found.value
    for condition in found.conditions:
        if condition.guards or condition.kind not in _SIGNS:
            return None
        test = Relation(condition.term, _SIGNS[condition.kind], Number("0"))
        if not condition.binders:
            result = Piecewise(((result, test),))
            continue
        nothing: Term = Piecewise(((Number("0"), test),))
        for binder in reversed(condition.binders):
            nothing = Sum(nothing, binder.index, binder.lower, binder.upper)
        result = Add(result, nothing)
    return result
