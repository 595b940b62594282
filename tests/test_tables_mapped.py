"""CSV files converted once into a binary file that is mapped: the same numbers, bit for bit."""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import random
import signal
import stat
import subprocess
import sys
import tempfile
import time
import tracemalloc
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import derivation
from derivation.errors import DataError
from derivation.tables import MappedTable, Table, cache, load_csv, map_csv, open_csv
from derivation.tables.mapped import HEAD, STRIDE, _memory, open_mapped
from derivation.tables.statistics import BLOCK, ExactSum, statistics_of

IRIS = Path(derivation.__file__).parent / "data" / "iris.csv"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where converted tables go by default."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "derive" / "tables"


def write(tmp_path, rows=1300, extra=""):
    """Two columns of numbers, one of text, and labels."""
    draw = random.Random(rows)  # noqa: S311  # numbers, not secrets
    path = tmp_path / "data.csv"
    lines = (
        f"{draw.gauss(1e3, 1.0)!r},{draw.random()!r},{'uvw'[draw.randrange(3)]},{i % 2}\n"
        for i in range(rows)
    )
    path.write_text("a,b,c,t\n" + "".join(lines) + extra, encoding="utf-8")
    return path


def numbers(table):
    """All rows and label columns of either kind of table."""
    if isinstance(table, Table):
        return [list(row) for row in table.rows], table.label_columns()
    rows, labels = [], [[] for _ in range(table.outputs if table.target else 0)]
    for number in range(-(-table.samples // BLOCK)):
        columns, outputs = table.block(number)
        rows += map(list, zip(*columns, strict=True))
        for label, output in zip(labels, outputs, strict=True):
            label.extend(output)
    return rows, labels


# ---------------------------------------------------------------------------- the same numbers


@pytest.mark.parametrize("rows", [3, 63, 64, 65, 511, 512, 513, 1300, 5000])
def test_mapped_and_in_memory_are_the_same(tmp_path, folder, rows):
    path = write(tmp_path, rows)
    for options in ({}, {"missing": "drop"}, {"classes": True}, {"features": ["b", "a"]}):
        mapped = map_csv(path, "t", **options)
        table = load_csv(path, "t", **options)
        assert mapped.features == table.features
        assert (mapped.target, mapped.outputs) == (table.target, table.outputs)
        assert mapped.encoding == table.encoding
        assert mapped.notes == table.notes
        assert mapped.samples == table.samples == rows
        assert mapped.statistics == table.statistics
        assert numbers(mapped) == numbers(table)
        assert numbers(mapped.standardized()) == numbers(table.standardized())
    assert folder.is_dir()


values = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e150, max_value=1e150)


@settings(max_examples=40)
@given(
    st.lists(st.tuples(values, values, st.sampled_from("xyz")), min_size=4, max_size=20),
    st.integers(1, 60),
)
def test_any_table_is_the_same_mapped(rows, times):
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "data.csv"
        lines = (f"{a!r},{b!r},{c}\n" for a, b, c in rows * times)
        path.write_text("a,b,c\n" + "".join(lines), encoding="utf-8")
        mapped = map_csv(path, folder=place)
        table = load_csv(path)
        assert repr(numbers(mapped)[0]) == repr(numbers(table)[0])
        assert mapped.statistics == table.statistics
        assert repr(numbers(mapped.standardized())[0]) == repr(numbers(table.standardized())[0])


def test_an_encoding_is_applied_when_mapping(tmp_path, folder):
    encoding = load_csv(write(tmp_path), "t").encoding
    path = write(tmp_path, 70)
    assert numbers(map_csv(path, encoding=encoding))[1] == []
    assert numbers(map_csv(path, encoding=encoding))[0] == numbers(load_csv(path, "t"))[0]
    assert numbers(map_csv(path, "t", encoding=encoding)) == numbers(load_csv(path, "t"))
    assert len(list(folder.iterdir())) == 2


@pytest.mark.usefixtures("folder")
def test_blocks_rows_and_the_layout(tmp_path):
    mapped = map_csv(write(tmp_path), "t", classes=True)
    rows, labels = numbers(mapped)
    source = mapped.source()
    assert (source.samples, source.features, source.outputs) == (1300, 4, 2)
    columns, outputs = source.block(2)
    assert [len(column) for column in [*columns, *outputs]] == [1300 - 2 * BLOCK] * 6
    wanted = [1299, 0, 64, 64, 513]
    columns, outputs = source.take(wanted)
    assert [list(row) for row in zip(*columns, strict=True)] == [rows[k] for k in wanted]
    assert outputs == [[label[k] for k in wanted] for label in labels]
    buffer = source.buffer
    assert (buffer.format, source.stride) == ("d", STRIDE)
    for row in (0, 63, 64, 1299):
        piece, place = divmod(row, STRIDE)
        found = [buffer[(piece * 6 + j) * STRIDE + place] for j in range(6)]
        assert found == [*rows[row], *(label[row] for label in labels)]
    assert set(buffer[-(STRIDE - 1300 % STRIDE) :]) == {0.0}  # padding
    assert ctypes.c_double.from_buffer(buffer).value == rows[0][0]  # C can have its address
    with pytest.raises(IndexError):
        source.block(3)
    with pytest.raises(IndexError):
        source.block(-1)
    with pytest.raises(IndexError):
        source.take([1300])
    with pytest.raises(IndexError):
        source.take([-1])


@given(st.lists(st.floats(-1e300, 1e300) | st.floats(-1, 1), max_size=40))
def test_an_exact_sum_is_rounded_once(summands):
    total = ExactSum()
    for value in summands:
        total.add(value)
    assert total.total() == float(sum(map(Fraction, summands)))


def test_a_sum_that_is_too_large():
    total = ExactSum()
    total.add(1.7e308)
    with pytest.raises(OverflowError):
        total.add(1.7e308)


def test_statistics_do_not_depend_on_the_order_of_blocks():
    draw = random.Random(5)  # noqa: S311  # numbers, not secrets
    blocks = [[[draw.gauss(0, 10.0**k) for _ in range(7)]] for k in range(-8, 12)]
    known = statistics_of(["a"], lambda: blocks, 140)
    assert statistics_of(["a"], lambda: blocks[::-1], 140) == known


# ---------------------------------------------------------------------------- the file


def test_a_file_is_converted_once_and_again_when_it_changes(tmp_path, folder):
    path = write(tmp_path)
    first = map_csv(path, "t")
    made = first.path.stat().st_ino  # its time of change says when it was last used
    assert map_csv(path, "t").path == first.path
    assert first.path.stat().st_ino == made
    assert first.path.parent == folder
    write(tmp_path, extra="5,0.5,u,1\n")
    again = map_csv(path, "t")
    assert (again.path, again.samples) == (first.path, 1301)
    assert first.samples == len(numbers(first)[0]) == 1300  # still mapped
    assert len(list(folder.iterdir())) == 1


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("row", [0, 4999, 2500])
def test_a_change_that_leaves_size_and_time_alone(tmp_path, row):
    path = write(tmp_path, 5000)
    assert path.stat().st_size > 3 * (1 << 16)  # more than the two ends that are looked at
    rows, _ = numbers(map_csv(path, "t"))
    status = path.stat()
    lines = path.read_text(encoding="utf-8").split("\n")
    lines[row + 1] = "5" + lines[row + 1][1:]
    if row == 2500:  # neither end shows it: another file in the place of the first
        changed = tmp_path / "changed.csv"
        changed.write_text("\n".join(lines), encoding="utf-8")
        changed.replace(path)
    else:
        path.write_text("\n".join(lines), encoding="utf-8")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat().st_size == status.st_size
    again, _ = numbers(map_csv(path, "t"))
    assert [k for k in range(5000) if again[k] != rows[k]] == [row]


def test_other_options_make_another_file(tmp_path, folder):
    path = write(tmp_path)
    tables = [
        map_csv(path, "t"),
        map_csv(path, "t", classes=True),
        map_csv(path, "t", missing="mean"),
        map_csv(path, "t", labels=(0.0, 1.0, False, False)),
        map_csv(path, "t", features=["a"]),
        map_csv(path),
    ]
    assert len({table.path for table in tables}) == len(tables) == len(list(folder.iterdir()))


def test_the_standardised_file_follows_its_table(tmp_path, folder):
    first = map_csv(write(tmp_path), "t").standardized()
    made = first.path.stat().st_ino
    assert map_csv(tmp_path / "data.csv", "t").standardized().path.stat().st_ino == made
    assert first.standardized() is first
    second = map_csv(write(tmp_path, 1400), "t").standardized()
    assert (second.path, second.samples) == (first.path, 1400)
    assert len(list(folder.iterdir())) == 2


def test_the_folder_is_for_the_user_alone(tmp_path, folder):
    table = map_csv(write(tmp_path), "t")
    for path, mode in ((folder, 0o700), (folder.parent, 0o700), (table.path, 0o600)):
        assert stat.S_IMODE(path.stat().st_mode) == mode


def test_a_folder_that_is_named(tmp_path, folder):
    place = tmp_path / "some" / "where"
    table = map_csv(write(tmp_path), "t", folder=place)
    assert table.path.parent == place
    assert not folder.exists()


def test_without_a_cache_folder_in_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")  # to be ignored, says the specification
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    place = map_csv(write(tmp_path), "t").path.parent
    assert place == tmp_path / "home" / ".cache" / "derive" / "tables"


def test_a_folder_that_cannot_be_made_or_written(tmp_path, folder):
    path = write(tmp_path)
    with pytest.raises(DataError, match="cannot make a folder for converted tables"):
        map_csv(path, "t", folder=path)
    with pytest.raises(DataError, match="cannot write /proc/"):
        map_csv(path, "t", folder="/proc")
    with pytest.raises(DataError, match="there is no file"):
        map_csv(tmp_path / "absent.csv")
    with pytest.raises(DataError, match="no ordinary file"):
        map_csv(tmp_path)
    assert not folder.exists()


@pytest.mark.parametrize("length", [0, 10, HEAD, 5000, -1])
@pytest.mark.usefixtures("folder")
def test_a_file_that_is_not_whole_is_converted_anew(tmp_path, length):
    path = write(tmp_path)
    place = map_csv(path, "t").path
    data = place.read_bytes()
    place.write_bytes(data[:length])
    with pytest.raises(DataError, match=r"no table that was converted|cannot map"):
        open_mapped(place)
    assert map_csv(path, "t").samples == 1300
    assert place.read_bytes() == data


@pytest.mark.parametrize(
    "change",
    [
        (b"derive", b"divers"),
        (b'"samples"', b'"simples"'),
        (b'"samples": 13', b'"samples": 14'),
        (b'"little"', b'"middle"'),
        (b'"columns"', b'"calumny"'),
    ],
)
@pytest.mark.usefixtures("folder")
def test_a_file_of_something_else(tmp_path, change):
    place = map_csv(write(tmp_path), "t").path
    data = place.read_bytes()
    place.write_bytes(data.replace(*change))
    assert place.read_bytes() != data
    with pytest.raises(DataError, match="no table that was converted"):
        open_mapped(place)


@pytest.mark.skipif(sys.platform != "linux", reason="files with holes, and their limits")
def test_a_file_larger_than_memory_is_mapped(tmp_path):
    path = tmp_path / "large"
    with path.open("wb") as stream:
        stream.truncate(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") * 4)  # a hole
    with path.open("rb") as stream:
        mapped = _memory(stream.fileno())
    assert len(mapped) == path.stat().st_size
    assert ctypes.c_char.from_buffer(mapped, len(mapped) - 1).value == b"\0"


@pytest.mark.usefixtures("folder")
def test_where_memory_can_only_be_mapped_for_reading(tmp_path, monkeypatch):
    table = map_csv(write(tmp_path), "t")
    whole = mmap.mmap

    def reading_alone(*arguments, access=0):
        if access != mmap.ACCESS_READ:
            raise OSError("no room")
        return whole(*arguments, access=access)

    monkeypatch.setattr(mmap, "mmap", reading_alone)
    again = open_mapped(table.path)
    assert again.source().buffer.readonly
    assert numbers(again) == numbers(table)


# ---------------------------------------------------------------------------- whole or not at all


@pytest.mark.parametrize("extra", ["1,2,u\n", "x,1,u,0\n", "1,,u,0\n", "1,2,u,3\n"])
def test_an_error_leaves_no_file(tmp_path, folder, extra):
    path = write(tmp_path, extra=extra)
    with pytest.raises(DataError, match="line 1302"):
        map_csv(path, "t", labels=(0.0, 1.0, False, False))
    assert list(folder.iterdir()) == []


def test_dependent_columns_are_found_and_leave_no_file(tmp_path, folder):
    path = tmp_path / "data.csv"
    rows = "".join(f"{i},{2 * i},{i % 2}\n" for i in range(900))
    path.write_text("a,b,t\n" + rows, encoding="utf-8")
    with pytest.raises(DataError, match="the columns 'a' and 'b' say the same, b = 2 a"):
        map_csv(path, "t")
    assert list(folder.iterdir()) == []
    assert map_csv(path, "t", dependent="keep").samples == 900


def test_a_file_that_changes_while_it_is_converted(tmp_path, folder, monkeypatch):
    path = write(tmp_path)

    def statistics(*arguments):
        path.touch()
        return statistics_of(*arguments)

    monkeypatch.setattr(cache, "statistics_of", statistics)
    with pytest.raises(DataError, match="changed while it was read"):
        map_csv(path, "t")
    assert list(folder.iterdir()) == []


SLOW = """
import os, sys, time
from derivation.tables import cache, map_csv
if sys.argv[3] == "named" and hasattr(os, "O_TMPFILE"):
    del os.O_TMPFILE
statistics_of = cache.statistics_of
def slowly(*arguments):
    print("converting", flush=True)
    time.sleep(60)
    return statistics_of(*arguments)
cache.statistics_of = slowly
map_csv(sys.argv[1], "t", folder=sys.argv[2])
"""


@pytest.mark.parametrize("files", ["unnamed", "named"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_conversion_leaves_no_table(tmp_path, number, files):
    path, folder = write(tmp_path), tmp_path / "tables"
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW, str(path), str(folder), files],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with process:
        assert process.stdout.readline() == b"converting\n"
        process.send_signal(number)
    assert process.returncode != 0
    assert list(folder.glob("*.table")) == []
    left = list(folder.iterdir())
    if number == signal.SIGINT or (files == "unnamed" and sys.platform == "linux"):
        assert left == []
    for part in left:  # nobody can tidy up after SIGKILL but the next one, a day later
        map_csv(path, folder=folder)
        assert part.exists()
        os.utime(part, (time.time() - 90_000,) * 2)
    assert map_csv(path, "t", folder=folder).samples == 1300
    assert list(folder.glob(".*")) == []


@pytest.mark.parametrize("supported", [True, False])
def test_files_without_a_name_are_not_needed(tmp_path, monkeypatch, supported):
    opened, flag = os.open, getattr(os, "O_TMPFILE", 0)

    def refusing(path, flags, *more):
        if flag and flags & flag == flag and not supported:
            raise OSError(errno.EOPNOTSUPP, "no")
        return opened(path, flags, *more)

    monkeypatch.setattr(os, "open", refusing)
    table = map_csv(write(tmp_path), "t", folder=tmp_path / "tables")
    assert stat.S_IMODE(table.path.stat().st_mode) == 0o600
    assert list((tmp_path / "tables").iterdir()) == [table.path]


CONVERT = """
import sys
from derivation.tables import map_csv
print(map_csv(sys.argv[1], "t", folder=sys.argv[2]).statistics)
"""


def test_several_processes_convert_one_file_at_a_time(tmp_path):
    path, folder = write(tmp_path, 20_000), tmp_path / "tables"
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", CONVERT, str(path), str(folder)], stdout=subprocess.PIPE
        )
        for _ in range(3)
    ]
    said = {process.communicate()[0] for process in processes}
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert said == {f"{load_csv(path, 't').statistics}\n".encode()}
    assert len(list(folder.iterdir())) == 1


def test_memory_does_not_grow_with_rows(tmp_path):
    peaks = []
    for rows in (5000, 20_000):
        path = write(tmp_path, rows)
        tracemalloc.start()
        try:
            table = map_csv(path, "t", folder=tmp_path / "tables").standardized()
            for number in range(-(-table.samples // BLOCK)):
                table.block(number)
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
    assert peaks[1] < 1.1 * peaks[0]


# ---------------------------------------------------------------------------- which of the two


def test_small_files_are_read_large_ones_mapped(tmp_path, folder, monkeypatch):
    path = write(tmp_path)
    assert isinstance(open_csv(path, "t"), Table)
    assert not folder.exists()
    assert isinstance(open_csv(path, "t", folder=tmp_path / "tables"), MappedTable)
    monkeypatch.setattr(cache, "LARGE", path.stat().st_size)
    assert isinstance(open_csv(path, "t"), MappedTable)
    assert numbers(open_csv(path, "t", features=["a"])) == numbers(
        load_csv(path, "t", features=["a"])
    )
    with pytest.raises(DataError, match="there is no file"):
        open_csv(tmp_path / "absent.csv", "t")
