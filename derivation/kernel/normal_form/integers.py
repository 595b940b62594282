"""Factors of whole numbers, as far as they are needed and quickly found."""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING

from flint import fmpz

from derivation.kernel.normal_form.tower import Restart

if TYPE_CHECKING:
    from derivation.kernel.normal_form.tower import Tower

__all__ = ["WholeFactors"]

_PRIME_BITS = 96
_DIVISOR = "divisor "


class WholeFactors:
    """Factors numbers so that any two factors are equal or coprime.

    A number that is too long to be factored stays whole, until another one shares a divisor with
    it: that divisor is remembered over a restart.
    """

    def __init__(self, tower: Tower) -> None:
        self._tower = tower
        self._long: list[int] = []

    def of(self, value: int) -> list[tuple[int, int]]:
        """``[(p, e), ...]`` with value = product of p^e, for value >= 1. May raise Restart."""
        parts: list[int] = []
        for divisor in self._divisors():
            while value % divisor == 0:
                value //= divisor
                parts.append(divisor)
        if value.bit_length() > _PRIME_BITS:
            self._compare(value)
        found: dict[int, int] = {}
        for part in (*parts, value):
            for factor, exponent in _factored(part):
                found[factor] = found.get(factor, 0) + exponent
        return sorted(found.items())

    def _divisors(self) -> list[int]:
        known = [name for name in self._tower.scales if name.startswith(_DIVISOR)]
        return [int(name.removeprefix(_DIVISOR), 16) for name in known]

    def _compare(self, value: int) -> None:
        for other in self._long:
            common = gcd(value, other)
            if common > 1 and not (value == other == common):
                self._tower.scales[f"{_DIVISOR}{common:x}"] = 1
                raise Restart
        self._long.append(value)


def _factored(value: int) -> list[tuple[int, int]]:
    """The prime factors of a number that is short enough, else the number itself."""
    if value.bit_length() > _PRIME_BITS:
        return [(value, 1)]
    return [(int(prime), int(exponent)) for prime, exponent in fmpz(value).factor()]
