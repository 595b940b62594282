"""What `derive render` writes: every file whole, and none before all are rendered."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from derivation.check import Checked
from derivation.errors import DerivationError, MissingToolError, UnsupportedError
from derivation.render import TARGETS, render, write

__all__ = ["write_all"]

_SUFFIXES = {target.name: target.suffix for target in TARGETS}
_NOT_YET = ("pptx", "ipynb", "python")
_HINT = (
    "apt-get install --no-install-recommends texlive-xetex texlive-latex-recommended "
    "texlive-fonts-recommended lmodern fonts-nanum"
)


def write_all(
    checked: Checked, targets: Sequence[str], languages: Sequence[str], folder: Path
) -> Iterator[Path]:
    """Write `folder/NAME.LANGUAGE.SUFFIX` for each target and language; yields the paths.

    Raises UnsupportedError and MissingToolError before anything is written.
    """
    for target in targets:
        _require(target)
    name = checked.derivation.name
    contents: dict[Path, str | bytes] = {}
    for language in languages:
        for target in targets:
            if target == "pdf":
                path = folder / f"{name}.{language}.pdf"
                contents[path] = _pdf(render(checked, "beamer", language))
            else:
                path = folder / f"{name}.{language}{_SUFFIXES[target]}"
                contents[path] = render(checked, target, language)
    for path, content in contents.items():
        yield write(path, content)


def _require(target: str) -> None:
    known = ", ".join((*_SUFFIXES, "pdf"))
    if target in _NOT_YET:
        raise UnsupportedError(f"the target '{target}' is not supported yet; there are: {known}")
    if target not in _SUFFIXES and target != "pdf":
        raise UnsupportedError(f"no target '{target}'; there are: {known}")
    if target == "pdf" and shutil.which("xelatex") is None:
        raise MissingToolError(
            f"pdf needs XeLaTeX, which is not installed; on Debian or Ubuntu: {_HINT}"
        )


def _pdf(source: str) -> bytes:
    """The Beamer slides as PDF; two runs, because the second knows the number of pages."""
    with TemporaryDirectory(prefix="derive-") as folder:
        Path(folder, "slides.tex").write_text(source, encoding="utf-8")
        command = ["xelatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape"]
        for _ in range(2):
            run = subprocess.run(  # noqa: S603 - a fixed command, no shell
                [*command, "slides.tex"], cwd=folder, capture_output=True, check=False
            )
            if run.returncode != 0:
                tail = run.stdout.decode("utf-8", "replace").splitlines()[-12:]
                raise DerivationError("xelatex failed:\n  " + "\n  ".join(tail))
        return Path(folder, "slides.pdf").read_bytes()
