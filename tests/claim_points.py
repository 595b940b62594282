"""Points of a claim's domain, and what the values there say of the claim and of an answer to it."""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from fractions import Fraction
from itertools import pairwise, product

import mpmath
from claim_values import (
    Irrational,
    NoValueError,
    Point,
    UnknownError,
    holds,
    minus,
    parsed,
    real,
    value_at,
)
from mpmath import mpf

DIGITS = 50
MORE_DIGITS = (110, 800)  # what is not equal must stay so at these precisions
EQUAL_INTEGRALS = mpf(10) ** -12
SPECIAL = tuple(Fraction(text) for text in ("0", "1", "-1", "2", "1/2", "-2", "1/3"))
IRRATIONAL = tuple(
    Irrational(text)
    for text in (
        "pi/2",
        "pi",
        "-pi/2",
        "pi/4",
        "3*pi/4",
        "sqrt(2)",
        "-sqrt(2)",
        "sqrt(3)",
        "log(2)",
    )
)


@dataclass(frozen=True)
class Named:
    """One name of `vars`."""

    name: str
    low: Fraction | None = None
    high: Fraction | None = None
    open_ends: bool = True
    nonzero: bool = False
    values: tuple[Fraction, ...] = ()
    integer: bool = False
    index: bool = False
    function: bool = False
    sizes: tuple[str, ...] = ()

    def admits(self, value: Fraction) -> bool:
        if self.values and value not in self.values:
            return False
        if self.integer and value.denominator != 1:
            return False
        closed = not self.open_ends
        above = self.low is None or value > self.low or (closed and value == self.low)
        below = self.high is None or value < self.high or (closed and value == self.high)
        return above and below and not (self.nonzero and value == 0)


def declared(name: str, text: str) -> Named:
    text = text.strip()
    if text == "function":
        return Named(name, function=True)
    if match := re.fullmatch(r"(idx|index)(>0)?((?:\s+[\w+-]+)+)", text):
        sizes = tuple(match[3].split())
        low = Fraction(0) if match[2] else None
        return Named(name, low=low, index=match[1] == "index", sizes=sizes)
    integer = text.startswith("int")
    text = text.removeprefix("int").strip()
    if text in ("", "real"):
        return Named(name, integer=integer)
    if text == "!=0":
        return Named(name, nonzero=True, integer=integer)
    if match := re.fullmatch(r"(<=|>=|<|>)\s*([-\d./]+)", text):
        bound, is_open = Fraction(match[2]), len(match[1]) == 1
        if match[1][0] == ">":
            return Named(name, low=bound, open_ends=is_open, integer=integer)
        return Named(name, high=bound, open_ends=is_open, integer=integer)
    if match := re.fullmatch(r"([(\[])\s*([-\d./]+)\s*,\s*([-\d./]+)\s*[)\]]", text):
        return Named(name, Fraction(match[2]), Fraction(match[3]), match[1] == "(", integer=integer)
    if match := re.fullmatch(r"\{(.*)\}", text):
        return Named(name, values=tuple(Fraction(one) for one in match[1].split(",")))
    raise ValueError(f"{name}: {text}")


# ------------------------------------------------------------------ points


def points(claim: Mapping, count: int, seed: str = "") -> Iterator[Point]:
    """Up to ``count`` points of the domain at which the hypotheses hold."""
    chooser = random.Random(f"{seed} {claim.get('id')}")  # noqa: S311  (points, not secrets)
    names = [declared(name, text) for name, text in claim["vars"].items()]
    special = (*SPECIAL, *_borders(claim["lhs"], claim["rhs"]))
    found = 0
    for attempt in range(count * 40):
        point = Draw(special, chooser, attempt).point(names)
        point = point and _fitted(point, claim.get("given", ()), names, chooser)
        if point is not None:
            yield point
            found += 1
        if found == count:
            return


def _borders(*sides: str) -> Iterator[Fraction]:
    """The numbers written in the sides, and what lies between two of them."""
    parts = (part.value for side in sides for part in ast.walk(parsed(side))
             if isinstance(part, ast.Constant))  # fmt: skip
    numbers = sorted({Fraction(str(one)) for one in parts if type(one) in (int, float)})
    if any(number.denominator > 1 for number in numbers):
        yield from numbers
        yield from ((a + b) / 2 for a, b in pairwise(numbers))


