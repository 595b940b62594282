"""Writing a mapped file: whole or not at all, a piece at a time."""

from __future__ import annotations

import mmap
import os
import secrets
import time
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from derivation.errors import DataError
from derivation.tables.convert import label_columns
from derivation.tables.mapped import HEAD, STRIDE, Description, MappedSource, head

__all__ = ["PieceWriter", "written_whole"]

_PROCESS_FILES = Path("/proc/self/fd")

_STALE = 24 * 60 * 60
"""Seconds after which a part that nobody has written to is what a killed process left."""


class PieceWriter:
    """A sink that writes rows to a binary file, in the layout of `derivation.tables.mapped`."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._classes: int | None = None
        self._pending: list[list[float]] = []
        self._labels = 0
        self.samples = 0
        self.restart(None)

    def restart(self, classes: int | None) -> None:
        """Forget all rows. Labels will be numbers of so many classes, or plain numbers."""
        self._classes = classes
        self._pending = []
        self.samples = 0
        self._stream.seek(0)
        self._stream.truncate()
        self._stream.write(bytes(HEAD))

    def add(self, features: Sequence[Sequence[float]], labels: Sequence[float]) -> None:
        """Take columns of features, and the labels of the same rows."""
        self.add_columns(features, label_columns(labels, self._classes) if labels else ())

    def add_columns(
        self, features: Sequence[Sequence[float]], labels: Sequence[Sequence[float]]
    ) -> None:
        """Take columns of features, and of labels."""
        columns = [*features, *labels]
        if not columns or not columns[0]:
            return
        self._labels = len(labels)
        self.samples += len(columns[0])
        self._pending = self._pending or [[] for _ in columns]
        for waiting, column in zip(self._pending, columns, strict=True):
            waiting.extend(column)
        full = len(self._pending[0]) // STRIDE * STRIDE
        for start in range(0, full, STRIDE):
            self._write([column[start : start + STRIDE] for column in self._pending])
        for column in self._pending:
            del column[:full]

    def end_pieces(self) -> None:
        """Write the rows that are left, filled up with zeros."""
        left = len(self._pending[0]) if self._pending else 0
        if left:
            padding = [0.0] * (STRIDE - left)
            self._write([column + padding for column in self._pending])
            self._pending = []
        self._stream.flush()

    def source(self) -> MappedSource:
        """What was written so far, mapped."""
        mapped = mmap.mmap(self._stream.fileno(), 0, access=mmap.ACCESS_READ)
        buffer = memoryview(mapped)[HEAD:].cast("d")
        width = len(buffer) // (-(-self.samples // STRIDE) * STRIDE)
        return MappedSource(buffer, self.samples, width - self._labels, self._labels)

    def describe(self, description: Description) -> None:
        """Write the description, and last the head, without which a file is none."""
        data = description.to_bytes()
        end = self._stream.seek(0, os.SEEK_END)
        self._stream.write(data)
        self._stream.seek(0)
        self._stream.write(head(end, len(data)))

    def _write(self, columns: list[list[float]]) -> None:
        self._stream.write(array("d", chain.from_iterable(columns)))


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """A file for writing that takes the place of ``path`` when the block ends without an error.

    Until then it has no name where the system can do that (Linux), so that nothing is left of a
    process that is killed; elsewhere it has another name in the same folder, and is removed by
    an error of any kind, or a day after its process was killed. Several processes can do this
    at a time: each writes a file of its own, and the last one stays.
    Raises DataError if the file cannot be written.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
    try:
        _remove_stale(path.parent)
        with _new_file(part) as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
            if not part.exists():
                _name_file(stream, part)
        part.replace(path)
    except OSError as error:
        raise DataError(
            f"cannot write {path}: {error.strerror or error}; "
            "name another folder for the converted table if this one will not do"
        ) from None
    finally:
        part.unlink(missing_ok=True)


def _new_file(part: Path) -> BinaryIO:
    """A file that the user alone can read, without a name, or else with this one."""
    unnamed = getattr(os, "O_TMPFILE", 0)
    with suppress(OSError):  # not every file system has such files
        if unnamed and _PROCESS_FILES.exists():
            return os.fdopen(os.open(part.parent, unnamed | os.O_RDWR, 0o600), "w+b")
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(part, flags, 0o600), "w+b")


def _name_file(stream: BinaryIO, part: Path) -> None:
    """Give a name to a file without one."""
    folder = os.open(part.parent, os.O_RDONLY)
    try:
        # Only with a folder does Python call linkat, which follows the link to the file.
        os.link(_PROCESS_FILES / str(stream.fileno()), part.name, dst_dir_fd=folder)
    finally:
        os.close(folder)


def _remove_stale(folder: Path) -> None:
    for part in folder.glob(".*.part"):
        try:
            if time.time() - part.stat().st_mtime > _STALE:
                part.unlink()
        except FileNotFoundError:
            continue  # another process has finished or removed it
