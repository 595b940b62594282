"""The slides of the Poisson loss, and the slips that are common in its gradient."""

from __future__ import annotations

from derivation.derivation import Box, Erratum, Formula, Note, Question, Slide, Step
from derivation.library._deck import FIRST, SECOND, chains, reveal, rows, taken_up
from derivation.library._linear import RESIDUAL
from derivation.library._linear_slides import every_sample, mean_can_wait, problem
from derivation.writing import Board, say

__all__ = ["errata", "slides"]


def slides() -> tuple[Slide, ...]:
    """The problem, where the loss comes from, one sample, all samples, the result."""
    return (
        problem(
            say(ko="예측: 평균 개수, 늘 양수", en="the prediction: a mean count, always positive"),
            say(
                ko="한 표본의 손실, $y^{(i)} \\ge 0$",
                en="the loss of one sample, $y^{(i)} \\ge 0$",
            ),
        ),
        *_likelihood(),
        mean_can_wait(),
        *_one_sample(),
        *every_sample(
            chains(
                say(ko="가설의 미분, 표본마다", en="The slope of the hypothesis, for each sample"),
                ("slope of h, in w", 3),
                ("slope of h, in b", 3),
            ),
            rewrites=6,
        ),
    )


def _likelihood() -> tuple[Slide, ...]:
    return (
        Slide(
            say(ko="손실은 어디에서 오는가", en="Where the loss comes from"),
            (
                Step((rows("likelihood", 0, 1),)),
                *reveal("likelihood", 2, 3),
                Step(
                    (
                        Note(
                            say(
                                ko="마지막 항에는 $h$ 가 없다.",
                                en="There is no $h$ in the last term.",
                            )
                        ),
                    ),
                    (FIRST,),
                ),
            ),
            say(
                ko="평균이 $h$ 인 푸아송 분포에서 개수 $y$ 가 나올 확률의 로그에 음의 부호를 붙인다.",
                en="Minus the logarithm of the probability of the count $y$ "
                "in a Poisson distribution of mean $h$.",
            ),
        ),
        Slide(
            say(ko="상수는 빼도 된다", en="A constant may go"),
            (
                Step((Formula(r"\ell(x)"),)),
                Step((rows("same slope", 0, 1),), (FIRST,)),
                *reveal("same slope", 2, 3),
            ),
            say(
                ko="기울기만 쓸 것이므로 손실에는 $\\log(y!)$ 을 넣지 않는다.",
                en="Only the slope is used, so the loss goes without $\\log(y!)$.",
            ),
        ),
    )


def _one_sample() -> tuple[Slide, ...]:
    return (
        Slide(
            say(ko="미분을 괄호 안으로", en="The derivative moves inward"),
            (
                Step((Formula(r"\ell(x)"), Question("any hypothesis"))),
                Step((rows("any hypothesis", 0, 1),)),
                Step((rows("any hypothesis", 2, 2),)),
                Step(
                    (
                        Note(
                            say(
                                ko="로그 안에 $h(x)$ 가 들어 있다.",
                                en="The logarithm has $h(x)$ inside.",
                            )
                        ),
                    ),
                    (FIRST,),
                ),
            ),
            say(
                ko="아직 $h$ 가 무엇인지는 쓰지 않는다. 값이 양수인 어떤 함수라도 좋다.",
                en="What $h$ is does not matter yet: any function with positive values will do.",
            ),
        ),
        Slide(
            say(ko="같은 미분으로 묶는다", en="Factor out what is common"),
            (
                Step((taken_up("any hypothesis", 2),)),
                *reveal("any hypothesis", 3, 4),
                Step(
                    (
                        Note(
                            say(
                                ko="이제 이 미분 하나만 구하면 된다.",
                                en="This one derivative is all that is left to find.",
                            )
                        ),
                    ),
                    (SECOND,),
                ),
            ),
        ),
        Slide(
            say(ko="가설을 미분한다", en="Differentiate the hypothesis"),
            (
                Step((Formula(r"z(x)"), Formula(r"h(x)"))),
                Step((rows("slope of h", 0, 1),)),
                *reveal("slope of h", 2, 3),
                Step((Box("slope of h"),)),
            ),
            say(
                ko="지수함수라서 미분에 $h$ 자신이 다시 나온다.",
                en="It is an exponential, so $h$ itself comes back in its slope.",
            ),
        ),
        Slide(
            say(ko="대입하고 약분한다", en="Substitute and cancel"),
            (
                Step((rows("one sample", 0, 1),)),
                *reveal("one sample", 2, 5),
                Step((Box("one sample"),)),
            ),
        ),
    )


def errata(board: Board) -> tuple[Erratum, ...]:
    """A lost slope, a lost mean, a turned sign; ``board`` is that of all samples."""
    slope = r"\frac{\partial L}{\partial w_j}"
    right = rf"\frac{{1}}{{m}} \sum_{{i=1}}^{{m}} {RESIDUAL} x^{{(i)}}_j"
    return (
        board.erratum(
            "(1)",
            "missing step",
            say(
                ko="$h$ 의 미분에서 $h$ 자신이 빠졌다. 지수함수를 미분하면 그 값이 곱해진다.",
                en="The slope of $h$ has lost its factor $h$, which the exponential brings.",
            ),
            left=slope,
            wrong=r"\frac{1}{m} \sum_{i=1}^{m} \left(1 - \frac{y^{(i)}}{h^{(i)}} \right) x^{(i)}_j",
            right=right,
        ),
        board.erratum(
            "(2)",
            "factor",
            say(
                ko="손실은 평균인데 기울기에서 $1/m$ 이 빠졌다.",
                en="The loss is a mean, but its gradient has lost the $1/m$.",
            ),
            left=slope,
            wrong=rf"\sum_{{i=1}}^{{m}} {RESIDUAL} x^{{(i)}}_j",
            right=right,
        ),
        Board("h > 0, y >= 0").erratum(
            "(3)",
            "sign",
            say(
                ko="$y!$ 은 분모에 있으므로 음의 부호를 붙이면 그 로그가 더해진다.",
                en="$y!$ is below the fraction line, so with the minus its logarithm is added.",
            ),
            left=r"-\log \left(\frac{e^{-h} h^y}{y!} \right)",
            wrong=r"h - y \log h - \log(y!)",
            right=r"h - y \log h + \log(y!)",
        ),
    )
