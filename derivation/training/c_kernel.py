"""Calls of a compiled library: from lists of floats to plain memory and back."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence

from derivation.training.c_build import BuildError, CLibrary
from derivation.training.c_memory import CColumns
from derivation.training.formulas import Columns

C_BLOCK = 2048
"""Rows over which C sums up; Python totals these sums exactly."""

CACHE_LINE = 64
"""Bytes that a processor loads at a time."""

C_ARGUMENTS = {"work": "nn", "hard": "p", "sums": "ppp", "batch_sums": "ppnpp",
               "predictions": "ppp", "gram_work": "nn", "gram_sums": "pnpp",
               "condensed": "pnnp"}  # fmt: skip
"""What each library exports as ``derive_...``: p for the address of memory, n for a number."""

C_NUMBERS = frozenset({"work", "gram_work", "second_work", "hard", "condensed"})
"""Those of them that return a number."""

C_CONDENSED = 3
"""So many rows hold the exact sums of all blocks, but for numbers of very unlike sizes."""


class CKernel:
    """The functions of a library, applied to one data set.

    No two calls at a time have the same scratch memory, so threads may share a kernel. Raises
    BuildError if the library does not export what it should.
    """

    def __init__(self, library: CLibrary, columns: CColumns) -> None:
        self.columns = columns
        self._library = library
        self._functions = {
            name: _c_function(library, name, arguments) for name, arguments in C_ARGUMENTS.items()
        }
        self._sums = self._functions["sums"]
        self._blocks = -(-columns.samples // C_BLOCK)
        self._size = self._functions["work"](columns.features, columns.outputs)
        self._spare: list[CScratch] = []

    def sums(self, point: Sequence[float]) -> list[list[float]]:
        """Rows with the exact sums of all blocks: of the losses, then of each slope."""
        task = CTask(self.columns, point)
        scratch = self._spare.pop() if self._spare else CScratch(self._size)
        out = CBlocks(self._blocks, 1 + len(point))
        self._sums(task.address, scratch.address, out.address)
        self._spare.append(scratch)
        return self._condensed(out)

    def batch_sums(self, point: Sequence[float], rows: Sequence[int]) -> list[list[float]]:
        """The same for the rows with these numbers, in blocks of 2048."""
        numbers = array("q", rows)
        if len(numbers) and not 0 <= min(numbers) <= max(numbers) < self.columns.samples:
            raise IndexError(f"rows are numbered from 0 to {self.columns.samples - 1}")
        task = CTask(self.columns, point)
        scratch = self._spare.pop() if self._spare else CScratch(self._size)
        out = CBlocks(max(1, -(-len(numbers) // C_BLOCK)), 1 + len(point))  # no rows: zeros
        address, count = numbers.buffer_info()
        self._functions["batch_sums"](task.address, address, count, scratch.address, out.address)
        self._spare.append(scratch)
        return out.read()

    def second_sums(self, point: Sequence[float]) -> list[list[float]]:
        """Rows with the exact sums of all blocks: the upper triangle of the second derivatives."""
        task, columns, size = CTask(self.columns, point), self.columns, len(point)
        needed = _c_function(self._library, "second_work", "nn")
        fill = _c_function(self._library, "second_sums", "ppp")  # there if there is a theorem
        scratch = CScratch(needed(columns.features, columns.outputs))
        out = CBlocks(self._blocks, size * (size + 1) // 2)
        fill(task.address, scratch.address, out.address)
        return self._condensed(out)

    def gram_sums(self, *, diagonal: bool) -> list[list[float]]:
        """Rows with the exact sums of all blocks: of products of columns and 1, or of squares."""
        size = self.columns.features + 1
        task = CTask(self.columns, [0.0] * (size * self.columns.outputs))
        scratch = CScratch(self._functions["gram_work"](size - 1, diagonal))
        out = CBlocks(self._blocks, size if diagonal else size * (size + 1) // 2)
        self._functions["gram_sums"](task.address, diagonal, scratch.address, out.address)
        return self._condensed(out)

    def predictions(self, point: Sequence[float]) -> Columns:
        """The predictions of every row, one list for each output."""
        task, scratch = CTask(self.columns, point), CScratch(self._size)
        out = CBlocks(self.columns.outputs, self.columns.samples)
        self._functions["predictions"](task.address, scratch.address, out.address)
        return out.read()

    def hard(self) -> bool:
        """Whether all labels are 0 or 1."""
        columns = self.columns
        task = CTask(columns, [0.0] * ((columns.features + 1) * columns.outputs))
        return bool(self._functions["hard"](task.address))

    def condense(self, blocks: CBlocks, rows: CBlocks) -> bool:
        """Write three rows (and one more, as scratch) that hold the sums of the blocks exactly.

        False where three cannot, because numbers are of too unlike sizes, or not finite.
        """
        exact = self._functions["condensed"]
        return bool(exact(blocks.address, blocks.count, blocks.length, rows.address))

    def _condensed(self, blocks: CBlocks) -> list[list[float]]:
        """Three rows with exactly the sums of the blocks; these, where three cannot hold them."""
        if blocks.count <= C_CONDENSED:
            return blocks.read()
        rows = CBlocks(C_CONDENSED + 1, blocks.length)
        return rows.read()[:C_CONDENSED] if self.condense(blocks, rows) else blocks.read()


def _c_function(library: CLibrary, name: str, arguments: str) -> Callable[..., int]:
    """An exported function with its types."""
    from ctypes import c_int64, c_void_p

    try:
        function = library[f"derive_{name}"]  # an own object, so that its types are ours
    except AttributeError as error:
        raise BuildError(f"the library that was built is not one of this kind: {error}") from None
    function.argtypes = [c_void_p if kind == "p" else c_int64 for kind in arguments]
    function.restype = c_int64 if name in C_NUMBERS else None
    typed: Callable[..., int] = function
    return typed


class CTask:
    """``struct task`` of the C text: six numbers of 64 bits, two of them addresses."""

    def __init__(self, columns: CColumns, point: Sequence[float]) -> None:
        size = (columns.features + 1) * columns.outputs
        if len(point) != size:
            raise ValueError(f"a point has {size} numbers here, not {len(point)}")
        self._point = array("d", point)
        shape = (columns.samples, columns.features, columns.outputs, columns.stride)
        self._fields = array("q", (columns.address, *shape, self._point.buffer_info()[0]))
        self.address = self._fields.buffer_info()[0]


class CScratch:
    """Zeroed memory for some doubles, at the start of a cache line."""

    def __init__(self, numbers: int) -> None:
        self._room = array("d", bytes(8 * numbers + CACHE_LINE))
        start = self._room.buffer_info()[0]
        self.address = start + -start % CACHE_LINE


class CBlocks:
    """Room for some blocks of results of the same length."""

    def __init__(self, count: int, length: int) -> None:
        self.count = count
        self.length = length
        self._room = array("d", bytes(8 * count * length))
        self.address = self._room.buffer_info()[0]

    def read(self) -> list[list[float]]:
        """The results, one list for each block."""
        values, n = self._room.tolist(), self.length
        return [values[start : start + n] for start in range(0, len(values), n)]
