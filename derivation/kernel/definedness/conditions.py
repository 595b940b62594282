"""Where a written term is defined: conditions, collected before anything is differentiated.

``conditions`` walks the plain term with all definitions unfolded and its ``Derivative`` nodes
still there; what a derivative would make disappear is found here. Below a derivative the
conditions are strict, because the term must be defined *around* the point.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from derivation.domain import Interval, size_term
from derivation.domain import Kind as DeclaredKind
from derivation.errors import UnsupportedError
from derivation.kernel.bounds import intervals
from derivation.kernel.bounds.intervals import Bounds
from derivation.kernel.calculus.differentiate import is_exponential
from derivation.kernel.names.context import Context
from derivation.kernel.theorem import Binder, Condition, ConditionKind
from derivation.term import (
    Add,
    Call,
    Derivative,
    Div,
    Indexed,
    Mul,
    Neg,
    Number,
    Piecewise,
    Pow,
    Relation,
    Sub,
    Sum,
    Symbol,
    Term,
    free_names,
    walk,
)

__all__ = ["bounds_within", "conditions"]

ONE = Number("1")

_TOTAL = frozenset((
    "exp", "sin", "cos", "sinh", "cosh", "tanh", "sigmoid", "sigma", "softplus", "atan",
    "asinh", "erf", "erfc", "expm1", "Delta", "Abs", "sign", "Max", "Min", "relu",
    "Heaviside",
))  # fmt: skip
_KINKED = frozenset(["Abs", "sign", "relu", "Heaviside"])


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the walk stands: the bound indices in scope, and whether below a derivative."""

    binders: tuple[Binder, ...] = ()
    strict: bool = False

    def require(self, kind: ConditionKind, term: Term) -> Condition:
        if self.strict and kind is ConditionKind.NONNEGATIVE:
            kind = ConditionKind.POSITIVE
        return Condition(kind, term, _relevant(self.binders, term))


def _relevant(binders: tuple[Binder, ...], term: Term) -> tuple[Binder, ...]:
    """The binders whose index the term mentions, or the limits of such a binder."""
    names, kept = free_names(term), []
    for binder in reversed(binders):
        if binder.index in names:
            kept.append(binder)
            names |= free_names(binder.lower) | free_names(binder.upper)
    return tuple(reversed(kept))


def conditions(term: Term, context: Context) -> tuple[Condition, ...]:
    """All conditions under which the term has a value, each once.

    Raises UnsupportedError for a construct whose domain is not known here.
    """
    return tuple(dict.fromkeys(_walk(term, context, _Place())))


def _walk(term: Term, context: Context, place: _Place) -> Iterator[Condition]:
    match term:
        case Derivative(body=body, variable=variable):
            yield from _walk(body, context, _Place(place.binders, strict=True))
            yield from _walk(variable, context, _Place(place.binders))
            return
        case Sum(body=body, index=index, lower=lower, upper=upper):
            bound = frozenset(binder.index for binder in place.binders)
            if not all(context.is_whole(limit, bound) for limit in (lower, upper)):
                raise UnsupportedError("the limits of a sum must be whole numbers")
            if index in bound or context.declaration(index) is not None:
                raise UnsupportedError(f"the bound index {index} has two meanings")
            yield from _walk(lower, context, place)
            yield from _walk(upper, context, place)
            inside = _Place((*place.binders, Binder(index, lower, upper)), place.strict)
            yield from _walk(body, context, inside)
            return
        case Piecewise(branches=branches):
            yield from _of_branches(branches, place)
        case Div(right=right):
            yield place.require(ConditionKind.NONZERO, right)
        case Pow():
            yield from _of_power(term, context, place)
        case Indexed():
            yield from _of_member(term, context, place)
        case Call():
            primed = _Place(place.binders, place.strict or term.primes > 0)
            yield from _of_call(term, context, primed)
    for child in term.children:
        yield from _walk(child, context, place)


def _of_branches(
    branches: tuple[tuple[Term, Relation | None], ...], place: _Place
) -> Iterator[Condition]:
    if branches[-1][1] is not None:
        raise UnsupportedError("a case distinction without an 'otherwise'")
    for _, test in branches:
        if place.strict and test is not None:  # no derivative on the border of two branches
            yield place.require(ConditionKind.NONZERO, Sub(test.left, test.right))


