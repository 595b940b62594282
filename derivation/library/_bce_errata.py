"""What the source of this derivation gets wrong, and what was done about it.

The source is a deck of 46 slide states; ``where`` gives them as pages. Four of its formulas are false:
each is stated as written, refuted, and put right. The rest are inconsistencies of notation.
"""

from __future__ import annotations

from derivation.derivation import Erratum
from derivation.writing import Board, say

_FUNCTIONS = Board("x real, g(x) function, h(x) nonzero")

_NAMES = (
    (r"z(v)", r"v \times w + b"),
    (r"h(v)", r"\text{sigmoid}(z(v))"),
)
_LOSS = r" \left(-y^{(i)} \log(h(x^{(i)})) - (1 - y^{(i)}) \log(1 - h(x^{(i)})) \right)"
# The source sums from 0 to m; so that this means something, its data start at 0 here.
_AS_WRITTEN = Board(
    "m integer >= 1, x[0..m] real, y[0..m] real, w, b real",
    (*_NAMES, (r"L", r"\frac{1}{m} \sum_{i=0}^{m}" + _LOSS)),
)
_CORRECTED = Board(
    "m integer >= 1, x[1..m] real, y[1..m] real, w, b real",
    (*_NAMES, (r"L", r"\frac{1}{m} \sum_{i=1}^{m}" + _LOSS)),
)


def errata() -> tuple[Erratum, ...]:
    """The false formulas first, then the notation."""
    return (*_formulas(), *_notation())


def _formulas() -> tuple[Erratum, ...]:
    slope = r"\frac{\partial L}{\partial w}"
    slope_b = r"\frac{\partial L}{\partial b}"
    return (
        _FUNCTIONS.erratum(
            "p. 24-26",
            "sign",
            say(
                ko="몫의 법칙에서 분자의 두 항이 뒤바뀌어 부호가 반대이다. 바로 아래의 응용과도 맞지 않는다.",
                en="The two parts of the numerator are swapped, so the sign is wrong; it also "
                "contradicts the application right below it.",
            ),
            left=r"\frac{d}{dx} \frac{g(x)}{h(x)}",
            wrong=r"\frac{g(x) h'(x) - g'(x) h(x)}{h(x)^2}",
            right=r"\frac{g'(x) h(x) - g(x) h'(x)}{h(x)^2}",
        ),
        Board("x real").erratum(
            "p. 24-26",
            "factor",
            say(
                ko="지수의 부호는 미분한 뒤에도 남는다.",
                en="The minus in the exponent stays when it is differentiated.",
            ),
            left=r"\frac{d}{dx} e^{-x}",
            wrong=r"-e^x",
            right=r"-e^{-x}",
        ),
        _AS_WRITTEN.erratum(
            "p. 46",
            "factor",
            say(
                ko="손실은 평균인데 기울기에서 $1/m$ 이 빠졌다.",
                en="The loss is a mean, but its gradient has lost the $1/m$.",
            ),
            left=slope,
            wrong=r"\sum_{i=0}^{m} (h(x^{(i)}) - y^{(i)}) x^{(i)}",
            right=r"\frac{1}{m} \sum_{i=1}^{m} (h(x^{(i)}) - y^{(i)}) x^{(i)}",
            corrected=_CORRECTED,
        ),
        _AS_WRITTEN.erratum(
            "p. 46",
            "factor",
            say(
                ko="절편에 대한 기울기에도 $1/m$ 이 없고, 유도 과정도 없다.",
                en="The gradient in the intercept lacks the $1/m$ too, and is never derived.",
            ),
            left=slope_b,
            wrong=r"\sum_{i=0}^{m} (h(x^{(i)}) - y^{(i)})",
            right=r"\frac{1}{m} \sum_{i=1}^{m} (h(x^{(i)}) - y^{(i)})",
            corrected=_CORRECTED,
        ),
    )


