"""Rules of signs, numbers and powers."""

from __future__ import annotations

from collections.abc import Iterator

from derivation.rules.matching import ZERO, Product, as_product, as_summands, is_sum, total
from derivation.rules.powers import coefficient, combined, exact, merged, tidy, tidy_sum
from derivation.rules.rule import Context, Direction, Rule, Setting
from derivation.term import Add, Div, Mul, Neg, Number, Pow, Sub, Term, number

__all__ = ["SIGNS_AND_POWERS"]  # and each rule, by the name of its constant


def _minus_signs(term: Term) -> int:
    match term:
        case Neg(body=body):
            return 1 + _minus_signs(body)
        case Mul(left=left, right=right) | Div(left=left, right=right):
            return _minus_signs(left) + _minus_signs(right)
    return 0


def _collect_sign(term: Term, _: Context) -> Iterator[Term]:
    match term:
        case Add(right=right) if _minus_signs(right):
            yield total(as_summands(term))
        case Sub(right=right) if _minus_signs(right):
            yield total(as_summands(term))
        case Mul() | Div() | Neg():
            yield from _signed_product(term)
        case Pow(left=Neg(body=body), right=Number() as exponent) if (
            exponent.value.denominator == 1
        ):
            whole = Pow(body, exponent)
            yield Neg(whole) if exponent.value % 2 else whole


def _signed_product(term: Term) -> Iterator[Term]:
    product = as_product(term)
    if _minus_signs(term) > (1 if isinstance(term, Neg) else 0):
        yield product.term
    for place, factor in enumerate(product.above):
        if is_sum(factor):
            turned = total((-sign, one) for sign, one in as_summands(factor))
            above = (*product.above[:place], turned, *product.above[place + 1 :])
            yield Product(-product.sign, above, product.below).term


def _arithmetic(term: Term, _: Context) -> Iterator[Term]:
    match term:
        case Add() | Sub():
            new = tidy_sum(term)
            if new != total(as_summands(term)):
                yield new
        case Mul() | Div() | Neg():
            product = as_product(term)
            if sum(isinstance(f, Number) for f in (*product.above, *product.below)) > 1:
                value, rest = coefficient(product)
                yield combined(value, rest).term if value else ZERO
        case Pow(left=base, right=exponent):
            bottom, top = exact(base), exact(exponent)
            if bottom is None or top is None or top.denominator != 1 or abs(top) > 64:
                return
            if bottom or top > 0:
                yield number(bottom ** int(top))


def _combine_powers(term: Term, _: Context) -> Iterator[Term]:
    if isinstance(term, Mul | Div):
        product = as_product(term)
        above, below = merged(product.above), merged(product.below)
        if (above, below) != (product.above, product.below):
            yield Product(product.sign, above, below).term
    match term:
        case Pow(left=Pow(left=base, right=inner), right=Number() as outer) if (
            outer.value.denominator == 1
        ):
            product = tidy(as_product(Mul(inner, outer)))
            yield Pow(base, product.term)


# ---------------------------------------------------------------------------- the rows

_ABC = Setting("a, b, c real")

collect_sign = Rule(
    name="collect sign",
    statement=r"-(-a) = a, \quad a - (-b) = a + b, \quad (b - a) c = -(a - b) c",
    rewrite=_collect_sign,
    example=("a - c (-b)", "a + c b"),
    reject=("a - c (-b)", "a - c b"),
    setting=_ABC,
    rearranges=True,
)
arithmetic = Rule(
    name="arithmetic",
    statement=r"2 \cdot 3 = 6",
    rewrite=_arithmetic,
    example=(r"2 \cdot 3 a + 1 - 3", "6 a - 2"),
    reject=(r"2 \cdot 3 a + 1 - 3", "5 a - 2"),
    setting=_ABC,
)
combine_powers = Rule(
    name="combine powers",
    statement="a^n a^k = a^{n + k}",
    rewrite=_combine_powers,
    when="a positive, or n and k whole numbers",
    example=("a a^2 b", "a^3 b"),
    reject=("a a^2 b", "a^2 b"),
    setting=_ABC,
    direction=Direction.EITHER,
)

SIGNS_AND_POWERS = (collect_sign, arithmetic, combine_powers)
