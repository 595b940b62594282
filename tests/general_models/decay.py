"""Exponential decay, fitted by squared errors: h_i = a e^{-k t_i}."""

from __future__ import annotations

from derivation.derivation import Derivation, Lemma
from derivation.rules import (
    chain_rule,
    collect_sign,
    constant_factor,
    definition,
    derivative_of_constant,
    derivative_of_exp,
    derivative_of_linear,
    fold,
    linearity,
    power_rule,
    sum_rule,
)
from derivation.writing import Board, Draft, by, say

BOARD = Board(
    "m integer >= 1, t[1..m] real, y[1..m] real, a, k real, i in 1..m",
    (
        (r"h^{(i)}", r"a e^{-k t^{(i)}}"),
        (r"\ell^{(i)}", r"(h^{(i)} - y^{(i)})^2"),
        ("L", r"\frac{1}{m} \sum_{i=1}^{m} \ell^{(i)}"),
    ),
)
ERROR = r"2 (h^{(i)} - y^{(i)})"


def mean(term: str) -> str:
    return rf"\frac{{1}}{{m}} \sum_{{i=1}}^{{m}} {term}"


def gradient(parameter: str, *drafts: Draft) -> Lemma:
    d = rf"\frac{{\partial}}{{\partial {parameter}}}"
    return BOARD.lemma(
        f"gradient in {parameter}",
        say(ko=f"${parameter}$ 에 대한 기울기", en=f"The gradient in ${parameter}$"),
        rf"\frac{{\partial L}}{{\partial {parameter}}}",
        by(definition("L"), d + " " + mean(r"\ell^{(i)}")),
        by(constant_factor, sum_rule, mean(rf"{d} \ell^{{(i)}}")),
        by(definition("ell"), mean(rf"{d} (h^{{(i)}} - y^{{(i)}})^2")),
        by(power_rule, mean(rf"{ERROR} {d} (h^{{(i)}} - y^{{(i)}})")),
        by(linearity, derivative_of_constant, mean(rf"{ERROR} {d} h^{{(i)}}")),
        by(definition("h"), mean(rf"{ERROR} {d} \left(a e^{{-k t^{{(i)}}}} \right)")),
        *drafts,
    )


def in_a() -> Lemma:
    return gradient("a", by(derivative_of_linear, mean(rf"{ERROR} e^{{-k t^{{(i)}}}}")))


def in_k(sign: str = "-") -> Lemma:
    """With another sign it is wrong."""
    d = r"\frac{\partial}{\partial k}"
    power = r"e^{-k t^{(i)}}"
    return gradient(
        "k",
        by(constant_factor, mean(rf"{ERROR} a {d} {power}")),
        by(derivative_of_exp, chain_rule, mean(rf"{ERROR} a {power} {d} (-k t^{{(i)}})")),
        by(derivative_of_linear, mean(rf"{ERROR} a {power} (-t^{{(i)}})")),
        by(fold("h"), collect_sign, mean(rf"\left({sign}{ERROR} h^{{(i)}} t^{{(i)}} \right)")),
    )


def of(*every: Lemma) -> Derivation:
    return Derivation(
        name="decay",
        title=say(ko="지수 감쇠", en="Exponential decay"),
        domain=BOARD.domain,
        definitions=BOARD.defined,
        lemmas=every,
        results=tuple(one.name for one in every),
        slides=(),
        errata=(),
    )


def derivation() -> Derivation:
    return of(in_a(), in_k())
