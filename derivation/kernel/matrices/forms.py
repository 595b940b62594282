"""Words in letters, and sums of words with scalar coefficients: the normal form of a matrix.

A letter is a declared matrix or a block that stands as a whole, possibly transposed or inverted.
A word is a product of letters; the empty word is the identity matrix. A ``Form`` is a sum of
words, each with a coefficient (a quotient of the scalar kernel). A scalar is a form of shape
1 by 1 with no word but the empty one.

W1  (A B)' = B'A', (A')' = A, (A^-1)' = (A')^-1; a symmetric letter is its own transpose.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from derivation.domain import Size
from derivation.kernel.matrices.shapes import Shape
from derivation.kernel.normal_form.quotient import Quotient

__all__ = ["Base", "Form", "Letter", "Role", "Word", "columns", "rows", "text", "transposed"]


class Role(Enum):
    """What a letter stands for."""

    NAME = "a declared matrix"
    ONES = "a vector of ones"
    ENTRIES = "a matrix or vector given by its entry (i, j)"
    DIAGONAL = "the diagonal matrix of a vector given by its entry i"
    INVERSE = "the inverse of a form"


@dataclass(frozen=True, slots=True)
class Base:
    """A letter before it is transposed or inverted. ``key`` says which one it is."""

    role: Role
    key: str
    rows: Size = field(compare=False)
    columns: Size = field(compare=False)
    symmetric: bool = field(default=False, compare=False)
    orthogonal: bool = field(default=False, compare=False)
    entry: Quotient | None = field(default=None, compare=False)  # of ENTRIES and DIAGONAL
    form: Form | None = field(default=None, compare=False)  # of INVERSE: what is inverted


@dataclass(frozen=True, slots=True)
class Letter:
    """A base, transposed or not, inverted or not."""

    base: Base
    transposed: bool = False
    inverted: bool = False

    @property
    def rows(self) -> Size:
        """Its number of rows."""
        return self.base.columns if self.transposed else self.base.rows

    @property
    def columns(self) -> Size:
        """Its number of columns."""
        return self.base.rows if self.transposed else self.base.columns

    @property
    def text(self) -> str:
        """A name that tells it from other letters."""
        return f"{self.base.key}{'^-1' * self.inverted}{chr(39) * self.transposed}"

    def transpose(self) -> Letter:
        """W1."""
        if self.base.symmetric:
            return self
        return Letter(self.base, not self.transposed, self.inverted)

    def inverse(self) -> Letter:
        """The inverse of a declared square matrix; of an orthogonal one, its transpose."""
        if self.base.orthogonal:
            return self.transpose()
        return Letter(self.base, self.transposed, not self.inverted)


Word = tuple[Letter, ...]


def text(word: Word) -> str:
    """A name that tells a word from other words."""
    return "·".join(letter.text for letter in word)


def transposed(word: Word) -> Word:
    """W1."""
    return tuple(letter.transpose() for letter in reversed(word))


def rows(word: Word) -> Size:
    """The number of rows of a word that is not empty."""
    return word[0].rows


def columns(word: Word) -> Size:
    """The number of columns of a word that is not empty."""
    return word[-1].columns


@dataclass(frozen=True)
class Form:
    """A sum of words of one shape; words with coefficient 0 are left out."""

    shape: Shape
    terms: Mapping[Word, Quotient]

    @classmethod
    def of(cls, shape: Shape, terms: Iterable[tuple[Word, Quotient]]) -> Form:
        """The sum of these."""
        total: dict[Word, Quotient] = {}
        for word, coefficient in terms:
            total[word] = total[word] + coefficient if word in total else coefficient
        return cls(shape, {word: value for word, value in total.items() if not value.is_zero})

    @classmethod
    def zero(cls, shape: Shape) -> Form:
        """The zero matrix."""
        return cls(shape, {})

    @classmethod
    def scalar(cls, value: Quotient) -> Form:
        """A scalar as a 1 by 1 form."""
        return cls.of((1, 1), [((), value)])

    @property
    def value(self) -> Quotient:
        """The value of a scalar form."""
        return self.terms.get((), Quotient.of(0))

    @property
    def is_zero(self) -> bool:
        """Whether no word is left."""
        return not self.terms

    def __add__(self, other: Form) -> Form:
        return Form.of(self.shape, [*self.terms.items(), *other.terms.items()])

    def scaled(self, factor: Quotient) -> Form:
        """The form times a scalar."""
        return Form.of(self.shape, [(word, value * factor) for word, value in self.terms.items()])

    def __neg__(self) -> Form:
        return self.scaled(Quotient.of(-1))

    def __sub__(self, other: Form) -> Form:
        return self + -other

    def transpose(self) -> Form:
        """W1, word by word."""
        shape = self.shape[1], self.shape[0]
        return Form.of(shape, [(transposed(word), value) for word, value in self.terms.items()])
