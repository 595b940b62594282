"""What the kernel found, in words: the conditions of a claim and the witness against it."""

from __future__ import annotations

from collections.abc import Iterable

from derivation.kernel.theorem import Condition, ConditionKind, Judgement, Verdict, Witness
from derivation.render.words import Language, phrase

__all__ = ["all_conditions", "condition_text", "conditions_text", "evidence_text"]


def condition_text(condition: Condition, language: Language) -> str:
    """A condition of the kernel as prose with maths between dollars."""
    from derivation.notation import to_latex

    term = to_latex(condition.term)
    match condition.kind:
        case ConditionKind.NONZERO:
            text = rf"${term} \neq 0$"
        case ConditionKind.POSITIVE:
            text = f"${term} > 0$"
        case ConditionKind.NONNEGATIVE:
            text = rf"${term} \geq 0$"
        case ConditionKind.INTEGER:
            text = phrase("integer", language, term=f"${term}$")
        case ConditionKind.NOT_POLE:
            text = rf"${term} \neq 0, -1, -2, \ldots$"
        case ConditionKind.DECLARED:
            text = phrase("declared", language, term=f"${term}$")
    for binder in condition.binders:
        low, high = to_latex(binder.lower), to_latex(binder.upper)
        text += rf" (${binder.index} = {low}, \ldots, {high}$)"
    return text


def conditions_text(judgement: Judgement, language: Language) -> str:
    """The conditions of a claim proved under conditions; empty for any other."""
    if judgement.verdict is not Verdict.PROVED_IF:
        return ""
    return phrase("if", language, conditions=all_conditions(judgement.conditions, language))


def all_conditions(conditions: Iterable[Condition], language: Language) -> str:
    """All conditions, each once."""
    return ", ".join(dict.fromkeys(condition_text(one, language) for one in conditions))


def evidence_text(judgement: Judgement, language: Language) -> str:
    """The verdict and, for a refuted claim, the point where its sides differ."""
    if judgement.witness is None:
        return judgement.reason
    return _witness(judgement.witness, language)


def _witness(witness: Witness, language: Language) -> str:
    point = ", ".join(f"{name} = {value}" for name, value in witness.values)
    return phrase(
        "witness", language, point=point, left=_short(witness.left), right=_short(witness.right)
    )


def _short(decimal: str) -> str:
    """Six digits are enough to see a difference; anything that is not a number stays."""
    try:
        value = float(decimal)
    except ValueError:
        return decimal
    return f"{value:.6g}" if len(decimal) > 8 else decimal
