"""Complex conjugates, by which a value with imaginary generators is seen to be real.

C1  the conjugate of e^(i t) is e^(-i t), t real; all other generators here have real values, and
    conjugation is a homomorphism of fields. A value is real exactly when it is its own conjugate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from derivation.kernel.normal_form.generators import Kind
from derivation.kernel.normal_form.polynomials import degrees
from derivation.kernel.normal_form.quotient import (
    GENERATORS,
    Quotient,
    generators_of,
    monomials,
    polynomial,
)

if TYPE_CHECKING:
    from derivation.kernel.normal_form.polynomials import Polynomial
    from derivation.kernel.normal_form.tower import Tower

__all__ = ["conjugate", "is_real"]

_TURNING = (Kind.ROTATION, Kind.UNITY, Kind.PARITY)


def is_real(tower: Tower, value: Quotient) -> bool:
    """Whether the value is certainly real wherever it has a value."""
    if not tower.is_imaginary(value):
        return True
    mirrored = conjugate(tower, value)
    return mirrored is not None and tower.reduced(mirrored - value).is_zero


def conjugate(tower: Tower, value: Quotient) -> Quotient | None:
    """C1, or None where a generator has no known conjugate."""
    found = tower.found([value])
    if any(one.imaginary and one.kind not in _TURNING for one in found):
        return None
    turning = [n for n in value.generators if tower.generators[n].imaginary]
    above = _mirrored(value.numerator, turning)
    below = _mirrored(value.denominator, turning)
    return tower.reduced(above / below)


def _mirrored(p: Polynomial, turning: list[int]) -> Quotient:
    """p with z replaced by 1/z for each turning generator z."""
    own = [n for n in turning if n in generators_of(p)]
    if not own:
        return Quotient(p)
    highest = degrees(p)
    terms: dict[tuple[int, ...], int] = {}
    for exponents, coefficient in monomials(p):
        mirrored = list(exponents)
        for number in own:
            mirrored[number] = highest[number] - exponents[number]
        terms[tuple(mirrored)] = coefficient
    top = [0] * GENERATORS
    for number in own:
        top[number] = highest[number]
    return Quotient(polynomial(terms), polynomial({tuple(top): 1}))
