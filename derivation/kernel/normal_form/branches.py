"""Case distinctions in a term (N13): which branch is taken in the case at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derivation.errors import UnsupportedError
from derivation.kernel.bounds import intervals
from derivation.kernel.normal_form.cases import split_on
from derivation.kernel.normal_form.quotient import NeverDefined, Quotient
from derivation.term import And, Not, Or, Piecewise, Relation, RelationSign, Sub, Test

if TYPE_CHECKING:
    from derivation.kernel.normal_form.attempt import Attempt

__all__ = ["value_of_branches"]


def value_of_branches(form: Attempt, term: Piecewise) -> Quotient:
    """The value of the branch that is taken. Raises NeedSplit where the case does not tell."""
    for value, test in term.branches:
        if test is None or _holds(form, test):
            return form.of(value)
    raise NeverDefined("no branch holds")


def _holds(form: Attempt, test: Test) -> bool:
    """Whether the test holds in this case: both parts are asked, so that both are defined."""
    match test:
        case And(left=left, right=right):
            one, other = _holds(form, left), _holds(form, right)
            return one and other
        case Or(left=left, right=right):
            one, other = _holds(form, left), _holds(form, right)
            return one or other
        case Not(body=body):
            return not _holds(form, body)
        case Relation():
            return _relation_holds(form, test)
    raise UnsupportedError("a condition of an unknown form")


def _relation_holds(form: Attempt, relation: Relation) -> bool:
    difference = form.tower.reduced(form.of(relation.left) - form.of(relation.right))
    bounds = form.signs.of(difference)
    zero = difference.is_zero or bounds.low == bounds.high == 0
    positive, negative = intervals.is_positive(bounds), intervals.is_negative(bounds)
    nonzero = positive or negative or form.signs.is_nonzero(difference)
    match relation.sign:
        case RelationSign.EQ if zero or nonzero:
            return zero
        case RelationSign.NE if zero or nonzero:
            return not zero
        case RelationSign.LT if negative or intervals.is_nonnegative(bounds):
            return negative
        case RelationSign.GT if positive or (bounds.high is not None and bounds.high <= 0):
            return positive
        case RelationSign.LE if positive or (bounds.high is not None and bounds.high <= 0):
            return not positive
        case RelationSign.GE if negative or intervals.is_nonnegative(bounds):
            return not negative
    if form.tower.bound_in([difference]):
        raise UnsupportedError("a case distinction that depends on a bound index")
    raise split_on(form, Sub(relation.left, relation.right), difference)
