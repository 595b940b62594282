"""JSON files that are there whole or not at all.

JSON and the like are imported where they are used: a generated module that is imported for its
loss alone should not wait for them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Json = dict[str, Any]


def write_json_file(path: str | Path, content: Mapping[str, object]) -> None:
    """Write ``content`` to another file, flush it to the disk, then give it the name ``path``.

    So at any time the file is the old one or the new one, even if the power fails. Floats are
    written with as many digits as give the same float back. Raises OSError if it fails.
    """
    import json
    import tempfile

    target = replaceable(path)
    text = json.dumps(content, allow_nan=False) + "\n"
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def require_place(path: str | Path) -> None:
    """Raise OSError for a file that could not be written: found out by writing beside it."""
    import tempfile

    with tempfile.TemporaryFile(dir=replaceable(path).parent):
        pass


def replaceable(path: str | Path) -> Path:
    """Where a file that takes the place of ``path`` must be put: a link stays, and leads to it.

    Raises OSError for a folder, and for what is no ordinary file: /dev/null would be lost, for
    those who may do that, and whoever reads a pipe would get nothing.
    """
    import errno

    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, "it is a folder")
    if target.exists() and not target.is_file():
        raise OSError(errno.EINVAL, "it is no ordinary file")
    return target


def read_json_file(path: str | Path, wanted: str) -> Json:
    """The content of a file whose "format" is ``wanted``; ValueError for any other file."""
    import json

    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
    except ValueError as error:  # not UTF-8, or not JSON
        raise ValueError(f"{path} is not a file of {wanted!r}: {error}") from None
    if not isinstance(content, dict) or content.get("format") != wanted:
        raise ValueError(f"{path} is not a file of {wanted!r}")
    return content
