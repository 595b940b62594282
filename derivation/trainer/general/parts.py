"""Functions of one node, in stable forms, and the values that a model is computed by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from derivation.domain import REAL_LINE
from derivation.kernel import Definition
from derivation.term import Term
from derivation.trainer.general.nodes import Leaves
from derivation.trainer.general.problem import Model
from derivation.trainer.general.shapes import name_of
from derivation.trainer.reading.statements import Statement, functions_of
from derivation.trainer.stable import Setting, Stable, forms_for_labels

__all__ = ["Part", "Value", "part_of"]


@dataclass(frozen=True, slots=True)
class Part:
    """A function of a predictor, and of a label if there is one, in its stable form."""

    name: str
    predictor: str
    label: str
    stable: Stable


@dataclass(frozen=True, slots=True)
class Value:
    """A number, or a family of them over ``indices``: a polynomial, or the call of a part."""

    name: str
    indices: tuple[str, ...]
    sizes: tuple[str | int, ...]
    body: Term
    part: Part | None = None


def part_of(
    term: Term, leaves: Leaves, name: str, model: Model, lemmas: Sequence[Statement]
) -> Part:
    """``term``, a function of ``leaves``, in its stable form. Raises UnsupportedError for none."""
    predictor = name_of(leaves.predictor)
    label = "" if leaves.label is None else name_of(leaves.label)
    limits = {one.name: one.interval for one in model.data}
    functions = functions_of(model.theorem, term).values()
    setting = Setting(
        predictor=predictor,
        label=label,
        labels=limits.get(label, REAL_LINE),
        definitions=tuple(Definition(head, body) for head, body in functions),
        lemmas=tuple(lemmas),
    )
    return Part(name, predictor, label, forms_for_labels(leaves.alone(term), setting))
