"""Where parentheses are needed: one answer for the reader and for the printer.

The reader drops parentheses exactly where the printer would put them, and refuses a formula
in which needed ones are missing. A mark such as ``\\key{...}`` is looked through: it must not
hide parentheses that the formula without it would need.
"""

from __future__ import annotations

from derivation.notation.names import BARE_FUNCTIONS, COMMAND_OF_FUNCTION
from derivation.term import (
    Add,
    Call,
    Constant,
    Derivative,
    Div,
    Index,
    Indexed,
    Mark,
    Mul,
    Neg,
    Number,
    Paren,
    Piecewise,
    Pow,
    Product,
    Ranged,
    Sub,
    Sum,
    Symbol,
    Term,
    Times,
)  # fmt: skip

__all__ = ["begins_with_negative_mark", "is_factorial", "is_written_bare", "needs_parentheses"]

_SIGNED = (Add, Sub, Neg)


def needs_parentheses(parent: Term, position: int, child: Term) -> bool:
    """Whether ``child``, as ``parent.children[position]``, must stand in parentheses.

    Redundant parentheses around something that needs some need them as well: they are the
    inner ones of two pairs.
    """
    while isinstance(child, Paren):
        child = child.body
    if isinstance(child, Mark):
        return _mark_needs_parentheses(parent, position, child)
    match parent:
        case Add() | Sub():
            return isinstance(child, _SIGNED if position else Piecewise) or (
                position == 1 and isinstance(parent, Sub) and begins_with_negative_mark(child)
            )
        case Neg():
            return isinstance(child, _SIGNED) or begins_with_negative_mark(child)
        case Mul():
            return _factor_needs(parent, position, child)
        case Div(slash=True):
            return _slash_operand_needs(position, child)
        case Pow() if position == 0:
            return _base_needs(child)
        case Call() if is_factorial(parent):
            return _factorial_needs(child)
        case Derivative(quotient=True) if position == 0:
            return not _is_factor(child) or begins_with_negative_mark(child)
        case Ranged() | Derivative() if position == 0:
            return isinstance(child, _SIGNED) or begins_with_negative_mark(child)
        case _:
            return False


def _mark_needs_parentheses(parent: Term, position: int, mark: Mark) -> bool:
    body: Term = mark
    while isinstance(body, Mark):
        body = body.body
    if isinstance(body, Paren):
        return False
    match parent, position:
        case Add(), 1:  # a \key{- b + c} means a + (-b + c) and looks like it
            return isinstance(body, Piecewise)
        case Mul(sign=sign), 1 if isinstance(body, Mul):
            return begins_with_negative_mark(mark) or (
                sign is Times.BESIDE and _begins_with_number(body)
            )
        case ((Mul() | Div(slash=True)), 0) if isinstance(body, Neg):
            return needs_parentheses(parent, 0, body.body)
        case _:
            return needs_parentheses(parent, position, body)


def _factor_needs(parent: Mul, position: int, child: Term) -> bool:
    beside = parent.sign is Times.BESIDE
    if position == 1:
        return (
            isinstance(child, (*_SIGNED, Mul))
            or _is_slash(child)
            or begins_with_negative_mark(child)
            or (beside and _begins_with_number(child))
        )
    if isinstance(child, _SIGNED) or (beside and _is_slash(child)):
        return True
    end = _open_end(child)
    if isinstance(end, Call):
        return beside and not _begins_with_function(parent)
    return end is not None


def _slash_operand_needs(position: int, child: Term) -> bool:
    if position == 0:
        return isinstance(child, _SIGNED) or _open_end(child) is not None
    return (
        isinstance(child, (*_SIGNED, Mul, Ranged, Piecewise))
        or _is_slash(child)
        or _is_operator(child)
        or begins_with_negative_mark(child)
    )


