"""From a plain term to its normal form: a quotient of polynomials in generators.

Every rewriting here is an identity at each real point where the *written* term is defined, so
a zero normal form of lhs - rhs proves lhs = rhs wherever both sides are defined. (That they are
defined is a separate question: ``definedness``.) At such a point every generator that occurs has a
value, and no denominator is 0. The rules, each with its proof:

N1  + - * / and whole powers: field arithmetic; x/x = 1 where x != 0, which is where it is defined.
N5  b^u = exp(u log b), u no whole number by its form: defined for b > 0 only. For the written
    number b = 0 it is 0, defined for u > 0 only, whole or not.
N9  sigmoid, tanh, tan, asinh and others: the definitions in ``definitions``.
N11 any function: equal arguments give equal values.
N13 Piecewise: the value of the first branch whose condition holds, in each case of a proof by
    cases.
The rules about generators stand in their modules: N2-N4, N6, N7 exponentials; N8, N14, N15
kinks; T circular; U roots of unity; P powers; G, F special; S sums; M products; K signs.
"""

from __future__ import annotations

from functools import reduce

from derivation.errors import UnsupportedError
from derivation.kernel.calculus.differentiate import EULER, Jet
from derivation.kernel.normal_form import (
    integrals,
    kinks,
    products,
    sums,
)
from derivation.kernel.normal_form.attempt import Attempt
from derivation.kernel.normal_form.branches import value_of_branches
from derivation.kernel.normal_form.definitions import DEFINED_BY
from derivation.kernel.normal_form.names import declared_name, jet, member
from derivation.kernel.normal_form.quotient import Quotient
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

__all__ = ["NormalForm"]


class NormalForm(Attempt):
    """Converts plain terms without derivatives; one per proof attempt."""

    # ------------------------------------------------------------------ terms

    def of(self, term: Term) -> Quotient:
        """The normal form.

        Raises UnsupportedError, TooLarge, NeverDefined, Restart, OutOfTime, NeedSplit.
        """
        if self.bound or self.real_bound or type(term) is Number:
            return self._of(term)
        known = self._known.get(term)
        if known is None:
            known = self._of(term)
            self._known[term] = known
        return known

    def _of(self, term: Term) -> Quotient:
        reduced = self.tower.reduced
        match term:
            case Number():
                return Quotient.of(term.value)
            case Symbol(name=name):
                return self._symbol(name)
            case Mul(left=left, right=right):
                return reduced(self.of(left) * self.of(right))
            case Add(left=left, right=right):
                return self.of(left) + self.of(right)
            case Pow(left=left, right=right):
                return self._power(left, right)
            case Call(primes=0):
                return self._call(term)
            case Div(left=left, right=right):
                return reduced(self.of(left) / reduced(self.of(right)))
            case Neg(body=body):
                return -self.of(body)
            case Sub(left=left, right=right):
                return self.of(left) - self.of(right)
            case Constant(name=name):
                return self.constant(name)
            case Indexed(base=base, indices=indices):
                return member(self, base, tuple(self.of(index) for index in indices), term)
            case Jet():
                return jet(self, term)
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
        raise UnsupportedError(f"{type(term).__name__} is not supported by the normal form yet")

    def _symbol(self, name: str) -> Quotient:
        for table in (self.bound, self.real_bound, self._replaced):
            if name in table:
                return table[name]
        return declared_name(self, name)

    def _power(self, base: Term, exponent: Term) -> Quotient:
        if base == EULER:
            return self.exponential(self.of(exponent))
        b, e = self.of(base), self.tower.reduced(self.of(exponent))
        rational = e.rational
        if rational is not None and rational.denominator == 1:
            return self.tower.reduced(self.tower.reduced(b) ** int(rational))
        if rational is not None:
            return self.power(b, rational)
        if base == Number("0"):
            return Quotient.of(0)  # N5
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
