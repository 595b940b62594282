"""A penalty on the weights that is stated within the loss, taken apart from the samples.

    L = 1/m sum_i l_i + lambda/2 sum_k w_k^2        dL/dw_j = 1/m sum_i r_i x_ij + lambda w_j

The kernel proves the gradients of the samples' part anew; that of the penalty is a theorem of the
library. So lambda becomes the strength ``l2`` of the trainer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from derivation.domain import Kind
from derivation.errors import UnsupportedError
from derivation.term import Add, Derivative, Indexed, Number, Pow, Symbol, Term, plain
from derivation.trainer.reading.gradient_theorems import is_weight_gradient, part_beside_samples
from derivation.trainer.reading.sample_sums import around_sum, over_samples
from derivation.trainer.reading.statements import DefinitionLike, Definitions, Statement

__all__ = ["Penalized", "without_penalty"]


@dataclass(frozen=True, slots=True)
class Penalized:
    """Theorems of a loss without its penalty, and its ``strength``: a number, or the name of one.

    ``strength`` is 0 where the loss states no penalty.
    """

    statements: Sequence[Statement]
    strength: Fraction | str = Fraction(0)


def without_penalty(statements: Sequence[Statement]) -> Penalized:
    """The theorems, those of a penalized loss replaced by theorems of the samples' part.

    Raises UnsupportedError for a part beside the samples that is no such penalty, where no other
    theorem gives the gradient in the weights.
    """
    others: list[Term] = []
    for statement in statements:
        part = part_beside_samples(statement)
        if part is None or statement.conditions:
            continue
        loss = plain(statement.lhs).children[0]
        samples, penalty = _sides_of_loss(statement, loss)
        strength = None if penalty is None else _strength(statement, penalty)
        if samples is not None and strength is not None:
            found = list(_without(statements, loss, samples))
            if found:
                return Penalized([*found, *statements], strength)
        others.append(part)
    if others and not any(map(is_weight_gradient, statements)):
        raise _refused(others[0])
    return Penalized(statements)


def _sides_of_loss(statement: Statement, loss: Term) -> tuple[Term | None, Term | None]:
    """The samples' part of a loss that is defined as a sum of two, and the other."""
    table = Definitions(statement.definitions)
    for definition in statement.definitions:
        body = plain(definition.body)
        if plain(definition.head) != loss or not isinstance(body, Add):
            continue
        for one, other in ((body.left, body.right), (body.right, body.left)):
            if over_samples(table.unfold(one)) is not None:
                return one, table.unfold(other)
    return None, None


def _strength(statement: Statement, penalty: Term) -> Fraction | str | None:
    """The s of ``s/2 sum_k w_k^2`` over all weights; None for other penalties."""
    variable = plain(statement.lhs).children[1]
    found = around_sum(penalty)
    if found is None or not isinstance(variable, Indexed) or len(variable.indices) != 1:
        return None
    total, scale, powers = found
    declared = statement.domain.get(variable.base)
    ends = () if declared is None or len(declared.sizes) != 1 else (str(declared.sizes[0]),)
    weight = Indexed(variable.base, (Symbol(total.index),))
    whole = (total.lower, total.upper) in [(Number("1"), Symbol(end)) for end in ends]
    if not whole or total.body != Pow(weight, Number("2")):
        return None
    names = [name for name, power in powers.items() if power]
    if not names and scale >= 0:
        return 2 * scale
    halved = scale == Fraction(1, 2) and [powers[name] for name in names] == [1]
    return names[0] if halved and _may_be_set(statement, names[0]) else None


def _may_be_set(statement: Statement, name: str) -> bool:
    """Whether a name is that of one real number: a size such as m is known from the data."""
    declared = statement.domain.get(name)
    return declared is not None and declared.kind is Kind.REAL and not declared.sizes


def _without(statements: Sequence[Statement], loss: Term, samples: Term) -> Iterator[Statement]:
    """The gradients of ``loss`` where it is defined as ``samples`` alone, as the kernel proves."""
    from derivation.kernel import Definition, decide

    for statement in statements:
        lhs = plain(statement.lhs)
        if not isinstance(lhs, Derivative) or lhs.body != loss or statement.conditions:
            continue
        right = plain(statement.rhs)
        if part_beside_samples(statement) is not None and isinstance(right, Add):
            right = right.left if over_samples(right.left) is not None else right.right

        def body(definition: DefinitionLike) -> Term:
            return samples if plain(definition.head) == loss else definition.body

        definitions = tuple(Definition(d.head, body(d)) for d in statement.definitions)
        theorem = decide(statement.lhs, right, statement.domain, definitions).theorem
        if theorem is not None:
            yield theorem


def _refused(part: Term) -> UnsupportedError:
    from derivation.notation import to_message

    return UnsupportedError(
        f"the gradient in the weights has a part beside the samples, {to_message(part)}, which is "
        r"not read as that of a penalty: state it as L = \frac{1}{m} \sum_{i=1}^{m} ... + "
        r"\frac{\lambda}{2} \sum_{k=1}^{d} w_k^2, with one output a sample; or leave it out: "
        "each trainer can add one (l2=..., --l2)"
    )
