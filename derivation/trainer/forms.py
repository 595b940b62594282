"""How a function of z and y is computed: by which theorem on which half line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from derivation.domain import Domain, Interval, Kind
from derivation.errors import UnsupportedError
from derivation.term import (
    Add,
    Div,
    Mul,
    Neg,
    Number,
    Pow,
    Sub,
    Symbol,
    Term,
    free_names,
    plain,
    substitute,
)
from derivation.trainer.statements import Statement, functions_of

__all__ = ["Branches", "Forms"]

NONNEGATIVE = Interval(low=Fraction(0), low_open=False)
NEGATIVE = Interval(high=Fraction(0))


@dataclass(frozen=True, slots=True)
class Branches:
    """A function of z (and y): as defined, and as computed on either half line."""

    defined: Term
    nonnegative: Term  # where z >= 0
    negative: Term  # where z < 0


class Forms:
    """Finds the theorem that says how a term is computed on a half line."""

    def __init__(
        self,
        statements: Sequence[Statement],
        gradient: Statement,
        predictor: str,
        label: str,
        labels: Interval,
    ) -> None:
        self._statements = statements
        self._gradient = gradient
        self._predictor = predictor
        self._label = label
        self._labels = labels
        self.used: list[Statement] = []

    def branches(self, term: Term, what: str) -> Branches:
        """``term`` with its forms for z >= 0 and z < 0."""
        if _is_polynomial(term):  # cannot overflow before its value does
            return Branches(term, term, term)
        upper = self._form(term, NONNEGATIVE, what, ">= 0")
        lower = self._form(term, NEGATIVE, what, "< 0")
        return Branches(term, upper, lower)

    def _form(self, term: Term, half: Interval, what: str, sign: str) -> Term:
        for statement in self._statements:
            if statement.conditions:
                continue
            renaming = _renaming(plain(statement.lhs), term)
            if renaming is None or not self._holds(statement, renaming, half):
                continue
            if not _same_functions(self._gradient, statement, term):
                continue
            form = substitute(
                plain(statement.rhs), {old: Symbol(new) for old, new in renaming.items()}
            )
            if free_names(form) <= {self._predictor, self._label}:
                self.used.append(statement)
                return form
        from derivation.notation import to_latex

        raise UnsupportedError(
            f"no theorem says how to compute {what} where {self._predictor} {sign}: prove "
            f"a lemma with the left side {to_latex(term)} over '{self._predictor} {sign}', "
            "whose right side neither overflows nor cancels"
        )

    def _holds(self, statement: Statement, renaming: dict[str, str], half: Interval) -> bool:
        symbols: set[Term] = {Symbol(name) for name in renaming}
        if any(plain(d.head) in symbols for d in statement.definitions):
            return False  # then it holds for one value, not for all
        where = {self._predictor: half, self._label: self._labels}
        return all(_covers(statement.domain, old, where[new]) for old, new in renaming.items())


def _renaming(pattern: Term, term: Term) -> dict[str, str] | None:
    """The one-to-one renaming of symbols that turns ``pattern`` into ``term``, if there is one."""
    names: dict[str, str] = {}
    if not _match(pattern, term, names) or len(set(names.values())) != len(names):
        return None
    return names


def _match(pattern: Term, term: Term, names: dict[str, str]) -> bool:
    if isinstance(pattern, Symbol) and isinstance(term, Symbol):
        return names.setdefault(pattern.name, term.name) == term.name
    if type(pattern) is not type(term) or len(pattern.children) != len(term.children):
        return False
    if pattern.with_children(term.children) != term:
        return False
    return all(
        _match(one, other, names)
        for one, other in zip(pattern.children, term.children, strict=True)
    )


def _same_functions(one: Statement, other: Statement, term: Term) -> bool:
    """Whether the functions in ``term`` mean the same in both statements."""
    ours, theirs = functions_of(one, term), functions_of(other, term)
    return all(
        ours[name] == theirs[name]
        if name in ours and name in theirs
        else _is_built_in(*(ours | theirs)[name])
        for name in ours.keys() | theirs.keys()
    )


def _is_built_in(head: Term, body: Term) -> bool:
    """Whether ``head = body`` is what the kernel knows of the function anyway."""
    from derivation.kernel import Verdict, decide

    names = sorted(free_names(head))
    domain = Domain.parse(", ".join(f"{name} real" for name in names))
    return decide(head, body, domain).verdict is Verdict.PROVED


def _is_polynomial(term: Term) -> bool:
    match term:
        case Number() | Symbol():
            return True
        case Pow(left=left, right=Number() as exponent):
            return _is_polynomial(left) and exponent.value.denominator == 1
        case Div(left=left, right=Number()):
            return _is_polynomial(left)
        case Add() | Sub() | Mul() | Neg():
            return all(_is_polynomial(child) for child in term.children)
    return False


def _covers(domain: Domain, name: str, interval: Interval) -> bool:
    declared = domain.get(name)
    return (
        declared is not None
        and declared.kind is Kind.REAL
        and not (declared.nonzero or declared.values)
        and declared.interval.intersect(interval) == interval
    )
