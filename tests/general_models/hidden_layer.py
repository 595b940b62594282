"""A hidden layer of n tanh units: under a logistic output, or under squared errors.

The gradients end as 1/m sum_i error_i ds_i/dtheta, and ds_i/dtheta is a lemma: where the one is put
into the other the kernel has to open everything at once, exponentials of sums of tanh, and gives up
("more than 48 generators").
"""

from __future__ import annotations

from derivation.derivation import Derivation, Lemma
from derivation.library._bce_boards import SIGMOID
from derivation.library.bce import sigmoid_slope
from derivation.rules import (
    cancel,
    chain_rule,
    collect,
    constant_factor,
    definition,
    derivative_of_constant,
    derivative_of_log,
    derivative_of_tanh,
    derivative_of_variable,
    expand,
    factor,
    fold,
    kronecker_delta,
    kronecker_derivative,
    lemma,
    linearity,
    power_rule,
    sum_rule,
)
from derivation.writing import Board, Draft, by, say

GIVEN = (
    "m integer >= 1, d integer >= 1, n integer >= 1, x[1..m, 1..d] real, U[1..d, 1..n] real, "
    "b[1..n] real, v[1..n] real, c real, i in 1..m, j in 1..d, k in 1..n, q in 1..n"
)
Z = (r"z^{(i)}_k", r"\sum_{r=1}^{d} x^{(i)}_r U_{rk} + b_k")
S = (r"s^{(i)}", r"\sum_{q=1}^{n} v_q a^{(i)}_q + c")
MEAN = ("L", r"\frac{1}{m} \sum_{i=1}^{m} \ell^{(i)}")
LOGISTIC = Board(
    f"{GIVEN}, 0 <= y[1..m] <= 1",
    (
        SIGMOID,
        Z,
        (r"a^{(i)}_k", r"\tanh(z^{(i)}_k)"),
        S,
        (r"p^{(i)}", r"\text{sigmoid}(s^{(i)})"),
        (r"\ell^{(i)}", r"-y^{(i)} \log p^{(i)} - (1 - y^{(i)}) \log(1 - p^{(i)})"),
        MEAN,
    ),
)
SQUARED = Board(
    f"{GIVEN}, y[1..m] real",
    (
        Z,
        (r"a^{(i)}_k", r"\tanh(z^{(i)}_k)"),
        S,
        (r"\ell^{(i)}", r"(s^{(i)} - y^{(i)})^2"),
        MEAN,
    ),
)
ERRORS = {LOGISTIC: r"(p^{(i)} - y^{(i)})", SQUARED: r"2 (s^{(i)} - y^{(i)})"}
BEND = r"(1 - (a^{(i)}_k)^2)"
PARAMETERS = ("U_{jk}", "b_k", "v_k", "c")


def d(parameter: str) -> str:
    return rf"\frac{{\partial}}{{\partial {parameter}}}"


def named(board: Board, name: str, start: str, *drafts: Draft) -> Lemma:
    return board.lemma(name, say(ko=name, en=name), start, *drafts)


def slope_of_loss(board: Board, parameter: str) -> Lemma:
    """dl/dtheta = error ds/dtheta."""
    it = d(parameter)
    name, start = f"loss in {parameter}", rf"\frac{{\partial \ell^{{(i)}}}}{{\partial {parameter}}}"
    y, p, s = "y^{(i)}", "p^{(i)}", "s^{(i)}"
    if board is SQUARED:
        return named(
            board,
            name,
            start,
            by(definition("ell"), rf"{it} ({s} - {y})^2"),
            by(power_rule, rf"{ERRORS[board]} {it} ({s} - {y})"),
            by(linearity, derivative_of_constant, rf"{ERRORS[board]} {it} {s}"),
        )
    outer = rf"\left(-{y} \frac{{1}}{{{p}}} + (1 - {y}) \frac{{1}}{{1 - {p}}} \right)"
    sigmoid = rf"\text{{sigmoid}}({s})"
    return named(
        board,
        name,
        start,
        by(definition("ell"), rf"{it} \left(-{y} \log {p} - (1 - {y}) \log(1 - {p}) \right)"),
        by(linearity, constant_factor, rf"-{y} {it} \log {p} - (1 - {y}) {it} \log(1 - {p})"),
        by(
            derivative_of_log,
            chain_rule,
            rf"-{y} \frac{{1}}{{{p}}} {it} {p} - (1 - {y}) \frac{{1}}{{1 - {p}}} {it} (1 - {p})",
        ),
        by(linearity, derivative_of_constant, factor, rf"{outer} {it} {p}"),
        by(definition("p"), rf"{outer} {it} {sigmoid}"),
        by(chain_rule, lemma("sigmoid slope"), rf"{outer} {sigmoid} (1 - {sigmoid}) {it} {s}"),
        by(fold("p"), rf"{outer} {p} (1 - {p}) {it} {s}"),
        by(cancel, rf"\left(-{y} (1 - {p}) + (1 - {y}) {p} \right) {it} {s}"),
        by(expand, collect, rf"({p} - {y}) {it} {s}"),
    )


