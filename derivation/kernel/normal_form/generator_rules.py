"""Rules about generators: exponentials, logarithms, roots, absolute values, deltas.

Each is an identity at every real point where the written term is defined:

N2  exp(q1 t1 + q2 t2) = E(t1)^q1 E(t2)^q2, q rational: e^(a+b) = e^a e^b; E(t) = e^(t/D), D an
    integer, so that all exponents are whole.
N3  exp(k log|p|) = p^k, k whole, where p > 0, or k even: e^(log|p|) = |p|.
N4  log(u) = sum of e_i log|p_i| for u = c p1^e1 p2^e2 ...: u > 0 where log(u) is defined, so
    log u = log|u|, and no p_i is 0 there. log E(t)^k = k t / D.
N6  sqrt(u) = exp(log(u)/2) where u > 0 is known; otherwise a generator G with G^2 = u: u >= 0
    where sqrt(u) is defined. sqrt(r^2) = |r|.
N7  |u| = u or -u where the sign is known; otherwise G with G^2 = u^2.
N10 Delta(i, i) = 1; Delta(i, j) = 0 when i - j is a nonzero constant; Delta^2 = Delta.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import gcd, isqrt, lcm

from flint import fmpz

from derivation.domain import Interval
from derivation.errors import UnsupportedError
from derivation.kernel.bounds import intervals
from derivation.kernel.normal_form.quotient import (
    Quotient,
    TooLarge,
    constant,
    factors,
    generator,
    is_generator,
    monomials,
    polynomial,
)
from derivation.kernel.normal_form.tower import Generator, Kind, Restart, Tower

__all__ = ["GeneratorRules"]

_LARGEST_SCALE = 10**6
_LARGEST_EXPONENT = 5000
_PRIME_BITS = 96


class GeneratorRules:
    """Makes the generators of one tower, with their rules applied."""

    def __init__(self, tower: Tower) -> None:
        self.tower = tower

    def delta(self, i: Quotient, j: Quotient) -> Quotient:
        """N10."""
        difference = (i - j).rational
        if difference is not None:
            return Quotient.of(1 if difference == 0 else 0)
        arguments = tuple(sorted((i, j), key=self.tower.text))
        new = Generator(
            Kind.DELTA,
            "Delta",
            arguments,
            Interval(Fraction(0), Fraction(1), low_open=False, high_open=False),
            bound=self.tower.bound_in(arguments),
        )
        return self._with_relation(new, 2, None)

    def _with_relation(self, new: Generator, degree: int, value: Quotient | None) -> Quotient:
        """The generator G with G^degree = value (None: G itself)."""
        number = self.tower.number(new)
        own = generator(number)
        relation = (degree, own if value is None else value.numerator)
        self.tower.generators[number] = replace(self.tower.generators[number], relation=relation)
        return Quotient(own)

    def square_root(self, u: Quotient) -> Quotient:
        """N6."""
        if u.is_zero:
            return u
        if intervals.is_positive(self.tower.bounds(u)):
            return self.exponential(self.logarithm(u) * Quotient.of(Fraction(1, 2)))
        root = self._root_of_square(u)
        if root is not None:
            return self.absolute(root)
        new = Generator(
            Kind.FUNCTION, "sqrt", (u,), intervals.NONNEGATIVE, bound=self.tower.bound_in((u,)),
            height=self.tower.height_of((u,)),
        )  # fmt: skip
        return self._with_relation(new, 2, u) if u.denominator.is_one() else self.tower.value(new)

    @staticmethod
    def _root_of_square(u: Quotient) -> Quotient | None:
        """r when u = r^2."""
        roots = []
        for p in (u.numerator, u.denominator):
            content, found = factors(p)
            root = Quotient.of(isqrt(abs(content)))
            if content < 0 or root * root != Quotient.of(content):
                return None
            for factor, exponent in found:
                if exponent % 2:
                    return None
                root *= Quotient(factor) ** (exponent // 2)
            roots.append(root)
        return roots[0] / roots[1]

    def absolute(self, u: Quotient) -> Quotient:
        """N7."""
        bounds = self.tower.bounds(u)
        if intervals.is_nonnegative(bounds):
            return u
        if bounds.high is not None and bounds.high <= 0:
            return -u
        if u.numerator.leading_coefficient() < 0:  # |u| = |-u|: one name for both
            u = -u
        new = Generator(
            Kind.FUNCTION, "Abs", (u,), intervals.NONNEGATIVE, bound=self.tower.bound_in((u,)),
            height=self.tower.height_of((u,)),
        )  # fmt: skip
        square = u * u
        return (
            self._with_relation(new, 2, square) if u.denominator.is_one() else self.tower.value(new)
        )

    # ------------------------------------------------------------------ exp and log

    def exponential(self, exponent: Quotient) -> Quotient:
        """N2 and N3."""
        result = Quotient.of(1)
        if exponent.is_zero:
            return result
        scale = gcd(*(int(c) for c in exponent.denominator.coeffs()))
        primitive = exponent.denominator // constant(scale)
        for exponents, coefficient in monomials(exponent.numerator):
            unit = Quotient(polynomial({exponents: 1}), primitive)
            factor = self._power_of_unit(unit, Fraction(coefficient, scale))
            result = self.tower.reduced(result * factor)
        return result

    def _power_of_unit(self, unit: Quotient, times: Fraction) -> Quotient:
        """e^(times * unit), for a unit without a rational factor."""
        known = self._logarithm_argument(unit)
        if known is not None and times.denominator == 1:
            bounds = self.tower.bounds(known)
            if times % 2 == 0 or intervals.is_positive(bounds):
                return known ** int(times)
            if intervals.is_negative(bounds):
                return (-known) ** int(times)
        name = self.tower.text(unit)
        scale = lcm(self.tower.scales.get(name, 1), times.denominator)
        if scale > _LARGEST_SCALE or abs(times * scale) > _LARGEST_EXPONENT:
            raise TooLarge(f"an exponent {times}")
        if scale != self.tower.scales.get(name, 1):
            self.tower.scales[name] = scale
            raise Restart
        new = Generator(
            Kind.EXPONENTIAL,
            "exp",
            (unit,),
            intervals.POSITIVE,
            scale,
            bound=self.tower.bound_in((unit,)),
            height=self.tower.height_of((unit,)),
        )
        if known is not None and intervals.is_positive(self.tower.bounds(known)) and scale > 1:
            value = self._with_relation(new, scale, known)  # (e^(log p / D))^D = p
        else:
            value = self.tower.value(new)
        return value ** int(times * scale)

    def _logarithm_argument(self, unit: Quotient) -> Quotient | None:
        """p when the unit is log|p|."""
        if not unit.denominator.is_one() or len(unit.generators) != 1:
            return None
        found = self.tower.generators[unit.generators[0]]
        if found.kind is not Kind.LOGARITHM or unit.numerator.total_degree() != 1:
            return None
        return found.arguments[0]

    def logarithm(self, u: Quotient) -> Quotient:
        """log|u| by N4; the caller knows that u > 0 where the written term is defined."""
        if u.is_zero:
            raise UnsupportedError("the logarithm of 0")
        result = Quotient.of(0)
        for p, sign in ((u.numerator, 1), (u.denominator, -1)):
            content, found = factors(p)
            for prime, exponent in _prime_factors(abs(content)):
                result += self._log_of(Quotient.of(prime)) * Quotient.of(sign * exponent)
            for factor, exponent in found:
                result += self._log_of(Quotient(factor)) * Quotient.of(sign * exponent)
        return result

    def _log_of(self, p: Quotient) -> Quotient:
        """log|p| for an irreducible polynomial p."""
        numbers = p.generators
        if len(numbers) == 1 and is_generator(p):
            found = self.tower.generators[numbers[0]]
            if found.kind is Kind.EXPONENTIAL:
                return found.arguments[0] * Quotient.of(Fraction(1, found.scale))
        if p.numerator.leading_coefficient() < 0:  # |p| = |-p|
            p = -p
        return self.tower.make(Kind.LOGARITHM, "log", (p,))


def _prime_factors(value: int) -> list[tuple[int, int]]:
    """Prime factors, or the value itself when it is too large to factor quickly."""
    if value.bit_length() > _PRIME_BITS:
        return [(value, 1)]
    return [(int(prime), int(exponent)) for prime, exponent in fmpz(value).factor()]
