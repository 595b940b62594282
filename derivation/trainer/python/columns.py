"""Python code that computes whole columns: one list comprehension for one formula.

A formula may have two forms, one where a pivot is at least 0 and one where it is negative; each
sample takes its own. The column of the values u is the list ``us``. Nothing is called once a
sample but functions of the ``math`` module.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from textwrap import indent

from derivation.term import Add, Div, Mul, Sub, Symbol, Term, free_names
from derivation.trainer.python.code import expression, functions_in
from derivation.trainer.python.functions import Function

__all__ = ["Columns", "Forms"]

_WIDTH = 96  # of a line in a function body

_OPERATORS: dict[type[Term], str] = {Add: "add", Sub: "sub", Mul: "mul", Div: "truediv"}


@dataclass(frozen=True, slots=True)
class Forms:
    """One value: its form where the pivot is at least 0, and where it is negative."""

    nonnegative: Term
    negative: Term

    @property
    def one(self) -> Term | None:
        """The form, if both are the same."""
        return self.nonnegative if self.nonnegative == self.negative else None

    @property
    def both(self) -> tuple[Term, Term]:
        """The two forms."""
        return self.nonnegative, self.negative


@dataclass(slots=True)
class Columns:
    """Lines of a function body, and the names that they take from elsewhere.

    ``samples`` is the name of a column that is always there.
    """

    samples: str
    lines: list[str] = field(default_factory=list)
    imports: set[tuple[str, str]] = field(default_factory=set)
    helpers: set[str] = field(default_factory=set)

    def assign(self, name: str, forms: Forms, pivot: str) -> str:
        """Compute the column of a value, as the list ``name``; gives the name of the list.

        A value that is one of the columns already gets no second list.
        """
        if isinstance(forms.one, Symbol):
            column = self.column(forms, pivot)
            return f"list({column})" if forms.one.name == self.samples else column
        line = f"{name} = {self.column(forms, pivot)}"
        self.add(line)
        if re.search(r"\[(\w+) if \1 >= 0\.0 else 0\.0 for ", line):
            self.lines[-1] += "  # noqa: FURB136  # max() would be a call each"
        return name

    def add(self, line: str) -> None:
        """A line, on several where it is too long for one."""
        self.lines += _wrapped(line) if len(line) > _WIDTH else [line]

    def column(self, forms: Forms, pivot: str) -> str:
        """An expression for the column of a value, on one line."""
        if forms.one is not None:
            return self._mapped(forms.one) or self._comprehension(
                self.text(forms.one), free_names(forms.one)
            )
        upper, lower = map(self.text, forms.both)
        names = free_names(forms.nonnegative) | free_names(forms.negative) | {pivot}
        return self._comprehension(f"{upper} if {pivot} >= 0.0 else {lower}", names)

    def values_of(self, function: str, arguments: Forms, pivot: str) -> str:
        """The column of a function that may overflow, where it is infinite."""
        self.helpers.add("formula_values")
        self.use(function)
        return f"formula_values({function}, {self.column(arguments, pivot)})"

    def text(self, term: Term) -> str:
        """The expression of a term."""
        self.use(*functions_in(term))
        return expression(term)

    def use(self, *names: str, module: str = "math") -> None:
        """Import names."""
        self.imports |= {(module, name) for name in names}

    def mentions(self, name: str, *more: str) -> bool:
        """Whether a name stands in the lines, or in ``more`` text."""
        return any(re.search(rf"\b{name}\b", line) for line in (*self.lines, *more))

    def function(self, signature: str, doc: str, returned: str) -> Function:
        """The function with these lines."""
        body = "\n".join([f'"""{doc}"""', *self.lines, f"return {returned}"])
        text = f"def {signature}:\n{indent(body, '    ')}\n"
        return Function(text, frozenset(self.imports), frozenset(self.helpers))

    def _mapped(self, term: Term) -> str | None:
        """``list(map(...))`` where the value is one function or operator of columns."""
        if isinstance(term, Symbol):
            return f"{term.name}s"
        if type(term) in _OPERATORS and all(isinstance(c, Symbol) for c in term.children):
            operator = _OPERATORS[type(term)]
            self.use(operator, module="operator")
            one, other = map(expression, term.children)
            return f"list(map({operator}, {one}s, {other}s))"
        for name in functions_in(term):
            inner = expression(term).removeprefix(f"{name}(").removesuffix(")")
            if expression(term) == f"{name}({inner})" and inner in free_names(term):
                self.use(name)
                return f"list(map({name}, {inner}s))"
        return None

    def _comprehension(self, text: str, names: Iterable[str]) -> str:
        ordered = sorted(names)
        if not ordered:  # a constant: as many as there are samples
            return f"[{text}] * len({self.samples}s)"
        if len(ordered) == 1:
            return f"[{text} for {ordered[0]} in {ordered[0]}s]"
        columns = ", ".join(f"{name}s" for name in ordered)
        return f"[{text} for {', '.join(ordered)} in zip({columns}, strict=True)]"


def _wrapped(line: str) -> list[str]:
    """A list comprehension on several lines."""
    found = re.fullmatch(r"(.*?\[)(.*) (for [^\[\]]* in .*)(\].*)", line)
    if found is None:
        return [line]
    start, value, loop, end = found.groups()
    if len(value) + len(loop) < _WIDTH - 4:
        return [start, f"    {value} {loop}", end]
    return [start, f"    {value}", f"    {loop}", end]
