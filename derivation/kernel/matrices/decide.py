"""Decides claims with matrices: by words, with conditions, or by an instance that refutes them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from derivation.domain import (
    Declaration,
    Domain,
    Interval,
    Kind,
    MatrixProperty,
    Shifted,
    size_name,
)
from derivation.errors import UnsupportedError
from derivation.kernel.bounds import intervals
from derivation.kernel.calculus.differentiate import resolve
from derivation.kernel.definedness.discharge import discharged
from derivation.kernel.failures import FAILURES, because
from derivation.kernel.matrices.build import filled
from derivation.kernel.matrices.convert import MatrixForm
from derivation.kernel.matrices.core import Core
from derivation.kernel.matrices.definedness import Demand, demands
from derivation.kernel.matrices.display import condition_of
from derivation.kernel.matrices.instances import Difference, find_difference
from derivation.kernel.matrices.jacobians import without_derivatives
from derivation.kernel.matrices.redundancy import irredundant
from derivation.kernel.matrices.shapes import SCALAR, shown
from derivation.kernel.matrices.spelling import spelled
from derivation.kernel.names.context import Context
from derivation.kernel.names.declared import constrained, undeclared
from derivation.kernel.normal_form.quotient import NeverDefined, Quotient, TooLarge
from derivation.kernel.normal_form.tower import Restart, Tower
from derivation.kernel.theorem import (
    Condition,
    ConditionKind,
    Definition,
    Judgement,
    Verdict,
    Witness,
    seal,
)
from derivation.term import Call, Number, RelationSign, Term, free_names, kinds, plain, walk

__all__ = ["concerns_matrices", "judge_matrices"]

_RESTARTS = 40
_CONSTANTS = frozenset(("Identity", "eye", "ones", "zeros"))
_METHOD = "normal form of matrix words"


def concerns_matrices(left: Term, right: Term, context: Context) -> bool:
    """Whether a side mentions a declared matrix, or a constant one."""
    matrices = {one.name for one in context.domain if one.kind is Kind.MATRIX}
    if matrices and (free_names(left) | free_names(right)) & matrices:
        return True
    for side in (left, right):
        for node in walk(side) if Call in kinds(side) else ():
            if not isinstance(node, Call) or node.name not in _CONSTANTS:
                continue
            if node.name not in context.declarations:
                return True
    return False


def judge_matrices(
    claim: tuple[Term, Term],
    sides: tuple[Term, Term],
    context: Context,
    definitions: tuple[Definition, ...],
    deadline: float,
) -> Judgement:
    """The judgement of a claim; ``sides`` are its sides as plain terms, definitions unfolded."""
    try:
        question = _Question(_prepared(context), deadline)
        left, right = question.sides(*sides)
    except FAILURES as error:
        return Judgement(Verdict.UNDECIDED, reason=because(error))
    try:
        equal, reason = question.are_equal(left, right), "the normal forms differ"
    except FAILURES as error:
        equal, reason = False, because(error)
    if not equal:
        return _refuted(question.difference(left, right), reason)
    try:
        conditions = question.open_conditions(left, right)
    except FAILURES as error:
        why = f"equal where defined, but: {because(error)}"
        return Judgement(Verdict.UNDECIDED, reason=why)
    if conditions and not question.difference(left, right, values_alone=True).defined:
        why = "equal where defined, but no instance was found where both sides are"
        return Judgement(Verdict.UNDECIDED, reason=why)
    theorem = seal(context.domain, definitions, *claim, conditions, _METHOD)
    verdict = Verdict.PROVED_IF if conditions else Verdict.PROVED
    return Judgement(verdict, _METHOD, conditions, theorem=theorem)


def _refuted(found: Difference, reason: str) -> Judgement:
    if not found.found:
        return Judgement(Verdict.UNDECIDED, reason=f"{reason}; and no instance refutes it")
    method = f"exact instance, {found.bits} bits for functions"
    witness = Witness(found.values, found.left, found.right)
    return Judgement(Verdict.REFUTED, method, witness=witness)


def _prepared(context: Context) -> Context:
    """The context with sizes declared as whole numbers >= 1, and 1 by 1 matrices as scalars.

    Raises UnsupportedError for what cannot stand together with matrices.
    """
    declarations: dict[str, Declaration] = {}
    sizes: set[str] = set()
    for one in context.domain:
        if one.kind is Kind.MATRIX:
            sizes.update(name for size in one.sizes if (name := size_name(size)))
            if any(isinstance(size, Shifted) and size.by < 0 for size in one.sizes):
                raise UnsupportedError(f"the shape of {one.name} may be empty")
            if one.name in context.defined:
                raise UnsupportedError(f"{one.name} is declared as a matrix and defined")
        declarations[one.name] = _as_scalar(one) if one.sizes == SCALAR else one
    for name in sorted(sizes):
        declarations[name] = _as_size(declarations.get(name, Declaration(name, Kind.INTEGER)))
        if name in context.defined:
            raise UnsupportedError(f"{name} is a size and defined")
    return Context(Domain(tuple(declarations.values()), context.domain.hypotheses))


def _as_size(one: Declaration) -> Declaration:
    """A size of a matrix is a whole number from 1 on, whatever else is said of it."""
    if one.kind not in (Kind.REAL, Kind.INTEGER) or one.is_family:
        raise UnsupportedError(f"{one.name} is a size, so it is no {one.kind.value} '{one}'")
    at_least_one = Interval(Fraction(1), low_open=False)
    return replace(one, kind=Kind.INTEGER, interval=one.interval.intersect(at_least_one))


def _as_scalar(one: Declaration) -> Declaration:
    """A 1 by 1 matrix is a number: positive, not 0, or 1 or -1, as its properties say."""
    if one.kind is not Kind.MATRIX:
        return one
    interval, properties = one.interval, one.properties
    if MatrixProperty.POSITIVE_DEFINITE in properties:
        interval = interval.intersect(Interval(Fraction(0)))
    values = (Fraction(-1), Fraction(1)) if MatrixProperty.ORTHOGONAL in properties else ()
    nonzero = MatrixProperty.INVERTIBLE in properties
    return Declaration(one.name, Kind.REAL, interval, nonzero, values)


@dataclass
class _Question:
    """One claim over a prepared context."""

    context: Context
    deadline: float

    @cached_property
    def shapes(self) -> Core:
        """What knows the shapes of the declared names."""
        return Core(self.context.declarations)

    @property
    def _entries(self) -> Context:
        """The context with one number in the place of each matrix."""
        domain = self.context.domain
        declared = (Declaration(d.name) if d.kind is Kind.MATRIX else d for d in domain)
        return Context(Domain(tuple(declared), domain.hypotheses))

    def sides(self, left: Term, right: Term) -> tuple[Term, Term]:
        """The sides as core terms of one shape. Raises UnsupportedError."""
        for side in (left, right):
            self._refuse_functions(side)
        left, right = spelled(left, right, self.shapes)
        trouble = undeclared(left, right, self._entries) or constrained(left, right, self.context)
        if trouble:
            raise UnsupportedError(trouble)
        one, other = self.shapes.core(left), self.shapes.core(right)
        first, second = self.shapes.of(one), self.shapes.of(other)
        zero = Number("0")
        if other == zero and first != second:
            other, second = filled("zeros", first), first
        elif one == zero and first != second:
            one, first = filled("zeros", second), second
        if first != second:
            raise UnsupportedError(
                f"shapes do not fit: the left side is {shown(first)}, the right {shown(second)}"
            )
        return one, other

    def _refuse_functions(self, side: Term) -> None:
        for node in walk(side):
            name = node.name if isinstance(node, Call) else ""
            if name in self.context.declarations or name in self.context.defined:
                raise UnsupportedError(f"{name}: functions are not supported next to matrices")

    # ------------------------------------------------------------------ proving

    def _form(self, scales: dict[str, int]) -> MatrixForm:
        return MatrixForm(self.context, Tower(scales, self.deadline), self.shapes)

    def are_equal(self, left: Term, right: Term) -> bool:
        """Whether the sides are equal wherever both are defined. Raises the usual failures."""
        if left == right:
            return True
        one, other = (resolve(without_derivatives(side, self.shapes)) for side in (left, right))
        scales: dict[str, int] = {}
        for _ in range(_RESTARTS):
            form = self._form(scales)
            try:
                return form.are_equal(form.form(one), form.form(other))
            except Restart:
                continue
        raise TooLarge("exponents need ever finer units")

    # ------------------------------------------------------------------ definedness

    def open_conditions(self, left: Term, right: Term) -> tuple[Condition, ...]:
        """The conditions of both sides that are not known to hold everywhere."""
        asked: dict[Demand, None] = {}
        for side in (left, right):
            asked.update(dict.fromkeys(demands(side, self.shapes, self.context)))
        scales: dict[str, int] = {}
        for _ in range(_RESTARTS):
            form = self._form(scales)
            try:
                values = {one: self._value(one, form) for one in asked}
            except Restart:
                continue
            waiting = {one: v for one, v in values.items() if not self._holds(one, v, form)}
            kept = irredundant(waiting, self._facts(form), form)
            return tuple(dict.fromkeys(condition_of(one, self.shapes) for one in kept))
        raise TooLarge("exponents need ever finer units")

    def _facts(self, form: MatrixForm) -> list[tuple[ConditionKind, Quotient]]:
        """What the hypotheses say is positive, or not 0."""
        found = []
        for one in self.context.domain.hypotheses:
            kind = _KIND_OF_SIGN.get(one.sign)
            greater, less = (one.left, one.right)
            if one.sign is RelationSign.LT:
                greater, less = less, greater
            try:
                sides = [self.shapes.core(plain(side)) for side in (greater, less)]
                if kind is not None and all(self.shapes.of(side) == SCALAR for side in sides):
                    values = [form.entry_or_value(resolve(side)) for side in sides]
                    found.append((kind, values[0] - values[1]))
            except (UnsupportedError, TooLarge, NeverDefined):
                continue  # it says nothing then
        return found

    def _value(self, demand: Demand, form: MatrixForm) -> Quotient | None:
        """The number that is to be nonzero or positive; None where it has no normal form."""
        if demand.stated is not None and (demand.stated.binders or demand.stated.guards):
            return None
        try:
            return form.entry_or_value(resolve(without_derivatives(demand.term, self.shapes)))
        except (UnsupportedError, TooLarge, NeverDefined):
            return None

    def _holds(self, demand: Demand, value: Quotient | None, form: MatrixForm) -> bool:
        if demand.stated is not None and discharged(demand.stated, self.context, self.deadline):
            return True
        if value is None or demand.stated is not None or demand.kind not in _SIGNS:
            return False
        if demand.kind is ConditionKind.NONZERO and form.is_nonzero(value):
            return True
        return _SIGNS[demand.kind](form.bounds(value))

    # ------------------------------------------------------------------ refuting

    def difference(self, left: Term, right: Term, *, values_alone: bool = False) -> Difference:
        """A certified difference, if one is found in time, or that both sides have values."""
        names = free_names(left) | free_names(right)
        try:
            return find_difference(
                left, right, names, self.shapes, self.context.domain, self.deadline,
                values_alone=values_alone,
            )  # fmt: skip
        except FAILURES:
            return Difference(False)


_SIGNS = {
    ConditionKind.NONZERO: intervals.is_nonzero,
    ConditionKind.POSITIVE: intervals.is_positive,
    ConditionKind.NONNEGATIVE: intervals.is_nonnegative,
}
_KIND_OF_SIGN = {
    RelationSign.GT: ConditionKind.POSITIVE,
    RelationSign.LT: ConditionKind.POSITIVE,
    RelationSign.NE: ConditionKind.NONZERO,
}
