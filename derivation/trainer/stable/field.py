"""Terms as fractions of polynomials: in the unit e^{-|pivot|}, the label, and whatever else.

SymPy factors here; it only proposes, and the kernel decides about every line that comes of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd
from typing import TYPE_CHECKING

from derivation.term import (
    Add,
    Call,
    Constant,
    Div,
    Mul,
    Neg,
    Number,
    Pow,
    Sub,
    Symbol,
    Term,
    number,
)
from derivation.trainer.stable.branch import Branch
from derivation.trainer.stable.grouping import Written, power_of, product_of, sum_of
from derivation.trainer.stable.polynomials import Monomial, is_exponential, term_of

if TYPE_CHECKING:
    import sympy

__all__ = ["Factors", "Field", "ForeignError"]

_LARGEST_POWER = 12
_SMALL = Fraction(1, 1024)  # for the unit, where only the sign of a factor is asked


class ForeignError(Exception):
    """A term that is no fraction of polynomials."""


@dataclass(frozen=True, slots=True)
class Factors:
    """``constant * unit^power * prod above / prod below``; each factor with its exponent."""

    constant: Fraction
    power: int
    above: tuple[tuple[sympy.Expr, int], ...]
    below: tuple[tuple[sympy.Expr, int], ...]


class Field:
    """Converts between the terms of one branch and SymPy's fractions, and writes factors."""

    def __init__(self, branch: Branch, term: Term) -> None:
        import sympy

        self.sympy = sympy
        self.branch = branch
        self.step = branch.step(term)
        self.unit = sympy.Symbol("unit")
        self.label = sympy.Symbol("label")
        self.predictor = sympy.Symbol("predictor")
        self._atoms: dict[Term, sympy.Symbol] = {}

    # ------------------------------------------------------------------ into the field

    def enter(self, term: Term) -> sympy.Expr:
        """The term as a SymPy expression. Raises ForeignError."""
        match term:
            case Number(value=value):
                return self.sympy.Rational(value.numerator, value.denominator)
            case Symbol(name=self.branch.setting.predictor):
                return self._predictor()
            case Symbol(name=self.branch.setting.label):
                return self.label
            case Neg(body=body):
                return -self.enter(body)
            case Add(left=left, right=right):
                return self.enter(left) + self.enter(right)
            case Sub(left=left, right=right):
                return self.enter(left) - self.enter(right)
            case Mul(left=left, right=right):
                return self.enter(left) * self.enter(right)
            case Div(left=left, right=right):
                return self.enter(left) / self.enter(right)
            case Pow(right=exponent) if is_exponential(term):
                return self._exponential(exponent)
            case Pow(left=left, right=exponent):
                return self.enter(left) ** self._whole(exponent)
            case Symbol() | Constant() | Call():
                return self.atom(term)
        raise ForeignError(f"{type(term).__name__} is no part of a fraction")

    def _predictor(self) -> sympy.Expr:
        """The symbol ``predictor`` stands for the pivot where the predictor is linear in it."""
        if self.branch.shift is None:
            return self.predictor
        factor, rest = self.branch.shift
        below = self.enter(term_of(rest)) if rest else self.sympy.Integer(0)
        return (self.predictor - below) / self.sympy.Rational(factor.numerator, factor.denominator)

    def atom(self, term: Term) -> sympy.Symbol:
        """The symbol that stands for a part that is not looked into."""
        if term not in self._atoms:
            self._atoms[term] = self.sympy.Symbol(f"atom{len(self._atoms)}")
        return self._atoms[term]

    def roots(self) -> list[tuple[sympy.Symbol, sympy.Expr]]:
        """The symbols that stand for square roots, and what they are the roots of."""
        found = []
        for term, symbol in list(self._atoms.items()):
            if isinstance(term, Call) and term.name == "sqrt":
                found.append((symbol, self.enter(term.arguments[0])))
        return found

    def _whole(self, exponent: Term) -> int:
        size = exponent.body if isinstance(exponent, Neg) else exponent
        if not isinstance(size, Number) or size.value.denominator != 1:
            raise ForeignError("a power that is no whole number")
        value = int(size.value)
        if value > _LARGEST_POWER:
            raise ForeignError(f"a power above {_LARGEST_POWER}")
        return -value if isinstance(exponent, Neg) else value

    def _exponential(self, exponent: Term) -> sympy.Expr:
        found = self.branch.multiple(exponent)
        if found is None:
            return self.atom(Pow(Constant("e"), exponent))
        multiple, constant = found
        power = multiple * self.branch.direction / self.step
        if power.denominator != 1 or abs(power) > _LARGEST_POWER:
            raise ForeignError("exponentials with no common step")
        value = self.unit ** int(power)
        if constant:
            value *= self.atom(Pow(Constant("e"), number(constant)))
        return value

    # ------------------------------------------------------------------ factors

    def factors(self, expression: sympy.Expr) -> Factors:
        """The fraction in lowest terms, factored.

        Every factor is positive where the unit is small and the label lies in the middle.
        """
        top, bottom = self.sympy.fraction(self.sympy.cancel(self.sympy.together(expression)))
        constant, power = Fraction(1), 0
        sides: list[list[tuple[sympy.Expr, int]]] = []
        for part, sign in ((top, 1), (bottom, -1)):
            power += sign * self._lowest(part)
            rest = self.sympy.expand(part / self.unit ** self._lowest(part))
            number_, found = self._factor_list(rest)
            constant *= Fraction(int(number_.p), int(number_.q)) ** sign
            kept: list[tuple[sympy.Expr, int]] = []
            for factor, exponent in found:
                if self._sign(factor) < 0:
                    kept.append((self.sympy.expand(-factor), exponent))
                    constant *= (-1) ** exponent
                else:
                    kept.append((factor, exponent))
            sides.append(kept)
        return Factors(constant, power, tuple(sides[0]), tuple(sides[1]))

    def _factor_list(
        self, expression: sympy.Expr
    ) -> tuple[sympy.Rational, list[tuple[sympy.Expr, int]]]:
        """Factors over the rational numbers, in the largest common power of the unit.

        So 1 - unit^2 stays as it is.
        """
        step = self._common_power(expression)
        if step > 1:
            coarse = self.sympy.Symbol("coarse")
            expression = expression.subs(self.unit, coarse ** self.sympy.Rational(1, step))
            value, found = self.sympy.factor_list(self.sympy.expand(expression))
            return value, [(f.subs(coarse, self.unit**step), int(n)) for f, n in found]
        value, found = self.sympy.factor_list(expression)
        return value, [(f, int(n)) for f, n in found]

    def _common_power(self, expression: sympy.Expr) -> int:
        if expression.is_number or not expression.has(self.unit):
            return 1
        powers = [int(m[0]) for m in self.sympy.Poly(expression, self.unit).monoms() if m[0]]
        return gcd(*powers) if powers else 1

    def _lowest(self, expression: sympy.Expr) -> int:
        if expression.is_number or not expression.has(self.unit):
            return 0
        return min(int(m[0]) for m in self.sympy.Poly(expression, self.unit).monoms())

    def _sign(self, factor: sympy.Expr) -> int:
        """The sign at a point inside the domain, where the unit is small."""
        label = self.branch.middle_label
        pivot_sign = -self.branch.direction
        values: dict[sympy.Symbol, sympy.Expr] = {
            self.unit: self.sympy.Rational(_SMALL.numerator, _SMALL.denominator),
            self.label: self.sympy.Rational(label.numerator, label.denominator),
            self.predictor: self.sympy.Integer(7 * pivot_sign),
        }
        for symbol in factor.free_symbols - set(values):
            values[symbol] = self.sympy.Rational(1, 3)
        value = factor.subs(values)
        return -1 if value < 0 else 1

    # ------------------------------------------------------------------ back to terms

    def power_of_unit(self, power: int) -> Term:
        """unit^power as one exponential."""
        return self.branch.exponential(self.branch.direction * self.step * power)

    def written(self, expression: sympy.Expr) -> Term:
        """A polynomial as a sum: ordered by powers of the unit, with the label's parts factored."""
        summands = self._summands(expression)
        return sum_of(summands)

    def _summands(self, expression: sympy.Expr) -> list[Written]:
        """(sign, term) for each monomial in everything but the label."""
        others = sorted(expression.free_symbols - {self.label}, key=self.rank)
        if not others:
            return [self._monomial((), (), expression)]
        poly = self.sympy.Poly(expression, *others)
        found = [
            (monomial, *self._monomial(others, monomial, coefficient))
            for monomial, coefficient in poly.terms()
        ]
        found.sort(key=lambda one: (one[0][::-1], -one[1]))
        return [(sign, term) for _, sign, term in found]

    def rank(self, symbol: sympy.Symbol) -> tuple[int, str]:
        """In which order symbols come in a product: the predictor first, the unit last."""
        order = {self.predictor: 0, self.unit: 2}
        return order.get(symbol, 1), symbol.name

    def _monomial(
        self, symbols: Sequence[sympy.Symbol], powers: tuple[int, ...], coefficient: sympy.Expr
    ) -> Written:
        constant, found = self.sympy.factor_list(coefficient)
        sign, parts = (-1 if constant < 0 else 1), []
        for factor, exponent in ((f, int(n)) for f, n in found):
            if self._sign(factor) < 0:
                sign *= (-1) ** exponent
                factor = self.sympy.expand(-factor)  # noqa: PLW2901
            parts.append(power_of(self._label_polynomial(factor), exponent))
        for symbol, power in zip(symbols, powers, strict=True):
            if power:
                parts.append(self.symbol_power(symbol, power))
        size = abs(Fraction(int(constant.p), int(constant.q)))
        return sign, product_of(size, parts)

    def _label_polynomial(self, expression: sympy.Expr) -> Term:
        name = self.branch.setting.label
        poly = self.sympy.Poly(expression, self.label)
        coefficients: dict[Monomial, Fraction] = {
            (((name, int(power)),) if power else ()): Fraction(int(value.p), int(value.q))
            for (power,), value in poly.terms()
        }
        return term_of(coefficients)

    def symbol_power(self, symbol: sympy.Symbol, power: int) -> Term:
        """A symbol of the field, raised to a power, as a term."""
        if symbol == self.unit:
            return self.power_of_unit(power)
        if symbol == self.predictor:
            shifted = self.branch.shift is not None
            own = self.branch.pivot if shifted else Symbol(self.branch.setting.predictor)
            return power_of(own, power)
        term = next(term for term, own in self._atoms.items() if own == symbol)
        return power_of(term, power)

    def factor_written(self, factor: sympy.Expr) -> Written:
        """A factor with a sign: ``c - c e^u`` is written ``-(c (e^u - 1))``."""
        summands = self._summands(factor)
        if len(summands) == 2 and [sign for sign, _ in summands] == [1, -1]:
            (_, one), (_, other) = summands
            if one == Number("1") and is_exponential(other):
                return -1, Sub(other, one)
        return 1, sum_of(summands)

    def fraction(self, found: Factors) -> Written:
        """A factored fraction: its sign, and the term without it."""
        sign = -1 if found.constant < 0 else 1
        size = abs(found.constant)
        above: list[Term] = []
        below: list[Term] = []
        for factors, parts in ((found.above, above), (found.below, below)):
            for factor, exponent in sorted(factors, key=lambda one: self._order(one[0])):
                turned, term = self.factor_written(factor)
                sign *= turned**exponent
                parts.append(power_of(term, exponent))
        if found.power:  # a negative one grows: only as e^p can it be the value that overflows
            above.append(self.power_of_unit(found.power))
        top = product_of(Fraction(size.numerator), above)
        bottom = product_of(Fraction(size.denominator), below)
        return sign, top if bottom == Number("1") else Div(top, bottom)

    def _order(self, factor: sympy.Expr) -> tuple[bool, str]:
        return factor.has(self.unit), str(factor)
