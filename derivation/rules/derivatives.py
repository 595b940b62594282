"""Rules of differentiation for sums, constants and linear terms.

``d/dx f`` below stands for ``Derivative(f, x)``; ``free`` means that the value cannot change
with the variable: neither written in it, nor hidden in a declared function or a definition.
"""

from __future__ import annotations

from collections.abc import Iterator

from derivation.rules.matching import (
    ONE,
    ZERO,
    Product,
    Signed,
    as_product,
    as_summands,
    total,
)
from derivation.rules.rule import Context, Rule, Setting, depends
from derivation.term import (
    Add,
    Call,
    Derivative,
    Indexed,
    Neg,
    Sub,
    Symbol,
    Term,
)

__all__ = ["DERIVATIVES"]  # and each rule, by the name of its constant


def _summands_with_sign(term: Term) -> list[Term]:
    return [one if sign > 0 else Neg(one) for sign, one in as_summands(term)]


def _linearity(term: Term, _: Context) -> Iterator[Term]:
    match term:
        case Derivative(body=Add() | Sub() as body):
            summands = as_summands(body)
            yield total((sign, derivative_like(term, one)) for sign, one in summands)
            yield total((1, derivative_like(term, one)) for one in _summands_with_sign(body))
            if len(summands) > 2:
                for place, (sign, one) in enumerate(summands):
                    rest = total((*summands[:place], *summands[place + 1 :]))
                    yield Add(
                        total(((sign, derivative_like(term, one)),)), derivative_like(term, rest)
                    )
        case Derivative(body=body):
            product = as_product(body)
            if product.sign < 0:
                yield Neg(derivative_like(term, product.unsigned))


def derivative_like(derivative: Derivative, body: Term) -> Derivative:
    return Derivative(body, derivative.variable, derivative.order)


def _constant_factor(term: Term, context: Context) -> Iterator[Term]:
    if not isinstance(term, Derivative):
        return
    product = as_product(term.body)

    def stays(factor: Term) -> bool:
        return depends(factor, term.variable, context)

    above = [factor for factor in product.above if not stays(factor)]
    below = [factor for factor in product.below if not stays(factor)]
    if len(above) + len(below) == len(product.above) + len(product.below):
        return  # a constant as a whole is another rule
    for out in _parts_out(product, above, below):
        kept = Product(
            product.sign * out.sign,
            tuple(factor for factor in product.above if factor not in out.above),
            tuple(factor for factor in product.below if factor not in out.below),
        )
        yield (out * Product(1, (derivative_like(term, kept.term),))).term


def _parts_out(product: Product, above: list[Term], below: list[Term]) -> Iterator[Product]:
    """What moves out: everything free, with the sign or without it; or one factor."""
    if above or below or product.sign < 0:
        yield Product(product.sign, tuple(above), tuple(below))
    if above or below:
        if product.sign < 0:
            yield Product(1, tuple(above), tuple(below))
        if len(above) + len(below) > 1:
            yield from (Product(1, (factor,)) for factor in above)
            yield from (Product(1, (), (factor,)) for factor in below)


def _of_constant(term: Term, context: Context) -> Iterator[Term]:
    if not isinstance(term, Derivative):
        return
    if not depends(term.body, term.variable, context):
        yield ZERO
    elif isinstance(term.body, Add | Sub):
        kept = dependent_summands(term.body, term.variable, context)
        yield derivative_like(term, total(kept))


def dependent_summands(body: Term, variable: Term, context: Context) -> list[Signed]:
    return [pair for pair in as_summands(body) if depends(pair[1], variable, context)]


def _of_variable(term: Term, _: Context) -> Iterator[Term]:
    match term:
        case Derivative(body=Symbol() | Indexed() as body, variable=variable, order=1):
            if body == variable:
                yield ONE


def _of_linear(term: Term, context: Context) -> Iterator[Term]:
    """``d/dx (a x + b)`` as ``a``."""
    if isinstance(term, Derivative) and term.order == 1:
        slope = slope_of(term.body, term.variable, context)
        if slope is not None:
            yield slope


