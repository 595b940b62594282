"""The gradient of the softmax cross-entropy, line by line.

One sample comes first, in its values z_1..z_C: the slope of the softmax, then that of the loss,
for any labels and for labels that sum to 1; and why a program may subtract the largest z.
Then all samples and features; at the end the mean.
"""

from __future__ import annotations

from derivation.derivation import Derivation, Lemma
from derivation.library import _softmax_errata as errata
from derivation.library import _softmax_samples as samples
from derivation.library import _softmax_slides as slides
from derivation.library._softmax_boards import ALL, CLASSES, LABELLED, LABELS
from derivation.rules import (
    cancel,
    chain_rule,
    constant_factor,
    constant_out_of_sum,
    definition,
    derivative_of_exp,
    derivative_of_log,
    exp_of_sum,
    expand,
    factor,
    fold,
    given,
    kronecker_delta,
    kronecker_derivative,
    lemma,
    linearity,
    log_of_exp,
    log_of_quotient,
    quotient_rule,
    simplify_fraction,
    split_fraction,
    split_sum,
    sum_rule,
)
from derivation.writing import Board, by, say

TOTAL = r"\sum_{q=1}^{C} e^{z_q}"
D = r"\frac{\partial}{\partial z_a}"


def softmax_slope() -> Lemma:
    """dp_c/dz_a = p_c (delta_ca - p_a)."""
    return CLASSES.lemma(
        "softmax slope",
        say(ko="소프트맥스의 도함수", en="The slope of the softmax"),
        r"\frac{\partial p_c}{\partial z_a}",
        by(
            definition("p"),
            rf"{D} \frac{{e^{{z_c}}}}{{{TOTAL}}}",
            say=say(ko="소프트맥스의 정의", en="The definition of the softmax"),
        ),
        by(
            quotient_rule,
            rf"\frac{{\left({D} e^{{z_c}} \right) {TOTAL} - e^{{z_c}} {D} {TOTAL}}}"
            rf"{{\left({TOTAL} \right)^2}}",
            say=say(ko="몫의 법칙", en="The quotient rule"),
        ),
        by(
            sum_rule,
            derivative_of_exp,
            kronecker_derivative,
            rf"\frac{{e^{{z_c}} \key{{\delta_{{ca}}}} {TOTAL}"
            rf" - e^{{z_c}} \sum_{{q=1}}^{{C}} e^{{z_q}} \key{{\delta_{{qa}}}}}}"
            rf"{{\left({TOTAL} \right)^2}}",
            say=say(
                ko="$z_q$ 를 $z_a$ 로 미분하면 $q = a$ 일 때만 1이다",
                en="$z_q$ by $z_a$ is 1 for $q = a$, else 0",
            ),
        ),
        by(
            kronecker_delta,
            rf"\frac{{e^{{z_c}} \delta_{{ca}} {TOTAL} - e^{{z_c}} e^{{z_a}}}}"
            rf"{{\left({TOTAL} \right)^2}}",
            say=say(ko="합에서 한 항만 남는다", en="One term of the sum is left"),
        ),
        by(
            split_fraction,
            simplify_fraction,
            rf"\frac{{e^{{z_c}}}}{{{TOTAL}}} \delta_{{ca}}"
            rf" - \frac{{e^{{z_c}} e^{{z_a}}}}{{\left({TOTAL} \right)^2}}",
            say=say(ko="분수를 둘로 나누고 약분한다", en="Split the fraction in two and cancel"),
        ),
        by(
            factor,
            rf"\frac{{e^{{z_c}}}}{{{TOTAL}}}"
            rf" \left(\delta_{{ca}} - \frac{{e^{{z_a}}}}{{{TOTAL}}} \right)",
            say=say(ko="공통인수로 묶는다", en="Factor"),
        ),
        by(
            fold("p"),
            r"\boxed{p_c (\delta_{ca} - p_a)}",
            say=say(ko="두 분수는 다시 소프트맥스이다", en="Both fractions are the softmax again"),
        ),
    )


