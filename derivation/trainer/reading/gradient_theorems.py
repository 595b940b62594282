"""Finds, among theorems, the gradients of a loss in its parameters.

A parameter is w_j or w_jc with its feature x_ij, or the bias b or b_c with none; the class c is
there when one sample has several outputs. The gradients looked for are

    dL/dw_jc = 1/m sum_i r_ic x_ij        dL/db_c = 1/m sum_i r_ic

with or without the classes, and with or without the 1/m.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from derivation.errors import UnsupportedError
from derivation.term import (
    Add,
    Derivative,
    Indexed,
    Sub,
    Symbol,
    Term,
    free_names,
    plain,
    substitute,
)
from derivation.trainer.reading.sample_sums import (
    SampleSum,
    factors,
    indices_of,
    over_samples,
    product,
)
from derivation.trainer.reading.statements import Statement

__all__ = [
    "BiasGradient",
    "WeightGradient",
    "bias_gradient",
    "differentiated",
    "is_weight_gradient",
    "part_beside_samples",
    "same_assumptions",
    "weight_gradient",
]


@dataclass(frozen=True, slots=True)
class WeightGradient:
    """dL/dw_j (or dL/dw_jc) = sum or mean of ``residual`` times feature.

    ``output`` is the name of the class index c; None when a sample has one output.
    """

    theorem: Statement
    loss: str
    features: str
    weights: str
    residual: SampleSum
    output: str | None


@dataclass(frozen=True, slots=True)
class BiasGradient:
    """dL/db (or dL/db_c) = sum or mean of the same residual."""

    theorem: Statement
    bias: str


def weight_gradient(statements: Sequence[Statement]) -> WeightGradient:
    """The first theorem of that shape without conditions; UnsupportedError if there is none."""
    conditional: Statement | None = None
    for statement in statements:
        found = _weight_gradient(statement)
        if found is None:
            continue
        if not statement.conditions:
            return found
        conditional = statement
    hint = ""
    if conditional is not None:
        hint = (
            "; one has this form, but holds only where "
            + " and ".join(map(str, conditional.conditions))
            + ": declare the domain so that this needs no condition"
        )
    raise UnsupportedError(
        "no theorem gives the gradient in the weights: needed is one of the form "
        r"\frac{\partial L}{\partial w_j} = \frac{1}{m} \sum_{i=1}^{m} r^{(i)} x^{(i)}_j, "
        r"or for several outputs \frac{\partial L}{\partial w_{jc}} = \frac{1}{m} "
        r"\sum_{i=1}^{m} r^{(i)}_c x^{(i)}_j, "
        f"with or without the \\frac{{1}}{{m}}, without conditions{hint}"
    )


def bias_gradient(
    statements: Sequence[Statement], in_weights: WeightGradient, bias: str
) -> BiasGradient:
    """The theorem for the bias with the residual of ``in_weights``.

    Raises UnsupportedError if there is none: a bias in the predictor needs the same residual.
    """
    for statement in statements:
        found = _bias(statement, in_weights) == bias
        if found and not statement.conditions and same_assumptions(statement, in_weights.theorem):
            return BiasGradient(statement, bias)
    of_class, b = ("_c", f"{bias}_c") if in_weights.output else ("", bias)
    mean = r"\frac{1}{m} " if in_weights.residual.mean else ""
    raise UnsupportedError(
        "no theorem gives the gradient in the bias, with the same residual as in the weights: "
        rf"needed is \frac{{\partial {in_weights.loss}}}{{\partial {b}}} = {mean}"
        rf"\sum_{{i=1}}^{{m}} r^{{(i)}}{of_class}, without conditions, under the same definitions "
        "(a predictor without a bias needs none)"
    )


def differentiated(statement: Statement) -> tuple[str, Term] | None:
    """For dL/dv = ...: the name L and the variable v; None for other theorems."""
    match plain(statement.lhs):
        case Derivative(body=Symbol(name=name), variable=variable, order=1):
            return name, variable
    return None


def _weight_gradient(statement: Statement) -> WeightGradient | None:
    derivative = differentiated(statement)
    total = over_samples(statement.rhs)
    if derivative is None or total is None:
        return None
    loss, variable = derivative
    if not isinstance(variable, Indexed):
        return None
    symbols = [index for index in variable.indices if isinstance(index, Symbol)]
    if len(symbols) != len(variable.indices) or len(set(symbols)) not in (1, 2):
        return None
    member = (Symbol(total.index), symbols[0])
    parts = factors(total.body)
    features = [part for part in parts if isinstance(part, Indexed) and part.indices == member]
    if len(features) != 1 or len(parts) == 1 or len(symbols) != len(set(symbols)):
        return None
    rest = product([part for part in parts if part is not features[0]])
    if symbols[0] in indices_of(rest) or symbols[0].name in free_names(rest):
        return None
    return WeightGradient(
        theorem=statement,
        loss=loss,
        features=features[0].base,
        weights=variable.base,
        residual=SampleSum(rest, total.index, total.size, total.mean),
        output=symbols[1].name if len(symbols) == 2 else None,
    )


def is_weight_gradient(statement: Statement) -> bool:
    """Whether it has the form that `weight_gradient` looks for."""
    return _weight_gradient(statement) is not None


def part_beside_samples(statement: Statement) -> Term | None:
    """The p of dL/dw_j = sum or mean + p, as a penalty gives it; None for other theorems."""
    derivative = differentiated(statement)
    if derivative is None or not isinstance(derivative[1], Indexed):
        return None
    match plain(statement.rhs):
        case Add(left=left, right=right) | Sub(left=left, right=right):
            if over_samples(left) is not None:
                return right
            return left if over_samples(right) is not None else None
    return None


def _bias(statement: Statement, in_weights: WeightGradient) -> str | None:
    derivative = differentiated(statement)
    total = over_samples(statement.rhs)
    if derivative is None or total is None or derivative[0] != in_weights.loss:
        return None
    residual = in_weights.residual
    renamed: dict[str, Term] = {total.index: Symbol(residual.index)}
    match derivative[1]:
        case Symbol(name=name) if in_weights.output is None:
            pass
        case Indexed(base=name, indices=(Symbol(name=output),)) if in_weights.output:
            renamed[output] = Symbol(in_weights.output)
        case _:
            return None
    same = product(factors(substitute(total.body, renamed))) == residual.body
    return name if same and (total.size, total.mean) == (residual.size, residual.mean) else None


def same_assumptions(one: Statement, other: Statement) -> bool:
    """Whether they stand under the same definitions."""

    def definitions(statement: Statement) -> set[tuple[Term, Term]]:
        return {(plain(d.head), plain(d.body)) for d in statement.definitions}

    return definitions(one) == definitions(other)
