"""The slides that every loss of one linear predictor shares: the problem, and all samples."""

from __future__ import annotations

from derivation.derivation import Box, Formula, Note, Prose, Question, Slide, Step
from derivation.library._deck import FIRST, chains, rows
from derivation.writing import say

__all__ = ["every_sample", "mean_can_wait", "problem"]


def problem(prediction: Prose, loss: Prose) -> Slide:
    """What is given and what is wanted; what h and l are comes from the loss."""
    return Slide(
        say(ko="무엇을 구하는가", en="What is wanted"),
        (
            Step(
                (
                    Formula(
                        r"z^{(i)}",
                        say(
                            ko="$i$ 번째 표본의 특성 $d$ 개, 가중치, 절편",
                            en="the $d$ features of sample $i$, weights, intercept",
                        ),
                    ),
                    Formula(r"h^{(i)}", prediction),
                    Formula(r"\ell^{(i)}", loss),
                    Formula(r"L", say(ko="표본 $m$ 개의 평균", en="the mean over $m$ samples")),
                )
            ),
            Step((Question("gradient in w"), Question("gradient in b"))),
        ),
        say(
            ko="경사 하강법에 쓰려면 손실을 가중치 하나하나와 절편으로 미분해야 한다.",
            en="Gradient descent needs the derivative of the loss by every weight and by the intercept.",
        ),
    )


def mean_can_wait() -> Slide:
    """The derivative of the mean, set aside for one sample."""
    return Slide(
        say(ko="평균은 잠시 미뤄 둔다", en="The mean can wait"),
        (
            Step((Formula("L"),)),
            Step(
                (
                    rows("mean, in w", 0, 3),
                    Note(
                        say(
                            ko="미분은 합 안으로 들어가므로 표본 하나만 미분하면 된다. 평균은 마지막에 되돌린다.",
                            en="The derivative moves into the sum, so one sample is enough. "
                            "The mean comes back at the end.",
                        )
                    ),
                ),
                (FIRST,),
            ),
            Step(
                (
                    Formula(
                        r"\ell(x)",
                        say(
                            ko="표본 하나, 특성 하나: 첨자를 떼고 쓴다",
                            en="one sample, one feature: written without indices",
                        ),
                    ),
                )
            ),
        ),
    )


def every_sample(*before: Slide, rewrites: int) -> tuple[Slide, ...]:
    """Several features, the intercept, and the mean; ``rewrites`` is that of ``sample, in w``.

    ``before`` are slides of the loss that come after those of the linear predictor.
    """
    return (
        chains(
            say(ko="특성이 여럿일 때: $z$ 의 미분", en="Several features: the slope of $z$"),
            ("slope of z, in w", 5),
            introduction=say(
                ko="$z$ 는 특성 $d$ 개의 합이다. 미분하는 가중치가 든 항만 남는다.",
                en="$z$ sums over $d$ features; only the term with the weight in question is left.",
            ),
        ),
        chains(
            say(ko="절편에 대한 $z$ 의 미분", en="The slope of $z$ in the intercept"),
            ("slope of z, in b", 3),
        ),
        *before,
        chains(
            say(ko="표본 하나를 $w_j$ 로 미분", en="One sample, by $w_j$"),
            ("sample, in w", rewrites),
        ),
        chains(
            say(ko="표본 하나를 $b$ 로 미분", en="One sample, by $b$"),
            ("sample, in b", rewrites),
        ),
        chains(
            say(
                ko="평균을 미루는 일은 절편에도 통한다",
                en="The mean can wait for the intercept too",
            ),
            ("mean, in b", 3),
        ),
        Slide(
            say(ko="평균이 돌아온다", en="The mean comes back"),
            (
                Step((rows("gradient in w", 0, 2),)),
                Step((rows("gradient in b", 0, 2),)),
                Step((Box("gradient in w"), Box("gradient in b"))),
            ),
            say(
                ko="오차에 입력을 곱해 표본마다 평균한다. 절편의 입력은 늘 1이다.",
                en="The error times the input, averaged over the samples; "
                "the input of the intercept is always 1.",
            ),
        ),
    )
