"""The rendered example in output/ is what `derive render bce` writes today.

After a change that is meant: `pytest tests/test_output.py --update` writes it anew.
"""

from __future__ import annotations

import difflib
import re
from pathlib import Path

import pytest

from derivation import load, verify
from derivation.check import Checked
from derivation.render import LANGUAGES, TARGETS, render, write

MATHML = re.compile(r"<math\b.*?<annotation[^>]*>(.*?)</annotation>.*?</math>", re.DOTALL)


@pytest.fixture(scope="module")
def checked() -> Checked:
    return verify(load("bce"))


def _comparable(text: str) -> str:
    """MathML as the TeX it came from: another release of math-core may set it otherwise."""
    return MATHML.sub(r"<math>\1</math>", text)


def _difference(old: str, new: str, name: str) -> str:
    lines = difflib.unified_diff(
        old.splitlines(), new.splitlines(), f"output/{name}", "rendered now", n=0, lineterm=""
    )
    shown = [line if len(line) < 200 else line[:200] + " ..." for line in lines]
    more = f"\n... {len(shown) - 40} more lines" if len(shown) > 40 else ""
    return "\n".join(shown[:40]) + more


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_the_committed_example_is_what_is_rendered(
    target, language, checked, root: Path, request: pytest.FixtureRequest
) -> None:
    path = root / "output" / f"bce.{language}{target.suffix}"
    now = render(checked, target.name, language)
    if request.config.getoption("--update"):
        write(path, now)
    assert path.is_file(), f"{path} is missing: pytest tests/test_output.py --update"
    old = path.read_text(encoding="utf-8")
    if _comparable(old) != _comparable(now):
        difference = _difference(_comparable(old), _comparable(now), path.name)
        pytest.fail(
            f"{difference}\n\nIf this is meant: pytest tests/test_output.py --update",
            pytrace=False,
        )


def test_mathml_is_compared_by_its_tex() -> None:
    one = "<p><math><mi>x</mi><annotation encoding='a'>x</annotation></math></p>"
    other = "<p><math><mn>x</mn><annotation encoding='a'>x</annotation></math></p>"
    assert _comparable(one) == _comparable(other) == "<p><math>x</math></p>"
    assert _comparable(one) != _comparable(other.replace(">x</annotation>", ">y</annotation>"))