def slope_of(body: Term, variable: Term, context: Context) -> Term | None:
    """``a`` when the body is written as ``a x + b`` with a and b free of x; None otherwise."""
    slopes: list[Signed] = []
    for sign, summand in dependent_summands(body, variable, context):
        product = as_product(summand)
        if product.above.count(variable) != 1:
            return None
        place = product.above.index(variable)
        above = product.above[:place] + product.above[place + 1 :]
        if any(depends(factor, variable, context) for factor in (*above, *product.below)):
            return None
        rest = Product(sign, above, product.below)
        slopes.append((rest.sign, rest.unsigned))
    return total(slopes) if slopes else None


def _kronecker(term: Term, _: Context) -> Iterator[Term]:
    match term:
        case Derivative(body=Indexed(base=base, indices=indices),
                        variable=Indexed(base=other, indices=others), order=1) if (
            base == other and len(indices) == len(others)
        ):  # fmt: skip
            deltas = tuple(
                Call("Delta", (theirs, ours)) for ours, theirs in zip(indices, others, strict=True)
            )
            yield Product(1, deltas).term


# ---------------------------------------------------------------------------- the rows

_X = Setting("x, a, b real")
_F = Setting("x, a real, f(x) function, g(x) > 0")
_DX = r"\frac{d}{dx}"

linearity = Rule(
    name="linearity",
    statement=r"\frac{d}{dx} (f - g) = \frac{d}{dx} f - \frac{d}{dx} g",
    rewrite=_linearity,
    example=(rf"{_DX} (f(x) - g(x))", rf"{_DX} f(x) - {_DX} g(x)"),
    reject=(rf"{_DX} (f(x) - g(x))", rf"{_DX} f(x) + {_DX} g(x)"),
    setting=_F,
)
constant_factor = Rule(
    name="constant factor",
    statement=r"\frac{d}{dx} (c f) = c \frac{d}{dx} f",
    rewrite=_constant_factor,
    when="c free of x",
    example=(rf"{_DX} (a g(x))", rf"a {_DX} g(x)"),
    reject=(rf"{_DX} (x g(x))", rf"x {_DX} g(x)"),
    setting=_F,
)
derivative_of_constant = Rule(
    name="derivative of a constant",
    statement=r"\frac{d}{dx} c = 0, \quad \frac{d}{dx} (c + f) = \frac{d}{dx} f",
    rewrite=_of_constant,
    when="c free of x",
    example=(rf"{_DX} (a^2) + a", "a"),
    reject=(rf"{_DX} (a x) + a", "a"),
    setting=_X,
)
derivative_of_variable = Rule(
    name="derivative of the variable",
    statement=r"\frac{d}{dx} x = 1",
    rewrite=_of_variable,
    example=(rf"a {_DX} x", "a"),
    reject=(rf"a {_DX} x", "a x"),
    setting=_X,
)
derivative_of_linear = Rule(
    name="derivative of a linear function",
    statement=r"\frac{d}{dx} (a x + b) = a",
    rewrite=_of_linear,
    when="a and b free of x",
    example=(rf"{_DX} (a x + b)", "a"),
    reject=(rf"{_DX} (a x + b)", "a + b"),
    setting=_X,
)
kronecker_derivative = Rule(
    name="derivative of a member",
    statement=r"\frac{\partial w_k}{\partial w_j} = \delta_{jk}",
    rewrite=_kronecker,
    example=(r"\frac{\partial w_k}{\partial w_j}", r"\delta_{jk}"),
    reject=(r"\frac{\partial w_k}{\partial w_j}", "1"),
    setting=Setting("d integer >= 1, j in 1..d, k in 1..d, w[1..d] real"),
)

DERIVATIVES = (
    linearity,
    constant_factor,
    derivative_of_constant,
    derivative_of_variable,
    derivative_of_linear,
    kronecker_derivative,
)
