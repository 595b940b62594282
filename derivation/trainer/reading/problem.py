"""What a training problem is, and how it is read off theorems.

A problem that can be trained has this shape, under whatever names its author chose:

    L = 1/m sum_i l_i                      the loss: a mean over samples, or a sum
    dL/dw_j = 1/m sum_i r_i x_ij           gradient: residual times feature
    dL/db = 1/m sum_i r_i                  gradient: the residual
    z_i = sum_k x_ik w_k + b               the linear predictor; without b, no gradient in b
    h_i = a function of z_i                the prediction, if the residual mentions one

or the same with K outputs a sample, counted by c = 1..K: w_jc, b_c, z_ic, y_ic, h_ic, r_ic.
Nothing here looks at the name of the derivation or of a lemma. There is one feature index j,
not one formula a feature, so that the number of features plays no part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from derivation.errors import UnsupportedError
from derivation.term import Indexed, Sub, Sum, Symbol, Term, transform
from derivation.trainer.reading.gradient_theorems import (
    WeightGradient,
    bias_gradient,
    weight_gradient,
)
from derivation.trainer.reading.penalties import without_penalty
from derivation.trainer.reading.predictors import linear_predictor
from derivation.trainer.reading.premises import (
    Labels,
    allowed_labels,
    require_premises,
    size_of,
)
from derivation.trainer.reading.sample_sums import SampleSum, sum_over_samples
from derivation.trainer.reading.statements import Definitions, Statement, families

__all__ = ["Names", "Outputs", "TrainingProblem", "extract"]


@dataclass(frozen=True, slots=True)
class Names:
    """How the theorems call the parts of the problem."""

    features: str  # x
    labels: str  # y
    weights: str  # w
    bias: str | None  # b
    predictor: str  # z
    prediction: str  # h; the same as `predictor` when h is z itself
    loss: str  # L


@dataclass(frozen=True, slots=True)
class Outputs:
    """Several outputs a sample, counted by ``index`` = 1..``size``."""

    index: str  # c
    size: str  # K


@dataclass(frozen=True, slots=True)
class TrainingProblem:
    """What the theorems say about one sample, and how the samples make up the loss.

    ``loss``, ``residual`` and ``prediction`` are terms over ``Symbol`` z and y, or with several
    ``outputs`` over the members z_c and y_c. ``labels`` is where the gradients hold for y;
    ``gradients`` are the theorems in w and, where there is one, in b.
    ``strength`` is that of a penalty that the loss states besides; see `Penalized`.
    """

    names: Names
    outputs: Outputs | None
    mean: bool
    loss: Term
    residual: Term
    prediction: Term
    labels: Labels
    gradients: tuple[Statement, ...]
    strength: Fraction | str


def extract(statements: Sequence[Statement]) -> TrainingProblem:
    """Read a training problem off theorems, by their structure.

    Raises UnsupportedError, saying which part is missing.
    """
    penalized = without_penalty(statements)
    statements = penalized.statements
    in_weights = weight_gradient(statements)
    theorem, residual = in_weights.theorem, in_weights.residual
    table = Definitions(theorem.definitions)
    linear = linear_predictor(table, in_weights)
    gradients: tuple[Statement, ...] = (theorem,)
    if linear.bias is not None:
        gradients += (bias_gradient(statements, in_weights, linear.bias).theorem,)
    predictor = linear.name
    table = table.without(predictor)

    loss = sum_over_samples(table.unfold(Symbol(in_weights.loss)), "the loss")
    if (loss.size, loss.mean) != (residual.size, residual.mean):
        raise UnsupportedError(
            "the loss and its gradient are not sums over the same samples: "
            f"the loss runs to {loss.size}, the gradient to {residual.size}"
        )
    labels = _label_name(loss.body, predictor)
    name, prediction = _prediction(residual, table, predictor, labels)
    names = Names(
        features=in_weights.features,
        labels=labels,
        weights=in_weights.weights,
        bias=linear.bias,
        predictor=predictor,
        prediction=name,
        loss=in_weights.loss,
    )
    outputs = _outputs(in_weights, theorem)
    allowed = Labels()
    for proved in gradients:
        require_premises(proved.domain, names, in_weights)
        allowed = allowed.and_those_of(allowed_labels(proved.domain, labels))
    sample = _Sample(names, outputs)
    return TrainingProblem(
        names=names,
        outputs=outputs,
        mean=loss.mean,
        loss=sample.alone(loss.body, loss.index),
        residual=sample.alone(table.unfold(residual.body), residual.index),
        prediction=sample.alone(prediction, residual.index),
        labels=allowed,
        gradients=gradients,
        strength=penalized.strength,
    )


def _outputs(in_weights: WeightGradient, theorem: Statement) -> Outputs | None:
    """The class index and the number of classes."""
    if in_weights.output is None:
        return None
    return Outputs(in_weights.output, size_of(theorem.domain, in_weights.weights, 1))


def _label_name(loss: Term, predictor: str) -> str:
    others = families(loss) - {predictor}
    if len(others) != 1:
        raise UnsupportedError(
            "the loss of one sample must depend on one label and on the linear predictor "
            f"{predictor} only; it depends on: {', '.join(sorted(families(loss))) or 'nothing'}"
        )
    return next(iter(others))


def _prediction(
    residual: SampleSum, table: Definitions, predictor: str, label: str
) -> tuple[str, Term]:
    """What the residual compares the label with: a function of the predictor alone.

    It is a family in the residual, such as the h of h - y; or what the label is taken off; or
    the predictor itself.
    """
    members = _members(residual.body)
    indices = {len(node.indices) for node in members if node.base == label}
    for node in members:
        body = table.unfold(node)
        whole = len(node.indices) in indices and node.base != predictor
        if whole and families(body) == {predictor}:
            return node.base, body
    match residual.body:
        case Sub(left=compared, right=Indexed(base=base)) if base == label:
            body = table.unfold(compared)
            if families(body) == {predictor}:
                return predictor, body
    for node in members:
        if node.base == predictor:
            return predictor, node
    raise UnsupportedError(
        f"the residual mentions no prediction: a family that depends on {predictor} alone"
    )


def _members(term: Term) -> list[Indexed]:
    inner = [node for child in term.children for node in _members(child)]
    return [term, *inner] if isinstance(term, Indexed) else inner


class _Sample:
    """Takes the sample index out of a term about one sample."""

    def __init__(self, names: Names, outputs: Outputs | None) -> None:
        self._own = (names.predictor, names.labels)
        self._outputs = outputs

    def alone(self, term: Term, index: str) -> Term:
        """``z^{(i)}`` as z, and ``z^{(i)}_c`` as z_c."""
        sample = Symbol(index)

        def change(node: Term) -> Term:
            if not isinstance(node, Indexed) or node.base not in self._own:
                return node
            if node.indices[0] != sample or len(node.indices) != (2 if self._outputs else 1):
                return node
            rest = node.indices[1:]
            return Indexed(node.base, rest) if rest else Symbol(node.base)

        alone = transform(term, change)
        bound = (self._outputs.index, self._outputs.size) if self._outputs else ()
        others = self._foreign(alone, frozenset(bound))
        if others:
            predictor, label = self._own
            raise UnsupportedError(
                f"one sample may depend on its own {predictor} and {label} only, but here it "
                f"depends on {', '.join(sorted(others))} too. Give a constant its value by a "
                "definition, such as (r'\\delta', '3/2')"
            )
        return alone

    def _foreign(self, term: Term, bound: frozenset[str]) -> frozenset[str]:
        """Names that one sample has no business with: other samples, sizes, parameters."""
        match term:
            case Symbol(name=name):
                own = not self._outputs and name in self._own
                return frozenset() if own or name in bound else frozenset({name})
            case Indexed(base=base, indices=indices):
                known = self._outputs and base in self._own and len(indices) == 1
                inner = self._foreign_of_all(indices, bound)
                return inner if known else inner | {base}
            case Sum(body=body, index=index, lower=lower, upper=upper) if self._outputs:
                limits = self._foreign_of_all((lower, upper), bound)
                return self._foreign(body, bound | {index}) | limits
        return self._foreign_of_all(term.children, bound)

    def _foreign_of_all(self, terms: Sequence[Term], bound: frozenset[str]) -> frozenset[str]:
        return frozenset().union(*(self._foreign(term, bound) for term in terms))
