"""Partial fractions in the index of a sum, so that telescoping sums are seen.

S12 i^r / (p_1 ... p_k) = sum over j of rho_j^r / (p_j prod over l != j of (p_l - p_j)), for r < k
    and p_j = i - rho_j, all p_l - p_j being nonzero numbers: Lagrange's interpolation of i^r at
    the rho_j.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from derivation.kernel.normal_form.polynomials import degrees
from derivation.kernel.normal_form.quotient import Quotient, factors, monomials, own_value

if TYPE_CHECKING:
    from derivation.kernel.normal_form.attempt import Attempt

__all__ = ["partial_fractions"]

_MOST_FACTORS = 6


def partial_fractions(
    form: Attempt, part: Quotient, index: int
) -> Iterator[tuple[Quotient, Quotient]]:
    """``(c, f)`` with part = sum of c f, the c free of the index."""
    own, one = own_value(index), Quotient.of(1)
    linear = _linear_factors(form, part, index)
    degree = degrees(part.numerator)[index]
    if len(linear) < 2 or degree >= len(linear):
        yield one, part
        return
    scale = part / own**degree if degree else part  # the number in i^r / (p_1 ... p_k)
    for p in linear:
        scale *= p
    for position, p in enumerate(linear):
        weight = scale * (own - p) ** degree if degree else scale
        for other, q in enumerate(linear):
            if other != position:
                weight /= q - p
        yield weight, one / p


def _linear_factors(form: Attempt, part: Quotient, index: int) -> list[Quotient]:
    """The p_j of a part c i^r / (p_1 ... p_k), if they differ by nonzero numbers; else none."""
    dependent = [n for n in part.generators if index in form.tower.generators[n].bound]
    if dependent != [index] or part.denominator.is_constant():
        return []
    _, found = factors(part.denominator)
    own = own_value(index)
    linear: list[Quotient] = []
    for factor, exponent in found:
        slope = {e[index]: c for e, c in monomials(factor) if e[index]}
        if exponent != 1 or set(slope) != {1} or len(found) > _MOST_FACTORS:
            return []
        p = Quotient(factor) / Quotient.of(slope[1])
        if index in form.tower.bound_in((p - own,)):
            return []
        linear.append(p)
    differences = [(p - q).rational for p in linear for q in linear if p is not q]
    if any(not difference for difference in differences):
        return []
    return linear
