"""Rules of differentiation for products, quotients, powers and functions of functions."""

from __future__ import annotations

from collections.abc import Iterator

from derivation.rules.derivatives import derivative_like
from derivation.rules.matching import (
    ONE,
    Product,
    as_exponential,
    as_product,
    total,
)
from derivation.rules.powers import exact
from derivation.rules.rule import Context, Rule, Setting, depends
from derivation.term import (
    Call,
    Derivative,
    Indexed,
    Mul,
    Number,
    Pow,
    Sub,
    Term,
    number,
)

__all__ = ["COMPOSITES"]  # and each rule, by the name of its constant

_POWER = "^"  # u^n as a function of u: no author can write a function of this name


def _product_rule(term: Term, _: Context) -> Iterator[Term]:
    match term:
        case Derivative(body=body, order=1):
            product = as_product(body)
        case _:
            return
    if len(product.above) > 1 and not product.below:
        for groups in _groups(product.above):
            parts = []
            for place, group in enumerate(groups):
                others = [one for other, one in enumerate(groups) if other != place]
                parts.append(
                    (product.sign, Product(1, (derivative_like(term, group), *others)).unsigned)
                )
            yield total(parts)


def _groups(factors: tuple[Term, ...]) -> Iterator[tuple[Term, ...]]:
    """Each factor alone, or one factor against the rest."""
    yield factors
    if len(factors) > 2:
        for place, factor in enumerate(factors):
            yield factor, Product(1, factors[:place] + factors[place + 1 :]).term


def _quotient_rule(term: Term, _: Context) -> Iterator[Term]:
    match term:
        case Derivative(body=body, order=1):
            product = as_product(body)
            if product.below:
                top = Product(product.sign, product.above).term
                bottom = Product(1, product.below).term
                numerator = Sub(
                    Mul(derivative_like(term, top), bottom), Mul(top, derivative_like(term, bottom))
                )
                yield numerator / Pow(bottom, Number("2"))


def _reciprocal_rule(term: Term, context: Context) -> Iterator[Term]:
    match term:
        case Derivative(body=body, variable=variable, order=1):
            product = as_product(body)
            top = Product(-product.sign, product.above)
            if not product.below or depends(top.term, variable, context):
                return
            bottom = Product(1, product.below).term
            slope = Product(1, (derivative_like(term, bottom),), (Pow(bottom, Number("2")),))
            yield (top * slope).term


def _power_rule(term: Term, context: Context) -> Iterator[Term]:
    match term:
        case Derivative(body=Pow(left=base, right=exponent), variable=variable, order=1):
            if depends(base, variable, context) and not depends(exponent, variable, context):
                slope = _lowered(base, exponent)
                yield slope if base == variable else Mul(slope, derivative_like(term, base))
        case Call(name=name, arguments=(base, exponent), primes=1) if name == _POWER:
            yield _lowered(base, exponent)


def _lowered(base: Term, exponent: Term) -> Term:
    """``n u^{n-1}``, with ``n - 1`` worked out for a number."""
    value = exact(exponent)
    if value is None:
        return Mul(exponent, Pow(base, Sub(exponent, ONE)))
    return Mul(exponent, base if value == 2 else Pow(base, number(value - 1)))


def _chain_rule(term: Term, context: Context) -> Iterator[Term]:
    """``g'(u) du/dx`` for ``g(u)``, where ``u`` is not the variable itself."""
    if not isinstance(term, Derivative) or term.order != 1:
        return
    body, variable = term.body, term.variable
    exponent = as_exponential(body)
    if exponent is not None:
        inner, slope = exponent, Call("exp", (exponent,), 1)
    else:
        match body:
            case Call(name=name, arguments=(argument,), primes=primes):
                if _name(variable) in context.hidden(name):
                    return
                inner, slope = argument, Call(name, (argument,), primes + 1)
            case Pow(left=base, right=power) if not depends(power, variable, context):
                inner, slope = base, Call(_POWER, (base, power), 1)
            case _:
                return
    if inner != variable and depends(inner, variable, context):
        yield Mul(slope, derivative_like(term, inner))


def _name(variable: Term) -> str:
    return variable.base if isinstance(variable, Indexed) else getattr(variable, "name", "")


# ---------------------------------------------------------------------------- the rows

_X = Setting("x, a, b real")
_F = Setting("x, a real, f(x) function, g(x) > 0")
_DX = r"\frac{d}{dx}"

product_rule = Rule(
    name="product rule",
    statement="(f g)' = f' g + f g'",
    rewrite=_product_rule,
    example=(rf"{_DX} (f(x) g(x))", "f'(x) g(x) + f(x) g'(x)"),
    reject=(rf"{_DX} (f(x) g(x))", "f'(x) g'(x)"),
    setting=_F,
)
quotient_rule = Rule(
    name="quotient rule",
    statement=r"\left(\frac{f}{g}\right)' = \frac{f' g - f g'}{g^2}",
    rewrite=_quotient_rule,
    when="g not 0",
    example=(rf"{_DX} \frac{{f(x)}}{{g(x)}}", r"\frac{f'(x) g(x) - f(x) g'(x)}{g(x)^2}"),
    reject=(rf"{_DX} \frac{{f(x)}}{{g(x)}}", r"\frac{f(x) g'(x) - f'(x) g(x)}{g(x)^2}"),
    setting=_F,
)
reciprocal_rule = Rule(
    name="reciprocal rule",
    statement=r"\left(\frac{1}{g}\right)' = \frac{-g'}{g^2}",
    rewrite=_reciprocal_rule,
    when="g not 0; a numerator free of the variable stays",
    example=(rf"{_DX} \frac{{1}}{{g(x)}}", rf"\frac{{-{_DX} g(x)}}{{g(x)^2}}"),
    reject=(rf"{_DX} \frac{{1}}{{g(x)}}", rf"\frac{{{_DX} g(x)}}{{g(x)^2}}"),
    setting=_F,
)
power_rule = Rule(
    name="power rule",
    statement=r"\frac{d}{dx} u^n = n u^{n - 1} \frac{d}{dx} u",
    rewrite=_power_rule,
    when="n free of x; u positive unless n is a whole number",
    example=(rf"{_DX} (x^3)", "3 x^2"),
    reject=(rf"{_DX} (x^3)", "3 x^3"),
    setting=_X,
)
chain_rule = Rule(
    name="chain rule",
    statement=r"\frac{d}{dx} g(u) = g'(u) \frac{d}{dx} u",
    rewrite=_chain_rule,
    when="g has no further dependence on x",
    example=(rf"{_DX} f(g(x))", rf"f'(g(x)) {_DX} g(x)"),
    reject=(rf"{_DX} f(g(x))", "f'(g(x))"),
    setting=_F,
)

COMPOSITES = (product_rule, quotient_rule, reciprocal_rule, power_rule, chain_rule)
