"""A CSV file with a header, streamed: chunks of rows, and the physical line of every cell."""

from __future__ import annotations

import csv
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from derivation.errors import DataError

__all__ = ["Chunk", "CsvFile"]

_CHUNK_ROWS = 2048
_CHUNK_CELLS = 1 << 18


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows that follow each other in the file.

    ``records`` is what was read, with an empty list for a blank line; ``rows`` leaves those
    out, and keeps of the others those with the numbers ``kept`` (all if it is None).
    """

    path: Path
    first_line: int
    records: list[list[str]]
    kept: Sequence[int] | None = None
    rows: list[list[str]] = field(init=False)
    _columns: list[tuple[str, ...]] = field(init=False)

    def __post_init__(self) -> None:
        rows = self.records if all(self.records) else [cells for cells in self.records if cells]
        if self.kept is not None:
            rows = [rows[number] for number in self.kept]
        object.__setattr__(self, "rows", rows)
        object.__setattr__(self, "_columns", list(zip(*rows, strict=False)))  # widths: see chunks

    def column(self, position: int) -> Sequence[str]:
        """The cells of one column."""
        return self._columns[position] if self.rows else ()

    def keep(self, numbers: Sequence[int]) -> Chunk:
        """The same chunk with these rows of it alone."""
        kept = numbers if self.kept is None else [self.kept[number] for number in numbers]
        return replace(self, kept=kept)

    def line_of(self, row: int, position: int = 0) -> int:
        """The physical line, from 1, on which a cell begins; cells may hold line breaks."""
        number = row if self.kept is None else self.kept[row]
        line, seen = self.first_line, -1
        for cells in self.records:
            seen += bool(cells)
            if seen == number:
                return line + sum(map(_breaks, cells[:position]))
            line += 1 + sum(map(_breaks, cells))
        raise IndexError(row)


@dataclass(slots=True)
class CsvFile:
    """An open CSV file: a context manager. Its text is never in memory as a whole.

    ``names`` are the columns that the header names. Raises DataError for a file that is
    missing, unreadable, not UTF-8, empty, or whose header cannot be used.
    """

    path: Path
    names: list[str] = field(init=False)
    _positions: dict[str, int] = field(init=False)
    _raw: BinaryIO = field(init=False)
    _stream: TextIOWrapper = field(init=False)
    _stamp: tuple[int, int] = field(init=False)

    def __post_init__(self) -> None:
        try:
            self._raw = _opened(self.path)
        except FileNotFoundError:
            raise DataError(f"there is no file {self.path}") from None
        except OSError as error:
            raise self._cannot_read(error) from None
        self._stream = TextIOWrapper(self._raw, encoding="utf-8-sig", newline="")
        try:
            self._stamp = self._stamp_now()
            self.names = self._header()
            self._positions = {name: position for position, name in enumerate(self.names)}
        except BaseException:
            self._stream.close()
            raise

    def __enter__(self) -> CsvFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stream.close()

    def require(self, name: str) -> int:
        """The position of a column. Raises DataError if there is none of this name."""
        if name in self._positions:
            return self._positions[name]
        near = get_close_matches(name, self.names, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"There are: {_listed(self.names)}"
        if len(self.names) == 1 and name in self.names[0]:
            hint = f"Its only column is {self.names[0]!r}; save it with commas between the columns"
        raise DataError(f"{self.path} has no column {name!r}. {hint}")

    def chunks(self) -> Iterator[Chunk]:
        """All rows in order, from the first one each time this is called.

        Raises DataError for text that is not CSV or not UTF-8, for a row with a wrong number
        of cells, for a file without rows, and for a file that changes while it is read.
        """
        width = len(self.names)
        size = max(1, min(_CHUNK_ROWS, _CHUNK_CELLS // width))
        empty = True
        for chunk in self._raw_chunks(size):
            if set(map(len, chunk.rows)) - {width}:
                raise self._wrong_width(chunk)
            if chunk.rows:
                empty = False
                yield chunk
        if empty:
            raise DataError(f"{self.path} has a header, but no rows of data")
        if self._stamp_now() != self._stamp:
            raise DataError(f"{self.path} changed while it was read; try again")

    def _raw_chunks(self, size: int) -> Iterator[Chunk]:
        self._stream.seek(0)
        reader = csv.reader(self._stream, strict=True)
        try:
            next(filter(None, reader))  # the header
            line = reader.line_num + 1
            while records := list(islice(reader, size)):
                yield Chunk(self.path, line, records)
                line = reader.line_num + 1
        except UnicodeDecodeError:
            raise self._not_utf8() from None
        except csv.Error as error:
            raise self._not_csv(error, reader.line_num) from None
        except OSError as error:
            raise self._cannot_read(error) from None

    def _header(self) -> list[str]:
        reader = csv.reader(self._stream, strict=True)
        try:
            cells: Sequence[str] = next(filter(None, reader), ())
        except UnicodeDecodeError:
            raise self._not_utf8() from None
        except csv.Error as error:
            raise self._not_csv(error, reader.line_num) from None
        except OSError as error:
            raise self._cannot_read(error) from None
        if not cells:
            raise DataError(f"{self.path} is empty; the first line must name the columns")
        return _names(self.path, reader.line_num, cells)

    def _wrong_width(self, chunk: Chunk) -> DataError:
        width = len(self.names)
        row, cells = next((k, cells) for k, cells in enumerate(chunk.rows) if len(cells) != width)
        return DataError(
            f"{self.path}, line {chunk.line_of(row)}: {_cells(len(cells))}, "
            f"but the header names {width} columns"
        )

    def _not_csv(self, error: csv.Error, line: int) -> DataError:
        """Says where the row begins, too: a quote that is never closed is found far below it."""
        self._stream.seek(0)
        reader = csv.reader(self._stream, strict=True)
        begins = 1
        try:
            for _ in reader:
                begins = reader.line_num + 1
        except csv.Error:
            pass
        since = f" (the row begins on line {begins}; is a quote not closed?)"
        return DataError(
            f"{self.path}, line {line}: not CSV: {error}{since if begins != line else ''}"
        )

    def _not_utf8(self) -> DataError:
        self._raw.seek(0)
        if self._raw.read(2) in (b"\xff\xfe", b"\xfe\xff"):
            return DataError(f"{self.path} is not UTF-8 text, but UTF-16; save it as CSV in UTF-8")
        self._raw.seek(0)
        place = ""
        for line, text in enumerate(self._raw, start=1):
            try:
                text.decode("utf-8")
            except UnicodeDecodeError as error:
                place = f" (line {line}, byte {error.start + 1})"
                break
        return DataError(f"{self.path} is not UTF-8 text{place}; save it as CSV in UTF-8")

    def _cannot_read(self, error: OSError) -> DataError:
        return DataError(f"cannot read {self.path}: {error.strerror or error}")

    def _stamp_now(self) -> tuple[int, int]:
        status = os.fstat(self._stream.fileno())
        return status.st_size, status.st_mtime_ns


def _opened(path: Path) -> BinaryIO:
    """The bytes of a file. What can be read only once, such as a pipe, is copied to the disk."""
    stream = path.open("rb")
    if stream.seekable():
        return stream
    with stream:
        copy: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115  # closed by its user
        try:
            shutil.copyfileobj(stream, copy)
        except BaseException:
            copy.close()
            raise
    copy.seek(0)
    return copy


def _names(path: Path, line: int, cells: Sequence[str]) -> list[str]:
    names = [cell.strip() for cell in cells]
    for separator, called in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if len(names) == 1 and separator in names[0]:
            raise DataError(f"{path} separates its columns by {called}; save it with commas")
    seen: set[str] = set()
    for number, name in enumerate(names, start=1):
        if not name:
            raise DataError(f"{path}, line {line}: column {number} has no name")
        if name in seen:
            raise DataError(f"{path}, line {line}: two columns are called {name!r}; rename one")
        seen.add(name)
    return names


def _listed(names: Sequence[str], most: int = 20) -> str:
    more = f", ... ({len(names)} columns)" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _breaks(cell: str) -> int:
    """How many lines end inside a cell."""
    return cell.count("\n") + cell.count("\r") - cell.count("\r\n")


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"
