"""Differentiation of plain terms, and the removal of every ``Derivative`` node and prime.

Each rule below is a theorem of calculus at every point where the *undifferentiated* term is
defined in a neighbourhood; ``definedness`` collects exactly those conditions beforehand, so
none is lost when a factor disappears here (d/dx of ``0 log(x)`` is 0, but only for x > 0).

An arbitrary function becomes a ``Jet``: one of its partial derivatives, at given arguments.
Its hidden parameters are named, so that the chain rule holds for unknown h as well.
"""

from __future__ import annotations

from dataclasses import replace

from derivation.errors import UnsupportedError
from derivation.kernel.calculus.functions import KNOWN_FUNCTIONS, partial_slopes
from derivation.kernel.calculus.jets import Jet, depends, name_of
from derivation.kernel.calculus.leibniz import differentiate_integral
from derivation.term import (
    Add,
    Call,
    Constant,
    Derivative,
    Div,
    Indexed,
    Integral,
    Mul,
    Neg,
    Number,
    Piecewise,
    Pow,
    Primed,
    Product,
    Ranged,
    Sub,
    Sum,
    Symbol,
    Term,
    free_names,
    fresh_name,
    kinds,
    number,
    substitute,
)

__all__ = [
    "KNOWN_FUNCTIONS",
    "Jet",
    "depends",
    "differentiate",
    "is_exponential",
    "resolve",
]

ZERO, ONE, TWO = Number("0"), Number("1"), Number("2")
EULER = Constant("e")


def is_exponential(term: Term) -> bool:
    """Whether the term is e to some power."""
    return isinstance(term, Pow) and term.left == EULER


# -------------------------------------------------------------- building with 0 and 1 folded


def _add(left: Term, right: Term) -> Term:
    if left == ZERO:
        return right
    return left if right == ZERO else Add(left, right)


def _neg(body: Term) -> Term:
    return ZERO if body == ZERO else Neg(body)


def _mul(left: Term, right: Term) -> Term:
    if ZERO in (left, right):
        return ZERO
    if left == ONE:
        return right
    return left if right == ONE else Mul(left, right)


def _square(term: Term) -> Term:
    return Pow(term, TWO)


def differentiate(term: Term, variable: Term) -> Term:
    """d term / d variable for a plain term without ``Derivative`` nodes and primes.

    Members of families differentiate to Kronecker deltas: d w_k / d w_j = Delta(k, j).
    Raises UnsupportedError for a construct that has no rule here.
    """
    if not depends(term, variable):
        return ZERO
    match term:
        case Symbol():
            return ONE
        case Indexed(base=base, indices=indices):
            return _differentiate_member(base, indices, variable)
        case Neg(body=body):
            return _neg(differentiate(body, variable))
        case Add(left=left, right=right):
            return _add(differentiate(left, variable), differentiate(right, variable))
        case Sub(left=left, right=right):
            d_left, d_right = differentiate(left, variable), differentiate(right, variable)
            return d_left if d_right == ZERO else _add(d_left, Neg(d_right))
        case Mul(left=left, right=right):
            return _add(
                _mul(differentiate(left, variable), right),
                _mul(left, differentiate(right, variable)),
            )
        case Div(left=left, right=right):
            return _differentiate_quotient(left, right, variable)
        case Pow(left=left, right=right):
            return _differentiate_power(left, right, variable)
        case Sum():
            return _differentiate_sum(term, variable)
        case Product():
            return _differentiate_product(term, variable)
        case Integral():
            return differentiate_integral(term, variable, differentiate)
        case Call():
            return _differentiate_call(term, variable)
        case Jet():
            return _differentiate_jet(term, variable)
        case Piecewise(branches=branches):
            # inside a branch; `balls` refuses the boundaries between branches
            return Piecewise(tuple((differentiate(v, variable), test) for v, test in branches))
    raise UnsupportedError(f"no derivative rule for {type(term).__name__}")


def _differentiate_member(base: str, indices: tuple[Term, ...], variable: Term) -> Term:
    if not isinstance(variable, Indexed) or variable.base != base:
        raise UnsupportedError(f"an index of {base} depends on the variable of differentiation")
    if len(indices) != len(variable.indices):
        raise UnsupportedError(f"{base} is written with different numbers of indices")
    result: Term = ONE
    for own, other in zip(indices, variable.indices, strict=True):
        if own != other:
            result = _mul(result, Call("Delta", (own, other)))
    return result


def _differentiate_quotient(top: Term, bottom: Term, variable: Term) -> Term:
    d_top, d_bottom = differentiate(top, variable), differentiate(bottom, variable)
    first = ZERO if d_top == ZERO else Div(d_top, bottom)
    if d_bottom == ZERO:
        return first
    return _add(first, Neg(Div(_mul(top, d_bottom), _square(bottom))))


