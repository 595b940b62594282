"""How authors write a derivation: a board on which lines are read as they are written.

    board = Board("x, w, b, y real", definitions=((r"z(x)", r"x \\times w + b"),))
    slope = board.lemma(
        "sigmoid slope",
        say(ko="...", en="The slope of the sigmoid"),
        r"\\frac{d}{dx} \\text{sigmoid}(x)",
        by(definition("sigmoid"), r"\\frac{d}{dx} \\frac{1}{1 + e^{-x}}"),
        ...
    )

The line comes last in ``by``; all that stands before it are its reasons.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from functools import cached_property

from derivation.derivation import Definition, Erratum, Lemma, Line, Prose, Reason, Rewrite
from derivation.domain import Domain
from derivation.errors import StructureError, UnreadableError
from derivation.notation import read, read_given
from derivation.rules import Rule, SympyReason, as_reason
from derivation.term import Call

__all__ = ["Board", "Draft", "by", "say"]


def say(ko: str, en: str) -> Prose:
    """The same sentence in Korean and in English; maths stands between dollar signs."""
    return Prose(ko=ko, en=en)


@dataclass(frozen=True, slots=True)
class Draft:
    """A rewrite whose line has not been read yet."""

    reasons: tuple[Reason, ...]
    text: str
    said: Prose | None
    where: str


def by(*reasons_and_line: object, say: Prose | None = None) -> Draft:
    """``by(reason, ..., line)``: the line follows from the one before by these reasons.

    A reason is a rule of ``derivation.rules`` or any SymPy function from expression to
    expression. Raises StructureError when the line or the reasons are missing.
    """
    # the author's own line is what an error must point at
    caller = sys._getframe(1)  # noqa: SLF001
    where = f"{caller.f_code.co_filename}:{caller.f_lineno}"
    *reasons, text = reasons_and_line or ("",)
    if not isinstance(text, str) or not text.strip():
        raise StructureError(f"{where}: by(reason, ..., line) ends with the line as text")
    if not reasons:
        raise StructureError(f"{where}: name the rule that gives '{text}'")
    named: list[Rule | SympyReason] = []
    for reason in reasons:
        if not isinstance(reason, Rule | SympyReason) and not callable(reason):
            raise StructureError(f"{where}: {reason!r} is no rule and no function")
        named.append(as_reason(reason))
    return Draft(tuple(named), text, say, where)


@dataclass(frozen=True)
class Board:
    """Declared names, hypotheses and definitions, under which lines are read.

    ``given`` is a sentence such as ``C integer >= 1, y[1..C] real, \\sum_{c=1}^{C} y_c = 1``.
    """

    given: str
    definitions: tuple[tuple[str, str], ...] = ()

    def more(self, given: str = "", *definitions: tuple[str, str]) -> Board:
        """A board with further declarations, hypotheses and definitions."""
        joined = f"{self.given}, {given}" if self.given and given else self.given or given
        return replace(self, given=joined, definitions=(*self.definitions, *definitions))

    @cached_property
    def domain(self) -> Domain:
        """The declarations and hypotheses. Raises DomainError."""
        return read_given(self.given)

    @cached_property
    def _functions(self) -> frozenset[str]:
        heads = (read(head) for head, _ in self.definitions)
        return self.domain.functions | {h.name for h in heads if isinstance(h, Call)}

    @cached_property
    def _symbols(self) -> frozenset[str]:
        return frozenset(declaration.name for declaration in self.domain) - self._functions

    def line(self, text: str) -> Line:
        """Read one line. Raises UnreadableError."""
        term = read(text, functions=self._functions, symbols=self._symbols, syntax="latex")
        return Line(text, term, self.domain)

    @cached_property
    def defined(self) -> tuple[Definition, ...]:
        """The definitions, read."""
        return tuple(Definition(self.line(h), self.line(b)) for h, b in self.definitions)

    def lemma(self, name: str, title: Prose, start: str, *drafts: Draft) -> Lemma:
        """A chain of rewrites from ``start``. Raises StructureError or UnreadableError."""
        if not drafts:
            raise StructureError(f"the lemma '{name}' has no rewrite")
        rewrites = tuple(self._rewrite(draft) for draft in drafts)
        return Lemma(name, title, self.domain, self.line(start), rewrites, self.defined)

    def _rewrite(self, draft: Draft) -> Rewrite:
        try:
            line = self.line(draft.text)
        except UnreadableError as error:
            raise StructureError(f"{draft.where}: {error}") from error
        return Rewrite(line, draft.reasons, draft.said, draft.where)

    def erratum(
        self,
        where: str,
        kind: str,
        said: Prose,
        *,
        left: str,
        wrong: str,
        right: str,
        corrected: Board | None = None,
    ) -> Erratum:
        """A formula of the source, ``left = wrong``, that should read ``left = right``.

        The corrected one is read on the board ``corrected``, or on this one.
        """
        other = corrected or self
        return Erratum(
            where,
            kind,
            said,
            (self.line(left), self.line(wrong)),
            (other.line(left), other.line(right)),
            self.defined,
            other.defined,
        )
