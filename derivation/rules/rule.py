"""What a rule is, and what it may look at: names, definitions and known lemmas.

Rules are rows of data and untrusted: that two lines are equal is the kernel's business. A rule
only says which line follows, so that a true line cannot carry a false reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import lru_cache

from derivation.domain import Domain, Kind, size_name
from derivation.errors import StructureError
from derivation.rules.matching import as_primed
from derivation.term import (
    Call,
    Derivative,
    Indexed,
    Sum,
    Symbol,
    Term,
    free_names,
    plain,
    transform,
    walk,
)

__all__ = [
    "Context", "Direction", "KnownDefinition", "KnownLemma", "Replay", "Rewriter", "Rule",
    "Setting", "backwards", "depends", "known_definition", "known_lemma",
]  # fmt: skip


class Direction(Enum):
    """Which of two consecutive lines a rule is applied to."""

    FORWARD = "forward"  # to the first; it gives the second
    BACKWARD = "backward"  # to the second; it gives the first back
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class KnownDefinition:
    """``head = body``; ``arguments`` are the names bound by the head."""

    name: str
    head: Term
    body: Term
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownLemma:
    """``lhs = rhs`` for all values of ``variables`` in ``domain``."""

    lhs: Term
    rhs: Term
    variables: frozenset[str] = frozenset()
    domain: Domain = field(default_factory=Domain)


@dataclass(frozen=True, slots=True)
class Context:
    """What the rules know besides the line: the domain, the definitions and earlier lemmas."""

    domain: Domain = field(default_factory=Domain)
    definitions: tuple[KnownDefinition, ...] = ()
    lemmas: Mapping[str, KnownLemma] = field(default_factory=dict)

    @property
    def functions(self) -> frozenset[str]:
        """Names of declared and defined functions."""
        defined = {d.name for d in self.definitions if isinstance(d.head, Call)}
        return self.domain.functions | defined

    @property
    def symbols(self) -> frozenset[str]:
        """Declared and defined names that are no functions."""
        known = {d.name for d in (*self.domain, *self.definitions)}
        return frozenset(known) - self.functions

    def definition(self, name: str) -> KnownDefinition | None:
        """The last definition of a name, or None."""
        for definition in reversed(self.definitions):
            if definition.name == name:
                return definition
        return None

    def hidden(self, name: str, seen: frozenset[str] = frozenset()) -> frozenset[str]:
        """Names on which ``name`` depends besides its arguments.

        These are the declared parameters (``w`` in ``h(x; w)``) and, for a defined name,
        everything that its body mentions, through further definitions.
        """
        if name in seen:
            return frozenset()
        declaration = self.domain.get(name)
        names = frozenset(declaration.parameters) if declaration else frozenset()
        definition = self.definition(name)
        if definition:
            inner = self.dependencies(definition.body, seen | {name})
            names |= inner - frozenset(definition.arguments)
        return names

    def dependencies(self, term: Term, seen: frozenset[str] = frozenset()) -> frozenset[str]:
        """All names whose value the term may depend on, through definitions and parameters."""
        match term:
            case Symbol(name=name):
                return frozenset({name}) | self.hidden(name, seen)
            case Sum(body=body, index=index, lower=lower, upper=upper):
                limits = self.dependencies(lower, seen) | self.dependencies(upper, seen)
                return (self.dependencies(body, seen) - {index}) | limits
        names: frozenset[str] = frozenset()
        match term:
            case Indexed(base=base):
                names = frozenset({base}) | self.hidden(base, seen)
            case Call(name=name):
                names = self.hidden(name, seen)
        for child in term.children:
            names |= self.dependencies(child, seen)
        return names


def depends(term: Term, variable: Term, context: Context) -> bool:
    """Whether a term may change with the variable of a derivative (a symbol or a member)."""
    name = variable.base if isinstance(variable, Indexed) else getattr(variable, "name", "")
    return name in context.dependencies(term)


Rewriter = Callable[[Term, Context], Iterable[Term]]


@dataclass(frozen=True, slots=True)
class Setting:
    """In which an example is to be read: domain, definitions (head, body), lemmas (name, l, r)."""

    given: str = "x real"
    definitions: tuple[tuple[str, str], ...] = ()
    lemmas: tuple[tuple[str, str, str], ...] = ()

    def context(self) -> Context:
        """The context that these texts describe; reads them with ``derivation.notation``."""
        from derivation.notation import read, read_given

        domain = read_given(self.given)
        functions = domain.functions | {
            head.split("(")[0].lstrip("\\") for head, _ in self.definitions if "(" in head
        }

        symbols = frozenset(declaration.name for declaration in domain) - functions

        def term(text: str) -> Term:
            return read(text, functions=functions, symbols=symbols, syntax="latex")

        definitions = tuple(known_definition(term(h), term(b)) for h, b in self.definitions)
        lemmas = {
            name: known_lemma(term(lhs), term(rhs), domain, definitions)
            for name, lhs, rhs in self.lemmas
        }
        return Context(domain, definitions, lemmas)


@dataclass(frozen=True, slots=True)
class Rule:
    """A named rule; two rules are equal when they have the same name.

    ``rewrite(term, context)`` gives the possible results at the root of a plain term.
    ``statement`` is the maths in LaTeX, ``when`` its side condition in words. ``example`` is
    (before, after), and ``reject`` a twin (before, wrong after), both read in ``setting``.
    ``rearranges``: the result may agree with the line before up to order and grouping.
    ``partial``: some of the summands or factors of a sum or product are places, too.
    ``undo`` gives, where this can be found directly, what the rule would rewrite into the term;
    it is needed only when a backward rule comes before a forward one in the same line.
    """

    name: str
    statement: str = field(compare=False)
    rewrite: Rewriter = field(compare=False, repr=False)
    when: str = field(default="", compare=False)
    example: tuple[str, str] = field(default=("", ""), compare=False, repr=False)
    reject: tuple[str, str] = field(default=("", ""), compare=False, repr=False)
    setting: Setting = field(default=Setting(), compare=False, repr=False)
    direction: Direction = field(default=Direction.FORWARD, compare=False)
    rearranges: bool = field(default=False, compare=False)
    partial: bool = field(default=False, compare=False)
    undo: Rewriter | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Replay:
    """Whether the reasons give the line; ``note`` says how, or why not."""

    holds: bool
    note: str


_TURNED = {
    Direction.FORWARD: Direction.BACKWARD,
    Direction.BACKWARD: Direction.FORWARD,
    Direction.EITHER: Direction.EITHER,
}
_BACKWARDS = " (backwards)"


def backwards(rule: Rule) -> Rule:
    """The same rule read from right to left."""
    name = rule.name.removesuffix(_BACKWARDS)
    if name == rule.name:
        name += _BACKWARDS
    return replace(
        rule,
        name=name,
        direction=_TURNED[rule.direction],
        example=rule.example[::-1],
        reject=rule.reject[::-1],
    )


def known_definition(head: Term, body: Term) -> KnownDefinition:
    """``head = body`` for the context.

    Raises StructureError when the head is not a symbol, a call or a member over symbols.
    """
    head = plain(head)
    arguments = tuple(child.name for child in head.children if isinstance(child, Symbol))
    if len(arguments) != len(head.children) or not isinstance(head, Symbol | Call | Indexed):
        raise StructureError(f"cannot define {head!r}; a head is a name over distinct symbols")
    name = head.base if isinstance(head, Indexed) else head.name
    return KnownDefinition(name, head, plain(body), arguments)


def known_lemma(
    lhs: Term, rhs: Term, domain: Domain, definitions: Iterable[KnownDefinition] = ()
) -> KnownLemma:
    """``lhs = rhs`` for the context; its declared variables match any term.

    Not among them are families, functions, sizes, names on which a function depends without
    showing it (``w`` in ``h(x; w)``), and bound indices.
    """
    context = Context(domain, tuple(definitions))
    left, right = (transform(plain(side), as_primed) for side in (lhs, rhs))
    fixed: set[str] = set()
    for node in (*walk(left), *walk(right)):
        match node:
            case Call(name=name) | Indexed(base=name) | Symbol(name=name):
                fixed |= context.hidden(name)
            case Sum(index=index):
                fixed.add(index)
            case Derivative(variable=Indexed(base=base)):
                fixed.add(base)
    sizes = {size_name(size) for declaration in domain for size in declaration.sizes}
    scalar = (Kind.REAL, Kind.INTEGER, Kind.INDEX)
    variables = frozenset(
        d.name for d in domain if d.kind in scalar and not d.is_family and d.name not in sizes
    )
    defined = {definition.name for definition in context.definitions}
    return KnownLemma(left, right, (variables & free_names(left)) - fixed - defined, domain)


@lru_cache(maxsize=256)
def read_term(text: str, functions: frozenset[str], symbols: frozenset[str]) -> Term:
    """A plain term from the text of a parameterised rule."""
    from derivation.notation import read

    return plain(read(text, functions=functions, symbols=symbols, syntax="latex"))
