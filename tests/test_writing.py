"""The board on which authors write: what it reads, and where it points when it cannot."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from derivation.check import examine, verify
from derivation.derivation import Definition, Derivation
from derivation.errors import DomainError, StructureError, UnreadableError
from derivation.rules import collect, definition, expand, factor, fold
from derivation.term import Call, Mul, Symbol, plain
from derivation.writing import Board, Draft, by, say

HERE = Path(__file__)
TITLE = say(ko="제목", en="Title")


def line_number(of: str) -> int:
    """The line of this file that ends in a comment with this text."""
    for number, text in enumerate(HERE.read_text(encoding="utf-8").splitlines(), start=1):
        if text.endswith(f"# {of}"):
            return number
    raise AssertionError(of)


# ---------------------------------------------------------------------------- by


def test_by_keeps_reasons_line_prose_and_place() -> None:
    said = say(ko="펼친다", en="expand")
    draft = by(expand, collect, r"a x", say=said)  # here
    assert draft == Draft((expand, collect), r"a x", said, f"{HERE}:{line_number('here')}")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), r"by(reason, ..., line) ends with the line as text"),
        ((expand,), r"by(reason, ..., line) ends with the line as text"),
        ((expand, "  "), r"by(reason, ..., line) ends with the line as text"),
        (("a x",), "name the rule that gives 'a x'"),
        ((7, "a x"), "7 is no rule and no function"),
        (("expand", "a x"), "'expand' is no rule and no function"),
    ],
)
def test_by_says_what_is_missing_and_where(arguments: tuple[object, ...], said: str) -> None:
    with pytest.raises(StructureError) as error:
        by(*arguments)  # the call
    assert str(error.value).startswith(f"{HERE}:{line_number('the call')}: ")
    assert said in str(error.value)


# ---------------------------------------------------------------------------- lines


def test_a_name_before_a_parenthesis_is_what_the_board_declares() -> None:
    product = Board("a, x, b real").line(r"a (x + b)").term
    call = Board("a(x) function, x, b real").line(r"a (x + b)").term
    defined = Board("x, b real", ((r"a(x)", r"x^2"),)).line(r"a(x + b)").term
    assert isinstance(product, Mul)
    assert isinstance(call, Call)
    assert plain(call) == plain(defined)


def test_a_line_keeps_its_text_and_domain() -> None:
    board = Board("x real")
    line = board.line(r"\boxed{x}^2")
    assert (line.latex, line.domain) == (r"\boxed{x}^2", board.domain)
    assert str(line.sympy) == "x**2"


@pytest.mark.parametrize(
    ("text", "column", "what"),
    [
        (r"x + \frac{1}{", 13, ""),
        (r"x + )", 5, ""),
        (r"x + \unknown{x}", 5, "unknown"),
        ("", 1, ""),
    ],
)
def test_unreadable_lines_point_at_the_place(text: str, column: int, what: str) -> None:
    with pytest.raises(UnreadableError) as error:
        Board("x real").line(text)
    assert (error.value.line, error.value.column) == (1, column)
    assert what in str(error.value)
    assert str(error.value).splitlines()[2] == " " * (2 + column - 1) + "^"


def test_an_unreadable_line_of_a_lemma_names_the_authors_line() -> None:
    board = Board("x, a, b real")
    with pytest.raises(StructureError) as error:
        board.lemma(
            "only",
            TITLE,
            r"a (x + b)",
            by(expand, r"a x + a b"),
            by(factor, r"a (x + \frac{b}{)"),  # unreadable
        )
    message = str(error.value)
    assert message.startswith(f"{HERE}:{line_number('unreadable')}: line 1, column ")
    assert r"a (x + \frac{b}{)" in message
    assert message.splitlines()[2].strip() == "^"


def test_an_unreadable_start_or_definition_is_reported() -> None:
    with pytest.raises(UnreadableError):
        Board("x real").lemma("only", TITLE, r"\frac{x}", by(expand, "x"))
    with pytest.raises(UnreadableError):
        _ = Board("x real", ((r"h(x)", r"\frac{x}"),)).defined


def test_an_unreadable_domain_is_reported() -> None:
    with pytest.raises(DomainError, match="realy"):
        Board("x realy").line("x")


# ---------------------------------------------------------------------------- boards and lemmas


def test_a_lemma_needs_a_rewrite() -> None:
    with pytest.raises(StructureError, match="the lemma 'only' has no rewrite"):
        Board("x real").lemma("only", TITLE, "x")


def test_more_adds_declarations_and_definitions() -> None:
    board = Board("x real", ((r"h(x)", r"x^2"),))
    further = board.more("a real", (r"g(x)", r"a h(x)"))
    assert further.given == "x real, a real"
    assert [one.name for one in further.defined] == ["h", "g"]
    assert [one.arguments for one in further.defined] == [("x",), ("x",)]
    assert board.more() == board
    assert Board("").more("x real").given == "x real"
    assert board.definitions == ((r"h(x)", r"x^2"),)
    with pytest.raises(FrozenInstanceError):
        board.given = "x real"


def test_a_lemma_carries_domain_definitions_and_lines() -> None:
    board = Board("x real", ((r"h(x)", r"x^2"),))
    lemma = board.lemma("only", TITLE, r"h(x)", by(definition("h"), r"x^2"))
    assert lemma.domain == board.domain
    assert lemma.definitions == board.defined
    assert [line.latex for line in lemma.lines] == [r"h(x)", r"x^2"]
    assert lemma.last is lemma.rewrites[-1].line


def test_a_definition_is_over_distinct_symbols() -> None:
    board = Board("x, y real, h(x) function")
    for head in (r"h(x + 1)", r"h(x, x)"):
        with pytest.raises(StructureError):
            _ = Definition(board.line(head), board.line("x")).arguments
    with pytest.raises(StructureError, match="cannot be defined"):
        _ = Definition(board.line("x + y"), board.line("x")).name
    assert Definition(board.line("y"), board.line("x")).name == "y"


@pytest.mark.parametrize(
    "drafts",
    [
        (by(definition("g"), r"x^2"),),  # there is no g
        (by(fold("g"), r"x^2"),),
        (by(definition("H"), r"x^2"),),
    ],
)
def test_an_unknown_definition_is_no_reason(drafts: tuple[Draft, ...]) -> None:
    board = Board("x real", ((r"h(x)", r"x^2"),))
    lemma = board.lemma("only", TITLE, r"h(x)", *drafts)
    report = examine(Derivation("own", TITLE, board.domain, (), (lemma,), ("only",)))
    (rewrite,) = report.rewrites
    assert rewrite.judgement.theorem is not None  # the line is true
    assert not rewrite.reason_holds
    assert not report.holds


def test_a_name_without_declaration_or_definition_is_not_proved() -> None:
    board = Board("x real")
    lemma = board.lemma("only", TITLE, r"x (x + q)", by(expand, r"x^2 + x q"))
    report = examine(Derivation("own", TITLE, board.domain, (), (lemma,), ("only",)))
    assert "not declared: q (write for example 'q real')" in report.rewrites[0].judgement.reason


def test_where_takes_no_part_in_equality() -> None:
    board = Board("x, a, b real")
    both = [
        board.lemma("only", TITLE, r"a (x + b)", by(expand, r"a x + a b")),
        board.lemma("only", TITLE, r"a (x + b)", by(expand, r"a x + a b")),
    ]
    assert both[0] == both[1]
    assert both[0].rewrites[0].where != both[1].rewrites[0].where


def test_an_erratum_is_read_on_its_boards() -> None:
    wrong, right = Board("x real"), Board("x > 0")
    erratum = wrong.erratum(
        "page 1",
        "range",
        TITLE,
        left=r"\sqrt{x^2}",
        wrong="x",
        right="x",
        corrected=right,
    )
    assert erratum.as_written is not None
    assert erratum.corrected is not None
    assert erratum.as_written[0].domain == wrong.domain
    assert erratum.corrected[0].domain == right.domain
    lemma = Board("x, a real").lemma("only", TITLE, "a x + x", by(factor, "(a + 1) x"))
    whole = Derivation("own", TITLE, wrong.domain, (), (lemma,), ("only",), errata=(erratum,))
    assert verify(whole).report.errata[0].holds
    assert erratum.as_written[1].term == Symbol("x")
