"""Everything that `derive` raises on purpose.

    DerivationError           base class: catch this to catch them all
    ├── UnreadableError       text that is not in the notation (line, column, caret, hint)
    ├── DomainError           a declaration that makes no sense, or a symbol without one
    ├── UnsupportedError      a construct that can be read, but not handled by this step
    ├── StructureError        a derivation whose parts do not fit together
    ├── RewriteRejected       `verify` found a rewrite that does not hold
    ├── ForgeryError          somebody other than the kernel tried to make a theorem
    ├── MissingToolError      an optional tool is not installed (says how to install it)
    └── DataError             training data with a wrong shape, type or value

Each message says where, what was found and what to do next; none of them is ever a verdict.
"""

from __future__ import annotations

__all__ = [
    "DataError",
    "DerivationError",
    "DomainError",
    "ForgeryError",
    "MissingToolError",
    "RewriteRejected",
    "StructureError",
    "UnreadableError",
    "UnsupportedError",
]


class DerivationError(Exception):
    """Base class of every error that this package raises on purpose."""


class UnreadableError(DerivationError):
    """Text that is not in the notation.

    ``str(error)`` is the whole message: position, the line of text, a caret below the
    offending place and, where one is known, a suggestion.
    """

    def __init__(self, message: str, text: str, position: int, suggestion: str = "") -> None:
        self.message = message
        self.text = text
        self.position = max(0, min(position, len(text)))
        self.suggestion = suggestion
        before = text[: self.position]
        self.line = before.count("\n") + 1
        self.column = self.position - (before.rfind("\n") + 1) + 1
        super().__init__(self._whole_message())

    def _whole_message(self) -> str:
        line_start = self.text.rfind("\n", 0, self.position) + 1
        line_end = self.text.find("\n", self.position)
        shown = self.text[line_start : line_end if line_end >= 0 else len(self.text)]
        offset = self.position - line_start
        start = max(0, offset - 50)
        window = shown[start : start + 100].expandtabs(1)
        parts = [
            f"line {self.line}, column {self.column}: {self.message}",
            f"  {window}",
            f"  {' ' * (offset - start)}^",
        ]
        if self.suggestion:
            parts.append(self.suggestion)
        return "\n".join(parts)


class DomainError(DerivationError):
    """A declaration that makes no sense, or a symbol that has none."""


class UnsupportedError(DerivationError):
    """A construct that can be read, but not handled by the step that was asked for."""


class StructureError(DerivationError):
    """A derivation whose parts do not fit together: unknown lemma, cycle, empty chain."""


class RewriteRejected(DerivationError):
    """``verify`` found a rewrite that is not proved or does not follow by its reason.

    ``report`` is the full report of the derivation (a ``derivation.check.Report``).
    """

    def __init__(self, message: str, report: object = None) -> None:
        super().__init__(message)
        self.report = report


class ForgeryError(DerivationError):
    """Somebody other than the kernel tried to make, copy or change a theorem."""


class MissingToolError(DerivationError):
    """An optional tool or package is missing; the message says how to install it."""


class DataError(DerivationError, ValueError):
    """Training data with a wrong shape, type or value."""
