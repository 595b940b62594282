"""Finds, among theorems, the gradients of a mean over samples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from derivation.errors import UnsupportedError
from derivation.term import (
    Derivative,
    Div,
    Indexed,
    Mul,
    Number,
    Sum,
    Symbol,
    Term,
    plain,
    substitute,
)
from derivation.trainer.statements import Statement

__all__ = [
    "Mean",
    "bias_gradient",
    "differentiated",
    "factors",
    "mean_of_samples",
    "weight_gradient",
]


@dataclass(frozen=True, slots=True)
class Mean:
    """``1/size sum_{index=1}^size body``."""

    body: Term
    index: str
    size: Term


def _mean(term: Term) -> Mean | None:
    """``1/m sum_{i=1}^m body`` or ``(sum_{i=1}^m body)/m``."""
    match plain(term):
        case Mul(Div(Number("1"), size), Sum(body, index, Number("1"), upper)) | Div(
            Sum(body, index, Number("1"), upper), size
        ) if size == upper:
            return Mean(body, index, size)
    return None


def mean_of_samples(term: Term, what: str) -> Mean:
    """``term`` as a mean; raises UnsupportedError, naming it as ``what``, if it is none."""
    mean = _mean(term)
    if mean is None:
        raise UnsupportedError(
            f"{what} is not a mean over samples; write it as "
            r"\frac{1}{m} \sum_{i=1}^{m} ..."
        )
    return mean


def differentiated(statement: Statement) -> tuple[str, Term]:
    """For dL/dv = ...: the name L and the variable v. The name is empty for other theorems."""
    match plain(statement.lhs):
        case Derivative(Symbol(name), variable, order=1):
            return name, variable
    return "", statement.lhs


def factors(term: Term) -> list[Term]:
    """The factors of a product, left to right."""
    if isinstance(term, Mul):
        return [*factors(term.left), *factors(term.right)]
    return [term]


def _product(parts: Sequence[Term]) -> Term:
    result = parts[0]
    for factor in parts[1:]:
        result = Mul(result, factor)
    return result


def weight_gradient(
    statements: Sequence[Statement],
) -> tuple[Statement, str, str, Mean]:
    """The theorem dL/dw_j = mean of r_i x_ij; names of x and w; the mean of r_i."""
    for statement in statements:
        _, variable = differentiated(statement)
        mean = _mean(statement.rhs)
        if not isinstance(variable, Indexed) or len(variable.indices) != 1 or mean is None:
            continue
        member = (Symbol(mean.index), variable.indices[0])
        parts = factors(mean.body)
        features = [f for f in parts if isinstance(f, Indexed) and f.indices == member]
        if len(features) == 1 and len(parts) > 1 and not statement.conditions:
            rest = _product([f for f in parts if f is not features[0]])
            if variable.indices[0] not in _all_indices(rest):
                mean = Mean(rest, mean.index, mean.size)
                return statement, features[0].base, variable.base, mean
    raise UnsupportedError(
        "no theorem gives the gradient in the weights: needed is one of the form "
        r"\frac{\partial L}{\partial w_j} = \frac{1}{m} \sum_{i=1}^{m} r^{(i)} x^{(i)}_j, "
        "without conditions"
    )


def _all_indices(term: Term) -> set[Term]:
    found: set[Term] = set(term.indices) if isinstance(term, Indexed) else set()
    for child in term.children:
        found |= _all_indices(child)
    return found


def bias_gradient(
    statements: Sequence[Statement], in_weights: Statement, residual: Mean
) -> tuple[Statement, str]:
    """The theorem dL/db = mean of the same residual, and the name of b."""
    loss, _ = differentiated(in_weights)
    for statement in statements:
        name, variable = differentiated(statement)
        mean = _mean(statement.rhs)
        if name != loss or not isinstance(variable, Symbol) or mean is None:
            continue
        body = substitute(mean.body, {mean.index: Symbol(residual.index)})
        same_loss = _same_definitions(statement, in_weights)
        if body == residual.body and same_loss and not statement.conditions:
            return statement, variable.name
    raise UnsupportedError(
        "no theorem gives the gradient in the bias as the mean of the same residual as in the "
        rf"weights: needed is \frac{{\partial {loss}}}{{\partial b}} = \frac{{1}}{{m}} "
        r"\sum_{i=1}^{m} r^{(i)}, without conditions, under the same definitions"
    )


def _same_definitions(one: Statement, other: Statement) -> bool:
    def as_set(statement: Statement) -> set[tuple[Term, Term]]:
        return {(plain(d.head), plain(d.body)) for d in statement.definitions}

    return as_set(one) == as_set(other)
