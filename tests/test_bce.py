"""The shipped derivation: what it proves and assumes, its order, slides, errata and prose."""

from __future__ import annotations

import dataclasses
import random
import re
from collections.abc import Iterator

import pytest

from derivation.check import Checked, verify
from derivation.derivation import (
    Box,
    Derivation,
    Erratum,
    Formula,
    Lemma,
    Prose,
    Question,
    Rows,
    Slide,
)
from derivation.domain import Declaration, Domain, Kind
from derivation.errors import UnreadableError
from derivation.interchange.page import Page
from derivation.kernel import Verdict
from derivation.library.bce import derivation
from derivation.notation import read, read_equation
from derivation.term import Call, Derivative, Symbol, Term, plain, walk

sympy = pytest.importorskip("sympy")
AppliedUndef = sympy.core.function.AppliedUndef  # sigmoid is none: the bridge spells it out

HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
STATES_OF_THE_SOURCE = 46


@pytest.fixture(scope="module")
def bce() -> Derivation:
    return derivation()


@pytest.fixture(scope="module")
def checked(bce: Derivation) -> Checked:
    return verify(bce)


# ---------------------------------------------------------------------------- what is proved


def test_everything_holds_and_nothing_is_assumed(checked: Checked) -> None:
    report = checked.report
    assert report.holds
    assert len(report.rewrites) == 93
    assert {one.judgement.verdict for one in report.rewrites} == {Verdict.PROVED}
    assert all(one.reason_holds for one in report.rewrites)
    assert report.conditions == ()
    assert report.assumed == ()


def on_the_board(text: str) -> Term:
    names = frozenset({"m", "d", "b", "L"})
    return plain(read(text, symbols=names, functions=frozenset({"sigmoid"}), syntax="latex"))


@pytest.mark.parametrize(
    ("lemma", "left", "right"),
    [
        (
            "gradient in w",
            r"\frac{\partial L}{\partial w_j}",
            r"\frac{1}{m} \sum_{i=1}^{m} (h^{(i)} - y^{(i)}) x^{(i)}_j",
        ),
        (
            "gradient in b",
            r"\frac{\partial L}{\partial b}",
            r"\frac{1}{m} \sum_{i=1}^{m} (h^{(i)} - y^{(i)})",
        ),
    ],
)
def test_the_conclusions(checked: Checked, lemma: str, left: str, right: str) -> None:
    theorem = checked.theorem(lemma)
    assert plain(theorem.lhs) == on_the_board(left)
    assert plain(theorem.rhs) == on_the_board(right)
    assert theorem.conditions == ()
    bodies = {one.name: plain(one.body) for one in theorem.definitions}
    assert bodies["L"] == on_the_board(r"\frac{1}{m} \sum_{i=1}^{m} \ell^{(i)}")
    assert bodies["ell"] == on_the_board(r"-y^{(i)} \log h^{(i)} - (1 - y^{(i)}) \log(1 - h^{(i)})")
    assert bodies["h"] == on_the_board(r"\text{sigmoid}(z^{(i)})")
    assert bodies["z"] == on_the_board(r"\sum_{k=1}^{d} x^{(i)}_k w_k + b")
    assert bodies["sigmoid"] == on_the_board(r"\frac{1}{1 + e^{-x}}")


def test_the_main_theorem_comes_first(bce: Derivation, checked: Checked) -> None:
    assert bce.results == ("gradient in w", "gradient in b")
    assert checked.conclusion is checked.theorem("gradient in w")


def test_the_gradient_holds_for_any_labels_and_any_sizes(checked: Checked) -> None:
    """The domain says no more than it must: y is not confined to 0 and 1."""
    domain = checked.conclusion.domain
    for name in ("x", "y", "w", "b"):
        declared = domain.get(name)
        assert declared == Declaration(name, sizes=declared.sizes)
    for name in ("m", "d"):
        declared = domain.get(name)
        assert declared.kind is Kind.INTEGER
        assert declared.interval.low == 1
        assert declared.interval.high is None


def test_the_first_layer_is_proved_for_every_hypothesis(checked: Checked) -> None:
    theorem = checked.theorem("any hypothesis")
    declared = theorem.domain.get("h")
    assert declared.kind is Kind.FUNCTION
    assert (declared.arguments, declared.parameters) == (("x",), ("w", "b"))
    assert (declared.interval.low, declared.interval.high) == (0, 1)
    assert {one.name for one in theorem.definitions} == {"ell"}  # h is nobody's definition
    slope = Derivative(Call("h", (Symbol("x"),)), Symbol("w"))
    assert slope in set(walk(plain(theorem.rhs)))


