"""From core terms without derivatives to forms, and whether a form is zero.

M1  + - and scalar factors act on words one by one; products: ``products``; ``inv``: P5;
    ``tr``, ``det``: ``traces``; ``diag``, ``diagonal`` and entrywise functions: ``entries``.
M2  U = V if and only if U - V is zero; with S invertible, S U = S V (or U S = V S) gives U = V.
M3  words with the same beginning and end, around a block: B U C + B V C = B (U + V) C, and U + V
    entry by entry may be simpler.
"""

from __future__ import annotations

from derivation.domain import MatrixProperty, Size
from derivation.errors import UnsupportedError
from derivation.kernel.matrices.core import Core
from derivation.kernel.matrices.determinants import Determinants
from derivation.kernel.matrices.entrywise import Entrywise
from derivation.kernel.matrices.forms import Base, Form, Letter, Role, Word, columns, rows
from derivation.kernel.matrices.known import Known
from derivation.kernel.matrices.shapes import SCALAR, Shape
from derivation.kernel.names.context import Context
from derivation.kernel.normal_form.quotient import Quotient
from derivation.kernel.normal_form.tower import Tower
from derivation.term import Add, Call, Div, Mul, Neg, Sub, Symbol, Term

__all__ = ["MatrixForm"]

ONE = Quotient.of(1)
_MOST_MULTIPLICATIONS = 4
_SYMMETRIC = frozenset((MatrixProperty.SYMMETRIC, MatrixProperty.POSITIVE_DEFINITE))