def _base_needs(child: Term) -> bool:
    match child:
        case Number() | Constant() | Symbol():
            return False
        case Indexed(place=place):
            return place is not Index.BELOW  # x^{(i)}^{2} would be a double superscript
        case Call():
            return is_written_bare(child)
        case _:
            return True


def is_factorial(term: Term) -> bool:
    """Whether the printer writes ``n!``."""
    return (
        isinstance(term, Call)
        and term.name == "factorial"
        and len(term.arguments) == 1
        and not term.primes
    )


def _factorial_needs(child: Term) -> bool:
    match child:
        case Number() | Constant() | Symbol() | Indexed() | Piecewise():
            return False
        case Call(name=name):  # \log(x)! may be read in two ways
            return is_factorial(child) or name in COMMAND_OF_FUNCTION
        case _:
            return True


def _is_factor(child: Term) -> bool:
    """Whether it is one factor: an atom, a call, a fraction, or a power."""
    return isinstance(child, Number | Constant | Symbol | Indexed | Call | Pow) or (
        isinstance(child, Div | Derivative) and not _is_slash(child) and not _is_operator(child)
    )


def _is_slash(term: Term) -> bool:
    return isinstance(term, Div) and term.slash


def _is_operator(term: Term) -> bool:
    return isinstance(term, Derivative) and not term.quotient


def is_written_bare(call: Call) -> bool:
    r"""Whether the printer writes ``\log x``; otherwise it writes ``\log(x)``."""
    if not call.bare or call.name not in BARE_FUNCTIONS or len(call.arguments) != 1:
        return False
    argument = call.arguments[0]
    while isinstance(argument, Mark):
        argument = argument.body
        if isinstance(argument, Paren):
            return True
    return (
        _is_factor(argument)
        and not isinstance(_first_leaf(argument), Paren | None)
        and not (isinstance(argument, Call) and argument.bare and not is_written_bare(argument))
    )


def _first_leaf(term: Term) -> Term | None:
    """The leftmost thing that is written; None where that is an opening bracket."""
    while True:
        match term:
            case Mark(body=body):
                term = body
            case Add(left=left) | Sub(left=left) | Mul(left=left) | Pow(left=left):
                if needs_parentheses(term, 0, left):
                    return None
                term = left
            case Div(left=left, slash=True):
                if needs_parentheses(term, 0, left):
                    return None
                term = left
            case Call(arguments=(argument,)) if is_factorial(term):
                if needs_parentheses(term, 0, argument):
                    return None
                term = argument
            case _:
                return term


def begins_with_negative_mark(term: Term) -> bool:
    r"""Whether the first thing written is a mark with a minus inside: ``\key{- 1} x``."""
    marked = False
    while True:
        match term:
            case Mark(body=body):
                marked, term = True, body
            case Add(left=left) | Sub(left=left) | Mul(left=left) | Div(left=left, slash=True):
                if needs_parentheses(term, 0, left):
                    return False
                term = left
            case _:
                return marked and isinstance(term, Neg)


def _begins_with_number(term: Term) -> bool:
    return isinstance(_first_leaf(term), Number)


def _begins_with_function(parent: Mul) -> bool:
    """Whether the right factor begins with a command such as ``\\cos``."""
    if needs_parentheses(parent, 1, parent.right):
        return False
    leaf = _first_leaf(parent.right)
    return isinstance(leaf, Call) and leaf.name in COMMAND_OF_FUNCTION


def _open_end(term: Term) -> Term | None:
    r"""The sum, derivative, cases or ``\log x`` at the right end, whose scope would go on."""
    while True:
        match term:
            case Mark(body=body) | Neg(body=body):
                term = body
            case Mul(right=right) | Add(right=right) | Sub(right=right):
                if needs_parentheses(term, 1, right):
                    return None
                term = right
            case Div(right=right, slash=True):
                if needs_parentheses(term, 1, right):
                    return None
                term = right
            case Sum() | Product() | Piecewise() | Derivative(quotient=False):
                return term
            case Call() if is_written_bare(term):
                return term
            case _:
                return None
