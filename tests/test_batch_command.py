"""`derive check --batch` as a program: odd input, signals, closed pipes, constant memory."""

from __future__ import annotations

import faulthandler
import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Thread

import pytest

from derivation import claims
from derivation.batch.lines import LONGEST
from derivation.kernel import Judgement, Verdict

Derive = Callable[..., object]
KEYS = ["id", "verdict", "method", "conditions", "witness", "diagnosis"]
TRUE = {"id": "t", "lhs": "x + x", "rhs": "2*x", "vars": {"x": "real"}}
FALSE = {"id": "f", "lhs": "x", "rhs": "x + 1", "vars": {"x": "real"}}


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def answers(derive: Derive, content: bytes, *options: str) -> list[dict[str, object]]:
    Path("claims.jsonl").write_bytes(content)
    run = derive("check", "--batch", "claims.jsonl", *options)
    assert not run.err
    found = [json.loads(line, parse_constant=pytest.fail) for line in run.out.splitlines()]
    for answer in found:
        assert list(answer) == [*KEYS, "error" if "error" in answer else "reason", "ms"]
    assert run.code == int(any(a["verdict"] not in ("PROVED", "PROVED_IF") for a in found))
    return found


def line(claim: dict[str, object], **changes: object) -> bytes:
    return json.dumps({**claim, **changes}).encode() + b"\n"


def started(root: Path, *options: str) -> subprocess.Popen[bytes]:
    """The program, in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "derivation", "check", "--batch", "-", *options],
        cwd=root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=_as_from_a_terminal,  # noqa: PLW1509 - the tests have one thread
    )


def _as_from_a_terminal() -> None:
    """Under nohup the tests themselves ignore SIGHUP, and what they start would inherit that."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def fed(process: subprocess.Popen[bytes], content: bytes, times: int = 1) -> Thread:
    """Write to a process until it no longer reads."""

    def feed() -> None:
        assert process.stdin
        try:
            for _ in range(times):
                process.stdin.write(content)
            process.stdin.close()
        except BrokenPipeError:
            pass

    thread = Thread(target=feed)
    thread.start()
    return thread


# ---------------------------------------------------------------------------- what a line may be


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"\0\n", "Expecting value"),
        (line(TRUE, lhs="x\0"), "not allowed"),
        (b'{"id": "\xff"}\n', "UTF-8"),
        (b"\xff\xfe{\0}\0\n", "UTF-8"),
        (b"not json\n", 'a line {"lhs": .., "rhs": ..} of JSON: Expecting value'),
        (b"[1]\n", "a claim is a JSON object, not a list"),
        (b"{}\n", '"lhs" is missing'),
        (b"[" * 100_000 + b"\n", "nests too deeply"),
        (b'{"a":' * 100_000 + b"\n", "nests too deeply"),
        (line(TRUE, lhs="(" * 100_000), "nested"),
        (line(TRUE, vars=[1]), '"vars" maps names to texts'),
        (line(TRUE, vars={"lambda": "real", "lambda_": "real"}), "declares lambda twice"),
        (b'{"id": NaN}\n', "NaN is not JSON"),
        (b'{"id": ' + b"9" * 5000 + b"}\n", "4300 digits"),
        (b'{"id": 1e999, "lhs": "1", "rhs": "1"}\n', '"id" cannot be written back'),
        (b'{"id": ' + b"[" * 980 + b"]" * 980 + b"}\n", '"lhs" is missing|nests|written back'),
    ],
    ids=range(16),
)
def test_a_line_that_is_no_claim_has_an_answer(content: bytes, error: str, derive: Derive) -> None:
    first, second = answers(derive, content + line(TRUE))
    assert first["verdict"] == "UNDECIDED"
    assert any(part in str(first["error"]) for part in error.split("|"))
    assert second["verdict"] == "PROVED"


def test_blank_lines_and_line_ends(derive: Derive) -> None:
    text = b"\xef\xbb\xbf" + line(TRUE).rstrip() + b"\r\n\r\n\n   \n" + line(TRUE).rstrip()
    assert [answer["verdict"] for answer in answers(derive, text)] == ["PROVED", "PROVED"]
    assert answers(derive, b"") == []


@pytest.mark.parametrize(
    "identity", ["a", "가\ud800\n", "", 7, -1.5, True, None, [1, [2]], {"a": "b"}, 10**30]
)
def test_an_id_comes_back_as_it_was(identity: object, derive: Derive) -> None:
    found = answers(derive, line(TRUE, id=identity) + line(FALSE, id=identity))
    assert [answer["id"] for answer in found] == [identity] * 2
    assert [answer["verdict"] for answer in found] == ["PROVED", "REFUTED"]


