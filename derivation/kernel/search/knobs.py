"""Values of a point that may be turned, one at a time or along a ray, and where terms vanish.

All of this is taste: which points are worth a look. Nothing here is certified; every point that
comes out has to pass ``membership.belongs``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from flint import arb, fmpq

from derivation.domain import Declaration, Kind, size_name
from derivation.kernel.refutation.balls import Indeterminate, Point, Undefined, evaluate
from derivation.term import Term, free_names

__all__ = ["Knob", "evaluated", "extremum", "knobs_of", "roots", "turned", "value_of", "zeros"]

MAX_MEMBERS = 12  # of a family that are turned one by one
WORK = 64_000  # a thousand nodes: a longer term is not worth it
MAX_BITS = 400  # of a number that is worth looking at
Place = tuple[str, tuple[int, ...]]  # a scalar has no indices


@dataclass(frozen=True, slots=True)
class Knob:
    """One place, which is set to a value; or several, which are multiplied by it."""

    places: tuple[Place, ...]
    is_ray: bool = False


def knobs_of(term: Term, point: Point, declarations: tuple[Declaration, ...]) -> list[Knob]:
    """What the value of the term may depend on: scalars, members, and rays through them all.

    Sizes and indices are none: families and sums would change their shape with them.
    """
    sizes = {size_name(size) for declaration in declarations for size in declaration.sizes}
    names = free_names(term)
    places: list[Place] = []
    for declaration in declarations:
        name = declaration.name
        if name not in names or name in sizes or declaration.kind is Kind.INDEX:
            continue
        if declaration.is_family:
            places.extend((name, indices) for indices in list(point.families[name])[:MAX_MEMBERS])
        else:
            places.append((name, ()))
    single = [Knob((place,)) for place in places]
    return [*single, Knob(tuple(places), is_ray=True)] if len(places) > 1 else single


def value_of(point: Point, place: Place) -> fmpq:
    """The value at a place."""
    name, indices = place
    return point.families[name][indices] if indices else point.scalars[name]


def turned(point: Point, knob: Knob, value: fmpq) -> Point:
    """The point with the knob at a value."""
    scalars, families = dict(point.scalars), dict(point.families)
    for place in knob.places:
        name, indices = place
        new = value_of(point, place) * value if knob.is_ray else value
        if indices:
            families[name] = {**families[name], indices: new}
        else:
            scalars[name] = new
    return replace(point, scalars=scalars, families=families)


def roots(term: Term, point: Point, knob: Knob) -> list[fmpq]:
    """Where the term would vanish if it were a polynomial of degree 2 in the knob.

    Exactly where it is one with rational roots; otherwise near a zero, with luck.
    """

    def value(setting: fmpq) -> fmpq | None:
        return evaluated(term, turned(point, knob, setting))

    return zeros(value, fmpq(1) if knob.is_ray else value_of(point, knob.places[0]))


def extremum(term: Term, point: Point, knob: Knob) -> fmpq | None:
    """Where the term would be largest or smallest if it were a parabola in the knob."""
    here = value_of(point, knob.places[0])
    found = _parabola(lambda setting: evaluated(term, turned(point, knob, setting)), here)
    if found is None or found[0] == 0:
        return None
    square, slope, _ = found
    return here - slope / (2 * square)


def zeros(value: Callable[[fmpq], fmpq | None], start: fmpq) -> list[fmpq]:
    """The zeros of the parabola through three values near ``start``."""
    found = _parabola(value, start)
    return [] if found is None else [start + step for step in _of_parabola(*found)]


def _parabola(value: Callable[[fmpq], fmpq | None], start: fmpq) -> tuple[fmpq, fmpq, fmpq] | None:
    """a, b, c of the parabola a t^2 + b t + c through the values at start + t, t = -1, 0, 1."""
    here, above, below = value(start), value(start + 1), value(start - 1)
    if here is None or above is None or below is None:
        return None
    return (above + below) / 2 - here, (above - below) / 2, here


def _of_parabola(a: fmpq, b: fmpq, c: fmpq) -> Iterator[fmpq]:
    """Zeros of a t^2 + b t + c."""
    if a == 0:
        if b != 0:
            yield -c / b
        return
    inside = b * b - 4 * a * c
    if inside >= 0:
        half = _square_root(inside)
        for sign in (1, -1):
            yield (-b + sign * half) / (2 * a)


def _square_root(value: fmpq) -> fmpq:
    """The root where it is rational, else a fraction near it."""
    exact = fmpq(value.p.isqrt(), value.q.isqrt())
    if exact * exact == value:
        return exact
    return fmpq((value.p * value.q << 80).isqrt(), value.q << 40)


def evaluated(term: Term, point: Point) -> fmpq | None:
    """The value of the term, or a fraction near it; None where it has none of moderate length."""
    try:
        value = evaluate(term, point, 64, work=WORK)
    except (Undefined, Indeterminate):
        return None
    if isinstance(value, arb):
        if not value.is_zero() and not arb(2) ** -MAX_BITS < abs(value.mid()) < arb(2) ** MAX_BITS:
            return None
        value = value.mid().fmpq()
    return value if value.p.bit_length() + value.q.bit_length() < 2 * MAX_BITS else None
