"""Write the maths once; it is checked, shown and run.

A derivation is an ordered list of rewrites. `verify` replays each through the kernel; what it
returns can be rendered as slides and turned into a trainer.

    >>> from derivation import load, verify
    >>> checked = verify(load("bce"))

Names are imported when they are first used, so that `import derivation` is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from derivation.check import Checked, Report, examine, verify
    from derivation.derivation import (
        Definition,
        Derivation,
        Erratum,
        Lemma,
        Line,
        Prose,
        Rewrite,
        Slide,
        Step,
    )
    from derivation.domain import Domain
    from derivation.errors import DerivationError, RewriteRejected
    from derivation.kernel import Condition, Judgement, Theorem, Verdict, Witness, decide
    from derivation.library import load
    from derivation.notation import read, read_equation, to_latex, to_python
    from derivation.term import Term

__all__ = [
    "Checked", "Condition", "Definition", "Derivation", "DerivationError", "Domain", "Erratum",
    "Judgement", "Lemma", "Line", "Prose", "Report", "Rewrite", "RewriteRejected", "Slide",
    "Step", "Term", "Theorem", "Verdict", "Witness", "__version__", "decide", "examine", "load",
    "read", "read_equation", "to_latex", "to_python", "verify",
]  # fmt: skip

__version__ = "0.1.0"

_NAMES_OF_MODULES = {
    "check": ("Checked", "Report", "examine", "verify"),
    "derivation": (
        "Definition", "Derivation", "Erratum", "Lemma", "Line", "Prose", "Rewrite", "Slide", "Step",
    ),
    "domain": ("Domain",),
    "errors": ("DerivationError", "RewriteRejected"),
    "kernel": ("Condition", "Judgement", "Theorem", "Verdict", "Witness", "decide"),
    "library": ("load",),
    "notation": ("read", "read_equation", "to_latex", "to_python"),
    "term": ("Term",),
}  # fmt: skip
_MODULE_OF_NAME = {name: module for module, names in _NAMES_OF_MODULES.items() for name in names}


def __getattr__(name: str) -> object:
    """Import a public name from its module when it is first asked for."""
    module = _MODULE_OF_NAME.get(name)
    if module is None:
        raise AttributeError(f"module 'derivation' has no attribute {name!r}")
    value: object = getattr(import_module(f"derivation.{module}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)
