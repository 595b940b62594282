"""LaTeX -> Term: exactly what was written.

Grammar (an operator is a sum sign or a derivative operator; its scope is a whole product):

    expression  ->  [-] product { (+|-) product | negative mark product }
    product     ->  operand { [times | cdot | /] operand }
    operand     ->  operator product | factor
    factor      ->  atom [ ^ exponent ]
"""

from __future__ import annotations

from derivation.errors import UnreadableError
from derivation.notation.cursor import NAMES, describe, spanning
from derivation.notation.latex_commands import WORDS
from derivation.notation.latex_matrices import MatrixReader
from derivation.notation.precedence import begins_with_negative_mark
from derivation.notation.tokens import Token, TokenKind, check_text
from derivation.term import (
    Call,
    Div,
    Indexed,
    Mul,
    Neg,
    Number,
    Pow,
    Span,
    Sub,
    Symbol,
    Term,
    Times,
)  # fmt: skip
from derivation.term.decimals import is_decimal

__all__ = ["LatexReader", "read_latex"]

_BEGINS_FACTOR = frozenset({
    *NAMES, TokenKind.NUMBER, TokenKind.FUNCTION, TokenKind.MARK, TokenKind.FRACTION,
    TokenKind.ROOT, TokenKind.SUM, TokenKind.INTEGRAL, TokenKind.BINOMIAL, TokenKind.INDICATOR,
    TokenKind.OPEN, TokenKind.LEFT_BRACE, TokenKind.BEGIN, TokenKind.NABLA,
})  # fmt: skip
_PRODUCT_SIGNS = {"times": Times.CROSS, "cdot": Times.DOT}


