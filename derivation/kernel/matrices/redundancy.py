"""Leaves out conditions that follow from others of the same list.

R1  a product is not 0 exactly when no factor is. |a|^q and a^n are not 0 where a is not.
R2  a > 0 gives a != 0. A product is positive when its factors to odd powers are, but for an even
    number of negative ones, and its factors to even powers are not 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from derivation.kernel.bounds import intervals
from derivation.kernel.matrices.convert import MatrixForm
from derivation.kernel.matrices.definedness import Demand
from derivation.kernel.normal_form.generators import Kind
from derivation.kernel.normal_form.quotient import Quotient, factors
from derivation.kernel.theorem import ConditionKind
from derivation.term import walk

__all__ = ["irredundant"]

_EXCLUDE_ZERO = (ConditionKind.NONZERO, ConditionKind.POSITIVE)
_ZERO_WITH_ITS_BASE = (Kind.ROOT, Kind.MODULUS, Kind.POWER)


def irredundant(
    values: dict[Demand, Quotient | None],
    facts: list[tuple[ConditionKind, Quotient]],
    form: MatrixForm,
) -> tuple[Demand, ...]:
    """The demands that do not follow from others, or from facts, in their order.

    ``values``: the numbers that the demands are about, None for one that is left alone.
    """
    known = _Known(form)
    for kind, value in facts:
        known.learn(kind, value)
    about = {
        demand: value
        for demand, value in values.items()
        if value is not None and not value.is_zero and demand.kind in _EXCLUDE_ZERO
    }

    def simplicity(demand: Demand) -> tuple[int, bool, int]:
        atoms = len(set(known.atoms(about[demand])))
        size = sum(1 for _ in walk(demand.term))
        return atoms, demand.kind is ConditionKind.NONZERO, size

    dropped: set[Demand] = set()
    for demand in sorted(about, key=simplicity):
        if known.gives(demand.kind, about[demand]):
            dropped.add(demand)
        else:
            known.learn(demand.kind, about[demand])
    return tuple(demand for demand in values if demand not in dropped)


@dataclass
class _Known:
    """What is nonzero and what is positive under the conditions that are kept, by text."""

    form: MatrixForm
    nonzero: set[str] = field(default_factory=set)
    positive: set[str] = field(default_factory=set)

    def atoms(self, value: Quotient) -> Iterator[str]:
        """The factors of the numerator that may be 0, roots and powers by their bases."""
        _, found = factors(value.numerator)
        for factor, _ in found:
            part = Quotient(factor)
            if self.form.is_nonzero(part):
                continue
            only = self.form.tower.only(factor)
            if only is not None and only.kind in _ZERO_WITH_ITS_BASE:
                yield from self.atoms(only.arguments[0])
            else:
                yield self.form.tower.text(part)

    def learn(self, kind: ConditionKind, value: Quotient) -> None:
        """Note a condition that is kept, or a fact."""
        if value.is_zero:
            return
        self.nonzero.update(self.atoms(value))
        if kind is ConditionKind.POSITIVE:
            sign, unknown = self._signs(value)
            if len(unknown) == 1 and sign > 0:
                self.positive.update(unknown)

    def gives(self, kind: ConditionKind, value: Quotient) -> bool:
        """Whether a condition follows from those that are kept."""
        if not self.nonzero.issuperset(self.atoms(value)):
            return False
        sign, unknown = self._signs(value)
        return kind is ConditionKind.NONZERO or (sign > 0 and not unknown)

    def _signs(self, value: Quotient) -> tuple[int, set[str]]:
        """The sign of the product of the factors of known sign, and the factors of unknown sign.

        Factors to even powers are left out.
        """
        sign, unknown = 1, set()
        for p in (value.numerator, value.denominator):
            content, found = factors(p)
            sign *= 1 if content > 0 else -1
            for factor, exponent in found:
                part = Quotient(factor)
                bounds, text = self.form.bounds(part), self.form.tower.text(part)
                if exponent % 2 == 0 or text in self.positive or intervals.is_positive(bounds):
                    continue
                if intervals.is_negative(bounds):
                    sign = -sign
                else:
                    unknown.add(text)
        return sign, unknown
