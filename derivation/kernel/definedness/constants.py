"""Conditions on terms without names: certified by ball arithmetic, at rising precision."""

from __future__ import annotations

from collections.abc import Iterator

from flint import fmpq

from derivation.domain import REAL_LINE, Interval
from derivation.kernel.bounds.enclosures import outward
from derivation.kernel.refutation.balls import Indeterminate, Point, Undefined, evaluate
from derivation.kernel.refutation.reals import Value, sign_of, working_bits
from derivation.kernel.theorem import ConditionKind
from derivation.term import Term

__all__ = ["constant_holds", "enclosed"]

_PRECISIONS = (64, 256, 1024)


def _values(term: Term) -> Iterator[tuple[Value, int]]:
    """Certified values of a term without names, with more and more bits."""
    for bits in _PRECISIONS:
        try:
            yield evaluate(term, Point(), bits), bits
        except Undefined:
            return
        except Indeterminate:
            continue


def constant_holds(kind: ConditionKind, term: Term) -> bool:
    """Whether the condition certainly holds of a term without free names."""
    for value, bits in _values(term):
        with working_bits(bits):
            try:
                sign = sign_of(value)
            except Indeterminate:
                continue
            return _holds(kind, value, sign)
    return False


def _holds(kind: ConditionKind, value: Value, sign: int) -> bool:
    match kind:
        case ConditionKind.NONZERO:
            return sign != 0
        case ConditionKind.POSITIVE:
            return sign > 0
        case ConditionKind.NONNEGATIVE:
            return sign >= 0
        case ConditionKind.NOT_POLE:
            return sign > 0 or _is_no_whole_number(value)
    return isinstance(value, fmpq) and value.q == 1


def _is_no_whole_number(value: Value) -> bool:
    if isinstance(value, fmpq):
        return bool(value.q != 1)
    return not value.contains_integer()


def enclosed(term: Term) -> Interval:
    """An interval that holds the value of a term without free names."""
    for value, _ in _values(term):
        low, high = outward(value)
        return Interval(low, high, low is None, high is None)
    return REAL_LINE
