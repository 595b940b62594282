"""Names in LaTeX: symbols, and the question whether ``h(x)`` is a call or a product."""

from __future__ import annotations

from derivation.errors import UnreadableError
from derivation.notation.cursor import NAMES, describe
from derivation.notation.latex_indices import IndexReader
from derivation.notation.names import (
    BARE_FUNCTIONS,
    CONSTANTS,
    KNOWN_FUNCTIONS,
    USUAL_FUNCTION_LETTERS,
)  # fmt: skip
from derivation.notation.precedence import is_written_bare
from derivation.notation.tokens import Token, TokenKind
from derivation.term import (
    Call,
    Constant,
    Index,
    Indexed,
    Number,
    Paren,
    Pow,
    Span,
    Symbol,
    Term,
)  # fmt: skip

__all__ = ["NameReader"]


class NameReader(IndexReader):
    """Reads symbols, members of families, and calls."""

    def __init__(self, text: str, functions: frozenset[str], symbols: frozenset[str]) -> None:
        super().__init__(text, functions, symbols)
        self.applied = self._names_with_primes()
        self._brackets: dict[int, tuple[list[Term], int]] = {}

    def _names_with_primes(self) -> frozenset[str]:
        r"""Names that the text itself shows to be functions: ``f'`` and ``\partial f(``."""
        found = set()
        for before, name, after in zip(
            self.tokens, self.tokens[1:], self.tokens[2:] + self.tokens[-1:], strict=False
        ):
            primed = after.kind is TokenKind.PRIME
            differentiated = (
                before.kind is TokenKind.PARTIAL
                and after.kind is TokenKind.OPEN
                and after.value == "("
            )
            if name.kind in NAMES and (primed or differentiated):
                found.add(name.value)
        first = self.tokens[0]
        if first.kind in NAMES and self.peek().kind is TokenKind.PRIME:
            found.add(first.value)
        return frozenset(found)

    def factor(self) -> Term:
        """One factor with its power."""
        raise NotImplementedError

    # ------------------------------------------------------------------ names

    def name(self) -> Term:
        """A symbol, a constant, a member of a family, or a call."""
        token = self.advance()
        name = self._checked_name(token)
        if token.kind is TokenKind.GREEK and name == "delta" and "delta" not in self.symbols:
            delta = self._kronecker(token)
            if delta is not None:
                return delta
        name = self._with_text_suffix(name)
        primes = self._primes()
        if self._opens_bracket() and (primes or self._is_call(name, token)):
            return self._call(self._function_name(name, token), token, primes)
        if primes:
            raise self.error(
                f"{name}' without an argument", f"Write {name}'(x).", position=token.start
            )
        return self._family_or_symbol(name, token)

    def _primes(self) -> int:
        r"""Count the dashes of ``f''``; also ``f^\prime`` and ``f^{\prime}``."""
        count = 0
        while True:
            if self.next_is(TokenKind.PRIME):
                self.advance()
                count += 1
            elif self.next_is(TokenKind.ABOVE) and self.peek().kind is TokenKind.PRIME:
                self.at += 1
            elif (
                self.next_is(TokenKind.ABOVE)
                and self.peek().kind is TokenKind.LEFT_BRACE
                and self.peek(2).kind is TokenKind.PRIME
            ):
                closing = self.at + 2
                while self.tokens[closing].kind is TokenKind.PRIME:
                    closing += 1
                if self.tokens[closing].kind is not TokenKind.RIGHT_BRACE:
                    raise self.error("only dashes can stand together in this superscript")
                count += closing - self.at - 2
                self.at = closing + 1
            else:
                return count

    def _family_or_symbol(self, name: str, token: Token) -> Term:
        above, below = self._indices(name)
        if above or below:
            place = Index.BELOW if not above else Index.BOTH if below else Index.ABOVE
            if above and below and len(above) > 1:
                raise self.error(
                    "with several indices above, none can stand below", position=token.start
                )
            term: Term = Indexed(name, above + below, place, span=self._span(token))
            if self._opens_bracket() and self._must_be_call(name):
                raise self._indexed_call(name)
            return term
        if name in CONSTANTS and name not in self.symbols:
            return Constant(name, span=self._span(token))
        if (
            token.kind is TokenKind.TEXT
            and name in KNOWN_FUNCTIONS
            and name not in self.symbols
            and not self._opens_bracket()
        ):
            raise self.error(
                f"{name} without an argument in parentheses", f"Write \\text{{{name}}}(x)."
            )
        return Symbol(name, span=self._span(token))

    def _indexed_call(self, name: str) -> UnreadableError:
        return self.error(
            f"{name} is a function, and here it has an index or a number before its argument",
            f"Write a derivative as {name}'(x) or {name}''(x), a power as {name}(x)^2.",
        )

    # ------------------------------------------------------------------ calls

    def _opens_bracket(self) -> bool:
        return self.next_is(TokenKind.OPEN) and self.token.value in "(["

    def _must_be_call(self, name: str) -> bool:
        return (
            name in self.functions
            or name in self.applied - self.symbols
            or (not self.functions and not self.symbols and name in USUAL_FUNCTION_LETTERS)
        )

    def _function_name(self, name: str, token: Token) -> str:
        if token.kind is TokenKind.GREEK and name == "Gamma" and name not in self.functions:
            return "gamma"
        return name

    def _is_call(self, name: str, token: Token) -> bool:
        """Whether the bracket after ``name`` holds its arguments. Never guesses.

        Raises UnreadableError when names were declared and this is not among them.
        """
        if self._must_be_call(name):
            return True
        if name in self.symbols or name in CONSTANTS:
            return False
        if token.kind is TokenKind.TEXT and name in KNOWN_FUNCTIONS:
            return True
        if token.kind is TokenKind.GREEK and name in ("sigma", "Gamma"):
            return True
        if self.functions or self.symbols:
            shown = self.text[token.start : token.end]
            raise self.error(
                f"is {shown}(...) a function of what follows, or a product?",
                f"Declare '{name}(x) function', or write {shown} \\cdot (...).",
                position=token.start,
            )
        return token.kind is TokenKind.TEXT or self._holds_names()

    def _holds_names(self) -> bool:
        """Whether the bracket that comes next holds one name or call, or several arguments."""
        start = self.at
        terms = self.arguments()
        self._brackets[start] = (terms, self.at)
        self.at = start
        inner = terms[0]
        return len(terms) > 1 or isinstance(inner, Symbol | Indexed | Call)

    def arguments(self) -> list[Term]:
        """The bracket that comes next, read once however often it is asked for."""
        if self.at in self._brackets:
            terms, self.at = self._brackets[self.at]
            return terms
        self.enter()
        terms = self.bracketed()
        self.leave()
        return terms

    def _call(self, name: str, token: Token, primes: int) -> Term:
        arguments = tuple(self.arguments())
        if primes and len(arguments) != 1:
            raise self.error(
                "a dash on a function of several arguments does not say which one",
                "Write \\frac{\\partial}{\\partial x} f(x, y).",
                token.start,
            )
        return Call(name, arguments, primes, span=self._span(token))

    def function(self) -> Term:
        r"""``\log(x)``, ``\log x``, ``\log^2 x``, ``\log'(x)``."""
        token = self.advance()
        shown = self.text[token.start : token.end]
        if self.next_is(TokenKind.BELOW):
            raise self.error(
                f"{shown} with a subscript is not supported",
                "Write a logarithm to base b as \\frac{\\log x}{\\log b}.",
            )
        primes = self._primes()
        exponent = self._function_exponent(shown)
        if self._opens_bracket():
            term = self._call(token.value, token, primes)
        else:
            term = self._bare_call(token, primes)
        if exponent is None:
            return term
        return Pow(term, exponent, span=self._span(token))

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

    def _bare_call(self, token: Token, primes: int) -> Term:
        shown = self.text[token.start : token.end]
        if token.value not in BARE_FUNCTIONS or not self.begins_factor():
            raise self.error(
                f"{shown} needs its argument, found {describe(self.token, self.text)}",
                f"Write {shown}(x).",
            )
        self.enter()
        argument = self.factor()
        self.leave()
        call = Call(token.value, (argument,), primes, bare=True, span=self._span(token))
        if not is_written_bare(self.settle(call)):  # \log \sin^2 x
            raise self.error(
                f"the argument of {shown} needs parentheses", f"Write {shown}(...).", token.start
            )
        return call

    def begins_factor(self) -> bool:
        """Whether a factor comes next."""
        raise NotImplementedError

    def superscript(self) -> Term:
        """The exponent after ``^``, which comes next."""
        raise NotImplementedError

    def parenthesised(self) -> Term:
        """A bracket around one expression: a Paren, which ``settle`` drops where it is needed."""
        opening = self.token
        if opening.value == "|":
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
        if opening.value == "|":
            return Call("Abs", tuple(terms), span=span)
        return Paren(terms[0], span=span)
