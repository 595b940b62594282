"""`derive check --batch --cluster`: claims judged on workers, answers in the order of the lines."""

from __future__ import annotations

import json
import select
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, TextIO

from derivation import claims
from derivation.batch.lines import Lines, Overlong
from derivation.batch.many import JsonLine, progress_of
from derivation.batch.options import Options
from derivation.batch.signals import raised, write_line
from derivation.errors import DerivationError
from derivation.kernel import Verdict

if TYPE_CHECKING:
    from distributed import Client, Future

__all__ = ["check_all_on", "judge_lines"]

_MOST_LINES = 100  # of one task: some seconds of work, and no more than that is lost with a worker
_AHEAD = 3  # tasks for each thread of the cluster that are under way
_PAUSE = 0.05  # seconds between two looks at the tasks


def check_all_on(
    client: Client, stream: BinaryIO, options: Options, out: TextIO, messages: TextIO | None
) -> bool:
    """Answer each line of ``stream`` in order; whether every claim holds.

    Each worker judges its claims in processes of its own, as `derive check --batch` does. What a
    lost worker had is judged anew by another. An interrupt leaves whole lines in ``out``.
    """
    progress = progress_of(stream, out, messages)
    with raised():
        try:
            for answer in _answers(client, Lines(stream.fileno()), options):
                write_line(out, answer.decode())
                progress.count(Verdict(json.loads(answer)["verdict"]))
        finally:
            progress.close()
    return set(progress.verdicts) <= claims.HOLDING


def judge_lines(lines: tuple[bytes, ...], options: Options) -> list[bytes]:
    """The answers to some lines, on a worker.

    A program of its own judges them: it forks, and a worker, which has threads, must not.
    """
    command = [
        sys.executable, "-m", "derivation", "check", "--batch", "-",
        "--timeout", repr(options.timeout), "--memory", str(options.memory),
        *([] if options.diagnosis else ["--no-diagnosis"]),
    ]  # fmt: skip
    ended = subprocess.run(  # noqa: S603  # our own program; the claims are its input
        command, input=b"\n".join(lines) + b"\n", capture_output=True, check=False
    )
    answers = ended.stdout.splitlines()
    if len(answers) != len(lines):
        said = ended.stderr.decode(errors="replace").strip().splitlines()
        raise DerivationError(f"a worker could not judge claims: {said[-1] if said else 'no word'}")
    return answers


class _Chunk:
    """Lines that are judged together, and their answers once they are there."""

    def __init__(self, client: Client, lines: list[bytes | Overlong], options: Options) -> None:
        self._lines = lines
        self._task = JsonLine(options.diagnosis, options.timeout)
        self._sent = tuple(line for line in lines if isinstance(line, bytes))
        self._future: Future | None = None
        if self._sent:
            self._future = client.submit(judge_lines, self._sent, options, pure=False)

    @property
    def is_done(self) -> bool:
        """Whether `answers` need not wait."""
        return self._future is None or self._future.done()

    def answers(self) -> Iterator[bytes]:
        """One a line, in order."""
        judged = iter(self._judged())
        for line in self._lines:
            yield self._task.refused(line) if isinstance(line, Overlong) else next(judged)

    def _judged(self) -> list[bytes]:
        from distributed import KilledWorker
        from distributed.client import FutureCancelledError

        if self._future is None:
            return []
        try:
            found: list[bytes] = self._future.result()
        except (KilledWorker, FutureCancelledError) as error:
            reason = f"the workers that judged it died, one after another ({error})"
            return [self._task.lost(line, reason, 0.0) for line in self._sent]
        return found


def _answers(client: Client, lines: Lines, options: Options) -> Iterator[bytes]:
    """Reads no further ahead than the cluster needs, however many lines there are."""
    under_way: deque[_Chunk] = deque()
    pending: deque[bytes | Overlong] = deque()
    while not lines.ended or pending or under_way:
        most = _AHEAD * max(1, sum(client.nthreads().values()))
        while pending and len(under_way) < most:
            count = min(len(pending), _MOST_LINES)
            chunk = [pending.popleft() for _ in range(count)]
            under_way.append(_Chunk(client, chunk, options))
        while under_way and under_way[0].is_done:
            yield from under_way.popleft().answers()
        wants_more = not lines.ended and not pending and len(under_way) < most
        if not (wants_more or under_way):
            continue
        wait = _PAUSE if under_way else None
        if select.select([lines] if wants_more else [], (), (), wait)[0]:
            pending.extend(lines.read())
