"""Linear facts over the rationals: whether they contradict each other.

A fact is ``sum of c_k t_k + c >= 0`` (or ``> 0``), where each t_k is any real quantity, named
by the exponents of a monomial. Fourier and
Motzkin: adding positive multiples of facts gives facts; facts that lead to ``c > 0`` or ``c >= 0``
with a c that is not so cannot hold together. (J. Fourier 1826; T. Motzkin 1936.)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

__all__ = ["Fact", "contradictory"]

_MOST_FACTS = 160


@dataclass(frozen=True)
class Fact:
    """``sum of coefficients[t] * t + constant >= 0``; ``> 0`` where it is ``strict``."""

    coefficients: Mapping[tuple[int, ...], Fraction]
    constant: Fraction
    strict: bool


def contradictory(facts: Iterable[Fact]) -> bool:
    """Whether no values of the quantities satisfy all facts; False when that is not found out."""
    waiting = list(facts)
    while True:
        if any(_fails(fact) for fact in waiting):
            return True
        quantities = {t for fact in waiting for t in fact.coefficients}
        if not quantities:
            return False
        cheapest = min(quantities, key=lambda t: _cost(waiting, t))
        waiting = _without(waiting, cheapest)
        if len(waiting) > _MOST_FACTS:
            return False


def _fails(fact: Fact) -> bool:
    """Whether a fact without quantities is false."""
    if fact.coefficients:
        return False
    return fact.constant < 0 or (fact.strict and fact.constant == 0)


def _cost(facts: list[Fact], quantity: tuple[int, ...]) -> tuple[int, str]:
    signs = [fact.coefficients[quantity] > 0 for fact in facts if quantity in fact.coefficients]
    return sum(signs) * (len(signs) - sum(signs)), repr(quantity)


def _without(facts: list[Fact], quantity: tuple[int, ...]) -> list[Fact]:
    """What follows from the facts and does not mention the quantity."""
    kept = [fact for fact in facts if quantity not in fact.coefficients]
    above = [fact for fact in facts if fact.coefficients.get(quantity, 0) > 0]
    below = [fact for fact in facts if fact.coefficients.get(quantity, 0) < 0]
    return kept + [_combined(one, other, quantity) for one in above for other in below]


def _combined(one: Fact, other: Fact, quantity: tuple[int, ...]) -> Fact:
    """A positive multiple of each, so that the quantity cancels."""
    first, second = -other.coefficients[quantity], one.coefficients[quantity]
    total: dict[tuple[int, ...], Fraction] = {}
    for fact, times in ((one, first), (other, second)):
        for t, coefficient in fact.coefficients.items():
            total[t] = total.get(t, Fraction(0)) + times * coefficient
    return Fact(
        {t: coefficient for t, coefficient in total.items() if coefficient},
        first * one.constant + second * other.constant,
        one.strict or other.strict,
    )
