"""How names are spelt: Greek characters, and names that are words of Python."""

from __future__ import annotations

import keyword

__all__ = ["GREEK_CHARACTERS", "normal_name", "python_name"]

GREEK_CHARACTERS: dict[str, str] = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "varepsilon", "ϵ": "epsilon",
    "ζ": "zeta", "η": "eta", "θ": "theta", "ϑ": "vartheta", "ι": "iota", "κ": "kappa",
    "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ϖ": "varpi", "ρ": "rho",
    "ϱ": "varrho", "σ": "sigma", "ς": "varsigma", "τ": "tau", "υ": "upsilon", "φ": "varphi",
    "ϕ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta",
    "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Υ": "Upsilon", "Φ": "Phi", "Ψ": "Psi",
    "Ω": "Omega", "ℓ": "ell",
}  # fmt: skip


def normal_name(written: str) -> str:
    """The name that is meant: ``lambda_`` is ``lambda`` (a word of Python), ``α`` is ``alpha``."""
    if written in GREEK_CHARACTERS:
        return GREEK_CHARACTERS[written]
    stem = written.rstrip("_")
    return written[:-1] if stem != written and keyword.iskeyword(stem) else written


def python_name(name: str) -> str:
    """The inverse: a name that is a word of Python gets an underscore."""
    return f"{name}_" if keyword.iskeyword(name.rstrip("_")) else name
