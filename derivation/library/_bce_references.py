"""The rules of calculus that the slides recall, each proved for arbitrary functions."""

from __future__ import annotations

from derivation.derivation import Lemma
from derivation.rules import (
    chain_rule,
    derivative_of_exp,
    derivative_of_log,
    quotient_rule,
    reciprocal_rule,
)
from derivation.writing import Board, by, say


def lemmas() -> tuple[Lemma, ...]:
    """The rules of calculus that the slides recall, each proved for arbitrary functions."""
    functions = Board("x real, g(x) function, h(x) function")
    return (
        Board("x > 0").lemma(
            "log",
            say(ko="로그의 도함수", en="The logarithm"),
            r"\frac{d}{dx} \log(x)",
            by(derivative_of_log, r"\frac{1}{x}"),
        ),
        functions.lemma(
            "chain",
            say(ko="연쇄 법칙", en="The chain rule"),
            r"\frac{d}{dx} g(h(x))",
            by(chain_rule, r"g'(h(x)) \cdot h'(x)"),
        ),
        Board("x real, h(x) > 0").lemma(
            "log of a function",
            say(ko="로그와 연쇄 법칙을 함께", en="The logarithm of a function"),
            r"\frac{d}{dx} \log(h(x))",
            by(derivative_of_log, chain_rule, r"\frac{1}{h(x)} \times h'(x)"),
        ),
        Board("x real, g(x) function, h(x) nonzero").lemma(
            "quotient",
            say(ko="몫의 법칙", en="The quotient rule"),
            r"\frac{d}{dx} \frac{g(x)}{h(x)}",
            by(quotient_rule, r"\frac{g'(x) h(x) - g(x) h'(x)}{h(x)^2}"),
        ),
        Board("x real, h(x) nonzero").lemma(
            "reciprocal",
            say(ko="몫의 법칙의 응용: 역수", en="The quotient rule, applied to a reciprocal"),
            r"\frac{d}{dx} \frac{1}{h(x)}",
            by(reciprocal_rule, r"\frac{-h'(x)}{h(x)^2}"),
        ),
        Board("x real").lemma(
            "exponential",
            say(ko="지수함수의 도함수", en="The exponential"),
            r"\frac{d}{dx} e^x",
            by(derivative_of_exp, r"e^x"),
        ),
        Board("x real").lemma(
            "falling exponential",
            say(ko="지수함수의 응용: 지수의 부호", en="The exponential with a minus"),
            r"\frac{d}{dx} e^{-x}",
            by(derivative_of_exp, r"-e^{-x}"),
        ),
    )
