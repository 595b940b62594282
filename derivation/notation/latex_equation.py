"""LaTeX equations: the sides of ``a = b = c``, also over several rows."""

from __future__ import annotations

from derivation.notation.cursor import describe
from derivation.notation.latex_reader import LatexReader
from derivation.notation.tokens import TokenKind, check_text
from derivation.term import RelationSign, Term

__all__ = ["read_latex_equation", "read_latex_relation"]

_ALIGNED = frozenset({"aligned", "align", "align*", "split", "gathered", "equation", "equation*"})


class EquationReader(LatexReader):
    """Reads sides of an equation."""

    def sides(self) -> tuple[Term, ...]:
        """The sides of an equation."""
        environment = self._begin_environment()
        if environment is None:
            terms = self._sides()
        else:
            self._join_rows()
            terms = self._sides()
            if not self.next_is(TokenKind.FINISH) or self.token.value != environment:
                raise self.error(
                    f"expected \\end{{{environment}}}, found {describe(self.token, self.text)}"
                )
            self.advance()
        self.check_end()
        return terms

    def relation(self) -> tuple[tuple[Term, ...], tuple[RelationSign, ...]]:
        r"""The sides and the signs of ``a < b \le c``."""
        sides, signs = [self.expression()], []
        while self.next_is(TokenKind.RELATION):
            signs.append(RelationSign(self.advance().value))
            sides.append(self.expression())
        self.check_end()
        return tuple(sides), tuple(signs)

    def _begin_environment(self) -> str | None:
        if self.next_is(TokenKind.BEGIN) and self.token.value in _ALIGNED:
            return self.advance().value
        return None

    def _sides(self) -> tuple[Term, ...]:
        if self.next_is(TokenKind.RELATION) and self.token.value == "=":
            self.advance()
        terms = [self.expression()]
        while self.next_is(TokenKind.RELATION):
            if self.token.value != "=":
                raise self.error("an equation has only equals signs", "Give the two sides.")
            self.advance()
            terms.append(self.expression())
        return tuple(terms)

    def _join_rows(self) -> None:
        r"""Drop ``&`` and ``\\`` of the environment; a row goes on with a sign."""
        kept = self.tokens[: self.at]
        depth, new_row = 0, False
        for token in self.tokens[self.at :]:
            depth += (token.kind is TokenKind.BEGIN) - (token.kind is TokenKind.FINISH)
            if depth == 0 and token.kind in (TokenKind.CELL, TokenKind.ROW):
                new_row = new_row or token.kind is TokenKind.ROW
                continue
            goes_on = token.kind in (TokenKind.RELATION, TokenKind.SIGN, TokenKind.FINISH)
            if new_row and not goes_on:
                raise self.error(
                    "a new equation begins in this row",
                    "Read each equation on its own; a row of the same one begins with '='.",
                    token.start,
                )
            new_row = False
            kept.append(token)
        self.tokens = kept


def read_latex_equation(
    text: str, functions: frozenset[str], symbols: frozenset[str]
) -> tuple[Term, ...]:
    """The sides of a LaTeX equation. Raises UnreadableError."""
    check_text(text)
    return EquationReader(text, functions, symbols).sides()


def read_latex_relation(
    text: str, functions: frozenset[str], symbols: frozenset[str]
) -> tuple[tuple[Term, ...], tuple[RelationSign, ...]]:
    r"""The sides and the signs of ``a < b \le c``, with any relations. Raises UnreadableError."""
    check_text(text)
    return EquationReader(text, functions, symbols).relation()
