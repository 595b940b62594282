"""Where the built-in functions have a value, and where they have a kink or a jump.

Each is taken as a partial function over the reals. Sources: the definitions in the Digital Library
of Mathematical Functions (chapters 4, 5, 7), on the real line; ``binomial(n, k)`` is
gamma(n + 1) / (gamma(k + 1) gamma(n - k + 1)), and has no value where one of the three has none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from types import MappingProxyType

from derivation.errors import UnsupportedError
from derivation.kernel.theorem import ConditionKind
from derivation.term import Add, Call, Number, Pow, Sub, Term

__all__ = ["JUMPING", "Requirement", "domain_of", "kinks_of"]

Requirement = tuple[ConditionKind, Term]

ONE, TWO = Number("1"), Number("2")
_POSITIVE, _NONNEGATIVE = ConditionKind.POSITIVE, ConditionKind.NONNEGATIVE
_NONZERO, _NOT_POLE = ConditionKind.NONZERO, ConditionKind.NOT_POLE

_TOTAL: Mapping[str, frozenset[int]] = MappingProxyType({
    # functions that are defined for all real arguments, by their number of arguments
    **dict.fromkeys((
        "exp", "sin", "cos", "sinh", "cosh", "tanh", "sech", "sigmoid", "sigma", "softplus",
        "atan", "asinh", "erf", "erfc", "expm1", "Phi", "Abs", "sign", "relu", "floor", "ceiling",
    ), frozenset((1,))),
    "Heaviside": frozenset((1, 2)),
    "Delta": frozenset((2,)),
})  # fmt: skip
_ANY_NUMBER = frozenset(("Max", "Min", "logsumexp"))  # total, with one argument or more


def _one_minus_square(u: Term) -> Term:
    return Sub(ONE, Pow(u, TWO))


_OF_ONE: Mapping[str, Callable[[Term], tuple[Requirement, ...]]] = MappingProxyType({
    "log": lambda u: ((_POSITIVE, u),),
    "ln": lambda u: ((_POSITIVE, u),),
    "log1p": lambda u: ((_POSITIVE, Add(ONE, u)),),
    "sqrt": lambda u: ((_NONNEGATIVE, u),),
    "logit": lambda u: ((_POSITIVE, u), (_POSITIVE, Sub(ONE, u))),
    "asin": lambda u: ((_NONNEGATIVE, _one_minus_square(u)),),
    "acos": lambda u: ((_NONNEGATIVE, _one_minus_square(u)),),
    "atanh": lambda u: ((_POSITIVE, _one_minus_square(u)),),
    "erfinv": lambda u: ((_POSITIVE, _one_minus_square(u)),),
    "acosh": lambda u: ((_NONNEGATIVE, Sub(u, ONE)),),
    "tan": lambda u: ((_NONZERO, Call("cos", (u,))),),
    "sec": lambda u: ((_NONZERO, Call("cos", (u,))),),
    "cot": lambda u: ((_NONZERO, Call("sin", (u,))),),
    "csc": lambda u: ((_NONZERO, Call("sin", (u,))),),
    "coth": lambda u: ((_NONZERO, u),),
    "csch": lambda u: ((_NONZERO, u),),
    "gamma": lambda u: ((_NOT_POLE, u),),
    "digamma": lambda u: ((_NOT_POLE, u),),
    "loggamma": lambda u: ((_POSITIVE, u),),  # it is the logarithm of gamma
    "factorial": lambda u: ((_NOT_POLE, Add(u, ONE)),),
})  # fmt: skip


def _of_two(name: str, u: Term, v: Term) -> tuple[Requirement, ...] | None:
    match name:
        case "polygamma":  # of order u, at v
            return (
                (ConditionKind.INTEGER, u), (_NONNEGATIVE, u), (_NOT_POLE, v),
            )  # fmt: skip
        case "binomial":
            places = (Add(u, ONE), Add(v, ONE), Add(Sub(u, v), ONE))
            return tuple((_NOT_POLE, place) for place in places)
        case "beta":
            return (_POSITIVE, u), (_POSITIVE, v)
        case "Mod":
            return ((_POSITIVE, v),)
    return None


def domain_of(name: str, arguments: tuple[Term, ...]) -> tuple[Requirement, ...]:
    """What must hold for the function to have a value. Raises UnsupportedError."""
    count = len(arguments)
    if count in _TOTAL.get(name, ()) or (name in _ANY_NUMBER and count):
        return ()
    found: tuple[Requirement, ...] | None = None
    if count == 1 and name in _OF_ONE:
        found = _OF_ONE[name](*arguments)
    elif count == 2:
        found = _of_two(name, *arguments)
    if found is None:
        known = name in (*_TOTAL, *_ANY_NUMBER, *_OF_ONE) or name in _TWO_ARGUMENTS
        if known:
            raise UnsupportedError(f"{name} with {count} argument(s) is not supported")
        raise UnsupportedError(f"the domain of {name} is not known")
    return found


_TWO_ARGUMENTS = frozenset(("polygamma", "binomial", "beta", "Mod"))
_KINK_AT_ZERO = frozenset(("Abs", "sign", "relu", "Heaviside"))
_JUMPS = frozenset(("floor", "ceiling", "Mod", "Delta"))
JUMPING = _JUMPS | {"sign", "Heaviside"}


def kinks_of(name: str, arguments: tuple[Term, ...]) -> Iterator[Term]:
    """Terms in whose neighbourhood of 0 alone the function is not smooth inside its domain.

    Raises UnsupportedError for a function with jumps that are not at the zeros of a term.
    """
    if name in _KINK_AT_ZERO:
        yield arguments[0]
    elif name in ("Max", "Min"):  # away from ties, one of the arguments is the largest
        for one, other in combinations(arguments, 2):
            yield Sub(one, other)
    elif name in _JUMPS:
        raise UnsupportedError(f"a derivative of {name}, which jumps")
