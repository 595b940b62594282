"""The as-written tree.

A ``Term`` is an immutable tree of exactly what somebody wrote: nothing here reorders,
evaluates or simplifies. ``x - x`` is ``Sub(Symbol("x"), Symbol("x"))`` and stays so.

Two terms are equal when they were written the same way: ``x y`` and ``x \\cdot y`` differ,
spans do not count. ``plain(term)`` forgets everything that is only looks (marks, redundant
parentheses, the sign of multiplication, the shape of a fraction), so that two terms with the
same mathematical structure become equal; the kernel and the rules work on plain terms.
"""

from __future__ import annotations

from derivation.term.constructs import (
    And,
    Derivative,
    Integral,
    Mark,
    Not,
    Or,
    Piecewise,
    Product,
    Ranged,
    Relation,
    Sum,
    Test,
)
from derivation.term.kept import hashed_once, keep
from derivation.term.nodes import (
    Add,
    Call,
    Constant,
    Div,
    Indexed,
    Mul,
    Neg,
    Number,
    Operand,
    Paren,
    Pow,
    Sub,
    Symbol,
    Term,
    as_term,
    number,
)
from derivation.term.signs import DerivativeSign, Index, MarkKind, RelationSign, Span, Times
from derivation.term.substitution import fresh_name, substitute
from derivation.term.traversal import (
    Primed,
    free_names,
    kinds,
    plain,
    surveyed,
    transform,
    walk,
)

__all__ = [
    "Add", "And", "Call", "Constant", "Derivative", "DerivativeSign", "Div", "Index", "Indexed",
    "Integral", "Mark", "MarkKind", "Mul", "Neg", "Not", "Number", "Operand", "Or", "Paren",
    "Piecewise", "Pow", "Primed", "Product", "Ranged", "Relation", "RelationSign", "Span", "Sub",
    "Sum", "Symbol", "Term", "Test", "Times", "as_term", "free_names", "fresh_name",
    "hashed_once", "keep", "kinds", "number", "plain", "substitute", "surveyed",
    "transform", "walk",
]  # fmt: skip
