"""Concrete functions in the place of arbitrary ones, so that a claim about all can fall.

A claim that mentions ``h(x; w, b)`` is about every smooth h of x, w and b. What is certified:
each function put in here is smooth on the whole space of its arguments and hidden parameters,
is built from these alone, and takes values only where its declaration admits them. Put in
before anything is differentiated: the hidden parameters then count in every derivative.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from fractions import Fraction

from derivation.domain import REAL_LINE, Declaration, Domain, Interval, Kind, size_term
from derivation.errors import UnsupportedError
from derivation.kernel.calculus.differentiate import differentiate
from derivation.kernel.names.scopes import put_in
from derivation.term import (
    Add,
    Call,
    Div,
    Indexed,
    Mul,
    Number,
    Pow,
    Ranged,
    Relation,
    Sub,
    Sum,
    Symbol,
    Term,
    free_names,
    fresh_name,
    number,
    substitute,
    transform,
    walk,
)

__all__ = ["Instance", "Stand", "put_functions"]


@dataclass(frozen=True, slots=True)
class Stand:
    """A concrete function: ``body`` over ``places`` (its arguments) and hidden parameters.

    ``head`` and ``shown`` are for people: ``h(x; w, b)`` and the body written with x.
    """

    name: str
    places: tuple[str, ...]
    body: Term
    head: str
    shown: Term


@dataclass(frozen=True, slots=True)
class Instance:
    """Both sides of a claim, and the hypotheses, with concrete functions put in."""

    left: Term
    right: Term
    stands: tuple[Stand, ...]
    hypotheses: tuple[Relation, ...] = ()


def put_functions(
    sides: tuple[Term, Term],
    domain: Domain,
    seed: str,
    hypotheses: tuple[Relation, ...] = (),
) -> Instance | None:
    """The claim with every declared function replaced, and the functions that were put in.

    None when that cannot be done faithfully: a function called with two numbers of arguments,
    primes on one of several arguments, a hidden parameter that is not declared, or one whose
    name is also a bound index.
    """
    if not domain.functions:
        return Instance(*sides, (), hypotheses)
    terms: tuple[Term, ...] = (*sides, *hypotheses)
    chooser = random.Random(f"functions {seed}")  # noqa: S311  (no secrets)
    calls = [part for term in terms for part in walk(term) if isinstance(part, Call)]
    stands: dict[str, Stand] = {}
    taken = _all_names(terms)
    for declaration in domain:
        used = [call for call in calls if call.name == declaration.name]
        if declaration.kind is not Kind.FUNCTION or not used:
            continue
        arity = {len(call.arguments) for call in used}
        if declaration.arguments:
            arity.add(len(declaration.arguments))
        if len(arity) != 1 or (arity != {1} and any(call.primes for call in used)):
            return None
        stand = _stand(declaration, arity.pop(), domain, chooser, taken)
        if stand is None or free_names(stand.body) & _bound_names(terms):
            return None
        stands[declaration.name] = stand
    try:
        left, right, *others = (
            transform(term, lambda node: _replaced(node, stands)) for term in terms
        )
    except UnsupportedError:
        return None
    assumed = tuple(one for one in others if isinstance(one, Relation))
    if len(assumed) != len(hypotheses):
        return None
    return Instance(left, right, tuple(stands.values()), assumed)


def _replaced(node: Term, stands: dict[str, Stand]) -> Term:
    if not isinstance(node, Call) or node.name not in stands:
        return node
    stand = stands[node.name]
    body = stand.body
    for _ in range(node.primes):
        body = differentiate(body, Symbol(stand.places[0]))
    return put_in(body, stand.places, node.arguments, frozenset())


def _all_names(terms: tuple[Term, ...]) -> frozenset[str]:
    return frozenset().union(*(free_names(term) for term in terms)) | _bound_names(terms)


def _bound_names(terms: tuple[Term, ...]) -> frozenset[str]:
    return frozenset(
        part.index for term in terms for part in walk(term) if isinstance(part, Ranged)
    )


def _stand(
    declaration: Declaration,
    arity: int,
    domain: Domain,
    chooser: random.Random,
    taken: frozenset[str],
) -> Stand | None:
    taken |= {d.name for d in domain}
    places = tuple(fresh_name(f"place{n}", taken) for n in range(1, arity + 1))
    features: list[Term] = [Symbol(place) for place in places]
    for parameter in declaration.parameters:
        feature = _feature(domain.get(parameter), taken)
        if feature is None:
            return None
        features.append(feature)
    is_free = (
        not declaration.values and declaration.interval == REAL_LINE and not declaration.nonzero
    )
    inner = _smooth(features, chooser) if is_free else _tame(features, chooser)
    body = _into_range(inner, declaration, chooser)
    if body is None:
        return None
    letters = declaration.arguments or tuple("xyzuv"[:arity] if arity <= 5 else places)
    head = f"{declaration.name}({', '.join(letters)}"
    head += "".join(
        ("; " if position == 0 else ", ") + parameter
        for position, parameter in enumerate(declaration.parameters)
    )
    shown = substitute(body, {p: Symbol(name) for p, name in zip(places, letters, strict=True)})
    return Stand(declaration.name, places, body, f"{head})", shown)


def _feature(parameter: Declaration | None, taken: frozenset[str]) -> Term | None:
    """A hidden parameter itself; for a family, a sum over its members with different weights."""
    if parameter is None or parameter.kind is Kind.FUNCTION:
        return None
    if not parameter.is_family:
        return Symbol(parameter.name)
    names = [fresh_name(f"k{n}", taken) for n in range(1, len(parameter.sizes) + 1)]
    feature: Term = Indexed(parameter.name, tuple(Symbol(name) for name in names))
    for name, size in zip(names, parameter.sizes, strict=True):
        feature = Sum(Mul(Symbol(name), feature), name, Number("1"), size_term(size))
    return feature


def _coefficient(chooser: random.Random) -> Term:
    top = chooser.choice((-3, -2, -1, 1, 2, 3, 5))
    return number(Fraction(top, chooser.randint(1, 4)))


def _linear(features: list[Term], chooser: random.Random) -> Term:
    result = _coefficient(chooser)
    for feature in features:
        result = Add(result, Mul(_coefficient(chooser), feature))
    return result


def _smooth(features: list[Term], chooser: random.Random) -> Term:
    """A polynomial of degree at most 3, sometimes plus exp or sin of a linear form."""
    result = _linear(features, chooser)
    first, second = chooser.choice(features), chooser.choice(features)
    result = Add(result, Mul(_coefficient(chooser), Mul(first, second)))
    if chooser.random() < 0.5:
        cube = Mul(Pow(chooser.choice(features), Number("2")), chooser.choice(features))
        result = Add(result, Mul(_coefficient(chooser), cube))
    if chooser.random() < 0.3:
        name = chooser.choice(("exp", "sin"))
        result = Add(result, Call(name, (_linear(features, chooser),)))
    return result


def _tame(features: list[Term], chooser: random.Random) -> Term:
    """Grows slowly, so that exp and sigmoid of it are neither huge nor flat."""
    product = Mul(chooser.choice(features), chooser.choice(features))
    wave = Mul(_coefficient(chooser), Call("sin", (product,)))
    return Add(Div(_linear(features, chooser), Number("2")), wave)


def _into_range(body: Term, declaration: Declaration, chooser: random.Random) -> Term | None:
    """A smooth function with values that the declaration admits, made from any smooth one.

    sigmoid has its values in (0, 1) and exp in (0, inf), both open, so an open or closed
    interval is respected; where 0 is excluded, one side of it is taken.
    """
    if declaration.values:
        return number(chooser.choice([v for v in declaration.values if declaration.admits(v)]))
    interval = declaration.interval
    zero = Fraction(0)
    if declaration.nonzero and zero in interval:
        half = chooser.choice((Interval(low=zero), Interval(high=zero)))
        if interval.intersect(half).is_empty:  # zero is an end of the interval
            half = Interval(None, zero) if half.high is None else Interval(zero, None)
        interval = interval.intersect(half)
        interval = replace(interval, low_open=True, high_open=True)
    match interval.low, interval.high:
        case None, None:
            return body
        case Fraction() as low, None:
            return Add(number(low), Call("exp", (body,)))
        case None, Fraction() as high:
            return Sub(number(high), Call("exp", (body,)))
        case Fraction() as low, Fraction() as high if low < high:
            return Add(number(low), Mul(number(high - low), Call("sigmoid", (body,))))
        case Fraction() as low, _ if declaration.admits(low):
            return number(low)
    return None
