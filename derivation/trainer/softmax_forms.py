"""Stable forms where a sample has several outputs that share one sum of exponentials.

With a the class of the largest predictor and R the sum of the other classes' e^{z_l - z_a}, every
exponential lies in (0, 1], and nothing is subtracted from 1 that is close to it. Each form below
is a claim until the kernel has proved it for the problem at hand; nothing is assumed of names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from derivation.domain import Domain, Interval
from derivation.errors import UnsupportedError
from derivation.kernel import Definition, Theorem, decide
from derivation.term import (
    Call,
    Constant,
    Derivative,
    Indexed,
    Number,
    Pow,
    Relation,
    RelationSign,
    Sub,
    Sum,
    Symbol,
    Term,
    free_names,
    fresh_name,
    substitute,
    walk,
)
from derivation.trainer.bounds import Bound
from derivation.trainer.reading.premises import is_sum_to_one
from derivation.trainer.reading.problem import Outputs, TrainingProblem
from derivation.trainer.reading.statements import Statement

__all__ = ["SoftmaxForms", "softmax_forms", "sums_to_one"]

_ONE = Number("1")

WHY_HALF = (
    "its entries are p_c (delta_cq - p_q), so v^T H v is the variance of v under p; that is at "
    "most a quarter of (max v - min v)^2 (Popoviciu 1935), and that square is at most twice |v|^2"
)


@dataclass(frozen=True, slots=True)
class SoftmaxForms:
    """Forms over scalars of one sample and class, and their proofs.

    ``u`` is e^{z_c - z_a}, ``r`` is R, ``y`` the label, ``p`` and ``q`` predictions of two
    classes, and ``t`` the sum of the labels of a sample (1 where they sum to 1). ``largest_...``
    is for the class a itself. The loss is sum_c y_c (z_a - z_c) + t log(1 + R).
    """

    problem: TrainingProblem
    sum_to_one: bool
    labels: Interval
    prediction: Term
    residual: Term
    largest_residual: Term
    slope: Term
    largest_slope: Term
    cross_slope: Term
    bound: Bound | None
    theorems: tuple[Theorem, ...]


def softmax_forms(problem: TrainingProblem, outputs: Outputs, *, sum_to_one: bool) -> SoftmaxForms:
    """Prove the forms for a problem; UnsupportedError if one of them does not hold of it."""
    claims = _Claims(problem, outputs, sum_to_one=sum_to_one)
    u, r, y, p, q, t = map(Symbol, "urypqt")
    whole = _ONE + r
    share = u / whole if sum_to_one else t * (u / whole)
    others = r / whole if sum_to_one else t * (r / whole)
    labels: Term = _ONE if sum_to_one else t

    prediction = claims.of_class("the prediction", problem.prediction, u / whole)
    residual = claims.of_class("the residual", problem.residual, share - y)
    largest = claims.of_largest("the residual", problem.residual, (labels - y) - others)
    claims.loss(labels)
    slope, cross = p * (_ONE - p), -(p * q)
    largest_slope: Term = r / (whole * whole)
    if not sum_to_one:
        slope, cross, largest_slope = t * slope, -(t * (p * q)), t * largest_slope
    claims.slope(slope, cross)
    claims.slope_of_largest(largest_slope)
    theorems = tuple(claims.proved)
    bound = Bound(Fraction(1, 2), WHY_HALF, theorems[-2:-1]) if sum_to_one else None
    return SoftmaxForms(
        problem=problem,
        sum_to_one=sum_to_one,
        labels=Interval(
            Fraction(0), Fraction(1) if sum_to_one else None, low_open=False, high_open=False
        ).intersect(problem.labels.interval),
        prediction=prediction,
        residual=residual,
        largest_residual=largest,
        slope=slope,
        largest_slope=largest_slope,
        cross_slope=cross,
        bound=bound,
        theorems=theorems,
    )


def sums_to_one(problem: TrainingProblem, statements: Sequence[Statement]) -> bool:
    """Whether the author speaks of labels that sum to 1: as a hypothesis of some theorem.

    The forms are proved under that hypothesis, and the module checks its labels for it.
    """
    if problem.outputs is None:
        return False
    names = (problem.names.labels, problem.outputs.size)
    return any(
        is_sum_to_one(hypothesis, *names)
        for statement in statements
        for hypothesis in statement.domain.hypotheses
    )


class _Claims:
    """Writes the claims in the names of the problem and has the kernel decide them."""

    def __init__(self, problem: TrainingProblem, outputs: Outputs, *, sum_to_one: bool) -> None:
        self.proved: list[Theorem] = []
        self._problem = problem
        self._index = outputs.index
        names = problem.names
        taken = {names.predictor, names.labels, outputs.index, outputs.size, "e"}
        for term in (problem.loss, problem.residual, problem.prediction):
            taken |= {node.index for node in walk(term) if isinstance(node, Sum)}
        self._largest = _free("as", taken)
        self._other = _free("nr", taken)
        self._inner = _free("lq", taken)
        self._rest = Indexed(_free("RT", taken), (Symbol(self._largest),))
        self._size = Symbol(outputs.size)
        self._label_sum: Term = Sum(self._y(self._inner), self._inner, _ONE, self._size)
        self._sum_to_one = sum_to_one
        delta = Call("Delta", (Symbol(self._inner), Symbol(self._largest)))
        body = (_ONE - delta) * self._exponential(self._inner)
        rest = Sum(body, self._inner, _ONE, self._size)
        self._definitions = (Definition(self._rest, rest),)

    def _domain(self, *terms: Term) -> Domain:
        """The declarations of what occurs in the terms."""
        size, used = str(self._size.name), frozenset().union(*map(free_names, terms))
        names = self._problem.names
        members = [name for name in (names.predictor, names.labels) if name in used]
        indices = [name for name in (self._index, self._largest, self._other) if name in used]
        domain = Domain.parse(
            ", ".join(
                [
                    f"{size} integer >= 1",
                    *(f"{name}[1..{size}] real" for name in members),
                    *(f"{name} in 1..{size}" for name in indices),
                ]
            )
        )
        if not self._sum_to_one or names.labels not in used:
            return domain
        return Domain(domain.declarations, (Relation(self._label_sum, RelationSign.EQ, _ONE),))

    def _z(self, index: str) -> Term:
        return Indexed(self._problem.names.predictor, (Symbol(index),))

    def _y(self, index: str) -> Term:
        return Indexed(self._problem.names.labels, (Symbol(index),))

    def _exponential(self, index: str) -> Term:
        return Pow(Constant("e"), Sub(self._z(index), self._z(self._largest)))

    def _at(self, term: Term, index: str) -> Term:
        return substitute(term, {self._index: Symbol(index)})

    def _meaning(self, index: str) -> Mapping[str, Term]:
        """What the scalars of `SoftmaxForms` stand for, for one class."""
        return {
            "u": self._exponential(index),
            "r": self._rest,
            "y": self._y(index),
            "p": self._at(self._problem.prediction, index),
            "q": self._at(self._problem.prediction, self._other),
            "t": self._label_sum,
        }

    def of_class(self, what: str, term: Term, form: Term) -> Term:
        """``term``, a function of class c, is ``form``."""
        self._prove(what, term, substitute(form, dict(self._meaning(self._index))))
        return form

    def of_largest(self, what: str, term: Term, form: Term) -> Term:
        """``term`` for the class a is ``form``."""
        claimed = substitute(form, dict(self._meaning(self._largest)))
        self._prove(what, self._at(term, self._largest), claimed)
        return form

    def loss(self, labels: Term) -> None:
        """The loss of one sample."""
        c = self._index
        gap = Sub(self._z(self._largest), self._z(c))
        gaps = Sum(self._y(c) * gap, c, _ONE, self._size)
        logarithm: Term = Call("log", (_ONE + self._rest,))
        if labels != _ONE:
            logarithm = self._label_sum * logarithm
        self._prove("the loss", self._problem.loss, gaps + logarithm)

    def slope(self, same: Term, cross: Term) -> None:
        """The derivative of the residual of class c in z_q is delta_cq same + (1 - delta) cross."""
        delta = Call("Delta", (Symbol(self._index), Symbol(self._other)))
        meaning = dict(self._meaning(self._index))
        same, cross = substitute(same, meaning), substitute(cross, meaning)
        slope = Derivative(self._problem.residual, self._z(self._other))
        self._prove("the curvature", slope, delta * same + (_ONE - delta) * cross)

    def slope_of_largest(self, form: Term) -> None:
        """The derivative of the residual of class a in z_a."""
        residual = self._at(self._problem.residual, self._largest)
        slope = Derivative(residual, self._z(self._largest))
        self._prove("the curvature", slope, substitute(form, dict(self._meaning(self._largest))))

    def _prove(self, what: str, term: Term, form: Term) -> None:
        domain = self._domain(term, form)
        known = self._definitions if self._rest.base in free_names(form) else ()
        theorem = decide(term, form, domain, known).theorem
        if theorem is None or theorem.conditions:
            from derivation.notation import to_latex

            raise UnsupportedError(
                f"{what} of one sample has no known stable form: of several outputs, those are "
                "known whose predictions are e^{z_c} over the sum of all e^{z_l}, with the loss "
                f"-sum_c y_c log p_c; here it is {to_latex(term)}, and the kernel does not prove "
                f"that this is {to_latex(form)}"
            )
        self.proved.append(theorem)


def _free(wishes: str, taken: set[str]) -> str:
    """One of the letters that is not taken, and takes it."""
    letters = [letter for letter in wishes if letter not in taken]
    name = letters[0] if letters else fresh_name(wishes[0], frozenset(taken))
    taken.add(name)
    return name
