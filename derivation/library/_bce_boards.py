"""The two boards of the derivation: one sample with one feature, and all of them.

Both use the source's letters. Samples are counted by i = 1..m, features by j, k = 1..d.
"""

from __future__ import annotations

from derivation.writing import Board

SIGMOID = (r"\text{sigmoid}(x)", r"\frac{1}{1 + e^{-x}}")

ONE = Board("x, y, w, b real")
ELL = (r"\ell(x)", r"-y \log h(x) - (1 - y) \log(1 - h(x))")
Z = (r"z(x)", r"x \times w + b")
H = (r"h(x)", r"\text{sigmoid}(z(x))")

ALL = Board(
    "m integer >= 1, d integer >= 1, x[1..m, 1..d] real, y[1..m] real, w[1..d] real, b real, "
    "i in 1..m, j in 1..d",
    (
        SIGMOID,
        (r"z^{(i)}", r"\sum_{k=1}^{d} x^{(i)}_k w_k + b"),
        (r"h^{(i)}", r"\text{sigmoid}(z^{(i)})"),
        (r"\ell^{(i)}", r"-y^{(i)} \log h^{(i)} - (1 - y^{(i)}) \log(1 - h^{(i)})"),
        (r"L", r"\frac{1}{m} \sum_{i=1}^{m} \ell^{(i)}"),
    ),
)
