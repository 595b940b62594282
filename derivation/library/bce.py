"""The gradient of the binary cross-entropy loss, line by line.

The order is that of the slides: the mean is set aside; the derivative moves into the loss of
one sample; the logarithms go by the chain rule, for *any* hypothesis h; the sigmoid has a chain
of its own; then substitution, cancellation, (h - y) x. At the end the mean comes back, for
several features, and so do the weights' companion b and the numerically stable forms.
"""

from __future__ import annotations

from derivation.derivation import Derivation, Lemma
from derivation.library import _bce_errata as errata
from derivation.library import _bce_slides as slides
from derivation.library import _bce_stable as stable
from derivation.rules import (
    add_and_subtract,
    cancel,
    chain_rule,
    collect,
    collect_sign,
    constant_factor,
    definition,
    derivative_of_constant,
    derivative_of_exp,
    derivative_of_linear,
    derivative_of_log,
    derivative_of_variable,
    expand,
    factor,
    fold,
    kronecker_delta,
    kronecker_derivative,
    lemma,
    linearity,
    power_of_fraction,
    quotient_rule,
    reciprocal_rule,
    simplify_fraction,
    split_fraction,
    sum_rule,
)
from derivation.writing import Board, by, say

SIGMOID = (r"\text{sigmoid}(x)", r"\frac{1}{1 + e^{-x}}")

# ------------------------------------------------------------------ reference boxes


def references() -> tuple[Lemma, ...]:
    """The rules of calculus that the slides recall, each proved for arbitrary functions."""
    functions = Board("x real, g(x) function, h(x) function")
    return (
        Board("x > 0").lemma(
            "log",
            say(ko="로그의 도함수", en="The logarithm"),
            r"\frac{d}{dx} \log(x)",
            by(derivative_of_log, r"\frac{1}{x}"),
        ),
        functions.lemma(
            "chain",
            say(ko="연쇄 법칙", en="The chain rule"),
            r"\frac{d}{dx} g(h(x))",
            by(chain_rule, r"g'(h(x)) \cdot h'(x)"),
        ),
        Board("x real, h(x) > 0").lemma(
            "log of a function",
            say(ko="로그와 연쇄 법칙을 함께", en="The logarithm of a function"),
            r"\frac{d}{dx} \log(h(x))",
            by(derivative_of_log, chain_rule, r"\frac{1}{h(x)} \times h'(x)"),
        ),
        Board("x real, g(x) function, h(x) nonzero").lemma(
            "quotient",
            say(ko="몫의 법칙", en="The quotient rule"),
            r"\frac{d}{dx} \frac{g(x)}{h(x)}",
            by(quotient_rule, r"\frac{g'(x) h(x) - g(x) h'(x)}{h(x)^2}"),
        ),
        Board("x real, h(x) nonzero").lemma(
            "reciprocal",
            say(ko="몫의 법칙의 응용: 역수", en="The quotient rule, applied to a reciprocal"),
            r"\frac{d}{dx} \frac{1}{h(x)}",
            by(reciprocal_rule, r"\frac{-h'(x)}{h(x)^2}"),
        ),
        Board("x real").lemma(
            "exponential",
            say(ko="지수함수의 도함수", en="The exponential"),
            r"\frac{d}{dx} e^x",
            by(derivative_of_exp, r"e^x"),
        ),
        Board("x real").lemma(
            "falling exponential",
            say(ko="지수함수의 응용: 지수의 부호", en="The exponential with a minus"),
            r"\frac{d}{dx} e^{-x}",
            by(derivative_of_exp, r"-e^{-x}"),
        ),
    )


# ------------------------------------------------------------------ one sample, one feature

ONE = Board("x, y, w, b real")
ELL = (r"\ell(x)", r"-y \log h(x) - (1 - y) \log(1 - h(x))")
Z = (r"z(x)", r"x \times w + b")
H = (r"h(x)", r"\text{sigmoid}(z(x))")


