"""Where a core term has a value: conditions, from the term as written, derivatives still in it.

D1  inv(M): det M != 0. det and tr: everywhere.
D2  M/s: s != 0. Scalar functions and functions entry by entry: the conditions of the scalar
    kernel, for each entry; below a derivative those for a neighbourhood of the point, without
    kinks.
D3  a derivative of det M: det M != 0, because the rule that is used (G7) needs it.

A condition on a vector or matrix is meant for each of its entries.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from derivation.domain import Declaration, Domain
from derivation.errors import UnsupportedError
from derivation.kernel.definedness.conditions import conditions as scalar_conditions
from derivation.kernel.matrices.core import Core
from derivation.kernel.matrices.entrywise import Entrywise, in_places, place
from derivation.kernel.matrices.scalar_parts import scalar_parts
from derivation.kernel.matrices.shapes import SCALAR
from derivation.kernel.names.context import Context
from derivation.kernel.theorem import Condition, ConditionKind
from derivation.term import Call, Derivative, Div, Symbol, Term, free_names

__all__ = ["Demand", "demands"]


@dataclass(frozen=True, slots=True)
class Demand:
    """A condition: ``term`` (core; each entry of it) is nonzero, positive, ...

    ``stated`` is there for one about scalars alone, as the scalar kernel states it.
    """

    kind: ConditionKind
    term: Term
    stated: Condition | None = None


def demands(term: Term, shapes: Core, context: Context) -> tuple[Demand, ...]:
    """All conditions, each once. Raises UnsupportedError where they are not known."""
    return tuple(dict.fromkeys(_walk(term, shapes, context, frozenset())))


def _walk(term: Term, shapes: Core, context: Context, varying: frozenset[str]) -> Iterator[Demand]:
    """``varying``: the variables of the derivatives around."""
    if not shapes.mentions_matrices(term):
        yield from _of_scalar(term, context, varying)
        return
    if isinstance(term, Derivative):
        names = free_names(term.variable)
        yield from _walk(term.body, shapes, context, varying | names)
        return
    if isinstance(term, Entrywise):
        yield from _of_body(term, shapes, context, varying)
    elif isinstance(term, Div) and shapes.of(term) != SCALAR:
        yield Demand(ConditionKind.NONZERO, term.right)  # D2
    elif isinstance(term, Call) and term.name == "inv":
        yield Demand(ConditionKind.NONZERO, Call("det", term.arguments))  # D1
    elif isinstance(term, Call) and term.name == "det" and free_names(term) & varying:
        yield Demand(ConditionKind.NONZERO, term)  # D3
    elif shapes.of(term) == SCALAR:
        parts = scalar_parts(term, shapes)
        if list(parts.atoms.values()) != [term]:
            places = _varying_places(parts.atoms, varying)
            around = _with_places(parts.atoms, context)
            for demand in _of_scalar(parts.body, around, places | varying):
                inner = parts.put_back(demand.term)
                own = demand.stated if inner == demand.term else None
                yield Demand(demand.kind, inner, own)
            for atom in parts.atoms.values():
                yield from _walk(atom, shapes, context, varying)
            return
    for child in term.children:
        yield from _walk(child, shapes, context, varying)


def _of_scalar(term: Term, context: Context, varying: frozenset[str]) -> Iterator[Demand]:
    """D2 for scalars, below derivatives by everything in ``varying``."""
    for name in sorted(varying & free_names(term)):
        term = Derivative(term, Symbol(name))
    for condition in scalar_conditions(term, context):
        yield Demand(condition.kind, condition.term, condition)


def _of_body(
    term: Entrywise, shapes: Core, context: Context, varying: frozenset[str]
) -> Iterator[Demand]:
    """D2 entry by entry."""
    arguments = {place(k).name: one for k, one in enumerate(term.arguments)}
    places = _varying_places(arguments, varying)
    for demand in _of_scalar(term.body, _with_places(arguments, context), places):
        stated = demand.stated
        if stated is not None and (stated.binders or stated.guards):
            raise UnsupportedError("a function entry by entry that has cases")
        used = [k for k in range(len(term.arguments)) if place(k).name in free_names(demand.term)]
        if all(shapes.of(term.arguments[k]) == SCALAR for k in used):
            yield Demand(demand.kind, in_places(demand.term, term.arguments))
        elif len(used) == 1 and demand.term == place(used[0]):
            yield Demand(demand.kind, term.arguments[used[0]])
        else:
            yield Demand(demand.kind, Entrywise(demand.term, term.arguments, term.shape))


def _varying_places(values: dict[str, Term], varying: frozenset[str]) -> frozenset[str]:
    return frozenset(name for name, value in values.items() if free_names(value) & varying)


def _with_places(values: dict[str, Term], context: Context) -> Context:
    declared = Domain(tuple(Declaration(name) for name in values))
    return Context(context.domain.extended(declared), context.definitions)
