"""The sign of a constant quotient, by balls.

A constant generator has a value that FLINT's complex balls certainly contain, worked out from
what the generator stands for. A real number whose ball lies on one side of zero has that sign.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flint import acb, arb, ctx, fmpq

from derivation.kernel.normal_form.conjugation import is_real
from derivation.kernel.normal_form.generators import Generator, Kind
from derivation.kernel.normal_form.quotient import Quotient, generators_of, monomials

if TYPE_CHECKING:
    from derivation.kernel.normal_form.polynomials import Polynomial
    from derivation.kernel.normal_form.tower import Tower

__all__ = ["sign_of_constant"]

_PRECISIONS = (64, 256)
_LARGEST_EXPONENT = 1 << 20
_FUNCTIONS = {"atan": "atan", "asin": "asin", "erf": "erf", "digamma": "digamma"}


class _UnknownError(Exception):
    """No ball is known for a generator."""


def sign_of_constant(tower: Tower, value: Quotient) -> int | None:
    """1 or -1 where the quotient is certainly a real number of that sign, else None."""
    before = ctx.prec
    try:
        for bits in _PRECISIONS:
            ctx.prec = bits
            real = _quotient(tower, value).real
            if real > 0 or real < 0:
                return (1 if real > 0 else -1) if is_real(tower, value) else None
    except _UnknownError:
        return None
    finally:
        ctx.prec = before
    return None


def _value(tower: Tower, p: Polynomial) -> acb:
    numbers = generators_of(p)
    values = {n: _of_generator(tower, tower.generators[n]) for n in numbers}
    total = acb(0)
    for exponents, coefficient in monomials(p):
        term = acb(coefficient)
        for number in numbers:
            if exponents[number]:
                term *= values[number] ** exponents[number]
        total += term
    return total


def _quotient(tower: Tower, value: Quotient) -> acb:
    below = _value(tower, value.denominator)
    if below.contains(0):
        raise _UnknownError
    return _value(tower, value.numerator) / below


def _of_generator(tower: Tower, found: Generator) -> acb:
    scale = fmpq(1, found.scale)
    match found.kind:
        case Kind.CONSTANT if found.label == "pi":
            return acb.pi()
        case Kind.CONSTANT if found.label == "EulerGamma":
            return acb(arb.const_euler())
        case Kind.UNITY:
            return acb(fmpq(2, found.scale)).exp_pi_i()
    if len(found.arguments) != 1:
        raise _UnknownError
    argument = _quotient(tower, found.arguments[0])
    if not abs(argument) < _LARGEST_EXPONENT:
        raise _UnknownError
    match found.kind:
        case Kind.EXPONENTIAL:
            return (argument * scale).exp()
        case Kind.ROTATION:
            return (argument * scale * acb(0, 1)).exp()
        case Kind.LOGARITHM | Kind.ROOT | Kind.MODULUS:
            return acb(_of_modulus(found, abs(argument)))
        case Kind.GAMMA:
            return argument.rgamma()
        case Kind.FUNCTION if found.label in _FUNCTIONS:
            return acb(getattr(argument.real, _FUNCTIONS[found.label])())
    raise _UnknownError


def _of_modulus(found: Generator, modulus: arb) -> arb:
    if found.kind is Kind.MODULUS:
        return modulus
    if not modulus > 0:
        raise _UnknownError
    if found.kind is Kind.LOGARITHM:
        return modulus.log()
    return (modulus.log() * fmpq(1, found.scale)).exp()
