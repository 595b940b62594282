"""The trusted core: decides claims and makes theorems. Nothing outside this package does.

from derivation.kernel import decide
decide(lhs, rhs, "x real, 0 < p < 1")      # -> Judgement
"""

from derivation.kernel.decide import Judge, decide
from derivation.kernel.theorem import (
    Binder,
    Condition,
    ConditionKind,
    Definition,
    Judgement,
    Theorem,
    Verdict,
    Witness,
    chain,
)

__all__ = [
    "Binder",
    "Condition",
    "ConditionKind",
    "Definition",
    "Judge",
    "Judgement",
    "Theorem",
    "Verdict",
    "Witness",
    "chain",
    "decide",
]
