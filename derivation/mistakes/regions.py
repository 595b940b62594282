"""Claims that hold on a part of their domain: where x >= 0, where x - y > 0, where m = 1."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING

from derivation.domain import Declaration, Domain, Interval, Kind
from derivation.kernel.refutation.points import constants_of
from derivation.mistakes.claim import Candidate, Claim, nodes, text
from derivation.term import (
    Call,
    Constant,
    Div,
    Neg,
    Number,
    Piecewise,
    Pow,
    Relation,
    RelationSign,
    Sub,
    Symbol,
    Term,
    free_names,
    number,
    substitute,
    walk,
)

if TYPE_CHECKING:
    from flint import arb

__all__ = ["half_lines", "half_spaces", "smallest_size"]

MAX_BORDERS = 9
MAX_TRIED = 6  # parts of the domain for one name
MAX_DECIDING_NODES = 9


def half_lines(claim: Claim) -> Iterator[Candidate]:
    """One real name on one side of 0, of 1 or of a number in the claim, or at one value."""
    for declaration in _scalars(claim):
        if claim.is_late:
            return
        yield from islice(_restricted(claim, declaration), MAX_TRIED)


def half_spaces(claim: Claim) -> Iterator[Candidate]:
    """A denominator, or what a root or an absolute value is taken of, has one sign."""
    zero = Number("0")
    for part in _deciding(claim) if _has_branches(claim) else ():
        if claim.is_late:
            return
        values = [claim.values.at(part, point) for point in range(len(claim.values))]
        for sign, shown, holds in _TESTS:
            inside = [value is not None and holds(value) for value in values]
            if "=" in shown and part in _denominators(claim):
                continue
            if any(inside) and _agrees_where(claim, inside):
                hypotheses = (*claim.domain.hypotheses, Relation(part, sign, zero))
                domain = Domain(claim.domain.declarations, hypotheses)
                says = f"equal where {text(part)} {shown} 0"
                if claim.values.equal_over(claim.lhs, claim.rhs, domain):
                    yield Candidate(claim.lhs, claim.rhs, says, domain)


def _has_branches(claim: Claim) -> bool:
    """Whether the claim may hold on a part alone: what is analytic holds everywhere or nowhere."""
    return any(_may_branch(part) for side in (claim.lhs, claim.rhs) for part in walk(side))


def _may_branch(part: Term) -> bool:
    match part:
        case Call(name=name):
            return name not in _ANALYTIC
        case Pow(left=Constant(name="e")) | Pow(right=Symbol()):
            return False
        case Pow(right=Number() as exponent) | Pow(right=Neg(body=Number() as exponent)):
            return exponent.value.denominator != 1
        case Pow():
            return True
    return isinstance(part, Piecewise)


def _denominators(claim: Claim) -> Iterator[Term]:
    for part in (*walk(claim.lhs), *walk(claim.rhs)):
        if isinstance(part, Div):
            yield part.right


def _deciding(claim: Claim) -> Iterator[Term]:
    """Terms whose sign may decide between branches; single names are in `half_lines`."""
    found: list[Term] = []
    for part in (*walk(claim.lhs), *walk(claim.rhs)):
        match part:
            case Div(right=term) | Call(name="Abs" | "relu" | "sign", arguments=(term,)):
                found.append(term)
            case Pow(left=term, right=Number(text="2")):
                found.append(term)
            case (
                Call(name="Max" | "Min", arguments=(left, right)) | Relation(left=left, right=right)
            ):
                found.append(left if right == Number("0") else Sub(left, right))
    for term in dict.fromkeys(found):
        if (
            free_names(term)
            and not free_names(term) & claim.bound
            and 1 < nodes(term) <= MAX_DECIDING_NODES
        ):
            yield term


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
                yield from _where(claim, replace(declaration, values=(value,)), "=", value)
        return
    if not _has_branches(claim):
        return
    interior = replace(declaration.interval, low_open=True, high_open=True)
    borders = sorted(border for border in _borders(claim) if border in interior)
    for sign, border, half in _halves(borders):
        if "=" in sign and not declaration.admits(border):
            continue
        if _agrees(claim, declaration.name, sign, border):
            interval = declaration.interval.intersect(half)
            yield from _where(claim, replace(declaration, interval=interval), sign, border)


def _halves(borders: list[Fraction]) -> Iterator[tuple[str, Fraction, Interval]]:
    """Both half lines from each number on, the longer ones first."""
    for low, high in zip(borders, reversed(borders), strict=True):
        yield ">=", low, Interval(low=low, low_open=False)
        yield ">", low, Interval(low=low)
        yield "<=", high, Interval(high=high, high_open=False)
        yield "<", high, Interval(high=high)


def _where(
    claim: Claim, declaration: Declaration, sign: str, border: Fraction
) -> Iterator[Candidate]:
    kept = tuple(declaration if d.name == declaration.name else d for d in claim.domain)
    domain = Domain(kept, claim.domain.hypotheses)
    says = f"equal where {declaration.name} {sign} {text(number(border))}"
    if claim.values.equal_over(claim.lhs, claim.rhs, domain):
        yield Candidate(claim.lhs, claim.rhs, says, domain)


def _borders(claim: Claim) -> tuple[Fraction, ...]:
    usual = (Fraction(0), Fraction(1), Fraction(-1))
    return tuple(dict.fromkeys((*usual, *constants_of(claim.lhs, claim.rhs))))[:MAX_BORDERS]


def _agrees(claim: Claim, name: str, sign: str, border: Fraction) -> bool:
    """Whether the sides agree at all known points where the name is on that side."""
    inside = []
    for sample in claim.values.samples:
        exact = sample.point.scalars.get(name)
        value = None if exact is None else Fraction(int(exact.p), int(exact.q))
        inside.append(value is not None and _COMPARE[sign](value, border))
    return _agrees_where(claim, inside)


def _agrees_where(claim: Claim, inside: list[bool]) -> bool:
    """Whether the sides differ at none of those points."""
    for left, right, is_inside in zip(claim.left_values, claim.right_values, inside, strict=True):
        if is_inside and (left is None or right is None or not left.overlaps(right)):
            return False
    return True


# one formula on their whole domain, which is connected or holds nothing but poles
_ANALYTIC = frozenset(
    {
        "exp", "log", "ln", "log1p", "expm1", "sin", "cos", "tan", "sinh", "cosh", "tanh",
        "sigmoid", "sigma", "softplus", "logit", "asinh", "atanh", "erf", "erfc", "gamma",
        "digamma", "loggamma", "factorial",
    }
)  # fmt: skip
_COMPARE = MappingProxyType(
    {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt, "=": operator.eq}
)
_TESTS: tuple[tuple[RelationSign, str, Callable[[arb], bool]], ...] = (
    (RelationSign.GE, ">=", lambda ball: bool(ball >= 0)),
    (RelationSign.GT, ">", lambda ball: bool(ball > 0)),
    (RelationSign.LE, "<=", lambda ball: bool(ball <= 0)),
    (RelationSign.LT, "<", lambda ball: bool(ball < 0)),
)
