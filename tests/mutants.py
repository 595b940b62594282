"""Mutated twins of a rewrite.

A mutant is the rewrite with one thing changed: a sign, a factor, an exponent, a term left out,
a sum's limits, a symbol, an index, a derivative, or the name of the rule. A changed line may
still be true (``0 x`` for ``0``); ``pointwise`` says so by values alone, without the kernel.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from pointwise import Lemmas, Truth

from derivation.derivation import Lemma, Line, Reason, Rewrite
from derivation.domain import Kind
from derivation.notation import to_latex
from derivation.rules import ALL_RULES, Rule, definition, fold, lemma
from derivation.term import (
    Add,
    Call,
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
    free_names,
    plain,
    walk,
)  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """A rewrite with one thing changed."""

    kind: str
    rewrite: Rewrite

    @property
    def line(self) -> Line:
        """The line that it claims."""
        return self.rewrite.line

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The reasons that it names."""
        return self.rewrite.reasons

    def __str__(self) -> str:
        return f"{self.kind}: {self.line.latex}, by {self.rewrite.rule}"


WRONG_RULE = "wrong rule"
WIDER = "wider range"


def mutants_of(
    rewrite: Rewrite,
    before: Line,
    of: Lemma,
    earlier: tuple[str, ...],
    lemmas: Lemmas,
    most: int | None = None,
) -> tuple[list[Mutant], list[Mutant]]:
    """The false mutants of a rewrite, and those that turned out to be true.

    ``earlier`` are the names of the lemmas that come before. At most two lines of each kind are
    kept, at the first and the last place where the kind can be had. A line without a value
    cannot be proved either, but one with a wrong value is the better mutant; of those without,
    only sums over more than there is are kept. With ``most``, no more false lines than that, of
    kinds that differ from rewrite to rewrite, and one wrong rule.
    """
    false: list[Mutant] = []
    true: list[Mutant] = []
    undefined: list[Mutant] = []
    original = plain(rewrite.line.term)
    by_kind: dict[str, list[Term]] = {}
    whole = (("sign", Neg(original)), ("factor", Mul(Number("2"), original)))
    for kind, term in (*whole, *_mutations(original, of, frozenset())):
        if term != original and term not in by_kind.setdefault(kind, []):
            by_kind[kind].append(term)
    kept: Counter[str] = Counter()
    for kind, term in _in_turn(by_kind, len(rewrite.line.latex)) if most else _one_by_one(by_kind):
        if most and len(false) >= most:
            break
        mutant = Mutant(kind, replace(rewrite, line=_line(term, rewrite.line)))
        match lemmas.truth(of, before.term, term):
            case Truth.TRUE:
                true.append(mutant)
            case Truth.UNDEFINED:
                undefined.append(mutant)
            case Truth.FALSE if kept[kind] < 2:
                false.append(mutant)
                kept[kind] += 1
    false += [mutant for mutant in undefined if mutant.kind == WIDER][:1]
    wrong = _wrong_reasons(rewrite, before, of, earlier)
    for reasons in islice(wrong, 1 if most else None):
        false.append(Mutant(WRONG_RULE, replace(rewrite, reasons=reasons)))
    return false, true


Kinds = dict[str, list[Term]]


def _one_by_one(by_kind: Kinds) -> Iterator[tuple[str, Term]]:
    """Kind after kind: the first term, and the others from the last on."""
    for kind, terms in by_kind.items():
        for term in (*terms[:1], *terms[:0:-1]):
            yield kind, term


def _in_turn(by_kind: Kinds, start: int) -> Iterator[tuple[str, Term]]:
    """One term of each kind, from the kind of that number on; then the others."""
    kinds = list(by_kind)
    kinds = kinds[start % len(kinds) :] + kinds[: start % len(kinds)]
    for kind in kinds:
        yield from ((kind, term) for term in by_kind[kind][:1])
    for kind in kinds:
        yield from ((kind, term) for term in by_kind[kind][:0:-1])


