"""The scalars that words make: traces, bilinear forms, sums of entries.

T1  tr(A B) = tr(B A), tr(A') = tr(A), tr(I) = n; a 1 by 1 word is its own transpose and trace.
    So a scalar word is named by the least of its transposes, a trace by the least of all
    rotations of the word and of its transpose. tr of a word through a vector: T1 turns it to
    begin there, and it is a product of scalar words.
T2  u'v = sum over i of u_i v_i; tr(U'V) = sum over i, j of U_ij V_ij. So a word that has one
    block given by entries is a sum of products of entries. Such a sum is linear; of 1 it is the
    number of entries; of r(i) s(j) it is the product of two sums; with Delta(i, j) it is a sum
    over i alone.
T3  u'u >= 0, and u'P u >= 0 for P positive definite. A sum of positive entries is positive: sizes
    are at least 1.
"""

from __future__ import annotations

from derivation.domain import REAL_LINE, Interval, Size, size_term
from derivation.kernel.bounds import intervals
from derivation.kernel.matrices.forms import Form, Role, Word, rows, text
from derivation.kernel.matrices.forms import transposed as transposed_word
from derivation.kernel.matrices.products import Products
from derivation.kernel.matrices.shapes import Shape
from derivation.kernel.normal_form.generators import Kind
from derivation.kernel.normal_form.polynomials import degrees
from derivation.kernel.normal_form.quotient import Quotient, own_value

__all__ = ["Traces"]

ONE = Quotient.of(1)


