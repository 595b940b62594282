r"""Sums, products over an index and integrals in LaTeX: what binds a name.

The scope of ``\sum`` and ``\prod`` is a whole product; that of ``\int`` ends with its ``dx``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from derivation.notation.cursor import NAMES, describe
from derivation.notation.latex_functions import FunctionReader
from derivation.notation.precedence import needs_parentheses
from derivation.notation.tokens import Token, TokenKind
from derivation.term import Constant, Div, Integral, Neg, Number, Paren, Product, Span, Sum, Term

__all__ = ["CLOSES", "OPENS", "RangeReader"]

OPENS = (TokenKind.LEFT_BRACE, TokenKind.OPEN, TokenKind.BEGIN)
CLOSES = (TokenKind.RIGHT_BRACE, TokenKind.CLOSE, TokenKind.FINISH)
_ENDS_SCOPE = (
    TokenKind.END, TokenKind.ROW, TokenKind.CELL, TokenKind.RELATION, TokenKind.COMMA,
)  # fmt: skip


class RangeReader(FunctionReader):
    """Reads everything that binds a name."""

    def product(self) -> Term:
        """A product of factors."""
        raise NotImplementedError

    def ranged(self) -> Term:
        """The sum, product or integral that comes next."""
        return self.sum() if self.next_is(TokenKind.SUM) else self.integral()

    # ------------------------------------------------------------------ sums and products

    def sum(self) -> Term:
        r"""``\sum_{i=1}^{m}`` or ``\prod_{i=1}^{m}`` and the rest of the product, its scope."""
        start = self.advance()
        what, command = start.value, self.text[start.start : start.end]
        index, lower, upper = "", None, None
        while self.next_is(TokenKind.ABOVE, TokenKind.BELOW):
            if self.next_is(TokenKind.ABOVE) and upper is None:
                upper = self.superscript()
            elif self.next_is(TokenKind.BELOW) and lower is None:
                index, lower = self._lower_limit(what)
            else:
                raise self.error(f"this limit of the {what} is written twice")
        if lower is None or upper is None:
            raise self.error(
                f"a {what} needs its range", f"Write {command}_{{i=1}}^{{m}}.", start.start
            )
        if not self.begins_factor():
            raise self.error(
                f"the {what} has no term: found {describe(self.token, self.text)}",
                "Write the term after it; with a minus or a sum, in parentheses.",
            )
        outside, self.bound = self.bound, self.bound | {index}
        body = self.product()
        self.bound = outside
        make = Product if what == "product" else Sum
        span = Span(start.start, self.previous_end())
        return self.settle(make(body, index, lower, upper, span=span))

    def _lower_limit(self, what: str) -> tuple[str, Term]:
        wrong = f"the lower limit of a {what} is written _{{i=1}}"
        self.advance()
        if not self.next_is(TokenKind.LEFT_BRACE) or self.peek().kind not in NAMES:
            raise self.error(wrong)
        self.advance()
        index = self._checked_name(self.advance())
        if not self.next_is(TokenKind.RELATION) or self.token.value != "=":
            raise self.error(wrong)
        self.advance()
        lower = self.expression()
        self.expect(TokenKind.RIGHT_BRACE, "'}'")
        return index, lower

    # ------------------------------------------------------------------ integrals

    def integral(self) -> Term:
        r"""``\int_{a}^{b} f(x) \, dx``; the differential may be upright, ``\mathrm{d}x``."""
        start = self.advance()
        lower, upper = self._limits(start)
        if self._is_fraction_of_differential():
            return self._integral_of_fraction(start, lower, upper)
        end = self._differential(start)
        variable = self._checked_name(self.tokens[end + 1])
        body = self._integrand(end, variable)
        self.at = end + 2
        if self.next_is(TokenKind.ABOVE, TokenKind.BELOW, TokenKind.PRIME):
            raise self.error("the variable of an integral is a plain name")
        return self._integral(body, variable, lower, upper, start)

    def _integral(
        self, body: Term, variable: str, lower: Term, upper: Term, start: Token
    ) -> Integral:
        span = Span(start.start, self.previous_end())
        whole = Integral(body, variable, lower, upper, span=span)
        if not isinstance(body, Paren) and needs_parentheses(whole, 0, body):
            return whole  # the differential closes what the printer closes with parentheses
        return self.settle(whole)

    def _is_fraction_of_differential(self) -> bool:
        r"""Whether ``\frac{... dx}{...}`` comes next, which is no derivative."""
        if not self.next_is(TokenKind.FRACTION) or self.peek().kind is not TokenKind.LEFT_BRACE:
            return False
        closing = self.matching_brace(self.at + 1)
        names = self.tokens[closing - 1].kind in NAMES and closing - 2 > self.at + 1
        alone = closing - 2 == self.at + 2
        d = self._is_upright(closing - 2) or self._is_d(self.tokens[closing - 2])
        derivative = alone and self._is_d(self.tokens[min(closing + 2, len(self.tokens) - 1)])
        return names and d and not derivative

    def _integral_of_fraction(self, start: Token, lower: Term, upper: Term) -> Term:
        r"""``\int_{a}^{b} \frac{dx}{x}`` is the integral of 1/x."""
        fraction = self.advance()
        end = self.matching_brace(self.at) - 2
        self.advance()
        variable = self._checked_name(self.tokens[end + 1])
        above = self._integrand(end, variable, alone=True)
        self.at = end + 3
        outside, self.bound = self.bound, self.bound | {variable}
        below = self.braced("\\frac")
        self.bound = outside
        body = Div(above, below, span=Span(fraction.start, self.previous_end()))
        return self._integral(body, variable, lower, upper, start)

    def _limits(self, start: Token) -> tuple[Term, Term]:
        found: dict[TokenKind, Term] = {}
        while self.next_is(TokenKind.ABOVE, TokenKind.BELOW):
            if self.token.kind in found:
                raise self.error("this limit of the integral is written twice")
            kind = self.advance().kind
            found[kind] = self._limit()
        if len(found) < 2:
            raise self.error("an integral needs its limits", "Write \\int_{a}^{b}.", start.start)
        return found[TokenKind.BELOW], found[TokenKind.ABOVE]

    def _limit(self) -> Term:
        if self.next_is(TokenKind.INFINITY):
            return self._infinity()
        if not self.next_is(TokenKind.LEFT_BRACE):
            return self.short_exponent()
        opening = self.token
        signed = self.peek().kind is TokenKind.SIGN and self.peek().value in ("+", "-")
        last = self.peek(3 if signed else 2).kind is TokenKind.RIGHT_BRACE
        if self.peek(2 if signed else 1).kind is not TokenKind.INFINITY or not last:
            bars, self.open_bars = self.open_bars, 0
            term = self.braced("the limit")
            self.open_bars = bars
            return term
        self.advance()
        negative = signed and self.advance().value == "-"
        infinity = self._infinity()
        self.advance()
        span = Span(opening.start + 1, self.previous_end() - 1)
        return Neg(infinity, span=span) if negative else infinity

    def _infinity(self) -> Term:
        token = self.advance()
        return Constant("inf", span=Span(token.start, token.end))

    def _differential(self, start: Token) -> int:
        r"""The index of the d of dx. Where one is upright, only upright ones count."""
        end = self._upright_ends.get(start.start, self.stop)
        if end < self.stop:
            return end
        end = self._ends.get(start.start, self.stop)
        if end >= self.stop:
            raise self.error(
                "the integral has no differential",
                "Write \\int_{a}^{b} f(x) \\, dx.",
                start.start,
            )
        variable = self.tokens[end + 1]
        if variable.value == "d" and self.tokens[end + 2].kind in NAMES:
            raise self.error(
                "which d belongs to the differential?", "Write \\mathrm{d}x.", variable.start
            )
        return end

    @cached_property
    def _upright_ends(self) -> dict[int, int]:
        return self._differentials(self._is_upright)

    @cached_property
    def _ends(self) -> dict[int, int]:
        return self._differentials(lambda index: self._is_d(self.tokens[index]))

    def _differentials(self, is_d: Callable[[int], bool]) -> dict[int, int]:
        """For the start of each integral the index of its d: the last open one takes the next."""
        found: dict[int, int] = {}
        waiting: list[list[int]] = [[]]  # integrals without differential, for each open bracket
        for index, token in enumerate(self.tokens[:-1]):
            if token.kind in OPENS:
                waiting.append([])
            elif token.kind in CLOSES and len(waiting) > 1:
                waiting.pop()
            elif token.kind in _ENDS_SCOPE or token.kind in CLOSES:
                waiting[-1].clear()
            elif token.kind is TokenKind.INTEGRAL:
                waiting[-1].append(token.start)
            elif waiting[-1] and self.tokens[index + 1].kind in NAMES and is_d(index):
                found[waiting[-1].pop()] = index
        return found

    def _is_upright(self, index: int) -> bool:
        token = self.tokens[index]
        return token.kind is TokenKind.TEXT and token.value == "d"

    def _is_d(self, token: Token) -> bool:
        named = token.kind in (TokenKind.LETTER, TokenKind.TEXT)
        return named and token.value == "d" and "d" not in self.symbols

    def _integrand(self, end: int, variable: str, alone: bool = False) -> Term:
        """What stands before the differential; nothing is 1. A sum needs no parentheses."""
        if self.at == end:
            after = self.tokens[min(end + 2, len(self.tokens) - 1)].kind
            if not alone and after in (*NAMES, TokenKind.OPEN, TokenKind.FRACTION):
                raise self.error(
                    "nothing stands before the differential, and something after it",
                    "Write \\int_{a}^{b} f(x) \\, dx.",
                )
            return Number("1", span=Span(self.token.start, self.token.start))
        outside, self.bound = self.bound, self.bound | {variable}
        stop, self.stop = self.stop, end
        self.enter()
        body = self.expression()
        self.leave()
        self.bound, self.stop = outside, stop
        if self.at != end:
            raise self.error(
                f"unexpected {describe(self.token, self.text)} before the differential"
            )
        return body
