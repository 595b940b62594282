"""Workers that can be lost, a pool that keeps the order, and lines in bounded memory."""

from __future__ import annotations

import faulthandler
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import flint
import pytest

from derivation.batch.lines import LONGEST, Lines, Overlong
from derivation.batch.pool import Pool, _Queue
from derivation.batch.worker import Limits, Worker, ask

LIMITS = Limits(seconds=5.0, more_seconds=5.0, memory=1 << 30)
BRIEF = Limits(seconds=0.5, more_seconds=0.5, memory=1 << 30)


class Scripted:
    """A task that does what a line says; the answer is the line."""

    def answer(self, line: bytes, early) -> bytes:
        faulthandler.disable()  # a crash that is meant needs no report
        match line.split():
            case [b"sleep", seconds]:
                time.sleep(float(seconds))
            case [b"spin"]:
                sum(1 for _ in iter(int, 1))
            case [b"die", number]:
                os.kill(os.getpid(), int(number))
            case [b"exit"]:
                os._exit(7)
            case [b"raise"]:
                raise ZeroDivisionError
            case [b"python", b"memory"]:
                return bytes(bytearray(1 << 40))
            case [b"flint", bits]:
                return str(flint.fmpz(2) ** (1 << int(bits))).encode()
            case [b"early", *then]:
                early(b"early answer")
                return self.answer(b" ".join(then), early)
            case [b"pid"]:
                return str(os.getpid()).encode()
            case [b"use", size]:
                line += b"x" * int(size)
                return b"used"
            case [b"long", size]:
                return b"x" * int(size)
        return line

    def lost(self, line: bytes, reason: str, seconds: float) -> bytes:
        assert seconds >= 0
        return b"lost " + line + b": " + reason.encode()

    def refused(self, line: Overlong) -> bytes:
        return b"refused " + line.start[:4]


def answers(text: bytes, limits: Limits = LIMITS, jobs: int = 1) -> list[bytes]:
    return list(answered(text, limits, jobs))


def answered(text: bytes, limits: Limits = LIMITS, jobs: int = 1) -> Iterator[bytes]:
    with Pool(Scripted(), limits, jobs) as pool:
        yield from pool.answers(Lines(descriptor(text)))


def descriptor(text: bytes) -> int:
    number = os.memfd_create("lines")
    os.write(number, text)
    os.lseek(number, 0, os.SEEK_SET)
    return number


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


# ---------------------------------------------------------------------------- one worker


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"sleep 60", "no answer within 0.5 s"),
        (b"spin", "no answer within 0.5 s"),
        (b"exit", "ended with status 7"),
        (b"raise", "ended with status 1"),
        (b"python memory", "more memory is needed than the cap of 1024 MiB"),
        (b"flint 36", "the arithmetic library gave up, as it does at the memory cap of 1024 MiB"),
        (b"flint 50", "a number is too large for the arithmetic library"),
        (b"die %d" % signal.SIGSEGV, "died: segmentation fault"),
        (b"die %d" % signal.SIGKILL, "died: killed"),
        (b"die 40", "died: "),
    ],
)
def test_a_line_that_ends_its_worker_is_lost_with_its_reason(line: bytes, reason: str) -> None:
    start = time.perf_counter()
    answer = ask(Scripted(), BRIEF, line).decode()
    assert answer.startswith(f"lost {line.decode()}: ")
    assert reason in answer
    assert time.perf_counter() - start < 10


def test_an_early_answer_outlives_its_worker() -> None:
    assert ask(Scripted(), BRIEF, b"early sleep 60") == b"early answer"
    assert ask(Scripted(), BRIEF, b"early die 9") == b"early answer"
    assert ask(Scripted(), BRIEF, b"early done") == b"done"


def test_an_early_answer_winds_the_clock_anew() -> None:
    limits = Limits(seconds=0.5, more_seconds=9.0, memory=1 << 30)
    assert ask(Scripted(), limits, b"early sleep 0.7") == b"sleep 0.7"


def test_a_worker_is_asked_many_times_and_ended() -> None:
    worker = Worker(Scripted(), LIMITS)
    pids = set()
    for _ in range(3):
        worker.ask(b"pid")
        pids.add(int(worker.receive() or b"0"))
    assert len(pids) == 1
    worker.end()
    worker.end()
    assert not any(map(is_running, pids))


def test_a_long_line_and_a_long_answer_pass_whole() -> None:
    line = b"y" * LONGEST
    assert ask(Scripted(), LIMITS, line) == line
    assert ask(Scripted(), LIMITS, b"long 3000000") == b"x" * 3_000_000


def test_a_worker_that_leaves_no_record_is_lost_all_the_same() -> None:
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        assert ask(Scripted(), LIMITS, b"die 9").startswith(b"lost die 9: the process that judged")
        assert ask(Scripted(), LIMITS, b"a") == b"a"
    finally:
        signal.signal(signal.SIGCHLD, before)


def test_nothing_that_a_worker_prints_is_seen(capfd: pytest.CaptureFixture[str]) -> None:
    class Loud(Scripted):
        def answer(self, line: bytes, early) -> bytes:
            os.write(1, b"out")
            os.write(2, b"err")
            return os.read(0, 1) + super().answer(line, early)

    assert ask(Loud(), LIMITS, b"quiet") == b"quiet"
    assert capfd.readouterr() == ("", "")


ORPHAN = """
import os, sys, time
from derivation.batch.worker import Limits, Worker

class Task:
    def answer(self, line, early):
        time.sleep(60)

worker = Worker(Task(), Limits(1.0, 1.0, 1 << 30))
worker.ask(b"go")
print(worker._pid, flush=True)
time.sleep(60)
"""


