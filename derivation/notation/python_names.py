"""What names and pieces of Python mean in a formula, or why they mean nothing there."""

from __future__ import annotations

import ast

from derivation.term import RelationSign

__all__ = [
    "ALIASES", "CODE", "COMPARISONS", "CONSTANTS", "INFINITY", "NOT_SUPPORTED", "RELATION_CALLS",
]  # fmt: skip

# as SymPy spells them
CONSTANTS = {"E": "e", "pi": "pi", "EulerGamma": "EulerGamma"}
INFINITY = frozenset({"oo", "inf"})
ALIASES = {
    "abs": "Abs", "max": "Max", "min": "Min", "ln": "log", "KroneckerDelta": "Delta",
    "arcsin": "asin", "arccos": "acos", "arctan": "atan", "arcsinh": "asinh", "arccosh": "acosh",
    "arctanh": "atanh", "ceil": "ceiling", "diff": "Derivative", "integrate": "Integral",
}  # fmt: skip

COMPARISONS: dict[type[ast.cmpop], RelationSign] = {
    ast.Eq: RelationSign.EQ, ast.NotEq: RelationSign.NE, ast.Lt: RelationSign.LT,
    ast.LtE: RelationSign.LE, ast.Gt: RelationSign.GT, ast.GtE: RelationSign.GE,
}  # fmt: skip
RELATION_CALLS = {
    "Eq": RelationSign.EQ, "Ne": RelationSign.NE, "Lt": RelationSign.LT, "Le": RelationSign.LE,
    "Gt": RelationSign.GT, "Ge": RelationSign.GE,
}  # fmt: skip

# names that a formula may not use, and what to write instead
NOT_SUPPORTED = {
    "Limit": "limits are not supported yet", "Pow": "write x**n", "Add": "write a + b",
    "Mul": "write a*b", "Rational": "write 1/2", "Integer": "write the number alone",
    "Float": "write the number alone", "Symbol": "write the name alone",
    "eval": "code is not run here", "exec": "code is not run here",
    **dict.fromkeys(RELATION_CALLS, "a relation stands in the conditions of Piecewise alone"),
    **dict.fromkeys(("And", "Or", "Not"), "it stands in the conditions of Piecewise alone"),
}  # fmt: skip

# pieces of Python that are no maths
CODE = {
    ast.Attribute: "an attribute", ast.Lambda: "a lambda", ast.IfExp: "a conditional expression",
    ast.Starred: "a starred expression", ast.BoolOp: "'and' or 'or'", ast.Await: "await",
    ast.GeneratorExp: "a comprehension", ast.ListComp: "a comprehension", ast.List: "a list",
    ast.Tuple: "a tuple", ast.Yield: "yield", ast.YieldFrom: "yield",
}  # fmt: skip
