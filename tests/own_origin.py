"""Least squares through the origin: a derivation of a user, with a predictor that has no bias.

Trained by `derive train own_origin.py DATA.csv --target COLUMN`.
"""

from derivation.derivation import Derivation
from derivation.rules import (
    arithmetic,
    constant_factor,
    definition,
    derivative_of_constant,
    kronecker_delta,
    kronecker_derivative,
    lemma,
    linearity,
    power_rule,
    sum_rule,
)
from derivation.writing import Board, by, say

line = say(ko="한 줄", en="A line")
board = Board(
    "m integer >= 1, d integer >= 1, x[1..m, 1..d] real, y[1..m] real, w[1..d] real, "
    "i in 1..m, j in 1..d",
    definitions=(
        (r"z^{(i)}", r"\sum_{k=1}^{d} x^{(i)}_k w_k"),
        (r"\ell^{(i)}", r"\frac{1}{2} (z^{(i)} - y^{(i)})^2"),
        (r"L", r"\frac{1}{m} \sum_{i=1}^{m} \ell^{(i)}"),
    ),
)
d = r"\frac{\partial}{\partial w_j}"

slope = board.lemma(
    "slope of z",
    say(ko="$z$ 의 기울기", en="The slope of $z$"),
    rf"{d} z^{{(i)}}",
    by(definition("z"), rf"{d} \sum_{{k=1}}^{{d}} x^{{(i)}}_k w_k", say=line),
    by(sum_rule, constant_factor, rf"\sum_{{k=1}}^{{d}} x^{{(i)}}_k {d} w_k", say=line),
    by(kronecker_derivative, r"\sum_{k=1}^{d} x^{(i)}_k \delta_{kj}", say=line),
    by(kronecker_delta, r"x^{(i)}_j", say=line),
)

gradient = board.lemma(
    "gradient",
    say(ko="기울기", en="The gradient"),
    r"\frac{\partial L}{\partial w_j}",
    by(definition("L"), rf"{d} \frac{{1}}{{m}} \sum_{{i=1}}^{{m}} \ell^{{(i)}}", say=line),
    by(
        constant_factor,
        sum_rule,
        rf"\frac{{1}}{{m}} \sum_{{i=1}}^{{m}} {d} \ell^{{(i)}}",
        say=line,
    ),
    by(
        definition("ell"),
        rf"\frac{{1}}{{m}} \sum_{{i=1}}^{{m}} {d} (\frac{{1}}{{2}} (z^{{(i)}} - y^{{(i)}})^2)",
        say=line,
    ),
    by(
        constant_factor,
        power_rule,
        linearity,
        derivative_of_constant,
        arithmetic,
        rf"\frac{{1}}{{m}} \sum_{{i=1}}^{{m}} (z^{{(i)}} - y^{{(i)}}) {d} z^{{(i)}}",
        say=line,
    ),
    by(
        lemma("slope of z"),
        r"\frac{1}{m} \sum_{i=1}^{m} (z^{(i)} - y^{(i)}) x^{(i)}_j",
        say=line,
    ),
)

derivation = Derivation(
    name="own_origin",
    title=say(ko="원점을 지나는 최소 제곱", en="Least squares through the origin"),
    domain=board.domain,
    definitions=board.defined,
    lemmas=(slope, gradient),
    results=("gradient",),
)
