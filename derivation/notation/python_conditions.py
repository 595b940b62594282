"""Conditions of Piecewise in Python syntax: ``0 < x <= 1``, ``x > 0 and not y == 0``, ``True``."""

from __future__ import annotations

import ast
from functools import reduce

from derivation.notation.python_names import COMPARISONS, RELATION_CALLS
from derivation.notation.python_source import PythonSource
from derivation.term import And, Not, Or, Relation, Span, Term, Test

__all__ = ["ConditionReader"]

_JOINED_BY_WORD: dict[type[ast.boolop], type[And | Or]] = {ast.And: And, ast.Or: Or}
_JOINED_BY_SIGN: dict[type[ast.operator], type[And | Or]] = {ast.BitAnd: And, ast.BitOr: Or}
_JOINED_BY_CALL: dict[str, type[And | Or]] = {"And": And, "Or": Or}


MAX_SIDES = 100  # of one chain of comparisons


class ConditionReader(PythonSource):
    """Converts the conditions of branches; ``a & b`` and ``And(a, b)`` are read as ``a and b``."""

    def convert(self, node: ast.expr) -> Term:
        """The term of one node."""
        raise NotImplementedError

    def condition(self, node: ast.expr) -> Test | bool:
        """What a branch asks for; True for otherwise, False for a branch that is never taken."""
        if isinstance(node, ast.Constant) and isinstance(node.value, bool):
            return node.value
        return self._test(node)

    def _test(self, node: ast.expr) -> Test:
        match node:
            case ast.Compare():
                return self._comparison(node)
            case ast.BoolOp(op=op, values=values):
                return self._joined(_JOINED_BY_WORD[type(op)], values, node)
            case ast.BinOp(op=ast.BitAnd() | ast.BitOr() as sign, left=left, right=right):
                return self._joined(_JOINED_BY_SIGN[type(sign)], [left, right], node)
            case ast.UnaryOp(op=ast.Not() | ast.Invert(), operand=operand):
                return Not(self._test(operand), span=self._span(node))
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                if name in _JOINED_BY_CALL and arguments:
                    return self._joined(_JOINED_BY_CALL[name], arguments, node)
                if name == "Not" and len(arguments) == 1:
                    return Not(self._test(arguments[0]), span=self._span(node))
                if name in RELATION_CALLS and len(arguments) == 2:
                    first, second = (self.convert(side) for side in arguments)
                    return Relation(first, RELATION_CALLS[name], second, span=self._span(node))
        raise self.error(
            "a condition is a comparison such as x > 0, or True",
            node,
            "Join comparisons with 'and', 'or', 'not'; put each in parentheses before & and |.",
        )

    def _comparison(self, node: ast.Compare) -> Test:
        """``a < b <= c`` is ``a < b and b <= c``."""
        sides = [node.left, *node.comparators]
        if len(sides) > MAX_SIDES:
            raise self.error(f"a chain of more than {MAX_SIDES} comparisons", node)
        links: list[Test] = []
        for left, operator, right in zip(sides, node.ops, sides[1:], strict=False):
            sign = COMPARISONS.get(type(operator))
            if sign is None:
                raise self.error("a condition compares with < <= > >= == !=", node)
            span = Span(self._span(left).start, self._span(right).end)
            links.append(Relation(self.convert(left), sign, self.convert(right), span=span))
        return self._nested(And, links, node)

    def _joined(self, junction: type[And | Or], values: list[ast.expr], node: ast.expr) -> Test:
        return self._nested(junction, [self._test(value) for value in values], node)

    def _nested(self, junction: type[And | Or], tests: list[Test], node: ast.expr) -> Test:
        span = self._span(node)
        return reduce(lambda left, right: junction(left, right, span=span), tests)
