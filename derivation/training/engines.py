"""The choice of an engine."""

from __future__ import annotations

from derivation.training.c_engine import c_engine_or_none
from derivation.training.engine import Engine
from derivation.training.formulas import Formulas
from derivation.training.python_engine import PythonEngine
from derivation.training.source import Source
from derivation.training.survey import survey
from derivation.training.unbiased import with_own_bias

SMALL = 16384
"""Fewer numbers than this are summed in a few milliseconds: not worth starting a compiler."""


def engine_for(formulas: Formulas, source: Source, engine: str = "auto") -> Engine:
    """An engine for one data set.

    ``engine``: "python"; "c", which raises RuntimeError where C cannot be compiled; or "auto",
    which takes C for data that are not small if it can be had.
    """
    return with_own_bias(formulas, _summing_engine(formulas, source, engine), source)


def _summing_engine(formulas: Formulas, source: Source, engine: str) -> Engine:
    if engine not in ("auto", "python", "c"):
        raise ValueError(f"engine is {engine!r}; known are 'auto', 'python' and 'c'")
    if engine == "c" or (engine == "auto" and source.samples * source.features >= SMALL):
        compiled = c_engine_or_none(formulas, source, required=engine == "c")
        if compiled is not None:
            return compiled
    return PythonEngine(formulas, source, survey(source))
