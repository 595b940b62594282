"""Functions with kinks and jumps: |u|, sign, Heaviside, Max, Min, Kronecker's delta.

N8  Max(a, b), Min(a, b) = (a + b +- |a - b|)/2; Heaviside(u) = (1 + sign u)/2.
N14 sign u = 1, -1, 0 where the sign is known; else S with S^3 = S, and S^2 = 1 where u is not 0.
N15 Delta(i, i) = 1; Delta(i, j) = 0 when i - j is known not to be 0; Delta^2 = Delta.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from derivation.domain import Interval
from derivation.errors import UnsupportedError
from derivation.kernel.bounds import intervals
from derivation.kernel.normal_form.cases import split_on
from derivation.kernel.normal_form.generators import Kind
from derivation.kernel.normal_form.quotient import Quotient
from derivation.term import Call, Sub, Term

if TYPE_CHECKING:
    from derivation.kernel.normal_form.attempt import Attempt

__all__ = ["delta", "kinked", "sign_of"]

HALF = Quotient.of(Fraction(1, 2))


def kinked(form: Attempt, term: Call, values: tuple[Quotient, ...]) -> Quotient:
    """N7, N8, N14."""
    u = values[0]
    match term.name, values:
        case "Abs", (_,):
            _split_on(form, term.arguments[0], u)
            return form.modulus(u)
        case "sign", (_,):
            _split_on(form, term.arguments[0], u)
            return sign_of(form, u)
        case "Heaviside", (_,):
            _split_on(form, term.arguments[0], u)
            return (Quotient.of(1) + sign_of(form, u)) * HALF
        case "Heaviside", (_, at_zero):
            _split_on(form, term.arguments[0], u)
            s = sign_of(form, u)
            half = (s * s + s) * HALF
            return half + (Quotient.of(1) - s * s) * at_zero
        case (("Max" | "Min"), _):
            return _extreme(form, term, values)
    raise UnsupportedError(f"{term.name} of {len(values)} arguments")


def _extreme(form: Attempt, term: Call, values: tuple[Quotient, ...]) -> Quotient:
    best, best_term = values[0], term.arguments[0]
    for value, argument in zip(values[1:], term.arguments[1:], strict=True):
        difference = best - value
        _split_on(form, Sub(best_term, argument), difference)
        distance = form.modulus(difference)
        signed = distance if term.name == "Max" else -distance
        best = (best + value + signed) * HALF
        best_term = Call(term.name, (best_term, argument))
    return form.tower.reduced(best)


def _split_on(form: Attempt, term: Term, value: Quotient) -> None:
    """In a proof by cases, ask for the sign of the term where it is not known."""
    if not form.splitting or value.is_zero or form.tower.bound_in([value]):
        return
    bounds = form.signs.of(value)
    known = intervals.is_nonzero(bounds) or bounds.low == bounds.high == 0
    if not known:
        raise split_on(form, term, value)


def sign_of(form: Attempt, u: Quotient) -> Quotient:
    """N14."""
    bounds = form.signs.of(u)
    if u.is_zero or bounds.low == bounds.high == 0:
        return Quotient.of(0)
    if intervals.is_nonzero(bounds):
        return Quotient.of(1 if intervals.is_positive(bounds) else -1)
    if u.numerator.leading_coefficient() < 0:
        return -sign_of(form, -u)
    unit = Interval(Fraction(-1), Fraction(1), low_open=False, high_open=False)
    zero_free = form.signs.is_nonzero(u)
    value = form.tower.make(Kind.FUNCTION, "sign", (u,), unit, nonzero=zero_free, whole=True)
    relation = (2, Quotient.of(1)) if zero_free else (3, value)
    form.tower.relate(value.generators[0], *relation)
    return value


def delta(form: Attempt, i: Quotient, j: Quotient) -> Quotient:
    """N15. In a proof by cases the sign of i - j decides, for free indices."""
    difference = (i - j).rational
    if difference is not None:
        return Quotient.of(1 if difference == 0 else 0)
    if form.splitting and form.is_nonzero_or_split(i - j):
        return Quotient.of(0)
    arguments = tuple(sorted((i, j), key=form.tower.text))
    bounds = Interval(Fraction(0), Fraction(1), low_open=False, high_open=False)
    value = form.tower.make(Kind.DELTA, "Delta", arguments, bounds, whole=True)
    form.tower.relate(value.generators[0], 2, value)
    return value
