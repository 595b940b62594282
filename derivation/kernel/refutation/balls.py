"""Certified values of plain terms at exact rational points, by ball arithmetic.

What is certified, for ``value = evaluate(term, point, bits)``:

* an ``fmpq`` *is* the value of the term at the point;
* an ``arb`` is a ball that contains the value;
* in both cases the term is defined there: every denominator is nonzero, every argument lies
  in the real domain of its function, every derivative exists.

``Undefined`` says that the term certainly has no real value at the point, ``Indeterminate``
says nothing at all. Doubt always ends in ``Indeterminate``.

Existence of derivatives: where the value of ``Derivative(body, x)`` is asked for, ``body`` is
evaluated once more with x widened to a ball around the point. If that succeeds, ``body`` is
defined on an open interval around x; every function of ``reals`` is analytic inside its domain, and
the few that are not (Abs, Max, ...) are refused there unless the sign that decides them is
the same in the whole ball. So body is smooth, and the rules of differentiation hold.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType

from flint import arb, ctx, fmpq

from derivation.errors import DerivationError
from derivation.kernel.calculus.differentiate import resolve
from derivation.kernel.refutation.branches import holds
from derivation.kernel.refutation.forms import is_constant, is_rational, is_whole
from derivation.kernel.refutation.integrals import integral
from derivation.kernel.refutation.reals import (
    Indeterminate,
    Undefined,
    Value,
    add,
    apply,
    as_ball,
    as_whole,
    divide,
    exponential,
    finite,
    multiply,
    power,
    power_of_zero,
    subtract,
    working_bits,
)
from derivation.term import (
    Add,
    Call,
    Constant,
    Derivative,
    Div,
    Indexed,
    Integral,
    Mul,
    Neg,
    Number,
    Piecewise,
    Pow,
    Product,
    Ranged,
    Sub,
    Sum,
    Symbol,
    Term,
)

__all__ = ["Indeterminate", "Point", "Undefined", "Value", "as_ball", "evaluate", "working_bits"]

MAX_TERMS = 2000  # of one sum
MAX_WORK = 3_200_000  # nodes times bits of one call of `evaluate`, over all sums


_CONSTANTS: Mapping[str, Callable[[], arb]] = MappingProxyType(
    {"pi": arb.pi, "e": arb.const_e, "EulerGamma": arb.const_euler}
)


@dataclass(frozen=True, slots=True)
class Point:
    """Exact rational values of scalars and of members of families.

    ``whole`` lists the names (of scalars and families) that stand for whole numbers everywhere
    in the domain, not only at this point: (-2)**n, x_n and sums to n need an n of that kind.
    """

    scalars: Mapping[str, fmpq] = field(default_factory=dict)
    families: Mapping[str, Mapping[tuple[int, ...], fmpq]] = field(default_factory=dict)
    whole: frozenset[str] = frozenset()


def evaluate(
    term: Term,
    point: Point,
    bits: int,
    resolved: dict[Term, Term] | None = None,
    work: int = MAX_WORK,
) -> Value:
    """The value of a plain term at a point, certified as the module says.

    ``resolved`` remembers worked-out derivatives from one call to the next. ``work`` limits
    the number of nodes times bits.
    Raises Undefined or Indeterminate.
    """
    before = ctx.prec
    ctx.prec = bits
    try:
        if isinstance(term, Number):
            return _number(term)
        evaluator = _Evaluator(
            scalars=point.scalars,
            families=point.families,
            whole=point.whole,
            bits=bits,
            resolved={} if resolved is None else resolved,
            work=work,
        )
        return evaluator.value(term)
    except RecursionError:
        raise Indeterminate("the term is nested too deeply") from None
    finally:
        ctx.prec = before


def _number(term: Number) -> Value:
    try:
        return finite(_exact(term.text))
    except ValueError:
        raise Indeterminate("not a decimal number of moderate length") from None


@lru_cache(maxsize=256)
def _exact(text: str) -> fmpq:
    exact = Number(text).value
    return fmpq(exact.numerator, exact.denominator)


@dataclass(frozen=True, slots=True)
class _Evaluator:
    """Values of terms where names have values; balls among them stand for whole intervals."""

    scalars: Mapping[str, Value]
    families: Mapping[str, Mapping[tuple[int, ...], Value]]
    whole: frozenset[str]
    bits: int
    resolved: dict[Term, Term]
    work: int
    smooth: bool = False  # some name is widened: kinks are refused
    steps: Iterator[int] = field(default_factory=itertools.count)

    def value(self, term: Term) -> Value:
        """The value of one term."""
        if next(self.steps) * self.bits > self.work:
            raise Indeterminate("the term is too large")
        match term:
            case Symbol(name=name):
                if name not in self.scalars:
                    raise Indeterminate(f"{name} has no value")
                return self.scalars[name]
            case Number():
                return _number(term)
            case Indexed(base=base):
                return self._member(base, self._indices(term))
            case Add(left=left, right=right):
                return add(self.value(left), self.value(right))
            case Sub(left=left, right=right):
                return subtract(self.value(left), self.value(right))
            case Mul(left=left, right=right):
                return multiply(self.value(left), self.value(right))
            case Div(left=left, right=right):
                return divide(self.value(left), self.value(right))
            case Neg(body=body):
                return -self.value(body)
            case Constant(name=name) if name in _CONSTANTS:
                return _CONSTANTS[name]()
            case Pow(left=Constant(name="e"), right=right):
                return exponential(self.value(right))
            case Pow(left=left, right=right):
                return self._power(left, right)
            case Call():
                return self._call(term)
            case Sum():
                return self._ranged(term, add, fmpq(0))
            case Product():
                return self._ranged(term, multiply, fmpq(1))
            case Integral():
                return integral(term, self)
            case Piecewise():
                return self._piecewise(term)
            case Derivative():
                return self._derivative(term)
        raise Indeterminate(f"no value for {type(term).__name__}")

    def _power(self, left: Term, right: Term) -> Value:
        base, exponent = self.value(left), self.value(right)
        is_real = not (is_whole(right, self.whole) or is_rational(right))
        if is_real and left == Number("0"):
            return power_of_zero(exponent)
        return power(base, exponent, is_real)

    def with_real(self, name: str, value: Value) -> _Evaluator:
        """The same values, but ``name`` stands for a real number, whatever it was."""
        return replace(self, scalars={**self.scalars, name: value}, whole=self.whole - {name})

    def _whole_number(self, term: Term) -> int:
        """The value of an index or of a limit of a sum."""
        value = as_whole(self.value(term))
        if value is not None and (is_whole(term, self.whole) or is_constant(term)):
            return value
        raise Indeterminate("an index or a limit that is not known to be a whole number")

    def _indices(self, term: Indexed) -> tuple[int, ...]:
        return tuple(self._whole_number(index) for index in term.indices)

    def _member(self, base: str, indices: tuple[int, ...]) -> Value:
        family = self.families.get(base)
        if family is None:
            raise Indeterminate(f"{base} has no members")
        if indices not in family:  # out of range, or with too few or too many indices
            raise Undefined(f"{base} has no member {indices}")
        return family[indices]

    def _call(self, term: Call) -> Value:
        values = [self.value(argument) for argument in term.arguments]
        if term.primes:
            return self._primed(term, values)
        return apply(term.name, values, self.smooth)

    def _primed(self, term: Call, values: list[Value]) -> Value:
        """f''(u): the second derivative of f(t) by t, at t = u."""
        if len(values) != 1:
            raise Indeterminate("primes on a function of several arguments")
        place = Symbol("t")
        there = replace(self, scalars={place.name: values[0]}, whole=frozenset())
        return there.value(Derivative(Call(term.name, (place,)), place, term.primes))

    def _ranged(self, term: Ranged, join: Callable[[Value, Value], Value], start: Value) -> Value:
        """The sum or product over whole numbers lower, ..., upper; ``start`` when there is none."""
        lower, upper = self._whole_number(term.lower), self._whole_number(term.upper)
        if upper - lower >= MAX_TERMS:
            raise Indeterminate("a sum or product of too many terms")
        result, scalars = start, dict(self.scalars)
        inside = replace(self, scalars=scalars, whole=self.whole | {term.index})
        for place in range(lower, upper + 1):
            scalars[term.index] = fmpq(place)  # nobody else sees this mapping
            result = join(result, inside.value(term.body))
        return result

    def _piecewise(self, term: Piecewise) -> Value:
        """The first branch whose condition certainly holds, all before it certainly failing."""
        for value, condition in term.branches:
            if condition is None or holds(condition, self.value):
                return self.value(value)
        raise Undefined("no branch holds")

    def _derivative(self, term: Derivative) -> Value:
        """The derivative, once its body is certainly smooth around the point."""
        self._widened(term.variable).value(term.body)
        if term not in self.resolved:
            try:
                self.resolved[term] = resolve(term)
            except (DerivationError, ValueError) as problem:
                raise Indeterminate(str(problem)) from None
        return self.value(self.resolved[term])

    def _widened(self, variable: Term) -> _Evaluator:
        """The same values, but ``variable`` runs through a ball around its own."""
        match variable:
            case Symbol(name=name) if name in self.scalars and name not in self.whole:
                scalars = {**self.scalars, name: self._around(self.scalars[name])}
                return replace(self, scalars=scalars, smooth=True)
            case Indexed(base=base) if base not in self.whole:
                indices = self._indices(variable)
                widened = self._around(self._member(base, indices))
                family = {**self.families[base], indices: widened}
                return replace(self, families={**self.families, base: family}, smooth=True)
        raise Indeterminate("a derivative by something that has no real value here")

    def _around(self, value: Value) -> arb:
        ball = as_ball(value)
        radius = (1 + abs(ball)) * arb(2) ** (-(self.bits // 2))
        return ball + arb(0, radius.upper())
