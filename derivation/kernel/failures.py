"""What may stop an attempt at a proof. None of these is ever a verdict."""

from __future__ import annotations

from derivation.errors import StructureError, UnsupportedError
from derivation.kernel.normal_form.quotient import NeverDefined, TooLarge
from derivation.kernel.normal_form.tower import OutOfTime

__all__ = ["FAILURES", "because"]

FAILURES = (
    UnsupportedError, StructureError, TooLarge, NeverDefined, OutOfTime, RecursionError,
)  # fmt: skip


def because(error: BaseException) -> str:
    """Why nothing can be said, in words."""
    match error:
        case OutOfTime():
            return "the time budget ran out"
        case RecursionError():
            return "the term nests too deeply"
        case NeverDefined():
            return f"a side is never defined: {error}"
        case TooLarge():
            return f"too large: {error}"
    return str(error)
