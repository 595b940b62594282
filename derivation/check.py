"""Replays a derivation through the kernel.

For every rewrite two questions are asked: are the two lines equal (``kernel.decide``), and is
it the named rule that gives this line (``rules.replay``)? Both must be answered with yes. The
theorems of a lemma's rewrites are chained into one; only proved lemmas can be named as reasons
by later ones.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import InitVar, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NoReturn

from derivation.derivation import Derivation, Erratum, Lemma, Line, Rewrite, facts
from derivation.diagnosis import diagnose
from derivation.domain import Domain
from derivation.errors import ForgeryError, RewriteRejected, StructureError
from derivation.findings import CheckedErratum, CheckedLemma, CheckedRewrite, Report
from derivation.kernel import (
    Definition,
    Judge,
    Judgement,
    Theorem,
    Verdict,
    chain,
    decide,
)
from derivation.rules import Context, KnownLemma, known_definition, known_lemma, replay
from derivation.term import Term

if TYPE_CHECKING:
    from derivation.lambdify import Lambdified

__all__ = [
    "Checked",
    "CheckedErratum",
    "CheckedLemma",
    "CheckedRewrite",
    "Report",
    "examine",
    "verify",
]

_SEAL = object()


@dataclass(frozen=True)
class Checked:
    """A derivation all of whose rewrites hold. Only ``verify`` makes one."""

    derivation: Derivation
    report: Report
    seal: InitVar[object] = None

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL:
            raise ForgeryError("only verify(derivation) makes a checked derivation")

    def __init_subclass__(cls) -> None:
        raise ForgeryError("Checked has no subclasses")

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise ForgeryError("a checked derivation is not copied or unpickled: verify it again")

    def __replace__(self, **changes: object) -> NoReturn:
        raise ForgeryError("a checked derivation is not changed: verify the new one")

    @property
    def rewrites(self) -> tuple[CheckedRewrite, ...]:
        """All rewrites, in order."""
        return self.report.rewrites

    @cached_property
    def _theorems(self) -> dict[str, Theorem]:
        return {one.lemma.name: one.theorem for one in self.report.lemmas if one.theorem}

    def theorem(self, lemma: str) -> Theorem:
        """The theorem of a lemma. Raises StructureError for an unknown name."""
        return self._theorems[self.derivation.lemma(lemma).name]

    @property
    def conclusion(self) -> Theorem:
        """The main theorem."""
        return self.theorem(self.derivation.results[0])

    def lambdify(self, name: str) -> Lambdified:
        """A Python function of the last line of a lemma, by SymPy with the math module alone.

        ``name`` is that of a lemma, or of what it starts from: ``dL/dw``.
        """
        from derivation.lambdify import lambdified

        return lambdified(self.derivation, name)


Progress = Callable[[CheckedRewrite], None]


def examine(derivation: Derivation, progress: Progress | None = None) -> Report:
    """Check every rewrite and every erratum; wrong ones are in the report, nothing is raised.

    Raises StructureError for a derivation whose parts do not fit together.
    """
    start = time.perf_counter()
    if not derivation.lemmas:
        raise StructureError(f"the derivation '{derivation.name}' has no lemma")
    for name in derivation.results:
        derivation.lemma(name)
    _refuse_unused(derivation)
    known: dict[str, KnownLemma] = {}
    lemmas: list[CheckedLemma] = []
    judges = _Judges()
    for lemma in derivation.lemmas:
        if lemma.name in {one.lemma.name for one in lemmas}:
            raise StructureError(f"two lemmas are called '{lemma.name}'")
        checked = _lemma(lemma, known, judges, progress)
        lemmas.append(checked)
        if checked.holds:
            rules = tuple(known_definition(d.head.term, d.body.term) for d in lemma.definitions)
            known[lemma.name] = known_lemma(lemma.start.term, lemma.last.term, lemma.domain, rules)
    errata = tuple(_erratum(erratum) for erratum in derivation.errata)
    return Report(derivation, tuple(lemmas), errata, time.perf_counter() - start)


def _refuse_unused(derivation: Derivation) -> None:
    """A definition that a slide may show must be one that a lemma was checked under."""
    for definition in derivation.definitions:
        if not any(definition in lemma.definitions for lemma in derivation.lemmas):
            raise StructureError(
                f"no lemma of '{derivation.name}' stands under the definition "
                f"{definition.head.latex} = {definition.body.latex}; nothing was checked with it"
            )


def verify(derivation: Derivation) -> Checked:
    """Check everything and return the checked derivation.

    Raises RewriteRejected, with the report, when anything does not hold.
    """
    report = examine(derivation)
    if not report.holds:
        raise RewriteRejected(_rejection(report), report)
    return Checked(derivation, report, _SEAL)


class _Judges:
    """One judge for all lemmas under the same domain and definitions."""

    def __init__(self) -> None:
        self._judges: dict[tuple[object, object], Judge] = {}

    def judge(self, lemma: Lemma, definitions: tuple[Definition, ...]) -> Judge:
        key = (lemma.domain, definitions)
        if key not in self._judges:
            self._judges[key] = Judge(lemma.domain, definitions)
        return self._judges[key]


def _lemma(
    lemma: Lemma,
    known: dict[str, KnownLemma],
    judges: _Judges,
    progress: Progress | None,
) -> CheckedLemma:
    definitions = facts(lemma.definitions)
    judge = judges.judge(lemma, definitions)
    rules = tuple(known_definition(d.head, d.body) for d in definitions)
    context = Context(lemma.domain, rules, dict(known))
    checked = []
    before = lemma.start
    for index, rewrite in enumerate(lemma.rewrites, start=1):
        one = _rewrite(lemma, index, before, rewrite, judge, context)
        checked.append(one)
        if progress is not None:
            progress(one)
        before = rewrite.line
    theorem = None
    if all(one.holds for one in checked):
        theorem = chain(tuple(one.judgement.theorem for one in checked if one.judgement.theorem))
    return CheckedLemma(lemma, tuple(checked), theorem)


def _rewrite(
    lemma: Lemma,
    index: int,
    before: Line,
    rewrite: Rewrite,
    judge: Judge,
    context: Context,
) -> CheckedRewrite:
    after = rewrite.line
    judgement = judge.decide(before.term, after.term)
    reason = replay(before.term, after.term, rewrite.reasons, context)  # type: ignore[arg-type]
    diagnosis = ""
    if judgement.verdict is Verdict.REFUTED:
        diagnosis = _diagnosis(before, after, judge)
    return CheckedRewrite(
        lemma.name,
        index,
        before,
        after,
        rewrite.rule,
        rewrite.say,
        reason.holds,
        reason.note,
        judgement,
        diagnosis,
        rewrite.where,
    )


def _erratum(erratum: Erratum) -> CheckedErratum:
    if erratum.as_written is None or erratum.corrected is None:
        return CheckedErratum(erratum, None, None)
    left, right = erratum.as_written
    judge = Judge(left.domain, facts(erratum.definitions))
    written = judge.decide(left.term, right.term, doubtful=True)
    diagnosis = _diagnosis(left, right, judge) if written.verdict is Verdict.REFUTED else ""
    left, right = erratum.corrected
    known = facts(erratum.corrected_definitions)
    corrected = decide(left.term, right.term, left.domain, known)
    return CheckedErratum(erratum, written, corrected, diagnosis)


def _diagnosis(left: Line, right: Line, judge: Judge) -> str:
    """What is wrong with a refuted equation; the judge knows its sides already."""

    def again(
        lhs: Term,
        rhs: Term,
        domain: Domain,
        definitions: tuple[Definition, ...],
        budget: float,
    ) -> Judgement:
        if domain != left.domain:  # a part of it, where the equation may hold
            return decide(lhs, rhs, domain, definitions, budget)
        return judge.decide(lhs, rhs, budget)

    return diagnose(left.term, right.term, left.domain, judge.definitions, again)


def _rejection(report: Report) -> str:
    """The first thing that does not hold, said so that it can be mended."""
    for rewrite in report.rewrites:
        if not rewrite.holds:
            return _rejected_rewrite(rewrite)
    for erratum in report.errata:
        if not erratum.holds:
            return f"the erratum {erratum.erratum.where} is not refuted and corrected as it says"
    return "a lemma does not hold"


def _rejected_rewrite(rewrite: CheckedRewrite) -> str:
    judgement = rewrite.judgement
    found = [f"verdict {judgement.verdict.value}"]
    if judgement.witness:
        found.append(str(judgement.witness))
    if rewrite.diagnosis:
        found.append(rewrite.diagnosis)
    if judgement.reason:
        found.append(judgement.reason)
    if not rewrite.reason_holds:
        found.append(f"wrong reason: {rewrite.reason_note}")
    where = f"{rewrite.where}: " if rewrite.where else ""
    return (
        f"{where}{rewrite.lemma}, rewrite {rewrite.index}, by {rewrite.rule}:\n"
        f"  claimed  {rewrite.before.latex}\n        =  {rewrite.after.latex}\n"
        f"  found    {'; '.join(found)}"
    )
