"""`derive check --batch --cluster` with real worker processes, one of them killed."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from derivation.batch.lines import LONGEST
from derivation.batch.many import check_all
from derivation.batch.options import Options
from derivation.cluster.claims import check_all_on, judge_lines
from derivation.cluster.connection import connect
from derivation.errors import DerivationError, UnsupportedError

OPTIONS = Options(diagnosis=False)
TEMPLATES = [
    ("(x + {k})**2", "x**2 + 2*{k}*x + {k}**2"),
    ("exp(x + {k})", "exp(x)*exp({k})"),
    ("sin(x)**2 + {k}", "{k} - cos(x)**2"),  # false
    ("log(x*{k})", "log(x) + log({k})"),  # for x > 0
]


def claim(number):
    lhs, rhs = TEMPLATES[number % len(TEMPLATES)]
    k = str(1 + number // 7)
    sides = {"lhs": lhs.replace("{k}", k), "rhs": rhs.replace("{k}", k)}
    return json.dumps({"id": number, **sides, "vars": {"x": "real"}})


def written(tmp_path, lines):
    path = tmp_path / "claims.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def answers(text):
    found = [json.loads(line) for line in text.splitlines()]
    for one in found:
        del one["ms"]
    return found


def alone(path):
    out = io.StringIO()
    with path.open("rb") as stream:
        holds = check_all(stream, OPTIONS, out, None)
    return holds, answers(out.getvalue())


@pytest.fixture(scope="module")
def client():
    with connect("local:2") as found:
        yield found


def on(client, path):
    out = io.StringIO()
    with path.open("rb") as stream:
        holds = check_all_on(client, stream, OPTIONS, out, None)
    return holds, answers(out.getvalue())


def test_the_answers_are_those_of_one_machine_in_order(client, tmp_path):
    lines = [claim(n) for n in range(430)]
    lines[7] = "no JSON"
    lines[200] = '{"id": "big", "lhs": "' + "x+" * LONGEST + '"}'
    lines[201] = ""
    path = written(tmp_path, lines)
    here = on(client, path)
    assert here == alone(path)
    assert len(here[1]) == 429
    assert here[1][200]["id"] == "big"
    assert "was not read" in here[1][200]["error"]


def test_all_holds(client, tmp_path):
    path = written(tmp_path, [claim(0), claim(1), claim(3)])
    assert on(client, path) == alone(path)
    assert on(client, path)[0]
    assert on(client, written(tmp_path, [])) == (True, [])


def test_a_killed_worker_costs_no_answer(client, tmp_path):
    path = written(tmp_path, [claim(n) for n in range(600)])
    victim = min(client.run(os.getpid).values())
    timer = threading.Timer(0.5, os.kill, (victim, signal.SIGKILL))
    timer.start()
    found = on(client, path)
    timer.join()
    assert found == alone(path)
    deadline = time.monotonic() + 20
    while victim in client.run(os.getpid).values() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert victim not in client.run(os.getpid).values()


def test_a_worker_that_cannot_judge_says_why(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(DerivationError, match="a worker could not judge claims"):
        judge_lines((b"{}",), OPTIONS)


@pytest.mark.parametrize("address", ["", "somewhere", "local:0", "local:x", "tcp://host", "a b:1"])
def test_an_address_that_is_none(address):
    with pytest.raises(DerivationError, match=r"give the scheduler's address"), connect(address):
        pass


def test_nobody_answers(monkeypatch):
    monkeypatch.setattr("derivation.cluster.connection._PATIENCE", "1s")
    with (
        pytest.raises(DerivationError, match=r"no dask scheduler answers at tcp://127\.0\.0\.1:9"),
        connect("tcp://127.0.0.1:9"),
    ):
        pass


def test_without_dask(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(UnsupportedError, match=r"pip install 'derive\[cluster\]'"),
        connect("local"),
    ):
        pass


def test_the_command(tmp_path):
    path = written(tmp_path, [claim(0), claim(2)])
    command = [sys.executable, "-m", "derivation", "check", "--batch", str(path)]
    found = subprocess.run(
        [*command, "--cluster", "local:1"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert found.returncode == 1, found.stderr
    assert [one["verdict"] for one in answers(found.stdout)] == ["PROVED", "REFUTED"]
    assert found.stderr == ""
    found = subprocess.run(
        [*command, "--cluster", "nowhere"], capture_output=True, text=True, check=False
    )
    assert found.returncode == 2
    assert found.stderr.startswith("derive: error: --cluster nowhere: give the scheduler's address")
    found = subprocess.run(
        [*command[:4], "1 = 1", "--cluster", "local"], capture_output=True, text=True, check=False
    )
    assert found.returncode == 2
    assert "--cluster is for a --batch" in found.stderr