def any_hypothesis() -> Lemma:
    """The loss of one sample, for every differentiable h with values between 0 and 1."""
    return ONE.more("0 < h(x; w, b) < 1", ELL).lemma(
        "any hypothesis",
        say(ko="한 표본의 손실, 임의의 $h$", en="The loss of one sample, for any $h$"),
        r"\frac{\partial \ell(x)}{\partial w}",
        by(
            definition("ell"),
            r"\frac{\partial}{\partial w} \left(-y \log h(x) - (1 - y) \log(1 - h(x)) \right)",
            say=say(ko="손실의 정의를 넣는다", en="Insert the definition of the loss"),
        ),
        by(
            linearity,
            r"-\frac{\partial}{\partial w} y \log h(x)"
            r" - \frac{\partial}{\partial w} (1 - y) \log(1 - h(x))",
            say=say(
                ko="합을 미분할 때는 항마다 미분하면 된다",
                en="A sum is differentiated term by term",
            ),
        ),
        by(
            constant_factor,
            r"-y \frac{\partial}{\partial w} \hla{\log h(x)}"
            r" - (1 - y) \frac{\partial}{\partial w} \hla{\log(1 - h(x))}",
            say=say(
                ko="$y$ 는 $w$ 와 무관하므로 미분 밖으로 나온다",
                en="$y$ does not depend on $w$, so it moves out of the derivative",
            ),
        ),
        by(
            derivative_of_log,
            chain_rule,
            linearity,
            derivative_of_constant,
            r"-y \frac{1}{h(x)} \frac{\partial}{\partial w} h(x)"
            r" - (1 - y) \frac{1}{1 - h(x)} \frac{\partial}{\partial w} (-h(x))",
            say=say(
                ko="로그를 미분하고, 안쪽 함수의 미분을 곱한다",
                en="Differentiate the logarithm, times the derivative of what is inside",
            ),
        ),
        by(
            linearity,
            collect_sign,
            r"-y \frac{1}{h(x)} \frac{\partial}{\partial w} h(x)"
            r" + (1 - y) \frac{1}{1 - h(x)} \frac{\partial}{\partial w} h(x)",
            say=say(
                ko="안쪽의 음의 부호를 앞으로 꺼내면 두 항의 꼴이 같아진다",
                en="Pull the inner minus to the front: both terms now end in the same derivative",
            ),
        ),
        by(
            factor,
            r"\left(-y \frac{1}{h(x)} + (1 - y) \frac{1}{1 - h(x)} \right)"
            r" \hlb{\frac{\partial}{\partial w} h(x)}",
            say=say(
                ko="공통인 $h(x)$ 의 미분으로 묶는다", en="Factor out the derivative of $h(x)$"
            ),
        ),
    )


def sigmoid_slope() -> Lemma:
    """sigmoid' = sigmoid (1 - sigmoid)."""
    return Board("x real", (SIGMOID,)).lemma(
        "sigmoid slope",
        say(ko="시그모이드의 도함수", en="The slope of the sigmoid"),
        r"\text{sigmoid}'(x)",
        by(
            definition("sigmoid"),
            r"\frac{\partial}{\partial x} \left(\frac{1}{1 + e^{-x}} \right)",
            say=say(ko="시그모이드의 정의", en="The definition of the sigmoid"),
        ),
        by(
            reciprocal_rule,
            r"\frac{-\frac{\partial}{\partial x} (1 + e^{-x})}{(1 + e^{-x})^2}",
            say=say(ko="역수의 미분", en="The derivative of a reciprocal"),
        ),
        by(
            linearity,
            derivative_of_constant,
            derivative_of_exp,
            collect_sign,
            r"\frac{e^{-x}}{(1 + e^{-x})^2}",
            say=say(
                ko="지수함수를 미분하면 부호가 두 번 바뀐다",
                en="Differentiate the exponential; the two minus signs cancel",
            ),
        ),
        by(
            add_and_subtract("1"),
            r"\frac{\key{1} + e^{-x} \key{- 1}}{(1 + e^{-x})^2}",
            say=say(ko="분자에 1을 더하고 다시 뺀다", en="Add 1 to the numerator and take it away"),
        ),
        by(
            split_fraction,
            r"\frac{1 + e^{-x}}{(1 + e^{-x})^2} - \frac{1}{(1 + e^{-x})^2}",
            say=say(ko="분수를 둘로 나눈다", en="Split the fraction in two"),
        ),
        by(
            simplify_fraction,
            power_of_fraction,
            r"\frac{1}{1 + e^{-x}} - \left(\frac{1}{1 + e^{-x}} \right)^2",
            say=say(
                ko="약분하고, 제곱은 분수째로 쓴다", en="Cancel, and square the whole fraction"
            ),
        ),
        by(
            fold("sigmoid"),
            r"\text{sigmoid}(x) - (\text{sigmoid}(x))^2",
            say=say(ko="다시 시그모이드로 쓴다", en="Both parts are the sigmoid again"),
        ),
        by(
            factor,
            r"\boxed{\text{sigmoid}(x) (1 - \text{sigmoid}(x))}",
            say=say(ko="공통인수로 묶는다", en="Factor"),
        ),
    )


