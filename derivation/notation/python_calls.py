"""Calls in Python syntax: functions, and what binds a name (sums, integrals, derivatives)."""

from __future__ import annotations

import ast
from collections.abc import Callable

from derivation.notation.names import normal_name
from derivation.notation.python_conditions import ConditionReader
from derivation.notation.python_names import ALIASES, INFINITY, NOT_SUPPORTED
from derivation.term import (
    Call,
    Constant,
    Derivative,
    Div,
    Indexed,
    Integral,
    Neg,
    Number,
    Piecewise,
    Pow,
    Product,
    Ranged,
    Sum,
    Symbol,
    Term,
    Test,
)  # fmt: skip

__all__ = ["CallReader"]

_MAX_ORDER = 100
_RANGED: dict[str, tuple[type[Ranged], str, str, str]] = {
    "Sum": (Sum, "a sum", "index", "Sum(x[i], (i, 1, m))"),
    "Product": (Product, "a product", "index", "Product(x[i], (i, 1, m))"),
    "Integral": (Integral, "an integral", "variable", "Integral(f(x), (x, 0, 1))"),
}


class CallReader(ConditionReader):
    """Converts calls. ``bound`` are the names that a sum, product or integral around binds."""

    bound: frozenset[str] = frozenset()

    def name(self, node: ast.Name) -> str:
        """The name that is meant; a styled letter, which Python would change, is refused."""
        if self.is_ascii:
            return normal_name(node.id)
        written = self._written(node)
        meant = normal_name(written)
        if meant == written != node.id:
            raise self.error(f"'{written}' would be read as '{node.id}'", node)
        return meant

    def call(self, node: ast.Call) -> Term:
        """A function applied to arguments, or one of the constructs that look like that."""
        if not isinstance(node.func, ast.Name):
            raise self.error("only a named function can be called", node, "Write a product with *.")
        if node.keywords:
            raise self.error("keyword arguments are not part of a formula", node)
        name = self.name(node.func)
        if name in self.symbols and name not in self.functions:
            raise self.error(f"{name} is not declared as a function", node, f"Write {name}*(...).")
        if name not in self.functions:
            name = ALIASES.get(name, name)
            if name in NOT_SUPPORTED:
                raise self.error(f"{name}: {NOT_SUPPORTED[name]}", node)
            special = self._construct(name, len(node.args))
            if special is not None:
                return special(node)
        if not node.args:
            raise self.error(f"{name} has no arguments", node)
        return Call(name, self._arguments(node), span=self._span(node))

    def _construct(self, name: str, count: int) -> Callable[[ast.Call], Term] | None:
        if name in _RANGED:
            return lambda node: self._ranged(name, node)
        if name == "log" and count > 1:
            return self._logarithm
        if name == "digamma" and count == 2:
            return self._polygamma
        return {
            "Derivative": self._derivative, "Prime": self._prime, "Piecewise": self._piecewise,
            "cbrt": self._cube_root,
        }.get(name)  # fmt: skip

    def _arguments(self, node: ast.Call) -> tuple[Term, ...]:
        return tuple(self.convert(one) for one in node.args)

    # ------------------------------------------------------------------ functions

    def _logarithm(self, node: ast.Call) -> Term:
        """``log(x, b)``, the logarithm to base b, is log x over log b."""
        if len(node.args) != 2:
            raise self.error("log has one argument, or two with the base", node)
        span = self._span(node)
        above, below = (Call("log", (one,), span=one.span) for one in self._arguments(node))
        return Div(above, below, span=span)

    def _polygamma(self, node: ast.Call) -> Term:
        """``digamma(x, n)`` is the n-th derivative of digamma at x."""
        at, order = self._arguments(node)
        return Call("polygamma", (order, at), span=self._span(node))

    def _cube_root(self, node: ast.Call) -> Term:
        """``cbrt(x)`` is x to the power 1/3."""
        if len(node.args) != 1:
            raise self.error("cbrt has one argument", node)
        span = self._span(node)
        third = Div(Number("1", span=span), Number("3", span=span), span=span)
        return Pow(self.convert(node.args[0]), third, span=span)

    def _prime(self, node: ast.Call) -> Term:
        body = self.convert(node.args[0]) if len(node.args) == 1 else None
        if not isinstance(body, Call) or len(body.arguments) != 1:
            raise self.error("Prime takes a call with one argument", node, "Write Prime(f(x)).")
        return Call(body.name, body.arguments, body.primes + 1, span=self._span(node))

    # ------------------------------------------------------------------ ranges

    def _ranged(self, construct: str, node: ast.Call) -> Term:
        """Several ranges nest; the first is the innermost, and may use the names of the others."""
        make, what, called, example = _RANGED[construct]
        if len(node.args) < 2:
            raise self.error(f"{what} needs a term and a range", node, f"Write {example}.")
        ranges = []
        for limits in node.args[1:]:
            if not isinstance(limits, ast.Tuple) or len(limits.elts) != 3:
                shown = example.partition(", ")[2].removesuffix(")")
                raise self.error(f"the range of {what} is written {shown}", limits)
            index, lower, upper = limits.elts
            if not isinstance(index, ast.Name):
                raise self.error(f"the {called} of {what} is a name", index)
            ranges.append((self.name(index), lower, upper))
        outside = self.bound
        self.bound = outside | {name for name, _, _ in ranges}
        body = self.convert(node.args[0])
        limit = self._limit if make is Integral else self.convert
        for place, (name, lower, upper) in enumerate(ranges, start=1):
            self.bound = outside | {name for name, _, _ in ranges[place:]}
            body = make(body, name, limit(lower), limit(upper), span=self._span(node))
        self.bound = outside
        return body

    def _limit(self, node: ast.expr) -> Term:
        """A limit of an integral: the one place where ``oo`` and ``-oo`` may stand."""
        match node:
            case ast.Name() if self._is_infinity(node):
                return Constant("inf", span=self._span(node))
            case ast.UnaryOp(op=ast.USub(), operand=ast.Name() as inner) if self._is_infinity(
                inner
            ):
                return Neg(Constant("inf", span=self._span(inner)), span=self._span(node))
        return self.convert(node)

    def _is_infinity(self, node: ast.Name) -> bool:
        return node.id in INFINITY - self.symbols - self.bound

    # ------------------------------------------------------------------ derivatives and branches

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

    def _piecewise(self, node: ast.Call) -> Term:
        branches: list[tuple[Term, Test | None]] = []
        for position, branch in enumerate(node.args):
            if not isinstance(branch, ast.Tuple) or len(branch.elts) != 2:
                raise self.error("a branch is written (value, condition)", branch)
            value, condition = self.convert(branch.elts[0]), self.condition(branch.elts[1])
            if condition is True and position + 1 < len(node.args):
                raise self.error("nothing can follow the branch that always holds", branch.elts[1])
            if condition is not False:
                branches.append((value, None if condition is True else condition))
        if not branches:
            raise self.error("Piecewise needs a branch", node, "Write Piecewise((x, x > 0)).")
        return Piecewise(tuple(branches), span=self._span(node))
