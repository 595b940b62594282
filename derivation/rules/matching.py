"""When two lines are the same line: equal up to the order and grouping of sums and products.

``arrangement(term)`` is a key that forgets looks, order and grouping, and nothing else:
``x - x`` is not 0, ``x x`` is not ``x^2``, ``2 \\cdot 3`` is not 6, and sums are not expanded.
``as_product`` and ``as_summands`` are the flat views of a term on which the rules work.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

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
    number,
    plain,
)

__all__ = [
    "ONE",
    "ZERO",
    "Product",
    "Signed",
    "agree",
    "arrangement",
    "arrangement_of_plain",
    "as_exponential",
    "as_primed",
    "as_product",
    "as_summands",
    "is_sum",
    "total",
]

ZERO = Number("0")
ONE = Number("1")

Signed = tuple[int, Term]  # a summand: its sign (+1 or -1) and the rest
_OTHER_NAMES = {"ln": "log"}


@dataclass(frozen=True, slots=True)
class Product:
    """``sign * above[0] * above[1] ... / (below[0] * below[1] ...)``."""

    sign: int
    above: tuple[Term, ...] = ()
    below: tuple[Term, ...] = ()

    def __mul__(self, other: Product) -> Product:
        return Product(self.sign * other.sign, self.above + other.above, self.below + other.below)

    @property
    def inverse(self) -> Product:
        """One over this product."""
        return Product(self.sign, self.below, self.above)

    @property
    def unsigned(self) -> Term:
        """The term without its sign."""
        if not self.below:
            return _joined(self.above)
        return Div(_joined(self.above), _joined(self.below))

    @property
    def term(self) -> Term:
        """The term."""
        return Neg(self.unsigned) if self.sign < 0 else self.unsigned


def _joined(factors: tuple[Term, ...]) -> Term:
    if not factors:
        return ONE
    joined = factors[0]
    for factor in factors[1:]:
        joined = Mul(joined, factor)
    return joined


def as_product(term: Term) -> Product:
    """The flat view of a plain term as a product; factors 1 are dropped."""
    match term:
        case Neg(body=body):
            inner = as_product(body)
            return Product(-inner.sign, inner.above, inner.below)
        case Mul(left=left, right=right):
            return as_product(left) * as_product(right)
        case Div(left=left, right=right):
            return as_product(left) * as_product(right).inverse
        case Number(text=text):
            if text == "1":
                return Product(1)
            if text.isdigit():
                return Product(1, (term,))
            return as_product(number(term.value))
        case Add() | Sub():
            summands = as_summands(term)
            if len(summands) > 1:
                return Product(1, (term,))
            return as_product(total(summands))
        case _:
            return Product(1, (term,))


def as_summands(term: Term) -> tuple[Signed, ...]:
    """The flat view of a plain term as a sum; summands 0 are dropped."""
    match term:
        case Add(left=left, right=right):
            return as_summands(left) + as_summands(right)
        case Sub(left=left, right=right):
            return as_summands(left) + _negated(as_summands(right))
        case Number(text="0"):
            return ()
    product = as_product(term)
    if len(product.above) == 1 and not product.below and is_sum(product.above[0]):
        inner = as_summands(product.above[0])
        return inner if product.sign > 0 else _negated(inner)
    return ((product.sign, product.unsigned),)


def _negated(summands: tuple[Signed, ...]) -> tuple[Signed, ...]:
    return tuple((-sign, term) for sign, term in summands)


def is_sum(term: Term) -> bool:
    """Whether the term is written as a sum or a difference."""
    return isinstance(term, Add | Sub)


def total(summands: Iterable[Signed]) -> Term:
    """The sum of signed terms, in the given order; 0 when there is none."""
    result: Term | None = None
    for sign, term in summands:
        if result is None:
            result = term if sign > 0 else Neg(term)
        else:
            result = Add(result, term) if sign > 0 else Sub(result, term)
    return ZERO if result is None else result


def as_exponential(term: Term) -> Term | None:
    """The exponent of ``e^u`` or ``exp(u)``; None for every other term."""
    match term:
        case Pow(left=Constant(name="e"), right=exponent):
            return exponent
        case Call(name="exp", arguments=(exponent,), primes=0):
            return exponent
    return None


def as_primed(term: Term) -> Term:
    """``d/dx f(x)`` as ``f'(x)``; every other term as it is."""
    match term:
        case Derivative(body=Derivative(body=body, variable=inner, order=first), variable=outer,
                        order=second) if inner == outer:  # fmt: skip
            return as_primed(Derivative(body, outer, first + second))
        case Derivative(body=Call(name=name, arguments=(Symbol() as argument,), primes=primes),
                        variable=variable, order=order) if argument == variable:  # fmt: skip
            return Call(name, (argument,), primes + order)
    return term


