"""Sums of symbolic length, as generators. An empty sum is 0.

The rules, each with its proof (a and b are the limits; bodies have values at each index in range):

S1  the sum from a to b of f(i) is that from a+c to b+c of f(i-c): reindexing a finite set.
S2  limits a whole number apart: the sum is written out (no terms when b < a).
S3  sum of (c f + d g) = c sum f + d sum g for c, d free of the index: finite sums are linear.
S4  sum of c = c (b-a+1), only where b-a+1 >= 0 is known: an empty sum is 0.
S5  sum of Delta(k, j) f(k) = f(j), only where j is known to lie in a..b: one term is left.
S6  the name of a bound index does not matter: it is numbered by how deep sums nest below it.
S7  sum of i^k = F(b) - F(a-1) with F(n) = 1^k + ... + n^k, a polynomial with F(n) - F(n-1) = n^k;
    only where b-a+1 >= 0 is known. (Faulhaber 1631)
S8  where f(i+1) = q f(i), q free of i and q != 1 known: the sum is (f(b+1) - f(a))/(q - 1), only
    where b-a+1 >= 0 is known, by induction on b. f must have a value at b+1: exponentials and
    powers do. Then (b+1)^k f(b+1) - a^k f(a), being the sum of (i+1)^k f(i+1) - i^k f(i), is (q-1)
    times the sum of i^k f(i), and q times those of C(k, l) i^l f(i) for l < k.
S9  sum from a to b of f = f(a) + sum from a+1 to b, and = sum from a to b-1 + f(b), only where b
    >= a is known. Only terms of the written range are ever taken out.
S14 sum from a to b of f(i) = that of f(a+b-i): the same terms, the last one first.
S10, S13 (sums in sums) are in ``nested_sums``, S11 in ``binomial_sums``, S12 in
``partial_fractions``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from derivation.domain import Kind as DeclaredKind
from derivation.domain import size_name, size_term
from derivation.errors import UnsupportedError
from derivation.kernel.normal_form.closed_forms import closed_form
from derivation.kernel.normal_form.generators import Generator, Kind
from derivation.kernel.normal_form.images import replace_generator
from derivation.kernel.normal_form.nested_sums import swapped_sum
from derivation.kernel.normal_form.partial_fractions import partial_fractions
from derivation.kernel.normal_form.quotient import (
    Quotient,
    factors,
    generators_of,
    is_generator,
    monomials,
    own_value,
    polynomial,
    split_constant,
)
from derivation.kernel.normal_form.ranges import (
    Range,
    aligned,
    bound_index,
    put_index,
    split_ends,
)
from derivation.term import Add, Number, Ranged, Term, number, substitute

if TYPE_CHECKING:
    from derivation.kernel.normal_form.attempt import Attempt

__all__ = ["convert_ranged", "sum_generator", "sum_over", "terms_of"]

_MOST_WRITTEN_OUT = 40


# ---------------------------------------------------------------------- from terms


def convert_ranged(form: Attempt, term: Ranged) -> tuple[Quotient, Range] | list[Quotient]:
    """The body with its range, or by S2 the list of all bodies.

    Raises UnsupportedError for limits that are not whole.
    """
    in_scope = frozenset(form.bound)
    if not all(form.context.is_whole(limit, in_scope) for limit in (term.lower, term.upper)):
        raise UnsupportedError("the limits of a sum must be whole numbers")
    lower, upper = form.of(term.lower), form.of(term.upper)
    length = (upper - lower + Quotient.of(1)).rational
    if length is not None and length <= _MOST_WRITTEN_OUT:
        return [form.of(body) for body in _written_out(term, int(length))]
    range_ = Range(lower, upper)
    provisional = bound_index(form, f"?{form.depth}", range_)
    range_ = Range(lower, upper, provisional.generators[0])
    with form.scope(term.index, provisional, range_):
        return form.of(term.body), range_


def _written_out(term: Ranged, length: int) -> list[Term]:
    bodies: list[Term] = []
    for step in range(length):
        shift = Number(str(step))
        constant = isinstance(term.lower, Number) and term.lower.value.denominator == 1
        value = (
            number(int(term.lower.value) + step)
            if constant and isinstance(term.lower, Number)
            else Add(term.lower, shift)
        )
        try:
            bodies.append(substitute(term.body, {term.index: value}))
        except ValueError as error:
            raise UnsupportedError(f"cannot write out {term.index}: {error}") from error
    return bodies


# ---------------------------------------------------------------------- sums of quotients


def terms_of(form: Attempt, body: Quotient, index: int) -> list[tuple[Quotient, Quotient]]:
    """``[(c, f), ...]`` with body = sum of c f, the c free of the index, the f products."""
    tower = form.tower
    inside, outside = Quotient.of(1), Quotient.of(1)
    content, found = factors(body.denominator)
    outside *= Quotient.of(content)
    for factor, exponent in found:
        if index in tower.bound_in([Quotient(factor)]):
            inside *= Quotient(factor) ** exponent
        else:
            outside *= Quotient(factor) ** exponent
    groups: dict[tuple[int, ...], dict[tuple[int, ...], int]] = {}
    for exponents, coefficient in monomials(body.numerator):
        within = tuple(
            e if e and index in tower.generators[i].bound else 0 for i, e in enumerate(exponents)
        )
        without = tuple(e - w for e, w in zip(exponents, within, strict=True))
        groups.setdefault(within, {})[without] = coefficient
    return [
        (Quotient(polynomial(free)) / outside, Quotient(polynomial({within: 1})) / inside)
        for within, free in groups.items()
    ]


def sum_over(form: Attempt, body: Quotient, range_: Range) -> Quotient:
    """The sum of a converted body over a range."""
    total = Quotient.of(0)
    for free, part in terms_of(form, form.tower.reduced(body), range_.index):  # S3
        for factor, fraction in partial_fractions(form, part, range_.index):  # S12
            total += free * factor * _sum_of_part(form, fraction, range_)
    return form.tower.reduced(total)


def _sum_of_part(form: Attempt, part: Quotient, range_: Range) -> Quotient:
    tower = form.tower
    tower.check_time()
    if range_.index not in tower.bound_in((part,)):
        if form.is_possible_length(range_):  # S4
            return part * range_.length
        return part * sum_generator(form, Quotient.of(1), range_)
    collapsed = _collapsed(form, part, range_)
    if collapsed is not None:
        return collapsed
    closed = closed_form(form, part, range_)  # S7, S8
    if closed is not None:
        return closed
    part, range_ = aligned(form, part, range_)  # S1
    ends, range_ = split_ends(form, part, range_)  # S9
    total = Quotient.of(0)
    for end in ends:
        total += end
    swapped = swapped_sum(form, part, range_)
    return total + (sum_generator(form, part, range_) if swapped is None else swapped)


def sum_generator(form: Attempt, part: Quotient, range_: Range) -> Quotient:
    """S6."""
    tower = form.tower
    label = f"{tower.height_of((part,)) + 1}"
    index = bound_index(form, label, range_)
    body = put_index(form, part, range_.index, index)
    new = Generator(
        Kind.SUM, "sum", (body, range_.lower, range_.upper), index=index.generators[0],
        imaginary=tower.is_imaginary(body), whole=tower.is_whole(body),
    )  # fmt: skip
    return tower.value(new)


def _collapsed(form: Attempt, part: Quotient, range_: Range) -> Quotient | None:
    """S5, or None where it does not apply."""
    tower = form.tower
    own = own_value(range_.index)
    for candidate in generators_of(part.numerator):
        found = tower.generators[candidate]
        if found.kind is not Kind.DELTA:
            continue
        difference = found.arguments[0] - found.arguments[1]
        for sign in (1, -1):
            other = own - difference * Quotient.of(sign)
            if range_.index in tower.bound_in((other,)) or not _in_range(form, other, range_):
                continue
            rest = part / own_value(candidate)
            while candidate in generators_of(rest.numerator):
                rest /= own_value(candidate)
            return replace_generator(form, rest, range_.index, other)
    return None


def _in_range(form: Attempt, index: Quotient, range_: Range) -> bool:
    """Whether ``index`` is certainly one of lower, ..., upper."""
    if not form.tower.is_whole(index):
        return False
    least, most = index, index
    limits = _limits_of(form, index)
    if limits is not None:
        least, most = limits.lower, limits.upper
    return form.is_nonnegative(least - range_.lower) and form.is_nonnegative(range_.upper - most)


def _limits_of(form: Attempt, index: Quotient) -> Range | None:
    """The range that an index, or an index and a whole number, is known to lie in."""
    base, shift = split_constant(index)
    if not is_generator(base):
        return None
    by = Quotient.of(shift)
    number_ = base.generators[0]
    found = form.tower.generators[number_]
    if found.kind is Kind.BOUND and number_ in form.ranges_in_scope:
        own = form.ranges_in_scope[number_]
        return Range(own.lower + by, own.upper + by)
    declared = form.context.declaration(found.label) if found.kind is Kind.NAME else None
    if declared is None or declared.kind is not DeclaredKind.INDEX:
        return None
    size = declared.sizes[0]
    if size_name(size) in form.bound:  # never: scopes are separated
        return None
    return Range(Quotient.of(1) + by, form.of(size_term(size)) + by)