@dataclass
class Draw:
    """Draws the values of one point; every third point is made of special values in turn."""

    special: tuple[Fraction, ...]
    chooser: random.Random
    attempt: int
    drawn: int = 0

    def point(self, names: list[Named]) -> Point | None:
        values, families, functions = {}, {}, {}
        whole = frozenset(one.name for one in names if one.integer or one.index)
        used = " ".join(size for one in names for size in one.sizes)
        for one in sorted(names, key=lambda n: bool(n.sizes)):
            if one.function:
                functions[one.name] = _stand_in(self.chooser)
            elif not one.sizes:
                small = re.search(rf"\b{one.name}\b", used) is not None
                values[one.name] = self.value(one, small=small)
            else:
                sizes = [size(text, values) for text in one.sizes]
                if one.index:
                    if sizes[0] < 1:
                        return None
                    values[one.name] = Fraction(self.chooser.randint(1, sizes[0]))
                else:
                    places = product(*(range(1, size + 1) for size in sizes))
                    families[one.name] = {place: self.real(one) for place in places}
        return Point(values, families, functions, whole)

    def value(self, one: Named, *, small: bool):
        if one.values:
            return self.chooser.choice(one.values)
        if one.integer:
            return self.integer(one, small=small)
        if one.low is None and one.high is None and self.chooser.random() < 0.1:
            return self.chooser.choice(IRRATIONAL)
        return self.real(one)

    def integer(self, one: Named, *, small: bool) -> Fraction:
        low = one.low if one.low is not None else -4 if one.high is None else one.high - 6
        low = int(low) + int(one.open_ends and low == one.low)
        high = low + (3 if small else 7) if one.high is None else int(one.high)
        choice = Fraction(self.chooser.randint(low, max(low, high)))
        return choice if one.admits(choice) else Fraction(low)

    def real(self, one: Named) -> Fraction:
        self.drawn += 1
        if self.attempt % 3 == 0:
            turn = self.special[(self.attempt // 3 * self.drawn) % len(self.special)]
            if one.admits(turn):
                return turn
        while True:
            found = self.random(one)
            if one.admits(found):
                return found

    def random(self, one: Named) -> Fraction:
        chooser = self.chooser
        if chooser.random() < 0.2:
            return chooser.choice(
                (*self.special, *(e for e in (one.low, one.high) if e is not None))
            )
        if one.low is not None and one.high is not None:
            return one.low + (one.high - one.low) * Fraction(chooser.randint(0, 97), 97)
        scale = Fraction(1, (1, 1, 3, 10)[self.attempt % 4])
        step = Fraction(chooser.randint(-60, 60), chooser.randint(7, 23)) * scale
        if one.low is not None:
            return one.low + abs(step)
        return step if one.high is None else one.high - abs(step)


def size(text: str, values: Mapping) -> int:
    """The number that a size such as `m+1` stands for."""
    match = re.fullmatch(r"(\w+?)([+-]\d+)?", text)
    assert match
    base = int(match[1]) if match[1].isdigit() else int(values[match[1]])
    return base + int(match[2] or 0)


def _stand_in(chooser: random.Random):
    """A smooth function of any number of arguments, sometimes positive everywhere."""
    a, b, c = (mpf(chooser.randint(2, 9)) / 7 for _ in range(3))
    positive = chooser.random() < 0.5

    def function(*arguments):
        inner = mpmath.fsum((-1) ** n * x * (1 + n * b) for n, x in enumerate(arguments))
        found = a * mpmath.sin(b * inner) + c * inner**2 / 5
        return mpmath.exp(found / 3) if positive else found - c / 2

    return function


def _fitted(
    point: Point, given: list[str], names: list[Named], chooser: random.Random
) -> Point | None:
    """The point, changed so that the hypotheses hold; None if that fails."""
    try:
        for text in given:
            test = parsed(text.replace(" = ", " == "))
            if not isinstance(test, ast.Compare) or not isinstance(test.ops[0], ast.Eq):
                continue
            gap = ast.BinOp(test.left, ast.Sub(), test.comparators[0])
            point = _solved(ast.unparse(gap), point, names, chooser)
            if point is None:
                return None
        fits = all(holds(parsed(text.replace(" = ", " == ")), point) for text in given)
    except (NoValueError, UnknownError):
        return None
    return point if fits else None


def _solved(gap: str, point: Point, names: list[Named], chooser: random.Random) -> Point | None:
    """A point with gap = 0, by moving one value in which gap is affine, or two on a circle."""
    used = {part.id for part in ast.walk(parsed(gap)) if isinstance(part, ast.Name)}
    movable = [one for one in names if one.name in used and not one.function]
    for one in movable:
        for place in reversed(list(point.families.get(one.name, {None: 0}))):
            found = _root(gap, point, one, place)
            if found is not None and _fits(one, found, point):
                return _put(point, one.name, place, found)
    pair = [one for one in movable if one.name in point.names and not one.integer | one.index]
    if len(pair) != 2:
        return None
    turns = [Fraction(text) for text in ("0", "1", "-1", "3/5", "-4/5", "4/5", "5/13", "12/13")]
    chooser.shuffle(turns)
    for first, second in product(turns, turns):
        moved = _put(_put(point, pair[0].name, None, first), pair[1].name, None, second)
        if pair[0].admits(first) and pair[1].admits(second) and value_at(gap, moved) == 0:
            return moved
    return None


def _fits(one: Named, value: Fraction, point: Point) -> bool:
    if one.index:
        return value.denominator == 1 and 1 <= value <= size(one.sizes[0], point.names)
    return one.admits(value)


def _put(point: Point, name: str, place, value: Fraction) -> Point:
    if place is None:
        return replace(point, names={**point.names, name: value})
    members = {**point.families[name], place: value}
    return replace(point, families={**point.families, name: members})


def _root(gap: str, point: Point, one: Named, place) -> Fraction | None:
    at = [value_at(gap, _put(point, one.name, place, Fraction(n))) for n in (0, 1, 2)]
    if not all(isinstance(value, Fraction) for value in at):
        return None
    slope = at[1] - at[0]
    if slope == 0 or at[2] - at[1] != slope:
        return None
    return -at[0] / slope


# ------------------------------------------------------------------ sides


class Outcome(Enum):
    """What the two sides do at a point."""

    EQUAL = "equal"
    DIFFERENT = "different"
    UNDEFINED = "a side has no value"
    UNKNOWN = "cannot tell"


def compare(lhs: str, rhs: str, point: Point) -> Outcome:
    """The two sides at a point; whatever is not EQUAL is asked again with more digits."""
    found = at_first_sight(lhs, rhs, point)
    return found if found is Outcome.EQUAL else confirmed(found, lhs, rhs, point)


def at_first_sight(lhs: str, rhs: str, point: Point) -> Outcome:
    """The two sides at a point, by 50 digits alone."""
    return _compare(lhs, rhs, point, DIGITS)


def confirmed(found: Outcome, lhs: str, rhs: str, point: Point) -> Outcome:
    """What was found at a point, if more digits say so, too."""
    if "Integral" in lhs + rhs:
        return found if _settled(lhs, rhs, point) else Outcome.UNKNOWN
    more = (_compare(lhs, rhs, point, digits) for digits in MORE_DIGITS)
    if not all(again is found for again in more) or (
        found is Outcome.DIFFERENT and _shrinks(lhs, rhs, point)
    ):
        return Outcome.UNKNOWN
    return found


def _shrinks(lhs: str, rhs: str, point: Point) -> bool:
    """Whether the gap is rounding alone: log(tan(atan(1))) beside 0, smaller with more digits."""
    gaps = []
    for digits in (DIGITS, MORE_DIGITS[0]):
        with mpmath.workdps(digits):
            try:
                gaps.append(abs(real(minus(value_at(lhs, point), value_at(rhs, point)))))
            except (NoValueError, UnknownError):
                return False
    return bool(gaps[1] <= gaps[0] * mpf(10) ** (-(MORE_DIGITS[0] - DIGITS) // 2))


def _settled(lhs: str, rhs: str, point: Point) -> bool:
    """Whether quadrature of two precisions, and so with other nodes, finds the same gap."""
    gaps = []
    for digits in (25, 40):
        with mpmath.workdps(digits):
            try:
                gaps.append(real(minus(value_at(lhs, point), value_at(rhs, point))))
            except NoValueError:
                gaps.append(None)
            except UnknownError:
                return False
    if None in gaps:
        return gaps == [None, None] and "Derivative" not in lhs + rhs  # which is too hard
    return abs(gaps[0] - gaps[1]) <= mpf(10) ** -8 * (1 + abs(gaps[0]))


def _compare(lhs: str, rhs: str, point: Point, digits: int) -> Outcome:
    hard = "Integral" in lhs + rhs
    with mpmath.workdps(25 if hard else digits):
        try:
            left, right = value_at(lhs, point), value_at(rhs, point)
            gap = minus(left, right)
        except NoValueError:
            return Outcome.UNDEFINED
        except UnknownError:
            return Outcome.UNKNOWN
        left, right, gap = real(left), real(right), real(gap)
        tolerance = EQUAL_INTEGRALS if hard else mpf(10) ** (-3 * digits // 5)
        if "Derivative" in lhs + rhs or "Prime" in lhs + rhs:
            tolerance = max(tolerance, mpf(10) ** (-digits // 4))
            hard = True  # and near a zero only about 0
        same = abs(gap) <= tolerance * max(abs(left), abs(right), int(hard))
        return Outcome.EQUAL if same or gap == 0 else Outcome.DIFFERENT
