"""``decide``: the one door from a claim to a verdict.

The order: read nothing, trust nothing. (1) Look for a counterexample at a few points. (2) Try
to prove equality by normal form, opaque first, one layer of definitions at a time. (3) Collect
the definedness conditions of both sides as written and discharge them. (4) Look harder for a
counterexample. What is left is UNDECIDED, with its reason.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from derivation.domain import Domain
from derivation.domain import Kind as DeclaredKind
from derivation.errors import StructureError, UnsupportedError
from derivation.kernel import refute as _refute
from derivation.kernel.context import Context
from derivation.kernel.definedness import conditions, discharged
from derivation.kernel.differentiate import resolve
from derivation.kernel.intervals import Bounds
from derivation.kernel.normal_form import NormalForm
from derivation.kernel.quotient import NeverDefined, TooLarge
from derivation.kernel.sums import merged
from derivation.kernel.theorem import (
    Condition,
    Definition,
    Judgement,
    Verdict,
    Witness,
    seal,
)
from derivation.kernel.tower import OutOfTime, Restart, Tower
from derivation.term import Derivative, Indexed, Sum, Symbol, Term, free_names, plain, walk

__all__ = ["decide"]

_RESTARTS = 16
_MOST_NODES = 20_000
_CANNOT = (UnsupportedError, StructureError, TooLarge, NeverDefined, OutOfTime, RecursionError)


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
    start = time.perf_counter()
    domain = Domain.parse(given) if isinstance(given, str) else given
    claim = _Claim(lhs, rhs, Context(domain, tuple(definitions)), start + budget)
    judgement = claim.judge()
    seconds = time.perf_counter() - start
    return Judgement(
        judgement.verdict,
        judgement.method,
        judgement.conditions,
        judgement.witness,
        judgement.reason,
        seconds,
        judgement.theorem,
    )


def _undecided(reason: str) -> Judgement:
    return Judgement(Verdict.UNDECIDED, reason=reason)


class _Claim:
    def __init__(self, lhs: Term, rhs: Term, context: Context, deadline: float) -> None:
        self.lhs, self.rhs = lhs, rhs
        self.context = context
        self.deadline = deadline

    def judge(self) -> Judgement:
        try:
            left, right = plain(self.lhs), plain(self.rhs)
            size = sum(1 for side in (left, right) for _ in walk(side))
            if size > _MOST_NODES:
                return _undecided(f"the claim has {size} nodes; the limit is {_MOST_NODES}")
            full_left = self.context.unfold(left, fully=True)
            full_right = self.context.unfold(right, fully=True)
            trouble = _undeclared(full_left, full_right, self.context)
            if trouble:
                return _undecided(trouble)
            trouble = _inconsistent(self.context)
            if trouble:
                return _undecided(trouble)
        except _CANNOT as error:
            return _undecided(_because(error))
        return self._judge_declared(left, right, full_left, full_right)

    def _judge_declared(
        self, left: Term, right: Term, full_left: Term, full_right: Term
    ) -> Judgement:
        refuted = self._refuted(full_left, full_right, _refute.QUICK)
        if refuted is not None:
            return refuted
        method, reason = self._proved(left, right)
        if method:
            return self._with_conditions(method, full_left, full_right)
        refuted = self._refuted(full_left, full_right, _refute.DEEP)
        return refuted or self._open(reason, full_left, full_right)

    def _open(self, reason: str, left: Term, right: Term) -> Judgement:
        """UNDECIDED; when no point has a value on both sides, say which conditions fail."""
        if _refute.find_defined_point(left, right, self.context.domain, _refute.QUICK):
            return _undecided(reason)
        try:
            listed = ", ".join(str(condition) for condition in self._open_conditions(left, right))
        except _CANNOT as error:
            return _undecided(f"{reason}; {_because(error)}")
        return _undecided(
            f"no point was found where both sides are defined; not known to hold: {listed}"
            if listed
            else reason
        )

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

    def _proved(self, left: Term, right: Term) -> tuple[str, str]:
        """(method, "") when the sides are equal wherever both are defined, else ("", reason)."""
        reason = "the normal forms differ, and no point was found where the values certainly do"
        for depth, (one, other) in enumerate(self._layers(left, right)):
            try:
                if self._same_normal_form(one, other):
                    how = "normal form"
                    if depth == 0 and self.context.layers(left):
                        how += ", for arbitrary functions"
                    elif depth:
                        how += f", definitions unfolded {depth} deep"
                    return how, ""
            except _CANNOT as error:
                reason = _because(error)
        return "", reason

    def _layers(self, left: Term, right: Term) -> Iterator[tuple[Term, Term]]:
        yield left, right
        while self.context.layers(left) or self.context.layers(right):
            left, right = self.context.unfold(left), self.context.unfold(right)
            yield left, right

    def _same_normal_form(self, left: Term, right: Term) -> bool:
        left, right = (resolve(self.context.expose(side)) for side in (left, right))
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
        asked = dict.fromkeys((*conditions(left, self.context), *conditions(right, self.context)))
        return tuple(c for c in asked if not discharged(c, self.context, self.deadline))

    def _with_conditions(self, method: str, left: Term, right: Term) -> Judgement:
        try:
            open_conditions = self._open_conditions(left, right)
        except _CANNOT as error:
            return _undecided(f"equal where defined, but: {_because(error)}")
        if open_conditions and not _refute.find_defined_point(left, right, self.context.domain):
            return _undecided("equal where defined, but no point was found where both sides are")
        verdict = Verdict.PROVED_IF if open_conditions else Verdict.PROVED
        theorem = seal(
            self.context.domain,
            self.context.definitions,
            self.lhs,
            self.rhs,
            open_conditions,
            method,
        )
        return Judgement(verdict, method, open_conditions, theorem=theorem)


def _because(error: BaseException) -> str:
    match error:
        case OutOfTime():
            return "the time budget ran out"
        case RecursionError():
            return "the term nests too deeply"
        case NeverDefined():
            return f"a side is never defined: {error}"
        case TooLarge():
            return f"too large: {error}"
    return str(error)


def _undeclared(left: Term, right: Term, context: Context) -> str:
    """Why a name cannot be judged, or ""."""
    names = free_names(left) | free_names(right)
    missing = sorted(name for name in names if context.declaration(name) is None)
    if missing:
        return f"not declared: {', '.join(missing)} (write for example '{missing[0]} real')"
    for side in (left, right):
        for node in walk(side):
            trouble = _misused(node, context)
            if trouble:
                return trouble
    return ""


def _misused(node: Term, context: Context) -> str:
    match node:
        case Symbol(name=name):
            declared = context.declaration(name)
            if declared is not None and declared.is_family:
                return f"{name} is a family and stands without an index"
            if declared is not None and declared.kind is DeclaredKind.FUNCTION:
                return f"{name} is a function and stands without an argument"
        case Derivative(variable=variable):
            name = variable.name if isinstance(variable, Symbol) else ""
            name = variable.base if isinstance(variable, Indexed) else name
            declared = context.declaration(name)
            if declared is None or declared.kind is not DeclaredKind.REAL or declared.values:
                return f"a derivative by {name or 'a compound term'}, which is no real variable"
        case Sum(index=index):
            declared = context.declaration(index)
            if declared is not None and (declared.is_family or declared.values):
                return f"the index {index} of a sum is declared as something else"
    return ""


def _inconsistent(context: Context) -> str:
    """A name that is declared and defined must keep to its declared range, or ""."""
    bounds = Bounds({declaration.name: declaration for declaration in context.domain}, {})
    for name, definition in context.defined.items():
        declared = context.declaration(name)
        if declared is None:
            continue
        body = context.expose(resolve(context.unfold(plain(definition.body), fully=True)))
        values = bounds.of(body)
        if declared.nonzero or declared.values or declared.interval.intersect(values) != values:
            return f"the definition of {name} is not known to keep to its declaration '{declared}'"
    return ""
