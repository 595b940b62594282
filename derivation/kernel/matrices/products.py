"""Products of forms, with the rules that hold between neighbours in a word.

P1  A A^-1 = A^-1 A = I, where A^-1 was written, so A is invertible. Q'Q = Q Q' = I, Q orthogonal.
P2  diag(a) diag(b) = diag(a o b); diag(a) u = a o u for a vector u; u' diag(a) = (a o u)'.
P3  S = W + R: S^-1 W = I - S^-1 R and W S^-1 = I - R S^-1, from S^-1 S = S S^-1 = I. W is the
    greatest word of S, so each use makes words smaller.
P4  a part of a word from a row vector to a column vector is a scalar: it goes to the coefficient.
P5  (A B)^-1 = B^-1 A^-1 for square A, B: if A B is invertible, both are (their determinants are
    factors of one that is not 0). (c A)^-1 = A^-1/c: c is not 0 where c A is invertible.
    diag(a)^-1 = diag(1/a): likewise no entry of a is 0. (S^-1)^-1 = S.
"""

from __future__ import annotations

from itertools import pairwise

from derivation.errors import UnsupportedError
from derivation.kernel.matrices.entries import Entries
from derivation.kernel.matrices.forms import Base, Form, Letter, Role, Word, rows, text
from derivation.kernel.matrices.forms import transposed as transposed_word
from derivation.kernel.matrices.shapes import SCALAR, Shape
from derivation.kernel.normal_form.quotient import NeverDefined, Quotient, TooLarge

__all__ = ["Products"]

ONE = Quotient.of(1)
_MOST_WORDS = 400
_LONGEST_WORD = 60


