"""Writing what was rendered: a file whole or not at all, in a folder that is made for it."""

from __future__ import annotations

from pathlib import Path

from derivation.errors import DerivationError
from derivation.files import write_whole

__all__ = ["write"]


def write(path: Path | str, content: str | bytes) -> Path:
    """Write ``content`` to ``path`` and return the path; missing folders are made.

    Raises DerivationError, and writes nothing, when the folder cannot be written to.
    """
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DerivationError(f"cannot write {path}: {error.strerror or error}") from error
    return write_whole(path, content)
