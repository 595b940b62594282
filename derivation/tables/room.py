"""Room for converted tables: those that were not used for longest go before a new one is written.

Whoever maps a table holds a shared lock on its file as long as it is mapped, also by the copy of
the file's handle that `mmap` keeps. Only a file that can be locked by oneself alone is removed, so
none that is in use by any process. A process that opened a file just before it was removed still
reads all of it: it is gone from the disk when nobody has it open.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

__all__ = ["MOST", "hold", "make_room", "mark_used"]

MOST = 20 * 10**9
"""Bytes of all converted tables in a folder, if the disk has room for twice that."""

_NAME = re.compile(r".*-[0-9a-f]{20}(-standardized)?\.table", re.DOTALL)


def hold(handle: int) -> None:
    """Keep an open table from being removed, until its handle and the mappings of it are closed.

    Where there are no such locks, nothing is removed (or the system refuses to, as Windows does).
    """
    if sys.platform != "win32":
        import fcntl

        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)


def mark_used(path: Path) -> None:
    """Make a table the last one to be removed, if its folder can be written to."""
    with suppress(OSError):
        os.utime(path)


def make_room(folder: Path, needed: int, magic: bytes) -> None:
    """Remove tables until ``needed`` bytes more are within bounds, or all that is left is in use.

    The bound is `MOST`, or half of what the disk would have free without the tables, if that is
    less. A table is a file of this user's with a name such as `map_csv` gives, that begins with
    ``magic``. Raises OSError for a folder that cannot be read.
    """
    tables = sorted(_tables(folder, magic))
    total = sum(size for _, size, _ in tables)
    bound = min(MOST, (shutil.disk_usage(folder).free + total) // 2)
    for _, size, path in tables:
        if total + needed <= bound:
            return
        if _removed(path):
            total -= size


def _tables(folder: Path, magic: bytes) -> Iterator[tuple[int, int, Path]]:
    """When each was last used, its size, and its path."""
    for path in folder.iterdir():
        if not _NAME.fullmatch(path.name):
            continue
        with suppress(OSError):  # it is gone, or not ours to read
            status = path.lstat()
            ours = stat.S_ISREG(status.st_mode) and status.st_uid == _user()
            if ours and _begins(path, magic):
                yield status.st_mtime_ns, status.st_size, path


def _user() -> int:
    return os.getuid() if sys.platform != "win32" else 0


def _begins(path: Path, magic: bytes) -> bool:
    with path.open("rb") as stream:
        return stream.read(len(magic)) == magic


def _removed(path: Path) -> bool:
    """Remove a table that nobody uses; whether it is gone."""
    with suppress(OSError):
        with path.open("rb") as stream:
            if sys.platform != "win32":
                import fcntl

                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if not os.path.samestat(os.fstat(stream.fileno()), path.lstat()):
                    return False  # a new table has taken its place
            path.unlink()
        return True
    return False
