"""Sums of symbolic length, as generators. An empty sum is 0.

The rules, each with its proof (m is the upper limit, bodies are finite at each index in range):

S1  sum from a to b of f(i) = sum from 1 to b-a+1 of f(i+a-1): reindexing a finite set.
S2  constant limits: the sum is written out (none of the terms when b < a).
S3  sum of (c f + d g) = c sum f + d sum g for c, d free of the index: finite sums are linear.
S4  sum from 1 to m of c = c m, only where m >= 0 is known: an empty sum is 0, not c m.
S5  sum over k from 1 to m of Delta(k, j) f(k) = f(j), only where j is declared 1..m, or is the
    bound index of another sum over 1..m: exactly one term is left.
S6  the name of a bound index does not matter: it is numbered by how deep sums nest below it.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from derivation.domain import Interval, size_name, size_term
from derivation.domain import Kind as DeclaredKind
from derivation.errors import UnsupportedError
from derivation.kernel.bounds import intervals
from derivation.kernel.normal_form.quotient import (
    Quotient,
    constant,
    factors,
    generator,
    generators_of,
    is_generator,
    monomials,
    polynomial,
)
from derivation.kernel.normal_form.tower import Generator, Kind, Tower
from derivation.term import Add, Number, Sub, Sum, Symbol, Term, number, substitute

if TYPE_CHECKING:
    from derivation.kernel.normal_form.convert import NormalForm
    from derivation.kernel.normal_form.quotient import Polynomial

__all__ = ["convert_sum", "merged"]

_MOST_WRITTEN_OUT = 40


def convert_sum(form: NormalForm, term: Sum) -> Quotient:
    """The normal form of a sum. Raises UnsupportedError for limits that are not whole."""
    in_scope = frozenset(form.bound)
    if not (
        form.context.is_whole(term.lower, in_scope) and form.context.is_whole(term.upper, in_scope)
    ):
        raise UnsupportedError("the limits of a sum must be whole numbers")
    lower, upper = form.of(term.lower), form.of(term.upper)
    length = (upper - lower + Quotient.of(1)).rational
    if length is not None and length <= _MOST_WRITTEN_OUT and lower.rational is not None:
        return _written_out(form, term, int(lower.rational), int(length))  # S2
    body, index = term.body, term.index
    if lower.rational != 1:  # S1
        shift: Term = Sub(Add(Symbol(index), term.lower), Number("1"))
        body = _substituted(body, index, shift)
        upper = upper - lower + Quotient.of(1)
    return _symbolic(form, body, index, upper)


def _substituted(body: Term, index: str, value: Term) -> Term:
    try:
        return substitute(body, {index: value})
    except ValueError as error:
        raise UnsupportedError(f"cannot shift the index {index}: {error}") from error


def _written_out(form: NormalForm, term: Sum, lower: int, length: int) -> Quotient:
    total = Quotient.of(0)
    for value in range(lower, lower + length):
        total += form.of(_substituted(term.body, term.index, number(value)))
    return total


def _symbolic(form: NormalForm, body: Term, index: str, upper: Quotient) -> Quotient:
    """A sum from 1 to ``upper``: convert the body with a provisional index, then number it."""
    tower = form.tower
    provisional = _bound_index(form, f"?{form.depth}", upper)
    outer = form.bound.get(index)
    form.bound[index] = provisional
    form.depth += 1
    try:
        value = form.of(body)
    finally:
        form.depth -= 1
        if outer is None:
            del form.bound[index]
        else:
            form.bound[index] = outer
    final = _bound_index(form, f"{tower.height_of((value,)) + 1}", upper)  # S6
    value = replace_generator(form, value, provisional.generators[0], final)
    return sum_of(form, value, final.generators[0], upper)


def _bound_index(form: NormalForm, label: str, upper: Quotient) -> Quotient:
    high = form.tower.bounds(upper).high
    interval = Interval(Fraction(1), high, low_open=False, high_open=False)
    new = Generator(Kind.BOUND, label, (upper,), interval)
    index = form.tower.number(new)
    tower = form.tower
    if not tower.generators[index].bound:
        own = tower.bound_in((upper,)) | {index}
        tower.generators[index] = replace(tower.generators[index], bound=frozenset(own))
    return Quotient(generator(index))


def sum_of(form: NormalForm, body: Quotient, index: int, upper: Quotient) -> Quotient:
    """The sum of a converted body over the bound generator ``index`` from 1 to ``upper``."""
    tower = form.tower
    inside, outside = constant(1), constant(1)
    content, found = factors(body.denominator)
    outside *= content
    for factor, exponent in found:
        if index in tower.bound_in([Quotient(factor)]):
            inside *= factor**exponent
        else:
            outside *= factor**exponent
    groups: dict[tuple[int, ...], dict[tuple[int, ...], int]] = {}
    for exponents, coefficient in monomials(body.numerator):
        within = tuple(
            e if e and index in tower.generators[i].bound else 0 for i, e in enumerate(exponents)
        )
        without = tuple(e - w for e, w in zip(exponents, within, strict=True))
        groups.setdefault(within, {})[without] = coefficient
    total = Quotient.of(0)
    for within, free in groups.items():  # S3
        part = Quotient(polynomial({within: 1}), inside)
        total += Quotient(polynomial(free)) * _sum_of_part(form, part, index, upper)
    return total / Quotient(outside)


def _sum_of_part(form: NormalForm, part: Quotient, index: int, upper: Quotient) -> Quotient:
    tower = form.tower
    if index not in tower.bound_in((part,)):
        if intervals.is_nonnegative(tower.bounds(upper)):  # S4
            return part * upper
    else:
        collapsed = _collapsed(form, part, index, upper)
        if collapsed is not None:
            return collapsed
    return tower.value(_sum_generator(tower, part, index, upper))


def _sum_generator(tower: Tower, body: Quotient, index: int, upper: Quotient) -> Generator:
    label = tower.generators[index].label
    return Generator(
        Kind.SUM,
        label,
        (body, upper),
        bound=(tower.bound_in((body,)) - {index}) | tower.bound_in((upper,)),
        height=int(label),  # at least 1 + that of the body: see _symbolic
    )


def _collapsed(form: NormalForm, part: Quotient, index: int, upper: Quotient) -> Quotient | None:
    """S5, or None where it does not apply."""
    tower = form.tower
    own = Quotient(generator(index))
    for candidate in generators_of(part.numerator):
        found = tower.generators[candidate]
        if found.kind is not Kind.DELTA or own not in found.arguments:
            continue
        other = found.arguments[1] if found.arguments[0] == own else found.arguments[0]
        if index in tower.bound_in((other,)) or not _in_range(form, other, upper):
            continue
        rest = part / Quotient(generator(candidate))
        while candidate in generators_of(rest.numerator):
            rest /= Quotient(generator(candidate))
        return replace_generator(form, rest, index, other)
    return None


def _in_range(form: NormalForm, index: Quotient, upper: Quotient) -> bool:
    """Whether ``index`` is certainly one of 1, ..., upper."""
    if not is_generator(index):
        return False
    found = form.tower.generators[index.generators[0]]
    if found.kind is Kind.BOUND:
        return found.arguments[0] == upper
    if found.kind is not Kind.NAME:
        return False
    declared = form.context.declaration(found.label)
    if declared is None or declared.kind is not DeclaredKind.INDEX:
        return False
    size = declared.sizes[0]
    if size_name(size) in form.bound:  # never: scopes are separated
        return False
    return form.of(size_term(size)) == upper


# ---------------------------------------------------------------------- putting values in


def replace_generator(form: NormalForm, value: Quotient, old: int, new: Quotient) -> Quotient:
    """The value with a bound index replaced by ``new``, everywhere inside generators too."""
    if old not in form.tower.bound_in((value,)):
        return value
    numerator = _replace_in_polynomial(form, value.numerator, old, new)
    denominator = _replace_in_polynomial(form, value.denominator, old, new)
    return form.tower.reduced(numerator / denominator)


def _replace_in_polynomial(form: NormalForm, p: Polynomial, old: int, new: Quotient) -> Quotient:
    images = {i: _image(form, i, old, new) for i in generators_of(p)}
    total = Quotient.of(0)
    for exponents, coefficient in monomials(p):
        term = Quotient.of(coefficient)
        for i, exponent in enumerate(exponents):
            if exponent:
                term *= images[i] ** exponent
        total += term
    return total


def _image(form: NormalForm, number: int, old: int, new: Quotient) -> Quotient:
    """A generator with the replacement made in its arguments."""
    tower = form.tower
    found = tower.generators[number]
    if number == old:
        return new
    if old not in found.bound:
        return Quotient(generator(number))
    arguments = tuple(replace_generator(form, argument, old, new) for argument in found.arguments)
    match found.kind:
        case Kind.EXPONENTIAL:
            return form.exponential(arguments[0] * Quotient.of(Fraction(1, found.scale)))
        case Kind.LOGARITHM:
            return form.logarithm(arguments[0])
        case Kind.DELTA:
            return form.delta(arguments[0], arguments[1])
        case Kind.SUM:
            return _image_of_sum(form, found, arguments)
        case Kind.MEMBER | Kind.JET:
            return tower.make(found.kind, found.label, arguments, found.interval, found.extra)
        case Kind.FUNCTION if found.label == "sqrt":
            return form.square_root(arguments[0])
        case Kind.FUNCTION if found.label == "Abs":
            return form.absolute(arguments[0])
        case Kind.FUNCTION:
            return tower.make(found.kind, found.label, arguments, found.interval, found.extra)
    raise UnsupportedError(f"a bound index inside {found.label or found.kind.value}")


def _image_of_sum(form: NormalForm, found: Generator, arguments: tuple[Quotient, ...]) -> Quotient:
    body, upper = arguments
    index = _bound_index(form, found.label, upper)
    return sum_of(form, body, index.generators[0], upper)


# ---------------------------------------------------------------------- sums against sums


def merged(form: NormalForm, value: Polynomial) -> bool:
    """Whether a polynomial is zero once its sums over the same range are put together.

    sum f - sum g = sum (f - g) over one range (S3 read backwards): where the bodies had other
    denominators, the parts cannot cancel one by one.
    """
    tower = form.tower
    groups: dict[tuple[object, ...], Quotient] = {}
    for exponents, coefficient in monomials(value):
        inner = _outermost_sum(tower, exponents)
        if inner is None:
            key: tuple[object, ...] = ("rest",)
            body = Quotient(polynomial({exponents: coefficient}))
        else:
            found = tower.generators[inner]
            cofactor = (*exponents[:inner], 0, *exponents[inner + 1 :])
            key = (cofactor, found.label, found.arguments[1].key)
            body = found.arguments[0] * Quotient.of(coefficient)
        groups[key] = groups.get(key, Quotient.of(0)) + body
    if len(groups) == 1 and ("rest",) in groups:
        return groups["rest",].is_zero
    return all(
        total.is_zero or (key != ("rest",) and merged(form, tower.reduced(total).numerator))
        for key, total in groups.items()
    )


def _outermost_sum(tower: Tower, exponents: tuple[int, ...]) -> int | None:
    """The generator of the most deeply nesting sum that stands in a monomial once."""
    sums = [
        number
        for number, exponent in enumerate(exponents)
        if exponent == 1 and tower.generators[number].kind is Kind.SUM
    ]
    return max(sums, key=lambda number: tower.generators[number].height, default=None)
