"""Definitions and lemmas as reasons: their left side is replaced by their right side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from derivation.rules.matching import agree, as_primed
from derivation.rules.patterns import matches
from derivation.rules.rule import (
    Context,
    Direction,
    KnownDefinition,
    KnownLemma,
    Rule,
    Setting,
)
from derivation.rules.rule import (
    backwards as turned,
)
from derivation.rules.scope import within_domain
from derivation.term import Call, Derivative, Indexed, Symbol, Term, substitute

__all__ = ["UNFOLDING", "definition", "fold", "lemma"]


def _unfold(name: str, term: Term, context: Context) -> Iterator[Term]:
    known = context.definition(name)
    if known is None:
        return
    match term, known.head:
        case Call(primes=primes, arguments=(Symbol() as variable,)), Call() if primes:
            function = Call(term.name, term.arguments)
            for body in _unfolded(function, known):
                yield Derivative(body, variable, primes)
        case _:
            yield from _unfolded(term, known)


def _unfolded(term: Term, known: KnownDefinition) -> Iterator[Term]:
    match term, known.head:
        case Symbol(name=name), Symbol(name=head) if name == head:
            yield known.body
            return
        case Call(name=name, primes=0), Call(name=head) if name == head:
            pass
        case Indexed(base=name), Indexed(base=head) if name == head:
            pass
        case _:
            return
    if len(term.children) == len(known.arguments):
        try:
            yield substitute(known.body, dict(zip(known.arguments, term.children, strict=True)))
        except ValueError:
            return  # the value has no as-written form below a derivative of the body


def definition(name: str) -> Rule:
    """The definition of ``name`` (``L``; ``ell`` or ``\\ell``) put in, at some or all places."""
    name = name.removeprefix("\\")

    def rewrite(term: Term, context: Context) -> Iterator[Term]:
        return _unfold(name, term, context)

    return Rule(
        name=f"definition of {name}",
        statement=f"{name} = \\ldots",
        rewrite=rewrite,
        when="as defined in this derivation",
    )


def fold(name: str) -> Rule:
    """The definition of ``name`` read backwards: its body is called by its name."""
    name = name.removeprefix("\\")

    def undo(term: Term, context: Context) -> Iterator[Term]:
        known = context.definition(name)
        if known is not None:
            body = KnownLemma(known.body, known.head, frozenset(known.arguments))
            yield from _instances(body, term, context)

    return replace(
        definition(name),
        name=f"fold {name}",
        statement=f"\\ldots = {name}",
        direction=Direction.BACKWARD,
        partial=True,
        undo=undo,
    )


def _apply_lemma(name: str, term: Term, context: Context) -> Iterator[Term]:
    known = context.lemmas.get(name)
    if known is not None:
        yield from _instances(known, as_primed(term), context)


def _instances(known: KnownLemma, term: Term, context: Context) -> Iterator[Term]:
    for values in matches(known.lhs, term, known.variables):
        try:
            if agree(substitute(known.lhs, values), term) and within_domain(known, values, context):
                yield substitute(known.rhs, values)
                return
        except ValueError:
            continue  # a value mentions the variable of a derivative


def lemma(name: str, *, backwards: bool = False) -> Rule:
    """An earlier lemma, from left to right; its declared variables match any terms."""

    def rewrite(term: Term, context: Context) -> Iterator[Term]:
        return _apply_lemma(name, term, context)

    def undo(term: Term, context: Context) -> Iterator[Term]:
        known = context.lemmas.get(name)
        if known is not None:
            turned_lemma = KnownLemma(known.rhs, known.lhs, known.variables, known.domain)
            yield from _instances(turned_lemma, term, context)

    rule = Rule(
        name=f"lemma: {name}",
        statement=f"\\text{{{name}}}",
        rewrite=rewrite,
        when="proved before",
        partial=True,
        undo=undo,
    )
    return turned(rule) if backwards else rule


_SIGMOID = Setting("x, w, b real", definitions=((r"\sigma(x)", r"\frac{1}{1 + e^{-x}}"),))
_SLOPE = Setting(
    "x, w, b real",
    definitions=_SIGMOID.definitions,
    lemmas=(("sigmoid slope", r"\frac{d}{dx} \sigma(x)", r"\sigma(x) (1 - \sigma(x))"),),
)

UNFOLDING = (
    replace(
        definition("sigma"),
        example=(r"1 - \sigma(w)", r"1 - \frac{1}{1 + e^{-w}}"),
        reject=(r"1 - \sigma(w)", r"1 - \frac{1}{1 + e^{w}}"),
        setting=_SIGMOID,
    ),
    replace(
        fold("sigma"),
        example=(r"1 - \frac{1}{e^{-w} + 1}", r"1 - \sigma(w)"),
        reject=(r"1 - \frac{1}{e^{w} + 1}", r"1 - \sigma(w)"),
        setting=_SIGMOID,
    ),
    replace(
        lemma("sigmoid slope"),
        example=(r"b \frac{d}{dw} \sigma(w)", r"b \sigma(w) (1 - \sigma(w))"),
        reject=(r"b \frac{d}{dw} \sigma(w)", r"b \sigma(w) (1 + \sigma(w))"),
        setting=_SLOPE,
    ),
    replace(
        lemma("sigmoid slope", backwards=True),
        example=(r"b \cdot (1 - \sigma(w)) \sigma(w)", r"b \frac{d}{dw} \sigma(w)"),
        reject=(r"b \cdot (1 - \sigma(w)) \sigma(b)", r"b \frac{d}{dw} \sigma(w)"),
        setting=_SLOPE,
    ),
)
