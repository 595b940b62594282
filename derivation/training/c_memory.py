"""Where C finds the data: pieces of 64 rows, column after column, as plain doubles."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence

from derivation.training.source import BLOCK, Source, block_count

PIECE = 64
"""Rows of a piece: with 30 columns it fits into the first cache, which makes an epoch twice as
fast as pieces of 256 rows."""

RESIDENT = 1 << 30
"""Copies of more bytes than this lie in a temporary file without a name."""


class CColumns:
    """The numbers of a source where C can read them: ``address``, ``stride`` rows a piece.

    A source that offers a ``buffer`` of doubles in pieces of ``stride`` rows, a multiple of 64,
    is read where it lies, if the buffer is writable (C does not write, but Python gives the
    address of such a buffer only; map a file with ``mmap.ACCESS_COPY``). Any other is copied.
    Raises OSError where there is no room for a copy.
    """

    def __init__(self, source: Source) -> None:
        from ctypes import addressof, c_double

        self.samples = source.samples
        self.features = source.features
        self.outputs = source.outputs
        self.stride = PIECE
        view = _offered_buffer(source)
        if view is not None:
            self.stride = int(getattr(source, "stride", PIECE))
        else:
            view = _copied_columns(source)
        self.address = addressof(c_double.from_buffer(view))
        self._view = view

    def feature_blocks(self) -> Iterator[list[memoryview[float]]]:
        """The columns of the features, piece by piece."""
        width = (self.features + self.outputs) * self.stride
        for number, row in enumerate(range(0, self.samples, self.stride)):
            rows = min(self.stride, self.samples - row)
            starts = range(
                number * width, number * width + self.features * self.stride, self.stride
            )
            yield [self._view[start : start + rows] for start in starts]


def _offered_buffer(source: Source) -> memoryview[float] | None:
    """The buffer of a source, if C can read it as it is."""
    buffer, stride = getattr(source, "buffer", None), getattr(source, "stride", 0)
    if buffer is None or stride <= 0 or stride % PIECE:
        return None
    view = memoryview(buffer)
    if view.readonly or not view.c_contiguous:
        return None
    rows = -(-source.samples // stride) * stride
    needed = rows * (source.features + source.outputs) * 8
    return view.cast("B").cast("d") if view.nbytes >= needed else None


def _copied_columns(source: Source) -> memoryview[float]:
    """All columns of a source, the last piece filled up with zeros."""
    width = source.features + source.outputs
    size = -(-source.samples // PIECE) * PIECE * width * 8
    view = _zeroed_memory(size or 8)
    for number in range(block_count(source)):
        columns, labels = source.block(number)
        start = number * (BLOCK // PIECE) * width * PIECE
        for j, column in enumerate((*columns, *labels)):
            _write_column(view, start + j * PIECE, width * PIECE, column)
    return view


def _write_column(view: memoryview[float], start: int, step: int, column: Sequence[float]) -> None:
    """Write a column, 64 numbers at a time."""
    numbers = array("d", column)
    for first in range(0, len(numbers), PIECE):
        part = numbers[first : first + PIECE]
        view[start : start + len(part)] = part
        start += step


def _zeroed_memory(size: int) -> memoryview[float]:
    """Zeroed memory for so many bytes, at the start of a page."""
    import mmap

    if size > RESIDENT:
        from tempfile import TemporaryFile

        with TemporaryFile() as file:
            file.truncate(size)
            return memoryview(mmap.mmap(file.fileno(), size)).cast("d")
    memory = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    if hasattr(mmap, "MADV_HUGEPAGE"):  # fewer pages to look up: a few per cent
        memory.madvise(mmap.MADV_HUGEPAGE)
    return memoryview(memory).cast("d")
