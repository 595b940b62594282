"""Matching a pattern with a term, up to order and grouping of sums and products."""

from __future__ import annotations

from collections.abc import Iterator

from derivation.rules.matching import (
    Product,
    agree,
    as_exponential,
    as_primed,
    as_product,
    as_summands,
    is_sum,
)
from derivation.term import (
    Call,
    Derivative,
    Div,
    Indexed,
    Mul,
    Neg,
    Number,
    Sum,
    Symbol,
    Term,
    substitute,
)

__all__ = ["matches"]

Values = dict[str, Term]
Pair = tuple[object, Term]  # what must be the same (sign or side), and a part


def matches(
    pattern: Term, term: Term, variables: frozenset[str], values: Values | None = None
) -> Iterator[Values]:
    """Values of the variables for which the pattern may be the term.

    Candidates only: the caller substitutes and compares, for names may be captured.
    """
    values = values or {}
    pattern, term = as_primed(pattern), as_primed(term)
    if isinstance(pattern, Symbol) and pattern.name in variables:
        if pattern.name not in values:
            yield {**values, pattern.name: term}
        elif agree(values[pattern.name], term):
            yield values
    elif is_sum(pattern):
        if is_sum(term):
            yield from _any_order(as_summands(pattern), as_summands(term), variables, values)
    elif isinstance(pattern, Mul | Div | Neg):
        yield from _products(as_product(pattern), as_product(term), variables, values)
    elif (exponent := as_exponential(pattern)) is not None:
        other = as_exponential(term)
        if other is not None:
            yield from matches(exponent, other, variables, values)
    elif _same_head(pattern, term):
        if isinstance(pattern, Sum) and isinstance(term, Sum):
            body = substitute(pattern.body, {pattern.index: Symbol(term.index)})
            pattern = Sum(body, term.index, pattern.lower, pattern.upper)
        yield from _in_turn(pattern.children, term.children, variables, values)


def _same_head(pattern: Term, term: Term) -> bool:
    if type(pattern) is not type(term) or len(pattern.children) != len(term.children):
        return False
    match pattern, term:
        case Call(name=name, primes=primes), Call(name=other, primes=others):
            return (name, primes) == (other, others)
        case Indexed(base=base), Indexed(base=other):
            return base == other
        case Derivative(order=order), Derivative(order=others):
            return order == others
        case Number(), Number():
            return pattern.value == term.value
    return bool(pattern.children) or pattern == term


def _in_turn(
    patterns: tuple[Term, ...], terms: tuple[Term, ...], variables: frozenset[str], values: Values
) -> Iterator[Values]:
    if not patterns:
        yield values
        return
    for found in matches(patterns[0], terms[0], variables, values):
        yield from _in_turn(patterns[1:], terms[1:], variables, found)


def _products(
    pattern: Product, term: Product, variables: frozenset[str], values: Values
) -> Iterator[Values]:
    same = pattern.sign == term.sign and len(pattern.below) == len(term.below)
    if same and len(pattern.above) == len(term.above):
        yield from _any_order(_sides(pattern), _sides(term), variables, values)


def _sides(product: Product) -> tuple[Pair, ...]:
    return (
        *(("above", factor) for factor in product.above),
        *(("below", factor) for factor in product.below),
    )


def _any_order(
    patterns: tuple[Pair, ...], terms: tuple[Pair, ...], variables: frozenset[str], values: Values
) -> Iterator[Values]:
    if len(patterns) != len(terms):
        return
    if not patterns:
        yield values
        return
    kind, pattern = patterns[0]
    for place, (other, term) in enumerate(terms):
        if kind == other:
            rest = terms[:place] + terms[place + 1 :]
            for found in matches(pattern, term, variables, values):
                yield from _any_order(patterns[1:], rest, variables, found)
