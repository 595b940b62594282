"""Whether a claim and its definitions keep to what is declared; if not, why.

Each function returns a reason why nothing can be said, or "".
"""

from __future__ import annotations

from derivation.domain import Kind
from derivation.kernel.bounds.intervals import Bounds
from derivation.kernel.calculus.differentiate import resolve
from derivation.kernel.names.context import Context
from derivation.term import (
    Derivative,
    Indexed,
    RelationSign,
    Sum,
    Symbol,
    Term,
    free_names,
    kinds,
    walk,
)

__all__ = ["constrained", "inconsistent", "undeclared"]


def undeclared(left: Term, right: Term, context: Context) -> str:
    """Why a name cannot be judged, or ""."""
    names = free_names(left) | free_names(right)
    missing = sorted(names - context.declarations.keys())
    if missing:
        return f"not declared: {', '.join(missing)} (write for example '{missing[0]} real')"
    needs_more = any(one.is_family or one.kind is Kind.FUNCTION for one in context.domain)
    for side in (left, right):
        for node in walk(side) if needs_more or {Derivative, Sum} & kinds(side) else ():
            trouble = isinstance(node, _CHECKED) and _misused(node, context)
            if trouble:
                return trouble
    return ""


_CHECKED = (Symbol, Derivative, Sum)


def _misused(node: Term, context: Context) -> str:
    match node:
        case Symbol(name=name):
            declared = context.declaration(name)
            if declared is not None and declared.is_family:
                return f"{name} is a family and stands without an index"
            if declared is not None and declared.kind is Kind.FUNCTION:
                return f"{name} is a function and stands without an argument"
        case Derivative(variable=variable):
            name = variable.name if isinstance(variable, Symbol) else ""
            name = variable.base if isinstance(variable, Indexed) else name
            declared = context.declaration(name)
            if declared is None or declared.kind is not Kind.REAL or declared.values:
                return f"a derivative by {name or 'a compound term'}, which is no real variable"
        case Sum(index=index):
            declared = context.declaration(index)
            if declared is not None and (declared.is_family or declared.values):
                return f"the index {index} of a sum is declared as something else"
    return ""


def constrained(left: Term, right: Term, context: Context) -> str:
    """Why a derivative has no meaning under the hypotheses, or "".

    Where a + b = 1, a does not move alone: nothing is differentiated by a name of an equation.
    """
    tied: set[str] = set()
    for relation in context.domain.hypotheses:
        if any(context.declaration(name) is None for name in free_names(relation)):
            return "a hypothesis mentions a name that is not declared"
        if relation.sign is RelationSign.EQ:
            tied |= context.dependencies(relation)
    for side in (left, right) if tied else ():
        for node in walk(side):
            if isinstance(node, Derivative) and tied & context.dependencies(node.variable):
                return "a derivative by a name that a hypothesis ties to others"
    return ""


def inconsistent(context: Context) -> str:
    """A name that is declared and defined must keep to its declared range, or ""."""
    bounds = Bounds(context.declarations, {})
    for name, definition in context.defined.items():
        declared = context.declaration(name)
        if declared is None:
            continue
        body = resolve(context.expose(context.unfold(definition.body)))
        values = bounds.of(body)
        whole = declared.kind in (Kind.INTEGER, Kind.INDEX)
        restricted = declared.nonzero or declared.values or whole
        if restricted or declared.interval.intersect(values) != values:
            return f"the definition of {name} is not known to keep to its declaration '{declared}'"
    return ""
