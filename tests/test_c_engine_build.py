"""Finding a compiler, building, caching, and what happens where that fails."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from c_forms import formulas

from derivation.training import c_build
from derivation.training.c_build import (
    BuildError,
    NoCompilerError,
    library_folder,
    load_c_library,
)
from derivation.training.c_engine import _c_failures, c_engine_or_none
from derivation.training.source import RowSource

COMPILER = next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), "")
needs_compiler = pytest.mark.skipif(not COMPILER, reason="no C compiler on this machine")
SOURCE = RowSource([(1.0,), (2.0,)], [[0.0, 1.0]])
TINY = "int answer(void) { return 42; }\n"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of its own for each test; no warning was given yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("CC", raising=False)
    _c_failures.cache_clear()
    return tmp_path / "cache" / "derive" / "libraries"


@pytest.fixture
def compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Makes a script the only compiler."""

    def make(script: str) -> Path:
        path = tmp_path / "bin" / "cc"
        path.parent.mkdir()
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)
        monkeypatch.setenv("PATH", str(path.parent))
        return path

    return make


def built(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


# ------------------------------------------------------------------------- no compiler


def test_without_a_compiler_python_computes_in_silence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert c_engine_or_none(formulas("bce", "Nobody"), SOURCE, required=False) is None
    with pytest.raises(RuntimeError, match=r"no C compiler was found: install gcc or clang"):
        c_engine_or_none(formulas("bce", "Nobody"), SOURCE, required=True)


def test_without_c_code_python_computes_in_silence() -> None:
    nothing = formulas("bce", c_text="")
    assert c_engine_or_none(nothing, SOURCE, required=False) is None
    with pytest.raises(RuntimeError, match="'bce' has no C code"):
        c_engine_or_none(nothing, SOURCE, required=True)


def test_other_systems_have_none(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(c_build.os, "name", "nt")
        with pytest.raises(NoCompilerError, match="POSIX"):
            load_c_library(TINY)


# ---------------------------------------------------------------- compilers that fail


def test_a_compiler_that_fails_gives_one_warning(compiler: Callable[[str], Path]) -> None:
    path = compiler("echo 'cc1: no licence today' >&2; exit 3")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for name, title in (("bce", "A"), ("bce", "B"), ("poisson", "C")):
            assert c_engine_or_none(formulas(name, title), SOURCE, required=False) is None
    (warning,) = caught
    assert warning.category is RuntimeWarning
    assert re.match(
        "the C engine .* so Python computes: .*licence", str(warning.message), re.DOTALL
    )
    with pytest.raises(RuntimeError, match=rf"{path} fails even on an empty file"):
        c_engine_or_none(formulas("bce", "D"), SOURCE, required=True)


def test_a_compiler_that_fails_on_the_file(compiler: Callable[[str], Path], cache: Path) -> None:
    compiler('case "$*" in *-dM*) exit 0;; esac; echo "no space in the sky"; exit 1')
    with pytest.raises(RuntimeError, match=r"ended with 1: no space in the sky"):
        c_engine_or_none(formulas("bce", "E"), SOURCE, required=True)
    assert built(cache) == []  # no halves are left


def test_a_compiler_that_fails_is_tried_once_for_each_loss(
    compiler: Callable[[str], Path], tmp_path: Path
) -> None:
    calls = tmp_path / "calls"
    compiler(f'case "$*" in *-dM*) exit 0;; esac; echo once >> {calls}; exit 1')
    wanted = formulas("bce", "Again and again.")
    with pytest.warns(RuntimeWarning, match="so Python computes"):
        assert c_engine_or_none(wanted, SOURCE, required=False) is None
    for _ in range(3):
        assert c_engine_or_none(wanted, SOURCE, required=False) is None
    assert calls.read_text() == "once\n"
    with pytest.raises(RuntimeError, match="ended with 1"):  # who asks for it may have mended it
        c_engine_or_none(wanted, SOURCE, required=True)
    assert calls.read_text() == "once\nonce\n"


def test_a_compiler_that_cannot_be_started(compiler: Callable[[str], Path]) -> None:
    path = compiler("exit 0")
    path.write_text("#!/no/such/interpreter\n", encoding="utf-8")
    with pytest.raises(BuildError, match="cannot be started"):
        load_c_library(TINY)


def test_a_compiler_that_builds_nothing(compiler: Callable[[str], Path]) -> None:
    compiler("exit 0")
    with pytest.raises(BuildError, match="cannot be loaded"):
        load_c_library(TINY)


def test_a_compiler_that_hangs_is_stopped_with_all_it_started(
    compiler: Callable[[str], Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    cache: Path,
) -> None:
    sleep, pid = shutil.which("sleep"), tmp_path / "pid"
    compiler(f'case "$*" in *-dM*) exit 0;; esac; {sleep} 600 & echo $! > {pid}; wait')
    monkeypatch.setattr(c_build, "BUILD_SECONDS", 1.0)
    with pytest.raises(RuntimeError, match="was stopped: not done after 1 seconds"):
        c_engine_or_none(formulas("bce", "F"), SOURCE, required=True)
    child = int(pid.read_text())
    for _ in range(100):  # it is ended at once, but someone has to take note of that
        status = Path(f"/proc/{child}/stat")
        try:
            alive = status.read_text().split()[2] != "Z" if Path("/proc").is_dir() else _is(child)
        except FileNotFoundError:
            alive = False
        if not alive:
            break
        time.sleep(0.05)
    assert not alive
    assert built(cache) == []


def _is(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@needs_compiler
def test_a_library_that_gives_other_numbers_is_not_used() -> None:
    wrong = formulas("bce", c_text=formulas("squared error", "G").c_source)
    with pytest.raises(RuntimeError, match=r"the library that was built is wrong: for z = "):
        c_engine_or_none(wrong, SOURCE, required=True)
    with pytest.warns(RuntimeWarning, match="is wrong"):
        assert c_engine_or_none(wrong, SOURCE, required=False) is None


@needs_compiler
def test_a_library_that_loses_small_numbers_is_not_used() -> None:
    text = formulas("bce", "H").c_source
    lossy = re.sub(r"growth\[i\] = (\w+);", r"growth[i] = 1.0 + \1 - 1.0;", text)
    assert lossy != text
    with pytest.raises(RuntimeError, match=r"z = \[-40.0\]"):
        c_engine_or_none(formulas("bce", c_text=lossy), SOURCE, required=True)


@needs_compiler
def test_a_library_of_another_kind_is_not_used() -> None:
    with pytest.raises(RuntimeError, match=r"is not one of this kind.*derive_work"):
        c_engine_or_none(formulas("bce", c_text=TINY), SOURCE, required=True)


@needs_compiler
def test_c_text_with_a_mistake_is_shown() -> None:
    with pytest.raises(BuildError, match="ended with 1"):
        load_c_library("int main(void) { return nothing; }")


# --------------------------------------------------------------------------- the cache


@needs_compiler
def test_a_library_is_built_once(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_c_library(TINY)["answer"]() == 42
    (library,) = built(cache)
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700
    assert stat.S_IMODE(library.stat().st_mode) == 0o500

    def nothing(*_: object) -> None:
        raise AssertionError("built again")

    monkeypatch.setattr(c_build, "_built_library", nothing)
    assert load_c_library(TINY)["answer"]() == 42
    with pytest.raises(AssertionError):
        load_c_library(TINY + "\n")


@needs_compiler
def test_the_key_has_flags_and_compiler(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load_c_library(TINY)
    monkeypatch.setenv("CC", f"{COMPILER} -DANYTHING")
    load_c_library(TINY)
    assert len(built(cache)) == 2


@needs_compiler
@pytest.mark.parametrize("damage", ["cut", "empty", "other byte", "longer"])
def test_a_damaged_library_is_built_again(cache: Path, damage: str) -> None:
    load_c_library(TINY)
    (library,) = built(cache)
    content = library.read_bytes()
    changed = {
        "cut": content[: len(content) // 2],
        "empty": b"",
        "other byte": bytes([*content[:-40], content[-40] ^ 1, *content[-39:]]),
        "longer": content + b"\0",
    }[damage]
    library.unlink()
    library.write_bytes(changed)
    library.chmod(0o500)
    assert load_c_library(TINY)["answer"]() == 42
    (again,) = built(cache)
    assert again.read_bytes() == content


@needs_compiler
@pytest.mark.parametrize("mode", [0o777, 0o770, 0o722])
def test_a_library_that_others_could_write_is_built_again(cache: Path, mode: int) -> None:
    load_c_library(TINY)
    (library,) = built(cache)
    library.chmod(mode)
    assert load_c_library(TINY)["answer"]() == 42
    (again,) = built(cache)
    assert stat.S_IMODE(again.stat().st_mode) == 0o500


@needs_compiler
def test_a_link_is_no_library(cache: Path, tmp_path: Path) -> None:
    load_c_library(TINY)
    (library,) = built(cache)
    elsewhere = tmp_path / "elsewhere.so"
    library.rename(elsewhere)
    library.symlink_to(elsewhere)
    assert load_c_library(TINY)["answer"]() == 42
    (again,) = built(cache)
    assert not again.is_symlink()
    assert elsewhere.exists()


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o707])
def test_a_folder_inside_one_that_others_could_write_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int
) -> None:
    home = tmp_path / "open"
    home.mkdir()
    home.chmod(mode)
    monkeypatch.setenv("XDG_CACHE_HOME", str(home))
    assert library_folder() is None
    home.chmod(0o755)
    assert library_folder() == (home / "derive" / "libraries").resolve()
    home.chmod(0o1777)  # like /tmp: others may add, but neither remove nor rename
    assert library_folder() is not None


def test_the_folder_itself_is_made_private(cache: Path) -> None:
    cache.mkdir(parents=True)
    cache.chmod(0o777)
    folder = library_folder()
    assert folder is not None
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_cache_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for value in ("", "relative/folder"):  # as the XDG specification says
        monkeypatch.setenv("XDG_CACHE_HOME", value)
        assert library_folder() == (tmp_path / ".cache" / "derive" / "libraries").resolve()


@needs_compiler
def test_where_the_cache_cannot_be_written_a_private_folder_is_used_and_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    obstacle = tmp_path / "file"
    obstacle.write_text("not a folder", encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(obstacle))
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    assert library_folder() is None
    assert load_c_library(TINY)["answer"]() == 42
    assert list(temporary.iterdir()) == []


@needs_compiler
def test_a_full_disk_is_not_the_end(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = c_build._built_library

    def full(compiler: object, source: str, folder: Path, key: str) -> Path:
        if folder == cache.resolve():
            raise OSError(28, "No space left on device")
        return real(compiler, source, folder, key)

    monkeypatch.setattr(c_build, "_built_library", full)
    assert load_c_library(TINY)["answer"]() == 42


@needs_compiler
def test_many_processes_build_at_the_same_time(cache: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.c"
    text.write_text(formulas("bce", "All at once.").c_source + TINY, encoding="utf-8")
    program = (
        "import pathlib, sys, time\n"
        f"sys.path.insert(0, {str(Path(__file__).parents[1])!r})\n"
        "from derivation.training.c_build import load_c_library\n"
        f"folder = pathlib.Path({str(tmp_path)!r})\n"
        "(folder / f'ready{sys.argv[1]}').touch()\n"
        "while not (folder / 'go').exists(): time.sleep(0.005)\n"
        "print(load_c_library((folder / 'text.c').read_text())['answer']())\n"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", program, str(number)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(4)
    ]
    while not all((tmp_path / f"ready{number}").exists() for number in range(4)):
        assert all(process.poll() is None for process in processes)
        time.sleep(0.01)
    (tmp_path / "go").touch()
    assert [process.communicate(timeout=120)[0] for process in processes] == ["42\n"] * 4
    assert [process.returncode for process in processes] == [0] * 4
    assert len(built(cache)) == 1  # and nothing half built


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ('gcc "', "which is no command: No closing quotation"),
        ("no-such-cc -O2", "no such compiler"),
    ],
)
def test_a_compiler_that_is_named_wrongly(
    command: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CC", command)
    with pytest.raises(BuildError, match=message):
        c_engine_or_none(formulas("bce"), SOURCE, required=True)
    with pytest.warns(RuntimeWarning, match=message):
        assert c_engine_or_none(formulas("bce"), SOURCE, required=False) is None
