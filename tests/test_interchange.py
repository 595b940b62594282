"""JSON and back: nothing is lost, and bad text is named by place."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import FUNCTIONS, SYMBOLS, terms

from derivation.check import examine
from derivation.derivation import Derivation, Lemma, Line, Rewrite
from derivation.domain import Domain
from derivation.errors import StructureError
from derivation.interchange import FORMAT, from_json, to_json
from derivation.library.bce import derivation
from derivation.notation import read, read_given, to_latex
from derivation.rules import Rule, backwards, collect, expand, factor, from_sympy
from derivation.term import Add, Relation, RelationSign, Symbol, Term
from derivation.writing import Board, by, say

TITLE = say(ko="제목", en="Title")


@pytest.fixture(scope="module")
def bce() -> Derivation:
    return derivation()


@pytest.fixture
def document(bce: Derivation) -> dict[str, object]:
    """A small derivation as the JSON that is to be spoilt."""
    small = replace(bce, slides=bce.slides[:2], errata=bce.errata[:1], lemmas=bce.lemmas[:8])
    return json.loads(to_json(small))


def one_lemma(*reasons: object) -> Derivation:
    board = Board("x, a, b real")
    lemma = board.lemma("only", TITLE, r"a x + b x", by(*reasons, r"(a + b) x"))
    return Derivation("one", TITLE, board.domain, (), (lemma,), ("only",))


def lines_of(derivation: Derivation) -> list[Line]:
    """Every line: of lemmas, of definitions, of errata."""
    found = []
    for lemma in derivation.lemmas:
        found += lemma.lines
        found += [line for d in lemma.definitions for line in (d.head, d.body)]
    found += [line for d in derivation.definitions for line in (d.head, d.body)]
    for erratum in derivation.errata:
        found += [*(erratum.as_written or ()), *(erratum.corrected or ())]
        both = (*erratum.definitions, *erratum.corrected_definitions)
        found += [line for d in both for line in (d.head, d.body)]
    return found


def test_the_shipped_derivation_comes_back_as_it_was(bce: Derivation) -> None:
    text = to_json(bce)
    back = from_json(text)
    assert back == bce
    ours, theirs = lines_of(bce), lines_of(back)
    assert len(ours) > 200
    assert [line.term for line in ours] == [line.term for line in theirs]
    assert [line.domain for line in ours] == [line.domain for line in theirs]
    assert to_json(back) == text


def test_what_was_read_is_checked_like_any_other(bce: Derivation) -> None:
    lemmas = bce.lemmas[:8]
    part = replace(
        bce, lemmas=lemmas, definitions=lemmas[-1].definitions, results=("log",), errata=()
    )
    report = examine(from_json(to_json(part)))
    assert report.holds
    assert report.rewrites[0].where == "lemmas[0].rewrites[0]"


def test_the_text_is_plain_json_without_places_of_this_machine(bce: Derivation) -> None:
    text = to_json(bce)
    document = json.loads(text)
    assert document["format"] == FORMAT
    assert document["lemmas"][0]["rewrites"][0]["reasons"] == ["derivative of log"]
    assert ".py" not in text
    assert "시그모이드" in text


def test_equality_of_derivations_sees_a_changed_part(bce: Derivation) -> None:
    """The round trip above could not fail if any two derivations were equal."""
    text = to_json(bce)
    for old, new in (
        (r"\\frac{1}{x}", r"\\frac{2}{x}"),
        ('"chain rule"', '"product rule"'),
        ('"first": 4', '"first": 5'),
        ('"hlb"', '"hla"'),
        ("x > 0", "x >= 0"),
    ):
        assert old in text
        assert from_json(text.replace(old, new, 1)) != bce


def test_reasons_go_by_name() -> None:
    for reasons in ((factor,), (collect, backwards(expand))):
        derivation = one_lemma(*reasons)
        assert from_json(to_json(derivation)) == derivation


def test_a_sympy_function_goes_by_its_dotted_name() -> None:
    sympy = pytest.importorskip("sympy")
    derivation = one_lemma(sympy.factor)
    assert '"sympy.factor"' in to_json(derivation)
    back = from_json(to_json(derivation))
    assert back == derivation
    assert back.lemmas[0].rewrites[0].reasons[0].function is sympy.factor
    assert examine(back).holds


def own_function(expression: object) -> object:
    return expression


OWN_RULES = (
    own_function,
    lambda expression: expression,
    from_sympy(own_function, "sympy.factor"),  # a name that is somebody else's
    replace(factor, name="my rule"),
    Rule("factor", "my own", lambda term, context: iter(())),  # noqa: ARG005
)


@pytest.mark.parametrize("reason", OWN_RULES, ids=range(len(OWN_RULES)))
def test_a_reason_of_ones_own_has_no_text(reason: object) -> None:
    with pytest.raises(StructureError) as error:
        to_json(one_lemma(reason))
    assert "lemma 'only', 1" in str(error.value)
    assert "name a rule of derivation.rules" in str(error.value)


def test_a_line_that_reads_differently_is_not_written() -> None:
    derivation = one_lemma(factor)
    lemma = derivation.lemmas[0]
    wrong = replace(lemma, start=replace(lemma.start, term=Symbol("y")))
    with pytest.raises(StructureError, match="lemma 'only': 'a x \\+ b x' reads differently"):
        to_json(replace(derivation, lemmas=(wrong,)))
    elsewhere = replace(lemma, start=replace(lemma.start, domain=Domain.parse("x > 0")))
    with pytest.raises(StructureError, match="reads differently"):
        to_json(replace(derivation, lemmas=(elsewhere,)))


DECLARED = Domain.parse(
    ", ".join(
        [f"{name} real" for name in sorted(SYMBOLS)]
        + [f"{name}(x) function" for name in sorted(FUNCTIONS)]
    )
)


@given(terms(), terms())
def test_any_line_comes_back(left: Term, right: Term) -> None:
    before, after = (Line(to_latex(term), term, DECLARED) for term in (left, right))
    lemma = Lemma("only", TITLE, DECLARED, before, (Rewrite(after, (factor,)),))
    derivation = Derivation("one", TITLE, DECLARED, (), (lemma,), ("only",))
    (back,) = from_json(to_json(derivation)).lemmas
    assert [line.term for line in back.lines] == [left, right]


@pytest.mark.parametrize(
    "given",
    [
        "x, a, b real, a + b = 1, a != b",
        "x[1..m+1] real, a, b real, m integer >= 1, Sum(x[i], (i, 1, m + 1)) = 1",
        "x > 0, a, b real, f(x) function, f(x) > 0, a < b",
        "x, a, b real, Piecewise((x, 0 < x <= 1), (0, True)) = a",
    ],
)
def test_hypotheses_and_shifted_sizes_come_back(given: str) -> None:
    domain = read_given(given)
    line = Line("a + b", read("a + b"), domain)
    lemma = Lemma("only", TITLE, domain, line, (Rewrite(line, (factor,)),))
    derivation = Derivation("one", TITLE, domain, (), (lemma,), ("only",))
    back = from_json(to_json(derivation))
    assert back == derivation
    assert back.domain == domain
    assert back.domain.hypotheses == domain.hypotheses


def test_a_hypothesis_that_cannot_be_written_is_refused() -> None:
    deep = Symbol("x")
    for _ in range(300):
        deep = Add(deep, Symbol("x"))
    domain = replace(DECLARED, hypotheses=(Relation(deep, RelationSign.EQ, Symbol("x")),))
    line = Line("x", Symbol("x"), domain)
    lemma = Lemma("only", TITLE, domain, line, (Rewrite(line, (factor,)),))
    with pytest.raises(StructureError, match="has no sentence that says the same"):
        to_json(Derivation("one", TITLE, domain, (), (lemma,), ("only",)))


# ---------------------------------------------------------------------------- bad text

Spoil = Callable[[dict[str, object]], object]


def spoil(path: str, value: object) -> Spoil:
    """Put ``value`` at ``a.0.b``; None of a key deletes it."""

    def change(document: dict[str, object]) -> None:
        *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        target: object = document
        for step in steps:
            target = target[step]
        if value is KeyError:
            del target[last]
        else:
            target[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (spoil("format", "derivation/9"), "'format' must be 'derivation/1'"),
        (spoil("format", KeyError), "'format' must be 'derivation/1'"),
        (spoil("name", KeyError), "'name' is missing; there must be format, name, title"),
        (spoil("name", 7), "name: text was expected, not 7"),
        (spoil("colour", "red"), "'colour' is not known here"),
        (spoil("title", {"ko": "제목"}), "title: 'en' is missing"),
        (spoil("domain", "x realy"), "domain: cannot read 'realy'"),
        (spoil("lemmas", {}), "lemmas: a list was expected, not {}"),
        (spoil("lemmas.3", "log"), "lemmas[3]: an object with name, title"),
        (spoil("lemmas.0.rewrites", []), "lemmas[0].rewrites: a lemma has at least one"),
        (spoil("lemmas.0.start", r"\frac{d}{dx"), "lemmas[0].start: line 1, column"),
        (spoil("lemmas.0.rewrites.0.line", r"\frac{1}{"), "lemmas[0].rewrites[0].line: line 1"),
        (spoil("lemmas.0.rewrites.0.reasons", []), "rewrites[0].reasons: name the rule"),
        (
            spoil("lemmas.0.rewrites.0.reasons.0", "derivative of lg"),
            "lemmas[0].rewrites[0].reasons[0]: no rule is called 'derivative of lg'; did you mean",
        ),
        (spoil("lemmas.0.rewrites.0.reasons.0", "os.system"), "no rule is called 'os.system'"),
        (spoil("lemmas.0.rewrites.0.reasons.0", "sympy.sympify"), "no rule is called"),
        (spoil("lemmas.0.rewrites.0.say", "so"), "rewrites[0].say: an object with ko, en"),
        (spoil("lemmas.7.definitions.0.head", r"\frac{"), "lemmas[7].definitions: line 1"),
        (spoil("slides.0.steps.0.lights", ["red"]), "lights[0]: 'red' is no mark; there are"),
        (spoil("slides.0.steps.0.shows.0.show", "film"), "shows[0]: 'show' must be one of formula"),
        (spoil("slides.1.steps.1.shows.0.first", -1), "first: a whole number from 0 on"),
        (spoil("slides.1.steps.1.shows.0.last", True), "last: a whole number from 0 on"),
        (spoil("slides.1.steps.1.shows.0.head", 1), "head: true or false was expected, not 1"),
        (spoil("errata.0.as_written", {"left": "x"}), "errata[0].as_written: 'domain' is missing"),
        (spoil("extras", {"a": 1}), "extras.a: text was expected, not 1"),
        (spoil("extras", []), "extras: an object of texts was expected"),
    ],
)
def test_wrong_json_says_where_and_what(
    document: dict[str, object], change: Spoil, said: str
) -> None:
    change(document)
    with pytest.raises(StructureError) as error:
        from_json(json.dumps(document))
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1, column 1: this is not JSON"),
        ('{"format": \n derivation}', "line 2, column 2: this is not JSON"),
        ("[]", "the document: an object with format, name"),
        ("null", "the document: an object"),
        ('{"format": 1, "format": 2}', "the key 'format' stands twice"),
        ("[" * 100_000, "nests too deeply"),
        ("1" * 10_000, "cannot be read"),
    ],
)
def test_what_is_no_json_at_all(text: str, said: str) -> None:
    with pytest.raises(StructureError) as error:
        from_json(text)
    assert said in str(error.value)


@given(st.text() | st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
).map(json.dumps))  # fmt: skip
def test_no_text_gives_another_error(text: str) -> None:
    with pytest.raises(StructureError):
        from_json(text)
