"""A table in a binary file that is mapped into memory: for data larger than memory.

The file: 64 bytes (magic text, then where the description begins and how long it is), pieces
of `STRIDE` rows, and the description as JSON. In a piece the columns stand one after the other,
features first, then labels, each as `STRIDE` floats of 64 bits in the byte order of the
machine; the last piece is filled up with zeros. C code can read the mapped memory as it is.
"""

from __future__ import annotations

import json
import mmap
import platform
import struct
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from derivation.errors import DataError
from derivation.tables.encoding import Encoding
from derivation.tables.room import hold
from derivation.tables.statistics import BLOCK, Statistics
from derivation.tables.table import classes_of

__all__ = [
    "HEAD",
    "MAGIC",
    "STRIDE",
    "Description",
    "MappedSource",
    "MappedTable",
    "head",
    "mapped",
    "open_mapped",
]

STRIDE = 64
"""Rows of a piece: with 30 columns it has 15 KiB, which stay in the fastest cache."""

MAGIC = b"derive table 1\n"
"""The first bytes of such a file."""

_HEAD = struct.Struct("<16sQQQ24x")
HEAD = _HEAD.size
"""Bytes before the first piece: 64, so that the pieces begin on a cache line."""

Columnar = tuple[list[list[float]], list[list[float]]]


@dataclass(frozen=True, slots=True)
class Description:
    """What stands at the end of the file: all there is to know but the numbers.

    ``key`` says what the file was made from; ``standardized``, whether its features are less
    their mean and divided by their deviation; ``statistics`` are always those before that.
    """

    key: Mapping[str, object]
    target: str | None
    encoding: Encoding
    notes: tuple[str, ...]
    statistics: Statistics
    standardized: bool

    def to_bytes(self) -> bytes:
        """As JSON."""
        known = self.statistics
        value = {
            "byteorder": sys.byteorder,
            "key": self.key,
            "target": self.target,
            "encoding": self.encoding.to_json(),
            "notes": self.notes,
            "samples": known.samples,
            "means": known.means,
            "deviations": known.deviations,
            "least": known.least,
            "greatest": known.greatest,
            "standardized": self.standardized,
        }
        return json.dumps(value, allow_nan=False).encode("ascii")

    @classmethod
    def from_bytes(cls, data: bytes) -> Description:
        """Read what `to_bytes` gave. Raises ValueError, KeyError or TypeError for anything else."""
        value = json.loads(data)
        if value["byteorder"] != sys.byteorder:
            raise ValueError("the file was made on a machine with another byte order")
        columns = (tuple(value[name]) for name in ("means", "deviations", "least", "greatest"))
        return cls(
            value["key"],
            value["target"],
            Encoding.from_json(value["encoding"]),
            tuple(value["notes"]),
            Statistics(value["samples"], *columns),
            value["standardized"],
        )

    @property
    def width(self) -> int:
        """How many columns a piece has."""
        labels = 0 if self.target is None else classes_of(self.encoding) or 1
        return len(self.encoding.features) + labels


def head(description_at: int, length: int) -> bytes:
    """The first bytes of a file whose description begins there and has this many bytes."""
    return _HEAD.pack(MAGIC, HEAD, description_at, length)


