"""The linear predictor of a sample, found among definitions."""

from __future__ import annotations

from dataclasses import dataclass

from derivation.errors import UnsupportedError
from derivation.term import Add, Indexed, Number, Sum, Symbol, Term
from derivation.trainer.reading.gradient_theorems import WeightGradient
from derivation.trainer.reading.premises import size_of
from derivation.trainer.reading.sample_sums import factors
from derivation.trainer.reading.statements import Definitions

__all__ = ["LinearPredictor", "linear_predictor"]


@dataclass(frozen=True, slots=True)
class LinearPredictor:
    """The names of z and of its bias; ``bias`` is None where nothing is added to the sum."""

    name: str
    bias: str | None


def linear_predictor(table: Definitions, gradient: WeightGradient) -> LinearPredictor:
    """The family defined as ``sum_k x_ik w_k + b``, or ``sum_k x_ik w_kc + b_c``.

    The bias may be missing. Raises UnsupportedError if there is no such family.
    """
    count = 1 if gradient.output is None else 2
    for name, (arguments, body) in table.bodies.items():
        if len(arguments) != count:
            continue
        sample, *output = map(Symbol, arguments)
        for total, shift in _splits(body):
            if not _is_product_of_rows(total, gradient, sample, output):
                continue
            if shift is None:
                return LinearPredictor(name, None)
            bias = _bias_name(shift, output, table)
            if bias is not None:
                return LinearPredictor(name, bias)
    of_class = "" if gradient.output is None else "_c"
    raise UnsupportedError(
        f"no definition of a linear predictor z^{{(i)}}{of_class} = \\sum_{{k=1}}^{{d}} "
        f"{gradient.features}^{{(i)}}_k {gradient.weights}_{{k{of_class[1:]}}} + b{of_class}, or "
        f"without b{of_class}, stands behind the gradient"
    )


def _splits(body: Term) -> list[tuple[Sum, Term | None]]:
    """A sum, and what is added to it."""
    match body:
        case Sum():
            return [(body, None)]
        case Add(left=left, right=right):
            pairs = ((left, right), (right, left))
            return [(one, other) for one, other in pairs if isinstance(one, Sum)]
    return []


def _is_product_of_rows(
    total: Sum, gradient: WeightGradient, sample: Symbol, output: list[Symbol]
) -> bool:
    index = Symbol(total.index)
    wanted: list[Term] = [
        Indexed(gradient.features, (sample, index)),
        Indexed(gradient.weights, (index, *output)),
    ]
    size = Symbol(size_of(gradient.theorem.domain, gradient.weights, 0))
    whole = (total.lower, total.upper) == (Number("1"), size)
    return whole and factors(total.body) in (wanted, wanted[::-1])


def _bias_name(shift: Term, output: list[Symbol], table: Definitions) -> str | None:
    """The b of ``+ b``, or of ``+ b_c`` with several outputs; None for anything else."""
    match shift:
        case Symbol(name=name) if not output and name not in table.bodies:
            return name
        case Indexed(base=name, indices=indices) if output and list(indices) == output:
            return None if name in table.bodies else name
    return None
