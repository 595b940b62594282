"""What the form of a term says about its value, whatever its names stand for.

A power with a whole exponent has any base, one with a rational exponent a base >= 0, every
other one a base > 0; and it is the form of the exponent that counts, not its value at a point.
"""

from __future__ import annotations

from collections.abc import Container

from derivation.term import (
    Add,
    Div,
    Indexed,
    Mul,
    Neg,
    Number,
    Pow,
    Sub,
    Symbol,
    Term,
    free_names,
    walk,
)

__all__ = ["is_constant", "is_rational", "is_whole"]


def is_whole(term: Term, whole: Container[str]) -> bool:
    """Whether it is built from whole numbers alone, by operations that keep them whole.

    ``whole`` are the names (of scalars and of families) that stand for whole numbers.
    """
    match term:
        case Number():
            return _is_whole_number(term)
        case Symbol(name=name) | Indexed(base=name):
            return name in whole
        case Pow(left=left, right=Number() as exponent):
            return _is_whole_number(exponent, least=1) and is_whole(left, whole)
        case Neg() | Add() | Sub() | Mul():
            return all(is_whole(child, whole) for child in term.children)
    return False


def _is_whole_number(number: Number, least: int = 0) -> bool:
    try:
        value = number.value
    except ValueError:  # no decimal number, or too long a one
        return False
    return value.denominator == 1 and value >= least


def is_rational(term: Term) -> bool:
    """Whether it is built from numbers alone; a value, if there is one, is rational then.

    A power counts only with a whole exponent.
    """
    for node in walk(term):
        if not isinstance(node, Number | Neg | Add | Sub | Mul | Div | Pow):
            return False
        if isinstance(node, Pow) and not is_whole(node.right, ()):
            return False
    return True


def is_constant(term: Term) -> bool:
    """Whether no name occurs in it."""
    return not free_names(term)