def _of_power(term: Pow, context: Context, place: _Place) -> Iterator[Condition]:
    if is_exponential(term):
        return
    exponent = _constant(term.right)
    if exponent is None:
        if context.is_whole(term.right, frozenset(b.index for b in place.binders)):
            # b^n for whole n: undefined only for b = 0 with n <= 0; asking b != 0 is safe,
            # unless n >= 1 is declared
            bounds = bounds_within(context, place.binders).of(term.right)
            if not intervals.is_positive(bounds):
                yield place.require(ConditionKind.NONZERO, term.left)
        else:
            yield place.require(ConditionKind.POSITIVE, term.left)
    elif exponent.denominator == 1:
        if exponent <= 0:
            yield place.require(ConditionKind.NONZERO, term.left)
    elif exponent > 0:
        yield place.require(ConditionKind.NONNEGATIVE, term.left)
    else:
        yield place.require(ConditionKind.POSITIVE, term.left)


_NUMERIC = (Number, Neg, Add, Sub, Mul, Div, Pow)


def _constant(term: Term) -> Fraction | None:
    """The value of a term of numbers alone."""
    if any(not isinstance(node, _NUMERIC) for node in walk(term)):
        return None
    value = intervals.Bounds({}, {}).of(term)
    return value.low if value.low is not None and value.low == value.high else None


def _of_member(term: Indexed, context: Context, place: _Place) -> Iterator[Condition]:
    declared = context.declaration(term.base)
    if declared is None or len(declared.sizes) != len(term.indices):
        raise UnsupportedError(f"{term.base} is not declared with {len(term.indices)} index(es)")
    for index, size in zip(term.indices, declared.sizes, strict=True):
        own = context.declaration(index.name) if isinstance(index, Symbol) else None
        bound = {binder.index for binder in place.binders}
        if (
            own is not None
            and isinstance(index, Symbol)
            and index.name not in bound
            and own.kind is DeclaredKind.INDEX
            and own.sizes == (size,)
        ):
            continue  # i in 1..m, x[1..m] or x[0..m]: in range by declaration
        if not context.is_whole(index, frozenset(bound)):
            yield place.require(ConditionKind.INTEGER, index)
        upper = size_term(size)
        whole = _Place(place.binders)  # a range needs no room around it
        lower = Number(str(declared.first))
        yield whole.require(ConditionKind.NONNEGATIVE, Sub(index, lower))
        yield whole.require(ConditionKind.NONNEGATIVE, Sub(upper, index))


def _of_call(term: Call, context: Context, place: _Place) -> Iterator[Condition]:
    name, arguments = term.name, term.arguments
    declared = context.declaration(name)
    if declared is not None and declared.kind is DeclaredKind.FUNCTION:
        return  # declared functions are defined and smooth everywhere
    if len(arguments) == 2:
        if name in ("Max", "Min"):
            if place.strict:
                yield place.require(ConditionKind.NONZERO, Sub(arguments[0], arguments[1]))
            return
        if name == "Delta":
            return
    if len(arguments) != 1:
        raise UnsupportedError(f"{name} with {len(arguments)} arguments is not supported yet")
    (u,) = arguments
    match name:
        case "log" | "ln":
            yield place.require(ConditionKind.POSITIVE, u)
        case "log1p":
            yield place.require(ConditionKind.POSITIVE, Add(ONE, u))
        case "sqrt":
            yield place.require(ConditionKind.NONNEGATIVE, u)
        case "logit":
            yield place.require(ConditionKind.POSITIVE, u)
            yield place.require(ConditionKind.POSITIVE, Sub(ONE, u))
        case "asin" | "acos":
            yield place.require(ConditionKind.NONNEGATIVE, Sub(ONE, Pow(u, Number("2"))))
        case "atanh":
            yield place.require(ConditionKind.POSITIVE, Sub(ONE, Pow(u, Number("2"))))
        case "acosh":
            yield place.require(ConditionKind.NONNEGATIVE, Sub(u, ONE))
        case "tan":
            yield place.require(ConditionKind.NONZERO, Call("cos", (u,)))
        case "gamma" | "loggamma" | "digamma":
            yield place.require(ConditionKind.POSITIVE, u)  # narrower than needed, so safe
        case _ if name not in _TOTAL:
            raise UnsupportedError(f"the domain of {name} is not known")
    if place.strict and name in _KINKED:
        yield place.require(ConditionKind.NONZERO, u)


def bounds_within(context: Context, binders: tuple[Binder, ...]) -> Bounds:
    """Bounds of terms in the scope of these binders, each index within its limits."""
    ranges: dict[str, Interval] = {}
    for binder in binders:
        inside = Bounds(context.declarations, dict(ranges))
        low, high = inside.of(binder.lower).low, inside.of(binder.upper).high
        ranges[binder.index] = Interval(low, high, low_open=False, high_open=False)
    return Bounds(context.declarations, ranges)
