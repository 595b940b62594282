"""What the training of a model found, and its file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from derivation.training.stopping import Stopped
from derivation.training.whole_files import read_json_file, write_json_file

MODEL_RESULT_FORMAT = "derive model result 1"


@dataclass(frozen=True)
class ModelResult:
    """What training found: ``parameters`` by name, numbers or nested lists of them.

    ``history[k]`` is the loss after k epochs, ``loss`` that at the parameters. ``converged`` says
    that no slope exceeds the tolerance; ``stopped`` says why training ended.
    """

    parameters: dict[str, Any]
    history: tuple[float, ...]
    converged: bool
    epochs: int
    learning_rate: float
    stopped: Stopped
    engine: str

    @property
    def loss(self) -> float:
        """The loss in the end."""
        return self.history[-1]

    def save(self, path: str | Path) -> None:
        """Write the result as JSON, whole or not at all; every float is kept bit for bit."""
        content = {**vars(self), "stopped": self.stopped.name, "format": MODEL_RESULT_FORMAT}
        write_json_file(path, content)

    @classmethod
    def load(cls, path: str | Path) -> ModelResult:
        """Read what `save` wrote. Raises ValueError for anything else."""
        found = read_json_file(path, MODEL_RESULT_FORMAT)
        try:
            return cls(
                parameters={name: _as_floats(value) for name, value in found["parameters"].items()},
                history=tuple(map(float, found["history"])),
                converged=bool(found["converged"]),
                epochs=int(found["epochs"]),
                learning_rate=float(found["learning_rate"]),
                stopped=Stopped[found["stopped"]],
                engine=str(found["engine"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ValueError(f"{path} lacks a part of a result, or it is wrong: {error}") from None


def _as_floats(value: Any) -> Any:  # noqa: ANN401  # numbers in nested lists
    return [_as_floats(one) for one in value] if isinstance(value, list) else float(value)