class Traces(Products):
    """Scalars from words. ``is_square_word`` is given by the class below."""

    def is_square_word(self, word: Word) -> bool:
        """Whether the word is u'u or u'P u, P positive definite: its values are >= 0."""
        raise NotImplementedError

    def size(self, size: Size) -> Quotient:
        """A size as a scalar."""
        return self.scalars.of(size_term(size))

    def bounds(self, value: Quotient) -> Interval:
        """An interval that holds the values of a scalar."""
        return self.scalars.signs.of(value)

    # ------------------------------------------------------------------ scalar words

    def piece(self, word: Word) -> Quotient:
        """The value of a word from a row vector to a column vector, without others inside."""
        blocks = [k for k, letter in enumerate(word) if letter.base.role is Role.ENTRIES]
        first, last = 0, len(word) - 1
        if len(word) == 2 or (last in blocks and first not in blocks):
            value = self._column(transposed_word(word[:-1])) * self._column(word[-1:])
            return self.sum_of_vector(value, rows(word[-1:]))  # T2
        if first in blocks and last not in blocks:
            return self.piece(transposed_word(word))
        if len(blocks) == 1:
            (k,) = blocks
            value = self.entry_of_word(word[k : k + 1], self.row, self.column)
            left = self.entry_of_word(transposed_word(word[:k]), self.row, self.row)
            right = self.entry_of_word(word[k + 1 :], self.column, self.column)
            return self.sum_of_matrix(value * left * right, (word[k].rows, word[k].columns))
        return self._scalar_word(word)

    def _scalar_word(self, word: Word) -> Quotient:
        """T1 and T3."""
        other = transposed_word(word)
        name = min(text(word), text(other))
        interval = intervals.NONNEGATIVE if self.is_square_word(word) else REAL_LINE
        return self.tower.make(Kind.FUNCTION, f"scalar {name}", interval=interval)

    def sum_of_vector(self, value: Quotient, size: Size) -> Quotient:
        """The sum over i = 1, ..., size of a value in ``row``."""
        total = Quotient.of(0)
        for coefficient, part in self.split(value):
            total += coefficient * self._sum_of_part(part, size)
        return total

    def _sum_of_part(self, part: Quotient, size: Size) -> Quotient:
        if part == ONE:
            return self.size(size)
        words = self._entry_factors(part, (self.row,))
        if words is not None and len(words) <= 2:
            ((ones, _),) = self.ones(size).terms.items()
            left, right = words if len(words) == 2 else (ones, words[0])
            word = transposed_word(left) + right
            return self._scalar_word(word) if len(word) == 2 else self.piece(word)
        traced = self._entry_factors(part, (self.row, self.row))
        if traced is not None and len(traced) == 1:
            return self.trace(Form((size, size), {traced[0]: ONE}))
        return self._sum(part, f"{size}")

    def _sum(self, part: Quotient, over: str) -> Quotient:
        bounds, interval = self.bounds(part), REAL_LINE
        if intervals.is_positive(bounds):
            interval = intervals.POSITIVE  # sizes are at least 1
        elif intervals.is_nonnegative(bounds):
            interval = intervals.NONNEGATIVE
        label = f"sum over {over} of {self.tower.text(part)}"
        return self.tower.make(Kind.FUNCTION, label, interval=interval)

    def _entry_factors(self, part: Quotient, at: tuple[Quotient, ...]) -> list[Word] | None:
        """The words whose entries at these indices make up the monomial, if nothing else does."""
        if not part.denominator.is_one() or len(part.generators) > 2:
            return None
        found: list[Word] = []
        highest = degrees(part.numerator)
        for number in part.generators:
            one = self.tower.generators[number]
            if one.label not in self.words or one.arguments not in (at, at[::-1]):
                return None
            word = self.words[one.label]
            turned = word if one.arguments == at else transposed_word(word)
            found.extend([turned] * highest[number])
        product = ONE
        for number in part.generators:
            product *= own_value(number) ** highest[number]
        return found if product == part else None

    def sum_of_matrix(self, value: Quotient, shape: Shape) -> Quotient:
        """The sum over all entries (i, j) of a value in ``row`` and ``column``."""
        total = Quotient.of(0)
        for coefficient, part in self.split(value):
            total += coefficient * self._double_sum(part, shape)
        return total

    def _double_sum(self, part: Quotient, shape: Shape) -> Quotient:
        on_diagonal = self.delta_in(part)
        if on_diagonal is not None:
            return self.sum_of_vector(self.on_diagonal(on_diagonal), shape[0])
        row, column, both = self.parts(part)
        column = self.put_in(column, self.row, self.row)
        if both == ONE:
            return self.sum_of_vector(row, shape[0]) * self.sum_of_vector(column, shape[1])
        word = self.single_entry(both)
        if word is not None:
            left = self.back(row, (shape[0], 1)).transpose()
            right = self.back(column, (shape[1], 1))
            return self.product(left, Form(shape, {word: ONE}), right).value
        words = self._entry_factors(both, (self.row, self.column))
        if words is not None and len(words) == 2 and row == column == ONE:
            word = transposed_word(words[0]) + words[1]
            return self.trace(self.normalised(word, (shape[1], shape[1])))
        turned = self.put_in(part, self.column, self.row)
        if self.tower.text(turned) < self.tower.text(part):
            part, shape = turned, (shape[1], shape[0])
        return self._sum(part, f"{shape[0]}, {shape[1]}")

    # ------------------------------------------------------------------ traces

    def trace(self, form: Form) -> Quotient:
        """The trace of a square form."""
        total = Quotient.of(0)
        for word, coefficient in form.terms.items():
            total += coefficient * self._trace_of_word(word, form.shape[0])
        return total

    def _trace_of_word(self, word: Word, size: Size) -> Quotient:
        """T1."""
        if not word:
            return self.size(size)
        for position, letter in enumerate(word):
            if letter.rows == 1:
                return self.normalised(word[position:] + word[:position], (1, 1)).value
        for position, letter in enumerate(word):
            if letter.base.role is Role.DIAGONAL:
                rest = word[position + 1 :] + word[:position]
                value = self._entry_of(letter) * self.entry_of_word(rest, self.row, self.row)
                return self.sum_of_vector(value, letter.rows)
        blocks = [k for k, letter in enumerate(word) if letter.base.role is Role.ENTRIES]
        if len(blocks) == 1:
            return self._trace_with_block(word[blocks[0] :] + word[: blocks[0]])
        return self._named_trace(word)

    def _trace_with_block(self, word: Word) -> Quotient:
        """T2, for a word whose first letter is its only block."""
        block, rest = word[:1], word[1:]
        if not rest:
            return self.sum_of_vector(self.entry_of_word(block, self.row, self.row), rows(word))
        other = self.entry_of_word(transposed_word(rest), self.row, self.column)
        value = self.entry_of_word(block, self.row, self.column) * other
        return self.sum_of_matrix(value, (block[0].rows, block[0].columns))

    def _named_trace(self, word: Word) -> Quotient:
        turned = [word[k:] + word[:k] for k in range(len(word))]
        turned += [transposed_word(one) for one in turned]
        least = min(turned, key=text)
        for one in turned:  # cancelling may go on around the corner
            shorter = self.normalised(one, (one[0].rows, one[0].rows))
            if shorter.terms != {one: ONE}:
                return self.trace(shorter)
        square = any(self.is_square_word(one) for one in turned)
        interval = intervals.NONNEGATIVE if square else REAL_LINE
        return self.tower.make(Kind.FUNCTION, f"trace {text(least)}", interval=interval)
