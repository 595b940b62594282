"""What a term is worth at random points: with mpmath, 30 digits, straight from the term.

Definitions are unfolded by calling them, derivatives are difference quotients of high
precision, arbitrary functions are stood for by concrete ones. Nothing of the kernel, of the
rules or of SymPy takes part, so this can judge all three.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from itertools import product

import mpmath
from mpmath import mpf

from derivation.derivation import Definition, Lemma
from derivation.domain import Declaration, Domain, Kind
from derivation.term import (
    Add,
    Call,
    Constant,
    Derivative,
    Div,
    Indexed,
    Mul,
    Neg,
    Number,
    Pow,
    Relation,
    RelationSign,
    Sub,
    Sum,
    Symbol,
    Term,
    plain,
)  # fmt: skip

DIGITS = 30
TOLERANCE = mpf(10) ** -12  # difference quotients keep at least 20 digits
POINTS = 4


class NoValueError(Exception):
    """The term has no real value at this point."""


Function = Callable[..., mpf]


@dataclass(frozen=True)
class Point:
    """Values for the names of a domain; ``local`` shadows ``values`` inside a definition."""

    values: dict[str, mpf]
    families: dict[str, dict[tuple[int, ...], mpf]]
    functions: dict[str, tuple[tuple[str, ...], Function]]  # name -> (parameters, function)
    definitions: dict[tuple[str, type[Term]], tuple[tuple[str, ...], Term]]
    local: dict[str, mpf] = field(default_factory=dict)

    def inside(self, local: dict[str, mpf]) -> Point:
        """The point as the body of a definition sees it: its arguments, and nothing else local."""
        return replace(self, local=local)

    def moved(self, variable: Term, value: mpf) -> Point:
        """The point with another value of a symbol or of a member of a family."""
        match variable:
            case Symbol(name=name) if name in self.local:
                return replace(self, local={**self.local, name: value})
            case Symbol(name=name):
                return replace(self, values={**self.values, name: value})
            case Indexed(base=base, indices=indices):
                place = tuple(int(evaluate(index, self)) for index in indices)
                members = {**self.families[base], place: value}
                return replace(self, families={**self.families, base: members})
        raise NoValueError(f"a derivative by {variable!r}")


def value_of(term: Term, point: Point) -> mpf | None:
    """The real value of a plain term, or None where it has none."""
    try:
        with mpmath.workdps(DIGITS):
            found = evaluate(term, point)
            return found if mpmath.isfinite(found) else None
    except (NoValueError, ZeroDivisionError, OverflowError):
        return None


def evaluate(term: Term, point: Point) -> mpf:
    """The value of a plain term. Raises NoValueError."""
    match term:
        case Number(value=value):
            return mpf(value.numerator) / value.denominator
        case Constant(name=name):
            return +mpmath.pi if name == "pi" else +mpmath.e
        case Symbol(name=name) if (name, Symbol) in point.definitions:
            _, body = point.definitions[name, Symbol]
            return evaluate(body, point.inside({}))
        case Symbol(name=name):
            found = point.local.get(name, point.values.get(name))
            if found is None:
                raise NoValueError(f"no value for {name}")
            return found
        case Indexed():
            return _member(term, point)
        case Call():
            return _call(term, point)
        case Neg(body=body):
            return -evaluate(body, point)
        case Add(left=left, right=right):
            return evaluate(left, point) + evaluate(right, point)
        case Sub(left=left, right=right):
            return evaluate(left, point) - evaluate(right, point)
        case Mul(left=left, right=right):
            return evaluate(left, point) * evaluate(right, point)
        case Div(left=left, right=right):
            return evaluate(left, point) / evaluate(right, point)
        case Pow(left=left, right=right):
            return _real(evaluate(left, point) ** evaluate(right, point))
        case Sum(body=body, index=index, lower=lower, upper=upper):
            first, last = int(evaluate(lower, point)), int(evaluate(upper, point))
            inner = (replace(point, local={**point.local, index: mpf(i)})
                     for i in range(first, last + 1))  # fmt: skip
            return mpmath.fsum(evaluate(body, one) for one in inner)
        case Derivative(body=body, variable=variable, order=order):
            here = evaluate(variable, point)
            return _real(
                mpmath.diff(lambda t: evaluate(body, point.moved(variable, t)), here, order)
            )
    raise NoValueError(f"no value for {type(term).__name__}")


def _real(value: object) -> mpf:
    if isinstance(value, mpmath.mpc):
        raise NoValueError("not a real number")
    return mpf(value)


def _member(term: Indexed, point: Point) -> mpf:
    indices = tuple(evaluate(index, point) for index in term.indices)
    if (term.base, Indexed) in point.definitions:
        names, body = point.definitions[term.base, Indexed]
        return evaluate(body, point.inside(dict(zip(names, indices, strict=True))))
    place = tuple(int(index) for index in indices)
    members = point.families.get(term.base, {})
    if place not in members:
        raise NoValueError(f"no member {place} of {term.base}")
    return members[place]


def _call(term: Call, point: Point) -> mpf:
    arguments = [evaluate(argument, point) for argument in term.arguments]
    if term.primes:
        (here,) = arguments
        return _real(mpmath.diff(lambda t: _apply(term.name, [t], point), here, term.primes))
    return _apply(term.name, arguments, point)


def _log(x: mpf) -> mpf:
    if x <= 0:
        raise NoValueError("the logarithm of a number that is not positive")
    return mpmath.log(x)


_KNOWN: dict[str, Function] = {
    "log": _log,
    "exp": mpmath.exp,
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "factorial": mpmath.factorial,
    "Delta": lambda i, j: mpf(int(i == j)),
}


def _apply(name: str, arguments: list[mpf], point: Point) -> mpf:
    if (name, Call) in point.definitions:
        names, body = point.definitions[name, Call]
        return evaluate(body, point.inside(dict(zip(names, arguments, strict=True))))
    if name in point.functions:
        parameters, function = point.functions[name]
        return function(*arguments, *_hidden(parameters, point))
    if name not in _KNOWN:
        raise NoValueError(f"no function {name}")
    return _KNOWN[name](*arguments)


def _hidden(parameters: tuple[str, ...], point: Point) -> Iterator[mpf]:
    """What a function depends on without showing it; of a family, all members."""
    for name in parameters:
        if name in point.families:
            members = point.families[name]
            yield from (members[place] for place in sorted(members))
        else:
            yield point.values[name]


def random_point(
    domain: Domain, definitions: tuple[Definition, ...], seed: str, number: int
) -> Point:
    """A point of the domain: sizes 2 and 3 in turn, indices first and last in turn.

    Which comes first differs from size to size and from index to index. A hypothesis that the
    members of a family sum to something is kept to by the first of them.
    """
    source = random.Random(f"{seed} {number}")  # noqa: S311 (points, not secrets)
    sizes = {size for d in domain for size in d.sizes if isinstance(size, str)}
    values: dict[str, mpf] = {}
    for place, size in enumerate(sorted(sizes)):
        values[size] = mpf(3 if _SECOND_OF_SIZES[place % 4][number % 4] else 2)
    indices = [declared.name for declared in domain if declared.kind is Kind.INDEX]
    for declared in domain:
        match declared.kind:
            case Kind.INDEX:
                last = _size(declared.sizes[0], values)
                first = _FIRST_OF_INDICES[indices.index(declared.name) % 4][number % 4]
                values[declared.name] = mpf(1 if first else last)
            case Kind.INTEGER:
                values.setdefault(declared.name, mpf(source.choice((2, 3))))
            case Kind.REAL if not declared.is_family:
                values[declared.name] = _random_value(declared, source)
    families = {
        declared.name: {
            place: _random_value(declared, source)
            for place in _places(declared.first, [_size(size, values) for size in declared.sizes])
        }
        for declared in domain
        if declared.is_family
    }
    functions = {
        d.name: (d.parameters, _stand_in(d, source)) for d in domain if d.kind is Kind.FUNCTION
    }
    known = {
        (one.name, type(plain(one.head.term))): (one.arguments, plain(one.body.term))
        for one in definitions
    }
    point = Point(values, families, functions, known)
    for hypothesis in domain.hypotheses:
        _keep_to(plain(hypothesis), point)
    return point


# Four points: whether the size is 3, for the first size by name, the second ...
_SECOND_OF_SIZES = ((0, 1, 0, 1), (1, 0, 1, 0), (0, 0, 1, 1), (0, 1, 1, 0))
# ... and whether an index is its first value, for the first index that is declared, the second ...
_FIRST_OF_INDICES = ((0, 0, 1, 1), (0, 1, 1, 0), (0, 1, 0, 1), (0, 0, 0, 1))


def _keep_to(hypothesis: Term, point: Point) -> None:
    """Change the member of the first index so that ``sum_q u_q = v``; no other kind is known."""
    match hypothesis:
        case Relation(
            left=Sum(body=Indexed(base=base, indices=indices), index=index) as total,
            sign=RelationSign.EQ,
            right=right,
        ):
            with mpmath.workdps(DIGITS):
                missing = evaluate(right, point) - evaluate(total, point)
                inner = replace(point, local={**point.local, index: mpf(1)})
                place = tuple(int(evaluate(one, inner)) for one in indices)
                point.families[base][place] += missing
        case _:
            raise NotImplementedError(hypothesis)


def _size(size: int | str, values: dict[str, mpf]) -> int:
    return size if isinstance(size, int) else int(values[size])


def _places(first: int, sizes: list[int]) -> Iterator[tuple[int, ...]]:
    return product(*(range(first, size + 1) for size in sizes))


def _into(declared: Declaration, value: mpf) -> mpf:
    """A smooth, increasing map of the real line into the declared interval."""
    low, high = declared.interval.low, declared.interval.high
    if low is not None and high is not None:
        return mpf(float(low)) + mpf(float(high - low)) / (1 + mpmath.exp(-value))
    if low is not None:
        return mpf(float(low)) + mpmath.exp(value)
    if high is not None:
        return mpf(float(high)) - mpmath.exp(-value)
    return mpmath.exp(value) if declared.nonzero else value


def _random_value(declared: Declaration, source: random.Random) -> mpf:
    return _into(declared, mpf(source.choice((-1, 1)) * source.randint(20, 180)) / 97)


def _stand_in(declared: Declaration, source: random.Random) -> Function:
    shift, bend = mpf(source.randint(1, 9)) / 7, mpf(source.randint(2, 9)) / 5

    def function(*arguments: mpf) -> mpf:
        inner = mpmath.fsum(
            (-1) ** place * argument / (place + 1) for place, argument in enumerate(arguments)
        )
        return _into(declared, shift + inner + mpmath.sin(bend * inner) / 2)

    return function


# ---------------------------------------------------------------------------- true or false


class Truth(Enum):
    """Whether a claim is true, judged by its values at some points."""

    TRUE = "equal at all points where both sides have a value"
    FALSE = "different at a point"
    UNDEFINED = "a side has a value at none of the points"


class Lemmas:
    """Points of each lemma's domain, and the values of lines there, worked out once."""

    def __init__(self) -> None:
        self._points: dict[str, tuple[Point, ...]] = {}
        self._values: dict[tuple[str, Term], tuple[mpf | None, ...]] = {}

    def values(self, of: Lemma, term: Term) -> tuple[mpf | None, ...]:
        """The values of a line at the lemma's points."""
        term = plain(term)
        if of.name not in self._points:
            self._points[of.name] = tuple(
                random_point(of.domain, of.definitions, of.name, number) for number in range(POINTS)
            )
        key = (of.name, term)
        if key not in self._values:
            self._values[key] = tuple(value_of(term, one) for one in self._points[of.name])
        return self._values[key]

    def truth(self, of: Lemma, left: Term, right: Term) -> Truth:
        """What the values say of ``left = right``."""
        pairs = [
            (one, other)
            for one, other in zip(self.values(of, left), self.values(of, right), strict=True)
            if one is not None and other is not None
        ]
        if not pairs:
            return Truth.UNDEFINED
        if any(abs(one - other) > TOLERANCE * (1 + abs(one) + abs(other)) for one, other in pairs):
            return Truth.FALSE
        return Truth.TRUE
