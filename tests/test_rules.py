"""Each rule: its example replays and is true, its twin does neither; replay and its notes."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from derivation.domain import Domain
from derivation.errors import StructureError
from derivation.kernel import Definition, Verdict, decide
from derivation.notation import read
from derivation.rules import (
    ALL_RULES,
    Context,
    KnownLemma,
    Replay,
    Rule,
    add_and_subtract,
    arithmetic,
    arrangement,
    as_reason,
    backwards,
    cancel,
    chain_rule,
    collect,
    collect_sign,
    combine_powers,
    common_denominator,
    constant_factor,
    constant_out_of_sum,
    definition,
    derivative_of_constant,
    derivative_of_exp,
    derivative_of_linear,
    derivative_of_log,
    expand,
    factor,
    fold,
    from_sympy,
    known_definition,
    known_lemma,
    kronecker_delta,
    lemma,
    linearity,
    power_rule,
    product_rule,
    quotient_rule,
    reason_from_name,
    rename_index,
    replay,
    simplify_fraction,
    split_fraction,
    split_sum,
    sum_of_constant,
    sum_rule,
)
from derivation.rules.rule import Setting
from derivation.term import Term, plain

PROVED = (Verdict.PROVED, Verdict.PROVED_IF)
BY_NAME = pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.name)


def reader(context: Context):
    def term(text: str) -> Term:
        return read(text, functions=context.functions, symbols=context.symbols, syntax="latex")

    return term


def try_replay(given: str, before: str, after: str, *reasons: object, **more: object) -> Replay:
    context = Setting(given, **more).context()
    term = reader(context)
    return replay(term(before), term(after), reasons, context)


def holds(given: str, before: str, after: str, *reasons: object, **more: object) -> bool:
    return try_replay(given, before, after, *reasons, **more).holds


# ---------------------------------------------------------------------------- the catalogue


@BY_NAME
def test_the_example_replays_and_its_twin_does_not(rule: Rule) -> None:
    context = rule.setting.context()
    term = reader(context)
    result = replay(term(rule.example[0]), term(rule.example[1]), (rule,), context)
    assert result.holds, result.note
    assert not replay(term(rule.reject[0]), term(rule.reject[1]), (rule,), context).holds


@BY_NAME
def test_the_example_is_true_and_its_twin_is_false(rule: Rule) -> None:
    context = rule.setting.context()
    term = reader(context)
    definitions = tuple(Definition(known.head, known.body) for known in context.definitions)
    for (before, after), verdicts in ((rule.example, PROVED), (rule.reject, (Verdict.REFUTED,))):
        found = decide(term(before), term(after), context.domain, definitions)
        assert found.verdict in verdicts, f"{before} = {after}: {found.verdict} {found.reason}"


# One rule covers the example of the other.
COVERED = {
    ("derivative of the variable", "derivative of a linear function"),
    ("simplify fraction", "cancel"),
    ("exponential of a sum", "combine powers"),
}


@BY_NAME
def test_no_other_rule_gives_the_example(rule: Rule) -> None:
    """A true line with a wrong reason is rejected."""
    context = rule.setting.context()
    term = reader(context)
    before, after = term(rule.example[0]), term(rule.example[1])
    others = {
        other.name
        for other in ALL_RULES
        if other != rule and replay(before, after, (other,), context).holds
    }
    assert others == {wider for name, wider in COVERED if name == rule.name}


@BY_NAME
def test_read_backwards_the_example_replays_backwards(rule: Rule) -> None:
    context = rule.setting.context()
    term = reader(context)
    before, after = (term(text) for text in rule.example)
    assert replay(after, before, (backwards(rule),), context).holds


@BY_NAME
def test_each_rule_says_what_it_does(rule: Rule) -> None:
    assert rule.name
    assert rule.statement
    assert all(rule.example)
    assert all(rule.reject)


def test_names_are_distinct_and_give_the_rules_back() -> None:
    assert len({rule.name for rule in ALL_RULES}) == len(ALL_RULES)
    for rule in ALL_RULES:
        assert reason_from_name(rule.name) == rule
        assert reason_from_name(rule.name).direction is rule.direction
    assert reason_from_name("lemma: a (backwards)") == lemma("a", backwards=True)
    assert reason_from_name("split fraction (backwards)") == backwards(split_fraction)
    assert reason_from_name("sympy.factor") == from_sympy(sympy.factor)
    assert backwards(backwards(expand)) == expand


@pytest.mark.parametrize("name", ["chane rule", "sympy.sympify", "os.system", "fold ", ""])
def test_an_unknown_name_is_refused(name: str) -> None:
    with pytest.raises(StructureError, match="no rule is called"):
        reason_from_name(name)


def test_an_unknown_name_gets_a_suggestion() -> None:
    with pytest.raises(StructureError, match="'chain rule'"):
        reason_from_name("chane rule")


def test_the_rules_do_not_load_sympy() -> None:
    code = "import derivation.rules, sys; sys.exit('sympy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# ---------------------------------------------------------------------------- arrangement

LETTERS = "x, y, z real, f(x) function"
SAME = [
    ("x + y - z", "-z + (y + x)"),
    ("x y z", "z (y x)"),
    (r"\frac{x}{y}", r"x \frac{1}{y}"),
    (r"\frac{1}{x y}", r"\frac{1}{x} \cdot \frac{1}{y}"),
    ("(-x) y", "-(x y)"),
    ("x - (y + z)", "x - y - z"),
    (r"1 \cdot x + 0", "x"),
    (r"0 \cdot x + y", "y"),
    ("e^{-x}", r"\exp(-x)"),
    (r"\ln(x)", r"\log(x)"),
    ("f'(x)", r"\frac{d}{dx} f(x)"),
    (r"\sum_{i=1}^{3} x^i", r"\sum_{k=1}^{3} x^k"),
    (r"\boxed{x} \times y", r"x \cdot y"),
    ("0.50 x", r"\frac{1}{2} x"),
]
DIFFERENT = [
    ("x - x", "0"),
    ("x x", "x^2"),
    (r"2 \cdot 3 x", "6 x"),
    ("x + x", "2 x"),
    ("x (y + z)", "x y + x z"),
    (r"\frac{x}{x}", "1"),
    ("x - y", "y - x"),
    (r"\frac{x}{y}", r"\frac{y}{x}"),
    (r"\frac{d}{dx} (-f(x))", r"-\frac{d}{dx} f(x)"),
    ("f'(x)", "f(x)"),
    (r"\sum_{i=1}^{3} x^i", r"\sum_{i=0}^{3} x^i"),
    (r"\sum_{i=1}^{3} \sum_{k=1}^{2} x^i y^k", r"\sum_{i=1}^{3} \sum_{k=1}^{2} x^k y^i"),
    (r"\left(\frac{1}{x}\right)^2", r"\frac{1}{x^2}"),
    ("x^{y z}", "x^{y} z"),
]


@pytest.mark.parametrize(("left", "right"), SAME)
def test_arrangements_agree(left: str, right: str) -> None:
    term = reader(Context(Domain.parse(LETTERS)))
    assert arrangement(term(left)) == arrangement(term(right))


@pytest.mark.parametrize(("left", "right"), DIFFERENT)
def test_arrangements_differ(left: str, right: str) -> None:
    term = reader(Context(Domain.parse(LETTERS)))
    assert arrangement(term(left)) != arrangement(term(right))


def _terms() -> st.SearchStrategy[str]:
    leaves = st.sampled_from(["x", "y", "z", "2", "3"])

    def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        parts = st.lists(inner, min_size=2, max_size=3)
        return st.one_of(
            parts.map(lambda one: "(" + " + ".join(one) + ")"),
            parts.map(lambda one: "(" + " * ".join(one) + ")"),
            st.tuples(inner, inner).map(lambda one: f"({one[0]} - {one[1]})"),
            st.tuples(inner, inner).map(lambda one: f"({one[0]} / {one[1]})"),
            inner.map(lambda one: f"(-{one})"),
        )

    return st.recursive(leaves, grown, max_leaves=12)


@settings(max_examples=150, deadline=None)
@given(_terms(), st.randoms(use_true_random=False))
def test_reordering_keeps_the_arrangement(text: str, chance: random.Random) -> None:
    term = read(text, syntax="python")
    assert arrangement(_shuffled(term, chance)) == arrangement(term)


def _shuffled(term: Term, chance: random.Random) -> Term:
    from derivation.term import Add, Mul, Sub

    if term.children:
        term = term.with_children(tuple(_shuffled(child, chance) for child in term.children))
    if chance.random() < 0.5:
        return term
    match term:
        case Add(left=left, right=right):
            return Add(right, left)
        case Mul(left=left, right=right):
            return Mul(right, left)
        case Sub(left=left, right=right):
            return Add(-right, left)
    return term


@settings(max_examples=100, deadline=None)
@given(_terms(), _terms())
def test_equal_arrangements_are_equal_numbers(left: str, right: str) -> None:
    one, other = read(left, syntax="python"), read(right, syntax="python")
    if arrangement(one) == arrangement(other):
        difference = sympy.simplify(sympy.sympify(left) - sympy.sympify(right))
        # x/(x - x) has no value on either side
        assert difference == 0 or difference.has(sympy.nan, sympy.zoo)


# ---------------------------------------------------------------------------- free of a variable


def test_a_constant_factor_is_free_of_the_variable() -> None:
    dw = r"\frac{\partial}{\partial w}"
    assert holds("w, a real, f(w) function", f"{dw} (a f(w))", f"a {dw} f(w)", constant_factor)
    assert not holds("w, a real, f(w) function", f"{dw} (w f(w))", f"w {dw} f(w)", constant_factor)
    hidden = "w, x real, h(x; w) function, f(w) function"
    assert not holds(hidden, f"{dw} (h(x) f(w))", f"h(x) {dw} f(w)", constant_factor)
    shown = "w, x real, h(x) function, f(w) function"
    assert holds(shown, f"{dw} (h(x) f(w))", f"h(x) {dw} f(w)", constant_factor)
    body = {"definitions": (("c", "3 w"),)}
    assert not holds(
        "w real, f(w) function", f"{dw} (c f(w))", f"c {dw} f(w)", constant_factor, **body
    )


def test_a_hidden_dependence_is_no_constant() -> None:
    line = (r"\frac{\partial}{\partial w} h(x)", "0")
    assert holds("w, x real, h(x) function", *line, derivative_of_constant)
    assert not holds("w, x real, h(x; w) function", *line, derivative_of_constant)


def test_no_chain_rule_where_the_outer_function_depends_on_the_variable() -> None:
    line = (r"\frac{\partial}{\partial w} h(w^2)", r"h'(w^2) \frac{\partial}{\partial w} w^2")
    assert holds("w real, h(x) function", *line, chain_rule)
    assert not holds("w real, h(x; w) function", *line, chain_rule)


def test_no_sum_rule_for_the_bound_index() -> None:
    family = "m integer >= 1, w[1..m] real, i in 1..m"
    before = r"\frac{\partial}{\partial w_i} \sum_{i=1}^{m} w_i"
    after = r"\sum_{i=1}^{m} \frac{\partial}{\partial w_i} w_i"
    assert not holds(family, before, after, sum_rule)


def test_kronecker_delta_needs_the_index_in_the_range() -> None:
    family = "m integer >= 1, n integer >= 1, u[1..m] real, j in 1..m, l in 1..n"
    assert holds(family, r"\sum_{k=1}^{m} \delta_{jk} u_k", "u_j", kronecker_delta)
    assert not holds(family, r"\sum_{k=1}^{m} \delta_{lk} u_k", "u_l", kronecker_delta)
    assert not holds(family, r"\sum_{k=2}^{m} \delta_{jk} u_k", "u_j", kronecker_delta)


# ---------------------------------------------------------------------------- several reasons

XY = "x, y real, f(x) function, g(x) > 0"
DX = r"\frac{d}{dx}"
COMPOUND = [
    (rf"{DX} \log(g(x))", r"\frac{1}{g(x)} g'(x)", (derivative_of_log, chain_rule)),
    (rf"{DX} e^{{x^2}}", "2 x e^{x^2}", (derivative_of_exp, power_rule)),
    (rf"{DX} e^{{2 x + y}}", "2 e^{2 x + y}", (derivative_of_exp,)),
    (rf"{DX} (f(x)^3)", "3 f(x)^2 f'(x)", (power_rule,)),
    (rf"{DX} (f(x)^3)", "3 f(x)^2 f'(x)", (power_rule, chain_rule)),
    (rf"{DX} (x f(x) g(x))", rf"f(x) g(x) {DX} x + x {DX} (f(x) g(x))", (product_rule,)),
    ("x + y + x - y", "2 x", (collect,)),
    ("(x + y)^2", "x^2 + 2 x y + y^2", (expand,)),
    ("(x + 1) (y + 2)", "x y + 2 x + y + 2", (expand,)),
    (r"3 \cdot (x + 2 y)", r"3 x + 6 y", (expand,)),
    ("x^2 y + x y", r"x y \cdot (x + 1)", (factor,)),
    (r"\frac{x}{g(x)} + \frac{y}{g(x)}", r"\frac{x + y}{g(x)}", (common_denominator,)),
    ("(y - x) f(x)", r"-(x - y) f(x)", (collect_sign,)),
    (r"x^2 x", "x^3", (combine_powers,)),
    ("x^3", "x^2 x", (combine_powers,)),
    (r"\frac{4 x}{6}", r"\frac{2 x}{3}", (cancel,)),
    (r"\frac{4 x}{6}", r"\frac{2 x}{3}", (arithmetic,)),
]


@pytest.mark.parametrize(("before", "after", "reasons"), COMPOUND)
def test_compound_steps_replay(before: str, after: str, reasons: tuple[Rule, ...]) -> None:
    result = try_replay(XY, before, after, *reasons)
    assert result.holds, result.note


TOO_FEW = [
    (rf"{DX} \log(g(x))", r"\frac{1}{g(x)} g'(x)", (derivative_of_log,)),
    (rf"{DX} \log(g(x))", r"\frac{1}{g(x)} g'(x)", (chain_rule,)),
    (rf"{DX} (x y + y)", "y", (linearity,)),
    (rf"{DX} (x^2 y + y)", "2 x y", (derivative_of_linear,)),
    ("x + y + x - y", "2 x", (expand,)),
    ("(x + y)^2", "x^2 + y^2", (expand,)),
    (r"\frac{x + y}{g(x)}", r"\frac{x}{g(x)} + \frac{y}{g(x)}", (common_denominator,)),
    (r"\frac{f(x)}{g(x)}", r"\frac{f'(x)}{g'(x)}", (quotient_rule,)),
    ("x + y", "y + x", (expand,)),
    ("x + y", "x + y", (rename_index,)),
    ("x - y", "x - y", (collect_sign,)),
]


@pytest.mark.parametrize(("before", "after", "reasons"), TOO_FEW)
def test_a_reason_that_does_not_reach_is_rejected(
    before: str, after: str, reasons: tuple[Rule, ...]
) -> None:
    assert not holds(XY, before, after, *reasons)


def test_a_backward_rule_may_come_before_a_forward_one() -> None:
    e = "e^{-x}"
    before = rf"\frac{{{e}}}{{1 + {e}}}"
    split = rf"\frac{{1 + {e}}}{{1 + {e}}} - \frac{{1}}{{1 + {e}}}"
    assert holds("x real", before, split, add_and_subtract("1"), split_fraction)
    assert holds(
        "x real",
        before,
        rf"1 - \frac{{1}}{{1 + {e}}}",
        add_and_subtract("1"),
        split_fraction,
        simplify_fraction,
    )
    assert holds("x > 0, y real", r"\frac{x y + x}{x}", "y + 1", factor, cancel)
    assert holds(
        "x > 0, y > 0",
        r"\frac{x}{y} + \frac{y - x}{y}",
        r"\frac{y}{y}",
        common_denominator,
        collect,
    )


def test_sums_go_either_way() -> None:
    family = "m integer >= 1, c real, u[1..m] real, v[1..m] real"
    inside, outside = r"\sum_{i=1}^{m} c u_i", r"c \sum_{i=1}^{m} u_i"
    assert holds(family, inside, outside, constant_out_of_sum)
    assert holds(family, outside, inside, constant_out_of_sum)
    both = r"\sum_{i=1}^{m} (c u_i + v_i)"
    apart = r"c \sum_{i=1}^{m} u_i + \sum_{k=1}^{m} v_k"
    assert holds(family, both, apart, split_sum, constant_out_of_sum)
    assert holds(family, apart, both, split_sum, constant_out_of_sum)
    assert holds(family, r"\sum_{i=1}^{m} (1 + u_i)", r"m + \sum_{i=1}^{m} u_i", split_sum,
                 sum_of_constant)  # fmt: skip


# ---------------------------------------------------------------------------- names


def test_definitions_unfold_somewhere_or_everywhere() -> None:
    square = {"definitions": (("f(x)", "x^2"),)}
    assert holds("x, y real", "f(x) + f(y)", "x^2 + y^2", definition("f"), **square)
    assert holds("x, y real", "f(x) + f(y)", "f(x) + y^2", definition("f"), **square)
    assert holds("x, y real", "f(x) + y^2", "f(x) + f(y)", fold("f"), **square)
    assert holds("x, y real", "f(f(x))", "(x^2)^2", definition("f"), **square)
    assert holds("x real", "f'(x)", rf"{DX} x^2", definition("f"), **square)
    assert not holds("x, y real", "f(x) + f(y)", "x^2 + x^2", definition("f"), **square)
    assert not holds("x, y real", "f(x)", "x^2", definition("g"), **square)


def test_an_argument_is_not_captured_by_a_bound_index() -> None:
    total = {"definitions": ((r"s_i", r"\sum_{k=1}^{3} a_{ik}"),)}
    family = "a[1..3, 1..3] real, k in 1..3"
    assert holds(family, "s_k", r"\sum_{i=1}^{3} a_{ki}", definition("s"), **total)
    assert not holds(family, "s_k", r"\sum_{k=1}^{3} a_{kk}", definition("s"), **total)


SLOPE = ("slope", rf"{DX} f(x)", "f(x) (1 - f(x))")


def test_a_lemma_holds_for_every_value_of_its_variables() -> None:
    given, known = "x, y, w real, f(x) function, z(w) function", {"lemmas": (SLOPE,)}
    dw = r"\frac{\partial}{\partial w}"
    assert holds(given, "f'(y)", "f(y) (1 - f(y))", lemma("slope"), **known)
    assert holds(given, "f'(y + 1)", "f(y + 1) (1 - f(y + 1))", lemma("slope"), **known)
    line = (f"{dw} f(z(w))", f"f(z(w)) (1 - f(z(w))) {dw} z(w)")
    assert holds(given, *line, lemma("slope"), chain_rule, **known)
    assert not holds(given, *line, lemma("slope"), **known)
    assert not holds(given, "f'(y)", "f(x) (1 - f(x))", lemma("slope"), **known)
    assert holds(given, "f(y) (1 - f(y))", "f'(y)", lemma("slope", backwards=True), **known)


def test_a_lemma_about_a_sum_holds_for_some_summands() -> None:
    known = {"lemmas": (("half angle", r"\sin(x)^2 + \cos(x)^2", "1"),)}
    before = r"y + \cos(2 x)^2 + 3 + \sin(2 x)^2"
    assert holds("x, y real", before, "y + 1 + 3", lemma("half angle"), **known)
    wrong = r"y + \cos(2 x)^2 + 3 + \sin(x)^2"
    assert not holds("x, y real", wrong, "y + 1 + 3", lemma("half angle"), **known)


def test_a_hidden_parameter_is_no_pattern_variable() -> None:
    domain = Domain.parse("x, w real, h(x; w) function")
    term = reader(Context(domain))
    known = known_lemma(term(r"\frac{\partial}{\partial w} h(x)"), term(r"x w"), domain)
    assert known.variables == {"x"}


def test_a_lemma_does_not_apply_where_a_value_mentions_the_variable() -> None:
    domain = Domain.parse("x, a real, f(x) function")
    term = reader(Context(domain))
    lhs, rhs = term(rf"{DX} (a f(x))"), term(rf"a {DX} f(x)")
    context = Context(domain, (), {"out": KnownLemma(plain(lhs), plain(rhs), frozenset({"a"}))})
    wrong = (term(rf"{DX} (x f(x))"), term(rf"x {DX} f(x)"))
    assert not replay(*wrong, (lemma("out"),), context).holds
    right = (term(rf"{DX} (3 f(x))"), term(rf"3 {DX} f(x)"))
    assert replay(*right, (lemma("out"),), context).holds


def test_a_head_is_over_symbols() -> None:
    term = reader(Context(Domain.parse("x real, f(x) function")))
    with pytest.raises(StructureError, match="head"):
        known_definition(term("f(x + 1)"), term("x"))


# ---------------------------------------------------------------------------- SymPy


def test_sympy_functions_are_reasons() -> None:
    term = reader(Context(Domain.parse("x, a real")))
    square = term("x^2 - 1"), term("(x - 1) (x + 1)")
    assert replay(*square, (sympy.factor,)).holds
    assert not replay(*square, (sympy.expand,)).holds
    part = term(r"\frac{a}{x^2 - 1}"), term(r"\frac{a}{(x - 1) (x + 1)}")
    assert replay(*part, (sympy.factor,)).holds
    assert not replay(term("x^2 - 1"), term("(x - 1) (x + 2)"), (sympy.factor,)).holds
    assert as_reason(sympy.factor).name == "sympy.factor"


def test_sympy_reasons_stand_alone() -> None:
    term = reader(Context(Domain.parse("x real")))
    result = replay(term("x^2 - 1"), term("(x - 1) (x + 1)"), (sympy.factor, expand))
    assert not result.holds
    assert "a line of its own" in result.note
    with pytest.raises(TypeError, match="no reason"):
        as_reason("factor")  # type: ignore[arg-type]


# ---------------------------------------------------------------------------- notes


def test_notes_say_what_to_do() -> None:
    nowhere = try_replay(XY, "x + y", "x y", quotient_rule)
    assert "'quotient rule' applies nowhere in the line before" in nowhere.note
    nearest = try_replay(XY, "x (y + 1)", "x y + y", expand)
    assert "'expand' gives $x y + x$, not this line" in nearest.note
    needed = try_replay(XY, "x y + y", "x (y + 1)", factor)
    assert "would need the line before to be $x y + x$" in needed.note
    same = try_replay(XY, "x + y", "y + x", expand)
    assert "re-arranges" in same.note
    nothing = try_replay(XY, "x + y", "y + x")
    assert "no reason" in nothing.note
    style = try_replay("x real", rf"{DX} e^{{x^2}}", "0", derivative_of_exp)
    assert r"\frac{d}{dx}" in style.note


def test_a_search_that_explodes_gives_up() -> None:
    sums = " ".join(f"({a} + {b} + {a}{b})" for a, b in ("xy", "yz", "zw", "wx"))
    result = try_replay("x, y, z, w real", sums, "x + y", expand)
    assert not result.holds
    assert "gave up" in result.note
