"""Checkpoints: training that goes on from one gives the same bits as one that was not stopped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from derivation.training.methods import State
from derivation.training.objective import Objective
from derivation.training.order import RandomState
from derivation.training.problems import CheckpointError
from derivation.training.schedules import schedule_name
from derivation.training.settings import Settings
from derivation.training.whole_files import Json, read_json_file, require_place, write_json_file

CHECKPOINT_FORMAT = "derive checkpoint 1"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that the rest of a training depends on, apart from data and settings.

    ``history`` has the losses of the epochs that are done, before that at ``point``, which is one
    for the columns that are trained on; ``memory`` is what the method remembers; ``random`` is the
    state of the random numbers.
    """

    point: list[float]
    history: list[float]
    rate: float
    memory: State
    random: RandomState


def training_identity(
    objective: Objective, settings: Settings, centres: Sequence[float] = ()
) -> Json:
    """What must be the same for a checkpoint to be gone on from.

    The number of epochs, tolerance, callbacks and the like may change. The data are known by
    their shape and by the loss and the slopes at zero, to the last bit. ``centres``: what was taken
    off the columns; the points of the snapshot belong to what is left of them.
    """
    import hashlib

    engine, schedule = objective.engine, settings.schedule
    here = objective.at([0.0] * objective.parameters)
    values = " ".join(value.hex() for value in [here.loss, *here.slopes])
    return {
        "loss": objective.formulas.name,
        "theorems": objective.formulas.theorems,
        "engine": engine.kind,
        "samples": engine.samples,
        "features": engine.features,
        "outputs": engine.outputs,
        "data": hashlib.sha256(values.encode()).hexdigest(),
        "method": settings.method.value,
        "learning_rate": settings.learning_rate,
        "batch_size": settings.batch_size,
        "seed": settings.seed,
        "momentum": settings.momentum,
        "l2": settings.l2,
        "schedule": None if schedule is None else schedule_name(schedule),
        "start": None if settings.start is None else list(settings.start),
        "centres": list(centres) or None,
    }


def write_checkpoint(path: str | Path, identity: Json, snapshot: Snapshot) -> None:
    """Write a checkpoint, whole or not at all. Raises CheckpointError if it fails."""
    version, words, gauss = snapshot.random
    content = {
        "format": CHECKPOINT_FORMAT,
        "identity": identity,
        "point": snapshot.point,
        "history": snapshot.history,
        "rate": snapshot.rate,
        "memory": snapshot.memory,
        "random": [version, list(words), gauss],
    }
    try:
        write_json_file(path, content)
    except OSError as error:
        raise _cannot_write_checkpoint(path, error) from error


def require_checkpoint_place(path: str | Path) -> None:
    """Raise CheckpointError now for a checkpoint that could not be written later."""
    try:
        require_place(path)
    except OSError as error:
        raise _cannot_write_checkpoint(path, error) from error


def _cannot_write_checkpoint(path: str | Path, error: OSError) -> CheckpointError:
    return CheckpointError(
        f"cannot write the checkpoint {path}: {error.strerror or error}. Name another place"
    )


def read_checkpoint(path: str | Path, identity: Json, parameters: int) -> Snapshot | None:
    """The snapshot in a file, of a point with so many numbers; None if there is no such file.

    Raises CheckpointError for a file that is no checkpoint, or is one of another training.
    """
    if not Path(path).exists():
        return None
    try:
        found = read_json_file(path, CHECKPOINT_FORMAT)
        _check_identity(path, found["identity"], identity)
        version, words, gauss = found["random"]
        history = _floats(found["history"])
        if not history:
            raise ValueError("its history is empty")
        return Snapshot(
            point=_floats(found["point"], parameters),
            history=history,
            rate=_floats([found["rate"]])[0],
            memory={name: _floats(values) for name, values in found["memory"].items()},
            random=(int(version), tuple(map(int, words)), gauss),
        )
    except CheckpointError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise unusable_checkpoint(path, error) from None


def unusable_checkpoint(path: str | Path, error: Exception) -> CheckpointError:
    """The error for a checkpoint that is no such file, or has a part that is missing or wrong."""
    what = f"it has no {error}" if isinstance(error, KeyError) else str(error)
    return CheckpointError(f"cannot go on from {path}: {what}. Name another file")


def _check_identity(path: str | Path, found: Json, wanted: Json) -> None:
    import json

    ours = json.loads(json.dumps(wanted))
    for name, value in ours.items():
        if found.get(name) == value:
            continue
        what = (
            "its data had another loss or other slopes at zero than these"
            if name == "data"
            else f"its {name} was {found.get(name)!r}, now it is {value!r}"
        )
        raise CheckpointError(
            f"{path} is the checkpoint of another training: {what}. Go on with the same data and "
            "settings, or delete the file, or name another"
        )


def _floats(values: Sequence[float], count: int | None = None) -> list[float]:
    found = [float(value) for value in values]
    if not all(map(isfinite, found)):
        raise ValueError("one of its numbers is not finite")
    if count is not None and len(found) != count:
        raise ValueError(f"its point has {len(found)} numbers, not {count}")
    return found
