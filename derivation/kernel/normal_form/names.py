"""Generators for declared names, members of families, partial derivatives; and back to terms."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from derivation.domain import Interval
from derivation.domain import Kind as DeclaredKind
from derivation.errors import UnsupportedError
from derivation.kernel.bounds import intervals
from derivation.kernel.calculus.differentiate import Jet
from derivation.kernel.normal_form.generators import Generator, Kind
from derivation.kernel.normal_form.quotient import Quotient, monomials
from derivation.term import Add, Constant, Div, Indexed, Mul, Pow, Symbol, Term, number

if TYPE_CHECKING:
    from derivation.kernel.normal_form.attempt import Attempt
    from derivation.kernel.normal_form.polynomials import Polynomial
    from derivation.kernel.normal_form.tower import Tower

__all__ = ["declared_name", "jet", "member", "term_of"]

_ZERO = Fraction(0)
_WHOLE = (DeclaredKind.INTEGER, DeclaredKind.INDEX)


def declared_name(form: Attempt, name: str) -> Quotient:
    """The generator of a scalar; R^D where the attempt counts in D-th roots of it (rule N6)."""
    declared = form.context.declaration(name)
    interval = form.declared_bounds.of_name(name)
    if name in form.name_intervals:
        interval = interval.intersect(form.name_intervals[name])
    without_zero = declared is not None and not declared.admits(_ZERO)
    degree = form.tower.scales.get(f"root of {name}", 1)
    if degree > 1 and intervals.is_nonnegative(interval):
        strict = intervals.is_positive(interval) or without_zero
        high = interval.high if interval.high is not None and interval.high <= 1 else None
        root = Interval(
            Fraction(0), None if high is None else Fraction(1), strict,
            high is None or high < 1 or interval.high_open,
        )  # fmt: skip
        new = Generator(Kind.NAME, name, interval=root, scale=degree, nonzero=strict)
        return form.tower.value(new) ** degree
    whole = declared is not None and (
        declared.kind in _WHOLE
        or (bool(declared.values) and all(v.denominator == 1 for v in declared.values))
    )
    return form.tower.make(Kind.NAME, name, interval=interval, nonzero=without_zero, whole=whole)


def member(form: Attempt, base: str, indices: tuple[Quotient, ...], term: Indexed) -> Quotient:
    """The generator of a member of a family."""
    declared = form.context.declaration(base)
    without_zero = declared is not None and not declared.admits(_ZERO)
    whole = declared is not None and declared.kind in _WHOLE
    interval = form.declared_bounds.of(term)
    reduced = tuple(form.tower.reduced(index) for index in indices)
    return form.tower.make(Kind.MEMBER, base, reduced, interval, nonzero=without_zero, whole=whole)


def jet(form: Attempt, term: Jet) -> Quotient:
    """The generator of a partial derivative of an arbitrary function."""
    values = tuple(form.tower.reduced(form.of(argument)) for argument in term.arguments)
    by = tuple(
        (one.base, *(form.of(index).key for index in one.indices))
        if isinstance(one, Indexed)
        else (one.name if isinstance(one, Symbol) else repr(one),)
        for one in term.by
    )
    indices = [form.of(i) for one in term.by if isinstance(one, Indexed) for i in one.indices]
    if form.tower.bound_in(indices):
        raise UnsupportedError("a derivative by a member with a bound index")
    extra = (term.orders, tuple(sorted(by, key=repr)))
    declared = form.context.declaration(term.name)
    plain_value = not by and not any(term.orders)
    without_zero = plain_value and declared is not None and declared.nonzero
    bounds = form.declared_bounds.of(term)
    return form.tower.make(Kind.JET, term.name, values, bounds, extra, nonzero=without_zero)


def term_of(tower: Tower, value: Quotient) -> Term | None:
    """The term of a quotient over names and constants, else None."""
    above, below = (_polynomial(tower, p) for p in (value.numerator, value.denominator))
    if above is None or below is None:
        return None
    return above if value.denominator.is_one() else Div(above, below)


def _polynomial(tower: Tower, p: Polynomial) -> Term | None:
    total: Term | None = None
    for exponents, coefficient in monomials(p):
        product: Term = number(coefficient)
        for index, exponent in enumerate(exponents):
            if not exponent:
                continue
            found = tower.generators[index]
            if found.kind is Kind.CONSTANT:
                base: Term = Constant(found.label)
            elif found.kind is Kind.NAME and not found.label.startswith("bound "):
                base = Symbol(found.label)
                if found.scale > 1:
                    base = Pow(base, number(Fraction(1, found.scale)))
            else:
                return None
            product = Mul(product, base if exponent == 1 else Pow(base, number(exponent)))
        total = product if total is None else Add(total, product)
    return number(0) if total is None else total
