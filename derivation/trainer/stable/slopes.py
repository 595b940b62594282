"""The derivative of a term in one symbol, as a proposal for the kernel."""

from __future__ import annotations

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
    number,
)
from derivation.trainer.stable.polynomials import is_exponential

__all__ = ["slope"]

ZERO, ONE = Number("0"), Number("1")


def slope(term: Term, name: str) -> Term:
    """The derivative by the rules of school; zeros and ones are left out.

    A function without a rule gives a call with a prime, which no later row takes.
    """
    if name not in free_names(term):
        return ZERO
    match term:
        case Symbol():
            return ONE
        case Neg(body=body):
            return _neg(slope(body, name))
        case Add(left=left, right=right):
            return _add(slope(left, name), slope(right, name))
        case Sub(left=left, right=right):
            return _sub(slope(left, name), slope(right, name))
        case Mul(left=left, right=right):
            return _add(_mul(slope(left, name), right), _mul(left, slope(right, name)))
        case Div(left=left, right=right) if name not in free_names(right):
            return _over(slope(left, name), right)
        case Div(left=left, right=right):
            top = _sub(_mul(slope(left, name), right), _mul(left, slope(right, name)))
            return _over(top, Pow(right, Number("2")))
        case Pow(right=exponent) if is_exponential(term):
            return _mul(term, slope(exponent, name))
        case Pow(left=left, right=Number() as exponent):
            lower = exponent.value - 1
            power = left if lower == 1 else Pow(left, number(lower))
            return _mul(_mul(exponent, power), slope(left, name))
        case Call(name="log" | "ln", arguments=(argument,)):
            return _over(slope(argument, name), argument)
        case Call(name="Abs", arguments=(argument,)):
            return _mul(Div(term, argument), slope(argument, name))
        case Call(name="sqrt", arguments=(argument,)):
            return _over(slope(argument, name), Mul(Number("2"), term))
        case Call(name="exp", arguments=(argument,)):
            return _mul(Pow(Constant("e"), argument), slope(argument, name))
        case Call(arguments=(argument,)):
            primed = Call(term.name, term.arguments, term.primes + 1)
            return _mul(primed, slope(argument, name))
    return Call("slope", (term,))


def _add(left: Term, right: Term) -> Term:
    if left == ZERO:
        return right
    return left if right == ZERO else Add(left, right)


def _sub(left: Term, right: Term) -> Term:
    if right == ZERO:
        return left
    return _neg(right) if left == ZERO else Sub(left, right)


def _mul(left: Term, right: Term) -> Term:
    if ZERO in (left, right):
        return ZERO
    if left == ONE:
        return right
    if right == ONE:
        return left
    match left, right:
        case Neg(body=one), Neg(body=other):
            return _mul(one, other)
        case (Neg(body=one), other) | (other, Neg(body=one)):
            return _neg(_mul(one, other))
    return Mul(left, right)


def _neg(term: Term) -> Term:
    return term.body if isinstance(term, Neg) else Neg(term)


def _over(top: Term, bottom: Term) -> Term:
    return Neg(Div(top.body, bottom)) if isinstance(top, Neg) else Div(top, bottom)