class Products(Entries):
    """Products and inverses of forms. ``piece`` is given by the class below."""

    def piece(self, word: Word) -> Quotient:
        """The value of a word from a row vector to a column vector."""
        raise NotImplementedError

    def product(self, *forms: Form) -> Form:
        """The product from left to right; a scalar factor is a coefficient."""
        result = forms[0]
        for form in forms[1:]:
            if SCALAR in (result.shape, form.shape):
                scalar, other = (result, form) if result.shape == SCALAR else (form, result)
                result = other.scaled(scalar.value)
            else:
                result = self._times(result, form)
        return result

    def _times(self, left: Form, right: Form) -> Form:
        shape: Shape = (left.shape[0], right.shape[1])
        if len(left.terms) * len(right.terms) > _MOST_WORDS:
            raise TooLarge(f"a product of more than {_MOST_WORDS} words")
        total = Form.zero(shape)
        for one, first in left.terms.items():
            for other, second in right.terms.items():
                total += self.normalised(one + other, shape).scaled(first * second)
        return total

    # ------------------------------------------------------------------ one word

    def normalised(self, word: Word, shape: Shape) -> Form:
        """The form that one product of letters is."""
        self.tower.check_time()
        if len(word) > _LONGEST_WORD:
            raise TooLarge(f"a product of more than {_LONGEST_WORD} factors")
        word = _cancelled(word)
        for position in range(len(word) - 1):
            found = self._neighbours(word, position)
            if found is not None:
                begin, middle, end = found
                return self._joined(word[:begin], middle, word[end:], shape)
        return self._without_scalars(word, shape)

    def _joined(self, before: Word, middle: Form, after: Word, shape: Shape) -> Form:
        total = Form.zero(shape)
        for word, coefficient in middle.terms.items():
            total += self.normalised(before + word + after, shape).scaled(coefficient)
        return total

    def _neighbours(self, word: Word, position: int) -> tuple[int, Form, int] | None:
        """What a rule makes of ``word[begin:end]``, for the first rule that applies here."""
        left, right = word[position], word[position + 1]
        if left.base.role is Role.DIAGONAL:
            if right.base.role is Role.DIAGONAL:  # P2
                value = self._entry_of(left) * self._entry_of(right)
                return position, self.diagonal(value, left.rows), position + 2
            end = _end_of_vector(word, position + 1)
            if end is not None:
                value = self._entry_of(left) * self._column(word[position + 1 : end])
                return position, self.back(value, (left.rows, 1)), end
        if right.base.role is Role.DIAGONAL:
            begin = _begin_of_vector(word, position)
            if begin is not None:
                value = self._entry_of(right) * self._column(
                    transposed_word(word[begin : position + 1])
                )
                return begin, self.back(value, (right.rows, 1)).transpose(), position + 2
        if left.base.role is Role.INVERSE:  # P3
            lead, rest = self._lead(left)
            end = position + 1 + len(lead)
            if lead and word[position + 1 : end] == lead:
                return position, self._identity(left) - self._times(_form(left), rest), end
        if right.base.role is Role.INVERSE:
            lead, rest = self._lead(right)
            begin = position + 1 - len(lead)
            if lead and begin >= 0 and word[begin : position + 1] == lead:
                return begin, self._identity(right) - self._times(rest, _form(right)), position + 2
        return None

    def _lead(self, letter: Letter) -> tuple[Word, Form]:
        """W and R where the letter is the inverse of W + R; no W if there is no such rule."""
        form = letter.base.form
        if form is None:
            raise UnsupportedError("an inverse of nothing")
        if letter.transposed:
            form = form.transpose()
        lead = _greatest(form)
        if form.terms[lead] != ONE:
            return (), form
        return lead, form - Form(form.shape, {lead: ONE})

    @staticmethod
    def _identity(letter: Letter) -> Form:
        return Form((letter.rows, letter.columns), {(): ONE})

    def _entry_of(self, letter: Letter) -> Quotient:
        return letter.base.entry if letter.base.entry is not None else ONE

    def _column(self, word: Word) -> Quotient:
        return self.entry_of_word(word, self.row, self.row)

    def _without_scalars(self, word: Word, shape: Shape) -> Form:
        """P4."""
        cuts = [p for p in range(1, len(word)) if rows(word[p:]) == 1]
        if word and shape[0] == 1:
            cuts.insert(0, 0)
        if word and shape[1] == 1:
            cuts.append(len(word))
        if len(cuts) < 2:
            return Form(shape, {word: ONE})
        value = ONE
        for begin, end in pairwise(cuts):
            value *= self.piece(word[begin:end])
        return Form.of(shape, [(word[: cuts[0]] + word[cuts[-1] :], value)])

    # ------------------------------------------------------------------ inverses

    def inverse(self, form: Form) -> Form:
        """The inverse of a square form, where it is invertible."""
        if form.is_zero:
            raise NeverDefined("the inverse of the zero matrix")
        if len(form.terms) == 1:
            ((word, coefficient),) = form.terms.items()
            if all(letter.rows == letter.columns for letter in word):  # P5
                factors = [self._inverse_of_letter(letter) for letter in reversed(word)]
                identity = Form(form.shape, {(): ONE})
                return self.product(identity, *factors).scaled(ONE / coefficient)
        return self._opaque_inverse(form)

    def _inverse_of_letter(self, letter: Letter) -> Form:
        base, shape = letter.base, (letter.rows, letter.columns)
        match base.role:
            case Role.NAME:
                return Form(shape, {(letter.inverse(),): ONE})
            case Role.DIAGONAL:
                return self.diagonal(ONE / self._entry_of(letter), letter.rows)
            case Role.INVERSE if base.form is not None:
                return base.form.transpose() if letter.transposed else base.form
        return self._opaque_inverse(_form(letter))

    def _opaque_inverse(self, form: Form) -> Form:
        """A letter for the inverse; one of S and S' stands for both."""
        scale = form.terms[_greatest(form)]
        if scale.rational is None and not self.is_nonzero(scale):
            scale = ONE
        form = form.scaled(ONE / scale)
        own, other = self.text_of(form), self.text_of(form.transpose())
        swap = other < own
        base = Base(
            Role.INVERSE,
            f"inv[{min(own, other)}]",
            *form.shape,
            symmetric=own == other,
            form=form.transpose() if swap else form,
        )
        return Form(form.shape, {(Letter(base, swap),): ONE / scale})

    def is_nonzero(self, value: Quotient) -> bool:
        """Whether a scalar has no zero in the declared domain."""
        return self.scalars.signs.is_nonzero(value)

    def text_of(self, form: Form) -> str:
        """A name that tells a form from other forms of its shape."""
        words = sorted((text(word), self.tower.text(c)) for word, c in form.terms.items())
        return " + ".join(f"{coefficient} {word}" for word, coefficient in words)


def _form(letter: Letter) -> Form:
    return Form((letter.rows, letter.columns), {(letter,): ONE})


def _greatest(form: Form) -> Word:
    return max(form.terms, key=lambda word: (len(word), text(word)))


def _cancelled(word: Word) -> Word:
    """P1."""
    kept: list[Letter] = []
    for letter in word:
        if kept and _are_inverse(kept[-1], letter):
            kept.pop()
        else:
            kept.append(letter)
    return tuple(kept)


def _are_inverse(left: Letter, right: Letter) -> bool:
    if left.base.orthogonal:
        return left.transpose() == right
    return (
        left.base == right.base
        and left.transposed == right.transposed
        and left.inverted != right.inverted
    )


def _end_of_vector(word: Word, begin: int) -> int | None:
    """The end of the shortest part from ``begin`` on that is a column vector, if there is one."""
    ends = (end for end in range(begin + 1, len(word) + 1) if word[end - 1].columns == 1)
    return next(ends, None)


def _begin_of_vector(word: Word, last: int) -> int | None:
    """The begin of the shortest part up to ``last`` that is a row vector, if there is one."""
    return next((begin for begin in range(last, -1, -1) if word[begin].rows == 1), None)
