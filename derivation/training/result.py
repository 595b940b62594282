"""What training found, and its file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from derivation.training.stopping import Stopped
from derivation.training.whole_files import read_json_file, write_json_file

RESULT_FORMAT = "derive result 1"


@dataclass(frozen=True)
class Result:
    """What training found.

    ``w`` and ``b`` are the parameters: one weight for each feature and one number; for a loss
    with several outputs, one such row and one number for each. ``b`` is None where the predictors
    have no bias. ``history[k]`` is the loss after
    k epochs, so ``history[-1]`` is the loss at ``w``, ``b``; ``epochs`` counts the epochs
    (updates, unless batches were asked for). ``converged`` says that every component of the
    gradient came below the tolerance; ``stopped`` says why training ended, ``engine`` what
    computed it.
    """

    w: tuple[float, ...] | tuple[tuple[float, ...], ...]
    b: float | tuple[float, ...] | None
    history: tuple[float, ...]
    converged: bool
    epochs: int
    learning_rate: float
    stopped: Stopped
    engine: str

    def save(self, path: str | Path) -> None:
        """Write the result as JSON, whole or not at all; every float is kept bit for bit."""
        write_json_file(
            path,
            {
                "format": RESULT_FORMAT,
                "w": self.w,
                "b": self.b,
                "history": self.history,
                "converged": self.converged,
                "epochs": self.epochs,
                "learning_rate": self.learning_rate,
                "stopped": self.stopped.name,
                "engine": self.engine,
            },
        )

    @classmethod
    def load(cls, path: str | Path) -> Result:
        """Read what `save` wrote. Raises ValueError for anything else."""
        found = read_json_file(path, RESULT_FORMAT)
        try:
            several, b = isinstance(found["w"][0], list), found["b"]
            return cls(
                w=tuple(tuple(map(float, row)) for row in found["w"])
                if several
                else tuple(map(float, found["w"])),
                b=None if b is None else tuple(map(float, b)) if several else float(b),
                history=tuple(map(float, found["history"])),
                converged=bool(found["converged"]),
                epochs=int(found["epochs"]),
                learning_rate=float(found["learning_rate"]),
                stopped=Stopped[found["stopped"]],
                engine=str(found["engine"]),
            )
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise ValueError(f"{path} lacks a part of a result, or it is wrong: {error}") from None
