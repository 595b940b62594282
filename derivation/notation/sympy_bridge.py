"""Term -> SymPy, unevaluated. SymPy is a second opinion and a helper; it never decides.

The way back is ``from_sympy``, in its own module and offered here as well.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import TYPE_CHECKING

from derivation.domain import Declaration, Domain, Kind
from derivation.errors import UnsupportedError
from derivation.notation.sympy_names import CONSTANTS, FUNCTIONS, RELATIONS
from derivation.notation.sympy_reader import from_sympy
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
    Piecewise,
    Pow,
    Ranged,
    Relation,
    Sub,
    Symbol,
    Term,
    Test,
    plain,
)  # fmt: skip

if TYPE_CHECKING:
    import sympy

__all__ = ["from_sympy", "to_sympy"]


def to_sympy(term: Term, domain: Domain = Domain()) -> sympy.Basic:  # noqa: B008 (immutable)
    """The term as an unevaluated SymPy expression: ``x - x`` stays ``x - x``.

    Symbols carry the assumptions that ``domain`` gives them (real, positive, integer, ...),
    families become ``IndexedBase`` with real members, and a function declared ``h(x; w, b)``
    is applied to its parameters too, so that SymPy's derivatives by ``w`` are right.
    ``sigmoid(x)`` becomes ``1/(1 + exp(-x))``, decimals become exact fractions.

    Raises UnsupportedError for what SymPy has no form for.
    """
    try:
        result: sympy.Basic = _Converter(domain).convert(plain(term))
    except RecursionError:
        raise UnsupportedError("the term is nested too deeply for SymPy") from None
    return result


class _Converter:
    def __init__(self, domain: Domain) -> None:
        import sympy

        self.sympy = sympy
        self.domain = domain
        self.bound: dict[str, str] = {}  # what an undeclared bound name is

    # ------------------------------------------------------------------ unevaluated arithmetic

    def add(self, left: sympy.Basic, right: sympy.Basic) -> sympy.Basic:
        return self.sympy.Add(left, right, evaluate=False)

    def negative(self, value: sympy.Basic) -> sympy.Basic:
        return self.sympy.Mul(self.sympy.Integer(-1), value, evaluate=False)

    def times(self, left: sympy.Basic, right: sympy.Basic) -> sympy.Basic:
        return self.sympy.Mul(left, right, evaluate=False)

    def power(self, base: sympy.Basic, exponent: sympy.Basic) -> sympy.Basic:
        return self.sympy.Pow(base, exponent, evaluate=False)

    def exponential(self, value: sympy.Basic) -> sympy.Basic:
        return self.sympy.exp(value, evaluate=False)

    def quotient(self, left: sympy.Basic, right: sympy.Basic) -> sympy.Basic:
        inverse = self.power(right, self.sympy.Integer(-1))
        return inverse if left == 1 else self.times(left, inverse)

    # ------------------------------------------------------------------ nodes

    def convert(self, term: Term) -> sympy.Basic:
        """One plain term."""
        match term:
            case Number(value=value):
                return self.sympy.Rational(value.numerator, value.denominator)
            case Constant(name=name):
                return getattr(self.sympy, CONSTANTS[name])
            case Symbol(name=name):
                return self.symbol(name)
            case Indexed(base=base, indices=indices):
                family = self.sympy.IndexedBase(base, **self.assumptions(base))
                return family[tuple(self.convert(index) for index in indices)]
            case Neg(body=Number(value=value)):
                return self.sympy.Rational(-value.numerator, value.denominator)
            case Neg(body=body):
                return self.negative(self.convert(body))
            case Add(left=left, right=right):
                return self.add(self.convert(left), self.convert(right))
            case Sub(left=left, right=right):
                return self.add(self.convert(left), self.convert(Neg(right)))
            case Mul(left=left, right=right):
                return self.times(self.convert(left), self.convert(right))
            case Div(left=left, right=right):
                return self.quotient(self.convert(left), self.convert(right))
            case Pow(left=Constant(name="e"), right=right):
                return self.exponential(self.convert(right))
            case Pow(left=left, right=right):
                return self.power(self.convert(left), self.convert(right))
            case Call():
                return self.call(term)
            case Ranged():
                return self.ranged(term)
            case Derivative(body=body, variable=variable, order=order):
                return self.derivative(self.convert(body), self.convert(variable), order)
            case Piecewise(branches=branches):
                pairs = [
                    (self.convert(value), self.convert(test) if test else self.sympy.true)
                    for value, test in branches
                ]
                return self.sympy.Piecewise(*pairs, evaluate=False)
            case Relation() | And() | Or() | Not():
                return self.condition(term)
        raise UnsupportedError(f"{type(term).__name__} has no SymPy form")

    def condition(self, term: Test) -> sympy.Basic:
        """The condition of a branch."""
        parts = [self.convert(part) for part in term.children]
        make = RELATIONS[term.sign] if isinstance(term, Relation) else type(term).__name__
        return getattr(self.sympy, make)(*parts, evaluate=False)

    def ranged(self, term: Ranged) -> sympy.Basic:
        """A sum, a product or an integral; SymPy has them under the same names."""
        inner = _Converter(self.domain)
        kind = "real" if isinstance(term, Integral) else "integer"
        inner.bound = {**self.bound, term.index: kind}
        limits = (inner.symbol(term.index), self.convert(term.lower), self.convert(term.upper))
        make = getattr(self.sympy, type(term).__name__)
        return make(inner.convert(term.body), limits)

    def derivative(self, body: sympy.Basic, variable: sympy.Basic, order: int) -> sympy.Basic:
        """An unevaluated derivative; SymPy itself would turn that of a constant into 0."""
        pair = self.sympy.Tuple(variable, self.sympy.Integer(order))
        return self.sympy.Expr.__new__(self.sympy.Derivative, body, pair)

    # ------------------------------------------------------------------ names

    def symbol(self, name: str) -> sympy.Basic:
        """The symbol with its declared assumptions; an undeclared bound index is an integer."""
        assumptions = self.assumptions(name)
        if name in self.bound and name not in self.domain:
            assumptions = {self.bound[name]: True}
        return self.sympy.Symbol(name, **assumptions)

    def assumptions(self, name: str) -> dict[str, bool]:
        """What SymPy may assume of a name."""
        declared = self.domain.get(name)
        return {} if declared is None else _assumptions(declared)

    # ------------------------------------------------------------------ functions

    def call(self, call: Call) -> sympy.Basic:
        """A function application, with its dashes."""
        arguments = [self.convert(argument) for argument in call.arguments]
        if not call.primes:
            return self.apply(call.name, arguments)
        (point,) = arguments
        if isinstance(call.arguments[0], Symbol):
            return self.derivative(self.apply(call.name, [point]), point, call.primes)
        variable = self.sympy.Dummy("t", real=True)
        inner = self.derivative(self.apply(call.name, [variable]), variable, call.primes)
        return self.sympy.Subs(inner, variable, point)

    def apply(self, name: str, arguments: list[sympy.Basic]) -> sympy.Basic:
        """A named function of converted arguments."""
        declared = self.domain.get(name)
        if declared is not None and declared.kind is Kind.FUNCTION:
            extra = [self.symbol(parameter) for parameter in declared.parameters]
            function = self.sympy.Function(name, **_assumptions(declared))
            return function(*arguments, *extra)
        spelled_out = self._spelled_out().get(name)
        if spelled_out is not None:
            return spelled_out(*arguments) if name == "logsumexp" else self._one(
                name, spelled_out, arguments
            )  # fmt: skip
        if name in FUNCTIONS:
            function = getattr(self.sympy, FUNCTIONS[name])
            try:
                return function(*arguments, evaluate=False)
            except TypeError:
                raise UnsupportedError(
                    f"{name} does not take {len(arguments)} arguments in SymPy"
                ) from None
        return self.sympy.Function(name)(*arguments)

    def _one(
        self,
        name: str,
        function: Callable[[sympy.Basic], sympy.Basic],
        arguments: list[sympy.Basic],
    ) -> sympy.Basic:
        if len(arguments) != 1:
            raise UnsupportedError(f"{name} has one argument, not {len(arguments)}")
        return function(arguments[0])

    def _spelled_out(self) -> dict[str, Callable[..., sympy.Basic]]:
        """Functions that SymPy does not have, by their definitions."""
        one, log = self.sympy.Integer(1), self.sympy.log
        half = self.sympy.Rational(1, 2)

        def logarithm(value: sympy.Basic) -> sympy.Basic:
            return log(value, evaluate=False)

        return {
            "sqrt": lambda x: self.power(x, half),
            "sigmoid": lambda x: self.quotient(
                one, self.add(one, self.exponential(self.negative(x)))
            ),
            "Phi": lambda x: self.times(
                half, self.add(one, self.sympy.erf(self.quotient(x, self.sympy.sqrt(2))))
            ),
            "softplus": lambda x: logarithm(self.add(one, self.exponential(x))),
            "logit": lambda x: logarithm(self.quotient(x, self.add(one, self.negative(x)))),
            "relu": lambda x: self.sympy.Max(self.sympy.Integer(0), x, evaluate=False),
            "log1p": lambda x: logarithm(self.add(one, x)),
            "expm1": lambda x: self.add(self.exponential(x), self.sympy.Integer(-1)),
            "logsumexp": lambda *xs: logarithm(reduce(self.add, [self.exponential(x) for x in xs])),
        }


def _assumptions(declared: Declaration) -> dict[str, bool]:
    """SymPy's words for a declaration."""
    if declared.kind is Kind.INDEX:
        return {"integer": True, "positive": True}
    found = {"integer": True} if declared.kind is Kind.INTEGER else {"real": True}
    low, high = declared.interval.low, declared.interval.high
    if low is not None and low >= 0:
        strict = low > 0 or declared.interval.low_open or declared.nonzero
        found["positive" if strict else "nonnegative"] = True
    elif high is not None and high <= 0:
        strict = high < 0 or declared.interval.high_open or declared.nonzero
        found["negative" if strict else "nonpositive"] = True
    elif declared.nonzero or (declared.values and 0 not in declared.values):
        found["zero"] = False
    return found
