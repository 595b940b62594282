"""What the chain of the softmax cross-entropy rests on: the mean, the slope of z, the loss."""

from __future__ import annotations

from derivation.derivation import Lemma
from derivation.library._softmax_boards import ALL, LINEAR
from derivation.rules import (
    backwards,
    constant_factor,
    definition,
    derivative_of_constant,
    fold,
    kronecker_delta,
    kronecker_derivative,
    linearity,
    log_of_exp,
    log_of_quotient,
    sum_rule,
)
from derivation.writing import by, say

__all__ = ["BIAS", "WEIGHT", "by_parameter", "cross_entropy", "linear_slope", "mean", "predictor"]

WEIGHT, BIAS = "w_{jc}", "b_c"


def by_parameter(parameter: str) -> str:
    """The sign of the derivative by w_jc or b_c."""
    return rf"\frac{{\partial}}{{\partial {parameter}}}"


def predictor(name: str) -> str:
    """The linear predictor z of the class of that name, written out."""
    return rf"\sum_{{k=1}}^{{d}} x^{{(i)}}_k w_{{k{name}}} + b_{name}"


def mean(parameter: str) -> Lemma:
    """The derivative of the mean is the mean of the derivatives."""
    d = by_parameter(parameter)
    return ALL.lemma(
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
            sum_rule,
            rf"\frac{{1}}{{m}} \sum_{{i=1}}^{{m}} \hla{{{d} \ell^{{(i)}}}}",
            say=say(
                ko="$1/m$ 은 상수이고, 미분은 합 안으로 들어간다",
                en="$1/m$ is a constant; the derivative moves into the sum",
            ),
        ),
    )


def linear_slope(parameter: str) -> Lemma:
    """Only the class of the weight, or of the intercept, is touched."""
    d = by_parameter(parameter)
    in_w = (
        by(
            linearity,
            derivative_of_constant,
            sum_rule,
            constant_factor,
            rf"\sum_{{k=1}}^{{d}} x^{{(i)}}_k {d} w_{{ka}}",
            say=say(
                ko="절편과 입력은 상수이고, 미분은 합 안으로 들어간다",
                en="Intercepts and inputs are constants; the derivative moves into the sum",
            ),
        ),
        by(
            kronecker_derivative,
            r"\sum_{k=1}^{d} x^{(i)}_k \key{\delta_{kj} \delta_{ac}}",
            say=say(
                ko="특성도 클래스도 같을 때만 1이다",
                en="1 when both feature and class agree, else 0",
            ),
        ),
        by(
            kronecker_delta,
            r"\delta_{ac} x^{(i)}_j",
            say=say(ko="특성에 대한 합에서 한 항만 남는다", en="One feature of the sum is left"),
        ),
    )
    in_b = (
        by(
            derivative_of_constant,
            rf"{d} b_a",
            say=say(ko="합은 절편과 무관하다", en="The sum does not depend on the intercepts"),
        ),
        by(
            kronecker_derivative,
            r"\key{\delta_{ac}}",
            say=say(ko="클래스가 같을 때만 1이다", en="1 when the class agrees, else 0"),
        ),
    )
    return LINEAR.lemma(
        f"slope of z, in {parameter[0]}",
        say(ko=f"$z$ 를 ${parameter}$ 로 미분", en=f"The slope of $z$ in ${parameter}$"),
        rf"{d} \left({predictor('a')} \right)",
        *(in_w if parameter == WEIGHT else in_b),
    )


def cross_entropy() -> Lemma:
    """The loss is -sum_c y_c log p_c."""
    return ALL.lemma(
        "cross-entropy",
        say(ko="손실은 교차 엔트로피이다", en="The loss is the cross-entropy"),
        r"\ell^{(i)}",
        by(
            definition("ell"),
            r"-\sum_{a=1}^{C} y^{(i)}_a \left(z^{(i)}_a - \log S^{(i)} \right)",
            say=say(ko="손실의 정의", en="The definition of the loss"),
        ),
        by(
            backwards(log_of_exp),
            r"-\sum_{a=1}^{C} y^{(i)}_a \left(\log \left(e^{z^{(i)}_a} \right) - \log S^{(i)} \right)",
            say=say(
                ko="로그와 지수는 서로를 지운다", en="Logarithm and exponential undo each other"
            ),
        ),
        by(
            log_of_quotient,
            r"-\sum_{a=1}^{C} y^{(i)}_a \log \left(\frac{e^{z^{(i)}_a}}{S^{(i)}} \right)",
            say=say(
                ko="로그의 차이는 몫의 로그이다", en="A difference of logs is the log of a quotient"
            ),
        ),
        by(
            fold("p"),
            r"\boxed{-\sum_{a=1}^{C} y^{(i)}_a \log p^{(i)}_a}",
            say=say(ko="그 몫이 소프트맥스이다", en="The quotient is the softmax"),
        ),
    )
