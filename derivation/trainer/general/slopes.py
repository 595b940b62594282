"""The gradient of one sample, with what its members have in common computed once."""

from __future__ import annotations

from collections.abc import Sequence

from derivation.term import Indexed, Mul, Sum, Term, free_names, transform
from derivation.trainer.general.cutting import Cutter
from derivation.trainer.general.problem import Parameter
from derivation.trainer.reading.sample_sums import factors, product

__all__ = ["slope_of"]


def slope_of(parameter: Parameter, cutter: Cutter) -> Term:
    """The gradient of one sample, what several members have in common as values of their own."""
    ranges = dict(zip(parameter.indices, parameter.sizes, strict=True))
    term = transform(cutter.polynomial(parameter.slope, ranges), _pulled_out)
    return _hoisted(term, parameter.indices, ranges, cutter)


def _pulled_out(node: Term) -> Term:
    """A sum of products, the factors that all of these have in common before it."""
    if not isinstance(node, Sum):
        return node
    parts = factors(node.body)
    out = [part for part in parts if node.index not in free_names(part)]
    kept = [part for part in parts if node.index in free_names(part)]
    if not out or not kept:
        return node
    return product([*out, node.with_children((product(kept), node.lower, node.upper))])


def _hoisted(
    term: Term, indices: Sequence[str], ranges: dict[str, str | int], cutter: Cutter
) -> Term:
    known = cutter.known(term)
    if known is not None:
        return known
    parts = factors(term)
    if not indices or len(parts) == 1:
        return term
    rest = [part for part in parts if indices[0] not in free_names(part)]
    own = [part for part in parts if indices[0] in free_names(part)]
    if not own or (len(rest) == 1 and not rest[0].children) or not rest:
        return term
    common = product(rest)
    if len(rest) > 1 or not isinstance(rest[0], Indexed):
        inner = _hoisted(common, indices[1:], ranges, cutter)
        common = cutter.shared(common, inner, ranges)
    return Mul(common, product(own))
