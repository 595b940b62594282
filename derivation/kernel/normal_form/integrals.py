"""Integrals whose value is not known, as differences of generators.

For each integrand g and each u, J(g, u) is a number such that the integral of g from a to b is
J(g, b) - J(g, a) wherever it exists, and J(g, u) is linear in g. There are such numbers: where a
combination of the pairs (g_i, b_i) - (g_i, a_i) is 0, so is that of the integrals, because between
two neighbouring limits the integrands that are integrated there add up to 0. So the integrals make
a linear function on a subspace of the pairs, and that can be extended. The same holds with J(t^n,
u) = u^(n+1)/(n+1). Infinite limits are further values of u.

J1  the integral of g from a to b is J(g, b) - J(g, a): so ranges are joined, split and reversed.
J2  J(c f + d g, u) = c J(f, u) + d J(g, u) for c, d free of the variable.
J3  the name of the variable does not matter: it is numbered by how deep integrals nest below it.
J4  J(sum of f_i, u) = sum of J(f_i, u), for finite sums.
Whether a written integral exists, is asked by ``definedness``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from derivation.domain import Interval
from derivation.kernel.bounds.interval_arithmetic import hull
from derivation.kernel.normal_form.generators import Generator, Kind
from derivation.kernel.normal_form.quotient import Quotient, is_generator, monomials, own_value
from derivation.kernel.normal_form.ranges import Range, bound_index, put_index
from derivation.kernel.normal_form.sums import sum_over, terms_of
from derivation.term import Constant, Integral, Neg, Term

if TYPE_CHECKING:
    from derivation.kernel.normal_form.attempt import Attempt

__all__ = ["integral", "up_to"]

Limit = Quotient | str  # the infinite ones by name
_INFINITE = {Constant("inf"): "to oo", Neg(Constant("inf")): "to -oo"}


def integral(form: Attempt, term: Integral) -> Quotient:
    """J1, with the variable as a generator while the body is converted."""
    lower, upper = (_limit(form, limit) for limit in (term.lower, term.upper))
    variable = _provisional(form, lower, upper)
    with form.real_scope(term.index, variable):
        body = form.of(term.body)
    index = variable.generators[0]
    return form.tower.reduced(up_to(form, body, index, upper) - up_to(form, body, index, lower))


def _limit(form: Attempt, limit: Term) -> Limit:
    return _INFINITE[limit] if limit in _INFINITE else form.of(limit)


def _provisional(form: Attempt, lower: Limit, upper: Limit) -> Quotient:
    """A generator for the variable in its range."""
    interval = Interval()
    if isinstance(lower, Quotient) and isinstance(upper, Quotient):
        interval = hull(form.signs.of(lower), form.signs.of(upper))
    ends = tuple(end if isinstance(end, str) else end.key for end in (lower, upper))
    return _variable(form, f"?real {form.depth}", interval, ends)


def _variable(
    form: Attempt, label: str, interval: Interval, extra: tuple[object, ...] = ()
) -> Quotient:
    number = form.tower.number(Generator(Kind.BOUND, label, interval=interval, extra=extra))
    form.tower.mark_bound(number)
    return own_value(number)


def up_to(form: Attempt, body: Quotient, index: int, limit: Limit) -> Quotient:
    """J(body, limit) for the variable with the number ``index``, by J2."""
    total = Quotient.of(0)
    for free, part in terms_of(form, form.tower.reduced(body), index):
        total += free * _of_part(form, part, index, limit)
    return form.tower.reduced(total)


def _of_part(form: Attempt, part: Quotient, index: int, limit: Limit) -> Quotient:
    tower = form.tower
    tower.check_time()
    power = _power(part, index)
    if power is not None and isinstance(limit, Quotient):
        return limit ** (power + 1) / Quotient.of(power + 1)
    found = tower.generators[part.generators[0]] if is_generator(part) else None
    if found is not None and _is_sum_of_integrands(form, found, index):
        return _of_sum(form, found, index, limit)
    variable = _variable(form, f"real {tower.height_of((part,)) + 1}", Interval())
    body = put_index(form, part, index, variable)
    label, arguments = (limit, (body,)) if isinstance(limit, str) else ("to", (body, limit))
    new = Generator(
        Kind.INTEGRAL, label, arguments, index=variable.generators[0],
        imaginary=tower.is_imaginary(body),
    )  # fmt: skip
    return tower.value(new)


def _power(part: Quotient, index: int) -> int | None:
    """n where the part is t^n, else None."""
    if not part.denominator.is_one() or len(part.numerator) != 1:
        return None
    ((exponents, coefficient),) = monomials(part.numerator)
    alone = coefficient == 1 and not any(e for n, e in enumerate(exponents) if n != index)
    return exponents[index] if alone else None


def _is_sum_of_integrands(form: Attempt, found: Generator, index: int) -> bool:
    """Whether it is a sum over a range that is free of the variable."""
    if found.kind is not Kind.SUM or index not in found.bound:
        return False
    return index not in form.tower.bound_in(found.arguments[1:])


def _of_sum(form: Attempt, found: Generator, index: int, limit: Limit) -> Quotient:
    """J4."""
    body, lower, upper = found.arguments
    range_, height = Range(lower, upper), found.height
    fresh = bound_index(form, f"?sum in real {form.depth} {height}", range_)
    inner = put_index(form, body, found.index, fresh)
    value = up_to(form, inner, index, limit)
    return sum_over(form, value, Range(lower, upper, fresh.generators[0]))
