"""Losses of several outputs in C: the forms of `SoftmaxForms`, class by class.

The scalars of the forms have the same names in C: g = z_k - max z, u = e^g, r the sum of all u
but that of one greatest predictor, y the label, t the sum of the labels of a sample.
"""

from __future__ import annotations

from dataclasses import dataclass
from string import Template

from derivation.term import Term
from derivation.trainer.c.terms import CLines, c_lines
from derivation.trainer.softmax_forms import SoftmaxForms

__all__ = ["many_outputs"]

MANY = Template(r"""
/* t: the sum of the labels of each row. */
static inline void label_totals(int64_t outputs, const double *restrict y,
                                double *restrict total_label) {
    for (int i = 0; i < PIECE; i++) total_label[i] = 0.0;
    for (int64_t k = 0; k < outputs; k++)
        for (int i = 0; i < PIECE; i++) total_label[i] += y[k * PIECE + i];
}

/* z_k becomes the gap g; rest is r; e becomes u, such that u/(1 + r) is right with 1 + r rounded.

   What the rounding of g took is found exactly (Dekker, 1971). It is at most 2^-44 where e^g is
   not 0, so that e to its power is 1 more than it, but for 2^-89. `low` has these parts of the
   exponentials; `lost` sums them, and what additions to `rest` took (Knuth's TwoSum). */
static inline void exponentials(int64_t outputs, double *restrict z, double *restrict e,
                                double *restrict low, double *restrict rest) {
    double m[PIECE], found[PIECE], lost[PIECE];
    memcpy(m, z, sizeof m);
    for (int64_t k = 1; k < outputs; k++)
        for (int i = 0; i < PIECE; i++) m[i] = m[i] > z[k * PIECE + i] ? m[i] : z[k * PIECE + i];
    for (int i = 0; i < PIECE; i++) rest[i] = found[i] = lost[i] = 0.0;
    for (int64_t k = 0; k < outputs; k++)
        for (int i = 0; i < PIECE; i++) {
            const int64_t at = k * PIECE + i;
            const double g = z[at] - m[i], u = exp_(g);
            const double below = z[at] - (g + m[i]), above = (z[at] - g) - m[i];
            const double more = u * (z[at] >= -m[i] ? below : above);
            const double first = g == 0.0 ? 1.0 - found[i] : 0.0;
            const double other = first == 0.0 ? u : 0.0;
            const double sum = rest[i] + other, back = sum - rest[i];
            low[at] = u > 0.0 ? more : 0.0; /* a gap may be infinite */
            lost[i] += ((rest[i] - (sum - back)) + (other - back)) + low[at];
            rest[i] = sum;
            found[i] += first;
            z[at] = g;
            e[at] = u;
        }
    for (int i = 0; i < PIECE; i++) {
        rest[i] += lost[i];
        const double whole = 1.0 + rest[i];
        lost[i] = (rest[i] - (whole - 1.0)) / whole;
    }
    for (int64_t k = 0; k < outputs; k++)
        for (int i = 0; i < PIECE; i++) {
            const int64_t at = k * PIECE + i;
            e[at] += low[at] - e[at] * lost[i];
        }
}

/* Of 64 rows: the losses and the residuals dloss/dz_k. */
static inline void samples_of_piece(int64_t outputs, double *restrict z,
                                    const double *restrict y, double *restrict e,
                                    double *restrict loss, double *restrict growth,
                                    double *restrict residual, const double *next,
                                    int64_t columns, int64_t stride) {
    double rest[PIECE], total_label[PIECE];
    FETCH_COLUMNS(next, stride, 0, columns);
    label_totals(outputs, y, total_label);
    exponentials(outputs, z, e, residual, rest);
    for (int i = 0; i < PIECE; i++) loss[i] = growth[i] = 0.0;
    for (int64_t k = 0; k < outputs; k++, z += PIECE, y += PIECE, e += PIECE, residual += PIECE)
        for (int i = 0; i < PIECE; i++) {
            const double r = rest[i], t = total_label[i];
            const double gap = z[i], label = y[i], u = e[i];
            const int up = (gap == 0.0) & (label > 0.5 * t); /* see the forms in Python */
            (void)r; (void)t; (void)u; (void)up;
            loss[i] -= label != 0.0 ? label * gap : 0.0; /* a gap may be infinite */
$residual
        }
    for (int i = 0; i < PIECE; i++) loss[i] += ${times}log1p_(rest[i]);
}

static inline void predictions_of_piece(int64_t outputs, double *restrict z,
                                        double *restrict e, double *restrict prediction) {
    double rest[PIECE];
    exponentials(outputs, z, e, prediction, rest);
    for (int64_t k = 0; k < outputs; k++, e += PIECE, prediction += PIECE)
        for (int i = 0; i < PIECE; i++) {
            const double u = e[i], r = rest[i];
$prediction
        }
}

static inline void curvatures_of_piece(int64_t outputs, double *restrict z,
                                       const double *restrict y, double *restrict e,
                                       double *restrict other, double *restrict curvature) {
    double rest[PIECE], total_label[PIECE];
    label_totals(outputs, y, total_label);
    exponentials(outputs, z, e, other, rest);
    for (int64_t k = 0; k < outputs; k++)
        for (int i = 0; i < PIECE; i++) {
            const double u = e[k * PIECE + i], r = rest[i];
            double *prediction = other + k * PIECE;
$prediction
        }
    for (int64_t k = 0; k < outputs; k++)
        for (int64_t l = 0; l < outputs; l++, curvature += PIECE)
            for (int i = 0; i < PIECE; i++) {
                const double p = other[k * PIECE + i], q = other[l * PIECE + i];
                const double r = rest[i], t = total_label[i];
                const int up = z[k * PIECE + i] == 0.0, same = k == l;
                (void)t;
$curvature
            }
}
""")


@dataclass(frozen=True, slots=True)
class Classes:
    """A form of the class of a greatest predictor, and that of the others."""

    nonnegative: Term
    negative: Term


def many_outputs(forms: SoftmaxForms, *, sum_to_one: bool) -> tuple[frozenset[str], str]:
    """The functions that the C text calls, and the text."""
    names = {name: name for name in "urpqt"} | {"y": "label"}
    residual = c_lines((Classes(forms.largest_residual, forms.residual),), names)
    prediction = c_lines((Classes(forms.prediction, forms.prediction),), names)
    slope = c_lines(
        (
            Classes(forms.largest_slope, forms.slope),
            Classes(forms.cross_slope, forms.cross_slope),
        ),
        names,
    )
    functions = {"exp_", "log1p_"}.union(*(one.functions for one in (residual, prediction, slope)))
    text = MANY.substitute(
        residual=_lines(residual, "residual[i] = {};", 12),
        prediction=_lines(prediction, "prediction[i] = {};", 12),
        curvature=_lines(slope, "curvature[i] = same ? ({}) : ({});", 16),
        times="" if sum_to_one else "total_label[i] * ",
    )
    return frozenset(functions), text


def _lines(lines: CLines, last: str, indent: int) -> str:
    body = [f"const double {name} = {text};" for name, text in lines.steps]
    return "\n".join(" " * indent + line for line in (*body, last.format(*lines.values)))
