"""What is given: declarations, and relations between terms that hold at the points of a claim.

    x, y real, 0 < p < 1, t[1..n] >= 0, Sum(t[i], (i, 1, n)) = 1, x + y != 0, \\sin x > 0

A bound on one declared number, ``x > 0``, narrows its declaration; every other relation is a
hypothesis of the domain.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

from derivation.domain import Declaration, Domain, Kind
from derivation.errors import DomainError, UnreadableError
from derivation.given import Statement, checked, merge, statements
from derivation.given_values import bounded
from derivation.notation.names import GREEK_FUNCTIONS, KNOWN_FUNCTIONS, normal_name
from derivation.notation.python_names import ALIASES
from derivation.notation.python_printer import to_python
from derivation.term import (
    Call,
    Div,
    Neg,
    Number,
    Relation,
    RelationSign,
    Symbol,
    Term,
    free_names,
    walk,
)  # fmt: skip

__all__ = ["ReadRelation", "given_text", "read_hypotheses"]

# text, functions, symbols -> the links of a chain of relations
ReadRelation = Callable[[str, frozenset[str], frozenset[str]], tuple[Relation, ...]]

# functions that may be applied without a declaration
_KNOWN = (
    KNOWN_FUNCTIONS
    | frozenset(GREEK_FUNCTIONS.values())
    | {"det", "dot", "inv", "inverse", "logdet", "norm", "tr", "trace", "transpose"}
)
_SIGN = re.compile(r"[<>=]|\\(?:leq?|geq?|neq?|lt|gt)(?![A-Za-z])")
_WORDS = re.compile(r"(?<![\w\\])(?:real|integer|function|in)(?!\w)")
_MEMBER_OR_VALUE = re.compile(r"([^\W\d]\w*)(\[[^\]]*\]|\([^)]*\))")
# of a function that is being declared: f(x, y)
_ARGUMENTS = re.compile(r"\(\s*[^\W\d]\w*\s*(?:,\s*[^\W\d]\w*\s*)*\)")
_STRUCTURES = frozenset(("Derivative", "Integral", "Piecewise", "Prime", "Product", "Sum"))
_FLIPPED = {
    RelationSign.LT: RelationSign.GT, RelationSign.LE: RelationSign.GE,
    RelationSign.GT: RelationSign.LT, RelationSign.GE: RelationSign.LE,
}  # fmt: skip


def read_hypotheses(text: str, declared: Domain, read_relation: ReadRelation) -> Domain:
    """``declared`` with what ``text`` adds: declarations narrow, relations become hypotheses.

    Raises DomainError, naming the piece, for what is neither, for a name that is not declared,
    and for a declaration that leaves no value.
    """
    declarations = declared.declarations
    relations: list[Statement] = []
    for statement in statements(text):
        new = _declarations(statement, Domain(declarations))
        if new is None:
            relations.append(statement)
        else:
            declarations = merge(declarations, new, statement.shown)
    hypotheses = list(declared.hypotheses)
    for statement in relations:
        for link in _links(statement, Domain(declarations), read_relation):
            narrowed = _narrowed(link, Domain(declarations), statement.shown)
            if narrowed is None:
                hypotheses.append(link)
            else:
                declarations = merge(declarations, (narrowed,), statement.shown)
    return Domain(checked(declarations), tuple(dict.fromkeys(hypotheses)))


def given_text(domain: Domain) -> str:
    """The domain as text that ``read_given`` turns into the same domain again."""
    pieces = [str(domain)] if domain.declarations else []
    return ", ".join([*pieces, *(to_python(hypothesis) for hypothesis in domain.hypotheses)])


def _declarations(statement: Statement, domain: Domain) -> tuple[Declaration, ...] | None:
    """What a statement declares; None if it is a relation between terms."""
    text = statement.text
    related = _SIGN.search(text) is not None
    if related and not statement.names and _is_about_one_value(text, domain):
        return None
    try:
        return statement.declarations()
    except DomainError:
        if not related or statement.names:
            raise
        return None


def _is_about_one_value(text: str, domain: Domain) -> bool:
    """Whether it speaks of ``x[i]`` or ``f(x)`` where x or f is declared, or known, already.

    ``x[1..m] > 0`` and ``f(x; w) > 0`` are declarations all the same.
    """
    found = _MEMBER_OR_VALUE.search(text)
    if found is None or ".." in found[2] or ";" in found[2] or _WORDS.search(text):
        return False
    name = normal_name(found[1])
    declared = domain.get(name)
    if declared is None:
        if found[2][0] == "[":
            return False
        known = ALIASES.get(name, name) in _KNOWN | _STRUCTURES
        return known or not _ARGUMENTS.fullmatch(found[2])
    return declared.is_family if found[2][0] == "[" else declared.kind is Kind.FUNCTION


def _links(
    statement: Statement, domain: Domain, read_relation: ReadRelation
) -> tuple[Relation, ...]:
    symbols = frozenset(declaration.name for declaration in domain) - domain.functions
    try:
        links = read_relation(statement.text, domain.functions, symbols)
    except UnreadableError as error:
        raise DomainError(
            f"cannot read '{statement.shown}', as a declaration or as a relation: {error}"
        ) from None
    for link in links:
        _check_names(link, domain, statement.shown)
    return links


def _check_names(link: Relation, domain: Domain, shown: str) -> None:
    called = {node.name for node in walk(link) if isinstance(node, Call)}
    unknown = free_names(link) | (called - _KNOWN)
    missing = sorted(name for name in unknown if name not in domain)
    if missing:
        kind = f"{missing[0]}(x) function" if missing[0] in called else f"{missing[0]} real"
        raise DomainError(
            f"not declared: {', '.join(missing)} (in '{shown}'); write for example '{kind}'"
        )


def _narrowed(link: Relation, domain: Domain, shown: str) -> Declaration | None:
    """The declaration that says the same as ``x > 1/2`` or ``0 != x``; None for other relations."""
    left, sign, right = link.left, link.sign, link.right
    if isinstance(right, Symbol):
        left, sign, right = right, _FLIPPED.get(sign, sign), left
    declared = domain.get(left.name) if isinstance(left, Symbol) else None
    bound = _rational(right)
    if declared is None or bound is None or sign is RelationSign.EQ:
        return None
    if declared.is_family or declared.kind not in (Kind.REAL, Kind.INTEGER, Kind.INDEX):
        return None
    if sign is RelationSign.NE and bound != 0:
        return None
    return bounded(declared, sign.value, bound, shown)


def _rational(term: Term) -> Fraction | None:
    """The value of a number as it is usually written: ``2``, ``-0.5``, ``3/4``, ``-3/4``."""
    match term:
        case Number(value=value):
            return value
        case Neg(body=Number() | Div() as body):
            positive = _rational(body)
            return None if positive is None else -positive
        case Div(left=Number() as above, right=Number() as below) if below.value:
            return above.value / below.value
    return None
