"""The formulas of a problem with one output a sample, as Python functions over columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from derivation.term import Symbol, Term, plain, substitute
from derivation.trainer.python.columns import Columns
from derivation.trainer.python.functions import Function
from derivation.trainer.python.sharing import Body
from derivation.trainer.recipe import Recipe
from derivation.trainer.stable import Folded, Stable

__all__ = ["OneOutput"]


@dataclass(frozen=True, slots=True)
class OneOutput:
    """Writes the functions; ``predictor`` and ``label`` are how the module calls z and y."""

    recipe: Recipe
    predictor: str
    label: str

    def functions(self) -> dict[str, Function]:
        """The functions, by the fields of `Formulas` that they go into."""
        found = {"block": self._block()}
        if self.recipe.folded is not None:
            found["folded"] = self._folded(self.recipe.folded)
            found["folded_anywhere"] = self._folded_anywhere(self.recipe.folded)
        found["prediction"] = self._prediction()
        if self.recipe.curvature is not None:
            found["curvature"] = self._curvature(self.recipe.curvature)
        return found

    def _block(self) -> Function:
        body = Body(self.predictor, self._taken)
        losses, residuals = body.values(self._spelt(self.recipe.loss, self.recipe.residual))
        returned = f"{body.total('losses', losses)}, [{body.column('residuals', residuals)}]"
        return self._opened(body.columns, "columns", "labels", returned).function(
            "formula_block(columns: Columns, labels: Columns) -> tuple[float, Columns]",
            "The sum of the losses, and the residual of each sample.",
            returned,
        )

    def _folded(self, folded: Folded) -> Function:
        variable = Symbol(folded.variable)
        body = Body(variable.name, (variable.name,), raising=True)
        terms = map(plain, (folded.loss, folded.slope))
        losses, slopes = body.values([Stable(t, t, t, (), variable) for t in terms])
        lines = body.columns.lines
        lines[:] = [
            "try:",
            *(f"    {line}" for line in body.raising or ["pass"]),
            "except OverflowError:",
            f"    return formula_folded_anywhere({variable.name}s)",
            *lines,
        ]
        return body.columns.function(
            f"formula_folded({variable.name}s: list[float]) -> tuple[float, list[float]]",
            "The sum of the losses for labels folded into the predictor, and the slope of each.",
            f"{body.total('losses', losses)}, {body.column('slopes', slopes)}",
        )

    def _folded_anywhere(self, folded: Folded) -> Function:
        variable = folded.variable
        body = Body(variable, (variable,))
        losses, slopes = body.values(self.recipe.anywhere)
        return body.columns.function(
            f"formula_folded_anywhere({variable}s: list[float]) -> tuple[float, list[float]]",
            f"The same where an exponential of {variable} exceeds the largest float.",
            f"{body.total('losses', losses)}, {body.column('slopes', slopes)}",
        )

    def _prediction(self) -> Function:
        body = Body(self.predictor, self._taken)
        (values,) = body.values(self._spelt(self.recipe.prediction))
        returned = f"[{body.column('predictions', values)}]"
        return self._opened(body.columns, "columns", "", returned).function(
            "formula_prediction(columns: Columns) -> Columns",
            "The prediction for each sample.",
            returned,
        )

    def _curvature(self, curvature: Stable) -> Function:
        body = Body(self.predictor, self._taken)
        (values,) = body.values(self._spelt(curvature))
        returned = f"[[{body.column('curvatures', values)}]]"
        labels = "labels" if body.columns.mentions(f"{self.label}s", returned) else "_labels"
        return self._opened(body.columns, "columns", labels, returned).function(
            f"formula_curvature(columns: Columns, {labels}: Columns) -> list[Columns]",
            "The derivative of the residual in the linear predictor, for each sample.",
            returned,
        )

    @property
    def _taken(self) -> tuple[str, ...]:
        return (self.predictor, self.label)

    def _opened(self, columns: Columns, first: str, second: str, returned: str) -> Columns:
        """First a line that takes the only column out of each argument."""
        pairs = ((first, f"{self.predictor}s"), (second, f"{self.label}s"))
        used = [
            (whole, name) for whole, name in pairs if whole and columns.mentions(name, returned)
        ]
        targets = ", ".join(f"({name},)" for _, name in used)
        columns.lines.insert(0, f"{targets} = {', '.join(whole for whole, _ in used)}")
        return columns

    def _spelt(self, *forms: Stable) -> Sequence[Stable]:
        setting = self.recipe.setting
        names: dict[str, Term] = {
            setting.predictor: Symbol(self.predictor),
            setting.label: Symbol(self.label),
        }
        return [
            replace(
                one,
                nonnegative=substitute(plain(one.nonnegative), names),
                negative=substitute(plain(one.negative), names),
                pivot=substitute(plain(one.pivot), names),
            )
            for one in forms
        ]
