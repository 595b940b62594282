"""Constant roots leave denominators, so that equal arguments of functions look equal.

N12 1/R = R^(n-1)/c for a root with R^n = c, and 1/(a + b R) = (a - b R)/(a^2 - b^2 c) for n = 2
    where a - b R is not 0, as balls certify: a fraction keeps its value when both parts are
    multiplied by what is not 0. R is not 0 where it divides a denominator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from derivation.kernel.normal_form.constants import sign_of_constant
from derivation.kernel.normal_form.generators import Kind
from derivation.kernel.normal_form.quotient import (
    Quotient,
    generator,
    generators_of,
    monomials,
    polynomial,
)

if TYPE_CHECKING:
    from derivation.kernel.normal_form.polynomials import Polynomial
    from derivation.kernel.normal_form.tower import Tower

__all__ = ["rationalising_factor"]

_LONGEST = 24


def rationalising_factor(tower: Tower, below: Polynomial) -> Polynomial | None:
    """What to multiply both parts of a fraction over ``below`` with; None if nothing helps."""
    for number in reversed(generators_of(below)):
        found = tower.generators[number]
        if found.kind not in (Kind.ROOT, Kind.UNITY) or not found.constant:
            continue
        least = min(exponents[number] for exponents, _ in monomials(below))
        order = found.scale  # R^order is free of R
        if least:
            return generator(number) ** (order - least % order)
        if found.kind is Kind.ROOT and order == 2 and len(below) <= _LONGEST:
            other = _conjugate(below, number)
            if sign_of_constant(tower, Quotient(other)) is not None:
                return other
    return None


def _conjugate(p: Polynomial, number: int) -> Polynomial:
    """p with R replaced by -R, for p of degree 1 in R."""
    return polynomial({e: -c if e[number] % 2 else c for e, c in monomials(p)})
