"""What is assumed in one case of a proof: conditions of the claim, hypotheses, chosen signs.

A proof by cases: for each real u, one of u > 0, u < 0, u = 0 holds. What is proved in all three
holds. Where the facts contradict each other the case is empty, and there is nothing to prove.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING

from derivation.domain import Interval
from derivation.errors import UnsupportedError
from derivation.kernel.normal_form.generators import Kind
from derivation.kernel.normal_form.polynomials import degrees
from derivation.kernel.normal_form.quotient import (
    GENERATORS,
    Quotient,
    generators_of,
    monomials,
    polynomial,
)
from derivation.term import Neg, Number, Relation, RelationSign, Sub, Symbol, Term

if TYPE_CHECKING:
    from derivation.kernel.normal_form.attempt import Attempt

__all__ = [
    "Assumption",
    "NeedSplit",
    "Sign",
    "assume",
    "narrowed",
    "of_relation",
    "split_on",
    "three_ways",
]


class Sign(Enum):
    """What is assumed of a term."""

    POSITIVE = "> 0"
    NONNEGATIVE = ">= 0"
    NONZERO = "!= 0"
    ZERO = "= 0"


@dataclass(frozen=True)
class Assumption:
    """The term has that sign at every point of the case."""

    sign: Sign
    term: Term


class NeedSplit(UnsupportedError):
    """The proof needs the sign of a term that is not known: it is one by cases."""

    def __init__(self, term: Term) -> None:
        super().__init__("a proof by cases is needed")
        self.term = term


def split_on(form: Attempt, term: Term, value: Quotient) -> UnsupportedError:
    """What to raise where the sign of a term must be known; ``value`` is its normal form.

    The three cases of a term cover the points where it has a value. Inside a sum or an integral
    it need not have one where the range is empty: there only polynomials in names are split on.
    """
    if not form.depth:
        return NeedSplit(term)
    everywhere = form.as_term(value) if value.denominator.is_constant() else None
    if everywhere is None:
        return UnsupportedError("a proof by cases of a term inside a sum or an integral")
    return NeedSplit(everywhere)


def three_ways(term: Term) -> tuple[Assumption, Assumption, Assumption]:
    """term > 0, term < 0, term = 0."""
    return (
        Assumption(Sign.POSITIVE, term),
        Assumption(Sign.POSITIVE, Neg(term)),
        Assumption(Sign.ZERO, term),
    )


def of_relation(relation: Relation) -> Assumption:
    """A relation that holds, as the sign of a difference."""
    forward, backward = Sub(relation.left, relation.right), Sub(relation.right, relation.left)
    match relation.sign:
        case RelationSign.EQ:
            return Assumption(Sign.ZERO, forward)
        case RelationSign.NE:
            return Assumption(Sign.NONZERO, forward)
        case RelationSign.GT:
            return Assumption(Sign.POSITIVE, forward)
        case RelationSign.GE:
            return Assumption(Sign.NONNEGATIVE, forward)
        case RelationSign.LT:
            return Assumption(Sign.POSITIVE, backward)
    return Assumption(Sign.NONNEGATIVE, backward)


def narrowed(assumption: Assumption) -> tuple[str, Interval] | None:
    """(x, interval) for an assumption about x, -x, x - c or c - x alone."""
    term, low = assumption.term, assumption.sign is Sign.NONNEGATIVE
    if assumption.sign not in (Sign.POSITIVE, Sign.NONNEGATIVE):
        return None
    match term:
        case Symbol(name=name):
            return name, Interval(low=Fraction(0), low_open=not low)
        case Sub(left=Symbol(name=name), right=Number() as bound):
            return name, Interval(low=bound.value, low_open=not low)
        case Neg(body=Symbol(name=name)):
            return name, Interval(high=Fraction(0), high_open=not low)
        case (
            Sub(left=Number() as bound, right=Symbol(name=name))
            | Neg(body=Sub(left=Symbol(name=name), right=Number() as bound))
        ):
            return name, Interval(high=bound.value, high_open=not low)
    return None


def assume(form: Attempt, assumption: Assumption) -> None:
    """Tell the attempt what is assumed. Raises what ``NormalForm.of`` raises."""
    value = form.of(assumption.term)
    match assumption.sign:
        case Sign.POSITIVE:
            form.signs.learn(value, strict=True)
        case Sign.NONNEGATIVE:
            form.signs.learn(value, strict=False)
        case Sign.NONZERO:
            form.signs.learn_nonzero(value)
        case Sign.ZERO:
            form.signs.learn_zero(value)
            if form.signs.vanishing:
                _eliminate(form, Quotient(form.signs.vanishing[-1]))


def _eliminate(form: Attempt, zero: Quotient) -> None:
    """From a + c g = 0, c a number, g = -a/c from now on, for a name or another generator g."""
    if zero.is_zero or form.tower.bound_in([zero]):
        return
    p = zero.numerator
    highest = degrees(p)
    for number in reversed(generators_of(p)):
        found = form.tower.generators[number]
        own = tuple(1 if n == number else 0 for n in range(GENERATORS))
        leading = dict(monomials(p)).get(own)
        alone = leading is not None and all(
            not exponents[number] or exponents == own for exponents, _ in monomials(p)
        )
        if leading is None or highest[number] != 1 or not alone:
            continue
        rest = {e: c for e, c in monomials(p) if e != own}
        value = Quotient(polynomial(rest)) if rest else Quotient.of(0)
        value = value * Quotient.of(Fraction(-1, leading))
        others = form.tower.found([value])
        plain = all(one.kind in (Kind.NAME, Kind.CONSTANT) for one in others)
        if found.kind is Kind.NAME and found.scale == 1 and plain:
            form.replace_name(found.label, value)
            return
        earlier = all(n < number for n in value.generators)
        if found.kind in (Kind.SUM, Kind.JET, Kind.MEMBER) and found.relation is None and earlier:
            form.tower.relate(number, 1, value)
            return
