"""One linear predictor for each sample: the lemmas that every loss of it shares.

Samples are counted by i = 1..m, features by j, k = 1..d. The loss of sample i is l_i, its
prediction h_i is a function of the predictor z_i, and L is the mean of the losses.
"""

from __future__ import annotations

from derivation.derivation import Lemma
from derivation.rules import (
    constant_factor,
    definition,
    derivative_of_constant,
    derivative_of_variable,
    kronecker_delta,
    kronecker_derivative,
    lemma,
    linearity,
    sum_rule,
)
from derivation.writing import Board, by, say

__all__ = [
    "BIAS", "ERRORS", "GIVEN", "MEAN", "RESIDUAL", "WEIGHT", "Z", "gradient", "mean", "slope_of_z",
]  # fmt: skip

GIVEN = (
    "m integer >= 1, d integer >= 1, x[1..m, 1..d] real, w[1..d] real, b real, i in 1..m, j in 1..d"
)
Z = (r"z^{(i)}", r"\sum_{k=1}^{d} x^{(i)}_k w_k + b")
MEAN = (r"L", r"\frac{1}{m} \sum_{i=1}^{m} \ell^{(i)}")
RESIDUAL = r"(h^{(i)} - y^{(i)})"

WEIGHT, BIAS = "w_j", "b"
# what the derivative of the loss of sample i comes to
ERRORS = {WEIGHT: rf"{RESIDUAL} x^{{(i)}}_j", BIAS: r"h^{(i)} - y^{(i)}"}


def _d(parameter: str) -> str:
    return rf"\frac{{\partial}}{{\partial {parameter}}}"


def mean(board: Board, parameter: str) -> Lemma:
    """The derivative of the mean is the mean of the derivatives."""
    d = _d(parameter)
    return board.lemma(
        f"mean, in {parameter[0]}",
        say(
            ko=f"평균과 미분은 순서를 바꿀 수 있다 (${parameter}$)",
            en=f"The mean can wait (${parameter}$)",
        ),
        rf"\frac{{\partial L}}{{\partial {parameter}}}",
        by(
            definition("L"),
            rf"{d} \frac{{1}}{{m}} \sum_{{i=1}}^{{m}} \ell^{{(i)}}",
            say=say(ko="$L$ 은 표본 손실의 평균이다", en="$L$ is the mean of the samples' losses"),
        ),
        by(
            constant_factor,
            rf"\frac{{1}}{{m}} {d} \sum_{{i=1}}^{{m}} \ell^{{(i)}}",
            say=say(ko="$1/m$ 은 상수이다", en="$1/m$ is a constant"),
        ),
        by(
            sum_rule,
            rf"\frac{{1}}{{m}} \sum_{{i=1}}^{{m}} \hla{{{d} \ell^{{(i)}}}}",
            say=say(
                ko="유한합의 미분은 미분의 합이다",
                en="The derivative of a finite sum is the sum of the derivatives",
            ),
        ),
    )


def slope_of_z(board: Board, parameter: str) -> Lemma:
    """Of the products in z, the derivative by w_j leaves x_ij; that by b leaves 1."""
    return _slope_in_w(board) if parameter == WEIGHT else _slope_in_b(board)


def _slope_in_w(board: Board) -> Lemma:
    d = _d(WEIGHT)
    return board.lemma(
        "slope of z, in w",
        say(ko="$z$ 를 한 가중치로 미분", en="The slope of $z$ in one weight"),
        r"\frac{\partial z^{(i)}}{\partial w_j}",
        by(
            definition("z"),
            rf"{d} \left(\sum_{{k=1}}^{{d}} x^{{(i)}}_k w_k + b \right)",
            say=say(ko="$z$ 의 정의", en="The definition of $z$"),
        ),
        by(
            linearity,
            derivative_of_constant,
            sum_rule,
            rf"\sum_{{k=1}}^{{d}} {d} x^{{(i)}}_k w_k",
            say=say(
                ko="$b$ 는 $w_j$ 와 무관하고, 미분은 합 안으로 들어간다",
                en="$b$ does not depend on $w_j$; the derivative moves into the sum",
            ),
        ),
        by(
            constant_factor,
            rf"\sum_{{k=1}}^{{d}} x^{{(i)}}_k {d} w_k",
            say=say(ko="입력은 상수이다", en="The inputs are constants"),
        ),
        by(
            kronecker_derivative,
            r"\sum_{k=1}^{d} x^{(i)}_k \key{\delta_{kj}}",
            say=say(
                ko="$w_k$ 를 $w_j$ 로 미분하면 $k = j$ 일 때만 1이다",
                en="$w_k$ by $w_j$ is 1 for $k = j$, else 0",
            ),
        ),
        by(
            kronecker_delta,
            r"x^{(i)}_j",
            say=say(ko="합에서 한 항만 남는다", en="One term of the sum is left"),
        ),
    )


def _slope_in_b(board: Board) -> Lemma:
    d = _d(BIAS)
    return board.lemma(
        "slope of z, in b",
        say(ko="$z$ 를 절편으로 미분", en="The slope of $z$ in the intercept"),
        r"\frac{\partial z^{(i)}}{\partial b}",
        by(
            definition("z"),
            rf"{d} \left(\sum_{{k=1}}^{{d}} x^{{(i)}}_k w_k + b \right)",
            say=say(ko="$z$ 의 정의", en="The definition of $z$"),
        ),
        by(
            linearity,
            rf"{d} \sum_{{k=1}}^{{d}} x^{{(i)}}_k w_k + {d} b",
            say=say(ko="항마다 미분한다", en="Term by term"),
        ),
        by(
            derivative_of_constant,
            derivative_of_variable,
            r"1",
            say=say(ko="합은 $b$ 와 무관하다", en="The sum does not depend on $b$"),
        ),
    )


def gradient(board: Board, parameter: str) -> Lemma:
    """The mean comes back; the lemma ``sample, in w`` (or b) must end as ``ERRORS`` says."""
    name = parameter[0]
    summand = ERRORS[WEIGHT] if parameter == WEIGHT else RESIDUAL
    return board.lemma(
        f"gradient in {name}",
        say(ko=f"${parameter}$ 에 대한 기울기", en=f"The gradient in ${parameter}$"),
        rf"\frac{{\partial L}}{{\partial {parameter}}}",
        by(
            lemma(f"mean, in {name}"),
            rf"\frac{{1}}{{m}} \sum_{{i=1}}^{{m}} {_d(parameter)} \ell^{{(i)}}",
            say=say(ko="미뤄 둔 평균이 돌아온다", en="The mean that was set aside comes back"),
        ),
        by(
            lemma(f"sample, in {name}"),
            rf"\boxed{{\frac{{1}}{{m}} \sum_{{i=1}}^{{m}} {summand}}}",
            say=say(ko="표본마다 앞의 결과를 넣는다", en="Insert the result for each sample"),
        ),
    )
