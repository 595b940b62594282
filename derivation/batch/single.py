"""`derive check 'LHS = RHS'`: each `=` is judged in a process of its own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from typing import TextIO

from derivation import claims
from derivation.batch.options import Options
from derivation.batch.signals import raised, write_line
from derivation.batch.worker import Early, ask
from derivation.domain import Domain
from derivation.kernel import Judgement, Verdict
from derivation.report import Paint, describe
from derivation.term import Term

__all__ = ["Link", "check_one"]


def check_one(claim: str, given: str, options: Options, paint: Paint, out: TextIO) -> bool:
    """Judge each `=` of an equation or chain, and say what was found. Whether all of it holds.

    Raises UnreadableError for text that is not an equation, DomainError for ``given``.
    """
    sides, domain = claims.read_claim(claim, given)
    limits = options.limits(claims.PATIENT)
    holds = True
    with raised():
        for lhs, rhs in pairwise(sides):
            link = Link(lhs, rhs, domain, options.timeout, paint)
            found = json.loads(ask(link, limits, b""))
            write_line(out, found["text"])
            holds = holds and Verdict(found["verdict"]) in claims.HOLDING
    return holds


@dataclass(frozen=True, slots=True)
class Link:
    """One `=` of an equation as the task of a worker; the line that is asked is empty.

    The answer is JSON: ``verdict``, and ``text`` to be shown.
    """

    lhs: Term
    rhs: Term
    domain: Domain
    budget: float
    paint: Paint

    def answer(self, _line: bytes, early: Early) -> bytes:
        """Judge it, and look for the mistake with more patience than in a batch."""
        judgement, mistake = claims.judge(
            self.lhs, self.rhs, self.domain, budget=self.budget, patience=claims.PATIENT,
            early=lambda found: early(self._shown(found, "")),
        )  # fmt: skip
        return self._shown(judgement, mistake)

    def lost(self, _line: bytes, reason: str, seconds: float) -> bytes:
        """UNDECIDED."""
        return self._shown(Judgement(Verdict.UNDECIDED, reason=reason, seconds=seconds), "")

    def _shown(self, judgement: Judgement, mistake: str) -> bytes:
        method = f", by {judgement.method}" if judgement.method else ""
        text = f"{describe(judgement, self.paint)}{method} ({judgement.seconds * 1000:.1f} ms)"
        if mistake:
            text += f"\ndiagnosis: {mistake}"
        return json.dumps({"verdict": judgement.verdict.value, "text": text}).encode()
