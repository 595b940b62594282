"""README.md cannot rot: its blocks run as tests."""

from __future__ import annotations

import contextlib
import doctest
import io
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("README.md", "ARCHITECTURE.md", "docs/training.md")
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_TIME = re.compile(r"\d+\.\d+ (ms|s)\b")
_FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def blocks(page: str, language: str) -> list[str]:
    """The fenced blocks of a page that are in that language."""
    found = _BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))
    return [body for kind, body in found if kind == language]


def commands() -> list[tuple[str, str]]:
    """(command, expected output) of every `$ derive ...` in the console blocks."""
    pairs = []
    for body in (body for page in PAGES for body in blocks(page, "console")):
        for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
            command, _, expected = part.partition("\n")
            pairs.append((command, expected))
    return pairs


def without_times(text: str) -> str:
    return _TIME.sub(r"# \1", text)


def assert_matches(expected: str, found: str) -> None:
    """Equal up to white space and times; `...` stands for anything."""
    expected, found = without_times(expected), without_times(found)
    assert doctest.OutputChecker().check_output(expected, found, _FLAGS), (
        f"README says\n{expected}\nbut the command prints\n{found}"
    )


def test_there_is_something_to_run() -> None:
    assert len(commands()) >= 3
    assert blocks("README.md", "python")


def test_set_up_is_two_lines() -> None:
    (block,) = blocks("README.md", "sh")
    first, second = block.splitlines()
    assert "derive verify bce" in first
    assert "derive train bce" in first
    assert second.endswith("pytest -q")


@pytest.mark.parametrize(("command", "expected"), commands(), ids=lambda text: text[:60])
def test_console_blocks_print_what_they_say(
    command: str,
    expected: str,
    derive: Callable[..., object],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "derivation").symlink_to(ROOT / "derivation")
    program, *arguments = shlex.split(command)
    assert program == "derive", "only `derive` is run in console blocks"
    run = derive(*arguments)
    assert_matches(expected, run.out + run.err)  # type: ignore[attr-defined]


@pytest.mark.parametrize("page", PAGES)
def test_python_blocks_run(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All blocks of a page share one namespace; `# ` comments after print say what is printed."""
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "readme"}
    for block in blocks(page, "python"):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(block, page, "exec"), names)  # noqa: S102 - our own page
        expected = "\n".join(
            line.rpartition("  # ")[2] for line in block.splitlines() if line.startswith("print(")
        )
        assert_matches(expected + "\n" if expected else "", printed.getvalue())


def test_links_to_files_lead_somewhere() -> None:
    for page in (*PAGES, "CHANGELOG.md"):
        text = (ROOT / page).read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#]+)\)", text):
            if "://" not in target:
                assert (ROOT / target).exists(), f"{page} links to {target}, which is not there"


def test_a_wrong_output_is_noticed() -> None:
    with pytest.raises(AssertionError, match="but the command prints"):
        assert_matches("PROVED (1.0 ms)", "REFUTED (1.0 ms)")
