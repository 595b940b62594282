"""Small changes that would make a false claim true: the candidates of a diagnosis.

Each kind of mistake is a function from the claim to candidates; ``KINDS`` has them in order of
usefulness. A kind looks at values at a few points to choose; nothing here decides.
"""

from __future__ import annotations

from derivation.mistakes import details, factors, ranges, regions, signs, swaps, terms
from derivation.mistakes.claim import Candidate, Claim, Kind

__all__ = ["KINDS", "Candidate", "Claim", "Kind"]

KINDS: tuple[Kind, ...] = (
    factors.flipped_sign,
    factors.constant_factor,
    factors.factors,
    ranges.ranges,
    signs.signs,
    swaps.swaps,
    terms.extra_on_the_right,
    regions.half_lines,
    details.numbers,
    terms.missing_terms,
    terms.extra_on_the_left,
    factors.multiple_factors,
    factors.chain_factors,
    details.exponents,
    details.functions,
    details.names,
    details.operations,
    terms.factors_in_sums,
    details.small_parts,
    regions.smallest_size,
)
