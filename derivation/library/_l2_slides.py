"""The slides of the L2 penalty, and the slips that are common in its gradient."""

from __future__ import annotations

from derivation.derivation import Box, Erratum, Formula, Note, Question, Slide, Step
from derivation.library._deck import FIRST, chains, reveal, rows
from derivation.writing import Board, say

__all__ = ["errata", "slides"]


def slides() -> tuple[Slide, ...]:
    """The problem, the penalty, the loss with it, a step of descent."""
    return (_problem(), *_penalty(), *_total())


def _problem() -> Slide:
    return Slide(
        say(ko="무엇을 구하는가", en="What is wanted"),
        (
            Step(
                (
                    Formula(
                        r"R",
                        say(
                            ko="벌점: 가중치 $d$ 개의 제곱의 합",
                            en="the penalty: the squares of the $d$ weights",
                        ),
                    ),
                    Formula(
                        r"L",
                        say(
                            ko="손실: 표본 $m$ 개의 평균, $\\ell$ 은 무엇이든 좋다",
                            en="the loss: a mean over $m$ samples, $\\ell$ may be anything",
                        ),
                    ),
                    Formula(
                        r"J",
                        say(ko="학습이 줄이려는 값", en="what training makes small"),
                    ),
                )
            ),
            Step((Question("penalty in w"), Question("total in w"))),
        ),
        say(
            ko="큰 가중치는 자료의 잡음까지 따라간다. 벌점은 가중치를 작게 붙든다.",
            en="Large weights follow the noise in the data; a penalty keeps them small.",
        ),
    )


def _penalty() -> tuple[Slide, ...]:
    return (
        Slide(
            say(ko="벌점을 미분한다", en="Differentiate the penalty"),
            (
                Step((rows("penalty in w", 0, 1),)),
                Step((rows("penalty in w", 2, 2),)),
                Step((rows("penalty in w", 3, 3),), (FIRST,)),
                *reveal("penalty in w", 4, 6),
            ),
            say(
                ko="$w_j$ 가 든 항은 하나뿐이라 합이 사라진다.",
                en="Only one term has $w_j$ in it, so the sum goes away.",
            ),
        ),
        Slide(
            say(ko="절편에는 벌점이 없다", en="The intercept is not penalized"),
            (
                Step((rows("penalty in b", 0, 2),)),
                Step(
                    (
                        Note(
                            say(
                                ko="절편은 예측 전체를 옮길 뿐이다. 작게 붙들 까닭이 없다.",
                                en="The intercept only moves all predictions; "
                                "there is no reason to keep it small.",
                            )
                        ),
                    )
                ),
                Step((Box("penalty in w"), Box("penalty in b"))),
            ),
        ),
    )


def _total() -> tuple[Slide, ...]:
    return (
        chains(
            say(ko="손실과 벌점을 함께", en="Loss and penalty together"),
            ("total in w", 3),
            ("total in b", 3),
        ),
        Slide(
            say(ko="한 걸음 내려가면", en="One step down"),
            (
                Step((rows("weight decay", 0, 1),)),
                *reveal("weight decay", 2, 3),
                Step(
                    (
                        Note(
                            say(
                                ko="벌점은 걸음마다 가중치를 같은 비율로 줄인다. 그래서 가중치 감쇠라고도 한다.",
                                en="The penalty shrinks every weight by the same factor at each step; "
                                "hence its other name, weight decay.",
                            )
                        ),
                    ),
                    (FIRST,),
                ),
            ),
            say(
                ko="$\\eta$ 는 학습률이다.",
                en="$\\eta$ is the learning rate.",
            ),
        ),
    )


def errata(board: Board) -> tuple[Erratum, ...]:
    """A lost 2, and a sum that should be gone; ``board`` is that of the penalty."""
    slope = r"\frac{\partial R}{\partial w_j}"
    without_half = Board(board.given, (("R", r"\lambda \sum_{k=1}^{d} w_k^2"),))
    return (
        without_half.erratum(
            "(1)",
            "factor",
            say(
                ko="벌점을 절반 없이 쓰고 기울기는 절반이 있을 때의 것을 썼다. 그러면 $\\lambda$ 의 뜻이 두 배로 달라진다.",
                en="The penalty is written without the half, its gradient as if the half were there; "
                "so $\\lambda$ means twice as much in one as in the other.",
            ),
            left=slope,
            wrong=r"\lambda w_j",
            right=r"2 \lambda w_j",
        ),
        board.erratum(
            "(2)",
            "index",
            say(
                ko="합이 그대로 남았다. $w_j$ 로 미분하면 $k = j$ 인 항만 남는다.",
                en="The sum is still there; the derivative by $w_j$ leaves the term $k = j$ alone.",
            ),
            left=slope,
            wrong=r"\lambda \sum_{k=1}^{d} w_k",
            right=r"\lambda w_j",
        ),
    )
