"""How claims are judged, as `derive check` is told."""

from __future__ import annotations

from dataclasses import dataclass

from derivation import claims
from derivation.batch.worker import Limits
from derivation.errors import DerivationError

__all__ = ["Options"]

_MOST_GRACE = 2.0  # seconds that the kernel may run over its budget before its process is ended


@dataclass(frozen=True, slots=True)
class Options:
    """Claims at a time, seconds and MiB for each, and whether mistakes are looked for.

    Raises DerivationError for a time that is none.
    """

    jobs: int = 1
    timeout: float = claims.BUDGET
    memory: int = 2048
    diagnosis: bool = True

    def __post_init__(self) -> None:
        if not self.timeout > 0:  # nan is not, and is not below either
            raise DerivationError(f"--timeout is a number of seconds above 0, not {self.timeout}")

    def limits(self, patience: float) -> Limits:
        """Of a worker whose search for a mistake takes up to ``patience`` seconds."""
        grace = min(_MOST_GRACE, 0.5 + self.timeout / 4)
        return Limits(self.timeout + grace, patience + grace, self.memory * 2**20)
