"""The module that trains a derivation: generated and shipped, or generated now from a file."""

from __future__ import annotations

import pkgutil
import sys
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Protocol, cast

from derivation import gradients
from derivation.errors import StructureError, UnsupportedError
from derivation.training.formulas import Formulas

__all__ = ["Generated", "generated", "is_file", "names", "trainer_of"]


class Generated(Protocol):
    """What this package needs of a generated module."""

    FORMULAS: Formulas
    THEOREMS_SHA256: str


def names() -> tuple[str, ...]:
    """The derivations that a module was generated for, sorted."""
    found = pkgutil.iter_modules(gradients.__path__)
    return tuple(sorted(module.name for module in found if not module.name.startswith("_")))


def is_file(derivation: str) -> bool:
    """A user's file, not the name of a shipped derivation."""
    return derivation.endswith(".py")


def generated(derivation: str) -> Generated:
    """The shipped module of that name. Raises StructureError, with the nearest name, for none."""
    known = names()
    if derivation not in known:
        near = get_close_matches(derivation, known, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(known)}."
        raise StructureError(
            f"no module was generated for {derivation!r}. {hint} The path of a file ends in .py."
        )
    return cast("Generated", import_module(f"{gradients.__name__}.{derivation}"))


def trainer_of(derivation: str) -> Generated:
    """The shipped module of that name; for a file, the module that its theorems give.

    A file is run and its derivation verified, which takes seconds. Raises StructureError for an
    unknown name and a file without a derivation, RewriteRejected for a derivation that does not
    hold, and UnsupportedError for one that states no loss with its gradient, or a model
    without a linear predictor.
    """
    if not is_file(derivation):
        return generated(derivation)
    path = Path(derivation).resolve()
    changed = path.stat().st_mtime_ns if path.is_file() else 0
    module = _of_file(derivation, str(path), changed)
    if not hasattr(module.FORMULAS, "curvature_bound"):
        raise UnsupportedError(
            f"the model of {derivation} is not one of a linear predictor with a bias, and only "
            "such models are fitted to tables. Train it from Python: 'python -m "
            f"derivation.trainer {derivation}' writes {path.stem}_trainer.py, whose function "
            "train takes rows and labels"
        )
    return cast("Generated", module)


@cache
def _of_file(derivation: str, path: str, changed: int) -> ModuleType:
    from derivation.check import verify
    from derivation.library import load
    from derivation.trainer import generate

    text = generate(verify(load(derivation)), derivation)
    module = ModuleType(f"{__name__}.of_file_{abs(hash((path, changed)))}")
    sys.modules[module.__name__] = module  # where its dataclasses look for themselves
    exec(compile(text, f"generated from {derivation}", "exec"), module.__dict__)  # noqa: S102  # from checked theorems
    return module
