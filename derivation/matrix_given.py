"""Reads what is declared of matrices and vectors, for ``given``.

    X matrix m x n, w vector n, S symmetric n, A matrix n x n invertible, p vector n > 0

A size is a number, a name (a whole number from 1 on), or a name and a number (``m+1``).
"""

from __future__ import annotations

import re
from dataclasses import replace

from derivation.domain import Declaration, Kind, MatrixProperty, Shifted, Size
from derivation.errors import DomainError

__all__ = ["checked_matrix", "read_matrix"]

_SIZE = r"(\d+|[A-Za-z_]\w*(?:[+-]\d{1,6})?)"
_PROPERTIES = {
    "symmetric": MatrixProperty.SYMMETRIC,
    "spd": MatrixProperty.POSITIVE_DEFINITE,
    "positive definite": MatrixProperty.POSITIVE_DEFINITE,
    "orthogonal": MatrixProperty.ORTHOGONAL,
    "invertible": MatrixProperty.INVERTIBLE,
}
_WORD = "|".join(_PROPERTIES)
_MATRIX = re.compile(rf"matrix\s+{_SIZE}(?:\s*[x×]\s*|\s+){_SIZE}(?!\w)\s*")
_VECTOR = re.compile(rf"vector\s*(>0)?\s+{_SIZE}(?!\w)\s*")
_SQUARE = re.compile(rf"({_WORD})(?:\s+(?!{_WORD}){_SIZE}(?!\w))?\s*")


def read_matrix(declaration: Declaration, rest: str) -> tuple[Declaration, str] | None:
    """The declaration with the next words about a matrix put in, and what follows them.

    None when the words are about something else.
    """
    sizes: tuple[Size, ...]
    if match := _MATRIX.match(rest):
        sizes = (_size(match[1]), _size(match[2]))
        return replace(declaration, kind=Kind.MATRIX, sizes=sizes), rest[match.end() :]
    if match := _VECTOR.match(rest):
        sizes = (_size(match[2]), 1)
        tail = "> 0 " * bool(match[1]) + rest[match.end() :]
        return replace(declaration, kind=Kind.MATRIX, sizes=sizes), tail
    if match := _SQUARE.match(rest):
        sizes = (_size(match[2]),) * 2 if match[2] else declaration.sizes
        properties = declaration.properties | {_PROPERTIES[match[1]]}
        return (
            replace(declaration, kind=Kind.MATRIX, sizes=sizes, properties=properties),
            rest[match.end() :],
        )
    return None


def _size(text: str) -> Size:
    if text.isdigit():
        return int(text)
    match = re.fullmatch(r"([A-Za-z_]\w*)([+-]\d+)?", text)
    name, by = (match[1], int(match[2] or 0)) if match else (text, 0)
    return Shifted(name, by) if by else name


def checked_matrix(declaration: Declaration) -> None:
    """Raises DomainError for a matrix that cannot be."""
    name, sizes = declaration.name, declaration.sizes
    if declaration.kind is not Kind.MATRIX:
        return
    if len(sizes) != 2:
        raise DomainError(f"{name} has no shape; write '{name} matrix m x n' or '{name} spd n'")
    if any(isinstance(size, int) and size < 1 for size in sizes):
        raise DomainError(f"a size of {name} is 0; sizes are whole numbers from 1 on")
    if declaration.properties and sizes[0] != sizes[1]:
        words = ", ".join(sorted(one.value for one in declaration.properties))
        raise DomainError(f"{name} is {words}, but not square: '{declaration}'")
    if declaration.values or declaration.nonzero:
        raise DomainError(f"the entries of {name} cannot be restricted like that: '{declaration}'")
    if sizes[1] != 1 and (declaration.interval.low, declaration.interval.high) != (None, None):
        raise DomainError(
            f"bounds on the entries are for vectors, not for the matrix {name}; "
            f"a positive definite matrix is declared '{name} spd n'"
        )
