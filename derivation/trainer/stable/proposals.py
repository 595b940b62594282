"""What the rows of the table propose: functions from a line to a line.

Nothing here is trusted: the kernel proves each line, or the row is passed over. A function
gives the line itself where it finds nothing to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from derivation.term import (
    Add,
    Call,
    Constant,
    Derivative,
    Div,
    Mul,
    Neg,
    Number,
    Pow,
    Sub,
    Symbol,
    Term,
    number,
    plain,
    substitute,
    transform,
)
from derivation.trainer.stable.branch import Branch, exponents
from derivation.trainer.stable.field import Field, ForeignError
from derivation.trainer.stable.grouping import Written, product_of, sum_of
from derivation.trainer.stable.parts import Side
from derivation.trainer.stable.polynomials import as_polynomial, is_exponential, ratio
from derivation.trainer.stable.slopes import slope

__all__ = [
    "Proposal",
    "as_exponentials",
    "decaying",
    "differentiated",
    "in_logs",
    "number_out",
    "of_exponential",
    "of_power",
    "of_product",
    "of_quotient",
    "one_apart",
    "one_fraction", "root_conjugate",
    "unfolded",
    "without_bars",
]  # fmt: skip

ONE, TWO = Number("1"), Number("2")

Proposal = Callable[[Term, Branch], Term]


def _e(exponent: Term) -> Term:
    return Pow(Constant("e"), exponent)


def _log(argument: Term) -> Term:
    return Call("log", (argument,))


def _argument_of_log(term: Term) -> Term | None:
    if isinstance(term, Call) and term.name in ("log", "ln") and len(term.arguments) == 1:
        return term.arguments[0]
    return None


# ------------------------------------------------------------------ functions and derivatives


def unfolded(term: Term, branch: Branch) -> Term:
    """Every function that the setting defines, replaced by its body."""
    bodies = {d.name: (d.arguments, plain(d.body)) for d in branch.setting.definitions
              if isinstance(plain(d.head), Call)}  # fmt: skip

    def change(node: Term) -> Term:
        if isinstance(node, Call) and not node.primes and node.name in bodies:
            arguments, body = bodies[node.name]
            return substitute(body, dict(zip(arguments, node.arguments, strict=True)))
        return node

    for _ in range(len(bodies) + 1):
        changed = transform(term, change)
        if changed == term:
            break
        term = changed
    return term


_BUILT_IN: dict[str, Callable[[Term], Term]] = {
    "sigmoid": lambda a: Div(ONE, Add(ONE, _e(Neg(a)))),
    "sigma": lambda a: Div(ONE, Add(ONE, _e(Neg(a)))),
    "softplus": lambda a: _log(Add(ONE, _e(a))),
    "exp": _e,
    "ln": _log,
    "log1p": lambda a: _log(Add(ONE, a)),
    "expm1": lambda a: Sub(_e(a), ONE),
    "tanh": lambda a: Div(Sub(_e(a), _e(Neg(a))), Add(_e(a), _e(Neg(a)))),
    "sinh": lambda a: Div(Sub(_e(a), _e(Neg(a))), TWO),
    "cosh": lambda a: Div(Add(_e(a), _e(Neg(a))), TWO),
}


def as_exponentials(term: Term, _: Branch) -> Term:
    """Hyperbolic functions, sigmoid, softplus, log1p and expm1, by their definitions."""

    def change(node: Term) -> Term:
        if isinstance(node, Call) and not node.primes and len(node.arguments) == 1:
            make = _BUILT_IN.get(node.name)
            return node if make is None else make(node.arguments[0])
        return node

    return transform(term, change)


def differentiated(term: Term, branch: Branch) -> Term:
    """Derivatives in the predictor, carried out."""

    def change(node: Term) -> Term:
        if isinstance(node, Derivative) and node.variable == Symbol(branch.setting.predictor):
            body = node.body
            for _ in range(node.order):
                body = slope(body, branch.setting.predictor)
            return body
        return node

    return transform(term, change)


def without_bars(term: Term, branch: Branch) -> Term:
    """Absolute values and positive parts of multiples of the pivot, whose sign is known."""

    def change(node: Term) -> Term:
        if isinstance(node, Call) and node.name in ("Abs", "relu") and len(node.arguments) == 1:
            inner = node.arguments[0]
            polynomial = as_polynomial(inner)
            factor = ratio(polynomial, branch.polynomial) if polynomial else None
            if factor is not None and branch.side is not Side.BOTH:
                same = (factor > 0) == (branch.side is Side.NONNEGATIVE)
                return inner if same else Number("0") if node.name == "relu" else Neg(inner)
        return node

    return transform(term, change)


# ------------------------------------------------------------------ exponentials


def decaying(term: Term, branch: Branch) -> Term:
    """Exponentials that grow on the branch, as 1 over those that decay."""

    def change(node: Term) -> Term:
        if is_exponential(node) and isinstance(node, Pow):
            found = branch.multiple(node.right)
            if found is not None and found[0] * branch.direction < 0 and not found[1]:
                return Div(ONE, branch.exponential(-found[0]))
            if found is not None and found[1] and found[0]:
                apart = branch.exponential(found[0])
                if found[0] * branch.direction < 0:
                    apart = Div(ONE, branch.exponential(-found[0]))
                return Mul(_e(number(found[1])), apart)
        return node

    return transform(term, change)


def one_fraction(term: Term, branch: Branch) -> Term:
    """The argument of every logarithm as one fraction, in factors."""

    def change(node: Term) -> Term:
        argument = _argument_of_log(node)
        if argument is None or not exponents(argument):
            return node
        try:
            field_ = Field(branch, argument)
            sign, fraction = field_.fraction(field_.factors(field_.enter(argument)))
        except ForeignError:
            return node
        return _log(fraction if sign > 0 else Neg(fraction))

    return transform(term, change)


# ------------------------------------------------------------------ logarithms


def in_logs(split: Callable[[Term], Term | None]) -> Proposal:
    """A proposal that splits the argument of every logarithm, as often as it can."""

    def propose(term: Term, _: Branch) -> Term:
        def change(node: Term) -> Term:
            argument = _argument_of_log(node)
            found = split(argument) if argument is not None else None
            return node if found is None else transform(found, change)

        return transform(term, change)

    return propose


def of_quotient(argument: Term) -> Term | None:
    """log(a/b)."""
    match argument:
        case Div(left=Number(text="1"), right=right):
            return Neg(_log(right))
        case Div(left=left, right=right):
            return Sub(_log(left), _log(right))
    return None


def of_product(argument: Term) -> Term | None:
    """log(a b)."""
    if isinstance(argument, Mul):
        return Add(_log(argument.left), _log(argument.right))
    return None


def of_power(argument: Term) -> Term | None:
    """log(a^n), for a number n."""
    if isinstance(argument, Pow) and isinstance(argument.right, Number):
        return Mul(argument.right, _log(argument.left))
    return None


def of_exponential(argument: Term) -> Term | None:
    """log(e^a)."""
    return argument.right if isinstance(argument, Pow) and is_exponential(argument) else None


def number_out(argument: Term) -> Term | None:
    """log(c + a) = log c + log(1 + a/c), for a number c."""
    match argument:
        case Add(left=Number() as left, right=right) if left.value not in (0, 1):
            return Add(_log(left), _log(Add(ONE, _over(right, left.value))))
    return None


def one_apart(term: Term, _: Branch) -> Term:
    """log(1 + a + b) as log(1 + (a + b)), which is log1p of a sum."""

    def change(node: Term) -> Term:
        argument = _argument_of_log(node)
        match argument:
            case Add(left=Add() | Sub()) | Sub(left=Add() | Sub()):
                summands = list(_signed(argument, 1))
                rest = [one for one in summands if one != (1, ONE)]
                if len(rest) == len(summands) - 1:
                    return _log(Add(ONE, sum_of(rest)))
        return node

    return transform(term, change)


def root_conjugate(term: Term, _: Branch) -> Term:
    """sqrt(b^2 + a) - b as a/(sqrt(b^2 + a) + b), for a number b: no difference is left."""

    def change(node: Term) -> Term:
        match node:
            case Sub(left=Call(name="sqrt", arguments=(inner,)) as root, right=Number() as b):
                square: Written = (1, number(b.value**2))
                summands = list(_signed(inner, 1))
                if summands.count(square) == 1:
                    summands.remove(square)
                    return Div(sum_of(summands), Add(root, b))
        return node

    return transform(term, change)


def _signed(term: Term, sign: int) -> Iterator[Written]:
    match term:
        case Add(left=left, right=right):
            yield from _signed(left, sign)
            yield from _signed(right, sign)
        case Sub(left=left, right=right):
            yield from _signed(left, sign)
            yield from _signed(right, -sign)
        case Neg(body=body):
            yield from _signed(body, -sign)
        case _:
            yield sign, term


def _over(term: Term, size: Fraction) -> Term:
    if isinstance(term, Mul) and isinstance(term.left, Number):
        return product_of(term.left.value / size, [term.right])
    return product_of(1 / size, [term])