class LatexReader(MatrixReader):
    """Reads sums, products and powers."""

    def expression(self) -> Term:
        start = self.token
        if self.is_sign("-"):
            self.advance()
            body = self.product()
            term: Term = self.settle(Neg(body, span=Span(start.start, self.previous_end())))
        else:
            term = self.product()
        while True:
            if self.is_sign("+", "-"):
                term = self._signed(term)
            elif self._is_negative_mark():
                term = self.add(term, self.product())
            else:
                return term

    def _signed(self, left: Term) -> Term:
        sign = self.advance()
        right = self.product()
        if begins_with_negative_mark(right):
            raise self.error(
                "two signs in a row: the marked part begins with a minus",
                "Leave out the sign before the mark, or write parentheses.",
                sign.start,
            )
        if sign.value == "+":
            return self.add(left, right)
        return self.settle(Sub(left, right, span=spanning(left, right)))

    def _is_negative_mark(self) -> bool:
        """Whether a mark that begins with a minus comes next (perhaps inside other marks)."""
        distance = 0
        while self.peek(distance).kind is TokenKind.MARK:
            distance += 2  # the mark and its brace
        after = self.peek(distance)
        return distance > 0 and after.kind is TokenKind.SIGN and after.value == "-"

    def product(self) -> Term:
        left = self._operand()
        while True:
            if self.is_sign("times", "cdot"):
                sign = _PRODUCT_SIGNS[self.advance().value]
                right = self._operand()
                left = self.settle(Mul(left, right, sign, span=spanning(left, right)))
            elif self.is_sign("odot"):
                left = self.hadamard(left)
            elif self.is_sign("/"):
                if self.at == self.open_logarithm:
                    raise self._reaches("log")
                self.advance()
                right = self._operand()
                left = self.settle(Div(left, right, slash=True, span=spanning(left, right)))
            elif self.begins_factor() and not self._is_negative_mark():
                self._check_reach(left)
                right = self._operand()
                left = self.settle(Mul(left, right, span=spanning(left, right)))
            else:
                return left

    def _check_reach(self, left: Term) -> None:
        r"""``\log^2 x y``: the power hides the bare call from ``settle``."""
        while isinstance(left, Mul):
            left = left.right
        power = left.left if isinstance(left, Pow) else None
        bare = power.name if isinstance(power, Call) and power.bare else ""
        bare = "log" if self.at == self.open_logarithm else bare
        if bare and not self.next_is(TokenKind.FUNCTION):
            raise self._reaches(bare)

    def _reaches(self, function: str) -> UnreadableError:
        return self.error(
            f"ambiguous: it is not clear whether \\{function} reaches over this factor",
            f"Write \\{function}(...) with parentheses.",
        )

    def _operand(self) -> Term:
        if self.next_is(TokenKind.SUM):
            return self.sum()
        if self.next_is(TokenKind.INTEGRAL):
            return self.integral()
        if self.is_derivative_operator():
            return self.derivative_operator()
        if self.next_is(TokenKind.NABLA):
            return self.gradient()
        if not self.begins_factor():
            raise self._no_factor()
        return self.factor()

    def _no_factor(self) -> UnreadableError:
        found = describe(self.token, self.text)
        if self.is_sign("-"):
            return self.error(
                "a minus right after another sign", "Put the negative part in parentheses: (-a)."
            )
        if self.is_sign("+"):
            return self.error("a plus with nothing before it", "Leave it out.")
        if self.next_is(TokenKind.INFINITY):
            return self.error("infinity stands only as a limit of an integral")
        if self.next_is(TokenKind.END):
            return self.error("the formula ends where a term is expected")
        return self.error(f"expected a term, found {found}")

    def begins_factor(self) -> bool:
        if self.at == self.stop or self._is_word():  # the d of dx; \\text{and}
            return False
        if self.next_is(TokenKind.BAR):
            return not self.open_bars
        if self.next_is(TokenKind.NORM):
            return not self.open_norms
        return self.token.kind in _BEGINS_FACTOR

    def _is_word(self) -> bool:
        r"""Whether ``\text{and}`` or the like comes next, and is not declared as a name."""
        if not self.next_is(TokenKind.TEXT) or self.token.value not in WORDS:
            return False
        return self.token.value not in self.symbols | self.functions

    # ------------------------------------------------------------------ factors

    def factor(self) -> Term:
        first = self.token
        base = self._atom()
        if self.next_is(TokenKind.FACTORIAL):
            base = self._factorial(base, first)
        base = self.transposes(base)
        if not self.next_is(TokenKind.ABOVE):
            return base
        if self._is_sample_index():
            raise self.error(
                "a superscript in parentheses is an index, and only names have one",
                "Write a power without parentheses: ^{2}.",
            )
        caret = self.token
        exponent = self.superscript()
        span = Span(base.span.start if base.span else caret.start, self.previous_end())
        term = self.settle(Pow(base, exponent, span=span))
        if self.next_is(TokenKind.BELOW) and isinstance(base, Symbol):
            return self._power_of_member(base, exponent, span)
        if self.next_is(TokenKind.ABOVE):
            raise self.error("a second superscript", "Write (a^{b})^{c} or a^{b c}.")
        if self.next_is(TokenKind.FACTORIAL):
            raise self.error("is this the factorial of the power?", "Write (n^{2})! or n^{(2!)}.")
        if isinstance(base, Symbol | Indexed) and self._opens_bracket():
            name = base.name if isinstance(base, Symbol) else base.base
            if self._must_be_call(name):
                raise self._indexed_call(name)
        return term

    def _factorial(self, base: Term, first: Token) -> Term:
        """``n!``."""
        self.advance()
        if self.next_is(TokenKind.FACTORIAL):
            raise self.error("double factorials are not supported")
        if first.kind is TokenKind.FUNCTION:
            raise self.error(
                "is this the factorial of the argument, or of the value?",
                "Write parentheses: (\\log x)! or \\log(x!).",
                first.start,
            )
        span = Span(first.start, self.previous_end())
        return self.settle(Call("factorial", (base,), span=span))

    def _power_of_member(self, base: Symbol, exponent: Term, span: Span) -> Term:
        """``x^2_j`` looks the same as ``x_j^2``."""
        indices = self.subscript()
        whole = Span(span.start, self.previous_end())
        return Pow(Indexed(base.name, indices, span=whole), exponent, span=whole)

    def _atom(self) -> Term:
        kind = self.token.kind
        if kind is TokenKind.TEXT and is_decimal(self.token.value):
            kind = TokenKind.NUMBER  # \text{1e-30}
        if kind in NAMES:
            return self.name()
        if kind is TokenKind.NUMBER:
            token = self.advance()
            return Number(token.value, span=Span(token.start, token.end))
        if kind is TokenKind.FUNCTION:
            return self.function()
        if kind is TokenKind.FRACTION:
            return self.fraction()
        if kind is TokenKind.ROOT:
            return self.root()
        if kind is TokenKind.MARK:
            return self.mark()
        if kind is TokenKind.OPEN:
            return self.parenthesised()
        if kind is TokenKind.BAR:
            return self._absolute_value()
        if kind is TokenKind.NORM:
            return self.norm()
        if kind is TokenKind.LEFT_BRACE:
            return self.braced("the group")
        if kind is TokenKind.BEGIN:
            return self.cases()
        if kind is TokenKind.BINOMIAL:
            return self.binomial()
        if kind is TokenKind.INDICATOR:
            return self.indicator()
        raise self._no_factor()

    def _absolute_value(self) -> Term:
        opening = self.token
        body = self.bracketed_by_bars()
        return Call("Abs", (body,), span=Span(opening.start, self.previous_end()))

    def bracketed_by_bars(self) -> Term:
        """``|x|``: the next bar at the same level closes."""
        opening = self.advance()
        self.enter()
        bars, self.open_bars = self.open_bars, 1
        term = self.expression()
        self.leave()
        if not self.next_is(TokenKind.BAR):
            raise self.error("this bar is never closed", position=opening.start)
        self.advance()
        self.open_bars = bars
        return term

    # ------------------------------------------------------------------ whole formulas

    def whole(self) -> Term:
        """One term, and nothing after it."""
        term = self.expression()
        if self.next_is(TokenKind.RELATION):
            raise self.error(
                "this is an equation, and one term is expected",
                "Read it with read_equation, or give one side.",
            )
        self.check_end()
        return term

    def check_end(self) -> None:
        """Refuse anything after the formula."""
        if self.next_is(TokenKind.END):
            return
        if self.next_is(TokenKind.CLOSE, TokenKind.BAR):
            raise self.error("this bracket closes nothing")
        raise self.error(f"unexpected {describe(self.token, self.text)}")


def read_latex(text: str, functions: frozenset[str], symbols: frozenset[str]) -> Term:
    """One LaTeX formula as a term. Raises UnreadableError."""
    check_text(text)
    return LatexReader(text, functions, symbols).whole()
