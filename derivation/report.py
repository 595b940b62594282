"""The report of `derive verify`, as text for people and as annotations for GitHub.

`derivation.report_json` gives the same facts to programs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from derivation.derivation import Lemma, Line
from derivation.kernel import Judgement, Verdict
from derivation.notation import to_latex
from derivation.term import Mark, Term, transform

if TYPE_CHECKING:
    from derivation.check import CheckedErratum, CheckedLemma, CheckedRewrite, Report

__all__ = ["Paint", "describe", "github", "plainly", "statement", "text", "totals", "totals_line"]

Paint = Callable[[str, str], str]  # (text, colour) -> text as it is shown

_COLOURS = {
    Verdict.PROVED: "green",
    Verdict.PROVED_IF: "yellow",
    Verdict.REFUTED: "red",
    Verdict.UNDECIDED: "magenta",
}


def plainly(shown: str, _colour: str) -> str:
    """A Paint without colour, for pipes and files."""
    return shown


def text(report: Report, language: str = "en", paint: Paint = plainly) -> Iterator[str]:
    """The lines of the report: every rewrite, what is assumed, the conclusion, the errata."""
    derivation = report.derivation
    yield paint(f"{derivation.name}: {derivation.title.text(language)}", "bold")
    for lemma in report.lemmas:
        yield ""
        yield from _lemma(lemma, language, paint)
    yield ""
    yield from _assumed(report)
    yield from _conclusion(report, paint)
    if report.errata:
        yield "common mistakes" if derivation.common_mistakes else "errata of the source"
        for erratum in report.errata:
            yield from _erratum(erratum, language, paint)
        yield ""
    yield totals_line((report,), paint)


def describe(judgement: Judgement, paint: Paint = plainly) -> str:
    """One line: verdict, conditions, witness or the reason why there is none."""
    words = [paint(judgement.verdict.value, _COLOURS[judgement.verdict])]
    if judgement.conditions:
        words.append(", ".join(str(condition) for condition in judgement.conditions))
    if judgement.witness is not None:
        words.append(str(judgement.witness))
    if judgement.verdict is Verdict.UNDECIDED and judgement.reason:
        words.append(f"({judgement.reason})")
    return " ".join(words)


def statement(lemma: Lemma) -> str:
    """`start = last line` of a lemma in LaTeX, without the marks of the slides."""
    return f"{_unmarked(lemma.start)} = {_unmarked(lemma.last)}"


def _unmarked(line: Line) -> str:
    return to_latex(transform(line.term, _without_mark))


def _without_mark(node: Term) -> Term:
    return node.body if isinstance(node, Mark) else node


def totals(reports: Sequence[Report]) -> dict[str, int | float]:
    """How many rewrites there are of each verdict, over all reports."""
    rewrites = [rewrite for report in reports for rewrite in report.rewrites]
    verdicts = Counter(rewrite.judgement.verdict for rewrite in rewrites)
    return {
        "derivations": len(reports),
        "rewrites": len(rewrites),
        **{verdict.value: verdicts[verdict] for verdict in Verdict},
        "wrong_reasons": sum(not rewrite.reason_holds for rewrite in rewrites),
        "errata": sum(len(report.errata) for report in reports),
        "seconds": round(sum(report.seconds for report in reports), 3),
    }


def totals_line(reports: Sequence[Report], paint: Paint = plainly) -> str:
    """The totals as a sentence; the zeros are said too."""
    count = totals(reports)
    holds = all(report.holds for report in reports)
    outcome = paint("holds", "green") if holds else paint("does not hold", "red")
    return (
        f"{outcome}: {count['rewrites']} rewrites, {count['PROVED']} proved, "
        f"{count['PROVED_IF']} proved under conditions, {count['REFUTED']} refuted, "
        f"{count['UNDECIDED']} undecided, {count['wrong_reasons']} wrong reasons; "
        f"{count['seconds']:.2f} s"
    )


def github(report: Report) -> Iterator[str]:
    """GitHub workflow commands: an error for each rewrite that does not hold, then a notice."""
    name = report.derivation.name
    for rewrite in report.rewrites:
        if not rewrite.holds:
            path, _, line = rewrite.where.rpartition(":")
            place = {"file": path, "line": line} if path else {}
            found = (f"= {rewrite.after.latex}", describe(rewrite.judgement), *_remarks(rewrite))
            title = f"{name}: {rewrite.lemma}, rewrite {rewrite.index}"
            yield _command("error", "\n".join(found), **place, title=title)
    for erratum in report.errata:
        if not erratum.holds:
            title = f"{name}: erratum {erratum.erratum.where}"
            yield _command("error", erratum.erratum.say.en, title=title)
    yield _command("notice", totals_line((report,)), title=name)


def _lemma(checked: CheckedLemma, language: str, paint: Paint) -> Iterator[str]:
    lemma = checked.lemma
    yield paint(lemma.title.text(language), "bold")
    yield f"       {lemma.start.latex}"
    for rewrite in checked.rewrites:
        yield f"  {rewrite.index:>2}  = {rewrite.after.latex}"
        milliseconds = rewrite.judgement.seconds * 1000
        shown = describe(rewrite.judgement, paint)
        yield f"        {shown}, by {rewrite.rule} ({milliseconds:.1f} ms)"
        for remark in _remarks(rewrite):
            yield f"        {paint(remark, 'red')}"


def _remarks(rewrite: CheckedRewrite) -> Iterator[str]:
    """What is wrong with a rewrite, as far as it is known; nothing for one that holds."""
    if rewrite.diagnosis:
        yield f"diagnosis: {rewrite.diagnosis}"
    if not rewrite.reason_holds:
        yield f"WRONG REASON: {rewrite.reason_note}"
    if not rewrite.holds and rewrite.where:
        yield f"at {rewrite.where}"


def _assumed(report: Report) -> Iterator[str]:
    yield "assumed"
    yield from (f"  {line}" for line in dict.fromkeys(report.assumed or ("nothing",)))
    yield ""


def _conclusion(report: Report, paint: Paint) -> Iterator[str]:
    proved = {checked.lemma.name for checked in report.lemmas if checked.holds}
    yield "conclusion"
    for name in report.derivation.results:
        mark = "" if name in proved else paint(" (not proved)", "red")
        yield f"  {statement(report.derivation.lemma(name))}{mark}"
    yield ""


def _erratum(checked: CheckedErratum, language: str, paint: Paint) -> Iterator[str]:
    erratum = checked.erratum
    yield f"  {erratum.where}: {erratum.say.text(language)}"
    for label, sides, judgement in (
        ("written", erratum.as_written, checked.as_written),
        ("correct", erratum.corrected, checked.corrected),
    ):
        if sides is not None and judgement is not None:
            yield f"    {label}  {sides[0].latex} = {sides[1].latex}"
            yield f"             {describe(judgement, paint)}"
    if checked.diagnosis:
        yield f"    diagnosis: {checked.diagnosis}"


def _command(kind: str, message: str, **properties: str) -> str:
    """A GitHub workflow command; GitHub's own percent codes stand for what would end it."""
    fields = ",".join(
        f"{name}={_escaped(value).replace(':', '%3A').replace(',', '%2C')}"
        for name, value in properties.items()
    )
    return f"::{kind} {fields}::{_escaped(message)}"


def _escaped(shown: str) -> str:
    return shown.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
