"""Stable floating-point forms as theorems: found by a rule table, proved step by step."""

from derivation.trainer.stable.folding import folded_forms
from derivation.trainer.stable.parts import (
    Audit,
    Chain,
    Folded,
    Measure,
    Setting,
    Side,
    Stable,
    Step,
)
from derivation.trainer.stable.searching import forms_for_labels, stable_forms

__all__ = [
    "Audit", "Chain", "Folded", "Measure", "Setting", "Side", "Stable", "Step", "folded_forms",
    "forms_for_labels", "stable_forms",
]  # fmt: skip
