"""Records, beside frozen dataclasses: the same meaning, without the import."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivation import gradients
from derivation.training.records import Record

MODULES = sorted(Path(gradients.__path__[0]).glob("[!_]*.py"))


class Point(Record):
    x: float
    y: float = 2.0

    @property
    def total(self) -> float:
        return self.x + self.y


@dataclass(frozen=True)
class Reference:
    x: float
    y: float = 2.0


class Positive(Record):
    x: float

    def __post_init__(self) -> None:
        if self.x <= 0:
            raise ValueError("x is not positive")


CALLS = st.tuples(
    st.lists(st.integers(0, 2), max_size=3),
    st.dictionaries(st.sampled_from("xyz"), st.integers(0, 2), max_size=3),
)


def made(kind, call):
    try:
        return kind(*call[0], **call[1])
    except TypeError:
        return None


@given(CALLS, CALLS)
def test_records_are_made_compared_and_shown_as_dataclasses(first, second):
    ours, theirs = ([made(kind, call) for call in (first, second)] for kind in (Point, Reference))
    assert [one is None for one in ours] == [one is None for one in theirs]
    assert (ours[0] == ours[1]) == (theirs[0] == theirs[1])
    for our, their in zip(ours, theirs, strict=True):
        if our is not None:
            assert repr(our) == repr(their).replace("Reference", "Point")
            assert our.total == their.x + their.y
            assert our != their
    if ours[0] == ours[1]:
        assert hash(ours[0]) == hash(ours[1])


def test_a_record_does_not_change():
    point = Point(1.0)
    with pytest.raises(AttributeError, match="x of a Point does not change"):
        point.x = 2.0
    with pytest.raises(AttributeError, match="y of a Point does not change"):
        del point.y
    assert point == Point(1.0, 2.0)
    assert Point.y == 2.0


def test_copies_are_equal():
    point = Point(1.0, 3.0)
    assert pickle.loads(pickle.dumps(point)) == copy.deepcopy(point) == point  # noqa: S301  # ours


def test_a_record_checks_its_fields():
    assert Positive(1.0).x == 1.0
    with pytest.raises(ValueError, match="not positive"):
        Positive(-1.0)


def test_what_is_wrong_is_named():
    with pytest.raises(TypeError, match="Point lacks x"):
        Point(y=1.0)
    with pytest.raises(TypeError, match="Point takes x, y, each once"):
        Point(1.0, x=1.0)


SLOW = {"ctypes", "dataclasses", "hashlib", "inspect", "json", "logging", "pathlib", "random", "re"}
SLOW |= {"subprocess", "tempfile", "typing"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_generated_module_imports_nothing_that_takes_long(path):
    """-S: the interpreter alone loads some of these for its site-packages."""
    script = (
        "import sys\nbefore = set(sys.modules)\n"
        f"sys.path.insert(0, {str(path.parent)!r})\nimport {path.stem} as module\n"
        "print(*sorted(set(sys.modules) - before))\n"
        "assert module.FORMULAS.name == module.__name__"
    )
    command = [sys.executable, "-S", "-E", "-W", "error", "-c", script]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert path.stem in found
    assert not SLOW.intersection(found)


def test_the_package_imports_nothing_that_takes_long():
    root = Path(gradients.__path__[0]).parent.parent
    script = f"import sys\nsys.path.insert(0, {str(root)!r})\nimport derivation.gradients\n"
    command = [sys.executable, "-S", "-E", "-c", f"{script}print(*sys.modules)"]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert "derivation.gradients" in found
    assert not SLOW.intersection(found)
