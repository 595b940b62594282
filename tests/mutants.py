"""Mutated twins of a rewrite, and an evaluator that says which of them are false.

A mutant is the rewrite with one thing changed: a sign, a factor, an exponent, a term left out,
a sum's limits, a symbol, an index, a derivative, or the name of the rule. A changed line may
still be true (``0 x`` for ``0``), so each one is evaluated: with mpmath, 30 digits, straight
from the term and at random points of the lemma's domain. Definitions are unfolded by calling
them, derivatives are difference quotients of high precision, arbitrary functions are stood for
by concrete ones. Nothing of the kernel, of the rules or of SymPy takes part.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import mpmath
from mpmath import mpf

from derivation.derivation import Definition, Lemma, Line, Reason, Rewrite
from derivation.domain import Declaration, Domain, Kind
from derivation.notation import to_latex
from derivation.rules import ALL_RULES, Rule, definition, fold, lemma
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
    Sub,
    Sum,
    Symbol,
    Term,
    free_names,
    plain,
    walk,
)

DIGITS = 30
TOLERANCE = mpf(10) ** -12  # difference quotients keep at least 20 digits
POINTS = 4


# ---------------------------------------------------------------------------- evaluating


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
    "Delta": lambda i, j: mpf(int(i == j)),
}


def _apply(name: str, arguments: list[mpf], point: Point) -> mpf:
    if (name, Call) in point.definitions:
        names, body = point.definitions[name, Call]
        return evaluate(body, point.inside(dict(zip(names, arguments, strict=True))))
    if name in point.functions:
        parameters, function = point.functions[name]
        return function(*arguments, *(point.values[parameter] for parameter in parameters))
    if name not in _KNOWN:
        raise NoValueError(f"no function {name}")
    return _KNOWN[name](*arguments)


def random_point(
    domain: Domain, definitions: tuple[Definition, ...], seed: str, number: int
) -> Point:
    """A point of the domain: sizes 2 and 3 in turn, indices first and last in turn."""
    source = random.Random(f"{seed} {number}")
    sizes = {size for d in domain for size in d.sizes if isinstance(size, str)}
    values: dict[str, mpf] = {}
    for place, size in enumerate(sorted(sizes)):
        values[size] = mpf(2 + (number + place) % 2)
    for declared in domain:
        match declared.kind:
            case Kind.INDEX:
                last = _size(declared.sizes[0], values)
                values[declared.name] = mpf(last if number < POINTS / 2 else 1)
            case Kind.INTEGER:
                values.setdefault(declared.name, mpf(source.choice((2, 3))))
            case Kind.REAL if not declared.is_family:
                values[declared.name] = _random_value(declared, source)
    families = {
        declared.name: {
            place: _random_value(declared, source)
            for place in _places([_size(size, values) for size in declared.sizes])
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
    return Point(values, families, functions, known)


def _size(size: int | str, values: dict[str, mpf]) -> int:
    return size if isinstance(size, int) else int(values[size])


def _places(sizes: list[int]) -> Iterator[tuple[int, ...]]:
    if not sizes:
        yield ()
        return
    for first in range(1, sizes[0] + 1):
        for rest in _places(sizes[1:]):
            yield (first, *rest)


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
                random_point(of.domain, of.definitions, of.name, number)
                for number in range(POINTS)
            )
        key = (of.name, term)
        if key not in self._values:
            self._values[key] = tuple(value_of(term, one) for one in self._points[of.name])
        return self._values[key]

    def differ(self, of: Lemma, left: Term, right: Term) -> bool:
        """Whether ``left = right`` is false: it differs at a point, or has a value at none."""
        pairs = [
            (one, other)
            for one, other in zip(self.values(of, left), self.values(of, right), strict=True)
            if one is not None and other is not None
        ]
        return not pairs or any(
            abs(one - other) > TOLERANCE * (1 + abs(one) + abs(other)) for one, other in pairs
        )


# ---------------------------------------------------------------------------- mutating lines


@dataclass(frozen=True)
class Mutant:
    """A rewrite with one thing changed."""

    kind: str
    rewrite: Rewrite

    @property
    def line(self) -> Line:
        """The line that it claims."""
        return self.rewrite.line

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The reasons that it names."""
        return self.rewrite.reasons

    def __str__(self) -> str:
        return f"{self.kind}: {self.line.latex}, by {self.rewrite.rule}"


WRONG_RULE = "wrong rule"


