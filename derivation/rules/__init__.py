"""Named rules: the reasons that an author gives for a line. Untrusted; the kernel decides equality.

A reason is a constant (``chain_rule``), a small function (``definition("L")``,
``lemma("sigmoid slope")``, ``add_and_subtract("1")``) or a SymPy function (``sympy.factor``).
``replay`` says whether the reasons give a line. ``reason_from_name`` is the inverse of ``.name``.
"""

from __future__ import annotations

from collections.abc import Callable

from derivation.errors import StructureError
from derivation.rules.algebra import SUMS_AND_PRODUCTS, add_and_subtract, collect, expand, factor
from derivation.rules.composites import (
    COMPOSITES,
    chain_rule,
    power_rule,
    product_rule,
    quotient_rule,
    reciprocal_rule,
)
from derivation.rules.derivatives import (
    DERIVATIVES,
    constant_factor,
    derivative_of_constant,
    derivative_of_linear,
    derivative_of_variable,
    kronecker_derivative,
    linearity,
)
from derivation.rules.functions import (
    FUNCTIONS,
    derivative_of_cos,
    derivative_of_exp,
    derivative_of_log,
    derivative_of_sin,
    derivative_of_sqrt,
    derivative_of_tanh,
)
from derivation.rules.hypotheses import HYPOTHESES, given
from derivation.rules.logarithms import (
    LOGARITHMS,
    exp_of_negative,
    exp_of_sum,
    log_of_exp,
    log_of_power,
    log_of_product,
    log_of_quotient,
    opposite_exponentials,
)
from derivation.rules.matching import arrangement
from derivation.rules.quotients import (
    QUOTIENTS,
    cancel,
    common_denominator,
    power_of_fraction,
    simplify_fraction,
    split_fraction,
)
from derivation.rules.replaying import replay
from derivation.rules.rule import (
    Context,
    Direction,
    KnownDefinition,
    KnownLemma,
    Replay,
    Rule,
    Setting,
    backwards,
    known_definition,
    known_lemma,
)
from derivation.rules.signs import SIGNS_AND_POWERS, arithmetic, collect_sign, combine_powers
from derivation.rules.sums import (
    SUMS,
    constant_out_of_sum,
    kronecker_delta,
    rename_index,
    split_sum,
    sum_of_constant,
    sum_rule,
    swap_sums,
)
from derivation.rules.sympy_reasons import SYMPY_FUNCTIONS, SympyReason, as_reason, from_sympy
from derivation.rules.unfolding import UNFOLDING, definition, fold, lemma

__all__ = [
    "ALL_RULES",
    "Context",
    "Direction",
    "KnownDefinition",
    "KnownLemma",
    "Replay",
    "Rule",
    "Setting",
    "SympyReason",
    "add_and_subtract",
    "arithmetic",
    "arrangement",
    "as_reason",
    "backwards",
    "cancel",
    "chain_rule",
    "collect",
    "collect_sign",
    "combine_powers",
    "common_denominator",
    "constant_factor",
    "constant_out_of_sum",
    "definition",
    "derivative_of_constant",
    "derivative_of_cos",
    "derivative_of_exp",
    "derivative_of_linear",
    "derivative_of_log",
    "derivative_of_sin",
    "derivative_of_sqrt",
    "derivative_of_tanh",
    "derivative_of_variable",
    "exp_of_negative",
    "exp_of_sum",
    "expand",
    "factor",
    "fold",
    "from_sympy",
    "given",
    "known_definition",
    "known_lemma",
    "kronecker_delta",
    "kronecker_derivative",
    "lemma",
    "linearity",
    "log_of_exp",
    "log_of_power",
    "log_of_product",
    "log_of_quotient",
    "opposite_exponentials",
    "power_of_fraction",
    "power_rule",
    "product_rule",
    "quotient_rule",
    "reason_from_name",
    "reciprocal_rule",
    "rename_index",
    "replay",
    "simplify_fraction",
    "split_fraction",
    "split_sum",
    "sum_of_constant",
    "sum_rule",
    "swap_sums",
]

_CONSTANTS = (
    DERIVATIVES
    + COMPOSITES
    + FUNCTIONS
    + LOGARITHMS
    + SUMS_AND_PRODUCTS
    + QUOTIENTS
    + SIGNS_AND_POWERS
    + SUMS
    + HYPOTHESES
)
ALL_RULES: tuple[Rule, ...] = UNFOLDING + _CONSTANTS

_BY_NAME = {rule.name: rule for rule in _CONSTANTS}
_WITH_PARAMETER: tuple[tuple[str, Callable[[str], Rule]], ...] = (
    ("definition of ", definition),
    ("fold ", fold),
    ("lemma: ", lemma),
    ("add and subtract ", add_and_subtract),
)
_BACKWARDS = " (backwards)"


def reason_from_name(name: str) -> Rule | SympyReason:
    """The reason whose ``.name`` this is.

    A SymPy function is given by its dotted name, ``sympy.factor``; only the simplifying
    functions in ``SYMPY_FUNCTIONS`` can be named so. Raises StructureError for other names.
    """
    if name.endswith(_BACKWARDS):
        inner = reason_from_name(name.removesuffix(_BACKWARDS))
        if isinstance(inner, Rule):
            return backwards(inner)
    if name in _BY_NAME:
        return _BY_NAME[name]
    for prefix, make in _WITH_PARAMETER:
        if name.startswith(prefix) and len(name) > len(prefix):
            return make(name.removeprefix(prefix))
    package, _, function = name.partition(".")
    if package == "sympy" and function in SYMPY_FUNCTIONS:
        import sympy

        return from_sympy(getattr(sympy, function), name)
    raise StructureError(f"no rule is called '{name}'; {_suggestion(name)}")


def _suggestion(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, list(_BY_NAME), n=3)
    known = ", ".join(f"'{one}'" for one in near or sorted(_BY_NAME))
    return f"did you mean {known}?" if near else f"there are {known}"
