"""The C engine's numbers, against plain Python, mpmath and the Python engine."""

# ruff: noqa: S311  # random numbers with a fixed seed
from __future__ import annotations

import ctypes
import math
import random
import shutil
from array import array
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from functools import cache
from importlib import import_module
from pathlib import Path

import mpmath
import pytest
from c_forms import SAMPLES, formulas
from hypothesis import given, settings
from hypothesis import strategies as st

from derivation.trainer.c.functions import c_functions
from derivation.training import c_build
from derivation.training.c_build import load_c_library
from derivation.training.c_engine import CEngine, c_engine_or_none
from derivation.training.c_kernel import C_CONDENSED, CBlocks, CKernel
from derivation.training.c_memory import CColumns
from derivation.training.formulas import Formulas
from derivation.training.python_engine import PythonEngine
from derivation.training.source import RowSource
from derivation.training.survey import survey

pytestmark = pytest.mark.skipif(
    not any(map(shutil.which, ("cc", "gcc", "clang"))),
    reason="no C compiler on this machine; tests/test_c_engine_build.py tests what happens then",
)

AGREEMENT = 1e-13
"""Relative to the sum of the absolute values of what is summed."""


@pytest.fixture(scope="module", autouse=True)
def _libraries(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Built once for this file, away from the user's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@cache
def made(name: str) -> Formulas:
    return formulas(name)


def data(
    name: str, samples: int, features: int, seed: int = 1
) -> tuple[list[tuple[float, ...]], list[float], list[float]]:
    """Rows, labels and a point."""
    rng = random.Random(seed)
    rows = [tuple(rng.gauss(0, 1) for _ in range(features)) for _ in range(samples)]
    labels = {
        "bce": lambda: float(rng.random() < 0.5),
        "squared error": lambda: rng.gauss(0, 2),
        "poisson": lambda: float(rng.randrange(5)),
    }[name]
    scale = 1 / math.sqrt(features)
    point = [rng.gauss(0, scale) for _ in range(features + 1)]
    return rows, [labels() for _ in range(samples)], point


def totals(blocks: Sequence[Sequence[float]]) -> list[float]:
    return [math.fsum(column) for column in zip(*blocks, strict=True)]


def predictors(rows: Sequence[Sequence[float]], point: Sequence[float]) -> list[float]:
    return [math.fsum([*map(float.__mul__, row, point), point[-1]]) for row in rows]


def check(found: Sequence[float], parts: Sequence[Sequence[float]], tolerance: float) -> None:
    """Each number is the sum of its parts."""
    assert len(found) == len(parts)
    for value, summands in zip(found, parts, strict=True):
        size = math.fsum(map(abs, summands))
        assert abs(value - math.fsum(summands)) <= tolerance * size


# ---------------------------------------------------------------------------- sums

SHAPES = [
    (1, 1), (1, 300), (2, 2), (63, 8), (64, 3), (65, 9), (255, 2), (256, 30), (257, 1),
    (2047, 2), (2048, 7), (2049, 30), (4097, 17), (70, 300),
]  # fmt: skip


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize(("samples", "features"), SHAPES)
def test_sums_of_every_shape(name: str, samples: int, features: int) -> None:
    rows, labels, point = data(name, samples, features)
    engine = CEngine(made(name), RowSource(rows, [labels]))
    blocks = engine.sums(point)
    assert len(blocks) == min(-(-samples // 2048), C_CONDENSED)
    assert (engine.kind, engine.samples, engine.features) == ("c", samples, features)
    z = predictors(rows, point)
    values = [SAMPLES[name](a, y) for a, y in zip(z, labels, strict=True)]
    losses, residuals = [v[0] for v in values], [v[1] for v in values]
    columns = [*zip(*rows, strict=True), (1.0,) * samples]
    parts = [losses, *([r * x for r, x in zip(residuals, c, strict=True)] for c in columns)]
    # z itself is rounded: that moves a loss or residual by the curvature times some ulp of z
    check(totals(blocks), parts, AGREEMENT)
    check(engine.batch_sums(point, range(samples)), parts, AGREEMENT)
    for found, value in zip(engine.predictions(point)[0], values, strict=True):
        assert math.isclose(found, value[2], rel_tol=1e-12, abs_tol=1e-13)


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(sorted(SAMPLES)),
    samples=st.integers(1, 200),
    features=st.integers(1, 40),
    seed=st.integers(0, 10**6),
    picked=st.lists(st.integers(0, 10**6), min_size=1, max_size=150),
)
def test_batches_of_any_rows(
    name: str, samples: int, features: int, seed: int, picked: list[int]
) -> None:
    rows, labels, point = data(name, samples, features, seed)
    engine = CEngine(made(name), RowSource(rows, [labels]))
    numbers = [number % samples for number in picked]  # some of them twice
    part = CEngine(
        made(name), RowSource([rows[i] for i in numbers], [[labels[i] for i in numbers]])
    )
    assert [engine.batch_sums(point, numbers)] == part.sums(point)


ANY = st.floats(allow_nan=False, allow_infinity=False)
ALIKE = st.floats(-1e3, 1e3, allow_subnormal=False)


@settings(max_examples=200, deadline=None)
@given(
    rows=st.tuples(st.integers(1, 5), st.integers(1, 300)).flatmap(
        lambda shape: st.lists(
            st.lists(st.one_of(ALIKE, ANY), min_size=shape[0], max_size=shape[0]),
            min_size=1,
            max_size=shape[1] // 3 + 1,
        )
    )
)
def test_condensed_rows_have_exactly_the_sums_of_all(rows: list[list[float]]) -> None:
    """Or they are not taken: then the numbers are too unlike, or a sum exceeds a double."""
    found, exact = condensed(rows)
    sums = [sum(map(Fraction, column)) for column in zip(*rows, strict=True)]
    if exact:
        assert [sum(map(Fraction, column)) for column in zip(*found, strict=True)] == sums
    elif all(abs(total) < 1e300 for total in sums):
        sizes = [abs(value) for row in rows for value in row if value]
        assert max(sizes) / min(sizes) > 2.0**90 or max(sizes) > 1e300 / len(rows)


def test_condensed_rows_say_what_they_cannot_hold() -> None:
    assert condensed([[2.0**60], [1.0], [2.0**-60]])[1]
    assert not condensed([[2.0**300], [2.0**100], [2.0**-100], [2.0**-300]])[1]
    assert not condensed([[1e308], [1e308], [-1e308]])[1]
    assert not condensed([[1.0, math.inf]])[1]
    assert not condensed([[math.nan]])[1]


def condensed(rows: Sequence[Sequence[float]]) -> tuple[list[list[float]], bool]:
    """The rows that C makes of these, and whether they hold all."""
    blocks, out = CBlocks(len(rows), len(rows[0])), CBlocks(C_CONDENSED + 1, len(rows[0]))
    for row, values in enumerate(rows):
        memory = (ctypes.c_double * len(values)).from_address(
            blocks.address + 8 * row * len(values)
        )
        memory[:] = values
    kernel = CKernel(load_c_library(made("bce").c_source), CColumns(RowSource([(0.0,)], [[0.0]])))
    exact = kernel.condense(blocks, out)
    return out.read()[:C_CONDENSED], exact


def test_totals_of_blocks_of_unlike_sizes_are_exact() -> None:
    """One huge row in a block, and blocks that are tiny: three doubles cannot hold that."""
    rows, labels = [(1e-150,)] * 9000, [1.0] * 9000
    rows[5000], rows[7000] = (1e150,), (1.0,)
    engine = CEngine(made("squared error"), RowSource(rows, [labels]))
    blocks = engine.sums([0.0, 0.0])
    assert len(blocks) == 5
    assert totals(blocks)[1] == -1e150


def test_batches_of_more_than_a_block() -> None:
    rows, labels, point = data("bce", 3000, 2)
    engine = CEngine(made("bce"), RowSource(rows, [labels]))
    assert engine.batch_sums(point, range(3000)) == totals(engine.sums(point))
    assert engine.batch_sums(point, []) == [0.0] * 4


@pytest.mark.parametrize("rows", [[-1], [3], [0, 1, 2, 2**40]])
def test_rows_that_are_not_there(rows: list[int]) -> None:
    engine = CEngine(made("bce"), RowSource([(1.0,)] * 3, [[0.0] * 3]))
    with pytest.raises(IndexError, match="from 0 to 2"):
        engine.batch_sums([0.0, 0.0], rows)


@pytest.mark.parametrize("call", ["sums", "second_sums", "predictions"])
def test_a_point_of_the_wrong_length(call: str) -> None:
    engine = CEngine(made("bce"), RowSource([(1.0, 2.0)], [[0.0]]))
    with pytest.raises(ValueError, match="3 numbers here, not 2"):
        getattr(engine, call)([0.0, 0.0])


def test_the_rows_that_fill_up_a_piece_count_for_nothing() -> None:
    # A row of zeros would have the loss e^700 = 1e304: no subtraction could undo that.
    engine = CEngine(made("poisson"), RowSource([(-700.0,)], [[0.0]]))
    assert engine.sums([1.0, 700.0]) == [[1.0, -700.0, 1.0]]
    assert engine.second_sums([1.0, 700.0]) == [[490000.0, -700.0, 1.0]]
    # nor may one that overflows leave a nan behind
    engine = CEngine(made("poisson"), RowSource([(-800.0,)], [[0.0]]))
    assert engine.sums([1.0, 800.0]) == [[1.0, -800.0, 1.0]]


@pytest.mark.parametrize(("labels", "hard"), [([0.0, 1.0], True), ([0.0, 0.5], False)])
def test_hard_labels(labels: list[float], hard: bool) -> None:
    assert CEngine(made("bce"), RowSource([(1.0,)] * 2, [labels])).hard is hard


# ------------------------------------------------------------------ second derivatives


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize(("samples", "features"), [(1, 1), (100, 5), (2100, 3)])
def test_second_sums_and_products_of_columns(name: str, samples: int, features: int) -> None:
    rows, labels, point = data(name, samples, features)
    engine = CEngine(made(name), RowSource(rows, [labels]))
    columns = [*zip(*rows, strict=True), (1.0,) * samples]
    bends = [SAMPLES[name](z, y)[3] for z, y in zip(predictors(rows, point), labels, strict=True)]
    pairs = [(a, b) for a in range(features + 1) for b in range(a, features + 1)]
    products = [[x * y for x, y in zip(columns[a], columns[b], strict=True)] for a, b in pairs]
    check(totals(engine.gram_sums()), products, AGREEMENT)
    bent = [[c * p for c, p in zip(bends, column, strict=True)] for column in products]
    check(totals(engine.second_sums(point)), bent, AGREEMENT)


def test_many_columns_give_the_diagonal_of_the_products_alone() -> None:
    rows, labels, _ = data("bce", 70, 100)
    engine = CEngine(made("bce"), RowSource(rows, [labels]))
    squares = [[x * x for x in column] for column in zip(*rows, strict=True)]
    check(totals(engine.gram_sums()), [*squares, [1.0] * 70], AGREEMENT)


def test_without_a_theorem_there_are_no_second_derivatives() -> None:
    from dataclasses import replace

    engine = CEngine(replace(made("bce"), curvature=None), RowSource([(1.0,)], [[0.0]]))
    with pytest.raises(ValueError, match="no theorem"):
        engine.second_sums([0.0, 0.0])


# ----------------------------------------------------------------- generated trainers


@pytest.mark.parametrize("name", ["bce", "squared_error", "poisson", "softmax"])
@pytest.mark.parametrize("samples", [3, 700, 2500])
def test_generated_trainers_compute_the_same_in_both_languages(name: str, samples: int) -> None:
    generated = import_module(f"derivation.gradients.{name}").FORMULAS
    rng = random.Random(samples)
    features, outputs = 4, 3 if generated.outputs is None else 1
    rows = [tuple(rng.gauss(0, 1) for _ in range(features)) for _ in range(samples)]
    labels = [[0.0] * samples for _ in range(outputs)]
    for i in range(samples):
        labels[rng.randrange(outputs)][i] = float(rng.random() < 0.5) if outputs == 1 else 1.0
    source = RowSource(rows, labels)
    ours = c_engine_or_none(generated, source, required=True)
    theirs = PythonEngine(generated, source, survey(source))
    point = [rng.gauss(0, 0.5) for _ in range(outputs * (features + 1))]
    size = max(1.0, *(abs(x) for row in rows for x in row)) * samples
    for call in ("sums", "second_sums"):
        one, other = totals(getattr(ours, call)(point)), totals(getattr(theirs, call)(point))
        assert len(one) == len(other)
        assert max(abs(a - b) for a, b in zip(one, other, strict=True)) <= AGREEMENT * size
    assert math.isclose(
        totals(ours.sums(point))[0], totals(theirs.sums(point))[0], rel_tol=AGREEMENT
    )
    assert ours.hard == theirs.hard


def test_softmax_keeps_every_digit() -> None:
    generated = import_module("derivation.gradients.softmax").FORMULAS
    for z in ([0.0, -50.0, -700.0], [800.0, 800.0, -1e4], [-1e4, 1e4, 0.0], [1.0, 2.0, 3.0]):
        for k in range(3):
            labels = [[float(k == c)] for c in range(3)]
            engine = CEngine(generated, RowSource([(1.0,)], labels))
            found = engine.sums([v for value in z for v in (value, 0.0)])[0]
            with mpmath.workdps(60):
                powers = [mpmath.exp(mpmath.mpf(v) - max(z)) for v in z]
                whole = mpmath.fsum(powers)
                loss = mpmath.log(whole) - (mpmath.mpf(z[k]) - max(z))
                shares = [p / whole for p in powers]
                residuals = [
                    -mpmath.fsum(s for c, s in enumerate(shares) if c != k) if c == k else s
                    for c, s in enumerate(shares)
                ]
                if z[k] == max(z):
                    loss = mpmath.log1p(mpmath.fsum(p for c, p in enumerate(powers) if c != k))
            expected = [loss, *(v for r in residuals for v in (r, r))]
            for value, exact in zip(found, expected, strict=True):
                assert abs(value - exact) <= 3 * mpmath.mpf(math.ulp(float(exact)))


# -------------------------------------------------------------------------- accuracy


def points() -> list[float]:
    rng = random.Random(5)
    found = [0.0, -0.0, 1e4, -1e4, 745.1, -745.1, -745.2, 708.4, -708.4, 36.8, -36.8]
    found += [sign * 10 ** rng.uniform(-300, 4) for sign in (1, -1) for _ in range(50)]
    for size, count in ((1e4, 200), (746.0, 500), (40.0, 800), (2.0, 400)):
        found += [rng.uniform(-size, size) for _ in range(count)]
    return found


def ulps(value: float, exact: mpmath.mpf) -> float:
    return float(abs(mpmath.mpf(value) - exact) / mpmath.mpf(math.ulp(float(exact))))


@pytest.mark.parametrize("label", [0.0, 1.0])
def test_bce_of_one_sample_is_right_to_two_units_in_the_last_place(label: float) -> None:
    zs = points()
    engine = CEngine(made("bce"), RowSource([(z,) for z in zs], [[label] * len(zs)]))
    worst = {"loss": 0.0, "residual": 0.0, "prediction": 0.0}
    with mpmath.workprec(400):
        predictions = engine.predictions([1.0, 0.0])[0]
        for i, z in enumerate(zs):
            loss, _, residual = engine.batch_sums([1.0, 0.0], [i])
            u = mpmath.exp(-abs(mpmath.mpf(z)))
            big, small = 1 / (1 + u), u / (1 + u)
            h, other = (big, small) if z >= 0 else (small, big)
            folded = mpmath.mpf(z) * (1 - 2 * int(label))
            exact = {
                "loss": max(folded, mpmath.mpf(0)) + mpmath.log1p(u),
                "residual": -other if label else h,
                "prediction": h,
            }
            found = {"loss": loss, "residual": residual, "prediction": predictions[i]}
            for key, value in found.items():
                assert bool(value) == bool(float(exact[key]))  # no wrong zero
                worst[key] = max(worst[key], ulps(value, exact[key]))
    assert max(worst.values()) <= 2.0
    assert worst["loss"] <= 1.6


@pytest.mark.parametrize(
    ("name", "limit", "values"),
    [
        ("exp", 0.8, [z for z in points() if z < 709]),
        ("expm1", 1.6, [z for z in points() if z < 709]),
        ("log", 0.9, [abs(z) for z in points() if z] + [5e-324, 1e-310, 1.7e308, 0.7, 0.71]),
        ("log1p", 0.9, [z for z in points() if z > -1] + [math.exp(-abs(z)) for z in points()]),
    ],
)
def test_functions_in_c(name: str, limit: float, values: list[float]) -> None:
    numbers, results = array("d", values), array("d", bytes(8 * len(values)))
    apply(name)(numbers.buffer_info()[0], results.buffer_info()[0], len(values))
    reference = getattr(mpmath, name)
    with mpmath.workprec(400):
        worst = max(
            ulps(result, reference(mpmath.mpf(value)))
            for value, result in zip(values, results, strict=True)
        )
    assert worst <= limit


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("exp", math.inf, math.inf), ("exp", -math.inf, 0.0), ("exp", 709.79, math.inf),
        ("exp", -745.2, 0.0), ("exp", 1e300, math.inf), ("exp", 0.0, 1.0),
        ("expm1", math.inf, math.inf), ("expm1", -math.inf, -1.0), ("expm1", -1e300, -1.0),
        ("log", 0.0, -math.inf), ("log", math.inf, math.inf), ("log", 1.0, 0.0),
        ("log1p", -1.0, -math.inf), ("log1p", math.inf, math.inf), ("log1p", 5e-324, 5e-324),
        ("exp", math.nan, math.nan), ("expm1", math.nan, math.nan), ("log", math.nan, math.nan),
        ("log1p", math.nan, math.nan), ("log", -1.0, math.nan), ("log1p", -1.5, math.nan),
    ],
)  # fmt: skip
def test_functions_in_c_at_the_ends(name: str, value: float, expected: float) -> None:
    numbers, results = array("d", [value]), array("d", [7.0])
    apply(name)(numbers.buffer_info()[0], results.buffer_info()[0], 1)
    assert results[0] == expected or (math.isnan(results[0]) and math.isnan(expected))


