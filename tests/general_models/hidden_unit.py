"""One hidden unit with squared loss: h_i = v tanh(sum_k x_ik w_k + b) + c."""

from __future__ import annotations

from derivation.derivation import Derivation, Lemma
from derivation.rules import (
    chain_rule,
    constant_factor,
    definition,
    derivative_of_constant,
    derivative_of_linear,
    derivative_of_tanh,
    derivative_of_variable,
    fold,
    kronecker_delta,
    kronecker_derivative,
    lemma,
    linearity,
    power_rule,
    sum_rule,
)
from derivation.writing import Board, Draft, by, say

BOARD = Board(
    "m integer >= 1, d integer >= 1, x[1..m, 1..d] real, y[1..m] real, w[1..d] real, "
    "b, v, c real, i in 1..m, j in 1..d",
    (
        (r"z^{(i)}", r"\sum_{k=1}^{d} x^{(i)}_k w_k + b"),
        (r"a^{(i)}", r"\tanh(z^{(i)})"),
        (r"h^{(i)}", r"v a^{(i)} + c"),
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
        by(definition("L"), rf"{d} \frac{{1}}{{m}} \sum_{{i=1}}^{{m}} \ell^{{(i)}}"),
        by(constant_factor, sum_rule, mean(rf"{d} \ell^{{(i)}}")),
        by(definition("ell"), mean(rf"{d} (h^{{(i)}} - y^{{(i)}})^2")),
        by(power_rule, mean(rf"{ERROR} {d} (h^{{(i)}} - y^{{(i)}})")),
        by(linearity, derivative_of_constant, mean(rf"{ERROR} {d} h^{{(i)}}")),
        by(definition("h"), mean(rf"{ERROR} {d} (v a^{{(i)}} + c)")),
        *drafts,
    )


def through_the_unit(parameter: str, slope: str, *drafts: Draft) -> Lemma:
    d = rf"\frac{{\partial}}{{\partial {parameter}}}"
    inner = r"(1 - (a^{(i)})^2)"
    return gradient(
        parameter,
        by(linearity, derivative_of_constant, constant_factor, mean(rf"{ERROR} v {d} a^{{(i)}}")),
        by(definition("a"), mean(rf"{ERROR} v {d} \tanh(z^{{(i)}})")),
        by(
            derivative_of_tanh,
            chain_rule,
            mean(rf"{ERROR} v (1 - (\tanh(z^{{(i)}}))^2) {d} z^{{(i)}}"),
        ),
        by(fold("a"), mean(rf"{ERROR} v {inner} {d} z^{{(i)}}")),
        by(lemma(f"slope of z in {parameter}"), mean(rf"{ERROR} v {inner} {slope}".rstrip())),
        *drafts,
    )


def slope_of_z() -> tuple[Lemma, ...]:
    total = r"\sum_{k=1}^{d} x^{(i)}_k w_k"
    d = r"\frac{\partial}{\partial w_j}"
    in_w = BOARD.lemma(
        "slope of z in w_j",
        say(ko="$z$ 를 한 가중치로 미분", en="The slope of $z$ in one weight"),
        r"\frac{\partial z^{(i)}}{\partial w_j}",
        by(definition("z"), rf"{d} \left({total} + b \right)"),
        by(linearity, derivative_of_constant, sum_rule, rf"\sum_{{k=1}}^{{d}} {d} x^{{(i)}}_k w_k"),
        by(constant_factor, rf"\sum_{{k=1}}^{{d}} x^{{(i)}}_k {d} w_k"),
        by(kronecker_derivative, r"\sum_{k=1}^{d} x^{(i)}_k \delta_{kj}"),
        by(kronecker_delta, r"x^{(i)}_j"),
    )
    d = r"\frac{\partial}{\partial b}"
    in_b = BOARD.lemma(
        "slope of z in b",
        say(ko="$z$ 를 절편으로 미분", en="The slope of $z$ in the intercept"),
        r"\frac{\partial z^{(i)}}{\partial b}",
        by(definition("z"), rf"{d} \left({total} + b \right)"),
        by(linearity, rf"{d} {total} + {d} b"),
        by(derivative_of_constant, derivative_of_variable, "1"),
    )
    return in_w, in_b


def lemmas() -> tuple[Lemma, ...]:
    return (
        *slope_of_z(),
        through_the_unit("w_j", r"x^{(i)}_j"),
        through_the_unit("b", r"\cdot 1"),
        gradient("v", by(derivative_of_linear, mean(rf"{ERROR} a^{{(i)}}"))),
        gradient(
            "c",
            by(
                linearity, derivative_of_constant, derivative_of_variable, mean(rf"{ERROR} \cdot 1")
            ),
        ),
    )


def derivation() -> Derivation:
    every = lemmas()
    return Derivation(
        name="hidden_unit",
        title=say(ko="은닉 유닛 하나", en="One hidden unit"),
        domain=BOARD.domain,
        definitions=BOARD.defined,
        lemmas=every,
        results=tuple(one.name for one in every if one.name.startswith("gradient")),
        slides=(),
        errata=(),
    )
