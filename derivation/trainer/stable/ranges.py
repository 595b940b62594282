"""Intervals of floats, for the safety analysis."""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["LARGEST_EXPONENT", "Range"]

LARGEST_EXPONENT = 709.0
"""e^709.78... is the largest float."""


@dataclass(frozen=True, slots=True)
class Range:
    """All numbers from ``low`` to ``high``; an infinite end stands for any finite number."""

    low: float
    high: float

    def __neg__(self) -> Range:
        return Range(-self.high, -self.low)

    def __add__(self, other: Range) -> Range:
        return Range(self.low + other.low, self.high + other.high)

    def __mul__(self, other: Range) -> Range:
        ends = [_times(a, b) for a in (self.low, self.high) for b in (other.low, other.high)]
        return Range(min(ends), max(ends))

    def reciprocal(self) -> Range:
        """1 over it; 0 must not lie in it."""
        return Range(1 / self.high, 1 / self.low)

    def exponential(self) -> Range:
        """e to it."""
        return Range(_exp(self.low), _exp(self.high))

    def power(self, exponent: int) -> Range:
        """It, to a whole power; 0 must not lie in it for a negative one."""
        ends = [_raised(end, exponent) for end in (self.low, self.high)]
        if self.low <= 0 <= self.high:
            ends.append(0.0)
        return Range(min(ends), max(ends))

    @property
    def least(self) -> float:
        """The least magnitude."""
        return 0.0 if self.low <= 0 <= self.high else min(abs(self.low), abs(self.high))

    @property
    def most(self) -> float:
        """The greatest magnitude."""
        return max(abs(self.low), abs(self.high))


def _times(a: float, b: float) -> float:
    return 0.0 if 0.0 in (a, b) else a * b  # a finite number is meant by an infinite end


def _exp(exponent: float) -> float:
    return math.inf if exponent > LARGEST_EXPONENT else math.exp(exponent)


def _raised(base: float, exponent: int) -> float:
    try:
        return base**exponent
    except OverflowError:
        return math.inf if base > 0 or exponent % 2 == 0 else -math.inf
    except ZeroDivisionError:
        return math.inf
