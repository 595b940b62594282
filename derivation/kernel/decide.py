"""``decide``: the one door from a claim to a verdict.

The order: (1) Try to prove equality by normal form, opaque first, one layer of definitions at a
time. (2) If that succeeds, collect the definedness conditions of both sides as written and
discharge them. (3) If not, look for a certified counterexample at a few points; then try the
proof once more with the conditions as facts; then look at many points. What is left is
UNDECIDED, with its reason.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property

from derivation.domain import Declaration, Domain
from derivation.kernel.calculus.differentiate import KNOWN_FUNCTIONS, resolve
from derivation.kernel.definedness.conditions import conditions
from derivation.kernel.definedness.discharge import discharged
from derivation.kernel.failures import FAILURES, because
from derivation.kernel.names.context import Context
from derivation.kernel.names.declared import inconsistent, undeclared
from derivation.kernel.names.scopes import refuse_foreign
from derivation.kernel.normal_form.convert import NormalForm
from derivation.kernel.normal_form.quotient import Quotient, TooLarge
from derivation.kernel.normal_form.sums import merged
from derivation.kernel.normal_form.tower import Restart, Tower
from derivation.kernel.refutation import refute as _refute
from derivation.kernel.theorem import (
    Condition,
    Definition,
    Judgement,
    Verdict,
    Witness,
    seal,
)
from derivation.term import Call, Term, plain, walk

__all__ = ["Judge", "decide"]

_RESTARTS = 16
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
        own = tuple(one for one in definitions if not _is_built_in(one))
        self.context = Context(domain, own)  # built-in functions keep their meaning
        self.deadline = 0.0
        self._prepared: dict[Term, Term] = {}
        self._unfolded: dict[tuple[Term, int], Term] = {}
        self._resolved: dict[Term, Term] = {}
        self._conditions: dict[Term, tuple[Condition, ...]] = {}
        self._discharged: dict[Condition, bool] = {}
        self._forms: dict[Term, Quotient] = {}
        self._scales: dict[str, int] = {}
        self._form: NormalForm | None = None

    def decide(
        self, lhs: Term, rhs: Term, budget: float = 8.0, *, doubtful: bool = False
    ) -> Judgement:
        """Whether ``lhs = rhs``; see ``decide``. A ``doubtful`` claim is first tried at points."""
        start = time.perf_counter()
        self.deadline = start + budget
        judgement = self._judge(lhs, rhs, doubtful=doubtful)
        return replace(judgement, seconds=time.perf_counter() - start)

    def _judge(self, lhs: Term, rhs: Term, *, doubtful: bool) -> Judgement:
        try:
            left, right = self._prepare(lhs), self._prepare(rhs)
            size = sum(1 for side in (left, right) for _ in walk(side))
            if size > _MOST_NODES:
                return _undecided(f"the claim has {size} nodes; the limit is {_MOST_NODES}")
            full_left, full_right = self._unfold(left, 0), self._unfold(right, 0)
            trouble = undeclared(full_left, full_right, self.context) or self._inconsistent
            if trouble:
                return _undecided(trouble)
        except FAILURES as error:
            return _undecided(because(error))
        refuted = self._refuted(full_left, full_right, _refute.QUICK) if doubtful else None
        if refuted is not None:
            return refuted
        method, reason = self._proved(left, right, self._equal_without_learning)
        if not method:
            refuted = self._refuted(full_left, full_right, _refute.QUICK)
            if refuted is not None:
                return refuted
            method, reason = self._proved(left, right, self._equal_with_learning)
        if method:
            return self._with_conditions((lhs, rhs), method, full_left, full_right)
        refuted = self._refuted(full_left, full_right, _refute.DEEP)
        return refuted or self._open(reason, full_left, full_right)

    def _prepare(self, side: Term) -> Term:
        if side not in self._prepared:
            refuse_foreign(side)
            self._prepared[side] = self.context.separate(plain(side))
        return self._prepared[side]

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
        if _refute.find_defined_point(left, right, self.context.domain, _refute.QUICK):
            return _undecided(reason)
        try:
            listed = ", ".join(str(condition) for condition in self._open_conditions(left, right))
        except FAILURES as error:
            return _undecided(f"{reason}; {because(error)}")
        nowhere = f"no point was found where both sides are defined; not known to hold: {listed}"
        return _undecided(nowhere if listed else reason)

    def _unfold(self, term: Term, rank: int) -> Term:
        key = (term, rank)
        if key not in self._unfolded:
            self._unfolded[key] = self.context.unfold(term, rank)
        return self._unfolded[key]

    # ------------------------------------------------------------------ refuting

    def _refuted(self, left: Term, right: Term, effort: _refute.Effort) -> Judgement | None:
        if time.perf_counter() > self.deadline:
            return None
        found = _refute.refute(left, right, self.context.domain, effort)
        if found is None:
            return None
        witness = Witness(found.values(), found.left, found.right)
        method = f"ball arithmetic, {found.bits} bits"
        return Judgement(Verdict.REFUTED, method, witness=witness)

    # ------------------------------------------------------------------ proving

    def _proved(
        self, left: Term, right: Term, equal: Callable[[Term, Term], bool]
    ) -> tuple[str, str]:
        """(method, "") when the sides are equal wherever both are defined, else ("", reason)."""
        reason = "the normal forms differ, and no point was found where the values certainly do"
        try:
            for layer, (one, other) in enumerate(self._layers(left, right)):
                try:
                    if equal(self._resolve(one), self._resolve(other)):
                        return self._method(one, other, layer), ""
                except FAILURES as error:  # deeper layers may still do
                    reason = because(error)
        except FAILURES as error:
            reason = because(error)
        return "", reason

    def _method(self, left: Term, right: Term, layer: int) -> str:
        how = "normal form"
        if layer:
            how += f", definitions unfolded {layer} deep"
        if self.context.highest(left, right) >= 0:
            how += ", for arbitrary inner functions" if layer else ", for arbitrary functions"
        return how

    def _layers(self, left: Term, right: Term) -> Iterator[tuple[Term, Term]]:
        """The sides with nothing unfolded, then with ever more, highest definitions first."""
        yield left, right
        rank = self.context.highest(left, right)
        while rank >= 0:
            left, right = self._unfold(left, rank), self._unfold(right, rank)
            yield left, right
            rank = self.context.highest(left, right)

    def _resolve(self, term: Term) -> Term:
        if term not in self._resolved:
            self._resolved[term] = resolve(self.context.expose(term))
        return self._resolved[term]

    def _equal_without_learning(self, left: Term, right: Term) -> bool:
        if left == right:
            return True
        for _ in range(_RESTARTS):
            form = self._shared_form()
            try:
                for side in (left, right):
                    if side not in self._forms:
                        self._forms[side] = form.of(side)
                difference = form.tower.reduced(self._forms[left] - self._forms[right])
                return difference.is_zero or merged(form, difference.numerator)
            except Restart:
                self._forget()
            except TooLarge:
                if not self._forms:
                    raise
                self._forget()  # the generators of earlier lines may have filled the tower
            except FAILURES:
                self._forget()
                raise
        raise TooLarge("exponents need ever finer units")

    def _shared_form(self) -> NormalForm:
        if self._form is None:
            tower = Tower(self._scales, self.deadline, learning=False)
            self._form = NormalForm(self.context, tower)
        self._form.tower.deadline = self.deadline
        return self._form

    def _forget(self) -> None:
        self._forms.clear()
        self._form = None

    def _equal_with_learning(self, left: Term, right: Term) -> bool:
        """Once more, with the conditions of this very claim as facts: a real log has a u > 0."""
        scales: dict[str, int] = {}
        for _ in range(_RESTARTS):
            form = NormalForm(self.context, Tower(scales, self.deadline, learning=True))
            try:
                difference = form.of(left) - form.of(right)
                if form.tower.has_learned:  # a second pass uses all that the first one learned
                    difference = form.of(left) - form.of(right)
                difference = form.tower.reduced(difference)
                return difference.is_zero or merged(form, difference.numerator)
            except Restart:
                continue
        raise TooLarge("exponents need ever finer units")

    # ------------------------------------------------------------------ definedness

    def _open_conditions(self, left: Term, right: Term) -> tuple[Condition, ...]:
        asked: dict[Condition, None] = {}
        for side in (left, right):
            if side not in self._conditions:
                self._conditions[side] = conditions(side, self.context)
            asked.update(dict.fromkeys(self._conditions[side]))
        return tuple(condition for condition in asked if not self._holds(condition))

    def _holds(self, condition: Condition) -> bool:
        if condition not in self._discharged:
            self._discharged[condition] = discharged(condition, self.context, self.deadline)
        return self._discharged[condition]

    def _with_conditions(
        self, claim: tuple[Term, Term], method: str, left: Term, right: Term
    ) -> Judgement:
        try:
            open_conditions = self._open_conditions(left, right)
        except FAILURES as error:
            return _undecided(f"equal where defined, but: {because(error)}")
        if open_conditions and not _refute.find_defined_point(left, right, self.context.domain):
            return _undecided("equal where defined, but no point was found where both sides are")
        verdict = Verdict.PROVED_IF if open_conditions else Verdict.PROVED
        domain = self.context.domain
        theorem = seal(domain, self.definitions, *claim, open_conditions, method)
        return Judgement(verdict, method, open_conditions, theorem=theorem)
