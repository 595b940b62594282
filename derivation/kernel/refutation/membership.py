"""Whether a point lies in a domain: the one gate through which every point has to come.

What is certified by ``belongs``: every value is admitted by its declaration, indices lie in
1..size, families have exactly the declared members, and every hypothesis certainly holds
(an equation by exact values, never by balls that overlap).

Two readings of a hypothesis are possible where it speaks of a family or of a function:
``t[i] > 0`` for this i or for every i, ``f(x) > g(x)`` here or everywhere. A point counts only
if it lies in the domain by both: an index of a family runs through its whole range, and a
hypothesis about a function is used only where the claim says nothing of its other values.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from fractions import Fraction

from flint import fmpq

from derivation.domain import Declaration, Domain, Kind, Shifted, Size
from derivation.kernel.refutation.balls import Indeterminate, Point, Undefined, evaluate
from derivation.kernel.refutation.branches import certainly_holds
from derivation.term import (
    Call,
    Derivative,
    Indexed,
    Ranged,
    Relation,
    RelationSign,
    Term,
    free_names,
    kinds,
    walk,
)

__all__ = ["belongs", "is_unambiguous", "size_at"]

MAX_CHOICES = 200  # of indices in one hypothesis
BITS = 128
WORK = 640_000  # of one side of a hypothesis: five thousand nodes


def belongs(
    point: Point,
    declarations: tuple[Declaration, ...],
    hypotheses: tuple[Relation, ...],
    both_readings: bool = True,
) -> bool:
    """Whether the point certainly lies in the domain; see the module.

    Without ``both_readings`` a hypothesis speaks of the point alone.
    """
    running = declarations if both_readings else ()
    return all(_admitted(point, declaration) for declaration in declarations) and all(
        _holds_for_all_indices(point, hypothesis, running) for hypothesis in hypotheses
    )


def size_at(size: Size, point: Point) -> int:
    """The value of a size. Raises KeyError for a name without a value."""
    match size:
        case int():
            return size
        case Shifted(name=name, by=by):
            return int(point.scalars[name].p) + by
    return int(point.scalars[size].p)


def _admitted(point: Point, declaration: Declaration) -> bool:
    if declaration.is_family:
        return _has_exactly_the_members(point, declaration)
    value = _fraction(point.scalars[declaration.name])
    if declaration.kind is Kind.INDEX and not 1 <= value <= size_at(declaration.sizes[0], point):
        return False
    return declaration.admits(value)


def _has_exactly_the_members(point: Point, declaration: Declaration) -> bool:
    family = point.families[declaration.name]
    first = declaration.first
    ranges = [range(first, size_at(size, point) + 1) for size in declaration.sizes]
    if len(family) != math.prod(len(one) for one in ranges):
        return False
    return all(
        indices in family and declaration.admits(_fraction(family[indices]))
        for indices in itertools.product(*ranges)
    )


def _fraction(value: fmpq) -> Fraction:
    return Fraction(int(value.p), int(value.q))


def _holds_for_all_indices(
    point: Point, hypothesis: Relation, declarations: tuple[Declaration, ...]
) -> bool:
    if Indexed not in kinds(hypothesis):
        return _holds(point, hypothesis)
    used = _indices_of_families(hypothesis)
    running = [d for d in declarations if d.kind is Kind.INDEX and d.name in used]
    ranges = [range(1, size_at(d.sizes[0], point) + 1) for d in running]
    if math.prod(len(one) for one in ranges) > MAX_CHOICES:
        return False
    names = [d.name for d in running]
    return all(
        _holds(replace(point, scalars={**point.scalars, **dict(zip(names, choice, strict=True))}),
               hypothesis)
        for choice in itertools.product(*([fmpq(n) for n in one] for one in ranges))
    )  # fmt: skip


def _indices_of_families(hypothesis: Relation) -> frozenset[str]:
    members = (node for node in walk(hypothesis) if isinstance(node, Indexed))
    return frozenset().union(*(free_names(index) for one in members for index in one.indices))


def _holds(point: Point, hypothesis: Relation) -> bool:
    try:
        return certainly_holds(hypothesis, lambda term: evaluate(term, point, BITS, work=WORK))
    except (Undefined, Indeterminate):
        return False


def is_unambiguous(hypothesis: Relation, sides: tuple[Term, Term], domain: Domain) -> bool:
    """Whether a hypothesis at a point says all that it could say about the claim's functions.

    So it is if the claim has the declared functions of the hypothesis at the same arguments
    only, which no sum or integral varies; and under an equation, differentiates nothing.
    """
    functions = domain.functions
    if not functions:
        return True
    told = {node for node in walk(hypothesis) if isinstance(node, Call) and node.name in functions}
    if not told:
        return True
    nodes = [node for side in sides for node in walk(side)]
    bound = {node.index for node in nodes if isinstance(node, Ranged)}
    differentiates = any(isinstance(n, Derivative) or getattr(n, "primes", 0) for n in nodes)
    if hypothesis.sign is RelationSign.EQ and differentiates:
        return False
    asked = {n for n in nodes if isinstance(n, Call) and n.name in {call.name for call in told}}
    places = {(call.name, call.arguments) for call in told}
    return all((call.name, call.arguments) in places for call in asked) and not any(
        free_names(call) & bound for call in told
    )