def mutants_of(
    rewrite: Rewrite, before: Line, of: Lemma, earlier: tuple[str, ...], lemmas: Lemmas
) -> tuple[list[Mutant], list[Mutant]]:
    """The false mutants of a rewrite, and those that turned out to be true.

    ``earlier`` are the names of the lemmas that come before. At most two lines of each kind are
    kept, the first and the last place where the kind can be had.
    """
    false: list[Mutant] = []
    true: list[Mutant] = []
    original = plain(rewrite.line.term)
    by_kind: dict[str, list[Term]] = {}
    for kind, term in _mutations(original, of, frozenset()):
        if term != original and term not in by_kind.setdefault(kind, []):
            by_kind[kind].append(term)
    for kind, terms in by_kind.items():
        kept = 0
        for term in (*terms[:1], *terms[:0:-1]):
            mutant = Mutant(kind, replace(rewrite, line=_line(term, rewrite.line)))
            if not lemmas.differ(of, before.term, term):
                true.append(mutant)
            elif kept < 2:
                false.append(mutant)
                kept += 1
    for reasons in _wrong_reasons(rewrite, before, of, earlier):
        false.append(Mutant(WRONG_RULE, replace(rewrite, reasons=reasons)))
    return false, true


def _line(term: Term, like: Line) -> Line:
    return Line(to_latex(term), term, like.domain)


def _mutations(term: Term, of: Lemma, bound: frozenset[str]) -> Iterator[tuple[str, Term]]:
    """(kind, term with one node changed), the changes of the whole first."""
    yield from _changes(term, of, bound)
    if isinstance(term, Indexed):
        return  # its indices are changed as a whole, by _changes
    inner = bound | {term.index} if isinstance(term, Sum) else bound
    for place, child in enumerate(term.children):
        if isinstance(term, Derivative | Sum) and place:
            continue  # the variable, or the limits, are changed as a whole, by _changes
        for kind, changed in _mutations(child, of, inner):
            children = list(term.children)
            children[place] = changed
            yield kind, term.with_children(tuple(children))


def _changes(term: Term, of: Lemma, bound: frozenset[str]) -> Iterator[tuple[str, Term]]:
    """The changes of one node."""
    one = Number("1")
    match term:
        case Add(left=left, right=right):
            yield "sign", Sub(left, right)
            yield "dropped term", left
            yield "dropped term", right
        case Sub(left=left, right=right):
            yield "sign", Add(left, right)
            yield "dropped term", left
            yield "swapped terms", Sub(right, left)
        case Neg(body=body):
            yield "sign", body
        case Mul(left=left, right=right):
            yield "dropped factor", left
            yield "dropped factor", right
            yield "sign", Neg(term)
        case Div(left=left, right=right):
            yield "quotient", Div(right, left)
            yield "dropped factor", left
            yield "sign", Neg(term)
        case Pow(left=left, right=right):
            yield "exponent", Pow(left, Add(right, one))
            yield "exponent", Pow(left, Neg(right))
            yield "exponent", left
        case Number(value=value):
            yield "number", Number(str(value + 1))
            yield "dropped term", Number("0")
            yield "sign", Neg(term)
        case Symbol(name=name):
            for other in _alike(name, of, bound):
                yield "swapped symbol", Symbol(other)
            yield "factor", Mul(Number("2"), term)
        case Indexed(base=base, indices=indices):
            for place, index in enumerate(indices):
                for other in _other_indices(base, place, index, of, bound):
                    changed = (*indices[:place], other, *indices[place + 1 :])
                    yield "changed index", Indexed(base, changed)
            yield "factor", Mul(Number("2"), term)
        case Call(name=name, arguments=arguments, primes=primes):
            if primes:
                yield "dropped derivative", Call(name, arguments, primes - 1)
            elif len(arguments) == 1:
                yield "dropped function", arguments[0]
                yield "added derivative", Call(name, arguments, 1)
        case Sum(body=body, index=index, lower=lower, upper=upper):
            yield "shifted range", Sum(body, index, Add(lower, one), upper)
            yield "shifted range", Sum(body, index, lower, Sub(upper, one))
            yield "wider range", Sum(body, index, Number("0"), upper)
            for other in _sizes_like(upper, of):
                yield "other range", Sum(body, index, lower, Symbol(other))
            yield "dropped sum", body
        case Derivative(body=body, variable=variable, order=order):
            yield "dropped derivative", body
            yield "order", Derivative(body, variable, order + 1)
            for other in _other_variables(variable, of, bound):
                yield "variable", Derivative(body, other, order)
    if not isinstance(term, Number | Symbol | Indexed | Mul | Neg):
        yield "factor", Mul(Number("2"), term)


