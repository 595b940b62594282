"""The entry (i, j) of a form as a quotient of the scalar kernel, and back.

Inside a function that acts entry by entry, a word is the number in its row i and column j. Two
bound indices, ``row`` and ``column``, stand for i and j; the scalar kernel works on such entries
as it does on any numbers. That gives its identities (sigmoid, exp, log, ...) to matrices.

E1  entry of c U + d V = c times that of U + d times that of V. Entry of 1: 1. Of I: Delta(i, j).
E2  entry (i, j) of u v', u and v vectors: u_i v_j. Entry (i, j) of U': entry (j, i) of U.
E3  entry (i, j) of diag(v) W: v_i W_ij. Of W diag(v): W_ij v_j.
E4  back: with c free of i and j, c r(i) b(i, j) s(j) is c diag(r) B diag(s); without b, c r s'.
    Delta(i, j) q(i, j) is diag of the vector q(i, i): off the diagonal both are 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from derivation.domain import REAL_LINE, Interval, Size
from derivation.kernel.matrices.forms import Base, Form, Letter, Role, Word, columns, rows, text
from derivation.kernel.matrices.forms import transposed as transposed_word
from derivation.kernel.matrices.shapes import Shape
from derivation.kernel.names.context import Context
from derivation.kernel.normal_form.convert import NormalForm
from derivation.kernel.normal_form.generators import Generator, Kind
from derivation.kernel.normal_form.images import replace_generator
from derivation.kernel.normal_form.polynomials import times
from derivation.kernel.normal_form.quotient import (
    Quotient,
    constant,
    factors,
    monomials,
    own_value,
    polynomial,
)
from derivation.kernel.normal_form.tower import Tower

if TYPE_CHECKING:
    from derivation.kernel.normal_form.polynomials import Polynomial
    from derivation.term import Term

__all__ = ["Entries", "Scalars"]

ONE = Quotient.of(1)


class Scalars(NormalForm):
    """The normal form of scalars; what matrices make in them is asked of ``matrices``."""

    def __init__(self, matrices: Entries, context: Context, tower: Tower) -> None:
        super().__init__(context, tower)
        self._matrices = matrices

    def of(self, term: Term) -> Quotient:
        found = self._matrices.scalar_of_matrices(term)
        return super().of(term) if found is None else found


class Entries:
    """Entries of words. What raises NotImplementedError is given by the classes below."""

    def __init__(self, context: Context, tower: Tower) -> None:
        self.context, self.tower = context, tower
        self.scalars = Scalars(self, context, tower)
        self.row, self.column, self._spare = (
            self._index(label) for label in ("row", "column", "spare")
        )
        self.words: dict[str, Word] = {}  # by the label of the generator of their entries

    def _index(self, label: str) -> Quotient:
        number = self.tower.number(Generator(Kind.BOUND, label, whole=True))
        self.tower.mark_bound(number)
        return own_value(number)

    # ------------------------------------------------------------------ what comes later

    def scalar_of_matrices(self, term: Term) -> Quotient | None:
        """The value of a scalar that a matrix makes, such as a trace; None for another term."""
        raise NotImplementedError

    def product(self, *forms: Form) -> Form:
        """The product of forms."""
        raise NotImplementedError

    def interval_of(self, word: Word) -> Interval:
        """What is declared of the entries of a word."""
        letter = word[0]
        if len(word) == 1 and letter.base.role is Role.NAME and not letter.inverted:
            declared = self.context.declaration(letter.base.key)
            return declared.interval if declared else REAL_LINE
        return REAL_LINE

    # ------------------------------------------------------------------ entries

    def entry(self, form: Form, i: Quotient, j: Quotient) -> Quotient:
        """E1."""
        total = Quotient.of(0)
        for word, coefficient in form.terms.items():
            total += coefficient * self.entry_of_word(word, i, j)
        return self.tower.reduced(total)

    def entry_of_word(self, word: Word, i: Quotient, j: Quotient) -> Quotient:
        """The entry (i, j) of a word; j does not matter for a vector."""
        if not word:
            return self.scalars.delta(i, j)
        for position in range(1, len(word)):
            if rows(word[position:]) == 1:  # E2
                left, right = word[:position], transposed_word(word[position:])
                return self._vector_entry(left, i) * self._vector_entry(right, j)
        if rows(word) == 1:
            return self._vector_entry(transposed_word(word), j)
        if columns(word) == 1:
            return self._vector_entry(word, i)
        if word[0].base.role is Role.DIAGONAL:  # E3
            return self._own_entry(word[0].base, i, i) * self.entry_of_word(word[1:], i, j)
        if word[-1].base.role is Role.DIAGONAL:
            return self._own_entry(word[-1].base, j, j) * self.entry_of_word(word[:-1], i, j)
        if len(word) == 1 and word[0].base.role is Role.ENTRIES:
            if word[0].transposed:
                i, j = j, i
            return self._own_entry(word[0].base, i, j)
        return self._opaque(word, i, j)

    def _vector_entry(self, word: Word, i: Quotient) -> Quotient:
        if len(word) == 1 and word[0].base.role is Role.ONES:
            return ONE
        if len(word) == 1 and word[0].base.role is Role.ENTRIES:
            return self._own_entry(word[0].base, i, i)
        label = f"entry {text(word)}"
        self.words[label] = word
        return self.tower.make(Kind.MEMBER, label, (i,), self.interval_of(word))

    def _opaque(self, word: Word, i: Quotient, j: Quotient) -> Quotient:
        other = transposed_word(word)
        turned = text(other) < text(word)
        if turned:
            word, i, j = other, j, i
        if other == word and self.tower.text(j) < self.tower.text(i):
            i, j = j, i  # a symmetric word
        label = f"entry {text(word)}"
        self.words[label] = word
        return self.tower.make(Kind.MEMBER, label, (i, j))

    def _own_entry(self, base: Base, i: Quotient, j: Quotient) -> Quotient:
        """The entry of a block, its indices put in at the same time."""
        value = base.entry if base.entry is not None else Quotient.of(0)
        return self.put_in(value, i, j)

    def put_in(self, value: Quotient, i: Quotient, j: Quotient) -> Quotient:
        """A value with i in the place of ``row`` and j in that of ``column``."""
        if i == self.row and j == self.column:
            return value
        row, column, spare = (one.generators[0] for one in (self.row, self.column, self._spare))
        value = replace_generator(self.scalars, value, row, self._spare)
        value = replace_generator(self.scalars, value, column, j)
        return replace_generator(self.scalars, value, spare, i)

    # ------------------------------------------------------------------ back

    def split(self, value: Quotient) -> list[tuple[Quotient, Quotient]]:
        """``value`` as a sum of c p, c free of both indices and p one monomial over them."""
        inside, outside = constant(1), constant(1)
        content, found = factors(value.denominator)
        outside *= content
        for factor, exponent in found:
            if self._indices(factor):
                inside = times(inside, factor**exponent)
            else:
                outside = times(outside, factor**exponent)
        groups: dict[tuple[int, ...], dict[tuple[int, ...], int]] = {}
        for exponents, coefficient in monomials(value.numerator):
            within = tuple(
                e if e and self._indices_of(number) else 0 for number, e in enumerate(exponents)
            )
            without = tuple(e - w for e, w in zip(exponents, within, strict=True))
            groups.setdefault(within, {})[without] = coefficient
        return [
            (
                Quotient(polynomial(free)) / Quotient(outside),
                Quotient(polynomial({within: 1}), inside),
            )
            for within, free in groups.items()
        ]

    def _indices_of(self, number: int) -> frozenset[int]:
        both = {self.row.generators[0], self.column.generators[0]}
        return self.tower.generators[number].bound & both

    def _indices(self, p: Polynomial) -> frozenset[int]:
        return self.tower.bound_in([Quotient(p)]) & {
            self.row.generators[0],
            self.column.generators[0],
        }

    def parts(self, value: Quotient) -> tuple[Quotient, Quotient, Quotient]:
        """One monomial as r(i) s(j) b(i, j)."""
        found = dict.fromkeys(("row", "column", "both"), ONE)
        for p, sign in ((value.numerator, 1), (value.denominator, -1)):
            content, powers = factors(p)
            found["row"] *= Quotient.of(content) ** sign
            for factor, exponent in powers:
                found[self._where(factor)] *= Quotient(factor) ** (sign * exponent)
        return found["row"], found["column"], found["both"]

    def _where(self, factor: Polynomial) -> str:
        indices = self._indices(factor)
        if len(indices) == 2:
            return "both"
        return "column" if self.column.generators[0] in indices else "row"

    def delta_in(self, value: Quotient) -> Quotient | None:
        """q with value = Delta(row, column) q, or None."""
        delta = self.scalars.delta(self.row, self.column)
        if delta.generators[0] not in value.generators:
            return None
        rest = value / delta
        return None if delta.generators[0] in rest.generators else rest

    def on_diagonal(self, value: Quotient) -> Quotient:
        """The value where the column is the row."""
        return self.put_in(value, self.row, self.row)

    def back(self, value: Quotient, shape: Shape) -> Form:
        """E4: the form with these entries."""
        if shape[0] == 1:
            return self.back(self.put_in(value, self.column, self.row), (shape[1], 1)).transpose()
        total = Form.zero(shape)
        for coefficient, part in self.split(value):
            found = self._vector(part, shape) if shape[1] == 1 else self._matrix(part, shape)
            total += found.scaled(coefficient)
        return total

    def single_entry(self, value: Quotient) -> Word | None:
        """The word of which the value is the entry (row, column), or (row) for a vector."""
        if not (value.denominator.is_one() and len(value.generators) == 1):
            return None
        (number,) = value.generators
        found = self.tower.generators[number]
        if value != own_value(number) or found.label not in self.words:
            return None
        word, arguments = self.words[found.label], found.arguments
        if arguments in ((self.row,), (self.row, self.column)):
            return word
        return transposed_word(word) if arguments == (self.column, self.row) else None

    def _vector(self, part: Quotient, shape: Shape) -> Form:
        if part == ONE:
            return self.ones(shape[0])
        word = self.single_entry(part)
        if word is None or columns(word) != 1:
            word = (self._block(part, shape),)
        return Form(shape, {word: ONE})

    def ones(self, size: Size) -> Form:
        """The vector of ones."""
        letter = Letter(Base(Role.ONES, f"ones({size})", size, 1))
        return Form((size, 1), {(letter,): ONE})

    def _matrix(self, part: Quotient, shape: Shape) -> Form:
        on_diagonal = self.delta_in(part)
        if on_diagonal is not None:
            return self.diagonal(self.on_diagonal(on_diagonal), shape[0])
        row, column, both = self.parts(part)
        column = self.put_in(column, self.row, self.row)
        left, right = (shape[0], 1), (shape[1], 1)
        if both == ONE:
            return self.product(self.back(row, left), self.back(column, right).transpose())
        word = self.single_entry(both) or (self._block(both, shape),)
        return self.product(
            self.diagonal(row, shape[0]), Form(shape, {word: ONE}), self.diagonal(column, shape[1])
        )

    def _block(self, part: Quotient, shape: Shape) -> Letter:
        """The letter with these entries; one of H and H' stands for both."""
        own = self.tower.text(part)
        if shape[1] == 1:
            return Letter(Base(Role.ENTRIES, f"[{own}]({shape[0]})", *shape, entry=part))
        turned = self.put_in(part, self.column, self.row)
        other = self.tower.text(turned)
        symmetric = own == other and shape[0] == shape[1]
        swap = other < own
        if swap:
            part, own, shape = turned, other, (shape[1], shape[0])
        base = Base(Role.ENTRIES, f"[{own}]({shape[0]}, {shape[1]})", *shape, symmetric, entry=part)
        return Letter(base, swap)

    def diagonal(self, value: Quotient, size: Size) -> Form:
        """The diagonal matrix of the vector with these entries."""
        total = Form.zero((size, size))
        for coefficient, part in self.split(value):
            word: Word = ()
            if part != ONE:
                key = f"diag[{self.tower.text(part)}]({size})"
                word = (Letter(Base(Role.DIAGONAL, key, size, size, symmetric=True, entry=part)),)
            total += Form((size, size), {word: coefficient})
        return total
