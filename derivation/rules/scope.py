"""Whether a lemma may be used at a place: its variables must keep to their declarations there."""

from __future__ import annotations

from derivation.domain import REAL_LINE, Declaration
from derivation.errors import StructureError, UnsupportedError
from derivation.kernel import Definition
from derivation.kernel.bounds.interval_arithmetic import is_nonzero
from derivation.kernel.bounds.intervals import Bounds
from derivation.kernel.names.context import Context as Unfolding
from derivation.rules.matching import agree
from derivation.rules.rule import Context, KnownLemma
from derivation.term import Call, Indexed, Relation, Symbol, Term, plain, substitute, walk

__all__ = ["within_domain"]


def within_domain(known: KnownLemma, values: dict[str, Term], context: Context) -> bool:
    """Whether the lemma's hypotheses hold for these values of its variables.

    Only declarations that restrict something are asked: ``z >= 0`` of the lemma holds for a
    value whose bounds in the using domain say so. Relations between terms must be given in the
    using domain, too. What is not known to hold does not.
    """
    if not all(_is_given(one, values, context) for one in known.domain.hypotheses):
        return False
    for declaration in known.domain:
        if declaration.interval == REAL_LINE and not declaration.nonzero and not declaration.values:
            continue
        for use in _uses(declaration.name, known, values):
            if not _keeps_to(declaration, use, context):
                return False
    return True


def _is_given(hypothesis: Relation, values: dict[str, Term], context: Context) -> bool:
    sides = (hypothesis.left, hypothesis.right)
    left, right = (substitute(plain(side), values) for side in sides)
    same_sign = (one for one in context.domain.hypotheses if one.sign is hypothesis.sign)
    return any(agree(plain(one.left), left) and agree(plain(one.right), right) for one in same_sign)


def _uses(name: str, known: KnownLemma, values: dict[str, Term]) -> set[Term]:
    """What stands for a declared name in this instance of the lemma."""
    found: set[Term] = set()
    for node in (*walk(known.lhs), *walk(known.rhs)):
        match node:
            case Symbol(name=own) if own == name:
                found.add(values.get(name, node))
            case Call(name=own, primes=0) | Indexed(base=own) if own == name:
                found.add(substitute(node, values))
    return found


def _keeps_to(declaration: Declaration, use: Term, context: Context) -> bool:
    own = context.domain.get(declaration.name)
    name = use.name if isinstance(use, Symbol | Call) else getattr(use, "base", "")
    if own == declaration and name == declaration.name:
        return True
    definitions = tuple(Definition(known.head, known.body) for known in context.definitions)
    try:
        unfolded = Unfolding(context.domain, definitions)
        term = unfolded.expose(unfolded.unfold(use))
    except (StructureError, UnsupportedError):
        return False
    values = Bounds({one.name: one for one in context.domain}, {}).of(term)
    inside = declaration.interval.intersect(values) == values
    return inside and not declaration.values and (not declaration.nonzero or is_nonzero(values))