def arrangement(term: Term) -> str:
    """A key that two terms share exactly when they differ in order and grouping alone.

    Agree: ``a + b`` and ``b + a``; ``a b`` and ``b a``; ``a/b`` and ``a (1/b)``; ``1/(a b)``
    and ``(1/a)(1/b)``; ``(-a) b`` and ``-(a b)``; factors 1 and summands 0 and none; a product
    with a factor 0 and 0; ``e^u`` and ``exp(u)``; ``log`` and ``ln``; ``f'(x)`` and
    ``d/dx f(x)``; sums over differently named indices.
    """
    return arrangement_of_plain(plain(term))


@lru_cache(maxsize=16384)
def arrangement_of_plain(term: Term) -> str:
    """As ``arrangement``, for a plain term; lines of a search share most of their subterms."""
    return _key_of_node(term, {})


def agree(left: Term, right: Term) -> bool:
    """Whether two plain terms differ in order and grouping alone."""
    return left == right or arrangement_of_plain(left) == arrangement_of_plain(right)


def _key(term: Term, bound: dict[str, str]) -> str:
    if not bound and not isinstance(term, Symbol | Number):
        return arrangement_of_plain(term)
    return _key_of_node(term, bound)


def _key_of_node(term: Term, bound: dict[str, str]) -> str:
    match term:
        case Symbol(name=name):
            return bound.get(name, name)
        case Add() | Sub():
            return _sum_key(term, bound)
        case Mul() | Div() | Neg() | Number():
            return _product_key(term, bound)
        case Derivative():
            return _derivative_key(term, bound)
        case Sum(body=body, index=index, lower=lower, upper=upper):
            inner = {**bound, index: f"#{len(bound)}"}
            limits = f"{_key(lower, bound)}..{_key(upper, bound)}"
            return f"Sum[{limits}]({_key(body, inner)})"
        case Call(name=name, arguments=arguments, primes=primes):
            keys = [_key(argument, bound) for argument in arguments]
            if name == "Delta":
                keys.sort()
            dashes = "'" * primes
            return f"{_OTHER_NAMES.get(name, name)}{dashes}({','.join(keys)})"
        case Pow(left=base, right=exponent):
            power = _key(exponent, bound)
            if base == Constant("e"):
                return f"exp({power})"
            return _key(base, bound) if power == "1" else f"pow({_key(base, bound)},{power})"
        case Constant(name=name):
            return f"'{name}'"
        case Indexed(base=base, indices=indices):
            return f"{base}[{','.join(_key(index, bound) for index in indices)}]"
        case _:
            keys = [_key(child, bound) for child in term.children]
            sign = getattr(term, "sign", "")
            return f"{type(term).__name__}{sign}({','.join(keys)})"


def _sum_key(term: Term, bound: dict[str, str]) -> str:
    keys = []
    for sign, summand in as_summands(term):
        key = _key(summand, bound)
        if key != "0":
            keys.append(key if sign > 0 else _negative(key))
    if not keys:
        return "0"
    return keys[0] if len(keys) == 1 else f"({' + '.join(sorted(keys))})"


def _negative(key: str) -> str:
    if key == "0":
        return key
    return key[1:] if key.startswith("-") else "-" + key


def _product_key(term: Term, bound: dict[str, str]) -> str:
    product = as_product(term)
    sign, sides = product.sign, []
    for factors in (product.above, product.below):
        keys = []
        for factor in factors:
            # as_product leaves a whole number as it is: it would come back here for ever
            key = str(factor.value) if isinstance(factor, Number) else _key(factor, bound)
            if key.startswith("-"):
                sign, key = -sign, key[1:]
            if key != "1":
                keys.append(key)
        sides.append(sorted(keys))
    above, below = sides
    if "0" in above:
        return "0"
    if len(above) == 1 and not below and len(product.above) == 1 and is_sum(product.above[0]):
        return _sum_key(term, bound)  # -(a + b) alone is the sum -a - b
    if not below and len(above) < 2:
        key = above[0] if above else "1"
    else:
        key = f"{{{'*'.join(above)}/{'*'.join(below)}}}"
    return key if sign > 0 else _negative(key)


def _derivative_key(term: Derivative, bound: dict[str, str]) -> str:
    primed = as_primed(term)
    if not isinstance(primed, Derivative):
        return _key(primed, bound)
    body, variable = _key(primed.body, bound), _key(primed.variable, bound)
    return f"D[{variable},{primed.order}]({body})"
