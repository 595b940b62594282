"""Terms as Python expressions over named floats.

The grouping of a stable form is what makes it stable: in floating-point numbers
``(1 - y) - u/(1 + u)`` keeps every digit for y = 1, and ``-u/(1 + u) - y + 1`` is 0 from z = 37
on. So nothing here regroups or evaluates. Only names change: log(1 + u) is ``log1p(u)``, and
e^u - 1 is ``expm1(u)``.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from derivation.errors import UnsupportedError
from derivation.term import (
    Add,
    Call,
    Constant,
    Div,
    Indexed,
    Mul,
    Neg,
    Number,
    Pow,
    Sub,
    Symbol,
    Term,
    plain,
    substitute,
)

__all__ = [
    "OVERFLOWING",
    "Code",
    "code_of",
    "expm1_argument",
    "expression",
    "functions_in",
    "log1p_argument",
    "replaced",
]

OVERFLOWING = frozenset({"exp", "expm1", "cosh"})
"""Functions that raise OverflowError, all of them only where the value is +infinity."""

_ONE = Number("1")
_LARGEST_POWER = 8

# Functions of the term language whose names differ in Python's math module.
_RESPELT = {"Abs": "fabs", "loggamma": "lgamma", "log": "log", "ln": "log"}
_SAME = frozenset({
    "acos", "acosh", "asin", "asinh", "atan", "atanh", "cos", "cosh", "erf", "erfc", "exp", "expm1",
    "gamma", "log1p", "sin", "sinh", "sqrt", "tan", "tanh",
})  # fmt: skip

# How tightly Python binds: sums, products, a sign, and what needs no parentheses.
_SUM, _PRODUCT, _SIGN, _ATOM = range(4)


@dataclass(frozen=True, slots=True)
class Code:
    """Values computed from named floats: ``shared`` terms by name first, then the ``values``."""

    shared: tuple[tuple[str, Term], ...]
    values: tuple[Term, ...]


def code_of(
    terms: Sequence[Term], fresh: Sequence[str], alone: Callable[[Term], bool] = lambda _: False
) -> Code:
    """``terms`` with what they have in common taken out, under names from ``fresh``.

    Taken out is a term with a function or a division in it that occurs twice, and a sum or
    product that occurs three times; the base of a square counts twice. A term for which
    ``alone`` holds is taken out in any case.
    """
    values = [plain(term) for term in terms]
    shared: list[tuple[str, Term]] = []
    names = iter(fresh)
    while (found := _most_common(values, shared, alone)) is not None:
        name = next(names)
        symbol = Symbol(name)
        shared = [(known, _named(term, found, symbol)) for known, term in shared]
        values = [_named(value, found, symbol) for value in values]
        shared.append((name, found))
    ordered = _in_order(shared)
    renamed: dict[str, Term] = {
        old: Symbol(new) for (old, _), new in zip(ordered, fresh, strict=False)
    }
    named = tuple(
        (new, substitute(term, renamed)) for (_, term), new in zip(ordered, fresh, strict=False)
    )
    return Code(named, tuple(substitute(value, renamed) for value in values))


def _most_common(
    values: Sequence[Term], shared: Sequence[tuple[str, Term]], alone: Callable[[Term], bool]
) -> Term | None:
    """The largest term worth a name of its own that has none yet."""
    counts: Counter[Term] = Counter()
    for value in values:
        counts.update(_computed(value))
    for _, term in shared:
        counts.update(_computed(term))
        counts[term] = 0  # it has a name, which stands in its place everywhere else
    worth = [
        term for term, count in counts.items() if count and (count >= _enough(term) or alone(term))
    ]
    return max(worth, key=_size, default=None)


def _enough(term: Term) -> int:
    return 2 if any(isinstance(node, Call | Div | Pow) for node in _nodes(term)) else 3


def _computed(term: Term) -> Iterator[Term]:
    """Every subterm as often as it is computed."""
    if term.children and not isinstance(term, Indexed) and not _is_negated_atom(term):
        if (inner := log1p_argument(term)) is not None or (
            inner := expm1_argument(term)
        ) is not None:
            yield term
            yield from _computed(inner)
            return
        yield term
    for child in term.children:
        yield from _computed(child)
    for _ in range(1, whole_power(term)):
        yield from _computed(term.children[0])


def whole_power(term: Term) -> int:
    """The n of ``u^n`` for a small whole n, which is written as a product; else 0."""
    match term:
        case Pow(right=Number() as exponent) if exponent.value.denominator == 1:
            return exponent.value.numerator if exponent.value <= _LARGEST_POWER else 0
    return 0


def _is_negated_atom(term: Term) -> bool:
    return isinstance(term, Neg) and not term.body.children


def _nodes(term: Term) -> Iterator[Term]:
    yield term
    for child in term.children:
        yield from _nodes(child)


def _size(term: Term) -> int:
    return sum(1 for _ in _nodes(term))


def _named(term: Term, found: Term, symbol: Term) -> Term:
    """``term`` with a name for what was found, but in e^u - 1: that is one function of u."""
    if term == found:
        return symbol
    whole = isinstance(term, Sub) and expm1_argument(term) is not None
    children = tuple(
        child if whole and child == found else _named(child, found, symbol)
        for child in term.children
    )
    return term.with_children(children) if children else term


def replaced(term: Term, old: Term, new: Term) -> Term:
    """``term`` with every subterm ``old`` as ``new``."""
    if term == old:
        return new
    children = tuple(replaced(child, old, new) for child in term.children)
    return term.with_children(children) if children else term


def _in_order(shared: Sequence[tuple[str, Term]]) -> list[tuple[str, Term]]:
    """Each after those that it mentions."""
    waiting, done = list(shared), list[tuple[str, Term]]()
    while waiting:
        open_names = {name for name, _ in waiting}
        for entry in waiting:
            if not any(isinstance(n, Symbol) and n.name in open_names for n in _nodes(entry[1])):
                done.append(entry)
                waiting.remove(entry)
                break
    return done


def log1p_argument(term: Term) -> Term | None:
    """The u of ``log(1 + u)``."""
    match term:
        case Call(name="log" | "ln", arguments=(Add(left=left, right=right),)):
            return right if left == _ONE else left if right == _ONE else None
        case Call(name="log1p", arguments=(inner,)):
            return inner
    return None


def expm1_argument(term: Term) -> Term | None:
    """The u of ``e^u - 1``."""
    match term:
        case Sub(left=Pow(left=Constant(name="e"), right=inner), right=Number(text="1")):
            return inner
        case Call(name="expm1", arguments=(inner,)):
            return inner
    return None


def functions_in(term: Term) -> frozenset[str]:
    """The functions of the ``math`` module that the expression of ``term`` calls."""
    return frozenset(_written(plain(term), {})[2])


def expression(term: Term, names: Mapping[str, str] | None = None) -> str:
    """The Python expression of a term; ``names`` respells its symbols.

    Raises UnsupportedError for a term that Python's ``math`` module cannot compute.
    """
    return _written(plain(term), names or {})[0]


_Written = tuple[str, int, frozenset[str]]  # the text, how tightly it binds, the functions in it


def _written(term: Term, names: Mapping[str, str]) -> _Written:  # noqa: C901  # a case each
    def inside(child: Term, least: int) -> tuple[str, frozenset[str]]:
        text, strength, used = _written(child, names)
        return (text if strength >= least else f"({text})"), used

    def binary(sign: str, strength: int, left: Term, right: Term) -> _Written:
        (one, used), (other, also) = inside(left, strength), inside(right, strength + 1)
        return f"{one} {sign} {other}", strength, used | also

    def call(function: str, *arguments: Term) -> _Written:
        parts = [_written(argument, names) for argument in arguments]
        used = frozenset({function}).union(*(also for _, _, also in parts))
        return f"{function}({', '.join(text for text, _, _ in parts)})", _ATOM, used

    match term:
        case Symbol(name=name):
            return names.get(name, name), _ATOM, frozenset()
        case Number():
            return repr(_float(term.value)), _ATOM, frozenset()
        case Constant(name="e" | "pi" as name):
            return name, _ATOM, frozenset({name})
        case Neg(body=Number() as body):
            return f"-{_float(body.value)!r}", _SIGN, frozenset()
        case Neg(body=body):
            text, used = inside(body, _PRODUCT if isinstance(body, Mul | Div) else _SIGN)
            return f"-{text}", _PRODUCT if isinstance(body, Mul | Div) else _SIGN, used
        case Sub() if (inner := expm1_argument(term)) is not None:
            return call("expm1", inner)
        case Add(left=left, right=Neg(body=right)) if not isinstance(right, Add | Sub):
            return binary("-", _SUM, left, right)
        case Add(left=left, right=right):
            return binary("+", _SUM, left, right)
        case Sub(left=left, right=right):
            return binary("-", _SUM, left, right)
        case Mul(left=left, right=right):
            return binary("*", _PRODUCT, left, right)
        case Div(left=Number() as left, right=Number() as right) if _is_float(left, right):
            return repr(_float(left.value / right.value)), _ATOM, frozenset()
        case Div(left=left, right=right):
            return binary("/", _PRODUCT, left, right)
        case Pow(left=Constant(name="e"), right=power):
            return call("exp", power)
        case Pow(left=base, right=Div(left=Number(text="1"), right=Number(text="2"))):
            return call("sqrt", base)
        case Pow(left=base) if whole_power(term):
            text, used = inside(base, _SIGN)
            return " * ".join([text] * whole_power(term)), _PRODUCT, used
        case Call(name=name, arguments=arguments, primes=0):
            if (inner := log1p_argument(term)) is not None:
                return call("log1p", inner)
            if name in _RESPELT or name in _SAME:
                return call(_RESPELT.get(name, name), *arguments)
    from derivation.notation import to_python

    raise UnsupportedError(f"Python's math module cannot compute {to_python(term)}")


def _is_float(above: Number, below: Number) -> bool:
    """Whether the quotient is a float without rounding."""
    return below.value != 0 and Fraction(_float(above.value / below.value)) == (
        above.value / below.value
    )


def _float(value: Fraction) -> float:
    """The nearest float. Raises UnsupportedError for a number that no float comes near."""
    try:
        nearest = float(value)
    except OverflowError:
        nearest = math.inf
    if math.isinf(nearest) or (value and not nearest):
        raise UnsupportedError("a number in the formulas is beyond the range of floats")
    return nearest
