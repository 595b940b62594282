"""From what a training found on its columns to a model of the columns as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum
from operator import sub
from typing import cast

from derivation.models.model import Course, Ending, Model, NoErrors
from derivation.models.scaling import Scaling
from derivation.models.scores import score_of
from derivation.models.sources import AnyTable
from derivation.models.uncertainty import Uncertainty, shift_changes_nothing, uncertainty
from derivation.training.centring import Centres
from derivation.training.engine import Engine
from derivation.training.formulas import Formulas
from derivation.training.result import Result
from derivation.training.settings import Method, Settings

__all__ = ["Trained"]

_FAR, _UNSURE = 5.0, 10.0  # a coefficient for deviation 1; an error as a multiple of it


@dataclass(frozen=True, slots=True)
class Trained:
    """What came out of a training, on the columns that were trained on.

    ``engine`` has those columns without the ``centres``; the result is for those with them.
    """

    formulas: Formulas
    engine: Engine
    settings: Settings
    result: Result
    scaling: Scaling
    centres: Centres

    def model(
        self, table: AnyTable, derivation: str, theorems: str, *, standardized: bool
    ) -> Model:
        """The model, on the columns of ``table``."""
        coefficients, intercepts = self._on_the_original_scale()
        found = self._uncertainty()
        kind, score = score_of(table, self.formulas, coefficients, intercepts)
        classes = table.encoding.classes if table.encoding else ()
        if self.engine.outputs > 1 and not classes:
            classes = tuple(map(str, range(self.engine.outputs)))
        return Model(
            derivation=derivation,
            theorems=theorems,
            target=table.target or "",
            features=table.features,
            classes=classes,
            encoding=table.encoding,
            coefficients=coefficients,
            intercepts=intercepts,
            standard_errors=found.errors,
            missing=found.missing,
            degrees=found.degrees,
            loss=self._loss(),
            samples=self.engine.samples,
            score=score,
            score_kind=kind,
            notes=(*table.notes, *self._notes(table, coefficients, found.errors, score)),
            course=self._course(standardized=standardized),
        )

    def _on_the_original_scale(self) -> tuple[tuple[tuple[float, ...], ...], tuple[float, ...]]:
        """Coefficients and intercepts; where a shift changes nothing, they sum to 0."""
        outputs = [
            (*weights, bias)
            for weights, bias in (self.scaling.original(*output) for output in self._outputs)
        ]
        if shift_changes_nothing(self.formulas, self.engine.outputs):
            means = [fsum(column) / len(outputs) for column in zip(*outputs, strict=True)]
            outputs = [tuple(map(sub, row, means)) for row in outputs]
        intercepts = tuple(row[-1] for row in outputs) if self.formulas.bias else ()
        return tuple(row[:-1] for row in outputs), intercepts

    @property
    def _outputs(self) -> list[tuple[tuple[float, ...], float]]:
        """Weights and bias of each output; a bias that there is not counts as 0."""
        w, b = self.result.w, self.result.b
        if self.formulas.outputs == 1:
            return [(cast("tuple[float, ...]", w), cast("float", b or 0.0))]
        weights = cast("tuple[tuple[float, ...], ...]", w)
        biases = (0.0,) * len(weights) if b is None else cast("tuple[float, ...]", b)
        return list(zip(weights, biases, strict=True))

    @property
    def _ending(self) -> Ending:
        return Ending[self.result.stopped.name]

    def _loss(self) -> float:
        """The loss of the samples alone, in the end."""
        if not self.settings.l2:
            return self.result.history[-1]
        penalties = [self.formulas.penalty(w, self.settings.l2)[0] for w, _ in self._outputs]
        return self.result.history[-1] - fsum(penalties)

    def _uncertainty(self) -> Uncertainty:
        if self.settings.l2 > 0:
            return Uncertainty(missing=NoErrors.PENALTY)
        if self._ending is Ending.SEPARATED:
            return Uncertainty(missing=NoErrors.SEPARATED)
        if self._ending not in (Ending.CONVERGED, Ending.PRECISION):
            return Uncertainty(missing=NoErrors.UNCONVERGED)
        return self._uncertainty_here()

    def _uncertainty_here(self) -> Uncertainty:
        biases = self.formulas.bias
        point = [
            number
            for weights, bias in self._outputs
            for number in ((*weights, bias) if biases else weights)
        ]
        if not self.centres.values:
            return uncertainty(self.formulas, self.engine, point, self.scaling)
        shift = Scaling(self.centres.values, (1.0,) * self.engine.features)
        return uncertainty(self.formulas, self.engine, self.centres.inner(point), shift)

    def _notes(
        self,
        table: AnyTable,
        coefficients: Sequence[Sequence[float]],
        errors: Sequence[Sequence[float]] | None,
        score: float | None,
    ) -> tuple[str, ...]:
        """A word on columns that separate some of the classes: the loss is flat in their direction.

        Their coefficients are large, for columns of deviation 1, and their errors far larger.
        """
        if self._ending is Ending.SEPARATED and score != 1:
            errors = self._uncertainty_here().errors
        of_classes = self.formulas.folded is not None or self.formulas.sum_to_one
        if not of_classes or errors is None:
            return ()
        pairs = list(zip(coefficients, errors, strict=True))
        unsure = [
            k
            for k in range(len(table.features))
            if any(found[k] > _UNSURE * abs(row[k]) for row, found in pairs)
        ]
        deviations = table.statistics.deviations if unsure else ()
        far = [
            table.features[k]
            for k in unsure
            if any(
                abs(row[k]) * deviations[k] > _FAR and found[k] > _UNSURE * abs(row[k])
                for row, found in pairs
            )
        ]
        if not far:
            return ()
        return (
            f"{', '.join(far)}: some classes are separated without a mistake, or nearly so; the "
            "coefficients could be ever larger, and their errors mean little. A penalty "
            "(--l2 0.01) keeps them small",
        )

    def _course(self, *, standardized: bool) -> Course:
        newton = self.settings.method is Method.NEWTON
        return Course(
            ending=self._ending,
            epochs=self.result.epochs,
            method=self.settings.method.value,
            engine=self.result.engine,
            rate=None if newton else self.result.learning_rate,
            standardized=standardized,
            l2=self.settings.l2,
            batch_size=self.settings.batch_size,
            history=self.result.history,
        )
