"""Integrals by the tables: over the line, a half line, and an interval with open ends.

Linear substitutions bring a range to that of a table: x = a + t for (a, oo), x = b - t for (-oo,
b), x = a + (b-a) t for (a, b). By linearity the integral is the sum of those of the products, each
of which exists by its rule.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from derivation.domain import Interval
from derivation.kernel.calculus.differentiate import resolve
from derivation.kernel.integration.half_line import over_half_line
from derivation.kernel.integration.integrand import NoRule, Part, part_of
from derivation.kernel.integration.line import over_line
from derivation.kernel.integration.readback import Readback
from derivation.kernel.integration.scene import Piece, attempt, is_infinite
from derivation.kernel.integration.unit_interval import over_unit_interval
from derivation.kernel.integration.values import ONE, ZERO, Need, Workspace
from derivation.kernel.normal_form.convert import NormalForm
from derivation.kernel.normal_form.generators import Generator, Kind
from derivation.kernel.normal_form.images import replace_generator
from derivation.kernel.normal_form.quotient import Quotient, generators_of, own_value
from derivation.kernel.normal_form.ranges import Range, bound_index
from derivation.kernel.normal_form.sums import sum_over, terms_of
from derivation.kernel.theorem import Binder, Condition, ConditionKind
from derivation.term import Sub, Symbol, Term, free_names, fresh_name

__all__ = ["by_table"]

_HALF_LINE = Interval(Fraction(0))
_UNIT = Interval(Fraction(0), Fraction(1))
Rule = Callable[[Workspace, Part], Quotient]


def by_table(piece: Piece) -> tuple[Term, tuple[Condition, ...]]:
    """The value and the conditions, free of the variable, that it rests on. Raises NoRule.

    The lower limit is the lesser one.
    """
    value, needed = attempt(lambda scales: _value(piece, scales))
    if piece.is_finite:  # the substitution needs it
        needed += (Condition(ConditionKind.POSITIVE, Sub(piece.upper, piece.lower)),)
    return value, needed + piece.free_conditions(piece.body, closed=False, known=needed)


def _value(piece: Piece, scales: dict[str, int]) -> tuple[Term, tuple[Condition, ...]]:
    form = piece.form(scales, closed=False)
    if piece.is_finite:
        rule: Rule = over_unit_interval
        interval = _UNIT
    elif is_infinite(piece.lower) and is_infinite(piece.upper):
        rule, interval = over_line, Interval()
    else:
        rule, interval = over_half_line, _HALF_LINE
    variable = piece.bind(form, interval)
    t = own_value(variable)
    start, slope = ZERO, ONE
    if piece.is_finite:
        start, end = form.of(piece.lower), form.of(piece.upper)
        slope = end - start
    elif not is_infinite(piece.lower):
        start = form.of(piece.lower)
    elif not is_infinite(piece.upper):
        start, slope = form.of(piece.upper), -ONE
    form.replace_name(piece.variable, start + slope * t)
    work = Workspace(form, variable)
    if piece.is_finite:
        form.signs.learn(slope, strict=True)
    value = form.of(resolve(form.context.expose(piece.body)))
    total = integrated(work, value, rule)
    if piece.is_finite:
        total *= slope
    return _written(work, total)


def integrated(work: Workspace, value: Quotient, rule: Rule) -> Quotient:
    """The integral of a converted integrand; of a finite sum, term by term. Raises NoRule."""
    form, total = work.form, ZERO
    for coefficient, one in terms_of(form, form.tower.reduced(value), work.variable):
        sums = [n for n in generators_of(one.numerator) if _is_sum(work, n)]
        if sums:
            rest = one / own_value(sums[0])
            total += coefficient * _of_sum(work, form.tower.generators[sums[0]], rest, rule)
        else:
            part = part_of(form, coefficient, one, work.variable)
            total += part.coefficient * rule(work, part)
    return total


def _is_sum(work: Workspace, number: int) -> bool:
    """Whether it is a sum of functions of the variable."""
    found = work.form.tower.generators[number]
    return found.kind is Kind.SUM and work.variable in found.bound


def _of_sum(work: Workspace, found: Generator, rest: Quotient, rule: Rule) -> Quotient:
    """The sum of the integrals of rest f_i, over a range that is free of the variable."""
    form = work.form
    body, lower, upper = found.arguments
    if work.variable in form.tower.bound_in((lower, upper)):
        raise NoRule("a sum whose range depends on the variable")
    label = f"?sum in integral {len(work.ranges)} {found.height}"
    index = bound_index(form, label, Range(lower, upper))
    range_ = Range(lower, upper, index.generators[0])
    inner = form.tower.reduced(replace_generator(form, body, found.index, index) * rest)
    return sum_over(form, integrated(work.within(range_), inner, rule), range_)


def _written(work: Workspace, total: Quotient) -> tuple[Term, tuple[Condition, ...]]:
    needed = tuple(_condition(work.form, need) for need in work.needs)
    return Readback(work.form, {}).term(total), needed


def _condition(form: NormalForm, need: Need) -> Condition:
    """The need in terms of names, with those of its ranges that it depends on."""
    bound: dict[int, Term] = {}
    binders: list[Binder] = []
    taken = frozenset(form.context.declarations) | frozenset(form.context.defined)
    for range_ in need.ranges:
        back = Readback(form, dict(bound))
        name = fresh_name("k", taken | {binder.index for binder in binders})
        binders.append(Binder(name, back.term(range_.lower), back.term(range_.upper)))
        bound[range_.index] = Symbol(name)
    term = Readback(form, bound).term(need.value)
    names = free_names(term)
    kept: list[Binder] = []
    for binder in reversed(binders):
        if binder.index in names:
            kept.append(binder)
            names |= free_names(binder.lower) | free_names(binder.upper)
    return Condition(need.kind, term, tuple(reversed(kept)))
