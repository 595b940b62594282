"""What is known about a loss beyond its gradient: how curved it is, and which labels fit it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from derivation.domain import Domain, Interval
from derivation.term import (
    Add,
    Call,
    Constant,
    Derivative,
    Div,
    Mul,
    Neg,
    Number,
    Pow,
    Sub,
    Symbol,
    Term,
    number,
    plain,
)
from derivation.trainer.reading.statements import Statement

if TYPE_CHECKING:
    import sympy

    from derivation.trainer.reading.problem import TrainingProblem
    from derivation.trainer.stable import Setting, Stable

__all__ = ["Bound", "curvature_bound", "is_convex", "prediction_range"]


@dataclass(frozen=True, slots=True)
class Bound:
    """``value`` is at least the largest curvature of the loss of one sample in its predictors.

    ``why`` is the proof in words; ``theorems`` are what the kernel proved of it.
    """

    value: Fraction
    why: str
    theorems: tuple[Statement, ...]


def curvature_bound(problem: TrainingProblem, setting: Setting) -> Bound | None:
    """A bound of the derivative of the residual in z, proved by the kernel; None if it finds none.

    Tried are the shapes of which the bound can be read off: see `_shapes`.
    """
    from derivation.kernel import decide
    from derivation.notation import to_python

    slope = Derivative(problem.residual, Symbol(problem.names.predictor))
    domain = _real(problem)
    for scale in (Fraction(1), Fraction(2), Fraction(1, 2)):
        for shape, bound, where in _shapes(problem, scale):
            theorem = decide(slope, shape, domain, setting.definitions).theorem
            if theorem is not None and not theorem.conditions:
                return Bound(bound, f"it is {to_python(shape)}{where}", (theorem,))
    return None


def _shapes(problem: TrainingProblem, c: Fraction) -> Iterator[tuple[Term, Fraction, str]]:
    """Slopes that are a number less a square, with that number, the bound, and where it is one.

    They are c/4 - c (h - 1/2)^2 of c times the slope of a sigmoid h; c, such as the 1 of the
    squared error; c - r^2/c of a residual r = c tanh; and c y^2/4 - c (r/c + y/2)^2 of
    c log(1 + e^(-y z)), for labels y that are bounded.
    """
    factor, square = number(c), Number("2")

    def times_c(term: Term) -> Term:
        return term if c == 1 else Mul(factor, term)

    def over_c(term: Term) -> Term:
        return term if c == 1 else Div(term, factor)

    quarter = number(Fraction(1, 4))
    centred = Pow(Sub(problem.prediction, number(Fraction(1, 2))), square)
    yield times_c(Sub(quarter, centred)), c / 4, ""
    yield factor, c, ""
    yield Sub(factor, over_c(Pow(problem.residual, square))), c, ""
    labels, label = problem.labels.interval, Symbol(problem.names.labels)
    if labels.low is not None and labels.high is not None:
        middle = Add(over_c(problem.residual), Mul(number(Fraction(1, 2)), label))
        rest = Sub(Mul(quarter, Pow(label, square)), Pow(middle, square))
        bound = c * max(abs(labels.low), abs(labels.high)) ** 2 / 4
        yield times_c(rest), bound, f", for labels from {labels.low} to {labels.high}"


def compares_labels(problem: TrainingProblem, setting: Setting) -> bool:
    """Whether the kernel proves the residual to be h - y, or a usual multiple of it."""
    from derivation.kernel import decide

    difference = Sub(problem.prediction, Symbol(problem.names.labels))
    for scale in (Fraction(1), Fraction(2), Fraction(1, 2)):
        shape = Mul(number(scale), difference)
        theorem = decide(problem.residual, shape, _real(problem), setting.definitions).theorem
        if theorem is not None and not theorem.conditions:
            return True
    return False


def _real(problem: TrainingProblem) -> Domain:
    return Domain.parse(f"{problem.names.predictor} real, {problem.names.labels} real")


def is_convex(curvature: Stable, label: str, labels: Interval) -> bool:
    """Whether the second derivative of the loss in z is seen to be nonnegative for all labels."""
    known = frozenset({label}) if labels.low is not None and labels.low >= 0 else frozenset[str]()
    forms = (curvature.nonnegative, curvature.negative)
    return all(_is_nonnegative(plain(one), known) for one in forms)


def _is_nonnegative(term: Term, known: frozenset[str]) -> bool:
    """Whether a term cannot be negative, as it is built of exponentials, squares and such.

    ``known`` are the names of what is nonnegative.
    """
    match term:
        case Number() | Constant(name="e" | "pi") | Call(name="exp" | "cosh" | "sqrt" | "Abs"):
            return True
        case Symbol(name=name):
            return name in known
        case Pow(left=Constant(name="e")):
            return True
        case Pow(left=base, right=Number() as power):
            return power.value % 2 == 0 or _is_nonnegative(base, known)
        case Add():
            return all(_is_nonnegative(one, known) for one in term.children)
        case Mul() | Div() | Neg():
            negative, odd = _odd_factors(term)
            return not negative and all(_is_nonnegative(one, known) for one in odd)
    return False


def _odd_factors(term: Term) -> tuple[bool, frozenset[Term]]:
    """Whether a product has a minus, and what occurs in it, above or below, an odd number of times.

    What occurs twice is a square.
    """
    match term:
        case Neg(body=body):
            negative, odd = _odd_factors(body)
            return not negative, odd
        case Mul() | Div():
            left, right = map(_odd_factors, term.children)
            return left[0] != right[0], left[1] ^ right[1]
    return False, frozenset({term})


def prediction_range(prediction: Stable, predictor: str) -> Interval:
    """From the limit of the prediction at minus infinity to that at infinity.

    Labels outside would make the loss unbounded below; it says nothing about the gradient.
    """
    import sympy

    from derivation.notation.sympy_bridge import to_sympy

    domain = Domain.parse(f"{predictor} real")
    z = to_sympy(Symbol(predictor), domain)

    def limit(form: Term, where: sympy.Basic) -> Fraction | None:
        value = sympy.limit(to_sympy(form, domain).doit(), z, where)
        return Fraction(int(value.p), int(value.q)) if value.is_Rational else None

    return Interval(
        limit(prediction.negative, -sympy.oo),
        limit(prediction.nonnegative, sympy.oo),
        low_open=False,
        high_open=False,
    )
