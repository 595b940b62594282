"""Conditions of branches: their negation, and the relations that hold where they hold.

Both sides of a relation are real where the relation is asked for, so of ``a < b``, ``a = b`` and
``a > b`` exactly one holds: the negation of ``a < b`` is ``a >= b``.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from derivation.term import And, Not, Or, Relation, RelationSign, Test

__all__ = ["alternatives", "negated", "relations_in"]

_MOST_ALTERNATIVES = 24
_OPPOSITE = {
    RelationSign.EQ: RelationSign.NE, RelationSign.NE: RelationSign.EQ,
    RelationSign.LT: RelationSign.GE, RelationSign.GE: RelationSign.LT,
    RelationSign.GT: RelationSign.LE, RelationSign.LE: RelationSign.GT,
}  # fmt: skip

Case = tuple[Relation, ...]


def negated(test: Test) -> Test:
    """The test that holds exactly where this one does not."""
    match test:
        case Relation(left=left, sign=sign, right=right):
            return Relation(left, _OPPOSITE[sign], right)
        case And(left=left, right=right):
            return Or(negated(left), negated(right))
        case Or(left=left, right=right):
            return And(negated(left), negated(right))
        case Not(body=body):
            return body


def relations_in(test: Test) -> Iterator[Relation]:
    """Every relation that the test is built of."""
    match test:
        case Relation():
            yield test
        case And(left=left, right=right) | Or(left=left, right=right):
            yield from relations_in(left)
            yield from relations_in(right)
        case Not(body=body):
            yield from relations_in(body)


def alternatives(tests: tuple[Test, ...]) -> tuple[Case, ...]:
    """Cases such that, where all the tests hold, all relations of one of the cases do.

    A test with too many cases of its own is left out: the cases then say less.
    """
    cases: list[Case] = [()]
    for test in tests:
        own = _cases(test)
        if len(own) * len(cases) <= _MOST_ALTERNATIVES:
            cases = [(*one, *other) for one, other in product(cases, own)]
    return tuple(cases)


def _cases(test: Test) -> list[Case]:
    match test:
        case Relation():
            return [(test,)]
        case And(left=left, right=right):
            return [(*one, *other) for one, other in product(_cases(left), _cases(right))]
        case Or(left=left, right=right):
            return [*_cases(left), *_cases(right)]
        case Not(body=body):
            return _cases(negated(body))
