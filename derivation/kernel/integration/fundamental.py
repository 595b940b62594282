"""Integrals over a closed interval by the fundamental theorem of calculus.

FT  If F is continuous on the closed interval between a and b, F' = f inside it, and f is continuous
    on the closed interval, then the integral of f from a to b is F(b) - F(a).

FT2 The same if f is continuous inside alone, and f >= 0 there, or f <= 0: the integrals over
    smaller closed intervals increase, and F is continuous at the ends.

What is checked of a proposed F: F' = f by normal form; F has a value at each point of the closed
interval; F is differentiable at each inner point, and f has a value there (at the ends, too, for
FT). Terms whose functions do not jump are continuous where they have values.
"""

from __future__ import annotations

from functools import partial

from derivation.errors import UnsupportedError
from derivation.kernel.calculus.differentiate import resolve
from derivation.kernel.definedness.domains import JUMPING
from derivation.kernel.integration.integrand import NoRule, parts_of
from derivation.kernel.integration.readback import Readback
from derivation.kernel.integration.scene import Piece, attempt, holds
from derivation.kernel.integration.values import ZERO, Workspace
from derivation.kernel.integration.writing import difference
from derivation.kernel.names.context import Context
from derivation.kernel.normal_form.convert import NormalForm
from derivation.kernel.normal_form.quotient import own_value
from derivation.kernel.normal_form.tower import Tower
from derivation.kernel.normal_form.vanishing import vanishes
from derivation.kernel.search.antiderivative import antiderivative
from derivation.kernel.theorem import Condition, ConditionKind
from derivation.term import Call, Derivative, Neg, Piecewise, Sub, Symbol, Term, substitute, walk

__all__ = ["by_antiderivative"]


def by_antiderivative(piece: Piece) -> tuple[Term, tuple[Condition, ...]]:
    """F(b) - F(a) and the conditions, free of the variable, that it rests on. Raises NoRule."""
    if any(_jumps(node) for node in walk(piece.body)):
        raise NoRule("an integrand that may jump")
    proposed = attempt(lambda scales: _proposed(piece, scales))
    derivative = Derivative(proposed, Symbol(piece.variable))
    conditions = piece.free_conditions(proposed, closed=True)
    conditions += piece.free_conditions(derivative, closed=False)
    for context in piece.contexts(closed=True):
        if not attempt(partial(_agree, piece, derivative, context)):
            raise NoRule("the proposed antiderivative is none")
    conditions += _of_integrand(piece)
    return difference(
        *(_at(proposed, piece, end) for end in (piece.upper, piece.lower))
    ), conditions


def _of_integrand(piece: Piece) -> tuple[Condition, ...]:
    """What the integrand asks for, on the closed range or by FT2. Raises NoRule."""
    try:
        return piece.free_conditions(piece.body, closed=True)
    except NoRule:
        conditions = piece.free_conditions(piece.body, closed=False)
        for value in (piece.body, Neg(piece.body)):
            if all(
                holds(ConditionKind.NONNEGATIVE, value, context, piece.place.deadline, quick=True)
                for context in piece.contexts(closed=False)
            ):
                return conditions
        raise


def _jumps(node: Term) -> bool:
    return isinstance(node, Piecewise) or (isinstance(node, Call) and node.name in JUMPING)


def _at(proposed: Term, piece: Piece, end: Term) -> Term:
    try:
        return substitute(proposed, {piece.variable: end})
    except ValueError as error:
        raise UnsupportedError(f"a limit cannot be put in: {error}") from error


def _proposed(piece: Piece, scales: dict[str, int]) -> Term:
    form = piece.form(scales)
    variable = piece.bind(form, piece.interval())
    form.replace_name(piece.variable, own_value(variable))
    work = Workspace(form, variable)
    value = form.of(resolve(form.context.expose(piece.body)))
    total = ZERO
    for part in parts_of(form, value, variable):
        total += part.coefficient * antiderivative(work, part)
    return Readback(form, {variable: Symbol(piece.variable)}).term(total)


def _agree(piece: Piece, derivative: Derivative, context: Context, scales: dict[str, int]) -> bool:
    """F' = f, wherever both have values."""
    form = NormalForm(context, Tower(scales, piece.place.deadline))
    expose = context.expose
    sides = (resolve(expose(derivative)), resolve(expose(piece.body)))
    found = form.tower.reduced(form.of(Sub(*sides)))
    return found.is_zero or vanishes(form, found.numerator)
