"""Compiles C text into a library and loads it; a library that was built before is taken again.

Libraries lie in ``$XDG_CACHE_HOME/derive`` or ``~/.cache/derive``, under names that say what they
were built from (SHA-256 of the C text, the flags, and all that the compiler predefines, which
names its version and the machine) and what is in them (SHA-256 of the file). So a library that
was damaged, or that belongs to another machine, is not loaded. Each is written under another name
first and then renamed: processes that build at the same time do not see each other's halves.

Nothing is loaded that another user could have written: the folder must be this user's, with no
access for others, and so on up to the root. Where that fails, or the folder cannot be written,
each process builds in a private folder of its own, which is removed at once.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

BUILD_FLAGS = (
    "-std=c11",
    "-O3",
    "-fno-fast-math",
    "-ffp-contract=off",
    "-fno-math-errno",
    "-fno-trapping-math",
    "-fPIC",
    "-shared",
)
"""None of these changes a result: no sum is reordered, no product fused with a sum."""

BUILD_SECONDS = 60.0
"""A compiler that takes longer is stopped; it takes one or two seconds."""


class CUnavailableError(RuntimeError):
    """The C engine cannot be used; the message says why."""


class NoCompilerError(CUnavailableError):
    """There is no C compiler, or nothing for it to compile."""


class BuildError(CUnavailableError):
    """There is a C compiler, but what it builds cannot be used."""


class CLibrary(Protocol):
    """A loaded library: its functions by name; AttributeError for one that it does not export."""

    def __getitem__(self, name: str, /) -> Any:  # noqa: ANN401  # its type is ctypes' own
        """The function of this name, as an object of its own."""


@dataclass(frozen=True, slots=True)
class CCompiler:
    """A command with its flags; ``identity`` is all that its results depend on."""

    command: tuple[str, ...]
    identity: str


def load_c_library(source: str) -> CLibrary:
    """The library built from C text; built now unless it was before.

    Raises NoCompilerError or BuildError, which say what to do.
    """
    import ctypes
    import tempfile

    if os.name != "posix":
        raise NoCompilerError(f"C is compiled on POSIX systems only, and this is {os.name!r}")
    compiler = c_compiler()
    key = sha256(f"{compiler.identity}\n{source}".encode()).hexdigest()[:32]
    folder = library_folder()
    if folder is not None:
        try:
            found = _library_in(folder, key)
            return found or ctypes.CDLL(str(_built_library(compiler, source, folder, key)))
        except OSError:  # no space, a file system that runs no programs, ...
            pass
    try:
        with tempfile.TemporaryDirectory(prefix="derive-") as private:
            return ctypes.CDLL(str(_built_library(compiler, source, Path(private), key)))
    except OSError as error:
        raise BuildError(
            f"the library that {compiler.command[0]} built cannot be loaded: {error}"
        ) from error


def c_compiler() -> CCompiler:
    """The compiler in ``$CC``, or else cc, gcc or clang.

    Raises NoCompilerError where there is none, BuildError for one that does not work or that
    ``$CC`` names and nobody has.
    """
    import shlex
    import shutil

    named = os.environ.get("CC", "")
    try:
        wanted = [shlex.split(named)] if named.strip() else [["cc"], ["gcc"], ["clang"]]
    except ValueError as error:
        raise BuildError(f"$CC is {named!r}, which is no command: {error}") from None
    for command in wanted:
        path = shutil.which(command[0])
        if path is not None:
            return _probed_compiler((path, *command[1:]))
    if named.strip():
        raise BuildError(f"$CC is {named!r}, and there is no such compiler; correct or unset it")
    raise NoCompilerError("no C compiler was found: install gcc or clang, or name one in $CC")


@cache
def _probed_compiler(command: tuple[str, ...]) -> CCompiler:
    """The compiler with the flags that it takes."""
    import shlex

    for native in (("-march=native",), ()):  # not every compiler knows its machine
        whole = (*command, *BUILD_FLAGS, *native)
        code, told = _run_compiler((*whole, "-dM", "-E", "-x", "c", "-"), "")
        if code == 0:
            return CCompiler(whole, sha256(f"{whole}\n{told}".encode()).hexdigest())
    raise BuildError(f"{shlex.join(command)} fails even on an empty file: {_last_lines(told)}")


def library_folder() -> Path | None:
    """The folder for built libraries, made if need be; None if there is no safe one."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    try:
        parent = Path(base) if Path(base).is_absolute() else Path.home() / ".cache"
        folder = parent / "derive" / "libraries"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = folder.resolve()
        if not _is_ours_alone(folder):
            return None
        folder.chmod(0o700)
        return folder if os.access(folder, os.W_OK | os.X_OK) else None
    except (OSError, RuntimeError):  # RuntimeError: there is no home
        return None


def _is_ours_alone(folder: Path) -> bool:
    """Whether this user's folder is at a place where nobody else but root could put another."""
    for place in folder.parents:
        facts = place.stat()
        open_to_all = facts.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        if facts.st_uid not in (0, os.getuid()) or (
            open_to_all and not facts.st_mode & stat.S_ISVTX
        ):
            return False
    return folder.stat().st_uid == os.getuid()


def _library_in(folder: Path, key: str) -> CLibrary | None:
    """The library of this key, if there is one that is whole; one that is not is removed."""
    import ctypes

    for path in sorted(folder.glob(f"{key}-*.so")):
        facts = path.lstat()
        ours = stat.S_ISREG(facts.st_mode) and facts.st_uid == os.getuid()
        alone = ours and not facts.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        if alone and path.name == _library_name(key, path.read_bytes()):
            return ctypes.CDLL(str(path))
        path.unlink(missing_ok=True)
    return None


def _library_name(key: str, content: bytes) -> str:
    return f"{key}-{sha256(content).hexdigest()[:32]}.so"


def _built_library(compiler: CCompiler, source: str, folder: Path, key: str) -> Path:
    """Compile into ``folder``; the path of the library."""
    import tempfile

    handle, name = tempfile.mkstemp(prefix="building-", suffix=".so", dir=folder)
    os.close(handle)
    target = Path(name)
    try:
        code, told = _run_compiler((*compiler.command, "-x", "c", "-", "-o", name, "-lm"), source)
        if code != 0:
            raise BuildError(f"{compiler.command[0]} ended with {code}: {_last_lines(told)}")
        target.chmod(0o500)
        path = folder / _library_name(key, target.read_bytes())
        target.replace(path)
    finally:
        target.unlink(missing_ok=True)
    return path


def _run_compiler(command: tuple[str, ...], text: str) -> tuple[int, str]:
    """Run a command on ``text``, with all that it starts; its exit code, and what it says."""
    import signal
    import subprocess
    import tempfile

    with tempfile.TemporaryFile() as stdin, tempfile.TemporaryFile() as output:
        stdin.write(text.encode())
        stdin.seek(0)
        try:
            process = subprocess.Popen(  # noqa: S603  # the user's own compiler, no shell
                command, stdin=stdin, stdout=output, stderr=output, start_new_session=True
            )
        except OSError as error:
            raise BuildError(f"{command[0]} cannot be started: {error}") from error
        try:
            code = process.wait(BUILD_SECONDS)
        except subprocess.TimeoutExpired:
            raise BuildError(
                f"{command[0]} was stopped: not done after {BUILD_SECONDS:.0f} seconds"
            ) from None
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        output.seek(0)
        return code, output.read().decode(errors="replace")


def _last_lines(told: str) -> str:
    """The end of what a compiler says."""
    return "\n".join(told.strip().splitlines()[-6:]) or "it says nothing"
