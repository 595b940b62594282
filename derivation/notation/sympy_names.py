"""What functions, constants and relations are called in SymPy."""

from __future__ import annotations

from derivation.term import RelationSign

__all__ = ["CONSTANTS", "FUNCTIONS", "RELATIONS"]

CONSTANTS = {"e": "E", "pi": "pi", "EulerGamma": "EulerGamma", "inf": "oo"}
FUNCTIONS = {
    **{name: name for name in (
        "Abs", "Heaviside", "Max", "Min", "Mod", "acos", "acosh", "acot", "acoth", "acsc", "acsch",
        "asec", "asech", "asin", "asinh", "atan", "atanh", "beta", "binomial", "ceiling", "cos",
        "cosh", "cot", "coth", "csc", "csch", "digamma", "erf", "erfc", "erfinv", "exp",
        "factorial", "floor", "gamma", "log", "loggamma", "polygamma", "sec", "sech", "sign",
        "sin", "sinh", "tan", "tanh",
    )},
    "Delta": "KroneckerDelta",
}  # fmt: skip
RELATIONS = {
    RelationSign.EQ: "Eq", RelationSign.NE: "Ne", RelationSign.LT: "Lt", RelationSign.LE: "Le",
    RelationSign.GT: "Gt", RelationSign.GE: "Ge",
}  # fmt: skip
