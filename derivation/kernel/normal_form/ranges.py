"""Ranges of sums and products, and how those over overlapping ranges are made comparable.

See S1 and S9 in ``sums``: ranges are shifted so that equal bodies look equal, and terms at the
ends are taken out until all ranges of one body begin and end at the same places.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from derivation.domain import Interval
from derivation.errors import UnsupportedError
from derivation.kernel.normal_form.generators import Generator, Kind
from derivation.kernel.normal_form.images import replace_generator
from derivation.kernel.normal_form.polynomials import degrees
from derivation.kernel.normal_form.quotient import (
    Quotient,
    factors,
    monomials,
    own_value,
    split_constant,
)
from derivation.kernel.normal_form.tower import Restart

if TYPE_CHECKING:
    from derivation.kernel.normal_form.attempt import Attempt
    from derivation.kernel.normal_form.tower import Tower

__all__ = [
    "Range", "aligned", "at_worst", "bound_index", "neutral_index", "put_index", "split_ends",
]  # fmt: skip

_MOST_ENDS = 12


@dataclass(frozen=True)
class Range:
    """The whole numbers from ``lower`` to ``upper``, for the bound generator ``index``."""

    lower: Quotient
    upper: Quotient
    index: int = -1

    @property
    def length(self) -> Quotient:
        """How many they are, where that is not negative."""
        return self.upper - self.lower + Quotient.of(1)


def at_worst(tower: Tower, value: Quotient, ranges: Mapping[int, Range]) -> Quotient | None:
    """The value with one bound index at the end of its range that makes it least, or None.

    For a value that is linear in the index, with a number as coefficient.
    """
    for number in value.generators:
        if number not in ranges or degrees(value.numerator)[number] != 1:
            continue
        own = own_value(number)
        slope = {e[number]: c for e, c in monomials(value.numerator) if e[number]}
        alone = sum(1 for e, _ in monomials(value.numerator) if e[number])
        if alone != 1 or number in tower.bound_in((value - own * Quotient.of(slope[1]),)):
            continue
        range_ = ranges[number]
        end = range_.lower if slope[1] > 0 else range_.upper
        return value + (end - own) * Quotient.of(slope[1])
    return None


def bound_index(form: Attempt, label: str, range_: Range) -> Quotient:
    """A generator for a bound index over the range."""
    low, high = form.ends(range_)
    if not label.startswith("?"):  # of all ranges that begin alike, so that sums can be compared
        low = None if low is None or low < 0 else Fraction(1 if low >= 1 else 0)
        high = None
    interval = Interval(low, high, low_open=False, high_open=False)
    extra = (low, high) if not label.startswith("?") else (range_.lower.key, range_.upper.key)
    return _bound(form, Generator(Kind.BOUND, label, (), interval, extra=extra, whole=True))


def neutral_index(form: Attempt, depth: int = 0) -> Quotient:
    """A bound index to name bodies by, whatever their range; another one at each depth."""
    return _bound(form, Generator(Kind.BOUND, f"~{depth}", whole=True))


def _bound(form: Attempt, new: Generator) -> Quotient:
    number = form.tower.number(new)
    form.tower.mark_bound(number)
    return own_value(number)


def put_index(form: Attempt, body: Quotient, old: int, index: Quotient, by: int = 0) -> Quotient:
    """The body with the index ``old`` replaced by ``index + by``.

    Raises UnsupportedError where the body depends on the new index already: it means something
    else there.
    """
    new = index.generators[0]
    if new != old and new in form.tower.bound_in((body,)):
        raise UnsupportedError("a bound index would be captured")
    return replace_generator(form, body, old, index + Quotient.of(by))


def aligned(form: Attempt, part: Quotient, range_: Range) -> tuple[Quotient, Range]:
    """S1: the body with the least offset of its index 0, or else the range from 1.

    The shifted range has an index of its own: what is known of the old one is not true of it.
    """
    offsets = set(_offsets(form, part, range_.index))
    if not offsets and _runs_backwards(form, part, range_.index):
        part, range_ = _reversed(form, part, range_)
        offsets = set(_offsets(form, part, range_.index))
    if offsets:
        shift = min(offsets)
    elif range_.lower.rational is not None:
        shift = range_.lower.rational - 1
    else:
        return part, range_
    if shift == 0 or shift.denominator != 1:
        return part, range_
    by = int(shift) if offsets else -int(shift)
    lower, upper = range_.lower + Quotient.of(by), range_.upper + Quotient.of(by)
    label = f"?shifted {form.depth} {form.tower.height_of((part,))}"
    index = bound_index(form, label, Range(lower, upper))
    shifted = Range(lower, upper, index.generators[0])
    form.ranges_in_scope[shifted.index] = shifted
    return put_index(form, part, range_.index, index, -by), shifted


def _runs_backwards(form: Attempt, value: Quotient, index: int) -> bool:
    """Whether a member x[c - i] occurs, c free of the index i."""
    own = own_value(index)
    for number in value.generators:
        found = form.tower.generators[number]
        if index in found.bound and number != index:
            members = found.arguments if found.kind is Kind.MEMBER else ()
            if any(index not in form.tower.bound_in((one + own,)) for one in members):
                return True
            if any(_runs_backwards(form, one, index) for one in found.arguments):
                return True
    return False


def _reversed(form: Attempt, part: Quotient, range_: Range) -> tuple[Quotient, Range]:
    """S14: the same terms, the last one first."""
    own = own_value(range_.index)
    return (
        replace_generator(form, part, range_.index, range_.lower + range_.upper - own),
        range_,
    )


def _offsets(form: Attempt, value: Quotient, index: int) -> Iterator[Fraction]:
    """The c of all arguments i + c and factors i + c, the 0 of a factor i among them."""
    own = own_value(index)
    for p in (value.numerator, value.denominator):
        for factor, _ in factors(p)[1] if not p.is_zero() else ():
            if factor.total_degree() == 1:
                rest, shift = split_constant(Quotient(factor) - own)
                if index not in rest.generators:
                    yield shift
    for number in value.generators:
        found = form.tower.generators[number]
        if number == index or index not in found.bound:
            continue
        for argument in found.arguments:
            difference = (argument - own).rational
            if difference is None:
                yield from _offsets(form, argument, index)
            elif found.kind is not Kind.SUM:
                yield difference


def split_ends(form: Attempt, part: Quotient, range_: Range) -> tuple[list[Quotient], Range]:
    """S9: the terms taken out at both ends, and the range that is left. May raise Restart."""
    ends: list[Quotient] = []
    one = Quotient.of(1)
    body = form.tower.text(replace_generator(form, part, range_.index, neutral_index(form)))
    for lower in (True, False):
        end = range_.lower if lower else range_.upper
        for _ in range(min(_lag(form, body, end, lower=lower), _MOST_ENDS)):
            if not form.is_nonnegative(range_.upper - range_.lower):
                break
            end = range_.lower if lower else range_.upper
            ends.append(replace_generator(form, part, range_.index, end))
            range_ = Range(
                range_.lower + one if lower else range_.lower,
                range_.upper if lower else range_.upper - one,
                range_.index,
            )
    return ends, range_


def _lag(form: Attempt, body: str, end: Quotient, *, lower: bool) -> int:
    """How much later another range of the same body begins (earlier it ends) than this one.

    The inmost ends are remembered over restarts.
    """
    scales = form.tower.scales
    base, shift = split_constant(end)
    if shift.denominator != 1:
        return 0
    name = f"{'from' if lower else 'to'} {form.tower.text(base)} {body}"
    here = int(shift)
    known = scales.setdefault(name, here)
    if here > known if lower else here < known:
        scales[name] = here
        raise Restart
    return abs(here - known)
