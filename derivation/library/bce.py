"""The gradient of the binary cross-entropy loss, line by line.

The order is that of the slides: the mean is set aside; the derivative moves into the loss of
one sample; the logarithms go by the chain rule, for *any* hypothesis h; the sigmoid has a chain
of its own; then substitution, cancellation, (h - y) x. At the end the mean comes back, for
several features, and so do the weights' companion b and the numerically stable forms.
"""

from __future__ import annotations

from derivation.derivation import Derivation, Lemma
from derivation.library import _bce_errata as errata
from derivation.library import _bce_more_slides as more_slides
from derivation.library import _bce_references as references
from derivation.library import _bce_samples as samples
from derivation.library import _bce_slides as slides
from derivation.library import _bce_stable as stable
from derivation.library._bce_boards import ALL, ELL, ONE, SIGMOID, H, Z
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
    expand,
    factor,
    fold,
    lemma,
    linearity,
    power_of_fraction,
    reciprocal_rule,
    simplify_fraction,
    split_fraction,
)
from derivation.writing import Board, by, say


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


def derivation() -> Derivation:
    """The derivation: lemmas in order, slides, errata."""
    lemmas = (
        *references.lemmas(),
        *samples.means(),
        any_hypothesis(),
        sigmoid_slope(),
        hypothesis_slope(),
        one_sample(),
        *samples.lemmas(),
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
        slides=(*slides.slides(), *more_slides.slides()),
        errata=errata.errata(),
    )
