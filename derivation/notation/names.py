"""Names that both notations know: functions, Greek letters, constants."""

from __future__ import annotations

__all__ = [
    "BARE_FUNCTIONS", "COMMAND_OF_FUNCTION", "CONSTANTS", "FUNCTION_OF_COMMAND", "GREEK",
    "GREEK_CHARACTERS", "KNOWN_FUNCTIONS", "USUAL_FUNCTION_LETTERS",
]  # fmt: skip

# LaTeX command -> function name. Where two commands share a name, the last one is printed.
FUNCTION_OF_COMMAND: dict[str, str] = {
    "ln": "log", "log": "log", "exp": "exp", "sin": "sin", "cos": "cos", "tan": "tan",
    "sec": "sec", "csc": "csc", "cot": "cot", "arcsin": "asin", "arccos": "acos",
    "arctan": "atan", "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "coth": "coth",
    "max": "Max", "min": "Min",
}  # fmt: skip
COMMAND_OF_FUNCTION: dict[str, str] = {
    name: command for command, name in FUNCTION_OF_COMMAND.items()
}

# Functions whose argument may stand without parentheses, as in ``\log x``.
BARE_FUNCTIONS: frozenset[str] = frozenset(FUNCTION_OF_COMMAND.values()) - {"Max", "Min"}

KNOWN_FUNCTIONS: frozenset[str] = frozenset(FUNCTION_OF_COMMAND.values()) | {
    "Abs", "Delta", "Heaviside", "Max", "Min", "acosh", "asinh", "atanh", "ceiling", "digamma",
    "erf", "erfc", "expm1", "factorial", "floor", "gamma", "log1p", "loggamma", "logit",
    "logsumexp", "relu", "sigmoid", "sign", "softplus", "sqrt",
}  # fmt: skip

CONSTANTS: frozenset[str] = frozenset({"e", "pi"})

# Letters that stand for functions when nothing at all was declared.
USUAL_FUNCTION_LETTERS: frozenset[str] = frozenset({"f", "g", "h"})

GREEK: frozenset[str] = frozenset({
    "alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta",
    "vartheta", "iota", "kappa", "lambda", "mu", "nu", "xi", "pi", "varpi", "rho", "varrho",
    "sigma", "varsigma", "tau", "upsilon", "phi", "varphi", "chi", "psi", "omega", "Gamma",
    "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega", "ell",
})  # fmt: skip

GREEK_CHARACTERS: dict[str, str] = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "varepsilon", "ϵ": "epsilon",
    "ζ": "zeta", "η": "eta", "θ": "theta", "ϑ": "vartheta", "ι": "iota", "κ": "kappa",
    "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ϖ": "varpi", "ρ": "rho",
    "ϱ": "varrho", "σ": "sigma", "ς": "varsigma", "τ": "tau", "υ": "upsilon", "φ": "varphi",
    "ϕ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta",
    "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Υ": "Upsilon", "Φ": "Phi", "Ψ": "Psi",
    "Ω": "Omega", "ℓ": "ell",
}  # fmt: skip
