"""How everything that a problem with one output needs is computed: stable forms and bounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from derivation.domain import Interval
from derivation.errors import UnsupportedError
from derivation.term import Derivative, Symbol
from derivation.trainer.bounds import (
    Bound,
    compares_labels,
    curvature_bound,
    is_convex,
    prediction_range,
)
from derivation.trainer.reading.problem import TrainingProblem
from derivation.trainer.reading.statements import Statement, functions_of
from derivation.trainer.stable import (
    Folded,
    Setting,
    Stable,
    folded_forms,
    forms_for_labels,
    stable_forms,
)

__all__ = ["Recipe", "recipe"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """Forms that are computed, for a problem with one output a sample.

    ``labels`` is where labels may lie: where the theorem holds and the loss is bounded below.
    ``anywhere`` are ``folded``'s loss and slope where e^m would overflow. ``curvature`` is there
    for a convex loss, ``bound`` where a bound of it is proved.
    """

    problem: TrainingProblem
    setting: Setting
    labels: Interval
    loss: Stable
    residual: Stable
    prediction: Stable
    curvature: Stable | None
    bound: Bound | None
    folded: Folded | None
    anywhere: tuple[Stable, ...]

    @property
    def stable(self) -> tuple[Stable, ...]:
        """All stable forms."""
        found = (self.loss, self.residual, self.prediction, self.curvature)
        return tuple(one for one in (*found, *self.anywhere) if one is not None)


def recipe(problem: TrainingProblem, lemmas: Sequence[Statement] = ()) -> Recipe:
    """Find a form to compute each function in.

    ``lemmas`` are the author's own theorems, tried where the rule table knows no form. Raises
    UnsupportedError for a loss, residual or prediction without one.
    """
    from derivation.kernel import Definition

    names = problem.names
    theorem = problem.gradients[0]
    slope = Derivative(problem.residual, Symbol(names.predictor))
    functions = functions_of(theorem, slope) | functions_of(theorem, problem.loss)
    setting = Setting(
        predictor=names.predictor,
        label=names.labels,
        labels=problem.labels.interval,
        definitions=tuple(Definition(head, body) for head, body in functions.values()),
        lemmas=tuple(lemmas),
    )
    loss, residual, prediction = (
        forms_for_labels(term, setting)
        for term in (problem.loss, problem.residual, problem.prediction)
    )
    try:
        curvature = forms_for_labels(slope, setting)
    except UnsupportedError:  # then there is no Newton's method, and no default step
        curvature = None
    if curvature is not None and not is_convex(curvature, names.labels, problem.labels.interval):
        curvature = None
    folded = folded_forms(problem.loss, problem.residual, setting)
    if folded is not None and folded.labels != (Fraction(0), Fraction(1)):
        folded = None  # the runtime folds labels 0 and 1 only
    return Recipe(
        problem=problem,
        setting=setting,
        labels=_labels(problem, prediction, setting),
        loss=loss,
        residual=residual,
        prediction=prediction,
        curvature=curvature,
        bound=curvature_bound(problem, setting),
        folded=folded,
        anywhere=() if folded is None else _anywhere(folded, setting),
    )


def _labels(problem: TrainingProblem, prediction: Stable, setting: Setting) -> Interval:
    """The labels of the theorem.

    Where the residual compares them with predictions, only those that a prediction comes near to.
    """
    labels = problem.labels.interval
    if not compares_labels(problem, setting):
        return labels
    return prediction_range(prediction, problem.names.predictor).intersect(labels)


def _anywhere(folded: Folded, setting: Setting) -> tuple[Stable, Stable]:
    """The folded loss and slope in forms for every m."""
    alone = Setting(predictor=folded.variable, label="", definitions=setting.definitions)
    return stable_forms(folded.loss, alone), stable_forms(folded.slope, alone)
