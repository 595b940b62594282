"""From a quotient over generators back to a term with the same value.

The term has a value wherever all generators of the quotient have one and its denominator is not 0;
there the two values are equal. A value with imaginary generators must be known to be real: the
real part is written down. R1: z = cos t + i sin t for z = e^(i t), t real (Euler).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from derivation.errors import UnsupportedError
from derivation.kernel.bounds import intervals
from derivation.kernel.integration.writing import product, quotient, ratio, total
from derivation.kernel.normal_form.generators import Generator, Kind
from derivation.kernel.normal_form.quotient import (
    GENERATORS,
    Quotient,
    is_generator,
    monomials,
)
from derivation.term import (
    Call,
    Constant,
    Indexed,
    Neg,
    Number,
    Pow,
    Product,
    Sum,
    Symbol,
    Term,
    fresh_name,
    number,
)

if TYPE_CHECKING:
    from derivation.kernel.normal_form.convert import NormalForm
    from derivation.kernel.normal_form.polynomials import Polynomial

__all__ = ["Readback"]

_TURNING = (Kind.ROTATION, Kind.UNITY)
Exponents = tuple[int, ...]
Pair = tuple[list[Term], list[Term]]  # summands of the real and of the imaginary part


@dataclass(frozen=True)
class Readback:
    """Writes quotients of one form as terms; ``bound`` are the terms of bound generators."""

    form: NormalForm
    bound: Mapping[int, Term]

    def term(self, value: Quotient) -> Term:
        """A term for a real value. Raises UnsupportedError for a generator without one."""
        value = self.form.tower.reduced(value)
        above, below = self._terms(value.numerator), self._terms(value.denominator)
        common = self._common_turn(below)
        above, below = _divided(above, common), _divided(below, common)
        top, bottom = self._parts(above), self._parts(below)
        if not bottom[1]:
            return quotient(total(top[0]), total(bottom[0]))
        real, imaginary = total(bottom[0]), total(bottom[1])
        over = total([product([real, real]), product([imaginary, imaginary])])
        shared = [product([total(top[0]), real]), product([total(top[1]), imaginary])]
        return quotient(total(shared), over)

    # ------------------------------------------------------------------ polynomials

    @staticmethod
    def _terms(p: Polynomial) -> dict[Exponents, int]:
        return dict(monomials(p))

    def _turning(self, index: int) -> bool:
        generators = self.form.tower.generators
        return index < len(generators) and generators[index].kind in _TURNING

    def _common_turn(self, terms: dict[Exponents, int]) -> Exponents:
        """The powers of turning generators that all monomials share."""
        if not terms:
            return (0,) * GENERATORS
        least = [min(exponents[i] for exponents in terms) for i in range(GENERATORS)]
        return tuple(e if e and self._turning(i) else 0 for i, e in enumerate(least))

    def _parts(self, terms: dict[Exponents, int]) -> Pair:
        real: list[Term] = []
        imaginary: list[Term] = []
        for exponents, coefficient in terms.items():
            self._add_monomial(exponents, coefficient, real, imaginary)
        return real, imaginary

    def _add_monomial(
        self, exponents: Exponents, coefficient: int, real: list[Term], imaginary: list[Term]
    ) -> None:
        size: list[Term] = [] if abs(coefficient) == 1 else [number(abs(coefficient))]
        angle, quarters = Quotient.of(0), Fraction(0 if coefficient > 0 else 2)
        powers, exponents = self._joined_powers(exponents)
        size.extend(powers)
        for index, exponent in enumerate(exponents):
            if not exponent:
                continue
            found = self.form.tower.generators[index]
            part = Fraction(exponent, found.scale)
            if found.kind is Kind.UNITY:
                quarters += 4 * part
            elif found.kind is Kind.ROTATION:
                angle += found.arguments[0] * Quotient.of(part)
            elif found.imaginary:
                raise UnsupportedError(f"{found.label} is not written back")
            else:
                size.append(self._power(index, found, exponent))
        if quarters.denominator != 1:
            angle += self.form.pi * Quotient.of(quarters / 2)
            quarters = Fraction(0)
        _place(product(size), self._turned(angle), int(quarters), real, imaginary)

    def _joined_powers(self, exponents: Exponents) -> tuple[list[Term], Exponents]:
        """p^n p^k as p^(n + k), and the other exponents: p^(n + k) is smoother at p = 0."""
        written: list[Term] = []
        rest = list(exponents)
        for index, exponent in enumerate(exponents):
            if exponent != 1 or self.form.tower.generators[index].kind is not Kind.POWER:
                continue
            base, power = self.form.tower.generators[index].arguments
            if is_generator(base) and (more := rest[base.generators[0]]) > 0:
                written.append(Pow(self.term(base), self.term(power + Quotient.of(more))))
                rest[index] = rest[base.generators[0]] = 0
        return written, tuple(rest)

    def _turned(self, angle: Quotient) -> tuple[Term | None, Term | None]:
        """Cosine and sine of the angle; None for 0."""
        if angle.is_zero:
            return Number("1"), None
        written = self.term(angle)
        return Call("cos", (written,)), Call("sin", (written,))

    # ------------------------------------------------------------------ generators

    def _power(self, index: int, found: Generator, exponent: int) -> Term:
        match found.kind:
            case Kind.EXPONENTIAL:
                rate = found.arguments[0] * Quotient.of(Fraction(exponent, found.scale))
                return Call("exp", (self.term(rate),))
            case Kind.GAMMA:
                gamma = Call("gamma", (self.term(found.arguments[0]),))
                return quotient(Number("1"), _raised(gamma, exponent))
            case Kind.ROOT:
                base = self._modulus(found.arguments[0])
                if found.scale == 2:
                    return _raised(Call("sqrt", (base,)), exponent)
                return Pow(base, ratio(Fraction(exponent, found.scale)))
            case Kind.NAME if found.scale > 1:
                power = Fraction(exponent, found.scale)
                if power.denominator == 1:
                    return _raised(Symbol(found.label), int(power))
                return Pow(Symbol(found.label), ratio(power))
        return _raised(self._generator(index, found), exponent)

    def _generator(self, index: int, found: Generator) -> Term:
        if index in self.bound:
            return self.bound[index]
        match found.kind:
            case Kind.CONSTANT:
                return Constant(found.label)
            case Kind.NAME:
                return Symbol(found.label)
            case Kind.MEMBER:
                return Indexed(found.label, tuple(map(self.term, found.arguments)))
            case Kind.JET if found.arguments and self._is_plain(found):
                return Call(found.label, tuple(map(self.term, found.arguments)))
            case Kind.POWER:
                base, exponent = map(self.term, found.arguments)
                return Pow(base, exponent)
            case Kind.SUM | Kind.PRODUCT:
                return self._ranged(found)
            case Kind.LOGARITHM:
                return Call("log", (self._modulus(found.arguments[0]),))
            case Kind.MODULUS:
                return Call("Abs", (self.term(found.arguments[0]),))
            case Kind.PARITY if found.scale == 1:
                return Pow(Neg(Number("1")), self.term(found.arguments[0]))
            case Kind.FUNCTION if found.label == "polygamma" and found.arguments[0].is_zero:
                return Call("digamma", (self.term(found.arguments[1]),))
            case Kind.FUNCTION if found.arguments:
                return Call(found.label, tuple(map(self.term, found.arguments)))
        raise UnsupportedError(f"{found.label or found.kind.value} is not written back")

    def _ranged(self, found: Generator) -> Term:
        """A sum or product, with a name for its index that means nothing else."""
        body, lower, upper = found.arguments
        declared = frozenset(self.form.context.declarations) | frozenset(self.form.context.defined)
        used = frozenset(one.name for one in self.bound.values() if isinstance(one, Symbol))
        name = fresh_name("k", declared | used)
        inside = Readback(self.form, {**self.bound, found.index: Symbol(name)})
        make = Sum if found.kind is Kind.SUM else Product
        return make(inside.term(body), name, self.term(lower), self.term(upper))

    @staticmethod
    def _is_plain(found: Generator) -> bool:
        orders, by = found.extra
        return isinstance(orders, tuple) and not any(orders) and not by

    def _modulus(self, value: Quotient) -> Term:
        """|value|, without the bars where the sign is known."""
        bounds = self.form.signs.of(value)
        if intervals.is_nonnegative(bounds):
            return self.term(value)
        if bounds.high is not None and bounds.high <= 0:
            return self.term(-value)
        return Call("Abs", (self.term(value),))


def _raised(base: Term, exponent: int) -> Term:
    return base if exponent == 1 else Pow(base, number(exponent))


def _divided(terms: dict[Exponents, int], by: Exponents) -> dict[Exponents, int]:
    """The monomials divided; negative exponents, of turning generators alone, are left as such."""
    return {
        tuple(e - b for e, b in zip(exponents, by, strict=True)): coefficient
        for exponents, coefficient in terms.items()
    }


def _place(
    size: Term,
    turned: tuple[Term | None, Term | None],
    quarters: int,
    real: list[Term],
    imaginary: list[Term],
) -> None:
    """Add size i^quarters (cos + i sin) to the two parts."""
    for term, turn in zip(turned, (0, 1), strict=True):
        if term is None:
            continue
        summand = product([size, term])
        at = (quarters + turn) % 4
        (real if at % 2 == 0 else imaginary).append(summand if at < 2 else Neg(summand))
