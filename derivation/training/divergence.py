"""Trainings that went uphill: what is raised, and what would do better."""

from __future__ import annotations

import warnings

from derivation.training.objective import Objective
from derivation.training.rates import safe_learning_rate
from derivation.training.schedules import schedule_name
from derivation.training.settings import Settings


def check_divergence(objective: Objective, settings: Settings, history: list[float]) -> None:
    """Raise ValueError if the loss rose, above that of zero weights too.

    It cannot with a rate that is proved, or searched, for all rows at once.
    """
    if is_safe(settings) or history[-1] <= history[0] + abs(history[0]) * 1e-9:
        return
    if history[-1] <= objective.at([0.0] * objective.parameters).loss:
        return  # from a good start batches may end a little above it
    course = f"the loss went from {history[0]:.6g} to {history[-1]:.6g} with"
    if settings.learning_rate is None and settings.schedule is None:
        warnings.warn(  # batches of labels that are all noise; the step is safe for each of them
            f"{course} {divergence_remedy(objective, settings)}", RuntimeWarning, stacklevel=6
        )
        return
    raise ValueError(f"training diverged: {course} {divergence_remedy(objective, settings)}")


def is_safe(settings: Settings) -> bool:
    """Whether no step can raise the loss."""
    given = (settings.learning_rate, settings.schedule, settings.batch_size)
    return all(setting is None for setting in given)


def divergence_remedy(objective: Objective, settings: Settings) -> str:
    """What the training ran with, and what would do better."""
    rate = settings.learning_rate
    if rate is None and settings.schedule is not None:
        return (
            f"the schedule {schedule_name(settings.schedule)}: a factor of at most 1 on the safe "
            "rate is safe too"
        )
    if rate is None:
        return (
            f"batch_size={settings.batch_size}; give a lower learning_rate, a schedule, or larger "
            "batches"
        )
    if objective.formulas.curvature_bound is None:
        advice = "leave learning_rate out: it is then searched, and the loss cannot rise"
    elif settings.batch_size is not None:
        advice = "lower it, or leave it out"
    else:
        advice = f"{safe_learning_rate(objective):.6g} cannot diverge"
    return f"learning_rate={rate:.6g}; {advice}"
