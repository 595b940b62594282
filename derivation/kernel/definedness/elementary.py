"""Conditions in simpler words that say the same.

Each rule is an equivalence at the points where the term has a value; the conditions of its parts
are collected as well, so nothing is lost when a part disappears here:

* a b != 0 <=> a != 0 and b != 0;  a/b != 0 <=> a != 0;  -a != 0 <=> a != 0;
* b^q != 0 <=> b != 0, for rational q > 0 (b > 0 where q is not whole, for then b >= 0); b^q is
  never 0 for q <= 0, and e^u never;
* |u| != 0 <=> u != 0, and so for functions that are 0 at 0 alone; sqrt(u) != 0 <=> u > 0;
* tan(u) != 0 <=> sin(u) != 0; cot(u) != 0 <=> cos(u) != 0; log(u) != 0 <=> u != 1; functions
  without a zero: sec, csc, sech, csch, coth (|1/cos| >= 1, ..., |coth| > 1), cosh >= 1, gamma and
  what is a quotient of gammas: factorial, binomial, beta;
* c a > 0 <=> a > 0 for a number c > 0, and so with >= 0 and for a/c;  c/a > 0 <=> a > 0;
* for q > 0: b^q > 0 <=> b > 0 for odd q and for q not whole, <=> b != 0 for even q; b^q >= 0 <=>
  b >= 0 for odd q, and it holds for any other rational q;
* sqrt(u) > 0 <=> u > 0;  |u| > 0 <=> u != 0;  sqrt(u) >= 0 and |u| >= 0 hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from derivation.kernel.calculus.differentiate import is_exponential
from derivation.kernel.definedness.atoms import exact_exponent
from derivation.kernel.definedness.domains import Requirement
from derivation.kernel.definedness.ranges import tidy
from derivation.kernel.theorem import ConditionKind
from derivation.term import Call, Div, Mul, Neg, Number, Pow, Sub, Term, walk

__all__ = ["SPECIAL", "elementary"]

_ZERO_AT_ZERO = frozenset(("Abs", "sinh", "tanh", "atan", "asinh", "erf", "expm1", "sign"))
_WITHOUT_ZERO = frozenset((
    "exp", "cosh", "sec", "csc", "sech", "csch", "coth", "gamma", "factorial", "binomial", "beta",
))  # fmt: skip
SPECIAL = _ZERO_AT_ZERO | _WITHOUT_ZERO | {"sqrt", "tan", "cot", "log", "ln"}  # in rules above
NONZERO, POSITIVE = ConditionKind.NONZERO, ConditionKind.POSITIVE
NONNEGATIVE = ConditionKind.NONNEGATIVE


def elementary(kind: ConditionKind, term: Term, declared: frozenset[str]) -> Iterator[Requirement]:
    """Conditions that together say the same as the one given, wherever the term has a value.

    ``declared`` are names of arbitrary functions: what is known of a built-in one of that name
    is not true of them.
    """
    if declared and any(isinstance(n, Call) and n.name in declared for n in walk(term)):
        yield kind, term
        return
    match kind:
        case ConditionKind.NONZERO:
            yield from _nonzero(term)
        case ConditionKind.POSITIVE | ConditionKind.NONNEGATIVE:
            yield from _signed(kind, term)
        case _:
            yield kind, term


def _nonzero(term: Term) -> Iterator[Requirement]:
    match term:
        case Number() if term.value:
            return
        case Neg(body=u) | Div(left=u):
            yield from _nonzero(u)
        case Mul(left=left, right=right):
            yield from _nonzero(left)
            yield from _nonzero(right)
        case Call(name=name, arguments=(u,), primes=0) if name in _ZERO_AT_ZERO:
            yield from _nonzero(u)
        case Call(name="sqrt", arguments=(u,), primes=0):
            yield from _signed(POSITIVE, u)
        case Call(name="tan", arguments=(u,), primes=0):
            yield NONZERO, Call("sin", (u,))
        case Call(name="cot", arguments=(u,), primes=0):
            yield NONZERO, Call("cos", (u,))
        case Call(name="log" | "ln", arguments=(u,), primes=0):
            yield NONZERO, tidy(Sub(u, Number("1")))
        case Call(name=name, primes=0) if name in _WITHOUT_ZERO:
            return
        case Pow() if is_exponential(term):
            return
        case Pow(left=base, right=right) if (q := exact_exponent(right)) is not None:
            if q > 0:
                yield from _nonzero(base) if q.denominator == 1 else _signed(POSITIVE, base)
        case _:
            yield NONZERO, term


def _signed(kind: ConditionKind, term: Term) -> Iterator[Requirement]:
    """POSITIVE or NONNEGATIVE."""
    match term:
        case Number() if term.value:  # a written number is not negative
            return
        case Mul(left=left, right=u) if _is_positive_number(left):
            yield from _signed(kind, u)
        case Mul(left=u, right=right) if _is_positive_number(right):
            yield from _signed(kind, u)
        case Div(left=u, right=right) if _is_positive_number(right):
            yield from _signed(kind, u)
        case Div(left=left, right=u) if _is_positive_number(left):
            yield from _signed(POSITIVE, u)
        case Call(name="sqrt", arguments=(u,), primes=0):
            if kind is POSITIVE:
                yield from _signed(POSITIVE, u)
        case Call(name="Abs", arguments=(u,), primes=0):
            if kind is POSITIVE:
                yield from _nonzero(u)
        case Pow(left=base, right=right) if not is_exponential(term):
            exponent = exact_exponent(right)
            if exponent is None or exponent <= 0:
                yield kind, term
            else:
                yield from _of_power(kind, base, exponent)
        case _:
            yield kind, term


def _of_power(kind: ConditionKind, base: Term, exponent: Fraction) -> Iterator[Requirement]:
    if exponent.denominator == 1 and exponent.numerator % 2 == 1:
        yield from _signed(kind, base)
    elif kind is POSITIVE:
        yield from _nonzero(base) if exponent.denominator == 1 else _signed(POSITIVE, base)


def _is_positive_number(term: Term) -> bool:
    value = exact_exponent(term)
    return value is not None and value > 0
