r"""Matrices and vectors in LaTeX: ``X^\top``, ``\|w\|``, ``\nabla_{w} f``, ``\mathbf{1}_n``.

transposed  ->  factor ^ \top | factor ^ { \top } | factor ^ { - \top }
norm        ->  \| expression \| [ _ 2 | _ F ]
gradient    ->  \nabla _ variable [ ^ order ] product
"""

from __future__ import annotations

from derivation.notation.cursor import spanning
from derivation.notation.latex_operators import OperatorReader
from derivation.notation.tokens import TokenKind
from derivation.term import Call, Derivative, Indexed, Number, Paren, Span, Symbol, Term

__all__ = ["MatrixReader"]

_EUCLIDEAN = ("2", "F")


class MatrixReader(OperatorReader):
    """Reads what stands in formulas with matrices alone."""

    open_norms = False

    def product(self) -> Term:
        """A product."""
        raise NotImplementedError

    def _operand(self) -> Term:
        """A factor, or an operator and its scope."""
        raise NotImplementedError

    def hadamard(self, left: Term) -> Term:
        """The product so far, times the next factor, entry by entry."""
        self.advance()
        right = self._operand()
        if self.begins_factor():
            raise self.error(
                "is this factor multiplied before \\odot or after it?", "Write parentheses."
            )
        bodies = (one.body if isinstance(one, Paren) else one for one in (left, right))
        return Call("hadamard", tuple(bodies), span=spanning(left, right))

    # ------------------------------------------------------------------ transposes

    def transposes(self, base: Term) -> Term:
        r"""The factor with all of ``^\top`` that follow it."""
        while kinds := self._transpose_above():
            for _ in kinds:
                self.advance()
            body = base.body if isinstance(base, Paren) else base
            span = Span(base.span.start if base.span else 0, self.previous_end())
            if TokenKind.SIGN in kinds:
                body = Call("inv", (body,), span=span)
            base = Call("transpose", (body,), span=span)
        return base

    def _transpose_above(self) -> tuple[TokenKind, ...]:
        r"""The tokens of ``^\top``, ``^{\top}`` or ``^{-\top}`` if they come next."""
        for kinds in _ABOVE:
            found = tuple(self.peek(k).kind for k in range(len(kinds)))
            minus = [self.peek(k).value for k in range(len(kinds)) if kinds[k] is TokenKind.SIGN]
            if found == kinds and minus in ([], ["-"]):
                return kinds
        return ()

    # ------------------------------------------------------------------ norms and ones

    def norm(self) -> Term:
        r"""``\|x\|``, ``\|x\|_2``, ``\|X\|_F``: the root of the sum of the squares."""
        opening = self.advance()
        self.enter()
        self.open_norms = True
        body = self.expression()
        self.open_norms = False
        self.leave()
        if not self.next_is(TokenKind.NORM):
            raise self.error("this norm is never closed", position=opening.start)
        self.advance()
        if self.next_is(TokenKind.BELOW):
            self._euclidean()
        return Call("norm", (body,), span=Span(opening.start, self.previous_end()))

    def _euclidean(self) -> None:
        start = self.advance()
        braces = self.next_is(TokenKind.LEFT_BRACE)
        if braces:
            self.advance()
        if self.token.value not in _EUCLIDEAN:
            raise self.error(
                "only the Euclidean norm is supported, which is that of Frobenius for a matrix",
                "Write \\|x\\|, \\|x\\|_2 or \\|X\\|_F.",
                start.start,
            )
        self.advance()
        if braces:
            self.expect(TokenKind.RIGHT_BRACE, "'}'")

    def indicator(self) -> Term:
        r"""``\mathbf{1}_n`` is the vector of n ones; else an indicator with its condition."""
        size = self._size_below()
        if size is None:
            return super().indicator()
        start = self.token.start
        self.at = size
        term = self.tokens[size - 1]
        if term.kind is TokenKind.RIGHT_BRACE:
            term = self.tokens[size - 2]
        number = term.kind is TokenKind.NUMBER
        body: Term = Number(term.value) if number else Symbol(term.value)
        return Call("ones", (body,), span=Span(start, self.previous_end()))

    def _size_below(self) -> int | None:
        """Where the subscript of one name or number ends; None if there is none."""
        if self.peek().kind is not TokenKind.BELOW:
            return None
        simple = (TokenKind.LETTER, TokenKind.NUMBER)
        if self.peek(2).kind in simple:
            return self.at + 3
        braced = self.peek(2).kind is TokenKind.LEFT_BRACE and self.peek(3).kind in simple
        return self.at + 5 if braced and self.peek(4).kind is TokenKind.RIGHT_BRACE else None

    # ------------------------------------------------------------------ gradients

    def gradient(self) -> Term:
        r"""``\nabla_{w}`` and the rest of the product, its scope; ``\nabla_w^2``: twice."""
        start = self.advance()
        if not self.next_is(TokenKind.BELOW):
            raise self.error(
                "a gradient names its variable", "Write \\nabla_{w} f.", position=start.start
            )
        self.advance()
        braces = self.next_is(TokenKind.LEFT_BRACE)
        variable = self.braced("\\nabla_") if braces else self.short_exponent()
        if not isinstance(variable, Symbol | Indexed):
            raise self.error("a gradient is by a name", position=start.start)
        order = self._order_above()
        if not self.begins_factor():
            raise self.error("the gradient has nothing to act on", "Write \\nabla_{w} f.")
        body = self.product()
        span = Span(start.start, self.previous_end())
        return self.settle(Derivative(body, variable, order, span=span))


_ABOVE = (
    (TokenKind.ABOVE, TokenKind.TRANSPOSE),
    (TokenKind.ABOVE, TokenKind.LEFT_BRACE, TokenKind.TRANSPOSE, TokenKind.RIGHT_BRACE),
    (
        TokenKind.ABOVE, TokenKind.LEFT_BRACE, TokenKind.SIGN, TokenKind.TRANSPOSE,
        TokenKind.RIGHT_BRACE,
    ),
)  # fmt: skip
