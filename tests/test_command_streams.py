"""`derive` as a program: streams that are closed, full or a pipe, and files that are none."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from derivation.errors import DataError, DerivationError
from derivation.files import write_whole
from derivation.models.whole import whole_file
from derivation.training.whole_files import replaceable, require_place, write_json_file

Derive = Callable[..., object]
DERIVE = f"{shlex.quote(sys.executable)} -m derivation"
TRAIN = f"{DERIVE} train bce iris.csv --target virginica"
FULL = Path("/dev/full")


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def shell(command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/bash", "-c", command], capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("command", [TRAIN, f"{DERIVE} list"])
def test_a_closed_stream_is_no_hindrance(command: str, closed: str) -> None:
    done = shell(f"{command} {closed}")
    assert (done.returncode, done.stderr) == (0, "")
    assert bool(done.stdout) == (">&-" not in closed.split())


def test_predictions_to_a_closed_stream() -> None:
    shell(f"{TRAIN} --save model.json")
    done = shell(f"{DERIVE} predict model.json iris.csv >&-")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "command", [TRAIN, f"{DERIVE} predict model.json long.csv", f"{DERIVE} verify l2"]
)
def test_output_that_nobody_reads_is_no_error_and_no_verdict(command: str) -> None:
    """Neither 0 nor 1: nobody was told whether it holds."""
    shell(f"{TRAIN} --features petal_width --save model.json")
    Path("long.csv").write_text("petal_width\n" + "1.5\n" * 30_000, encoding="utf-8")
    done = shell(f"{command} | sleep 0; echo ${{PIPESTATUS[0]}}")
    assert (done.stdout, done.stderr) == ("141\n", "")


@pytest.mark.skipif(not FULL.is_char_device(), reason="Linux has a device that is always full")
@pytest.mark.parametrize("command", [TRAIN, f"{DERIVE} list"])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_output_that_cannot_be_written_is_an_error(command: str, unbuffered: str) -> None:
    done = shell(f"PYTHONUNBUFFERED={unbuffered} {command} > {FULL}")
    assert done.returncode == 2
    assert done.stderr.startswith("derive: error: ")
    assert done.stderr.endswith("No space left on device\n")
    assert done.stderr.count("\n") == 1


def test_an_interrupt_while_the_commands_are_loaded() -> None:
    script = (
        "import derivation.__main__ as program\n"
        "def interrupted(): raise KeyboardInterrupt\n"
        "program.load_commands = interrupted\nprogram.main()"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


# ------------------------------------------------------- what is no file is not replaced


@pytest.fixture
def pipe() -> Path:
    os.mkfifo("pipe")
    return Path("pipe").absolute()


@pytest.mark.parametrize("option", ["--save", "--plot", "--checkpoint"])
def test_the_command_leaves_a_pipe_alone(option: str, pipe: Path, derive: Derive) -> None:
    link = Path("link")
    link.symlink_to(pipe)
    for path in (pipe, link):
        run = derive("train", "bce", "iris.csv", "--target", "virginica", option, str(path))
        assert run.code == 2
        assert run.err == f"derive: error: cannot write {path}: it is no ordinary file\n"
        assert not run.out
    assert pipe.is_fifo()
    assert link.is_symlink()


def test_nothing_writes_over_a_pipe(pipe: Path) -> None:
    with pytest.raises(OSError, match="no ordinary file"):
        require_place(pipe)
    with pytest.raises(OSError, match="no ordinary file"):
        write_json_file(pipe, {})
    with pytest.raises(DerivationError, match="no ordinary file"):
        write_whole(pipe, "text")
    with pytest.raises(DataError, match="no ordinary file"), whole_file(pipe):
        pytest.fail("it was opened")
    assert pipe.is_fifo()
    assert [path.name for path in Path().iterdir()] == ["pipe"]


def test_a_link_stays_a_link() -> None:
    Path("there").mkdir()
    real, link = Path("there/real"), Path("link")
    link.symlink_to(real)
    assert replaceable(link) == real.absolute()
    for write in (
        lambda: write_json_file(link, {}),
        lambda: write_whole(link, "text"),
        lambda: write_in_pieces(link),
    ):
        real.unlink(missing_ok=True)
        write()
        assert real.is_file()
        assert link.is_symlink()
        assert [path.name for path in real.parent.iterdir()] == ["real"]


def write_in_pieces(path: Path) -> None:
    with whole_file(path) as stream:
        stream.write("text")
