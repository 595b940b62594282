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
from derivation.kernel.integration.integrand import Part, parts_of
from derivation.kernel.integration.line import over_line
from derivation.kernel.integration.readback import Readback
from derivation.kernel.integration.scene import Piece, attempt, is_infinite
from derivation.kernel.integration.unit_interval import over_unit_interval
from derivation.kernel.integration.values import ONE, ZERO, Workspace
from derivation.kernel.normal_form.quotient import Quotient, generator
from derivation.kernel.theorem import Condition, ConditionKind
from derivation.term import Sub, Term

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
    t = Quotient(generator(variable))
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
    total = ZERO
    for part in parts_of(form, value, variable):
        total += part.coefficient * rule(work, part)
    if piece.is_finite:
        total *= slope
    return _written(work, total)


def _written(work: Workspace, total: Quotient) -> tuple[Term, tuple[Condition, ...]]:
    back = Readback(work.form, {})
    needed = tuple(Condition(kind, back.term(value)) for kind, value in work.needs)
    return back.term(total), needed
