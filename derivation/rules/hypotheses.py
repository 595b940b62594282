"""What is given as a reason: a hypothesis of the domain, read from left to right."""

from __future__ import annotations

from collections.abc import Iterator

from derivation.rules.matching import agree
from derivation.rules.rule import Context, Rule, Setting
from derivation.term import RelationSign, Term, plain

__all__ = ["HYPOTHESES", "given"]


def _given(term: Term, context: Context) -> Iterator[Term]:
    """The right side of each equation that is given for its left side."""
    for one in context.domain.hypotheses:
        if one.sign is RelationSign.EQ and agree(plain(one.left), term):
            yield plain(one.right)


given = Rule(
    name="given",
    statement="a = b",
    rewrite=_given,
    when="as the domain says",
    partial=True,
    example=(
        r"\frac{c}{\sum_{i=1}^{n} u_i}",
        r"\frac{c}{1}",
    ),
    reject=(
        r"\frac{c}{\sum_{i=1}^{n} u_i}",
        r"\frac{1}{c}",
    ),
    setting=Setting(r"c > 0, n integer >= 1, u[1..n] > 0, \sum_{i=1}^{n} u_i = 1"),
)

HYPOTHESES = (given,)
