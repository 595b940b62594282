"""Terms as rational functions over real atoms.

An *atom* is a subterm that is not built by + - * / and whole powers: a name, a member, a function
value. Each stands for its real value, so a square of a polynomial in atoms is never negative.
Like the normal form, but nothing is rewritten in here beyond the arithmetic of a field: an atom is
known by how it is written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from derivation.domain import Interval
from derivation.kernel.bounds.intervals import Bounds
from derivation.kernel.calculus.differentiate import Jet
from derivation.kernel.definedness.constants import enclosed
from derivation.kernel.names.context import Context
from derivation.kernel.normal_form.quotient import GENERATORS, Quotient, TooLarge, own_value
from derivation.term import (
    Add,
    Call,
    Constant,
    Div,
    Indexed,
    Mul,
    Neg,
    Number,
    Pow,
    Sub,
    Symbol,
    Term,
    free_names,
)

__all__ = ["Atoms", "exact_exponent"]

_LARGEST_EXPONENT = 64
_LARGEST_CONSTANT = 10**40


def exact_exponent(term: Term) -> Fraction | None:
    """The value of a term of numbers and + - * / and whole powers, if it is of moderate size."""
    value: Fraction | None = None
    match term:
        case Number():
            value = term.value
        case Neg(body=body):
            inner = exact_exponent(body)
            value = None if inner is None else -inner
        case Add() | Sub() | Mul() | Div() | Pow():
            left, right = exact_exponent(term.left), exact_exponent(term.right)
            value = None if left is None or right is None else _combined(term, left, right)
    if value is None or max(abs(value.numerator), value.denominator) > _LARGEST_CONSTANT:
        return None
    return value


def _combined(
    term: Add | Sub | Mul | Div | Pow, left: Fraction, right: Fraction
) -> Fraction | None:
    match term:
        case Add():
            return left + right
        case Sub():
            return left - right
        case Mul():
            return left * right
        case Div():
            return left / right if right else None
    if right.denominator != 1 or abs(right) > _LARGEST_EXPONENT or (left == 0 and right <= 0):
        return None
    return Fraction(left ** int(right))


@dataclass
class Atoms:
    """The atoms of one question, numbered, and what is known of each."""

    context: Context
    bounds: Bounds
    terms: list[Term] = field(default_factory=list)
    intervals: list[Interval] = field(default_factory=list)
    nonzero: list[bool] = field(default_factory=list)
    _numbers: dict[Term, int] = field(default_factory=dict)

    def of(self, term: Term) -> Quotient:
        """The term as a quotient of polynomials in atoms. Raises TooLarge and NeverDefined."""
        match term:
            case Number():
                return Quotient.of(term.value)
            case Neg(body=body):
                return -self.of(body)
            case Add(left=left, right=right):
                return self.of(left) + self.of(right)
            case Sub(left=left, right=right):
                return self.of(left) - self.of(right)
            case Mul(left=left, right=right):
                return self.of(left) * self.of(right)
            case Div(left=left, right=right):
                return self.of(left) / self.of(right)
            case Pow(left=left, right=right):
                exponent = exact_exponent(right)
                if exponent is not None and exponent.denominator == 1 and left != Constant("e"):
                    if abs(exponent) > _LARGEST_EXPONENT:
                        raise TooLarge("a power with a large exponent")
                    return self.of(left) ** int(exponent)
        return own_value(self._number(term))

    def _number(self, term: Term) -> int:
        if term not in self._numbers:
            if len(self.terms) >= GENERATORS:
                raise TooLarge(f"more than {GENERATORS} atoms")
            self._numbers[term] = len(self.terms)
            self.terms.append(term)
            interval = self.bounds.of(term)
            if not free_names(term):
                interval = interval.intersect(enclosed(term))
            self.intervals.append(interval)
            self.nonzero.append(self._is_declared_nonzero(term))
        return self._numbers[term]

    def _is_declared_nonzero(self, term: Term) -> bool:
        match term:
            case Symbol(name=name) | Indexed(base=name):
                declared = self.context.declaration(name)
            case Jet(name=name, orders=orders, by=by) if not by and not any(orders):
                declared = self.context.declaration(name)
            case Call(name="gamma"):
                return True  # the gamma function has no zero
            case _:
                return False
        return declared is not None and not declared.admits(Fraction(0))