def slope_of_unit(board: Board, parameter: str) -> Lemma:
    """Of a_q, through z_q."""
    it, z, a = d(parameter), "z^{(i)}_q", "a^{(i)}_q"
    drafts = (
        by(definition("a"), rf"{it} \tanh({z})"),
        by(derivative_of_tanh, chain_rule, rf"(1 - (\tanh({z}))^2) {it} {z}"),
        by(fold("a"), rf"(1 - ({a})^2) {it} {z}"),
    )
    start = rf"\frac{{\partial {a}}}{{\partial {parameter}}}"
    return named(board, f"a in {parameter}", start, *drafts)


def slope_of_z(board: Board, parameter: str) -> Lemma:
    """Of z_q: x_j delta_qk, or delta_qk."""
    it = d(parameter)
    total = r"\sum_{r=1}^{d} x^{(i)}_r U_{rq}"
    inner: tuple[Draft, ...] = (
        by(
            linearity,
            derivative_of_constant,
            sum_rule,
            rf"\sum_{{r=1}}^{{d}} {it} x^{{(i)}}_r U_{{rq}}",
        ),
        by(constant_factor, rf"\sum_{{r=1}}^{{d}} x^{{(i)}}_r {it} U_{{rq}}"),
        by(kronecker_derivative, r"\sum_{r=1}^{d} x^{(i)}_r \delta_{rj} \delta_{qk}"),
        by(kronecker_delta, r"x^{(i)}_j \delta_{qk}"),
    )
    if parameter == "b_k":
        inner = (
            by(linearity, derivative_of_constant, rf"{it} b_q"),
            by(kronecker_derivative, r"\delta_{qk}"),
        )
    start = rf"\frac{{\partial z^{{(i)}}_q}}{{\partial {parameter}}}"
    first = by(definition("z"), rf"{it} \left({total} + b_q \right)")
    return named(board, f"z in {parameter}", start, first, *inner)


def slope_of_output(board: Board, parameter: str) -> Lemma:
    """ds/dtheta, through the hidden units."""
    it = d(parameter)
    name, start = f"s in {parameter}", rf"\frac{{\partial s^{{(i)}}}}{{\partial {parameter}}}"
    first = by(definition("s"), rf"{it} \left(\sum_{{q=1}}^{{n}} v_q a^{{(i)}}_q + c \right)")
    if parameter == "c":
        last = by(linearity, derivative_of_constant, derivative_of_variable, "1")
        return named(board, name, start, first, last)
    second = by(
        linearity,
        derivative_of_constant,
        sum_rule,
        rf"\sum_{{q=1}}^{{n}} {it} v_q a^{{(i)}}_q",
    )
    if parameter == "v_k":
        rest = (
            by(constant_factor, rf"\sum_{{q=1}}^{{n}} a^{{(i)}}_q {it} v_q"),
            by(kronecker_derivative, r"\sum_{q=1}^{n} a^{(i)}_q \delta_{qk}"),
            by(kronecker_delta, slope(parameter)),
        )
        return named(board, name, start, first, second, *rest)
    end = r" x^{(i)}_j \delta_{qk}" if parameter == "U_{jk}" else r" \delta_{qk}"
    bend = BEND.replace("_k", "_q")
    return named(
        board,
        name,
        start,
        first,
        second,
        by(constant_factor, rf"\sum_{{q=1}}^{{n}} v_q {it} a^{{(i)}}_q"),
        by(lemma(f"a in {parameter}"), rf"\sum_{{q=1}}^{{n}} v_q {bend} {it} z^{{(i)}}_q"),
        by(lemma(f"z in {parameter}"), rf"\sum_{{q=1}}^{{n}} v_q {bend}{end}"),
        by(kronecker_delta, slope(parameter)),
    )


def slope(parameter: str) -> str:
    unit = rf"v_k {BEND}"
    ends = {"U_{jk}": unit + r" x^{(i)}_j", "b_k": unit, "v_k": "a^{(i)}_k", "c": ""}
    return ends[parameter]


def gradient(board: Board, parameter: str) -> Lemma:
    it, error = d(parameter), ERRORS[board]

    def mean(term: str) -> str:
        return rf"\frac{{1}}{{m}} \sum_{{i=1}}^{{m}} {term}"

    return named(
        board,
        f"gradient in {parameter}",
        rf"\frac{{\partial L}}{{\partial {parameter}}}",
        by(definition("L"), it + " " + mean(r"\ell^{(i)}")),
        by(constant_factor, sum_rule, mean(rf"{it} \ell^{{(i)}}")),
        by(lemma(f"loss in {parameter}"), mean(rf"{error} {it} s^{{(i)}}")),
    )


def derivation(board: Board = LOGISTIC) -> Derivation:
    every = (
        *((sigmoid_slope(),) if board is LOGISTIC else ()),
        *(slope_of_z(board, one) for one in PARAMETERS[:2]),
        *(slope_of_unit(board, one) for one in PARAMETERS[:2]),
        *(slope_of_output(board, one) for one in PARAMETERS),
        *(slope_of_loss(board, one) for one in PARAMETERS),
        *(gradient(board, one) for one in PARAMETERS),
    )
    return Derivation(
        name="hidden_layer",
        title=say(ko="은닉층", en="A hidden layer"),
        domain=board.domain,
        definitions=board.defined,
        lemmas=every,
        results=tuple(one.name for one in every if one.name.startswith("gradient")),
        slides=(),
        errata=(),
    )