def hypothesis_slope() -> Lemma:
    """The derivative of h = sigmoid(z)."""
    return ONE.more("", SIGMOID, Z, H).lemma(
        "slope of h",
        say(ko="가설 함수의 도함수", en="The slope of the hypothesis"),
        r"\frac{\partial h(x)}{\partial w}",
        by(
            definition("h"),
            r"\frac{\partial}{\partial w} \hla{\text{sigmoid}(z(x))}",
            say=say(ko="$h$ 의 정의", en="The definition of $h$"),
        ),
        by(
            chain_rule,
            lemma("sigmoid slope"),
            r"\text{sigmoid}(z(x)) (1 - \text{sigmoid}(z(x))) \frac{\partial}{\partial w} z(x)",
            say=say(
                ko="시그모이드의 도함수와 연쇄 법칙", en="The sigmoid's slope and the chain rule"
            ),
        ),
        by(
            fold("h"),
            r"h(x) (1 - h(x)) \frac{\partial}{\partial w} z(x)",
            say=say(
                ko="$\\text{sigmoid}(z(x))$ 는 $h(x)$ 이다", en="$\\text{sigmoid}(z(x))$ is $h(x)$"
            ),
        ),
    )


def one_sample() -> Lemma:
    """(h - y) x."""
    return ONE.more("", SIGMOID, Z, H, ELL).lemma(
        "one sample",
        say(ko="한 표본, 한 특성의 기울기", en="The gradient for one sample and one feature"),
        r"\frac{\partial \ell(x)}{\partial w}",
        by(
            lemma("any hypothesis"),
            r"\left(-y \frac{1}{h(x)} + (1 - y) \frac{1}{1 - h(x)} \right)"
            r" \frac{\partial}{\partial w} h(x)",
            say=say(ko="앞에서 얻은 식", en="What was found above"),
        ),
        by(
            lemma("slope of h"),
            r"\left(-y \frac{1}{h(x)} + (1 - y) \frac{1}{1 - h(x)} \right)"
            r" h(x) (1 - h(x)) \frac{\partial}{\partial w} z(x)",
            say=say(ko="$h$ 의 도함수를 넣는다", en="Insert the slope of $h$"),
        ),
        by(
            cancel,
            r"\boxed{\left(-y (1 - h(x)) + (1 - y) h(x) \right)} \frac{\partial}{\partial w} z(x)",
            say=say(
                ko="$h(x)$ 와 $1 - h(x)$ 가 분모와 약분된다",
                en="$h(x)$ and $1 - h(x)$ cancel against the denominators",
            ),
        ),
        by(
            expand,
            r"\left(-y + y \cdot h(x) + h(x) - y \cdot h(x) \right) \frac{\partial}{\partial w} z(x)",
            say=say(ko="괄호를 푼다", en="Multiply out"),
        ),
        by(
            collect,
            r"\boxed{(h(x) - y)} \frac{\partial}{\partial w} z(x)",
            say=say(ko="같은 항이 지워진다", en="Equal terms cancel"),
        ),
        by(
            definition("z"),
            r"(h(x) - y) \frac{\partial}{\partial w} (x \times w + b)",
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


# ------------------------------------------------------------------ all samples, all features

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


def derivation() -> Derivation:
    """The derivation: lemmas in order, slides, errata."""
    lemmas = (
        *references(),
        mean("w_j", "w"),
        mean("b", "b"),
        any_hypothesis(),
        sigmoid_slope(),
        hypothesis_slope(),
        one_sample(),
        slope_of_z_in_w(),
        slope_of_z_in_b(),
        slope_of_sample_hypothesis("w_j", "w"),
        slope_of_sample_hypothesis("b", "b"),
        sample("w_j", "w", r"x^{(i)}_j"),
        sample("b", "b", ""),
        gradient("w_j", "w", r"x^{(i)}_j"),
        gradient("b", "b", ""),
        *stable.lemmas(SIGMOID),
    )
    return Derivation(
        name="bce",
        title=say(
            ko="이진 교차 엔트로피 손실의 기울기",
            en="The gradient of the binary cross-entropy loss",
        ),
        domain=ALL.domain,
        definitions=(*ALL.defined, *ONE.more("", Z, H, ELL).defined),
        lemmas=lemmas,
        results=("gradient in w", "gradient in b"),
        slides=slides.slides(),
        errata=errata.errata(),
    )
