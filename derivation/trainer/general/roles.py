"""Which of the data is the label, and what the loss compares it with."""

from __future__ import annotations

from dataclasses import dataclass

from derivation.errors import UnsupportedError
from derivation.term import Indexed, Sub, Symbol, Term, plain, walk
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

    The loss of a sample is unfolded definition by definition until it depends on one datum and on
    one defined value that does not depend on it, or on the difference of the two alone. Where it
    never does, the last of the data with one number a sample is the label.
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
    every = set(members(term))
    own = [one for one in every if isinstance(one, Indexed) and one.base == label.name]
    others = [one for one in every if one not in own and one != Symbol(model.sample)]
    if len(own) != 1:
        return None
    (member,) = own
    if len(others) == 1:
        compared: Term = others[0]
        name = compared.base if isinstance(compared, Indexed) else ""
        if name not in model.definitions.bodies:
            return None
    else:
        differences = [n for n in walk(term) if isinstance(n, Sub) and member in n.children]
        if not differences or set(members(replaced(term, differences[0], Symbol(model.sample)))) - {
            Symbol(model.sample)
        }:
            return None
        difference = differences[0]
        compared = difference.left if difference.right == member else difference.right
    if label.name in families(model.definitions.unfold(compared)):
        return None
    indices = tuple(str(getattr(one, "name", "")) for one in member.indices[1:])
    if isinstance(compared, Indexed) and compared.indices != member.indices:
        return None
    return Prediction(compared, indices, label.sizes)
