"""The lines of the BCE deck, corrected, with their natural reasons; and with wrong ones."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from derivation.domain import Domain
from derivation.notation import read
from derivation.rules import (
    ALL_RULES,
    Context,
    Rule,
    add_and_subtract,
    cancel,
    chain_rule,
    collect,
    collect_sign,
    constant_factor,
    constant_out_of_sum,
    definition,
    derivative_of_constant,
    derivative_of_exp,
    derivative_of_linear,
    derivative_of_log,
    derivative_of_variable,
    expand,
    factor,
    fold,
    known_definition,
    known_lemma,
    kronecker_delta,
    kronecker_derivative,
    lemma,
    linearity,
    power_of_fraction,
    quotient_rule,
    reciprocal_rule,
    replay,
    simplify_fraction,
    split_fraction,
    sum_rule,
)
from derivation.term import Term

FUNCTIONS = frozenset({"h", "z", "sigmoid", "ell"})
SYMBOLS = frozenset({"x", "y", "w", "b", "m", "L", "i", "j", "k"})


def term(text: str) -> Term:
    return read(text, functions=FUNCTIONS, symbols=SYMBOLS, syntax="latex")


@dataclass(frozen=True)
class Step:
    line: str
    reasons: tuple[Rule, ...]
    wrong: tuple[tuple[Rule, ...], ...] = ()


@dataclass(frozen=True)
class Chain:
    name: str
    given: str
    start: str
    steps: tuple[Step, ...]
    definitions: tuple[tuple[str, str], ...] = ()
    lemmas: tuple[tuple[str, str, str], ...] = ()

    def context(self) -> Context:
        domain = Domain.parse(self.given)
        definitions = tuple(known_definition(term(h), term(b)) for h, b in self.definitions)
        lemmas = {
            name: known_lemma(term(lhs), term(rhs), domain, definitions)
            for name, lhs, rhs in self.lemmas
        }
        return Context(domain, definitions, lemmas)


def step(line: str, *reasons: Rule, wrong: tuple[tuple[Rule, ...], ...] = ()) -> Step:
    return Step(line, reasons, wrong)


SIGMOID = (r"\text{sigmoid}(x)", r"\frac{1}{1 + e^{-x}}")
SLOPE = (
    "sigmoid slope",
    r"\frac{d}{dx} \text{sigmoid}(x)",
    r"\text{sigmoid}(x) (1 - \text{sigmoid}(x))",
)
Z = ("z(x)", r"x \times w + b")
H = ("h(x)", r"\text{sigmoid}(z(x))")
ELL = (r"\ell(x)", r"-y \log h(x) - (1 - y) \log(1 - h(x))")
DW = r"\frac{\partial}{\partial w}"

SIGMOID_SLOPE = Chain(
    name="sigmoid slope",
    given="x real",
    definitions=(SIGMOID,),
    start=r"\frac{d}{dx} \text{sigmoid}(x)",
    steps=(
        step(
            r"\frac{d}{dx} \left(\frac{1}{1 + e^{-x}}\right)",
            definition("sigmoid"),
            wrong=((fold("sigmoid"),), (reciprocal_rule,), (definition("h"),)),
        ),
        step(
            r"\frac{-\frac{d}{dx}(1 + e^{-x})}{(1 + e^{-x})^2}",
            reciprocal_rule,
            wrong=((quotient_rule,), (chain_rule,), (derivative_of_exp,)),
        ),
        step(
            r"\frac{e^{-x}}{(1 + e^{-x})^2}",
            derivative_of_exp,
            wrong=((derivative_of_linear,), (linearity,), (derivative_of_constant,), (cancel,)),
        ),
        step(
            r"\frac{\key{1} + e^{-x} \key{- 1}}{(1 + e^{-x})^2}",
            add_and_subtract("1"),
            wrong=((add_and_subtract("x"),), (collect,), (expand,), (factor,)),
        ),
        step(
            r"\frac{1 + e^{-x}}{(1 + e^{-x})^2} - \frac{1}{(1 + e^{-x})^2}",
            split_fraction,
            wrong=((cancel,), (quotient_rule,), (linearity,), (simplify_fraction,)),
        ),
        step(
            r"\frac{1}{1 + e^{-x}} - \left(\frac{1}{1 + e^{-x}}\right)^2",
            simplify_fraction,
            power_of_fraction,
            wrong=((simplify_fraction,), (power_of_fraction,), (expand,), (split_fraction,)),
        ),
        step(
            r"\text{sigmoid}(x) - \text{sigmoid}(x)^2",
            fold("sigmoid"),
            wrong=((definition("sigmoid"),), (lemma("sigmoid slope"),), (factor,)),
        ),
        step(
            r"\boxed{\text{sigmoid}(x) (1 - \text{sigmoid}(x))}",
            factor,
            wrong=((expand,), (collect,), (cancel,), (fold("sigmoid"),)),
        ),
    ),
)

SIGMOID_SLOPE_BY_CHAIN = Chain(
    name="sigmoid slope, one rule at a time",
    given="x real",
    definitions=(SIGMOID,),
    start=r"\frac{-\frac{d}{dx}(1 + e^{-x})}{(1 + e^{-x})^2}",
    steps=(
        step(
            r"\frac{-\frac{d}{dx} e^{-x}}{(1 + e^{-x})^2}",
            linearity,
            derivative_of_constant,
            wrong=((derivative_of_exp,), (constant_factor, derivative_of_constant)),
        ),
        step(
            r"\frac{-e^{-x} \frac{d}{dx} (-x)}{(1 + e^{-x})^2}",
            chain_rule,
            derivative_of_exp,
            wrong=((chain_rule,), (chain_rule, derivative_of_log), (derivative_of_linear,)),
        ),
        step(
            r"\frac{e^{-x}}{(1 + e^{-x})^2}",
            linearity,
            derivative_of_variable,
            wrong=((derivative_of_constant,), (linearity,), (derivative_of_variable,)),
        ),
    ),
)

SLOPE_OF_H = Chain(
    name="slope of h",
    given="x, w, b real",
    definitions=(SIGMOID, Z, H),
    lemmas=(SLOPE,),
    start=rf"{DW} h(x)",
    steps=(
        step(
            rf"{DW} \text{{sigmoid}}(z(x))",
            definition("h"),
            wrong=((definition("z"),), (chain_rule,), (fold("h"),)),
        ),
        step(
            rf"\text{{sigmoid}}(z(x)) (1 - \text{{sigmoid}}(z(x))) {DW} z(x)",
            lemma("sigmoid slope"),
            chain_rule,
            wrong=(
                (lemma("sigmoid slope"),),
                (chain_rule,),
                (lemma("sigmoid slope"), linearity),
                (lemma("tanh slope"), chain_rule),
            ),
        ),
        step(
            rf"h(x) (1 - h(x)) {DW} z(x)",
            fold("h"),
            wrong=((definition("h"),), (fold("z"),), (factor,)),
        ),
    ),
)

ONE_SAMPLE = Chain(
    name="one sample",
    given="x, w, b real, 0 < y < 1, 0 < h(x; w, b) < 1, z(x; w, b) function",
    definitions=(ELL, Z),
    lemmas=(("slope of h", rf"{DW} h(x)", rf"h(x) (1 - h(x)) {DW} z(x)"),),
    start=r"\frac{\partial \ell(x)}{\partial w}",
    steps=(
        step(
            rf"{DW} \left(-y \log h(x) - (1 - y) \log(1 - h(x))\right)",
            definition("ell"),
            wrong=((linearity,), (definition("h"),)),
        ),
        step(
            rf"-{DW} y \log h(x) - {DW} (1 - y) \log(1 - h(x))",
            linearity,
            wrong=((constant_factor,), (quotient_rule,), (sum_rule,), (expand,)),
        ),
        step(
            rf"-y {DW} \log h(x) - (1 - y) {DW} \log(1 - h(x))",
            constant_factor,
            wrong=((linearity,), (chain_rule,), (factor,), (constant_out_of_sum,)),
        ),
        step(
            rf"-y \frac{{1}}{{h(x)}} {DW} h(x) - (1 - y) \frac{{1}}{{1 - h(x)}} {DW} (-h(x))",
            derivative_of_log,
            chain_rule,
            linearity,
            derivative_of_constant,
            wrong=(
                (derivative_of_log,),
                (chain_rule,),
                (derivative_of_log, chain_rule),
                (derivative_of_exp, chain_rule, linearity, derivative_of_constant),
            ),
        ),
        step(
            rf"-y \frac{{1}}{{h(x)}} {DW} h(x) + (1 - y) \frac{{1}}{{1 - h(x)}} {DW} h(x)",
            linearity,
            collect_sign,
            wrong=((collect_sign,), (expand,), (derivative_of_constant,), (factor,)),
        ),
        step(
            rf"\left(-y \frac{{1}}{{h(x)}} + (1 - y) \frac{{1}}{{1 - h(x)}}\right) {DW} h(x)",
            factor,
            wrong=((expand,), (linearity,), (constant_factor,), (split_fraction,), (collect,)),
        ),
        step(
            r"\left(-y \frac{1}{h(x)} + (1 - y) \frac{1}{1 - h(x)}\right)"
            rf" h(x) (1 - h(x)) {DW} z(x)",
            lemma("slope of h"),
            wrong=((definition("h"),), (chain_rule,), (lemma("sigmoid slope"),), (expand,)),
        ),
        step(
            rf"\boxed{{\left(-y (1 - h(x)) + (1 - y) h(x)\right)}} {DW} z(x)",
            cancel,
            wrong=((simplify_fraction,), (expand,), (factor,), (collect,)),
        ),
        step(
            rf"\left(-y + y \cdot h(x) + h(x) - y \cdot h(x)\right) {DW} z(x)",
            expand,
            wrong=((collect,), (factor,), (cancel,), (split_fraction,), (collect_sign,)),
        ),
        step(
            rf"\boxed{{(h(x) - y)}} {DW} z(x)",
            collect,
            wrong=((expand,), (factor,), (cancel,), (collect_sign,), (add_and_subtract("y"),)),
        ),
        step(
            rf"(h(x) - y) {DW} (x \times w + b)",
            definition("z"),
            wrong=((fold("z"),), (definition("h"),), (derivative_of_linear,)),
        ),
        step(
            "(h(x) - y) x",
            derivative_of_linear,
            wrong=((derivative_of_constant,), (linearity,), (derivative_of_variable,), (expand,)),
        ),
    ),
)

LINEAR_IN_FULL = Chain(
    name="derivative of z in full",
    given="x, w, b real, 0 < y < 1, 0 < h(x; w, b) < 1",
    start=rf"(h(x) - y) {DW} (x \times w + b)",
    steps=(
        step(
            "(h(x) - y) x",
            linearity,
            constant_factor,
            derivative_of_variable,
            derivative_of_constant,
            wrong=(
                (linearity, derivative_of_variable, derivative_of_constant),
                (linearity, constant_factor, derivative_of_constant),
                (linearity, constant_factor, derivative_of_variable, quotient_rule),
            ),
        ),
    ),
)

BIAS = Chain(
    name="bias",
    given="x, w, b real, 0 < y < 1, 0 < h(x; w, b) < 1",
    definitions=(Z,),
    start=r"(h(x) - y) \frac{\partial}{\partial b} z(x)",
    steps=(
        step(
            "h(x) - y",
            definition("z"),
            derivative_of_linear,
            wrong=((definition("z"), derivative_of_constant), (derivative_of_linear,)),
        ),
    ),
)

MANY = "m, d integer >= 1, x[1..m, 1..d] real, y[1..m] real, w[1..d] real, b real, j in 1..d"
MANY_ELL = r"-y^{(i)} \log h^{(i)} - (1 - y^{(i)}) \log(1 - h^{(i)})"
MANY_Z = r"\sum_{k=1}^{d} x^{(i)}_k w_k + b"
DEFINITIONS = (
    SIGMOID,
    (r"z^{(i)}", MANY_Z),
    (r"h^{(i)}", r"\text{sigmoid}(z^{(i)})"),
    (r"\ell^{(i)}", MANY_ELL),
    ("L", r"\frac{1}{m} \sum_{i=1}^{m} \ell^{(i)}"),
)
DWJ = r"\frac{\partial}{\partial w_j}"

SLOPE_OF_Z = Chain(
    name="slope of z",
    given=MANY + ", i in 1..m",
    definitions=DEFINITIONS,
    start=r"\frac{\partial z^{(i)}}{\partial w_j}",
    steps=(
        step(rf"{DWJ} \left({MANY_Z}\right)", definition("z"), wrong=((definition("h"),),)),
        step(
            rf"{DWJ} \sum_{{k=1}}^{{d}} x^{{(i)}}_k w_k + {DWJ} b",
            linearity,
            wrong=((sum_rule,), (derivative_of_constant,)),
        ),
        step(
            rf"{DWJ} \sum_{{k=1}}^{{d}} x^{{(i)}}_k w_k",
            derivative_of_constant,
            wrong=((linearity,), (sum_rule,), (derivative_of_linear,)),
        ),
        step(
            rf"\sum_{{k=1}}^{{d}} {DWJ} \left(x^{{(i)}}_k w_k\right)",
            sum_rule,
            wrong=((linearity,), (constant_factor,), (constant_out_of_sum,)),
        ),
        step(
            rf"\sum_{{k=1}}^{{d}} x^{{(i)}}_k {DWJ} w_k",
            constant_factor,
            wrong=((sum_rule,), (linearity,), (constant_out_of_sum,)),
        ),
        step(
            r"\sum_{k=1}^{d} x^{(i)}_k \delta_{jk}",
            kronecker_derivative,
            wrong=((derivative_of_variable,), (kronecker_delta,), (derivative_of_constant,)),
        ),
        step(
            r"x^{(i)}_j",
            kronecker_delta,
            wrong=((kronecker_derivative,), (constant_out_of_sum,), (collect,)),
        ),
    ),
)

MANY_SAMPLES = Chain(
    name="many samples",
    given=MANY,
    definitions=DEFINITIONS,
    lemmas=(
        (
            "sample",
            r"\frac{\partial \ell^{(i)}}{\partial w_j}",
            r"(h^{(i)} - y^{(i)}) x^{(i)}_j",
        ),
    ),
    start=r"\frac{\partial L}{\partial w_j}",
    steps=(
        step(
            rf"{DWJ} \left(\frac{{1}}{{m}} \sum_{{i=1}}^{{m}} \ell^{{(i)}}\right)",
            definition("L"),
            wrong=((definition("ell"),), (sum_rule,)),
        ),
        step(
            rf"\frac{{1}}{{m}} {DWJ} \sum_{{i=1}}^{{m}} \ell^{{(i)}}",
            constant_factor,
            wrong=((constant_out_of_sum,), (sum_rule,), (linearity,)),
        ),
        step(
            rf"\frac{{1}}{{m}} \sum_{{i=1}}^{{m}} {DWJ} \ell^{{(i)}}",
            sum_rule,
            wrong=((linearity,), (constant_factor,), (constant_out_of_sum,)),
        ),
        step(
            r"\boxed{\frac{1}{m} \sum_{i=1}^{m} (h^{(i)} - y^{(i)}) x^{(i)}_j}",
            lemma("sample"),
            wrong=((definition("ell"),), (lemma("other"),), (chain_rule,)),
        ),
    ),
)

CHAINS = (
    SIGMOID_SLOPE,
    SIGMOID_SLOPE_BY_CHAIN,
    SLOPE_OF_H,
    ONE_SAMPLE,
    LINEAR_IN_FULL,
    BIAS,
    SLOPE_OF_Z,
    MANY_SAMPLES,
)
PLACES = [
    pytest.param(chain, place, id=f"{chain.name}-{place + 1}")
    for chain in CHAINS
    for place in range(len(chain.steps))
]


def lines(chain: Chain, place: int) -> tuple[Term, Term]:
    texts = (chain.start, *(step.line for step in chain.steps))
    return term(texts[place]), term(texts[place + 1])


@pytest.mark.parametrize(("chain", "place"), PLACES)
def test_natural_reasons_replay(chain: Chain, place: int) -> None:
    before, after = lines(chain, place)
    result = replay(before, after, chain.steps[place].reasons, chain.context())
    assert result.holds, result.note


@pytest.mark.parametrize(("chain", "place"), PLACES)
def test_wrong_reasons_do_not(chain: Chain, place: int) -> None:
    before, after = lines(chain, place)
    assert chain.steps[place].wrong
    for wrong in chain.steps[place].wrong:
        result = replay(before, after, wrong, chain.context())
        assert not result.holds, [reason.name for reason in wrong]


@pytest.mark.parametrize(("chain", "place"), PLACES)
def test_a_reason_that_is_not_used_does_not_replay(chain: Chain, place: int) -> None:
    before, after = lines(chain, place)
    reasons = chain.steps[place].reasons
    idle = next(rule for rule in ALL_RULES if rule.name == "swap sums")
    assert not replay(before, after, (*reasons, idle), chain.context()).holds


@pytest.mark.parametrize(("chain", "place"), PLACES)
def test_a_line_is_not_its_own_successor(chain: Chain, place: int) -> None:
    before, _ = lines(chain, place)
    reasons = tuple(rule for rule in chain.steps[place].reasons if not rule.rearranges)
    assert not replay(before, before, reasons, chain.context()).holds
