"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from derivation.errors import DerivationError

__all__ = ["write"]


def write(path: Path | str, text: str) -> Path:
    """Write ``text`` as UTF-8 to ``path`` and return the path; missing folders are made.

    The text goes to a temporary file in the same folder, which then takes the place of
    ``path`` in one step: a reader sees the old file or the new one, never a part.
    Raises DerivationError when the folder cannot be written to.
    """
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise DerivationError(f"cannot write {path}: {error.strerror or error}") from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        temporary.chmod(_mode(path))
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise DerivationError(f"cannot write {path}: {error.strerror or error}") from error
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return path


def _mode(path: Path) -> int:
    """The permissions of the file that is replaced; 644 for a new one (mkstemp gives 600)."""
    return path.stat().st_mode & 0o777 if path.exists() else 0o644
