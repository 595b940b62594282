"""From a plain term to its normal form: a quotient of polynomials in generators.

Every rewriting here is an identity at each real point where the *written* term is defined, so
a zero normal form of lhs - rhs proves lhs = rhs wherever both sides are defined. (That they are
defined is a separate question: ``definedness``.) At such a point every generator that occurs has a
value, and no denominator is 0. The rules, each with its proof:

N1  + - * / and whole powers: field arithmetic; x/x = 1 where x != 0, which is where it is defined.
N5  b^u = exp(u log b), u no whole number by its form: defined for b > 0 only.
N9  sigmoid, tanh, tan, asinh and others: the definitions in ``definitions``.
N11 any function: equal arguments give equal values.
N13 Piecewise: the value of the first branch whose condition holds, in each case of a proof by
    cases.
The rules about generators stand in their modules: N2-N4, N6, N7 exponentials; N8, N14, N15
kinks; T circular; U roots of unity; P powers; G, F special; S sums; M products; K signs.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from functools import reduce
from typing import TYPE_CHECKING

from derivation.domain import Interval
from derivation.errors import UnsupportedError
from derivation.kernel.bounds import intervals
from derivation.kernel.bounds.intervals import Bounds
from derivation.kernel.calculus.differentiate import Jet
from derivation.kernel.names.context import Context
from derivation.kernel.normal_form import (
    circular,
    exponentials,
    integrals,
    kinks,
    powers,
    products,
    special,
    sums,
)
from derivation.kernel.normal_form.branches import value_of_branches
from derivation.kernel.normal_form.cases import NeedSplit
from derivation.kernel.normal_form.definitions import DEFINED_BY
from derivation.kernel.normal_form.generators import Kind
from derivation.kernel.normal_form.integers import WholeFactors
from derivation.kernel.normal_form.names import declared_name, jet, member, term_of
from derivation.kernel.normal_form.quotient import NeverDefined, Quotient
from derivation.kernel.normal_form.ranges import Range, at_worst
from derivation.kernel.normal_form.signs import Signs
from derivation.kernel.normal_form.tower import Tower
from derivation.term import (
    Add,
    Call,
    Constant,
    Div,
    Indexed,
    Integral,
    Mul,
    Neg,
    Number,
    Piecewise,
    Pow,
    Product,
    Sub,
    Sum,
    Symbol,
    Term,
)  # fmt: skip

if TYPE_CHECKING:
    from derivation.kernel.normal_form.quotient import Polynomial

__all__ = ["NormalForm"]


class NormalForm:
    """Converts plain terms without derivatives; one per proof attempt.

    ``splitting``: ask for a proof by cases (NeedSplit) where the sign of a term is not known.
    """

    def __init__(self, context: Context, tower: Tower, *, splitting: bool = False) -> None:
        self.context = context
        self.tower = tower
        self.signs = Signs(tower)
        self.whole_factors = WholeFactors(tower)
        self.splitting = splitting
        self.swapping = False
        self.depth = 0  # how many sums are being converted right now
        self.bound: dict[str, Quotient] = {}  # bound indices in scope
        self.real_bound: dict[str, Quotient] = {}  # variables of integrals in scope
        self.ranges_in_scope: dict[int, Range] = {}
        self.declared_bounds = Bounds(context.declarations, {})
        self.name_intervals: dict[str, Interval] = {}  # narrower than declared, in this case
        self.images: dict[tuple[object, ...], Quotient] = {}  # remembered by replace_generator
        self._possible: dict[tuple[object, ...], bool] = {}
        self._ends: dict[tuple[object, ...], tuple[Fraction | None, Fraction | None]] = {}
        self._replaced: dict[str, Quotient] = {}
        self._known: dict[Term, Quotient] = {}

    # ------------------------------------------------------------------ scopes and names

    def bind(self, index: str, upper: Quotient, least: Fraction | None) -> None:
        """Bring an index into scope whose values are whole, >= ``least`` and <= ``upper``."""
        high = self.signs.of(upper).high
        interval = Interval(least, high, low_open=False, high_open=False)
        own = self.tower.make(Kind.NAME, f"bound {index}", interval=interval, whole=True)
        self.bound[index] = own
        if least is not None:
            self.ranges_in_scope[own.generators[0]] = Range(Quotient.of(least), upper)

    @contextmanager
    def scope(self, index: str, value: Quotient, range_: Range) -> Iterator[None]:
        """The index stands for the bound generator inside the ``with`` block."""
        outer = self.bound.get(index)
        self.bound[index] = value
        self.ranges_in_scope[range_.index] = range_
        self.depth += 1
        try:
            yield
        except NeverDefined as error:
            if self.is_nonnegative(range_.length - Quotient.of(1)):
                raise
            raise UnsupportedError(f"nothing is summed, or there is no value: {error}") from error
        finally:
            self.depth -= 1
            if outer is None:
                del self.bound[index]
            else:
                self.bound[index] = outer

    @contextmanager
    def real_scope(self, name: str, value: Quotient) -> Iterator[None]:
        """The variable of an integral stands for the generator inside the ``with`` block."""
        outer = self.real_bound
        self.real_bound = {**outer, name: value}
        self.depth += 1
        try:
            yield
        except NeverDefined as error:
            raise UnsupportedError(f"an integrand without a value: {error}") from error
        finally:
            self.depth -= 1
            self.real_bound = outer

    def replace_name(self, name: str, value: Quotient) -> None:
        """From now on the name stands for that value, which it has in this case."""
        self._replaced[name] = value
        self.forget()

    def forget(self) -> None:
        """Forget what was worked out before something was learned: it can be done better now."""
        self._known.clear()
        self.images.clear()
        self._possible.clear()
        self._ends.clear()

    @property
    def pi(self) -> Quotient:
        """The constant pi."""
        return self.constant("pi")

    def constant(self, name: str) -> Quotient:
        """A named constant."""
        if name == "e":
            return self.exponential(Quotient.of(1))
        if name not in ("pi", "EulerGamma"):
            raise UnsupportedError(f"the constant {name} stands where a number must stand")
        interval = self.declared_bounds.of(Constant(name))
        return self.tower.make(Kind.CONSTANT, name, interval=interval, nonzero=True)

    # ------------------------------------------------------------------ what is known

    def is_nonnegative(self, value: Quotient) -> bool:
        """Whether value >= 0 is known; a whole number above -1 is >= 0."""
        bounds = self.signs.of(value)
        if intervals.is_nonnegative(bounds):
            return True
        whole = self.tower.is_whole(value)
        if whole and bounds.low is not None:
            return bounds.low > -1 or (bounds.low == -1 and bounds.low_open)
        worst = at_worst(self.tower, value, self.ranges_in_scope) if whole else None
        return worst is not None and self.is_nonnegative(worst)

    def is_possible_length(self, range_: Range) -> bool:
        """Whether the range is known not to end before it begins: upper >= lower - 1."""
        key = (range_.lower.key, range_.upper.key)
        if key not in self._possible:
            self._possible[key] = self.is_nonnegative(range_.length)
        return self._possible[key]

    def ends(self, range_: Range) -> tuple[Fraction | None, Fraction | None]:
        """The least value of the lower limit and the greatest of the upper one, if known."""
        key = (range_.lower.key, range_.upper.key)
        if key not in self._ends:
            low, high = self.signs.of(range_.lower).low, self.signs.of(range_.upper).high
            self._ends[key] = low, high
        return self._ends[key]

    def has_no_negative_value(self, p: Polynomial) -> bool:
        """Whether a polynomial is known to be >= 0."""
        return intervals.is_nonnegative(self.signs.of_polynomial(p))

    def is_nonzero_or_split(self, value: Quotient) -> bool:
        """Whether value != 0 is known. In a proof by cases, asks for its sign where it can.

        For that of the numerator: it has a value everywhere, also where nothing is summed.
        """
        if self.signs.is_nonzero(value):
            return True
        if self.splitting:
            term = self.as_term(Quotient(value.numerator))
            if term is not None:
                raise NeedSplit(term)
        return False

    def as_term(self, value: Quotient) -> Term | None:
        """A term for a value over names alone, else None."""
        return term_of(self.tower, value)

    # ------------------------------------------------------------------ terms

    def of(self, term: Term) -> Quotient:
        """The normal form.

        Raises UnsupportedError, TooLarge, NeverDefined, Restart, OutOfTime, NeedSplit.
        """
        if self.bound or self.real_bound:
            return self._of(term)
        if term not in self._known:
            self._known[term] = self._of(term)
        return self._known[term]

    def _of(self, term: Term) -> Quotient:
        reduced = self.tower.reduced
        match term:
            case Number():
                return Quotient.of(term.value)
            case Constant(name=name):
                return self.constant(name)
            case Symbol(name=name):
                return self._symbol(name)
            case Indexed(base=base, indices=indices):
                return member(self, base, tuple(self.of(index) for index in indices), term)
            case Jet():
                return jet(self, term)
            case Neg(body=body):
                return -self.of(body)
            case Add(left=left, right=right):
                return self.of(left) + self.of(right)
            case Sub(left=left, right=right):
                return self.of(left) - self.of(right)
            case Mul(left=left, right=right):
                return reduced(self.of(left) * self.of(right))
            case Div(left=left, right=right):
                return reduced(self.of(left) / reduced(self.of(right)))
            case Pow(left=left, right=right):
                return self._power(left, right)
            case Sum():
                found = sums.convert_ranged(self, term)
                if isinstance(found, list):
                    return reduced(reduce(lambda a, b: a + b, found, Quotient.of(0)))
                return sums.sum_over(self, *found)
            case Product():
                found = sums.convert_ranged(self, term)
                if isinstance(found, list):
                    return reduce(lambda a, b: reduced(a * b), found, Quotient.of(1))
                return products.product_over(self, *found)
            case Integral():
                return integrals.integral(self, term)
            case Piecewise():
                return value_of_branches(self, term)
            case Call(primes=0):
                return self._call(term)
        raise UnsupportedError(f"{type(term).__name__} is not supported by the normal form yet")

    def _symbol(self, name: str) -> Quotient:
        for table in (self.bound, self.real_bound, self._replaced):
            if name in table:
                return table[name]
        return declared_name(self, name)

    def _power(self, base: Term, exponent: Term) -> Quotient:
        if base == Constant("e"):
            return self.exponential(self.of(exponent))
        b, e = self.of(base), self.tower.reduced(self.of(exponent))
        rational = e.rational
        if rational is not None and rational.denominator == 1:
            return self.tower.reduced(self.tower.reduced(b) ** int(rational))
        if rational is not None:
            return self.power(b, rational)
        if self.context.is_whole(exponent, frozenset(self.bound)):
            return self.whole_power(b, e)
        return self.exponential(e * self.logarithm(b))  # N5

    def _call(self, term: Call) -> Quotient:
        name, arguments = term.name, term.arguments
        if name in DEFINED_BY and len(arguments) == 1:
            return self.of(DEFINED_BY[name](arguments[0]))
        values = tuple(self.tower.reduced(self.of(argument)) for argument in arguments)
        match name, values:
            case (("Abs" | "sign" | "Heaviside" | "Max" | "Min"), (_, *_)):
                return kinks.kinked(self, term, values)
            case "logsumexp", (_, *_):
                total = reduce(lambda a, b: a + b, map(self.exponential, values))
                return self.logarithm(total)
        return self.function(name, values)

    # ------------------------------------------------------------------ functions of quotients

    def sign_of(self, u: Quotient) -> Quotient:
        """See ``kinks``."""
        return kinks.sign_of(self, u)

    def delta(self, i: Quotient, j: Quotient) -> Quotient:
        """See ``kinks``."""
        return kinks.delta(self, i, j)

    def function(self, name: str, values: tuple[Quotient, ...]) -> Quotient:
        """A built-in function of converted arguments."""
        match name, values:
            case "exp", (u,):
                return self.exponential(u)
            case (("log" | "ln"), (u,)):
                return self.logarithm(u)
            case "sqrt", (u,):
                return self.power(u, Fraction(1, 2))
            case "cos", (u,):
                return circular.cosine(self, u)
            case "sin", (u,):
                return circular.sine(self, u)
            case "sign", (u,):
                return self.sign_of(u)
            case "Delta", (i, j):
                return self.delta(i, j)
        if name in special.SPECIAL:
            return special.special(self, name, values)
        raise UnsupportedError(f"the function {name} is not declared and not known")

    def exponential(self, exponent: Quotient) -> Quotient:
        """See ``exponentials``."""
        return exponentials.exponential(self, exponent)

    def logarithm(self, u: Quotient) -> Quotient:
        """See ``exponentials``."""
        return exponentials.logarithm(self, u)

    def modulus(self, u: Quotient) -> Quotient:
        """See ``exponentials``."""
        return exponentials.modulus(self, u)

    def power(self, u: Quotient, q: Fraction) -> Quotient:
        """See ``exponentials``."""
        return exponentials.power(self, u, q)

    def whole_power(self, base: Quotient, exponent: Quotient) -> Quotient:
        """See ``powers``."""
        return powers.whole_power(self, base, exponent)

    def rotation(self, angle: Quotient) -> Quotient:
        """See ``circular``."""
        return circular.rotation(self, angle)

    def parity(self, whole: Quotient, times: Fraction) -> Quotient:
        """See ``circular``."""
        return circular.parity(self, whole, times)

    def reciprocal_gamma(self, v: Quotient) -> Quotient:
        """See ``special``."""
        return special.reciprocal_gamma(self, v)

    def sum_over(self, body: Quotient, lower: Quotient, upper: Quotient, index: int) -> Quotient:
        """See ``sums``."""
        return sums.sum_over(self, body, Range(lower, upper, index))

    def integral_up_to(self, body: Quotient, index: int, limit: Quotient | str) -> Quotient:
        """See ``integrals``."""
        return integrals.up_to(self, body, index, limit)

    def product_over(
        self, body: Quotient, lower: Quotient, upper: Quotient, index: int
    ) -> Quotient:
        """See ``products``."""
        return products.product_over(self, body, Range(lower, upper, index))
