"""The report of `derive verify --format json`: facts for programs, in a fixed shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from derivation.derivation import Derivation, Lemma, Line, Rows
from derivation.errors import UnsupportedError
from derivation.kernel import Judgement, Witness
from derivation.report import statement, totals

if TYPE_CHECKING:
    from derivation.check import CheckedErratum, CheckedRewrite, Report

__all__ = ["as_json", "witness_values"]

Json = dict[str, object]


def as_json(reports: Sequence[Report], language: str = "en") -> Json:
    """All reports as one JSON object.

    Imports SymPy: lines are given as SymPy expressions too (null where SymPy has no such
    construct).
    """
    return {
        "derivations": [_derivation(report, language) for report in reports],
        "totals": totals(reports),
    }


def witness_values(witness: Witness | None) -> dict[str, str] | None:
    """`{name: value}` of the point where two sides differ."""
    return None if witness is None else dict(witness.values)


def _derivation(report: Report, language: str) -> Json:
    derivation = report.derivation
    main = derivation.lemma(derivation.results[0])
    return {
        "name": derivation.name,
        "title": derivation.title.text(language),
        "holds": report.holds,
        "conclusion": _statement(main),
        "assumed": list(report.assumed),
        "conditions": [str(condition) for condition in report.conditions],
        "rewrites": [_rewrite(rewrite, derivation) for rewrite in report.rewrites],
        "errata": [_erratum(erratum, language) for erratum in report.errata],
    }


def _statement(lemma: Lemma) -> Json:
    left, right = _sympy(lemma.start), _sympy(lemma.last)
    return {
        "latex": statement(lemma),
        "sympy": None if left is None or right is None else f"Eq({left}, {right})",
    }


def _rewrite(rewrite: CheckedRewrite, derivation: Derivation) -> Json:
    return {
        "index": rewrite.index,
        "lemma": rewrite.lemma,
        "line_latex": rewrite.after.latex,
        "before_sympy": _sympy(rewrite.before),
        "after_sympy": _sympy(rewrite.after),
        "rule": rewrite.rule,
        "reason": "ok" if rewrite.reason_holds else "wrong",
        "reason_note": rewrite.reason_note,
        **_judgement(rewrite.judgement),
        "diagnosis": rewrite.diagnosis or None,
        "where": rewrite.where or None,
        "slide": _slide(derivation, rewrite),
    }


def _judgement(judgement: Judgement) -> Json:
    return {
        "verdict": judgement.verdict.value,
        "method": judgement.method,
        "conditions": [str(condition) for condition in judgement.conditions],
        "witness": witness_values(judgement.witness),
        "why_undecided": judgement.reason or None,
        "ms": round(judgement.seconds * 1000, 3),
    }


def _erratum(checked: CheckedErratum, language: str) -> Json:
    erratum, judgement = checked.erratum, checked.as_written
    return {
        "source": erratum.where,
        "kind": erratum.kind,
        "say": erratum.say.text(language),
        "as_written": _equation(erratum.as_written),
        "corrected": _equation(erratum.corrected),
        "verdict": None if judgement is None else judgement.verdict.value,
        "corrected_verdict": None if checked.corrected is None else checked.corrected.verdict.value,
        "witness": None if judgement is None else witness_values(judgement.witness),
        "diagnosis": checked.diagnosis or None,
    }


def _equation(sides: tuple[Line, Line] | None) -> str | None:
    return None if sides is None else f"{sides[0].latex} = {sides[1].latex}"


def _sympy(line: Line) -> str | None:
    try:
        return str(line.sympy)
    except UnsupportedError:
        return None


def _slide(derivation: Derivation, rewrite: CheckedRewrite) -> int | None:
    """Number of the first slide that shows the line, counted from 1."""
    for number, slide in enumerate(derivation.slides, start=1):
        for step in slide.steps:
            for show in step.shows:
                if (
                    isinstance(show, Rows)
                    and show.lemma == rewrite.lemma
                    and show.first <= rewrite.index <= show.last
                ):
                    return number
    return None
