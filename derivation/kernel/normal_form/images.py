"""Putting a value in the place of a bound index, everywhere inside generators too."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from derivation.errors import UnsupportedError
from derivation.kernel.normal_form.generators import Generator, Kind
from derivation.kernel.normal_form.quotient import (
    Quotient,
    generators_of,
    monomials,
    own_value,
    powers_in,
)

if TYPE_CHECKING:
    from derivation.kernel.normal_form.attempt import Attempt
    from derivation.kernel.normal_form.polynomials import Polynomial

__all__ = ["replace_generator"]


def replace_generator(form: Attempt, value: Quotient, old: int, new: Quotient) -> Quotient:
    """The value with a bound index replaced by ``new``."""
    if old not in form.tower.bound_in((value,)) or new == own_value(old):
        return value
    key = (value.key, old, new.key)
    if key not in form.images:
        numerator = _in_polynomial(form, value.numerator, old, new)
        denominator = _in_polynomial(form, value.denominator, old, new)
        form.images[key] = form.tower.reduced(numerator / denominator)
    return form.images[key]


def _in_polynomial(form: Attempt, p: Polynomial, old: int, new: Quotient) -> Quotient:
    images = {i: _image(form, i, old, new) for i in generators_of(p)}
    total = Quotient.of(0)
    for exponents, coefficient in monomials(p):
        term = Quotient.of(coefficient)
        for i, exponent in powers_in(exponents):
            term *= images[i] ** exponent
        total += term
    return total


def _image(form: Attempt, number: int, old: int, new: Quotient) -> Quotient:
    """A generator with the replacement made in its arguments."""
    tower = form.tower
    found = tower.generators[number]
    if number == old:
        return new
    if old not in found.bound:
        return own_value(number)
    arguments = tuple(replace_generator(form, argument, old, new) for argument in found.arguments)
    part = Quotient.of(Fraction(1, found.scale))
    ranged = (Kind.SUM, Kind.PRODUCT, Kind.INTEGRAL)
    if found.kind in ranged and found.index in tower.bound_in((new,)):
        raise UnsupportedError("a bound index would be captured")
    match found.kind:
        case Kind.EXPONENTIAL:
            return form.exponential(arguments[0] * part)
        case Kind.ROTATION:
            return form.rotation(arguments[0] * part)
        case Kind.PARITY:
            return form.parity(arguments[0], Fraction(1, found.scale))
        case Kind.LOGARITHM:
            return form.logarithm(arguments[0])
        case Kind.ROOT:
            return form.power(form.modulus(arguments[0]), Fraction(1, found.scale))
        case Kind.MODULUS if not tower.is_imaginary(arguments[0]):
            return form.modulus(arguments[0])
        case Kind.POWER:
            return form.whole_power(arguments[0], arguments[1])
        case Kind.GAMMA:
            return form.reciprocal_gamma(arguments[0])
        case Kind.DELTA:
            return form.delta(arguments[0], arguments[1])
        case Kind.INTEGRAL:
            limit = arguments[1] if len(arguments) == 2 else found.label
            return form.integral_up_to(arguments[0], found.index, limit)
        case Kind.SUM | Kind.PRODUCT:
            return _of_ranged(form, found, arguments)
        case Kind.MEMBER | Kind.JET:
            return tower.make(
                found.kind, found.label, arguments, found.interval, found.extra,
                nonzero=found.nonzero, whole=found.whole,
            )  # fmt: skip
        case Kind.FUNCTION:
            return form.function(found.label, arguments)
    raise UnsupportedError(f"a bound index inside {found.label or found.kind.value}")


def _of_ranged(form: Attempt, found: Generator, arguments: tuple[Quotient, ...]) -> Quotient:
    body, lower, upper = arguments
    if found.kind is Kind.SUM:
        return form.sum_over(body, lower, upper, found.index)
    return form.product_over(body, lower, upper, found.index)
