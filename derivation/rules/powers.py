"""Factors and numbers of a product: like factors as powers, cancelling, arithmetic."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from derivation.rules.matching import (
    ONE,
    Product,
    arrangement_of_plain,
    as_exponential,
    as_product,
    as_summands,
    total,
)
from derivation.term import Call, Constant, Div, Neg, Number, Pow, Term, number

__all__ = [
    "cancelled",
    "coefficient",
    "combined",
    "distributed_power",
    "exact",
    "merged",
    "spread_powers",
    "tidy",
]


@dataclass(frozen=True, slots=True)
class _Power:
    """A factor ``base ** exponent`` with a positive whole exponent."""

    base: Term
    exponent: int
    written: Term

    @classmethod
    def of(cls, factor: Term) -> _Power:
        match factor:
            case Pow(left=base, right=Number() as exponent) if (
                exponent.value.denominator == 1 and exponent.value > 0
            ):
                return cls(base, int(exponent.value), factor)
        return cls(factor, 1, factor)

    def lowered(self, by: int) -> Term | None:
        left = self.exponent - by
        if not by:
            return self.written
        return power(self.base, left) if left else None


def spread_powers(factors: tuple[Term, ...]) -> tuple[Term, ...]:
    """``x^2`` as ``x x``, for small whole exponents."""
    spread: list[Term] = []
    for factor in factors:
        item = _Power.of(factor)
        spread.extend([item.base] * item.exponent if item.exponent <= 4 else [factor])
    return tuple(spread)


def power(base: Term, exponent: int) -> Term:
    """``base ** exponent``, written as the base alone for 1."""
    return base if exponent == 1 else Pow(base, Number(str(exponent)))


def cancelled(product: Product) -> Product | None:
    """Equal factors above and below cancelled, powers lowered; None when there are none."""
    above = [_Power.of(factor) for factor in product.above]
    below = [_Power.of(factor) for factor in product.below]
    below_keys = [arrangement_of_plain(item.base) for item in below]
    taken_below = [0] * len(below)
    new_above: list[Term] = []
    for item in above:
        key, taken = arrangement_of_plain(item.base), 0
        for place, other in enumerate(below):
            free = other.exponent - taken_below[place]
            if key == below_keys[place] and free and taken < item.exponent:
                step = min(free, item.exponent - taken)
                taken, taken_below[place] = taken + step, taken_below[place] + step
        if (left := item.lowered(taken)) is not None:
            new_above.append(left)
    if not any(taken_below):
        return None
    new_below = [
        left
        for item, by in zip(below, taken_below, strict=True)
        if (left := item.lowered(by)) is not None
    ]
    return Product(product.sign, tuple(new_above), tuple(new_below))


def merged(factors: tuple[Term, ...]) -> tuple[Term, ...]:
    """Equal factors collected into powers: ``x x`` is ``x^2``, ``x^a x^b`` is ``x^{a+b}``."""
    groups: dict[str, list[tuple[Term, Term]]] = {}
    for factor in factors:
        base, exponent = _split(factor)
        groups.setdefault(arrangement_of_plain(base), []).append((factor, exponent))
    result: list[Term] = []
    for group in groups.values():
        if len(group) == 1 or isinstance(group[0][0], Number):
            result.extend(factor for factor, _ in group)
            continue
        base, _ = _split(group[0][0])
        exponent = tidy_sum(total((1, exponent) for _, exponent in group))
        result.append(base if exponent == ONE else Pow(base, exponent))
    return tuple(result)


def _split(factor: Term) -> tuple[Term, Term]:
    exponent = as_exponential(factor)
    if exponent is not None:
        return Constant("e"), exponent
    return (factor.left, factor.right) if isinstance(factor, Pow) else (factor, ONE)


def exact(term: Term) -> Fraction | None:
    """The value of a number, also with a sign or as a fraction of numbers; None otherwise."""
    match term:
        case Number():
            return term.value
        case Neg(body=body):
            value = exact(body)
            return None if value is None else -value
        case Div(left=left, right=right):
            top, bottom = exact(left), exact(right)
            return top / bottom if top is not None and bottom else None
    return None


def coefficient(product: Product) -> tuple[Fraction, Product]:
    """The numeric part with the sign, and the rest."""
    value = Fraction(product.sign)
    above, below = [], []
    for factor in product.above:
        if isinstance(factor, Number):
            value *= factor.value
        else:
            above.append(factor)
    for factor in product.below:
        if isinstance(factor, Number) and factor.value:
            value /= factor.value
        else:
            below.append(factor)
    return value, Product(1, tuple(above), tuple(below))


def combined(value: Fraction, rest: Product) -> Product:
    """``value * rest``."""
    return as_product(number(value)) * rest


def tidy(product: Product) -> Product:
    """Numbers multiplied, equal factors collected into powers above and below."""
    value, rest = coefficient(product)
    return combined(value, Product(1, merged(rest.above), merged(rest.below)))


def tidy_sum(term: Term) -> Term:
    """The numbers of a sum added up, at the place of the first of them."""
    summands = as_summands(term)
    values = [sign * value for sign, one in summands if (value := exact(one)) is not None]
    if len(values) < 2:
        return total(summands)
    rest = [(sign, one) for sign, one in summands if exact(one) is None]
    constant = sum(values, Fraction(0))
    if constant == 0:
        return total(rest)
    last = (1 if constant > 0 else -1, number(abs(constant)))
    return total([*rest, last])


def distributed_power(term: Term) -> Iterator[Term]:
    """``(a b / c)^n`` as ``a^n b^n / c^n``; a minus sign needs a whole exponent."""
    match term:
        case Pow(left=base, right=exponent):
            product = as_product(base)
            parts = len(product.above) + len(product.below)
            value = exact(exponent)
            if parts < 2 and not product.below and product.sign > 0:
                return
            if product.sign < 0 and (value is None or value.denominator != 1):
                return
            sign = -1 if product.sign < 0 and value is not None and value % 2 else 1
            yield Product(
                sign,
                tuple(Pow(factor, exponent) for factor in product.above),
                tuple(Pow(factor, exponent) for factor in product.below),
            ).term
        case Call(name="sqrt", arguments=(argument,)):
            product = as_product(argument)
            if product.sign > 0 and len(product.above) + len(product.below) > 1:
                yield Product(
                    1,
                    tuple(Call("sqrt", (factor,)) for factor in product.above),
                    tuple(Call("sqrt", (factor,)) for factor in product.below),
                ).term
