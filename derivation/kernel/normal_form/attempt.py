"""One proof attempt: its generators, what is known at the points in question, the rules as methods.

The modules of the rules take an attempt and use each other through it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import TYPE_CHECKING

from derivation.domain import Interval
from derivation.errors import UnsupportedError
from derivation.kernel.bounds import intervals
from derivation.kernel.bounds.intervals import Bounds
from derivation.kernel.names.context import Context
from derivation.kernel.normal_form import (
    circular,
    exponentials,
    integrals,
    kinks,
    powers,
    products,
    special,
    sums,
)
from derivation.kernel.normal_form.cases import NeedSplit
from derivation.kernel.normal_form.generators import Kind
from derivation.kernel.normal_form.integers import WholeFactors
from derivation.kernel.normal_form.learned_signs import LearnedSigns
from derivation.kernel.normal_form.names import term_of
from derivation.kernel.normal_form.quotient import NeverDefined, Quotient
from derivation.kernel.normal_form.ranges import Range, at_worst
from derivation.kernel.normal_form.tower import Tower
from derivation.term import Constant, Term

if TYPE_CHECKING:
    from derivation.kernel.normal_form.polynomials import Polynomial

__all__ = ["Attempt"]


class Attempt(ABC):
    """The state of one proof attempt.

    ``splitting``: ask for a proof by cases (NeedSplit) where the sign of a term is not known.
    """

    def __init__(self, context: Context, tower: Tower, *, splitting: bool = False) -> None:
        self.context = context
        self.tower = tower
        self.signs = LearnedSigns(tower)
        self.whole_factors = WholeFactors(tower)
        self.splitting = splitting
        self.swapping = False
        self.depth = 0  # how many sums are being converted right now
        self.bound: dict[str, Quotient] = {}  # bound indices in scope
        self.real_bound: dict[str, Quotient] = {}  # variables of integrals in scope
        self.ranges_in_scope: dict[int, Range] = {}
        self.declared_bounds = Bounds(context.declarations, {})
        self.name_intervals: dict[str, Interval] = {}  # narrower than declared, in this case
        self.images: dict[tuple[object, ...], Quotient] = {}  # remembered by replace_generator
        self._possible: dict[tuple[object, ...], bool] = {}
        self._ends: dict[tuple[object, ...], tuple[Fraction | None, Fraction | None]] = {}
        self._replaced: dict[str, Quotient] = {}
        self._known: dict[Term, Quotient] = {}

    # ------------------------------------------------------------------ scopes and names

    def bind(self, index: str, upper: Quotient, least: Fraction | None) -> None:
        """Bring an index into scope whose values are whole, >= ``least`` and <= ``upper``."""
        high = self.signs.of(upper).high
        interval = Interval(least, high, low_open=False, high_open=False)
        own = self.tower.make(Kind.NAME, f"bound {index}", interval=interval, whole=True)
        self.bound[index] = own
        if least is not None:
            self.ranges_in_scope[own.generators[0]] = Range(Quotient.of(least), upper)

    @contextmanager
    def scope(self, index: str, value: Quotient, range_: Range) -> Iterator[None]:
        """The index stands for the bound generator inside the ``with`` block."""
        outer = self.bound.get(index)
        self.bound[index] = value
        self.ranges_in_scope[range_.index] = range_
        self.depth += 1
        try:
            yield
        except NeverDefined as error:
            if self.is_nonnegative(range_.length - Quotient.of(1)):
                raise
            raise UnsupportedError(f"nothing is summed, or there is no value: {error}") from error
        finally:
            self.depth -= 1
            if outer is None:
                del self.bound[index]
            else:
                self.bound[index] = outer

    @contextmanager
    def real_scope(self, name: str, value: Quotient) -> Iterator[None]:
        """The variable of an integral stands for the generator inside the ``with`` block."""
        outer = self.real_bound
        self.real_bound = {**outer, name: value}
        self.depth += 1
        try:
            yield
        except NeverDefined as error:
            raise UnsupportedError(f"an integrand without a value: {error}") from error
        finally:
            self.depth -= 1
            self.real_bound = outer

    def replace_name(self, name: str, value: Quotient) -> None:
        """From now on the name stands for that value, which it has in this case."""
        self._replaced[name] = value
        self.forget()

    def forget(self) -> None:
        """Forget what was worked out before something was learned: it can be done better now."""
        self._known.clear()
        self.images.clear()
        self._possible.clear()
        self._ends.clear()

    @property
    def pi(self) -> Quotient:
        """The constant pi."""
        return self.constant("pi")

    def constant(self, name: str) -> Quotient:
        """A named constant."""
        if name == "e":
            return self.exponential(Quotient.of(1))
        if name not in ("pi", "EulerGamma"):
            raise UnsupportedError(f"the constant {name} stands where a number must stand")
        interval = self.declared_bounds.of(Constant(name))
        return self.tower.make(Kind.CONSTANT, name, interval=interval, nonzero=True)

    # ------------------------------------------------------------------ what is known

    def is_nonnegative(self, value: Quotient) -> bool:
        """Whether value >= 0 is known; a whole number above -1 is >= 0."""
        bounds = self.signs.of(value)
        if intervals.is_nonnegative(bounds):
            return True
        whole = self.tower.is_whole(value)
        if whole and bounds.low is not None:
            return bounds.low > -1 or (bounds.low == -1 and bounds.low_open)
        worst = at_worst(self.tower, value, self.ranges_in_scope) if whole else None
        return worst is not None and self.is_nonnegative(worst)

    def is_possible_length(self, range_: Range) -> bool:
        """Whether the range is known not to end before it begins: upper >= lower - 1."""
        key = (range_.lower.key, range_.upper.key)
        if key not in self._possible:
            self._possible[key] = self.is_nonnegative(range_.length)
        return self._possible[key]

    def ends(self, range_: Range) -> tuple[Fraction | None, Fraction | None]:
        """The least value of the lower limit and the greatest of the upper one, if known."""
        key = (range_.lower.key, range_.upper.key)
        if key not in self._ends:
            low, high = self.signs.of(range_.lower).low, self.signs.of(range_.upper).high
            self._ends[key] = low, high
        return self._ends[key]

    def has_no_negative_value(self, p: Polynomial) -> bool:
        """Whether a polynomial is known to be >= 0."""
        return intervals.is_nonnegative(self.signs.of_polynomial(p))

    def is_nonzero_or_split(self, value: Quotient) -> bool:
        """Whether value != 0 is known. In a proof by cases, asks for its sign where it can.

        For that of the numerator: it has a value everywhere, also where nothing is summed.
        """
        if self.signs.is_nonzero(value):
            return True
        if self.splitting:
            term = self.as_term(Quotient(value.numerator))
            if term is not None:
                raise NeedSplit(term)
        return False

    def as_term(self, value: Quotient) -> Term | None:
        """A term for a value over names alone, else None."""
        return term_of(self.tower, value)

    # ------------------------------------------------------------------ rules

    @abstractmethod
    def of(self, term: Term) -> Quotient:
        """The normal form of a term."""

    def sign_of(self, u: Quotient) -> Quotient:
        """See ``kinks``."""
        return kinks.sign_of(self, u)

    def delta(self, i: Quotient, j: Quotient) -> Quotient:
        """See ``kinks``."""
        return kinks.delta(self, i, j)

    def exponential(self, exponent: Quotient) -> Quotient:
        """See ``exponentials``."""
        return exponentials.exponential(self, exponent)

    def logarithm(self, u: Quotient) -> Quotient:
        """See ``exponentials``."""
        return exponentials.logarithm(self, u)

    def modulus(self, u: Quotient) -> Quotient:
        """See ``exponentials``."""
        return exponentials.modulus(self, u)

    def power(self, u: Quotient, q: Fraction) -> Quotient:
        """See ``exponentials``."""
        return exponentials.power(self, u, q)

    def whole_power(self, base: Quotient, exponent: Quotient) -> Quotient:
        """See ``powers``."""
        return powers.whole_power(self, base, exponent)

    def rotation(self, angle: Quotient) -> Quotient:
        """See ``circular``."""
        return circular.rotation(self, angle)

    def parity(self, whole: Quotient, times: Fraction) -> Quotient:
        """See ``circular``."""
        return circular.parity(self, whole, times)

    def reciprocal_gamma(self, v: Quotient) -> Quotient:
        """See ``special``."""
        return special.reciprocal_gamma(self, v)

    def sum_over(self, body: Quotient, lower: Quotient, upper: Quotient, index: int) -> Quotient:
        """See ``sums``."""
        return sums.sum_over(self, body, Range(lower, upper, index))

    def integral_up_to(self, body: Quotient, index: int, limit: Quotient | str) -> Quotient:
        """See ``integrals``."""
        return integrals.up_to(self, body, index, limit)

    def product_over(
        self, body: Quotient, lower: Quotient, upper: Quotient, index: int
    ) -> Quotient:
        """See ``products``."""
        return products.product_over(self, body, Range(lower, upper, index))

    def function(self, name: str, values: tuple[Quotient, ...]) -> Quotient:
        """A built-in function of converted arguments."""
        match name, values:
            case "exp", (u,):
                return self.exponential(u)
            case (("log" | "ln"), (u,)):
                return self.logarithm(u)
            case "sqrt", (u,):
                return self.power(u, Fraction(1, 2))
            case "cos", (u,):
                return circular.cosine(self, u)
            case "sin", (u,):
                return circular.sine(self, u)
            case "sign", (u,):
                return self.sign_of(u)
            case "Delta", (i, j):
                return self.delta(i, j)
        if name in special.SPECIAL:
            return special.special(self, name, values)
        raise UnsupportedError(f"the function {name} is not declared and not known")