def test_reference_boxes_are_about_arbitrary_functions(checked: Checked) -> None:
    for name, functions in (
        ("chain", {"g", "h"}),
        ("log of a function", {"h"}),
        ("quotient", {"g", "h"}),
        ("reciprocal", {"h"}),
    ):
        theorem = checked.theorem(name)
        assert theorem.domain.functions == functions
        assert theorem.definitions == ()


# ---------------------------------------------------------------------------- order


def named_lemmas(lemma: Lemma) -> set[str]:
    rules = [reason.name for rewrite in lemma.rewrites for reason in rewrite.reasons]
    return {rule.removeprefix("lemma: ") for rule in rules if rule.startswith("lemma: ")}


def test_a_lemma_is_used_after_it_is_proved(bce: Derivation) -> None:
    seen: set[str] = set()
    uses = 0
    for lemma in bce.lemmas:
        assert named_lemmas(lemma) <= seen, lemma.name
        uses += len(named_lemmas(lemma))
        seen.add(lemma.name)
    assert uses > 10


def test_every_lemma_is_needed(bce: Derivation) -> None:
    """By a result, by a slide, or by the trainer's stable forms, which are ends in themselves."""
    needed = set(bce.results)
    shown = {
        show.lemma
        for slide in bce.slides
        for step in slide.steps
        for show in step.shows
        if isinstance(show, Box | Rows | Question)
    }
    for lemma in reversed(bce.lemmas):
        if lemma.name in needed | shown:
            needed |= named_lemmas(lemma) | {lemma.name}
    assert needed == {lemma.name for lemma in bce.lemmas}


# ---------------------------------------------------------------------------- slides


def english_titles(bce: Derivation) -> list[str]:
    return [slide.title.en for slide in bce.slides]


def test_the_states_of_the_source(bce: Derivation) -> None:
    """Its 46 states, of which the title slide is the first; then what it leaves out."""
    last = english_titles(bce).index("The last derivative")
    main, extras = bce.slides[: last + 1], bce.slides[last + 1 :]
    assert 1 + sum(len(slide.steps) for slide in main) == STATES_OF_THE_SOURCE
    assert all(slide.steps for slide in bce.slides)
    assert len(extras) >= 8
    assert len(set(english_titles(bce))) == len(bce.slides)


def test_slides_show_what_is_there(bce: Derivation) -> None:
    heads = {definition.head.latex for definition in bce.definitions}
    for slide in bce.slides:
        for show in (show for step in slide.steps for show in step.shows):
            match show:
                case Formula(definition=head):
                    assert head in heads
                case Rows(lemma=name, first=first, last=last):
                    assert 0 <= first <= last < len(bce.lemma(name).lines)
                case Box(lemma=name) | Question(lemma=name):
                    assert bce.lemma(name)


def test_every_line_of_the_main_chain_is_shown_in_order(bce: Derivation) -> None:
    for name in ("any hypothesis", "sigmoid slope", "one sample", "slope of h", "gradient in w"):
        lines = [line for slide in bce.slides for line in revealed(slide, name)]
        assert list(dict.fromkeys(lines)) == list(range(1, len(bce.lemma(name).lines)))


def revealed(slide: Slide, lemma: str) -> Iterator[int]:
    """New lines; a line repeated at the top of a slide with its left side is not new."""
    for step in slide.steps:
        for show in step.shows:
            if isinstance(show, Rows) and show.lemma == lemma:
                repeated = show.head and show.first == show.last
                yield from () if repeated else range(max(show.first, 1), show.last + 1)


# ---------------------------------------------------------------------------- errata


def formulas(bce: Derivation) -> list[Erratum]:
    return [erratum for erratum in bce.errata if erratum.as_written is not None]


def test_each_false_formula_is_refuted_explained_and_corrected(checked: Checked) -> None:
    found = [one for one in checked.report.errata if one.as_written is not None]
    assert len(found) == len(formulas(checked.derivation)) == 4
    for one in found:
        assert one.holds
        assert one.as_written.verdict is Verdict.REFUTED
        assert one.as_written.witness is not None
        assert one.as_written.witness.left != one.as_written.witness.right
        assert one.corrected.verdict is Verdict.PROVED
        assert one.corrected.conditions == ()
        assert one.diagnosis


