"""Terms as C: the two stable forms of a function as one computation without branches.

The grouping of a stable form is what makes it stable, so each term becomes the C expression of
the same shape: nothing is evaluated, regrouped or contracted.

What costs time (calls and divisions) becomes a step: a line ``const double u0 = exp_(...)``.
Steps that several terms need are computed once. The form for a pivot >= 0 and that for a pivot
< 0 mostly take the same steps of other numbers; then the step is taken once, of the numbers that
the sign selects. Steps of one form alone are taken for either sign; that they may overflow for
the other one has no effect, as only the numbers of the right form are selected.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from fractions import Fraction
from functools import reduce
from math import inf
from typing import Protocol

from derivation.errors import UnsupportedError
from derivation.term import (
    Add,
    Call,
    Constant,
    Div,
    Mul,
    Neg,
    Number,
    Pow,
    Sub,
    Symbol,
    Term,
    plain,
)
from derivation.trainer.python.code import expm1_argument, log1p_argument, whole_power

__all__ = ["CLines", "HalfLines", "c_expression", "c_lines"]

HALF = Fraction(1, 2)
FUNCTIONS = {
    "exp": "exp_",
    "expm1": "expm1_",
    "log": "log_",
    "ln": "log_",
    "log1p": "log1p_",
    "sqrt": "sqrt",
    "Abs": "fabs",
    "Max": "greater_",
    "Min": "smaller_",
}
CONSTANTS = {"e": "0x1.5bf0a8b145769p1", "pi": "0x1.921fb54442d18p1"}
DIVISION = "/"
ONE_WORD = re.compile(r"[\w.+]+")  # a name or a number
SUM, PRODUCT, SIGN, ATOM = range(1, 5)


class HalfLines(Protocol):
    """A function by its form where a pivot is at least 0, and its form where it is negative."""

    @property
    def nonnegative(self) -> Term:
        """The form for a pivot >= 0."""

    @property
    def negative(self) -> Term:
        """The form for a pivot < 0."""


@dataclass(frozen=True, slots=True)
class CLines:
    """C that computes several values of one sample; ``up`` there says that the pivot is >= 0.

    ``steps`` are (name, expression), in order; ``values`` expressions over these names;
    ``functions`` the names of the functions that both call.
    """

    steps: tuple[tuple[str, str], ...]
    values: tuple[str, ...]
    functions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Step:
    """A call or a division: its operands mention the results of earlier steps by number."""

    function: str
    operands: tuple[Term, ...]


@dataclass(slots=True)
class Form:
    """The terms for one sign, taken apart; ``names`` are those of their symbols in C."""

    names: dict[str, str]
    steps: list[Step] = field(default_factory=list)

    def reduced(self, term: Term) -> Term:
        """The term over the results of steps, which are added as they are needed."""
        match term:
            case Pow(left=Constant(name="e"), right=exponent):
                return self._step("exp_", exponent)
            case Pow(left=base, right=power) if constant(power) == HALF:
                return self._step("sqrt", base)
            case Pow(left=base) if whole_power(term):
                return self.reduced(reduce(Mul, [base] * whole_power(term)))
            case Sub() if (inner := expm1_argument(term)) is not None:
                return self._step("expm1_", inner)
            case Call() if (inner := log1p_argument(term)) is not None:
                return self._step("log1p_", inner)
            case Call(name=name, arguments=arguments, primes=0) if name in FUNCTIONS:
                return self._step(FUNCTIONS[name], *arguments)
            case Div(left=left, right=right) if constant(right) is None:
                return self._step(DIVISION, left, right)
            case Add() | Sub() | Mul() | Div() | Neg() | Number():
                pass
            case Constant(name=name) if name in CONSTANTS:
                return term
            case Symbol(name=name) if name in self.names:
                return term
            case _:  # powers among others
                raise UnsupportedError(f"the C code cannot compute {_shown(term)}")
        return term.with_children(tuple(self.reduced(child) for child in term.children))

    def _step(self, function: str, *operands: Term) -> Term:
        step = Step(function, tuple(self.reduced(operand) for operand in operands))
        if step not in self.steps:
            self.steps.append(step)
        return _result(self.steps.index(step))

    def operands(self, number: int | None) -> list[str]:
        """The operands of a step in C; none for no step."""
        return [] if number is None else [self.text(one) for one in self.steps[number].operands]

    def name(self, number: int | None, name: str) -> None:
        """The result of a step has this name in C from now on."""
        if number is not None:
            self.names[_result(number).name] = name

    def text(self, term: Term, level: int = SUM) -> str:
        """A term over named results, in C."""
        return _c_text(term, self.names, level)


def _result(number: int) -> Symbol:
    return Symbol(f"\0{number}")  # no name in a term begins like that


def c_lines(functions: Sequence[HalfLines], names: Mapping[str, str]) -> CLines:
    """C for several functions of one sample; ``names`` gives the name of each symbol in C.

    Raises UnsupportedError for a term that has no C.
    """
    upper, lower = Form(dict(names)), Form(dict(names))
    values = [
        (upper.reduced(plain(one.nonnegative)), lower.reduced(plain(one.negative)))
        for one in functions
    ]
    steps: list[tuple[str, str]] = []
    for ours, theirs in _aligned(upper.steps, lower.steps):
        name = f"u{len(steps)}"
        step = upper.steps[ours] if ours is not None else lower.steps[theirs or 0]
        operands = _either(upper.operands(ours), lower.operands(theirs))
        steps.append((name, _operation(step.function, operands)))
        upper.name(ours, name)
        lower.name(theirs, name)
    return CLines(
        steps=tuple(steps),
        values=tuple(_choice(upper.text(one), lower.text(other)) for one, other in values),
        functions=frozenset(s.function for form in (upper, lower) for s in form.steps)
        - {DIVISION, "sqrt", "fabs"},
    )


def c_expression(term: Term, names: Mapping[str, str]) -> str:
    """A term without calls in C."""
    form = Form(dict(names))
    text = form.text(form.reduced(term))
    if form.steps:
        raise UnsupportedError(f"not a polynomial, so no pivot: {_shown(term)}")
    return text


def constant(term: Term) -> Fraction | None:
    """The value of a number, of its negative, or of a quotient of such."""
    match term:
        case Number():
            return term.value
        case Neg(body=body):
            value = constant(body)
            return None if value is None else -value
        case Div(left=left, right=right):
            over, under = constant(left), constant(right)
            return over / under if over is not None and under else None
    return None


def _aligned(ours: Sequence[Step], theirs: Sequence[Step]) -> list[tuple[int | None, int | None]]:
    """Pairs of numbers of steps that call the same function; steps without a partner alone."""
    pairs: list[tuple[int | None, int | None]] = []
    one, other = [s.function for s in ours], [s.function for s in theirs]
    for tag, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag == "equal":
            pairs += zip(range(a, b), range(c, d), strict=True)
        else:
            pairs += ((number, None) for number in range(a, b))
            pairs += ((None, number) for number in range(c, d))
    return pairs


def _either(ours: list[str], theirs: list[str]) -> list[str]:
    if ours and theirs:
        return [_choice(one, other) for one, other in zip(ours, theirs, strict=True)]
    return ours or theirs


def _choice(one: str, other: str) -> str:
    return one if one == other else f"up ? {one} : {other}"


def _operation(function: str, operands: Sequence[str]) -> str:
    if function == DIVISION:
        return " / ".join(one if ONE_WORD.fullmatch(one) else f"({one})" for one in operands)
    return f"{function}({', '.join(operands)})"


def _c_text(term: Term, names: Mapping[str, str], level: int) -> str:
    """The term in C; in parentheses if it binds less strongly than ``level``."""
    match term:
        case Symbol(name=name):
            return names[name]
        case Constant(name=name):
            return CONSTANTS[name]
        case Number():
            return _number(term.value)
        case Neg(body=body):
            strength, text = SIGN, f"-{_c_text(body, names, ATOM)}"
        case Add(left=left, right=right):
            strength = SUM
            text = f"{_c_text(left, names, SUM)} + {_c_text(right, names, PRODUCT)}"
        case Sub(left=left, right=right):
            strength = SUM
            text = f"{_c_text(left, names, SUM)} - {_c_text(right, names, PRODUCT)}"
        case Mul(left=left, right=right):
            strength = PRODUCT
            text = f"{_c_text(left, names, PRODUCT)} * {_c_text(right, names, SIGN)}"
        case Div(left=left, right=right):
            strength = PRODUCT
            text = f"{_c_text(left, names, PRODUCT)} / {_c_text(right, names, SIGN)}"
        case _:
            raise UnsupportedError(f"the C code cannot compute {_shown(term)}")
    return text if strength >= level else f"({text})"


def _number(value: Fraction) -> str:
    """The nearest float in C, which reads it as Python does."""
    try:
        nearest = float(value)
    except OverflowError:
        nearest = inf
    if nearest == inf or (value and not nearest):
        raise UnsupportedError("a number in the formulas is beyond the range of floats")
    return repr(nearest)


def _shown(term: Term) -> str:
    from derivation.notation import to_python

    return to_python(term)
