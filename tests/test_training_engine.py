"""The Python engine: sums against 50 digits, whatever the data look like and where they lie."""

# ruff: noqa: S311  # random numbers with a fixed seed
from __future__ import annotations

import math
import random
import shutil
from array import array
from collections.abc import Sequence
from fractions import Fraction

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from training_formulas import BCE, POISSON, SOFTMAX, SQUARED
from training_references import LOSSES, NAMES, data, random_point, reference

from derivation.gradients import bce
from derivation.training import dots
from derivation.training.blocks import column_products, fast_block, row_products, weights_of
from derivation.training.condense import GROUP, condensed_sums
from derivation.training.engines import engine_for
from derivation.training.heights import total_sums
from derivation.training.problems import NotFiniteError
from derivation.training.python_engine import PythonEngine
from derivation.training.source import BLOCK, RowSource
from derivation.training.survey import combine_surveys, survey, survey_block


def engine(formulas, rows, labels):
    source = RowSource(rows, labels)
    return PythonEngine(formulas, source, survey(source))


def relative_error(values: Sequence[float], exact: Sequence[mpmath.mpf]) -> float:
    """The error of the loss in itself, that of the gradient in its largest component."""
    loss = abs(values[0] - exact[0]) / abs(exact[0])
    size = max(map(abs, exact[1:]))
    slopes = max(abs(v - e) / size for v, e in zip(values[1:], exact[1:], strict=True))
    return float(max(loss, slopes))


@pytest.mark.parametrize("formulas", LOSSES, ids=NAMES)
@pytest.mark.parametrize("features", [1, 7, 8, 30])
@pytest.mark.parametrize("soft", [False, True])
def test_sums_against_50_digits(formulas, features, soft):
    rows, labels = data(formulas, BLOCK + 60, features, seed=features, soft=soft)
    point = random_point(formulas, features, seed=1)
    values = total_sums(engine(formulas, rows, labels).sums(point))
    assert (
        relative_error(values, reference(formulas, rows, labels, point)) < 2e-15 * features + 2e-14
    )


@pytest.mark.parametrize("width", [1, 5, 8, 9, 40, 64, 65, 80])
def test_one_block_is_summed_exactly(width):
    rows, labels = data(BCE, 40, width, seed=width, soft=True)
    point = random_point(BCE, width, seed=2)
    values = total_sums(engine(BCE, rows, labels).sums(point))
    assert relative_error(values, reference(BCE, rows, labels, point)) < 1e-14


def stretched(rows, factors):
    return [tuple(v * f for v, f in zip(row, factors, strict=True)) for row in rows]


