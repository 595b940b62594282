"""Final lines as Python functions, against difference quotients of a loss written here by hand."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derivation.check import Checked, verify
from derivation.errors import StructureError
from derivation.lambdify import Lambdified
from derivation.library.bce import derivation

STEP = 1e-5
numbers = st.floats(-2, 2).map(lambda x: round(x, 4))


@pytest.fixture(scope="module")
def checked() -> Checked:
    return verify(derivation())


@pytest.fixture(scope="module")
def function(checked: Checked) -> Callable[[str], Lambdified]:
    """``checked.lambdify``, each name once: SymPy takes its time."""
    return functools.cache(checked.lambdify)


def probability(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def loss_of_sample(x: list[float], y: float, w: list[float], b: float) -> float:
    """Of one sample: not taken from the derivation."""
    z = math.fsum(u * v for u, v in zip(x, w, strict=True)) + b
    return y * softplus(-z) + (1 - y) * softplus(z)


def softplus(z: float) -> float:
    """log(1 + e^z): minus the log of one minus the probability, with all its digits."""
    return max(z, 0.0) + math.log1p(math.exp(-abs(z)))


def mean_loss(x: list[list[float]], y: list[float], w: list[float], b: float) -> float:
    """Of all samples."""
    return math.fsum(loss_of_sample(u, v, w, b) for u, v in zip(x, y, strict=True)) / len(y)


def slope(function: Callable[[float], float], at: float) -> float:
    """The derivative, by differences of fourth order."""
    return (
        8 * (function(at + STEP) - function(at - STEP))
        - (function(at + 2 * STEP) - function(at - 2 * STEP))
    ) / (12 * STEP)


@settings(deadline=None)
@given(numbers, st.sampled_from([0.0, 1.0, 0.25]), numbers, numbers)
def test_one_sample(
    function: Callable[[str], Lambdified], x: float, y: float, w: float, b: float
) -> None:
    gradient = function("one sample")
    assert gradient.arguments == ("b", "w", "x", "y")
    expected = slope(lambda v: loss_of_sample([x], y, [v], b), w)
    assert gradient(x=x, y=y, w=w, b=b) == pytest.approx(expected, abs=1e-8)
    assert gradient(b, w, x, y) == gradient(x=x, y=y, w=w, b=b)


Data = tuple[list[list[float]], list[float], list[float], float]


@st.composite
def data(draw: st.DrawFn) -> Data:
    """Samples, labels, weights, intercept."""
    m, d = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    rows = st.lists(numbers, min_size=d, max_size=d)
    labels = st.lists(st.sampled_from([0.0, 1.0]), min_size=m, max_size=m)
    x = draw(st.lists(rows, min_size=m, max_size=m))
    return x, draw(labels), draw(rows), draw(numbers)


@pytest.mark.parametrize("name", ["dL/dw", "gradient in w"])
@settings(max_examples=30, deadline=None)
@given(data())
def test_gradient_in_every_weight(
    function: Callable[[str], Lambdified], name: str, given_data: Data
) -> None:
    x, y, w, b = given_data
    gradient = function(name)
    for j in range(len(w)):

        def moved(value: float, j: int = j) -> float:
            return mean_loss(x, y, [*w[:j], value, *w[j + 1 :]], b)

        found = gradient(x=x, y=y, w=w, b=b, j=j + 1, m=len(y), d=len(w))
        assert found == pytest.approx(slope(moved, w[j]), abs=1e-8)


@pytest.mark.parametrize("name", ["dL/db", "gradient in b"])
@settings(max_examples=30, deadline=None)
@given(data())
def test_gradient_in_the_intercept(
    function: Callable[[str], Lambdified], name: str, given_data: Data
) -> None:
    x, y, w, b = given_data
    found = function(name)(x=x, y=y, w=w, b=b, m=len(y), d=len(w))
    assert found == pytest.approx(slope(lambda v: mean_loss(x, y, w, v), b), abs=1e-8)


@settings(max_examples=30, deadline=None)
@given(st.floats(0, 30), st.sampled_from([0.0, 1.0]))
def test_stable_forms(function: Callable[[str], Lambdified], size: float, y: float) -> None:
    for branch, z in (("z >= 0", size), ("z < 0", -size - 0.001)):
        loss = loss_of_sample([1.0], y, [z], 0.0)
        found = function(f"stable loss, {branch}")(y=y, z=z)
        assert found == pytest.approx(loss, abs=1e-12)
        residual = function(f"stable residual, {branch}")(y=y, z=z)
        assert residual == pytest.approx(probability(z) - y, abs=1e-12)


def test_stable_forms_do_not_overflow(checked: Checked) -> None:
    assert checked.lambdify("stable loss, z >= 0")(y=0.0, z=1000.0) == 1000.0
    assert checked.lambdify("stable loss, z < 0")(y=1.0, z=-1000.0) == 1000.0
    assert checked.lambdify("stable prediction, z < 0")(z=-1000.0) == 0.0


def test_the_source_is_shown(checked: Checked) -> None:
    gradient = checked.lambdify("one sample")
    assert "x*w + b" in gradient.source
    assert not gradient.families
    assert set(checked.lambdify("gradient in w").families) == {"x", "y", "w"}


def test_arguments_are_counted(checked: Checked) -> None:
    gradient = checked.lambdify("one sample")
    for call in (
        gradient,
        lambda: gradient(1.0, 2.0, 3.0),
        lambda: gradient(1.0, 2.0, 3.0, 4.0, q=5.0),
        lambda: gradient(1.0, 2.0, 3.0, 4.0, 5.0),
        lambda: gradient(1.0, 2.0, 3.0, 4.0, y=5.0),
    ):
        with pytest.raises(TypeError, match="b, w, x, y"):
            call()


def test_a_member_that_is_not_there_is_an_index_error(checked: Checked) -> None:
    gradient = checked.lambdify("gradient in w")
    values = {"x": [[1.0]], "y": [0.0], "w": [1.0], "b": 0.0, "m": 1, "d": 1}
    with pytest.raises(IndexError):
        gradient(**values, j=2)
    with pytest.raises(IndexError):
        gradient(**values, j=0)


@pytest.mark.parametrize(
    "name", ["dL/dq", "", "one sampl", "mean, in w", "any hypothesis", "chain"]
)
def test_what_cannot_be_computed_is_named(checked: Checked, name: str) -> None:
    """Unknown names, and last lines that still hold a derivative."""
    with pytest.raises(StructureError) as error:
        checked.lambdify(name)
    assert name in str(error.value)
