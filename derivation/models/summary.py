"""A fitted model as a table that people read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from derivation.models.model import Ending, Model, NoErrors, Score
from derivation.models.modules import is_file
from derivation.models.tails import normal_tails, student_tails

__all__ = ["ENGINES", "METHODS", "advice", "how_it_ended", "summary"]

METHODS = {
    "gd": "gradient descent",
    "momentum": "gradient descent with momentum",
    "nesterov": "Nesterov's accelerated gradient",
    "newton": "Newton's method",
}
ENGINES = {"python": "plain Python", "c": "compiled C"}
_MANY_EPOCHS = 100_000


def summary(model: Model) -> str:
    """Coefficients with their standard errors, how the training went, and what to do next."""
    lines = [
        f"{model.derivation}: {model.samples:,} rows, {_count(len(model.features), 'feature')}, "
        f"target {model.target}{_levels(model)}",
        *(f"note: {note}" for note in model.notes),
        "",
        *_table(model),
        "",
        *_facts(model),
    ]
    words = [text for text in (_why_no_errors(model), _of_own_loss(model), advice(model)) if text]
    if words:
        lines += ["", *words]
    return "\n".join(map(_printable, lines))


def _printable(text: str) -> str:
    """On one line, and nothing that moves the cursor: names come from a file."""
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)


# ----------------------------------------------------------------------- coefficients


def _table(model: Model) -> list[str]:
    """One row a coefficient; for several outputs, one such table for each."""
    rows: list[tuple[str, ...]] = []
    statistic = "z" if model.degrees is None else "t"
    heading = ["coefficient"]
    if model.standard_errors is not None:
        heading += ["standard error", statistic, "p"]
    errors: Sequence[Sequence[float] | None] = model.standard_errors or [None] * model.outputs
    names = tuple(map(_printable, model.features))
    if model.intercepts:
        names = ("(intercept)", *names)
    for k in range(model.outputs):
        if model.outputs > 1:
            rows.append((_printable(model.classes[k]), *[""] * len(heading)))
        values = (*model.intercepts[k : k + 1], *model.coefficients[k])
        width = len(model.features)
        found = errors[k]
        deviations = [None] * len(names) if found is None else [*found[width:], *found[:width]]
        indent = "  " if model.outputs > 1 else ""
        for name, value, deviation in zip(names, values, deviations, strict=True):
            rows.append((indent + name, *_cells(value, deviation, model.degrees)))
    rows = [("", *heading), *rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    first, *others = widths
    return [
        "  ".join(
            [f"{name:{first}}", *(f"{c:>{w}}" for c, w in zip(cells, others, strict=True))]
        ).rstrip()
        for name, *cells in rows
    ]


def _cells(value: float, error: float | None, degrees: int | None) -> tuple[str, ...]:
    shown = f"{value:.6g}"
    if error is None:
        return (shown,)
    if error == 0:
        return shown, "0", "", ""
    ratio = value / error
    tails = normal_tails(ratio) if degrees is None else student_tails(ratio, degrees)
    return shown, f"{error:.6g}", f"{ratio:.2f}", "<0.0001" if tails < 0.0001 else f"{tails:.4f}"


def _levels(model: Model) -> str:
    if model.outputs > 1:
        return f" of {len(model.classes)} classes"
    told = any(note.startswith(f"{model.target}: ") for note in model.notes)
    if len(model.classes) == 2 and not told:
        return f" (1 is {model.classes[1]}, 0 is {model.classes[0]})"
    return ""


# ------------------------------------------------------------------------------ facts


def _facts(model: Model) -> list[str]:
    course = model.course
    scaled = "on standardised columns" if model.intercepts else "on columns of mean square 1"
    where = scaled if course.standardized else "on the columns as they are"
    facts = [
        ("loss", f"{model.loss:.8g}"),
        ("epochs", f"{course.epochs:,} ({how_it_ended(model)})"),
        ("method", f"{METHODS.get(course.method, course.method)}, {where}"),
    ]
    if course.rate is not None:
        batch = f", {course.batch_size:,} rows at a time" if course.batch_size else ""
        facts.append(("learning rate", f"{course.rate:.6g}{batch}"))
    if course.l2:
        facts.append(("l2", f"{course.l2:g} {where}"))
    facts.append(("engine", ENGINES.get(course.engine, course.engine)))
    if model.score is not None and model.score_kind is not None:
        facts.append(_score(model.score_kind, model.score))
    width = max(17, *(len(name) for name, _ in facts))
    return [f"{name:{width}}  {value}" for name, value in facts]


def _score(kind: Score, value: float) -> tuple[str, str]:
    match kind:
        case Score.ACCURACY:
            return "training accuracy", f"{100 * value:.2f} %"
        case Score.R_SQUARED:
            return "training R^2", f"{value:.6g}"
    assert_never(kind)


def how_it_ended(model: Model) -> str:
    """Why the training stopped, in a few words."""
    match model.course.ending:
        case Ending.CONVERGED:
            return "converged"
        case Ending.PRECISION:
            return "converged: no step lowers the loss any more"
        case Ending.EPOCHS:
            return "not converged"
        case Ending.STALLED:
            return "not converged: rounding hides the way down"
        case Ending.PATIENCE:
            return "stopped early: the loss had not improved for a while"
        case Ending.CALLBACK:
            return "stopped by the callback"
        case Ending.SEPARATED:
            return f"stopped: {_separated(model)[0]}"
    assert_never(model.course.ending)


# ----------------------------------------------------------------------------- advice


def advice(model: Model) -> str:
    """What to do about a training that did not come to a minimum; empty if it did."""
    course = model.course
    match course.ending:
        case Ending.EPOCHS if course.batch_size:
            return (
                "Not converged: batches of rows never come to rest at a constant learning rate, "
                "and slowly at one that falls. Use --schedule cosine and more epochs, or all rows "
                "at once (no --batch-size)."
            )
        case Ending.EPOCHS:
            more = min(max(10 * course.epochs, 10), _MANY_EPOCHS)
            other = "" if course.method == "newton" else ", or --method newton"
            scale = "" if course.standardized else ", or leave --no-standardize out"
            return (
                "Not converged: the coefficients would still change. "
                f"Train longer: --epochs {more}{other}{scale}."
            )
        case Ending.STALLED:
            remedy = (
                "Leave one of those columns out, or add a penalty (--l2 0.01)."
                if course.standardized
                else "Leave --no-standardize out: then they are centred first."
            )
            return (
                "Not converged: some columns nearly follow from others, or are large beside their "
                f"differences, so that rounding hides what would lower the loss. {remedy}"
            )
        case Ending.SEPARATED:
            return (
                f"{_separated(model)[1]}, so ever larger coefficients fit ever better and there "
                "is no best one. Add a penalty (--l2 0.01), leave a column out (--features), or "
                "collect more rows; the predictions can be used as they are."
            )
    return ""


def _separated(model: Model) -> tuple[str, str]:
    """Why the loss has no minimum, in a few words and in a sentence."""
    if model.score_kind is not Score.ACCURACY:
        return (
            "the loss has no minimum",
            "No minimum: some combination of the columns sets rows apart whose labels are all at "
            "the end of their range, such as counts of 0",
        )
    if model.score == 1:
        return (
            "the classes are perfectly separated",
            "Perfect separation: some combination of the columns tells the classes apart without "
            "a mistake",
        )
    return (
        "the classes are separated in part",
        "Separation in part: some combination of the columns tells some of the rows apart without "
        "a mistake",
    )


def _why_no_errors(model: Model) -> str:
    match model.missing:
        case None | NoErrors.SEPARATED:
            return ""  # the advice says it: there is no minimum
        case NoErrors.UNCONVERGED:
            return "No standard errors: they belong to a minimum, and this is none yet."
        case NoErrors.PENALTY:
            return "No standard errors: a penalty biases the coefficients on purpose."
        case NoErrors.SINGULAR:
            return (
                "No standard errors: the columns determine some coefficients badly or not at all. "
                "Look for columns that nearly follow from others."
            )
        case NoErrors.FEW_ROWS:
            return "No standard errors: there are no more rows than coefficients."
        case NoErrors.NO_CURVATURE:
            return "No standard errors: no theorem gives the curvature of this loss."
        case NoErrors.WORK:
            return "No standard errors: with so many rows and columns they would take too long."
        case NoErrors.OLD_FILE:
            return "No standard errors: an older version of derive wrote this model."
    assert_never(model.missing)


def _of_own_loss(model: Model) -> str:
    """What standard errors suppose, where it is not known: of a loss that a user's file states."""
    if not is_file(model.derivation) or model.standard_errors is None or model.degrees is not None:
        return ""
    return (
        "The standard errors suppose that the loss of a row is minus the logarithm of its "
        "probability, up to what no coefficient changes."
    )


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
