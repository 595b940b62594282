"""What is wrong with a false claim: a search for one small change that makes it true.

Nothing here is trusted. Candidates are tried at a few points first; what is said was then
confirmed by ``decide``, so a diagnosis is never a guess, though it need not be the only one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from derivation.domain import Domain
from derivation.errors import DerivationError
from derivation.kernel import Definition, Judgement, Verdict
from derivation.kernel.names.context import Context
from derivation.kernel.refutation.reals import working_bits
from derivation.mistakes import KINDS, Candidate, Claim
from derivation.mistakes.values import BITS, Values
from derivation.term import Term, plain

__all__ = ["Decide", "diagnose"]

MAX_DECISIONS = 40
MAX_CANDIDATES = 80  # of one kind
LONGEST_PROOF = 2.0  # seconds

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

    The kinds of mistakes, and their order, are those of ``derivation.mistakes``. Gives up after
    about ``seconds``. Raises nothing of its own: what cannot be looked at has no diagnosis.
    """
    deadline = time.monotonic() + seconds
    try:
        lhs, rhs = plain(lhs), plain(rhs)
        with working_bits(BITS):
            values = Values(lhs, rhs, Context(domain, tuple(definitions)), seconds / 3)
        return _confirmed(Claim(lhs, rhs, domain, values, deadline), definitions, decide)
    except (DerivationError, RecursionError):
        return ""  # what cannot be unfolded, or is nested too deeply, cannot be looked at


def _confirmed(claim: Claim, definitions: tuple[Definition, ...], decide: Decide) -> str:
    found = _plausible(claim)
    for _ in range(MAX_DECISIONS):
        with working_bits(BITS):  # the kernel has its own precision
            candidate = next(found, None)
        left = claim.deadline - time.monotonic()
        if candidate is None or left <= 0:
            break
        budget = min(LONGEST_PROOF, left)
        judgement = decide(candidate.lhs, candidate.rhs, candidate.domain, definitions, budget)
        if judgement.verdict in (Verdict.PROVED, Verdict.PROVED_IF):
            return candidate.says
    return ""


def _plausible(claim: Claim) -> Iterator[Candidate]:
    """The candidates that agree at all known points, each changed claim once."""
    seen: set[tuple[Term, Term, Domain]] = set()
    for kind in KINDS:
        for tried, candidate in enumerate(kind(claim)):
            if claim.is_late:
                return
            if tried >= MAX_CANDIDATES:
                break
            changed = (candidate.lhs, candidate.rhs, candidate.domain)
            if changed not in seen and _agrees(candidate, claim):
                seen.add(changed)
                yield candidate


def _agrees(candidate: Candidate, claim: Claim) -> bool:
    """Whether both changed sides have the same values; a part of the domain was looked at."""
    if candidate.domain != claim.domain:
        return True
    points = range(len(claim.values))
    left = [claim.values.at(candidate.lhs, point) for point in points]
    return claim.values.agree(candidate.rhs, left)
