"""The slides of the squared error, and the slips that are common in its gradient."""

from __future__ import annotations

from derivation.derivation import Box, Erratum, Formula, Note, Question, Slide, Step
from derivation.library._deck import FIRST, reveal, rows, taken_up
from derivation.library._linear import RESIDUAL
from derivation.library._linear_slides import every_sample, mean_can_wait, problem
from derivation.writing import Board, say

__all__ = ["errata", "slides"]


def slides() -> tuple[Slide, ...]:
    """The problem, one sample, all samples, the result."""
    return (
        problem(
            say(ko="예측: $z$ 그대로", en="the prediction: $z$ itself"),
            say(ko="한 표본의 손실", en="the loss of one sample"),
        ),
        mean_can_wait(),
        *_one_sample(),
        *every_sample(rewrites=5),
    )


def _one_sample() -> tuple[Slide, ...]:
    return (
        Slide(
            say(ko="왜 절반인가", en="Why the half"),
            (
                Step((Formula(r"\ell(x)"),)),
                Step((rows("half a square", 0, 1),)),
                *reveal("half a square", 2, 3),
                Step((Box("half a square"),)),
            ),
            say(
                ko="절반은 최솟값의 자리를 바꾸지 않고, 미분할 때 나오는 2를 지워 준다.",
                en="The half does not move the minimum; it takes away the 2 that the derivative brings.",
            ),
        ),
        Slide(
            say(ko="제곱을 미분한다", en="Differentiate the square"),
            (
                Step((Formula(r"\ell(x)"), Question("any hypothesis"))),
                Step((rows("any hypothesis", 0, 1),)),
                *reveal("any hypothesis", 2, 3),
                Step(
                    (
                        Note(
                            say(
                                ko="제곱 안의 오차가 한 번 그대로 나오고, 한 번 미분된다.",
                                en="The error inside the square appears once as it is, once differentiated.",
                            )
                        ),
                    ),
                    (FIRST,),
                ),
            ),
            say(
                ko="아직 $h$ 가 무엇인지는 쓰지 않는다. 미분할 수 있는 어떤 함수라도 좋다.",
                en="What $h$ is does not matter yet: any function with a derivative will do.",
            ),
        ),
        Slide(
            say(ko="오차가 앞에 선다", en="The error comes first"),
            (
                Step((taken_up("any hypothesis", 3),)),
                *reveal("any hypothesis", 4, 5),
                Step(
                    (
                        Note(
                            say(
                                ko="이제 $h(x)$ 의 미분만 구하면 된다.",
                                en="Only the derivative of $h(x)$ is left to find.",
                            )
                        ),
                    )
                ),
            ),
        ),
        Slide(
            say(ko="예측은 일차식이다", en="The prediction is linear"),
            (
                Step((Formula(r"z(x)"), Formula(r"h(x)"))),
                Step((rows("one sample", 0, 1),)),
                *reveal("one sample", 2, 4),
                Step((Box("one sample"),)),
            ),
            say(
                ko="한 표본, 한 특성이면 여기서 끝난다.",
                en="For one sample and one feature this is the end.",
            ),
        ),
    )


def errata(board: Board) -> tuple[Erratum, ...]:
    """A lost mean, and an error with its sign turned; ``board`` is that of all samples."""
    slope = r"\frac{\partial L}{\partial w_j}"
    right = rf"\frac{{1}}{{m}} \sum_{{i=1}}^{{m}} {RESIDUAL} x^{{(i)}}_j"
    return (
        board.erratum(
            "(1)",
            "factor",
            say(
                ko="손실은 평균인데 기울기에서 $1/m$ 이 빠졌다. 학습률이 표본 수에 매이게 된다.",
                en="The loss is a mean, but its gradient has lost the $1/m$; the learning rate then "
                "depends on how many samples there are.",
            ),
            left=slope,
            wrong=rf"\sum_{{i=1}}^{{m}} {RESIDUAL} x^{{(i)}}_j",
            right=right,
        ),
        board.erratum(
            "(2)",
            "sign",
            say(
                ko="오차의 순서가 뒤바뀌었다. 이대로 내려가면 손실이 커진다.",
                en="The error is turned round; a descent along this would climb.",
            ),
            left=slope,
            wrong=r"\frac{1}{m} \sum_{i=1}^{m} (y^{(i)} - h^{(i)}) x^{(i)}_j",
            right=right,
        ),
        board.erratum(
            "(3)",
            "factor",
            say(
                ko="손실의 $1/2$ 이 지운 2가 다시 나타났다.",
                en="The 2 that the $1/2$ of the loss takes away is back.",
            ),
            left=r"\frac{\partial L}{\partial b}",
            wrong=rf"\frac{{2}}{{m}} \sum_{{i=1}}^{{m}} {RESIDUAL}",
            right=rf"\frac{{1}}{{m}} \sum_{{i=1}}^{{m}} {RESIDUAL}",
        ),
    )
