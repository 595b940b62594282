"""Mistakes in a factor of a whole side: its sign, a number, a subterm, an inner derivative."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import reduce

from derivation.errors import DerivationError
from derivation.kernel.calculus.differentiate import differentiate
from derivation.mistakes.claim import Candidate, Claim, constant, negative, nodes, text
from derivation.mistakes.values import Known
from derivation.term import (
    Call,
    Derivative,
    Div,
    Indexed,
    Mul,
    Neg,
    Number,
    Pow,
    Symbol,
    Term,
    free_names,
    number,
    walk,
)

__all__ = ["chain_factors", "constant_factor", "factors", "flipped_sign", "multiple_factors"]

MAX_CHAIN_NODES = 9


def flipped_sign(claim: Claim) -> Iterator[Candidate]:
    """-1 times the right side."""
    says = "the sign is flipped: the left side is -1 times the right side"
    yield Candidate(claim.lhs, Neg(claim.rhs), says, claim.domain)


def constant_factor(claim: Claim) -> Iterator[Candidate]:
    """A rational number times the right side."""
    if not free_names(claim.lhs) or not free_names(claim.rhs):
        return  # a number is always a multiple of a number
    guess = constant(_ratios(claim.left_values, claim.right_values))
    if guess is None or guess in (0, 1):
        return
    says = f"a factor {guess} is missing on the right side"
    if abs(guess.numerator) == 1:
        says = f"the right side has an extra factor {1 / guess}"
    yield Candidate(claim.lhs, Mul(number(guess), claim.rhs), says, claim.domain)


def factors(claim: Claim) -> Iterator[Candidate]:
    """A subterm, a size, ... that is missing or too much on the right side."""
    missing = _ratios(claim.left_values, claim.right_values)
    extra = _ratios(claim.right_values, claim.left_values)
    for part in claim.parts:
        if claim.is_late:
            return
        if not _is_empty_phrase(part, claim):
            yield from _with_factor(claim, part, missing, extra)


def multiple_factors(claim: Claim) -> Iterator[Candidate]:
    """Twice a subterm, its half, its negative, its square."""
    missing = _ratios(claim.left_values, claim.right_values)
    extra = _ratios(claim.right_values, claim.left_values)
    for part in claim.parts:
        if claim.is_late:
            return
        if nodes(part) > 5 or not free_names(part) or _is_empty_phrase(part, claim):
            continue
        now = tuple(claim.values.at(part, point) for point in range(len(claim.values)))
        for ratios in (missing, extra):
            times = constant(_ratios(ratios, now))
            if times is not None and times.denominator in (1, 2) and abs(times.numerator) in (1, 2):
                yield from _with_factor(claim, _times(times, part), missing, extra)
        yield from _with_factor(claim, Pow(part, Number("2")), missing, extra)


def chain_factors(claim: Claim) -> Iterator[Candidate]:
    """The derivative of an inner function, when the claim is about a derivative."""
    missing = _ratios(claim.left_values, claim.right_values)
    for inner, variable in _inner_functions(claim):
        try:
            factor = _numbers_first(differentiate(inner, variable))
        except DerivationError:
            continue
        if factor in (Number("0"), Number("1")) or nodes(factor) > MAX_CHAIN_NODES:
            continue
        for one in (factor, negative(factor)):
            if claim.values.agree(one, missing):
                says = (
                    f"a factor {text(one)} is missing on the right side: "
                    f"the derivative of {text(inner)} by {text(variable)}"
                )
                yield Candidate(claim.lhs, Mul(claim.rhs, one), says, claim.domain)


def _numbers_first(term: Term) -> Term:
    """The same product, its numbers in front: ``2*a*x`` for ``a*(2*x)``."""
    waiting, found = [term], []
    while waiting:
        part = waiting.pop()
        if isinstance(part, Mul):
            waiting.extend((part.right, part.left))
        else:
            found.append(part)
    return reduce(Mul, sorted(found, key=lambda part: not isinstance(part, Number)))


def _with_factor(
    claim: Claim, part: Term, missing: tuple[Known, ...], extra: tuple[Known, ...]
) -> Iterator[Candidate]:
    shown = text(part)
    if claim.values.agree(part, missing):
        says = f"a factor {shown} is missing on the right side"
        yield Candidate(claim.lhs, Mul(claim.rhs, part), says, claim.domain)
    if claim.values.agree(part, extra):
        says = f"the right side has an extra factor {shown}"
        yield Candidate(Mul(claim.lhs, part), claim.rhs, says, claim.domain)


def _ratios(above: tuple[Known, ...], below: tuple[Known, ...]) -> tuple[Known, ...]:
    return tuple(
        None if top is None or bottom is None or bottom.contains(0) else top / bottom
        for top, bottom in zip(above, below, strict=True)
    )


def _is_empty_phrase(part: Term, claim: Claim) -> bool:
    """Whether the factor is 0, or says nothing but that the two sides have some quotient."""
    first = claim.values.at(part, 0) if len(claim.values) else None
    if first is not None and first.contains(0):
        return True
    sides = (claim.lhs, claim.rhs)
    if all(free_names(side) for side in sides):
        return False
    if part in sides or negative(part) in sides:
        return True
    if not isinstance(part, Symbol | Indexed):
        return True
    return any(nodes(side) <= 3 and part in side.children for side in sides)


def _times(times: Fraction, part: Term) -> Term:
    if abs(times) == 1:
        return part if times > 0 else Neg(part)
    if times.numerator in (1, -1):
        half = Div(part, number(times.denominator))
        return half if times > 0 else Neg(half)
    product = Mul(number(abs(times)), part)
    return product if times > 0 else Neg(product)


def _inner_functions(claim: Claim) -> Iterator[tuple[Term, Term]]:
    """(u, x) for each u that a function or a power of a derivative by x is taken of."""
    for derivative in (*walk(claim.lhs), *walk(claim.rhs)):
        if not isinstance(derivative, Derivative):
            continue
        for part in walk(derivative.body):
            if isinstance(part, Call | Pow):
                for inner in part.children:
                    if inner != derivative.variable and not free_names(inner) & claim.bound:
                        yield inner, derivative.variable
