"""Which of the data is the label, and what the loss compares it with."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from derivation.errors import UnsupportedError
from derivation.term import Indexed, Number, Sub, Symbol, Term, plain, walk
from derivation.trainer.general.declared import Data
from derivation.trainer.general.problem import Model, members
from derivation.trainer.python.code import replaced
from derivation.trainer.reading.statements import families

__all__ = ["Prediction", "roles"]


@dataclass(frozen=True, slots=True)
class Prediction:
    """A term for one sample; over indices where the label is a row of numbers."""

    term: Term
    indices: tuple[str, ...]
    sizes: tuple[str | int, ...]


def roles(model: Model) -> tuple[Data, Prediction | None]:
    """The label, and the prediction if one can be read off.

    The loss of a sample is unfolded definition by definition until, parameters apart, it depends on
    one datum and on one defined value that does not depend on it, or on the difference of a datum
    and of something else, and on other data such as weights. Where it never does, the last of the
    data with one number a sample is the label.
    """
    term = plain(model.loss)
    while True:
        for label in model.data:
            found = _compared(model, term, label)
            if found is not None:
                return label, found
        unfolded = model.definitions.unfold_once(term)
        if unfolded == term:
            break
        term = unfolded
    numbers = [one for one in model.data if not one.sizes]
    if not numbers:
        raise UnsupportedError(
            "no label can be told: the loss of a sample compares no datum with a defined value, "
            f"and no family has one number a sample, as in 'y[1..{model.samples}] real'"
        )
    return numbers[-1], None


def _compared(model: Model, term: Term, label: Data) -> Prediction | None:
    free = {one.name for one in model.parameters} | model.sizes
    every = {one for one in members(term) if _name(one) not in free}
    own = [one for one in every if _name(one) == label.name]
    others = every - set(own)
    if len(own) != 1:
        return None
    (member,) = own
    defined = [one for one in others if _name(one) in model.definitions.bodies]
    alone = len(others) == len(defined) == 1
    weights = {one.name for one in model.data} - {label.name}
    compared = defined[0] if alone else _other_side(term, member, free | weights)
    if compared is None or _is_single_datum(model, compared):
        return None
    if label.name in families(model.definitions.unfold(compared)):
        return None
    indices = tuple(_name(one) for one in member.children[1:])
    if isinstance(compared, Indexed) and compared.indices != member.children:
        return None
    return Prediction(compared, indices, label.sizes)


def _other_side(term: Term, member: Term, free: Set[str]) -> Term | None:
    """What the label is taken off, or what is taken off it; the rest may hold ``free`` names."""
    for node in walk(term):
        if isinstance(node, Sub) and member in node.children:
            rest = replaced(term, node, Number("0"))
            if all(_name(one) in free for one in members(rest)):
                return node.left if node.right == member else node.right
    return None


def _is_single_datum(model: Model, term: Term) -> bool:
    return isinstance(term, Symbol | Indexed) and _name(term) not in model.definitions.bodies


def _name(member: Term) -> str:
    return member.base if isinstance(member, Indexed) else str(getattr(member, "name", ""))