class MatrixForm(Determinants):
    """Converts core terms; one per proof attempt."""

    def __init__(self, context: Context, tower: Tower, shapes: Core) -> None:
        super().__init__(context, tower)
        self.shapes = shapes

    def scalar_of_matrices(self, term: Term) -> Quotient | None:
        match term:
            case Known(value=value):
                return value
            case Mul(left=left, right=right) if self.shapes.of(left) != SCALAR:
                return self.tower.reduced(self.product(self.form(left), self.form(right)).value)
            case Call(name="tr", arguments=(body,)):
                return self.tower.reduced(self.trace(self.form(body)))
            case Call(name="det", arguments=(body,)):
                return self.tower.reduced(self._determinant_of(body))
            case Call(name="transpose", arguments=(body,)):
                return self.scalars.of(body)
        return None

    def _determinant_of(self, term: Term) -> Quotient:
        """T4 for factors as they were written, else of the form."""
        match term:
            case Mul(left=left, right=right) if self.shapes.of(left) == self.shapes.of(right):
                return self._determinant_of(left) * self._determinant_of(right)
            case Call(name="inv", arguments=(body,)):
                return ONE / self._determinant_of(body)
        return self.determinant(self.form(term))

    def form(self, term: Term) -> Form:
        """The form of a matrix, or of a scalar. Raises what the scalar kernel raises."""
        shape = self.shapes.of(term)
        if shape == SCALAR:
            return Form.scalar(self.scalars.of(term))
        match term:
            case Symbol(name=name):
                return Form(shape, {(self._letter(name, shape),): ONE})
            case Neg(body=body):
                return -self.form(body)
            case Add(left=left, right=right):
                return self.form(left) + self.form(right)
            case Sub(left=left, right=right):
                return self.form(left) - self.form(right)
            case Mul(left=left, right=right):
                return self.product(self.form(left), self.form(right))
            case Div(left=left, right=right):
                return self.form(left).scaled(ONE / self.scalars.of(right))
            case Entrywise(arguments=arguments):
                values = tuple(Known(self.entry_or_value(one)) for one in arguments)
                return self.back(self.scalars.of(term.with_values(values)), shape)
            case Call(name=name, arguments=arguments):
                return self._of_call(name, arguments, shape)
        raise UnsupportedError(f"{type(term).__name__} of matrices is not supported")

    def _letter(self, name: str, shape: Shape) -> Letter:
        declared = self.context.declaration(name)
        properties = declared.properties if declared else frozenset()
        symmetric = bool(properties & _SYMMETRIC)
        orthogonal = MatrixProperty.ORTHOGONAL in properties
        return Letter(Base(Role.NAME, name, *shape, symmetric, orthogonal))

    def entry_or_value(self, term: Term) -> Quotient:
        """The value of a scalar, or the entry (row, column) of a matrix."""
        if self.shapes.of(term) == SCALAR:
            return self.scalars.of(term)
        return self.entry(self.form(term), self.row, self.column)

    def _of_call(self, name: str, arguments: tuple[Term, ...], shape: Shape) -> Form:
        match name:
            case "transpose":
                return self.form(arguments[0]).transpose()
            case "inv":
                return self.inverse(self.form(arguments[0]))
            case "zeros":
                return Form.zero(shape)
            case "Identity":
                return Form(shape, {(): ONE})
            case "ones":
                left, right = (self._ones(size) for size in shape)
                return self.product(left, right.transpose())
            case "diag":
                return self.diagonal(
                    self.entry(self.form(arguments[0]), self.row, self.row), shape[0]
                )
            case "diagonal":
                return self.back(self._on_diagonal(arguments[0]), shape)
        raise UnsupportedError(f"{name} of matrices is not supported")

    def _on_diagonal(self, term: Term) -> Quotient:
        return self.entry(self.form(term), self.row, self.row)

    def _ones(self, size: Size) -> Form:
        return Form.scalar(ONE) if size == 1 else self.ones(size)

    # ------------------------------------------------------------------ zero

    def are_equal(self, left: Form, right: Form) -> bool:
        """Whether two forms are certainly equal wherever both are defined."""
        return self._is_zero(left - right, _MOST_MULTIPLICATIONS)

    def _is_zero(self, form: Form, multiplications: int) -> bool:
        form = self._reduced(form)
        if not form.is_zero:
            form = self._merged(form)
        if form.is_zero or not multiplications:
            return form.is_zero
        for turned in (form, form.transpose()):  # M2
            for inverse in _first_inverses(turned):
                if self._is_zero(self.product(inverse, turned), multiplications - 1):
                    return True
        return False

    def _reduced(self, form: Form) -> Form:
        terms = [(word, self.tower.reduced(value)) for word, value in form.terms.items()]
        return Form.of(form.shape, terms)

    def _merged(self, form: Form) -> Form:
        """M3, for the last block of each word."""
        for word in form.terms:
            places = [k for k, one in enumerate(word) if one.base.role in _BLOCKS]
            if places:
                merged = self._merged_around(form, word[: places[-1]], word[places[-1] + 1 :])
                if len(merged.terms) < len(form.terms):
                    return self._merged(merged)
        return form

    def _merged_around(self, form: Form, begin: Word, end: Word) -> Form:
        inner: Shape = (
            begin[-1].columns if begin else form.shape[0],
            end[0].rows if end else form.shape[1],
        )
        inside, outside = [], []
        for word, value in form.terms.items():
            fits = len(word) >= len(begin) + len(end)
            fits = fits and word[: len(begin)] == begin and word[len(word) - len(end) :] == end
            middle = word[len(begin) : len(word) - len(end)]
            if fits and (middle or inner[0] == inner[1]):
                inside.append((middle, value))
            else:
                outside.append((word, value))
        total = self.entry(Form.of(inner, inside), self.row, self.column)
        ends = [
            Form((rows(one), columns(one)), {one: ONE}) if one else None for one in (begin, end)
        ]
        factors = [ends[0], self.back(total, inner), ends[1]]
        merged = self.product(*(one for one in factors if one is not None))
        return self._reduced(Form.of(form.shape, outside) + merged)


_BLOCKS = frozenset((Role.ENTRIES, Role.DIAGONAL))


def _first_inverses(form: Form) -> list[Form]:
    """Each S that is inverted at the beginning of some word."""
    found: dict[str, Form] = {}
    for word in form.terms:
        if not word:
            continue
        letter = word[0]
        shape = (letter.rows, letter.columns)
        if letter.base.role is Role.INVERSE and letter.base.form is not None:
            inner = letter.base.form
            found[letter.text] = inner.transpose() if letter.transposed else inner
        elif letter.inverted:
            found[letter.text] = Form(shape, {(letter.inverse(),): ONE})
    return list(found.values())
