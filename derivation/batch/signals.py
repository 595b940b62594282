"""Ending in good order when somebody sends a signal: nothing half written, no process left."""

from __future__ import annotations

import io
import select
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import NoReturn, TextIO

__all__ = ["ENDING", "held_back", "raised", "write_line"]

ENDING = (signal.SIGTERM, signal.SIGHUP)  # besides SIGINT, which Python raises by itself


@contextmanager
def raised() -> Iterator[None]:
    """Within the block, SIGTERM and SIGHUP raise SystemExit with the usual status, 128 + n.

    So they unwind the stack as an interrupt does. A signal that is ignored (`nohup`) stays so.
    """
    before = {one: signal.getsignal(one) for one in ENDING}
    for one, handler in before.items():
        if handler is signal.SIG_DFL:
            signal.signal(one, _exit)
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


@contextmanager
def held_back() -> Iterator[None]:
    """Within the block no signal ends us: those that come are delivered after it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, *ENDING))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def write_line(out: TextIO, line: str) -> None:
    """One whole line: an interrupt comes before it or after it."""
    with suppress(io.UnsupportedOperation):  # not a file of the system
        select.select((), (out,), ())  # where a pipe is full, this is what gets interrupted
    with held_back():
        out.write(line + "\n")
        out.flush()


def _exit(number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)
