"""From a plain term to its normal form: a quotient of polynomials in generators.

Every rewriting here is an identity at each real point where the *written* term is defined, so
a zero normal form of lhs - rhs proves lhs = rhs wherever both sides are defined. (That they are
defined is a separate question: ``definedness``.) The rules, each with its proof:

N1  + - * / and whole powers: field arithmetic; x/x = 1 where x != 0, which is where it is defined.
N5  b^u = exp(u log b), u real: defined for b > 0 only. With u of whole value: only if b > 0 is
    known from the domain; otherwise b^u stays a generator.
N8  Max(a, b), Min(a, b) = (a + b +- |a - b|)/2.
N9  sigmoid, softplus, logit, log1p, expm1, sinh, cosh, tanh, relu: their definitions.
N11 any function: equal arguments give equal values.
N2-N4, N6, N7 and N10, about generators, are in ``generator_rules``; S1-S6, about sums, in ``sums``.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from derivation.domain import Interval
from derivation.errors import UnsupportedError
from derivation.kernel.bounds import intervals
from derivation.kernel.bounds.intervals import Bounds
from derivation.kernel.calculus.differentiate import Jet
from derivation.kernel.names.context import Context
from derivation.kernel.normal_form.generator_rules import GeneratorRules
from derivation.kernel.normal_form.quotient import (
    Quotient,
    TooLarge,
)
from derivation.kernel.normal_form.sums import convert_sum
from derivation.kernel.normal_form.tower import Kind, Tower
from derivation.term import (
    Add,
    Call,
    Constant,
    Div,
    Indexed,
    Mul,
    Neg,
    Number,
    Pow,
    Sub,
    Sum,
    Symbol,
    Term,
)  # fmt: skip

__all__ = ["NormalForm"]

_LARGEST_EXPONENT = 5000

ONE = Number("1")
TWO = Number("2")


def _exp(term: Term) -> Term:
    return Call("exp", (term,))


DEFINED_BY: dict[str, Callable[[Term], Term]] = {
    # N9; each is an identity on the whole domain of the function
    "sigmoid": lambda u: Div(ONE, Add(ONE, _exp(Neg(u)))),
    "sigma": lambda u: Div(ONE, Add(ONE, _exp(Neg(u)))),
    "softplus": lambda u: Call("log", (Add(ONE, _exp(u)),)),
    "logit": lambda u: Call("log", (Div(u, Sub(ONE, u)),)),
    "log1p": lambda u: Call("log", (Add(ONE, u),)),
    "expm1": lambda u: Sub(_exp(u), ONE),
    "sinh": lambda u: Div(Sub(_exp(u), _exp(Neg(u))), TWO),
    "cosh": lambda u: Div(Add(_exp(u), _exp(Neg(u))), TWO),
    "tanh": lambda u: Div(Sub(_exp(u), _exp(Neg(u))), Add(_exp(u), _exp(Neg(u)))),
    "relu": lambda u: Call("Max", (Number("0"), u)),
}
# N11: functions of the reader that have no rewriting rule yet
CONGRUENT = frozenset((
    "sin", "cos", "tan", "asin", "acos", "atan", "asinh", "acosh", "atanh", "erf", "erfc",
    "gamma", "digamma", "loggamma", "floor", "ceiling", "sign", "Heaviside", "factorial",
    "binomial",
))  # fmt: skip


class NormalForm(GeneratorRules):
    """Converts plain terms without derivatives; one per proof attempt."""

    def __init__(self, context: Context, tower: Tower) -> None:
        super().__init__(tower)
        self.context = context
        self.bound: dict[str, Quotient] = {}  # bound indices in scope
        self.depth = 0  # how many sums are being converted right now
        self._bounds = Bounds(context.declarations, {})

    def bind(self, index: str, upper: Quotient, least: Fraction | None) -> None:
        """Bring an index into scope whose values are whole, >= ``least`` and <= ``upper``."""
        high = self.tower.bounds(upper).high
        interval = Interval(least, high, low_open=False, high_open=False)
        self.bound[index] = self.tower.make(Kind.NAME, f"bound {index}", interval=interval)

    def of(self, term: Term) -> Quotient:
        """The normal form. Raises UnsupportedError, TooLarge, NeverDefined, Restart, OutOfTime."""
        match term:
            case Number():
                return Quotient.of(term.value)
            case Constant(name="e"):
                return self.exponential(Quotient.of(1))
            case Constant(name=name):
                return self.tower.make(Kind.CONSTANT, name, interval=self._bounds.of(term))
            case Symbol(name=name):
                bound = self.bound.get(name)
                if bound is not None:
                    return bound
                return self._declared(Kind.NAME, name, (), term)
            case Indexed(base=base, indices=indices):
                values = tuple(self.of(index) for index in indices)
                return self._declared(Kind.MEMBER, base, values, term)
            case Jet():
                return self._jet(term)
            case Neg(body=body):
                return -self.of(body)
            case Add(left=left, right=right):
                return self.of(left) + self.of(right)
            case Sub(left=left, right=right):
                return self.of(left) - self.of(right)
            case Mul(left=left, right=right):
                return self.tower.reduced(self.of(left) * self.of(right))
            case Div(left=left, right=right):
                return self.tower.reduced(self.of(left) / self.of(right))
            case Pow(left=left, right=right):
                return self._power(left, right)
            case Sum():
                return convert_sum(self, term)
            case Call(primes=0):
                return self._call(term)
        raise UnsupportedError(f"{type(term).__name__} is not supported by the normal form yet")

    def _declared(
        self, kind: Kind, name: str, indices: tuple[Quotient, ...], term: Term
    ) -> Quotient:
        declared = self.context.declaration(name)
        without_zero = declared is not None and not declared.admits(Fraction(0))
        interval = self._bounds.of(term)
        return self.tower.make(kind, name, indices, interval, nonzero=without_zero)

    def _jet(self, term: Jet) -> Quotient:
        values = tuple(self.of(argument) for argument in term.arguments)
        by = tuple(
            (one.base, *(self.of(index).key for index in one.indices))
            if isinstance(one, Indexed)
            else (one.name if isinstance(one, Symbol) else repr(one),)
            for one in term.by
        )
        indices = [self.of(i) for one in term.by if isinstance(one, Indexed) for i in one.indices]
        if self.tower.bound_in(indices):
            raise UnsupportedError("a derivative by a member with a bound index")
        extra = (term.orders, tuple(sorted(by, key=repr)))
        declared = self.context.declaration(term.name)
        plain_value = not by and not any(term.orders)
        without_zero = plain_value and declared is not None and declared.nonzero
        bounds = self._bounds.of(term)
        return self.tower.make(Kind.JET, term.name, values, bounds, extra, nonzero=without_zero)

    # ------------------------------------------------------------------ powers and functions

    def _learn(self, value: Quotient) -> None:
        """``value > 0`` wherever the term is defined; not inside a sum, which may be empty."""
        if self.depth == 0:
            self.tower.learn(value)

    def _power(self, base: Term, exponent: Term) -> Quotient:
        if base == Constant("e"):
            return self.exponential(self.of(exponent))
        b, e = self.of(base), self.of(exponent)
        rational = e.rational
        if rational is not None and rational.denominator == 1:
            if abs(rational) > _LARGEST_EXPONENT:
                raise TooLarge(f"a power with exponent {rational}")
            return self.tower.reduced(b ** int(rational))
        positive = intervals.is_positive(self.tower.bounds(b))
        whole = self.context.is_whole(exponent, frozenset(self.bound))
        if rational is None and not whole and not positive:
            self._learn(b)  # N5: a real exponent makes b > 0 a condition of the term
            positive = True
        if positive:
            return self.exponential(e * self.logarithm(b))
        return self.tower.make(Kind.FUNCTION, "power", (b, e))

    def _call(self, term: Call) -> Quotient:
        name, arguments = term.name, term.arguments
        if name in DEFINED_BY and len(arguments) == 1:
            return self.of(DEFINED_BY[name](arguments[0]))
        values = tuple(self.of(argument) for argument in arguments)
        match name, len(values):
            case "exp", 1:
                return self.exponential(values[0])
            case (("log" | "ln"), 1):
                self._learn(values[0])
                return self.logarithm(values[0])
            case "sqrt", 1:
                return self.square_root(values[0])
            case "Abs", 1:
                return self.absolute(values[0])
            case (("Max" | "Min"), 2):
                half = Quotient.of(Fraction(1, 2))
                distance = self.absolute(values[0] - values[1])
                signed = distance if name == "Max" else -distance
                return (values[0] + values[1] + signed) * half
            case "Delta", 2:
                return self.delta(values[0], values[1])
        if name not in CONGRUENT:
            raise UnsupportedError(f"the function {name} is not declared and not known")
        return self.tower.make(Kind.FUNCTION, name, values, self._bounds.of(term))
