"""What people see of a model: the summary, and the picture of its history."""

from __future__ import annotations

import math
import random
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivation.models import Ending, NoErrors, fit, history_svg
from derivation.models.axes import Axis, number
from derivation.models.symmetric import from_triangle, inverse
from derivation.models.tails import normal_tails, student_tails
from derivation.tables import Encoding, Table, load_csv
from derivation.tables.encoding import Column, ColumnKind, Target, TargetKind
from derivation.training.problems import SeparationWarning

IRIS = Path(__file__).parents[1] / "derivation" / "data" / "iris.csv"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def fitted():
    return fit(load_csv(IRIS, "virginica"))


# ------------------------------------------------------------------------------ summary


def test_the_summary_of_a_converged_fit(fitted):
    assert fitted.summary().splitlines() == [
        "bce: 100 rows, 4 features, target virginica",
        "",
        "              coefficient  standard error      z       p",
        "(intercept)      -42.6378         25.7077  -1.66  0.0972",
        "sepal_length     -2.46522          2.3943  -1.03  0.3032",
        "sepal_width      -6.68089         4.47956  -1.49  0.1359",
        "petal_length      9.42939         4.73721   1.99  0.0465",
        "petal_width       18.2861         9.74261   1.88  0.0605",
        "",
        "loss               0.059492734",
        f"epochs             {fitted.course.epochs} (converged)",
        "method             Newton's method, on standardised columns",
        "engine             plain Python",
        "training accuracy  98.00 %",
    ]


def test_columns_stand_below_each_other(fitted):
    lines = fitted.summary().splitlines()[2:8]
    assert len({len(line) for line in lines}) == 1


def test_a_fit_that_is_not_converged_says_what_to_do():
    text = fit(load_csv(IRIS, "virginica"), method="gd", epochs=10).summary()
    assert "epochs             10 (not converged)" in text
    assert "learning rate      1.35" in text
    assert text.endswith("Train longer: --epochs 100, or --method newton.")
    assert "standard error  " not in text
    assert "No standard errors: they belong to a minimum" in text
    text = fit(load_csv(IRIS, "virginica"), batch_size=10, epochs=10, standardize=False).summary()
    assert "batches of rows never come to rest" in text
    assert ", 10 rows at a time" in text
    assert "on the columns as they are" in text


def test_perfect_separation_is_said_in_words():
    rows = tuple((float(k),) for k in range(20))
    with pytest.warns(SeparationWarning):
        model = fit(Table(("x",), rows, "y", tuple(float(k > 9) for k in range(20))))
    text = model.summary()
    assert "stopped: the classes are perfectly separated" in text
    assert "Add a penalty (--l2 0.01)" in text


def test_levels_and_classes_are_named(fitted):
    columns = tuple(Column(name, ColumnKind.NUMBER) for name in fitted.features)
    two = Encoding(columns, Target("kind", TargetKind.TWO_LEVELS, ("versicolor", "virginica")))
    data = replace(load_csv(IRIS, "virginica"), target="kind", encoding=two)
    first = fit(data).summary().splitlines()[0]
    assert first.endswith("target kind (1 is virginica, 0 is versicolor)")
    classes = Encoding(columns, Target("kind", TargetKind.CLASSES, ("versicolor", "virginica")))
    lines = fit(replace(data, encoding=classes), "softmax").summary().splitlines()
    assert lines[0] == "softmax: 100 rows, 4 features, target kind of 2 classes"
    assert [line for line in lines if line in ("versicolor", "virginica")]
    assert sum(line.startswith("  (intercept) ") for line in lines) == 2


def test_least_squares_has_t_and_r_squared():
    x, y = [(1.0,), (2.0,), (4.0,), (7.0,)], (1.0, 2.5, 3.0, 8.0)
    text = fit(Table(("x",), tuple(x), "y", y), "squared_error").summary()
    assert text.splitlines()[2].split() == ["coefficient", "standard", "error", "t", "p"]
    assert "training R^2       0.9" in text


@pytest.mark.parametrize("missing", [None, *NoErrors])
@pytest.mark.parametrize("ending", Ending)
def test_every_ending_and_every_reason_has_words(fitted, ending, missing):
    errors = fitted.standard_errors if missing is None else None
    course = replace(fitted.course, ending=ending)
    text = replace(fitted, course=course, standard_errors=errors, missing=missing).summary()
    assert "(intercept)" in text
    assert ("No standard errors: " in text) == (missing not in (None, NoErrors.SEPARATED))


