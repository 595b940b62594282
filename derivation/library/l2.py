"""The gradient of the L2 penalty on the weights, and of a loss to which it is added.

The penalty is half of lambda times the sum of the squared weights; the intercept b is not in
it. The loss is any mean over samples of functions of the weights and of b.
"""

from __future__ import annotations

from derivation.derivation import Derivation, Lemma
from derivation.library import _l2_slides as slides
from derivation.rules import (
    arithmetic,
    constant_factor,
    definition,
    derivative_of_constant,
    expand,
    factor,
    kronecker_delta,
    kronecker_derivative,
    lemma,
    linearity,
    power_rule,
    sum_rule,
)
from derivation.writing import Board, by, say

PENALTY = (r"R", r"\frac{\lambda}{2} \sum_{k=1}^{d} w_k^2")
LOSS = (r"L", r"\frac{1}{m} \sum_{i=1}^{m} \ell(i)")
TOTAL = (r"J", r"L + R")

WEIGHTS = Board("d integer >= 1, w[1..d] real, b real, lambda real, j in 1..d", (PENALTY,))
ALL = WEIGHTS.more("m integer >= 1, ell(i; w, b) function", LOSS, TOTAL)


def penalty_in_w() -> Lemma:
    """lambda w_j."""
    d = r"\frac{\partial}{\partial w_j}"
    return WEIGHTS.lemma(
        "penalty in w",
        say(ko="벌점을 한 가중치로 미분", en="The slope of the penalty in one weight"),
        r"\frac{\partial R}{\partial w_j}",
        by(
            definition("R"),
            rf"{d} \frac{{\lambda}}{{2}} \sum_{{k=1}}^{{d}} w_k^2",
            say=say(ko="벌점의 정의를 넣는다", en="Insert the definition of the penalty"),
        ),
        by(
            constant_factor,
            sum_rule,
            rf"\frac{{\lambda}}{{2}} \sum_{{k=1}}^{{d}} {d} w_k^2",
            say=say(
                ko="상수는 밖으로, 미분은 합 안으로",
                en="The constant moves out, the derivative into the sum",
            ),
        ),
        by(
            power_rule,
            rf"\frac{{\lambda}}{{2}} \sum_{{k=1}}^{{d}} 2 w_k \hla{{{d} w_k}}",
            say=say(
                ko="제곱을 미분하고, 안쪽 함수의 미분을 곱한다",
                en="Differentiate the square, times the derivative of what is inside",
            ),
        ),
        by(
            kronecker_derivative,
            r"\frac{\lambda}{2} \sum_{k=1}^{d} 2 w_k \key{\delta_{kj}}",
            say=say(
                ko="$w_k$ 를 $w_j$ 로 미분하면 $k = j$ 일 때만 1이다",
                en="$w_k$ by $w_j$ is 1 for $k = j$, else 0",
            ),
        ),
        by(
            kronecker_delta,
            r"\frac{\lambda}{2} \cdot 2 w_j",
            say=say(ko="합에서 한 항만 남는다", en="One term of the sum is left"),
        ),
        by(
            arithmetic,
            r"\boxed{\lambda w_j}",
            say=say(ko="절반과 2가 지워진다", en="The half and the 2 cancel"),
        ),
    )


def penalty_in_b() -> Lemma:
    """0."""
    d = r"\frac{\partial}{\partial b}"
    return WEIGHTS.lemma(
        "penalty in b",
        say(ko="벌점을 절편으로 미분", en="The slope of the penalty in the intercept"),
        r"\frac{\partial R}{\partial b}",
        by(
            definition("R"),
            rf"{d} \frac{{\lambda}}{{2}} \sum_{{k=1}}^{{d}} w_k^2",
            say=say(ko="벌점의 정의를 넣는다", en="Insert the definition of the penalty"),
        ),
        by(
            derivative_of_constant,
            r"\boxed{0}",
            say=say(ko="벌점에는 $b$ 가 들어 있지 않다", en="There is no $b$ in the penalty"),
        ),
    )


def total(parameter: str, slope: str) -> Lemma:
    """The gradient of L + R: that of L, plus ``slope``."""
    d = rf"\frac{{\partial}}{{\partial {parameter}}}"
    name = parameter[0]
    lines = [
        by(
            definition("J"),
            rf"{d} (L + R)",
            say=say(ko="벌점을 더한 손실", en="The loss with its penalty"),
        ),
        by(
            linearity,
            rf"{d} L + {d} R",
            say=say(
                ko="합을 미분할 때는 항마다 미분하면 된다",
                en="A sum is differentiated term by term",
            ),
        ),
        by(
            lemma(f"penalty in {name}"),
            rf"\boxed{{\frac{{\partial L}}{{\partial {parameter}}}{slope}}}",
            say=say(ko="벌점의 도함수를 넣는다", en="Insert the slope of the penalty"),
        ),
    ]
    return ALL.lemma(
        f"total in {name}",
        say(
            ko=f"벌점을 더한 손실을 ${parameter}$ 로 미분",
            en=f"The loss with its penalty, in ${parameter}$",
        ),
        rf"\frac{{\partial J}}{{\partial {parameter}}}",
        *lines,
    )


def weight_decay() -> Lemma:
    """A step of gradient descent shrinks each weight first."""
    slope = r"\frac{\partial L}{\partial w_j}"
    return ALL.more("eta real").lemma(
        "weight decay",
        say(ko="한 걸음의 경사 하강: 가중치가 줄어든다", en="One step of descent: weights decay"),
        r"w_j - \eta \frac{\partial J}{\partial w_j}",
        by(
            lemma("total in w"),
            rf"w_j - \eta \left({slope} + \lambda w_j \right)",
            say=say(ko="기울기를 넣는다", en="Insert the gradient"),
        ),
        by(
            expand,
            rf"w_j - \eta {slope} - \eta \lambda w_j",
            say=say(ko="괄호를 푼다", en="Multiply out"),
        ),
        by(
            factor,
            rf"\hla{{(1 - \eta \lambda)}} w_j - \eta {slope}",
            say=say(
                ko="$w_j$ 가 든 항을 묶으면, 먼저 줄이고 그다음 내려가는 것이다",
                en="Collect what holds $w_j$: the weight shrinks first, then steps down",
            ),
        ),
    )


def derivation() -> Derivation:
    """The derivation: lemmas in order, slides, errata."""
    return Derivation(
        name="l2",
        title=say(ko="L2 벌점의 기울기", en="The gradient of the L2 penalty"),
        domain=ALL.domain,
        definitions=ALL.defined,
        lemmas=(
            penalty_in_w(),
            penalty_in_b(),
            total("w_j", r" + \lambda w_j"),
            total("b", ""),
            weight_decay(),
        ),
        results=("penalty in w", "penalty in b", "total in w", "total in b"),
        slides=slides.slides(),
        errata=slides.errata(WEIGHTS),
        common_mistakes=True,
    )
