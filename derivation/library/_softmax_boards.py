"""The two boards of the derivation: the classes of one sample, and all samples.

Classes are counted by a, c, q = 1..C, samples by i = 1..m, features by j, k = 1..d.
"""

from __future__ import annotations

from derivation.writing import Board

__all__ = ["ALL", "CLASSES", "LABELLED", "LABELS", "LABELS_OF_SAMPLE", "LINEAR", "LOSS", "SOFTMAX"]

SOFTMAX = (r"p_c", r"\frac{e^{z_c}}{\sum_{q=1}^{C} e^{z_q}}")
LOSS = (r"\ell", r"-\sum_{c=1}^{C} y_c \log p_c")
CLASSES = Board("C integer >= 1, z[1..C] real, a in 1..C, c in 1..C", (SOFTMAX,))
LABELLED = CLASSES.more("y[1..C] real", LOSS)
LABELS = r"\sum_{c=1}^{C} y_c = 1"

ALL = Board(
    "m integer >= 1, d integer >= 1, C integer >= 1, x[1..m, 1..d] real, y[1..m, 1..C] real, "
    "w[1..d, 1..C] real, b[1..C] real, i in 1..m, j in 1..d, a in 1..C, c in 1..C",
    (
        (r"z^{(i)}_c", r"\sum_{k=1}^{d} x^{(i)}_k w_{kc} + b_c"),
        (r"S^{(i)}", r"\sum_{q=1}^{C} e^{z^{(i)}_q}"),
        (r"p^{(i)}_c", r"\frac{e^{z^{(i)}_c}}{S^{(i)}}"),
        (r"t^{(i)}", r"\sum_{a=1}^{C} y^{(i)}_a"),
        (r"\ell^{(i)}", r"-\sum_{a=1}^{C} y^{(i)}_a \left(z^{(i)}_a - \log S^{(i)} \right)"),
        (r"L", r"\frac{1}{m} \sum_{i=1}^{m} \ell^{(i)}"),
    ),
)
LINEAR = Board(ALL.given)
LABELS_OF_SAMPLE = r"\sum_{a=1}^{C} y^{(i)}_a = 1"
