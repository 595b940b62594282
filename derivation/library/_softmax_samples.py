"""The softmax cross-entropy of all samples, with several features.

Here the logarithm of the softmax is differentiated: what the chain rule multiplies by p and
divides by it again does not appear at all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from derivation.derivation import Lemma
from derivation.library._softmax_boards import ALL, LABELS_OF_SAMPLE
from derivation.library._softmax_steps import (
    BIAS,
    WEIGHT,
    by_parameter,
    cross_entropy,
    linear_slope,
    mean,
    predictor,
)
from derivation.rules import (
    chain_rule,
    constant_factor,
    constant_out_of_sum,
    definition,
    derivative_of_exp,
    derivative_of_log,
    expand,
    factor,
    fold,
    given,
    kronecker_delta,
    lemma,
    linearity,
    split_sum,
    sum_rule,
)
from derivation.writing import Board, Draft, by, say

__all__ = ["RESULTS", "lemmas"]

RESULTS = ("gradient in w", "gradient in b", "sample, in w", "sample, in b")
_INPUT = {WEIGHT: " x^{(i)}_j", BIAS: ""}
_TOTAL = r"\sum_{q=1}^{C} e^{z^{(i)}_q}"


def lemmas() -> tuple[Lemma, ...]:
    """In the order in which one rests on another."""
    makers: tuple[Callable[[str], Lemma], ...] = (mean, linear_slope, sample, gradient)
    rest = (make(parameter) for make in makers for parameter in (WEIGHT, BIAS))
    return (cross_entropy(), *rest)


def _chain(parameter: str, before: str) -> tuple[Draft, ...]:
    """From the derivative of the loss to residual times input; ``before`` may be the mean."""
    d = by_parameter(parameter)
    x = _INPUT[parameter]

    def line(text: str) -> str:
        return rf"{before} \left({text} \right)" if before else text

    def collected(slope: str, labels: str = r"t^{(i)}") -> str:
        return line(rf"-y^{{(i)}}_c{x} + {labels} \frac{{1}}{{S^{{(i)}}}} {slope}")

    def residual(labels: str) -> str:
        difference = rf"p^{{(i)}}_c {labels} - y^{{(i)}}_c"
        if before or x:
            difference = rf"\left({difference} \right)"
        return rf"{before} {difference}{x}".strip()

    return (
        by(
            definition("ell"),
            rf"{before} {d} \left(-\sum_{{a=1}}^{{C}} y^{{(i)}}_a"
            r" \left(z^{(i)}_a - \log S^{(i)} \right) \right)",
            say=say(ko="손실의 정의", en="The definition of the loss"),
        ),
        by(
            definition("z"),
            rf"{before} {d} \left(-\sum_{{a=1}}^{{C}} y^{{(i)}}_a"
            rf" \left({predictor('a')} - \log S^{{(i)}} \right) \right)",
            say=say(ko="앞의 $z$ 에 정의를 넣는다", en="The definition of the first $z$"),
        ),
        by(
            linearity,
            sum_rule,
            constant_factor,
            derivative_of_log,
            chain_rule,
            lemma(f"slope of z, in {parameter[0]}"),
            line(
                rf"-\sum_{{a=1}}^{{C}} y^{{(i)}}_a \left(\delta_{{ac}}{x}"
                rf" - \frac{{1}}{{S^{{(i)}}}} {d} S^{{(i)}} \right)"
            ),
            say=say(
                ko="항마다 미분한다: 일차식, 로그와 연쇄 법칙",
                en="Term by term: what is linear, the logarithm and the chain rule",
            ),
        ),
        by(
            expand,
            split_sum,
            kronecker_delta,
            constant_out_of_sum,
            collected(rf"{d} S^{{(i)}}", r"\left(\sum_{a=1}^{C} y^{(i)}_a \right)"),
            say=say(
                ko="합을 나누면 앞에서는 한 항만 남고, 뒤에서는 상수가 밖으로 나온다",
                en="Split the sum: one term is left of the first, constants move out of the second",
            ),
        ),
        by(
            fold("t"),
            definition("S"),
            collected(rf"{d} {_TOTAL}"),
            say=say(ko="미분할 $S$ 의 정의", en="The definition of the $S$ to differentiate"),
        ),
        by(
            sum_rule,
            derivative_of_exp,
            collected(rf"\sum_{{q=1}}^{{C}} e^{{z^{{(i)}}_q}} {d} z^{{(i)}}_q"),
            say=say(
                ko="지수함수마다 그 지수의 미분이 곱해진다",
                en="Each exponential brings the slope of its exponent",
            ),
        ),
        by(
            definition("z"),
            collected(rf"\sum_{{q=1}}^{{C}} e^{{z^{{(i)}}_q}} {d} \left({predictor('q')} \right)"),
            say=say(ko="미분할 $z$ 의 정의", en="The definition of the $z$ to differentiate"),
        ),
        by(
            lemma(f"slope of z, in {parameter[0]}"),
            kronecker_delta,
            collected(rf"e^{{z^{{(i)}}_c}}{x}"),
            say=say(
                ko="$z$ 의 도함수를 넣으면 한 항만 남는다",
                en="Insert the slope of $z$; one term is left",
            ),
        ),
        by(
            fold("p"),
            *((factor,) if x else ()),
            residual(r"t^{(i)}"),
            say=say(ko="다시 소프트맥스이다", en="The softmax again"),
        ),
        by(
            definition("t"),
            residual(r"\sum_{a=1}^{C} y^{(i)}_a"),
            say=say(ko="정답의 합을 풀어 쓴다", en="The sum of the labels, written out"),
        ),
    )


def sample(parameter: str) -> Lemma:
    """(p_c - y_c) times the input, where the labels of sample i sum to 1."""
    x = _INPUT[parameter]
    residual = rf"(p^{{(i)}}_c - y^{{(i)}}_c){x}" if x else r"p^{(i)}_c - y^{(i)}_c"
    return Board(f"{ALL.given}, {LABELS_OF_SAMPLE}", ALL.definitions).lemma(
        f"sample, in {parameter[0]}",
        say(
            ko=f"정답의 합이 1인 $i$ 번째 표본의 손실을 ${parameter}$ 로 미분",
            en=f"The loss of sample $i$ in ${parameter}$, its labels summing to 1",
        ),
        rf"\frac{{\partial \ell^{{(i)}}}}{{\partial {parameter}}}",
        *_chain(parameter, ""),
        by(
            given,
            rf"\boxed{{{residual}}}",
            say=say(ko="정답의 합은 1이다", en="The labels sum to 1"),
        ),
    )


def gradient(parameter: str) -> Lemma:
    """The mean comes back, and the same lines once more; for any labels."""
    before = r"\frac{1}{m} \sum_{i=1}^{m}"
    *chain, last = _chain(parameter, before)
    return ALL.lemma(
        f"gradient in {parameter[0]}",
        say(ko=f"${parameter}$ 에 대한 기울기", en=f"The gradient in ${parameter}$"),
        rf"\frac{{\partial L}}{{\partial {parameter}}}",
        by(
            lemma(f"mean, in {parameter[0]}"),
            rf"{before} {by_parameter(parameter)} \ell^{{(i)}}",
            say=say(ko="미뤄 둔 평균이 돌아온다", en="The mean that was set aside comes back"),
        ),
        *chain,
        replace(last, text=rf"\boxed{{{last.text}}}"),
    )