def one_sample() -> Lemma:
    """p_a sum_c y_c - y_a, for any labels."""
    return LABELLED.lemma(
        "one sample",
        say(ko="한 표본의 손실을 $z_a$ 로 미분", en="The loss of one sample in $z_a$"),
        r"\frac{\partial \ell}{\partial z_a}",
        by(
            definition("ell"),
            rf"{D} \left(-\sum_{{c=1}}^{{C}} y_c \log p_c \right)",
            say=say(ko="손실의 정의를 넣는다", en="Insert the definition of the loss"),
        ),
        by(
            linearity,
            sum_rule,
            constant_factor,
            rf"-\sum_{{c=1}}^{{C}} y_c {D} \hla{{\log p_c}}",
            say=say(
                ko="미분은 합 안으로 들어가고, 정답 $y_c$ 는 상수이다",
                en="The derivative moves into the sum; the labels $y_c$ are constants",
            ),
        ),
        by(
            derivative_of_log,
            chain_rule,
            rf"-\sum_{{c=1}}^{{C}} y_c \frac{{1}}{{p_c}} \hlb{{{D} p_c}}",
            say=say(
                ko="로그를 미분하고, 안쪽 함수의 미분을 곱한다",
                en="Differentiate the logarithm, times the derivative of what is inside",
            ),
        ),
        by(
            lemma("softmax slope"),
            r"-\sum_{c=1}^{C} y_c \frac{1}{p_c} p_c (\delta_{ca} - p_a)",
            say=say(ko="소프트맥스의 도함수를 넣는다", en="Insert the slope of the softmax"),
        ),
        by(
            cancel,
            r"-\sum_{c=1}^{C} y_c (\delta_{ca} - p_a)",
            say=say(ko="$p_c$ 가 약분된다", en="$p_c$ cancels"),
        ),
        by(
            expand,
            split_sum,
            r"-\sum_{c=1}^{C} y_c \delta_{ca} + \sum_{c=1}^{C} y_c p_a",
            say=say(ko="괄호를 풀고 합을 둘로 나눈다", en="Multiply out, and split the sum"),
        ),
        by(
            kronecker_delta,
            constant_out_of_sum,
            r"-y_a + p_a \sum_{c=1}^{C} y_c",
            say=say(
                ko="앞의 합에서는 한 항만 남고, 뒤의 합에서는 $p_a$ 가 밖으로 나온다",
                en="One term of the first sum is left; $p_a$ moves out of the second",
            ),
        ),
    )


def one_sample_of_labels() -> Lemma:
    """p_a - y_a, for labels that sum to 1."""
    return Board(f"{LABELLED.given}, {LABELS}", LABELLED.definitions).lemma(
        "labels that sum to 1",
        say(ko="정답의 합이 1이면", en="For labels that sum to 1"),
        r"\frac{\partial \ell}{\partial z_a}",
        by(
            lemma("one sample"),
            r"-y_a + p_a \hla{\sum_{c=1}^{C} y_c}",
            say=say(ko="앞에서 얻은 식", en="What was found above"),
        ),
        by(
            given,
            r"\boxed{p_a - y_a}",
            say=say(
                ko="정답은 확률이어서 합이 1이다", en="Labels are probabilities, so their sum is 1"
            ),
        ),
    )


def shift() -> Lemma:
    """The same number may be subtracted from every z."""
    return CLASSES.more("M real").lemma(
        "shift",
        say(ko="모든 $z$ 에서 같은 수를 빼도 된다", en="The same number off every $z$"),
        r"\frac{e^{z_c - M}}{\sum_{q=1}^{C} e^{z_q - M}}",
        by(
            exp_of_sum,
            r"\frac{e^{z_c} \key{e^{-M}}}{\sum_{q=1}^{C} e^{z_q} \key{e^{-M}}}",
            say=say(ko="지수의 합은 곱이 된다", en="A sum in the exponent is a product"),
        ),
        by(
            constant_out_of_sum,
            rf"\frac{{e^{{z_c}} \key{{e^{{-M}}}}}}{{\key{{e^{{-M}}}} {TOTAL}}}",
            say=say(
                ko="$q$ 와 무관한 인수는 합 밖으로 나온다",
                en="What does not depend on $q$ moves out of the sum",
            ),
        ),
        by(
            simplify_fraction,
            rf"\frac{{e^{{z_c}}}}{{{TOTAL}}}",
            say=say(ko="약분", en="Cancel"),
        ),
        by(
            fold("p"),
            r"\boxed{p_c}",
            say=say(ko="$M$ 이 사라졌다", en="No $M$ is left"),
        ),
    )


def log_of_softmax() -> Lemma:
    """log p_c, with the same number off every z."""
    return CLASSES.more("M real").lemma(
        "log of p",
        say(ko="소프트맥스의 로그", en="The logarithm of the softmax"),
        r"\log p_c",
        by(
            lemma("shift", backwards=True),
            r"\log \left(\frac{e^{z_c - M}}{\sum_{q=1}^{C} e^{z_q - M}} \right)",
            say=say(ko="모든 $z$ 에서 $M$ 을 뺀다", en="Take $M$ off every $z$"),
        ),
        by(
            log_of_quotient,
            r"\log(e^{z_c - M}) - \log \left(\sum_{q=1}^{C} e^{z_q - M} \right)",
            say=say(
                ko="몫의 로그는 로그의 차이다", en="The log of a quotient is a difference of logs"
            ),
        ),
        by(
            log_of_exp,
            r"z_c - M - \log \left(\sum_{q=1}^{C} e^{z_q - M} \right)",
            say=say(
                ko="로그와 지수는 서로를 지운다", en="Logarithm and exponential undo each other"
            ),
        ),
    )


def derivation() -> Derivation:
    """The derivation: lemmas in order, slides, errata."""
    return Derivation(
        name="softmax",
        title=say(
            ko="소프트맥스 교차 엔트로피의 기울기",
            en="The gradient of the softmax cross-entropy",
        ),
        domain=ALL.domain,
        definitions=(*ALL.defined, *LABELLED.defined),
        lemmas=(
            softmax_slope(),
            one_sample(),
            one_sample_of_labels(),
            shift(),
            log_of_softmax(),
            *samples.lemmas(),
        ),
        results=samples.RESULTS,
        slides=slides.slides(),
        errata=errata.errata(),
        common_mistakes=True,
    )
