"""Lines of a stream, as they come and in bounded memory."""

from __future__ import annotations

import os
from dataclasses import dataclass

__all__ = ["LONGEST", "Lines", "Overlong"]

LONGEST = 1 << 20  # bytes of a line; beyond that it is thrown away as it comes
_KEPT = 1 << 10  # bytes of a line that was thrown away
_CHUNK = 1 << 16
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Overlong:
    """A line that was not kept; ``start`` is how it begins."""

    start: bytes


class Lines:
    """The lines of a file descriptor that are not blank, without their ends.

    One `read` is one call of the system, so that whoever waits for other things too can ask the
    descriptor when there is something to read. Holds one chunk and one line at most.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._rest = b""  # of a line whose end has not come yet
        self._overlong: Overlong | None = None  # the same line, once it is too long
        self._at_start = True
        self.ended = False

    def fileno(self) -> int:
        """The descriptor, for `select`."""
        return self._descriptor

    def read(self) -> list[bytes | Overlong]:
        """The lines that the next chunk completes; the last line of all may have no end."""
        chunk = os.read(self._descriptor, _CHUNK)
        self.ended = not chunk
        first, *others = chunk.split(b"\n") if chunk else (b"", b"")
        found: list[bytes | Overlong] = []
        self._extend(first)
        for piece in others:
            self._finish(found)
            self._extend(piece)
        return found

    def _extend(self, piece: bytes) -> None:
        if self._overlong:
            return
        self._rest = self._rest + piece if self._rest else piece
        if len(self._rest) > LONGEST:
            self._overlong = Overlong(self._rest[:_KEPT])
            self._rest = b""

    def _finish(self, found: list[bytes | Overlong]) -> None:
        line = self._rest.removeprefix(_BYTE_ORDER_MARK) if self._at_start else self._rest
        if self._overlong:
            found.append(self._overlong)
        elif line := line.strip():
            found.append(line)
        self._rest, self._overlong, self._at_start = b"", None, False
