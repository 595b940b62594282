"""Bounds in a scope of binders, and linear reasoning over the ranges of indices.

A linear form c + sum of a_k v_k over names with known ends is least where each v_k is at one of its
ends: the low one if a_k > 0, else the high one. An end is itself a linear form in names further
out, so names are put away from the innermost binder outwards. An empty range asks for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from derivation.domain import Interval, Kind, size_term
from derivation.kernel.bounds.intervals import Bounds
from derivation.kernel.names.context import Context
from derivation.kernel.theorem import Binder
from derivation.term import (
    Add,
    Div,
    Mul,
    Neg,
    Number,
    Relation,
    RelationSign,
    Sub,
    Symbol,
    Term,
    number,
)

__all__ = ["Linear", "LinearScope", "bounds_within", "linear", "tidy"]


def bounds_within(
    context: Context, binders: Iterable[Binder], names: Mapping[str, Interval] | None = None
) -> Bounds:
    """Bounds of terms in the scope of these binders, each index within its limits.

    ``names`` narrows the intervals of further names.
    """
    ranges = dict(names or {})
    for binder in binders:
        inside = Bounds(context.declarations, dict(ranges))
        low, high = inside.of(binder.lower).low, inside.of(binder.upper).high
        own = Interval(low, high, low_open=False, high_open=False)
        ranges[binder.index] = own.intersect(ranges.get(binder.index, Interval()))
    return Bounds(context.declarations, ranges)


@dataclass(frozen=True, slots=True)
class Linear:
    """``constant`` + the sum of the coefficients times the names; no coefficient is 0."""

    constant: Fraction
    coefficients: Mapping[str, Fraction]

    def plus(self, other: Linear, times: Fraction) -> Linear:
        """This form and ``times`` the other one."""
        sums = dict(self.coefficients)
        for name, value in other.coefficients.items():
            sums[name] = sums.get(name, Fraction(0)) + times * value
        kept = {name: value for name, value in sums.items() if value}
        return Linear(self.constant + times * other.constant, kept)

    @property
    def negated(self) -> Linear:
        """Minus this form."""
        return Linear(Fraction(0), {}).plus(self, Fraction(-1))

    def without(self, name: str) -> Linear:
        """The form with the name left out."""
        rest = {one: value for one, value in self.coefficients.items() if one != name}
        return Linear(self.constant, rest)


def linear(term: Term) -> Linear | None:
    """The term as a linear form in names, or None."""
    match term:
        case Number():
            return Linear(term.value, {})
        case Symbol(name=name):
            return Linear(Fraction(0), {name: Fraction(1)})
        case Neg(body=body):
            inner = linear(body)
            return None if inner is None else inner.negated
        case Add() | Sub() | Mul() | Div():
            left, right = linear(term.left), linear(term.right)
            return None if left is None or right is None else _combined(term, left, right)
    return None


def tidy(term: Term) -> Term:
    """A linear form written once for each name, the constant last; any other term as it is."""
    form = linear(term)
    if form is None:
        return term
    parts = [(value, _multiple(value, name)) for name, value in form.coefficients.items()]
    parts.sort(key=lambda part: part[0] < 0)  # what is added first, what is taken off after it
    if form.constant or not parts:
        starts_below = bool(parts) and parts[0][0] < 0 < form.constant
        place = 0 if starts_below else len(parts)  # 1 - x, but x + 1 and -x - 1
        parts.insert(place, (form.constant, number(abs(form.constant))))
    (sign, result), *rest = parts
    result = Neg(result) if sign < 0 else result
    for sign, part in rest:
        result = Sub(result, part) if sign < 0 else Add(result, part)
    return result


def _multiple(value: Fraction, name: str) -> Term:
    """The name times the size of the value."""
    result: Term = Symbol(name)
    if abs(value.numerator) != 1:
        result = Mul(number(abs(value.numerator)), result)
    return result if value.denominator == 1 else Div(result, number(value.denominator))


def _combined(term: Add | Sub | Mul | Div, left: Linear, right: Linear) -> Linear | None:
    zero = Linear(Fraction(0), {})
    match term:
        case Add():
            return left.plus(right, Fraction(1))
        case Sub():
            return left.plus(right, Fraction(-1))
        case Mul() if not left.coefficients:
            return zero.plus(right, left.constant)
        case Mul() if not right.coefficients:
            return zero.plus(left, right.constant)
        case Div() if not right.coefficients and right.constant:
            return zero.plus(left, 1 / right.constant)
    return None


class LinearScope:
    """The names in scope of some binders, where some relations hold."""

    def __init__(
        self, context: Context, binders: tuple[Binder, ...], relations: tuple[Relation, ...]
    ) -> None:
        self._context = context
        self._binders = binders
        self._bounds = Bounds(context.declarations, {})
        self._facts = [fact for one in relations for fact in self._facts_of(one)]

    def is_whole(self, form: Linear) -> bool:
        """Whether the form takes whole values only."""
        return form.constant.denominator == 1 and self.has_whole_part(form)

    def has_whole_part(self, form: Linear) -> bool:
        """Whether the form without its constant takes whole values only."""
        bound = frozenset(binder.index for binder in self._binders)
        return all(
            value.denominator == 1 and self._context.is_whole(Symbol(name), bound)
            for name, value in form.coefficients.items()
        )

    def is_positive(self, form: Linear) -> bool:
        """Whether a form with whole values is certainly > 0, that is >= 1."""
        less = Linear(form.constant - 1, form.coefficients)
        return self.is_whole(form) and self.is_nonnegative(less)

    def is_nonnegative(self, form: Linear) -> bool:
        """Whether the form is certainly >= 0, by itself or after a fact is taken off."""
        one = Fraction(1)
        return self._is_nonnegative(form) or any(
            self._is_nonnegative(form.plus(fact, -one)) for fact in self._facts
        )

    def _facts_of(self, relation: Relation) -> list[Linear]:
        """Forms that are >= 0 where the relation holds; a whole form that is > 0 is >= 1."""
        left, right = linear(relation.left), linear(relation.right)
        if left is None or right is None:
            return []
        above = left.plus(right, Fraction(-1))
        below = right.plus(left, Fraction(-1))
        match relation.sign:
            case RelationSign.EQ:
                return [above, below]
            case RelationSign.GE | RelationSign.GT:
                found = above
            case RelationSign.LE | RelationSign.LT:
                found = below
            case _:
                return []
        strict = relation.sign in (RelationSign.GT, RelationSign.LT)
        if strict and self.is_whole(found):
            found = Linear(found.constant - 1, found.coefficients)
        return [found]

    def _is_nonnegative(self, form: Linear) -> bool:
        """At the worst ends of all names."""
        for binder in reversed(self._binders):
            worst = self._at_worst_end(form, binder.index, binder.lower, binder.upper)
            if worst is None:
                return False
            form = worst
        for name in list(form.coefficients):
            declared = self._context.declaration(name)
            if declared is not None and declared.kind is Kind.INDEX:
                (size,) = declared.sizes[:1]
                worst = self._at_worst_end(form, name, Number("1"), size_term(size))
                if worst is None:
                    return False
                form = worst
        return self._least(form)

    def _at_worst_end(self, form: Linear, name: str, lower: Term, upper: Term) -> Linear | None:
        coefficient = form.coefficients.get(name)
        if coefficient is None:
            return form
        end = linear(lower if coefficient > 0 else upper)
        return None if end is None else form.without(name).plus(end, coefficient)

    def _least(self, form: Linear) -> bool:
        """With each name at an end of its declared interval."""
        total = form.constant
        for name, coefficient in form.coefficients.items():
            x = self._bounds.of(Symbol(name))
            end = x.low if coefficient > 0 else x.high
            if end is None:
                return False
            total += coefficient * end
        return total >= 0
