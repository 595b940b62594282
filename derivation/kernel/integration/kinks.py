"""Ranges are split where an integrand has a kink or a jump, so that each piece has none.

K1  the integral from a to b is that from a to r and that from r to b, if both exist.
K2  |u| = u where u > 0, and so on for functions of the sign of u: on a piece where the sign of u is
    known, but for one point, the function is replaced. One point does not change an integral.

u is linear in the variable, or in e^(c x), so its sign changes at one point r.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from derivation.kernel.bounds import intervals
from derivation.kernel.calculus.differentiate import resolve
from derivation.kernel.integration.integrand import NoRule, coefficients, rate_of
from derivation.kernel.integration.readback import Readback
from derivation.kernel.integration.scene import Piece, attempt, holds, is_infinite
from derivation.kernel.normal_form.quotient import Quotient, own_value
from derivation.kernel.theorem import ConditionKind
from derivation.term import (
    And,
    Call,
    Neg,
    Not,
    Number,
    Or,
    Piecewise,
    Relation,
    RelationSign,
    Sub,
    Term,
    Test,
    free_names,
    transform,
    walk,
)

__all__ = ["smooth_pieces"]

_MOST_PIECES = 8
ZERO, ONE = Number("0"), Number("1")
_ABOVE = (RelationSign.GT, RelationSign.GE)
_ORDER = (*_ABOVE, RelationSign.LT, RelationSign.LE)


def smooth_pieces(piece: Piece) -> list[Piece]:
    """The pieces, in order; those of the limits in ascending order. Raises NoRule."""
    waiting, found = [piece], list[Piece]()
    while waiting:
        if len(waiting) + len(found) > _MOST_PIECES:
            raise NoRule("an integrand with too many kinks")
        one = waiting.pop()
        switch = _inmost(list(_switches(one.body, one.variable)))
        if switch is None:
            found.append(one)
        else:
            waiting.extend(reversed(_split(one, switch)))
    return found


def _inmost(switches: list[Term]) -> Term | None:
    """One that depends on no other switch."""
    return min(switches, key=lambda switch: sum(1 for _ in walk(switch)), default=None)


def _switches(body: Term, variable: str) -> Iterator[Term]:
    """Terms whose sign decides what the integrand is."""
    for node in walk(body):
        match node:
            case Call(name="Abs" | "sign" | "Heaviside" | "relu", arguments=(u,), primes=0):
                yield from _depending(u, variable)
            case Call(name="Max" | "Min", arguments=(u, v)):
                yield from _depending(Sub(u, v), variable)
            case Piecewise(branches=branches):
                for _, test in branches:
                    if test is not None:
                        yield from _in_test(test, variable)


def _depending(term: Term, variable: str) -> Iterator[Term]:
    if variable in free_names(term):
        yield term


def _in_test(test: Test, variable: str) -> Iterator[Term]:
    for node in walk(test):
        if isinstance(node, Relation) and node.sign in _ORDER:
            yield from _depending(Sub(node.left, node.right), variable)


def _split(piece: Piece, switch: Term) -> list[Piece]:
    """The pieces on both sides of the point where the switch is 0."""
    rises, at = attempt(lambda scales: _zero_of(piece, switch, scales))
    before = _settled(piece.body, switch, positive=not rises)
    after = _settled(piece.body, switch, positive=rises)
    context, deadline = piece.place.context, piece.place.deadline

    def is_ordered(low: Term, high: Term) -> bool:
        if is_infinite(low) or is_infinite(high):
            return True
        return holds(ConditionKind.NONNEGATIVE, Sub(high, low), context, deadline)

    if not is_infinite(piece.upper) and is_ordered(piece.upper, at):
        return [replace(piece, body=before)]
    if not is_infinite(piece.lower) and is_ordered(at, piece.lower):
        return [replace(piece, body=after)]
    if not (is_ordered(piece.lower, at) and is_ordered(at, piece.upper)):
        raise NoRule("a kink that is not known to lie between the limits")
    return [
        replace(piece, body=before, upper=at),
        replace(piece, body=after, lower=at),
    ]


def _zero_of(piece: Piece, switch: Term, scales: dict[str, int]) -> tuple[bool, Term]:
    """Whether the switch rises with the variable, and where it is 0. Raises NoRule."""
    form = piece.form(scales, closed=False)
    variable = piece.bind(form, piece.interval())
    form.replace_name(piece.variable, own_value(variable))
    value = form.tower.reduced(form.of(resolve(form.context.expose(switch))))
    if variable in form.tower.bound_in([Quotient(value.denominator)]):
        raise NoRule("a kink that is not linear in the variable")
    inside = [n for n in value.generators if variable in form.tower.generators[n].bound]
    constant, slope = coefficients(form, value, inside[0] if inside else variable, variable, 1)
    zero, rate = -constant / slope, rate_of(form, inside[0], variable) if inside else None
    if rate is not None:  # slope e^(rate x) + constant
        if not intervals.is_positive(form.signs.of(zero)):
            raise NoRule("a switch of an exponential that is not known to have a zero")
        zero, slope = form.logarithm(zero) / rate, slope * rate
    elif inside != [variable]:
        raise NoRule("a kink that is not linear in the variable")
    bounds = form.signs.of(slope)
    if not intervals.is_nonzero(bounds):
        raise NoRule("a kink whose direction is not known")
    return intervals.is_positive(bounds), Readback(form, {}).term(zero)


# ---------------------------------------------------------------------- replacing


def _settled(body: Term, switch: Term, *, positive: bool) -> Term:
    """The body where the switch is positive, or negative."""

    def settle(node: Term) -> Term:
        match node:
            case Call(name=name, arguments=(u,), primes=0) if u == switch and name in _SETTLED:
                return _SETTLED[name](u, positive)
            case Call(name="Max" | "Min", arguments=(u, v)) if Sub(u, v) == switch:
                return u if (node.name == "Max") == positive else v
            case Piecewise():
                return _settled_branches(node, switch, positive=positive)
        return node

    return transform(body, settle)


_SETTLED: dict[str, Callable[[Term, bool], Term]] = {
    "Abs": lambda u, positive: u if positive else Neg(u),
    "sign": lambda _, positive: ONE if positive else Neg(ONE),
    "Heaviside": lambda _, positive: ONE if positive else ZERO,
    "relu": lambda u, positive: u if positive else ZERO,
}


def _settled_branches(term: Piecewise, switch: Term, *, positive: bool) -> Term:
    branches: list[tuple[Term, Test | None]] = []
    for value, test in term.branches:
        known = True if test is None else _settled_test(test, switch, positive=positive)
        if known is False:
            continue
        if known is True:
            branches.append((value, None))
            break
        branches.append((value, known))
    if not branches:
        raise NoRule("a case distinction where no case holds")
    if branches[0][1] is None:
        return branches[0][0]
    return Piecewise(tuple(branches))


def _settled_test(test: Test, switch: Term, *, positive: bool) -> Test | bool:
    match test:
        case Relation(left=left, sign=sign, right=right) if Sub(left, right) == switch:
            if sign in _ORDER:
                return (sign in _ABOVE) == positive
            return sign is RelationSign.NE
        case And(left=left, right=right) | Or(left=left, right=right):
            one, other = (_settled_test(t, switch, positive=positive) for t in (left, right))
            neutral = isinstance(test, And)
            if one is (not neutral) or other is (not neutral):
                return not neutral
            if isinstance(one, bool):
                return other
            if isinstance(other, bool):
                return one
            return And(one, other) if neutral else Or(one, other)
        case Not(body=body):
            inner = _settled_test(body, switch, positive=positive)
            return (not inner) if isinstance(inner, bool) else Not(inner)
    return test
