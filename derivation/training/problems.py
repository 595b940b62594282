"""What can go wrong in training, apart from arguments."""

from __future__ import annotations


class NotFiniteError(ValueError):
    """A sum or a linear predictor exceeds the largest float."""


class CheckpointError(ValueError):
    """A checkpoint that cannot be read, or that belongs to another training."""


class SeparationWarning(UserWarning):
    """The classes are separated: the loss has no minimum, only ever larger weights."""
