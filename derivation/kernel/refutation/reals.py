"""Functions on certified values, which obey the contract of ``arithmetic``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from types import MappingProxyType

from flint import arb, fmpq

from derivation.kernel.refutation import gammas
from derivation.kernel.refutation.arithmetic import (
    Indeterminate,
    Undefined,
    Value,
    add,
    as_ball,
    as_whole,
    divide,
    exponential,
    finite,
    is_exact,
    moderate,
    multiply,
    power,
    power_of_zero,
    root,
    sign_of,
    subtract,
    working_bits,
)

__all__ = [
    "Indeterminate", "Undefined", "Value", "add", "apply", "as_ball", "as_whole", "divide",
    "exponential", "finite", "multiply", "power", "power_of_zero", "sign_of", "subtract",
    "working_bits",
]  # fmt: skip


def _entire(name: str) -> Callable[[Value], Value]:
    """A function that is analytic on the whole real line."""
    return lambda x: finite(getattr(as_ball(x), name)())


def _growing(name: str) -> Callable[[Value], Value]:
    """The same for a function that grows like exp: huge arguments are refused."""
    return lambda x: finite(getattr(moderate(x), name)())


def _positive(x: Value, what: str) -> None:
    if sign_of(x) <= 0:
        raise Undefined(f"{what} of a number outside its domain")


def _log(x: Value) -> Value:
    _positive(x, "log")
    return finite(as_ball(x).log())


def _log1p(x: Value) -> Value:
    _positive(add(fmpq(1), x), "log1p")
    return finite(as_ball(x).log1p())


def _sqrt(x: Value) -> Value:
    if (sign := sign_of(x)) < 0:
        raise Undefined("square root of a negative number")
    return root(x, 2) if sign else fmpq(0)


def _ratio(top: str, bottom: str) -> Callable[[Value], Value]:
    """A quotient of two functions that are analytic on the real line, such as cot."""
    return lambda x: divide(_entire(top)(x), _entire(bottom)(x))


def _reciprocal(name: str, function: Callable[[Value], Value]) -> Callable[[Value], Value]:
    """1 over a function, away from its zeros."""

    def value(x: Value) -> Value:
        try:
            return divide(fmpq(1), function(x))
        except Undefined:
            raise Undefined(f"{name} at a pole") from None

    return value


def _of_reciprocal(function: Callable[[Value], Value]) -> Callable[[Value], Value]:
    """A function of 1/x: asec(x) = acos(1/x), and so on."""
    return lambda x: function(divide(fmpq(1), x))


def _sigmoid(x: Value) -> Value:
    return divide(fmpq(1), add(fmpq(1), exponential(-x)))


def _softplus(x: Value) -> Value:
    return _log1p(exponential(x))


def _logit(x: Value) -> Value:
    """log(x / (1 - x)) for 0 < x < 1."""
    _positive(x, "logit")
    _positive(subtract(fmpq(1), x), "logit")
    return _log(divide(x, subtract(fmpq(1), x)))


def _magnitude(x: Value) -> Value:
    return abs(x) if isinstance(x, arb) else max(x, -x)


def _inverse_of_unit(name: str) -> Callable[[Value], Value]:
    """asin and acos, for -1 <= x <= 1."""

    def value(x: Value) -> Value:
        if sign_of(subtract(fmpq(1), _magnitude(x))) < 0:
            raise Undefined(f"{name} of a number outside [-1, 1]")
        return finite(getattr(as_ball(x), name)())

    return value


def _atanh(x: Value) -> Value:
    _positive(subtract(fmpq(1), _magnitude(x)), "atanh")
    return finite(as_ball(x).atanh())


def _coth(x: Value) -> Value:
    if sign_of(x) == 0:
        raise Undefined("coth of zero")
    return finite(as_ball(x).coth())


def _erfinv(x: Value) -> Value:
    """For -1 < x < 1, the inverse of erf."""
    _positive(subtract(fmpq(1), _magnitude(x)), "erfinv")
    return finite(as_ball(x).erfinv())


def _gaussian(x: Value) -> Value:
    """Phi, the distribution function of the standard normal: erfc(-x / sqrt 2) / 2."""
    return finite(moderate(multiply(-as_ball(x), (as_ball(fmpq(2)).rsqrt()))).erfc() / 2)


def _acosh(x: Value) -> Value:
    if sign_of(subtract(x, fmpq(1))) < 0:
        raise Undefined("acosh of a number below 1")
    return finite(as_ball(x).acosh())


def _signum(x: Value) -> Value:
    return fmpq(sign_of(x))


def _heaviside(x: Value) -> Value:
    """0 below zero, 1 above, 1/2 at zero."""
    return fmpq(sign_of(x) + 1, 2)


def _heaviside_with(x: Value, at_zero: Value) -> Value:
    """The same with another value at zero."""
    sign = sign_of(x)
    return at_zero if sign == 0 else fmpq(sign > 0)


def _modulo(x: Value, y: Value) -> Value:
    """x - y floor(x / y), for y > 0 (below zero, conventions differ)."""
    if sign_of(y) < 0:
        raise Indeterminate("Mod by a negative number")
    return subtract(x, multiply(y, _floor(divide(x, y))))


def _floor(x: Value) -> Value:
    if isinstance(x, fmpq):
        return fmpq(x.floor())
    lowest = x.floor().unique_fmpz()  # of an enclosure of floor on the ball
    if lowest is None:
        raise Indeterminate("a ball around a whole number")
    return fmpq(lowest)


def _ceiling(x: Value) -> Value:
    return -_floor(-x)


def _delta(x: Value, y: Value) -> Value:
    """Kronecker's delta: 1 where the arguments are equal, else 0."""
    return fmpq(1 if sign_of(subtract(x, y)) == 0 else 0)


