"""The search: rows of the table one after the other, each line proved, the shortest safe end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from derivation.domain import REAL_LINE
from derivation.errors import UnsupportedError
from derivation.kernel import chain
from derivation.notation import to_latex, to_python
from derivation.term import Call, Derivative, Symbol, Term, free_names, plain, walk
from derivation.trainer.stable.audit import AIM, LIMIT, Auditor
from derivation.trainer.stable.branch import Branch, pivot_of
from derivation.trainer.stable.endings import ENDINGS
from derivation.trainer.stable.lemmas import lemma_rows
from derivation.trainer.stable.parts import Audit, Chain, Measure, Setting, Side, Stable, Step
from derivation.trainer.stable.polynomials import as_polynomial, is_exponential
from derivation.trainer.stable.rows import PREPARING, REWRITING, Row
from derivation.trainer.stable.safety import why_unsafe

__all__ = ["Search", "forms_for_labels", "stable_forms"]


def stable_forms(term: Term, setting: Setting, limit: float | None = None) -> Stable:
    """The forms in which ``term`` is computed, found by the rule table.

    ``term`` is over ``Symbol`` predictor and label; it may be ``Derivative(residual, z)``.
    Each form is proved equal to it by the kernel, passes the safety analysis, and is within
    ``limit`` units in the last place on the grid of the audit. Without a ``limit`` that is 2, or
    4 where no form comes as near as that (see ``audits``), and for a derivative. Raises
    UnsupportedError, saying which side of zero has no such form, what was wrong with each one
    found, and what lemma would help.
    """
    term = plain(term)
    search = Search(term, setting, limit)
    if search.is_polynomial:
        return search.polynomial()
    found = [search.on(side) for side in (Side.NONNEGATIVE, Side.NEGATIVE)]
    upper, lower = (one.form for one in found)
    theorems = tuple(one.chain.theorem for one in found if one.chain is not None)
    return Stable(
        term,
        upper,
        lower,
        theorems,
        search.pivot,
        tuple(one.chain for one in found if one.chain is not None),
        tuple(audit for one in found for audit in one.audits),
    )


def forms_for_labels(term: Term, setting: Setting) -> Stable:
    """The form for the labels of the theorem, or for all labels: that holds for some, too.

    Where labels lie within narrow limits, a residual crosses zero at a label that is not rounded,
    and every form is measured against that.
    """
    try:
        return stable_forms(term, setting)
    except UnsupportedError:
        if setting.labels == REAL_LINE:
            raise
        return stable_forms(term, replace(setting, labels=REAL_LINE))


@dataclass(frozen=True, slots=True)
class Found:
    """A form on one side, how it was proved (None: it is the term itself), and its audits."""

    form: Term
    chain: Chain | None
    audits: tuple[Audit, ...]

    @property
    def is_relative(self) -> bool:
        """Whether no error is absolute, as it is where the value touches zero."""
        return all(audit.measure is not Measure.ONE for audit in self.audits)

    @property
    def error(self) -> float:
        """The largest error."""
        return max((audit.error for audit in self.audits), default=0.0)


class Search:
    """The search for forms of one term; the reference values are shared by its sides."""

    def __init__(self, term: Term, setting: Setting, limit: float | None = None) -> None:
        others = free_names(term) - {setting.predictor, setting.label}
        if others:
            raise UnsupportedError(
                f"the term mentions {', '.join(sorted(others))}, and only {setting.predictor} and "
                f"{setting.label} may occur"
            )
        self.term = term
        self.setting = setting
        both = Branch(setting, Symbol(setting.predictor), Side.BOTH)
        self.pivot = pivot_of(_prepared(term, both), setting)
        slope = any(isinstance(node, Derivative) for node in walk(term))
        self._aim = limit or (LIMIT if slope else AIM)
        self._auditor = Auditor(
            _prepared(term, both), self._branch(Side.BOTH), self._aim, limit or LIMIT
        )

    def _branch(self, side: Side) -> Branch:
        return Branch(self.setting, self.pivot, side)

    @property
    def is_polynomial(self) -> bool:
        """Whether nothing but sums, products and whole powers occurs, functions unfolded."""
        return as_polynomial(_prepared(self.term, self._branch(Side.BOTH))) is not None

    def polynomial(self) -> Stable:
        """A polynomial cannot overflow before its value does: it is computed as it is."""
        steps = list(self._steps(PREPARING, self.term, self._branch(Side.BOTH)))
        if not steps:
            return Stable(self.term, self.term, self.term, (), self.pivot)
        whole = _chain(self.term, Side.BOTH, steps)
        return Stable(self.term, whole.form, whole.form, (whole.theorem,), self.pivot, (whole,))

    def on(self, side: Side) -> Found:
        """The shortest form on a side that is proved, safe and accurate."""
        branch = self._branch(side)
        refused: dict[str, str] = {}  # the reasons, by form
        second_best: Found | None = None
        for steps in self._candidates(branch):
            if not steps and refused:
                continue
            form = steps[-1].term if steps else self.term
            reason = why_unsafe(form, branch)
            audits: tuple[Audit, ...] = ()
            if not reason:
                audits, reason = self._auditor.audit(form, side)
            if reason:
                refused[to_python(form)] = reason
                continue
            found = Found(form, _chain(self.term, side, steps) if steps else None, audits)
            if found.is_relative and found.error <= self._aim:
                return found
            if second_best is None or found.is_relative > second_best.is_relative:
                second_best = found
        if second_best is not None:
            return second_best
        raise UnsupportedError(self._nothing(side, refused))

    def _nothing(self, side: Side, refused: Mapping[str, str]) -> str:
        reasons = set(refused.values())
        tried = "; ".join(f"{form}: {reason}" for form, reason in refused.items())
        why = f": {reasons.pop()}" if len(reasons) == 1 else f". Tried: {tried}"
        own = self.pivot == Symbol(self.setting.predictor)
        over = side.value if own else Side.BOTH.value
        return (
            f"no stable form of {to_python(self.term)} was found where "
            f"{to_python(self.pivot)} {side.value}{why}. Prove a lemma with the left "
            f"side {to_latex(self.term)} over '{self.setting.predictor} {over}', whose right "
            "side neither overflows nor cancels"
        )

    # ------------------------------------------------------------------ chains of rewrites

    def _candidates(self, branch: Branch) -> Iterator[list[Step]]:
        """Chains by length of their last line; the last lines are distinct."""
        prepared = list(self._steps(PREPARING, self.term, branch))
        start = prepared[-1].term if prepared else self.term
        rewritten = [*prepared, *self._steps(REWRITING, start, branch)]
        ends = [prepared, rewritten]
        line = rewritten[-1].term if rewritten else self.term
        for ending in ENDINGS:
            last = list(self._steps([ending], line, branch))
            if last:
                ends.append([*rewritten, *last])
        seen: set[Term] = set()
        for steps in sorted(ends, key=lambda one: _size(one[-1].term if one else self.term)):
            form = steps[-1].term if steps else self.term
            if form not in seen:
                seen.add(form)
                yield steps
        for row in lemma_rows(branch):
            yield list(self._steps([row], self.term, branch))

    def _steps(self, rows: Sequence[Row], line: Term, branch: Branch) -> Iterator[Step]:
        """The lines that the rows give in turn; one that the kernel does not prove is left out."""
        for row in rows:
            after = row.propose(line, branch)
            if after == line:
                continue
            theorem = branch.prove(line, after)
            if theorem is not None:
                yield Step(row.name, row.statement, after, theorem)
                line = after


def _prepared(term: Term, branch: Branch) -> Term:
    for row in PREPARING:
        term = row.propose(term, branch)
    return term


def _chain(start: Term, side: Side, steps: Sequence[Step]) -> Chain:
    return Chain(start, side, tuple(steps), chain(tuple(step.theorem for step in steps)))


def _size(term: Term) -> int:
    """How long a form is: its nodes, functions and divisions counted more."""
    size = 0
    for node in walk(term):
        size += 1
        if isinstance(node, Call) or is_exponential(node):
            size += 2
        if isinstance(node, Derivative):
            size += 1000
    return size
