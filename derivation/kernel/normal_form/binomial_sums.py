"""Sums over the binomial distribution.

S11 sum of k^r q^k / (k! (n-k)!) over k = 0..n is the sum over j = 0..r of S(r, j) q^j (1+q)^(n-j)
    / (n-j)!, with Stirling's numbers S(r, j) of the second kind, where n >= 0 and 1 + q != 0 are
    known: k^r = sum of S(r, j) k (k-1) ... (k-j+1), and the binomial theorem for n - j. 1/(n-j)! is
    0 for j > n. For 1 + q = 0 and n > r it is 0.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from derivation.kernel.normal_form.generators import Kind
from derivation.kernel.normal_form.images import replace_generator
from derivation.kernel.normal_form.polynomials import degrees
from derivation.kernel.normal_form.quotient import Quotient, own_value

if TYPE_CHECKING:
    from derivation.kernel.normal_form.attempt import Attempt
    from derivation.kernel.normal_form.ranges import Range

__all__ = ["binomial_sum"]

_LARGEST_MOMENT = 6


def binomial_sum(form: Attempt, part: Quotient, range_: Range) -> Quotient | None:
    """S11 for c k^r q^k / (k! (n-k)!), or None where the product has another form."""
    tower, index = form.tower, range_.index
    own = own_value(index)
    n = range_.upper
    if not range_.lower.is_zero or not form.is_nonnegative(n) or len(part.numerator) != 1:
        return None
    rest = part
    for argument in (own + Quotient.of(1), n - own + Quotient.of(1)):
        found = _gamma_of(form, part, argument)
        if found is None:
            return None
        rest /= own_value(found)
    moment = degrees(rest.numerator)[index]
    if moment > _LARGEST_MOMENT or degrees(rest.denominator)[index]:
        return None
    growing = rest / own**moment if moment else rest
    following = replace_generator(form, growing, index, own + Quotient.of(1))
    ratio = tower.reduced(following / growing)
    if index in tower.bound_in((ratio,)):
        return None
    whole = ratio + Quotient.of(1)
    if whole.is_zero and form.is_nonnegative(n - Quotient.of(moment + 1)):
        return whole
    if whole.is_zero or not form.is_nonzero_or_split(whole):
        return None
    first = replace_generator(form, growing, index, Quotient.of(0))
    total = Quotient.of(0)
    for j in range(moment + 1):
        factor = _stirling(moment, j)
        if factor:
            left = n - Quotient.of(j)
            part_j = form.whole_power(whole, left) * form.reciprocal_gamma(left + Quotient.of(1))
            power = ratio**j if j else Quotient.of(1)
            total += Quotient.of(factor) * power * part_j
    return tower.reduced(first * total)


def _gamma_of(form: Attempt, part: Quotient, argument: Quotient) -> int | None:
    """The generator 1/Gamma(argument), if it stands in the numerator once."""
    highest = degrees(part.numerator)
    for number in part.generators:
        found = form.tower.generators[number]
        if found.kind is Kind.GAMMA and found.arguments[0] == argument and highest[number] == 1:
            return number
    return None


@cache
def _stirling(r: int, j: int) -> int:
    """How many ways there are to put r things into j boxes, none of them empty."""
    if r == j:
        return 1
    if j == 0 or j > r:
        return 0
    return j * _stirling(r - 1, j) + _stirling(r - 1, j - 1)
