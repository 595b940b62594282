"""The second engine: a form in floating point against many digits, over a fixed grid.

The reference is the term as it was defined, with so many digits that it keeps at least 60 of
them where it cancels. The error is counted in units in the last place of the value. Where the
value crosses zero for a label between the extremes (h = y), no form can keep such a bound; for
such a label the unit is that of what is subtracted, max(|h|, |y|). Where the value touches zero,
as log cosh(z - y) does for z = y, and a form does not keep the first bound, the unit is that of
1: the absolute error of a loss. A form that needs no such excuse is preferred.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from flint import arb, ctx

from derivation.notation import to_message
from derivation.term import Add, Div, Mul, Neg, Number, Pow, Sub, Symbol, Term, free_names
from derivation.trainer.stable.branch import Branch
from derivation.trainer.stable.floats import compiled, exact_value
from derivation.trainer.stable.grid import pivots
from derivation.trainer.stable.parts import Audit, Measure, Side
from derivation.trainer.stable.polynomials import as_polynomial, is_exponential, scaled, term_of
from derivation.trainer.stable.ranges import LARGEST_EXPONENT

__all__ = ["AIM", "LIMIT", "Auditor"]

AIM = 2.0
"""Units in the last place that a loss, residual or prediction is wanted to be off at most."""
LIMIT = 4.0
"""What is let pass where no form comes that near (a product of rounded factors), and for a
derivative, which only steers the steps of Newton's method."""

_BITS = 264  # 60 digits, and some for rounding
_LEAST = 2.0**-1074
_PIVOT = "pivot"  # under this name a form reads the float whose sign chose the branch


@dataclass(frozen=True, slots=True)
class _Point:
    pivot: float
    label: float
    predictor: float
    value: arb


@dataclass(frozen=True, slots=True)
class _Worst:
    measure: Measure
    error: float
    reason: str


