"""All samples and all features: what the source leaves out.

The mean is set aside and comes back, z has several features, and b gets its own gradient.
"""

from __future__ import annotations

from derivation.derivation import Lemma
from derivation.library._bce_boards import ALL
from derivation.rules import (
    cancel,
    chain_rule,
    collect,
    collect_sign,
    constant_factor,
    definition,
    derivative_of_constant,
    derivative_of_log,
    derivative_of_variable,
    expand,
    factor,
    fold,
    kronecker_delta,
    kronecker_derivative,
    lemma,
    linearity,
    sum_rule,
)
from derivation.writing import by, say


def lemmas() -> tuple[Lemma, ...]:
    """In the order in which one rests on another."""
    return (
        slope_of_z_in_w(),
        slope_of_z_in_b(),
        slope_of_sample_hypothesis("w_j", "w"),
        slope_of_sample_hypothesis("b", "b"),
        sample("w_j", "w", r"x^{(i)}_j"),
        sample("b", "b", ""),
        gradient("w_j", "w", r"x^{(i)}_j"),
        gradient("b", "b", ""),
    )


def means() -> tuple[Lemma, ...]:
    """The mean is set aside: these come first."""
    return (mean("w_j", "w"), mean("b", "b"))


def mean(parameter: str, name: str) -> Lemma:
    """The derivative of the mean is the mean of the derivatives."""
    d = rf"\frac{{\partial}}{{\partial {parameter}}}"
    return ALL.lemma(
        f"mean, in {name}",
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


def slope_of_z_in_w() -> Lemma:
    """Of all the products in z, the derivative by w_j leaves one."""
    d = r"\frac{\partial}{\partial w_j}"
    return ALL.lemma(
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
            rf"{d} \sum_{{k=1}}^{{d}} x^{{(i)}}_k w_k",
            say=say(ko="$b$ 는 $w_j$ 와 무관하다", en="$b$ does not depend on $w_j$"),
        ),
        by(
            sum_rule,
            rf"\sum_{{k=1}}^{{d}} {d} x^{{(i)}}_k w_k",
            say=say(ko="미분이 합 안으로 들어간다", en="The derivative moves into the sum"),
        ),
        by(
            constant_factor,
            rf"\sum_{{k=1}}^{{d}} x^{{(i)}}_k {d} w_k",
            say=say(ko="입력은 상수이다", en="The inputs are constants"),
        ),
        by(
            kronecker_derivative,
            r"\sum_{k=1}^{d} x^{(i)}_k \delta_{kj}",
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


def slope_of_z_in_b() -> Lemma:
    """dz/db = 1."""
    d = r"\frac{\partial}{\partial b}"
    return ALL.lemma(
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


def slope_of_sample_hypothesis(parameter: str, name: str) -> Lemma:
    """The derivative of h_i = sigmoid(z_i)."""
    d = rf"\frac{{\partial}}{{\partial {parameter}}}"
    return ALL.lemma(
        f"slope of h, in {name}",
        say(ko=f"$h$ 를 ${parameter}$ 로 미분", en=f"The slope of $h$ in ${parameter}$"),
        rf"\frac{{\partial h^{{(i)}}}}{{\partial {parameter}}}",
        by(
            definition("h"),
            rf"{d} \text{{sigmoid}}(z^{{(i)}})",
            say=say(ko="$h$ 의 정의", en="The definition of $h$"),
        ),
        by(
            chain_rule,
            lemma("sigmoid slope"),
            rf"\text{{sigmoid}}(z^{{(i)}}) (1 - \text{{sigmoid}}(z^{{(i)}})) {d} z^{{(i)}}",
            say=say(
                ko="시그모이드의 도함수와 연쇄 법칙", en="The sigmoid's slope and the chain rule"
            ),
        ),
        by(
            fold("h"),
            rf"h^{{(i)}} (1 - h^{{(i)}}) {d} z^{{(i)}}",
            say=say(ko="다시 $h$ 로 쓴다", en="Written with $h$ again"),
        ),
    )


def sample(parameter: str, name: str, slope: str) -> Lemma:
    """The one-sample chain once more, for sample i: it ends in (h_i - y_i) times ``slope``."""
    d = rf"\frac{{\partial}}{{\partial {parameter}}}"
    return ALL.lemma(
        f"sample, in {name}",
        say(
            ko=f"$i$ 번째 표본의 손실을 ${parameter}$ 로 미분",
            en=f"The loss of sample $i$ in ${parameter}$",
        ),
        rf"\frac{{\partial \ell^{{(i)}}}}{{\partial {parameter}}}",
        by(
            definition("ell"),
            rf"{d} \left(-y^{{(i)}} \log h^{{(i)}} - (1 - y^{{(i)}}) \log(1 - h^{{(i)}}) \right)",
            say=say(ko="손실의 정의", en="The definition of the loss"),
        ),
        by(
            linearity,
            constant_factor,
            rf"-y^{{(i)}} {d} \log h^{{(i)}} - (1 - y^{{(i)}}) {d} \log(1 - h^{{(i)}})",
            say=say(ko="항마다, 상수는 밖으로", en="Term by term, constants outside"),
        ),
        by(
            derivative_of_log,
            chain_rule,
            linearity,
            derivative_of_constant,
            rf"-y^{{(i)}} \frac{{1}}{{h^{{(i)}}}} {d} h^{{(i)}}"
            rf" - (1 - y^{{(i)}}) \frac{{1}}{{1 - h^{{(i)}}}} {d} (-h^{{(i)}})",
            say=say(ko="로그와 연쇄 법칙", en="The logarithm and the chain rule"),
        ),
        by(
            linearity,
            collect_sign,
            factor,
            rf"\left(-y^{{(i)}} \frac{{1}}{{h^{{(i)}}}}"
            rf" + (1 - y^{{(i)}}) \frac{{1}}{{1 - h^{{(i)}}}} \right) {d} h^{{(i)}}",
            say=say(ko="부호를 꺼내고 묶는다", en="Signs to the front, then factor"),
        ),
        by(
            lemma(f"slope of h, in {name}"),
            rf"\left(-y^{{(i)}} \frac{{1}}{{h^{{(i)}}}}"
            rf" + (1 - y^{{(i)}}) \frac{{1}}{{1 - h^{{(i)}}}} \right)"
            rf" h^{{(i)}} (1 - h^{{(i)}}) {d} z^{{(i)}}",
            say=say(ko="$h$ 의 도함수를 넣는다", en="Insert the slope of $h$"),
        ),
        by(
            cancel,
            rf"\left(-y^{{(i)}} (1 - h^{{(i)}}) + (1 - y^{{(i)}}) h^{{(i)}} \right) {d} z^{{(i)}}",
            say=say(ko="약분", en="Cancel"),
        ),
        by(
            expand,
            collect,
            rf"(h^{{(i)}} - y^{{(i)}}) {d} z^{{(i)}}",
            say=say(ko="괄호를 풀고 정리한다", en="Multiply out and collect"),
        ),
        by(
            lemma(f"slope of z, in {name}"),
            rf"(h^{{(i)}} - y^{{(i)}}) {slope}".rstrip(),
            say=say(ko="$z$ 의 도함수를 넣는다", en="Insert the slope of $z$"),
        ),
    )


def gradient(parameter: str, name: str, slope: str) -> Lemma:
    """The mean comes back."""
    d = rf"\frac{{\partial}}{{\partial {parameter}}}"
    residual = r"(h^{(i)} - y^{(i)})"
    return ALL.lemma(
        f"gradient in {name}",
        say(ko=f"${parameter}$ 에 대한 기울기", en=f"The gradient in ${parameter}$"),
        rf"\frac{{\partial L}}{{\partial {parameter}}}",
        by(
            lemma(f"mean, in {name}"),
            rf"\frac{{1}}{{m}} \sum_{{i=1}}^{{m}} {d} \ell^{{(i)}}",
            say=say(ko="미뤄 둔 평균이 돌아온다", en="The mean that was set aside comes back"),
        ),
        by(
            lemma(f"sample, in {name}"),
            rf"\boxed{{\frac{{1}}{{m}} \sum_{{i=1}}^{{m}} {residual} {slope}".rstrip() + "}",
            say=say(ko="표본마다 앞의 결과를 넣는다", en="Insert the result for each sample"),
        ),
    )
