"""Points where a claim changes its behaviour: on kinks and borders, and between any two of them.

Terms whose zeros matter are collected: arguments of Abs, sign, Max, both sides of conditions,
what stands below a fraction bar or under a logarithm. Along each variable their zeros cut the
line into pieces; the cuts, and a point of each piece, are worth a look. Nothing here is
certified: ``membership.belongs`` has the last word.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator

from flint import fmpq

from derivation.domain import Declaration
from derivation.kernel.refutation.balls import Point
from derivation.kernel.refutation.forms import is_rational, is_whole
from derivation.kernel.search.knobs import (
    Knob,
    evaluated,
    extremum,
    knobs_of,
    roots,
    turned,
    value_of,
)
from derivation.term import (
    Add,
    Call,
    Div,
    Number,
    Pow,
    Relation,
    Sub,
    Term,
    free_names,
    walk,
)

__all__ = ["critical_points", "deciders", "wandering"]

MAX_DECIDERS = 16
MAX_KNOBS = 6
MAX_STEPS = 40
ONE = Number("1")
STEP = fmpq(1, 1000)
FAR = tuple(
    sign * fmpq(10) ** power for power in (0, 1, 2, 3, 5, 7, 9, 12, -2, -4, -8) for sign in (1, -1)
)

_AT_ZERO = frozenset(
    ("Abs", "sign", "Heaviside", "relu", "log", "ln", "sqrt", "logit", "gamma", "digamma",
     "loggamma", "cot", "csc", "csch", "coth", "acsch", "acoth", "asec", "acsc", "asech",
     "floor", "ceiling")
)  # fmt: skip
_AT_ONE = frozenset(
    ("asin", "acos", "acosh", "atanh", "erfinv", "logit", "asec", "acsc", "asech", "acoth")
)
_AT_MINUS_ONE = frozenset(
    ("asin", "acos", "atanh", "erfinv", "log1p", "factorial", "asec", "acsc", "acoth")
)


def deciders(*terms: Term) -> tuple[Term, ...]:
    """Terms whose zeros matter, each once, at most MAX_DECIDERS of them."""
    found: dict[Term, None] = {}
    for term in terms:
        for node in walk(term):
            found.update(dict.fromkeys(one for one in _of_node(node) if free_names(one)))
            if len(found) >= MAX_DECIDERS:
                return tuple(found)[:MAX_DECIDERS]
    return tuple(found)


def _of_node(node: Term) -> Iterator[Term]:
    match node:
        case Relation(left=left, right=right):
            yield Sub(left, right)
        case Div(right=right):
            yield right
        case Pow(left=left, right=right) if not is_whole(right, ()) or not is_rational(right):
            yield left
        case Call(name="Max" | "Min" | "Delta", arguments=arguments):
            yield from (Sub(one, other) for one, other in itertools.pairwise(arguments))
        case Call(name=name, arguments=(argument, *_)):
            if name in _AT_ZERO:
                yield argument
            if name in _AT_ONE:
                yield Sub(argument, ONE)
            if name in _AT_MINUS_ONE:
                yield Add(argument, ONE)


def critical_points(
    point: Point, zeros_of: tuple[Term, ...], declarations: tuple[Declaration, ...]
) -> Iterator[Point]:
    """Points that differ from the given one in one value: cuts, and one between any two."""
    closed, knobs = _closed(point, zeros_of, declarations)
    for knob in knobs:
        for value in _worth_a_look(_cuts(closed, point, knob)):
            yield turned(point, knob, value)
    for term in closed:
        for knob in knobs:
            yield from _of_other_sign(term, point, knob)
        yield from _towards_extremum(term, point, knobs)


def wandering(
    point: Point,
    zeros_of: tuple[Term, ...],
    declarations: tuple[Declaration, ...],
    chooser: random.Random,
) -> Iterator[Point]:
    """Points that differ in more and more values: in each step one is set to a critical one."""
    closed, knobs = _closed(point, zeros_of, declarations)
    for _ in range(MAX_STEPS if knobs else 0):
        knob = chooser.choice(knobs)
        values = list(_worth_a_look(_cuts(closed, point, knob)))
        if values:
            point = turned(point, knob, chooser.choice(values))
            yield point


def _closed(
    point: Point, zeros_of: tuple[Term, ...], declarations: tuple[Declaration, ...]
) -> tuple[list[Term], list[Knob]]:
    """The terms that have a value at the point, and what they depend on."""
    names = frozenset(point.scalars) | frozenset(point.families)
    closed = [term for term in zeros_of if free_names(term) <= names]
    knobs = [knob for term in closed for knob in knobs_of(term, point, declarations)]
    return closed, list(dict.fromkeys(knob for knob in knobs if not knob.is_ray))[:MAX_KNOBS]


def _cuts(terms: list[Term], point: Point, knob: Knob) -> list[fmpq]:
    return sorted({cut for term in terms for cut in roots(term, point, knob)})


def _towards_extremum(term: Term, point: Point, knobs: list[Knob]) -> Iterator[Point]:
    """One value after another moved to where the term is largest or smallest, twice."""
    for knob in (*knobs, *knobs):
        value = extremum(term, point, knob)
        if value is not None and value != value_of(point, knob.places[0]):
            point = turned(point, knob, value)
            yield point


def _of_other_sign(term: Term, point: Point, knob: Knob) -> Iterator[Point]:
    """The first points, far out or near zero, where the term has a sign that it has not here."""
    here = evaluated(term, point)
    seen = {None if here is None else _sign(here)}
    for value in FAR:
        moved = turned(point, knob, value)
        there = evaluated(term, moved)
        if there is not None and _sign(there) not in seen:
            seen.add(_sign(there))
            yield moved


def _sign(value: fmpq) -> int:
    return int(value > 0) - int(value < 0)


def _worth_a_look(cuts: list[fmpq]) -> Iterator[fmpq]:
    """One value of each piece of the line, then the cuts, then values near them."""
    if not cuts:
        return
    yield from ((low + high) / 2 for low, high in itertools.pairwise(cuts))
    yield cuts[-1] + 1
    yield cuts[0] - 1
    yield from cuts
    for cut in (cuts[0], cuts[-1]):
        yield cut + STEP
        yield cut - STEP
    yield cuts[-1] + 1000
    yield cuts[0] - 1000
