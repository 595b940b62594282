"""Rules of sums and products: expanding, factoring, collecting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from functools import reduce
from operator import and_

from derivation.rules.distributing import distributed, selections, sum_of, sums_among
from derivation.rules.matching import (
    ONE,
    Product,
    Signed,
    agree,
    arrangement_of_plain,
    as_product,
    as_summands,
    is_sum,
    total,
)
from derivation.rules.powers import (
    coefficient,
    combined,
    exact,
    spread_powers,
    tidy,
)
from derivation.rules.rule import Context, Direction, Rule, Setting, read_term
from derivation.term import Add, Div, Mul, Neg, Number, Pow, Sub, Term

__all__ = ["SUMS_AND_PRODUCTS", "add_and_subtract"]  # and each rule, by the name of its constant

_LARGEST_POWER = 4  # of a sum that `expand` multiplies out


def _expand(term: Term, _: Context) -> Iterator[Term]:
    if isinstance(term, Pow):
        yield from _expanded_power(term)
    if not isinstance(term, Mul | Div | Neg):
        return
    for summands, others in sums_among(as_product(term)):
        if not others.above and not others.below and others.sign < 0:
            yield total((-sign, one) for sign, one in summands)
            continue
        for moved, kept in _moved(others):
            spread = distributed(moved, summands)
            yield (kept * as_product(sum_of(spread))).term
            tidied = [tidy(one) for one in spread]
            if tidied != spread:
                yield (kept * as_product(sum_of(tidied))).term


def _moved(others: Product) -> Iterator[tuple[Product, Product]]:
    """Which factors go into the sum, and which stay outside; the sign goes in, or stays."""
    marked = (*others.above, *(Div(ONE, factor) for factor in others.below))
    for chosen, rest in selections(marked):
        inside, outside = Product(1), Product(1)
        for factor in chosen:
            inside = inside * as_product(factor)
        for factor in rest:
            outside = outside * as_product(factor)
        yield Product(others.sign, inside.above, inside.below), outside
        if others.sign < 0:
            yield inside, Product(-1, outside.above, outside.below)


def _expanded_power(term: Pow) -> Iterator[Term]:
    exponent = exact(term.right)
    if not is_sum(term.left) or exponent is None or exponent.denominator != 1:
        return
    if 2 <= exponent <= _LARGEST_POWER:
        summands = as_summands(term.left)
        spread = [Product(1)]
        for _ in range(int(exponent)):
            spread = [one * part for one in spread for part in distributed(Product(1), summands)]
        yield _collected(sum_of([tidy(one) for one in spread]))
        yield sum_of([tidy(one) for one in spread])
        yield sum_of(spread)


def _like(term: Term) -> tuple[Fraction, Product, str]:
    value, rest = coefficient(tidy(as_product(term)))
    return value, rest, arrangement_of_plain(rest.term)


def _collected(term: Term, only: str | None = None) -> Term:
    """Like summands added up: all of them, or those with one key alone."""
    order: list[str] = []
    coefficients: dict[str, Fraction] = {}
    written: dict[str, list[Signed]] = {}
    rests: dict[str, Product] = {}
    for sign, summand in as_summands(term):
        value, rest, key = _like(summand)
        if key not in coefficients:
            order.append(key)
            rests[key] = rest
        coefficients[key] = coefficients.get(key, Fraction(0)) + sign * value
        written.setdefault(key, []).append((sign, summand))
    result: list[Signed] = []
    for key in order:
        if len(written[key]) == 1 or (only is not None and key != only):
            result.extend(written[key])
        elif coefficients[key]:
            product = combined(coefficients[key], rests[key])
            result.append((product.sign, product.unsigned))
    return total(result)


def _collect(term: Term, _: Context) -> Iterator[Term]:
    if not isinstance(term, Add | Sub):
        return
    keys = [_like(summand)[2] for _, summand in as_summands(term)]
    repeated = {key for key in keys if keys.count(key) > 1}
    if repeated:
        yield _collected(term)
    if len(repeated) > 1:
        for key in sorted(repeated):
            yield _collected(term, key)


def _without_pair(text: str, term: Term, context: Context) -> Iterator[Term]:
    """``a + t - t`` without ``t - t``: what adding and subtracting ``t`` started from."""
    if not isinstance(term, Add | Sub):
        return
    pair = as_summands(read_term(text, context.functions, context.symbols))
    left = list(as_summands(term))
    for sign, part in (*pair, *((-sign, part) for sign, part in pair)):
        for place, (own_sign, summand) in enumerate(left):
            if own_sign == sign and agree(summand, part):
                del left[place]
                break
        else:
            return
    yield total(left)


def _with_pair(text: str, term: Term, context: Context) -> Iterator[Term]:
    """``t + a - t`` for any ``a`` that is a value."""
    if not isinstance(term, Number):
        pair = as_summands(read_term(text, context.functions, context.symbols))
        yield total((*pair, *as_summands(term), *((-sign, part) for sign, part in pair)))


def _common_factor(term: Term, _: Context) -> Iterator[Term]:
    """``c a + c b`` as ``c (a + b)``, with the largest ``c``."""
    if not isinstance(term, Add | Sub):
        return
    products = [as_product(one if sign > 0 else Neg(one)) for sign, one in as_summands(term)]
    factors = [
        (Counter(spread_powers(product.above)), Counter(spread_powers(product.below)))
        for product in products
    ]
    above = reduce(and_, (one for one, _ in factors))
    below = reduce(and_, (one for _, one in factors))
    if above or below:
        rest = [
            Product(product.sign, tuple((top - above).elements()), tuple((low - below).elements()))
            for product, (top, low) in zip(products, factors, strict=True)
        ]
        common = Product(1, tuple(above.elements()), tuple(below.elements()))
        yield (common * as_product(sum_of(rest))).term


def add_and_subtract(text: str) -> Rule:
    """``a = a + t - t`` for the term ``t`` given as text."""

    def rewrite(term: Term, context: Context) -> Iterator[Term]:
        return _without_pair(text, term, context)

    def undo(term: Term, context: Context) -> Iterator[Term]:
        return _with_pair(text, term, context)

    return Rule(
        name=f"add and subtract {text}",
        statement="a = a + t - t",
        rewrite=rewrite,
        example=(r"\frac{y}{x}", rf"\frac{{{text} + y - {text}}}{{x}}"),
        reject=(r"\frac{y}{x}", rf"\frac{{{text} + y}}{{x}} - {text}"),
        setting=Setting("x > 0, y real"),
        direction=Direction.BACKWARD,
        undo=undo,
    )


# ---------------------------------------------------------------------------- the rows

_ABC = Setting("a, b, c real")

expand = Rule(
    name="expand",
    statement="c (a + b) = c a + c b",
    rewrite=_expand,
    example=("c (a - b) + 1", "c a - c b + 1"),
    reject=("c (a - b) + 1", "c a - b + 1"),
    setting=_ABC,
)
factor = Rule(
    name="factor",
    statement="c a + c b = c (a + b)",
    rewrite=_expand,
    example=("a - a^2", "a (1 - a)"),
    reject=("a - a^2", "a (1 + a)"),
    setting=_ABC,
    direction=Direction.BACKWARD,
    undo=_common_factor,
)
collect = Rule(
    name="collect",
    statement="n a + k a = (n + k) a",
    rewrite=_collect,
    when="n and k numbers; opposite summands vanish",
    example=("-b + b a + a - b a", "a - b"),
    reject=("-b + b a + a - b a", "a + b"),
    setting=_ABC,
)

SUMS_AND_PRODUCTS = (expand, factor, collect, add_and_subtract("1"))