def test_a_worker_does_not_outlive_a_parent_that_was_killed(root: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", ORPHAN], cwd=root, stdout=subprocess.PIPE, text=True
    )
    with parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        parent.kill()
        assert parent.stdout.read() == "", "the orphan holds the output of its parent open"
    end = time.perf_counter() + 10
    while is_alive(pid):
        assert time.perf_counter() < end
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    """Whether it runs; an orphan that nobody waits for may stay in the table, dead."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


# ---------------------------------------------------------------------------- the pool


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_answers_keep_the_order_of_very_uneven_lines(jobs: int) -> None:
    lines = [b"sleep 0.3", *(b"%d" % n for n in range(50)), b"sleep 0.1", b"last"]
    assert answers(b"\n".join(lines), jobs=jobs) == lines


def test_other_workers_go_on_while_one_line_takes_long() -> None:
    text = b"\n".join([b"sleep 0.5"] * 4)
    start = time.perf_counter()
    assert len(answers(text, jobs=4)) == 4
    assert time.perf_counter() - start < 1.9, "one after the other takes 2 s"


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_batch_goes_on_after_lost_lines(jobs: int) -> None:
    lines = [b"a", b"die 9", b"b", b"spin", b"die 11", b"python memory", b"c", b"early exit", b"d"]
    found = answers(b"\n".join(lines), BRIEF, jobs)
    assert [answer.split(b":")[0] for answer in found] == [
        b"a", b"lost die 9", b"b", b"lost spin", b"lost die 11", b"lost python memory", b"c",
        b"early answer", b"d",
    ]  # fmt: skip


def test_no_worker_is_left_after_the_block() -> None:
    with Pool(Scripted(), LIMITS, 2) as pool:
        found = pool.answers(Lines(descriptor(b"pid\nsleep 60\n")))
        pid = int(next(found))
        assert is_running(pid)
    assert not is_running(pid)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_a_worker_that_has_used_much_memory_is_replaced() -> None:
    lines = [b"pid", b"pid", b"use 300000000", b"pid", b"pid"]  # a quarter of the cap is 256 MiB
    one, two, _, three, four = answers(b"\n".join(lines))
    assert one == two != three == four


def test_a_worker_is_replaced_after_many_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("derivation.batch.worker._MOST_LINES", 3)
    pids = answers(b"pid\n" * 7)
    assert pids[0] == pids[1] == pids[2] != pids[3] == pids[4] == pids[5] != pids[6]


def test_a_pool_reads_no_further_than_it_needs() -> None:
    class Counting(Lines):
        count = 0

        def read(self) -> list[bytes | Overlong]:
            found = super().read()
            self.count += len(found)
            return found

    lines = Counting(descriptor(b"sleep 1\n" + b"%0100d\n" % 7 * 20_000))
    with Pool(Scripted(), LIMITS, 2) as pool:
        next(pool.answers(lines))
    assert lines.count < 3000


def test_answers_that_wait_are_bounded_in_number_and_in_bytes() -> None:
    queue = _Queue()
    first, *others = [queue.new() for _ in range(9)]
    for place in others:
        assert queue.has_room
        queue.fill(place, b"x" * 2_100_000)
    assert not queue.has_room
    assert not list(queue.leaving())
    queue.fill(first, b"first")
    assert [len(answer) for answer in queue.leaving()] == [5] + [2_100_000] * 8
    assert queue.has_room
    for _ in range(1024):
        queue.new()
    assert not queue.has_room


def test_a_pool_without_room_goes_on_when_there_is_some() -> None:
    lines = [b"sleep 0.5", *[b"long 9000000"] * 5, b"last"]
    found = answers(b"\n".join(lines), jobs=2)
    assert [len(answer) for answer in found] == [9, *[9_000_000] * 5, 4]


# ---------------------------------------------------------------------------- lines


def lines_of(text: bytes) -> list[bytes | Overlong]:
    lines = Lines(descriptor(text))
    found = []
    while not lines.ended:
        found += lines.read()
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"", []),
        (b"\n \n\r\n\t\n", []),
        (b"a\nb", [b"a", b"b"]),
        (b"a\r\nb\r\n", [b"a", b"b"]),
        (b"\xef\xbb\xbfa\n\xef\xbb\xbfb\n", [b"a", b"\xef\xbb\xbfb"]),
        (b"a\0b\nc\rd\n", [b"a\0b", b"c\rd"]),
        (b"x" * LONGEST + b"\ny", [b"x" * LONGEST, b"y"]),
        (b"x" * (LONGEST + 1) + b"\ny", [Overlong(b"x" * 1024), b"y"]),
        (b"a\n" + b"x" * 3 * LONGEST, [b"a", Overlong(b"x" * 1024)]),
    ],
    ids=range(9),
)
def test_lines(text: bytes, expected: list[bytes | Overlong]) -> None:
    assert lines_of(text) == expected


def test_a_line_may_come_in_pieces() -> None:
    read_end, write_end = os.pipe()
    lines = Lines(read_end)
    found = []
    for piece in (b"\xef\xbb", b"\xbfa", b"b\nc", b"\n"):
        os.write(write_end, piece)
        found.append(lines.read())
    os.close(write_end)
    assert found == [[], [], [b"ab"], [b"c"]]
    assert lines.read() == []
    assert lines.ended


def test_a_refused_line_keeps_its_place() -> None:
    text = b"sleep 0.2\n" + b"x" * (LONGEST + 1) + b"\nb\n"
    assert answers(text, jobs=2) == [b"sleep 0.2", b"refused xxxx", b"b"]
