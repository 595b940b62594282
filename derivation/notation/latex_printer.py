"""Term -> LaTeX, the inverse of the reader."""

from __future__ import annotations

import re

from derivation.errors import UnsupportedError
from derivation.notation.names import (
    COMMAND_OF_FUNCTION,
    GREEK,
    GREEK_FUNCTIONS,
    KNOWN_FUNCTIONS,
)
from derivation.notation.precedence import (
    begins_with_negative_mark,
    is_factorial,
    is_written_bare,
    needs_parentheses,
)  # fmt: skip
from derivation.term import (
    Add,
    And,
    Call,
    Constant,
    Derivative,
    DerivativeSign,
    Div,
    Index,
    Indexed,
    Integral,
    Mark,
    Mul,
    Neg,
    Not,
    Number,
    Or,
    Paren,
    Piecewise,
    Pow,
    Product,
    Ranged,
    Relation,
    RelationSign,
    Sub,
    Sum,
    Symbol,
    Term,
    Test,
    Times,
    walk,
)  # fmt: skip

__all__ = ["to_latex"]

_TIMES = {Times.BESIDE: " ", Times.CROSS: r" \times ", Times.DOT: r" \cdot "}
_CONSTANTS = {"pi": r"\pi", "inf": r"\infty", "EulerGamma": r"\text{EulerGamma}"}
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+")
_OTHERWISE = r"\text{otherwise}"
_BRACKETS = {
    "Abs": (r"\left|", r"\right|"), "floor": (r"\left\lfloor ", r" \right\rfloor"),
    "ceiling": (r"\left\lceil ", r" \right\rceil"),
}  # fmt: skip
_RELATIONS = {
    RelationSign.EQ: "=", RelationSign.NE: r"\ne", RelationSign.LT: "<",
    RelationSign.LE: r"\le", RelationSign.GT: ">", RelationSign.GE: r"\ge",
}  # fmt: skip


def to_latex(term: Term) -> str:
    """LaTeX that ``read`` turns into the same term again.

    Names that stand directly before a parenthesis must be declared to ``read`` (``functions``,
    ``symbols``) as they are used in the term. A condition of cases is printed alone, too.
    Raises UnsupportedError for a tree that is too deep, or in which a condition stands elsewhere.
    """
    try:
        if isinstance(term, Relation | And | Or | Not):
            return _condition(term)
        return _print(term)
    except RecursionError:
        raise UnsupportedError("the term is nested too deeply to be printed") from None


def _child(parent: Term, position: int) -> str:
    child = parent.children[position]
    text = _print(child)
    return _parentheses(child, text) if needs_parentheses(parent, position, child) else text


def _parentheses(content: Term | tuple[Term, ...], text: str) -> str:
    contents = content if isinstance(content, tuple) else (content,)
    if any(_is_tall(term) for term in contents):
        return rf"\left({text}\right)"
    return f"({text})"


def _is_tall(term: Term) -> bool:
    """Whether it is higher than a line: a fraction, a sum, a derivative, cases."""
    return any(
        isinstance(node, Ranged | Derivative | Piecewise)
        or (isinstance(node, Div) and not node.slash)
        or (isinstance(node, Call) and node.name == "binomial")
        for node in walk(term)
    )


def _print(term: Term) -> str:
    match term:
        case Number(text=text):
            return text if _NUMBER.fullmatch(text) else rf"\text{{{text}}}"
        case Constant(name=name):
            return _CONSTANTS.get(name, name)
        case Symbol(name=name):
            return _symbol(name)
        case Indexed():
            return _member(term)
        case Call():
            return _call(term)
        case Paren(body=body):
            return _parentheses(body, _print(body))
        case Mark(kind=kind, body=body):
            return rf"\{kind.value}{{{_print(body)}}}"
        case Neg():
            return f"-{_child(term, 0)}"
        case Add(right=right):
            return f"{_child(term, 0)}{_plus(right)}{_child(term, 1)}"
        case Sub():
            return f"{_child(term, 0)} - {_child(term, 1)}"
        case Mul(sign=sign):
            return f"{_child(term, 0)}{_TIMES[sign]}{_child(term, 1)}"
        case Div(slash=True):
            return f"{_child(term, 0)} / {_child(term, 1)}"
        case Div(left=left, right=right):
            return rf"\frac{{{_print(left)}}}{{{_print(right)}}}"
        case Pow(right=right):
            return f"{_child(term, 0)}^{{{_exponent(right)}}}"
        case Integral(index=index, lower=lower, upper=upper):
            limits = f"_{{{_print(lower)}}}^{{{_print(upper)}}}"
            return rf"\int{limits} {_child(term, 0)} \, \mathrm{{d}}{_name(index)}"
        case (
            Sum(index=index, lower=lower, upper=upper)
            | Product(index=index, lower=lower, upper=upper)
        ):
            command = r"\sum" if isinstance(term, Sum) else r"\prod"
            limits = f"_{{{_name(index)}={_print(lower)}}}^{{{_exponent(upper)}}}"
            return f"{command}{limits} {_child(term, 0)}"
        case Derivative():
            return _derivative(term)
        case Piecewise():
            return _cases(term)
        case Relation() | And() | Or() | Not():
            raise UnsupportedError("a relation can stand only in the conditions of cases")
    raise UnsupportedError(f"{type(term).__name__} has no LaTeX form")


def _plus(right: Term) -> str:
    return " " if begins_with_negative_mark(right) else " + "


def _exponent(term: Term) -> str:
    """An exponent in parentheses would be an index; a second pair of braces keeps it a power."""
    text = _print(term)
    looks_like_index = text.startswith(("(", r"\left(")) and text.endswith(")")
    return f"{{{text}}}" if looks_like_index else text


