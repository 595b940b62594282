# ruff: noqa: E501
"""A derivation with everything that a deck can show, and a stand-in for its checked form.

The stand-in lets layout be tested with verdicts of every kind, which a derivation that
``verify`` accepts cannot have. It is not a ``Checked``, so ``render`` refuses it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Any

from derivation import load, verify
from derivation.check import Checked, CheckedErratum, CheckedLemma, CheckedRewrite
from derivation.derivation import (
    Box,
    Definition,
    Derivation,
    Erratum,
    Formula,
    Lemma,
    Line,
    Note,
    Prose,
    Question,
    Rewrite,
    Rows,
    Slide,
    Step,
)
from derivation.domain import Domain
from derivation.kernel.theorem import Condition, ConditionKind, Judgement, Verdict, Witness
from derivation.notation import read
from derivation.render.article import article_of
from derivation.render.compose import deck_of
from derivation.render.targets import fill, known_target
from derivation.render.words import Language
from derivation.term import MarkKind, Symbol, Term

CONDITIONAL = 8  # the rewrite of the loss slope that is made to need a condition
DOMAIN = Domain.parse(
    "x, w, b real, 0 < y < 1, h(x; w, b) function, z(x; w, b) function, ell(x; w, b) function, "
    "f(x) function, g(x) function"
)
FUNCTIONS = DOMAIN.functions
SYMBOLS = frozenset(one.name for one in DOMAIN) - FUNCTIONS

DL = r"\frac{\partial \ell(x)}{\partial w}"
DS = r"\text{sigmoid}'(x)"
DH = r"\frac{\partial h(x)}{\partial w}"
CHAIN = (
    r"\frac{\partial}{\partial w} \left(-y \log h(x) - (1 - y) \log (1 - h(x)) \right)",
    r"-\frac{\partial}{\partial w} y \log h(x) - \frac{\partial}{\partial w} (1 - y) \log (1 - h(x))",
    r"-y \hla{\frac{\partial}{\partial w} \log h(x)} - (1 - y) \hlb{\frac{\partial}{\partial w} \log (1 - h(x))}",
    r"-y \hla{\frac{1}{h(x)} \frac{\partial}{\partial w} h(x)} - (1 - y) \hlb{\frac{1}{1 - h(x)} \frac{\partial}{\partial w} (-h(x))}",
    r"-y \frac{1}{h(x)} \frac{\partial}{\partial w} h(x) + \key{(1 - y) \frac{1}{1 - h(x)} \frac{\partial}{\partial w} h(x)}",
    r"\left(-y \frac{1}{h(x)} + (1 - y) \frac{1}{1 - h(x)} \right) \hlc{\frac{\partial}{\partial w} h(x)}",
    r"\left(-y \frac{1}{h(x)} + (1 - y) \frac{1}{1 - h(x)} \right) \key{h(x) (1 - h(x)) \frac{\partial}{\partial w} z(x)}",
    r"\boxed{\left(-y(1-h(x)) + (1-y)h(x) \right)} \frac{\partial}{\partial w} z(x)",
    r"\left(-y + y \cdot h(x) + h(x) - y \cdot h(x) \right) \frac{\partial}{\partial w} z(x)",
    r"\boxed{(h(x) - y)} \frac{\partial}{\partial w} z(x)",
    r"(h(x) - y) \key{x}",
)
SAYS = (
    Prose("", ""),
    Prose("덧셈은 항마다 미분하면 된다.", "A derivative goes into a sum."),
    Prose(
        "$y$ 는 $w$ 에 따라 변하지 않으니 앞으로 꺼낸다.",
        "$y$ does not depend on $w$, so it moves out of the derivative.",
    ),
    Prose(
        "바깥의 로그를 미분하고 안쪽 함수의 도함수를 곱한다",
        "1) derivative of the logarithm, 2) chain rule",
    ),
    Prose(
        "안쪽의 음의 부호 둘이 만나 양의 부호가 된다. 그러면 두 항이 같은 도함수로 끝난다",
        "Two signs cancel: $-h(x)$ becomes $h(x)$ and the minus before it a plus, "
        "so that the derivative of $h(x)$ can be factored out.",
    ),
    Prose("같은 도함수로 묶는다", "Factor out the common derivative"),
    Prose("시그모이드의 도함수에 연쇄 법칙을 쓴다", "Slope of the sigmoid & chain rule"),
    Prose(
        "분모의 $h(x)$ 와 $1-h(x)$ 가 약분된다",
        "$h(x)$ and $1 - h(x)$ cancel, 100% of the time",
    ),
    Prose("곱을 모두 풀어 쓴다", "Expand the brackets"),
    Prose("두 항이 서로 지워진다", "Two terms cancel; little is left"),
    Prose("변수는 $w$ 뿐이고 나머지는 수이다.", "All but $w$ is constant."),
)
SLOPE = (
    r"\frac{d}{dx} \left(\frac{1}{1 + e^{-x}} \right)",
    r"\frac{-\frac{d}{dx}(1 + e^{-x})}{(1 + e^{-x})^2}",
    r"\frac{e^{-x}}{(1 + e^{-x})^2}",
    r"\frac{\key{1} + e^{-x} \key{- 1}}{(1 + e^{-x})^2}",
    r"\frac{1 + e^{-x}}{(1 + e^{-x})^2} - \frac{1}{(1 + e^{-x})^2}",
    r"\frac{1}{1 + e^{-x}} - \left(\frac{1}{1 + e^{-x}} \right)^2",
    r"\text{sigmoid}(x) - (\text{sigmoid}(x))^2",
    r"\boxed{\text{sigmoid}(x)(1 - \text{sigmoid}(x))}",
)
BOXES = {
    "log": ("로그의 도함수", "Derivative of the logarithm", r"\frac{d}{dx} \log x", r"\frac{1}{x}"),
    "chain": (
        "연쇄 법칙", "Chain rule", r"\frac{d}{dx} g(h(x))", r"g'(h(x)) \cdot h'(x)",
    ),
    "log chain": (
        "로그와 연쇄 법칙", "Logarithm & chain", r"\frac{d}{dx} \log h(x)",
        r"\frac{1}{h(x)} \times h'(x)",
    ),
    "quotient": (
        "몫의 법칙", "Quotient rule", r"\frac{d}{dx} \frac{g(x)}{h(x)}",
        r"\frac{g'(x) h(x) - g(x) h'(x)}{h(x)^2}",
    ),
    "reciprocal": (
        "쓰임: 역수", "Its use: reciprocal", r"\frac{d}{dx} \frac{1}{h(x)}",
        r"\frac{-h'(x)}{h(x)^2}",
    ),
    "exp": ("지수함수의 도함수", "Exponential", r"\frac{d}{dx} e^x", "e^x"),
    "exp minus": ("쓰임", "Its use", r"\frac{d}{dx} e^{-x}", "-e^{-x}"),
}  # fmt: skip


@dataclass(frozen=True)
class Because:
    """A reason of the sample."""

    name: str


def parsed(latex: str) -> Term:
    """A formula of the sample, read."""
    return read(latex, functions=FUNCTIONS, symbols=SYMBOLS, syntax="latex")


def line(latex: str) -> Line:
    """A line of the sample."""
    return Line(latex, parsed(latex), DOMAIN)


def lemma(
    name: str, title: Prose, start: str, lines: tuple[str, ...], says: tuple[Prose, ...] = ()
) -> Lemma:
    """A lemma of the sample."""
    padded = (*says, *(None for _ in lines[len(says) :]))
    rewrites = tuple(
        Rewrite(line(latex), (Because("product_rule"),), say)
        for latex, say in zip(lines, padded, strict=True)
    )
    return Lemma(name, title, DOMAIN, line(start), rewrites)


def definition(head: str, body: str) -> Definition:
    """A definition of the sample."""
    return Definition(line(head), line(body))


def _slides() -> tuple[Slide, ...]:
    title = Prose("이진 교차 엔트로피의 기울기", "Derivative of binary cross entropy")
    return (
        Slide(
            title,
            (
                Step(
                    (
                        Formula("z"),
                        Formula("h", Prose("가설 함수", "the hypothesis")),
                        Formula("ell"),
                    )
                ),
                Step((Question("loss slope"),)),
            ),
            Prose(
                "가중치를 고치려면 손실이 가중치에 따라 얼마나 변하는지 알아야 하고, 그것이 곧 기울기이다",
                "Given this loss, its derivative is what gradient descent needs",
            ),
        ),
        Slide(
            Prose("미분이 안으로 들어간다", "The derivative goes inside"),
            (
                Step((Formula("ell"), Question("loss slope"))),
                Step((Rows("loss slope", 0, 1),)),
                Step((Rows("loss slope", 2, 2, head=False),)),
                Step((Rows("loss slope", 3, 3, head=False),)),
            ),
            Prose("아직은 덧셈과 상수뿐이다", "So far it is not hard"),
        ),
        Slide(
            Prose("로그를 미분한다", "Differentiate the logarithms"),
            (
                Step((Rows("loss slope", 3, 3),)),
                Step(lights=(MarkKind.FIRST, MarkKind.SECOND)),
                Step((Box("log"), Box("chain"), Box("log chain"))),
                Step((Rows("loss slope", 4, 4, head=False),)),
                Step((Rows("loss slope", 5, 5, head=False),)),
                Step((Rows("loss slope", 6, 6, head=False),)),
                Step(
                    (Note(Prose("남은 미분은 이것 하나이다", "Only this part is left")),),
                    (MarkKind.THIRD,),
                ),
            ),
            Prose(
                "로그의 도함수와 연쇄 법칙을 차례로 쓰고 나면, 아직 모르는 것은 $h(x)$ 의 도함수 하나만 남게 된다",
                "With the logarithm and the chain rule all is solved but the derivative of $h(x)$",
            ),
        ),
        Slide(
            Prose("시그모이드의 도함수", "The slope of the sigmoid"),
            (
                Step((Rows("sigmoid slope", 1, 1),)),
                Step(tuple(Box(name) for name in ("quotient", "reciprocal", "exp", "exp minus"))),
                Step((Rows("sigmoid slope", 2, 2, head=False),)),
                Step((Rows("sigmoid slope", 3, 3, head=False),)),
            ),
            Prose(
                "역수를 미분하는 법과 지수함수를 미분하는 법, 이 둘이면 된다",
                "By the quotient rule",
            ),
        ),
        Slide(
            Prose("요령: 1을 더하고 뺀다", "A trick: add and subtract one"),
            (
                Step((Rows("sigmoid slope", 3, 3),)),
                *(Step((Rows("sigmoid slope", at, at, head=False),)) for at in range(4, 9)),
            ),
        ),
        Slide(
            Prose("이제 $h(x)$ 로 돌아온다", "Back to $h(x)$"),
            (
                Step((Rows("loss slope", 6, 6), Box("sigmoid slope"), Box("chain"))),
                *(Step((Rows("loss slope", at, at, head=False),)) for at in range(7, 11)),
            ),
            Prose(
                "미분하는 변수는 $w$ 이고 $h$ 는 $z$ 를 거쳐서만 $w$ 에 닿으니, 연쇄 법칙이 한 번 더 든다",
                "We differentiate by $w$ and not by $z(x)$: the chain rule again",
            ),
        ),
        Slide(
            Prose("얻은 것", "The result"),
            (Step((Rows("loss slope", 10, 10),)), Step((Rows("loss slope", 11, 11, head=False),))),
        ),
    )


def _errata() -> tuple[Erratum, ...]:
    def pair(left: str, right: str) -> tuple[Line, Line]:
        return line(left), line(right)

    quotient, exponential = BOXES["quotient"][2], BOXES["exp minus"][2]
    return (
        Erratum(
            "294, 328, 368", "sign",
            Prose("몫의 미분법의 부호가 반대이다. 바로 아래의 응용과도 모순이다.",
                  "The quotient rule has the wrong sign; it contradicts its own use below."),
            pair(quotient, r"\frac{g(x) h'(x) - g'(x) h(x)}{h(x)^2}"),
            pair(quotient, BOXES["quotient"][3]),
        ),
        Erratum(
            "312, 346, 386", "sign",
            Prose("$e^{-x}$ 의 미분이 $-e^x$ 로 되어 있다.", "The derivative of $e^{-x}$ is given as $-e^x$."),
            pair(exponential, "-e^x"), pair(exponential, "-e^{-x}"),
        ),
        Erratum(
            "668", "factor",
            Prose("평균의 $\\frac{1}{m}$ 이 빠졌다.", "The $\\frac{1}{m}$ of the mean is missing."),
            pair(r"\frac{\partial L}{\partial w_j}", r"\sum_{i=1}^{m} (h^{(i)} - y^{(i)}) x^{(i)}_j"),
            pair(r"\frac{\partial L}{\partial w_j}", r"\frac{1}{m} \sum_{i=1}^{m} (h^{(i)} - y^{(i)}) x^{(i)}_j"),
        ),
        *(
            Erratum(
                f"{20 + at}, {41 + at}", "notation",
                Prose("$b$ 가 합 안에 있어 여러 번 더해지며, 뒤의 정의 $z(x) = x w + b$ 와 모순이다. " * 2,
                      "$b$ stands inside the sum & is added many times, against $z(x) = x w + b$ later on."),
            )
            for at in range(7)
        ),
    )  # fmt: skip


def sample() -> Derivation:
    """The derivation itself."""
    lemmas = (
        *(
            lemma(name, Prose(f"참고: {ko}", en), start, (last,))
            for name, (ko, en, start, last) in BOXES.items()
        ),
        lemma("sigmoid slope", Prose("시그모이드의 도함수", "Slope of the sigmoid"), DS, SLOPE),
        lemma("loss slope", Prose("손실의 도함수", "Slope of the loss"), DL, CHAIN, SAYS),
    )
    return Derivation(
        "sample",
        Prose(
            "이진 교차 엔트로피 손실의 기울기", "The derivative of the binary cross-entropy loss"
        ),
        DOMAIN,
        (
            definition("z(x)", r"x \times w + b"),
            definition("h(x)", r"\text{sigmoid}(z(x))"),
            definition(r"\ell(x)", r"-y \log h(x) - (1 - y) \log (1 - h(x))"),
        ),
        lemmas,
        ("loss slope",),
        _slides(),
        _errata(),
        source="lecture notes",
    )


def checked_form(derivation: Derivation) -> Any:
    """What a check would say of it, made up: all proved, one row under a condition."""
    condition = Condition(ConditionKind.NONZERO, Symbol("w"))
    lemmas = []
    for one in derivation.lemmas:
        rewrites = []
        for index, (before, rewrite) in enumerate(zip(one.lines, one.rewrites, strict=False), 1):
            conditional = one.name == "loss slope" and index == CONDITIONAL
            judgement = Judgement(
                Verdict.PROVED_IF if conditional else Verdict.PROVED,
                conditions=(condition,) if conditional else (),
            )
            rewrites.append(
                CheckedRewrite(
                    one.name, index, before, rewrite.line, rewrite.rule, rewrite.say, True, "",
                    judgement,
                )
            )  # fmt: skip
        lemmas.append(CheckedLemma(one, tuple(rewrites), None))
    witness = Witness((("x", "3/5"), ("h", "2/7")), "0.428571428571", "-0.428571428571")
    refuted, proved = Judgement(Verdict.REFUTED, witness=witness), Judgement(Verdict.PROVED)
    errata = tuple(
        CheckedErratum(one, refuted, proved, "the sign is flipped")
        if one.as_written
        else CheckedErratum(one, None, None)
        for one in derivation.errata
    )
    report = SimpleNamespace(
        derivation=derivation,
        lemmas=tuple(lemmas),
        errata=errata,
        assumed=(str(condition), "the data are finite"),
        conditions=(condition,),
    )
    rewrites_of_all = tuple(rewrite for one in lemmas for rewrite in one.rewrites)
    return SimpleNamespace(derivation=derivation, report=report, rewrites=rewrites_of_all)


@cache
def checked_of_library(name: str) -> Checked:
    """A derivation of the library, verified once."""
    return verify(load(name))


def fill_sample(
    target: str, language: Language = "en", derivation: Derivation | None = None
) -> str:
    """The sample, or another derivation taken as checked, through the template of a target."""
    checked = checked_form(derivation or sample())
    row, deck = known_target(target), deck_of(checked, language)
    if target == "article":
        return fill(row, deck, article=article_of(checked, language))
    return fill(row, deck)
