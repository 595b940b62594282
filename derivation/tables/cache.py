"""CSV files larger than memory: converted once into a binary file, which is then mapped."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import TypedDict, Unpack

from derivation.errors import DataError
from derivation.tables.dependence import check_independent
from derivation.tables.encoding import Encoding
from derivation.tables.mapped import (
    HEAD,
    MAGIC,
    Description,
    MappedTable,
    mapped,
    open_mapped,
)
from derivation.tables.options import Choice, Dependent, Options, choice_of
from derivation.tables.pieces import PieceWriter, written_whole
from derivation.tables.room import make_room, mark_used
from derivation.tables.statistics import BLOCK, standardized, statistics_of
from derivation.tables.table import Table, fill, load_csv

__all__ = ["LARGE", "map_csv", "open_csv", "standardized_beside"]

LARGE = 1 << 26
"""Bytes from which `open_csv` maps a file: in memory its rows would take about four times that."""

_ENDS = 1 << 16
"""Bytes at either end of a file of which the key has a hash."""


class _Identity(TypedDict):
    """What tells one state of a file from another."""

    path: str
    size: int
    changed: int
    inode: int
    ends: str


def open_csv(
    path: str | Path,
    target: str | None = None,
    *,
    features: Sequence[str] | None = None,
    encoding: Encoding | None = None,
    folder: str | Path | None = None,
    **options: Unpack[Options],
) -> Table | MappedTable:
    """Read a CSV file by `load_csv`, or by `map_csv` if it has `LARGE` bytes or more.

    It is mapped in any case if a ``folder`` for the converted table is named.
    """
    try:
        large = Path(path).stat().st_size >= LARGE
    except OSError:
        large = False  # load_csv says what is wrong
    if large or folder is not None:
        return map_csv(path, target, features=features, encoding=encoding, folder=folder, **options)
    return load_csv(path, target, features=features, encoding=encoding, **options)


def map_csv(
    path: str | Path,
    target: str | None = None,
    *,
    features: Sequence[str] | None = None,
    encoding: Encoding | None = None,
    folder: str | Path | None = None,
    **options: Unpack[Options],
) -> MappedTable:
    """Convert a CSV file into a binary file and map it: the table need not fit into memory.

    The arguments, the numbers and the statistics are those of `load_csv`. The binary file lies
    in ``folder``, by default ``derive/tables`` in the user's cache folder ($XDG_CACHE_HOME or
    ~/.cache), readable by the user alone. It is used again as long as the CSV file has the same
    place, size, time of change, inode, first and last 64 KiB, and the options are the same;
    else it is written anew, in the place of the old one. Before that, tables in the folder that
    were not used for longest, and are not in use, make room for it: see `derivation.tables.room`.

    Raises DataError as `load_csv` does, for values too large for their mean to be a float, and
    for a folder that cannot be written to. Nothing is left in the folder then.
    """
    path = Path(path)
    choice = choice_of(target, features, options)
    settings = {
        **asdict(choice),
        "labels": repr(choice.labels),  # they may be infinite
        "encoding": encoding and encoding.to_json(),
    }
    identity = _identity(path)
    key = {"csv": identity, "settings": json.loads(json.dumps(settings))}
    place = _folder(folder) / _name(path, settings)
    found = _usable(place, key)
    if found is not None:
        return found
    _make_room(place, identity["size"])  # a table has about the size of its CSV file
    with written_whole(place) as stream:
        writer = PieceWriter(stream)
        description = _converted(writer, path, choice, encoding, key)
        if _identity(path) != identity:
            raise DataError(f"{path} changed while it was read; try again")
        writer.describe(description)
        stream.flush()
        return mapped(stream, place)  # from now on nobody removes it


def standardized_beside(table: MappedTable) -> MappedTable:
    """The table with its features standardised, in a second file in the same folder.

    Raises DataError if that cannot be written.
    """
    place = table.path.with_name(f"{table.path.stem}-standardized{table.path.suffix}")
    description = replace(table.description, standardized=True)
    found = _usable(place, description.key)
    if found is not None:
        return found
    _make_room(place, HEAD + table.source().buffer.nbytes)
    known = table.statistics
    scales = list(zip(known.means, known.deviations, strict=True))
    with written_whole(place) as stream:
        writer = PieceWriter(stream)
        for number in range(-(-table.samples // BLOCK)):
            features, labels = table.block(number)
            scaled = [
                standardized(column, *scale) for column, scale in zip(features, scales, strict=True)
            ]
            writer.add_columns(scaled, labels)
        writer.end_pieces()
        writer.describe(description)
        stream.flush()
        return mapped(stream, place)


def _converted(
    writer: PieceWriter,
    path: Path,
    choice: Choice,
    encoding: Encoding | None,
    key: Mapping[str, object],
) -> Description:
    """Write the pieces; what is to be known of them."""
    training = choice.target is not None and encoding is None
    encoding, notes = fill(writer, path, choice, encoding)
    writer.end_pieces()
    features = encoding.features
    source = writer.source()
    known = statistics_of(features, source.blocks, source.samples)
    if training and choice.dependent is Dependent.ERROR:
        check_independent(
            path, features, source.blocks, source.columns_of, known, intercept=choice.intercept
        )
    return Description(key, choice.target, encoding, notes, known, standardized=False)


def _usable(place: Path, key: Mapping[str, object]) -> MappedTable | None:
    """The table in a file, if there is one and it was made from the same."""
    try:
        table = open_mapped(place)
    except DataError:
        return None
    if table.description.key != key:
        return None
    mark_used(place)
    return table


def _make_room(place: Path, needed: int) -> None:
    with suppress(OSError):  # if nothing can be written there either, that is said next
        make_room(place.parent, needed, MAGIC)


def _identity(path: Path) -> _Identity:
    """What tells whether a file is the same as before, without reading all of it."""
    try:
        if not path.is_file() and path.exists():
            raise DataError(f"{path} is no ordinary file; save the data in one to map it")
        with path.open("rb") as stream:
            status = os.fstat(stream.fileno())
            ends = hashlib.sha256(stream.read(_ENDS))
            stream.seek(max(0, status.st_size - _ENDS))
            ends.update(stream.read(_ENDS))
    except FileNotFoundError:
        raise DataError(f"there is no file {path}") from None
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror or error}") from None
    return {
        "path": str(path.resolve()),
        "size": status.st_size,
        "changed": status.st_mtime_ns,
        "inode": status.st_ino,
        "ends": ends.hexdigest(),
    }


def _name(path: Path, settings: object) -> str:
    """One name for each file and settings, so that a file that changes replaces its table."""
    text = json.dumps([str(path.resolve()), settings], sort_keys=True)
    return f"{path.stem[:80]}-{hashlib.sha256(text.encode()).hexdigest()[:20]}.table"


def _folder(folder: str | Path | None) -> Path:
    """The folder for converted tables, made if it is not there; the default for the user alone."""
    try:
        if folder is not None:
            chosen = Path(folder)
            chosen.mkdir(parents=True, exist_ok=True)
            return chosen
        named = Path(os.environ.get("XDG_CACHE_HOME", ""))
        base = named if named.is_absolute() else Path.home() / ".cache"
        base.mkdir(parents=True, exist_ok=True)
        for chosen in (base / "derive", base / "derive" / "tables"):
            chosen.mkdir(mode=0o700, exist_ok=True)
    except (OSError, RuntimeError) as error:  # RuntimeError: there is no home
        raise DataError(
            f"cannot make a folder for converted tables: {error}; name another one"
        ) from None
    return chosen
