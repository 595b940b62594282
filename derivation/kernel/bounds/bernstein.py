"""The sign of a polynomial on a box: Bernstein coefficients and bisection, in exact rationals.

On [a, b] write x = a + (b - a) t, and p = sum c_k B_k(t) with the Bernstein polynomials
B_k = C(d, k) t^k (1 - t)^(d - k); on [a, oo) write x = a + t, and p = sum c_k t^k (on (-oo, b]:
x = b - t). These basis functions are >= 0 there, so

* all c_k >= 0 gives p >= 0 on the box.

Strictness: strictly inside (0 < t < 1, or t > 0) every basis function is > 0; at t = 0 only that
with k = 0 is, at t = 1 only that with k = d. A point of the box has each of its coordinates
strictly inside or at an end that belongs to the box. So

* p > 0 on the box if, beyond that, for each such choice some coefficient is > 0 among those
  whose basis function is > 0.

A box on which this says nothing is cut in two. In several variables the bases are products.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import islice, product
from math import comb, prod

from derivation.domain import Interval

__all__ = ["holds_on_box", "signs_at_points"]

Coefficients = dict[tuple[int, ...], Fraction]
Box = tuple[Interval, ...]

_MOST_BOXES = 64
_MOST_VARIABLES = 3
_MOST_DEGREE = 12
_MOST_TERMS = 120
_MOST_POINTS = 45


def holds_on_box(
    coefficients: Mapping[tuple[int, ...], Fraction], box: Box, *, strict: bool
) -> bool:
    """Whether p > 0 (``strict``) or p >= 0 certainly holds at every point of the box.

    ``coefficients`` by exponent vector, one interval a variable. False says nothing.
    """
    p = dict(coefficients)
    degrees = tuple(max((e[i] for e in p), default=0) for i in range(len(box)))
    if len(box) > _MOST_VARIABLES or max(degrees, default=0) > _MOST_DEGREE:
        return False
    if len(p) > _MOST_TERMS:
        return False
    waiting = [(box, 0)]
    for _ in range(_MOST_BOXES):
        if not waiting:
            return True
        box, depth = waiting.pop()
        if any(interval.is_empty for interval in box):
            continue
        value = _value(p, tuple(map(_middle, box)))
        if value < 0 or (strict and value == 0):
            return False  # it does not hold there, so cutting further is of no use
        cut_first = any(_is_line(interval) for interval in box)
        if not cut_first and _holds(_in_basis(p, box, degrees), box, degrees, strict=strict):
            continue
        waiting.extend((half, depth + 1) for half in _halves(box, depth))
    return not waiting


def signs_at_points(coefficients: Mapping[tuple[int, ...], Fraction], box: Box) -> set[int]:
    """Signs that p takes at some points of the box; both -1 and 1 are found soon if p has both."""
    p, seen = dict(coefficients), set[int]()
    places = [_places(x) for x in box]
    for point in islice(product(*places), _MOST_POINTS):
        value = _value(p, point)
        seen.add((value > 0) - (value < 0))
        if {-1, 1} <= seen:
            break
    return seen


def _places(x: Interval) -> list[Fraction]:
    """Points of an interval: its ends, or points close to them, and some between."""
    if x.low is not None and x.high is not None:
        tiny = (x.high - x.low) / 64
        ends = [x.low + tiny * x.low_open, x.high - tiny * x.high_open]
        return [*ends, _middle(x)] if tiny else ends[:1]
    if x.low is not None:
        return [x.low + Fraction(1, 64) * x.low_open, x.low + 64, x.low + 1]
    if x.high is not None:
        return [x.high - Fraction(1, 64) * x.high_open, x.high - 64, x.high - 1]
    return [Fraction(-64), Fraction(64), Fraction(0), Fraction(1), Fraction(-1)]


def _is_line(x: Interval) -> bool:
    return x.low is None and x.high is None


def _middle(x: Interval) -> Fraction:
    """A point of the interval."""
    if x.low is None:
        return Fraction(0) if x.high is None else x.high - 1
    return x.low + 1 if x.high is None else (x.low + x.high) / 2


def _value(p: Coefficients, point: tuple[Fraction, ...]) -> Fraction:
    total = Fraction(0)
    for exponents, coefficient in p.items():
        powers = (x**exponent for exponent, x in zip(exponents, point, strict=True))
        total += prod(powers, start=coefficient)
    return total


def _halves(box: Box, depth: int) -> Iterator[Box]:
    """The box cut at a point of one side; the cut belongs to the lower half alone."""
    sides = [i for i, x in enumerate(box) if _is_line(x)] or [
        i for i, x in enumerate(box) if x.low is None or x.low != x.high
    ]
    if not sides:  # one point, and its value is no counterexample
        return
    side = sides[depth % len(sides)]
    x = box[side]
    cut = _cut(x)
    lower = Interval(x.low, cut, x.low_open, high_open=False)
    upper = Interval(cut, x.high, low_open=True, high_open=x.high_open)
    for half in (lower, upper):
        yield (*box[:side], half, *box[side + 1 :])


def _cut(x: Interval) -> Fraction:
    if _is_line(x):
        return Fraction(0)
    if x.high is None and x.low is not None:
        return x.low + 1 + abs(x.low)
    if x.low is None and x.high is not None:
        return x.high - 1 - abs(x.high)
    return _middle(x)


def _in_basis(p: Coefficients, box: Box, degrees: tuple[int, ...]) -> Coefficients:
    for side, x in enumerate(box):
        p = _in_basis_of(p, side, x, degrees[side])
    return p


def _in_basis_of(p: Coefficients, side: int, x: Interval, degree: int) -> Coefficients:
    """The coefficients by the basis of one side; the other sides stay as they are."""
    columns: dict[tuple[int, ...], list[Fraction]] = {}
    for exponents, coefficient in p.items():
        rest = (*exponents[:side], *exponents[side + 1 :])
        columns.setdefault(rest, [Fraction(0)] * (degree + 1))[exponents[side]] = coefficient
    return {
        (*rest[:side], k, *rest[side:]): value
        for rest, column in columns.items()
        for k, value in enumerate(_column_in_basis(column, x))
    }


def _column_in_basis(column: list[Fraction], x: Interval) -> list[Fraction]:
    """One polynomial sum column[j] x^j in the basis of the interval."""
    if x.low is not None:
        start, step = x.low, Fraction(1) if x.high is None else x.high - x.low
    else:
        start, step = x.high if x.high is not None else Fraction(0), Fraction(-1)
    degree = len(column) - 1
    powers = [
        sum((column[j] * comb(j, k) * start ** (j - k) for j in range(k, degree + 1)), Fraction(0))
        * step**k
        for k in range(degree + 1)
    ]  # by powers of t
    if x.low is None or x.high is None:
        return powers
    return [
        sum((powers[j] * Fraction(comb(k, j), comb(degree, j)) for j in range(k + 1)), Fraction(0))
        for k in range(degree + 1)
    ]


def _holds(c: Coefficients, box: Box, degrees: tuple[int, ...], *, strict: bool) -> bool:
    if any(value < 0 for value in c.values()):
        return False
    if not strict:
        return True
    positive = [exponents for exponents, value in c.items() if value > 0]
    faces = product(*(_faces(x, degree) for x, degree in zip(box, degrees, strict=True)))
    return all(
        any(all(k in alive for k, alive in zip(one, face, strict=True)) for one in positive)
        for face in faces
    )


def _faces(x: Interval, degree: int) -> list[range]:
    """For each place a coordinate may have: the basis functions that are > 0 there."""
    if x.low is not None and x.low == x.high:
        return [range(1)]
    faces = [range(degree + 1)]
    if x.low is not None and not x.low_open:
        faces.append(range(1))
    if x.high is not None and not x.high_open:
        # on (-oo, b] the end is t = 0, on [a, b] it is t = 1
        faces.append(range(1) if x.low is None else range(degree, degree + 1))
    return faces
