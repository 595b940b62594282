"""Label folding: a loss that treats the two extreme labels alike needs one branch-free form.

With f(z) the loss for the lower label, the kernel proves that the loss for the upper one is
f(-z), and that the residuals are f'(z) and -f'(-z). Then f and f' are computed from m = z or
m = -z with one exponential, e^m.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from derivation.errors import UnsupportedError
from derivation.kernel import Theorem
from derivation.term import (
    Derivative,
    Neg,
    Symbol,
    Term,
    fresh_name,
    number,
    plain,
    substitute,
)
from derivation.trainer.stable.branch import Branch, exponents
from derivation.trainer.stable.parts import Folded, Setting, Side
from derivation.trainer.stable.searching import Found, Search

__all__ = ["folded_forms"]


def folded_forms(loss: Term, residual: Term, setting: Setting) -> Folded | None:
    """The folded forms of a loss and its residual; None where the labels do not mirror.

    The two labels are the ends of the interval of labels if it has both, else 0 and 1.
    """
    labels = _extremes(setting)
    if labels is None:
        return None
    loss, residual = plain(loss), plain(residual)
    name = fresh_name("m", frozenset({setting.predictor, setting.label}))
    found = [_single_exponential(term, labels[0], name, setting) for term in (loss, residual)]
    if found[0] is None or found[1] is None:
        return None
    form, slope = found[0].form, found[1].form
    theorems = _mirrored(loss, residual, (form, slope), name, (labels, setting))
    if theorems is None:
        return None
    chains = tuple(one.chain for one in found if one is not None and one.chain is not None)
    audits = tuple(audit for one in found if one is not None for audit in one.audits)
    return Folded(form, slope, name, theorems, labels, chains, audits)


def _extremes(setting: Setting) -> tuple[Fraction, Fraction] | None:
    labels = setting.labels
    low, high = labels.low, labels.high
    if low is None or high is None:
        low, high = Fraction(0), Fraction(1)
    return (low, high) if low in labels and high in labels and low < high else None


def _single_exponential(term: Term, label: Fraction, name: str, setting: Setting) -> Found | None:
    """The form for one label over the real line, if it has no other exponential than e^m."""
    at = substitute(term, {setting.label: number(label), setting.predictor: Symbol(name)})
    try:
        found = Search(at, replace(setting, predictor=name, lemmas=())).on(Side.BOTH)
    except UnsupportedError:
        return None
    kinds = set(exponents(found.form))
    return found if kinds == {Symbol(name)} else None


def _mirrored(
    loss: Term,
    residual: Term,
    forms: tuple[Term, Term],
    name: str,
    where: tuple[tuple[Fraction, Fraction], Setting],
) -> tuple[Theorem, ...] | None:
    """loss(z, low) = f(z), loss(z, high) = f(-z), the same for the residual, and f' = df/dm.

    The residual is f'(z) and -f'(-z). None unless the kernel proves all of them.
    """
    (low, high), setting = where
    form, slope = forms
    z = Symbol(setting.predictor)
    on_line = Branch(setting, z, Side.BOTH)
    along = Branch(replace(setting, predictor=name), Symbol(name), Side.BOTH)

    def at(term: Term, label: Fraction) -> Term:
        return substitute(term, {setting.label: number(label)})

    def of(term: Term, argument: Term) -> Term:
        return substitute(term, {name: argument})

    claims = (
        (on_line, at(loss, low), of(form, z)),
        (on_line, at(loss, high), of(form, Neg(z))),
        (on_line, at(residual, low), of(slope, z)),
        (on_line, at(residual, high), Neg(of(slope, Neg(z)))),
        (along, Derivative(form, Symbol(name)), slope),
    )
    theorems: list[Theorem] = []
    for branch, left, right in claims:
        theorem = branch.prove(left, right)
        if theorem is None:
            return None
        theorems.append(theorem)
    return tuple(theorems)
