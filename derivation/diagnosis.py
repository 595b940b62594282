"""What is wrong with a false claim: a search for one small change that makes it true.

Nothing here is trusted. Candidates are tried at a few points first; what is said was then
confirmed by ``decide``, so a diagnosis is never a guess, though it need not be the only one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from flint import arb

from derivation.domain import Domain
from derivation.errors import StructureError, UnsupportedError
from derivation.kernel import Definition, Judgement, Verdict
from derivation.kernel.names.context import Context
from derivation.kernel.refutation.balls import evaluate
from derivation.kernel.refutation.reals import Indeterminate, Undefined, working_bits
from derivation.kernel.refutation.refute import Effort, Sample, samples
from derivation.mistakes import KINDS, Candidate, Claim
from derivation.term import Call, Term, plain, walk

__all__ = ["Decide", "diagnose"]

MAX_DECISIONS = 40
MAX_CANDIDATES = 80  # of one kind
GLANCE = Effort(5, (64,), 0.5)

# derivation.kernel.decide, or something that answers like it
Decide = Callable[[Term, Term, Domain, tuple[Definition, ...], float], Judgement]


def diagnose(
    lhs: Term,
    rhs: Term,
    domain: Domain,
    definitions: tuple[Definition, ...],
    decide: Decide,
    seconds: float = 3.0,
) -> str:
    """One sentence about the mistake in the false claim ``lhs = rhs``, or "" if none fits.

    Tried in this order: sign, constant factor, other factor, range of a sum, sign of one
    summand, missing term, one symbol in the place of another. Gives up after ``seconds``.
    """
    lhs, rhs = plain(lhs), plain(rhs)
    deadline = time.monotonic() + seconds
    try:
        glance = _Glance.at(lhs, rhs, domain, definitions)
    except (StructureError, UnsupportedError):
        return ""  # what cannot be unfolded cannot be looked at
    claim = Claim(lhs, rhs, domain, glance.known)
    decisions = 0
    for kind in KINDS:
        for tried, candidate in enumerate(kind(claim)):
            if tried >= MAX_CANDIDATES:
                break
            if time.monotonic() > deadline or decisions >= MAX_DECISIONS:
                return ""
            if not glance.plausible(candidate):
                continue
            decisions += 1
            judgement = decide(candidate.lhs, candidate.rhs, domain, definitions, 2.0)
            if judgement.verdict in (Verdict.PROVED, Verdict.PROVED_IF):
                return candidate.says
    return ""


@dataclass(frozen=True)
class _Glance:
    """A look at a candidate: whether both sides agree at a few points."""

    context: Context
    known: tuple[Sample, ...]  # values of the two sides of the claim itself

    @classmethod
    def at(
        cls, lhs: Term, rhs: Term, domain: Domain, definitions: tuple[Definition, ...]
    ) -> _Glance:
        context = Context(domain, tuple(definitions))
        left, right = context.unfold(lhs), context.unfold(rhs)
        return cls(context, tuple(samples(left, right, domain, GLANCE)))

    def plausible(self, candidate: Candidate) -> bool:
        """Whether the candidate may hold, as far as a few points tell."""
        if not self.known:
            return True
        times = candidate.left_times or candidate.right_times
        if times is not None and not any(isinstance(part, Call) for part in walk(times)):
            return self._scaled(candidate, times)
        try:
            sides = (self.context.unfold(candidate.lhs), self.context.unfold(candidate.rhs))
        except UnsupportedError:
            return False
        found = False
        for sample in samples(*sides, self.context.domain, GLANCE):
            if sample.differs:
                return False
            found = True
        return found

    def _scaled(self, candidate: Candidate, times: Term) -> bool:
        """The values of the claim are known: only the factor has to be worked out."""
        try:
            times = self.context.unfold(times)
        except UnsupportedError:
            return False
        for sample in self.known:
            with working_bits(sample.bits):
                try:
                    factor = arb(evaluate(times, sample.point, sample.bits))
                except (Undefined, Indeterminate):
                    return False
                left, right = arb(sample.left), arb(sample.right)
                left = left * factor if candidate.left_times is not None else left
                right = right * factor if candidate.right_times is not None else right
                if not left.overlaps(right):
                    return False
        return True
