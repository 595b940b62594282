"""The losses and the penalty of the library: what they prove, their slides, errata and mutants."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from functools import cache

import pytest
from mutants import WRONG_RULE, mutants_of
from pointwise import Lemmas, Truth
from render_sample import fill_sample
from test_bce import HANGUL, all_prose, named_lemmas, pages, readable, without_maths
from test_bce_mutants import LEAST, PASSED, rewrites_of
from test_deck_readback import READERS, missing, strangers

from derivation import load, verify
from derivation.check import Checked, examine
from derivation.derivation import Box, Derivation, Formula, Lemma, Question, Rows, Show
from derivation.domain import Interval, Kind
from derivation.interchange import from_json, to_json
from derivation.interchange.page import Page
from derivation.kernel import Verdict
from derivation.library import names
from derivation.notation import given_text
from derivation.render import LANGUAGES, TARGETS, render
from derivation.report import text as report_text
from derivation.rules import Context, given, known_definition, known_lemma, lemma, replay
from derivation.term import Term, plain
from derivation.writing import Board

REWRITES = {"squared_error": 40, "l2": 17, "poisson": 54, "softmax": 80}
ERRATA = {"squared_error": 3, "l2": 2, "poisson": 3, "softmax": 5}
ASSUMED = {
    "softmax": (
        "Sum(y[c], (c, 1, C)) == 1 (labels that sum to 1)",
        "Sum(y[i, a], (a, 1, C)) == 1 (sample, in w; sample, in b)",
    )
}
EACH = pytest.mark.parametrize("name", REWRITES)
GENERAL = r"\left(p^{(i)}_c \sum_{a=1}^{C} y^{(i)}_a - y^{(i)}_c \right)"
SHORT = 0.06  # seconds for a mutant: what is not refuted by then is not proved either


@cache
def derivation_of(name: str) -> Derivation:
    return load(name)


@cache
def checked_of(name: str) -> Checked:
    return verify(derivation_of(name))


# ---------------------------------------------------------------------------- what is proved


@EACH
def test_everything_holds_and_nothing_else_is_assumed(name: str) -> None:
    report = checked_of(name).report
    assert len(report.rewrites) == REWRITES[name]
    assert {one.judgement.verdict for one in report.rewrites} == {Verdict.PROVED}
    assert all(one.reason_holds for one in report.rewrites)
    assert report.conditions == ()
    assert report.assumed == ASSUMED.get(name, ())


def test_the_library() -> None:
    assert set(names()) == {"bce", *REWRITES}


@pytest.mark.parametrize(
    ("name", "result", "left", "right"),
    [
        *(
            row
            for name in ("squared_error", "poisson")
            for row in (
                (
                    name,
                    "gradient in w",
                    r"\frac{\partial L}{\partial w_j}",
                    r"\frac{1}{m} \sum_{i=1}^{m} (h^{(i)} - y^{(i)}) x^{(i)}_j",
                ),
                (
                    name,
                    "gradient in b",
                    r"\frac{\partial L}{\partial b}",
                    r"\frac{1}{m} \sum_{i=1}^{m} (h^{(i)} - y^{(i)})",
                ),
            )
        ),
        ("l2", "penalty in w", r"\frac{\partial R}{\partial w_j}", r"\lambda w_j"),
        ("l2", "penalty in b", r"\frac{\partial R}{\partial b}", "0"),
        (
            "l2",
            "total in w",
            r"\frac{\partial J}{\partial w_j}",
            r"\frac{\partial L}{\partial w_j} + \lambda w_j",
        ),
        ("l2", "total in b", r"\frac{\partial J}{\partial b}", r"\frac{\partial L}{\partial b}"),
        (
            "softmax",
            "gradient in w",
            r"\frac{\partial L}{\partial w_{jc}}",
            rf"\frac{{1}}{{m}} \sum_{{i=1}}^{{m}} {GENERAL} x^{{(i)}}_j",
        ),
        (
            "softmax",
            "gradient in b",
            r"\frac{\partial L}{\partial b_c}",
            rf"\frac{{1}}{{m}} \sum_{{i=1}}^{{m}} {GENERAL}",
        ),
        (
            "softmax",
            "sample, in w",
            r"\frac{\partial \ell^{(i)}}{\partial w_{jc}}",
            r"(p^{(i)}_c - y^{(i)}_c) x^{(i)}_j",
        ),
        (
            "softmax",
            "sample, in b",
            r"\frac{\partial \ell^{(i)}}{\partial b_c}",
            r"p^{(i)}_c - y^{(i)}_c",
        ),
    ],
)
def test_the_results(name: str, result: str, left: str, right: str) -> None:
    theorem = checked_of(name).theorem(result)
    own = derivation_of(name).lemma(result)
    assert plain(theorem.lhs) == on_the_board(own, left)
    assert plain(theorem.rhs) == on_the_board(own, right)
    assert theorem.conditions == ()
    assert result in derivation_of(name).results


@pytest.mark.parametrize(
    ("name", "lemma_name", "left", "right"),
    [
        ("squared_error", "half a square", r"\frac{d}{du} \left(\frac{1}{2} u^2 \right)", "u"),
        (
            "squared_error",
            "any hypothesis",
            r"\frac{\partial \ell(x)}{\partial w}",
            r"(h(x) - y) \frac{\partial}{\partial w} h(x)",
        ),
        ("squared_error", "one sample", r"\frac{\partial \ell(x)}{\partial w}", "(h(x) - y) x"),
        ("poisson", "one sample", r"\frac{\partial \ell(x)}{\partial w}", "(h(x) - y) x"),
        (
            "poisson",
            "likelihood",
            r"-\log \left(\frac{e^{-h} h^y}{y!} \right)",
            r"h - y \log h + \log(y!)",
        ),
        (
            "softmax",
            "softmax slope",
            r"\frac{\partial p_c}{\partial z_a}",
            r"p_c (\delta_{ca} - p_a)",
        ),
        (
            "softmax",
            "one sample",
            r"\frac{\partial \ell}{\partial z_a}",
            r"-y_a + p_a \sum_{c=1}^{C} y_c",
        ),
        ("softmax", "labels that sum to 1", r"\frac{\partial \ell}{\partial z_a}", "p_a - y_a"),
        ("softmax", "shift", r"\frac{e^{z_c - M}}{\sum_{q=1}^{C} e^{z_q - M}}", "p_c"),
        (
            "softmax",
            "log of p",
            r"\log p_c",
            r"z_c - M - \log \left(\sum_{q=1}^{C} e^{z_q - M} \right)",
        ),
        (
            "softmax",
            "cross-entropy",
            r"\ell^{(i)}",
            r"-\sum_{a=1}^{C} y^{(i)}_a \log p^{(i)}_a",
        ),
    ],
)
def test_what_comes_before_the_results(name: str, lemma_name: str, left: str, right: str) -> None:
    theorem = checked_of(name).theorem(lemma_name)
    own = derivation_of(name).lemma(lemma_name)
    assert plain(theorem.lhs) == on_the_board(own, left)
    assert plain(theorem.rhs) == on_the_board(own, right)
    assert theorem.conditions == ()


def on_the_board(own: Lemma, text: str) -> Term:
    """A line as it is read among the lines of that lemma."""
    heads = tuple((one.head.latex, one.body.latex) for one in own.definitions)
    return plain(Page(own.domain, heads).line(text).term)


LINEAR = {
    r"z^{(i)}": r"\sum_{k=1}^{d} x^{(i)}_k w_k + b",
    "L": r"\frac{1}{m} \sum_{i=1}^{m} \ell^{(i)}",
}


@pytest.mark.parametrize(
    ("name", "definitions"),
    [
        (
            "squared_error",
            LINEAR
            | {
                r"h^{(i)}": r"z^{(i)}",
                r"\ell^{(i)}": r"\frac{1}{2} (h^{(i)} - y^{(i)})^2",
            },
        ),
        (
            "poisson",
            LINEAR
            | {
                r"h^{(i)}": r"e^{z^{(i)}}",
                r"\ell^{(i)}": r"h^{(i)} - y^{(i)} \log h^{(i)}",
            },
        ),
        (
            "softmax",
            {
                r"z^{(i)}_c": r"\sum_{k=1}^{d} x^{(i)}_k w_{kc} + b_c",
                r"S^{(i)}": r"\sum_{q=1}^{C} e^{z^{(i)}_q}",
                r"p^{(i)}_c": r"\frac{e^{z^{(i)}_c}}{S^{(i)}}",
                r"t^{(i)}": r"\sum_{a=1}^{C} y^{(i)}_a",
                r"\ell^{(i)}": r"-\sum_{a=1}^{C} y^{(i)}_a \left(z^{(i)}_a - \log S^{(i)} \right)",
                "L": r"\frac{1}{m} \sum_{i=1}^{m} \ell^{(i)}",
            },
        ),
    ],
)
def test_under_which_definitions(name: str, definitions: dict[str, str]) -> None:
    for result in derivation_of(name).results:
        own = derivation_of(name).lemma(result).definitions
        assert {one.head.latex: one.body.latex for one in own} == definitions


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("squared_error", Interval()),
        ("poisson", Interval(low=0, low_open=False)),
        ("softmax", Interval()),
    ],
)
def test_the_domains_say_no_more_than_they_must(name: str, labels: Interval) -> None:
    for result in derivation_of(name).results:
        domain = checked_of(name).theorem(result).domain
        assert domain.get("y").interval == labels
        for other in ("x", "w", "b"):
            assert (domain.get(other).kind, domain.get(other).interval) == (Kind.REAL, Interval())
        for size in {"m", "d"} | ({"C"} if name == "softmax" else set()):
            assert domain.get(size).kind is Kind.INTEGER
            assert domain.get(size).interval == Interval(low=1, low_open=False)


def test_only_what_says_so_rests_on_labels_that_sum_to_1() -> None:
    hypotheses = {
        one.name: given_text(one.domain).rpartition("Sum(")[2]
        for one in derivation_of("softmax").lemmas
        if one.domain.hypotheses
    }
    assert hypotheses == {
        "labels that sum to 1": "y[c], (c, 1, C)) == 1",
        "sample, in w": "y[i, a], (a, 1, C)) == 1",
        "sample, in b": "y[i, a], (a, 1, C)) == 1",
    }
    for name in hypotheses:
        assert checked_of("softmax").theorem(name).domain.hypotheses


# ---------------------------------------------------------------------------- what is given


def test_a_lemma_with_a_hypothesis_is_a_reason_only_where_that_is_given() -> None:
    own = derivation_of("softmax").lemma("labels that sum to 1")
    rules = tuple(known_definition(one.head.term, one.body.term) for one in own.definitions)
    known = {own.name: known_lemma(own.start.term, own.last.term, own.domain, rules)}
    for domain, holds in (
        (own.domain, True),
        (derivation_of("softmax").lemma("one sample").domain, False),
    ):
        context = Context(domain, rules, known)
        found = replay(own.start.term, own.last.term, (lemma(own.name),), context)
        assert found.holds is holds


def test_what_is_given_is_read_from_left_to_right() -> None:
    declared = "a, b, c real, n integer >= 1, u[1..n] real"
    board = Board(rf"{declared}, a + b = c, a < c, \sum_{{i=1}}^{{n}} u_i = b")
    context = Context(board.domain)

    def holds(before: str, after: str) -> bool:
        return replay(board.line(before).term, board.line(after).term, (given,), context).holds

    assert holds(r"2 (b + a)", r"2 c")
    assert holds(r"a + 1 + b", r"c + 1")
    assert holds(r"\sum_{k=1}^{n} u_k", "b")
    assert not holds(r"2 c", r"2 (a + b)")
    assert not holds(r"a", r"c")
    assert not holds(r"a - b", r"c")


# ---------------------------------------------------------------------------- order, slides


def earlier_lemmas(one: Lemma) -> set[str]:
    return {named.removesuffix(" (backwards)") for named in named_lemmas(one)}


@EACH
def test_a_lemma_is_used_after_it_is_proved_and_none_is_idle(name: str) -> None:
    derivation = derivation_of(name)
    seen: set[str] = set()
    for one in derivation.lemmas:
        assert earlier_lemmas(one) <= seen, one.name
        seen.add(one.name)
    shows = shows_of(derivation)
    needed = {show.lemma for show in shows if isinstance(show, Box | Rows | Question)}
    assert needed <= seen
    needed |= set(derivation.results)
    for one in reversed(derivation.lemmas):
        if one.name in needed:
            needed |= earlier_lemmas(one)
    assert needed == seen


def shows_of(derivation: Derivation) -> list[Show]:
    return [show for slide in derivation.slides for step in slide.steps for show in step.shows]


@EACH
def test_slides_show_what_is_there(name: str) -> None:
    derivation = derivation_of(name)
    assert all(slide.steps for slide in derivation.slides)
    assert len({slide.title for slide in derivation.slides}) == len(derivation.slides)
    heads = {one.head.latex for one in derivation.definitions}
    for show in (
        show for slide in derivation.slides for step in slide.steps for show in step.shows
    ):
        match show:
            case Formula(definition=head):
                assert head in heads
            case Rows(lemma=lemma_name, first=first, last=last):
                assert 0 <= first <= last < len(derivation.lemma(lemma_name).lines)


@EACH
def test_every_line_is_on_a_slide(name: str) -> None:
    """But the softmax shows the chain of one sample once, and under the mean its ends alone."""
    derivation = derivation_of(name)
    shown: dict[str, set[int]] = {}
    for show in (
        show for slide in derivation.slides for step in slide.steps for show in step.shows
    ):
        if isinstance(show, Rows):
            shown.setdefault(show.lemma, set()).update(range(show.first, show.last + 1))
    for one in derivation.lemmas:
        hidden = set(range(1, len(one.lines))) - shown.get(one.name, set())
        assert not hidden or one.name in ("gradient in w", "gradient in b"), one.name
        if name != "softmax":
            assert not hidden, one.name


@EACH
@pytest.mark.parametrize("language", LANGUAGES)
def test_decks_show_these_lines_and_words_and_nothing_else(name: str, language: str) -> None:
    derivation = derivation_of(name)
    for target in TARGETS:
        text = fill_sample(target.name, language, derivation)
        assert derivation.title.text(language) in text
        assert not re.search(r"\bNone\b|\bundefined\b|\{\{ |\(\(\( ", text)
        if target.name in READERS:
            for slide in derivation.slides:
                words = without_maths(slide.title.text(language)).split()
                assert all(word.strip(":,.()") in text for word in words), slide.title
            if language == "en":
                continue  # the maths is the same
            formulas = READERS[target.name](text)
            assert strangers(formulas, derivation) == []
            assert missing(formulas, derivation) == []


# ---------------------------------------------------------------------------- errata, prose


@EACH
def test_each_slip_is_refuted_and_put_right(name: str) -> None:
    errata = checked_of(name).report.errata
    assert len(errata) == ERRATA[name]
    for one in errata:
        assert one.holds
        assert one.as_written.verdict is Verdict.REFUTED
        assert one.as_written.witness.left != one.as_written.witness.right
        assert one.corrected.verdict is Verdict.PROVED
        assert one.corrected.conditions == ()


@pytest.mark.parametrize(
    ("name", "place", "said"),
    [
        ("squared_error", 0, "extra factor m"),
        ("squared_error", 1, "the sign is flipped"),
        ("squared_error", 2, "extra factor 2"),
        ("l2", 0, "a factor 2 is missing"),
        ("poisson", 0, "a factor h[i] is missing"),
        ("poisson", 2, "one sign is flipped"),
        ("softmax", 2, "the sign is flipped"),
    ],
)
def test_the_diagnosis_of_a_slip(name: str, place: int, said: str) -> None:
    assert said in checked_of(name).report.errata[place].diagnosis


OF_A_SOURCE = re.compile("errat|of the source|원본", re.IGNORECASE)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("target", [one.name for one in TARGETS])
def test_slips_are_not_laid_to_a_source_that_there_is_not(target: str, language: str) -> None:
    said = render(checked_of("l2"), target, language)
    heading = {"ko": "흔한 실수", "en": "Common mistakes"}[language]
    assert said.count(heading) >= 1
    assert not OF_A_SOURCE.search(without_style(said))
    of_a_source = verify(replace(derivation_of("l2"), common_mistakes=False))
    assert OF_A_SOURCE.search(without_style(render(of_a_source, target, language)))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("target", [one.name for one in TARGETS])
@pytest.mark.parametrize("common", [False, True])
def test_without_errata_there_is_no_word_of_them(
    target: str, language: str, *, common: bool
) -> None:
    clean = verify(replace(derivation_of("l2"), errata=(), common_mistakes=common))
    shown = without_style(render(clean, target, language)) + "".join(
        report_text(clean.report, language)
    )
    assert not OF_A_SOURCE.search(shown)
    assert not re.search("mistakes|흔한 실수", shown)


def test_the_report_names_the_slips_for_what_they_are() -> None:
    assert "common mistakes" in report_text(checked_of("l2").report)
    assert "errata of the source" not in report_text(checked_of("l2").report)
    assert "errata of the source" in report_text(examine(load("bce")))


def test_a_text_from_before_common_mistakes_is_read_as_it_was_meant() -> None:
    document = json.loads(to_json(derivation_of("l2")))
    assert document.pop("common_mistakes") is True
    assert from_json(json.dumps(document)).common_mistakes is False


def without_style(page: str) -> str:
    """A page without its style sheet, which has rules for every kind of slide, and its preamble."""
    body = page.partition(r"\begin{document}")[2] or page
    return re.sub(r"<style.*?</style>|<script.*?</script>", "", body, flags=re.DOTALL)


@EACH
def test_prose_is_there_in_both_languages_and_its_maths_can_be_read(name: str) -> None:
    derivation = derivation_of(name)
    assert all(rewrite.say for one in derivation.lemmas for rewrite in one.rewrites)
    boards = pages(derivation)
    for prose in all_prose(derivation):
        assert HANGUL.search(prose.ko), prose
        assert not HANGUL.search(prose.en), prose
        pieces = [re.findall(r"\$([^$]+)\$", text) for text in (prose.ko, prose.en)]
        assert sorted(set(pieces[0])) == sorted(set(pieces[1])), prose
        for text in (prose.ko, prose.en):
            assert text == text.strip()
            assert text.count("$") % 2 == 0, text
        for piece in pieces[0]:
            assert any(readable(piece, page) for page in boards), piece


# ---------------------------------------------------------------------------- as JSON


@EACH
def test_it_comes_back_from_json(name: str) -> None:
    derivation = derivation_of(name)
    text = to_json(derivation)
    back = from_json(text)
    assert back == derivation
    assert to_json(back) == text
    for one, other in zip(derivation.lemmas, back.lemmas, strict=True):
        assert [line.term for line in one.lines] == [line.term for line in other.lines]
        assert one.domain == other.domain
    if name == "l2":
        assert examine(back).holds


# ---------------------------------------------------------------------------- must-reject


@EACH
def test_every_line_is_true_at_points_and_no_mutant_passes(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Values by mpmath, in which the kernel takes no part; then mutants that these find false."""
    numbers, rejected, survivors = Lemmas(), Counter[str](), []
    for own, index, before, checker in rewrites_of(derivation_of(name)):
        rewrite, earlier = own.rewrites[index], tuple(checker.context.lemmas)
        where = f"{own.name}, {index + 1}"
        assert numbers.truth(own, before.term, rewrite.line.term) is Truth.TRUE, where
        false, _ = mutants_of(rewrite, before, own, earlier, numbers, LEAST - 1)
        if len(false) < LEAST:
            false, _ = mutants_of(rewrite, before, own, earlier, numbers)
        assert len(false) >= LEAST, where
        assert any(one.kind == WRONG_RULE for one in false), where
        for mutant in false:
            if mutant.kind == WRONG_RULE:
                passed = checker.reason_holds(before, mutant.rewrite)
                how = "wrong reason"
            else:
                verdict = checker.judge.decide(before.term, mutant.line.term, SHORT).verdict
                passed, how = verdict in PASSED, verdict.value
            if passed:
                survivors.append(f"{where}: {mutant}")
            else:
                rejected[how] += 1
    with capsys.disabled():
        print(f"\n{name}: {rejected.total()} mutants rejected {dict(rejected)}")  # noqa: T201
    assert not survivors, "\n".join(survivors)
