"""Terms as lines of Python, through SymPy's code printer.

The grouping of a stable form is what makes it stable: in floating-point numbers
``(1 - y) - u/(1 + u)`` keeps every digit for y = 1, and ``-u/(1 + u) - y + 1`` is 0 from z = 37
on. So nothing here evaluates: ``sympy.cse`` would regroup exactly that line, and ``log1p_opt``
of ``sympy.codegen.rewriting`` turns log(1 + e^-z) into log1p(e^z) - z, which overflows.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from derivation.domain import Domain
from derivation.errors import UnsupportedError
from derivation.term import Term

if TYPE_CHECKING:
    import sympy

__all__ = ["Block", "block"]


@dataclass(frozen=True, slots=True)
class Block:
    """Python code that computes several values from named numbers.

    ``assignments`` are (name, expression) in order; ``values`` are expressions over them;
    ``imports`` are the functions of the ``math`` module that both call.
    """

    assignments: tuple[tuple[str, str], ...]
    values: tuple[str, ...]
    imports: frozenset[str]


def block(terms: Sequence[Term], taken: frozenset[str]) -> Block:
    """Code for ``terms``; functions that occur twice are computed once, under fresh names.

    Raises UnsupportedError for a term that Python's ``math`` module cannot compute.
    """
    import sympy
    from sympy.printing.codeprinter import PrintMethodNotImplementedError
    from sympy.printing.pycode import PythonCodePrinter

    from derivation.notation.sympy_bridge import to_sympy

    domain = Domain.parse(", ".join(f"{name} real" for name in sorted(taken)))
    with sympy.evaluate(False):
        expressions = [_with_exp_and_log1p(to_sympy(term, domain)) for term in terms]
        shared, expressions = _share_calls(expressions, taken)
    printer = PythonCodePrinter({"fully_qualified_modules": False, "strict": True})

    def code(expression: sympy.Basic) -> str:
        try:
            text: str = printer.doprint(expression)
        except PrintMethodNotImplementedError:
            raise UnsupportedError(f"Python's math module cannot compute {expression}") from None
        return ast.unparse(ast.parse(text, mode="eval"))

    assignments = tuple((str(name), code(call)) for name, call in shared)
    values = tuple(code(expression) for expression in expressions)
    modules = {name for name, used in printer.module_imports.items() if used}
    if modules - {"math"}:
        raise UnsupportedError(f"the code would import {', '.join(sorted(modules - {'math'}))}")
    return Block(assignments, values, frozenset(printer.module_imports["math"]))


def _with_exp_and_log1p(expression: sympy.Basic) -> sympy.Basic:
    """``e**u`` as ``exp(u)``, and ``log(1 + u)`` as ``log1p(u)``; nothing else changes."""
    import sympy
    from sympy.codegen.cfunctions import log1p

    if not expression.args:
        return expression
    arguments = [_with_exp_and_log1p(argument) for argument in expression.args]
    if isinstance(expression, sympy.Pow) and arguments[0] is sympy.E:
        return sympy.exp(arguments[1])
    if isinstance(expression, sympy.log) and isinstance(arguments[0], sympy.Add):
        terms = arguments[0].args
        if len(terms) == 2 and sympy.S.One in terms:
            return log1p(terms[1] if terms[0] is sympy.S.One else terms[0])
    return expression.func(*arguments)


def _share_calls(
    expressions: Sequence[sympy.Basic], taken: frozenset[str]
) -> tuple[list[tuple[sympy.Symbol, sympy.Basic]], list[sympy.Basic]]:
    """Names for the function calls that occur more than once, inner calls first."""
    import sympy

    calls: Counter[sympy.Basic] = Counter()
    for expression in expressions:
        for node in sympy.postorder_traversal(expression):
            if isinstance(node, sympy.Function):
                calls[node] += 1
    shared: list[tuple[sympy.Symbol, sympy.Basic]] = []
    fresh = (name for name in _letters() if name not in taken)
    changed = list(expressions)
    for call, count in calls.items():
        if count > 1:
            name = sympy.Symbol(next(fresh), real=True)
            known = {old: new for new, old in shared}
            shared.append((name, call.xreplace(known)))
            changed = [expression.xreplace({call.xreplace(known): name}) for expression in changed]
    return shared, changed


def _letters() -> Sequence[str]:
    return ("u", "v", "s", "t", *(f"u{number}" for number in range(1, 100)))
