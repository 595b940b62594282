"""What several test files share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from derivation.__main__ import load_commands

ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update` writes golden files anew."""
    parser.addoption("--update", action="store_true", help="write golden files anew")


@dataclass(frozen=True, slots=True)
class Run:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def root() -> Path:
    """The top of the checkout."""
    return ROOT


@pytest.fixture
def derive(capsys: pytest.CaptureFixture[str]) -> Callable[..., Run]:
    """Run `derive` in this process: `derive("verify", "bce")`."""

    def run(*arguments: str) -> Run:
        return _run(arguments, capsys)

    return run


def _run(arguments: Sequence[str], capsys: pytest.CaptureFixture[str]) -> Run:
    capsys.readouterr()
    with pytest.raises(SystemExit) as stop:
        load_commands().main(list(arguments))
    printed = capsys.readouterr()
    return Run(int(stop.value.code or 0), printed.out, printed.err)
