"""What is known about a loss beyond its gradient: how curved it is, and which labels fit it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from derivation.domain import Domain, Interval
from derivation.errors import UnsupportedError
from derivation.term import Derivative, Number, Pow, Sub, Symbol, Term, number
from derivation.trainer.problem import TrainingProblem
from derivation.trainer.statements import functions_of

__all__ = ["Curvature", "curvature_of", "prediction_range"]


@dataclass(frozen=True, slots=True)
class Curvature:
    """``bound`` is at least the second derivative of the loss of one sample in z; ``why``."""

    bound: Fraction
    why: str


def curvature_of(problem: TrainingProblem) -> Curvature:
    """A bound of the derivative of the residual in z, proved by the kernel.

    Tried are the two shapes of which the bound can be read off: 1/4 - (h - 1/2)^2, the slope of
    a sigmoid, and the constant 1 of the squared error. Raises UnsupportedError if neither holds.
    """
    from derivation.kernel import Definition, Verdict, decide
    from derivation.notation import to_python

    names = problem.names
    slope = Derivative(problem.residual.defined, Symbol(names.predictor))
    domain = Domain.parse(f"{names.predictor} real, {names.labels} real")
    functions = functions_of(problem.gradients[0], slope)
    definitions = tuple(Definition(head, body) for head, body in functions.values())
    quarter, half = number(Fraction(1, 4)), number(Fraction(1, 2))
    below_quarter = Sub(quarter, Pow(Sub(problem.prediction.defined, half), Number("2")))
    shapes: tuple[tuple[Term, Fraction], ...] = (
        (below_quarter, Fraction(1, 4)),
        (Number("1"), Fraction(1)),
    )
    for shape, bound in shapes:
        if decide(slope, shape, domain, definitions).verdict is Verdict.PROVED:
            return Curvature(bound, f"proved: it is {to_python(shape)}")
    raise UnsupportedError(
        f"no bound is known for {to_python(slope)}: the kernel proves neither that it is "
        f"{to_python(below_quarter)} nor that it is 1, so there is no safe learning rate"
    )


def prediction_range(problem: TrainingProblem) -> Interval:
    """From the limit of the prediction at minus infinity to that at infinity.

    Labels outside would make the loss unbounded below; it says nothing about the gradient.
    """
    import sympy

    from derivation.notation.sympy_bridge import to_sympy

    name = problem.names.predictor
    domain = Domain.parse(f"{name} real")
    z = to_sympy(Symbol(name), domain)

    def limit(form: Term, where: sympy.Basic) -> Fraction | None:
        value = sympy.limit(to_sympy(form, domain).doit(), z, where)
        return Fraction(int(value.p), int(value.q)) if value.is_Rational else None

    return Interval(
        limit(problem.prediction.negative, -sympy.oo),
        limit(problem.prediction.nonnegative, sympy.oo),
        low_open=False,
        high_open=False,
    )
