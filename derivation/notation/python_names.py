"""What names and pieces of Python mean in a formula, or why they mean nothing there."""

from __future__ import annotations

import ast

__all__ = ["ALIASES", "CODE", "CONSTANTS", "NOT_SUPPORTED"]

# as SymPy spells them
CONSTANTS = {"E": "e", "pi": "pi"}
ALIASES = {
    "abs": "Abs", "max": "Max", "min": "Min", "ln": "log", "KroneckerDelta": "Delta",
    "arcsin": "asin", "arccos": "acos", "arctan": "atan", "diff": "Derivative",
}  # fmt: skip

# names that a formula may not use, and what to write instead
NOT_SUPPORTED = {
    "Integral": "integrals are not supported yet", "Product": "products are not supported yet",
    "Limit": "limits are not supported yet", "Pow": "write x**n", "Add": "write a + b",
    "Mul": "write a*b", "Rational": "write 1/2", "Integer": "write the number alone",
    "Float": "write the number alone", "Symbol": "write the name alone",
    "Eq": "give the two sides", "eval": "code is not run here", "exec": "code is not run here",
}  # fmt: skip

# pieces of Python that are no maths
CODE = {
    ast.Attribute: "an attribute", ast.Lambda: "a lambda", ast.IfExp: "a conditional expression",
    ast.Starred: "a starred expression", ast.BoolOp: "'and' or 'or'", ast.Await: "await",
    ast.GeneratorExp: "a comprehension", ast.ListComp: "a comprehension", ast.List: "a list",
    ast.Tuple: "a tuple", ast.Yield: "yield", ast.YieldFrom: "yield",
}  # fmt: skip
