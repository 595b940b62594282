"""The slips that are common in the gradient of the softmax, refuted and put right."""

from __future__ import annotations

from derivation.derivation import Erratum
from derivation.library._softmax_boards import CLASSES, LABELLED, LABELS
from derivation.writing import Board, say

__all__ = ["errata"]

_SLOPE = r"\frac{\partial \ell}{\partial z_a}"
_TOTAL = r"\sum_{q=1}^{C} e^{z_q}"


def errata() -> tuple[Erratum, ...]:
    """The sigmoid's slope, a turned sign, a lost hypothesis, half a shift."""
    return (
        CLASSES.erratum(
            "(1)",
            "missing step",
            say(
                ko="시그모이드처럼 미분하였다. 분모에는 모든 $z_q$ 가 있으므로 $a$ 가 $c$ 와 달라도 도함수가 0이 아니고, 값도 다르다.",
                en="Differentiated as if it were a sigmoid. The denominator has every $z_q$ in it, so for "
                "$a$ other than $c$ the slope is another one.",
            ),
            left=r"\frac{\partial p_c}{\partial z_a}",
            wrong=r"p_c (1 - p_c)",
            right=r"p_c (\delta_{ca} - p_a)",
        ),
        CLASSES.erratum(
            "(2)",
            "missing step",
            say(
                ko="분모를 상수로 보았다.",
                en="The denominator was taken for a constant.",
            ),
            left=r"\frac{\partial p_c}{\partial z_a}",
            wrong=r"p_c \delta_{ca}",
            right=r"p_c (\delta_{ca} - p_a)",
        ),
        Board(f"{LABELLED.given}, {LABELS}", LABELLED.definitions).erratum(
            "(3)",
            "sign",
            say(
                ko="오차의 순서가 뒤바뀌었다.",
                en="The error is turned round.",
            ),
            left=_SLOPE,
            wrong=r"y_a - p_a",
            right=r"p_a - y_a",
        ),
        LABELLED.erratum(
            "(4)",
            "hypothesis",
            say(
                ko="정답의 합이 1이 아닐 수 있는데 1인 것으로 썼다.",
                en="The labels need not sum to 1 here, but the formula takes it that they do.",
            ),
            left=_SLOPE,
            wrong=r"p_a - y_a",
            right=r"p_a \sum_{c=1}^{C} y_c - y_a",
        ),
        CLASSES.more("M real").erratum(
            "(5)",
            "missing step",
            say(
                ko="$M$ 을 분자에서만 뺐다. 분모의 모든 항에서도 빼야 값이 그대로이다.",
                en="$M$ is taken off above only. It must be taken off in every term below, too.",
            ),
            left=r"p_c",
            wrong=rf"\frac{{e^{{z_c - M}}}}{{{_TOTAL}}}",
            right=r"\frac{e^{z_c - M}}{\sum_{q=1}^{C} e^{z_q - M}}",
        ),
    )
