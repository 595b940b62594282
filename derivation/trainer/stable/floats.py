"""Terms in floating point, as generated code computes them, and in many digits.

log(1 + u) is log1p(u) and e^u - 1 is expm1(u); otherwise the operations are those of the term,
in its order.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from flint import arb

from derivation.errors import UnsupportedError
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
    free_names,
)
from derivation.trainer.stable.polynomials import is_exponential

__all__ = ["compiled", "exact_value", "log1p_argument"]

Values = Mapping[str, float]
Evaluator = Callable[[Values], float]

_CONSTANTS = {"e": math.e, "pi": math.pi}


def _sigmoid(x: arb) -> arb:
    return 1 / (1 + (-x).exp())


_EXACT: dict[str, Callable[[arb], arb]] = {
    "log": arb.log, "ln": arb.log, "tanh": arb.tanh, "cosh": arb.cosh, "sinh": arb.sinh,
    "exp": arb.exp, "sqrt": arb.sqrt, "Abs": abs, "log1p": arb.log1p, "expm1": arb.expm1,
    "softplus": lambda x: x.exp().log1p(), "sigmoid": _sigmoid, "sigma": _sigmoid,
    "relu": lambda x: x.max(arb(0)),
}  # fmt: skip


def log1p_argument(argument: Term) -> Term | None:
    """u, if the argument of a logarithm is 1 + u."""
    match argument:
        case Add(left=Number(value=1), right=right):
            return right
        case Add(left=left, right=Number(value=1)):
            return left
    return None


def compiled(term: Term, named: Mapping[Term, str] | None = None) -> Evaluator:
    """A function from the values of symbols to a float; parts in ``named`` are read by name.

    Raises UnsupportedError for a part that is not in the vocabulary of generated code. The
    function itself raises OverflowError, ZeroDivisionError or ValueError as `math` does.
    """
    named = named or {}

    def make(node: Term) -> Evaluator:
        if node in named:
            name = named[node]
            return lambda values: values[name]
        match node:
            case Number(value=value):
                constant = float(value)
                return lambda _: constant
            case Constant(name=name) if name in _CONSTANTS:
                constant = _CONSTANTS[name]
                return lambda _: constant
            case Symbol(name=name):
                return lambda values: values[name]
            case Neg(body=body):
                inner = make(body)
                return lambda values: -inner(values)
            case Sub(left=left, right=Number(value=1)) if is_exponential(left):
                inner = make(left.children[1])
                return lambda values: math.expm1(inner(values))
            case Add(left=left, right=right):
                one, other = make(left), make(right)
                return lambda values: one(values) + other(values)
            case Sub(left=left, right=right):
                one, other = make(left), make(right)
                return lambda values: one(values) - other(values)
            case Mul(left=left, right=right):
                one, other = make(left), make(right)
                return lambda values: one(values) * other(values)
            case Div(left=left, right=right):
                one, other = make(left), make(right)
                return lambda values: one(values) / other(values)
            case Pow(right=right) if is_exponential(node):
                inner = make(right)
                return lambda values: math.exp(inner(values))
            case Pow(left=left, right=Number(value=power)) if power in range(1, 9):
                return _power(make(left), int(power))
            case Call(name="log" | "ln", arguments=(argument,)):
                small = log1p_argument(argument)
                if small is not None:
                    inner = make(small)
                    return lambda values: math.log1p(inner(values))
                inner = make(argument)
                return lambda values: math.log(inner(values))
            case Call(name="Abs" | "sqrt" as name, arguments=(argument,)):
                function, inner = (abs if name == "Abs" else math.sqrt), make(argument)
                return lambda values: function(inner(values))
        from derivation.notation import to_python

        raise UnsupportedError(f"generated code has no {to_python(node)}")

    return make(term)


def _power(base: Evaluator, exponent: int) -> Evaluator:
    """A product of equal factors, from the left, as generated code has it."""

    def power(values: Values) -> float:
        factor = product = base(values)
        for _ in range(exponent - 1):
            product *= factor
        return product

    return power


def exact_value(
    term: Term,
    values: Mapping[str, arb],
    known: dict[Term, arb] | None = None,
    label: str = "",
) -> arb:
    """The value at the working precision of FLINT, as an exact number.

    ``known`` remembers functions in which ``label`` does not occur. Raises UnsupportedError, and
    ZeroDivisionError or ValueError where there is no value.
    """
    remembered = {} if known is None else known

    def of(node: Term) -> arb:
        if not (isinstance(node, Call) or is_exponential(node)) or label in free_names(node):
            return compute(node)
        if node not in remembered:
            remembered[node] = compute(node)
        return remembered[node]

    def compute(node: Term) -> arb:
        match node:
            case Number(value=value):
                return arb(value.numerator) / value.denominator
            case Constant(name="e"):
                return arb.const_e()
            case Constant(name="pi"):
                return arb.pi()
            case Symbol(name=name):
                return values[name]
            case Neg(body=body):
                return -of(body)
            case Add(left=left, right=right):
                return of(left) + of(right)
            case Sub(left=left, right=right):
                return of(left) - of(right)
            case Mul(left=left, right=right):
                return of(left) * of(right)
            case Div(left=left, right=right):
                divisor = of(right)
                if divisor.is_zero():
                    raise ZeroDivisionError("division by zero")
                return of(left) / divisor
            case Pow(right=right) if is_exponential(node):
                return of(right).exp()
            case Pow(left=left, right=Number() as right) if right.value.denominator == 1:
                return of(left) ** int(right.value)
            case Pow(left=left, right=right):
                return of(left) ** of(right)
            case Call(name=name, arguments=(argument,), primes=0) if name in _EXACT:
                return _EXACT[name](of(argument))
        from derivation.notation import to_python

        raise UnsupportedError(f"no reference value for {to_python(node)}")

    found = of(term)
    if not found.is_finite():
        raise ValueError("no real number")
    return found.mid()
