"""The last row of a chain: in which grouping the value is computed.

Each ending writes the same fraction of polynomials in another grouping. Which of them keeps its
digits is not decided here: `derivation.trainer.stable.safety` and `audit` look at the result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from derivation.term import Call, Mul, Neg, Number, Pow, Term, number, substitute, transform
from derivation.trainer.stable.branch import Branch
from derivation.trainer.stable.field import Field, ForeignError
from derivation.trainer.stable.grouping import Written, power_of, product_of, sum_of
from derivation.trainer.stable.polynomials import Monomial, Polynomial, scaled, term_of
from derivation.trainer.stable.rows import Row

if TYPE_CHECKING:
    import sympy

__all__ = ["ENDINGS"]


def _parts(field: Field, term: Term) -> Iterator[tuple[tuple[Term, ...], sympy.Expr]]:
    """The term as a sum over products of its logarithms and the predictor: (product, factor)."""
    sympy = field.sympy
    expression = sympy.together(field.enter(term))
    top, bottom = sympy.fraction(sympy.cancel(expression))
    kept = {field.unit, field.label}
    others = sorted(top.free_symbols - kept, key=field.rank)
    if not others or bottom.free_symbols - kept:
        yield (), expression
        return
    poly = sympy.Poly(top, *others)
    for powers, coefficient in sorted(poly.terms(), reverse=True):
        product = tuple(
            field.symbol_power(symbol, power)
            for symbol, power in zip(others, powers, strict=True)
            if power
        )
        yield product, coefficient / bottom


def _ending(write: Callable[[Field, sympy.Expr], list[Written]]) -> Callable[[Term, Branch], Term]:
    def propose(term: Term, branch: Branch) -> Term:
        try:
            field = Field(branch, term)
            summands: list[Written] = []
            for product, factor in _parts(field, term):
                for sign, part in write(field, factor):
                    summands.append((sign, _times(part, product)))
        except ForeignError:
            return term
        summands.sort(key=lambda one: one[0] < 0)
        return sum_of(summands)

    return propose


def _times(part: Term, product: tuple[Term, ...]) -> Term:
    """``part`` times the logarithms; a fraction takes them into its numerator."""
    return product_of(Fraction(1), [part, *product])


def _in_factors(field: Field, factor: sympy.Expr) -> list[Written]:
    return [field.fraction(field.factors(factor))]


def _leading_first(field: Field, factor: sympy.Expr) -> list[Written]:
    sympy = field.sympy
    top, bottom = sympy.fraction(sympy.cancel(factor))
    if bottom.subs(field.unit, 0) == 0 or not bottom.has(field.unit):
        return _in_factors(field, factor)
    leading = sympy.cancel(top.subs(field.unit, 0) / bottom.subs(field.unit, 0))
    rest = sympy.cancel(factor - leading)
    if leading == 0 or rest == 0:
        return _in_factors(field, factor)
    return [field.fraction(field.factors(leading)), field.fraction(field.factors(rest))]


def _all_factored(term: Term, branch: Branch) -> Term:
    try:
        field = Field(branch, term)
        sign, fraction = field.fraction(field.factors(field.enter(term)))
    except ForeignError:
        return term
    return sum_of([(sign, fraction)])


def _roots_squared(term: Term, branch: Branch) -> Term:
    try:
        field = Field(branch, term)
        sympy = field.sympy
        top, bottom = sympy.fraction(sympy.cancel(sympy.together(field.enter(term))))
        for root, square in field.roots():
            if not sympy.fraction(sympy.together(square))[1].is_number:
                return term
            top = sympy.rem(sympy.expand(top), root**2 - sympy.expand(square), root)
        sign, fraction = field.fraction(field.factors(top / bottom))
    except ForeignError:
        return term
    return sum_of([(sign, transform(fraction, _power_of_root))])


def _power_of_root(node: Term) -> Term:
    """sqrt(a)^3 as a sqrt(a): each root is rounded, and its power three times as much."""
    match node:
        case Pow(left=Call(name="sqrt", arguments=(inner,)) as root, right=Number() as power) if (
            power.value.denominator == 1 and power.value > 1
        ):
            whole = power_of(inner, int(power.value) // 2)
            return Mul(whole, root) if power.value % 2 else whole
    return node


def _between_labels(term: Term, branch: Branch) -> Term:
    labels = branch.setting.labels
    if labels.low is None or labels.high is None or labels.low == labels.high:
        return term
    name = branch.setting.label
    try:
        field = Field(branch, term)
        sympy = field.sympy
        top, bottom = sympy.fraction(sympy.cancel(sympy.together(field.enter(term))))
        if bottom.has(field.label) or sympy.degree(top, field.label) != 1:
            return term
    except ForeignError:
        return term
    width = labels.high - labels.low
    own: Monomial = ((name, 1),)
    ends: tuple[tuple[Fraction, Polynomial], ...] = (
        (labels.low, {own: Fraction(-1), (): labels.high}),
        (labels.high, {own: Fraction(1), (): -labels.low}),
    )
    summands: list[Written] = []
    for end, weight in ends:
        there = substitute(term, {name: number(end)})
        value = _ending(_in_factors)(there, branch)
        sign, size = _without_minus(value)
        summands.append((sign, product_of(1 / width, [term_of(scaled(weight, Fraction(1))), size])))
    summands.sort(key=lambda one: one[0] < 0)
    return sum_of(summands)


def _without_minus(term: Term) -> Written:
    return (-1, term.body) if isinstance(term, Neg) else (1, term)


ENDINGS = (
    Row(
        name="collect, in factors",
        statement=r"y L - (1 - y)(-z - L) = (1 - y) z + L",
        propose=_ending(_in_factors),
        given="y in [0,1], z >= 0",
        example=(
            "y*log(1 + exp(-z)) - (1 - y)*(-z - log(1 + exp(-z)))",
            "(1 - y)*z + log(1 + exp(-z))",
        ),
        reject=(
            "y*log(1 + exp(-z)) - (1 - y)*(-z - log(1 + exp(-z)))",
            "(1 + y)*z + log(1 + exp(-z))",
        ),
    ),
    Row(
        name="leading value first",
        statement=r"\frac{1}{1 + u} - y = (1 - y) - \frac{u}{1 + u}",
        propose=_ending(_leading_first),
        when="u is the decaying exponential",
        given="y in [0,1], z >= 0",
        example=("1/(1 + exp(-z)) - y", "1 - y - exp(-z)/(1 + exp(-z))"),
        reject=("1/(1 + exp(-z)) - y", "1 - y + exp(-z)/(1 + exp(-z))"),
    ),
    Row(
        name="all in factors",
        statement=r"z^2 + 2 z L + L^2 = (z + L)^2",
        propose=_all_factored,
        example=("z**2 + 2*z*log(1 + exp(-z)) + log(1 + exp(-z))**2", "(z + log(1 + exp(-z)))**2"),
        reject=("z**2 + 2*z*log(1 + exp(-z)) + log(1 + exp(-z))**2", "(z - log(1 + exp(-z)))**2"),
    ),
    Row(
        name="squares of roots",
        statement=r"\frac{\sqrt{a}^2 - b^2}{\sqrt{a}^3} = \frac{a - b^2}{a \sqrt{a}}",
        propose=_roots_squared,
        given="z real",
        example=(
            "1/sqrt(1 + z**2) - z*(z/sqrt(1 + z**2))/sqrt(1 + z**2)**2",
            "1/((1 + z**2)*sqrt(1 + z**2))",
        ),
        reject=(
            "1/sqrt(1 + z**2) - z*(z/sqrt(1 + z**2))/sqrt(1 + z**2)**2",
            "1/sqrt(1 + z**2)",
        ),
    ),
    Row(
        name="between two labels",
        statement=r"f(y) = (1 - y) f(0) + y f(1)",
        propose=_between_labels,
        when="f has degree 1 in y",
        given="y in [0,1], z >= 0",
        example=("1/(1 + exp(-z)) - y", "(1 - y)*(1/(1 + exp(-z))) - y*(exp(-z)/(1 + exp(-z)))"),
        reject=("1/(1 + exp(-z)) - y", "(1 - y)*(1/(1 + exp(-z))) - y*(1/(1 + exp(-z)))"),
    ),
)