# ---------------------------------------------------------------------------- names


def _name(name: str) -> str:
    if len(name) == 1 and name.isascii() and name.isalpha():
        return name
    if name in GREEK:
        return rf"\{name}"
    escaped = name.replace("_", r"\_")
    return rf"\text{{{escaped}}}"


def _symbol(name: str) -> str:
    base, _, suffix = name.partition("_")
    if base and re.fullmatch(r"\w+", suffix) and not _name(base).startswith(r"\text"):
        escaped = suffix.replace("_", r"\_")
        return rf"{_name(base)}_{{\text{{{escaped}}}}}"
    return _name(name)


def _member(term: Indexed) -> str:
    base = _name(term.base)
    if term.base == "delta" and len(term.indices) == 2 and term.place is Index.BELOW:
        base = r"\text{delta}"  # \delta_{ij} is Kronecker's delta
    if term.place is Index.BELOW:
        return f"{base}_{{{_indices(term.indices)}}}"
    first, rest = term.indices[:1], term.indices[1:]
    if term.place is Index.BOTH and rest:
        return f"{base}^{{({_print(first[0])})}}_{{{_indices(rest)}}}"
    return f"{base}^{{({', '.join(_print(index) for index in term.indices)})}}"


def _indices(indices: tuple[Term, ...]) -> str:
    if all(_is_plain_index(index) for index in indices):
        return _plain_indices(indices)
    return ", ".join(_one_index(index) for index in indices)


def _is_plain_index(index: Term) -> bool:
    if isinstance(index, Number):
        return index.text.isdigit()
    return isinstance(index, Symbol) and "_" not in index.name


def _plain_indices(indices: tuple[Term, ...]) -> str:
    """``ij``; a space keeps ``\\alpha j`` and numbers apart."""
    short = all(isinstance(index, Symbol) and len(index.name) == 1 for index in indices)
    if len(indices) == 1 and isinstance(indices[0], Symbol):
        text = _name(indices[0].name)
        return rf"{{{text}}}" if text.startswith(r"\text") else text
    return ("" if short else " ").join(_print(index) for index in indices)


def _one_index(index: Term) -> str:
    text = _print(index)
    name_like = isinstance(index, Number) and text.startswith(r"\text")  # x_{\text{max}} is a name
    plain = isinstance(index, Add | Sub | Neg | Symbol | Number) and not name_like
    return text if plain else f"{{{text}}}"


# ---------------------------------------------------------------------------- calls and operators


def _call(call: Call) -> str:
    name, arguments = call.name, call.arguments
    if is_factorial(call):
        return f"{_child(call, 0)}!"
    if not call.primes and len(arguments) == 1 and name == "sqrt":
        return rf"\sqrt{{{_print(arguments[0])}}}"
    if not call.primes and len(arguments) == 1 and name in _BRACKETS:
        left, right = _BRACKETS[name]
        return f"{left}{_print(arguments[0])}{right}"
    if not call.primes and name == "Delta" and len(arguments) == 2:
        return rf"\delta_{{{_indices(arguments)}}}"
    if not call.primes and name == "binomial" and len(arguments) == 2:
        return rf"\binom{{{_print(arguments[0])}}}{{{_print(arguments[1])}}}"
    head = _function_name(name) + "'" * call.primes
    if is_written_bare(call):
        return f"{head} {_print(arguments[0])}"
    return head + _parentheses(arguments, ", ".join(_print(one) for one in arguments))


def _function_name(name: str) -> str:
    if name in COMMAND_OF_FUNCTION:
        return rf"\{COMMAND_OF_FUNCTION[name]}"
    if name == "gamma":  # the gamma function has the big letter
        return r"\Gamma"
    if name in GREEK and (name in KNOWN_FUNCTIONS or name in GREEK_FUNCTIONS):
        return rf"\{name}" if GREEK_FUNCTIONS.get(name) == name else rf"\text{{{name}}}"
    return _name(name)


def _derivative(term: Derivative) -> str:
    ordinary = term.sign is DerivativeSign.ORDINARY
    variable = _print(term.variable)
    above = below = ""
    if term.order > 1:
        above = below = f"^{{{term.order}}}"
        if isinstance(term.variable, Indexed) and term.variable.place is not Index.BELOW:
            variable = f"({variable})"
    sign = "d" if ordinary else r"\partial"
    gap = "" if ordinary else " "
    denominator = f"{sign}{gap}{variable}{below}"
    if term.quotient:
        return (
            rf"\frac{{{sign}{above}{gap if not above else ' '}{_child(term, 0)}}}{{{denominator}}}"
        )
    return rf"\frac{{{sign}{above}}}{{{denominator}}} {_child(term, 0)}"


def _cases(term: Piecewise) -> str:
    rows = [
        rf"{_print(value)} & {_condition(test) if test else _OTHERWISE}"
        for value, test in term.branches
    ]
    return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"


def _condition(test: Test) -> str:
    match test:
        case Relation(left=left, sign=sign, right=right):
            return f"{_print(left)} {_RELATIONS[sign]} {_print(right)}"
        case Not(body=body):
            return rf"\lnot {_grouped(body, True)}"
        case And(left=first, right=second):
            groups = isinstance(first, Or), isinstance(second, And | Or)
            return rf"{_grouped(first, groups[0])} \land {_grouped(second, groups[1])}"
        case Or(left=first, right=second):
            return rf"{_condition(first)} \lor {_grouped(second, isinstance(second, Or))}"


def _grouped(test: Test, parentheses: bool) -> str:
    text = _condition(test)
    return _parentheses(test, text) if parentheses else text
