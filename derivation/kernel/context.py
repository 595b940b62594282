"""What a claim is judged under: its domain and definitions, and how names are unfolded.

Definitions are unfolded one layer at a time, those that stand on others first. A name that is not unfolded, and every declared
function, is *exposed*: it becomes an arbitrary smooth function of everything its value may
depend on. A proof over exposed names holds for every function, so also for the defined one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from derivation.domain import Declaration, Domain, Kind
from derivation.errors import StructureError, UnsupportedError
from derivation.kernel.differentiate import Jet, resolve
from derivation.kernel.differentiate import differentiate as _differentiate
from derivation.kernel.theorem import Definition
from derivation.term import (
    Call,
    Derivative,
    Indexed,
    Sum,
    Symbol,
    Term,
    fresh_name,
    free_names,
    plain,
    substitute,
    walk,
)

__all__ = ["Context"]


@dataclass(frozen=True)
class Context:
    """Domain and definitions of one claim. Raises StructureError for circular definitions."""

    domain: Domain
    definitions: tuple[Definition, ...] = ()

    @cached_property
    def defined(self) -> dict[str, Definition]:
        """Definitions by name; each name once, and no circle among them."""
        table: dict[str, Definition] = {}
        for definition in self.definitions:
            if definition.name in table:
                raise StructureError(f"{definition.name} is defined twice")
            table[definition.name] = definition
        for name in table:
            self._refuse_circle(name, table, ())
        return table

    def _refuse_circle(
        self, name: str, table: dict[str, Definition], path: tuple[str, ...]
    ) -> None:
        if name in path:
            raise StructureError(f"the definitions go in a circle: {' -> '.join((*path, name))}")
        for used in _names_used(table[name].body) & table.keys():
            self._refuse_circle(used, table, (*path, name))

    @cached_property
    def _bodies(self) -> dict[str, Term]:
        return {name: plain(definition.body) for name, definition in self.defined.items()}

    @cached_property
    def _captured(self) -> frozenset[str]:
        """Free names of the definitions; a bound index with such a name is renamed."""
        return frozenset().union(
            *(free_names(d.body) - set(d.arguments) for d in self.defined.values())
        )

    # ------------------------------------------------------------------ declarations

    def declaration(self, name: str) -> Declaration | None:
        """The declaration of a name."""
        return self._table.get(name)

    @cached_property
    def _table(self) -> dict[str, Declaration]:
        return {declaration.name: declaration for declaration in self.domain}

    # ------------------------------------------------------------------ unfolding

    @cached_property
    def _ranks(self) -> dict[str, int]:
        """How deep definitions stand on other definitions: 0 for one that uses none."""
        ranks: dict[str, int] = {}

        def rank(name: str) -> int:
            if name not in ranks:
                used = _names_used(self._bodies[name]) & self.defined.keys()
                ranks[name] = max((rank(one) + 1 for one in used), default=0)
            return ranks[name]

        for name in self.defined:
            rank(name)
        return ranks

    def highest(self, *terms: Term) -> int:
        """The highest rank among the defined names in the terms; -1 when there is none."""
        used = frozenset().union(*(_names_used(term) for term in terms))
        return max((self._ranks[name] for name in used & self.defined.keys()), default=-1)

    def unfold(self, term: Term, rank: int = 0) -> Term:
        """The plain term with all definitions of that rank or a higher one unfolded."""
        while self.highest(term) >= rank:
            term = self._unfold(term, rank)
        return term

    def _unfold(self, term: Term, rank: int) -> Term:
        if isinstance(term, Sum) and term.index in self._captured:
            index = fresh_name(term.index, self._captured | free_names(term.body))
            body = substitute(term.body, {term.index: Symbol(index)})
            term = replace(term, body=body, index=index)
        children = term.children
        if isinstance(term, Derivative):  # d/dw unfolds its body only
            if _names_used(term.variable) & self.defined.keys():
                raise UnsupportedError("a derivative by a defined quantity is not supported")
            return replace(term, body=self._unfold(term.body, rank))
        if children:
            term = term.with_children(tuple(self._unfold(child, rank) for child in children))
        name = _head_name(term)
        if name is None or self._ranks.get(name, -1) < rank:
            return term
        return self._instantiated(self.defined[name], term)

    def _instantiated(self, definition: Definition, use: Term) -> Term:
        values = use.children
        if type(plain(definition.head)) is not type(use) or len(values) != len(
            definition.arguments
        ):
            raise UnsupportedError(f"{definition.name} is used in another form than it is defined")
        body = self._bodies[definition.name]
        if isinstance(use, Call) and use.primes:
            body = self._primed(definition, body, use.primes)
        pairs = dict(zip(definition.arguments, values, strict=True))
        try:
            return substitute(body, pairs)
        except ValueError as error:
            raise UnsupportedError(f"cannot unfold {definition.name}: {error}") from error

    def _primed(self, definition: Definition, body: Term, primes: int) -> Term:
        """f'(x) for a defined f: all layers unfolded, then differentiated by its argument."""
        if len(definition.arguments) != 1:
            raise UnsupportedError("primes are for functions of one argument")
        place = Symbol(definition.arguments[0])
        body = resolve(self.expose(self.unfold(body)))
        for _ in range(primes):
            body = _differentiate(body, place)
        return body

    # ------------------------------------------------------------------ exposing

    def expose(self, term: Term) -> Term:
        """Declared functions and names that are still defined become jets."""
        children = term.children
        if isinstance(term, Derivative):
            return replace(term, body=self.expose(term.body))
        if children:
            term = term.with_children(tuple(self.expose(child) for child in children))
        name = _head_name(term)
        if name is None:
            return term
        if name in self.defined:
            hidden = self.hidden(name)
        else:
            declared = self.declaration(name)
            if declared is None or declared.kind is not Kind.FUNCTION:
                return term
            hidden = declared.parameters
            known = declared.arguments
            if known and len(known) != len(term.children):
                raise UnsupportedError(f"{name} is declared with {len(known)} argument(s)")
        orders = [0] * len(term.children)
        if isinstance(term, Call) and term.primes:
            if len(orders) != 1:
                raise UnsupportedError("primes are for functions of one argument")
            orders[0] = term.primes
        return Jet(name, term.children, tuple(orders), (), hidden)

    def hidden(self, name: str) -> tuple[str, ...]:
        """The names, beside the arguments, that the value of a defined name may depend on."""
        definition = self.defined[name]
        if name not in self._hidden:
            names: set[str] = set()
            body = self.unfold(self._bodies[name])
            for node in walk(body):
                declared = self.declaration(_head_name(node) or "")
                if declared is not None and declared.kind is Kind.FUNCTION:
                    names.update(declared.parameters)
            names |= free_names(body)
            self._hidden[name] = tuple(sorted(names - set(definition.arguments)))
        return self._hidden[name]

    @cached_property
    def _hidden(self) -> dict[str, tuple[str, ...]]:
        return {}


def _head_name(term: Term) -> str | None:
    match term:
        case Symbol(name=name) | Call(name=name) | Jet(name=name):
            return name
        case Indexed(base=base):
            return base
    return None


def _names_used(term: Term) -> frozenset[str]:
    return frozenset(name for node in walk(term) if (name := _head_name(node)) is not None)