@pytest.mark.parametrize(
    ("place", "said"),
    [(0, "the sign is flipped"), (1, "extra factor"), (2, "extra factor m"), (3, "extra factor m")],
)
def test_the_diagnosis_of_each_false_formula(checked: Checked, place: int, said: str) -> None:
    assert said in checked.report.errata[place].diagnosis


def test_corrected_formulas_are_those_of_the_derivation(bce: Derivation) -> None:
    quotient, exponential, *_ = formulas(bce)
    for erratum, name in ((quotient, "quotient"), (exponential, "falling exponential")):
        left, right = erratum.corrected
        lemma = bce.lemma(name)
        assert (plain(left.term), plain(right.term)) == (
            plain(lemma.start.term),
            plain(lemma.last.term),
        )


def test_notes_on_notation_say_what_was_done(bce: Derivation) -> None:
    notes = [erratum for erratum in bce.errata if erratum.as_written is None]
    assert len(notes) >= 10
    for note in notes:
        states = [int(number) for number in re.findall(r"\d+", note.where)]
        assert states, note.where
        assert all(1 <= state <= STATES_OF_THE_SOURCE for state in states)
        assert note.corrected is None


# ---------------------------------------------------------------------------- prose


def all_prose(value: object) -> Iterator[Prose]:
    if isinstance(value, Prose):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from all_prose(item)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from all_prose(getattr(value, field.name))


def without_maths(text: str) -> str:
    return re.sub(r"\$[^$]*\$", "", text)


def test_prose_is_there_in_both_languages(bce: Derivation) -> None:
    found = list(all_prose(bce))
    assert len(found) > 150
    for prose in found:
        if without_maths(prose.en).strip():
            assert HANGUL.search(prose.ko), prose
        assert prose.en.strip()
        assert not HANGUL.search(prose.en), prose
        for text in (prose.ko, prose.en):
            assert text == text.strip()
            assert text.count("$") % 2 == 0, text


def test_every_rewrite_of_the_chain_is_explained(bce: Derivation) -> None:
    references = {"log", "chain", "log of a function", "quotient", "reciprocal", "exponential"}
    for lemma in bce.lemmas:
        if lemma.name not in references | {"falling exponential"}:
            assert all(rewrite.say for rewrite in lemma.rewrites), lemma.name


# What the prose quotes from the source, in the source's own notation, or declares.
QUOTED = {"L(x)", "h(x; w, b)"}


def pages(bce: Derivation) -> list[Page]:
    return [
        Page(lemma.domain, tuple((d.head.latex, d.body.latex) for d in lemma.definitions))
        for lemma in bce.lemmas
    ]


def test_maths_in_prose_can_be_read(bce: Derivation) -> None:
    """Each piece between dollars, with the names that some lemma declares; relations by sides."""
    boards = pages(bce)
    seen = set()
    for prose in all_prose(bce):
        pieces = [re.findall(r"\$([^$]+)\$", text) for text in (prose.ko, prose.en)]
        assert sorted(pieces[0]) == sorted(pieces[1]) or prose in mixed(bce), prose
        for piece in {*pieces[0], *pieces[1]} - QUOTED:
            assert any(readable(piece, page) for page in boards), piece
            seen.add(piece)
    assert len(seen) > 15


def mixed(bce: Derivation) -> set[Prose]:
    """Sentences that name different parts of a formula in the two languages."""
    return {erratum.say for erratum in bce.errata}


def readable(text: str, page: Page) -> bool:
    names = {"functions": page.functions, "symbols": page.symbols, "syntax": "latex"}
    try:
        for side in re.split(r"\\le|\\ge|<|>", text):
            read_equation(side, **names)
    except UnreadableError:
        return False
    return True


def test_what_is_no_maths_is_not_readable(bce: Derivation) -> None:
    assert not any(readable(text, page) for page in pages(bce) for text in (r"\frac{1", "x +", ""))


# ---------------------------------------------------------------------------- a second engine

SAMPLES, FEATURES = 2, 3
AGREE = 1e-12


def unfolded(expression: sympy.Basic, pairs: list[tuple[sympy.Basic, sympy.Basic]]) -> sympy.Basic:
    """The expression with defined names replaced, innermost first, so that derivatives see all."""

    def body_of(node: sympy.Basic) -> sympy.Basic | None:
        for head, body in pairs:
            if isinstance(head, sympy.Symbol) and node == head:
                return body
            if isinstance(head, sympy.Indexed):
                if isinstance(node, sympy.Indexed) and str(node.base) == str(head.base):
                    return body.subs(dict(zip(head.indices, node.indices, strict=True)))
            elif isinstance(head, AppliedUndef) and node.func == head.func:
                return body.subs(dict(zip(head.args, node.args, strict=True)))
        return None

    return expression.replace(lambda node: body_of(node) is not None, body_of)


