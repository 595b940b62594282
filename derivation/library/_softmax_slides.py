"""The slides of the softmax cross-entropy: one sample in its z, the shift, all samples."""

from __future__ import annotations

from derivation.derivation import Box, Formula, Note, Question, Slide, Step
from derivation.library._deck import FIRST, SECOND, chains, reveal, rows, taken_up
from derivation.writing import say

__all__ = ["slides"]


def slides() -> tuple[Slide, ...]:
    """The problem, one sample, the shift, all samples, the result."""
    return (_problem(), *_softmax(), *_one_sample(), *_shift(), *_samples(), *_results())


def _problem() -> Slide:
    return Slide(
        say(ko="무엇을 구하는가", en="What is wanted"),
        (
            Step(
                (
                    Formula(
                        r"z^{(i)}_c",
                        say(
                            ko="클래스마다 일차식 하나, $c = 1$ 부터 $C$ 까지",
                            en="one linear predictor for each class, $c = 1$ to $C$",
                        ),
                    ),
                    Formula(
                        r"S^{(i)}",
                        say(ko="모든 클래스의 지수의 합", en="the exponentials of all classes"),
                    ),
                    Formula(
                        r"p^{(i)}_c",
                        say(
                            ko="소프트맥스: 클래스의 확률", en="the softmax: a class's probability"
                        ),
                    ),
                    Formula(
                        r"\ell^{(i)}",
                        say(
                            ko="교차 엔트로피, 로그를 풀어 쓴 꼴",
                            en="the cross-entropy, with its logarithm written out",
                        ),
                    ),
                    Formula(r"L", say(ko="표본 $m$ 개의 평균", en="the mean over $m$ samples")),
                )
            ),
            Step((Question("gradient in w"), Question("gradient in b"))),
        ),
        say(
            ko="표본은 클래스 $C$ 개 가운데 하나이다. 정답 $y^{(i)}_c$ 는 그 클래스에서 1이고 나머지에서 0이거나, 확률이다.",
            en="A sample belongs to one of $C$ classes. Its labels $y^{(i)}_c$ are 1 for this class "
            "and else 0, or they are probabilities.",
        ),
    )


def _softmax() -> tuple[Slide, ...]:
    return (
        Slide(
            say(ko="소프트맥스를 미분한다", en="Differentiate the softmax"),
            (
                Step((Formula(r"p_c"),)),
                Step((rows("softmax slope", 0, 1),)),
                *reveal("softmax slope", 2, 3),
            ),
            say(
                ko="표본 하나면 첨자 $(i)$ 를 떼고 쓴다. $z_a$ 는 분모에 늘 있고, 분자에는 $a = c$ 일 때만 있다.",
                en="One sample is written without its index $(i)$. The denominator always has $z_a$ in it, "
                "the numerator only for $a = c$.",
            ),
        ),
        Slide(
            say(ko="다시 소프트맥스로", en="Back to the softmax"),
            (
                Step((taken_up("softmax slope", 3),)),
                *reveal("softmax slope", 4, 7),
            ),
            say(
                ko="$\\delta_{ca}$ 는 $c = a$ 이면 1, 아니면 0이다.",
                en="$\\delta_{ca}$ is 1 for $c = a$, else 0.",
            ),
        ),
    )


def _one_sample() -> tuple[Slide, ...]:
    return (
        Slide(
            say(ko="손실을 미분한다", en="Differentiate the loss"),
            (
                Step((Formula(r"\ell"), Question("one sample"))),
                Step((rows("one sample", 0, 1),)),
                Step((rows("one sample", 2, 2),), (FIRST,)),
                Step((rows("one sample", 3, 3),)),
                Step(
                    (
                        Note(
                            say(
                                ko="이 미분은 앞에서 구하였다.",
                                en="This derivative is known from before.",
                            )
                        ),
                    ),
                    (SECOND,),
                ),
            ),
        ),
        Slide(
            say(ko="넣고 약분한다", en="Insert and cancel"),
            (
                Step((taken_up("one sample", 3),)),
                Step((Box("softmax slope"),)),
                *reveal("one sample", 4, 7),
            ),
        ),
        Slide(
            say(ko="정답의 합은 1이다", en="Labels sum to 1"),
            (
                Step((rows("labels that sum to 1", 0, 1),)),
                Step((), (FIRST,)),
                *reveal("labels that sum to 1", 2, 2),
                Step(
                    (
                        Note(
                            say(
                                ko="예측에서 정답을 뺀 것: 시그모이드, 제곱 오차, 푸아송에서와 같다.",
                                en="The prediction minus the label: as with the sigmoid, the squared "
                                "error and the Poisson loss.",
                            )
                        ),
                    )
                ),
            ),
        ),
    )


