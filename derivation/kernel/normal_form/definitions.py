"""N9: functions of one argument by others; each is an identity on the whole domain of the function.

(DLMF 4.14, 4.28, 4.37.)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from derivation.term import Add, Call, Div, Neg, Number, Pow, Sub, Term

__all__ = ["DEFINED_BY"]

ZERO, ONE, TWO = Number("0"), Number("1"), Number("2")


def _exp(u: Term) -> Term:
    return Call("exp", (u,))


def _log(u: Term) -> Term:
    return Call("log", (u,))


def _root(u: Term) -> Term:
    return Call("sqrt", (u,))


def _square(u: Term) -> Term:
    return Pow(u, TWO)


def _over(name: str, other: str) -> Callable[[Term], Term]:
    return lambda u: Div(Call(name, (u,)), Call(other, (u,)))


def _one_over(name: str) -> Callable[[Term], Term]:
    return lambda u: Div(ONE, Call(name, (u,)))


DEFINED_BY: Mapping[str, Callable[[Term], Term]] = MappingProxyType({
    "sigmoid": lambda u: Div(ONE, Add(ONE, _exp(Neg(u)))),
    "sigma": lambda u: Div(ONE, Add(ONE, _exp(Neg(u)))),
    "softplus": lambda u: _log(Add(ONE, _exp(u))),
    "logit": lambda u: Sub(_log(u), _log(Sub(ONE, u))),  # 0 < u < 1
    "log1p": lambda u: _log(Add(ONE, u)),
    "expm1": lambda u: Sub(_exp(u), ONE),
    "sinh": lambda u: Div(Sub(_exp(u), _exp(Neg(u))), TWO),
    "cosh": lambda u: Div(Add(_exp(u), _exp(Neg(u))), TWO),
    "tanh": lambda u: Div(Sub(_exp(u), _exp(Neg(u))), Add(_exp(u), _exp(Neg(u)))),
    "sech": _one_over("cosh"),
    "csch": _one_over("sinh"),
    "coth": _over("cosh", "sinh"),
    "tan": _over("sin", "cos"),
    "cot": _over("cos", "sin"),
    "sec": _one_over("cos"),
    "csc": _one_over("sin"),
    "asinh": lambda u: _log(Add(u, _root(Add(_square(u), ONE)))),
    "acosh": lambda u: _log(Add(u, _root(Sub(_square(u), ONE)))),  # u >= 1
    "atanh": lambda u: Div(Sub(_log(Add(ONE, u)), _log(Sub(ONE, u))), TWO),  # -1 < u < 1
    "relu": lambda u: Call("Max", (ZERO, u)),
    "cbrt": lambda u: Pow(u, Div(ONE, Number("3"))),  # u >= 0
})  # fmt: skip
