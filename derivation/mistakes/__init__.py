"""Small changes that would make a false claim true: the candidates of a diagnosis.

Each kind of mistake is a function from the claim to candidates; ``KINDS`` has them in order of
usefulness: what is wrong with the right side first, then with the left. A kind looks at values
at a few points to choose; nothing here decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from derivation.mistakes import details, factors, ranges, regions, signs, swaps, terms
from derivation.mistakes.claim import Candidate, Claim, Kind, LocalKind

__all__ = ["KINDS", "Candidate", "Claim", "Kind"]


@dataclass(frozen=True, slots=True)
class _On:
    """A kind that looks at places, on one side."""

    side: str
    kind: LocalKind

    def __call__(self, claim: Claim) -> Iterator[Candidate]:
        return self.kind(claim, self.side)


KINDS: tuple[Kind, ...] = (
    factors.flipped_sign,
    factors.constant_factor,
    factors.factors,
    _On("right", ranges.ranges),
    _On("left", ranges.ranges),
    _On("right", signs.signs),
    _On("right", swaps.swaps),
    _On("right", terms.extra_parts),
    terms.missing_terms,
    regions.half_lines,
    regions.half_spaces,
    _On("right", details.functions),
    _On("right", details.numbers),
    _On("right", details.exponents),
    factors.multiple_factors,
    factors.chain_factors,
    _On("right", terms.factors_in_sums),
    _On("right", details.names),
    _On("right", details.operations),
    _On("right", details.small_parts),
    _On("left", signs.signs),
    _On("left", swaps.swaps),
    _On("left", terms.extra_parts),
    _On("left", details.functions),
    _On("left", details.numbers),
    _On("left", details.exponents),
    _On("left", terms.factors_in_sums),
    _On("left", details.names),
    _On("left", details.operations),
    _On("left", details.small_parts),
    regions.smallest_size,
)
