"""Rules of fractions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import reduce
from itertools import combinations
from operator import or_

from derivation.rules.distributing import (
    MOST_MOVED,
    distributed,
    selections,
    sum_of,
    sums_among,
)
from derivation.rules.matching import (
    ONE,
    Product,
    Signed,
    as_product,
    as_summands,
    total,
)
from derivation.rules.powers import (
    cancelled,
    coefficient,
    combined,
    distributed_power,
    merged,
    spread_powers,
)
from derivation.rules.rule import Context, Direction, Rule, Setting
from derivation.term import Add, Div, Mul, Neg, Pow, Sub, Term

__all__ = ["QUOTIENTS"]  # and each rule, by the name of its constant


def _cancel_only(term: Term, _: Context) -> Iterator[Term]:
    if isinstance(term, Mul | Div | Neg):
        product = as_product(term)
        shorter = cancelled(product)
        if shorter is not None:
            yield shorter.term
        value, rest = coefficient(product)
        if value and len(rest.below) < len(product.below):  # numbers below: lowest terms
            yield combined(value, cancelled(rest) or rest).term


def _cancel(term: Term, context: Context) -> Iterator[Term]:
    yield from _cancel_only(term, context)
    if not isinstance(term, Mul | Div | Neg):
        return
    for summands, others in sums_among(as_product(term)):
        for moved, kept in selections(others.above):
            spread = distributed(Product(1, moved), summands)
            shorter = [cancelled(one) for one in spread]
            if any(shorter):
                left = [short or one for short, one in zip(shorter, spread, strict=True)]
                outside = Product(others.sign, kept, others.below)
                yield (outside * as_product(sum_of(left))).term


def _split_fraction(term: Term, _: Context) -> Iterator[Term]:
    """``(a + b)/c``: each summand alone, or two groups of summands."""
    if not isinstance(term, Mul | Div | Neg):
        return
    product = as_product(term)
    if not product.below:
        return
    for summands, others in sums_among(product):
        for groups in _groupings(summands):
            numerators: tuple[Signed, ...] = tuple((1, total(group)) for group in groups)
            yield sum_of(distributed(others, numerators))
            if others.above or others.sign < 0:
                spread = distributed(Product(1, (), others.below), numerators)
                kept = Product(others.sign, others.above)
                yield (kept * as_product(sum_of(spread))).term


def _groupings(summands: tuple[Signed, ...]) -> Iterator[tuple[tuple[Signed, ...], ...]]:
    yield tuple((summand,) for summand in summands)
    if not 3 <= len(summands) <= MOST_MOVED + 1:
        return
    first, rest = summands[0], summands[1:]
    for size in range(len(rest)):
        for places in combinations(range(len(rest)), size):
            group = (first, *(rest[place] for place in places))
            yield group, tuple(one for place, one in enumerate(rest) if place not in places)


def _over_one_denominator(term: Term, context: Context) -> Iterator[Term]:
    """Read backwards: a fraction, split, with each part cancelled."""
    for parts in _split_fraction(term, context):
        summands = [as_product(one) for one in _signed_terms(parts)]
        yield sum_of([cancelled(one) or one for one in summands])
        yield parts


def _over_common_denominator(term: Term, _: Context) -> Iterator[Term]:
    """``a/c + b/d`` as ``(a d + b c)/(c d)``, with the smallest denominator."""
    if not isinstance(term, Add | Sub):
        return
    products = [as_product(one) for one in _signed_terms(term)]
    below = [Counter(spread_powers(product.below)) for product in products]
    whole = reduce(or_, below)
    if not whole:
        return
    summands = [
        Product(product.sign, (*product.above, *merged(tuple((whole - own).elements()))))
        for product, own in zip(products, below, strict=True)
    ]
    denominator = Product(1, (), merged(tuple(whole.elements())))
    yield (denominator * as_product(sum_of(summands))).term


def _signed_terms(term: Term) -> list[Term]:
    return [one if sign > 0 else Neg(one) for sign, one in as_summands(term)]


def _power_of_fraction(term: Term, _: Context) -> Iterator[Term]:
    for new in distributed_power(term):
        yield _ones_dropped(new)


def _ones_dropped(term: Term) -> Term:
    product = as_product(term)
    return Product(
        product.sign,
        tuple(f for f in product.above if not (isinstance(f, Pow) and f.left == ONE)),
        tuple(f for f in product.below if not (isinstance(f, Pow) and f.left == ONE)),
    ).term


# ---------------------------------------------------------------------------- the rows

_OVER = Setting("a, b real, c > 0, d > 0")

cancel = Rule(
    name="cancel",
    statement=r"\frac{c a}{c} = a",
    rewrite=_cancel,
    when="c not 0; the factor may be taken into a sum first",
    example=(r"(a \frac{1}{c} + b) c", "a + b c"),
    reject=(r"(a \frac{1}{c} + b) c", "a + b"),
    setting=_OVER,
)
simplify_fraction = Rule(
    name="simplify fraction",
    statement=r"\frac{c a}{c b} = \frac{a}{b}",
    rewrite=_cancel_only,
    when="c not 0; powers of one base cancel too",
    example=(r"\frac{c}{c^2} - a", r"\frac{1}{c} - a"),
    reject=(r"\frac{c}{c^2} - a", "c - a"),
    setting=_OVER,
)
split_fraction = Rule(
    name="split fraction",
    statement=r"\frac{a + b}{c} = \frac{a}{c} + \frac{b}{c}",
    rewrite=_split_fraction,
    example=(r"\frac{1 + a - b}{c}", r"\frac{1 + a}{c} - \frac{b}{c}"),
    reject=(r"\frac{1 + a - b}{c}", r"\frac{1 + a}{c} - b"),
    setting=_OVER,
)
common_denominator = Rule(
    name="common denominator",
    statement=r"\frac{a}{c} + \frac{b}{d} = \frac{a d + b c}{c d}",
    rewrite=_over_one_denominator,
    when="c and d not 0",
    example=(r"\frac{a}{c} + \frac{b}{d}", r"\frac{a d + b c}{c d}"),
    reject=(r"\frac{a}{c} + \frac{b}{d}", r"\frac{a + b}{c d}"),
    setting=_OVER,
    direction=Direction.BACKWARD,
    undo=_over_common_denominator,
)
power_of_fraction = Rule(
    name="power of a fraction",
    statement=r"\left(\frac{a}{b}\right)^n = \frac{a^n}{b^n}",
    rewrite=_power_of_fraction,
    when="n a whole number, or a and b positive",
    example=(r"\left(\frac{1}{c}\right)^2", r"\frac{1}{c^2}"),
    reject=(r"\left(\frac{1}{c}\right)^2", r"\frac{2}{c^2}"),
    setting=_OVER,
    direction=Direction.EITHER,
)

QUOTIENTS = (cancel, simplify_fraction, split_fraction, common_denominator, power_of_fraction)
