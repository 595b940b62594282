"""Rules of finite sums."""

from __future__ import annotations

from collections.abc import Iterator

from derivation.domain import Kind, size_term
from derivation.rules.matching import (
    ONE,
    Product,
    as_product,
    as_summands,
    total,
)
from derivation.rules.powers import exact
from derivation.rules.rule import Context, Direction, Rule, Setting, depends
from derivation.term import (
    Add,
    Call,
    Derivative,
    Sub,
    Sum,
    Symbol,
    Term,
    free_names,
    substitute,
)

__all__ = ["SUMS"]  # and each rule, by the name of its constant


def _sum_rule(term: Term, context: Context) -> Iterator[Term]:
    """The derivative of a sum, term by term."""
    match term:
        case Derivative(body=Sum(body=body, index=index, lower=lower, upper=upper) as whole,
                        variable=variable):  # fmt: skip
            clash = index in free_names(variable)
            moving = depends(lower, variable, context) or depends(upper, variable, context)
            if not clash and not moving:
                inner = Derivative(body, variable, term.order)
                yield whole.with_children((inner, lower, upper))


def _constant_out(term: Term, _: Context) -> Iterator[Term]:
    if not isinstance(term, Sum):
        return
    product = as_product(term.body)
    out = Product(
        product.sign,
        tuple(factor for factor in product.above if term.index not in free_names(factor)),
        tuple(factor for factor in product.below if term.index not in free_names(factor)),
    )
    kept = Product(
        1,
        tuple(factor for factor in product.above if term.index in free_names(factor)),
        tuple(factor for factor in product.below if term.index in free_names(factor)),
    )
    if kept == product:
        return
    yield _outside(term, out, kept)
    if len(out.above) + len(out.below) > 1 or out.sign < 0:
        for single in _singles(out):
            stays = _without(out, single) * kept
            yield _outside(term, single, stays)


def _outside(term: Sum, out: Product, kept: Product) -> Term:
    inner = term.with_children((kept.term, term.lower, term.upper))
    return (out * Product(1, (inner,))).term


def _singles(out: Product) -> Iterator[Product]:
    if out.sign < 0:
        yield Product(-1)
        yield Product(1, out.above, out.below)
    yield from (Product(1, (factor,)) for factor in out.above)
    yield from (Product(1, (), (factor,)) for factor in out.below)


def _without(whole: Product, part: Product) -> Product:
    above, below = list(whole.above), list(whole.below)
    for factor in part.above:
        above.remove(factor)
    for factor in part.below:
        below.remove(factor)
    return Product(whole.sign * part.sign, tuple(above), tuple(below))


def _split_sum(term: Term, _: Context) -> Iterator[Term]:
    if isinstance(term, Sum) and isinstance(term.body, Add | Sub):
        summands = as_summands(term.body)

        def part(body: Term) -> Term:
            return term.with_children((body, term.lower, term.upper))

        yield total((sign, part(one)) for sign, one in summands)
        if len(summands) > 2:
            for place in range(len(summands)):
                rest = summands[:place] + summands[place + 1 :]
                yield Add(part(total(summands[place : place + 1])), part(total(rest)))


def _sum_of_constant(term: Term, _: Context) -> Iterator[Term]:
    if isinstance(term, Sum) and term.index not in free_names(term.body):
        terms = term.upper if term.lower == ONE else Add(Sub(term.upper, term.lower), ONE)
        yield (as_product(terms) * as_product(term.body)).term


def _kronecker_delta(term: Term, context: Context) -> Iterator[Term]:
    """``sum_{k=1}^n delta_{jk} f(k)`` as ``f(j)``, for ``j`` in 1..n."""
    if not isinstance(term, Sum) or term.lower != ONE:
        return
    product = as_product(term.body)
    for place, factor in enumerate(product.above):
        match factor:
            case Call(name="Delta", arguments=(left, right)):
                pass
            case _:
                continue
        for bound, other in ((left, right), (right, left)):
            is_index = bound == Symbol(term.index) and term.index not in free_names(other)
            if is_index and _in_range(other, term.upper, context):
                above = product.above[:place] + product.above[place + 1 :]
                rest = Product(product.sign, above, product.below).term
                try:
                    yield substitute(rest, {term.index: other})
                except ValueError:
                    continue  # the summand differentiates by a member of this index


def _in_range(index: Term, upper: Term, context: Context) -> bool:
    """Whether the domain says that the index lies in 1..upper."""
    value, most = exact(index), exact(upper)
    if value is not None and most is not None:
        return value.denominator == 1 and 1 <= value <= most
    declaration = context.domain.get(index.name) if isinstance(index, Symbol) else None
    if declaration is None or declaration.kind is not Kind.INDEX:
        return False
    size = declaration.sizes[0]
    return most == size if isinstance(size, int) else upper == size_term(size)


def _rename(term: Term, _: Context) -> Iterator[Term]:
    if isinstance(term, Sum):
        yield term


