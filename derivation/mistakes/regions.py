"""Claims that hold on a part of their domain: where x >= 0, where s = 1, where m = 1."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from derivation.domain import Declaration, Domain, Interval, Kind
from derivation.mistakes.claim import Candidate, Claim, text
from derivation.term import Number, Term, free_names, number, substitute, walk

__all__ = ["half_lines", "smallest_size"]

MAX_BORDERS = 6


def half_lines(claim: Claim) -> Iterator[Candidate]:
    """One real name on one side of 0, of 1 or of a number in the claim, or at one value."""
    for declaration in _scalars(claim):
        if claim.is_late:
            return
        yield from _restricted(claim, declaration)


def smallest_size(claim: Claim) -> Iterator[Candidate]:
    """A size that is 1."""
    for declaration in claim.domain:
        name = declaration.name
        if declaration.kind is not Kind.INTEGER or declaration.is_family:
            continue
        if Fraction(1) not in declaration.interval or not _agrees(claim, name, "=", Fraction(1)):
            continue
        values: dict[str, Term] = {name: Number("1")}
        try:
            left, right = substitute(claim.lhs, values), substitute(claim.rhs, values)
        except ValueError:
            continue
        yield Candidate(left, right, f"equal where {name} = 1", _with_size_one(claim.domain, name))


def _with_size_one(domain: Domain, name: str) -> Domain:
    """The domain without the size; families of that size have one member."""
    kept = tuple(
        replace(one, sizes=tuple(1 if size == name else size for size in one.sizes))
        for one in domain
        if one.name != name
    )
    return Domain(kept, domain.hypotheses)


def _scalars(claim: Claim) -> Iterator[Declaration]:
    used = free_names(claim.lhs) | free_names(claim.rhs)
    for declaration in claim.domain:
        is_scalar = declaration.kind is Kind.REAL and not declaration.is_family
        if is_scalar and declaration.name in used:
            yield declaration


def _restricted(claim: Claim, declaration: Declaration) -> Iterator[Candidate]:
    if declaration.values:
        for value in declaration.values:
            if len(declaration.values) > 1 and _agrees(claim, declaration.name, "=", value):
                yield _where(claim, replace(declaration, values=(value,)), "=", value)
        return
    for border in _borders(claim):
        if border not in replace(declaration.interval, low_open=True, high_open=True):
            continue
        for sign, half in _halves(border):
            if _agrees(claim, declaration.name, sign, border):
                interval = declaration.interval.intersect(half)
                yield _where(claim, replace(declaration, interval=interval), sign, border)


def _halves(border: Fraction) -> tuple[tuple[str, Interval], ...]:
    """Both half lines from a number on, closed ones first."""
    return (
        (">=", Interval(low=border, low_open=False)),
        ("<=", Interval(high=border, high_open=False)),
        (">", Interval(low=border)),
        ("<", Interval(high=border)),
    )


def _where(claim: Claim, declaration: Declaration, sign: str, border: Fraction) -> Candidate:
    shown = text(number(border))
    kept = tuple(declaration if d.name == declaration.name else d for d in claim.domain)
    domain = Domain(kept, claim.domain.hypotheses)
    says = f"equal where {declaration.name} {sign} {shown}"
    return Candidate(claim.lhs, claim.rhs, says, domain)


def _borders(claim: Claim) -> tuple[Fraction, ...]:
    found = [Fraction(0), Fraction(1), Fraction(-1)]
    for part in (*walk(claim.lhs), *walk(claim.rhs)):
        if isinstance(part, Number):
            found.extend((part.value, -part.value))
    return tuple(dict.fromkeys(found))[: 2 * MAX_BORDERS]


def _agrees(claim: Claim, name: str, sign: str, border: Fraction) -> bool:
    """Whether the sides agree at all known points of the part, of which there must be one."""
    inside = 0
    for point, sample in enumerate(claim.values.samples):
        if name not in sample.point.scalars:
            return False
        exact = sample.point.scalars[name]
        value = Fraction(int(exact.p), int(exact.q))
        if not _holds(value, sign, border):
            continue
        left, right = claim.left_values[point], claim.right_values[point]
        if left is None or right is None or not left.overlaps(right):
            return False
        inside += 1
    return inside >= (1 if sign == "=" else 2)


def _holds(value: Fraction, sign: str, border: Fraction) -> bool:
    match sign:
        case ">=":
            return value >= border
        case "<=":
            return value <= border
        case ">":
            return value > border
        case "<":
            return value < border
    return value == border
