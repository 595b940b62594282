"""The formulas of a problem with several outputs a sample, as Python functions over columns."""

from __future__ import annotations

from dataclasses import dataclass

from derivation.term import Number, Symbol, Term, free_names
from derivation.trainer.python.code import replaced
from derivation.trainer.python.columns import Columns
from derivation.trainer.python.functions import Function
from derivation.trainer.softmax_forms import SoftmaxForms

__all__ = ["ManyOutputs"]

# The lists that hold the values of a scalar: of one class, or for all classes together.
_LISTS = {
    "g": "gs", "u": "us", "y": "ys", "p": "ps", "q": "qs", "r": "rests", "t": "totals",
    "w": "wholes",
}  # fmt: skip

_EXPONENTIALS = Function(
    '''def formula_exponentials(
    columns: Columns,
) -> tuple[Columns, Columns, list[float], list[float]]:
    """For each class z - max z and its exponential; the sum of the others, and 1 more.

    One of the exponentials is exactly 1. It is taken off the exact sum, so that no digit of the
    others is lost, however small they are.

    g = z - m is rounded, and e^g would magnify that. What the rounding took, z - m - g, is a float
    and is found exactly (Dekker, 1971). It is at most 2^-44 where e^g is not 0, so that e to
    its power is 1 more than it, but for 2^-89. What the rounding of 1 + r took goes into
    the exponentials as well, so that their quotients by it are right.
    """
    largest = list(map(max, zip(*columns, strict=True)))
    gaps = [list(map(sub, zs, largest)) for zs in columns]
    units = [list(map(exp, gs)) for gs in gaps]
    lows = [
        [
            u * (z - (g + m) if z >= -m else z - g - m) if u else u  # a gap may be infinite
            for g, m, u, z in zip(gs, largest, us, zs, strict=True)
        ]
        for gs, us, zs in zip(gaps, units, columns, strict=True)
    ]
    rests = list(map(fsum, zip(*units, *lows, repeat(-1.0), strict=False)))
    wholes = [1.0 + r for r in rests]
    lost = [(r - (w - 1.0)) / w for r, w in zip(rests, wholes, strict=True)]
    units = [
        [u + (v - u * t) for t, u, v in zip(lost, us, vs, strict=True)]
        for us, vs in zip(units, lows, strict=True)
    ]
    return gaps, units, rests, wholes
''',
    frozenset({("itertools", "repeat"), ("math", "exp"), ("math", "fsum"), ("operator", "sub")}),
)


@dataclass(frozen=True, slots=True)
class ManyOutputs:
    """Writes the functions. The one class whose gap g = z_c - z_a is 0 has forms of its own."""

    forms: SoftmaxForms

    def functions(self) -> dict[str, Function]:
        """The functions, by the fields of `Formulas` that they go into."""
        return {
            "exponentials": _EXPONENTIALS,
            "block": self._block(),
            "prediction": self._prediction(),
            "curvature": self._curvature(),
        }

    def _block(self) -> Function:
        body = Columns("rest")
        self._open(body, "gaps, units, rests, wholes", labels=True)
        # u/w - y is right to the rounding of the greater of the two; 1 - y - r/w is where y is
        # near 1, and without it digits would be lost there
        half = Number("0.5") if self.forms.sum_to_one else Number("0.5") * Symbol("t")
        residual = self._column(body, self.forms.residual, self.forms.largest_residual, half)
        body.lines += [
            "residuals = [",
            *(f"    {line}" for line in residual),
            "    for gs, us, ys in zip(gaps, units, labels, strict=True)",
            "]",
            "distances = [",
            "    -y * g",
            "    for gs, ys in zip(gaps, labels, strict=True)",
            "    for g, y in zip(gs, ys, strict=True)",
            "    if y  # a gap may be infinite",
            "]",
        ]
        body.helpers.add("formula_sum")
        if self.forms.sum_to_one:
            body.helpers.add("formula_sum_of_log1p")
            logarithms = "formula_sum_of_log1p(rests, wholes)"
        else:
            body.use("log1p")
            body.use("mul", module="operator")
            body.lines.append("logarithms = list(map(mul, totals, map(log1p, rests)))")
            logarithms = "formula_sum(logarithms)"
        return body.function(
            "formula_block(columns: Columns, labels: Columns) -> tuple[float, Columns]",
            "The sum of the losses, and the residual of each class and sample.",
            f"formula_sum(distances) + {logarithms}, residuals",
        )

    def _prediction(self) -> Function:
        body = Columns("rest")
        self._open(body, "_, units, _, wholes", labels=False)
        prediction = _with_whole(self.forms.prediction)
        text = f"[{body.text(prediction)} {_loop(free_names(prediction))}]"
        return body.function(
            "formula_prediction(columns: Columns) -> Columns",
            "The prediction for each class and sample.",
            f"[{text} for us in units]",
        )

    def _curvature(self) -> Function:
        body = Columns("rest")
        self._open(body, "gaps, units, rests, wholes", labels=True)
        prediction, cross = _with_whole(self.forms.prediction), self.forms.cross_slope
        same = self._column(body, self.forms.slope, self.forms.largest_slope)
        text = f"[{body.text(prediction)} {_loop(free_names(prediction))}]"
        body.lines += [
            f"predictions = [{text} for us in units]",
            "curvatures = [",
            *_joined(
                f"    [[{body.text(cross)} {_loop(free_names(cross))}] for qs in predictions]",
                "    for ps in predictions",
            ),
            "]",
            "for k, (gs, ps) in enumerate(zip(gaps, predictions, strict=True)):",
            f"    curvatures[k][k] = {same[0]}",
            *(f"    {line}" for line in same[1:]),
        ]
        labels = "_labels" if self.forms.sum_to_one else "labels"
        return body.function(
            f"formula_curvature(columns: Columns, {labels}: Columns) -> list[Columns]",
            "The derivative of each residual in each linear predictor, for each sample.",
            "curvatures",
        )

    def _open(self, body: Columns, names: str, *, labels: bool) -> None:
        body.lines.append(f"{names} = formula_exponentials(columns)")
        if labels and not self.forms.sum_to_one:
            body.use("fsum")
            body.lines.append("totals = list(map(fsum, zip(*labels, strict=True)))")

    def _column(
        self, body: Columns, form: Term, largest: Term, above: Term | None = None
    ) -> list[str]:
        """The column of one class, on several lines.

        ``largest`` is taken for a largest predictor; if ``above`` is given, only for labels that
        are greater.
        """
        form, largest = _with_whole(form), _with_whole(largest)
        names, condition = {"g"} | free_names(form) | free_names(largest), "g == 0.0"
        if above is not None:
            names |= {"y"} | free_names(above)
            condition = f"y > {body.text(above)} and {condition}"
        return [
            "[",
            f"    {body.text(largest)} if {condition} else {body.text(form)}",
            f"    {_loop(names)}",
            "]",
        ]


def _with_whole(term: Term) -> Term:
    """1 + r has the name w."""
    return replaced(term, Number("1") + Symbol("r"), Symbol("w"))


def _loop(names: frozenset[str] | set[str]) -> str:
    ordered = sorted(names)
    lists = [_LISTS[name] for name in ordered]
    return f"for {', '.join(ordered)} in zip({', '.join(lists)}, strict=True)"


def _joined(value: str, loop: str) -> list[str]:
    """The two lines of a comprehension, as one where that fits."""
    whole = f"{value} {loop.strip()}"
    return [whole] if len(whole) <= 96 else [value, loop]