class Auditor:
    """Compares forms of one defined term. The reference values are computed once."""

    def __init__(
        self, defined: Term, branch: Branch, aim: float = AIM, limit: float = LIMIT
    ) -> None:
        self.defined = defined  # functions unfolded
        self.branch = branch  # of either side
        self.aim = aim
        self.limit = limit
        self._known: dict[float, dict[Term, arb]] = {}  # parts without label, by pivot

    def audit(self, form: Term, side: Side) -> tuple[tuple[Audit, ...], str]:
        """What was measured on a side, and the first reason against the form, or ""."""
        code = compiled(*_with_pivot(form, self.branch))
        found: dict[Measure, Audit] = {}
        for label in self._labels:
            points = [one for one in self._on(side) if one.label == label]
            if not points:
                continue
            worst = self._worst(code, points, Measure.VALUE)
            if self.aim < worst.error < math.inf:
                relaxed = self._relaxed(label)
                if relaxed is Measure.SUMMANDS or worst.error > self.limit:
                    worst = self._worst(code, points, relaxed)
            if worst.error > self.limit:
                return (), worst.reason
            measure, error = worst.measure, worst.error
            before = found.get(measure, Audit(side, 0, 0.0, measure))
            found[measure] = Audit(
                side, before.points + len(points), max(before.error, error), measure
            )
        return tuple(found.values()), ""

    def _worst(
        self, code: Callable[[dict[str, float]], float], points: Sequence[_Point], measure: Measure
    ) -> _Worst:
        """The largest error over the points, or the first exception."""
        largest, at = 0.0, points[0]
        for point in points:
            values = {_PIVOT: point.pivot, self.branch.setting.predictor: point.predictor}
            values[self.branch.setting.label] = point.label
            try:
                computed = code(values)
            except (OverflowError, ZeroDivisionError, ValueError) as error:
                if _overflows(point.value):
                    continue
                reason = f"it raises '{error}' at {self._shown(point)}"
                return _Worst(measure, math.inf, reason)
            least = _LEAST * max(1.0, abs(point.label))
            off = _units(computed, point.value, self._unit(point, measure), least)
            if off > largest:
                largest, at = off, point
        reason = f"at {self._shown(at)} it is {largest:.3g} {measure.value} off"
        return _Worst(measure, largest, reason)

    def _unit(self, point: _Point, measure: Measure) -> arb:
        """That in whose last place an error is counted."""
        if measure is Measure.VALUE:
            return point.value
        if measure is Measure.ONE:
            return max(abs(point.value), arb(1))
        return self._size(self.defined, point)

    def _size(self, term: Term, point: _Point) -> arb:
        """The magnitude of a term if nothing in which the label occurs were subtracted in it."""
        with self._precise(point.pivot):
            match term:
                case Add(left=left, right=right) | Sub(left=left, right=right) if (
                    self.branch.setting.label in free_names(term)
                ):
                    return max(self._size(left, point), self._size(right, point))
                case Neg(body=body):
                    return self._size(body, point)
                case Mul(left=left, right=right):
                    return self._size(left, point) * self._size(right, point)
                case Div(left=left, right=right):
                    return self._size(left, point) / abs(
                        self._exact(right, point.pivot, point.label)
                    )
                case Pow(left=left, right=Number(value=power)) if not is_exponential(term):
                    return self._size(left, point) ** int(power)
            return abs(self._exact(term, point.pivot, point.label))

    def _on(self, side: Side) -> Iterator[_Point]:
        for point in self._points:
            if side is Side.BOTH:
                if point.pivot < LARGEST_EXPONENT:
                    yield point
            elif (point.pivot >= 0) == (side is Side.NONNEGATIVE):
                yield point

    def _relaxed(self, label: float) -> Measure:
        """What to count in where the value crosses or touches zero for this label.

        At the extreme labels, and without a label, every form has to keep its digits.
        """
        labels = self.branch.setting.labels
        extreme = Fraction(label) in (labels.low, labels.high)
        if extreme or self.branch.setting.label not in free_names(self.defined):
            return Measure.VALUE
        points = [one for one in self._points if one.label == label]
        signs = {_sign(one.value) for one in points}
        if {-1, 1} <= signs:
            return Measure.SUMMANDS
        return Measure.ONE if 0 in signs or self._comes_near_zero(points) else Measure.VALUE

    def _comes_near_zero(self, points: Sequence[_Point]) -> bool:
        """Whether it cancels somewhere, and not for ever larger predictors, as 1 - h does."""

        def cancels(point: _Point) -> bool:
            return bool(abs(point.value) < self._size(self.defined, point) / 16)

        return not (cancels(points[0]) or cancels(points[-1])) and any(map(cancels, points))

    @cached_property
    def _bits_each(self) -> float:
        """So many bits for each unit of the pivot that 60 digits are left of 1 - sigmoid(pivot)."""
        return 1.45 * (float(self.branch.span(self.defined)) + 0.25)

    @cached_property
    def _labels(self) -> tuple[float, ...]:
        if self.branch.setting.label not in free_names(self.defined):
            return (0.5,)
        labels = self.branch.setting.labels
        low = 0.0 if labels.low is None else float(labels.low)
        high = low + 1.0 if labels.high is None else float(labels.high)
        asked = [low, *(low + part * (high - low) for part in (0.25, 0.5, 1.0))]
        if labels.high is None:
            asked += [low + 3.0, low + 100.0]
        if labels.low is None:
            asked += [high - 3.5, high - 100.0]
        if self.branch.pivot != Symbol(self.branch.setting.predictor):
            asked = [low, asked[2], high]
        return tuple(one for one in asked if Fraction(one) in labels)

    @cached_property
    def _points(self) -> tuple[_Point, ...]:
        found = []
        for label in self._labels:
            for pivot in pivots():
                point = self._point(pivot, label)
                if point is not None:
                    found.append(point)
        return tuple(found)

    def _point(self, pivot: float, label: float) -> _Point | None:
        """The reference at one point; None where no predictor gives that pivot."""
        if not self.branch.linear_at(Fraction(label))[0]:
            return None
        with self._precise(pivot):
            predictor = float(self._predictor(pivot, label))
            return _Point(pivot, label, predictor, self._exact(self.defined, pivot, label))

    def _precise(self, pivot: float) -> AbstractContextManager[object]:
        precision: AbstractContextManager[object] = ctx.workprec(
            int(_BITS + self._bits_each * abs(pivot))
        )
        return precision

    def _predictor(self, pivot: float, label: float) -> arb:
        coefficient, rest = self.branch.linear_at(Fraction(label))
        return ((arb(pivot) - _arb(rest)) / _arb(coefficient)).mid()

    def _exact(self, term: Term, pivot: float, label: float) -> arb:
        own = self.branch.setting
        values = {own.predictor: self._predictor(pivot, label), own.label: arb(label)}
        return exact_value(term, values, self._known.setdefault(pivot, {}), own.label)

    def _shown(self, point: _Point) -> str:
        text = f"{to_message(self.branch.pivot)} = {point.pivot!r}"
        if self.branch.setting.label in free_names(self.defined):
            text += f", {self.branch.setting.label} = {point.label!r}"
        return text


def _sign(value: arb) -> int:
    """-1, 0 or 1."""
    return int(value > 0) - int(value < 0)


def _arb(value: Fraction) -> arb:
    return arb(value.numerator) / value.denominator


def _with_pivot(form: Term, branch: Branch) -> tuple[Term, dict[Term, str]]:
    """The form, with each multiple of a compound pivot read off the pivot itself."""
    if branch.pivot == Symbol(branch.setting.predictor):
        return form, {}

    def change(node: Term) -> Term:
        found = branch.multiple(node) if as_polynomial(node) is not None else None
        if found is None or not found[0] or found[1]:
            return node.with_children(tuple(map(change, node.children))) if node.children else node
        return term_of(scaled({((_PIVOT, 1),): Fraction(1)}, found[0]))

    return change(form), {}


def _overflows(value: arb) -> bool:
    """Whether the value is beyond the floats, or a label's size away from that."""
    return bool(abs(value) > sys.float_info.max / 2**20)


def _units(computed: float, value: arb, unit: arb, least: float) -> float:
    """The error in units in the last place of ``unit``, which is at least ``least``.

    A label of 100 times an exponential below the normal numbers cannot do better than that.
    """
    if _overflows(value):
        return 0.0 if abs(computed) >= sys.float_info.max / 2**20 else math.inf
    if not math.isfinite(computed):
        return math.inf
    with ctx.workprec(256):
        return float(abs(arb(computed) - value) / arb(max(least, math.ulp(float(unit)))))
