"""Terms at complex balls: analytic continuations of what they mean on the real line.

What is certified by ``at_complex``: for every real number in ``z`` where the term is defined,
the result contains its value; and with ``analytic``, it is finite only if the continuation is
analytic on all of ``z`` (this is what rigorous quadrature asks for). Meromorphic functions are
infinite on balls around a pole; log and square root refuse balls across their cut.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from flint import acb, arb, fmpq

from derivation.kernel.refutation.arithmetic import Indeterminate, Value, as_whole
from derivation.term import Add, Call, Constant, Div, Mul, Neg, Pow, Sub, Symbol, Term, free_names

__all__ = ["at_complex"]

MAX_EXPONENT = 1000

_MEROMORPHIC = ("exp", "sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "sech",
                "csch", "coth", "erf", "erfc", "gamma", "digamma", "expm1")  # fmt: skip


def _meromorphic(name: str) -> Callable[[acb, bool], acb]:
    return lambda z, _: getattr(z, name)()


_FUNCTIONS: Mapping[str, Callable[[acb, bool], acb]] = MappingProxyType(
    {name: _meromorphic(name) for name in _MEROMORPHIC}
    | {
        "log": lambda z, analytic: z.log(analytic=analytic),
        "ln": lambda z, analytic: z.log(analytic=analytic),
        "log1p": lambda z, analytic: (1 + z).log(analytic=analytic),
        "sqrt": lambda z, analytic: z.sqrt(analytic=analytic),
        "sigmoid": lambda z, _: 1 / (1 + (-z).exp()),
        "sigma": lambda z, _: 1 / (1 + (-z).exp()),
        "softplus": lambda z, analytic: (1 + z.exp()).log(analytic=analytic),
        "factorial": lambda z, _: (1 + z).gamma(),
    }
)


def at_complex(term: Term, name: str, z: acb, real: Callable[[Term], Value], analytic: bool) -> acb:
    """The term where ``name`` stands for z; ``real`` gives values of what is free of it.

    Raises Undefined or Indeterminate, also for a construct without a rule here.
    """
    if name not in free_names(term):
        value = real(term)
        return acb(arb(value) if isinstance(value, fmpq) else value)

    def at(part: Term) -> acb:
        return at_complex(part, name, z, real, analytic)

    match term:
        case Symbol():
            return z
        case Neg(body=body):
            return -at(body)
        case Add(left=left, right=right):
            return at(left) + at(right)
        case Sub(left=left, right=right):
            return at(left) - at(right)
        case Mul(left=left, right=right):
            return at(left) * at(right)
        case Div(left=left, right=right):
            return at(left) / at(right)
        case Pow(left=Constant(name="e"), right=right):
            return at(right).exp()
        case Pow(left=left, right=right) if name in free_names(right):
            return (at(right) * at(left).log(analytic=analytic)).exp()
        case Pow(left=left, right=right):
            return _power(at(left), right, real, analytic)
        case Call(name=function, arguments=(argument,), primes=0) if function in _FUNCTIONS:
            return _FUNCTIONS[function](at(argument), analytic)
    raise Indeterminate(f"no analytic continuation of {type(term).__name__}")


def _power(base: acb, exponent: Term, real: Callable[[Term], Value], analytic: bool) -> acb:
    """base to a power that is free of z: by multiplication for a whole one, else by log.

    A power that is not whole has a value on the real line for a base > 0 only (or 0 there).
    """
    value = real(exponent)
    whole = as_whole(value)
    if whole is not None:
        if abs(whole) > MAX_EXPONENT:
            raise Indeterminate("a huge exponent")
        power = acb(1)
        for _ in range(abs(whole)):
            power *= base
        return power if whole >= 0 else 1 / power
    ball = arb(value) if isinstance(value, fmpq) else value
    return (acb(ball) * base.log(analytic=analytic)).exp()
