"""Core terms as somebody would write them, for conditions."""

from __future__ import annotations

from derivation.kernel.matrices.build import ones
from derivation.kernel.matrices.core import Core
from derivation.kernel.matrices.definedness import Demand
from derivation.kernel.matrices.entrywise import Entrywise, in_places, place
from derivation.kernel.matrices.shapes import SCALAR
from derivation.kernel.theorem import Condition
from derivation.term import Call, Mul, Number, Term, free_names, transform

__all__ = ["condition_of", "displayed"]


def condition_of(demand: Demand, shapes: Core) -> Condition:
    """The condition that a demand is; for a matrix, it is meant for each entry."""
    return demand.stated or Condition(demand.kind, displayed(demand.term, shapes))


def displayed(term: Term, shapes: Core) -> Term:
    """The term with sums, hadamard products and identities written by their names."""
    match term:
        case Entrywise(body=body, arguments=arguments):
            varying = {place(k).name for k, one in enumerate(arguments) if shapes.of(one) != SCALAR}
            written = transform(body, lambda node: _with_hadamard(node, varying))
            shown = in_places(written, tuple(displayed(one, shapes) for one in arguments))
            return shown if varying else Mul(shown, ones(*term.shape))
        case Call(name="Identity", arguments=(size, _)):
            return Call("Identity", (size,))
        case Mul(left=left, right=right) if _is_row_of_ones(left) and shapes.of(right)[1] == 1:
            return Call("sum", (displayed(right, shapes),))
        case Mul(left=Mul(left=left, right=right), right=Call(name="ones")) if _is_row_of_ones(
            left
        ):
            return Call("sum", (displayed(right, shapes),))
    if not term.children:
        return term
    return term.with_children(tuple(displayed(child, shapes) for child in term.children))


def _is_row_of_ones(term: Term) -> bool:
    match term:
        case Call(name="ones", arguments=(Number(text="1"), _)):
            return True
    return False


def _with_hadamard(node: Term, varying: set[str]) -> Term:
    match node:
        case Mul(left=left, right=right) if all(free_names(one) & varying for one in (left, right)):
            return Call("hadamard", (left, right))
    return node
