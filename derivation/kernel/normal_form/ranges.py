"""Ranges of sums and products, and how those over overlapping ranges are made comparable.

See S1 and S9 in ``sums``: ranges are shifted so that equal bodies look equal, and terms at the
ends are taken out until all ranges of one body begin and end at the same places.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from derivation.kernel.normal_form.generators import Kind
from derivation.kernel.normal_form.images import replace_generator
from derivation.kernel.normal_form.quotient import (
    Quotient,
    factors,
    generator,
    monomials,
    split_constant,
)
from derivation.kernel.normal_form.tower import Restart

if TYPE_CHECKING:
    from derivation.kernel.normal_form.convert import NormalForm
    from derivation.kernel.normal_form.tower import Tower

__all__ = ["Range", "aligned", "at_worst", "split_ends"]

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
        if number not in ranges or int(value.numerator.degrees()[number]) != 1:
            continue
        own = Quotient(generator(number))
        slope = {e[number]: c for e, c in monomials(value.numerator) if e[number]}
        alone = sum(1 for e, _ in monomials(value.numerator) if e[number])
        if alone != 1 or number in tower.bound_in((value - own * Quotient.of(slope[1]),)):
            continue
        range_ = ranges[number]
        end = range_.lower if slope[1] > 0 else range_.upper
        return value + (end - own) * Quotient.of(slope[1])
    return None


def aligned(form: NormalForm, part: Quotient, range_: Range) -> tuple[Quotient, Range]:
    """S1: the body with the least offset of its index 0, or else the range from 1."""
    offsets = set(_offsets(form, part, range_.index))
    if offsets:
        shift = min(offsets)
    elif range_.lower.rational is not None:
        shift = range_.lower.rational - 1
    else:
        return part, range_
    if shift == 0 or shift.denominator != 1:
        return part, range_
    sign = 1 if offsets else -1
    moved = Quotient(generator(range_.index)) - Quotient.of(shift * sign)
    by = Quotient.of(shift * sign)
    return (
        replace_generator(form, part, range_.index, moved),
        Range(range_.lower + by, range_.upper + by, range_.index),
    )


def _offsets(form: NormalForm, value: Quotient, index: int) -> Iterator[Fraction]:
    """The c of all arguments i + c and factors i + c."""
    own = Quotient(generator(index))
    for p in (value.numerator, value.denominator):
        for factor, _ in factors(p)[1] if not p.is_zero() else ():
            if len(factor) > 1 and factor.total_degree() == 1:
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


def split_ends(form: NormalForm, part: Quotient, range_: Range) -> tuple[list[Quotient], Range]:
    """S9: the terms taken out at both ends, and the range that is left. May raise Restart."""
    ends: list[Quotient] = []
    one = Quotient.of(1)
    body = form.tower.text(replace_generator(form, part, range_.index, form.neutral_index))
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


def _lag(form: NormalForm, body: str, end: Quotient, *, lower: bool) -> int:
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
