"""The C file of a generated trainer.

It computes what the Python of the trainer computes, from the same theorems: `c_source` for losses
of one output, `softmax_c_source` for the cross-entropy of several. `derivation.training.c_engine`
compiles it and calls what it exports.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import Template
from typing import Protocol

from derivation.errors import UnsupportedError
from derivation.term import Add, Constant, Neg, Number, Pow, Sub, Symbol, Term, plain
from derivation.trainer.c.functions import c_functions
from derivation.trainer.c.many_outputs import many_outputs
from derivation.trainer.c.products import PRODUCTS_DRIVER, SECOND_DRIVER
from derivation.trainer.c.template import DRIVER, HEAD
from derivation.trainer.c.terms import CLines, c_expression, c_lines
from derivation.trainer.python.code import log1p_argument, replaced
from derivation.trainer.softmax_forms import SoftmaxForms

__all__ = ["c_source", "softmax_c_source"]

GROWTH = """
/* log1p(u) + log1p(v) + ... = log1p(q) for 1 + q = (1 + u)(1 + v)...: all u lie in [0, 1], so that
   nothing cancels, and 256 of them a lane cannot overflow. */
static inline void add_growth(const double *restrict u, double *restrict lanes) {
    double q[LANES];
    memcpy(q, lanes, sizeof q);
    for (int i = 0; i < PIECE; i += LANES)
        for (int l = 0; l < LANES; l++) q[l] += u[i + l] + u[i + l] * q[l];
    memcpy(lanes, q, sizeof q);
}

static inline void take_growth(const double *restrict q, double *restrict lanes) {
    for (int l = 0; l < LANES; l++) lanes[l] += log1p_(q[l]);
}
"""

NO_GROWTH = """
static inline void add_growth(const double *u, double *lanes) { (void)u; (void)lanes; }
static inline void take_growth(const double *q, double *lanes) { (void)q; (void)lanes; }
"""

SAMPLES = """
static inline void some_samples(int first, int last, const double *restrict zs,
                                const double *restrict ys, double *restrict loss,
                                double *restrict growth, double *restrict residual) {
    for (int i = first; i < last; i++) {
$lines
    }
}

