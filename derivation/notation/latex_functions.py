r"""Functions with names of their own in LaTeX: ``\log x``, ``\log_{2}(x)``, ``\max\{a, b\}``."""

from __future__ import annotations

from derivation.notation.cursor import NAMES, describe
from derivation.notation.latex_names import NameReader
from derivation.notation.names import BARE_FUNCTIONS, TEXT_FUNCTIONS
from derivation.notation.precedence import is_written_bare
from derivation.notation.tokens import Token, TokenKind
from derivation.term import Call, Div, Number, Paren, Pow, Span, Term

__all__ = ["FunctionReader"]

_BRACKET_FUNCTIONS = {"|": "Abs", "⌊": "floor", "⌈": "ceiling"}


class FunctionReader(NameReader):
    """Reads functions, exponents and brackets."""

    open_logarithm = -1  # where the last \log_2 x without parentheses ended

    def function(self) -> Term:
        r"""``\log(x)``, ``\log x``, ``\log^2 x``, ``\log'(x)``."""
        token = self.advance()
        shown = self.text[token.start : token.end]
        base = self._base(shown)
        primes = self._primes()
        exponent = self._function_exponent(shown)
        name = TEXT_FUNCTIONS.get(token.value, token.value)
        if self._opens_arguments():
            term = self._call(name, token, primes)
        else:
            term = self._bare_call(name, token, primes)
        if base is not None:
            if isinstance(term, Call) and term.bare:
                self.open_logarithm = self.at
            term = Div(term, Call("log", (base,), span=base.span), span=self._span(token))
        if exponent is None:
            return term
        return Pow(term, exponent, span=self._span(token))

    def _opens_arguments(self) -> bool:
        r"""Whether a bracket comes next; also ``\{``, as in ``\max\{a, b\}``."""
        return self.next_is(TokenKind.OPEN) and self.token.value in "([{"

    def _base(self, shown: str) -> Term | None:
        r"""The base of ``\log_{2} x``; None where there is none."""
        if not self.next_is(TokenKind.BELOW):
            return None
        if shown != "\\log":
            raise self.error(f"{shown} with a subscript is not supported")
        self.advance()
        if self.next_is(TokenKind.LEFT_BRACE):
            return self.braced("\\log_")
        return self.short_exponent()

    def _function_exponent(self, shown: str) -> Term | None:
        if not self.next_is(TokenKind.ABOVE):
            return None
        start = self.token.start
        exponent = self.superscript()
        if not isinstance(exponent, Number):
            raise self.error(
                f"is this a power of {shown}, or its inverse function?",
                f"Write a power as {shown}(x)^{{...}}.",
                start,
            )
        return exponent

    def _bare_call(self, name: str, token: Token, primes: int) -> Term:
        shown = self.text[token.start : token.end]
        if name not in BARE_FUNCTIONS or not self.begins_factor():
            raise self.error(
                f"{shown} needs its argument, found {describe(self.token, self.text)}",
                f"Write {shown}(x).",
            )
        self.enter()
        if self.next_is(TokenKind.SUM, TokenKind.INTEGRAL):  # \log \sum_k e^{z_k}: over all of it
            whole = self.ranged()
            self.leave()
            return Call(name, (whole,), primes, span=Span(token.start, self.previous_end()))
        argument = self.factor()
        self.leave()
        call = Call(name, (argument,), primes, bare=True, span=self._span(token))
        if not is_written_bare(self.settle(call)):  # \log \sin^2 x
            raise self.error(
                f"the argument of {shown} needs parentheses", f"Write {shown}(...).", token.start
            )
        return call

    def begins_factor(self) -> bool:
        """Whether a factor comes next."""
        raise NotImplementedError

    def fraction(self) -> Term:
        """The fraction that comes next."""
        raise NotImplementedError

    def ranged(self) -> Term:
        """The sum, product or integral that comes next."""
        raise NotImplementedError

    # ------------------------------------------------------------------ exponents and brackets

    def superscript(self) -> Term:
        """The exponent after ``^``, which comes next."""
        self.expect(TokenKind.ABOVE, "'^'")
        token = self.token
        if token.kind is TokenKind.LEFT_BRACE:
            bars, self.open_bars = self.open_bars, 0
            term = self.braced("^")
            self.open_bars = bars
            return term
        return self.short_exponent()

    def short_exponent(self) -> Term:
        """An exponent or a limit without braces: ``2``, ``n``, ``\\frac{1}{2}``."""
        token = self.token
        if token.kind is TokenKind.INFINITY:
            raise self.error("infinity stands only as a limit of an integral")
        if token.kind is TokenKind.FRACTION:
            return self.fraction()
        if token.kind is TokenKind.NUMBER and len(token.value) == 1:
            self.advance()
            return Number(token.value, span=Span(token.start, token.end))
        if token.kind in NAMES:
            return self.single_name()
        raise self.error("a superscript of more than one character needs braces", "Write ^{...}.")

    def parenthesised(self) -> Term:
        """A bracket around one expression: a Paren, which ``settle`` drops where it is needed."""
        opening = self.token
        function = _BRACKET_FUNCTIONS.get(opening.value)
        if function:
            self.enter()
            terms = self.bracketed()
            self.leave()
        else:
            terms = self.arguments()
        if len(terms) != 1:
            raise self.error(
                "a list in parentheses without a function before it", position=opening.start
            )
        span = Span(opening.start, self.previous_end())
        if function:
            return Call(function, tuple(terms), span=span)
        return Paren(terms[0], span=span)
