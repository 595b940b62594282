"""Values of terms at a few points, so that most candidates fall without being proved.

Nothing here is a verdict: a candidate that agrees at these points is still put to the kernel.
All balls are made and compared at ``BITS`` bits; who calls sets that precision.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb

from derivation.domain import Domain
from derivation.errors import DerivationError
from derivation.kernel.calculus.differentiate import differentiate
from derivation.kernel.names.context import Context
from derivation.kernel.names.scopes import put_in
from derivation.kernel.refutation.balls import evaluate
from derivation.kernel.refutation.reals import Indeterminate, Undefined
from derivation.kernel.refutation.refute import Effort, Sample, samples
from derivation.term import Call, Symbol, Term, transform

__all__ = ["BITS", "Known", "Values"]

BITS = 128
POINTS = 12
MIN_ACCURACY = 30  # bits; a wider ball tells nothing

Known = arb | None  # a value, or that there is none at the point


class Values:
    """Values of terms at the points where both sides of a claim have one, the telling ones first.

    Raises UnsupportedError or StructureError when the claim cannot be unfolded.
    """

    def __init__(self, lhs: Term, rhs: Term, context: Context, seconds: float) -> None:
        self._context = context
        effort = Effort(POINTS, (BITS,), seconds)
        sides = context.unfold(lhs), context.unfold(rhs)
        found = samples(*sides, context.domain, effort)
        self.samples: list[Sample] = sorted(found, key=_generic, reverse=True)
        self._functions = {}
        if self.samples:  # the same functions at all points
            self._functions = {stand.name: stand for stand in self.samples[0].functions}
            self.samples = [s for s in self.samples if s.functions == self.samples[0].functions]
        self._ready: dict[Term, Term | None] = {}
        self._resolved: dict[Term, Term] = {}
        self._values: dict[tuple[Term, int], Known] = {}

    def __len__(self) -> int:
        return len(self.samples)

    def at(self, term: Term, point: int) -> Known:
        """The value of a term at the point with that number, or None where it has none."""
        key = (term, point)
        if key not in self._values:
            self._values[key] = self._value(term, self.samples[point])
        return self._values[key]

    def agree(self, term: Term, wanted: Sequence[Known]) -> bool:
        """Whether the term has the wanted values, as far as is known; False if nothing is."""
        agreed = 0
        for point, value in enumerate(wanted):
            if value is None:
                continue
            own = self.at(term, point)
            if own is None or not own.overlaps(value):
                return False
            agreed += 1
        return agreed >= min(2, len(self))

    def equal_over(self, lhs: Term, rhs: Term, domain: Domain) -> bool:
        """Whether the sides agree at some fresh points of another domain."""
        try:
            sides = self._context.unfold(lhs), self._context.unfold(rhs)
        except DerivationError:
            return False
        found = list(samples(*sides, domain, Effort(2 * POINTS, (BITS,), 0.2)))
        return len(found) >= 2 and not any(sample.differs for sample in found)

    def _value(self, term: Term, sample: Sample) -> Known:
        if term not in self._ready:
            self._ready[term] = self._prepared(term)
        ready = self._ready[term]
        if ready is None:
            return None
        try:
            return accurate(arb(evaluate(ready, sample.point, BITS, self._resolved)))
        except (Undefined, Indeterminate):
            return None

    def _prepared(self, term: Term) -> Term | None:
        """Definitions unfolded, and concrete functions in the place of arbitrary ones."""
        try:
            unfolded = self._context.unfold(term)
            return transform(unfolded, self._put) if self._functions else unfolded
        except DerivationError:
            return None

    def _put(self, node: Term) -> Term:
        if not isinstance(node, Call) or node.name not in self._functions:
            return node
        stand = self._functions[node.name]
        body = stand.body
        for _ in range(node.primes):
            body = differentiate(body, Symbol(stand.places[0]))
        return put_in(body, stand.places, node.arguments, frozenset())


def accurate(value: arb) -> Known:
    """The value itself, or None when the ball is too wide to tell anything."""
    if not value.is_finite():
        return None
    narrow = value.rel_accuracy_bits() >= MIN_ACCURACY or value.rad() < 2.0**-MIN_ACCURACY
    return value if narrow else None


def _generic(sample: Sample) -> int:
    """How many coordinates are no whole numbers, which often make both sides agree by chance."""
    values = [*sample.point.scalars.values()]
    for family in sample.point.families.values():
        values.extend(family.values())
    return sum(1 for value in values if value.q != 1)
