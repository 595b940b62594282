"""Rules of sine and cosine, by e^(i t).

T1  cos t = (z + 1/z)/2 and sin t = (z - 1/z)/(2 i) with z = e^(i t), t real (Euler).
T2  e^(i (q1 t1 + q2 t2)) = Z(t1)^q1 Z(t2)^q2, as for exponentials; Z(t) = e^(i t / D).
T3  e^(i pi q) is a root of unity for rational q; e^(i pi n q) is one for whole n, of an order that
    divides twice the denominator of q.
T4  e^(i atan a) = (1 + i a)/sqrt(1 + a^2): the angle has tangent a and a positive cosine.
    e^(i asin a) = sqrt(1 - a^2) + i a: sine a, cosine not negative; a is in [-1, 1] there.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from derivation.kernel.normal_form.exponentials import power, scale_of, units
from derivation.kernel.normal_form.generators import Generator, Kind
from derivation.kernel.normal_form.quotient import (
    GENERATORS,
    Quotient,
    monomials,
    own_value,
    polynomial,
)
from derivation.kernel.normal_form.roots_of_unity import imaginary_unit, root_of_unity

if TYPE_CHECKING:
    from derivation.kernel.normal_form.attempt import Attempt
    from derivation.kernel.normal_form.tower import Tower

__all__ = ["cosine", "parity", "rotation", "sine"]

HALF = Quotient.of(Fraction(1, 2))


def cosine(form: Attempt, angle: Quotient) -> Quotient:
    """T1."""
    return form.tower.reduced((rotation(form, angle) + rotation(form, -angle)) * HALF)


def sine(form: Attempt, angle: Quotient) -> Quotient:
    """T1."""
    if angle.is_zero:
        return angle
    difference = rotation(form, -angle) - rotation(form, angle)
    return form.tower.reduced(difference * imaginary_unit(form.tower) * HALF)


def rotation(form: Attempt, angle: Quotient) -> Quotient:
    """e^(i angle) by T2, T3 and T4, for a real angle."""
    result = Quotient.of(1)
    for unit, times in units(form.tower, form.tower.reduced(angle)):
        result = form.tower.reduced(result * _rotation_by(form, unit, times))
    return result


def _rotation_by(form: Attempt, unit: Quotient, times: Fraction) -> Quotient:
    tower = form.tower
    rest = _without_pi(tower, unit)
    if rest is not None and rest.rational is not None:
        half_turns = times * rest.rational
        return root_of_unity(tower, half_turns.numerator, 2 * half_turns.denominator)
    if rest is not None and tower.is_whole(rest):
        return parity(form, rest, times)
    only = tower.only(unit.numerator) if unit.denominator.is_one() else None
    if only is not None and only.kind is Kind.FUNCTION and times.denominator == 1:
        base = _of_inverse(form, only, 1 if times > 0 else -1)
        if base is not None:
            return tower.reduced(base ** abs(int(times)))
    scale = scale_of(tower, Kind.ROTATION, unit, times)
    new = Generator(
        Kind.ROTATION, "turn", (unit,), scale=scale, nonzero=True, imaginary=True,
        constant=tower.is_constant(unit),
    )  # fmt: skip
    return tower.value(new) ** int(times * scale)


def _of_inverse(form: Attempt, angle: Generator, sign: int) -> Quotient | None:
    """T4."""
    if angle.label not in ("atan", "asin"):
        return None
    (a,) = angle.arguments
    turned = imaginary_unit(form.tower) * a * Quotient.of(sign)
    one = Quotient.of(1)
    if angle.label == "atan":
        return (one + turned) / power(form, one + a * a, Fraction(1, 2))
    return power(form, one - a * a, Fraction(1, 2)) + turned


def _without_pi(tower: Tower, unit: Quotient) -> Quotient | None:
    """u when the unit is pi u, for one monomial with pi to the first power."""
    if not unit.denominator.is_one() or len(unit.numerator) != 1:
        return None
    ((exponents, coefficient),) = monomials(unit.numerator)
    for number in range(GENERATORS):
        if exponents[number] == 1 and _is_pi(tower.generators[number]):
            rest = (*exponents[:number], 0, *exponents[number + 1 :])
            return Quotient(polynomial({rest: coefficient}))
    return None


def _is_pi(found: Generator) -> bool:
    """Whether it is the constant; names and families may be called pi, too."""
    return found.kind is Kind.CONSTANT and found.label == "pi"


def parity(form: Attempt, whole: Quotient, times: Fraction) -> Quotient:
    """e^(i pi whole times) by T3: (-1)^whole for ``times`` = 1."""
    tower = form.tower
    result = Quotient.of(1)
    for unit, coefficient in units(tower, whole):
        turns = coefficient * times
        if unit.rational is not None:
            result *= root_of_unity(tower, turns.numerator, 2 * turns.denominator)
            continue
        scale = scale_of(tower, Kind.PARITY, unit, turns)
        new = Generator(
            Kind.PARITY, "parity", (unit,), scale=scale, nonzero=True, imaginary=scale > 1,
            whole=scale == 1,
        )  # fmt: skip
        number = tower.number(new)
        if tower.generators[number].relation is None:
            tower.relate(number, 2 * scale, Quotient.of(1))
        exponent = int(turns * scale) % (2 * scale)
        result *= own_value(number) ** exponent if exponent else Quotient.of(1)
    return tower.reduced(result)
