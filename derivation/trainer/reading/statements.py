"""What the trainer reads of theorems: their sides, their domain, and their definitions unfolded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from derivation.domain import Domain
from derivation.term import Call, Indexed, Symbol, Term, plain, substitute, transform

__all__ = ["DefinitionLike", "Definitions", "Statement", "families", "functions_of"]


class DefinitionLike(Protocol):
    """``head = body``."""

    @property
    def head(self) -> Term: ...
    @property
    def body(self) -> Term: ...


class Statement(Protocol):
    """What extraction reads of a theorem; ``derivation.kernel.Theorem`` is one."""

    @property
    def domain(self) -> Domain: ...
    @property
    def definitions(self) -> Sequence[DefinitionLike]: ...
    @property
    def lhs(self) -> Term: ...
    @property
    def rhs(self) -> Term: ...
    @property
    def conditions(self) -> Sequence[object]: ...


class Definitions:
    """Definitions of symbols and members of families, unfolded until nothing changes."""

    def __init__(self, definitions: Sequence[DefinitionLike]) -> None:
        self._definitions = tuple(definitions)
        self.bodies: dict[str, tuple[tuple[str, ...], Term]] = {}
        for definition in definitions:
            head = plain(definition.head)
            arguments = tuple(c.name for c in head.children if isinstance(c, Symbol))
            if isinstance(head, Symbol):
                self.bodies[head.name] = ((), plain(definition.body))
            elif isinstance(head, Indexed):
                self.bodies[head.base] = (arguments, plain(definition.body))

    def without(self, name: str) -> Definitions:
        """The same without one name, which then stays as it is."""
        kept = [d for d in self._definitions if _name(plain(d.head)) != name]
        return Definitions(kept)

    def unfold(self, term: Term) -> Term:
        """``term`` with every defined symbol and member replaced by its body."""
        for _ in range(len(self.bodies) + 1):
            unfolded = transform(plain(term), self._unfold_once)
            if unfolded == term:
                break
            term = unfolded
        return term

    def unfold_once(self, term: Term) -> Term:
        """``term`` with every defined symbol and member replaced by its body, as it is there."""
        return transform(plain(term), self._unfold_once)

    def _unfold_once(self, node: Term) -> Term:
        name = _name(node)
        if name not in self.bodies:
            return node
        arguments, body = self.bodies[name]
        if len(arguments) != len(node.children):
            return node
        return substitute(body, dict(zip(arguments, node.children, strict=True)))


def _name(node: Term) -> str:
    match node:
        case Symbol(name=name):
            return name
        case Indexed(base=base):
            return base
    return ""


def families(term: Term) -> frozenset[str]:
    """The names of the families that ``term`` mentions."""
    own = frozenset({term.base}) if isinstance(term, Indexed) else frozenset()
    return own.union(*(families(child) for child in term.children))


def functions_of(statement: Statement, term: Term) -> dict[str, tuple[Term, Term]]:
    """Head and body of each function that ``term`` calls and ``statement`` defines."""
    defined = {}
    for definition in statement.definitions:
        head = plain(definition.head)
        if isinstance(head, Call):
            defined[head.name] = (head, plain(definition.body))
    found: dict[str, tuple[Term, Term]] = {}
    waiting = _calls(term)
    while waiting:
        name = waiting.pop()
        if name in defined and name not in found:
            found[name] = defined[name]
            waiting |= _calls(defined[name][1])
    return found


def _calls(term: Term) -> set[str]:
    own = {term.name} if isinstance(term, Call) else set()
    return own.union(*(_calls(child) for child in term.children))