def _alike(name: str, of: Lemma, bound: frozenset[str]) -> Iterator[str]:
    """Other names in scope that may stand where this one stands."""
    declared = of.domain.get(name)
    for other in of.domain:
        if declared and other.name != name and not (declared.is_family or other.is_family):
            if other.kind is declared.kind and other.name not in bound:
                yield other.name


def _sizes_like(upper: Term, of: Lemma) -> Iterator[str]:
    sizes = {size for declared in of.domain for size in declared.sizes if isinstance(size, str)}
    yield from sorted(size for size in sizes if Symbol(size) != upper)


def _other_indices(
    base: str, place: int, index: Term, of: Lemma, bound: frozenset[str]
) -> Iterator[Term]:
    """Another index over the same range, the neighbour, and the first member."""
    declared = of.domain.get(base)
    size = declared.sizes[place] if declared and declared.sizes else "m"
    for other in of.domain:
        if other.kind is Kind.INDEX and other.sizes == (size,) and Symbol(other.name) != index:
            yield Symbol(other.name)
    yield Number("1")


def _other_variables(variable: Term, of: Lemma, bound: frozenset[str]) -> Iterator[Term]:
    match variable:
        case Symbol(name=name):
            for other in _alike(name, of, bound):
                yield Symbol(other)
        case Indexed(base=base):
            for index in _other_indices(base, 0, variable.indices[0], of, bound):
                if isinstance(index, Symbol | Number):
                    yield Indexed(base, (index,))
            for other in of.domain:
                if other.kind is Kind.REAL and not other.is_family:
                    yield Symbol(other.name)


# ---------------------------------------------------------------------------- wrong reasons

_ABOUT_FUNCTIONS = {
    "derivative of sin": "sin",
    "derivative of cos": "cos",
    "derivative of tanh": "tanh",
    "derivative of sqrt": "sqrt",
    "derivative of log": "log",
    "log of a product": "log",
    "log of a quotient": "log",
    "log of a power": "log",
    "log of an exponential": "log",
}
_ABOUT_DERIVATIVES = (
    "chain rule", "quotient rule", "product rule", "power rule", "linearity",
    "derivative of exp", "derivative of log", "derivative of a constant",
)  # fmt: skip
_ABOUT_SUMS = ("sum rule", "Kronecker delta", "swap sums", "sum of a constant", "split sum")


def _wrong_reasons(
    rewrite: Rewrite, before: Line, of: Lemma, earlier: tuple[str, ...]
) -> Iterator[tuple[Reason, ...]]:
    """Reasons that cannot give the line, because what they are about is in neither line.

    The last one is the right reasons with a wrong one among them, which no line may carry.
    """
    lines = (plain(before.term), plain(rewrite.line.term))
    foreign = list(_foreign(lines, of, earlier))
    named = {reason.name for reason in rewrite.reasons}
    kept = [rule for rule in foreign if rule.name not in named]
    spread = [kept[0], kept[len(kept) // 2], kept[-1]] if len(kept) > 2 else kept
    for rule in spread:
        yield (rule,)
    yield (*rewrite.reasons, spread[0])


def _foreign(lines: tuple[Term, Term], of: Lemma, earlier: tuple[str, ...]) -> Iterator[Rule]:
    nodes = [node for line in lines for node in walk(line)]
    called = {node.name for node in nodes if isinstance(node, Call)}
    differentiated = any(
        isinstance(node, Derivative) or (isinstance(node, Call) and node.primes) for node in nodes
    )
    names = called | {node.base for node in nodes if isinstance(node, Indexed)}
    names |= set().union(*(free_names(line) for line in lines))
    rules = {rule.name: rule for rule in ALL_RULES}
    for rule, function in _ABOUT_FUNCTIONS.items():
        if function not in called:
            yield rules[rule]
    for one in of.definitions:
        if one.name not in names:
            yield definition(one.name)
            yield fold(one.name)
    if not differentiated:
        for rule in _ABOUT_DERIVATIVES:
            yield rules[rule]
        for name in earlier:
            if name in ("log", "chain", "sigmoid slope", "mean, in w"):  # slopes of something
                yield lemma(name)
    if not any(isinstance(node, Sum) for node in nodes):
        for rule in _ABOUT_SUMS:
            yield rules[rule]
