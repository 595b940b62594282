"""Where forms are tried: the fixed values of the pivot."""

from __future__ import annotations

from functools import cache

__all__ = ["pivots"]

_GOLDEN = (5**0.5 - 1) / 2


@cache
def pivots() -> tuple[float, ...]:
    """Zero, both signs of many scales, and where exponentials vanish, halve or end."""
    sizes = [0.0, 1e-20, 1e-9, 1e-4, 0.01, 0.1, 0.3, 0.693, 0.6931471805599453]
    sizes += [k / 4 for k in range(1, 12)]
    sizes += [40 * (k * _GOLDEN % 1) for k in range(1, 120)]  # spread, with full mantissas
    sizes += [700 * (k * _GOLDEN % 1) for k in range(1, 25)]
    sizes += [36.0, 36.7, 36.74, 37.0, 37.5, 38.0, 100.0, 350.0, 354.9, 372.0, 500.0]
    sizes += [700.0, 705.0, 708.3, 709.0, 709.7, 709.8, 710.5, 720.0, 740.0, 744.4, 745.2, 746.0]
    sizes += [800.0, 1000.0, 3333.3, 1e4]
    return (*(-size for size in reversed(sizes) if size), *sizes)
