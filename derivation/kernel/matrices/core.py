"""From what was written to the few constructs that the other modules know.

Core terms are built of names, + - * /, ``transpose``, ``inv``, ``tr``, ``det``, ``diag``,
``diagonal``, ``Identity(n, n)``, ``ones(m, n)``, ``zeros(m, n)``, ``Derivative`` and ``Entrywise``,
and of scalar terms. The rest is written out by its definition, for real entries:

    dot(a, b) = a'b, outer(a, b) = a b', sum(X) = 1'X 1, logdet(A) = log(det(A)),
    norm(v) = sqrt(v'v), norm(X) = sqrt(tr(X'X)) (Frobenius), hence norm(v)**2 = v'v,
    hadamard(A, B): entry by entry; so are exp, log, sigmoid, ... of vectors and matrices,
    softmax(z) = exp(z)/sum(exp(z)), logsumexp(z) = log(sum(exp(z))).

Sums over entries are in ``written_sums``. A scalar plus a vector v is c 1 + v; inside of what acts
entry by entry, also for matrices. A vector in a denominator divides entry by entry. ``A**k`` is a
product of A or of inv(A).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce

from derivation.errors import UnsupportedError
from derivation.kernel.calculus.differentiate import KNOWN_FUNCTIONS
from derivation.kernel.matrices.build import entrywise, filled, hadamard, ones, transpose
from derivation.kernel.matrices.entrywise import Entrywise, place
from derivation.kernel.matrices.shapes import SCALAR, Shapes, misfit, shown, size_of
from derivation.kernel.matrices.written_sums import entries_summed
from derivation.term import (
    Add,
    Call,
    Constant,
    Derivative,
    Div,
    Indexed,
    Mul,
    Neg,
    Number,
    Pow,
    Sub,
    Sum,
    Symbol,
    Term,
    free_names,
    walk,
)

__all__ = ["MATRIX_FUNCTIONS", "Core"]

ZERO, ONE = Number("0"), Number("1")
_LARGEST_POWER = 12
_ALIASES = {
    "Transpose": "transpose", "Inverse": "inv", "inverse": "inv", "Tr": "tr", "trace": "tr",
    "Trace": "tr", "Det": "det", "Determinant": "det", "HadamardProduct": "hadamard",
    "eye": "Identity", "OneMatrix": "ones", "ZeroMatrix": "zeros",
}  # fmt: skip
MATRIX_FUNCTIONS = frozenset(_ALIASES) | frozenset((
    "transpose", "inv", "tr", "det", "logdet", "norm", "dot", "outer", "hadamard", "Identity",
    "ones", "zeros", "diag", "diagonal", "sum", "softmax", "logsumexp",
))  # fmt: skip


@dataclass(frozen=True)
class Core(Shapes):
    """Translates plain terms over one set of declarations."""

    def mentions_matrices(self, term: Term) -> bool:
        """Whether a matrix or a function of matrices occurs."""
        return any(self.declared(name) is not None for name in free_names(term)) or any(
            isinstance(node, Entrywise)
            or (isinstance(node, Call) and node.name in MATRIX_FUNCTIONS)
            for node in walk(term)
        )

    def core(self, term: Term, *, loose: bool = False) -> Term:
        """The core term. Raises UnsupportedError where shapes do not fit."""
        if not self.mentions_matrices(term):
            return term
        match term:
            case Symbol():
                return term
            case Neg(body=body):
                return Neg(self.core(body, loose=loose))
            case Add(left=left, right=right) | Sub(left=left, right=right):
                return self._sum(term, left, right, loose)
            case Mul(left=left, right=right):
                return self._checked(Mul(self.core(left, loose=loose), self.core(right)))
            case Div(left=left, right=right):
                return self._quotient(self.core(left, loose=loose), self.core(right, loose=loose))
            case Pow(left=left, right=right):
                return self._power(left, right)
            case Call(name=name, arguments=arguments, primes=0):
                return self._function(_ALIASES.get(name, name), arguments)
            case Derivative(body=body, variable=variable, order=order):
                return self._derivatives(self.core(body), variable, order)
            case Sum():
                return self._total(entries_summed(term, self))
            case Indexed(base=base):
                raise UnsupportedError(f"single entries of {base} are not supported")
        raise UnsupportedError(f"{type(term).__name__} with matrices in it is not supported")

    def _checked(self, term: Term) -> Term:
        self.of(term)
        return term

    def _sum(self, term: Term, left: Term, right: Term, loose: bool) -> Term:
        one, other = self.core(left, loose=loose), self.core(right, loose=loose)
        first, second = self.of(one), self.of(other)
        if first == SCALAR != second and (loose or second[1] == 1):
            one = Mul(one, ones(*second))
        elif second == SCALAR != first and (loose or first[1] == 1):
            other = Mul(other, ones(*first))
        return self._checked(term.with_children((one, other)))

    def _quotient(self, left: Term, right: Term) -> Term:
        shape = self.of(right)
        if shape == SCALAR:
            return Div(left, right)
        if shape[1] != 1 or self.of(left) not in (SCALAR, shape):
            raise misfit(f"{shown(self.of(left))} divided by {shown(shape)}")
        return entrywise(Div(place(0), place(1)), (left, right), self)

    # ------------------------------------------------------------------ powers

    def _power(self, base: Term, exponent: Term) -> Term:
        if base == Constant("e"):
            return self._function("exp", (exponent,))
        match base, exponent:
            case Call(name="norm", arguments=(vector,)), Number() if _is_even(exponent.value):
                half = exponent.value / 2
                square = self._square_of_norm(self.core(vector))
                return square if half == 1 else Pow(square, Number(str(half)))
        inner = self.core(base)
        shape = self.of(inner)
        if self.mentions_matrices(exponent):
            exponent = self.core(exponent)
            if self.of(exponent) != SCALAR:
                raise misfit("an exponent that is no scalar")
        if shape == SCALAR:
            return Pow(inner, exponent)
        if shape[0] != shape[1]:
            raise misfit(f"a power of {shown(shape)}; write hadamard(v, v) for entry by entry")
        negative = isinstance(exponent, Neg)
        count = exponent.body if isinstance(exponent, Neg) else exponent
        if not isinstance(count, Number) or count.value not in range(1, _LARGEST_POWER + 1):
            raise UnsupportedError("a power of a matrix has a whole exponent, not 0")
        factor = Call("inv", (inner,)) if negative else inner
        return reduce(Mul, [factor] * int(count.value))

    # ------------------------------------------------------------------ functions

    def _function(self, name: str, written: tuple[Term, ...]) -> Term:
        if name in ("Identity", "ones", "zeros"):
            return self._constant(name, written)
        acts_on_entries = name in KNOWN_FUNCTIONS or name in ("hadamard", "softmax", "logsumexp")
        arguments = tuple(self.core(one, loose=acts_on_entries) for one in written)
        if name in KNOWN_FUNCTIONS and name not in MATRIX_FUNCTIONS:
            if name == "Abs" and self.of(arguments[0]) != SCALAR:
                raise UnsupportedError(
                    "|A| of a matrix may be its determinant, its norm, or entry by entry: "
                    "write det(A), norm(A) or Max(A, -A)"
                )
            places = tuple(place(k) for k in range(len(arguments)))
            return entrywise(Call(name, places), arguments, self)
        if name not in MATRIX_FUNCTIONS:
            raise UnsupportedError(f"the function {name} of matrices is not known")
        two = name in ("dot", "outer", "hadamard")
        if len(arguments) != (2 if two else 1) and not (name == "hadamard" and len(arguments) > 2):
            raise UnsupportedError(f"{name} of {len(arguments)} arguments")
        if two:
            return reduce(_TWO[name](self), arguments)
        return self._of_one(name, arguments[0])

    def _constant(self, name: str, written: tuple[Term, ...]) -> Term:
        if len(written) == 1:
            written = (written[0], written[0] if name == "Identity" else ONE)
        if len(written) != 2 or (name == "Identity" and written[0] != written[1]):
            raise UnsupportedError(f"{name} of {len(written)} arguments")
        rows, columns = (size_of(one, self.declarations) for one in written)
        if (rows, columns) == SCALAR:
            return ZERO if name == "zeros" else ONE
        return filled(name, (rows, columns))

    def _of_one(self, name: str, body: Term) -> Term:
        shape = self.of(body)
        match name:
            case "transpose":
                return body if shape == SCALAR else transpose(body, self)
            case "norm":
                return Call("sqrt", (self._square_of_norm(body),))
            case "logdet":
                return Call("log", (self._of_one("det", body),))
            case "sum":
                return self._total(body)
            case "softmax" | "logsumexp":
                return self._softmax(name, body)
            case "diag" if shape[1] != 1:
                return self._checked(Call("diagonal", (body,)))
            case "inv" if shape == SCALAR:
                return Div(ONE, body)
            case _ if shape == SCALAR:
                return body  # tr, det, diag and diagonal of one number
        return self._checked(Call(name, (body,)))

    def _square_of_norm(self, body: Term) -> Term:
        rows, columns = self.of(body)
        if (rows, columns) == SCALAR:
            return Pow(body, Number("2"))
        product = Mul(transpose(body, self), body)
        return product if columns == 1 else Call("tr", (product,))

    def _total(self, body: Term) -> Term:
        rows, columns = self.of(body)
        left = body if rows == 1 else Mul(transpose(ones(rows, 1), self), body)
        return left if columns == 1 else Mul(left, ones(columns, 1))

    def _softmax(self, name: str, body: Term) -> Term:
        if self.of(body)[1] != 1:
            raise misfit(f"{name} of {shown(self.of(body))}; it is for vectors")
        total = self._total(entrywise(Call("exp", (place(0),)), (body,), self))
        if name == "logsumexp":
            return Call("log", (total,))
        quotient = Div(Call("exp", (place(0),)), place(1))
        return entrywise(quotient, (body, total), self)

    def _derivatives(self, body: Term, variable: Term, order: int) -> Term:
        if not isinstance(variable, Symbol):
            raise UnsupportedError("a derivative is by a name where matrices are in play")
        for _ in range(order):
            body = self._checked(Derivative(body, variable))
        return body


def _is_even(value: Fraction) -> bool:
    return value > 0 and value % 2 == 0


def _dot(core: Core) -> Callable[[Term, Term], Term]:
    def product(left: Term, right: Term) -> Term:
        if core.of(left) != core.of(right) or core.of(left)[1] != 1:
            raise misfit(f"the dot product of {shown(core.of(left))} and {shown(core.of(right))}")
        return Mul(left, right) if core.of(left) == SCALAR else Mul(transpose(left, core), right)

    return product


def _outer(core: Core) -> Callable[[Term, Term], Term]:
    def product(left: Term, right: Term) -> Term:
        if core.of(left)[1] != 1 or core.of(right)[1] != 1:
            raise misfit("an outer product is of two vectors")
        return Mul(left, right if core.of(right) == SCALAR else transpose(right, core))

    return product


def _hadamard(core: Core) -> Callable[[Term, Term], Term]:
    def product(left: Term, right: Term) -> Term:
        if core.of(left) != core.of(right):
            raise misfit(f"hadamard of {shown(core.of(left))} and {shown(core.of(right))}")
        return hadamard(left, right, core)

    return product


_TWO: dict[str, Callable[[Core], Callable[[Term, Term], Term]]] = {
    "dot": _dot, "outer": _outer, "hadamard": _hadamard,
}  # fmt: skip
