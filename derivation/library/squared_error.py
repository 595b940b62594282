"""The gradient of the squared error loss, line by line.

One sample comes first, for any prediction h that can be differentiated; then h is the linear
predictor itself. At the end the mean over the samples, the features and the intercept b.
"""

from __future__ import annotations

from derivation.derivation import Derivation, Lemma
from derivation.library import _linear as linear
from derivation.library import _squared_error_slides as slides
from derivation.library._linear import BIAS, ERRORS, RESIDUAL, WEIGHT
from derivation.rules import (
    arithmetic,
    constant_factor,
    definition,
    derivative_of_constant,
    derivative_of_linear,
    lemma,
    linearity,
    power_rule,
)
from derivation.writing import Board, by, say

ONE = Board("x, y, w, b real")
ELL = (r"\ell(x)", r"\frac{1}{2} (h(x) - y)^2")
Z = (r"z(x)", r"x \times w + b")
H = (r"h(x)", r"z(x)")

ALL = Board(
    f"{linear.GIVEN}, y[1..m] real",
    (
        linear.Z,
        (r"h^{(i)}", r"z^{(i)}"),
        (r"\ell^{(i)}", r"\frac{1}{2} (h^{(i)} - y^{(i)})^2"),
        linear.MEAN,
    ),
)


def half_square() -> Lemma:
    """Why there is a half: it takes away the 2 of the derivative."""
    d = r"\frac{d}{du}"
    return Board("u real").lemma(
        "half a square",
        say(ko="제곱의 절반", en="Half a square"),
        rf"{d} \left(\frac{{1}}{{2}} u^2 \right)",
        by(
            constant_factor,
            rf"\frac{{1}}{{2}} {d} u^2",
            say=say(ko="절반은 상수이다", en="The half is a constant"),
        ),
        by(
            power_rule,
            r"\frac{1}{2} \cdot 2 u",
            say=say(ko="지수 2가 앞으로 내려온다", en="The exponent 2 comes down"),
        ),
        by(
            arithmetic,
            r"\boxed{u}",
            say=say(ko="그 2를 절반이 지운다", en="The half takes this 2 away"),
        ),
    )


def any_hypothesis() -> Lemma:
    """The loss of one sample, for every differentiable h."""
    d = r"\frac{\partial}{\partial w}"
    return ONE.more("h(x; w, b) function", ELL).lemma(
        "any hypothesis",
        say(ko="한 표본의 손실, 임의의 $h$", en="The loss of one sample, for any $h$"),
        r"\frac{\partial \ell(x)}{\partial w}",
        by(
            definition("ell"),
            rf"{d} \left(\frac{{1}}{{2}} (h(x) - y)^2 \right)",
            say=say(ko="손실의 정의를 넣는다", en="Insert the definition of the loss"),
        ),
        by(
            constant_factor,
            rf"\frac{{1}}{{2}} {d} \hla{{(h(x) - y)}}^2",
            say=say(ko="절반은 미분 밖으로 나온다", en="The half moves out of the derivative"),
        ),
        by(
            power_rule,
            rf"\frac{{1}}{{2}} \cdot 2 (h(x) - y) {d} \hla{{(h(x) - y)}}",
            say=say(
                ko="제곱을 미분하고, 안쪽 함수의 미분을 곱한다",
                en="Differentiate the square, times the derivative of what is inside",
            ),
        ),
        by(
            arithmetic,
            rf"(h(x) - y) {d} (h(x) - y)",
            say=say(ko="절반과 2가 지워진다", en="The half and the 2 cancel"),
        ),
        by(
            linearity,
            derivative_of_constant,
            rf"\boxed{{(h(x) - y)}} {d} h(x)",
            say=say(ko="정답 $y$ 는 $w$ 와 무관하다", en="The label $y$ does not depend on $w$"),
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
            rf"(h(x) - y) {d} h(x)",
            say=say(ko="앞에서 얻은 식", en="What was found above"),
        ),
        by(
            definition("h"),
            rf"(h(x) - y) {d} z(x)",
            say=say(ko="예측은 $z(x)$ 그대로이다", en="The prediction is $z(x)$ itself"),
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


def sample(parameter: str) -> Lemma:
    """The chain of one sample once more, for sample i and several features."""
    d = rf"\frac{{\partial}}{{\partial {parameter}}}"
    return ALL.lemma(
        f"sample, in {parameter[0]}",
        say(
            ko=f"$i$ 번째 표본의 손실을 ${parameter}$ 로 미분",
            en=f"The loss of sample $i$ in ${parameter}$",
        ),
        rf"\frac{{\partial \ell^{{(i)}}}}{{\partial {parameter}}}",
        by(
            definition("ell"),
            rf"{d} \left(\frac{{1}}{{2}} (h^{{(i)}} - y^{{(i)}})^2 \right)",
            say=say(ko="손실의 정의", en="The definition of the loss"),
        ),
        by(
            constant_factor,
            power_rule,
            rf"\frac{{1}}{{2}} \cdot 2 {RESIDUAL} {d} {RESIDUAL}",
            say=say(ko="제곱의 미분과 연쇄 법칙", en="The square and the chain rule"),
        ),
        by(
            arithmetic,
            linearity,
            derivative_of_constant,
            rf"{RESIDUAL} {d} h^{{(i)}}",
            say=say(
                ko="절반과 2가 지워지고, $y^{(i)}$ 는 상수이다",
                en="The half and the 2 cancel, and $y^{(i)}$ is a constant",
            ),
        ),
        by(
            definition("h"),
            rf"{RESIDUAL} {d} z^{{(i)}}",
            say=say(ko="예측은 $z^{(i)}$ 그대로이다", en="The prediction is $z^{(i)}$ itself"),
        ),
        by(
            lemma(f"slope of z, in {parameter[0]}"),
            ERRORS[parameter],
            say=say(ko="$z$ 의 도함수를 넣는다", en="Insert the slope of $z$"),
        ),
    )


def derivation() -> Derivation:
    """The derivation: lemmas in order, slides, errata."""
    parameters = (WEIGHT, BIAS)
    return Derivation(
        name="squared_error",
        title=say(ko="제곱 오차 손실의 기울기", en="The gradient of the squared error loss"),
        domain=ALL.domain,
        definitions=(*ALL.defined, *ONE.more("", Z, H, ELL).defined),
        lemmas=(
            *(linear.mean(ALL, one) for one in parameters),
            half_square(),
            any_hypothesis(),
            one_sample(),
            *(linear.slope_of_z(ALL, one) for one in parameters),
            *(sample(one) for one in parameters),
            *(linear.gradient(ALL, one) for one in parameters),
        ),
        results=("gradient in w", "gradient in b"),
        slides=slides.slides(),
        errata=slides.errata(ALL),
        common_mistakes=True,
    )
