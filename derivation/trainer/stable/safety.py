"""Whether a form can be computed safely on a branch, by intervals, before a number is tried.

A form is refused when, somewhere on the branch, it
  * takes an exponential that overflows although the value of the form does not,
  * divides by, or takes the logarithm of, something that can round to zero,
  * takes the logarithm of something near 1 other than as log(1 + u),
  * subtracts two nearly equal numbers that are not both exact.

Labels, predictors and numbers are exact. Where the residual has a zero between the extreme
labels, no form can avoid the subtraction; for such labels the difference of a computed number
and a polynomial in the label is let pass. At the extreme labels it is not.

The branch is cut into pieces, so that the intervals are tight where u/(1 + u) asks for it. The
ends are rounded floats: this is a filter before the numerical audit, not a proof.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from derivation.term import (
    Add,
    Call,
    Constant,
    Div,
    Mul,
    Neg,
    Number,
    Pow,
    Sub,
    Symbol,
    Term,
    free_names,
)
from derivation.trainer.stable.branch import Branch
from derivation.trainer.stable.floats import log1p_argument
from derivation.trainer.stable.parts import Side
from derivation.trainer.stable.polynomials import as_polynomial, is_exponential
from derivation.trainer.stable.ranges import LARGEST_EXPONENT, Range

__all__ = ["why_unsafe"]

_CUTS = (0.0, 0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 16.0, 64.0, 709.0, math.inf)
_HARMLESS = 0.75  # what is subtracted is at most this part of what it is subtracted from


class _UnsafeError(Exception):
    """The reason, in words."""


def why_unsafe(form: Term, branch: Branch) -> str:
    """The first reason against a form on a branch; empty if there is none."""
    for label, inner in _labels(branch):
        for piece in _pieces(branch):
            try:
                _Ranges(form, branch, piece, label, inner=inner).of(form)
            except _UnsafeError as reason:
                return str(reason)
    return ""


def _pieces(branch: Branch) -> Iterator[Range]:
    for low, high in pairwise(_CUTS):
        if branch.side is not Side.NEGATIVE and not (
            branch.side is Side.BOTH and low >= LARGEST_EXPONENT
        ):
            yield Range(low, high)
        if branch.side is not Side.NONNEGATIVE:
            yield Range(-high, -low)


def _labels(branch: Branch) -> Iterator[tuple[Range, bool]]:
    """Each closed end of the interval of labels by itself, then all labels between."""
    labels = branch.setting.labels
    low = -math.inf if labels.low is None else float(labels.low)
    high = math.inf if labels.high is None else float(labels.high)
    if labels.low is not None and not labels.low_open:
        yield Range(low, low), False
    if labels.high is not None and not labels.high_open and high > low:
        yield Range(high, high), False
    if high > low:
        yield Range(low, high), True


class _Ranges:
    """The range of every part of a form on one piece of a branch."""

    def __init__(
        self, form: Term, branch: Branch, piece: Range, label: Range, *, inner: bool
    ) -> None:
        self.branch = branch
        self.piece = piece
        self.label = label
        self.inner = inner
        self.growing = frozenset(_ruling_exponentials(form, branch))

    def of(self, term: Term) -> Range:
        """The range of a part. Raises _UnsafeError."""
        own = self._multiple_of_pivot(term)
        if own is not None:
            return own
        match term:
            case Number(value=value):
                return Range(float(value), float(value))
            case Constant(name="e" | "pi" as name):
                return Range(*[getattr(math, name)] * 2)
            case Symbol(name=self.branch.setting.label):
                return self.label
            case Symbol(name=self.branch.setting.predictor):
                return Range(-math.inf, math.inf)
            case Neg(body=body):
                return -self.of(body)
            case Sub(left=left, right=Number(value=1)) if is_exponential(left):
                self.of(left)
                inside = self.of(left.children[1])
                return Range(math.expm1(inside.low), math.expm1(min(inside.high, 709.0)))
            case Add(left=left, right=right):
                return self._sum(term, left, right, self.of(left), self.of(right))
            case Sub(left=left, right=right):
                return self._sum(term, left, right, self.of(left), -self.of(right))
            case Mul(left=left, right=right):
                return self._product(left, right)
            case Div(left=left, right=right):
                return self._quotient(term, self.of(left), self.of(right))
            case Pow(right=exponent) if is_exponential(term):
                return self._exponential(term, self.of(exponent))
            case Pow(left=left, right=Number() as right) if right.value in range(1, 9):
                return self.of(left).power(int(right.value))
            case Call(name="log" | "ln", arguments=(argument,)):
                return self._logarithm(term, argument)
            case Call(name="Abs", arguments=(argument,)):
                inside = self.of(argument)
                return Range(inside.least, inside.most)
            case Call(name="sqrt", arguments=(argument,)):
                inside = self.of(argument)
                return Range(math.sqrt(max(inside.low, 0.0)), math.sqrt(max(inside.high, 0.0)))
        raise _UnsafeError(f"{_shown(term)} is not computed by generated code")

    def _multiple_of_pivot(self, term: Term) -> Range | None:
        if not isinstance(term, Symbol | Neg | Add | Sub | Mul | Div):
            return None
        found = self.branch.multiple(term)
        if found is None or not found[0]:
            return None
        factor, constant = (float(one) for one in found)
        return self.piece * Range(factor, factor) + Range(constant, constant)

    def _sum(self, term: Term, left: Term, right: Term, one: Range, other: Range) -> Range:
        total = one + other
        opposite = (one.low < 0 < other.high) or (other.low < 0 < one.high)
        harmless = (
            not opposite
            or min(one.most, other.most) <= _HARMLESS * max(one.least, other.least)
            or (self._is_exact(left) and self._is_exact(right))
            or (self.inner and (self._is_input(left) or self._is_input(right)))
        )
        if not harmless:
            raise _UnsafeError(f"{_shown(term)} loses digits by subtraction")
        if math.isnan(total.low) or math.isnan(total.high):
            return Range(-math.inf, math.inf)
        return total

    def _is_exact(self, term: Term) -> bool:
        match term:
            case Neg(body=body):
                return self._is_exact(body)
            case Number(value=value):
                return Fraction(float(value)) == value
            case Symbol():
                return True
        return self.branch.pivot != Symbol(self.branch.setting.predictor) and (
            as_polynomial(term) is not None and bool((self.branch.multiple(term) or (0,))[0])
        )

    def _is_input(self, term: Term) -> bool:
        """A polynomial in label and predictor, a constant, or something computed times one."""
        if as_polynomial(term) is not None or not free_names(term):
            return True
        match term:
            case Neg(body=body):
                return self._is_input(body)
            case Mul(left=left, right=right) if self.branch.setting.label in free_names(left):
                return self._is_input(left)
            case Mul(right=right) if self.branch.setting.label in free_names(right):
                return self._is_input(right)
        return False

    def _product(self, left: Term, right: Term) -> Range:
        one, other = self.of(left), self.of(right)
        return one.power(2) if left == right else one * other

    def _quotient(self, term: Term, top: Range, bottom: Range) -> Range:
        if bottom.low <= 0 <= bottom.high:
            raise _UnsafeError(f"{_shown(term)} divides by something that can round to 0")
        return top * bottom.reciprocal()

    def _exponential(self, term: Term, exponent: Range) -> Range:
        if exponent.high > LARGEST_EXPONENT and term not in self.growing:
            raise _UnsafeError(f"{_shown(term)} overflows, though the value does not")
        return exponent.exponential()

    def _logarithm(self, term: Term, argument: Term) -> Range:
        small = log1p_argument(argument)
        if small is not None:
            inside = self.of(small)
            if inside.low <= -1:
                raise _UnsafeError(f"{_shown(term)} takes the logarithm of something that can be 0")
            return Range(math.log1p(inside.low), math.log1p(inside.high))
        inside = self.of(argument)
        if inside.low <= 0:
            raise _UnsafeError(
                f"{_shown(term)} takes the logarithm of something that can round to 0"
            )
        if inside.low < inside.high and inside.low < 1.5 and inside.high > 0.5:
            raise _UnsafeError(f"{_shown(term)} loses digits where its argument is near 1")
        return Range(math.log(inside.low), math.log(inside.high))


def _ruling_exponentials(form: Term, branch: Branch) -> Iterator[Term]:
    """The growing exponential that rules the whole value, so that both overflow together.

    It is a summand of the form, up to a number as its factor, and no other summand grows so.
    """
    summands = list(_summands(form))
    growing = [one for one in summands if _grows(one, branch)]
    if len(growing) == 1:
        core = growing[0]
        while isinstance(core, Mul | Div | Neg):
            if isinstance(core, Neg):
                core = core.body
            elif isinstance(core, Mul) and _is_never_zero(core.left, branch):
                core = core.right
            elif _is_never_zero(core.right, branch):
                core = core.left
            else:
                return
        if is_exponential(core):
            yield core


def _is_never_zero(term: Term, branch: Branch) -> bool:
    if not free_names(term):
        return term != Number("0")
    label = branch.setting.label
    if term != Symbol(label):
        return False
    divides_pivot = all(label in dict(monomial) for monomial in branch.polynomial)
    return divides_pivot or Fraction(0) not in branch.setting.labels


def _summands(term: Term) -> Iterator[Term]:
    match term:
        case Add(left=left, right=right) | Sub(left=left, right=right):
            yield from _summands(left)
            yield from _summands(right)
        case Neg(body=body):
            yield from _summands(body)
        case _:
            yield term


def _grows(term: Term, branch: Branch) -> bool:
    if isinstance(term, Pow) and is_exponential(term):
        found = branch.multiple(term.right)
        return found is None or found[0] * branch.direction < 0
    return any(_grows(child, branch) for child in term.children)


def _shown(term: Term) -> str:
    from derivation.notation import to_python

    return to_python(term)
