"""Converted tables make room for one another: the oldest go, none that is in use, nothing else."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
from collections import namedtuple

import pytest

from derivation.tables import map_csv
from derivation.tables.cache import standardized_beside
from derivation.tables.mapped import MAGIC
from derivation.tables.room import make_room

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "tables"


def write(tmp_path, name, rows=200):
    path = tmp_path / f"{name}.csv"
    path.write_text("x,t\n" + "".join(f"{k},{k % 2}\n" for k in range(rows)), encoding="utf-8")
    return path


def convert(tmp_path, folder, *names):
    """A table of each name, the first used longest ago; none of them is in use afterwards."""
    for age, name in enumerate(reversed(names), 1):
        table = map_csv(write(tmp_path, name), "t", folder=folder)
        os.utime(table.path, (1e9 - age, 1e9 - age))
        del table
    gc.collect()


def kept(folder):
    """The first letters of the files that are there."""
    return "".join(sorted(path.name[0] for path in folder.iterdir()))


def size(folder):
    return max(path.stat().st_size for path in folder.iterdir())


def limit(monkeypatch, bound):
    monkeypatch.setattr("derivation.tables.room.MOST", bound)


def test_those_that_were_not_used_for_longest_go_first(tmp_path, folder, monkeypatch):
    convert(tmp_path, folder, "a", "b", "c")
    limit(monkeypatch, 3 * size(folder))
    make_room(folder, 0, MAGIC)
    assert kept(folder) == "abc"
    make_room(folder, 1, MAGIC)
    assert kept(folder) == "bc"
    make_room(folder, 2 * size(folder) + 1, MAGIC)
    assert kept(folder) == ""


def test_a_new_table_makes_room_for_itself(tmp_path, folder, monkeypatch):
    convert(tmp_path, folder, "a", "b", "c")
    limit(monkeypatch, 3 * size(folder))
    new = map_csv(write(tmp_path, "d"), "t", folder=folder)
    assert kept(folder) == "bcd"
    standardized_beside(new)
    assert kept(folder) == "cdd"


def test_a_table_that_is_used_again_is_the_last_to_go(tmp_path, folder, monkeypatch):
    convert(tmp_path, folder, "a", "b", "c")
    map_csv(tmp_path / "a.csv", "t", folder=folder)
    gc.collect()
    limit(monkeypatch, size(folder))
    make_room(folder, 0, MAGIC)
    assert kept(folder) == "a"


def test_a_table_in_use_stays_and_stays_whole(tmp_path, folder, monkeypatch):
    convert(tmp_path, folder, "a", "b")
    table = map_csv(tmp_path / "a.csv", "t", folder=folder)
    source, path = table.source(), table.path
    limit(monkeypatch, 0)
    del table
    make_room(folder, 0, MAGIC)
    assert kept(folder) == "a"
    assert source.take([0, 199])[0] == [[0.0, 199.0]]
    del source
    gc.collect()
    make_room(folder, 0, MAGIC)
    assert not path.exists()


def test_a_table_that_was_just_written_is_in_use(tmp_path, folder, monkeypatch):
    limit(monkeypatch, 0)
    first = map_csv(write(tmp_path, "a"), "t", folder=folder)
    second = standardized_beside(first)
    third = map_csv(write(tmp_path, "b"), "t", folder=folder)
    assert kept(folder) == "aab"
    assert first.take([1]) == third.take([1])
    assert second.take([1]) != first.take([1])


HOLD = """
import sys
from derivation.tables import map_csv

table = map_csv(sys.argv[1], "t", folder=sys.argv[2])
print("held", flush=True)
sys.stdin.read()
"""


def test_a_table_that_another_process_uses_stays(tmp_path, folder, monkeypatch):
    convert(tmp_path, folder, "a", "b")
    limit(monkeypatch, 0)
    command = [sys.executable, "-c", HOLD, str(tmp_path / "a.csv"), str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"held\n"
        make_room(folder, 0, MAGIC)
        assert kept(folder) == "a"
        process.stdin.close()
        process.wait(timeout=60)
    make_room(folder, 0, MAGIC)
    assert kept(folder) == ""


def test_what_is_not_ours_stays(tmp_path, folder, monkeypatch):
    convert(tmp_path, folder, "a", "b")
    a, b = sorted(folder.iterdir())
    target = tmp_path / "elsewhere"
    b.rename(target)
    b.symlink_to(target)
    (folder / "mine.table").write_bytes(a.read_bytes())
    (folder / a.name.replace("a-", "n-")).write_text("another program's", encoding="utf-8")
    (folder / "z.csv").write_text("x", encoding="utf-8")
    (folder / f"{a.name[:-6]}x.table").write_bytes(a.read_bytes())
    (folder / "d-0123456789abcdef0123.table").mkdir()
    limit(monkeypatch, 0)
    make_room(folder, 0, MAGIC)
    assert not a.exists()
    assert target.exists()
    assert kept(folder) == "abdmnz"


def test_a_small_disk_keeps_half_of_its_room(tmp_path, folder, monkeypatch):
    convert(tmp_path, folder, "a", "b", "c")
    one = size(folder)
    for free, left in ((10 * one, "abc"), (2 * one, "bc"), (0, "c")):
        monkeypatch.setattr(shutil, "disk_usage", lambda _, free=free: Usage(0, 0, free))
        make_room(folder, 0, MAGIC)
        assert kept(folder) == left


def test_a_folder_that_cannot_be_read_is_not_emptied(tmp_path, folder, monkeypatch):
    monkeypatch.setattr(
        "derivation.tables.cache.make_room", lambda *_: (_ for _ in ()).throw(PermissionError())
    )
    assert map_csv(write(tmp_path, "a"), "t", folder=folder).samples == 200


CONVERT = """
import sys
from derivation.tables import map_csv, room

room.MOST = 0
for round in range(10):
    for name in "abc":
        table = map_csv(f"{sys.argv[1]}/{name}.csv", "t", folder=sys.argv[2])
        scaled = table.standardized()
        assert table.take([7, 199])[0] == [[7.0, 199.0]], name
        assert scaled.take([7, 199])[0] != [[7.0, 199.0]], name
"""


def test_processes_that_remove_each_others_tables_get_all_their_rows(tmp_path, folder):
    for name in "abc":
        write(tmp_path, name)
    command = [sys.executable, "-c", CONVERT, str(tmp_path), str(folder)]
    running = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(4)]
    assert [process.communicate(timeout=120)[1] for process in running] == [b""] * 4
    assert [process.returncode for process in running] == [0] * 4