@pytest.mark.parametrize(
    ("start", "identity"),
    [
        (b'{"id": "big", "lhs": "', "big"),
        (b'{"id":-12,"lhs":"', -12),
        (b'{"id": "' + b"y" * 2000 + b'", "lhs": "', None),
        (b'{"id": "\\q", "lhs": "', None),
        (b'{"lhs": "', None),
    ],
)
def test_an_overlong_line_is_refused(start: bytes, identity: object, derive: Derive) -> None:
    text = start + b"x" * 10 * LONGEST + b'", "rhs": "1"}\n' + line(TRUE)
    refused, proved = answers(derive, text)
    assert refused["id"] == identity
    assert refused["error"] == "the line is longer than 1 MiB and was not read"
    assert proved["verdict"] == "PROVED"


def test_latex_and_words_of_python(derive: Derive) -> None:
    latex = line(TRUE, lhs=r"\frac{\lambda}{2} x", rhs=r"\lambda x / 2", syntax="latex",
                 vars={"x": "real", "lambda_": "real"})  # fmt: skip
    python = line(TRUE, lhs="lambda_*x", rhs="x*lambda_", vars={"x": "real", "lambda_": "real"})
    assert [answer["verdict"] for answer in answers(derive, latex + python)] == ["PROVED"] * 2


def test_what_is_given_narrows_what_is_declared(derive: Derive) -> None:
    """Without `x + y = 1` the claim is refuted at once; with it, no point may refute it."""
    claim = {"lhs": "x", "rhs": "1 - y", "vars": {"x": "real", "y": "real"}, "given": ["x > 0"]}
    assert answers(derive, line(claim))[0]["verdict"] == "REFUTED"
    assert answers(derive, line(claim, given="x + y = 1"))[0]["verdict"] != "REFUTED"
    assert "error" in answers(derive, line(claim, given=["x + w = 1"]))[0]
    run = derive("check", "x = 1 - y", "--given", "x, y real, x + y = 1")
    assert not run.out.startswith("REFUTED")


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_many_jobs_answer_like_one(jobs: str, derive: Derive) -> None:
    claims = [line(TRUE, id=n) if n % 3 else line(FALSE, id=n) for n in range(40)]
    found = answers(derive, b"".join(claims), "--jobs", jobs)
    assert [answer["id"] for answer in found] == list(range(40))
    assert [answer["verdict"] == "PROVED" for answer in found] == [n % 3 > 0 for n in range(40)]
    assert found[0]["diagnosis"]
    quick = answers(derive, line(FALSE), "--no-diagnosis")
    assert quick[0]["diagnosis"] is None


# ---------------------------------------------------------------------------- what goes wrong


