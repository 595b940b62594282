"""Leaves out conditions that follow from others of the same list.

R1  a b != 0 if a != 0 and b != 0. So a condition "value != 0" follows when every factor of the
    value's numerator is nonzero by the domain, or by a condition with a single factor.
R2  a > 0 gives a != 0.
"""

from __future__ import annotations

from derivation.kernel.matrices.convert import MatrixForm
from derivation.kernel.matrices.definedness import Demand
from derivation.kernel.normal_form.quotient import Quotient, factors
from derivation.kernel.theorem import ConditionKind
from derivation.term import Term, walk

__all__ = ["irredundant"]

_EXCLUDE_ZERO = (ConditionKind.NONZERO, ConditionKind.POSITIVE)


def irredundant(values: dict[Demand, Quotient | None], form: MatrixForm) -> tuple[Demand, ...]:
    """The demands that do not follow from those before them, simplest first.

    ``values``: the numbers that the demands are about, None for one that is left alone.
    """
    found = {
        demand: _factors(value, form)
        for demand, value in values.items()
        if value is not None and not value.is_zero and demand.kind in _EXCLUDE_ZERO
    }
    order = sorted(
        found,
        key=lambda one: (len(found[one]), one.kind is ConditionKind.NONZERO, _length(one.term)),
    )
    nonzero: set[str] = set()
    dropped: set[Demand] = set()
    for demand in order:
        if demand.kind is ConditionKind.NONZERO and found[demand] <= nonzero:
            dropped.add(demand)
        else:
            nonzero |= found[demand] if len(found[demand]) == 1 else set()
    return tuple(demand for demand in values if demand not in dropped)


def _length(term: Term) -> int:
    return sum(1 for _ in walk(term))


def _factors(value: Quotient, form: MatrixForm) -> frozenset[str]:
    _, found = factors(value.numerator)
    parts = [Quotient(factor) for factor, _ in found]
    return frozenset(form.tower.text(part) for part in parts if not form.is_nonzero(part))