def _differentiate_power(base: Term, exponent: Term, variable: Term) -> Term:
    power = Pow(base, exponent)
    if base == EULER:
        return _mul(power, differentiate(exponent, variable))
    if base == ZERO:
        return ZERO  # 0^u is defined where u > 0 only, and is 0 there
    if not depends(exponent, variable):
        d_base = differentiate(base, variable)
        if isinstance(exponent, Number):
            return _mul(_mul(exponent, _lowered(base, exponent)), d_base)
        return _mul(_mul(exponent, Pow(base, Sub(exponent, ONE))), d_base)
    # (b^u)' = b^u (u' log b + u b'/b); the real exponent makes b > 0 a condition of b^u
    result = _mul(_mul(power, Call("log", (base,))), differentiate(exponent, variable))
    if depends(base, variable):
        d_base = differentiate(base, variable)
        result = _add(result, _mul(_mul(power, Div(exponent, base)), d_base))
    return result


def _lowered(base: Term, exponent: Number) -> Term:
    """base^(exponent - 1), without writing base^0: that would be undefined at base = 0."""
    if exponent.value == 1:
        return ONE
    return base if exponent.value == 2 else Pow(base, number(exponent.value - 1))


def _differentiate_sum(term: Sum, variable: Term) -> Term:
    _refuse_moving_limits(term, variable)
    body, index = term.body, term.index
    if index in free_names(variable):  # d/dw_j of a sum over j
        body, index = _renamed(term, variable)
    inner = differentiate(body, variable)
    return ZERO if inner == ZERO else Sum(inner, index, term.lower, term.upper)


def _differentiate_product(term: Product, variable: Term) -> Term:
    """(f_a ... f_b)' is the sum over j of f_j' times all factors before j and all after it."""
    _refuse_moving_limits(term, variable)
    body, index = _renamed(term, variable)
    inner = differentiate(body, variable)
    if inner == ZERO:
        return ZERO
    before = replace(term, upper=Sub(Symbol(index), ONE))
    after = replace(term, lower=Add(Symbol(index), ONE))
    return Sum(Mul(inner, Mul(before, after)), index, term.lower, term.upper)


def _refuse_moving_limits(term: Ranged, variable: Term) -> None:
    if depends(term.lower, variable) or depends(term.upper, variable):
        raise UnsupportedError("the limits of a sum depend on the variable of differentiation")


def _renamed(term: Ranged, variable: Term) -> tuple[Term, str]:
    """The body with an index of a name that nobody can write, and that name."""
    index = fresh_name(f"#{term.index}", free_names(term.body) | free_names(variable))
    return substitute(term.body, {term.index: Symbol(index)}), index


def _differentiate_call(term: Call, variable: Term) -> Term:
    """The chain rule for a built-in function."""
    if term.primes:
        raise UnsupportedError(f"{term.name} with primes must be resolved first")
    slopes = partial_slopes(term.name, term.arguments)
    if slopes is None:
        raise UnsupportedError(f"no derivative rule for the function {term.name}")
    result: Term = ZERO
    for argument, slope in zip(term.arguments, slopes, strict=True):
        inner = differentiate(argument, variable)
        if inner != ZERO and slope is None:
            raise UnsupportedError(f"no derivative rule for {term.name} by this argument")
        if slope is not None:
            result = _add(result, _mul(slope, inner))
    return result


def _differentiate_jet(term: Jet, variable: Term) -> Term:
    """The chain rule for an arbitrary function."""
    result: Term = ZERO
    for position, argument in enumerate(term.arguments):
        outer = term.differentiated_by_argument(position)
        result = _add(result, _mul(outer, differentiate(argument, variable)))
    if name_of(variable) in term.hidden:
        result = _add(result, term.differentiated_by(variable))
    return result


def resolve(term: Term) -> Term:
    """The term with every ``Derivative`` and every prime of a built-in function carried out."""
    if Derivative not in (found := kinds(term)) and Primed not in found:
        return term
    match term:
        case Derivative(body=body, variable=variable, order=order):
            result = resolve(body)
            for _ in range(order):
                result = differentiate(result, variable)
            return result
        case Call(name=name, arguments=(argument,), primes=primes) if primes:
            place = Symbol(fresh_name("t", free_names(argument)))
            result = Call(name, (place,))
            for _ in range(primes):
                result = differentiate(result, place)
            return substitute(result, {place.name: resolve(argument)})
        case _ if term.children:
            return term.with_children(tuple(resolve(child) for child in term.children))
    return term
