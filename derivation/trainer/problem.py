"""What a training problem is, and how it is read off theorems.

A problem that can be trained has this shape, under whatever names its author chose:

    L = 1/m sum_i l_i                      the loss, a mean over samples
    dL/dw_j = 1/m sum_i r_i x_ij           gradient: the mean of residual times feature
    dL/db = 1/m sum_i r_i                  gradient: the mean of the residual
    z_i = sum_k x_ik w_k + b               the linear predictor
    h_i = a function of z_i                the prediction, if the residual mentions one

and, for z >= 0 and for z < 0, a theorem that gives l, r and h in a form that floating-point
numbers can take. Nothing here looks at the name of the derivation or of a lemma.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from derivation.domain import REAL_LINE, Domain, Interval, Kind
from derivation.errors import UnsupportedError
from derivation.term import (
    Add,
    Indexed,
    Number,
    Sum,
    Symbol,
    Term,
    free_names,
    transform,
)
from derivation.trainer.forms import Branches, Forms
from derivation.trainer.gradient_theorems import (
    bias_gradient,
    differentiated,
    factors,
    mean_of_samples,
    weight_gradient,
)
from derivation.trainer.statements import Definitions, Statement, families

__all__ = ["Names", "TrainingProblem", "extract"]

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Names:
    """How the theorems call the parts of the problem."""

    features: str  # x
    labels: str  # y
    weights: str  # w
    bias: str  # b
    predictor: str  # z
    prediction: str  # h; the same as `predictor` when h is z itself
    loss: str  # L


@dataclass(frozen=True, slots=True)
class TrainingProblem:
    """Everything that the generated module computes, over ``Symbol`` z and y.

    ``labels`` is where the gradients hold for y; ``gradients`` are the theorems in w and in b,
    ``forms`` those that say how to compute loss, residual and prediction.
    """

    names: Names
    loss: Branches
    residual: Branches
    prediction: Branches
    labels: Interval
    gradients: tuple[Statement, Statement]
    forms: tuple[Statement, ...]

    @property
    def statements(self) -> tuple[Statement, ...]:
        """All theorems in use, each once."""
        found: list[Statement] = []
        for statement in (*self.gradients, *self.forms):
            if all(statement is not other for other in found):
                found.append(statement)
        return tuple(found)


def extract(statements: Sequence[Statement]) -> TrainingProblem:
    """Read a training problem off theorems, by their structure.

    Raises UnsupportedError, saying which part is missing.
    """
    in_weights, features, weights, residual = weight_gradient(statements)
    in_bias, bias = bias_gradient(statements, in_weights, residual)
    loss_name = differentiated(in_weights)[0]
    table = Definitions(in_weights.definitions)
    predictor = _linear_predictor(table, features, weights, bias, _size(in_weights.domain, weights))
    table = table.without(predictor)

    loss = mean_of_samples(table.unfold(Symbol(loss_name)), "the loss")
    labels = _label_name(loss.body, predictor)
    prediction_name, prediction = _prediction(residual.body, table, predictor)

    domain = in_weights.domain
    _require_unrestricted(domain, (features, weights, bias))
    _require_sizes(domain, features, labels, (residual.size, loss.size))
    names = Names(features, labels, weights, bias, predictor, prediction_name, loss_name)
    interval = _label_interval(domain, labels)
    search = Forms(statements, in_weights, predictor, labels, interval)
    of_sample = partial(_scalar, predictor=predictor, label=labels)
    sample = Symbol(residual.index)
    return TrainingProblem(
        names=names,
        loss=search.branches(of_sample(loss.body, Symbol(loss.index)), "the loss of one sample"),
        residual=search.branches(
            of_sample(table.unfold(residual.body), sample), "the residual of one sample"
        ),
        prediction=search.branches(of_sample(prediction, sample), "the prediction"),
        labels=interval,
        gradients=(in_weights, in_bias),
        forms=tuple(search.used),
    )


# ------------------------------------------------------------------- parts of a model


def _linear_predictor(
    table: Definitions, features: str, weights: str, bias: str, size: Term
) -> str:
    """The family defined as ``sum_k x_ik w_k + b``."""
    for name, (arguments, body) in table.bodies.items():
        if len(arguments) != 1:
            continue
        match body:
            case Add(Sum() as total, Symbol(added)) | Add(Symbol(added), Sum() as total):
                index = Symbol(total.index)
                wanted = [
                    Indexed(features, (Symbol(arguments[0]), index)),
                    Indexed(weights, (index,)),
                ]
                product = factors(total.body)
                whole = (total.lower, total.upper) == (Number("1"), size)
                if whole and added == bias and product in (wanted, wanted[::-1]):
                    return name
    raise UnsupportedError(
        f"no definition of a linear predictor z^{{(i)}} = \\sum_{{k=1}}^{{d}} {features}^{{(i)}}_k "
        f"{weights}_k + {bias} stands behind the gradient"
    )


def _label_name(loss: Term, predictor: str) -> str:
    others = families(loss) - {predictor}
    if len(others) != 1:
        raise UnsupportedError(
            "the loss of one sample must depend on one label and on the linear predictor "
            f"{predictor} only; it depends on: {', '.join(sorted(families(loss))) or 'nothing'}"
        )
    return next(iter(others))


def _prediction(residual: Term, table: Definitions, predictor: str) -> tuple[str, Term]:
    """The family in the residual that is a function of the predictor alone."""
    for node in _nodes(residual, lambda n: n if isinstance(n, Indexed) else None):
        body = table.unfold(node)
        if families(body) == {predictor}:
            return node.base, body
    raise UnsupportedError(
        f"the residual mentions no prediction: a family that depends on {predictor} alone"
    )


def _nodes(term: Term, pick: Callable[[Term], _T | None]) -> list[_T]:
    found = [node for child in term.children for node in _nodes(child, pick)]
    own = pick(term)
    return found if own is None else [own, *found]


def _scalar(term: Term, sample: Symbol, *, predictor: str, label: str) -> Term:
    """One sample: ``z^{(i)}`` and ``y^{(i)}`` as plain symbols."""

    def change(node: Term) -> Term:
        if isinstance(node, Indexed) and node.base in (predictor, label):
            return Symbol(node.base) if node.indices == (sample,) else node
        return node

    scalar = transform(term, change)
    others = (free_names(scalar) - {predictor, label}) | families(scalar)
    if others:
        raise UnsupportedError(
            f"one sample may depend on its own {predictor} and {label} only, but here it "
            f"depends on {', '.join(sorted(others))} too"
        )
    return scalar


# --------------------------------------------------------------------------- domains


def _size(domain: Domain, family: str) -> Term:
    declared = domain.get(family)
    if declared is None or len(declared.sizes) != 1:
        raise UnsupportedError(f"declare the weights as a family: '{family}[1..d] real'")
    size = declared.sizes[0]
    return Symbol(size) if isinstance(size, str) else Number(str(size))


def _require_unrestricted(domain: Domain, names: Sequence[str]) -> None:
    for name in names:
        declared = domain.get(name)
        if declared is None or (declared.interval, declared.nonzero, declared.values) != (
            REAL_LINE,
            False,
            (),
        ):
            raise UnsupportedError(
                f"the gradient is proved for '{declared or name}', but a trainer needs it for "
                f"every real value: declare {name} real"
            )


def _require_sizes(domain: Domain, features: str, labels: str, sizes: Sequence[Term]) -> None:
    rows = [d.sizes[:1] for d in map(domain.get, (features, labels)) if d is not None]
    if {Symbol(str(size)) for one in rows for size in one} != set(sizes):
        raise UnsupportedError(
            f"{features} and {labels} are not declared for the same samples as the mean runs over: "
            f"declare '{features}[1..m, 1..d] real' and '{labels}[1..m] real'"
        )


def _label_interval(domain: Domain, labels: str) -> Interval:
    declared = domain.get(labels)
    if declared is None or declared.values or declared.nonzero or declared.kind is not Kind.REAL:
        raise UnsupportedError(
            f"the gradient is proved for '{declared or labels}': declare {labels} real, or in an "
            "interval, so that the generated module can check its labels"
        )
    return declared.interval
