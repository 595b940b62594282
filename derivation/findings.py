"""What a check finds, rewrite by rewrite: frozen data for reports, slides and programs."""

from __future__ import annotations

from dataclasses import dataclass

from derivation.derivation import Derivation, Erratum, Lemma, Line, Prose
from derivation.kernel import Condition, Judgement, Theorem, Verdict
from derivation.notation import to_message

__all__ = ["PASSED", "CheckedErratum", "CheckedLemma", "CheckedRewrite", "Report"]

PASSED = (Verdict.PROVED, Verdict.PROVED_IF)


@dataclass(frozen=True)
class CheckedRewrite:
    """One rewrite, and what was found."""

    lemma: str
    index: int
    before: Line
    after: Line
    rule: str
    say: Prose | None
    reason_holds: bool
    reason_note: str
    judgement: Judgement
    diagnosis: str = ""
    where: str = ""

    @property
    def holds(self) -> bool:
        """Proved, and by the named rule."""
        return self.reason_holds and self.judgement.verdict in PASSED


@dataclass(frozen=True)
class CheckedLemma:
    """A lemma, its rewrites as found, and its theorem when all of them hold."""

    lemma: Lemma
    rewrites: tuple[CheckedRewrite, ...]
    theorem: Theorem | None

    @property
    def holds(self) -> bool:
        """Whether every rewrite holds."""
        return self.theorem is not None


@dataclass(frozen=True)
class CheckedErratum:
    """A mistake of the source: its formula refuted, the corrected one proved."""

    erratum: Erratum
    as_written: Judgement | None
    corrected: Judgement | None
    diagnosis: str = ""

    @property
    def holds(self) -> bool:
        """Whether the wrong formula is refuted and the corrected one proved."""
        if self.as_written is None or self.corrected is None:
            return True  # an inconsistency of notation: nothing to prove
        return self.as_written.verdict is Verdict.REFUTED and self.corrected.verdict in PASSED


@dataclass(frozen=True)
class Report:
    """All that was found about one derivation."""

    derivation: Derivation
    lemmas: tuple[CheckedLemma, ...]
    errata: tuple[CheckedErratum, ...]
    seconds: float

    @property
    def rewrites(self) -> tuple[CheckedRewrite, ...]:
        """All rewrites, in order."""
        return tuple(rewrite for lemma in self.lemmas for rewrite in lemma.rewrites)

    @property
    def holds(self) -> bool:
        """Whether every lemma and every erratum holds."""
        return all(one.holds for one in self.lemmas) and all(one.holds for one in self.errata)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The conditions of all theorems, each once."""
        found = [c for one in self.lemmas if one.theorem for c in one.theorem.conditions]
        return tuple(dict.fromkeys(found))

    @property
    def assumed(self) -> tuple[str, ...]:
        """What is taken for granted beyond definitions and declared domains.

        The conditions, and each hypothesis with the names of the lemmas that rest on it.
        """
        resting: dict[str, list[str]] = {}
        for one in (checked.lemma for checked in self.lemmas):
            for hypothesis in one.domain.hypotheses:
                resting.setdefault(to_message(hypothesis), []).append(one.name)
        hypotheses = (f"{text} ({'; '.join(names)})" for text, names in resting.items())
        return (*(str(condition) for condition in self.conditions), *hypotheses)
