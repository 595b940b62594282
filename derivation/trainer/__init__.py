"""From a checked derivation to a trained model.

`generate` writes a module of ``derivation.gradients`` from theorems; `load_csv`, `fit`, `predict`
and `Model` are what `derive train` and `derive predict` do with it.
"""

from __future__ import annotations

from derivation.trainer.data import Table, load_csv
from derivation.trainer.generator import generate
from derivation.trainer.model import Model, fit, predict

__all__ = ["Model", "Table", "fit", "generate", "load_csv", "predict"]
