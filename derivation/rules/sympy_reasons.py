"""Any SymPy function from expression to expression as a reason.

The function is applied to the line before, or to one of its subterms. The result and the stated
line are rebuilt with SymPy's automatic evaluation and compared by ``==``. Automatic evaluation
orders sums and products, adds up numbers and like summands and collects equal factors, but
neither expands nor factors, cancels fractions of sums or carries out derivatives. So a step that
automatic evaluation does by itself (``x/x^2 = 1/x``) follows by any SymPy function that leaves
it alone. SymPy never decides whether the lines are equal; that is the kernel's business.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from derivation.errors import UnsupportedError
from derivation.rules.matching import arrangement
from derivation.rules.rule import Context, Replay, Rule
from derivation.term import Term

if TYPE_CHECKING:
    import sympy

__all__ = ["SYMPY_FUNCTIONS", "SympyReason", "as_reason", "from_sympy", "replay_with_sympy"]

# The functions that a derivation may name as text; an author's Python file may use any other.
SYMPY_FUNCTIONS = frozenset(
    {
        "apart",
        "cancel",
        "expand",
        "expand_log",
        "expand_power_base",
        "expand_power_exp",
        "expand_trig",
        "factor",
        "factor_terms",
        "logcombine",
        "powdenest",
        "powsimp",
        "radsimp",
        "ratsimp",
        "signsimp",
        "simplify",
        "together",
        "trigsimp",
    }
)


@dataclass(frozen=True, slots=True)
class SympyReason:
    """A SymPy function by its dotted name; equal by name."""

    name: str
    function: Callable[..., object] = field(compare=False, repr=False)


def from_sympy(function: Callable[..., object], name: str | None = None) -> SympyReason:
    """A reason from a function of SymPy expressions, such as ``sympy.factor``.

    Without ``name`` it is called by its package and name: ``sympy.factor``.
    Raises TypeError when it is not callable.
    """
    if not callable(function):
        raise TypeError(f"{function!r} is not a function from SymPy expressions to expressions")
    if name is None:
        package = (getattr(function, "__module__", None) or "").split(".")[0]
        own = getattr(function, "__name__", type(function).__name__)
        name = f"{package}.{own}" if package else own
    return SympyReason(name, function)


def as_reason(reason: Rule | SympyReason | Callable[..., object]) -> Rule | SympyReason:
    """The reason itself, or a callable as a SymPy reason. Raises TypeError for the rest."""
    if isinstance(reason, Rule | SympyReason):
        return reason
    if not callable(reason):
        raise TypeError(
            f"{reason!r} is no reason; name a rule of derivation.rules, a lemma, or a function "
            "from SymPy expressions to expressions"
        )
    return from_sympy(reason)


def replay_with_sympy(
    before: Term, after: Term, rules: Sequence[Rule | SympyReason], context: Context
) -> Replay:
    """Replay for SymPy reasons, applied one after the other in the given order."""
    names = ", ".join(rule.name for rule in rules)
    functions = [rule.function for rule in rules if isinstance(rule, SympyReason)]
    if len(functions) < len(rules):
        return Replay(
            False, f"'{names}': give a SymPy function a line of its own, apart from other rules"
        )
    if arrangement(before) == arrangement(after):
        return Replay(False, f"the line re-arranges the one before: {names} was not used")
    try:
        return _compare(before, after, functions, names, context)
    except UnsupportedError as error:
        return Replay(False, f"'{names}' was not replayed: {error}")


def _compare(
    before: Term,
    after: Term,
    functions: list[Callable[..., object]],
    names: str,
    context: Context,
) -> Replay:
    from derivation.notation.sympy_bridge import to_sympy

    start = _evaluated(to_sympy(before, context.domain))
    goal = _evaluated(to_sympy(after, context.domain))
    lines = [start]
    failures: list[str] = []
    for function in functions:
        lines = [new for line in lines for new in _applications(function, line, failures)]
    if goal in lines:
        return Replay(True, f"by {names}")
    if not lines and failures:
        return Replay(False, f"'{names}' fails: {failures[0]}")
    return Replay(False, f"'{names}' gives {lines[0] if lines else 'nothing'}, not this line")


def _evaluated(expression: sympy.Basic) -> sympy.Basic:
    """The same expression, rebuilt with automatic evaluation; derivatives stay as they are."""
    import sympy

    if not expression.args:
        return expression
    arguments = [_evaluated(argument) for argument in expression.args]
    if isinstance(expression, sympy.Derivative):
        return sympy.Derivative(*arguments, evaluate=False)
    return expression.func(*arguments)


def _applications(
    function: Callable[..., object], line: sympy.Basic, failures: list[str]
) -> list[sympy.Basic]:
    """The results at the whole line and at each subterm where the function can be applied.

    What it raises elsewhere goes to ``failures``: a reason decides nothing, and the function
    may be anybody's.
    """
    import sympy

    found: list[sympy.Basic] = []
    for part in sympy.preorder_traversal(line):
        if not isinstance(part, sympy.Expr) or (not part.args and part is not line):
            continue
        try:
            new = function(part)
        except Exception as error:  # noqa: BLE001 - the function of a user may raise anything
            failures.append(f"{type(error).__name__}: {error}")
            continue
        if isinstance(new, sympy.Basic):
            found.append(_evaluated(line.xreplace({part: new}) if part is not line else new))
    return found
