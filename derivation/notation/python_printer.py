"""Term -> Python maths syntax. Only structure is printed: marks and looks are dropped."""

from __future__ import annotations

from derivation.errors import UnsupportedError
from derivation.notation.names import python_name
from derivation.term import (
    Add,
    And,
    Call,
    Constant,
    Derivative,
    Div,
    Indexed,
    Mul,
    Neg,
    Not,
    Number,
    Or,
    Piecewise,
    Pow,
    Ranged,
    Relation,
    RelationSign,
    Sub,
    Symbol,
    Term,
    Test,
    plain,
    transform,
)  # fmt: skip

__all__ = ["to_message", "to_python"]

_CONSTANTS = {"e": "E", "inf": "oo"}
_SIGNED = (Add, Sub, Neg)


def to_python(term: Term) -> str:
    """Python syntax such as ``-y*log(h(x)) + Sum(x[i]*w[i], (i, 1, m))``.

    Reading it gives the same plain term. Raises UnsupportedError for a tree that is too deep.
    """
    try:
        return _print(plain(term))
    except RecursionError:
        raise UnsupportedError("the term is nested too deeply to be printed") from None


def to_message(term: Term) -> str:
    """Python syntax for people: a power of e is written ``exp(u)``, as most would type it."""
    return to_python(transform(plain(term), _exp_for_power_of_e))


def _exp_for_power_of_e(node: Term) -> Term:
    match node:
        case Pow(left=Constant(name="e"), right=exponent):
            return Call("exp", (exponent,))
    return node


def _print(term: Term) -> str:
    match term:
        case Number(text=text):
            return text
        case Constant(name=name):
            return _CONSTANTS.get(name, name)
        case Symbol(name=name):
            return python_name(name)
        case Indexed(base=base, indices=indices):
            return f"{python_name(base)}[{_list(indices)}]"
        case Call(name=name, arguments=arguments, primes=primes):
            return "Prime(" * primes + f"{python_name(name)}({_list(arguments)})" + ")" * primes
        case Neg(body=body):
            return f"-{_within(body, isinstance(body, _SIGNED))}"
        case Add(left=left, right=right):
            return f"{_print(left)} + {_within(right, isinstance(right, _SIGNED))}"
        case Sub(left=left, right=right):
            return f"{_print(left)} - {_within(right, isinstance(right, _SIGNED))}"
        case Mul(left=left, right=right):
            return f"{_factor(left)}*{_divisor(right)}"
        case Div(left=left, right=right):
            return f"{_factor(left)}/{_divisor(right)}"
        case Pow(left=left, right=right):
            in_parentheses = isinstance(left, (*_SIGNED, Mul, Div, Pow))
            return f"{_within(left, in_parentheses)}**{_exponent(right)}"
        case Ranged(body=body, index=index, lower=lower, upper=upper):
            limits = f"({python_name(index)}, {_print(lower)}, {_print(upper)})"
            return f"{type(term).__name__}({_print(body)}, {limits})"
        case Derivative(body=body, variable=variable, order=order):
            count = f", {order}" if order > 1 else ""
            return f"Derivative({_print(body)}, {_print(variable)}{count})"
        case Piecewise(branches=branches):
            return f"Piecewise({', '.join(_branch(*branch) for branch in branches)})"
        case Relation(left=left, sign=sign, right=right):
            written = "==" if sign is RelationSign.EQ else sign.value
            return f"{_print(left)} {written} {_print(right)}"
        case And(left=left, right=right):
            right_needs = isinstance(right, And | Or)
            return f"{_within(left, isinstance(left, Or))} and {_within(right, right_needs)}"
        case Or(left=left, right=right):
            return f"{_print(left)} or {_within(right, isinstance(right, Or))}"
        case Not(body=body):
            return f"not {_within(body, isinstance(body, And | Or))}"
    raise UnsupportedError(f"{type(term).__name__} has no Python form")


def _within(term: Term, parentheses: bool) -> str:
    return f"({_print(term)})" if parentheses else _print(term)


def _factor(term: Term) -> str:
    return _within(term, isinstance(term, _SIGNED))


def _divisor(term: Term) -> str:
    return _within(term, isinstance(term, (*_SIGNED, Mul, Div)))


def _exponent(term: Term) -> str:
    if isinstance(term, Neg) and isinstance(term.body, Number | Constant | Symbol):
        return _print(term)  # x**-1
    return _within(term, isinstance(term, (*_SIGNED, Mul, Div, Pow)))


def _branch(value: Term, condition: Test | None) -> str:
    return f"({_print(value)}, {_print(condition) if condition else 'True'})"


def _list(terms: tuple[Term, ...]) -> str:
    return ", ".join(_print(term) for term in terms)