@cache
def apply(name: str):
    from ctypes import c_int64, c_void_p

    head = "#include <math.h>\n#include <stdint.h>\n#include <string.h>\n"
    loop = (
        "void apply(const double *restrict x, double *restrict y, int64_t n)"
        f"{{ for (int64_t i = 0; i < n; i++) y[i] = {name}_(x[i]); }}"
    )
    function = load_c_library(head + c_functions([f"{name}_"]) + loop)["apply"]
    function.argtypes, function.restype = [c_void_p, c_void_p, c_int64], None
    return function


# ------------------------------------------------------------- overflow, and the same bits


def test_values_that_exceed_a_float_are_infinite() -> None:
    engine = CEngine(made("poisson"), RowSource([(1.0,), (2.0,)], [[0.0, 0.0]]))
    assert engine.sums([800.0, 0.0]) == [[math.inf] * 3]
    engine = CEngine(made("bce"), RowSource([(1e300,), (1e300,)], [[0.0, 1.0]]))
    loss, slope, bias = engine.sums([1e300, 0.0])[0]
    assert math.isinf(loss) or math.isnan(loss)
    assert not math.isnan(bias) or math.isnan(slope)


def test_the_bits_do_not_depend_on_compiler_options(monkeypatch: pytest.MonkeyPatch) -> None:
    rows, labels, point = data("bce", 2500, 11)
    source = RowSource(rows, [labels])
    first = CEngine(made("bce"), source)
    expected = first.sums(point), first.second_sums(point), first.predictions(point)
    plain = tuple("-O1" if flag == "-O3" else flag for flag in c_build.BUILD_FLAGS)
    monkeypatch.setattr(c_build, "BUILD_FLAGS", plain)
    c_build._probed_compiler.cache_clear()
    try:
        other = CEngine(formulas("bce", title="Built with -O1."), source)
    finally:
        c_build._probed_compiler.cache_clear()
    assert (other.sums(point), other.second_sums(point), other.predictions(point)) == expected


