"""Text <-> Term: LaTeX and Python syntax, both ways.

``read(to_latex(t)) == t`` for every term whose redundant parentheses are Paren nodes, and
``plain(read(to_python(t))) == plain(t)``; names before a parenthesis must be declared to
``read`` (``functions``, ``symbols``) as the term uses them.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TypeVar

from derivation.domain import Domain
from derivation.errors import UnreadableError
from derivation.notation.hypotheses import given_text, read_hypotheses
from derivation.notation.latex_equation import read_latex_equation, read_latex_relation
from derivation.notation.latex_printer import to_latex
from derivation.notation.latex_reader import read_latex
from derivation.notation.python_printer import to_message, to_python
from derivation.notation.python_reader import (
    read_python,
    read_python_equation,
    read_python_relation,
)
from derivation.term import Relation, Term, plain

__all__ = [
    "MAX_DEPTH", "given_text", "read", "read_equation", "read_given", "read_relation", "to_latex",
    "to_message", "to_python",
]  # fmt: skip

# Everything above this room walks terms recursively; deeper trees would exhaust the stack.
MAX_DEPTH = 200
_SHORT = MAX_DEPTH // 2  # text: no character nests more than twice

_Read = TypeVar("_Read")


def read(
    text: str,
    *,
    functions: frozenset[str] = frozenset(),
    symbols: frozenset[str] = frozenset(),
    syntax: str = "auto",
) -> Term:
    """The term that ``text`` writes: nothing is evaluated or reordered, every node has a span.

    ``syntax`` is ``latex``, ``python`` or ``auto`` (LaTeX where there is a backslash, ``^{`` or
    ``_{``). In LaTeX, ``h(x)`` is a call when ``h`` is among ``functions``, and a product when
    it is among ``symbols``; with neither given, f, g, h and every name before one single name
    in parentheses are calls.

    Raises UnreadableError for text that is not in the notation or not unambiguous.
    """
    with_names = (functions, symbols)
    return _read(text, syntax, lambda: read_latex(text, *with_names),
                 lambda: read_python(text, *with_names), lambda term: (term,))  # fmt: skip


def read_equation(
    text: str,
    *,
    functions: frozenset[str] = frozenset(),
    symbols: frozenset[str] = frozenset(),
    syntax: str = "auto",
) -> tuple[Term, ...]:
    """The sides of ``a = b = c``, also from an ``aligned`` environment with several rows.

    A leading ``=`` is allowed, as in a row that goes on with an equation of the row above: the
    first side is then the one after it. One side alone gives a tuple of one.

    Raises UnreadableError as ``read`` does, and for rows that hold different equations.
    """
    with_names = (functions, symbols)
    return _read(text, syntax, lambda: read_latex_equation(text, *with_names),
                 lambda: read_python_equation(text, *with_names), lambda terms: terms)  # fmt: skip


def read_relation(
    text: str,
    *,
    functions: frozenset[str] = frozenset(),
    symbols: frozenset[str] = frozenset(),
    syntax: str = "auto",
) -> tuple[Relation, ...]:
    """The links of ``a < b <= c`` as plain relations: ``a < b`` and ``b <= c``.

    Raises UnreadableError as ``read`` does, and where there is no relation at all.
    """
    with_names = (functions, symbols)
    sides, signs = _read(
        text,
        syntax,
        lambda: read_latex_relation(text, *with_names),
        lambda: read_python_relation(text, *with_names),
        lambda sides_and_signs: sides_and_signs[0],
    )
    if not signs:
        raise UnreadableError(
            "this is no relation", text, len(text), "Write for example a + b = 1."
        )
    return tuple(
        Relation(plain(left), sign, plain(right))
        for (left, right), sign in zip(pairwise(sides), signs, strict=True)
    )


def read_given(text: str, declared: Domain = Domain()) -> Domain:  # noqa: B008 (immutable)
    r"""``declared`` with what ``text`` adds: ``x, y real, x > 0, a + b = 1, \sin x > 0``.

    A declaration narrows what is declared already. A relation between terms, in either syntax,
    becomes a hypothesis of the domain; a bound on one declared number is a declaration.

    Raises DomainError, naming the piece, for what is neither, for a name in a relation that is
    not declared, and for a declaration that leaves no value.
    """
    return read_hypotheses(
        text,
        declared,
        lambda piece, functions, symbols: read_relation(
            piece, functions=functions, symbols=symbols
        ),
    )


def _read(
    text: str,
    syntax: str,
    latex: Callable[[], _Read],
    python: Callable[[], _Read],
    terms_of: Callable[[_Read], tuple[Term, ...]],
) -> _Read:
    if syntax not in ("auto", "latex", "python"):
        raise ValueError(f"syntax is 'auto', 'latex' or 'python', not {syntax!r}")
    if syntax == "auto":
        syntax = "latex" if any(sign in text for sign in ("\\", "^{", "_{")) else "python"
    try:
        result = latex() if syntax == "latex" else python()
    except RecursionError:
        raise UnreadableError("nested too deeply", text, 0, "Name a part of it.") from None
    if len(text) > _SHORT:
        for term in terms_of(result):
            _check_depth(term, text)
    return result


def _check_depth(whole: Term, text: str) -> None:
    stack = [(whole, 1)]
    while stack:
        term, depth = stack.pop()
        if depth > MAX_DEPTH:
            position = whole.span.start if whole.span else 0
            raise UnreadableError(
                f"more than {MAX_DEPTH} terms or levels in one formula",
                text,
                position,
                "Give a name to a part of it, or write a long sum with a sum sign.",
            )
        if children := term.children:
            stack.extend([(child, depth + 1) for child in children])
