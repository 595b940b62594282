"""``decide``: the one door from a claim to a verdict.

The order: (1) Try to prove equality by normal form, opaque first, one layer of definitions at a
time. (2) If that succeeds, collect the definedness conditions of both sides as written and
discharge them. (3) If not, look for a certified counterexample at a few points; then try the
proof once more with the conditions as facts; then look at many points. What is left is
UNDECIDED, with its reason.
"""

from __future__ import annotations

import time
from functools import cached_property

from derivation.domain import Declaration, Domain
from derivation.errors import UnsupportedError
from derivation.kernel.calculus.differentiate import KNOWN_FUNCTIONS
from derivation.kernel.definedness.conditions import conditions
from derivation.kernel.definedness.discharge import discharged
from derivation.kernel.definedness.redundancy import without_redundant
from derivation.kernel.failures import FAILURES, because
from derivation.kernel.integration.replacing import with_guarded_integrals
from derivation.kernel.matrices.decide import concerns_matrices, judge_matrices
from derivation.kernel.names.context import Context
from derivation.kernel.names.declared import constrained, inconsistent, undeclared
from derivation.kernel.names.scopes import refuse_foreign
from derivation.kernel.partial import hold_somewhere, refuted_where_one_fails
from derivation.kernel.proving import Prover
from derivation.kernel.refutation import refute as _refute
from derivation.kernel.theorem import (
    Condition,
    Definition,
    Judgement,
    Verdict,
    Witness,
    seal,
)
from derivation.term import Call, Relation, Term, plain, walk

__all__ = ["Judge", "decide"]

_MOST_NODES = 20_000


def decide(
    lhs: Term,
    rhs: Term,
    given: Domain | str = "",
    definitions: tuple[Definition, ...] = (),
    budget: float = 8.0,
) -> Judgement:
    """Whether ``lhs = rhs`` holds over the domain, under the definitions.

    ``given`` is a Domain or a sentence such as ``"x real, 0 < p < 1"``. ``budget`` is in
    seconds; when it runs out the verdict is UNDECIDED. Raises DomainError for a sentence that
    cannot be read; everything else that fails is UNDECIDED with its reason.
    """
    return Judge(given, definitions).decide(lhs, rhs, budget)


def _is_built_in(definition: Definition) -> bool:
    """Whether it defines a function that the kernel knows (a number called sigma is none)."""
    return isinstance(plain(definition.head), Call) and definition.name in KNOWN_FUNCTIONS


def _as_refuted(found: _refute.Refutation) -> Judgement:
    witness = Witness(found.values(), found.left, found.right)
    method = f"ball arithmetic, {found.bits} bits"
    return Judgement(Verdict.REFUTED, method, witness=witness)


def _undecided(reason: str) -> Judgement:
    return Judgement(Verdict.UNDECIDED, reason=reason)


