"""What a claim is judged under: its domain and definitions, and how names are unfolded.

Definitions are unfolded one layer at a time, those that stand on others first. A name that is
not unfolded, and every declared function, is *exposed*: it becomes an arbitrary smooth function
of everything its value may depend on. A proof over exposed names holds for every function, so
also for the defined one.

No name has two meanings: arguments of definitions get names that nobody can write, and bound
indices are renamed where their name means something else (``scopes``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from derivation.domain import Declaration, Domain, Kind, size_name
from derivation.errors import StructureError, UnsupportedError
from derivation.kernel.calculus.differentiate import KNOWN_FUNCTIONS, Jet
from derivation.kernel.names.definitions import refuse_circle, with_private_arguments
from derivation.kernel.names.scopes import (
    head_name,
    is_private,
    names_used,
    put_in,
    refuse_foreign,
    separated,
)
from derivation.kernel.theorem import Definition
from derivation.term import (
    Add,
    Call,
    Derivative,
    Mul,
    Neg,
    Number,
    Ranged,
    Sub,
    Symbol,
    Term,
    free_names,
    kinds,
    walk,
)

if TYPE_CHECKING:
    from derivation.kernel.integration.evaluate import Evaluated

__all__ = ["Context"]


@dataclass(frozen=True)
class Context:
    """Domain and definitions of one claim."""

    domain: Domain
    definitions: tuple[Definition, ...] = ()

    @cached_property
    def defined(self) -> dict[str, Definition]:
        """Definitions by name; their arguments have private names.

        Raises StructureError for a name that is defined twice or in a circle.
        """
        table: dict[str, Definition] = {}
        for definition in self.definitions:
            if definition.name in table:
                raise StructureError(f"{definition.name} is defined twice")
            refuse_foreign(definition.head)
            refuse_foreign(definition.body)
            table[definition.name] = with_private_arguments(definition)
        for name in table:
            refuse_circle(name, table, ())
        return table

    @cached_property
    def _bodies(self) -> dict[str, Term]:
        return {name: self.separate(one.body) for name, one in self.defined.items()}

    # ------------------------------------------------------------------ names

    def declaration(self, name: str) -> Declaration | None:
        """The declaration of a name. Raises StructureError when a name is declared twice."""
        return self.declarations.get(name)

    @cached_property
    def declarations(self) -> dict[str, Declaration]:
        """All declarations by name."""
        table = {declaration.name: declaration for declaration in self.domain}
        if any(is_private(name) for name in table):
            raise StructureError("a name that only the kernel makes")
        if len(table) != len(self.domain.declarations):
            raise StructureError("a name is declared twice")
        for declaration in self.domain:
            if declaration.kind is Kind.FUNCTION and declaration.name in KNOWN_FUNCTIONS:
                raise StructureError(
                    f"{declaration.name} is a built-in function; take another name"
                )
        return table

    @cached_property
    def _taken(self) -> frozenset[str]:
        """Names that mean something; no bound index may have one of them."""
        taken: set[str] = set(self.defined) | set(self.declarations)
        for declaration in self.domain:
            taken.update(name for size in declaration.sizes if (name := size_name(size)))
            taken.update(declaration.arguments, declaration.parameters)
        for definition in self.defined.values():
            taken |= free_names(definition.body) | names_used(definition.body)
        return frozenset(taken)

    def separate(self, term: Term) -> Term:
        """The plain term with bound indices renamed where their name means something else."""
        if Ranged not in kinds(term):
            return term
        return separated(term, self._taken | free_names(term))

    def is_whole(self, term: Term, bound: frozenset[str]) -> bool:
        """Whether the value of the term is certainly a whole number."""
        match term:
            case Number():
                return term.value.denominator == 1
            case Symbol(name=name):
                declared = self.declaration(name)
                return name in bound or (
                    declared is not None and declared.kind in (Kind.INTEGER, Kind.INDEX)
                )
            case Neg(body=body):
                return self.is_whole(body, bound)
            case (
                Add(left=left, right=right)
                | Sub(left=left, right=right)
                | Mul(left=left, right=right)
            ):
                return self.is_whole(left, bound) and self.is_whole(right, bound)
        return False

    # ------------------------------------------------------------------ unfolding

    @cached_property
    def _ranks(self) -> dict[str, int]:
        """How deep definitions stand on other definitions: 0 for one that uses none."""
        ranks: dict[str, int] = {}

        def rank(name: str) -> int:
            if name not in ranks:
                used = names_used(self._bodies[name]) & self.defined.keys()
                ranks[name] = max((rank(one) + 1 for one in used), default=0)
            return ranks[name]

        for name in self.defined:
            rank(name)
        return ranks

    def highest(self, *terms: Term) -> int:
        """The highest rank among the defined names in the terms; -1 when there is none."""
        if not self.definitions:
            return -1
        used = frozenset().union(*(names_used(term) for term in terms))
        return max((self._ranks[name] for name in used & self.defined.keys()), default=-1)

    def unfold(self, term: Term, rank: int = 0) -> Term:
        """The separated term with all definitions of that rank or a higher one unfolded."""
        while self.highest(term) >= rank:
            term = self.separate(self._unfold(term, rank))
        return term

    def _unfold(self, term: Term, rank: int) -> Term:
        children = term.children
        if isinstance(term, Derivative):  # d/dw unfolds its body only
            self._refuse_defined(term.variable)
            return replace(term, body=self._unfold(term.body, rank))
        if children:
            term = term.with_children(tuple(self._unfold(child, rank) for child in children))
        name = head_name(term)
        if name is None or self._ranks.get(name, -1) < rank:
            return term
        return self._instantiated(self.defined[name], term)

    def _refuse_defined(self, variable: Term) -> None:
        """d/du for a defined u: as long as u is not unfolded, nothing depends on it."""
        if names_used(variable) & self.defined.keys():
            raise UnsupportedError("a derivative by a defined quantity is not supported")

    def _instantiated(self, definition: Definition, use: Term) -> Term:
        values = use.children
        if type(definition.head) is not type(use) or len(values) != len(definition.arguments):
            raise UnsupportedError(f"{definition.name} is used in another form than it is defined")
        body = self._bodies[definition.name]
        if isinstance(use, Call) and use.primes:
            return self._primed(definition, body, use)
        if any(isinstance(node, Derivative) for node in walk(body)):
            # what is put in below d/dx must have nothing to do with x, not even hidden
            inside = self.dependencies(body)
            if any(self.dependencies(value) & inside for value in values):
                raise UnsupportedError(f"{definition.name} differentiates; unfold it by hand")
        return self._put_in(definition, body, values)

    def _put_in(self, definition: Definition, body: Term, values: tuple[Term, ...]) -> Term:
        try:
            return put_in(body, definition.arguments, values, self.defined.keys())
        except ValueError as error:
            raise UnsupportedError(f"cannot unfold {definition.name}: {error}") from error

    def _primed(self, definition: Definition, body: Term, use: Call) -> Term:
        """f'(v) = d/dv f(v), for a variable v on which f depends through its argument alone.

        The derivative stays in the term, so that its conditions are collected.
        """
        (variable, *others) = use.arguments
        if others or not isinstance(variable, Symbol):
            raise UnsupportedError(
                f"{use.name} with a prime at a compound argument; write a lemma for {use.name}'"
            )
        self._refuse_defined(variable)
        if variable.name in self.dependencies(body):
            raise UnsupportedError(f"{use.name} depends on {variable.name} in other ways, too")
        unfolded = self._put_in(definition, body, (variable,))
        return Derivative(unfolded, variable, use.primes)

    # ------------------------------------------------------------------ exposing

    def expose(self, term: Term) -> Term:
        """Declared functions and names that are still defined become jets."""
        return self._exposed(term) if self._may_expose else term

    @cached_property
    def _may_expose(self) -> bool:
        return bool(self.definitions or self.domain.functions)

    def _exposed(self, term: Term) -> Term:
        children = term.children
        if isinstance(term, Derivative):
            self._refuse_defined(term.variable)
            return replace(term, body=self._exposed(term.body))
        if children:
            exposed = [self._exposed(child) for child in children]
            if any(new is not old for new, old in zip(exposed, children, strict=True)):
                term = term.with_children(tuple(exposed))
        name = head_name(term)
        if name is None or isinstance(term, Jet):
            return term
        if name in self.defined:
            if isinstance(term, Call) and type(self.defined[name].head) is not Call:
                return term  # a number called cos is defined, and this is the built-in cos
        else:
            declared = self.declaration(name)
            if declared is None or declared.kind is not Kind.FUNCTION:
                return term
            if declared.arguments and len(declared.arguments) != len(term.children):
                raise UnsupportedError(
                    f"{name} is declared with {len(declared.arguments)} argument(s)"
                )
        orders = [0] * len(term.children)
        if isinstance(term, Call) and term.primes:
            if len(orders) != 1:
                raise UnsupportedError("primes are for functions of one argument")
            orders[0] = term.primes
        return Jet(name, term.children, tuple(orders), (), tuple(sorted(self.hidden(name))))

    def hidden(self, name: str) -> frozenset[str]:
        """The names, beside the arguments, that the value of a name may depend on."""
        if name not in self._hidden:
            if name in self.defined:
                arguments = self.defined[name].arguments
                self._hidden[name] = self.dependencies(self._bodies[name]) - set(arguments)
            else:
                declared = self.declaration(name)
                self._hidden[name] = self._closed(declared.parameters if declared else ())
        return self._hidden[name]

    def dependencies(self, term: Term) -> frozenset[str]:
        """All names that the value of the term may depend on, through definitions, too."""
        return self._closed(free_names(term) | names_used(term))

    def _closed(self, names: Iterable[str]) -> frozenset[str]:
        found = frozenset(names)
        for name in found:
            declared = self.declaration(name)
            if name in self.defined or (declared and declared.kind is Kind.FUNCTION):
                found |= self.hidden(name)
        return found

    @cached_property
    def _hidden(self) -> dict[str, frozenset[str]]:
        return {}

    @cached_property
    def integrals(self) -> dict[Term, Evaluated | None]:
        """What is known of integrals under this domain: remembered by ``integration``."""
        return {}