def _line(term: Term, like: Line) -> Line:
    return Line(to_latex(term), term, like.domain)


def _mutations(term: Term, of: Lemma, bound: frozenset[str]) -> Iterator[tuple[str, Term]]:
    """(kind, term with one node changed), the changes of the whole first."""
    yield from _changes(term, of, bound)
    if isinstance(term, Indexed):
        return  # its indices are changed as a whole, by _changes
    inner = bound | {term.index} if isinstance(term, Sum) else bound
    for place, child in enumerate(term.children):
        if isinstance(term, Derivative | Sum) and place:
            continue  # the variable, or the limits, are changed as a whole, by _changes
        for kind, changed in _mutations(child, of, inner):
            children = list(term.children)
            children[place] = changed
            yield kind, term.with_children(tuple(children))


def _changes(term: Term, of: Lemma, bound: frozenset[str]) -> Iterator[tuple[str, Term]]:
    """The changes of one node."""
    one = Number("1")
    match term:
        case Add(left=left, right=right):
            yield "sign", Sub(left, right)
            yield "dropped term", left
            yield "dropped term", right
        case Sub(left=left, right=right):
            yield "sign", Add(left, right)
            yield "dropped term", left
            yield "swapped terms", Sub(right, left)
        case Neg(body=body):
            yield "sign", body
        case Mul(left=left, right=right):
            yield "dropped factor", left
            yield "dropped factor", right
            yield "sign", Neg(term)
        case Div(left=left, right=right):
            yield "quotient", Div(right, left)
            yield "dropped factor", left
            yield "sign", Neg(term)
        case Pow(left=left, right=right):
            yield "exponent", Pow(left, Add(right, one))
            yield "exponent", Pow(left, Neg(right))
            yield "exponent", left
        case _:
            yield from _changes_of_names(term, of, bound)
    if not isinstance(term, Number | Symbol | Indexed | Mul | Neg):
        yield "factor", Mul(Number("2"), term)


def _changes_of_names(term: Term, of: Lemma, bound: frozenset[str]) -> Iterator[tuple[str, Term]]:
    """The changes of a number, a name, or a node that binds one."""
    one = Number("1")
    match term:
        case Number(value=value):
            yield "number", Number(str(value + 1))
            yield "dropped term", Number("0")
            yield "sign", Neg(term)
        case Symbol(name=name):
            for other in _alike(name, of, bound):
                yield "swapped symbol", Symbol(other)
            yield "factor", Mul(Number("2"), term)
        case Indexed(base=base, indices=indices):
            for place, index in enumerate(indices):
                for other in _other_indices(base, place, index, of):
                    changed = (*indices[:place], other, *indices[place + 1 :])
                    yield "changed index", Indexed(base, changed)
            yield "factor", Mul(Number("2"), term)
        case Call(name=name, arguments=arguments, primes=primes):
            if primes:
                yield "dropped derivative", Call(name, arguments, primes - 1)
            elif len(arguments) == 1:
                yield "dropped function", arguments[0]
                yield "added derivative", Call(name, arguments, 1)
        case Sum(body=body, index=index, lower=lower, upper=upper):
            yield "shifted range", Sum(body, index, Add(lower, one), upper)
            yield "shifted range", Sum(body, index, lower, Sub(upper, one))
            yield WIDER, Sum(body, index, Number("0"), upper)
            for other in _sizes_like(upper, of):
                yield "other range", Sum(body, index, lower, Symbol(other))
            yield "dropped sum", body
        case Derivative(body=body, variable=variable, order=order):
            yield "dropped derivative", body
            yield "order", Derivative(body, variable, order + 1)
            for other in _other_variables(variable, of, bound):
                yield "variable", Derivative(body, other, order)


def _alike(name: str, of: Lemma, bound: frozenset[str]) -> Iterator[str]:
    """Other names in scope that may stand where this one stands."""
    declared = of.domain.get(name)
    for other in of.domain:
        scalars = declared and not declared.is_family and not other.is_family
        if (
            declared
            and scalars
            and other.kind is declared.kind
            and other.name not in bound | {name}
        ):
            yield other.name


