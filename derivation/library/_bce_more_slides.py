"""The slides of what the source leaves out: features, intercept, the mean, stable forms."""

from __future__ import annotations

from derivation.derivation import Prose, Slide, Step
from derivation.library._bce_slides import reveal, rows, taken_up
from derivation.writing import say


def slides() -> tuple[Slide, ...]:
    """Several features first, then the forms that do not overflow."""
    return (*_features(), *_stable())


def _chain_slide(
    title: Prose, *lemmas: tuple[str, int], introduction: Prose | None = None
) -> Slide:
    """Whole chains, line by line; each lemma with its number of rewrites."""
    steps = []
    for name, count in lemmas:
        steps.append(Step((rows(name, 0, 1),)))
        steps += reveal(name, 2, count)
    return Slide(title, tuple(steps), introduction)


def _features() -> tuple[Slide, ...]:
    return (
        _chain_slide(
            say(ko="특성이 여럿일 때: $z$ 의 미분", en="Several features: the slope of $z$"),
            ("slope of z, in w", 6),
            introduction=say(
                ko="여기부터는 원래 자료가 생략한 부분이다.",
                en="From here on: what the source leaves out.",
            ),
        ),
        _chain_slide(
            say(ko="절편에 대한 $z$ 의 미분", en="The slope of $z$ in the intercept"),
            ("slope of z, in b", 3),
        ),
        _chain_slide(
            say(ko="가설의 미분, 표본마다", en="The slope of the hypothesis, for each sample"),
            ("slope of h, in w", 3),
            ("slope of h, in b", 3),
        ),
        *_sample("w", "w_j"),
        *_sample("b", "b"),
        _chain_slide(
            say(
                ko="평균을 미루는 일은 절편에도 통한다",
                en="The mean can wait for the intercept too",
            ),
            ("mean, in b", 3),
        ),
        _chain_slide(
            say(ko="평균이 돌아온다", en="The mean comes back"),
            ("gradient in w", 2),
            ("gradient in b", 2),
        ),
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
                ko=f"표본 하나를 ${parameter}$ 로 미분, 이어서",
                en=f"One sample, by ${parameter}$, continued",
            ),
            (Step((taken_up(lemma, 4), rows(lemma, 5, 5))), *reveal(lemma, 6, 8)),
        ),
    )


def _stable() -> tuple[Slide, ...]:
    below, above = "z < 0", "z >= 0"
    return (
        _chain_slide(
            say(ko="넘치지 않는 예측", en="A prediction that cannot overflow"),
            (f"stable prediction, {above}", 1),
            (f"stable prediction, {below}", 3),
            introduction=say(
                ko="컴퓨터에서는 $e^{1000}$ 을 담을 수 없다. 그래서 $z$ 의 부호에 따라 식을 고른다.",
                en="No computer can hold $e^{1000}$, so the form is chosen by the sign of $z$.",
            ),
        ),
        _chain_slide(
            say(ko="1에서 예측을 뺀 값", en="One minus the prediction"),
            (f"stable complement, {above}", 3),
            (f"stable complement, {below}", 3),
        ),
        _chain_slide(
            say(ko="넘치지 않는 손실, $z \\ge 0$", en="A safe loss, $z \\ge 0$"),
            (f"stable loss, {above}", 4),
        ),
        _chain_slide(
            say(ko="넘치지 않는 손실, $z < 0$", en="A safe loss, $z < 0$"),
            (f"stable loss, {below}", 4),
        ),
        _chain_slide(
            say(ko="자릿수를 잃지 않는 오차", en="An error that keeps its digits"),
            (f"stable residual, {above}", 2),
            (f"stable residual, {below}", 1),
        ),
    )
