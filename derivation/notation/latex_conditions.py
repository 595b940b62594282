r"""Branches in LaTeX: ``\begin{cases}``, their conditions, and the indicator ``\mathbb{1}[x > 0]``.

condition  ->  conjunct { or conjunct }         or:  \lor, \text{or}
conjunct   ->  test { and test }                and: \land, \text{and}, a comma
test       ->  \lnot test | ( condition ) | a < b <= c
"""

from __future__ import annotations

from functools import reduce
from itertools import pairwise

from derivation.notation.cursor import describe, spanning
from derivation.notation.latex_commands import IF, JOINING, OTHERWISE
from derivation.notation.latex_ranges import CLOSES, OPENS, RangeReader
from derivation.notation.tokens import TokenKind
from derivation.term import (
    And,
    Not,
    Number,
    Or,
    Paren,
    Piecewise,
    Relation,
    RelationSign,
    Span,
    Term,
    Test,
)  # fmt: skip

__all__ = ["ConditionReader"]

_ENDS_BRANCH = (TokenKind.ROW, TokenKind.FINISH)


class ConditionReader(RangeReader):
    """Reads branches and their conditions."""

    def cases(self) -> Term:
        r"""``\begin{cases} a & x > 0 \\ b & \text{otherwise} \end{cases}``."""
        start = self.advance()
        if start.value != "cases":
            raise self.error(
                f"the environment {start.value[:40]} cannot stand here",
                "Only cases can stand inside a formula.",
                start.start,
            )
        self.enter()
        branches = [self._branch()]
        while self.next_is(TokenKind.ROW):
            self.advance()
            if not self.next_is(TokenKind.FINISH):
                branches.append(self._branch())
        if not self.next_is(TokenKind.FINISH) or self.token.value != "cases":
            if self.next_is(TokenKind.END):
                raise self.error("these cases are never closed", position=start.start)
            raise self.error(
                f"expected '\\\\' or '\\end{{cases}}', found {describe(self.token, self.text)}"
            )
        self.advance()
        self.leave()
        return Piecewise(tuple(branches), span=Span(start.start, self.previous_end()))

    def _branch(self) -> tuple[Term, Test | None]:
        value = self.expression()
        if self.next_is(TokenKind.COMMA):
            self.advance()
        self.expect(TokenKind.CELL, "'&' and a condition")
        if self.next_is(TokenKind.TEXT):
            if self.token.value in OTHERWISE:
                self.advance()
                return value, None
            if self.token.value in IF:
                self.advance()
        condition = self.condition()
        if self.next_is(TokenKind.COMMA) and self.peek().kind in _ENDS_BRANCH:
            self.advance()
        return value, condition

    def indicator(self) -> Term:
        r"""``\mathbb{1}[x > 0]`` or ``\mathbf{1}_{\{x > 0\}}``: 1 where it holds, 0 elsewhere."""
        start = self.advance()
        braces = self.next_is(TokenKind.BELOW)
        if braces:
            self.advance()
            self.expect(TokenKind.LEFT_BRACE, "'{' and a condition")
        if self.next_is(TokenKind.OPEN) and (not braces or self._is_condition_in_brackets()):
            condition = self._in_brackets()
        elif braces:
            condition = self.condition()
        else:
            raise self.error(
                "an indicator needs its condition", "Write \\mathbb{1}[x > 0].", start.start
            )
        if braces:
            self.expect(TokenKind.RIGHT_BRACE, "'}'")
        span = Span(start.start, self.previous_end())
        one, zero = Number("1", span=span), Number("0", span=span)
        # It ends with its bracket, so it needs no parentheses, where cases do.
        return Paren(Piecewise(((one, condition), (zero, None)), span=span), span=span)

    # ------------------------------------------------------------------ conditions

    def condition(self) -> Test:
        """A condition, as the module says."""
        tests = [self._conjunct()]
        while self._is_joined_by("or"):
            self.advance()
            tests.append(self._conjunct())
        return reduce(lambda left, right: Or(left, right, span=spanning(left, right)), tests)

    def _conjunct(self) -> Test:
        tests = [self._test()]
        while self._is_joined_by("and") or (
            self.next_is(TokenKind.COMMA) and self.peek().kind not in _ENDS_BRANCH
        ):
            self.advance()
            tests.append(self._test())
        return reduce(lambda left, right: And(left, right, span=spanning(left, right)), tests)

    def _is_joined_by(self, word: str) -> bool:
        if self.next_is(TokenKind.LOGIC):
            return self.token.value == word
        return self.next_is(TokenKind.TEXT) and self.token.value in JOINING[word]

    def _test(self) -> Test:
        self.enter()
        start = self.token
        if self._is_joined_by("not"):
            self.advance()
            body = self._test()
            test: Test = Not(body, span=Span(start.start, self.previous_end()))
        elif self._is_condition_in_brackets():
            test = self._in_brackets()
        else:
            test = self._relations()
        self.leave()
        return test

    def _in_brackets(self) -> Test:
        opening = self.advance()
        bars, self.open_bars = self.open_bars, 0
        condition = self.condition()
        self.open_bars = bars
        self.close(opening)
        return condition

    def _is_condition_in_brackets(self) -> bool:
        """Whether the bracket that comes next holds a relation itself, not in a term inside."""
        if not self.next_is(TokenKind.OPEN) or self.token.value not in "([{":
            return False
        depth = brackets = 0
        for index, token in enumerate(self.tokens[self.at :]):
            depth += (token.kind in OPENS) - (token.kind in CLOSES)
            if depth == 0:
                return False
            if token.kind is TokenKind.OPEN and depth == index + 1:
                brackets = depth  # all brackets so far follow each other: ((x > 0) ...
            if depth <= brackets and token.kind in (TokenKind.RELATION, TokenKind.LOGIC):
                return True
        return False

    def _relations(self) -> Test:
        """``a < b <= c`` is ``a < b`` and ``b <= c``."""
        sides = [self.expression()]
        signs: list[RelationSign] = []
        while self.next_is(TokenKind.RELATION):
            signs.append(RelationSign(self.advance().value))
            sides.append(self.expression())
        if not signs:
            raise self.error(
                f"expected a relation such as > or \\le, found {describe(self.token, self.text)}"
            )
        links: list[Test] = [
            Relation(left, sign, right, span=spanning(left, right))
            for (left, right), sign in zip(pairwise(sides), signs, strict=True)
        ]
        return reduce(lambda left, right: And(left, right, span=spanning(left, right)), links)