/* Of 64 rows: the losses (but for the sum of log1p(growth)), and the residuals dloss/dz. */
static inline void samples_of_piece(int64_t outputs, const double *restrict zs,
                                    const double *restrict ys, double *restrict extra,
                                    double *restrict loss, double *restrict growth,
                                    double *restrict residual, const double *next,
                                    int64_t columns, int64_t stride) {
    (void)outputs; (void)extra;
    for (int part = 0; part < 4; part++) {
        FETCH_COLUMNS(next, stride, part * columns / 4, (part + 1) * columns / 4);
        some_samples(part * PIECE / 4, (part + 1) * PIECE / 4, zs, ys, loss, growth, residual);
    }
}
"""

PREDICTIONS = """
static inline void predictions_of_piece(int64_t outputs, const double *restrict zs,
                                        double *restrict extra, double *restrict prediction) {
    (void)outputs; (void)extra;
    for (int i = 0; i < PIECE; i++) {
$lines
    }
}
"""

CURVATURES = """
static inline void curvatures_of_piece(int64_t outputs, const double *restrict zs,
                                       const double *restrict ys, double *restrict extra,
                                       double *restrict other, double *restrict curvature) {
    (void)outputs; (void)ys; (void)extra; (void)other;
    for (int i = 0; i < PIECE; i++) {
$lines
    }
}
"""

ZERO, E = Number("0"), Constant("e")
PIVOT = Symbol("the pivot")  # no name in a term has blanks


class Form(Protocol):
    """A function of z and y, as computed where ``pivot >= 0`` and where ``pivot < 0``."""

    @property
    def nonnegative(self) -> Term:
        """The form for a pivot >= 0."""

    @property
    def negative(self) -> Term:
        """The form for a pivot < 0."""

    @property
    def pivot(self) -> Term:
        """The term whose sign decides."""


@dataclass(frozen=True, slots=True)
class Halves:
    """A form over its own pivot."""

    nonnegative: Term
    negative: Term


@dataclass(frozen=True, slots=True)
class Loop:
    """What is computed for each of 64 rows; ``pivot`` is C."""

    lines: CLines
    pivot: str

    @classmethod
    def of(cls, names: Mapping[str, str], pivot: Term, functions: Sequence[Halves]) -> Loop:
        """The loop for functions over the same pivot."""
        text = c_expression(plain(pivot), names)
        name = text if text.isidentifier() else "pivot"
        return cls(c_lines(functions, {**names, PIVOT.name: name}), text)

    def text(self, targets: Sequence[str]) -> str:
        """The lines of the loop; the values go to the arrays ``targets``."""
        sign = self.pivot if self.pivot.isidentifier() else "pivot"
        body = [f"const double {name} = {text};" for name, text in self.lines.steps]
        values = zip(targets, self.lines.values, strict=True)
        body += [f"{name}[i] = {text};" for name, text in values]
        for name, line in (
            ("up", f"const int up = {sign} >= 0.0;"),
            ("pivot", f"const double pivot = {self.pivot};"),
            ("y", "const double y = ys[i];"),
            ("z", "const double z = zs[i];"),
        ):
            if any(re.search(rf"\b{name}\b", text) for text in body):
                body.insert(0, line)
        return "\n".join(f"        {line}" for line in body)


def c_source(
    *,
    loss: Form,
    residual: Form,
    prediction: Form,
    curvature: Form | None = None,
    predictor: str,
    label: str,
    title: str = "The sums of a loss and of its slopes.",
) -> str:
    """The C file for a loss whose samples have one linear predictor each.

    The forms are over the symbols ``predictor`` and ``label``; ``curvature`` is the derivative of
    the residual in the predictor. Raises UnsupportedError for what cannot be said in C.
    """
    if plain(loss.pivot) != plain(residual.pivot):
        raise UnsupportedError("loss and residual are computed in forms for different cases")
    names = {predictor: "z", label: "y"}
    rest, growth = _split(_over_pivot(loss))
    samples = Loop.of(names, loss.pivot, (rest, _over_pivot(residual), growth))
    grows = growth.nonnegative != ZERO
    functions = {"log1p_"} if grows else set[str]()
    loops: list[tuple[str, Loop, tuple[str, ...]]] = [
        (SAMPLES, samples, ("loss", "residual", "growth"))
    ]
    for text, form, target in (
        (PREDICTIONS, prediction, "prediction"),
        (CURVATURES, curvature, "curvature"),
    ):
        if form is not None:
            loops.append((text, Loop.of(names, form.pivot, (_over_pivot(form),)), (target,)))
    functions.update(*(loop.lines.functions for _, loop, _ in loops))
    bodies = (Template(text).substitute(lines=loop.text(targets)) for text, loop, targets in loops)
    return _whole(
        title,
        (c_functions(functions), GROWTH if grows else NO_GROWTH, *bodies),
        second=curvature is not None,
    )


def softmax_c_source(
    forms: SoftmaxForms,
    *,
    sum_to_one: bool,
    title: str = "The sums of the softmax cross-entropy and of its slopes.",
) -> str:
    """The C file for losses of several outputs that share one sum of exponentials."""
    functions, body = many_outputs(forms, sum_to_one=sum_to_one)
    return _whole(title, (c_functions(functions), NO_GROWTH, body), second=True)


def _whole(title: str, parts: Sequence[str], *, second: bool) -> str:
    head = Template(HEAD).substitute(title=" ".join(title.replace("*/", "").split()))
    drivers = (DRIVER, PRODUCTS_DRIVER, *((SECOND_DRIVER,) if second else ()))
    return "\n".join(part.strip("\n") + "\n" for part in (head, *parts, *drivers))


def _over_pivot(form: Form) -> Halves:
    pivot = plain(form.pivot)
    upper, lower = (replaced(plain(one), pivot, PIVOT) for one in (form.nonnegative, form.negative))
    return Halves(upper, lower)


def _split(loss: Halves) -> tuple[Halves, Halves]:
    """A loss as (rest, u) with loss = rest + log1p(u), u = e^(-abs(pivot)); else (loss, 0)."""
    units = Halves(Pow(E, Neg(PIVOT)), Pow(E, PIVOT))
    upper = _without_log1p(loss.nonnegative, units.nonnegative)
    lower = _without_log1p(loss.negative, units.negative)
    if upper is None or lower is None:
        return loss, Halves(ZERO, ZERO)
    return Halves(upper, lower), units


def _without_log1p(loss: Term, unit: Term) -> Term | None:
    """The rest of a sum with log1p(unit); None if the loss is no such sum."""
    if log1p_argument(loss) == unit:
        return ZERO
    match loss:
        case Add(left=rest, right=call) if log1p_argument(call) == unit:
            return rest
        case Add(left=call, right=rest) if log1p_argument(call) == unit:
            return rest
        case Sub(left=call, right=rest) if log1p_argument(call) == unit:
            return Neg(rest)
    return None
