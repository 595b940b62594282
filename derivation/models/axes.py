"""Where the ticks of an axis stand, and where a value lies on it."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, isfinite, log10

__all__ = ["Axis", "number"]

_STEPS = (1.0, 2.0, 5.0, 10.0)
_FACTORS = ((1, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,))
"""Multiples of a power of ten that get a tick: the first that are not too many."""
_ROUNDING = 1e-9  # a tick that misses the end of an axis by rounding alone is still on it


@dataclass(frozen=True, slots=True)
class Axis:
    """Values from ``low`` to ``high``, spread evenly or, if ``logarithmic``, by their logarithm.

    ``shift`` is added before the logarithm is taken: with 1, an axis can begin at 0.
    """

    low: float
    high: float
    logarithmic: bool = False
    shift: float = 0.0

    def place(self, value: float) -> float:
        """0 at the low end, 1 at the high end."""
        low, high, at = map(self._spread, (self.low, self.high, value))
        return (at - low) / (high - low)

    def ticks(self, wanted: int = 5, *, whole: bool = False) -> tuple[float, ...]:
        """About ``wanted`` round numbers on the axis; integers alone if ``whole``."""
        if self.logarithmic:
            return self._logarithmic_ticks(wanted)
        span = self.high - self.low
        step = _round_step(span / max(wanted, 1))
        if whole:
            step = max(1.0, step)
        first = ceil(self.low / step - _ROUNDING)
        last = floor(self.high / step + _ROUNDING)
        ticks = dict.fromkeys(_clean(k * step) for k in range(first, last + 1))
        return tuple(value for value in ticks if self._holds(value))

    def _logarithmic_ticks(self, wanted: int) -> tuple[float, ...]:
        """Powers of ten; some between them where they are few, some of them where they are many."""
        least = self.low if self.low > 0 else 1.0
        first, last = floor(log10(least)), ceil(log10(self.high))
        every = max(1, ceil((last - first) / wanted))
        found: list[float] = []
        for factors in _FACTORS if every == 1 else _FACTORS[-1:]:
            numbers = [
                float(f"{factor}e{power}")
                for power in range(first, last + 1)
                if power % every == 0
                for factor in factors
            ]
            found = [value for value in numbers if self._holds(value)]
            if len(found) <= wanted + 1:
                break
        return (0.0, *found) if self.shift and self.low == 0 else tuple(found)

    def _holds(self, value: float) -> bool:
        return -_ROUNDING <= self.place(value) <= 1 + _ROUNDING

    def _spread(self, value: float) -> float:
        return log10(value + self.shift) if self.logarithmic else value


def number(value: float) -> str:
    """A tick as people write it: 20,000, 0.05, 1e-6."""
    if not isfinite(value):
        return str(value)
    size = abs(value)
    if size >= 1e6 or 0 < size < 1e-4:
        mantissa, _, power = f"{value:.6e}".partition("e")
        return f"{mantissa.rstrip('0').rstrip('.')}e{int(power)}"
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:.10g}"


def _round_step(raw: float) -> float:
    """The least of 1, 2, 5 times a power of ten that is not below ``raw``."""
    power = floor(log10(raw))
    scale = float(f"1e{power}")
    return next(step for step in _STEPS if step * scale >= raw * (1 - _ROUNDING)) * scale


def _clean(value: float) -> float:
    """Without the last digits that adding up steps leaves: 0.3, not 0.30000000000000004."""
    return float(f"{value:.12g}")
