"""What `verify` rejects, what its message says, and that nobody else makes a checked derivation."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from derivation.check import Checked, CheckedRewrite, examine, verify
from derivation.derivation import Derivation, Lemma, Prose
from derivation.errors import ForgeryError, RewriteRejected, StructureError
from derivation.kernel import Verdict
from derivation.rules import (
    Context,
    Rule,
    collect,
    constant_factor,
    definition,
    derivative_of_exp,
    derivative_of_log,
    expand,
    factor,
    lemma,
    linearity,
)
from derivation.term import Add, Neg, Term
from derivation.writing import Board, Draft, by, say

HERE = Path(__file__)
TITLE = say(ko="제목", en="Title")
BOARD = Board("x, a, b real")


def derivation(*lemmas: Lemma, results: tuple[str, ...] = ()) -> Derivation:
    return Derivation("own", TITLE, BOARD.domain, (), lemmas, results or (lemmas[0].name,))


def one(start: str, *drafts: Draft, board: Board = BOARD) -> Derivation:
    return derivation(board.lemma("only", TITLE, start, *drafts))


def rejected(wrong: Derivation) -> RewriteRejected:
    with pytest.raises(RewriteRejected) as error:
        verify(wrong)
    return error.value


# ---------------------------------------------------------------------------- wrong lines


def test_a_wrong_line_is_named_with_everything_that_was_found() -> None:
    draft = by(derivative_of_exp, r"e^{-x}")
    error = rejected(one(r"\frac{d}{dx} e^{-x}", draft))
    message = str(error)
    line = next(
        number
        for number, text in enumerate(HERE.read_text(encoding="utf-8").splitlines(), start=1)
        if "draft = by(derivative_of_exp" in text
    )
    assert message.startswith(f"{HERE}:{line}: only, rewrite 1, by derivative of exp:")
    assert r"claimed  \frac{d}{dx} e^{-x}" in message
    assert r"=  e^{-x}" in message
    assert "verdict REFUTED" in message
    witness = error.report.rewrites[0].judgement.witness
    assert f"left side {witness.left}, right side {witness.right}" in message
    assert float(witness.left) == -float(witness.right) != 0
    assert "the sign is flipped" in message
    assert "wrong reason" in message  # the rule gives another line, too


@pytest.mark.parametrize(
    ("start", "line", "said"),
    [
        (r"a (x + b)", r"a x - a b", "verdict REFUTED"),
        (r"a (x + b)", r"2 a x + 2 a b", "an extra factor 2"),
        (r"a (x + b)", r"-a x - a b", "the sign is flipped"),
        (r"a (x + b)", r"a x + a q", "not declared: q"),
    ],
)
def test_wrong_lines(start: str, line: str, said: str) -> None:
    error = rejected(one(start, by(expand, line)))
    assert said in str(error)
    assert not error.report.holds
    assert error.report.lemmas[0].theorem is None


def test_the_first_wrong_rewrite_is_the_one_that_is_named() -> None:
    wrong = one(
        r"a (x + b) - a x",
        by(expand, r"a x + a b - a x"),
        by(collect, r"2 a b"),
        by(collect, r"3 a b"),
    )
    message = str(rejected(wrong))
    assert "only, rewrite 2, by collect" in message
    report = examine(wrong)
    assert [r.holds for r in report.rewrites] == [True, False, False]
    assert [r.index for r in report.rewrites] == [1, 2, 3]


def test_an_equal_line_with_the_wrong_reason_is_rejected_for_the_reason() -> None:
    error = rejected(one(r"a (x + b)", by(factor, r"a x + a b")))
    assert "verdict PROVED; wrong reason: " in str(error)
    (rewrite,) = error.report.rewrites
    assert rewrite.judgement.verdict is Verdict.PROVED
    assert not rewrite.reason_holds
    assert not rewrite.holds
    assert error.report.lemmas[0].theorem is None


@pytest.mark.parametrize(
    ("reasons", "line"),
    [
        ((linearity,), r"a x + a b"),  # no derivative anywhere
        ((expand, derivative_of_log), r"a x + a b"),  # the right one, and one that is not used
        ((constant_factor,), r"(x + b) a"),  # order alone
        ((expand,), r"a (x + b)"),  # the same line again
        ((definition("h"),), r"a x + a b"),  # nothing is called so
    ],
)
def test_true_lines_with_false_reasons(reasons: tuple[Rule, ...], line: str) -> None:
    assert "wrong reason" in str(rejected(one(r"a (x + b)", by(*reasons, line))))


def test_a_wrong_erratum_is_named() -> None:
    board = Board("x real")
    right = by(derivative_of_exp, r"e^x")
    good = derivation(board.lemma("exp", TITLE, r"\frac{d}{dx} e^x", right))
    said = say(ko="틀림", en="wrong")
    sides = {"left": r"\frac{d}{dx} e^{-x}", "wrong": r"e^{-x}", "right": r"-e^{-x}"}
    assert verify(replace(good, errata=(board.erratum("state 1", "sign", said, **sides),)))
    for change in ({"wrong": r"-e^{-x}"}, {"right": r"e^{-x}"}):
        erratum = board.erratum("state 1", "sign", said, **(sides | change))
        message = str(rejected(replace(good, errata=(erratum,))))
        assert "the erratum state 1 is not refuted and corrected" in message


# ---------------------------------------------------------------------------- lemmas


def exponential() -> Lemma:
    return BOARD.lemma("exp", TITLE, r"\frac{d}{dx} e^x", by(derivative_of_exp, r"e^x"))


def user_of(name: str) -> Lemma:
    used = by(lemma(name), r"a e^x")
    return BOARD.lemma("user", TITLE, r"a \frac{d}{dx} e^x", used)


def test_a_proved_lemma_is_a_reason() -> None:
    checked = verify(derivation(exponential(), user_of("exp"), results=("user",)))
    assert checked.conclusion is checked.theorem("user")
    assert checked.conclusion.rhs == user_of("exp").last.term


@pytest.mark.parametrize("name", ["ex", "user", "EXP", ""])
def test_an_unknown_lemma_is_no_reason(name: str) -> None:
    wrong = derivation(exponential(), user_of(name))
    assert "wrong reason" in str(rejected(wrong))
    assert f"lemma: {name}" in str(rejected(wrong))


def test_a_lemma_is_no_reason_before_it_is_proved() -> None:
    assert "wrong reason" in str(rejected(derivation(user_of("exp"), exponential())))


def test_a_lemma_that_was_rejected_is_no_reason() -> None:
    wrong = BOARD.lemma("exp", TITLE, r"\frac{d}{dx} e^x", by(factor, r"e^x"))
    report = examine(derivation(wrong, user_of("exp")))
    assert [r.reason_holds for r in report.rewrites] == [False, False]
    assert [r.judgement.verdict for r in report.rewrites] == [Verdict.PROVED] * 2


def test_a_lemma_does_not_serve_itself() -> None:
    circular = BOARD.lemma("user", TITLE, r"a \frac{d}{dx} e^x", by(lemma("user"), r"a e^x"))
    assert "wrong reason" in str(rejected(derivation(circular)))


def test_structure_is_checked_first() -> None:
    good = derivation(exponential())
    with pytest.raises(StructureError, match="has no lemma"):
        examine(replace(good, lemmas=()))
    with pytest.raises(StructureError, match="two lemmas are called 'exp'"):
        examine(derivation(exponential(), exponential()))
    with pytest.raises(StructureError, match="no lemma 'expo' in 'own'; there are: exp"):
        verify(replace(good, results=("expo",)))
    with pytest.raises(StructureError, match="no lemma 'nothing'"):
        verify(good).theorem("nothing")


def test_lines_of_another_lemma_do_not_join_into_a_theorem() -> None:
    """Each rewrite starts at the line before it: the theorem is that of the whole chain."""
    chain = BOARD.lemma(
        "only",
        TITLE,
        r"a (x + b) - a x",
        by(expand, r"a x + a b - a x"),
        by(collect, r"a b"),
    )
    theorem = verify(derivation(chain)).conclusion
    assert (theorem.lhs, theorem.rhs) == (chain.start.term, chain.last.term)
    assert theorem.conditions == ()
    assert theorem.domain == chain.domain


def test_conditions_are_collected() -> None:
    from derivation.rules import cancel

    report = verify(one(r"\frac{a x}{a}", by(cancel, r"x"))).report
    assert [str(condition) for condition in report.conditions] == ["a != 0"]
    assert report.assumed == ("a != 0",)
    assert report.rewrites[0].judgement.verdict is Verdict.PROVED_IF


def test_progress_is_told_once_a_rewrite() -> None:
    seen: list[CheckedRewrite] = []
    report = examine(derivation(exponential(), user_of("exp")), seen.append)
    assert tuple(seen) == report.rewrites


# ---------------------------------------------------------------------------- forgery


@pytest.fixture(scope="module")
def checked() -> Checked:
    return verify(derivation(exponential()))


def test_a_checked_derivation_has_one_maker(checked: Checked) -> None:
    wrong = one(r"a (x + b)", by(expand, r"a x"))
    for forged in (
        lambda: Checked(wrong, examine(wrong)),
        lambda: Checked(wrong, examine(wrong), object()),
        lambda: replace(checked, derivation=wrong),
        lambda: copy.copy(checked),
        lambda: copy.deepcopy(checked),
        lambda: pickle.dumps(checked),
    ):
        with pytest.raises(ForgeryError):
            forged()
    with pytest.raises(AttributeError):
        checked.derivation = wrong


def test_its_theorems_have_one_maker(checked: Checked) -> None:
    theorem = checked.conclusion
    for forged in (
        lambda: replace(theorem, rhs=Neg(theorem.rhs)),
        lambda: copy.copy(theorem),
        lambda: copy.deepcopy(theorem),
        lambda: pickle.dumps(theorem),
        lambda: type(theorem)(
            theorem.domain, (), theorem.lhs, Neg(theorem.rhs), (), theorem.method
        ),
    ):
        with pytest.raises(ForgeryError):
            forged()


# ---------------------------------------------------------------------------- reasons of one's own


def test_sympy_functions_are_reasons() -> None:
    sympy = pytest.importorskip("sympy")
    for start, function, line in (
        (r"a x + b x", sympy.factor, r"x (a + b)"),
        (r"(x + a) (x - a)", sympy.expand, r"x^2 - a^2"),
        (r"\frac{x^2 - a^2}{x - a}", sympy.cancel, r"x + a"),
    ):
        checked = verify(one(start, by(function, line)))
        assert checked.rewrites[0].rule == f"sympy.{function.__name__}"


def test_a_sympy_function_that_gives_another_line_is_a_wrong_reason() -> None:
    sympy = pytest.importorskip("sympy")
    message = str(rejected(one(r"x (x + a) - a (x + a)", by(sympy.expand, r"(x + a) (x - a)"))))
    assert "wrong reason" in message
    assert "'sympy.expand' gives" in message


def test_a_sympy_function_never_decides() -> None:
    """It gives this line, but the line is false: the kernel says so."""
    sympy = pytest.importorskip("sympy")

    def careless(expression: object) -> object:
        return sympy.Symbol("x", real=True) + 1 if expression.is_Add else expression

    error = rejected(one(r"x + 2", by(careless, r"x + 1")))
    assert error.report.rewrites[0].reason_holds
    assert error.report.rewrites[0].judgement.verdict is Verdict.REFUTED


def test_a_function_of_ones_own_is_a_reason() -> None:
    sympy = pytest.importorskip("sympy")

    def square_out(expression: object) -> object:
        return sympy.expand(expression) if expression.is_Pow else expression

    checked = verify(one(r"(x + a)^2", by(square_out, r"x^2 + 2 a x + a^2")))
    assert checked.rewrites[0].rule.endswith("square_out")
    message = str(rejected(one(r"a (x + b)", by(square_out, r"a x + a b"))))
    assert "wrong reason" in message


def doubled(term: Term, context: Context) -> Iterator[Term]:  # noqa: ARG001
    """u + u for 2 u, whose place in the table an author wants to have."""
    from derivation.term import Mul, Number

    match term:
        case Mul(left=Number(text="2"), right=right):
            yield Add(right, right)


def test_a_rule_of_ones_own_is_a_row() -> None:
    rule = Rule("doubling", r"2 u = u + u", doubled)
    checked = verify(one(r"b + 2 x", by(rule, r"b + x + x")))
    assert checked.rewrites[0].rule == "doubling"
    assert checked.rewrites[0].reason_note == "by doubling"
    message = str(rejected(one(r"b + 3 x", by(rule, r"b + x + x + x"))))
    assert "'doubling' applies nowhere in the line before; it says $2 u = u + u$" in message


def test_a_rule_of_ones_own_never_decides() -> None:
    def wrong(term: Term, context: Context) -> Iterator[Term]:  # noqa: ARG001
        yield Neg(term)

    error = rejected(one(r"a x", by(Rule("negate", r"u = -u", wrong), r"-a x")))
    assert error.report.rewrites[0].reason_holds
    assert "verdict REFUTED" in str(error)
    assert "the sign is flipped" in str(error)


def test_prose_has_two_languages() -> None:
    assert (TITLE.text("ko"), TITLE.text("en")) == ("제목", "Title")
    with pytest.raises(StructureError, match="no prose in language 'de'"):
        Prose("가", "a").text("de")


def test_a_definition_that_no_lemma_stands_under_is_refused() -> None:
    own = one("x + x", by(collect, r"2 \cdot x"))
    other = Board("x real", ((r"q(x)", r"x + 1"),)).defined
    with pytest.raises(StructureError, match=r"no lemma of 'own' stands under the definition"):
        examine(replace(own, definitions=other))


def test_a_function_of_the_user_that_raises_is_a_wrong_reason_and_no_crash() -> None:
    def broken(_: object) -> object:
        raise ZeroDivisionError("not today")

    (found,) = examine(one("x + a", by(broken, r"a + x + b - b"))).rewrites
    assert found.judgement.verdict is Verdict.PROVED
    assert not found.reason_holds
    assert "ZeroDivisionError: not today" in found.reason_note