class MappedSource:
    """The numbers of a mapped file, in blocks of `BLOCK` rows: what a trainer reads.

    ``buffer``: all pieces as doubles, padding included: value i of column j of piece k is
    number (k (features + outputs) + j) ``stride`` + i.
    """

    def __init__(
        self, buffer: memoryview[float], samples: int, features: int, outputs: int
    ) -> None:
        self.buffer = buffer
        self.samples = samples
        self.features = features
        self.outputs = outputs
        self.stride = STRIDE

    def block(self, number: int) -> Columnar:
        """The columns of the features and of the labels of one block."""
        width = self.features + self.outputs
        rows = min(BLOCK, self.samples - number * BLOCK)
        if number < 0 or rows <= 0:
            raise IndexError(f"there is no block {number}")
        start = number * BLOCK * width
        values = self.buffer[start : start + -(-rows // STRIDE) * STRIDE * width].tolist()
        columns: list[list[float]] = []
        for first in range(0, width * STRIDE, STRIDE):
            column: list[float] = []
            for piece in range(first, len(values), width * STRIDE):
                column += values[piece : piece + STRIDE]
            del column[rows:]
            columns.append(column)
        return columns[: self.features], columns[self.features :]

    def take(self, rows: Sequence[int]) -> Columnar:
        """The same for the rows with these numbers, in this order."""
        if rows and not 0 <= min(rows) <= max(rows) < self.samples:
            raise IndexError(f"rows are numbered from 0 to {self.samples - 1}")
        width = self.features + self.outputs
        starts = [row // STRIDE * width * STRIDE + row % STRIDE for row in rows]
        buffer = self.buffer
        columns = [
            [buffer[start + offset] for start in starts]
            for offset in range(0, width * STRIDE, STRIDE)
        ]
        return columns[: self.features], columns[self.features :]

    def blocks(self) -> Iterator[list[list[float]]]:
        """The columns of the features, block after block."""
        for number in range(-(-self.samples // BLOCK)):
            yield self.block(number)[0]

    def columns_of(self, rows: Sequence[int]) -> list[list[float]]:
        """The columns of the features, of the rows with these numbers alone."""
        return self.take(rows)[0]


@dataclass(frozen=True, slots=True, eq=False)
class MappedTable:
    """A table whose numbers stay in a file: the same names as `Table`, but no ``rows``.

    The file stays mapped as long as the table, or a source of it, is in use.
    """

    path: Path
    description: Description
    _source: MappedSource

    @property
    def features(self) -> tuple[str, ...]:
        """The names of the columns."""
        return self.description.encoding.features

    @property
    def target(self) -> str | None:
        """The column of the labels, or None."""
        return self.description.target

    @property
    def encoding(self) -> Encoding:
        """How the columns of the CSV file became these."""
        return self.description.encoding

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences on what was left out or filled in."""
        return self.description.notes

    @property
    def statistics(self) -> Statistics:
        """Of each feature, before it was standardised."""
        return self.description.statistics

    @property
    def samples(self) -> int:
        """The number of rows."""
        return self.description.statistics.samples

    @property
    def outputs(self) -> int:
        """The number of label columns."""
        return classes_of(self.encoding) or 1

    def source(self) -> MappedSource:
        """The numbers, for a trainer."""
        return self._source

    def block(self, number: int) -> Columnar:
        """See `MappedSource.block`."""
        return self._source.block(number)

    def take(self, rows: Sequence[int]) -> Columnar:
        """See `MappedSource.take`."""
        return self._source.take(rows)

    def standardized(self) -> MappedTable:
        """The table with each feature less its mean and divided by its standard deviation.

        It is a file of its own, beside this one, which is written when it is first asked for.
        """
        from derivation.tables.cache import standardized_beside

        return self if self.description.standardized else standardized_beside(self)


def open_mapped(path: Path) -> MappedTable:
    """Map a file. Raises DataError if it is not one that `map_csv` has finished."""
    try:
        with path.open("rb") as stream:
            return mapped(stream, path)
    except FileNotFoundError:
        raise DataError(f"there is no file {path}") from None
    except OSError as error:
        raise DataError(f"cannot map {path}: {error}") from None


def mapped(stream: BinaryIO, path: Path) -> MappedTable:
    """Map an open file, which is or will be at ``path``. Raises as `open_mapped` does.

    While it is mapped, `derivation.tables.room` does not remove it.
    """
    hold(stream.fileno())
    try:
        data = memoryview(_memory(stream.fileno()))
    except (OSError, ValueError) as error:  # ValueError: the file is empty
        raise DataError(f"cannot map {path}: {error}") from None
    try:
        magic, start, end, length = _HEAD.unpack_from(data)
        if (magic.rstrip(b"\0"), start, end + length) != (MAGIC, HEAD, len(data)):
            raise ValueError("it was not written to its end")
        description = Description.from_bytes(bytes(data[end:]))
        samples = description.statistics.samples
        if end - start != -(-samples // STRIDE) * STRIDE * description.width * 8:
            raise ValueError("its length is not that of its rows")
    except (struct.error, KeyError, TypeError, ValueError) as error:
        raise DataError(f"{path} is no table that was converted here: {error}") from None
    features = len(description.encoding.features)
    outputs = description.width - features
    source = MappedSource(data[start:end].cast("d"), samples, features, outputs)
    return MappedTable(path, description, source)


def _memory(handle: int) -> mmap.mmap:
    """The file as memory.

    It is writable, since ctypes gives the address of no other memory, but nothing is written,
    and it would not reach the file. Linux sets memory aside for all that can be written, and
    refuses for files larger than memory unless it is told not to.
    """
    if sys.platform == "linux" and platform.machine() in _NORESERVE:
        flags = mmap.MAP_PRIVATE | _NORESERVE[platform.machine()]
        with suppress(OSError):
            return mmap.mmap(handle, 0, flags, mmap.PROT_READ | mmap.PROT_WRITE)
    with suppress(OSError):
        return mmap.mmap(handle, 0, access=mmap.ACCESS_COPY)
    return mmap.mmap(handle, 0, access=mmap.ACCESS_READ)


# The module mmap has this constant from Python 3.13 on; it differs on other machines.
_NORESERVE = dict.fromkeys(("x86_64", "aarch64", "riscv64", "i686", "armv7l", "s390x"), 0x4000)
