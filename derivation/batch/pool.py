"""Several workers at once; the answers come in the order of the lines."""

from __future__ import annotations

import select
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

from derivation.batch.lines import Lines, Overlong
from derivation.batch.worker import Limits, Task, Worker

__all__ = ["BatchTask", "Pool"]

# Answers that may wait for an earlier one that takes long: in number, and in bytes.
_MOST_WAITING = 1024
_MOST_WAITING_BYTES = 1 << 24


class BatchTask(Task, Protocol):
    """A task that also says something to a line that was too long to be read."""

    def refused(self, line: Overlong) -> bytes:
        """The answer, in the process that waits."""


@dataclass(slots=True)
class _Place:
    """The place of one line in the order of the answers, and its answer once there is one."""

    answer: bytes | None = None


@dataclass(slots=True)
class _Queue:
    """Places in the order of the lines; answers leave at the head alone."""

    places: deque[_Place] = field(default_factory=deque)
    waiting_bytes: int = 0

    @property
    def has_room(self) -> bool:
        return len(self.places) < _MOST_WAITING and self.waiting_bytes < _MOST_WAITING_BYTES

    def new(self) -> _Place:
        place = _Place()
        self.places.append(place)
        return place

    def fill(self, place: _Place, answer: bytes) -> None:
        place.answer = answer
        self.waiting_bytes += len(answer)

    def leaving(self) -> Iterator[bytes]:
        while self.places and (answer := self.places[0].answer) is not None:
            self.places.popleft()
            self.waiting_bytes -= len(answer)
            yield answer


class Pool:
    """At most ``jobs`` workers. A context manager: none of them lives on after the block.

    A worker that dies is replaced, and so is one that has answered many lines. Workers are
    started when there is something to do for them.
    """

    def __init__(self, task: BatchTask, limits: Limits, jobs: int = 1) -> None:
        self._task = task
        self._limits = limits
        self._jobs = jobs
        self._idle: list[Worker] = []
        self._busy: dict[Worker, _Place] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for worker in (*self._busy, *self._idle):
            worker.end()
        self._busy.clear()
        self._idle.clear()

    def answers(self, lines: Lines) -> Iterator[bytes]:
        """One answer a line, in order, each as soon as those before it are there.

        Reads no further ahead than the workers need, however many lines there are.
        """
        queue = _Queue()
        pending: deque[bytes | Overlong] = deque()  # of the chunk that was read last
        while not lines.ended or pending or queue.places:
            self._give(pending, queue)
            yield from queue.leaving()
            wants_more = not pending and not lines.ended and queue.has_room
            for source in self._ready(lines if wants_more else None):
                if isinstance(source, Worker):
                    self._take(source, queue)
                else:
                    pending.extend(source.read())

    def _give(self, pending: deque[bytes | Overlong], queue: _Queue) -> None:
        """Lines to workers that have nothing to do."""
        while pending and queue.has_room and (self._idle or len(self._busy) < self._jobs):
            line = pending.popleft()
            place = queue.new()
            if isinstance(line, Overlong):
                queue.fill(place, self._task.refused(line))
                continue
            worker = self._idle.pop() if self._idle else Worker(self._task, self._limits)
            self._busy[worker] = place
            worker.ask(line)

    def _ready(self, lines: Lines | None) -> list[Worker | Lines]:
        """Wait until some have something to say. Nothing to wait for: none."""
        sources: list[Worker | Lines] = [*self._busy]
        if lines is not None:
            sources.append(lines)
        return select.select(sources, (), ())[0] if sources else []

    def _take(self, worker: Worker, queue: _Queue) -> None:
        answer = worker.receive()
        if answer is not None:
            queue.fill(self._busy.pop(worker), answer)
            if worker.is_alive:
                self._idle.append(worker)
