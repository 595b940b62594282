"""Fractions, derivatives, roots, binomials and marks in LaTeX."""

from __future__ import annotations

from derivation.notation.cursor import NAMES, describe
from derivation.notation.latex_conditions import ConditionReader
from derivation.notation.tokens import Token, TokenKind
from derivation.term import (
    Call,
    Derivative,
    DerivativeSign,
    Div,
    Indexed,
    Mark,
    MarkKind,
    Number,
    Pow,
    Span,
    Symbol,
    Term,
)  # fmt: skip

__all__ = ["MAX_ORDER", "OperatorReader"]

MAX_ORDER = 100


class OperatorReader(ConditionReader):
    """Reads everything that has braces or a scope of its own."""

    # ------------------------------------------------------------------ fractions

    def fraction(self) -> Term:
        r"""``\frac{a}{b}`` that is no derivative operator; the quotient of a derivative too."""
        start = self.advance()
        if self._numerator_is_differential():
            return self._quotient(start)
        numerator = self.braced("\\frac")
        denominator = self.braced("\\frac")
        return Div(numerator, denominator, span=Span(start.start, self.previous_end()))

    def _numerator_is_differential(self) -> bool:
        """Whether the braces that come next are ``{\\partial ...}`` or ``{d ...}{dx}``."""
        if not self.next_is(TokenKind.LEFT_BRACE):
            return False
        first = self.peek()
        if first.kind is TokenKind.PARTIAL:
            return True
        below = self.matching_brace(self.at) + 1
        if not self._is_d(first) or self.tokens[below].kind is not TokenKind.LEFT_BRACE:
            return False
        variable = below + 2
        return self._is_d(self.tokens[below + 1]) and self._is_variable(variable)

    def _is_variable(self, index: int) -> bool:
        """Whether a name, perhaps with indices and a power, is all up to the next brace."""
        if self.tokens[index].kind is TokenKind.OPEN:
            index += 1
        if self.tokens[index].kind not in NAMES:
            return False
        index += 1
        while self.tokens[index].kind in (TokenKind.ABOVE, TokenKind.BELOW, TokenKind.CLOSE):
            if self.tokens[index].kind is not TokenKind.CLOSE:
                index += 1
                if self.tokens[index].kind is TokenKind.LEFT_BRACE:
                    index = self.matching_brace(index)
            index += 1
        return self.tokens[index].kind is TokenKind.RIGHT_BRACE

    def is_derivative_operator(self) -> bool:
        r"""Whether ``\frac{\partial}{...}`` with nothing to differentiate above comes next."""
        if not self.next_is(TokenKind.FRACTION):
            return False
        start, self.at = self.at, self.at + 1
        differential = self._numerator_is_differential()
        alone = differential and self._order_above_ends(self.at + 2)
        self.at = start
        return alone

    def _order_above_ends(self, index: int) -> bool:
        if self.tokens[index].kind is TokenKind.ABOVE:
            index += 1
            if self.tokens[index].kind is TokenKind.LEFT_BRACE:
                index = self.matching_brace(index)
            index += 1
        return self.tokens[index].kind is TokenKind.RIGHT_BRACE

    def derivative_operator(self) -> Term:
        r"""``\frac{\partial}{\partial w}`` and the rest of the product, its scope."""
        start = self.advance()
        self.advance()
        sign = self._derivative_sign()
        order = self._order_above()
        self.expect(TokenKind.RIGHT_BRACE, "'}'")
        variable = self._variable_below(order)
        if not self.begins_factor():
            raise self.error(
                f"the derivative has nothing to act on: found {describe(self.token, self.text)}",
                "Write what it acts on after it; with a minus or a sum, in parentheses.",
            )
        body = self.product()
        span = Span(start.start, self.previous_end())
        return self.settle(Derivative(body, variable, order, sign, span=span))

    def _quotient(self, start: Token) -> Term:
        self.advance()
        sign = self._derivative_sign()
        order = self._order_above()
        if not self.begins_factor():
            raise self.error("the derivative has nothing to act on")
        body = self.product()
        self.expect(TokenKind.RIGHT_BRACE, "'}'")
        variable = self._variable_below(order)
        span = Span(start.start, self.previous_end())
        return self.settle(Derivative(body, variable, order, sign, quotient=True, span=span))

    def _derivative_sign(self) -> DerivativeSign:
        partial = self.advance().kind is TokenKind.PARTIAL
        return DerivativeSign.PARTIAL if partial else DerivativeSign.ORDINARY

    def _order_above(self) -> int:
        if not self.next_is(TokenKind.ABOVE):
            return 1
        start = self.token.start
        return self._order(self.superscript(), start)

    def _order(self, term: Term, position: int) -> int:
        if not isinstance(term, Number) or not term.text.isdigit():
            raise self.error("the order of a derivative is a whole number", position=position)
        if not 1 <= int(term.text) <= MAX_ORDER:
            raise self.error(
                f"the order of a derivative is between 1 and {MAX_ORDER}", position=position
            )
        return int(term.text)

    def _variable_below(self, order: int) -> Term:
        self.expect(TokenKind.LEFT_BRACE, "'{' with the variable of the derivative")
        start = self.token
        if not self.next_is(TokenKind.PARTIAL) and not self._is_d(self.token):
            raise self.error(
                "the denominator of a derivative names the variable", "Write {\\partial w}."
            )
        self.advance()
        variable = self.factor() if self.begins_factor() else None
        found = 1
        if isinstance(variable, Pow):
            found = self._order(variable.right, start.start)
            variable = variable.left
        if not isinstance(variable, Symbol | Indexed):
            raise self.error(
                "a derivative is by a variable: a name, or a name with indices",
                position=start.start,
            )
        if not self.next_is(TokenKind.RIGHT_BRACE):
            raise self.error(
                "one variable is expected below",
                "Write mixed derivatives one after the other: "
                "\\frac{\\partial}{\\partial x} \\frac{\\partial}{\\partial y} f.",
            )
        self.advance()
        if found != order:
            raise self.error(f"the order is {order} above and {found} below", position=start.start)
        return variable

    # ------------------------------------------------------------------ roots and marks

    def root(self) -> Term:
        r"""``\sqrt{x}``; the n-th root ``\sqrt[n]{x}`` is a power."""
        start = self.advance()
        order = None
        if self.next_is(TokenKind.OPEN) and self.token.value == "[":
            opening = self.advance()
            self.enter()
            order = self.expression()
            self.leave()
            self.close(opening)
        body = self.braced("\\sqrt")
        span = Span(start.start, self.previous_end())
        if order is None:
            return Call("sqrt", (body,), span=span)
        return Pow(body, Div(Number("1", span=order.span), order, span=order.span), span=span)

    def binomial(self) -> Term:
        r"""``\binom{n}{k}``."""
        start = self.advance()
        arguments = self.braced("\\binom"), self.braced("\\binom")
        return Call("binomial", arguments, span=Span(start.start, self.previous_end()))

    def mark(self) -> Term:
        r"""``\key{...}``: the same term, marked."""
        start = self.advance()
        if self.peek().kind is TokenKind.SIGN and self.peek().value == "+":
            raise self.error("a mark cannot begin with a plus", f"Write + \\{start.value}{{...}}.")
        body = self.braced(f"\\{start.value}")
        return Mark(MarkKind(start.value), body, span=Span(start.start, self.previous_end()))
