"""Products of symbolic length, as generators. An empty product is 1.

M1  the product of f g is the product of f times that of g, of f^k its k-th power: finite products.
    Where f is a denominator it is no zero in the range.
M2  the product of c is c^(b-a+1), where b-a+1 >= 1 is known, or b-a+1 >= 0 and c is not 0.
M3  the product of e^t is e to the sum of t; likewise of e^(i t).
M4  the product of i + c is Gamma(b+1+c)/Gamma(a+c), by G1, where a + c > 0 and b-a+1 >= 0 are
    known; that of s i + t is that of s by M2 times that of i + t/s.
M5  terms at the ends are taken out, and ranges are shifted, as in S1 and S9.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from derivation.domain import REAL_LINE
from derivation.kernel.bounds import intervals
from derivation.kernel.normal_form.generators import Generator, Kind
from derivation.kernel.normal_form.polynomials import slope
from derivation.kernel.normal_form.quotient import Quotient, factors, own_value
from derivation.kernel.normal_form.ranges import (
    Range,
    aligned,
    bound_index,
    put_index,
    split_ends,
)
from derivation.kernel.normal_form.sums import sum_over

if TYPE_CHECKING:
    from derivation.kernel.normal_form.attempt import Attempt
    from derivation.kernel.normal_form.polynomials import Polynomial

__all__ = ["product_over"]


def product_over(form: Attempt, body: Quotient, range_: Range) -> Quotient:
    """The product of a converted body over a range, by M1."""
    body = form.tower.reduced(body)
    if body.is_zero:
        return _of_free(form, body, range_)
    result = Quotient.of(1)
    for p, sign in ((body.numerator, 1), (body.denominator, -1)):
        content, found = factors(p)
        if content != 1:
            result *= _of_free(form, Quotient.of(content), range_) ** sign
        for factor, exponent in found:
            result *= _of_factor(form, factor, range_) ** (exponent * sign)
    return form.tower.reduced(result)


def _of_free(form: Attempt, value: Quotient, range_: Range) -> Quotient:
    """M2, for a value free of the index."""
    some = form.is_nonnegative(range_.length - Quotient.of(1))
    if some or (form.is_possible_length(range_) and form.signs.is_nonzero(value)):
        return form.whole_power(value, range_.length)
    return _generator(form, value, range_)


def _of_factor(form: Attempt, p: Polynomial, range_: Range) -> Quotient:
    tower, own = form.tower, Quotient(p)
    if range_.index not in tower.bound_in((own,)):
        return _of_free(form, own, range_)
    only = tower.only(p)
    if only is not None and only.kind in (Kind.EXPONENTIAL, Kind.ROTATION):  # M3
        total = sum_over(form, only.arguments[0] * Quotient.of(Fraction(1, only.scale)), range_)
        turns = only.kind is Kind.ROTATION
        return form.rotation(total) if turns else form.exponential(total)
    rising = _rising(form, own, range_)
    if rising is not None:
        return rising
    own, range_ = aligned(form, own, range_)  # M5
    ends, range_ = split_ends(form, own, range_)
    result = _generator(form, own, range_)
    for end in ends:
        result *= end
    return result


def _rising(form: Attempt, own: Quotient, range_: Range) -> Quotient | None:
    """M4, or None where it does not apply."""
    index = own_value(range_.index)
    rise = slope(own.numerator, range_.index)
    if rise.is_zero() or not rise.is_constant() or not form.is_possible_length(range_):
        return None
    scale = Quotient(rise)
    offset = (own / scale - index).rational
    if offset is None:
        return None
    first = range_.lower + Quotient.of(offset)
    after = range_.upper + Quotient.of(offset + 1)
    if not intervals.is_positive(form.signs.of(first)):
        return None
    ratio = form.reciprocal_gamma(first) / form.reciprocal_gamma(after)
    return _of_free(form, scale, range_) * ratio


def _generator(form: Attempt, body: Quotient, range_: Range) -> Quotient:
    tower = form.tower
    index = bound_index(form, f"{tower.height_of((body,)) + 1}", range_)
    body = put_index(form, body, range_.index, index)
    values = form.signs.of(body)
    positive, nonnegative = intervals.is_positive(values), intervals.is_nonnegative(values)
    interval = intervals.POSITIVE if positive else intervals.NONNEGATIVE
    new = Generator(
        Kind.PRODUCT, "product", (body, range_.lower, range_.upper),
        interval if nonnegative else REAL_LINE, index=index.generators[0],
        nonzero=form.signs.is_nonzero(body), imaginary=tower.is_imaginary(body),
        whole=tower.is_whole(body),
    )  # fmt: skip
    return tower.value(new)
