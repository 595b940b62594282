"""From a plain term to its normal form: a quotient of polynomials in generators.

Every rewriting here is an identity at each real point where the *written* term is defined, so
a zero normal form of lhs - rhs proves lhs = rhs wherever both sides are defined. (That they are
defined is a separate question: ``definedness``.) The rules, each with its proof:

N1  + - * / and whole powers: field arithmetic; x/x = 1 where x != 0, which is where it is defined.
N2  exp(q1 t1 + q2 t2) = E(t1)^q1 E(t2)^q2, q rational: e^(a+b) = e^a e^b; E(t) = e^(t/D), D an
    integer, so that all exponents are whole.
N3  exp(k log|p|) = p^k, k whole, where p > 0, or k even: e^(log|p|) = |p|.
N4  log(u) = sum of e_i log|p_i| for u = c p1^e1 p2^e2 ...: u > 0 where log(u) is defined, so
    log u = log|u|, and no p_i is 0 there. log E(t)^k = k t / D.
N5  b^u = exp(u log b), u real: defined for b > 0 only. With u of whole value: only if b > 0 is
    known from the domain; otherwise b^u stays a generator.
N6  sqrt(u) = exp(log(u)/2) where u > 0 is known; otherwise a generator G with G^2 = u: u >= 0
    where sqrt(u) is defined. sqrt(r^2) = |r|.
N7  |u| = u or -u where the sign is known; otherwise G with G^2 = u^2.
N8  Max(a, b), Min(a, b) = (a + b +- |a - b|)/2.
N9  sigmoid, softplus, logit, log1p, expm1, sinh, cosh, tanh, relu: their definitions.
N10 Delta(i, i) = 1; Delta(i, j) = 0 when i - j is a nonzero constant; Delta^2 = Delta.
N11 any function: equal arguments give equal values.
Sums have their own rules, in ``sums``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from math import gcd, isqrt, lcm

from flint import fmpz

from derivation.domain import Interval, Kind as DeclaredKind
from derivation.errors import UnsupportedError
from derivation.kernel import intervals
from derivation.kernel.context import Context
from derivation.kernel.differentiate import Jet
from derivation.kernel.intervals import Bounds
from derivation.kernel.quotient import (
    Quotient,
    TooLarge,
    constant,
    factors,
    generator,
    is_generator,
    monomials,
    polynomial,
)
from derivation.kernel.sums import convert_sum
from derivation.kernel.tower import Generator, Kind, Restart, Tower
from derivation.term import (
    Add, Call, Constant, Div, Indexed, Mul, Neg, Number, Pow, Sub, Sum, Symbol, Term,
)  # fmt: skip

__all__ = ["NormalForm", "is_whole"]

_LARGEST_SCALE = 10**6
_LARGEST_EXPONENT = 5000
_PRIME_BITS = 96

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
CONGRUENT = frozenset(
    # N11: functions of the reader that have no rewriting rule yet
    "sin cos tan asin acos atan asinh acosh atanh erf erfc gamma digamma loggamma floor ceiling "
    "sign Heaviside factorial binomial".split()
)


def is_whole(term: Term, context: Context, bound: frozenset[str]) -> bool:
    """Whether the value of the term is certainly a whole number."""
    match term:
        case Number():
            return term.value.denominator == 1
        case Symbol(name=name):
            declared = context.declaration(name)
            return name in bound or (
                declared is not None and declared.kind in (DeclaredKind.INTEGER, DeclaredKind.INDEX)
            )
        case Neg(body=body):
            return is_whole(body, context, bound)
        case (
            Add(left=left, right=right) | Sub(left=left, right=right) | Mul(left=left, right=right)
        ):
            return is_whole(left, context, bound) and is_whole(right, context, bound)
    return False


class NormalForm:
    """Converts plain terms without derivatives; one per proof attempt."""

    def __init__(self, context: Context, tower: Tower) -> None:
        self.context = context
        self.tower = tower
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
        whole = is_whole(exponent, self.context, frozenset(self.bound))
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
