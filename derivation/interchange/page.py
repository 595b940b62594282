"""What lines are read under when a derivation is text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from derivation.derivation import Line
from derivation.domain import Domain
from derivation.notation import read
from derivation.term import Call

__all__ = ["FORMAT", "Page"]

FORMAT = "derivation/1"


@dataclass(frozen=True)
class Page:
    """What a line is read under: a domain and the texts of definitions, as on a Board."""

    domain: Domain
    definitions: tuple[tuple[str, str], ...] = ()

    @cached_property
    def functions(self) -> frozenset[str]:
        """Names that are applied: declared functions and those that the definitions define."""
        heads = (read(head) for head, _ in self.definitions)
        return self.domain.functions | {head.name for head in heads if isinstance(head, Call)}

    @cached_property
    def symbols(self) -> frozenset[str]:
        """Declared names that are not applied."""
        return frozenset(declaration.name for declaration in self.domain) - self.functions

    def line(self, latex: str) -> Line:
        """Read one line. Raises UnreadableError."""
        term = read(latex, functions=self.functions, symbols=self.symbols, syntax="latex")
        return Line(latex, term, self.domain)
