"""Where a definite integral has a value.

The integrand must be defined at every real number x between the two limits. That is enough if it is
continuous there (so it is, if nothing in it jumps), and if it asks nothing of x at all: functions
that are defined everywhere are bounded on bounded sets. It is not enough for a term that both jumps
and asks for something: ``1 / (1 - x + floor(x))`` is defined on [0, 1], and unbounded.

A condition has no binder over the reals, so one about x is proved here, or nothing is said.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from derivation.errors import UnsupportedError
from derivation.kernel.definedness.discharge import discharged
from derivation.kernel.definedness.domains import JUMPING
from derivation.kernel.definedness.place import Place
from derivation.kernel.integration.evaluate import Evaluated
from derivation.kernel.integration.replacing import known_integral, opens_around
from derivation.kernel.integration.scene import ConditionsOf, is_infinite
from derivation.kernel.theorem import Condition, ConditionKind
from derivation.term import (
    And,
    Call,
    Constant,
    Integral,
    Or,
    Piecewise,
    Relation,
    RelationSign,
    Symbol,
    Term,
    Test,
    free_names,
    walk,
)

__all__ = ["of_integral"]

_SECONDS = 1.0

Walk = Callable[[Term, Place], Iterator[Condition]]


def of_integral(term: Integral, place: Place, collect: Walk) -> Iterator[Condition]:
    """The conditions of the limits, and what the value rests on where ``integration`` knows it.

    Else the integrand must be defined between the limits. Raises UnsupportedError where it is not
    known to be.
    """
    found = None
    moving = place.moving & place.context.dependencies(term)
    if opens_around(place.context, moving):  # so the value is one around the point, too
        found = known_integral(term, place.context, place.bound, _conditions_by(collect))
    if found is not None:
        yield from _of_known(term, found, place, collect)
        return
    for limit in (term.lower, term.upper):
        if any(node == Constant("inf") for node in walk(limit)):
            raise UnsupportedError("an integral with an infinite limit")
        yield from collect(limit, place)
    name = term.index
    if name in place.bound or place.context.declaration(name) is not None:
        raise UnsupportedError(f"the variable {name} of an integral has two meanings")
    inside = replace(place, guards=(*place.guards, _between(term)))
    if place.moves(term.lower) or place.moves(term.upper):
        # d/dx of an integral to x is the integrand there if that is continuous around x
        inside = inside.differentiated(name, 0)
    deadline = time.perf_counter() + _SECONDS
    for condition in collect(term.body, inside):
        if name not in free_names(condition.term):
            yield replace(condition, guards=place.guards)
        elif _may_jump(term.body):
            raise UnsupportedError("an integrand that may jump, and is not defined everywhere")
        elif not discharged(condition, place.context, deadline):
            raise UnsupportedError(
                f"an integrand that may have no value: {replace(condition, guards=())} is not known"
                f" for every {name} between the limits"
            )


def _conditions_by(collect: Walk) -> ConditionsOf:
    return lambda term, context: tuple(dict.fromkeys(collect(term, Place(context))))


def _of_known(term: Integral, found: Evaluated, place: Place, collect: Walk) -> Iterator[Condition]:
    """The conditions of a value that is known; below d/dp they are strict ones."""
    if place.inside_prime:
        raise UnsupportedError("an integral inside a function with a prime")
    for limit in (term.lower, term.upper):
        if not is_infinite(limit):
            yield from collect(limit, place)
    for condition in found.conditions:
        for kind, simple in _elementary(condition, place):
            asked = place.exactly(kind, simple)
            binders = place.binders if condition.binders else asked.binders
            yield replace(
                asked,
                binders=(*binders, *condition.binders),
                guards=(*asked.guards, *condition.guards),
            )
    if place.moving:
        deadline = time.perf_counter() + _SECONDS
        for condition in collect(found.value, place):
            if not discharged(condition, place.context, deadline):
                yield condition


def _elementary(condition: Condition, place: Place) -> Iterator[tuple[ConditionKind, Term]]:
    """The condition in simple words; around the point, >= 0 must be > 0."""
    kind = condition.kind
    if kind is ConditionKind.NONNEGATIVE and place.moves(condition.term):
        kind = ConditionKind.POSITIVE
    return place.simpler(kind, condition.term)


def _may_jump(term: Term) -> bool:
    return any(
        isinstance(node, Piecewise) or (isinstance(node, Call) and node.name in JUMPING)
        for node in walk(term)
    )


def _between(term: Integral) -> Test:
    """x lies between the limits, whichever is the larger."""
    x = Symbol(term.index)

    def inside(low: Term, high: Term) -> Test:
        return And(Relation(low, RelationSign.LE, x), Relation(x, RelationSign.LE, high))

    return Or(inside(term.lower, term.upper), inside(term.upper, term.lower))
