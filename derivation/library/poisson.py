"""The gradient of the Poisson loss, line by line.

The loss is what the Poisson distribution gives: minus the logarithm of the probability of a
count y, without log y!, which no parameter changes. One sample comes first, for any positive
prediction h; then h = e^z; at the end the mean over the samples, the features and b.
"""

from __future__ import annotations

from derivation.derivation import Derivation, Lemma
from derivation.library import _linear as linear
from derivation.library import _poisson_samples as samples
from derivation.library import _poisson_slides as slides
from derivation.library._linear import BIAS, WEIGHT
from derivation.library._poisson_samples import ALL
from derivation.rules import (
    cancel,
    chain_rule,
    constant_factor,
    definition,
    derivative_of_constant,
    derivative_of_exp,
    derivative_of_linear,
    derivative_of_log,
    factor,
    fold,
    lemma,
    linearity,
    log_of_exp,
    log_of_power,
    log_of_product,
    log_of_quotient,
)
from derivation.writing import Board, by, say

ONE = Board("x real, y >= 0, w, b real")
ELL = (r"\ell(x)", r"h(x) - y \log h(x)")
Z = (r"z(x)", r"x \times w + b")
H = (r"h(x)", r"e^{z(x)}")
ANY = ONE.more("h(x; w, b) > 0", ELL)
PROBABILITY = r"\frac{e^{-h(x)} h(x)^y}{y!}"


def likelihood() -> Lemma:
    """-log P(y) = h - y log h + log y!."""
    return Board("h > 0, y >= 0").lemma(
        "likelihood",
        say(
            ko="푸아송 확률의 로그에 음의 부호를 붙인 값",
            en="Minus the logarithm of a Poisson probability",
        ),
        r"-\log \left(\frac{e^{-h} h^y}{y!} \right)",
        by(
            log_of_quotient,
            r"-\left(\log(e^{-h} h^y) - \log(y!) \right)",
            say=say(
                ko="몫의 로그는 로그의 차이다", en="The log of a quotient is a difference of logs"
            ),
        ),
        by(
            log_of_product,
            r"-\left(\log(e^{-h}) + \log(h^y) - \log(y!) \right)",
            say=say(ko="곱의 로그는 로그의 합이다", en="The log of a product is a sum of logs"),
        ),
        by(
            log_of_exp,
            log_of_power,
            r"h - y \log h + \hla{\log(y!)}",
            say=say(
                ko="로그와 지수는 서로를 지우고, 거듭제곱의 지수는 앞으로 나온다",
                en="Logarithm and exponential undo each other; the exponent comes to the front",
            ),
        ),
    )


def same_slope() -> Lemma:
    """log y! may be left out: the loss has the slope of the whole logarithm."""
    d = r"\frac{\partial}{\partial w}"
    return ANY.lemma(
        "same slope",
        say(ko="$\\log(y!)$ 은 빼도 된다", en="$\\log(y!)$ may be left out"),
        rf"{d} \left(-\log \left({PROBABILITY} \right) \right)",
        by(
            lemma("likelihood"),
            rf"{d} \left(h(x) - y \log h(x) + \hla{{\log(y!)}} \right)",
            say=say(ko="앞에서 얻은 식", en="What was found above"),
        ),
        by(
            derivative_of_constant,
            rf"{d} \left(h(x) - y \log h(x) \right)",
            say=say(ko="$\\log(y!)$ 은 $w$ 와 무관하다", en="$\\log(y!)$ does not depend on $w$"),
        ),
        by(
            fold("ell"),
            r"\boxed{\frac{\partial}{\partial w} \ell(x)}",
            say=say(ko="남은 것이 손실이다", en="What is left is the loss"),
        ),
    )


