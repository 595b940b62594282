"""SymPy's opinion on a rewrite, for `derive verify --cross-check`: reported, never a verdict."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from derivation.derivation import Definition
from derivation.errors import UnsupportedError

if TYPE_CHECKING:
    import sympy

    from derivation.check import CheckedRewrite, Report

__all__ = ["opinion", "opinions"]

_MAX_UNFOLDINGS = 20  # definitions are a DAG; more layers than this are not worth the time


def opinions(report: Report) -> Iterator[str]:
    """A line for each rewrite of a report, as SymPy gets to it."""
    yield "second opinion (SymPy; decides nothing)"
    for lemma in report.lemmas:
        definitions = report.derivation.definitions + lemma.lemma.definitions
        for rewrite in lemma.rewrites:
            yield f"  {rewrite.lemma}, {rewrite.index}: {opinion(rewrite, definitions)}"


def opinion(rewrite: CheckedRewrite, definitions: tuple[Definition, ...]) -> str:
    """`agrees` where simplify(before - after) is 0, else why it does not say so.

    SymPy simplifies too little for some true steps, and forgets side conditions such as
    `p != 0`, so neither answer decides anything.
    """
    import sympy

    try:
        difference = _unfolded(rewrite.before.sympy - rewrite.after.sympy, definitions)
        return "agrees" if sympy.simplify(difference.doit()) == 0 else "cannot tell"
    except UnsupportedError as error:
        return f"cannot read it: {error}"
    except (ArithmeticError, AttributeError, NotImplementedError, TypeError, ValueError) as error:
        return f"gives up: {type(error).__name__}"


def _unfolded(expression: sympy.Expr, definitions: tuple[Definition, ...]) -> sympy.Expr:
    """The expression with defined names replaced by their bodies until none is left."""
    import sympy

    pairs = [(definition.head.sympy, definition.body.sympy) for definition in definitions]
    for _ in range(_MAX_UNFOLDINGS):
        before = expression
        for head, body in pairs:
            expression = _replaced(expression, head, body)
        if expression == before:
            break
    return sympy.sympify(expression)


def _replaced(expression: sympy.Expr, head: sympy.Expr, body: sympy.Expr) -> sympy.Expr:
    import sympy

    if not head.args or isinstance(head, sympy.Symbol):
        return expression.subs(head, body)
    if isinstance(head, sympy.Indexed):
        base, names = head.base, head.indices

        def indexed(found: sympy.Expr) -> sympy.Expr:
            return body.subs(dict(zip(names, found.indices, strict=True)), simultaneous=True)

        return expression.replace(
            lambda node: isinstance(node, sympy.Indexed) and node.base == base, indexed
        )
    return expression.replace(head.func, sympy.Lambda(head.args, body))
