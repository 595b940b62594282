"""Exact rational points of a declared domain, in an order that finds mistakes early.

What is certified: every value that is given out was admitted by its declaration; families have
exactly the declared members, indices lie in 1..size. Everything else here is taste: which
points are likely to tell two sides apart.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from flint import fmpq

from derivation.domain import Declaration, Domain, Kind, Shifted, Size, size_name
from derivation.kernel.refutation.balls import Point, evaluate
from derivation.kernel.refutation.reals import Indeterminate, Undefined
from derivation.term import Number, Term, walk

__all__ = ["Chooser", "constants_of", "needed", "points"]

MAX_MEMBERS = 5000  # of one family
MAX_CONSTANTS = 20
MAX_CONSTANT_BITS = 200
SIZES = (1, 2, 3, 4, 5, 6, 7, 0, -1, 12)  # off-by-one ranges fall at the first few
WHOLE = (1, 2, 3, 0, -1, 4, 5, -2, 6, 7, 10, -3, 13, 100)
MAGNITUDES = (-9, -6, -4, -2, -1, 0, 1, 2, 3, 4, 6, 10)  # powers of ten
ALIKE, CONSTANT = 6, 9  # points of these numbers, modulo 12, have equal scalars or members
SPECIAL = tuple(
    Fraction(top, bottom)
    for top, bottom in (
        (0, 1), (1, 1), (-1, 1), (2, 1), (1, 2), (-1, 2), (-2, 1), (3, 1), (1, 3), (-3, 1),
        (10, 1), (-10, 1), (1, 10), (7, 3), (-7, 3), (1, 1000), (-1, 1000), (100, 1), (-100, 1),
    )
)  # fmt: skip


Constants = Callable[[], tuple[Fraction, ...]]
_NUMERIC = (Kind.REAL, Kind.INTEGER, Kind.INDEX)


def needed(names: Iterable[str], domain: Domain) -> tuple[Declaration, ...] | None:
    """Declarations of the names and of the sizes that they mention, sizes first.

    None when a name has no declaration, stands for no number, or is no usable size.
    """
    found: dict[str, Declaration] = {}
    waiting = sorted(names)
    sizes: set[str] = set()
    while waiting:
        name = waiting.pop()
        declaration = domain.get(name)
        if declaration is None or declaration.kind not in _NUMERIC:
            return None
        if name not in found:
            found[name] = declaration
            mentioned = {one for size in declaration.sizes if (one := size_name(size))}
            sizes |= mentioned
            waiting.extend(mentioned)
    if any(found[size].kind is not Kind.INTEGER or found[size].is_family for size in sizes):
        return None
    return tuple(sorted(found.values(), key=lambda d: (d.name not in sizes, d.name)))


def constants_of(*terms: Term) -> tuple[Fraction, ...]:
    """Exact values of small constants in the terms, such as 2 and 1/3, and their negatives."""
    found: dict[Fraction, None] = {}
    for term in terms:
        for part in walk(term):
            if len(found) >= MAX_CONSTANTS:
                break
            for leaf in part.children or (part,):
                if not isinstance(leaf, Number):
                    break
            else:
                found.update(_constants_in(part))
    return tuple(found)


def _constants_in(part: Term) -> dict[Fraction, None]:
    """The value of a small constant term, and its negative."""
    try:
        value = evaluate(part, Point(), 64)
    except (Undefined, Indeterminate):
        return {}
    if not isinstance(value, fmpq) or int(value.p * value.q).bit_length() >= MAX_CONSTANT_BITS:
        return {}
    exact = Fraction(int(value.p), int(value.q))
    return dict.fromkeys((exact, -exact))


def _exact(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)


@dataclass(frozen=True, slots=True)
class Chooser:
    """Chooses a value for every declaration, in styles that take turns."""

    declarations: tuple[Declaration, ...]
    constants_of: Callable[[], tuple[Fraction, ...]]
    random: random.Random
    known: dict[str, list[Fraction]] = field(default_factory=dict)  # special values by name

    @classmethod
    def of(
        cls, declarations: tuple[Declaration, ...], constants_of: Constants, seed: int
    ) -> Chooser:
        """A chooser that gives the same points for the same arguments."""
        return cls(declarations, constants_of, random.Random(f"points {seed}"))  # noqa: S311

    @property
    def constants(self) -> tuple[Fraction, ...]:
        """Constants of the source; the first points seldom ask for them."""
        return self.constants_of()

    def point(self, number: int) -> Point | None:
        """The point with this number, or None where the domain has none of that shape."""
        scalars: dict[str, Fraction] = {}
        families: dict[str, dict[tuple[int, ...], fmpq]] = {}
        for position, declaration in enumerate(self._scalars()):
            value = self._scalar(declaration, number, position)
            if number % 12 == ALIKE and scalars and declaration.kind is Kind.REAL:
                first = next(iter(scalars.values()))
                value = first if declaration.admits(first) else value
            if value is None or not declaration.admits(value):
                return None
            scalars[declaration.name] = value
        for declaration in self.declarations:
            sizes = [self._size(size, scalars) for size in declaration.sizes]
            if declaration.is_family:
                family = self._family(declaration, sizes, number)
                if family is None:
                    return None
                families[declaration.name] = family
            elif declaration.kind is Kind.INDEX:
                index = self._index(declaration, sizes[0])
                if index is None:
                    return None
                scalars[declaration.name] = index
        return Point(
            {name: _exact(value) for name, value in scalars.items()},
            families,
            frozenset(d.name for d in self.declarations if d.kind in (Kind.INTEGER, Kind.INDEX)),
        )

    def _scalars(self) -> list[Declaration]:
        return [d for d in self.declarations if not d.is_family and d.kind is not Kind.INDEX]

    @staticmethod
    def _size(size: Size, scalars: dict[str, Fraction]) -> int:
        match size:
            case int():
                return size
            case Shifted(name=name, by=by):
                return int(scalars[name]) + by
        return int(scalars[size])

    def _index(self, declaration: Declaration, size: int) -> Fraction | None:
        if size < 1:
            return None
        index = Fraction(self.random.choice((1, size, self.random.randint(1, size))))
        return index if declaration.admits(index) else None

    def _family(
        self, declaration: Declaration, sizes: list[int], number: int
    ) -> dict[tuple[int, ...], fmpq] | None:
        first = declaration.first
        if math.prod(max(size + 1 - first, 0) for size in sizes) > MAX_MEMBERS:
            return None
        family: dict[tuple[int, ...], fmpq] = {}
        value: Fraction | None = None
        for indices in itertools.product(*(range(first, size + 1) for size in sizes)):
            if not family or number % 12 != CONSTANT:
                value = self._any(declaration, number)
            if value is None or not declaration.admits(value):
                return None
            family[indices] = _exact(value)
        return family

    def _scalar(self, declaration: Declaration, number: int, position: int) -> Fraction | None:
        if declaration.kind is Kind.INTEGER and not declaration.values:
            return self._integer(declaration, number, position)
        if len(self.declarations) == 1 and number % 2:  # alone: one special value after another
            special = self._specials(declaration)
            if number // 2 < len(special):
                return special[number // 2]
        return self._any(declaration, number)

    def _integer(self, declaration: Declaration, number: int, position: int) -> Fraction | None:
        """Small ones first; two sizes run through different orders."""
        wanted: tuple[int, ...]
        if any(declaration.name in map(size_name, other.sizes) for other in self.declarations):
            wanted = SIZES
        elif len(self.declarations) == 1 or self.random.random() < 0.5:
            wanted = (*WHOLE, *(int(c) for c in self.constants if c.denominator == 1))
        else:
            return self._any(declaration, number)
        admitted = [n for n in map(Fraction, wanted) if declaration.admits(n)]
        if not admitted:
            return self._any(declaration, number)
        step = number * (2 * position + 1) + (number // len(admitted)) * position
        return admitted[step % len(admitted)]

    def _any(self, declaration: Declaration, number: int) -> Fraction | None:
        """A value of one scalar or member: generic, special, or of any magnitude in turn."""
        if declaration.values:
            return self.random.choice([v for v in declaration.values if declaration.admits(v)])
        style = number % 3
        if style == 1 and self.random.random() < 0.7:
            special = self._specials(declaration)
            if special:
                return self.random.choice(special)
        if number == 0:  # numbers that a reader can follow
            wanted = Fraction(self.random.randint(-9, 9), self.random.randint(2, 5))
        elif style == 2 and number > 3:
            magnitude = Fraction(10) ** self.random.choice(MAGNITUDES)
            wanted = magnitude * self.random.randint(-999, 999) / 100
        else:
            wanted = Fraction(self.random.randint(-60, 60), self.random.randint(7, 23))
        return self._fitted(wanted, declaration)

    def _specials(self, declaration: Declaration) -> list[Fraction]:
        """Ends, constants of the source, their midpoints and neighbours, and small numbers."""
        if declaration.name not in self.known:
            self.known[declaration.name] = self._worked_out(declaration)
        return self.known[declaration.name]

    def _worked_out(self, declaration: Declaration) -> list[Fraction]:
        ends = [end for end in (declaration.interval.low, declaration.interval.high) if end]
        marked = [*ends, *self.constants]
        inner = sorted(set(marked))
        middles = [(a + b) / 2 for a, b in itertools.pairwise(inner)]
        steps = (Fraction(1, 1000), Fraction(-1, 1000), Fraction(1), Fraction(-1))
        near = [value + step for value in marked for step in steps]
        wanted = [*SPECIAL[:3], *marked, *middles, *SPECIAL[3:], *near, *(2 * c for c in marked)]
        distinct = {value.as_integer_ratio(): value for value in wanted}
        if declaration == Declaration(declaration.name):  # a real number, and no more is said
            return list(distinct.values())
        return [value for value in distinct.values() if declaration.admits(value)]

    def _fitted(self, value: Fraction, declaration: Declaration) -> Fraction | None:
        """A value of the declaration, the given one if it is admitted."""
        whole = declaration.kind is Kind.INTEGER
        low, high = declaration.interval.low, declaration.interval.high
        for _ in range(20):
            value = Fraction(round(value)) if whole else value
            if declaration.admits(value):
                return value
            value = self._moved_inside(value, low, high, whole)
        return None

    def _moved_inside(
        self, value: Fraction, low: Fraction | None, high: Fraction | None, whole: bool
    ) -> Fraction:
        part = Fraction(self.random.randint(1, 996), 997)
        if low is not None and high is not None:
            if whole:
                lowest, highest = math.ceil(low), math.floor(high)
                return Fraction(self.random.randint(lowest, max(lowest, highest)))
            return low + (high - low) * part
        distance = abs(value) * part + part
        if low is not None:
            return low + distance
        return distance if high is None else high - distance


def points(
    declarations: tuple[Declaration, ...],
    constants: tuple[Fraction, ...],
    count: int,
    seed: int,
) -> Iterator[Point]:
    """At most ``count`` points of the domain; the same ones for the same arguments."""
    chooser = Chooser.of(declarations, lambda: constants, seed)
    for number in range(count if declarations else 1):
        point = chooser.point(number)
        if point is not None:
            yield point
