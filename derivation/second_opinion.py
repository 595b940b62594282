"""SymPy's opinion on a rewrite, for `derive verify --cross-check`: reported, never a verdict."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from derivation.derivation import facts
from derivation.errors import StructureError, UnsupportedError
from derivation.kernel.names.context import Context
from derivation.term import plain

if TYPE_CHECKING:
    import sympy

    from derivation.derivation import Lemma, Line
    from derivation.findings import CheckedRewrite, Report

__all__ = ["opinion", "opinions", "unfolded"]


def opinions(report: Report) -> Iterator[str]:
    """A line for each rewrite of a report, as SymPy gets to it."""
    yield "second opinion (SymPy; decides nothing)"
    for lemma in report.lemmas:
        for rewrite in lemma.rewrites:
            yield f"  {rewrite.lemma}, {rewrite.index}: {opinion(rewrite, lemma.lemma)}"


def opinion(rewrite: CheckedRewrite, lemma: Lemma) -> str:
    """`agrees` where simplify(before - after) is 0, else why it does not say so.

    SymPy simplifies too little for some true steps, and forgets side conditions such as
    `p != 0`, so neither answer decides anything.
    """
    import sympy

    try:
        difference = unfolded(rewrite.before, lemma) - unfolded(rewrite.after, lemma)
        return "agrees" if sympy.simplify(difference.doit()) == 0 else "cannot tell"
    except (StructureError, UnsupportedError) as error:
        return f"cannot read it: {error}"
    except (ArithmeticError, AttributeError, NotImplementedError, TypeError, ValueError) as error:
        return f"gives up: {type(error).__name__}"


def unfolded(line: Line, lemma: Lemma) -> sympy.Expr:
    """A line with the definitions of its lemma put in, as a SymPy expression."""
    from derivation.notation.sympy_bridge import to_sympy

    term = Context(lemma.domain, facts(lemma.definitions)).unfold(plain(line.term))
    return to_sympy(term, lemma.domain)
