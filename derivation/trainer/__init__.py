"""The generator of trainers: from checked theorems to one Python module.

`generate` writes a module of ``derivation.gradients``; ``python -m derivation.trainer NAME`` does
so from the command line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from derivation.trainer.generator import generate

__all__ = ["generate"]


def __getattr__(name: str) -> object:
    if name == "generate":
        from derivation.trainer.generator import generate

        return generate
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
