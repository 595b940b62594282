"""Taking factors into a sum: the common ground of expanding, cancelling and splitting."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from derivation.rules.matching import Product, Signed, as_product, as_summands, is_sum, total
from derivation.term import Term

__all__ = ["MOST_MOVED", "distributed", "selections", "sum_of", "sums_among"]

MOST_MOVED = 5  # factors of a product of which every selection is tried


def selections(items: tuple[Term, ...]) -> Iterator[tuple[tuple[Term, ...], tuple[Term, ...]]]:
    """(chosen, rest), the largest selections first; the empty one is left out.

    Of more than ``MOST_MOVED`` items only all of them, and each alone, are chosen.
    """
    sizes = range(len(items), 0, -1) if len(items) <= MOST_MOVED else (len(items), 1)
    for size in sizes:
        for places in combinations(range(len(items)), size):
            chosen = tuple(items[place] for place in places)
            yield chosen, tuple(item for place, item in enumerate(items) if place not in places)


def sums_among(product: Product) -> Iterator[tuple[tuple[Signed, ...], Product]]:
    """(summands, the rest of the product) for each sum among the factors above."""
    for place, factor in enumerate(product.above):
        if is_sum(factor):
            yield as_summands(factor), _without(product, place)


def _without(product: Product, place: int) -> Product:
    """The product without the factor at one place above."""
    return Product(product.sign, product.above[:place] + product.above[place + 1 :], product.below)


def distributed(moved: Product, summands: tuple[Signed, ...]) -> list[Product]:
    """``moved`` times each summand."""
    return [
        Product(moved.sign * sign, moved.above, moved.below) * as_product(term)
        for sign, term in summands
    ]


def sum_of(products: list[Product]) -> Term:
    """The sum of the products."""
    return total((product.sign, product.unsigned) for product in products)