class Judge:
    """Decides claims under one domain and the same definitions.

    It remembers the normal form and the conditions of each side, so that the lines of a chain
    are worked out once. What is remembered depends on the side alone, never on another claim.
    """

    def __init__(self, given: Domain | str = "", definitions: tuple[Definition, ...] = ()) -> None:
        domain = Domain.parse(given) if isinstance(given, str) else given
        self.definitions = tuple(definitions)
        hash((domain.hypotheses, self.definitions))  # TypeError for what could change later
        own = tuple(one for one in definitions if not _is_built_in(one))
        self.context = Context(domain, own)  # built-in functions keep their meaning
        self.deadline = 0.0
        self._prepared: dict[Term, Term] = {}
        self._sizes: dict[Term, int] = {}
        self._conditions: dict[Term, tuple[Condition, ...]] = {}
        self._discharged: dict[Condition, bool] = {}
        self._prover = Prover(self.context)

    def decide(
        self, lhs: Term, rhs: Term, budget: float = 8.0, *, doubtful: bool = False
    ) -> Judgement:
        """Whether ``lhs = rhs``; see ``decide``. A ``doubtful`` claim is first tried at points."""
        start = time.perf_counter()
        self.deadline = start + budget
        it = self._judge(lhs, rhs, doubtful=doubtful)
        known = it.verdict, it.method, it.conditions, it.witness, it.reason
        return Judgement(*known, time.perf_counter() - start, it.theorem)

    def _judge(self, lhs: Term, rhs: Term, *, doubtful: bool) -> Judgement:
        try:
            left, right = self._prepare(lhs), self._prepare(rhs)
            size = self._sizes[lhs] + self._sizes[rhs]
            if size > _MOST_NODES:  # written with looks; what they are is left out of the count
                size = sum(1 for side in (left, right) for _ in walk(side))
            if size > _MOST_NODES:
                return _undecided(f"the claim has {size} nodes; the limit is {_MOST_NODES}")
            full_left, full_right = (self._prover.unfold(side, 0) for side in (left, right))
            if concerns_matrices(full_left, full_right, self.context):
                return self._with_matrices(lhs, rhs, full_left, full_right)
            trouble = (
                undeclared(full_left, full_right, self.context)
                or constrained(full_left, full_right, self.context)
                or self._inconsistent
            )
            if trouble:
                return _undecided(trouble)
            self._searched  # noqa: B018 - what it cannot unfold makes the claim undecided
        except FAILURES as error:
            return _undecided(because(error))
        refuted = self._refuted(full_left, full_right, _refute.QUICK) if doubtful else None
        if refuted is not None:
            return refuted
        self._prover.deadline = self.deadline
        method, reason = self._prover.proved_opaque(left, right), ""
        if not method:
            refuted = self._refuted(full_left, full_right, _refute.QUICK)
            if refuted is not None:
                return refuted
        for thorough in (False, True):
            if not method:
                method, reason = self._prover.proved(left, right, thorough=thorough)
        if not method:
            facts = self._facts(full_left, full_right)
            method, reason = self._prover.proved_by_cases(left, right, facts)
        if method:
            return self._with_conditions((lhs, rhs), method, full_left, full_right)
        refuted = self._refuted(full_left, full_right, _refute.DEEP)
        return refuted or self._open(reason, full_left, full_right)

    def _with_matrices(self, lhs: Term, rhs: Term, left: Term, right: Term) -> Judgement:
        """The judgement of a claim with matrices in it, whose sides unfold to left and right."""
        if self._inconsistent:
            return _undecided(self._inconsistent)
        return judge_matrices(
            (lhs, rhs), (left, right), self.context, self.definitions, self.deadline
        )

    def _prepare(self, side: Term) -> Term:
        found = self._prepared.get(side)
        if found is None:
            self._sizes[side] = refuse_foreign(side)
            found = self._prepared[side] = self.context.separate(plain(side))
        return found

    @cached_property
    def _searched(self) -> Domain:
        """The domain where points are looked for: definitions unfolded in its hypotheses, too."""
        if not self.context.domain.hypotheses:
            return self.context.domain
        unfolded = (
            self.context.unfold(self.context.separate(plain(hypothesis)))
            for hypothesis in self.context.domain.hypotheses
        )
        relations = tuple(one for one in unfolded if isinstance(one, Relation))
        if len(relations) != len(self.context.domain.hypotheses):
            raise UnsupportedError("a hypothesis that is no relation")
        return Domain(self.context.domain.declarations, relations)

    @cached_property
    def _inconsistent(self) -> str:
        return inconsistent(self.context) or self._redefined

    @property
    def _redefined(self) -> str:
        """A built-in function that is defined differently from what it means, or ""."""
        for definition in self.definitions:
            if not _is_built_in(definition):
                continue
            real = Domain(tuple(Declaration(name) for name in definition.arguments))
            own = Judge(self.context.domain.extended(real), self.context.definitions)
            if own.decide(definition.head, definition.body).verdict is not Verdict.PROVED:
                return f"{definition.name} is a built-in function and defined differently here"
        return ""

    def _open(self, reason: str, left: Term, right: Term) -> Judgement:
        """UNDECIDED; when no point has a value on both sides, say which conditions fail."""
        if self._both_defined_somewhere(left, right, _refute.QUICK):
            return _undecided(reason)
        try:
            listed = ", ".join(str(condition) for condition in self._open_conditions(left, right))
        except FAILURES as error:
            return _undecided(f"{reason}; {because(error)}")
        nowhere = f"no point was found where both sides are defined; not known to hold: {listed}"
        return _undecided(nowhere if listed else reason)

    # ------------------------------------------------------------------ refuting

    def _both_defined_somewhere(self, left: Term, right: Term, effort: _refute.Effort) -> bool:
        left, right = self._at_points(left), self._at_points(right)
        return _refute.find_defined_point(left, right, self._searched, effort)

    def _at_points(self, side: Term) -> Term:
        """The side with the values of its integrals, where they are known to exist."""
        try:
            return with_guarded_integrals(side, self.context, conditions)
        except FAILURES:
            return side

    def _refuted(self, left: Term, right: Term, effort: _refute.Effort) -> Judgement | None:
        if time.perf_counter() > self.deadline:
            return None
        left, right = self._at_points(left), self._at_points(right)
        found = _refute.refute(left, right, self._searched, effort)
        return None if found is None else _as_refuted(found)

    # ------------------------------------------------------------------ definedness

    def _conditions_of(self, left: Term, right: Term) -> tuple[Condition, ...]:
        asked: dict[Condition, None] = {}
        for side in (left, right):
            if side not in self._conditions:
                self._conditions[side] = conditions(side, self.context)
            asked.update(dict.fromkeys(self._conditions[side]))
        return tuple(asked)

    def _facts(self, left: Term, right: Term) -> tuple[Condition, ...]:
        """Conditions of the claim that a proof may use; none where they cannot be collected."""
        try:
            return self._conditions_of(left, right)
        except FAILURES:
            return ()  # without facts less is proved, nothing wrong

    def _open_conditions(self, left: Term, right: Term) -> tuple[Condition, ...]:
        asked = self._conditions_of(left, right)
        listed = tuple(condition for condition in asked if not self._holds(condition))
        return without_redundant(listed, self.context, self.deadline, conditions)

    def _holds(self, condition: Condition) -> bool:
        found = self._discharged.get(condition)
        if found is None:
            found = discharged(condition, self.context, self.deadline)
            self._discharged[condition] = found
        return found

    def _with_conditions(
        self, claim: tuple[Term, Term], method: str, left: Term, right: Term
    ) -> Judgement:
        try:
            open_conditions = self._open_conditions(left, right)
        except FAILURES as error:
            return _undecided(f"equal where defined, but: {because(error)}")
        domain = self.context.domain
        doubtful = bool(open_conditions or domain.hypotheses)  # true of no point, for all we know
        sides = self._at_points(left), self._at_points(right)
        if doubtful and not hold_somewhere(*sides, self._searched, open_conditions, _refute.DEEP):
            return _undecided("equal where defined, but no point was found where both sides are")
        found = refuted_where_one_fails(*sides, self._searched, open_conditions)
        if found is not None:
            return _as_refuted(found)
        verdict = Verdict.PROVED_IF if open_conditions else Verdict.PROVED
        theorem = seal(domain, self.definitions, *claim, open_conditions, method)
        return Judgement(verdict, method, open_conditions, theorem=theorem)
