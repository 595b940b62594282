"""Whether a numerator is 0, though its polynomial is not: sums, exponentials, and what is assumed.

V1  sum f - sum g = sum (f - g) over one range (S3 read backwards): where the bodies had other
    denominators, the parts cannot cancel one by one. By S4, if f - g is free of the index.
V2  sum from a to b of f = H(b) - H(a-1) where b-a+1 >= 0 is known, H(n) being the sum of f up to n
    (f is taken as 0 where it has no value): so sums over a..b and b+1..c make one over a..c.
V3  where the exponents of e^a1, e^a2, ... are linearly dependent over Q, one is a product of
    rational powers of the others: e^(q1 a1 + q2 a2) = (e^(a1/D))^(q1 D) (e^(a2/D))^(q2 D).
V4  a polynomial that a vanishing one divides vanishes.
V5  the identities between gamma functions in ``gamma_identities``.
"""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

from flint import fmpq_mat

from derivation.kernel.normal_form.gamma_identities import with_fewer_gammas
from derivation.kernel.normal_form.generators import Kind
from derivation.kernel.normal_form.polynomials import in_one_ring, is_multiple
from derivation.kernel.normal_form.quotient import (
    Quotient,
    constant,
    generators_of,
    monomials,
    polynomial,
)
from derivation.kernel.normal_form.ranges import Range, neutral_index, put_index

if TYPE_CHECKING:
    from derivation.kernel.normal_form.attempt import Attempt
    from derivation.kernel.normal_form.polynomials import Polynomial

__all__ = ["vanishes"]

_DEEPEST = 6
_MOST_ARGUMENT_TERMS = 400
_LARGEST_SCALE = 60


def vanishes(form: Attempt, p: Polynomial, depth: int = 0) -> bool:
    """Whether the polynomial is 0 at every point in question, by V1 to V4."""
    if p.is_zero():
        return True
    if depth > _DEEPEST:
        return False
    if any(is_multiple(p, zero) for zero in form.signs.vanishing):  # V4
        return True
    if _sums_cancel(form, p, depth) or _ends_cancel(form, p, depth):
        return True
    fewer = with_fewer_gammas(form, p)
    if fewer is not None and vanishes(form, fewer, depth + 1):
        return True
    independent = _with_independent_exponents(form, p)
    if independent is None:
        return False
    q, same_generators = independent
    return bool(q.is_zero()) or (same_generators and vanishes(form, q, depth + 1))


# ---------------------------------------------------------------------- sums


def _outermost_sum(form: Attempt, exponents: tuple[int, ...]) -> int | None:
    """The generator of the most deeply nesting sum that stands in a monomial once."""
    found = form.tower.generators
    sums = [n for n, e in enumerate(exponents) if e == 1 and found[n].kind is Kind.SUM]
    return max(sums, key=lambda n: found[n].height, default=None)


def _body(form: Attempt, number: int, depth: int) -> Quotient:
    """The body of a sum, its index replaced by the neutral one of this depth."""
    found = form.tower.generators[number]
    return put_index(form, found.arguments[0], found.index, neutral_index(form, depth + 1))


def _sums_cancel(form: Attempt, p: Polynomial, depth: int) -> bool:
    """V1."""
    rest = Quotient.of(0)
    bodies: dict[tuple[object, ...], Quotient] = {}
    ranges: dict[tuple[object, ...], tuple[Quotient, Range]] = {}
    for exponents, coefficient in monomials(p):
        inner = _outermost_sum(form, exponents)
        if inner is None:
            rest += Quotient(polynomial({exponents: coefficient}))
            continue
        _, lower, upper = form.tower.generators[inner].arguments
        cofactor = (*exponents[:inner], 0, *exponents[inner + 1 :])
        key: tuple[object, ...] = (cofactor, lower.key, upper.key)
        ranges[key] = Quotient(polynomial({cofactor: 1})), Range(lower, upper)
        body = _body(form, inner, depth) * Quotient.of(coefficient)
        bodies[key] = bodies.get(key, Quotient.of(0)) + body
    index = neutral_index(form, depth + 1).generators[0]
    for key, body in bodies.items():
        total = form.tower.reduced(body)
        times, range_ = ranges[key]
        if index not in form.tower.bound_in((total,)) and form.is_possible_length(range_):
            rest += times * total * range_.length
        elif not vanishes(form, total.numerator, depth + 1):
            return False
    return bool(bodies) and vanishes(form, form.tower.reduced(rest).numerator, depth + 1)


