"""Must-reject: mutated twins of every rewrite of the shipped derivation, all of them rejected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from mutants import WRONG_RULE, Mutant, mutants_of
from pointwise import Lemmas, Truth

from derivation.check import verify
from derivation.derivation import Derivation, Lemma, Line, Rewrite
from derivation.errors import RewriteRejected
from derivation.kernel import Definition, Judge, Verdict
from derivation.library.bce import derivation
from derivation.rules import (
    ALL_RULES,
    Context,
    KnownLemma,
    Rule,
    definition,
    known_definition,
    known_lemma,
    replay,
)
from derivation.rules import lemma as lemma_reason

LEAST = 5
PASSED = (Verdict.PROVED, Verdict.PROVED_IF)


class Checker:
    """What ``verify`` asks of a rewrite, for one lemma after the lemmas before it."""

    def __init__(self, lemma: Lemma, known: dict[str, KnownLemma]) -> None:
        facts = tuple(Definition(d.head.term, d.body.term) for d in lemma.definitions)
        rules = tuple(known_definition(d.head, d.body) for d in facts)
        self.judge = Judge(lemma.domain, facts)
        self.context = Context(lemma.domain, rules, known)

    def verdict(self, before: Line, rewrite: Rewrite) -> Verdict:
        """Of the kernel, on ``before = line``."""
        return self.judge.decide(before.term, rewrite.line.term).verdict

    def reason_holds(self, before: Line, rewrite: Rewrite) -> bool:
        """Whether the line is given by its reasons."""
        return replay(before.term, rewrite.line.term, rewrite.reasons, self.context).holds


@dataclass(frozen=True)
class Outcome:
    """What became of the mutants of one rewrite."""

    name: str
    rejected: Counter[str]
    survivors: tuple[str, ...]
    wrong_rules: int
    true_but_refuted: tuple[str, ...]
    holds: bool

    @property
    def count(self) -> int:
        """Number of mutants."""
        return sum(self.rejected.values()) + len(self.survivors)


@pytest.fixture(scope="module")
def bce() -> Derivation:
    return derivation()


@pytest.fixture(scope="module")
def outcomes(bce: Derivation) -> tuple[Outcome, ...]:
    numbers = Lemmas()
    return tuple(outcome(*one, numbers) for one in rewrites_of(bce))


def rewrites_of(bce: Derivation) -> Iterator[tuple[Lemma, int, Line, Checker]]:
    """Each rewrite: its lemma, its place there, the line before, and who checks it."""
    known: dict[str, KnownLemma] = {}
    for lemma in bce.lemmas:
        checker = Checker(lemma, dict(known))
        for index, before in enumerate(lemma.lines[:-1]):
            yield lemma, index, before, checker
        rules = checker.context.definitions
        known[lemma.name] = known_lemma(lemma.start.term, lemma.last.term, lemma.domain, rules)


def outcome(lemma: Lemma, index: int, before: Line, checker: Checker, numbers: Lemmas) -> Outcome:
    """Check the mutants of one rewrite, and the rewrite itself."""
    rewrite = lemma.rewrites[index]
    earlier = tuple(checker.context.lemmas)
    false, true = mutants_of(rewrite, before, lemma, earlier, numbers)
    truth = numbers.truth(lemma, before.term, rewrite.line.term)
    assert truth is Truth.TRUE, "the evaluator is wrong"
    rejected: Counter[str] = Counter()
    survivors = []
    for mutant in false:
        how = rejection(mutant, before, checker)
        if how:
            rejected[how] += 1
        else:
            survivors.append(str(mutant))
    return Outcome(
        f"{lemma.name}, {index + 1}",
        rejected,
        tuple(survivors),
        sum(mutant.kind == WRONG_RULE for mutant in false),
        tuple(str(m) for m in true if checker.verdict(before, m.rewrite) is Verdict.REFUTED),
        checker.verdict(before, rewrite) in PASSED and checker.reason_holds(before, rewrite),
    )


def rejection(mutant: Mutant, before: Line, checker: Checker) -> str:
    """How the mutant is rejected, or "" for a survivor."""
    if mutant.kind == WRONG_RULE:
        return "" if checker.reason_holds(before, mutant.rewrite) else "wrong reason"
    verdict = checker.verdict(before, mutant.rewrite)
    return "" if verdict in PASSED else verdict.value


def test_every_mutant_is_rejected(
    outcomes: tuple[Outcome, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    rejected = sum((one.rejected for one in outcomes), Counter())
    total = sum(one.count for one in outcomes)
    how = ", ".join(f"{name} {count}" for name, count in sorted(rejected.items()))
    with capsys.disabled():
        print(f"\nmutation score: {rejected.total()}/{total} rejected ({how})")  # noqa: T201
    survivors = [f"{one.name}: {text}" for one in outcomes for text in one.survivors]
    assert not survivors, "\n".join(survivors)
    assert rejected.total() == total


def test_every_rewrite_has_mutants_and_holds_itself(outcomes: tuple[Outcome, ...]) -> None:
    assert len(outcomes) == 93
    for one in outcomes:
        assert one.holds, one.name
        assert one.count >= LEAST, one.name
        assert one.wrong_rules >= 1, one.name
        assert one.count - one.wrong_rules >= LEAST - 1, one.name


def test_what_is_numerically_true_is_never_refuted(outcomes: tuple[Outcome, ...]) -> None:
    refuted = [f"{one.name}: {text}" for one in outcomes for text in one.true_but_refuted]
    assert not refuted, "\n".join(refuted)


# Other rules than the named one that give a line, too: either name would be right.
ALSO = {
    ("any hypothesis", 5, "constant factor"),  # -1 is a constant factor
    ("any hypothesis", 5, "linearity"),
    ("sigmoid slope", 3, "derivative of exp"),  # states the chain of e^{u(x)} at once
    ("slope of z, in w", 2, "derivative of a constant"),
    ("stable complement, z >= 0", 1, "definition of sigmoid"),  # the stable form is the definition
    ("stable complement, z >= 0", 3, "arithmetic"),  # 1 - 1 = 0
    ("stable loss, z >= 0", 2, "log of a quotient"),  # log(1/u) = -log u
    ("stable loss, z < 0", 2, "log of a quotient"),
}


def test_no_other_rule_gives_a_line(bce: Derivation) -> None:
    """Each line with each rule of the table and each reason of the derivation, one at a time."""
    rules = {rule.name: rule for rule in ALL_RULES if "sigma" not in rule.name}
    for lemma in bce.lemmas:
        for rewrite in lemma.rewrites:
            rules.update({r.name: r for r in rewrite.reasons if isinstance(r, Rule)})
    found = set()
    tried = 0
    for lemma, index, before, checker in rewrites_of(bce):
        rewrite = lemma.rewrites[index]
        for rule in rules.values():
            if rewrite.reasons == (rule,):
                continue
            tried += 1
            if checker.reason_holds(before, replace(rewrite, reasons=(rule,))):
                found.add((lemma.name, index + 1, rule.name))
    assert tried > 5000
    assert found <= ALSO


def test_a_lemma_is_no_reason_outside_its_domain(bce: Derivation) -> None:
    """sigmoid(z) = 1/(1 + e^{-z}) is true for z < 0, too, but the lemma is about z >= 0."""
    checkers = {lemma.name: (lemma, checker) for lemma, _, _, checker in rewrites_of(bce)}
    lemma, checker = checkers["stable prediction, z < 0"]
    assert "stable prediction, z >= 0" in checker.context.lemmas
    for reason, holds in (
        (definition("sigmoid"), True),
        (lemma_reason("stable prediction, z >= 0"), False),
    ):
        rewrite = replace(lemma.rewrites[0], reasons=(reason,))
        assert checker.reason_holds(lemma.start, rewrite) is holds


@pytest.mark.parametrize(
    ("name", "index", "kind"),
    [
        ("chain", 0, "dropped derivative"),
        ("any hypothesis", 4, "sign"),
        ("sigmoid slope", 2, "exponent"),
        ("slope of z, in w", 5, "changed index"),
        ("gradient in w", 1, "shifted range"),
        ("stable loss, z < 0", 3, WRONG_RULE),
    ],
)
def test_verify_rejects_the_whole_derivation(
    bce: Derivation, name: str, index: int, kind: str
) -> None:
    """The same mutants through the front door: the message names the lemma and the rewrite."""
    lemma = bce.lemma(name)
    earlier = tuple(one.name for one in bce.lemmas[: bce.lemmas.index(lemma)])
    false, _ = mutants_of(lemma.rewrites[index], lemma.lines[index], lemma, earlier, Lemmas())
    mutant = next(one for one in false if one.kind == kind)
    rewrites = (*lemma.rewrites[:index], mutant.rewrite, *lemma.rewrites[index + 1 :])
    wrong = replace(lemma, rewrites=rewrites)
    lemmas = tuple(wrong if one is lemma else one for one in bce.lemmas)
    with pytest.raises(RewriteRejected) as error:
        verify(replace(bce, lemmas=lemmas, errata=()))
    assert f"{name}, rewrite {index + 1}, by {mutant.rewrite.rule}" in str(error.value)
    assert mutant.line.latex in str(error.value)
