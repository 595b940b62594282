"""The value of a definite integral, with the conditions under which it exists.

An ``Evaluated`` says: at each point of the domain where the conditions hold, the integrand has a
value in the whole (open) range and is integrable there, and the integral has the value. Each rule
stands with its proof in its module: FT in ``fundamental``, I in ``half_line``, ``line`` and
``unit_interval``, K in ``kinks``; with the limits exchanged an integral changes its sign; and the
integral of f(x) over (0, oo) is that of f(e^u) e^u over the line, and that of f(-log u)/u over (0,
1), if one of them exists.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from derivation.errors import UnsupportedError
from derivation.kernel.integration.fundamental import by_antiderivative
from derivation.kernel.integration.improper import by_table
from derivation.kernel.integration.integrand import NoRule
from derivation.kernel.integration.kinks import smooth_pieces
from derivation.kernel.integration.scene import INFINITY, Piece, Place, is_infinite
from derivation.kernel.integration.writing import total
from derivation.kernel.normal_form.quotient import NeverDefined, TooLarge
from derivation.kernel.theorem import Condition
from derivation.term import (
    Call,
    Div,
    Integral,
    Mul,
    Neg,
    Number,
    Symbol,
    Term,
    free_names,
    fresh_name,
    substitute,
    walk,
)

__all__ = ["Evaluated", "canonical", "evaluate"]

_MOST_NODES = 400
ZERO, ONE = Number("0"), Number("1")
Found = tuple[Term, tuple[Condition, ...]]


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The value of an integral where all conditions hold."""

    value: Term
    conditions: tuple[Condition, ...]


def canonical(term: Integral, taken: frozenset[str]) -> Integral:
    """The same integral, with a name of the variable that does not depend on what was written.

    The name is none of those that are taken.

    Raises UnsupportedError where the variable cannot be renamed.
    """
    used = {node.index for node in walk(term.body) if hasattr(node, "index")}
    names = (free_names(term.body) | used) - {term.index} | free_names(term)
    name = fresh_name("t", frozenset(names) | taken)
    if name == term.index:
        return term
    try:
        body = substitute(term.body, {term.index: Symbol(name)})
    except ValueError as error:
        raise UnsupportedError(f"the variable {term.index}: {error}") from error
    return replace(term, body=body, index=name)


def evaluate(term: Integral, place: Place) -> Evaluated | None:
    """The value, or None where no rule gives it. Raises OutOfTime."""
    piece = Piece(place, term.body, term.index, term.lower, term.upper)
    if sum(1 for _ in walk(term)) > _MOST_NODES:
        return None
    try:
        piece, needed = _with_inner_done(piece)
        value, conditions = _value(piece)
    except (NoRule, UnsupportedError, TooLarge, NeverDefined):
        return None
    return Evaluated(value, tuple(dict.fromkeys(needed + conditions)))


def _with_inner_done(piece: Piece) -> tuple[Piece, tuple[Condition, ...]]:
    """Integrals in the body by their values, everywhere in the range. Raises NoRule."""
    if not any(isinstance(node, Integral) for node in walk(piece.body)):
        return piece, ()
    contexts = piece.contexts(closed=False)
    if len(contexts) > 1:
        raise NoRule("an integral in an integral whose limits have no known order")
    body, asked = piece.place.inner(piece.body, contexts[0])
    return replace(piece, body=body), tuple(piece.free_of(asked, contexts[0]))


def _value(piece: Piece) -> Found:
    if piece.lower == piece.upper and is_infinite(piece.lower):
        raise NoRule("an integral without a range")
    if not piece.ascends():
        if piece.descends():
            mirrored, needed = _value(piece.reversed)
            return Neg(mirrored), needed
        return by_antiderivative(piece)
    pieces = smooth_pieces(piece)
    if len(pieces) == 1 and pieces[0].body == piece.body:
        return _of_smooth(piece)
    return _together(piece, [_of_smooth(one) for one in pieces])


def _together(piece: Piece, found: list[Found]) -> Found:
    """The sum of the values on pieces, with what the integrand asks for at their ends."""
    needed = tuple(condition for _, conditions in found for condition in conditions)
    asked = piece.free_conditions(piece.body, closed=piece.is_finite, known=needed)
    return total(value for value, _ in found), needed + asked


def _of_smooth(piece: Piece) -> Found:
    if piece.is_finite:
        try:
            return by_antiderivative(piece)
        except (NoRule, UnsupportedError, NeverDefined, TooLarge):
            return by_table(piece)
    for way in (by_table, _by_substitution, _by_halves, _on_unit_interval):
        try:
            return way(piece)
        except NoRule:
            continue
    raise NoRule("no rule for this integrand over this range")


def _by_halves(piece: Piece) -> Found:
    """The line as two half lines."""
    if not (is_infinite(piece.lower) and is_infinite(piece.upper)):
        raise NoRule("no line")
    halves = (replace(piece, upper=ZERO), replace(piece, lower=ZERO))
    return _together(piece, [by_table(half) for half in halves])


def _on_unit_interval(piece: Piece) -> Found:
    """x = -log u from (0, 1) to a half line: it decreases, so the limits change places."""
    if piece.lower != ZERO:
        raise NoRule("another range")
    x = Symbol(piece.variable)
    body = _substituted(piece, Neg(Call("log", (x,))), Div(ONE, x))
    return _of_smooth(replace(piece, body=body, upper=ONE))


def _by_substitution(piece: Piece) -> Found:
    """x = e^u between a half line and the line: each increases from end to end."""
    x = Symbol(piece.variable)
    slope: Term
    if piece.lower == ZERO:
        new = Call("exp", (x,))
        low: Term = Neg(INFINITY)
        slope = new
    elif is_infinite(piece.lower) and is_infinite(piece.upper):
        new, low = Call("log", (x,)), ZERO
        slope = Div(ONE, x)
    else:
        raise NoRule("another half line")
    body = _substituted(piece, new, slope)
    return by_table(replace(piece, body=body, lower=low, upper=INFINITY))


def _substituted(piece: Piece, new: Term, slope: Term) -> Term:
    """The body at x = new, times the slope."""
    try:
        return Mul(substitute(piece.body, {piece.variable: new}), slope)
    except ValueError as error:
        raise NoRule("a name would be caught") from error
