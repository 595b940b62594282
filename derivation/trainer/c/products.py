"""The fixed parts of a generated C file that sum products of columns, weighted or not."""

from __future__ import annotations

__all__ = ["PRODUCTS_DRIVER", "SECOND_DRIVER"]

PRODUCTS_DRIVER = r"""
static inline const double *column(const struct task *t, const double *x, const double *ones,
                                   int64_t j) {
    return j < t->features ? x + j * t->stride : ones;
}

/* Adds the products of columns a and b = from, from + 1, ... (the last is 1), weighted by c. */
static void add_weighted(const struct task *t, const double *x, const double *c,
                         const double *ones, int64_t a, int64_t from, int64_t to,
                         double *restrict lanes) {
    double weighted[PIECE];
    const double *xa = column(t, x, ones, a);
    for (int i = 0; i < PIECE; i++) weighted[i] = c[i] * xa[i];
    for (int64_t b = from; b < to; b++, lanes += LANES)
        add_products(column(t, x, ones, b), weighted, lanes);
}

int64_t derive_gram_work(int64_t features, int64_t diagonal) {
    const int64_t n = features + 1;
    return 2 * PIECE + (diagonal ? n : n * (n + 1) / 2) * LANES;
}

/* For each block: the sums of products of columns and 1, the upper triangle or the diagonal. */
void derive_gram_sums(const struct task *task, int64_t diagonal, double *work, double *out) {
    const struct task t = *task;
    const int64_t n = t.features + 1, numbers = diagonal ? n : n * (n + 1) / 2;
    double *ones = work, *weights = ones + PIECE, *lanes = weights + PIECE;
    for (int i = 0; i < PIECE; i++) ones[i] = 1.0;
    for (int64_t first = 0; first < t.samples; first += BLOCK) {
        memset(lanes, 0, numbers * LANES * sizeof(double));
        for (int64_t row = first; row < t.samples && row < first + BLOCK; row += PIECE) {
            double *at = lanes;
            for (int i = 0; i < PIECE; i++) weights[i] = row + i < t.samples ? 1.0 : 0.0;
            for (int64_t a = 0; a < n; a++) {
                const int64_t to = diagonal ? a + 1 : n;
                add_weighted(&t, piece_at(&t, row), weights, ones, a, a, to, at);
                at += (to - a) * LANES;
            }
        }
        for (int64_t j = 0; j < numbers; j++) *out++ = total(lanes + j * LANES);
    }
}
"""

SECOND_DRIVER = r"""
/* Doubles of scratch memory for the next function. */
int64_t derive_second_work(int64_t features, int64_t outputs) {
    const int64_t size = outputs * (features + 1);
    return derive_work(features, outputs) + (outputs * outputs + 1) * PIECE
           + size * (size + 1) / 2 * LANES;
}

/* For each block: the upper triangle of the second derivatives' sums, row by row. */
void derive_second_sums(const struct task *task, double *work, double *out) {
    const struct task t = *task;
    const struct work m = divided(&t, work);
    const int64_t n = t.features + 1, numbers = t.outputs * n * (t.outputs * n + 1) / 2;
    double *curvature = work + derive_work(t.features, t.outputs);
    double *ones = curvature + t.outputs * t.outputs * PIECE, *lanes = ones + PIECE;
    for (int i = 0; i < PIECE; i++) ones[i] = 1.0;
    for (int64_t first = 0; first < t.samples; first += BLOCK) {
        memset(lanes, 0, numbers * LANES * sizeof(double));
        for (int64_t row = first; row < t.samples && row < first + BLOCK; row += PIECE) {
            const double *x = piece_at(&t, row);
            double *at = lanes;
            for (int64_t k = 0; k < t.outputs; k++) {
                predictors(&t, x, 0, t.point + k * n, m.z + k * PIECE);
                memcpy(m.y + k * PIECE, x + (t.features + k) * t.stride, PIECE * sizeof *x);
            }
            curvatures_of_piece(t.outputs, m.z, m.y, m.extra, m.residual, curvature);
            for (int64_t i = t.samples - row; i < PIECE; i++)
                for (int64_t k = 0; k < t.outputs * t.outputs; k++) curvature[k * PIECE + i] = 0.0;
            for (int64_t k = 0; k < t.outputs; k++)
                for (int64_t a = 0; a < n; a++)
                    for (int64_t l = k; l < t.outputs; l++) {
                        const int64_t from = l == k ? a : 0;
                        const double *c = curvature + (k * t.outputs + l) * PIECE;
                        add_weighted(&t, x, c, ones, a, from, n, at);
                        at += (n - from) * LANES;
                    }
        }
        for (int64_t j = 0; j < numbers; j++) *out++ = total(lanes + j * LANES);
    }
}
"""
