"""Names that both notations know: functions, Greek letters, constants."""

from __future__ import annotations

from derivation.term.spelling import GREEK_CHARACTERS, normal_name, python_name

__all__ = [
    "BARE_FUNCTIONS", "COMMAND_OF_FUNCTION", "CONSTANTS", "FUNCTION_OF_COMMAND", "GREEK",
    "GREEK_CHARACTERS", "GREEK_FUNCTIONS", "KNOWN_FUNCTIONS", "TEXT_FUNCTIONS",
    "USUAL_FUNCTION_LETTERS", "normal_name", "python_name",
]  # fmt: skip

# LaTeX command -> function name. Where two commands share a name, the last one is printed.
FUNCTION_OF_COMMAND: dict[str, str] = {
    "ln": "log", "log": "log", "exp": "exp", "sin": "sin", "cos": "cos", "tan": "tan",
    "sec": "sec", "csc": "csc", "cot": "cot", "arcsin": "asin", "arccos": "acos",
    "arctan": "atan", "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "coth": "coth",
    "max": "Max", "min": "Min", "det": "det",
}  # fmt: skip
COMMAND_OF_FUNCTION: dict[str, str] = {
    name: command for command, name in FUNCTION_OF_COMMAND.items()
}

# How functions without a command of their own are written too, as in \operatorname{arsinh}(x).
TEXT_FUNCTIONS: dict[str, str] = {
    "arcsinh": "asinh", "arsinh": "asinh", "arccosh": "acosh", "arcosh": "acosh",
    "arctanh": "atanh", "artanh": "atanh", "arccot": "acot", "arcsec": "asec", "arccsc": "acsc",
    "sgn": "sign", "ReLU": "relu", "max": "Max", "min": "Min", "abs": "Abs", "ln": "log",
    "arcsin": "asin", "arccos": "acos", "arctan": "atan", "Tr": "tr", "trace": "tr",
}  # fmt: skip

# Greek letters that stand for functions before a parenthesis, where they are not declared.
GREEK_FUNCTIONS: dict[str, str] = {
    "Gamma": "gamma", "psi": "digamma", "Phi": "Phi", "sigma": "sigma",
}  # fmt: skip

# Functions whose argument may stand without parentheses, as in ``\log x``.
BARE_FUNCTIONS: frozenset[str] = (frozenset(FUNCTION_OF_COMMAND.values()) - {"Max", "Min"}) | {
    "sech", "csch", "asinh", "acosh", "atanh", "acot", "asec", "acsc", "erf", "tr",
}  # fmt: skip

KNOWN_FUNCTIONS: frozenset[str] = frozenset(FUNCTION_OF_COMMAND.values()) | {
    "Abs", "Delta", "Heaviside", "Max", "Min", "Mod", "Phi", "acosh", "acot", "acoth", "acsc",
    "acsch", "asec", "asech", "asinh", "atanh", "beta", "binomial", "ceiling", "csch", "diag",
    "digamma", "erf", "erfc", "erfinv", "expm1", "factorial", "floor", "gamma", "hadamard", "inv",
    "log1p", "logdet", "loggamma", "logit", "logsumexp", "norm", "polygamma", "relu", "sech",
    "sigmoid", "sign", "softmax", "softplus", "sqrt", "tr", "transpose",
}  # fmt: skip

CONSTANTS: frozenset[str] = frozenset({"e", "pi", "EulerGamma"})

# Letters that stand for functions when nothing at all was declared.
USUAL_FUNCTION_LETTERS: frozenset[str] = frozenset({"f", "g", "h"})

GREEK: frozenset[str] = frozenset({
    "alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta",
    "vartheta", "iota", "kappa", "lambda", "mu", "nu", "xi", "pi", "varpi", "rho", "varrho",
    "sigma", "varsigma", "tau", "upsilon", "phi", "varphi", "chi", "psi", "omega", "Gamma",
    "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega", "ell",
})  # fmt: skip
