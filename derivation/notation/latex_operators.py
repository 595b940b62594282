"""Fractions, derivatives, sums, roots, marks and cases in LaTeX."""

from __future__ import annotations

from dataclasses import replace

from derivation.notation.cursor import NAMES, describe
from derivation.notation.latex_names import NameReader
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
    Piecewise,
    Pow,
    Relation,
    RelationSign,
    Span,
    Sum,
    Symbol,
    Term,
)  # fmt: skip

__all__ = ["MAX_ORDER", "OperatorReader"]

MAX_ORDER = 100
_OTHERWISE = frozenset({"otherwise", "else", "그 외", "그 외의 경우", "나머지"})
_IF = frozenset({"if", "for", "when"})


class OperatorReader(NameReader):
    """Reads everything that has braces or a scope of its own."""

    def product(self) -> Term:
        """A product of factors."""
        raise NotImplementedError

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

    def _is_d(self, token: Token) -> bool:
        named = token.kind in (TokenKind.LETTER, TokenKind.TEXT)
        return named and token.value == "d" and "d" not in self.symbols

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

    # ------------------------------------------------------------------ sums and roots

    def sum(self) -> Term:
        r"""``\sum_{i=1}^{m}`` and the rest of the product, its scope."""
        start = self.advance()
        index, lower, upper = "", None, None
        while self.next_is(TokenKind.ABOVE, TokenKind.BELOW):
            if self.next_is(TokenKind.ABOVE) and upper is None:
                upper = self.superscript()
            elif self.next_is(TokenKind.BELOW) and lower is None:
                index, lower = self._lower_limit()
            else:
                raise self.error("this limit of the sum is written twice")
        if lower is None or upper is None:
            raise self.error(
                "a sum needs its range", "Write \\sum_{i=1}^{m}.", position=start.start
            )
        if not self.begins_factor():
            raise self.error(
                f"the sum has no term: found {describe(self.token, self.text)}",
                "Write the term after it; with a minus or a sum, in parentheses.",
            )
        body = self.product()
        span = Span(start.start, self.previous_end())
        return self.settle(Sum(body, index, lower, upper, span=span))

    def _lower_limit(self) -> tuple[str, Term]:
        self.advance()
        if not self.next_is(TokenKind.LEFT_BRACE) or self.peek().kind not in NAMES:
            raise self.error("the lower limit of a sum is written _{i=1}")
        self.advance()
        index = self._checked_name(self.advance())
        if not self.next_is(TokenKind.RELATION) or self.token.value != "=":
            raise self.error("the lower limit of a sum is written _{i=1}")
        self.advance()
        lower = self.expression()
        self.expect(TokenKind.RIGHT_BRACE, "'}'")
        return index, lower

    def root(self) -> Term:
        r"""``\sqrt{x}``."""
        start = self.advance()
        if self.next_is(TokenKind.OPEN) and self.token.value == "[":
            raise self.error("roots of another order are not supported yet", "Write x^{1/3}.")
        body = self.braced("\\sqrt")
        return Call("sqrt", (body,), span=Span(start.start, self.previous_end()))

    # ------------------------------------------------------------------ marks and cases

    def mark(self) -> Term:
        r"""``\key{...}``: the same term, marked."""
        start = self.advance()
        if self.peek().kind is TokenKind.SIGN and self.peek().value == "+":
            raise self.error("a mark cannot begin with a plus", f"Write + \\{start.value}{{...}}.")
        body = self.braced(f"\\{start.value}")
        return Mark(MarkKind(start.value), body, span=Span(start.start, self.previous_end()))

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

    def _branch(self) -> tuple[Term, Relation | None]:
        value = self.expression()
        if self.next_is(TokenKind.COMMA):
            self.advance()
        self.expect(TokenKind.CELL, "'&' and a condition")
        if self.next_is(TokenKind.TEXT):
            if self.token.value in _OTHERWISE:
                self.advance()
                return value, None
            if self.token.value in _IF:
                self.advance()
        left = self.expression()
        if not self.next_is(TokenKind.RELATION):
            raise self.error(
                f"expected a relation such as > or \\le, found {describe(self.token, self.text)}"
            )
        sign = RelationSign(self.advance().value)
        right = self.expression()
        span = Span(left.span.start, right.span.end) if left.span and right.span else None
        return value, replace(Relation(left, sign, right), span=span)