def test_notes_come_first(fitted):
    assert "\nnote: 3 rows dropped\n" in replace(fitted, notes=("3 rows dropped",)).summary()


# ----------------------------------------------------------------------- probabilities


@pytest.mark.parametrize("degrees", [1, 2, 3, 7, 30, 1000])
@pytest.mark.parametrize("t", [0.0, 0.01, 0.7, -1.96, 3.0, 12.0])
def test_tails_of_t_against_the_integral(t, degrees):
    with mpmath.workdps(30):
        n = mpmath.mpf(degrees)
        exact = mpmath.betainc(n / 2, 0.5, 0, n / (n + mpmath.mpf(t) ** 2), regularized=True)
    assert student_tails(t, degrees) == pytest.approx(float(exact), rel=1e-10)


def test_tails_of_the_normal_distribution():
    assert normal_tails(1.959963984540054) == pytest.approx(0.05, rel=1e-12)
    assert normal_tails(-3.0) == pytest.approx(0.0026997960632601866, rel=1e-12)
    assert student_tails(1e200, 5) == 0.0
    assert student_tails(2.0, 10**9) == pytest.approx(normal_tails(2.0), rel=1e-6)


# --------------------------------------------------------------------------- inverses


@given(st.integers(1, 6), st.integers(0, 10**6))
def test_inverse_times_matrix_is_one(size, seed):
    """Of A^T A + 1 with rows and columns scaled by up to 1e6 each way."""
    source = random.Random(seed)  # noqa: S311  # no secret
    a = [[source.gauss(0, 1) for _ in range(size)] for _ in range(size)]
    scales = [10 ** source.uniform(-6, 6) for _ in range(size)]
    matrix = [
        [
            (math.fsum(a[k][i] * a[k][j] for k in range(size)) + (i == j)) * scales[i] * scales[j]
            for j in range(size)
        ]
        for i in range(size)
    ]
    found = inverse(matrix)
    assert found is not None
    for i in range(size):
        for j in range(size):
            entry = math.fsum(found[i][k] * matrix[k][j] for k in range(size))
            assert entry * scales[i] / scales[j] == pytest.approx(float(i == j), abs=1e-10)


def test_what_has_no_inverse():
    assert inverse([[1.0, 2.0], [2.0, 4.0]]) is None
    assert inverse([[1.0, 2.0], [2.0, 1.0]]) is None
    assert inverse([[0.0]]) is None
    assert inverse([[math.nan, 0.0], [0.0, 1.0]]) is None
    assert from_triangle([1.0, 2.0, 3.0], 2) == [[1.0, 2.0], [2.0, 3.0]]


# ----------------------------------------------------------------------------- picture


def drawn(history, title="bce", subtitle="100 rows"):
    return ET.fromstring(history_svg(history, title, subtitle))  # noqa: S314  # our own


def texts(tree):
    return [element.text for element in tree.iter(f"{SVG}text")]


def curve(tree):
    (path,) = (p for p in tree.iter(f"{SVG}path") if p.get("class") == "curve")
    return [tuple(map(float, pair.split())) for pair in path.get("d")[1:].split("L")]


def test_the_picture_has_title_axes_ticks_and_the_last_loss(fitted):
    tree = drawn(fitted.history, "bce on iris.csv", "100 rows")
    found = texts(tree)
    assert found[:2] == ["bce on iris.csv", "100 rows"]
    assert "epoch" in found
    assert "loss (logarithmic scale)" in found
    assert {"0", "2", "4", "0.1", "0.5"} <= set(found)
    assert found[-1] == "0.059493"
    assert tree.get("role") == "img"
    assert "The loss after" in tree.get("aria-label")
    assert len(list(tree.iter(f"{SVG}circle"))) == len(fitted.history) + 1


def test_the_picture_works_on_dark_pages():
    text = history_svg([1.0, 0.5], "t")
    assert "prefers-color-scheme: dark" in text
    assert "http" not in text.replace('xmlns="http://www.w3.org/2000/svg"', "")


