"""Names in LaTeX: symbols, and the question whether ``h(x)`` is a call or a product."""

from __future__ import annotations

from derivation.errors import UnreadableError
from derivation.notation.cursor import NAMES
from derivation.notation.latex_indices import IndexReader
from derivation.notation.names import (
    CONSTANTS,
    GREEK_FUNCTIONS,
    KNOWN_FUNCTIONS,
    TEXT_FUNCTIONS,
    USUAL_FUNCTION_LETTERS,
)  # fmt: skip
from derivation.notation.tokens import Token, TokenKind
from derivation.term import (
    Call,
    Constant,
    Index,
    Indexed,
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
        if self._is_known_text():
            return self.function()
        token = self.advance()
        name = self._checked_name(token)
        declared = self.symbols | self.functions
        if token.kind is TokenKind.GREEK and name == "delta" and name not in declared:
            delta = self._kronecker(token)
            if delta is not None:
                return delta
        name = self._with_text_suffix(name)
        order = self._polygamma_order(token, name)
        if order is not None:
            return Call("polygamma", (order, *self.arguments()), span=self._span(token))
        primes = self._primes()
        if self._opens_bracket() and (primes or self._is_call(name, token)):
            return self._call(self._function_name(name, token), token, primes)
        if primes:
            raise self.error(
                f"{name}' without an argument", f"Write {name}'(x).", position=token.start
            )
        return self._family_or_symbol(name, token)

    def _is_known_text(self) -> bool:
        r"""Whether ``\text{sigmoid}`` or ``\operatorname{arsinh}`` comes next, undeclared."""
        name = self.token.value
        known = name in KNOWN_FUNCTIONS or name in TEXT_FUNCTIONS
        suffixed = self.peek().kind is TokenKind.BELOW
        declared = self.symbols | self.functions
        return self.next_is(TokenKind.TEXT) and known and not suffixed and name not in declared

    def _polygamma_order(self, token: Token, name: str) -> Term | None:
        r"""The n of ``\psi^{(n)}(x)``, the n-th derivative of digamma; else None."""
        psi = token.kind is TokenKind.GREEK and name == "psi"
        if not psi or name in self.symbols | self.functions or not self._is_sample_index():
            return None
        start = self.at
        (order, *more) = self._sample_index()
        if self._opens_bracket() and not more:
            return order
        self.at = start
        return None

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
        if self._is_constant(name):
            return Constant(name, span=self._span(token))
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
        if token.kind is TokenKind.GREEK and name not in self.functions:
            return GREEK_FUNCTIONS.get(name, name)
        return name

    def _is_call(self, name: str, token: Token) -> bool:
        """Whether the bracket after ``name`` holds its arguments. Never guesses.

        Raises UnreadableError when names were declared and this is not among them.
        """
        if self._must_be_call(name):
            return True
        if name in self.symbols or name in CONSTANTS:
            return False
        if token.kind is TokenKind.GREEK and name in GREEK_FUNCTIONS:
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
        """The function that comes next, with its argument."""
        raise NotImplementedError