def _swap(term: Term, _: Context) -> Iterator[Term]:
    match term:
        case Sum(body=Sum() as inner):
            limits = free_names(inner.lower) | free_names(inner.upper)
            outer_limits = free_names(term.lower) | free_names(term.upper)
            entangled = term.index in limits or inner.index in outer_limits
            if term.index != inner.index and not entangled:
                new = Sum(inner.body, term.index, term.lower, term.upper)
                yield inner.with_children((new, inner.lower, inner.upper))


# ---------------------------------------------------------------------------- the rows

_U = Setting("m, n integer >= 1, c real, u[1..m] real, v[1..m] real, j in 1..m")
_UI, _VI = "u^{(i)}", "v^{(i)}"

sum_rule = Rule(
    name="sum rule",
    statement=r"\frac{d}{dx} \sum_i f_i = \sum_i \frac{d}{dx} f_i",
    rewrite=_sum_rule,
    when="x neither the index nor in the limits",
    example=(
        rf"\frac{{d}}{{dx}} \sum_{{i=1}}^{{m}} ({_UI} x^2)",
        rf"\sum_{{i=1}}^{{m}} \frac{{d}}{{dx}} ({_UI} x^2)",
    ),
    reject=(
        rf"\frac{{d}}{{dx}} \sum_{{i=1}}^{{m}} ({_UI} x^2)",
        r"m \frac{d}{dx} (u^{(1)} x^2)",
    ),
    setting=Setting("m integer >= 1, x real, u[1..m] real"),
)
constant_out_of_sum = Rule(
    name="constant out of a sum",
    statement=r"\sum_i c f_i = c \sum_i f_i",
    rewrite=_constant_out,
    when="c free of the index",
    example=(rf"\sum_{{i=1}}^{{m}} (c {_UI})", rf"c \sum_{{i=1}}^{{m}} {_UI}"),
    reject=(rf"\sum_{{i=1}}^{{m}} ({_VI} {_UI})", rf"v^{{(1)}} \sum_{{i=1}}^{{m}} {_UI}"),
    setting=_U,
    direction=Direction.EITHER,
)
split_sum = Rule(
    name="split sum",
    statement=r"\sum_i (f_i + g_i) = \sum_i f_i + \sum_i g_i",
    rewrite=_split_sum,
    example=(
        rf"\sum_{{i=1}}^{{m}} ({_UI} - {_VI})",
        rf"\sum_{{i=1}}^{{m}} {_UI} - \sum_{{i=1}}^{{m}} {_VI}",
    ),
    reject=(
        rf"\sum_{{i=1}}^{{m}} ({_UI} - {_VI})",
        rf"\sum_{{i=1}}^{{m}} {_UI} + \sum_{{i=1}}^{{m}} {_VI}",
    ),
    setting=_U,
    direction=Direction.EITHER,
)
sum_of_constant = Rule(
    name="sum of a constant",
    statement=r"\sum_{i=1}^{m} c = m c",
    rewrite=_sum_of_constant,
    when="c free of the index",
    example=(r"\sum_{i=1}^{m} c", "m c"),
    reject=(r"\sum_{i=0}^{m} c", "m c"),
    setting=_U,
)
kronecker_delta = Rule(
    name="Kronecker delta",
    statement=r"\sum_{k=1}^{n} \delta_{jk} f_k = f_j",
    rewrite=_kronecker_delta,
    when="j in 1..n",
    example=(r"\sum_{k=1}^{m} (u_k \delta_{jk})", "u_j"),
    reject=(r"\sum_{k=1}^{n} (u_k \delta_{jk})", "u_j"),
    setting=Setting("m, n integer >= 1, u[1..m] real, j in 1..m"),
)
rename_index = Rule(
    name="rename index",
    statement=r"\sum_i f_i = \sum_k f_k",
    rewrite=_rename,
    example=(rf"\sum_{{i=1}}^{{m}} {_UI}", r"\sum_{k=1}^{m} u^{(k)}"),
    reject=(rf"\sum_{{i=1}}^{{m}} {_UI}", r"\sum_{k=1}^{m} v^{(k)}"),
    setting=_U,
    rearranges=True,
)
swap_sums = Rule(
    name="swap sums",
    statement=r"\sum_i \sum_k f_{ik} = \sum_k \sum_i f_{ik}",
    rewrite=_swap,
    when="neither index in the limits of the other sum",
    example=(
        r"\sum_{i=1}^{2} \sum_{k=1}^{3} (a_{ik} u_i)",
        r"\sum_{k=1}^{3} \sum_{i=1}^{2} (a_{ik} u_i)",
    ),
    reject=(
        r"\sum_{i=1}^{2} \sum_{k=1}^{3} (a_{ik} u_i)",
        r"\sum_{k=1}^{3} \sum_{i=1}^{2} (a_{ik} u_k)",
    ),
    setting=Setting("a[1..3, 1..3] real, u[1..3] real"),
)

SUMS = (
    sum_rule,
    constant_out_of_sum,
    split_sum,
    sum_of_constant,
    kronecker_delta,
    rename_index,
    swap_sums,
)
