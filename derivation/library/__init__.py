"""The derivations that are shipped, one module each, and the files of users.

Each module of this package has a function `derivation()` that builds its `Derivation`.
"""

from __future__ import annotations

import difflib
import importlib.util
import pkgutil
import sys
from importlib import import_module
from pathlib import Path
from traceback import extract_tb
from types import ModuleType

from derivation.derivation import Derivation
from derivation.errors import DerivationError, StructureError, UnsupportedError

__all__ = ["load", "names"]

_DOCUMENTS = (".md", ".tex", ".ipynb")
_FILE_MODULE = "derivation.library._file"


def names() -> tuple[str, ...]:
    """The names of the shipped derivations, sorted."""
    return tuple(sorted(m.name for m in pkgutil.iter_modules(__path__) if m.name[0] != "_"))


def load(name_or_path: str | Path) -> Derivation:
    """The derivation of that name, or the one that a Python file defines.

    A file is run, so load only files that you would run. It defines `derivation`: a
    `Derivation`, or a function that returns one.

    Raises StructureError for an unknown name, a missing file, or a file that does not give a
    derivation (with its path and line), and UnsupportedError for a document.
    """
    name = str(name_or_path)
    if name in names():
        return _derivation(_value(import_module(f"{__name__}.{name}")), name)
    path = Path(name_or_path)
    if path.suffix == ".py":
        return _from_file(path)
    if path.suffix in _DOCUMENTS:
        raise UnsupportedError(
            f"{path}: documents are not read yet; give a name from `derive list` or a .py file"
        )
    raise StructureError(_unknown(name))


def _unknown(name: str) -> str:
    known = names()
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f"Did you mean '{near[0]}'?" if near else f"There are: {', '.join(known)}."
    return f"no derivation '{name}' in the library. {hint} The path of a file ends in .py."


def _from_file(path: Path) -> Derivation:
    if not path.is_file():
        raise StructureError(f"no file '{path}'; `derive new NAME` writes one to start from")
    spec = importlib.util.spec_from_file_location(_FILE_MODULE, path)
    if spec is None or spec.loader is None:
        raise StructureError(f"{path}: this is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[_FILE_MODULE] = module  # dataclasses of the file look up their own module
    try:
        spec.loader.exec_module(module)
        value = _value(module)
    except (Exception, SystemExit) as error:  # a user's file may raise anything
        raise StructureError(_located(path, error)) from error
    finally:
        del sys.modules[_FILE_MODULE]
    return _derivation(value, str(path))


def _value(module: ModuleType) -> object:
    value: object = getattr(module, "derivation", None)
    return value() if callable(value) else value


def _derivation(value: object, source: str) -> Derivation:
    if not isinstance(value, Derivation):
        found = "nothing of that name" if value is None else f"a {type(value).__name__}"
        raise StructureError(
            f"{source} must define `derivation`, a Derivation or a function that returns one; "
            f"found {found}"
        )
    return value


def _located(path: Path, error: BaseException) -> str:
    """`path:line: what`, with the deepest line of that file that took part."""
    if isinstance(error, SyntaxError):
        return f"{error.filename}:{error.lineno}: {error.msg}"
    what = str(error)
    if not isinstance(error, DerivationError):
        what = f"{type(error).__name__}: {what}" if what else type(error).__name__
    lines = [
        frame.lineno
        for frame in extract_tb(error.__traceback__)
        if Path(frame.filename).resolve() == path.resolve()
    ]
    return f"{path}:{lines[-1]}: {what}" if lines else f"{path}: {what}"
