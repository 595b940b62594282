"""Indices and parts of names in LaTeX: ``x_{ij}``, ``x^{(i)}_j``, ``x_{\\text{max}}``."""

from __future__ import annotations

import re

from derivation.notation.cursor import NAMES, Cursor
from derivation.notation.names import CONSTANTS
from derivation.notation.tokens import Token, TokenKind
from derivation.term import Call, Constant, Number, Span, Symbol, Term

__all__ = ["IndexReader"]

_IDENTIFIER = re.compile(r"[^\W\d]\w*")


def _is_one_index(token: Token) -> bool:
    """Whether it is an index of its own in ``_{i j 2}``."""
    return token.kind in NAMES or (token.kind is TokenKind.NUMBER and token.value.isdigit())


class IndexReader(Cursor):
    """Reads what belongs to one name: its text suffix and its indices."""

    # ------------------------------------------------------------------ names

    def single_name(self) -> Term:
        """One name without indices or arguments, as in ``x^n``."""
        token = self.advance()
        name, span = self._checked_name(token), Span(token.start, token.end)
        if self._is_constant(name):
            return Constant(name, span=span)
        return Symbol(name, span=span)

    def _is_constant(self, name: str) -> bool:
        return name in CONSTANTS and name not in self.symbols and name not in self.bound

    def _checked_name(self, token: Token) -> str:
        if token.kind is TokenKind.TEXT and not _IDENTIFIER.fullmatch(token.value):
            raise self.error(
                f"'{token.value[:40]}' is not a name",
                "A name is one word of letters, digits and \\_, starting with a letter.",
                token.start,
            )
        return token.value

    def _with_text_suffix(self, name: str) -> str:
        r"""``x_{\text{max}}`` is the symbol x_max."""
        if not self.next_is(TokenKind.BELOW):
            return name
        after = self.peek()
        if after.kind is TokenKind.TEXT:
            suffix, length = after.value, 2
        elif (
            after.kind is TokenKind.LEFT_BRACE
            and self.peek(2).kind is TokenKind.TEXT
            and self.peek(3).kind is TokenKind.RIGHT_BRACE
        ):
            suffix, length = self.peek(2).value, 4
        else:
            return name
        if not re.fullmatch(r"\w+", suffix):
            raise self.error(f"'{suffix[:40]}' is not part of a name", position=after.start)
        self.at += length
        return f"{name}_{suffix}"

    def _span(self, token: Token) -> Span:
        return Span(token.start, self.previous_end())

    # ------------------------------------------------------------------ indices

    def _indices(self, name: str) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
        above: tuple[Term, ...] = ()
        below: tuple[Term, ...] = ()
        while True:
            if self.next_is(TokenKind.BELOW) and not below:
                below = self.subscript()
            elif not above and self._is_sample_index():
                if self._is_constant(name):
                    raise self.error(
                        "a superscript in parentheses is an index",
                        f"Write the power without them: {name}^{{...}}.",
                    )
                above = self._sample_index()
            else:
                return above, below

    def _is_sample_index(self) -> bool:
        """Whether a superscript that is wholly in parentheses comes next."""
        if (
            not self.next_is(TokenKind.ABOVE)
            or self.peek().kind is not TokenKind.LEFT_BRACE
            or self.peek(2).kind is not TokenKind.OPEN
            or self.peek(2).value != "("
        ):
            return False
        depth = 0
        for index in range(self.at + 2, len(self.tokens)):
            kind = self.tokens[index].kind
            depth += (kind is TokenKind.OPEN) - (kind is TokenKind.CLOSE)
            if depth == 0:
                return self.tokens[index + 1].kind is TokenKind.RIGHT_BRACE
        return False

    def _sample_index(self) -> tuple[Term, ...]:
        self.at += 2
        self.enter()
        indices = self.bracketed()
        self.leave()
        self.expect(TokenKind.RIGHT_BRACE, "'}'")
        return tuple(indices)

    def subscript(self) -> tuple[Term, ...]:
        """The indices after ``_``: ``_j``, ``_{ij}``, ``_{i+1}``, ``_{i, j}``."""
        self.expect(TokenKind.BELOW, "'_'")
        if not self.next_is(TokenKind.LEFT_BRACE):
            return (self._short_index(),)
        closing = self.matching_brace(self.at)
        inside = self.tokens[self.at + 1 : closing]
        if not inside:
            raise self.error("an empty subscript")
        if all(_is_one_index(token) for token in inside):
            self.at = closing + 1
            return tuple(self._plain_index(token) for token in inside)
        self.advance()
        self.enter()
        indices = [self.expression()]
        while self.next_is(TokenKind.COMMA):
            self.advance()
            indices.append(self.expression())
        self.leave()
        self.expect(TokenKind.RIGHT_BRACE, "'}'")
        return tuple(indices)

    def _short_index(self) -> Term:
        token = self.token
        if token.kind in NAMES or (token.kind is TokenKind.NUMBER and len(token.value) == 1):
            self.advance()
            return self._plain_index(token)
        raise self.error("a subscript of more than one character needs braces", "Write x_{...}.")

    def _plain_index(self, token: Token) -> Term:
        span = Span(token.start, token.end)
        if token.kind is TokenKind.NUMBER:
            return Number(token.value, span=span)
        return Symbol(self._checked_name(token), span=span)

    def _kronecker(self, token: Token) -> Term | None:
        r"""``\delta_{jk}``; None for the plain letter and for a family with one index."""
        if not self.next_is(TokenKind.BELOW) or self.peek().kind is TokenKind.TEXT:
            return None
        start = self.at
        indices = self.subscript()
        if len(indices) != 2:
            self.at = start
            return None
        return Call("Delta", indices, span=self._span(token))
