"""Determinants of forms, and which forms are positive definite.

T4  det(A B) = det A det B for square A, B; det A' = det A; det A^-1 = 1/det A; det(c A) =
    c^n det A for n rows; det I = 1; det(I + c u v') = 1 + c v'u.
T5  det of a positive definite matrix is > 0. Positive definite are I, declared ones, inverses of
    such, diag(v) for v > 0, B'P B for invertible B, and sums of these with positive coefficients,
    to which words u'u and u'P u with coefficients >= 0 may be added.
"""

from __future__ import annotations

from derivation.domain import REAL_LINE, MatrixProperty, Size, size_term
from derivation.kernel.bounds import intervals
from derivation.kernel.matrices.forms import Form, Letter, Role, Word, rows
from derivation.kernel.matrices.forms import transposed as transposed_word
from derivation.kernel.matrices.known import Known
from derivation.kernel.matrices.traces import Traces
from derivation.kernel.normal_form.generators import Kind
from derivation.kernel.normal_form.quotient import Quotient
from derivation.term import Pow

__all__ = ["Determinants"]

ONE = Quotient.of(1)


class Determinants(Traces):
    """Determinants and definiteness."""

    # ------------------------------------------------------------------ definiteness

    def is_square_word(self, word: Word) -> bool:
        """Whether the word is u'u or u'P u, P positive definite: its values are >= 0."""
        middle = len(word) // 2
        if transposed_word(word) != word or not all(map(self._is_real, word)):
            return False
        return len(word) % 2 == 0 or self._is_definite_letter(word[middle])

    def _is_real(self, letter: Letter) -> bool:
        """The scalar kernel writes some functions by imaginary numbers."""
        return letter.base.entry is None or not self.tower.is_imaginary(letter.base.entry)

    def _is_definite_letter(self, letter: Letter) -> bool:
        base = letter.base
        if base.role is Role.NAME:
            declared = self.context.declaration(base.key)
            return declared is not None and (
                MatrixProperty.POSITIVE_DEFINITE in declared.properties
            )
        if base.role is Role.INVERSE and base.form is not None:
            return self.is_definite(base.form)
        entry = self._entry_of(letter)
        return base.role is Role.DIAGONAL and intervals.is_positive(self.bounds(entry))

    def is_definite(self, form: Form) -> bool:
        """Whether the form is certainly symmetric and positive definite (T5)."""
        strict = False
        for word, coefficient in form.terms.items():
            bounds = self.bounds(coefficient)
            if word and not self.is_square_word(word):
                return False
            if not intervals.is_nonnegative(bounds):
                return False
            half = word[: len(word) // 2]
            whole = len(word) % 2 == 1 or not word
            outer = all(self._is_invertible_letter(letter) for letter in half)
            strict |= intervals.is_positive(bounds) and outer and (whole or bool(half))
        return strict

    def _is_invertible_letter(self, letter: Letter) -> bool:
        if letter.base.role is not Role.NAME or letter.rows != letter.columns:
            return False
        declared = self.context.declaration(letter.base.key)
        return letter.inverted or (
            declared is not None and bool(declared.properties - {MatrixProperty.SYMMETRIC})
        )

    # ------------------------------------------------------------------ determinants

    def determinant(self, form: Form) -> Quotient:
        """T4."""
        rank_one = self._identity_and_rank_one(form)
        if rank_one is not None:
            return rank_one
        if form.is_zero:
            return Quotient.of(0)
        if len(form.terms) == 1:
            ((word, coefficient),) = form.terms.items()
            value = self._power_of_size(coefficient, form.shape[0])
            while word and word[0].rows == word[0].columns:
                value *= self._determinant_of_letter(word[0])
                word = word[1:]
            while word and word[-1].rows == word[-1].columns:
                value *= self._determinant_of_letter(word[-1])
                word = word[:-1]
            return value * self._named_determinant(Form(form.shape, {word: ONE})) if word else value
        return self._named_determinant(form)

    def _power_of_size(self, value: Quotient, size: Size) -> Quotient:
        if value == ONE:
            return ONE
        return self.scalars.of(Pow(Known(value), size_term(size)))

    def _identity_and_rank_one(self, form: Form) -> Quotient | None:
        others = [word for word in form.terms if word]
        if len(others) != 1 or form.terms.get(()) != ONE:
            return None
        (word,) = others
        cut = next((p for p in range(1, len(word)) if rows(word[p:]) == 1), None)
        if cut is None:
            return None
        turned = self.normalised(word[cut:] + word[:cut], (1, 1)).value
        return ONE + form.terms[word] * turned

    def _determinant_of_letter(self, letter: Letter) -> Quotient:
        base, shape = letter.base, (letter.base.rows, letter.base.columns)
        if base.role is Role.INVERSE and base.form is not None:
            return ONE / self.determinant(base.form)
        plain = Letter(base)
        value = self._named_determinant(Form(shape, {(plain,): ONE}))
        return ONE / value if letter.inverted else value

    def _named_determinant(self, form: Form) -> Quotient:
        name = min(self.text_of(form), self.text_of(form.transpose()))
        interval = intervals.POSITIVE if self.is_definite(form) else REAL_LINE
        letters = [letter for word in form.terms for letter in word]
        nonzero = len(form.terms) == 1 and all(map(self._is_invertible_letter, letters))
        label = f"det {name}"
        return self.tower.make(Kind.FUNCTION, label, interval=interval, nonzero=nonzero)