def test_a_claim_that_ends_its_process_is_undecided(
    derive: Derive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deadly(*_: object, budget: float) -> Judgement:
        if str(budget) == "0.25":
            faulthandler.disable()  # a crash that is meant needs no report
            os.kill(os.getpid(), signal.SIGSEGV)
        return Judgement(Verdict.PROVED)

    monkeypatch.setattr(claims, "decide", deadly)
    (lost,) = answers(derive, line(TRUE, id="here"), "--timeout", "0.25")
    assert (lost["id"], lost["verdict"]) == ("here", "UNDECIDED")
    assert "segmentation fault" in str(lost["reason"])
    run = derive("check", "1 = 1 = 1", "--timeout", "0.25")
    assert run.code == 1
    assert [text.split()[0] for text in run.out.splitlines()] == ["UNDECIDED"] * 2
    assert derive("check", "1 = 1").code == 0


def test_a_claim_that_never_ends_is_undecided(
    derive: Derive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_: object, **__: object) -> None:
        time.sleep(60)

    monkeypatch.setattr(claims, "decide", slow)
    (lost,) = answers(derive, line(TRUE), "--timeout", "0.1")
    assert "no answer within" in str(lost["reason"])
    assert 500 < float(str(lost["ms"])) < 5000


@pytest.mark.parametrize("ending", ["die", "hang", "exhaust"])
def test_a_diagnosis_costs_no_verdict(
    ending: str, derive: Derive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fatal(*_: object) -> str:
        match ending:
            case "die":
                os._exit(9)
            case "hang":
                time.sleep(60)
        return str(bytearray(1 << 50))

    monkeypatch.setattr(claims, "diagnose", fatal)
    monkeypatch.setattr(claims, "PATIENT", 0.2)
    (found,) = answers(derive, line(FALSE), "--timeout", "0.5")
    assert (found["verdict"], found["diagnosis"]) == ("REFUTED", None)
    run = derive("check", "x = x + 1", "--given", "x real", "--timeout", "0.5")
    assert run.code == 1
    assert run.out.startswith("REFUTED at x")


@pytest.mark.parametrize("option", ["--timeout", "--memory", "--jobs"])
@pytest.mark.parametrize("value", ["0", "-1", "many", "nan", "1e9"])
def test_limits_that_make_no_sense_are_refused(option: str, value: str, derive: Derive) -> None:
    run = derive("check", "1 = 1", option, value)
    assert run.code == 2
    assert option in run.err


def test_a_folder_is_no_batch(derive: Derive) -> None:
    run = derive("check", "--batch", ".")
    assert run.code == 2
    assert "directory" in run.err


# ---------------------------------------------------------------------------- endings


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_an_interrupted_batch_leaves_whole_lines_and_no_process(
    number: int, code: int, root: Path
) -> None:
    """The answers are longer than a pipe holds: the signal comes while one is being written."""
    with started(root, "--jobs", "2") as process:
        feeder = fed(process, line(TRUE, id="x" * 150_000), 200)
        assert process.stdout
        head = process.stdout.read(1000)
        time.sleep(0.3)
        process.send_signal(number)
        time.sleep(0.2)
        rest = process.stdout.read()
        assert process.wait(timeout=30) == code
        feeder.join()
        assert process.stderr
        assert not process.stderr.read().strip()
    assert (head + rest).endswith(b"\n")
    found = [json.loads(text) for text in (head + rest).splitlines()]
    assert 1 <= len(found) < 200
    assert {answer["verdict"] for answer in found} == {"PROVED"}
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


def test_a_signal_ends_a_batch_whose_reader_does_not_read(root: Path) -> None:
    with started(root) as process:
        feeder = fed(process, line(TRUE), 2000)
        assert process.stdout
        assert process.stdout.read1(1)  # it is at work now
        time.sleep(1)  # and the pipe is full
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 143
        feeder.join()
        rest = process.stdout.read()
    assert rest.endswith(b"\n")
    for text in rest.splitlines()[1:]:
        json.loads(text)


def test_a_closed_pipe_ends_a_batch_quietly(root: Path, tmp_path: Path) -> None:
    path = tmp_path / "claims.jsonl"
    path.write_bytes(line(TRUE) * 3000)
    derive = f"{shlex.quote(sys.executable)} -m derivation check --batch {shlex.quote(str(path))}"
    start = time.perf_counter()
    done = subprocess.run(
        ["/bin/sh", "-c", f"{derive} --jobs 2 | head -n 2"],
        cwd=root, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert [json.loads(text)["verdict"] for text in done.stdout.splitlines()] == ["PROVED"] * 2
    assert not done.stderr
    assert time.perf_counter() - start < 30


def peak_memory(root: Path, lines: int) -> int:
    """KiB at the most, of the program and of its workers, for so many lines through a pipe."""
    with started(root, "--jobs", "2") as process:
        feeder = fed(process, b'{"id": 7}\n' * 1000, lines // 1000)
        assert process.stdout
        assert sum(1 for _ in process.stdout) == lines
        feeder.join()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 1
    return usage.ru_maxrss


def test_memory_does_not_grow_with_the_number_of_lines(root: Path) -> None:
    assert peak_memory(root, 50_000) < peak_memory(root, 1000) + 4096


@pytest.mark.parametrize("closed", ["0<&-", "2>&-", "0<&- 2>&-"])
def test_closed_standard_streams_are_no_hindrance(closed: str, root: Path, tmp_path: Path) -> None:
    path = tmp_path / "claims.jsonl"
    path.write_bytes(line(TRUE) * 3)
    derive = f"{shlex.quote(sys.executable)} -m derivation check --batch {shlex.quote(str(path))}"
    done = subprocess.run(
        ["/bin/sh", "-c", f"{derive} {closed}"],
        cwd=root, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert [json.loads(text)["verdict"] for text in done.stdout.splitlines()] == ["PROVED"] * 3


# ---------------------------------------------------------------------------- progress


def shown(root: Path, arguments: Sequence[str], content: bytes = b"") -> str:
    """What the program writes to a terminal as its standard error."""
    here, there = os.openpty()
    subprocess.run(
        [sys.executable, "-m", "derivation", "check", *arguments],
        cwd=root, input=content, stdout=subprocess.PIPE, stderr=there, check=False,
    )  # fmt: skip
    os.close(there)
    try:
        return os.read(here, 1 << 16).decode()
    except OSError:  # nothing was written and nobody is there any more
        return ""
    finally:
        os.close(here)


def test_progress_on_a_terminal(root: Path, tmp_path: Path) -> None:
    content = (line(TRUE) + b"\n") * 3 + line(FALSE)
    path = tmp_path / "claims.jsonl"
    path.write_bytes(content)
    of_a_file = shown(root, ["--batch", str(path)])
    assert "\r\x1b[K4/4 claims, " in of_a_file
    assert " a second: 3 PROVED, 0 PROVED_IF, 1 REFUTED, 0 UNDECIDED\r\n" in of_a_file
    assert "\r\x1b[K4 claims, " in shown(root, ["--batch", "-"], content)
    assert shown(root, ["1 = 1"]) == ""
