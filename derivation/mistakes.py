"""Small changes that would make a false claim true: the candidates of a diagnosis.

Each generator stands for one kind of mistake; ``diagnosis`` tries them. Nothing here decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from flint import arb, fmpq

from derivation.domain import Domain, size_term
from derivation.kernel.refutation.refute import Sample
from derivation.notation import to_message as _text
from derivation.term import (
    Add,
    Call,
    Constant,
    Derivative,
    Div,
    Indexed,
    Mul,
    Neg,
    Number,
    Pow,
    Relation,
    Sub,
    Sum,
    Symbol,
    Term,
    free_names,
    number,
    transform,
    walk,
)

__all__ = ["KINDS", "Candidate"]

MAX_NODES = 15  # of a missing factor


@dataclass(frozen=True, slots=True)
class Claim:
    """The false claim ``lhs = rhs``, and values of its sides at a few points."""

    lhs: Term
    rhs: Term
    domain: Domain
    known: tuple[Sample, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """``lhs = rhs`` would hold if ``says`` were the mistake.

    ``right_times`` and ``left_times`` are the factors that the sides of the claim were
    multiplied by, when that is all that was changed.
    """

    lhs: Term
    rhs: Term
    says: str
    left_times: Term | None = None
    right_times: Term | None = None


# ------------------------------------------------------------------------- factors


def _flipped(lhs: Term, rhs: Term) -> Candidate:
    return Candidate(
        lhs,
        Neg(rhs),
        "the sign is flipped: the left side is -1 times the right side",
        right_times=number(-1),
    )


def _constant_factors(lhs: Term, rhs: Term, known: tuple[Sample, ...]) -> Iterator[Candidate]:
    """The rational number that left/right seems to be at every known point."""
    ratios = []
    for sample in known:
        right = arb(sample.right)
        if not right.contains(0):
            ratios.append(arb(sample.left) / right)
    if len(ratios) < 2:
        return
    guess = Fraction(str(ratios[0].mid().str(15, radius=False))).limit_denominator(1000)
    exact = arb(fmpq(guess.numerator, guess.denominator))
    if guess in (0, 1) or not all(ratio.overlaps(exact) for ratio in ratios):
        return
    says = f"a factor {guess} is missing on the right side"
    if abs(guess.numerator) == 1:
        says = f"the right side has an extra factor {1 / guess}"
    yield Candidate(lhs, Mul(number(guess), rhs), says, right_times=number(guess))


def _factors(lhs: Term, rhs: Term, domain: Domain) -> Iterator[Candidate]:
    for factor in _possible_factors(lhs, rhs, domain):
        shown = _text(factor)
        missing = f"a factor {shown} is missing on the right side"
        yield Candidate(lhs, Mul(rhs, factor), missing, right_times=factor)
        extra = f"the right side has an extra factor {shown}"
        yield Candidate(Mul(lhs, factor), rhs, extra, left_times=factor)


def _possible_factors(lhs: Term, rhs: Term, domain: Domain) -> list[Term]:
    """Sizes, small subterms and small powers of the exponentials, shortest first."""
    bound = {part.index for part in (*walk(lhs), *walk(rhs)) if isinstance(part, Sum)}
    found: dict[Term, None] = {}
    for declaration in domain:
        for size in declaration.sizes:
            if not isinstance(size, int):
                found[size_term(size)] = None
    parts: list[Term] = []
    for part in (*walk(lhs), *walk(rhs)):
        exponent = _exponent(part)
        if exponent is not None:
            base = exponent.body if isinstance(exponent, Neg) else exponent
            multiples = (base, *(Mul(Number(str(n)), base) for n in (2, 3)))
            parts.extend(_with_exponent(part, multiple) for multiple in multiples)
        if not isinstance(part, Number | Relation | Derivative):
            parts.append(part)
        if isinstance(part, Symbol | Indexed | Call):
            parts.append(Sub(Number("1"), part))
    sizes = {part: sum(1 for _ in walk(part)) for part in parts}
    for part in sorted(sizes, key=lambda part: sizes[part]):
        if sizes[part] <= MAX_NODES and not free_names(part) & bound:
            found[part] = None
    return list(found)


def _exponent(term: Term) -> Term | None:
    """u, for e to the u."""
    match term:
        case Pow(left=Constant(name="e"), right=exponent) | Call(name="exp", arguments=(exponent,)):
            return exponent
    return None


def _with_exponent(power: Term, exponent: Term) -> Term:
    """The same power of e, written the same way, with another exponent."""
    return power.with_children((*power.children[:-1], exponent))


# ------------------------------------------------------------------------- one changed place


def _variants(
    term: Term, change: Callable[[Term], Iterator[Term]]
) -> Iterator[tuple[Term, Term, Term]]:
    """(old part, new part, whole) for each way to change one part of the term."""
    for new in change(term):
        yield term, new, new
    for position, child in enumerate(term.children):
        for old, new, changed in _variants(child, change):
            children = (*term.children[:position], changed, *term.children[position + 1 :])
            yield old, new, term.with_children(children)


def _on_both_sides(
    lhs: Term,
    rhs: Term,
    change: Callable[[Term], Iterator[Term]],
    says: Callable[[Term, Term, str], str],
) -> Iterator[Candidate]:
    for old, new, whole in _variants(rhs, change):
        yield Candidate(lhs, whole, says(old, new, "right"))
    for old, new, whole in _variants(lhs, change):
        yield Candidate(whole, rhs, says(old, new, "left"))


def _ranges(lhs: Term, rhs: Term) -> Iterator[Candidate]:
    def change(part: Term) -> Iterator[Term]:
        if isinstance(part, Sum):
            for step in (1, -1):
                yield Sum(part.body, part.index, _shifted(part.lower, step), part.upper)
                yield Sum(part.body, part.index, part.lower, _shifted(part.upper, step))

    def says(old: Term, new: Term, side: str) -> str:
        if not isinstance(old, Sum) or not isinstance(new, Sum):
            return ""
        verb, right, wrong = "start", new.lower, old.lower
        if new.lower == old.lower:
            verb, right, wrong = "end", new.upper, old.upper
        return (
            f"the range is off by one on the {side} side: the sum over {old.index} should "
            f"{verb} at {_text(right)}, not {_text(wrong)}"
        )

    return _on_both_sides(lhs, rhs, change, says)


def _shifted(limit: Term, step: int) -> Term:
    match limit:
        case Number() if limit.value.denominator == 1:
            return number(limit.value + step)
        case Add(left=left, right=Number(text="1")) if step == -1:
            return left
        case Sub(left=left, right=Number(text="1")) if step == 1:
            return left
    one = Number("1")
    return Add(limit, one) if step == 1 else Sub(limit, one)


def _signs(lhs: Term, rhs: Term) -> Iterator[Candidate]:
    def change(part: Term) -> Iterator[Term]:
        match part:
            case Add(left=left, right=right):
                yield Sub(left, right)
                yield Add(Neg(left), right)
            case Sub(left=left, right=right):
                yield Add(left, right)
                yield Sub(Neg(left), right)
            case Neg(body=body):
                yield body
            case Pow(left=base, right=exponent) if not isinstance(exponent, Neg):
                yield Pow(base, Neg(exponent))
            case Call(name="exp", arguments=(exponent,)):
                yield Call("exp", (Neg(exponent),))

    def says(old: Term, new: Term, side: str) -> str:
        return f"one sign is flipped on the {side} side: {_text(old)} should be {_text(new)}"

    return _on_both_sides(lhs, rhs, change, says)


# ------------------------------------------------------------------------- terms and symbols


def _summands(term: Term, sign: int = 1) -> Iterator[tuple[int, Term]]:
    match term:
        case Add(left=left, right=right):
            yield from _summands(left, sign)
            yield from _summands(right, sign)
        case Sub(left=left, right=right):
            yield from _summands(left, sign)
            yield from _summands(right, -sign)
        case Neg(body=body):
            yield from _summands(body, -sign)
        case _:
            yield sign, term


def _terms(lhs: Term, rhs: Term) -> Iterator[Candidate]:
    for sign, term in _summands(lhs):
        if term != lhs:
            shown = _text(term if sign > 0 else Neg(term))
            whole = Add(rhs, term) if sign > 0 else Sub(rhs, term)
            yield Candidate(lhs, whole, f"the term {shown} is missing on the right side")
    for sign, term in _summands(rhs):
        if term != rhs:
            shown = _text(term if sign > 0 else Neg(term))
            whole = Sub(rhs, term) if sign > 0 else Add(rhs, term)
            yield Candidate(lhs, whole, f"the right side has an extra term {shown}")
    for part in dict.fromkeys((*walk(lhs), *walk(rhs))):
        if isinstance(part, Number | Symbol | Indexed | Call | Mul | Div | Pow):
            shown = _text(part)
            yield Candidate(lhs, Add(rhs, part), f"the term {shown} is missing on the right side")
            yield Candidate(lhs, Sub(rhs, part), f"the term -{shown} is missing on the right side")


def _symbols(lhs: Term, rhs: Term) -> Iterator[Candidate]:
    names = sorted({part.name for part in (*walk(lhs), *walk(rhs)) if isinstance(part, Symbol)})
    families = sorted({part.base for part in (*walk(lhs), *walk(rhs)) if isinstance(part, Indexed)})

    def change(part: Term) -> Iterator[Term]:
        if isinstance(part, Symbol):
            yield from (Symbol(name) for name in names if name != part.name)
        if isinstance(part, Indexed):
            yield from (Indexed(base, part.indices) for base in families if base != part.base)

    for old, new, whole in _variants(rhs, change):
        wrong, right = _text(old), _text(new)
        yield Candidate(lhs, whole, f"the right side has {wrong} where {right} belongs")
    for name in names:
        for other in names:
            if name != other and name in free_names(rhs):
                whole = transform(
                    rhs,
                    lambda node, a=name, b=other: Symbol(b) if node == Symbol(a) else node,  # type: ignore[misc]
                )
                yield Candidate(lhs, whole, f"the right side has {name} where {other} belongs")


Kind = Callable[[Claim], Iterator[Candidate]]

KINDS: tuple[Kind, ...] = (
    # in order of usefulness
    lambda claim: iter((_flipped(claim.lhs, claim.rhs),)),
    lambda claim: _constant_factors(claim.lhs, claim.rhs, claim.known),
    lambda claim: _factors(claim.lhs, claim.rhs, claim.domain),
    lambda claim: _ranges(claim.lhs, claim.rhs),
    lambda claim: _signs(claim.lhs, claim.rhs),
    lambda claim: _terms(claim.lhs, claim.rhs),
    lambda claim: _symbols(claim.lhs, claim.rhs),
)
