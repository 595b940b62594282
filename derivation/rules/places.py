"""Where a rule can be applied inside a line."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from derivation.rules.matching import Product, as_product, as_summands, total
from derivation.rules.rule import Context, Rule
from derivation.term import (
    Add,
    Call,
    Derivative,
    Div,
    Indexed,
    Mul,
    Neg,
    Sub,
    Symbol,
    Term,
)

__all__ = ["everywhere", "somewhere"]

_MOST_PARTS = 6  # sums and products with more parts are offered whole only


def somewhere(rule: Rule, term: Term, context: Context) -> Iterator[Term]:
    """The lines that come from applying the rule at one place."""
    yield from results(rule, term, context)
    children = term.children
    for position, child in enumerate(children):
        for new in _inside(rule, term, child, context):
            yield _with_child(term, position, new)


def _inside(rule: Rule, parent: Term, child: Term, context: Context) -> Iterator[Term]:
    """As ``somewhere``; the rules see a nested sum or product from its top already."""
    if _is_seen_from(parent, child):
        for position, grandchild in enumerate(child.children):
            for new in _inside(rule, child, grandchild, context):
                yield _with_child(child, position, new)
    else:
        yield from somewhere(rule, child, context)


def _is_seen_from(parent: Term, child: Term) -> bool:
    match parent, child:
        case Add() | Sub(), Add() | Sub():
            return True
        case Mul() | Neg(), Mul() | Neg():
            return True
    return False


def _with_child(term: Term, position: int, child: Term) -> Term:
    children = term.children
    return term.with_children((*children[:position], child, *children[position + 1 :]))


def everywhere(rule: Rule, term: Term, context: Context, choice: int = 0) -> Term:
    """The line that comes from applying the rule at all places, innermost first.

    At each place the result number ``choice`` is taken, or the last one.
    """
    children = term.children
    if children:
        changed = tuple(everywhere(rule, child, context, choice) for child in children)
        if changed != children:
            term = _rebuilt(term, changed)
    found = list(_first(results(rule, term, context), choice + 1))
    return found[-1] if found else term


def _rebuilt(term: Term, children: tuple[Term, ...]) -> Term:
    """A derivative keeps its variable, an index its name: only what is a value is rewritten."""
    if isinstance(term, Derivative) and not isinstance(children[1], Symbol | Indexed):
        children = (children[0], term.variable)
    return term.with_children(children)


def _first(results: Iterator[Term], count: int) -> Iterator[Term]:
    for _, result in zip(range(count), results, strict=False):
        yield result


def results(rule: Rule, term: Term, context: Context) -> Iterator[Term]:
    """The results of the rule at the root, and at some parts of a sum or product there."""
    yield from rule.rewrite(term, context)
    match term:
        case Call(name=name, arguments=(Symbol() as argument,), primes=primes) if primes:
            yield from rule.rewrite(Derivative(Call(name, (argument,)), argument, primes), context)
    if rule.partial:
        yield from _results_at_parts(rule, term, context)


def _results_at_parts(rule: Rule, term: Term, context: Context) -> Iterator[Term]:
    if isinstance(term, Add | Sub):
        summands = as_summands(term)
        for chosen, rest in _parts(summands):
            for new in rule.rewrite(total(chosen), context):
                yield total((*rest, (1, new)))
    elif isinstance(term, Mul | Div | Neg):
        product = as_product(term)
        above = [(1, factor) for factor in product.above]
        below = [(-1, factor) for factor in product.below]
        whole = [((*above, *below), ())] if product.sign < 0 else []
        for chosen, rest in (*whole, *_parts((*above, *below), smallest=1 if below else 2)):
            if len(chosen) == 1 and chosen[0][0] > 0:
                continue  # a factor is a place by itself
            for new in rule.rewrite(_product(1, chosen).term, context):
                yield (_product(product.sign, rest) * as_product(new)).term


def _product(sign: int, factors: tuple[tuple[int, Term], ...]) -> Product:
    return Product(
        sign,
        tuple(factor for side, factor in factors if side > 0),
        tuple(factor for side, factor in factors if side < 0),
    )


Parts = tuple[tuple[int, Term], ...]


def _parts(whole: Parts, smallest: int = 2) -> Iterator[tuple[Parts, Parts]]:
    """Each proper selection of at least ``smallest`` parts, with the rest."""
    if len(whole) > _MOST_PARTS:
        return
    for size in range(len(whole) - 1, smallest - 1, -1):
        for places in combinations(range(len(whole)), size):
            chosen = tuple(whole[place] for place in places)
            yield chosen, tuple(part for place, part in enumerate(whole) if place not in places)
