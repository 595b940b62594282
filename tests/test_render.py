"""Decks as text and as a model: what is shown, when; words are escaped and maths is not."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import StrictUndefined, UndefinedError
from render_sample import (
    CHAIN,
    CONDITIONAL,
    DL,
    checked_form,
    checked_of_library,
    fill_sample,
    lemma,
    line,
    sample,
)

from derivation import load
from derivation.derivation import Derivation, Formula, Note, Prose, Question, Rows, Slide, Step
from derivation.errors import DerivationError, StructureError
from derivation.render import LANGUAGES, TARGETS, render, write
from derivation.render import targets as targets_module
from derivation.render.compose import deck_of
from derivation.render.deck import Chain, ChainSlide, Deck, ErrataSlide, NotationSlide, Row
from derivation.render.escape import for_html, for_markdown, for_tex, split_maths
from derivation.render.korean import diagnosis_in_korean
from derivation.render.marks import binary_signs
from derivation.render.mathml import mathml
from derivation.render.measure import formula_size
from derivation.term import MarkKind

NAMES = tuple(target.name for target in TARGETS)


def shown(*steps: Step, introduction: Prose | None = None) -> Derivation:
    """The sample with one slide of these steps."""
    title = Prose("제목", "Title")
    return replace(sample(), slides=(Slide(title, steps, introduction),), errata=())


def slide_of(*steps: Step) -> ChainSlide:
    """That slide in the deck."""
    slide = deck_of(checked_form(shown(*steps)), "en").slides[1]
    assert isinstance(slide, ChainSlide)
    return slide


def rows_of(*steps: Step) -> tuple[Row, ...]:
    """The rows of that slide."""
    return tuple(
        row for block in slide_of(*steps).blocks if isinstance(block, Chain) for row in block.rows
    )


class TestWhatIsAccepted:
    @pytest.mark.parametrize("target", NAMES)
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_a_checked_derivation_is_rendered(self, target: str, language: str) -> None:
        text = render(checked_of_library("bce"), target, language)
        assert load("bce").title.text(language) in text

    @pytest.mark.parametrize("thing", [sample(), checked_form(sample()), None, "bce"])
    def test_unchecked_maths_cannot_be_shown(self, thing: object) -> None:
        with pytest.raises(DerivationError, match=r"call verify\(derivation\) first"):
            render(thing, "html", "en")  # type: ignore[arg-type]

    def test_an_unknown_target_names_the_known_ones(self) -> None:
        with pytest.raises(DerivationError, match=r"'latex'.*html, marp, beamer, article"):
            render(sample(), "latex", "en")  # type: ignore[arg-type]

    def test_an_unknown_language_names_the_known_ones(self) -> None:
        with pytest.raises(DerivationError, match=r"'fr'.*ko, en"):
            render(sample(), "html", "fr")  # type: ignore[arg-type]


class TestRows:
    def test_the_first_row_has_the_head_and_the_others_have_none(self) -> None:
        rows = rows_of(Step((Rows("loss slope", 3, 5),)))
        assert [row.left for row in rows] == [DL, "", ""]
        assert [row.right for row in rows] == list(CHAIN[2:5])

    def test_below_a_row_of_its_lemma_the_head_is_not_repeated(self) -> None:
        words = Note(Prose("말", "words"))
        rows = rows_of(
            Step((Rows("loss slope", 1, 1), words, Rows("loss slope", 2, 2, head=False)))
        )
        assert [row.left for row in rows] == [DL, ""]

    @pytest.mark.parametrize("above", [(), (Rows("sigmoid slope", 1, 1),), (Formula("h"),)])
    def test_a_row_never_continues_another_left_side(
        self, above: tuple[Rows | Formula, ...]
    ) -> None:
        """``= line`` below the row of another lemma would be an equation that nobody checked."""
        rows = rows_of(Step((*above, Rows("loss slope", 3, 4, head=False))))
        assert [row.left for row in rows[-2:]] == [DL, ""]

    def test_line_0_is_the_left_side_of_the_first_row(self) -> None:
        rows = rows_of(Step((Rows("loss slope", 0, 2),)))
        assert [(row.left, row.right) for row in rows] == [(DL, CHAIN[0]), ("", CHAIN[1])]

    def test_line_0_alone_is_the_bare_start(self) -> None:
        (row,) = rows_of(Step((Rows("loss slope", 0, 0),)))
        assert row.left == DL
        assert row.is_statement

    def test_a_definition_shows_its_head_and_body(self) -> None:
        (row,) = rows_of(Step((Formula("h", Prose("가설", "hypothesis")),)))
        assert (row.left, row.right, row.note) == ("h(x)", r"\text{sigmoid}(z(x))", "hypothesis")

    def test_a_definition_can_be_named_by_its_head(self) -> None:
        assert rows_of(Step((Formula(r"\ell(x)"),)))[0].left == r"\ell(x)"

    def test_a_question_becomes_its_answer_in_the_same_row(self) -> None:
        rows = rows_of(
            Step((Question("loss slope"),)),
            Step((Rows("loss slope", 1, 1),)),
            Step((Rows("loss slope", 2, 2, head=False),)),
        )
        assert [(row.asked, row.step, row.first) for row in rows] == [(1, 2, 1), (0, 3, 3)]

    def test_a_question_about_another_lemma_stays(self) -> None:
        rows = rows_of(Step((Question("loss slope"),)), Step((Rows("sigmoid slope", 1, 1),)))
        assert [(row.left == DL, row.right is None, row.step) for row in rows] == [
            (True, True, 1),
            (False, False, 2),
        ]

    def test_a_line_shown_again_is_not_explained_again(self) -> None:
        first, second = rows_of(
            Step((Rows("loss slope", 2, 2),)), Step((Rows("loss slope", 2, 2),))
        )
        assert first.note == "A derivative goes into a sum."
        assert second.note == ""

    def test_a_note_of_the_slide_stands_at_its_last_row(self) -> None:
        rows = rows_of(Step((Rows("loss slope", 2, 3, Prose("끝", "the end")),)))
        assert [row.note for row in rows] == ["A derivative goes into a sum.", "the end"]

    def test_the_condition_of_a_rewrite_stands_beside_its_row(self) -> None:
        rows = rows_of(Step((Rows("loss slope", CONDITIONAL - 1, CONDITIONAL),)))
        assert [row.condition for row in rows] == ["", r"if $w \neq 0$"]

    def test_a_remark_ends_a_chain(self) -> None:
        note = Note(Prose("말", "words"))
        slide = slide_of(Step((Rows("loss slope", 1, 1), note, Rows("loss slope", 2, 2))))
        assert [block.is_chain for block in slide.blocks] == [True, False, True]

    def test_colours_are_lit_from_their_step_on(self) -> None:
        slide = slide_of(
            Step((Rows("loss slope", 3, 3),)), Step(lights=(MarkKind.FIRST, MarkKind.SECOND))
        )
        assert (slide.light("hla"), slide.light("hlb"), slide.light("hlc")) == (2, 2, 0)

    @pytest.mark.parametrize(("first", "last"), [(-1, 1), (3, 2), (1, 12), (12, 12)])
    def test_lines_that_do_not_exist_are_refused(self, first: int, last: int) -> None:
        with pytest.raises(StructureError, match="'loss slope', which has lines 0 to 11"):
            slide_of(Step((Rows("loss slope", first, last),)))

    def test_an_unknown_definition_or_lemma_is_refused(self) -> None:
        with pytest.raises(StructureError, match="definition 'q'; there are: z, h, ell"):
            slide_of(Step((Formula("q"),)))
        with pytest.raises(StructureError, match="no lemma 'q'"):
            slide_of(Step((Question("q"),)))


class TestDeck:
    def test_a_derivation_without_slides_still_shows_every_line(self) -> None:
        derivation = replace(sample(), slides=())
        deck = deck_of(checked_form(derivation), "en")
        right = {
            row.right
            for slide in deck.slides
            if isinstance(slide, ChainSlide)
            for block in slide.blocks
            if isinstance(block, Chain)
            for row in block.rows
        }
        for one in derivation.lemmas:
            assert {each.latex for each in one.lines[1:]} <= right
        assert {one.body.latex for one in derivation.definitions} <= right

    def test_all_errata_are_on_some_slide(self) -> None:
        deck = deck_of(checked_form(sample()), "ko")
        mistakes = [m for s in deck.slides if isinstance(s, ErrataSlide) for m in s.mistakes]
        entries = [e for s in deck.slides if isinstance(s, NotationSlide) for e in s.entries]
        errata = sample().errata
        assert [one.where for one in mistakes] == [one.where for one in errata if one.as_written]
        assert [where for where, _ in entries] == [
            one.where for one in errata if not one.as_written
        ]
        assert max(len(s.mistakes) for s in deck.slides if isinstance(s, ErrataSlide)) <= 2

    def test_a_mistake_is_shown_with_its_evidence(self) -> None:
        deck = deck_of(checked_form(sample()), "en")
        first = next(slide for slide in deck.slides if isinstance(slide, ErrataSlide)).mistakes[0]
        assert first.verdict == "refuted"
        assert first.evidence.startswith("at x = 3/5, h = 2/7: left side 0.428571")
        assert first.evidence.endswith("the sign is flipped")
        assert first.correction_verdict == "proved"

    def test_a_korean_deck_has_its_diagnoses_in_korean(self) -> None:
        assert diagnosis_in_korean("the right side has an extra factor m") == (
            "오른쪽에 인수 m 이(가) 더 있다"
        )
        off_by_one = (
            "the range is off by one on the right side: the sum over i should start at 1, not 0"
        )
        assert diagnosis_in_korean(off_by_one) == (
            "오른쪽의 범위가 하나 어긋났다: i 의 합은 0 이(가) 아니라 1 에서 시작한다"
        )
        assert diagnosis_in_korean("something new") == "something new"
        checked = checked_of_library("bce")
        slides = deck_of(checked, "ko").slides
        evidence = [m.evidence for s in slides if isinstance(s, ErrataSlide) for m in s.mistakes]
        assert evidence
        assert not [text for text in evidence if " side" in text]

    def test_the_summary_counts_what_is_proved(self) -> None:
        checked = checked_form(sample())
        summary = deck_of(checked, "en").slides[-1]
        total = len(checked.rewrites)
        assert summary.statements[0] == f"All {total} rewrites are proved."  # type: ignore[union-attr]
        assert summary.assumed == ("the data are finite",)  # type: ignore[union-attr]
        broken = replace(checked.rewrites[0], reason_holds=False)
        checked.rewrites = (broken, *checked.rewrites[1:])
        summary = deck_of(checked, "en").slides[-1]
        assert summary.statements[0] == f"{total - 1} of {total} rewrites are proved."  # type: ignore[union-attr]

    def test_states_are_counted_over_all_slides(self) -> None:
        deck = deck_of(checked_form(sample()), "en")
        chains = sum(len(slide.steps) for slide in sample().slides)
        assert deck.states == chains + len(deck.slides) - len(sample().slides)


class TestEscapes:
    @given(st.text())
    def test_html_gives_the_text_back(self, text: str) -> None:
        assert html.unescape(for_html(text)) == text.replace("\r", "\r")
        assert not set(for_html(text)) & set("<>\"'")

    @given(st.text(alphabet="\\{}$&#%_^~ab<>"))
    def test_tex_has_no_bare_special_character(self, text: str) -> None:
        rest = re.sub(
            r"\\(?:[{}$&#%_]|textbackslash\{\}|textascii(?:circum|tilde)\{\}|ensuremath\{[<>]\})",
            "",
            for_tex(text),
        )
        assert not set(rest) & set("\\{}$&#%_^~<>")

    @pytest.mark.parametrize("text", ["1) x", "- x", "+ x", "12. x", "# x", "> x", "| x", "`x`"])
    def test_markdown_starts_no_markup(self, text: str) -> None:
        assert not re.match(r"\s*(?:\d+[.)]|[-+#>|`])\s*", for_markdown(text))

    def test_an_odd_dollar_is_an_error(self) -> None:
        with pytest.raises(DerivationError, match="dollar sign without a partner"):
            split_maths("costs $5")
        assert split_maths(r"costs \$5, $x$") == ["costs $5, ", "x", ""]

    @pytest.mark.parametrize("target", NAMES)
    def test_prose_is_escaped_and_its_maths_is_not(self, target: str) -> None:
        wild = Prose("", r"50% & <b>more_#1</b> of $\frac{a_1}{b}$")
        derivation = replace(
            shown(Step((Rows("tiny", 1, 1),))),
            lemmas=(*sample().lemmas, lemma("tiny", wild, "w", ("w",), (wild,))),
        )
        text = fill_sample(target, "en", derivation)
        assert "<b>" not in text
        expected = {
            "html": "50% &amp; &lt;b&gt;more_#1&lt;/b&gt; of <math>",
            "marp": r"50% &amp; \<b\>more\_\#1\</b\> of $\frac{a_1}{b}$",
        }.get(
            target,
            r"50\% \& \ensuremath{<}b\ensuremath{>}more\_\#1\ensuremath{<}/b\ensuremath{>}"
            r" of $\frac{a_1}{b}$",
        )
        assert expected in text

    def test_formulas_reach_every_target_as_written(self) -> None:
        for target in ("beamer", "article"):
            text = fill_sample(target)
            assert all(latex in text for latex in CHAIN)
        assert all(html.escape(latex) in fill_sample("html") for latex in CHAIN)


class TestHtml:
    def test_nothing_is_loaded(self) -> None:
        text = fill_sample("html", "ko")
        assert not re.search(r"https?:|//[a-z]|<link|@import|url\(|<script src|<img", text)

    def test_it_names_its_language_and_labels_each_slide(self) -> None:
        for language in LANGUAGES:
            text = fill_sample("html", language)
            slides = len(deck_of(checked_form(sample()), language).slides)
            assert f'<html lang="{language}">' in text
            assert f'aria-label="{slides} / {slides}"' in text
            assert text.count("<section") == slides

    def test_tags_are_balanced(self) -> None:
        stack: list[str] = []

        class Reader(HTMLParser):
            def handle_starttag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
                if tag not in ("meta", "br"):
                    stack.append(tag)

            def handle_endtag(self, tag: str) -> None:
                assert stack.pop() == tag

        Reader().feed(fill_sample("html"))
        assert stack == []

    def test_marks_become_classes_and_boxes_rows(self) -> None:
        text = mathml(r"\hla{a} + \boxed{b} \key{- 1}")
        for name in ("hla", "boxed", "key"):
            assert f'<mrow class="{name}">' in text
        assert "menclose" not in text
        assert "color:" not in text

    def test_names_of_functions_are_upright(self) -> None:
        assert "<mtext>sigmoid</mtext>" in mathml(r"\text{sigmoid}(x)")

    def test_a_minus_inside_a_sum_stays_binary(self) -> None:
        assert binary_signs(r"1 \key{- 1} + \key{-2}") == r"1 \key{{}- 1} + \key{-2}"
        assert 'rspace="0">−' not in mathml(r"1 \key{- 1}")

    def test_what_mathml_cannot_show_is_an_error(self) -> None:
        with pytest.raises(DerivationError, match="no MathML for"):
            mathml(r"\unheardof{x}")


class TestMarp:
    def test_there_is_a_page_for_each_state(self) -> None:
        text = fill_sample("marp", "ko")
        _, _, body = text.split("---\n", 2)
        assert body.count("\n---\n") + 1 == deck_of(checked_form(sample()), "ko").states

    def test_what_is_not_revealed_keeps_its_place(self) -> None:
        text = fill_sample(
            "marp",
            "en",
            shown(Step((Rows("loss slope", 1, 1),)), Step((Rows("loss slope", 2, 2, head=False),))),
        )
        first, second = text.split("## Title\n")[1:3]
        hidden = rf"\phantom{{= {CHAIN[1]}}}"
        assert hidden in first
        assert hidden not in second
        assert CHAIN[1] in second
        note = "A derivative goes into a sum."
        assert f'<span class="note hidden">{note}</span>' in first
        assert f'<span class="note">{note}</span>' in second

    def test_longer_formulas_are_taken_to_be_wider(self) -> None:
        assert formula_size(CHAIN[6]).width > formula_size(CHAIN[9]).width > 0
        assert formula_size(r"\frac{a}{b}").height > formula_size("a b").height


class TestTemplates:
    @pytest.mark.parametrize("target", TARGETS)
    def test_a_missing_name_is_an_error(self, target: targets_module.Target) -> None:
        environment = targets_module._environment(target)
        assert environment.undefined is StrictUndefined
        begin, end = ("(((", ")))") if target.tex else ("{{", "}}")
        with pytest.raises(UndefinedError):
            environment.from_string(f"{begin} nothing {end}").render()

    def test_the_article_template_needs_an_article(self) -> None:
        deck = Deck("t", "en", ())
        with pytest.raises(UndefinedError):
            targets_module.fill(targets_module.known_target("article"), deck)


class TestWrite:
    def test_the_text_arrives_and_folders_are_made(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a" / "b.html", "가\n")
        assert path.read_bytes() == "가\n".encode()
        assert [one.name for one in path.parent.iterdir()] == ["b.html"]

    def test_a_failure_leaves_the_old_file_and_nothing_else(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = write(tmp_path / "b.html", "old")

        def fail(_: Path, __: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(Path, "replace", fail)
        with pytest.raises(DerivationError, match="No space left on device"):
            write(path, "new")
        assert path.read_text() == "old"
        assert list(tmp_path.iterdir()) == [path]

    def test_a_folder_in_the_way_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(DerivationError, match="cannot write"):
            write(tmp_path, "text")


def test_a_line_over_several_lines_is_set_on_one() -> None:
    derivation = replace(
        shown(Step((Rows("tiny", 1, 1),))),
        lemmas=(*sample().lemmas, lemma("tiny", Prose("", ""), "w", ("w\n\n  + 0",))),
    )
    assert line("w\n\n  + 0").latex == "w\n\n  + 0"
    assert r"{w + 0}" in fill_sample("beamer", "en", derivation)
