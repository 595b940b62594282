"""The module that trains a derivation: generated and shipped, or generated now from a file."""

from __future__ import annotations

import pkgutil
import sys
import threading
from difflib import get_close_matches
from functools import cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Protocol, cast

from derivation import gradients
from derivation.errors import StructureError, UnsupportedError
from derivation.training.formulas import Formulas

__all__ = ["Generated", "generated", "is_file", "names", "run_text", "text_of", "trainer_of"]

_RUNNING = threading.Lock()  # a worker has threads, and each may be the first to need a module


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
    text = text_of(derivation)
    return generated(derivation) if text is None else run_text(text)


def text_of(derivation: str) -> str | None:
    """The module that a user's file gives, as text; None for a name: that module is shipped.

    Raises what `trainer_of` raises for a file.
    """
    if not is_file(derivation):
        return None
    path = Path(derivation).resolve()
    changed = path.stat().st_mtime_ns if path.is_file() else 0
    text = _text_of_file(derivation, str(path), changed)
    if "\nFORMULAS = ModelFormulas(\n" in text:
        raise UnsupportedError(
            f"the model of {derivation} is not one of a linear predictor and one label, and only "
            "such models are fitted to tables. Train it from Python: 'python -m derivation.trainer "
            f"{derivation}' writes {path.stem}_trainer.py, whose function train takes rows and "
            "labels"
        )
    return text


def run_text(text: str) -> Generated:
    """The module that a generated text is; each text is run once in a process."""
    digest = sha256(text.encode()).hexdigest()
    name = f"{__name__}.text_{digest}"
    with _RUNNING:
        if name not in sys.modules:
            module = ModuleType(name)
            sys.modules[name] = module  # where its dataclasses look for themselves
            try:
                exec(compile(text, f"generated, {digest[:12]}", "exec"), module.__dict__)  # noqa: S102  # from checked theorems
            except BaseException:
                del sys.modules[name]
                raise
        return cast("Generated", sys.modules[name])


@cache
def _text_of_file(derivation: str, path: str, changed: int) -> str:  # noqa: ARG001  # what it is kept by
    from derivation.check import verify
    from derivation.library import load
    from derivation.trainer import generate

    return generate(verify(load(derivation)), derivation)