def _notation() -> tuple[Erratum, ...]:
    rows = (
        (
            "p. 2-6, 46",
            "range",
            "합이 0부터 $m$ 까지라 항이 $m + 1$ 개인데 $m$ 으로 나누고 평균이라 부른다. 여기서는 1부터 $m$ 까지 더한다.",
            "Sums run from 0 to $m$, which is $m + 1$ terms, yet are divided by $m$ and called a mean. Here they run from 1 to $m$.",
        ),
        (
            "p. 2, 3, 20",
            "redefinition",
            "절편 $b$ 가 합 안에 있어 여러 번 더해지지만, 뒤에서는 한 번만 더한다. 여기서는 합 밖에 둔다.",
            "The intercept $b$ stands inside the sum, so it is added many times, but later only once. Here it stands outside.",
        ),
        (
            "p. 2-7",
            "redefinition",
            "같은 이름 $L$ 이 처음에는 평균, 나중에는 한 표본의 손실이다. 여기서 한 표본의 손실은 $\\ell$ 이다.",
            "The one name $L$ is first the mean and then the loss of one sample. Here the latter is $\\ell$.",
        ),
        (
            "p. 2-6",
            "index",
            "$i$ 와 $m$ 이 표본과 특성을 함께 센다. 여기서 표본은 $i \\le m$, 특성은 $j \\le d$ 이다.",
            "$i$ and $m$ count samples and features alike. Here samples have $i \\le m$ and features $j \\le d$.",
        ),
        (
            "p. 2-6",
            "kind",
            "$z$ 는 모든 성분을 더하는데 $h(x^{(i)})$ 는 성분 하나를 넘긴다.",
            "$z$ sums over all entries, but $h(x^{(i)})$ hands it a single one.",
        ),
        (
            "p. 3",
            "index",
            "$L$ 안에서 묶인 첨자 $i$ 로 $w^{(i)}$ 를 고른다. 여기서는 자유로운 첨자 $j$ 를 쓴다.",
            "The derivative is by $w^{(i)}$ although $i$ is bound inside $L$. Here it is the free $j$.",
        ),
        (
            "p. 2-46",
            "hidden parameter",
            "$w$ 로 미분하지만 $h(x)$, $z(x)$, $L(x)$ 에는 $w$ 가 적혀 있지 않다. 여기서는 $h(x; w, b)$ 로 선언한다.",
            "The derivative is by $w$, which $h(x)$, $z(x)$ and $L(x)$ do not show. Here $h(x; w, b)$ is declared.",
        ),
        (
            "p. 23",
            "undefined name",
            "시그모이드를 정의하지 않고 쓴다.",
            "The sigmoid is used without a definition.",
        ),
        (
            "p. 13-46",
            "name reuse",
            "$h$ 가 가설, 합성함수의 안쪽 함수, 분모를 모두 가리킨다. 참고 상자는 저마다 자기 함수를 선언한다.",
            "$h$ is the hypothesis, an inner function and a denominator. Here each reference box declares its own functions.",
        ),
        (
            "p. 36-46",
            "prose",
            "글에는 $x$ 로 미분한다고 되어 있으나 $w$ 로 미분하는 것이다.",
            "The prose says that the derivative is by $x$; it is by $w$.",
        ),
        (
            "p. 9, 10",
            "note",
            "미분 기호가 어디까지 걸리는지 분명하지 않다. 여기서는 뒤따르는 곱 전체에 걸린다.",
            "It is unclear how far the derivative sign reaches. Here it takes the whole product that follows.",
        ),
        (
            "p. 45, 46",
            "missing step",
            "표본에 대한 합이 아무 단계 없이 돌아온다. 여기서는 평균을 미룬 것도 되돌린 것도 증명된 단계이다.",
            "The sum over the samples returns without a step. Here both setting it aside and bringing it back are proved steps.",
        ),
    )
    return tuple(Erratum(where, kind, say(ko, en)) for where, kind, ko, en in rows)