def _ends_cancel(form: Attempt, p: Polynomial, depth: int) -> bool:
    """V2: all coefficients of the H(n) are 0."""
    ends: dict[tuple[object, ...], int] = {}
    for exponents, coefficient in monomials(p):
        inner = _outermost_sum(form, exponents)
        if inner is None:
            return False
        _, lower, upper = form.tower.generators[inner].arguments
        if not form.is_possible_length(Range(lower, upper)):
            return False
        cofactor = (*exponents[:inner], 0, *exponents[inner + 1 :])
        body = _body(form, inner, depth).key
        for end, sign in ((upper, 1), (lower - Quotient.of(1), -1)):
            key = (cofactor, body, end.key)
            ends[key] = ends.get(key, 0) + sign * coefficient
    return not any(ends.values())


# ---------------------------------------------------------------------- exponents


def _with_independent_exponents(form: Attempt, p: Polynomial) -> tuple[Polynomial, bool] | None:
    """V3: p times a product of exponentials, in independent ones; and whether those are as before.

    Where rational powers are needed, each exponential stands for a root of itself from now on: of
    that polynomial it can only be asked whether it is the zero polynomial.
    """
    for kind in (Kind.EXPONENTIAL, Kind.ROTATION):
        own = [n for n in generators_of(p) if form.tower.generators[n].kind is kind]
        table = _dependence([_argument(form, n) for n in own]) if len(own) > 1 else {}
        if not table:
            continue
        scale = lcm(*(w.denominator for weights in table.values() for w in weights.values()))
        if scale <= _LARGEST_SCALE:
            return _eliminated(p, own, table, scale), scale == 1
    return None


def _argument(form: Attempt, number: int) -> Quotient:
    found = form.tower.generators[number]
    return found.arguments[0] * Quotient.of(Fraction(1, found.scale))


def _dependence(values: list[Quotient]) -> dict[int, dict[int, Fraction]]:
    """``{j: weights}`` with values[j] = sum of weights[k] values[k], the values[k] independent."""
    common = Quotient.of(1)
    for value in values:
        above, below = in_one_ring(common.numerator, value.denominator)
        common *= Quotient(below // above.gcd(below))
    numerators = [(value * common).numerator for value in values]
    rows = sorted({e for p in numerators for e, _ in monomials(p)})
    if len(rows) > _MOST_ARGUMENT_TERMS:
        return {}
    by_row = [dict(monomials(p)) for p in numerators]
    entries = [by_row[k].get(row, 0) for row in rows for k in range(len(values))]
    reduced, rank = fmpq_mat(len(rows), len(values), entries).rref()
    columns = range(len(values))
    pivots = [next(j for j in columns if reduced[row, j] != 0) for row in range(rank)]
    table: dict[int, dict[int, Fraction]] = {}
    for free in (j for j in columns if j not in pivots):
        weights = {
            pivot: Fraction(int(reduced[row, free].p), int(reduced[row, free].q))
            for row, pivot in enumerate(pivots)
        }
        table[free] = {k: w for k, w in weights.items() if w}
    return table


def _eliminated(
    p: Polynomial, own: list[int], table: dict[int, dict[int, Fraction]], scale: int
) -> Polynomial:
    """p with E_j for j in the table replaced, the other E_k by their ``scale``-th roots."""
    changed_terms: list[tuple[list[int], int]] = []
    least = dict.fromkeys((own[k] for k in range(len(own)) if k not in table), 0)
    for exponents, coefficient in monomials(p):
        changed = list(exponents)
        for number in least:
            changed[number] *= scale
        for free, weights in table.items():
            times, changed[own[free]] = changed[own[free]], 0
            for k, weight in weights.items():
                changed[own[k]] += int(times * weight * scale)
        for number in least:
            least[number] = min(least[number], changed[number])
        changed_terms.append((changed, coefficient))
    total: dict[tuple[int, ...], int] = {}
    for changed, coefficient in changed_terms:
        for number, low in least.items():
            changed[number] -= low
        key = tuple(changed)
        total[key] = total.get(key, 0) + coefficient
    kept = {e: c for e, c in total.items() if c}
    return polynomial(kept) if kept else constant(0)
