"""The certified difference of two sides, where parts that both contain are taken off first.

``exp(exp(x)) + 1`` and ``exp(exp(x))`` have values so large that no ball of moderate precision
can tell them apart. So each side is written as an exact number plus rational multiples of other
terms, its atoms. Equal terms have equal values at the same point: they cancel, whatever these
are. What is certified: every atom, cancelled or not, is defined at the point.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from flint import arb, fmpq

from derivation.kernel.refutation.balls import Point, evaluate
from derivation.kernel.refutation.magnitude import WORK, at_least
from derivation.kernel.refutation.reals import (
    Indeterminate,
    Undefined,
    Value,
    as_ball,
    finite,
    working_bits,
)
from derivation.term import Add, Div, Mul, Neg, Sub, Term

__all__ = ["Gap", "gap"]

MAX_BITS = 200_000  # of an exact constant


@dataclass(frozen=True, slots=True)
class Gap:
    """left - right lies between ``low`` and ``high``; None where no bound is known."""

    low: arb | None
    high: arb | None

    @property
    def is_certain(self) -> bool:
        """Whether the difference is certainly not zero."""
        return (self.low is not None and bool(self.low > 0)) or (
            self.high is not None and bool(self.high < 0)
        )


def _moderate(value: fmpq) -> fmpq:
    if value.p.bit_length() + value.q.bit_length() > MAX_BITS:
        raise Indeterminate("a very long number")
    return value


@dataclass(frozen=True, slots=True)
class _Combination:
    """constant + the sum of coefficient * atom; an atom may have the coefficient 0."""

    constant: fmpq
    atoms: dict[Term, fmpq] = field(default_factory=dict)

    def plus(self, other: _Combination) -> _Combination:
        atoms = dict(self.atoms)
        for atom, coefficient in other.atoms.items():
            atoms[atom] = atoms.get(atom, fmpq(0)) + coefficient
        return _Combination(_moderate(self.constant + other.constant), atoms)

    def times(self, factor: fmpq) -> _Combination:
        atoms = {atom: factor * coefficient for atom, coefficient in self.atoms.items()}
        return _Combination(_moderate(factor * self.constant), atoms)


def gap(left: Term, right: Term, point: Point, bits: int) -> Gap:
    """Bounds of left - right at a point where both are certainly defined.

    Raises Undefined or Indeterminate.
    """
    with working_bits(bits):
        work = _Work(point, bits, {})
        return work.bounds(work.combination(left).plus(work.combination(right).times(fmpq(-1))))


@dataclass(frozen=True, slots=True)
class _Work:
    point: Point
    bits: int
    values: dict[Term, Value | None]  # of atoms; None: too large, only a lower bound is known

    def combination(self, term: Term) -> _Combination:
        match term:
            case Neg(body=body):
                return self.combination(body).times(fmpq(-1))
            case Add(left=left, right=right):
                return self.combination(left).plus(self.combination(right))
            case Sub(left=left, right=right):
                return self.combination(left).plus(self.combination(right).times(fmpq(-1)))
            case Mul(left=left, right=right):
                one, other = self.combination(left), self.combination(right)
                if not one.atoms:
                    return other.times(one.constant)
                if not other.atoms:
                    return one.times(other.constant)
            case Div(left=left, right=right):
                divisor = self.combination(right)
                if not divisor.atoms:
                    if divisor.constant == 0:
                        raise Undefined("division by zero")
                    return self.combination(left).times(1 / divisor.constant)
        return self._atom(term)

    def _atom(self, term: Term) -> _Combination:
        if term not in self.values:
            try:
                self.values[term] = evaluate(term, self.point, self.bits, work=WORK)
            except Indeterminate:
                at_least(term, self.point, self.bits)  # certifies that it is defined
                self.values[term] = None
        value = self.values[term]
        if isinstance(value, fmpq):
            return _Combination(value)
        return _Combination(fmpq(0), {term: fmpq(1)})

    def bounds(self, difference: _Combination) -> Gap:
        known = arb(difference.constant)
        more, less = False, False  # parts without a bound above, below
        for atom, coefficient in difference.atoms.items():
            if coefficient == 0:
                continue
            value = self.values[atom]
            if value is None:
                known += coefficient * at_least(atom, self.point, self.bits)
                more, less = more or coefficient > 0, less or coefficient < 0
            else:
                known += coefficient * as_ball(value)
        ball = as_ball(finite(known))
        return Gap(None if less else ball.lower(), None if more else ball.upper())
