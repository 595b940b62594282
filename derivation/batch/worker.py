"""One process that answers one line at a time, and that can be lost without harm.

A worker is a fork of this process: it starts in milliseconds, because everything is loaded
already. It lives under a memory cap, and an alarm clock ends it when a line takes too long; the
clock is its own, so that no worker outlives the process that started it for long.

What it writes: answers, a line each. A blank line after an answer says that it is final, a line
with a full stop alone that the worker ends after it. An answer that is followed by neither was
an early one: it counts if the worker dies.
"""

from __future__ import annotations

import contextlib
import gc
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, NoReturn, Protocol

from derivation.batch.signals import ENDING, held_back

__all__ = ["Early", "Limits", "Task", "Worker", "ask"]

_MOST_LINES = 2000  # of one worker: what the lines leave behind in memory goes with it
_CHUNK = 1 << 16
_FINAL, _LAST = b"\n\n", b"\n.\n"

Early = Callable[[bytes], None]


class Task(Protocol):
    """What workers do. Lines and answers hold no line feed."""

    def answer(self, line: bytes, early: Early) -> bytes:
        """The answer to a line, in the worker. What ``early`` is given counts if it dies."""

    def lost(self, line: bytes, reason: str, seconds: float) -> bytes:
        """The answer to a line whose worker died without any, in the process that waits."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a line may cost: seconds of wall time, more of them after an early answer, bytes."""

    seconds: float
    more_seconds: float
    memory: int

    def __str__(self) -> str:
        return f"{self.memory / 2**20:.0f} MiB"


class Worker:
    """A process and the line that it is at. Start one with `Worker(task, limits)`.

    Raises OSError when the system gives no process.
    """

    def __init__(self, task: Task, limits: Limits) -> None:
        self._task = task
        self._limits = limits
        self._line = b""
        self._asked_at = 0.0
        self._received = bytearray()
        lines_out, self._lines = os.pipe()
        self._answers, answers_in = os.pipe()
        with held_back():  # an interrupt must not find a child that is half set up
            self._pid = os.fork()
            if self._pid == 0:
                os.close(self._lines)
                os.close(self._answers)
                _live(task, limits, lines_out, answers_in)
        os.close(lines_out)
        os.close(answers_in)
        self.is_alive = True

    def fileno(self) -> int:
        """What `select` waits for: something to receive."""
        return self._answers

    def ask(self, line: bytes) -> None:
        """Send a line. The worker must have answered the one before."""
        self._line = line
        self._asked_at = time.perf_counter()
        self._received.clear()
        message = memoryview(line + b"\n")
        with contextlib.suppress(BrokenPipeError):  # it is dead: `receive` will say so
            while message:
                message = message[os.write(self._lines, message) :]

    def receive(self) -> bytes | None:
        """The final answer, or None while there is none yet; waits if there is nothing to read.

        When the worker dies, its early answer, or else what the task says to a lost line.
        """
        chunk = os.read(self._answers, _CHUNK)
        self._received += chunk
        if self._received.endswith(_FINAL):
            return self._answer(len(_FINAL))
        if self._received.endswith(_LAST):
            self._bury()
            return self._answer(len(_LAST))
        if chunk:
            return None
        reason = self._bury()
        early, ended, _ = bytes(self._received).partition(b"\n")
        if ended:
            return early
        return self._task.lost(self._line, reason, time.perf_counter() - self._asked_at)

    def end(self) -> None:
        """End the process, whatever it is doing."""
        if self.is_alive:
            os.kill(self._pid, signal.SIGKILL)
            self._bury()

    def _answer(self, tail: int) -> bytes:
        return bytes(self._received[:-tail]).rpartition(b"\n")[2]

    def _bury(self) -> str:
        """Wait for the end of the process; why it ended."""
        self.is_alive = False
        os.close(self._lines)
        os.close(self._answers)
        try:
            _, status = os.waitpid(self._pid, 0)
        except ChildProcessError:  # SIGCHLD is ignored here, so the system keeps no record
            return "the process that judged the claim ended"
        return _cause(os.waitstatus_to_exitcode(status), self._limits)


def ask(task: Task, limits: Limits, line: bytes) -> bytes:
    """The answer to one line, by a worker of its own."""
    worker = Worker(task, limits)
    try:
        worker.ask(line)
        while (answer := worker.receive()) is None:
            pass
        return answer
    finally:
        worker.end()


def _cause(code: int, limits: Limits) -> str:
    if code == -signal.SIGALRM:
        return f"no answer within {limits.seconds:g} s; the process was ended"
    if code == _OUT_OF_MEMORY:
        return f"more memory is needed than the cap of {limits}"
    if code == -signal.SIGABRT:
        return f"the arithmetic library gave up, as it does at the memory cap of {limits}"
    if code == -signal.SIGFPE:
        return "a number is too large for the arithmetic library"
    if code < 0:
        name = signal.strsignal(-code) or f"signal {-code}"
        return f"the process that judged the claim died: {name.lower()}"
    return f"the process that judged the claim ended with status {code}"


# ---------------------------------------------------------------------------- in the worker

_OUT_OF_MEMORY = 3


def _live(task: Task, limits: Limits, lines: int, answers: int) -> NoReturn:
    """All that a worker does. Leaves by `os._exit` alone: nothing of its parent may go on here."""
    status = 1
    try:
        _set_up(limits, {lines, answers})
        with os.fdopen(lines, "rb") as stream:
            _serve(task, limits, stream, answers)
        status = 0
    except MemoryError:
        status = _OUT_OF_MEMORY
    finally:
        os._exit(status)


def _set_up(limits: Limits, pipes: set[int]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it too, and ends its workers
    for one in (*ENDING, signal.SIGALRM):
        signal.signal(one, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    gc.freeze()  # what is loaded stays, and what one claim leaves behind is mostly no circle
    gc.set_threshold(10_000, 20, 50)
    nowhere = os.open(os.devnull, os.O_RDWR)
    # An orphan must not keep the reader of our output waiting. (Where we were started with
    # a standard stream closed, a pipe has its number.)
    for standard in {0, 1, 2} - pipes:
        os.dup2(nowhere, standard)
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    cap = limits.memory if most == resource.RLIM_INFINITY else min(limits.memory, most)
    if sys.platform != "darwin":  # which knows the name of this limit and refuses to set it
        resource.setrlimit(resource.RLIMIT_AS, (cap, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def _serve(task: Task, limits: Limits, lines: BinaryIO, answers: int) -> None:
    at_start = _peak_memory()
    for count, line in enumerate(lines, start=1):

        def early(answer: bytes) -> None:
            _write(answers, answer + b"\n")
            signal.setitimer(signal.ITIMER_REAL, limits.more_seconds)

        signal.setitimer(signal.ITIMER_REAL, limits.seconds)
        answer = task.answer(line[:-1], early)
        signal.setitimer(signal.ITIMER_REAL, 0)
        is_last = count == _MOST_LINES or _peak_memory() - at_start > limits.memory // 4
        _write(answers, answer + (_LAST if is_last else _FINAL))
        if is_last:
            return


def _peak_memory() -> int:
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kilobytes if sys.platform == "darwin" else kilobytes * 1024


def _write(descriptor: int, message: bytes) -> None:
    rest = memoryview(message)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
