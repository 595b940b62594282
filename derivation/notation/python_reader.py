"""Python maths syntax -> Term, through ``ast`` and a whitelist; nothing is ever evaluated."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Callable

from derivation.errors import UnreadableError
from derivation.notation.names import GREEK_CHARACTERS
from derivation.notation.python_names import ALIASES, CODE, CONSTANTS, NOT_SUPPORTED
from derivation.notation.python_source import PythonSource
from derivation.notation.tokens import check_text
from derivation.term import (
    Add,
    Call,
    Constant,
    Derivative,
    Div,
    Indexed,
    Mul,
    Neg,
    Number,
    Piecewise,
    Pow,
    Relation,
    RelationSign,
    Span,
    Sub,
    Sum,
    Symbol,
    Term,
)  # fmt: skip

__all__ = ["read_python", "read_python_equation"]

_MAX_ORDER = 100
_OPERATORS: dict[type[ast.operator], Callable[..., Term]] = {
    ast.Add: Add, ast.Sub: Sub, ast.Mult: Mul, ast.Div: Div, ast.Pow: Pow,
}  # fmt: skip
_RELATIONS: dict[type[ast.cmpop], RelationSign] = {
    ast.Eq: RelationSign.EQ, ast.NotEq: RelationSign.NE, ast.Lt: RelationSign.LT,
    ast.LtE: RelationSign.LE, ast.Gt: RelationSign.GT, ast.GtE: RelationSign.GE,
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
    cuts: list[tuple[int, int]] = []
    depth = 0
    for found in re.finditer(r"[(\[]|[)\]]|[<>!]=|==?", text):
        depth += (found[0] in "([") - (found[0] in ")]")
        if depth == 0 and found[0] in ("=", "=="):
            cuts.append(found.span())
    starts = [0, *(end for _, end in cuts)]
    ends = [*(begin for begin, _ in cuts), len(text)]
    pieces = list(zip(starts, ends, strict=True))
    if len(pieces) > 1 and not text[: pieces[0][1]].strip():
        pieces = pieces[1:]
    return tuple(read_python(text, functions, symbols, begin, end) for begin, end in pieces)


class _Reader(PythonSource):
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
                return Indexed(self._name(base), indices, span=self._span(node))
            case ast.Call():
                return self._call(node)
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

    def _name(self, node: ast.Name) -> str:
        written = self._written(node)
        if written in GREEK_CHARACTERS:
            return GREEK_CHARACTERS[written]
        # Python would silently turn a styled letter into the plain one.
        if written != node.id:
            raise self.error(f"'{written}' would be read as '{node.id}'", node)
        stem = written.rstrip("_")
        return written[:-1] if stem != written and keyword.iskeyword(stem) else written

    def _symbol(self, node: ast.Name) -> Term:
        name = self._name(node)
        if name in CONSTANTS and name not in self.symbols:
            return Constant(CONSTANTS[name], span=self._span(node))
        return Symbol(name, span=self._span(node))

    def _binary(self, node: ast.BinOp) -> Term:
        make = _OPERATORS.get(type(node.op))
        if make is None:
            raise self.error(
                "this operator is not part of a formula", node, "Known are + - * / and **."
            )
        if isinstance(node.op, ast.Mult | ast.Div):
            minus = self._leading_minus(node)
            if minus is not None:
                return self._negated_product(node, minus)
        return make(self.convert(node.left), self.convert(node.right), span=self._span(node))

    def _leading_minus(self, node: ast.expr) -> ast.UnaryOp | None:
        """The minus of ``-a*b/c``, which belongs to the whole product; not that of ``(-a)*b``.

        A parenthesis would make the product start before its first operand.
        """
        start = node.col_offset
        while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div):
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

    # ------------------------------------------------------------------ calls

    def _call(self, node: ast.Call) -> Term:
        if not isinstance(node.func, ast.Name):
            raise self.error("only a named function can be called", node, "Write a product with *.")
        if node.keywords:
            raise self.error("keyword arguments are not part of a formula", node)
        name = self._name(node.func)
        if name in self.symbols and name not in self.functions:
            raise self.error(f"{name} is not declared as a function", node, f"Write {name}*(...).")
        if name not in self.functions:
            name = ALIASES.get(name, name)
            if name in NOT_SUPPORTED:
                raise self.error(f"{name}: {NOT_SUPPORTED[name]}", node)
            special = {
                "Sum": self._sum, "Derivative": self._derivative, "Prime": self._prime,
                "Piecewise": self._piecewise,
            }.get(name)  # fmt: skip
            if special is not None:
                return special(node)
        if not node.args:
            raise self.error(f"{name} has no arguments", node)
        if name == "log" and len(node.args) != 1:
            raise self.error("log has one argument", node, "Write log(x)/log(b).")
        arguments = tuple(self.convert(one) for one in node.args)
        return Call(name, arguments, span=self._span(node))

    def _sum(self, node: ast.Call) -> Term:
        if len(node.args) < 2:
            raise self.error("a sum needs a term and a range", node, "Write Sum(x[i], (i, 1, m)).")
        body = self.convert(node.args[0])
        for limits in node.args[1:]:
            if not isinstance(limits, ast.Tuple) or len(limits.elts) != 3:
                raise self.error("the range of a sum is written (i, 1, m)", limits)
            index, lower, upper = limits.elts
            if not isinstance(index, ast.Name):
                raise self.error("the index of a sum is a name", index)
            body = Sum(
                body, self._name(index), self.convert(lower), self.convert(upper),
                span=self._span(node),
            )  # fmt: skip
        return body

    def _derivative(self, node: ast.Call) -> Term:
        if len(node.args) < 2:
            raise self.error(
                "a derivative needs a term and a variable", node, "Write Derivative(f(x), x)."
            )
        body = self.convert(node.args[0])
        waiting: list[tuple[Term, int]] = []
        for argument in node.args[1:]:
            if isinstance(argument, ast.Constant) and waiting and waiting[-1][1] == 1:
                waiting[-1] = (waiting[-1][0], self._order(argument))
            elif isinstance(argument, ast.Tuple) and len(argument.elts) == 2:
                variable, order = argument.elts
                waiting.append((self._variable(variable), self._order(order)))
            else:
                waiting.append((self._variable(argument), 1))
        for variable_term, count in waiting:
            body = Derivative(body, variable_term, count, span=self._span(node))
        return body

    def _variable(self, node: ast.expr) -> Term:
        variable = self.convert(node)
        if not isinstance(variable, Symbol | Indexed):
            raise self.error("a derivative is by a variable such as x or w[j]", node)
        return variable

    def _order(self, node: ast.expr) -> int:
        order = node.value if isinstance(node, ast.Constant) else None
        if type(order) is int and 1 <= order <= _MAX_ORDER:
            return order
        raise self.error(
            f"the order of a derivative is a whole number from 1 to {_MAX_ORDER}", node
        )

    def _prime(self, node: ast.Call) -> Term:
        body = self.convert(node.args[0]) if len(node.args) == 1 else None
        if not isinstance(body, Call) or len(body.arguments) != 1:
            raise self.error("Prime takes a call with one argument", node, "Write Prime(f(x)).")
        return Call(body.name, body.arguments, body.primes + 1, span=self._span(node))

    def _piecewise(self, node: ast.Call) -> Term:
        branches: list[tuple[Term, Relation | None]] = []
        for position, branch in enumerate(node.args):
            if not isinstance(branch, ast.Tuple) or len(branch.elts) != 2:
                raise self.error("a branch is written (value, condition)", branch)
            value, test = branch.elts
            condition = self._condition(test)
            if condition is None and position + 1 < len(node.args):
                raise self.error("nothing can follow the branch that always holds", test)
            branches.append((self.convert(value), condition))
        if not branches:
            raise self.error("Piecewise needs a branch", node, "Write Piecewise((x, x > 0)).")
        return Piecewise(tuple(branches), span=self._span(node))

    def _condition(self, node: ast.expr) -> Relation | None:
        if isinstance(node, ast.Constant) and node.value is True:
            return None
        if not isinstance(node, ast.Compare) or len(node.ops) != 1:
            raise self.error("a condition is one comparison such as x > 0, or True", node)
        sign = _RELATIONS.get(type(node.ops[0]))
        if sign is None:
            raise self.error("a condition compares with < <= > >= == !=", node)
        return Relation(
            self.convert(node.left), sign, self.convert(node.comparators[0]),
            span=self._span(node),
        )  # fmt: skip
