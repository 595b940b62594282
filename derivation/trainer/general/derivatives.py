"""Derivatives that a gradient leaves open, put in from the theorems that state them.

Where a gradient ends as 1/m sum_i (p_i - y_i) ds_i/dw_j, and another theorem says what ds_i/dw_j is
for every i and j, the one may stand for the other: both theorems hold without conditions, under the
same definitions and declarations. No step of that is new mathematics, and none makes a theorem; as
a safeguard the kernel still looks for a point where the outcome is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from derivation.domain import Domain, Kind
from derivation.errors import StructureError
from derivation.kernel import Definition, Verdict, decide
from derivation.term import (
    Derivative,
    Number,
    Sum,
    Symbol,
    Term,
    free_names,
    plain,
    substitute,
    walk,
)
from derivation.trainer.reading.gradient_theorems import same_assumptions
from derivation.trainer.reading.statements import Statement

__all__ = ["closed", "look_for_a_counterexample"]

_ROUNDS = 8  # a derivative of a value of a value, and so on
_SECONDS = 2.0


def closed(
    gradient: Statement, statements: Sequence[Statement]
) -> tuple[Term, tuple[Statement, ...]] | None:
    """The right side without derivatives, and the theorems that it rests on beside ``gradient``.

    None if no theorem states one of them.
    """
    term, used = plain(gradient.rhs), list[Statement]()
    lemmas = [one for one in statements if _may_be_put_in(one, gradient)]
    ranges = {d.name: d.sizes[0] for d in gradient.domain if d.kind is Kind.INDEX}
    for _ in range(_ROUNDS):
        if not _is_open(term):
            return term, tuple(dict.fromkeys(used))
        term = _replaced(term, lemmas, ranges, used)
    return None


def _is_open(term: Term) -> bool:
    return any(isinstance(node, Derivative) for node in walk(term))


def _may_be_put_in(lemma: Statement, gradient: Statement) -> bool:
    if lemma.conditions or lemma.domain.hypotheses or not same_assumptions(lemma, gradient):
        return False
    for one in lemma.domain:
        other = gradient.domain.get(one.name)
        if other != one and not (other is None and one.kind is Kind.INDEX):
            return False
    return isinstance(plain(lemma.lhs), Derivative)


def _replaced(
    term: Term, lemmas: Sequence[Statement], ranges: Mapping[str, object], used: list[Statement]
) -> Term:
    """Each derivative once by what a theorem says of it."""
    if isinstance(term, Sum):
        upper = term.upper
        size = upper.name if isinstance(upper, Symbol) else getattr(upper, "value", None)
        known = {**ranges, term.index: size if term.lower == Number("1") else None}
        body = _replaced(term.body, lemmas, known, used)
        return term.with_children((body, term.lower, term.upper))
    if isinstance(term, Derivative):
        for lemma in lemmas:
            indices = _indices_of(lemma.domain)
            found: dict[str, Term] = {}
            if not _match(plain(lemma.lhs), term, set(indices), found):
                continue
            strange = indices.keys() & free_names(plain(lemma.rhs)) - found.keys()
            if not strange and all(
                isinstance(new, Symbol) and ranges.get(new.name) == indices[old]
                for old, new in found.items()
            ):
                used.append(lemma)
                return substitute(plain(lemma.rhs), found)
        return term
    if not term.children:
        return term
    return term.with_children(tuple(_replaced(one, lemmas, ranges, used) for one in term.children))


def _indices_of(domain: Domain) -> dict[str, object]:
    return {one.name: one.sizes[0] for one in domain if one.kind is Kind.INDEX}


def _match(pattern: Term, term: Term, indices: set[str], found: dict[str, Term]) -> bool:
    """Whether ``term`` is the pattern with other terms in the places of its indices."""
    if isinstance(pattern, Symbol) and pattern.name in indices:
        return found.setdefault(pattern.name, term) == term
    if type(pattern) is not type(term) or len(pattern.children) != len(term.children):
        return False
    return pattern.with_children(term.children) == term and all(
        _match(one, other, indices, found)
        for one, other in zip(pattern.children, term.children, strict=True)
    )


def look_for_a_counterexample(gradient: Statement, term: Term) -> None:
    """Raise StructureError if the kernel refutes that ``term`` is the left side of ``gradient``."""
    definitions = tuple(Definition(one.head, one.body) for one in gradient.definitions)
    found = decide(gradient.lhs, term, gradient.domain, definitions, _SECONDS)
    if found.verdict is Verdict.REFUTED:
        raise StructureError(
            f"theorems that were put together contradict the kernel: {found.witness}"
        )
