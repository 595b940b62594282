"""SymPy -> Term: negative coefficients become differences, negative powers fractions."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from typing import TYPE_CHECKING

from derivation.domain import Domain, Kind
from derivation.errors import UnsupportedError
from derivation.notation.sympy_names import CONSTANTS, FUNCTIONS
from derivation.term import (
    Add,
    And,
    Call,
    Constant,
    Derivative,
    Div,
    Indexed,
    Integral,
    Mul,
    Neg,
    Not,
    Number,
    Or,
    Paren,
    Piecewise,
    Pow,
    Product,
    Ranged,
    Relation,
    RelationSign,
    Sub,
    Sum,
    Symbol,
    Term,
    Test,
    number,
)  # fmt: skip
from derivation.term.decimals import digits_of

if TYPE_CHECKING:
    import sympy

__all__ = ["from_sympy"]

_FUNCTIONS = {theirs: ours for ours, theirs in FUNCTIONS.items() if theirs != "exp"}
_CONSTANTS = {theirs: ours for ours, theirs in CONSTANTS.items() if ours != "inf"}
_RELATIONS = {
    "Equality": RelationSign.EQ, "Unequality": RelationSign.NE,
    "StrictLessThan": RelationSign.LT, "LessThan": RelationSign.LE,
    "StrictGreaterThan": RelationSign.GT, "GreaterThan": RelationSign.GE,
}  # fmt: skip


def from_sympy(expression: sympy.Basic, domain: Domain = Domain()) -> Term:  # noqa: B008
    """The term that a SymPy expression writes, in the order in which SymPy prints it.

    A function that ``domain`` declares with parameters, ``h(x; w, b)``, loses them again when
    they are the last arguments.

    Raises UnsupportedError for floats (which are not exact), complex numbers, and whatever
    has no form in the notation.
    """
    try:
        return _Reader(domain).read(expression)
    except RecursionError:
        raise UnsupportedError("the SymPy expression is nested too deeply") from None


class _Reader:
    def __init__(self, domain: Domain) -> None:
        import sympy

        self.sympy = sympy
        self.domain = domain

    def read(self, expr: sympy.Basic) -> Term:
        """One expression."""
        sp = self.sympy
        if isinstance(expr, sp.Float):
            raise UnsupportedError(f"{expr} is a float and not exact; use sympy.Rational")
        if isinstance(expr, sp.Rational) and expr.is_finite:
            return number(Fraction(int(expr.p), int(expr.q)))
        if isinstance(expr, sp.NumberSymbol) and str(expr) in _CONSTANTS:
            return Constant(_CONSTANTS[str(expr)])
        if isinstance(expr, sp.Symbol):
            return Symbol(expr.name)
        for kind, method in (
            (sp.Indexed, self.indexed), (sp.Add, self.add), (sp.Mul, self.multiply),
            (sp.Pow, self.power), (sp.exp, self.exponential), (sp.Derivative, self.derivative),
            (sp.Subs, self.prime), (sp.Sum, self.ranged), (sp.Product, self.ranged),
            (sp.Integral, self.integral),
            (sp.And, self.junction), (sp.Or, self.junction), (sp.Not, self.negation),
            (sp.Piecewise, self.piecewise),
            (sp.core.relational.Relational, self.relation), (sp.UnevaluatedExpr, self.held),
            (sp.core.function.Application, self.application),
        ):  # fmt: skip
            if isinstance(expr, kind):
                return method(expr)
        raise self._unsupported(expr)

    def _unsupported(self, expr: sympy.Basic) -> UnsupportedError:
        shown = str(expr)
        shown = shown if len(shown) <= 80 else shown[:77] + "..."
        return UnsupportedError(
            f"the SymPy expression {shown} ({type(expr).__name__}) has no form in this notation"
        )

    # ------------------------------------------------------------------ arithmetic

    def add(self, expr: sympy.Basic) -> Term:
        """A sum, with differences where a term has a minus."""
        terms = [self.read(part) for part in expr.as_ordered_terms()]
        return reduce(
            lambda left, right: (
                Sub(left, right.body) if isinstance(right, Neg) else Add(left, right)
            ),
            terms,
        )

    def multiply(self, expr: sympy.Basic) -> Term:
        """A product as a sign, a numerator and a denominator."""
        negative = False
        above: list[Term] = []
        below: list[Term] = []
        for factor in expr.as_ordered_factors():
            if isinstance(factor, self.sympy.Rational) and factor.is_finite:
                negative ^= bool(factor < 0)
                if abs(factor.p) != 1:
                    above.append(Number(digits_of(abs(int(factor.p)))))
                if factor.q != 1:
                    below.append(Number(digits_of(int(factor.q))))
                continue
            part = self.read(factor)
            if isinstance(part, Neg):
                negative, part = not negative, part.body
            if isinstance(part, Div) and self._is_inverse(factor):
                below.append(part.right)
            else:
                above.append(part)
        top = _product(above)
        whole = Div(top, _product(below)) if below else top
        return Neg(whole) if negative else whole

    def _is_inverse(self, factor: sympy.Basic) -> bool:
        return isinstance(factor, self.sympy.Pow) and factor.exp.could_extract_minus_sign()

    def power(self, expr: sympy.Basic) -> Term:
        """A power; a negative exponent is a fraction, one half a root."""
        base, exponent = expr.base, expr.exp
        if base == self.sympy.E:
            return Pow(Constant("e"), self.read(exponent))
        if exponent.could_extract_minus_sign():
            positive = -exponent
            below = self.read(base) if positive == 1 else self._power(base, positive)
            return Div(Number("1"), below)
        return self._power(base, exponent)

    def _power(self, base: sympy.Basic, exponent: sympy.Basic) -> Term:
        if exponent == self.sympy.Rational(1, 2):
            return Call("sqrt", (self.read(base),))
        return Pow(self.read(base), self.read(exponent))

    def exponential(self, expr: sympy.Basic) -> Term:
        """``exp(u)`` is written e to the power u."""
        return Pow(Constant("e"), self.read(expr.args[0]))

    def held(self, expr: sympy.Basic) -> Term:
        """``UnevaluatedExpr(x)`` is x in parentheses."""
        return Paren(self.read(expr.args[0]))

    # ------------------------------------------------------------------ names and functions

    def indexed(self, expr: sympy.Basic) -> Term:
        """A member of a family."""
        return Indexed(str(expr.base.label), tuple(self.read(index) for index in expr.indices))

    def application(self, expr: sympy.Basic) -> Term:
        """A known function, or an undefined one."""
        name = type(expr).__name__
        if name == "polygamma" and expr.args[0] == 0:
            return Call("digamma", (self.read(expr.args[1]),))
        if isinstance(expr, self.sympy.core.function.AppliedUndef):
            arguments = self._without_parameters(name, expr.args)
        elif name == "Heaviside" and expr.args[1:] in ((), (self.sympy.Rational(1, 2),)):
            arguments = expr.args[:1]
        elif name in _FUNCTIONS:
            name, arguments = _FUNCTIONS[name], expr.args
        else:
            raise self._unsupported(expr)
        return Call(name, tuple(self.read(argument) for argument in arguments))

    def _without_parameters(
        self, name: str, arguments: tuple[sympy.Basic, ...]
    ) -> tuple[sympy.Basic, ...]:
        declared = self.domain.get(name)
        if declared is None or declared.kind is not Kind.FUNCTION or not declared.parameters:
            return arguments
        count = len(declared.parameters)
        if tuple(str(one) for one in arguments[-count:]) == declared.parameters:
            return arguments[:-count]
        return arguments

    # ------------------------------------------------------------------ binders

    def derivative(self, expr: sympy.Basic) -> Term:
        """Derivatives by several variables nest."""
        body = self.read(expr.expr)
        for variable, count in expr.variable_count:
            by = self.read(variable)
            if not isinstance(by, Symbol | Indexed) or not count.is_Integer:
                raise self._unsupported(expr)
            body = Derivative(body, by, int(count))
        return body

    def prime(self, expr: sympy.Basic) -> Term:
        """The derivative of a function of one argument, at a point."""
        inner, variables, points = expr.expr, expr.variables, expr.point
        if isinstance(inner, self.sympy.Derivative) and len(variables) == 1:
            counted = inner.variable_count
            call = self.read(inner.expr)
            at = self.read(variables[0])
            own = len(counted) == 1 and counted[0][0] == variables[0] and counted[0][1].is_Integer
            if own and isinstance(call, Call) and call.arguments == (at,):
                point = self.read(points[0])
                return Call(call.name, (point,), call.primes + int(counted[0][1]))
        raise self._unsupported(expr)

    def ranged(self, expr: sympy.Basic) -> Term:
        """A sum or a product; the first limit is the innermost."""
        make = Sum if isinstance(expr, self.sympy.Sum) else Product
        return self._over(make, expr, self.read)

    def integral(self, expr: sympy.Basic) -> Term:
        """A definite integral."""
        return self._over(Integral, expr, self.limit)

    def _over(
        self, make: type[Ranged], expr: sympy.Basic, limit: Callable[[sympy.Basic], Term]
    ) -> Term:
        body = self.read(expr.function)
        for limits in expr.limits:
            if len(limits) != 3:
                raise self._unsupported(expr)
            index, lower, upper = limits
            body = make(body, index.name, limit(lower), limit(upper))
        return body

    def limit(self, expr: sympy.Basic) -> Term:
        """A limit of an integral, which may be infinite."""
        if expr == self.sympy.oo:
            return Constant("inf")
        return Neg(Constant("inf")) if expr == -self.sympy.oo else self.read(expr)

    def piecewise(self, expr: sympy.Basic) -> Term:
        """The last branch may hold always."""
        branches: list[tuple[Term, Test | None]] = []
        for value, test in expr.args:
            always = test == self.sympy.true
            branches.append((self.read(value), None if always else self.test(test)))
        return Piecewise(tuple(branches))

    def test(self, expr: sympy.Basic) -> Test:
        """A condition."""
        condition = self.read(expr)
        if not isinstance(condition, Relation | And | Or | Not):
            raise self._unsupported(expr)
        return condition

    def junction(self, expr: sympy.Basic) -> Term:
        """``And`` and ``Or`` of any number of conditions, in SymPy's own order."""
        make = And if isinstance(expr, self.sympy.And) else Or
        parts = sorted(expr.args, key=self.sympy.default_sort_key)
        return reduce(make, [self.test(part) for part in parts])

    def negation(self, expr: sympy.Basic) -> Term:
        """``Not``."""
        return Not(self.test(expr.args[0]))

    def relation(self, expr: sympy.Basic) -> Term:
        """``Eq(a, b)`` and the like."""
        sign = _RELATIONS.get(type(expr).__name__)
        if sign is None:
            raise self._unsupported(expr)
        return Relation(self.read(expr.lhs), sign, self.read(expr.rhs))


def _product(factors: list[Term]) -> Term:
    return reduce(Mul, factors) if factors else Number("1")