def _sizes_like(upper: Term, of: Lemma) -> Iterator[str]:
    sizes = {size for declared in of.domain for size in declared.sizes if isinstance(size, str)}
    yield from sorted(size for size in sizes if Symbol(size) != upper)


def _other_indices(base: str, place: int, index: Term, of: Lemma) -> Iterator[Term]:
    """Another index over the same range, and the first member."""
    declared = of.domain.get(base)
    size = declared.sizes[place] if declared and declared.sizes else "m"
    for other in of.domain:
        if other.kind is Kind.INDEX and other.sizes == (size,) and Symbol(other.name) != index:
            yield Symbol(other.name)
    yield Number("1")


def _other_variables(variable: Term, of: Lemma, bound: frozenset[str]) -> Iterator[Term]:
    match variable:
        case Symbol(name=name):
            for other in _alike(name, of, bound):
                yield Symbol(other)
        case Indexed(base=base):
            for index in _other_indices(base, 0, variable.indices[0], of):
                if isinstance(index, Symbol | Number):
                    yield Indexed(base, (index,))
            for other in of.domain:
                if other.kind is Kind.REAL and not other.is_family:
                    yield Symbol(other.name)


# ---------------------------------------------------------------------------- wrong reasons

_ABOUT_FUNCTIONS = {
    "derivative of sin": "sin",
    "derivative of cos": "cos",
    "derivative of tanh": "tanh",
    "derivative of sqrt": "sqrt",
    "derivative of log": "log",
    "log of a product": "log",
    "log of a quotient": "log",
    "log of a power": "log",
    "log of an exponential": "log",
}
_ABOUT_DERIVATIVES = (
    "chain rule", "quotient rule", "product rule", "power rule", "linearity",
    "derivative of exp", "derivative of log", "derivative of a constant",
)  # fmt: skip
_ABOUT_SUMS = ("sum rule", "Kronecker delta", "swap sums", "sum of a constant", "split sum")


def _wrong_reasons(
    rewrite: Rewrite, before: Line, of: Lemma, earlier: tuple[str, ...]
) -> Iterator[tuple[Reason, ...]]:
    """Reasons that cannot give the line, because what they are about is in neither line.

    The last one is the right reasons with a wrong one among them, which no line may carry.
    """
    lines = (plain(before.term), plain(rewrite.line.term))
    foreign = list(_foreign(lines, of, earlier))
    named = {reason.name for reason in rewrite.reasons}
    kept = [rule for rule in foreign if rule.name not in named]
    spread = [kept[0], kept[len(kept) // 2], kept[-1]] if len(kept) > 2 else kept
    for rule in spread:
        yield (rule,)
    yield (*rewrite.reasons, spread[0])


def _foreign(lines: tuple[Term, Term], of: Lemma, earlier: tuple[str, ...]) -> Iterator[Rule]:
    nodes = [node for line in lines for node in walk(line)]
    called = {node.name for node in nodes if isinstance(node, Call)}
    differentiated = any(
        isinstance(node, Derivative) or (isinstance(node, Call) and node.primes) for node in nodes
    )
    names = called | {node.base for node in nodes if isinstance(node, Indexed)}
    names |= set().union(*(free_names(line) for line in lines))
    rules = {rule.name: rule for rule in ALL_RULES}
    for rule, function in _ABOUT_FUNCTIONS.items():
        if function not in called:
            yield rules[rule]
    for one in of.definitions:
        if one.name not in names:
            yield definition(one.name)
            yield fold(one.name)
    if not differentiated:
        for rule in _ABOUT_DERIVATIVES:
            yield rules[rule]
        for name in earlier:
            if name in ("log", "chain", "sigmoid slope", "mean, in w"):  # slopes of something
                yield lemma(name)
    if not any(isinstance(node, Sum) for node in nodes):
        for rule in _ABOUT_SUMS:
            yield rules[rule]
