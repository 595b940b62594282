"""The slides: 46 states in the order of the source (the title is the first)."""

from __future__ import annotations

from derivation.derivation import Box, Formula, Note, Question, Rows, Slide, Step
from derivation.term import MarkKind
from derivation.writing import say

FIRST, SECOND = MarkKind.FIRST, MarkKind.SECOND


def slides() -> tuple[Slide, ...]:
    """Those of the source, in its order."""
    return (*_problem(), *_logarithms(), *_sigmoid(), *_substitution())


def rows(lemma: str, first: int, last: int, *, head: bool = False) -> Rows:
    """Lines of a lemma; line 0 is its start and stands on the left."""
    return Rows(lemma, first, last, head=head or first == 0)


def taken_up(lemma: str, line: int) -> Rows:
    """``start = line``: where a slide takes up the chain of an earlier one."""
    return Rows(lemma, line, line, head=True)


def reveal(lemma: str, first: int, last: int) -> tuple[Step, ...]:
    """One line a step."""
    return tuple(Step((rows(lemma, line, line),)) for line in range(first, last + 1))


# ------------------------------------------------------------------ states 2 to 10


def _problem() -> tuple[Slide, ...]:
    return (
        Slide(
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
                        Formula(
                            r"h^{(i)}", say(ko="가설: 확률", en="the hypothesis: a probability")
                        ),
                        Formula(
                            r"\ell^{(i)}", say(ko="한 표본의 손실", en="the loss of one sample")
                        ),
                        Formula(r"L", say(ko="표본 $m$ 개의 평균", en="the mean over $m$ samples")),
                    )
                ),
                Step((Question("gradient in w"),)),
            ),
            say(
                ko="경사 하강법에 쓰려면 손실을 가중치 하나하나로 미분해야 한다.",
                en="Gradient descent needs the derivative of the loss by every weight.",
            ),
        ),
        Slide(
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
        ),
        Slide(
            say(ko="미분을 괄호 안으로", en="The derivative moves inward"),
            (
                Step((Formula(r"\ell(x)"), Question("any hypothesis"))),
                Step((rows("any hypothesis", 0, 1),)),
                *reveal("any hypothesis", 2, 3),
            ),
            say(
                ko="아직 $h$ 가 무엇인지는 쓰지 않는다. 값이 0과 1 사이인 어떤 함수라도 좋다.",
                en="What $h$ is does not matter yet: any function with values between 0 and 1 will do.",
            ),
        ),
    )


# ------------------------------------------------------------------ states 11 to 22


def _logarithms() -> tuple[Slide, ...]:
    boxes = (Box("log"), Box("chain"), Box("log of a function"))
    return (
        Slide(
            say(ko="로그를 미분한다", en="Differentiate the logarithms"),
            (
                Step((taken_up("any hypothesis", 3),)),
                Step(
                    (
                        Note(
                            say(
                                ko="로그 안에 $h(x)$ 가 들어 있다.",
                                en="Each logarithm has $h(x)$ inside.",
                            )
                        ),
                    ),
                    (FIRST,),
                ),
                Step(boxes),
                Step((rows("any hypothesis", 4, 4),)),
            ),
            say(
                ko="로그의 도함수와 연쇄 법칙만 쓰면 $h$ 의 미분만 남는다.",
                en="With the logarithm and the chain rule, only the derivative of $h$ is left.",
            ),
        ),
        Slide(
            say(ko="같은 미분으로 묶는다", en="Factor out what is common"),
            (
                Step((taken_up("any hypothesis", 4), rows("any hypothesis", 5, 5))),
                Step((rows("any hypothesis", 6, 6),)),
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
                Step((taken_up("any hypothesis", 6),)),
                Step((), (SECOND,)),
                Step((Formula(r"z(x)"), Formula(r"h(x)"))),
                Step((rows("slope of h", 0, 1),)),
                Step(
                    (
                        Note(
                            say(
                                ko="시그모이드를 미분할 줄 알아야 한다.",
                                en="So the slope of the sigmoid is needed first.",
                            )
                        ),
                    ),
                    (FIRST,),
                ),
            ),
            say(
                ko="$h$ 는 $z$ 에 시그모이드를 씌운 것이다.",
                en="$h$ is the sigmoid of $z$.",
            ),
        ),
    )


# ------------------------------------------------------------------ states 23 to 35


def _sigmoid() -> tuple[Slide, ...]:
    boxes = (Box("quotient"), Box("reciprocal"), Box("exponential"), Box("falling exponential"))
    return (
        Slide(
            say(ko="시그모이드의 도함수", en="The slope of the sigmoid"),
            (
                Step((rows("sigmoid slope", 0, 1),)),
                Step(boxes),
                *reveal("sigmoid slope", 2, 3),
            ),
            say(
                ko="역수의 미분과 지수함수의 미분이면 충분하다.",
                en="The derivatives of a reciprocal and of an exponential are enough.",
            ),
        ),
        Slide(
            say(ko="1을 더하고 빼는 요령", en="Add 1 and take it away"),
            (
                Step((taken_up("sigmoid slope", 3),)),
                *reveal("sigmoid slope", 4, 6),
                Step(
                    (
                        Note(
                            say(
                                ko="두 항이 모두 시그모이드로 되어 있다.",
                                en="Both terms are made of the sigmoid itself.",
                            )
                        ),
                    )
                ),
            ),
            say(
                ko="미분은 끝났다. 남은 것은 식을 다듬는 일이다.",
                en="The calculus is done; what is left is algebra.",
            ),
        ),
        Slide(
            say(ko="다시 시그모이드로", en="Back to the sigmoid"),
            (
                Step((taken_up("sigmoid slope", 6),)),
                *reveal("sigmoid slope", 7, 8),
                Step((Box("sigmoid slope"),)),
            ),
        ),
    )


# ------------------------------------------------------------------ states 36 to 46


def _substitution() -> tuple[Slide, ...]:
    return (
        Slide(
            say(ko="돌아가서 대입한다", en="Back, and substitute"),
            (
                Step((rows("one sample", 0, 1),)),
                Step((Box("sigmoid slope"), Box("chain"))),
                Step((rows("slope of h", 0, 3),)),
                Step((rows("one sample", 2, 2),)),
            ),
            say(
                ko="$w$ 로 미분하므로 $z$ 를 거치는 연쇄 법칙이 한 번 더 필요하다.",
                en="The derivative is by $w$, so the chain rule through $z$ is needed once more.",
            ),
        ),
        Slide(
            say(ko="약분하고 정리한다", en="Cancel and collect"),
            (
                Step((taken_up("one sample", 2), rows("one sample", 3, 3))),
                *reveal("one sample", 4, 5),
            ),
        ),
        Slide(
            say(ko="마지막 미분", en="The last derivative"),
            (
                Step((taken_up("one sample", 5),)),
                *reveal("one sample", 6, 7),
                Step((Box("gradient in w"), Box("gradient in b"))),
            ),
            say(
                ko="남은 것은 일차식 $z$ 의 미분뿐이다.",
                en="Only the derivative of the linear $z$ is left.",
            ),
        ),
    )