def any_hypothesis() -> Lemma:
    """The loss of one sample, for every positive h that can be differentiated."""
    d = r"\frac{\partial}{\partial w}"
    return ANY.lemma(
        "any hypothesis",
        say(
            ko="한 표본의 손실, 임의의 양수 $h$", en="The loss of one sample, for any positive $h$"
        ),
        r"\frac{\partial \ell(x)}{\partial w}",
        by(
            definition("ell"),
            rf"{d} \left(h(x) - y \log h(x) \right)",
            say=say(ko="손실의 정의를 넣는다", en="Insert the definition of the loss"),
        ),
        by(
            linearity,
            constant_factor,
            rf"{d} h(x) - y {d} \hla{{\log h(x)}}",
            say=say(
                ko="항마다 미분하고, $w$ 와 무관한 $y$ 는 밖으로 꺼낸다",
                en="Term by term; $y$ does not depend on $w$ and moves out",
            ),
        ),
        by(
            derivative_of_log,
            chain_rule,
            rf"{d} h(x) - y \frac{{1}}{{h(x)}} {d} h(x)",
            say=say(
                ko="로그를 미분하고, 안쪽 함수의 미분을 곱한다",
                en="Differentiate the logarithm, times the derivative of what is inside",
            ),
        ),
        by(
            factor,
            rf"\left(1 - y \frac{{1}}{{h(x)}} \right) \hlb{{{d} h(x)}}",
            say=say(
                ko="공통인 $h(x)$ 의 미분으로 묶는다", en="Factor out the derivative of $h(x)$"
            ),
        ),
    )


def hypothesis_slope() -> Lemma:
    """The derivative of h = e^z is h times that of z."""
    d = r"\frac{\partial}{\partial w}"
    return ONE.more("", Z, H).lemma(
        "slope of h",
        say(ko="가설 함수의 도함수", en="The slope of the hypothesis"),
        r"\frac{\partial h(x)}{\partial w}",
        by(
            definition("h"),
            rf"{d} e^{{z(x)}}",
            say=say(ko="$h$ 의 정의", en="The definition of $h$"),
        ),
        by(
            derivative_of_exp,
            rf"e^{{z(x)}} {d} z(x)",
            say=say(
                ko="지수함수는 미분해도 그대로이고, 지수의 미분이 곱해진다",
                en="The exponential stays, times the derivative of its exponent",
            ),
        ),
        by(
            fold("h"),
            rf"h(x) {d} z(x)",
            say=say(ko="$e^{z(x)}$ 는 $h(x)$ 이다", en="$e^{z(x)}$ is $h(x)$"),
        ),
    )


def one_sample() -> Lemma:
    """(h - y) x."""
    d = r"\frac{\partial}{\partial w}"
    return ONE.more("", Z, H, ELL).lemma(
        "one sample",
        say(ko="한 표본, 한 특성의 기울기", en="The gradient for one sample and one feature"),
        r"\frac{\partial \ell(x)}{\partial w}",
        by(
            lemma("any hypothesis"),
            rf"\left(1 - y \frac{{1}}{{h(x)}} \right) {d} h(x)",
            say=say(ko="앞에서 얻은 식", en="What was found above"),
        ),
        by(
            lemma("slope of h"),
            rf"\left(1 - y \frac{{1}}{{h(x)}} \right) h(x) {d} z(x)",
            say=say(ko="$h$ 의 도함수를 넣는다", en="Insert the slope of $h$"),
        ),
        by(
            cancel,
            rf"\boxed{{(h(x) - y)}} {d} z(x)",
            say=say(
                ko="$h(x)$ 를 괄호 안에 곱하면 분모와 약분된다",
                en="$h(x)$, multiplied in, cancels against the denominator",
            ),
        ),
        by(
            definition("z"),
            rf"(h(x) - y) {d} (x \times w + b)",
            say=say(
                ko="$w$ 로 미분하므로 $x$ 와 $b$ 는 상수이다",
                en="The derivative is by $w$, so $x$ and $b$ are constants",
            ),
        ),
        by(
            derivative_of_linear,
            r"\boxed{(h(x) - y) x}",
            say=say(
                ko="남는 것은 오차와 입력의 곱이다", en="What is left: the error times the input"
            ),
        ),
    )


def derivation() -> Derivation:
    """The derivation: lemmas in order, slides, errata."""
    parameters = (WEIGHT, BIAS)
    return Derivation(
        name="poisson",
        title=say(ko="푸아송 손실의 기울기", en="The gradient of the Poisson loss"),
        domain=ALL.domain,
        definitions=(*ALL.defined, *ONE.more("", Z, H, ELL).defined),
        lemmas=(
            *(linear.mean(ALL, one) for one in parameters),
            likelihood(),
            same_slope(),
            any_hypothesis(),
            hypothesis_slope(),
            one_sample(),
            *(linear.slope_of_z(ALL, one) for one in parameters),
            *(samples.hypothesis_slope(one) for one in parameters),
            *(samples.sample(one) for one in parameters),
            *(linear.gradient(ALL, one) for one in parameters),
        ),
        results=("gradient in w", "gradient in b"),
        slides=slides.slides(),
        errata=slides.errata(ALL),
        common_mistakes=True,
    )
