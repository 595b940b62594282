"""The Poisson loss of all samples: the chain of one sample once more, for sample i."""

from __future__ import annotations

from derivation.derivation import Lemma
from derivation.library import _linear as linear
from derivation.library._linear import ERRORS, RESIDUAL
from derivation.rules import (
    cancel,
    chain_rule,
    constant_factor,
    definition,
    derivative_of_exp,
    derivative_of_log,
    factor,
    fold,
    lemma,
    linearity,
)
from derivation.writing import Board, by, say

__all__ = ["ALL", "hypothesis_slope", "sample"]

ALL = Board(
    f"{linear.GIVEN}, y[1..m] >= 0",
    (
        linear.Z,
        (r"h^{(i)}", r"e^{z^{(i)}}"),
        (r"\ell^{(i)}", r"h^{(i)} - y^{(i)} \log h^{(i)}"),
        linear.MEAN,
    ),
)


def hypothesis_slope(parameter: str) -> Lemma:
    """The derivative of h_i = e^{z_i}."""
    d = rf"\frac{{\partial}}{{\partial {parameter}}}"
    return ALL.lemma(
        f"slope of h, in {parameter[0]}",
        say(ko=f"$h$ 를 ${parameter}$ 로 미분", en=f"The slope of $h$ in ${parameter}$"),
        rf"\frac{{\partial h^{{(i)}}}}{{\partial {parameter}}}",
        by(
            definition("h"),
            rf"{d} e^{{z^{{(i)}}}}",
            say=say(ko="$h$ 의 정의", en="The definition of $h$"),
        ),
        by(
            derivative_of_exp,
            rf"e^{{z^{{(i)}}}} {d} z^{{(i)}}",
            say=say(ko="지수함수와 연쇄 법칙", en="The exponential and the chain rule"),
        ),
        by(
            fold("h"),
            rf"h^{{(i)}} {d} z^{{(i)}}",
            say=say(ko="다시 $h$ 로 쓴다", en="Written with $h$ again"),
        ),
    )


def sample(parameter: str) -> Lemma:
    """It ends in (h_i - y_i) times the slope of z_i."""
    d = rf"\frac{{\partial}}{{\partial {parameter}}}"
    name = parameter[0]
    return ALL.lemma(
        f"sample, in {name}",
        say(
            ko=f"$i$ 번째 표본의 손실을 ${parameter}$ 로 미분",
            en=f"The loss of sample $i$ in ${parameter}$",
        ),
        rf"\frac{{\partial \ell^{{(i)}}}}{{\partial {parameter}}}",
        by(
            definition("ell"),
            rf"{d} \left(h^{{(i)}} - y^{{(i)}} \log h^{{(i)}} \right)",
            say=say(ko="손실의 정의", en="The definition of the loss"),
        ),
        by(
            linearity,
            constant_factor,
            derivative_of_log,
            chain_rule,
            rf"{d} h^{{(i)}} - y^{{(i)}} \frac{{1}}{{h^{{(i)}}}} {d} h^{{(i)}}",
            say=say(
                ko="항마다, 로그와 연쇄 법칙", en="Term by term, the logarithm and the chain rule"
            ),
        ),
        by(
            factor,
            rf"\left(1 - y^{{(i)}} \frac{{1}}{{h^{{(i)}}}} \right) {d} h^{{(i)}}",
            say=say(ko="공통인 미분으로 묶는다", en="Factor out what is common"),
        ),
        by(
            lemma(f"slope of h, in {name}"),
            rf"\left(1 - y^{{(i)}} \frac{{1}}{{h^{{(i)}}}} \right) h^{{(i)}} {d} z^{{(i)}}",
            say=say(ko="$h$ 의 도함수를 넣는다", en="Insert the slope of $h$"),
        ),
        by(
            cancel,
            rf"{RESIDUAL} {d} z^{{(i)}}",
            say=say(ko="약분", en="Cancel"),
        ),
        by(
            lemma(f"slope of z, in {name}"),
            ERRORS[parameter],
            say=say(ko="$z$ 의 도함수를 넣는다", en="Insert the slope of $z$"),
        ),
    )