# Analytic where they give a value, or constant on the whole ball: floor, sign, Heaviside and
# Delta refuse a ball on which they are not.
_UNARY: Mapping[str, Callable[[Value], Value]] = MappingProxyType(
    {
        "exp": exponential, "log": _log, "ln": _log, "sqrt": _sqrt, "log1p": _log1p,
        "sin": _entire("sin"), "cos": _entire("cos"), "tan": _ratio("sin", "cos"),
        "cot": _ratio("cos", "sin"), "sec": _reciprocal("sec", _entire("cos")),
        "csc": _reciprocal("csc", _entire("sin")),
        "sech": _reciprocal("sech", _growing("cosh")),
        "csch": _reciprocal("csch", _growing("sinh")), "coth": _coth,
        "sinh": _growing("sinh"), "cosh": _growing("cosh"),
        "tanh": _entire("tanh"), "expm1": _growing("expm1"),
        "sigmoid": _sigmoid, "sigma": _sigmoid, "softplus": _softplus, "logit": _logit,
        "asin": _inverse_of_unit("asin"), "acos": _inverse_of_unit("acos"),
        "atan": _entire("atan"), "asinh": _entire("asinh"), "acosh": _acosh, "atanh": _atanh,
        "asec": _of_reciprocal(_inverse_of_unit("acos")),
        "acsc": _of_reciprocal(_inverse_of_unit("asin")),
        "asech": _of_reciprocal(_acosh), "acsch": _of_reciprocal(_entire("asinh")),
        "acoth": _of_reciprocal(_atanh),
        "erf": _entire("erf"), "erfc": _growing("erfc"), "erfinv": _erfinv, "Phi": _gaussian,
        "gamma": gammas.gamma, "digamma": gammas.digamma, "loggamma": gammas.loggamma,
        "factorial": gammas.factorial,
        "sign": _signum, "Heaviside": _heaviside, "floor": _floor, "ceiling": _ceiling,
    }
)  # fmt: skip
_BINARY: Mapping[str, Callable[[Value, Value], Value]] = MappingProxyType(
    {
        "Delta": _delta, "Heaviside": _heaviside_with, "Mod": _modulo,
        "polygamma": gammas.polygamma, "binomial": gammas.binomial, "beta": gammas.beta,
    }
)  # fmt: skip
_KINKED = frozenset({"Abs", "relu", "Max", "Min"})


def _larger(smooth: bool) -> Callable[[Value, Value], Value]:
    def value(left: Value, right: Value) -> Value:
        if smooth or (is_exact(left) and is_exact(right)):
            # equal on the whole ball is no kink either, so sign 0 is fine
            return left if sign_of(subtract(left, right)) >= 0 else right
        return finite(as_ball(left).max(as_ball(right)))

    return value


def _logsumexp(values: list[Value]) -> Value:
    return _log(reduce(add, [exponential(value) for value in values]))


def _kinked(name: str, values: list[Value], smooth: bool) -> Value:
    """|x|, relu, Max, Min. ``smooth``: refuse a ball with a kink in it."""
    match name, values:
        case "Abs", [x]:
            if smooth:
                sign_of(x)
            return _magnitude(x)
        case "relu", [x]:
            return _larger(smooth)(x, fmpq(0))
        case "Max", [_, *_]:
            return reduce(_larger(smooth), values)
        case "Min", [_, *_]:
            return -reduce(_larger(smooth), [-value for value in values])
    raise Indeterminate(f"{name} of {len(values)} arguments")


def apply(name: str, values: list[Value], smooth: bool = False) -> Value:
    """A built-in function applied to values.

    ``smooth`` refuses (Indeterminate) a ball on which the function has a kink, so that the
    result depends smoothly on everything that varies inside the balls.
    """
    if name in _KINKED:
        return _kinked(name, values, smooth)
    match values:
        case [x] if name in _UNARY:
            return _UNARY[name](x)
        case [x, y] if name in _BINARY:
            return _BINARY[name](x, y)
        case [_, *_] if name == "logsumexp":
            return _logsumexp(values)
    raise Indeterminate(f"no rule for {name} of {len(values)} arguments")
