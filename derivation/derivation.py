"""A derivation as plain, frozen data: nothing in this module checks anything.

A ``Derivation`` holds definitions, lemmas (each an ordered chain of rewrites), the slides that
show them, and the errata of its source. ``derivation.check.verify`` replays it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from derivation.domain import Domain
from derivation.errors import StructureError
from derivation.term import Call, Indexed, MarkKind, Symbol, Term

if TYPE_CHECKING:
    import sympy

    from derivation.kernel import Definition as Fact

__all__ = [
    "Box", "Definition", "Derivation", "Erratum", "Formula", "Lemma", "Line", "Note", "Prose",
    "Question", "Reason", "Rewrite", "Rows", "Slide", "Step", "facts",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Prose:
    """The same sentence in each language. Maths inside stands between dollar signs."""

    ko: str
    en: str

    def text(self, language: str) -> str:
        """The sentence in ``ko`` or ``en``."""
        if language not in ("ko", "en"):
            raise StructureError(f"no prose in language {language!r}; known are ko and en")
        return self.ko if language == "ko" else self.en


@dataclass(frozen=True, slots=True)
class Line:
    """One formula: the text as the author wrote it, and the term that was read from it."""

    latex: str
    term: Term = field(compare=False)
    domain: Domain = field(compare=False, repr=False)

    @property
    def sympy(self) -> sympy.Basic:
        """The line as an unevaluated SymPy expression."""
        from derivation.notation.sympy_bridge import to_sympy

        return to_sympy(self.term, self.domain)


class Reason(Protocol):
    """Why a line follows: a rule of ``derivation.rules``, a lemma, or a SymPy function."""

    @property
    def name(self) -> str:
        """How reports and slides call it."""
        ...


@dataclass(frozen=True, slots=True)
class Rewrite:
    """``= line``, by ``reasons`` applied to the line before; ``where`` is its file and line."""

    line: Line
    reasons: tuple[Reason, ...]
    say: Prose | None = None
    where: str = field(default="", compare=False)

    @property
    def rule(self) -> str:
        """The names of the reasons, joined."""
        return " + ".join(reason.name for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class Definition:
    """``head = body``: a name for a term.

    The head is a symbol (``L``), a call (``h(x)``) or a member of a family (``h^{(i)}``) over
    distinct symbols. Names in the body that are not among them are parameters: ``h(x)``
    depends on ``w`` when its body mentions ``w``.
    """

    head: Line
    body: Line

    @property
    def name(self) -> str:
        """The defined name."""
        term = self.head.term
        match term:
            case Symbol(name=name) | Call(name=name):
                return name
            case Indexed(base=base):
                return base
        raise StructureError(f"'{self.head.latex}' cannot be defined")

    @property
    def arguments(self) -> tuple[str, ...]:
        """The names of the arguments or indices of the head."""
        names = []
        for child in self.head.term.children:
            if not isinstance(child, Symbol):
                raise StructureError(f"the head '{self.head.latex}' must be over symbols")
            names.append(child.name)
        if len(set(names)) != len(names):
            raise StructureError(f"the head '{self.head.latex}' names an argument twice")
        return tuple(names)


def facts(definitions: Iterable[Definition]) -> tuple[Fact, ...]:
    """The definitions as the kernel takes them."""
    from derivation.kernel import Definition as Fact

    return tuple(Fact(one.head.term, one.body.term) for one in definitions)


@dataclass(frozen=True, slots=True)
class Lemma:
    """``start = ... = last line``, under its own domain and definitions.

    A lemma that another one names among its reasons comes before it: their order is a DAG.
    """

    name: str
    title: Prose
    domain: Domain
    start: Line
    rewrites: tuple[Rewrite, ...]
    definitions: tuple[Definition, ...] = ()

    @property
    def lines(self) -> tuple[Line, ...]:
        """``start`` and all lines after it."""
        return (self.start, *(rewrite.line for rewrite in self.rewrites))

    @property
    def last(self) -> Line:
        """The last line."""
        return self.rewrites[-1].line


# ---------------------------------------------------------------------------- slides


@dataclass(frozen=True, slots=True)
class Formula:
    """Shows a definition, as ``head = body``."""

    definition: str
    say: Prose | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """Shows ``start = ?`` of a lemma."""

    lemma: str


@dataclass(frozen=True, slots=True)
class Rows:
    """Shows lines ``first`` to ``last`` of a lemma's chain as ``start = line``, ``= line`` ...

    Line 0 is the start. ``note`` overrides the prose of the last rewrite shown.
    With ``head=False`` the left side is not repeated.
    """

    lemma: str
    first: int
    last: int
    note: Prose | None = None
    head: bool = True


@dataclass(frozen=True, slots=True)
class Box:
    """A reference box: the statement of a lemma, ``start = last``, with its title."""

    lemma: str


@dataclass(frozen=True, slots=True)
class Note:
    """A remark beside the maths."""

    say: Prose


Show = Formula | Question | Rows | Box | Note


@dataclass(frozen=True, slots=True)
class Step:
    """What one reveal adds to the slide.

    ``lights``: colour marks (``\\hla``, ``\\hlb``, ``\\hlc``) that are lit from this reveal on;
    boxes and ``\\key`` marks show whenever their line does.
    """

    shows: tuple[Show, ...] = ()
    lights: tuple[MarkKind, ...] = ()


@dataclass(frozen=True, slots=True)
class Slide:
    """A slide: title, introduction, and what each reveal adds."""

    title: Prose
    steps: tuple[Step, ...]
    introduction: Prose | None = None


# ---------------------------------------------------------------------------- errata


@dataclass(frozen=True, slots=True)
class Erratum:
    """A mistake of the source.

    A formula has ``as_written`` and ``corrected`` as (lhs, rhs): the first is refuted, the
    second proved, each over the domain of its lines and under its own definitions. An
    inconsistency of notation has neither, only its explanation.
    """

    where: str
    kind: str
    say: Prose
    as_written: tuple[Line, Line] | None = None
    corrected: tuple[Line, Line] | None = None
    definitions: tuple[Definition, ...] = ()
    corrected_definitions: tuple[Definition, ...] = ()


@dataclass(frozen=True, slots=True)
class Derivation:
    """The whole: what `derive verify` replays, `derive render` shows and the trainer runs.

    ``results`` names the lemmas whose theorems are the conclusion; the first is the main one.
    With ``common_mistakes`` the errata are not those of a source, but mistakes that are often made.
    """

    name: str
    title: Prose
    domain: Domain
    definitions: tuple[Definition, ...]
    lemmas: tuple[Lemma, ...]
    results: tuple[str, ...]
    slides: tuple[Slide, ...] = ()
    errata: tuple[Erratum, ...] = ()
    source: str = ""
    common_mistakes: bool = False
    extras: Mapping[str, str] = field(default_factory=dict)

    def lemma(self, name: str) -> Lemma:
        """The lemma of that name; raises StructureError with the nearest names."""
        for lemma in self.lemmas:
            if lemma.name == name:
                return lemma
        known = ", ".join(lemma.name for lemma in self.lemmas)
        raise StructureError(f"no lemma '{name}' in '{self.name}'; there are: {known}")