def stands(domain: Domain) -> list[tuple[sympy.Basic, sympy.Basic]]:
    """A concrete function for each declared one, within its declared range."""
    pairs = []
    for declared in domain:
        if declared.kind is Kind.FUNCTION:
            names = [Symbol(name) for name in declared.arguments]
            head = to_sympy(Call(declared.name, tuple(names)), domain)
            inner = sum((k + 2) * argument / 3 for k, argument in enumerate(head.args))
            pairs.append((head, within(declared, inner + sympy.sin(inner))))
    return pairs


def within(declared: Declaration, value: sympy.Expr) -> sympy.Expr:
    low, high = declared.interval.low, declared.interval.high
    if low is not None and high is not None:
        return low + (high - low) / (1 + sympy.exp(-value))
    if low is not None:
        return low + sympy.exp(value)
    if high is not None:
        return high - sympy.exp(-value)
    return sympy.exp(value) if declared.nonzero else value


def to_sympy(term: Term, domain: Domain) -> sympy.Basic:
    from derivation.notation.sympy_bridge import to_sympy as convert

    return convert(term, domain)


def finite(domain: Domain) -> dict[sympy.Basic, int]:
    """Numbers for sizes and for indices, so that sums can be written out."""
    sizes = {"m": SAMPLES, "d": FEATURES}
    fixed = {name: number for name, number in sizes.items() if name in domain}
    fixed |= {d.name: sizes[d.sizes[0]] for d in domain if d.kind is Kind.INDEX}
    return {to_sympy(Symbol(name), domain): number for name, number in fixed.items()}


def number_for(name: sympy.Basic, seed: int, domain: Domain) -> sympy.Rational:
    """A random value in the declared range of a symbol or member; the same for the same seed."""
    declared = domain.get(str(name.base if isinstance(name, sympy.Indexed) else name))
    source = random.Random(f"{seed} {name}")  # noqa: S311 (a point, not a secret)
    value = sympy.Rational(source.randint(20, 180), 97)
    if declared.interval.low is None and (declared.interval.high == 0 or source.random() < 0.5):
        return -value
    return value


def written_out(line: sympy.Basic, lemma: Lemma) -> sympy.Basic:
    """The line with definitions unfolded, derivatives carried out and sums written out."""
    pairs = stands(lemma.domain)
    for definition in lemma.definitions:
        pairs.append((definition.head.sympy, unfolded(definition.body.sympy, pairs)))
    # Derivatives by w_j come first: by w_3, SymPy would take that of w_k to be 0 for every k.
    whole = unfolded(line, pairs).replace(sympy.Derivative, carried_out)
    return whole.subs(finite(lemma.domain)).doit()


def carried_out(body: sympy.Basic, *variables: sympy.Basic) -> sympy.Basic:
    return sympy.Derivative(body, *variables, evaluate=False).doit(deep=False)


def value(whole: sympy.Basic, lemma: Lemma, seed: int) -> sympy.Basic:
    """What a written-out line is worth at a random point."""
    for kind in (sympy.Indexed, sympy.Symbol):  # members first: their labels are symbols, too
        names = whole.atoms(kind)
        whole = whole.xreplace({name: number_for(name, seed, lemma.domain) for name in names})
    return sympy.N(whole, 25)


@pytest.mark.parametrize("name", [lemma.name for lemma in derivation().lemmas])
def test_sympy_finds_all_lines_of_a_lemma_equal(bce: Derivation, name: str) -> None:
    """The bridge and SymPy's own derivatives, at random points; the kernel takes no part."""
    lemma = bce.lemma(name)
    lines = [written_out(line.sympy, lemma) for line in lemma.lines]
    for seed in range(3):
        first, *others = [value(line, lemma, seed) for line in lines]
        assert first.is_Float
        for line, other in zip(lemma.lines[1:], others, strict=True):
            assert abs(first - other) < AGREE * (1 + abs(first)), line.latex


def test_sympy_finds_a_wrong_line_different(bce: Derivation) -> None:
    for name in ("gradient in w", "any hypothesis", "sigmoid slope", "stable loss, z < 0"):
        lemma = bce.lemma(name)
        last = lemma.last.sympy
        right, wrong = (value(written_out(one, lemma), lemma, 0) for one in (last, -last))
        assert abs(right - wrong) > abs(right)
