"""The L2 penalty and its gradient, from the theorem in `derivation.library.l2`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from derivation.domain import REAL_LINE, Kind
from derivation.errors import UnsupportedError
from derivation.term import (
    Derivative,
    Indexed,
    Number,
    Sum,
    Symbol,
    Term,
    free_names,
    plain,
    transform,
    walk,
)
from derivation.trainer.python.code import replaced
from derivation.trainer.python.columns import Columns
from derivation.trainer.python.functions import Function
from derivation.trainer.reading.statements import Definitions, Statement

__all__ = ["Penalty", "penalty_of", "shipped_penalty"]


@dataclass(frozen=True, slots=True)
class Penalty:
    """A penalty on the weights: ``value`` over ``Symbol`` strength and total.

    ``total`` is the sum over the weights of ``summand``; ``slope`` is the derivative in one
    weight. Both are over ``Symbol`` w and strength.
    """

    theorem: Statement
    value: Term
    summand: Term
    slope: Term

    def function(self) -> Function:
        """The penalty as a function of the weights and of its strength."""
        body = Columns("w")
        body.helpers.add("formula_sum")
        body.lines += [
            f"total = formula_sum([{body.text(self.summand)} for w in weights])",
            f"slopes = [{body.text(self.slope)} for w in weights]",
        ]
        return body.function(
            "formula_penalty(weights: Sequence[float], strength: float)"
            " -> tuple[float, list[float]]",
            "The penalty on the weights, and its derivative in each of them.",
            f"{body.text(self.value)}, slopes",
        )


def penalty_of(statements: Sequence[Statement]) -> Penalty:
    """The penalty that theorems give: dR/dw_j where R is a multiple of a sum over all weights.

    Raises UnsupportedError if there is none.
    """
    for statement in statements:
        found = _penalty(statement)
        if found is not None:
            return found
    raise UnsupportedError(
        r"no theorem gives a penalty: needed is one of the form \frac{\partial R}{\partial w_j} = "
        r"\lambda w_j under the definition R = \frac{\lambda}{2} \sum_{k=1}^{d} w_k^2"
    )


@cache
def shipped_penalty() -> Penalty:
    """The penalty of the library, its derivation verified."""
    from derivation.check import verify
    from derivation.library import load

    checked = verify(load("l2"))
    return penalty_of([checked.theorem(lemma.name) for lemma in checked.derivation.lemmas])


def _penalty(statement: Statement) -> Penalty | None:
    match plain(statement.lhs):
        case Derivative(
            body=Symbol(name=name),
            variable=Indexed(base=weights, indices=(Symbol(name=member),)),
            order=1,
        ) if not statement.conditions and not statement.domain.hypotheses:
            pass
        case _:
            return None
    value = Definitions(statement.definitions).unfold(Symbol(name))
    sums = [node for node in walk(value) if isinstance(node, Sum)]
    declared = statement.domain.get(weights)
    if len(sums) != 1 or declared is None or len(declared.sizes) != 1:
        return None
    (total,) = sums
    size = str(declared.sizes[0])
    if (total.lower, total.upper) != (Number("1"), Symbol(size)) or declared.first != 1:
        return None
    summand = _of_one_weight(total.body, weights, total.index)
    slope = _of_one_weight(plain(statement.rhs), weights, member)
    value = replaced(value, total, Symbol("total"))
    names = (free_names(value) | free_names(summand) | free_names(slope)) - {"total", "w"}
    if len(names) != 1 or not _is_any_real(statement, weights, *names):
        return None
    index = statement.domain.get(member)
    if index is None or index.kind is not Kind.INDEX or index.sizes != declared.sizes:
        return None
    (strength,) = (Symbol(one) for one in names)
    value, summand, slope = (
        replaced(one, strength, Symbol("strength")) for one in (value, summand, slope)
    )
    return Penalty(statement, value, summand, slope)


def _of_one_weight(term: Term, weights: str, index: str) -> Term:
    """``w_k`` as w."""

    def change(node: Term) -> Term:
        mine = isinstance(node, Indexed) and node.base == weights
        return Symbol("w") if mine and node.children == (Symbol(index),) else node

    return transform(term, change)


def _is_any_real(statement: Statement, *names: str) -> bool:
    declared = [statement.domain.get(name) for name in names]
    return all(
        one is not None
        and (one.kind, one.interval, one.nonzero, one.values) == (Kind.REAL, REAL_LINE, False, ())
        for one in declared
    )
