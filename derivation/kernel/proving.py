"""Proofs of equality: opaque first, one layer of definitions at a time; then by cases.

A proof says that the sides are equal wherever both are defined (and the hypotheses hold).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from derivation.kernel.calculus.differentiate import resolve
from derivation.kernel.definedness.conditions import conditions
from derivation.kernel.failures import FAILURES, because
from derivation.kernel.integration.replacing import mentions_integral, with_integrals_done
from derivation.kernel.names.context import Context
from derivation.kernel.normal_form.angles import equal_as_angles
from derivation.kernel.normal_form.cases import Assumption, Sign, of_relation
from derivation.kernel.normal_form.convert import NormalForm
from derivation.kernel.normal_form.equality import equal_by_cases
from derivation.kernel.normal_form.quotient import Quotient, TooLarge
from derivation.kernel.normal_form.separation import is_zero_constant
from derivation.kernel.normal_form.slopes import equal_by_slopes
from derivation.kernel.normal_form.squares import equal_by_squares
from derivation.kernel.normal_form.tower import Restart, Tower
from derivation.kernel.normal_form.vanishing import vanishes
from derivation.kernel.theorem import Condition, ConditionKind
from derivation.term import Sub, Term, free_names, plain

__all__ = ["Prover"]

_RESTARTS = 60
_MOST_FACTS = 40
_SIGNS = {
    ConditionKind.POSITIVE: Sign.POSITIVE,
    ConditionKind.NONNEGATIVE: Sign.NONNEGATIVE,
    ConditionKind.NONZERO: Sign.NONZERO,
}

Equal = Callable[[Term, Term], bool]


class Prover:
    """Proves equalities in one context.

    It remembers the normal form of each side, so that the lines of a chain are worked out once.
    What is remembered depends on the side alone, never on another claim.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.deadline = 0.0
        self._unfolded: dict[tuple[Term, int], Term] = {}
        self._resolved: dict[tuple[Term, bool], Term] = {}
        self._forms: dict[Term, Quotient] = {}
        self._scales: dict[str, int] = {}
        self._form: NormalForm | None = None

    def unfold(self, term: Term, rank: int) -> Term:
        """The term with the definitions of that rank or a higher one unfolded."""
        if not self.context.definitions:
            return term
        key = (term, rank)
        if key not in self._unfolded:
            self._unfolded[key] = self.context.unfold(term, rank)
        return self._unfolded[key]

    def proved_opaque(self, left: Term, right: Term) -> str:
        """The method, when the sides are equal with no definition unfolded; else ""."""
        try:
            equal = self._equal(self._resolve(left), self._resolve(right))
        except FAILURES:
            return ""
        return self._method("normal form", left, right, 0) if equal else ""

    def proved(self, left: Term, right: Term, *, thorough: bool) -> tuple[str, str]:
        """(method, "") when the sides are equal wherever both are defined, else ("", reason).

        ``thorough``: also by what is in ``vanishing``, which costs time for a false claim.
        """
        equal = self._equal_thoroughly if thorough else self._equal
        method, reason = self._through_layers(left, right, equal, "normal form")
        if not method and (mentions_integral(left) or mentions_integral(right)):
            method, _ = self._through_layers(left, right, equal, "normal form", written=True)
        return method, "" if method else reason

    def proved_by_cases(
        self, left: Term, right: Term, conditions: tuple[Condition, ...]
    ) -> tuple[str, str]:
        """The same, with the conditions of the claim and the hypotheses as facts."""
        facts = self._facts(conditions)

        def by_cases(one: Term, other: Term) -> bool:
            return equal_by_cases(one, other, self.context, facts, self.deadline)

        def by_angles(one: Term, other: Term) -> bool:
            return equal_as_angles(one, other, self.context, facts, self.deadline)

        def by_squares(one: Term, other: Term) -> bool:
            return equal_by_squares(one, other, self.context, facts, self.deadline)

        def by_slopes(one: Term, other: Term) -> bool:
            return equal_by_slopes(one, other, self.context, self.deadline)

        method, reason = self._through_layers(left, right, by_cases, "normal form by cases")
        ways: dict[str, Equal] = {
            "cosine of a difference": by_angles,
            "squares": by_squares,
            "separation bound": _equal_constants,
            "equal derivatives": by_slopes,
        }
        for name, way in ways.items():
            if not method:
                method, _ = self._through_layers(left, right, way, name)
        return method, "" if method else reason

    # ------------------------------------------------------------------ layers of definitions

    def _through_layers(
        self, left: Term, right: Term, equal: Equal, name: str, *, written: bool = False
    ) -> tuple[str, str]:
        """``written``: integrals stay as they are, though their values are known."""
        reason = "the normal forms differ, and no point was found where the values certainly do"
        try:
            for layer, (one, other) in enumerate(self._layers(left, right)):
                try:
                    if equal(self._resolve(one, written), self._resolve(other, written)):
                        return self._method(name, one, other, layer), ""
                except FAILURES as error:  # deeper layers may still do
                    reason = because(error)
        except FAILURES as error:
            reason = because(error)
        return "", reason

    def _method(self, name: str, left: Term, right: Term, layer: int) -> str:
        how = name
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
            left, right = self.unfold(left, rank), self.unfold(right, rank)
            yield left, right
            rank = self.context.highest(left, right)

    def _resolve(self, term: Term, written: bool = False) -> Term:
        key = (term, written)
        found = self._resolved.get(key)
        if found is None:
            done = term if written else with_integrals_done(term, self.context, conditions)
            found = self._resolved[key] = resolve(self.context.expose(done))
        return found

    # ------------------------------------------------------------------ without facts

    def _equal(self, left: Term, right: Term) -> bool:
        return self._vanishes(left, right, lambda _, difference: difference.is_zero)

    def _equal_thoroughly(self, left: Term, right: Term) -> bool:
        return self._vanishes(left, right, lambda form, d: vanishes(form, d.numerator))

    def _vanishes(
        self, left: Term, right: Term, is_zero: Callable[[NormalForm, Quotient], bool]
    ) -> bool:
        if left == right:
            return True
        for _ in range(_RESTARTS):
            form = self._shared_form()
            alone = not self._forms
            try:
                one, other = self._form_of(form, left), self._form_of(form, right)
                return is_zero(form, form.tower.reduced(one - other))
            except Restart:
                self._forget()
            except TooLarge:
                self._forget()  # the generators of earlier lines may have filled the tower
                if alone:
                    raise
            except FAILURES:
                self._forget()
                raise
        raise TooLarge("exponents need ever finer units")

    def _form_of(self, form: NormalForm, side: Term) -> Quotient:
        found = self._forms.get(side)
        if found is None:
            found = self._forms[side] = form.of(side)
        return found

    def _shared_form(self) -> NormalForm:
        if self._form is None:
            self._form = NormalForm(self.context, Tower(self._scales, self.deadline))
        self._form.tower.deadline = self.deadline
        return self._form

    def _forget(self) -> None:
        self._forms.clear()
        self._form = None

    # ------------------------------------------------------------------ facts

    def _facts(self, conditions: tuple[Condition, ...]) -> tuple[Assumption, ...]:
        """Hypotheses first, then the conditions of the claim that hold for no index or branch."""
        facts: list[Assumption] = []
        try:
            for hypothesis in self.context.domain.hypotheses:
                one = of_relation(hypothesis)
                term = self.unfold(self.context.separate(plain(one.term)), 0)
                facts.append(Assumption(one.sign, self._resolve(term)))
            for condition in conditions[:_MOST_FACTS]:
                sign = _SIGNS.get(condition.kind)
                if sign is not None and not condition.binders and not condition.guards:
                    facts.append(Assumption(sign, self._resolve(condition.term)))
        except FAILURES:
            return tuple(facts)  # fewer facts are no less true
        return tuple(dict.fromkeys(facts))


def _equal_constants(left: Term, right: Term) -> bool:
    if free_names(left) or free_names(right):
        return False
    return is_zero_constant(Sub(left, right))
