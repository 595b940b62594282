"""The names of a problem, spelt as Python names of the generated module."""

from __future__ import annotations

import ast
import keyword
import math
from dataclasses import dataclass
from functools import cache
from string import Template

from derivation.errors import UnsupportedError
from derivation.term import Symbol, Term
from derivation.trainer.problem import Names
from derivation.trainer.template import MODULE

__all__ = ["Spelling"]


@dataclass(frozen=True, slots=True)
class Spelling:
    """Python names for the arguments of the generated functions."""

    rows: str
    labels: str
    weights: str
    bias: str
    predictor: str

    @classmethod
    def of(cls, names: Names) -> Spelling:
        """Legal, distinct and unused by the template; ``x`` becomes the matrix ``X``."""
        spelling = cls(
            rows=_python_name(
                names.features.upper() if len(names.features) == 1 else names.features
            ),
            labels=_python_name(names.labels),
            weights=_python_name(names.weights),
            bias=_python_name(names.bias),
            predictor=_python_name(names.predictor),
        )
        if len(set(spelling.placeholders.values())) != len(spelling.placeholders):
            raise UnsupportedError(f"two parts of the problem would be called the same: {spelling}")
        return spelling

    @property
    def placeholders(self) -> dict[str, str]:
        """The names by the placeholders of the template."""
        return {
            "X": self.rows,
            "y": self.labels,
            "w": self.weights,
            "b": self.bias,
            "z": self.predictor,
        }

    def symbols(self, names: Names) -> dict[str, Term]:
        """What to put for the label and the predictor in the terms of the problem."""
        return {
            names.predictor: Symbol(self.predictor),
            names.labels: Symbol(self.labels),
        }


def _python_name(name: str) -> str:
    taken = _names_of_template()
    while keyword.iskeyword(name) or name in taken or hasattr(math, name):
        name += "_"
    if not (name.isascii() and name.isidentifier()):
        raise UnsupportedError(f"{name!r} cannot be a name in Python code; give it another name")
    return name


@cache
def _names_of_template() -> frozenset[str]:
    """Every name that the fixed part of the generated module uses."""
    holes = {hole: f"hole_{hole}" for hole in Template(MODULE).get_identifiers()}
    holes |= {
        "sample_code": "        pass",
        "prediction_code": "    pass",
        "label_check": "    pass",
    }
    holes |= {"curvature": "1.0"}
    used: set[str] = set()
    for node in ast.walk(ast.parse(Template(MODULE).substitute(holes))):
        match node:
            case ast.Name(id=name) | ast.arg(arg=name) | ast.alias(name=name):
                used.add(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                used.add(name)
    arguments_of_checks = {"x", "y", "w", "b"}  # local to functions that see no formula
    return frozenset(used) - set(holes.values()) - arguments_of_checks