def lopsided(rows):
    """A few rows far longer than the rest, at one end of the data."""
    return [tuple(1e5 * v for v in row) if i % 97 == 3 else row for i, row in enumerate(rows)]


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: stretched(rows, [10.0 ** (k % 13 - 6) for k in range(len(rows[0]))]),
        lambda rows: stretched(rows, [1e120, 1e-120] * (len(rows[0]) // 2)),
        lopsided,
        lambda rows: [tuple(v + 1000.0 for v in row) for row in rows],
        lambda rows: [(0.0, *row[1:-1], float(i // BLOCK)) for i, row in enumerate(rows)],
        lambda rows: [tuple(v * 10.0 ** (i // BLOCK * 4) for v in r) for i, r in enumerate(rows)],
    ],
    ids=["scales", "far scales", "long rows", "shifted", "zero columns", "growing"],
)
@pytest.mark.parametrize("size", [1e-3, 1.0, 30.0])
def test_badly_scaled_columns(change, size):
    rows, labels = data(BCE, 2 * BLOCK + 80, 12, seed=5)
    rows = change(rows)
    sizes = [max(abs(row[k]) for row in rows) or 1.0 for k in range(12)]
    point = [v / s for v, s in zip(random_point(BCE, 12, 3, size), [*sizes, 1.0], strict=True)]
    values = total_sums(engine(BCE, rows, labels).sums(point))
    exact = reference(BCE, rows, labels, point)
    for value, wanted, scale in zip(values[1:], exact[1:], [*sizes, 1.0], strict=True):
        assert abs(value - wanted) < 1e-13 * max(abs(wanted), scale), (value, wanted)
    assert values[0] == pytest.approx(float(exact[0]), rel=1e-13)


def test_without_its_guard_the_fast_route_would_lose_digits():
    """The test above can fail: distances alone miss the products of long rows by far."""
    rows, labels = data(BCE, BLOCK, 12, seed=5)
    rows = lopsided(rows)
    block = fast_block(range(BLOCK), list(zip(*rows, strict=True)), labels, [1.0] * 12, False)
    w = tuple(random_point(BCE, 12, 3))
    exact = [float(mpmath.fdot(row[:13], w)) for row in block.rows]
    guarded = row_products(block, weights_of(w))
    towards = dots.direction_of(w, (0.0,) * 13)
    rows = [row[:13] for row in block.rows]
    squares = [dots.square_of_length(row, (0.0,) * 13) for row in rows]
    plain = dots.distance_products(rows, squares, towards)
    errors = [
        max(abs(p - e) / math.hypot(*row) for p, e, row in zip(z, exact, block.rows, strict=True))
        for z in (guarded, plain)
    ]
    assert errors[0] < 1e-14
    assert errors[1] > 1e-11


def test_the_route_of_pypy_gives_the_same_up_to_rounding(monkeypatch):
    assert dots.prefers_written_out(30, "pypy")
    assert not dots.prefers_written_out(30, "cpython")
    assert [dots.distances_are_fast(name) for name in ("pypy", "cpython")] == [False, True]
    rows, labels = data(BCE, 2 * BLOCK, 30, seed=6)
    point = random_point(BCE, 30, seed=4)
    expected = total_sums(engine(BCE, rows, labels).sums(point))
    monkeypatch.setattr("derivation.training.blocks.prefers_written_out", lambda _: True)
    monkeypatch.setattr("derivation.training.blocks.distances_are_fast", lambda: False)
    monkeypatch.setattr("derivation.training.blocks.distance_products", None)
    assert total_sums(engine(BCE, rows, labels).sums(point)) == pytest.approx(expected, rel=1e-12)


value = st.floats(-1, 1) | st.floats(-1e60, 1e60) | st.sampled_from([0.0, 1e-60, 1e120, -1e-120])


@settings(max_examples=50, deadline=None)  # exact fractions are slow
@given(
    st.integers(9, 12).flatmap(
        lambda width: st.lists(
            st.lists(value, min_size=width, max_size=width), min_size=2, max_size=9
        )
    ),
    st.booleans(),
    st.integers(-60, 60),
)
def test_products_of_whatever_hypothesis_draws(drawn, fold, exponent):
    """Errors are within some hundred units of what plain sums of typical rows may lose."""
    *rows, w = drawn
    columns = list(zip(*rows, strict=True))
    w = (*(v * 2.0**exponent for v in w), 1.0)
    labels = [[float(i % 2) for i in range(len(rows))]]
    block = fast_block(range(len(rows)), columns, labels, [1.0] * len(columns), fold)
    products = row_products(block, weights_of(w))
    sizes = [math.hypot(*column) for column in block.columns]
    for row, product in zip(block.rows, products, strict=True):
        exact = sum(Fraction(x) * Fraction(v) for x, v in zip(row, w, strict=False))
        size = sum(abs(v) * (abs(x) + s) for x, v, s in zip(row, w, sizes, strict=False))
        assert abs(Fraction(product) - exact) <= 1e-14 * size
    values = [v * 2.0**-exponent for v in rows[0][: len(rows)]]
    values += [1.0] * (len(rows) - len(values))
    for column, product in zip(block.columns, column_products(block, values), strict=True):
        exact = sum(Fraction(x) * Fraction(v) for x, v in zip(column, values, strict=True))
        size = math.hypot(*column) * math.hypot(*values)
        assert abs(Fraction(product) - exact) <= 1e-13 * size + 1e-300


# --------------------------------------------------------------- blocks, sources, clusters


class Streamed:
    """A source that is no `RowSource`: columns of doubles, sliced anew for each block."""

    def __init__(self, rows, labels):
        self._columns = [array("d", column) for column in zip(*rows, strict=True)]
        self._labels = [array("d", column) for column in labels]
        self.samples, self.features, self.outputs = len(rows), len(rows[0]), len(labels)
        self.reads = 0

    def block(self, number):
        self.reads += 1
        part = slice(number * BLOCK, (number + 1) * BLOCK)
        return (
            [memoryview(column)[part] for column in self._columns],
            [memoryview(column)[part] for column in self._labels],
        )

    def take(self, rows):
        return (
            [[column[i] for i in rows] for column in self._columns],
            [[column[i] for i in rows] for column in self._labels],
        )


@pytest.mark.parametrize("formulas", LOSSES, ids=NAMES)
@pytest.mark.parametrize("limit", [0, 2**22])
def test_streamed_data_give_the_same_bits(formulas, limit, monkeypatch):
    monkeypatch.setattr("derivation.training.python_engine.KEPT", limit)
    rows, labels = data(formulas, 2 * BLOCK + 100, 9, seed=7)
    source = Streamed(rows, labels)
    streamed, kept = PythonEngine(formulas, source, survey(source)), engine(formulas, rows, labels)
    point = random_point(formulas, 9, seed=5)
    assert streamed.sums(point) == kept.sums(point)
    reads = source.reads
    assert streamed.second_sums(point) == kept.second_sums(point)
    assert source.reads == (reads if limit else reads + 3)
    assert streamed.gram_sums() == kept.gram_sums()
    some = random.Random(1).sample(range(len(rows)), 50)
    assert streamed.batch_sums(point, some) == kept.batch_sums(point, some)


def test_parts_of_the_blocks_and_any_order_give_the_same_bits():
    """What a cluster does: each worker has some whole blocks, here with labels of one kind."""
    rows, labels = data(BCE, 6 * BLOCK - 100, 9, seed=8)
    order = sorted(range(len(rows)), key=lambda i: labels[0][i])
    rows, labels = [rows[i] for i in order], [[labels[0][i] for i in order]]
    whole = engine(BCE, rows, labels)
    point = random_point(BCE, 9, seed=6)
    cuts = [(0, 2 * BLOCK), (2 * BLOCK, 3 * BLOCK), (3 * BLOCK, len(rows))]
    parts = [RowSource(rows[a:b], [labels[0][a:b]]) for a, b in reversed(cuts)]
    surveys = [survey_block(p, k) for p in parts for k in range(-(-p.samples // BLOCK))]
    facts = combine_surveys(surveys, len(rows))
    assert facts == survey(RowSource(rows, labels))
    blocks = [s for part in parts for s in PythonEngine(BCE, part, facts).sums(point)]
    assert sorted(blocks) == sorted(whole.sums(point))
    assert total_sums(blocks) == total_sums(whole.sums(point))


@given(
    st.lists(
        st.lists(st.floats(-1e300, 1e300), min_size=3, max_size=3), min_size=1, max_size=3 * GROUP
    )
)
def test_condensed_sums_are_the_same_sums(rows):
    condensed = condensed_sums(iter(rows))
    assert len(condensed) < GROUP + 60  # three groups, each of at most 20 rows
    assert total_sums(condensed) == total_sums(rows)
    for before, after in zip(zip(*rows, strict=True), zip(*condensed, strict=True), strict=True):
        assert sum(map(Fraction, before)) == sum(map(Fraction, after))


def test_what_is_not_finite_is_not_condensed():
    rows = [[1.0, math.inf], *[[1.0, -math.inf]] * (GROUP - 1)]
    assert condensed_sums(rows) == rows
    assert condensed_sums([[0.0]] * GROUP) == [[0.0]]


# ------------------------------------------------------------------------ second derivatives


@pytest.mark.parametrize("formulas", LOSSES, ids=NAMES)
@pytest.mark.parametrize("samples", [60, BLOCK + 60])
def test_second_sums_against_differences_of_slopes(formulas, samples):
    rows, labels = data(formulas, samples, 3, seed=9)
    made = engine(formulas, rows, labels)
    point = random_point(formulas, 3, seed=7)
    triangle = iter(total_sums(made.second_sums(point)))
    for i in range(len(point)):
        up = [v + 1e-5 * (k == i) for k, v in enumerate(point)]
        down = [v - 1e-5 * (k == i) for k, v in enumerate(point)]
        above, below = total_sums(made.sums(up))[1:], total_sums(made.sums(down))[1:]
        for k in range(i, len(point)):
            slope = (above[k] - below[k]) / 2e-5
            assert next(triangle) == pytest.approx(slope, rel=1e-6, abs=1e-6 * samples)
    assert next(triangle, None) is None


@pytest.mark.parametrize("features", [3, 64])
def test_gram_sums(features):
    rows, labels = data(POISSON, BLOCK + 30, features, seed=10)
    columns = [*zip(*rows, strict=True), (1.0,) * len(rows)]
    diagonal_only = features + 1 > 64
    exact = [
        math.sumprod(p, q) if hasattr(math, "sumprod") else math.fsum(map(float.__mul__, p, q))
        for k, p in enumerate(columns)
        for q in ([p] if diagonal_only else columns[k:])
    ]
    sums = total_sums(engine(POISSON, rows, labels).gram_sums())
    assert sums == pytest.approx(exact, rel=1e-13, abs=1e-11)


@pytest.mark.parametrize("formulas", LOSSES, ids=NAMES)
def test_a_batch_of_all_rows_is_the_whole(formulas):
    rows, labels = data(formulas, BLOCK + 40, 4, seed=11)
    made = engine(formulas, rows, labels)
    point = random_point(formulas, 4, seed=8)
    order = random.Random(2).sample(range(len(rows)), len(rows))
    values = total_sums([made.batch_sums(point, order)])
    assert values == pytest.approx(total_sums(made.sums(point)), rel=1e-12, abs=1e-10)


# ----------------------------------------------------------------------------- overflow


def test_products_beyond_the_largest_float_name_the_row():
    rows, labels = data(BCE, 2 * BLOCK, 12, seed=12)
    rows[700] = (1e300, *rows[700][1:])
    with pytest.raises(NotFiniteError, match=r"X\[700\]: the products with the weights exceed"):
        engine(BCE, rows, labels).sums([1e300] * 13)


def test_a_loss_beyond_the_largest_float_is_not_finite():
    rows, labels = data(POISSON, 2 * BLOCK, 12, seed=13)
    blocks = engine(POISSON, rows, labels).sums([0.0] * 12 + [800.0])
    with pytest.raises(NotFiniteError, match="the loss is not finite"):
        total_sums(blocks)


def test_huge_predictors_of_hard_labels():
    rows, labels = data(BCE, 2 * BLOCK, 12, seed=14)
    point = [1e150 * v for v in random_point(BCE, 12, seed=9)]
    values = total_sums(engine(BCE, rows, labels).sums(point))
    assert relative_error(values, reference(BCE, rows, labels, point)) < 1e-13


def test_one_output_too_many_of_zero_weights():
    rows, labels = data(SOFTMAX, BLOCK + 1, 12, seed=15)
    values = total_sums(engine(SOFTMAX, rows, labels).sums([0.0] * 39))
    assert values[0] == pytest.approx((BLOCK + 1) * math.log(3), rel=1e-14)


@pytest.mark.parametrize("kind", ["python", "c"])
@pytest.mark.parametrize("samples", [5, 64, 2500])
def test_the_largest_rows(kind, samples):
    if kind == "c" and not any(map(shutil.which, ("cc", "gcc", "clang"))):
        pytest.skip("no C compiler on this machine")
    rows, labels = data(BCE, samples, 3, seed=4)
    source = RowSource(rows, labels)
    engine = engine_for(bce.FORMULAS, source, kind)
    sizes = sorted((1 + math.fsum(v * v for v in row) for row in rows), reverse=True)
    for count in (1, 4, 10_000):
        expected = math.fsum(sizes[:count]) / len(sizes[:count])
        assert engine.largest_rows(count) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("last", [1e-3, 1.0, 1e3])
def test_a_short_last_block_has_no_say_in_the_scales(last):
    rows, labels = data(SQUARED, BLOCK, 5, seed=3)
    rows.append((last,) * 5)
    labels[0].append(1.0)
    whole, short = RowSource(rows[:BLOCK], [labels[0][:BLOCK]]), RowSource(rows, labels)
    one = combine_surveys([survey_block(whole, 0)], BLOCK + 1)
    assert survey(short).scales == one.scales
