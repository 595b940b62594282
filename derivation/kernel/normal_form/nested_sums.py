"""Sums inside sums, in an order that does not depend on how they were written.

S10 sums over i and j, with limits free of i and j, change places.
S13 sum over i = a..b of the sum over j = a..i+d, d <= 0, is the sum over j = a..b+d of that over i
    = j-d..b: the same pairs a <= j <= i + d, i <= b; as d <= 0, i >= j - d >= a.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from derivation.kernel.normal_form import sums
from derivation.kernel.normal_form.generators import Generator, Kind
from derivation.kernel.normal_form.quotient import Quotient, generators_of, own_value
from derivation.kernel.normal_form.ranges import Range, bound_index, put_index

if TYPE_CHECKING:
    from derivation.kernel.normal_form.attempt import Attempt

__all__ = ["swapped_sum"]


def swapped_sum(form: Attempt, part: Quotient, range_: Range) -> Quotient | None:
    """The sum of a part that contains a sum, in the other order; None where it stays as it is."""
    tower = form.tower
    inner = [
        n for n in generators_of(part.numerator)
        if tower.generators[n].kind is Kind.SUM and range_.index in tower.generators[n].bound
    ]  # fmt: skip
    if len(inner) != 1 or form.swapping:
        return None
    rest = part / own_value(inner[0])
    if inner[0] in rest.generators:
        return None
    found = tower.generators[inner[0]]
    form.swapping = True
    try:
        if range_.index in tower.bound_in(found.arguments[1:]):
            return _triangle(form, rest, found, range_)
        return _rectangle(form, part, rest, found, range_)
    finally:
        form.swapping = False


def _fresh(form: Attempt, inner: Generator, range_: Range) -> Range:
    """The range of an inner sum, with an index that nothing else has."""
    label = f"?swap {form.depth} {inner.height} {range_.index}"
    index = bound_index(form, label, range_)
    fresh = Range(range_.lower, range_.upper, index.generators[0])
    form.ranges_in_scope[fresh.index] = fresh
    return fresh


def _rectangle(
    form: Attempt, part: Quotient, rest: Quotient, inner: Generator, range_: Range
) -> Quotient | None:
    """S10."""
    tower = form.tower
    body, lower, upper = inner.arguments
    names = tuple(
        f"{tower.text(r.lower)} {tower.text(r.upper)}" for r in (range_, Range(lower, upper))
    )
    if names[0] < names[1]:
        return None
    other = _fresh(form, inner, Range(lower, upper))
    moved = put_index(form, body, inner.index, own_value(other.index)) * rest
    result = sums.sum_over(form, sums.sum_over(form, moved, range_), other)
    if names[0] == names[1]:
        return min(sums.sum_generator(form, part, range_), result, key=tower.text)
    return result


def _triangle(form: Attempt, rest: Quotient, inner: Generator, range_: Range) -> Quotient | None:
    """S13."""
    body, lower, upper = inner.arguments
    own = own_value(range_.index)
    distance = (upper - own).rational
    if lower != range_.lower or distance is None or distance > 0 or distance.denominator != 1:
        return None
    d = Quotient.of(distance)
    other = _fresh(form, inner, Range(lower, range_.upper + d))
    j = own_value(other.index)
    moved = put_index(form, body, inner.index, j) * rest
    first = sums.sum_over(form, moved, Range(j - d, range_.upper, range_.index))
    return sums.sum_over(form, first, other)
