"""Derivatives of the built-in functions, and which functions those are.

Each rule holds wherever the function is defined around the argument and has no kink there;
``definedness`` asks for both. Sources: the Digital Library of Mathematical Functions, 4.7, 4.20,
4.24, 4.34, 4.38, 5.2, 5.12, 5.15, 7.2; ``binomial(n, k)`` is a quotient of gamma functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from types import MappingProxyType

from derivation.term import Add, Call, Constant, Div, Mul, Neg, Number, Pow, Sub, Term

__all__ = ["BUILT_IN", "GREEK_NAMES", "KNOWN_FUNCTIONS", "WITHOUT_SLOPE", "partial_slopes"]

ZERO, ONE, TWO = Number("0"), Number("1"), Number("2")
_SQRT_PI = Call("sqrt", (Constant("pi"),))


def _square(term: Term) -> Term:
    return Pow(term, TWO)


def _call(name: str, *arguments: Term) -> Term:
    return Call(name, arguments)


def _same(name: str) -> Callable[[Term], Term]:
    return lambda u: Call(name, (u,))


def _gaussian(u: Term) -> Term:
    """2/sqrt(pi) e^(-u^2)."""
    return Mul(Div(TWO, _SQRT_PI), _call("exp", Neg(_square(u))))


BUILT_IN: Mapping[str, Callable[[Term], Term]] = MappingProxyType({
    # g -> (u -> g'(u))
    "exp": _same("exp"),
    "log": lambda u: Div(ONE, u),
    "ln": lambda u: Div(ONE, u),
    "sqrt": lambda u: Div(ONE, Mul(TWO, _call("sqrt", u))),
    "sin": _same("cos"),
    "cos": lambda u: Neg(_call("sin", u)),
    "tan": lambda u: Add(ONE, _square(_call("tan", u))),
    "cot": lambda u: Neg(Add(ONE, _square(_call("cot", u)))),
    "sec": lambda u: Mul(_call("sec", u), _call("tan", u)),
    "csc": lambda u: Neg(Mul(_call("csc", u), _call("cot", u))),
    "sinh": _same("cosh"),
    "cosh": _same("sinh"),
    "tanh": lambda u: Sub(ONE, _square(_call("tanh", u))),
    "coth": lambda u: Sub(ONE, _square(_call("coth", u))),
    "sech": lambda u: Neg(Mul(_call("sech", u), _call("tanh", u))),
    "csch": lambda u: Neg(Mul(_call("csch", u), _call("coth", u))),
    "asin": lambda u: Div(ONE, _call("sqrt", Sub(ONE, _square(u)))),
    "acos": lambda u: Neg(Div(ONE, _call("sqrt", Sub(ONE, _square(u))))),
    "atan": lambda u: Div(ONE, Add(ONE, _square(u))),
    "asinh": lambda u: Div(ONE, _call("sqrt", Add(ONE, _square(u)))),
    "acosh": lambda u: Div(ONE, _call("sqrt", Sub(_square(u), ONE))),
    "atanh": lambda u: Div(ONE, Sub(ONE, _square(u))),
    "erf": _gaussian,
    "erfc": lambda u: Neg(_gaussian(u)),
    "erfinv": lambda u: Mul(Div(_SQRT_PI, TWO), _call("exp", _square(_call("erfinv", u)))),
    "Phi": lambda u: Div(
        _call("exp", Neg(Div(_square(u), TWO))), _call("sqrt", Mul(TWO, Constant("pi")))
    ),
    "sigmoid": lambda u: Mul(_call("sigmoid", u), Sub(ONE, _call("sigmoid", u))),
    "sigma": lambda u: Mul(_call("sigmoid", u), Sub(ONE, _call("sigmoid", u))),
    "softplus": _same("sigmoid"),
    "logit": lambda u: Div(ONE, Mul(u, Sub(ONE, u))),
    "log1p": lambda u: Div(ONE, Add(ONE, u)),
    "expm1": _same("exp"),
    "loggamma": _same("digamma"),
    "gamma": lambda u: Mul(_call("gamma", u), _call("digamma", u)),
    "factorial": lambda u: Mul(_call("factorial", u), _call("digamma", Add(u, ONE))),
    "digamma": lambda u: _call("polygamma", ONE, u),
    # away from the kink
    "Abs": _same("sign"),
    "sign": lambda _: ZERO,
    "Heaviside": lambda _: ZERO,
    "relu": lambda u: Div(Add(ONE, _call("sign", u)), TWO),
})  # fmt: skip

Slopes = tuple[Term | None, ...]  # by each argument; None where there is no rule


def partial_slopes(name: str, arguments: tuple[Term, ...]) -> Slopes | None:
    """The partial derivatives of a built-in function; None for a function without a rule."""
    match name, arguments:
        case _, (u,) if name in BUILT_IN:
            return (BUILT_IN[name](u),)
        case (("Max" | "Min"), (_, *_)):
            return _of_extreme(name, arguments)
        case "Heaviside", (u, _):  # 0 or 1 on both sides; the second argument where u is 0
            return ZERO, Sub(ONE, _square(_call("sign", u)))
        case "logsumexp", (_, *_):
            total = reduce(Add, (_call("exp", one) for one in arguments))
            return tuple(Div(_call("exp", one), total) for one in arguments)
        case "polygamma", (n, u):
            return None, _call("polygamma", Add(n, ONE), u)
        case "beta", (a, b):
            return tuple(
                Mul(Call(name, arguments), Sub(_call("digamma", one), _call("digamma", Add(a, b))))
                for one in arguments
            )
        case "binomial", (n, k):
            psi_n, psi_k, psi_rest = (_call("digamma", Add(u, ONE)) for u in (n, k, Sub(n, k)))
            own = Call(name, arguments)
            return Mul(own, Sub(psi_n, psi_rest)), Mul(own, Sub(psi_rest, psi_k))
    return None


def _of_extreme(name: str, arguments: tuple[Term, ...]) -> Slopes:
    """Max, Min = (a + b +- |a - b|) / 2, one argument after the other, away from a = b."""
    best = arguments[0]
    slopes: list[Term] = [ONE]
    for one in arguments[1:]:
        sign = _call("sign", Sub(best, one) if name == "Max" else Sub(one, best))
        kept, taken = Div(Add(ONE, sign), TWO), Div(Sub(ONE, sign), TWO)
        slopes = [*(kept if slope == ONE else Mul(kept, slope) for slope in slopes), taken]
        best = _call(name, best, one)
    return tuple(slopes)


# known, but not differentiated: steps
WITHOUT_SLOPE = frozenset(("floor", "ceiling", "Mod", "Delta"))

# functions with a meaning of their own whose name is a Greek letter: where somebody declares or
# defines a function of that name, it is theirs
GREEK_NAMES = frozenset(("Phi", "beta"))

# every other function with a meaning of its own; nobody declares or redefines one of these
KNOWN_FUNCTIONS = (
    frozenset(BUILT_IN) | WITHOUT_SLOPE
    | {"Max", "Min", "logsumexp", "polygamma", "binomial"}
) - GREEK_NAMES  # fmt: skip