def test_threads_share_an_engine() -> None:
    rows, labels, _ = data("bce", 20000, 8)
    engine = CEngine(made("bce"), RowSource(rows, [labels]))
    points = [data("bce", 1, 8, seed)[2] for seed in range(8)]
    expected = [engine.sums(point) for point in points]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(engine.sums, points * 4)) == expected * 4


# ------------------------------------------------------------------------ mapped data


class MappedSource:
    """Columns in a buffer, in pieces of ``stride`` rows."""

    def __init__(self, rows: list[tuple[float, ...]], labels: list[float], stride: int) -> None:
        self.samples, self.features, self.outputs = len(rows), len(rows[0]), 1
        self.stride, self.asked = stride, 0
        self._rows = RowSource(rows, [labels])
        numbers = array("d")
        for start in range(0, len(rows), stride):
            part = [(*row, y) for row, y in zip(rows, labels, strict=True)][start : start + stride]
            part += [(0.0,) * (self.features + 1)] * (stride - len(part))
            for column in zip(*part, strict=True):
                numbers.extend(column)
        self.buffer = memoryview(numbers)

    def block(self, number: int):
        self.asked += 1
        return self._rows.block(number)

    def take(self, rows: Sequence[int]):
        return self._rows.take(rows)


@pytest.mark.parametrize("stride", [64, 128, 512])
def test_mapped_data_are_read_where_they_lie(stride: int) -> None:
    rows, labels, point = data("bce", 2500, 9)
    source = MappedSource(rows, labels, stride)
    engine = CEngine(made("bce"), source)
    copied = CEngine(made("bce"), RowSource(rows, [labels]))
    assert engine.sums(point) == copied.sums(point)
    assert engine.second_sums(point) == copied.second_sums(point)
    assert engine.gram_sums() == copied.gram_sums()
    assert engine.predictions(point) == copied.predictions(point)
    assert engine.batch_sums(point, [5, 2499, 5]) == copied.batch_sums(point, [5, 2499, 5])
    assert source.asked == 0
    source.buffer[0] += 1.0
    assert engine.sums(point) != copied.sums(point)


def test_a_buffer_that_cannot_be_read_in_place_is_copied() -> None:
    rows, labels, point = data("bce", 100, 2)
    expected = CEngine(made("bce"), RowSource(rows, [labels])).sums(point)
    for change in ("read only", "stride", "short"):
        source = MappedSource(rows, labels, 128)
        if change == "read only":
            source.buffer = source.buffer.toreadonly()
        elif change == "stride":
            source.stride = 100
        else:
            source.buffer = source.buffer[:-1]
        assert CEngine(made("bce"), source).sums(point) == expected
        assert source.asked > 0


def test_a_large_copy_lies_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from derivation.training import c_memory

    rows, labels, point = data("bce", 3000, 3)
    expected = CEngine(made("bce"), RowSource(rows, [labels])).sums(point)
    monkeypatch.setattr(c_memory, "RESIDENT", 1000)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert CEngine(made("bce"), RowSource(rows, [labels])).sums(point) == expected
    assert list(tmp_path.iterdir()) == []  # it has no name
