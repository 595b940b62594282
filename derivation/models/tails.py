"""Probabilities beyond a value on either side: of the normal distribution and of Student's t."""

from __future__ import annotations

from math import erfc, exp, inf, lgamma, log, log1p, sqrt

__all__ = ["normal_tails", "student_tails"]

_TINY = 1e-300


def normal_tails(z: float) -> float:
    """The probability that a standard normal variable is at least as far from 0 as ``z``."""
    return erfc(abs(z) / sqrt(2))


def student_tails(t: float, degrees: int) -> float:
    """The same for Student's t with ``degrees`` of freedom: I_x(n/2, 1/2) at x = n/(n + t^2)."""
    if t * t == inf:
        return 0.0
    return _incomplete_beta(degrees / (degrees + t * t), degrees / 2, 0.5)


def _incomplete_beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function, by its continued fraction (DLMF 8.17.22)."""
    if x <= 0.0 or x >= 1.0:
        return min(max(x, 0.0), 1.0)
    if x > (a + 1) / (a + b + 2):  # the fraction converges fast on the other side
        return 1.0 - _incomplete_beta(1.0 - x, b, a)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
    # Lentz's method: C and D are ratios of consecutive numerators and denominators.
    c, d = 1.0, 1.0 / _nonzero(1.0 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, 10_000):
        for step in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1.0 / _nonzero(1.0 + step * d)
            c = _nonzero(1.0 + step / c)
            value *= c * d
        if abs(c * d - 1.0) < 1e-15:
            break
    return front * value


def _nonzero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
