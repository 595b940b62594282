"""Verdicts, conditions, witnesses, and the one thing that only the kernel can make: a Theorem."""

from __future__ import annotations

from dataclasses import InitVar, dataclass, field
from enum import Enum
from itertools import pairwise
from typing import NoReturn

from derivation.domain import Domain
from derivation.errors import ForgeryError, StructureError
from derivation.term import Call, Indexed, Or, Symbol, Term, Test, plain

__all__ = [
    "Binder", "Condition", "ConditionKind", "Definition", "Judgement", "Theorem", "Verdict",
    "Witness", "chain",
]  # fmt: skip


class Verdict(Enum):
    """What the kernel says about a claim lhs = rhs."""

    PROVED = "PROVED"  # equal at every point of the domain, both sides defined there
    PROVED_IF = "PROVED_IF"  # equal wherever the listed conditions hold
    REFUTED = "REFUTED"  # a certified point of the domain where the sides differ
    UNDECIDED = "UNDECIDED"  # neither; never counts as passed and never as wrong


class ConditionKind(Enum):
    """What must hold of a term for another one to be defined."""

    NONZERO = "!= 0"
    POSITIVE = "> 0"
    NONNEGATIVE = ">= 0"
    INTEGER = "is an integer"
    NOT_POLE = "is not 0, -1, -2, ..."  # where the gamma function is defined
    DECLARED = "is declared"  # of a member; stated by `undeclared`, never by the kernel

    __hash__ = object.__hash__


@dataclass(frozen=True, slots=True)
class Binder:
    """``index`` runs over the whole numbers from ``lower`` to ``upper``."""

    index: str
    lower: Term
    upper: Term


@dataclass(frozen=True, slots=True)
class Condition:
    """``term`` is nonzero, positive, ... for all values of the bound indices.

    Asked only where all of ``guards`` hold: the conditions of the branch that the term is in.
    """

    kind: ConditionKind
    term: Term
    binders: tuple[Binder, ...] = ()
    guards: tuple[Test, ...] = ()

    def __str__(self) -> str:
        from derivation.notation import to_message

        text = f"{to_message(self.term)} {self.kind.value}"
        for binder in self.binders:
            low, high = to_message(binder.lower), to_message(binder.upper)
            text += f" for {binder.index} in {low}..{high}"
        if self.guards:
            shown = (
                f"({to_message(one)})" if isinstance(one, Or) and len(self.guards) > 1
                else to_message(one) for one in self.guards
            )  # fmt: skip
            text += " where " + " and ".join(shown)
        return text


@dataclass(frozen=True, slots=True)
class Definition:
    """``head = body`` for all values of the arguments in the head.

    The head is a symbol, a call over distinct symbols, or a member over distinct symbols.
    Raises StructureError for any other head.
    """

    head: Term
    body: Term

    def __post_init__(self) -> None:
        head = plain(self.head)
        if not isinstance(head, Symbol | Call | Indexed) or (
            isinstance(head, Call) and head.primes
        ):
            raise StructureError("only a symbol, f(x) or x_i can be defined")
        if any(not isinstance(child, Symbol) for child in head.children) or len(
            set(head.children)
        ) != len(head.children):
            raise StructureError("the arguments of a definition are distinct symbols")

    @property
    def name(self) -> str:
        """The defined name."""
        head = plain(self.head)
        match head:
            case Symbol(name=name) | Call(name=name):
                return name
            case Indexed(base=base):
                return base
        raise StructureError("only a symbol, f(x) or x_i can be defined")

    @property
    def arguments(self) -> tuple[str, ...]:
        """The names of its arguments or indices."""
        return tuple(child.name for child in plain(self.head).children if isinstance(child, Symbol))


@dataclass(frozen=True, slots=True)
class Witness:
    """A point of the domain where the two sides certainly differ.

    ``values``: (name, exact rational or text of the function that was put in); ``left`` and
    ``right``: decimal values of the two sides there.
    """

    values: tuple[tuple[str, str], ...]
    left: str
    right: str

    def __str__(self) -> str:
        at = ", ".join(f"{name} = {value}" for name, value in self.values)
        return f"at {at or 'every point'}: left side {self.left}, right side {self.right}"


_SEAL = object()


@dataclass(frozen=True, slots=True)
class Theorem:
    """``domain, definitions |- lhs = rhs`` wherever ``conditions`` hold.

    Only ``derivation.kernel`` makes one: the constructor, ``dataclasses.replace``, ``copy`` and
    ``pickle`` raise ForgeryError for everybody else.
    """

    domain: Domain
    definitions: tuple[Definition, ...]
    lhs: Term
    rhs: Term
    conditions: tuple[Condition, ...]
    method: str
    seal: InitVar[object] = None

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL:
            raise ForgeryError("only the kernel makes theorems: call decide(lhs, rhs, ...)")

    def __init_subclass__(cls) -> None:
        raise ForgeryError("Theorem has no subclasses")

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise ForgeryError("a theorem is not copied or unpickled: check the claim again")

    def __replace__(self, **changes: object) -> NoReturn:
        raise ForgeryError("a theorem is not changed: check the new claim")


@dataclass(frozen=True, slots=True)
class Judgement:
    """The kernel's answer to one claim.

    ``method`` says how it was decided, ``reason`` why it was not, ``theorem`` is there exactly
    for PROVED and PROVED_IF.
    """

    verdict: Verdict
    method: str = ""
    conditions: tuple[Condition, ...] = ()
    witness: Witness | None = None
    reason: str = ""
    seconds: float = 0.0
    theorem: Theorem | None = field(default=None, compare=False)


def seal(
    domain: Domain,
    definitions: tuple[Definition, ...],
    lhs: Term,
    rhs: Term,
    conditions: tuple[Condition, ...],
    method: str,
) -> Theorem:
    """Make a theorem. For the modules of the kernel alone."""
    return Theorem(domain, definitions, lhs, rhs, conditions, method, _SEAL)


def chain(theorems: tuple[Theorem, ...]) -> Theorem:
    """From ``a = b``, ``b = c``, ... the theorem ``a = c``, under all their conditions.

    Equality is transitive at each point where all sides are defined; the union of the
    conditions says where that is. Raises StructureError when two links do not meet or stand
    under different assumptions.
    """
    if not theorems:
        raise StructureError("a chain needs at least one theorem")
    first = theorems[0]
    conditions: dict[Condition, None] = {}
    for before, after in pairwise(theorems):
        if plain(before.rhs) != plain(after.lhs):
            raise StructureError("two theorems of a chain do not meet")
        if (before.domain, before.definitions) != (after.domain, after.definitions):
            raise StructureError("two theorems of a chain have different assumptions")
    for theorem in theorems:
        conditions.update(dict.fromkeys(theorem.conditions))
    methods = sorted({theorem.method for theorem in theorems})
    return seal(
        first.domain,
        first.definitions,
        first.lhs,
        theorems[-1].rhs,
        tuple(conditions),
        "; ".join(methods),
    )
