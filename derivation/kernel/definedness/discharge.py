"""Proves a condition from the declared domain, from its guards, and from hypotheses.

In this order: interval bounds of the term; linear reasoning over the ranges of indices; signs of
polynomials in atoms; signs of its normal form; a multiple of a known relation by normal form. A
condition on constants is certified by ball arithmetic. Nothing learns from other conditions of the
same claim: that would be a circle.

The term of a condition, and the sides of a guard, have values where their own conditions hold, and
those are collected as well. So a condition is proved at the points where its term has a value.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from derivation.domain import Interval
from derivation.errors import UnsupportedError
from derivation.kernel.bounds import intervals
from derivation.kernel.bounds.intervals import Bounds
from derivation.kernel.calculus.differentiate import resolve
from derivation.kernel.definedness.atoms import Atoms
from derivation.kernel.definedness.branch_tests import Case, alternatives
from derivation.kernel.definedness.constants import constant_holds
from derivation.kernel.definedness.known import learn_about_atoms, learn_relations
from derivation.kernel.definedness.ranges import LinearScope, bounds_within, linear
from derivation.kernel.definedness.signs import Signs
from derivation.kernel.names.context import Context
from derivation.kernel.normal_form.convert import NormalForm
from derivation.kernel.normal_form.quotient import NeverDefined, Quotient, TooLarge
from derivation.kernel.normal_form.tower import Restart, Tower
from derivation.kernel.theorem import Condition, ConditionKind
from derivation.term import Relation, RelationSign, Sub, Symbol, Term, free_names, plain

__all__ = ["discharged", "follows", "hypotheses", "implied"]

_RESTARTS = 12


def discharged(condition: Condition, context: Context, deadline: float) -> bool:
    """Whether the condition holds at every point of the declared domain where it is asked."""
    return implied(condition, (), context, deadline)


def implied(
    condition: Condition,
    known: tuple[Relation, ...],
    context: Context,
    deadline: float,
    *,
    quick: bool = False,
) -> bool:
    """Whether it holds at every point of the declared domain where the known relations do.

    ``quick``: without the normal form.
    """
    if condition.kind is ConditionKind.DECLARED:
        return False  # it is about what was written down, not about values
    if condition.kind is ConditionKind.INTEGER:
        bound = frozenset(binder.index for binder in condition.binders)
        return context.is_whole(condition.term, bound)
    try:
        return _implied(condition, known, context, deadline, quick=quick)
    except (UnsupportedError, TooLarge, NeverDefined):
        return False  # not discharged: the condition is listed


def _implied(
    condition: Condition,
    known: tuple[Relation, ...],
    context: Context,
    deadline: float,
    *,
    quick: bool,
) -> bool:
    term = resolve(context.expose(condition.term))
    if not free_names(term) and constant_holds(condition.kind, term):
        return True
    bound = {binder.index for binder in condition.binders}
    outside = tuple(one for one in (*hypotheses(context), *known) if not free_names(one) & bound)
    if outside and _Question(condition, term, context, outside, deadline, quick).contradicts():
        return False  # a domain without points, or conditions that exclude each other
    for case in alternatives(condition.guards):
        relations = (*outside, *(_exposed(one, context) for one in case))
        question = _Question(condition, term, context, relations, deadline, quick)
        if not question.holds():
            return False
    return True


def hypotheses(context: Context) -> tuple[Relation, ...]:
    """The hypotheses of the domain, with definitions unfolded and functions exposed."""
    found = []
    for relation in context.domain.hypotheses:
        try:
            unfolded = context.unfold(context.separate(plain(relation)))
            found.append(_exposed(unfolded, context))
        except UnsupportedError:
            continue  # it says nothing then
    return tuple(found)


def _exposed(relation: Term, context: Context) -> Relation:
    exposed = resolve(context.expose(relation))
    if not isinstance(exposed, Relation):
        raise UnsupportedError("a relation is not one when its functions are exposed")
    return exposed


@dataclass(frozen=True)
class _Question:
    """Whether the term is as the condition says where all the relations hold."""

    condition: Condition
    term: Term
    context: Context
    relations: Case
    deadline: float
    quick: bool

    @property
    def kind(self) -> ConditionKind:
        return self.condition.kind

    def holds(self) -> bool:
        """By one of the ways, the quick ones first."""
        bounds = self._bounds(None)
        if _within(self.kind, bounds.of(self.term)) or self._by_ranges():
            return True
        if self._by_atoms(bounds):
            return True
        by_form = self.kind is not ConditionKind.NOT_POLE and not self.quick
        return by_form and self._by_normal_form()

    def contradicts(self) -> bool:
        """Whether no point satisfies all the relations, as far as signs show."""
        return self._signs(self._bounds(None)).impossible

    def _bounds(self, names: dict[str, Interval] | None) -> Bounds:
        return bounds_within(self.context, self.condition.binders, names)

    # ------------------------------------------------------------------ linear forms

    def _by_ranges(self) -> bool:
        form = linear(self.term)
        if form is None:
            return False
        scope = LinearScope(self.context, self.condition.binders, self.relations)
        match self.kind:
            case ConditionKind.NONNEGATIVE:
                return scope.is_nonnegative(form)
            case ConditionKind.POSITIVE:
                return scope.is_positive(form)
            case ConditionKind.NONZERO:
                return scope.is_positive(form) or scope.is_positive(form.negated)
            case ConditionKind.NOT_POLE:
                fractional = form.constant.denominator != 1 and scope.has_whole_part(form)
                return fractional or scope.is_positive(form)
        return False

    # ------------------------------------------------------------------ polynomials in atoms

    def _by_atoms(self, bounds: Bounds) -> bool:
        signs = self._signs(bounds)
        if (
            self.relations and not signs.impossible
        ):  # what they say of names, narrows the bounds of all terms
            names = {
                term.name: signs.interval_of_atom(number)
                for number, term in enumerate(signs.atoms.terms)
                if isinstance(term, Symbol)
            }
            narrow = self._bounds(names)
            if _within(self.kind, narrow.of(self.term)):
                return True
            signs = self._signs(narrow)
        return signs.holds(self.kind, signs.atoms.of(self.term))

    def _signs(self, bounds: Bounds) -> Signs:
        signs = Signs(Atoms(self.context, bounds))
        signs.atoms.of(self.term)
        learn_about_atoms(signs)
        learn_relations(signs, self.relations)
        return signs

    # ------------------------------------------------------------------ normal form

    def _by_normal_form(self) -> bool:
        scales: dict[str, int] = {}
        for _ in range(_RESTARTS):
            form = NormalForm(self.context, Tower(scales, self.deadline))
            try:
                return self._holds_in(form)
            except Restart:
                continue
        raise TooLarge("exponents need ever finer units")

    def _holds_in(self, form: NormalForm) -> bool:
        for position, binder in enumerate(self.condition.binders):
            outer = bounds_within(self.context, self.condition.binders[:position])
            least = outer.of(binder.lower).low
            form.bind(binder.index, form.of(binder.upper), least)
        value = form.of(self.term)
        if self.kind is ConditionKind.NONZERO and form.signs.is_nonzero(value):
            return True
        if _within(self.kind, form.signs.of(value)):
            return True
        return any(self._is_multiple(form, value, relation) for relation in self.relations)

    def _is_multiple(self, form: NormalForm, value: Quotient, relation: Relation) -> bool:
        """Whether the relation says what is asked of a rational times its difference."""
        try:
            known = form.of(Sub(relation.left, relation.right))
            ratio = (value / known).rational
        except (UnsupportedError, TooLarge, NeverDefined):
            return False
        return ratio is not None and ratio != 0 and follows(self.kind, relation.sign, ratio)


_STRONG_ENOUGH = {
    ConditionKind.POSITIVE: {RelationSign.GT},
    ConditionKind.NONNEGATIVE: {RelationSign.GT, RelationSign.GE, RelationSign.EQ},
    ConditionKind.NONZERO: {RelationSign.GT, RelationSign.LT, RelationSign.NE},
}
_FLIPPED = {
    RelationSign.LT: RelationSign.GT, RelationSign.GT: RelationSign.LT,
    RelationSign.LE: RelationSign.GE, RelationSign.GE: RelationSign.LE,
}  # fmt: skip


def follows(kind: ConditionKind, sign: RelationSign, ratio: Fraction) -> bool:
    """Whether ``u sign 0`` says what is asked of ``ratio`` times u; the ratio is not 0."""
    if ratio < 0:
        sign = _FLIPPED.get(sign, sign)
    return sign in _STRONG_ENOUGH.get(kind, set())


def _within(kind: ConditionKind, x: Interval) -> bool:
    match kind:
        case ConditionKind.NONZERO:
            return intervals.is_nonzero(x)
        case ConditionKind.POSITIVE:
            return intervals.is_positive(x)
        case ConditionKind.NONNEGATIVE:
            return intervals.is_nonnegative(x)
        case ConditionKind.NOT_POLE:
            return intervals.is_positive(x) or _without_whole_number(x)
    return False


def _without_whole_number(x: Interval) -> bool:
    """Whether no whole number up to 0 lies in the interval."""
    if x.low is None:
        return False
    least = floor(x.low) + 1 if x.low_open else ceil(x.low)
    return least > 0 or Fraction(least) not in x
