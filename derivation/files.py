"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from derivation.errors import DerivationError
from derivation.training.whole_files import replaceable

__all__ = ["write_whole"]


def write_whole(path: Path, content: str | bytes) -> Path:
    """Write to ``path``, text as UTF-8 with line feeds, and return the path.

    The content goes to a temporary file in the same folder, which then takes the place of
    ``path`` in one step: a reader sees the old file or the new one, never a part. The
    permissions of a file that is replaced stay, and a link still leads to it.
    Raises DerivationError, and leaves nothing behind, when that cannot be done,
    as for a device.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    try:
        target = replaceable(path)
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    except OSError as error:
        raise _cannot_write(path, error) from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        temporary.chmod(_mode(target))
        temporary.replace(target)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise _cannot_write(path, error) from error
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return path


def _mode(path: Path) -> int:
    """The permissions of the file that is replaced; 644 for a new one (mkstemp gives 600)."""
    return path.stat().st_mode & 0o777 if path.exists() else 0o644


def _cannot_write(path: Path, error: OSError) -> DerivationError:
    return DerivationError(f"cannot write {path}: {error.strerror or error}")
