"""The state of one reading of a LaTeX formula, and the small moves that all readers share."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from derivation.errors import UnreadableError
from derivation.notation.precedence import begins_with_negative_mark, needs_parentheses
from derivation.notation.tokens import Token, TokenKind, tokenize
from derivation.term import Add, Call, Mark, Mul, Neg, Number, Paren, Pow, Span, Sub, Term

__all__ = ["MAX_NESTING", "NAMES", "Cursor", "describe"]

MAX_NESTING = 100  # the reader recurses; Python's own limit lies a little above
NAMES = (TokenKind.LETTER, TokenKind.GREEK, TokenKind.TEXT)

_AnyTerm = TypeVar("_AnyTerm", bound=Term)
_CLOSING = {"(": ")", "[": "]", "{": "}", "|": "|", "⌊": "⌋", "⌈": "⌉"}


def describe(token: Token, text: str) -> str:
    """A token as an error message names it."""
    if token.kind is TokenKind.END:
        return "the end of the formula"
    return f"'{text[token.start : token.end][:40]}'"


class Cursor:
    """Tokens of one formula and a position among them.

    ``functions`` and ``symbols`` are the names that were declared as functions, and as
    something else.
    """

    def __init__(self, text: str, functions: frozenset[str], symbols: frozenset[str]) -> None:
        self.text = text
        self.tokens = tokenize(text)
        self.at = 0
        self.functions = functions
        self.symbols = symbols
        self.stop = len(self.tokens)  # where the integral ends that is being read
        self.bound: frozenset[str] = frozenset()  # names of the sums and integrals around
        self.nesting = 0
        self.open_bars = 0

    # ------------------------------------------------------------------ moves

    @property
    def token(self) -> Token:
        """The token that comes next."""
        return self.tokens[self.at]

    def peek(self, distance: int = 1) -> Token:
        """A later token; the END token from there on."""
        return self.tokens[min(self.at + distance, len(self.tokens) - 1)]

    def advance(self) -> Token:
        """Take the next token."""
        token = self.token
        if token.kind is not TokenKind.END:
            self.at += 1
        return token

    def next_is(self, *kinds: TokenKind) -> bool:
        """Whether a token of one of these kinds comes next."""
        return self.token.kind in kinds

    def is_sign(self, *values: str) -> bool:
        """Whether an operator sign among ``values`` comes next."""
        return self.next_is(TokenKind.SIGN) and self.token.value in values

    def expect(self, kind: TokenKind, wanted: str) -> Token:
        """Take a token of this kind. Raises UnreadableError when there is another."""
        if not self.next_is(kind):
            raise self.error(f"expected {wanted}, found {describe(self.token, self.text)}")
        return self.advance()

    def error(
        self, message: str, suggestion: str = "", position: int | None = None
    ) -> UnreadableError:
        """An error at the next token, or at ``position``."""
        where = self.token.start if position is None else position
        return UnreadableError(message, self.text, where, suggestion)

    def previous_end(self) -> int:
        """Where the last taken token ends in the text."""
        return self.tokens[self.at - 1].end if self.at else 0

    def matching_brace(self, opening: int) -> int:
        """The index of the token that closes the brace at token index ``opening``."""
        depth = 0
        for index in range(opening, len(self.tokens)):
            kind = self.tokens[index].kind
            depth += (kind is TokenKind.LEFT_BRACE) - (kind is TokenKind.RIGHT_BRACE)
            if depth == 0:
                return index
        raise self.error("this brace is never closed", position=self.tokens[opening].start)

    def enter(self) -> None:
        """One level deeper. Raises UnreadableError beyond MAX_NESTING."""
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise self.error(
                f"nested more than {MAX_NESTING} levels deep", "Give a name to a part of it."
            )

    def leave(self) -> None:
        """One level up."""
        self.nesting -= 1

    # ------------------------------------------------------------------ groups

    def expression(self) -> Term:
        """A sum of products."""
        raise NotImplementedError

    def braced(self, owner: str) -> Term:
        """``{ expression }``, as the argument of ``owner``."""
        if not self.next_is(TokenKind.LEFT_BRACE):
            raise self.error(
                f"{owner} needs its argument in braces, found {describe(self.token, self.text)}",
                f"Write {owner}{{...}}.",
            )
        self.advance()
        self.enter()
        term = self.expression()
        self.leave()
        self.expect(TokenKind.RIGHT_BRACE, "'}'")
        return term

    def bracketed(self) -> list[Term]:
        """``( a, b, ... )``; also ``[ ]``, ``\\{ \\}``, and bars opened with ``\\left``."""
        opening = self.advance()
        bars, self.open_bars = self.open_bars, int(opening.value == "|")
        terms = [self.expression()]
        while self.next_is(TokenKind.COMMA):
            self.advance()
            terms.append(self.expression())
        self.close(opening)
        self.open_bars = bars
        return terms

    def close(self, opening: Token) -> None:
        """Take the bracket that closes ``opening``."""
        closing = self.token
        wanted = _CLOSING[opening.value]
        if closing.kind in (TokenKind.CLOSE, TokenKind.BAR):
            if closing.value != wanted:
                shown = self.text[opening.start : opening.end]
                raise self.error(
                    f"'{closing.value}' closes the bracket '{shown}' of column {opening.start + 1}",
                    f"Close it with '{wanted}'.",
                )
            self.advance()
        elif closing.kind in (TokenKind.END, TokenKind.RIGHT_BRACE, TokenKind.CELL, TokenKind.ROW):
            raise self.error("this bracket is never closed", position=opening.start)
        elif closing.kind is TokenKind.RELATION:
            raise self.error(
                "a relation inside brackets", "Read the two sides one by one, or as an equation."
            )
        else:
            raise self.error(f"unexpected {describe(closing, self.text)}")

    # ------------------------------------------------------------------ building

    def settle(self, parent: _AnyTerm) -> _AnyTerm:
        """Drop the needed parentheses of the children; refuse a child that lacks them."""
        children = list(parent.children)
        # The right operand first: whether the left one needs parentheses may depend on it.
        for position in reversed(range(len(children))):
            child = children[position]
            if isinstance(child, Paren):
                if needs_parentheses(parent, position, child.body):
                    children[position] = child.body
                    parent = _with_child(parent, children)
            elif needs_parentheses(parent, position, child):
                raise self._lacks_parentheses(parent, position, child)
        return parent

    def _lacks_parentheses(self, parent: Term, position: int, child: Term) -> UnreadableError:
        start = child.span.start if child.span else 0
        end = child.span.end if child.span else start
        shown = self.text[start:end]
        shown = shown if len(shown) <= 40 else "..."
        if isinstance(child, Mark) or begins_with_negative_mark(child):
            return self.error(
                "this mark hides parentheses that the formula needs",
                "Put them inside the mark, as in \\key{(a + b)}, or around it.",
                start,
            )
        if isinstance(parent, Mul) and position == 0 and not isinstance(child, Add | Sub | Neg):
            right = parent.right.span.start if parent.right.span else end
            return self.error(
                "ambiguous: it is not clear whether the part before reaches over this factor",
                f"Write parentheses around what belongs together: ({shown}) ... or {shown} (...).",
                right,
            )
        if isinstance(parent, Mul) and isinstance(child, Number | Pow):
            return self.error(
                "a number right after another factor",
                f"Write \\cdot {shown}, or ({shown}), or put the number first.",
                start,
            )
        if isinstance(parent, Pow):
            return self.error(
                "it is not clear what the power belongs to", f"Write ({shown})^{{...}}.", start
            )
        owner = f"the argument of \\{parent.name}" if isinstance(parent, Call) else "this part"
        return self.error(f"{owner} needs parentheses", f"Write ({shown}).", start)

    def add(self, left: Term, right: Term) -> Term:
        """``left + right``, spanning both."""
        return self.settle(Add(left, right, span=spanning(left, right)))


def spanning(left: Term, right: Term) -> Span | None:
    """From the start of ``left`` to the end of ``right``."""
    if left.span is None or right.span is None:
        return None
    return Span(left.span.start, right.span.end)


def _with_child(parent: _AnyTerm, children: list[Term]) -> _AnyTerm:
    changed = parent.with_children(tuple(children))
    return replace(changed, span=parent.span)  # type: ignore[return-value]