def _shift() -> tuple[Slide, ...]:
    return (
        Slide(
            say(ko="모든 $z$ 에서 같은 수를 뺀다", en="Take the same number off every $z$"),
            (
                Step((rows("shift", 0, 1),)),
                *reveal("shift", 2, 4),
                Step(
                    (
                        Note(
                            say(
                                ko="$M$ 이 가장 큰 $z$ 이면 어느 지수도 1을 넘지 않는다.",
                                en="If $M$ is the largest $z$, no exponential exceeds 1.",
                            )
                        ),
                    )
                ),
            ),
            say(
                ko="컴퓨터에서는 $e^{1000}$ 을 담을 수 없다. 그래도 소프트맥스는 계산할 수 있다.",
                en="No computer can hold $e^{1000}$; the softmax can be had all the same.",
            ),
        ),
        chains(
            say(ko="소프트맥스의 로그", en="The logarithm of the softmax"),
            ("log of p", 3),
            introduction=say(
                ko="로그를 먼저 취하면 나눗셈도 사라진다.",
                en="With the logarithm taken first, the division goes, too.",
            ),
        ),
    )


def _samples() -> tuple[Slide, ...]:
    return (
        chains(
            say(
                ko="모든 표본: 손실은 교차 엔트로피",
                en="All samples: the loss is the cross-entropy",
            ),
            ("cross-entropy", 4),
        ),
        chains(
            say(ko="평균은 잠시 미뤄 둔다", en="The mean can wait"),
            ("mean, in w", 2),
            ("mean, in b", 2),
        ),
        chains(
            say(
                ko="$z$ 를 가중치와 절편으로 미분", en="The slope of $z$ in weights and intercepts"
            ),
            ("slope of z, in w", 3),
            ("slope of z, in b", 2),
            introduction=say(
                ko="가중치 $w_{jc}$ 는 클래스 $c$ 의 $z$ 에만 들어 있다.",
                en="The weight $w_{jc}$ is only in the $z$ of class $c$.",
            ),
        ),
        *_sample("w", "w_{jc}"),
        *_sample("b", "b_c"),
    )


def _sample(name: str, parameter: str) -> tuple[Slide, ...]:
    lemma = f"sample, in {name}"
    return (
        Slide(
            say(ko=f"표본 하나를 ${parameter}$ 로 미분", en=f"One sample, by ${parameter}$"),
            (Step((rows(lemma, 0, 1),)), *reveal(lemma, 2, 4)),
        ),
        Slide(
            say(
                ko=f"지수의 합을 ${parameter}$ 로 미분",
                en=f"The exponentials, by ${parameter}$",
            ),
            (Step((taken_up(lemma, 4), rows(lemma, 5, 5))), *reveal(lemma, 6, 8)),
            say(
                ko="$t^{(i)}$ 는 정답의 합이다.",
                en="$t^{(i)}$ is the sum of the labels.",
            ),
        ),
        Slide(
            say(ko=f"오차에 이른다 (${parameter}$)", en=f"The error (${parameter}$)"),
            (
                Step((taken_up(lemma, 8),)),
                Step((rows(lemma, 9, 9),)),
                Step((rows(lemma, 10, 10),)),
                Step((rows(lemma, 11, 11),)),
            ),
        ),
    )


def _results() -> tuple[Slide, ...]:
    return (
        Slide(
            say(ko="평균이 돌아온다", en="The mean comes back"),
            (
                Step((rows("gradient in w", 0, 2),)),
                Step((rows("gradient in w", 11, 11),)),
                Step((rows("gradient in b", 0, 1),)),
                Step((rows("gradient in b", 11, 11),)),
            ),
            say(
                ko="평균 안에서도 표본 하나와 같은 열 줄을 거친다. 여기에는 처음과 끝만 적는다.",
                en="Under the mean come the same ten lines as for one sample; "
                "here are the first and the last.",
            ),
        ),
        Slide(
            say(
                ko="어떤 정답이든, 그리고 합이 1인 정답", en="Any labels, and labels that sum to 1"
            ),
            (
                Step((Box("gradient in w"), Box("gradient in b"))),
                Step((Box("sample, in w"), Box("sample, in b"))),
                Step(
                    (
                        Note(
                            say(
                                ko="위의 둘은 어떤 정답에서나, 아래 둘은 표본의 정답의 합이 1일 때 성립한다.",
                                en="The first two hold for any labels, the last two where the labels of "
                                "the sample sum to 1.",
                            )
                        ),
                    )
                ),
            ),
        ),
    )
