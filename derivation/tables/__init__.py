"""Training data from CSV files: in memory, or in a binary file that is mapped."""

from __future__ import annotations

from derivation.tables.cache import map_csv, open_csv
from derivation.tables.encoding import Encoding
from derivation.tables.mapped import MappedSource, MappedTable
from derivation.tables.options import Options
from derivation.tables.statistics import Statistics
from derivation.tables.table import Table, csv_blocks, load_csv

__all__ = [
    "Encoding",
    "MappedSource",
    "MappedTable",
    "Options",
    "Statistics",
    "Table",
    "csv_blocks",
    "load_csv",
    "map_csv",
    "open_csv",
]
