"""`derive check --batch`: a JSON claim a line in, a JSON answer a line out, in the same order."""

from __future__ import annotations

import json
import os
import re
import stat
from dataclasses import dataclass
from typing import BinaryIO, TextIO

from derivation import claims
from derivation.batch.lines import LONGEST, Lines, Overlong
from derivation.batch.options import Options
from derivation.batch.pool import Pool
from derivation.batch.progress import Progress
from derivation.batch.signals import raised, write_line
from derivation.batch.worker import Early
from derivation.kernel import Verdict

__all__ = ["JsonLine", "check_all", "progress_of"]


def check_all(stream: BinaryIO, options: Options, out: TextIO, messages: TextIO | None) -> bool:
    """Answer each line of ``stream`` in order; progress to ``messages`` if it is a terminal.

    Whether every claim holds. An interrupt leaves whole lines in ``out``, and no process.
    """
    task = JsonLine(options.diagnosis, options.timeout)
    progress = progress_of(stream, out, messages)
    with raised(), Pool(task, options.limits(claims.HURRIED), options.jobs) as pool:
        try:
            for answer in pool.answers(Lines(stream.fileno())):
                write_line(out, answer.decode())
                progress.count(Verdict(json.loads(answer)["verdict"]))
        finally:
            progress.close()
    return set(progress.verdicts) <= claims.HOLDING


@dataclass(frozen=True, slots=True)
class JsonLine:
    """A line of a batch as the task of a worker: a claim in JSON, its answer in JSON."""

    diagnosis: bool
    budget: float

    def answer(self, line: bytes, early: Early) -> bytes:
        """Judge the claim."""
        return claims.line_of(
            claims.answer(
                line,
                diagnosis=self.diagnosis,
                budget=self.budget,
                early=lambda answered: early(claims.line_of(answered)),
            )
        )

    def lost(self, line: bytes, reason: str, seconds: float) -> bytes:
        """UNDECIDED, with the id of the claim."""
        return claims.line_of(claims.undecided(line, reason, seconds))

    def refused(self, line: Overlong) -> bytes:
        """UNDECIDED, with the id if that comes first in the line."""
        error = f"the line is longer than {LONGEST // 2**20} MiB and was not read"
        return claims.line_of(claims.unreadable(_first_id(line.start), error))


def _first_id(start: bytes) -> object:
    found = re.match(rb'\s*\{\s*"id"\s*:\s*("(?:[^"\\]|\\.)*"|-?\d+)\s*,', start)
    try:
        return json.loads(found[1].decode()) if found else None
    except ValueError:
        return None


def progress_of(stream: BinaryIO, out: TextIO, messages: TextIO | None) -> Progress:
    """On a terminal, unless the answers themselves go to it."""
    if messages is None or not messages.isatty() or out.isatty():
        return Progress()
    return Progress(messages, _number_of_claims(stream.fileno()))


def _number_of_claims(descriptor: int) -> int | None:
    """How many a file holds; None for what can be read once only."""
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        return None
    start = os.lseek(descriptor, 0, os.SEEK_CUR)
    lines = Lines(descriptor)
    number = 0
    while not lines.ended:
        number += len(lines.read())
    os.lseek(descriptor, start, os.SEEK_SET)
    return number
