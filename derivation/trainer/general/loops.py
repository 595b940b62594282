"""Terms over families as Python code: comprehensions, sums, and lists that are gone through."""

from __future__ import annotations

import builtins
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from keyword import iskeyword

from derivation.errors import UnsupportedError
from derivation.term import Call, Indexed, Mul, Number, Sum, Symbol, Term, transform, walk
from derivation.trainer.python.code import expression, functions_in

__all__ = ["PREFIX", "Loops"]

PREFIX = "formula_of_"
"""How the functions of parts are called."""


@dataclass(slots=True)
class Loops:
    """Writes terms whose members are lists: ``Indexed("U", (j, k))`` is what ``U[j][k]`` holds.

    ``names`` spells the names of theorems, ``taken`` are names in use. ``columns`` are the
    families whose transposed lists are needed, ``imports`` what the code calls.
    """

    names: Mapping[str, str]
    taken: set[str]
    columns: dict[str, str] = field(default_factory=dict)
    scope: list[str] = field(default_factory=list)  # the names of the loops around
    imports: set[tuple[str, str]] = field(default_factory=set)

    def family(self, body: Term, indices: Sequence[str], sizes: Sequence[str | int]) -> str:
        """The value of ``body``, or the list of its values over indices, nested."""
        if not indices:
            return self.text(body)
        inner, loop, names = self._loop(body, indices[0], sizes[0])
        self.scope += names
        text = f"[{self.family(inner, indices[1:], sizes[1:])} {loop}]"
        del self.scope[-len(names) :]
        return text

    def text(self, term: Term) -> str:
        """The expression of a term without free indices; a part is the call of its function."""
        if isinstance(term, Call) and term.name.startswith(PREFIX):
            return f"{term.name}({', '.join(map(self.text, term.arguments))})"
        flat = transform(self._without_sums(term), self._element)
        self.imports |= {("math", name) for name in functions_in(flat)}
        return expression(flat, self.names)

    def _without_sums(self, term: Term) -> Term:
        if isinstance(term, Sum):
            return Symbol(self._sum(term))
        if isinstance(term, Indexed) or not term.children:
            return term
        return term.with_children(tuple(map(self._without_sums, term.children)))

    def _sum(self, term: Sum) -> str:
        upper = term.upper
        size = int(upper.value) if isinstance(upper, Number) else str(getattr(upper, "name", ""))
        body, loop, names = self._loop(term.body, term.index, size)
        match body:
            case Mul(left=Symbol(name=one), right=Symbol(name=other)):
                lists = self._gone_through(loop)
                if set(lists) == {one, other}:
                    self.imports.add(("operator", "mul"))
                    return f"sum(map(mul, {lists[one]}, {lists[other]}))"
        self.scope += names
        text = f"sum({self.text(body)} {loop})"
        del self.scope[-len(names) :]
        return text

    @staticmethod
    def _gone_through(loop: str) -> dict[str, str]:
        """Element and list, for a loop over lists alone."""
        elements, _, lists = loop.removeprefix("for ").partition(" in zip(")
        if not lists or "range(" in lists:
            return {}
        found = lists.removesuffix(", strict=True)").split(", ")
        names = elements.split(", ")
        return dict(zip(names, found, strict=True)) if len(names) == len(found) else {}

    def _loop(self, body: Term, index: str, size: str | int) -> tuple[Term, str, list[str]]:
        """The body with an element for each member at ``index``; the loop's head, and its names."""
        lists: dict[str, str] = {}
        counted = False
        for member in dict.fromkeys(n for n in walk(body) if isinstance(n, Indexed)):
            if Symbol(index) not in member.indices:
                continue
            taken = self._taken_from(member, index)
            if taken is None:
                counted = True
                continue
            source, rest = taken
            stem = f"{self.names.get(member.base, member.base)}_{index}".replace("_columns", "")
            element = self._fresh(stem, lists)
            lists[element] = source
            new = Indexed(element, rest) if rest else Symbol(element)
            body = _swapped(body, member, new)
        if counted or not lists:
            counter = self._fresh(index, lists)
            extent = size if isinstance(size, int) else self.names.get(size, size)
            lists[counter] = f"range({extent})"
            place = Symbol(f"[{counter}]")
            body = transform(body, lambda node: _placed(node, Symbol(index), place))
        if len(lists) == 1:
            ((element, source),) = lists.items()
            return body, f"for {element} in {source}", [element]
        heads = ", ".join(lists), ", ".join(lists.values())
        return body, f"for {heads[0]} in zip({heads[1]}, strict=True)", list(lists)

    def _taken_from(self, member: Indexed, index: str) -> tuple[str, tuple[Term, ...]] | None:
        """The list whose elements a member is at ``index``, and the indices that are left."""
        base = self.names.get(member.base, member.base)
        indices = list(member.indices)
        while indices and _is_place(indices[0]):
            base += _place(indices.pop(0))
        if indices[0] == Symbol(index) and Symbol(index) not in indices[1:]:
            return base, tuple(indices[1:])
        if len(indices) == 2 and base.isidentifier() and indices.count(Symbol(index)) == 1:
            if base not in self.columns:
                self.columns[base] = self._fresh(f"{base}_columns", {})
            return self.columns[base], (indices[0],)
        return None

    def _element(self, node: Term) -> Term:
        if not isinstance(node, Indexed):
            return node
        if not all(map(_is_place, node.indices)):
            raise UnsupportedError(f"the index of {node.base} has no range that is known")
        base = self.names.get(node.base, node.base)
        return Symbol(base + "".join(map(_place, node.indices)))

    def _fresh(self, name: str, others: Mapping[str, str]) -> str:
        around = {*self.taken, *self.names, *self.columns.values(), *self.scope, *others}
        while name in around or iskeyword(name) or hasattr(builtins, name):
            name += "_"
        return name


def _is_place(index: Term) -> bool:
    return isinstance(index, Number) or (isinstance(index, Symbol) and index.name.startswith("["))


def _place(index: Term) -> str:
    """An index as it stands in Python: numbers count from 1, counters from 0."""
    match index:
        case Number(value=value):
            return f"[{int(value) - 1}]"
        case Symbol(name=name):
            return name
    raise UnsupportedError("an index is a name or a number")


def _swapped(term: Term, old: Indexed, new: Term) -> Term:
    if term == old:
        return new
    if isinstance(term, Indexed) or not term.children:
        return term
    return term.with_children(tuple(_swapped(child, old, new) for child in term.children))


def _placed(node: Term, index: Term, place: Term) -> Term:
    """A member with a counter in the place of its index; where no list could be gone through."""
    if isinstance(node, Indexed):
        return Indexed(node.base, tuple(place if one == index else one for one in node.indices))
    return node
