"""Python maths syntax -> Term, through ``ast`` and a whitelist; nothing is ever evaluated."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from derivation.errors import UnreadableError
from derivation.notation.python_calls import CallReader
from derivation.notation.python_names import CODE, CONSTANTS, INFINITY
from derivation.notation.tokens import check_text
from derivation.term import (
    Add,
    Call,
    Constant,
    Div,
    Indexed,
    Mul,
    Neg,
    Number,
    Pow,
    RelationSign,
    Span,
    Sub,
    Symbol,
    Term,
)  # fmt: skip

__all__ = ["read_python", "read_python_equation", "read_python_relation"]

_OPERATORS: dict[type[ast.operator], Callable[..., Term]] = {
    ast.Add: Add, ast.Sub: Sub, ast.Mult: Mul, ast.MatMult: Mul, ast.Div: Div, ast.Pow: Pow,
}  # fmt: skip
_PRODUCTS = ast.Mult | ast.MatMult | ast.Div
_SIGNS = {
    "==": RelationSign.EQ, "≤": RelationSign.LE, "≥": RelationSign.GE, "≠": RelationSign.NE,
    **{sign.value: sign for sign in RelationSign},
}  # fmt: skip


def read_python(
    text: str,
    functions: frozenset[str] = frozenset(),
    symbols: frozenset[str] = frozenset(),
    start: int = 0,
    end: int | None = None,
) -> Term:
    """The term in ``text[start:end]``. Raises UnreadableError for anything but maths.

    ``symbols`` are names that are no functions and no constants: with ``E`` among them, ``E``
    is a symbol.
    """
    check_text(text)
    return _Reader(text, functions, symbols, start, len(text) if end is None else end).read()


def read_python_equation(
    text: str, functions: frozenset[str], symbols: frozenset[str]
) -> tuple[Term, ...]:
    """The sides of ``a = b = c``, also written with ``==``. Raises UnreadableError."""
    check_text(text)
    signs = _relation_signs(text, "==")
    if signs and not text[: signs[0].start()].strip():
        return _sides(text, signs, functions, symbols, skip=1)
    return _sides(text, signs, functions, symbols)


def read_python_relation(
    text: str, functions: frozenset[str], symbols: frozenset[str]
) -> tuple[tuple[Term, ...], tuple[RelationSign, ...]]:
    """The sides and the signs of ``a < b <= c``, with any relations. Raises UnreadableError."""
    check_text(text)
    signs = _relation_signs(text, "==|[<>!]=|[<>≤≥≠]")
    sides = _sides(text, signs, functions, symbols)
    return sides, tuple(_SIGNS[sign[0]] for sign in signs)


def _relation_signs(text: str, kinds: str) -> list[re.Match[str]]:
    """Where the relations among ``kinds``, and ``=``, stand outside of all brackets."""
    found: list[re.Match[str]] = []
    depth = 0
    for sign in re.finditer(r"[(\[]|[)\]]|[<>!]=|==?|[<>≤≥≠]", text):
        depth += (sign[0] in "([") - (sign[0] in ")]")
        if depth == 0 and (sign[0] == "=" or re.fullmatch(kinds, sign[0])):
            found.append(sign)
    return found


def _sides(
    text: str,
    signs: list[re.Match[str]],
    functions: frozenset[str],
    symbols: frozenset[str],
    skip: int = 0,
) -> tuple[Term, ...]:
    starts = [0, *(sign.end() for sign in signs)]
    ends = [*(sign.start() for sign in signs), len(text)]
    pieces = list(zip(starts, ends, strict=True))[skip:]
    return tuple(read_python(text, functions, symbols, begin, end) for begin, end in pieces)


class _Reader(CallReader):
    """Converts the nodes of one parsed formula."""

    def read(self) -> Term:
        """The whole formula."""
        return self.convert(self.parse())

    # ------------------------------------------------------------------ nodes

    def convert(self, node: ast.expr) -> Term:
        """The term of one node."""
        match node:
            case ast.Constant(value=value) if type(value) in (int, float):
                return Number(self._written(node), span=self._span(node))
            case ast.Name():
                return self._symbol(node)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Neg(self.convert(operand), span=self._span(node))
            case ast.UnaryOp(op=ast.UAdd()):
                raise self.error("a plus with nothing before it", node, "Leave it out.")
            case ast.BinOp():
                return self._binary(node)
            case ast.Subscript(value=ast.Name() as base, slice=index):
                parts = index.elts if isinstance(index, ast.Tuple) else [index]
                if not parts:
                    raise self.error("an empty index", node)
                indices = tuple(self.convert(part) for part in parts)
                return Indexed(self.name(base), indices, span=self._span(node))
            case ast.Call():
                return self.call(node)
            case ast.Attribute(value=matrix, attr="T"):
                return Call("transpose", (self.convert(matrix),), span=self._span(node))
        raise self._not_maths(node)

    def _not_maths(self, node: ast.expr) -> UnreadableError:
        if isinstance(node, ast.Compare):
            return self.error(
                "a comparison where a term is expected", node,
                "Give the two sides one by one, or read it with read_equation.",
            )  # fmt: skip
        if isinstance(node, ast.Subscript):
            return self.error("only a name can have indices", node, "Write x[i, j].")
        what = CODE.get(type(node), "this")
        return self.error(
            f"{what} is not part of a formula", node, "Only maths is read here; code is not run."
        )

    def _symbol(self, node: ast.Name) -> Term:
        name = self.name(node)
        if name not in self.symbols and name not in self.bound:
            if name in CONSTANTS:
                return Constant(CONSTANTS[name], span=self._span(node))
            if name in INFINITY:
                raise self.error("infinity stands only as a limit of an integral", node)
        return Symbol(name, span=self._span(node))

    def _binary(self, node: ast.BinOp) -> Term:
        make = _OPERATORS.get(type(node.op))
        if make is None:
            joins = isinstance(node.op, ast.BitAnd | ast.BitOr)
            raise self.error(
                "this operator is not part of a formula",
                node,
                "Put each comparison in parentheses before & and |."
                if joins
                else "Known are + - * / and **.",
            )
        if isinstance(node.op, _PRODUCTS):
            minus = self._leading_minus(node)
            if minus is not None:
                return self._negated_product(node, minus)
        return make(self.convert(node.left), self.convert(node.right), span=self._span(node))

    def _leading_minus(self, node: ast.expr) -> ast.UnaryOp | None:
        """The minus of ``-a*b/c``, which belongs to the whole product; not that of ``(-a)*b``.

        A parenthesis would make the product start before its first operand.
        """
        start = node.col_offset
        while isinstance(node, ast.BinOp) and isinstance(node.op, _PRODUCTS):
            node = node.left
            if node.col_offset != start:
                return None
        return node if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) else None

    def _negated_product(self, node: ast.BinOp, minus: ast.UnaryOp) -> Term:
        spine: list[ast.BinOp] = []
        current: ast.expr = node
        while isinstance(current, ast.BinOp):
            spine.append(current)
            current = current.left
        product = self.convert(minus.operand)
        begin = self._span(minus.operand).start
        for part in reversed(spine):
            span = Span(begin, self._span(part).end)
            product = _OPERATORS[type(part.op)](product, self.convert(part.right), span=span)
        return Neg(product, span=self._span(node))