def luminance(colour):
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [v / 12.92 if v <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
    return math.fsum(w * v for w, v in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    """As WCAG 2 defines it."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_everything_stands_out_from_the_page():
    light, dark = re.search(r"<style>(.*)</style>", history_svg([1.0], "t"), re.DOTALL)[1].split(
        "@media"
    )
    for scheme in (light, dark):
        colours = dict(re.findall(r"\.(page|title, \.last|text|curve|axis) {[^#]*(#\w{6})", scheme))
        least = {"title, .last": 7, "text": 7, "curve": 4.5, "axis": 3}
        assert set(colours) == {"page", *least}
        for name, wanted in least.items():
            assert contrast(colours["page"], colours[name]) >= wanted, name


def test_points_are_where_the_losses_are():
    places = curve(drawn([4.0, 2.0, 3.0]))
    assert [x for x, _ in places] == sorted(x for x, _ in places)
    high, low, middle = (y for _, y in places)
    assert high < middle < low, "y grows downwards"
    assert middle == pytest.approx((high + low) / 2, abs=0.2)
    assert all(0 <= x <= 800 and 0 <= y <= 460 for x, y in places)


def test_a_long_history_is_thinned_but_keeps_its_peaks():
    history = [1.0 + 0.1 * math.sin(k) for k in range(100_000)]
    history[54_321] = 9.0
    text = history_svg(history, "t")
    assert len(text) < 200_000
    places = curve(ET.fromstring(text))  # noqa: S314  # our own
    assert min(y for _, y in places) == pytest.approx(
        min(y for _, y in curve(drawn([1.0, 9.0, 0.9]))), abs=3
    )


def test_axes_are_logarithmic_where_that_shows_more():
    early = drawn([1 / (1 + k) + 0.05 for k in range(5000)])
    assert "epoch (logarithmic scale)" in texts(early)
    assert "loss (logarithmic scale)" in texts(early)
    assert {"0", "1", "10", "100", "1,000"} <= set(texts(early))
    steady = drawn([5000.0 - k for k in range(4000)])
    assert "epoch" in texts(steady)
    assert "loss" in texts(steady)
    negative = drawn([1.0, -3.0, -3.5])
    assert "loss" in texts(negative)


@pytest.mark.parametrize(
    "history", [[0.5], [0.0], [0.0, 0.0], [math.inf, 2.0, 1.0], [1e300, 1e-300]]
)
def test_odd_histories_are_drawn(history):
    assert all(math.isfinite(v) for place in curve(drawn(history)) for v in place)


def test_text_is_escaped_and_nothing_is_no_picture():
    assert texts(drawn([1.0, 0.5], "<a> & b"))[0] == "<a> & b"
    with pytest.raises(ValueError, match="nothing to plot"):
        history_svg([math.nan], "t")


@given(st.floats(-1e6, 1e6), st.floats(1, 1e9), st.integers(5, 10), st.booleans())
def test_ticks_are_round_and_on_the_axis(low, span, wanted, whole):
    axis = Axis(low, low + span)
    ticks = axis.ticks(wanted, whole=whole)
    assert list(ticks) == sorted(set(ticks))
    assert len(ticks) >= (1 if whole and span < 3 else 2)
    assert len(ticks) <= wanted + 1
    for tick in ticks:
        assert -1e-6 <= axis.place(tick) <= 1 + 1e-6
        assert not whole or tick == int(tick)


@given(st.floats(-250, 250), st.floats(1, 300), st.integers(3, 10))
def test_logarithmic_ticks_are_few_and_on_the_axis(power, decades, wanted):
    axis = Axis(10**power, 10 ** min(power + decades, 307), logarithmic=True)
    ticks = axis.ticks(wanted)
    assert 1 <= len(ticks) <= wanted + 1
    assert all(-1e-6 <= axis.place(tick) <= 1 + 1e-6 for tick in ticks)


def test_numbers_as_people_write_them():
    found = [number(v) for v in (0.0, 20000.0, 0.05, 1e-6, 2.5e-12, 1e7, -3.0, 123456.0, 0.3)]
    assert found == ["0", "20,000", "0.05", "1e-6", "2.5e-12", "1e7", "-3", "123,456", "0.3"]


def test_a_title_of_odd_characters_is_well_formed():
    tree = ET.fromstring(history_svg([1.0, 0.5], "a\x01\x1b<b>&", "c\x00"))  # noqa: S314
    assert tree.find(f"{SVG}title").text == (
        "a\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}<b>&"
    )
