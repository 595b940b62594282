"""Members that a claim mentions although they are not declared: x[0] of a family x[1..m].

Such a claim never has a value, so the kernel leaves it undecided. Whoever wrote it most likely
declared one member too few: it is judged once more with x[0..m], and what is proved then holds
on the condition that x[0] is declared. A refutation of that other claim is none of this one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from derivation.domain import Declaration, Domain
from derivation.kernel import Condition, ConditionKind, Judgement, Verdict
from derivation.term import Indexed, Number, Ranged, Term, plain, walk

__all__ = ["with_first_members"]

ZERO = Number("0")


def with_first_members(
    lhs: Term, rhs: Term, domain: Domain, judge: Callable[[Domain], Judgement]
) -> Judgement | None:
    """The verdict once x[0] is declared for each family x that seems to lack it.

    None if no family does, or if the claim is not proved then either.
    """
    lacking = _lacking(lhs, rhs, domain)
    if not lacking:
        return None
    wider = Domain(tuple(replace(one, first=0) for one in lacking))
    found = judge(domain.extended(wider))
    if found.verdict not in (Verdict.PROVED, Verdict.PROVED_IF):
        return None
    declared = tuple(
        Condition(ConditionKind.DECLARED, Indexed(one.name, (ZERO,))) for one in lacking
    )
    return replace(found, verdict=Verdict.PROVED_IF, conditions=declared + found.conditions)


def _lacking(lhs: Term, rhs: Term, domain: Domain) -> list[Declaration]:
    """The families from 1 on of which a member is written at 0, or under an index from 0."""
    nodes = [node for side in (lhs, rhs) for node in walk(plain(side))]
    from_zero = {n.index for n in nodes if isinstance(n, Ranged) and n.lower == ZERO}
    names = {
        node.base
        for node in nodes
        if isinstance(node, Indexed) and len(node.indices) == 1
        and (node.indices[0] == ZERO or getattr(node.indices[0], "name", None) in from_zero)
    }  # fmt: skip
    return [
        one for one in domain
        if one.name in names and one.is_family and one.first == 1 and len(one.sizes) == 1
    ]  # fmt: skip
