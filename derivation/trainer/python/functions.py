"""Functions of a generated module, and the helpers that they may call."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["HELPERS", "Function"]


@dataclass(frozen=True, slots=True)
class Function:
    """The text of a function, the (module, name) that it imports, and the helpers it calls."""

    text: str
    imports: frozenset[tuple[str, str]]
    helpers: frozenset[str] = frozenset()


def _helper(text: str, *imports: tuple[str, str], helpers: tuple[str, ...] = ()) -> Function:
    return Function(text.lstrip("\n"), frozenset(imports), frozenset(helpers))


# Called once a block, never once a sample, but where a value exceeds the largest float.
HELPERS: dict[str, Function] = {
    "formula_sum": _helper(
        '''
def formula_sum(values: list[float]) -> float:
    """The exact sum, rounded once; not finite where it exceeds the largest float."""
    try:
        return fsum(values)
    except (OverflowError, ValueError):  # ValueError: inf - inf
        return sum(values)
''',
        ("math", "fsum"),
    ),
    "formula_sum_of_log1p": _helper(
        '''
def formula_sum_of_log1p(values: list[float], raised: list[float]) -> float:
    """The sum of log(1 + v) over values v >= 0, given all 1 + v.

    The logarithm of the product takes a tenth of the time. Each 1 + v and each multiplication is
    rounded, which moves it by at most 2^-52 a sample, and by far less as roundings go both ways;
    it is taken where the product is large, so that this is little of the sum.
    """
    whole = prod(raised)
    if 2.0 * len(raised) < whole < 1e300:
        return log(whole)
    return fsum(map(log1p, values))
''',
        ("math", "fsum"),
        ("math", "log"),
        ("math", "log1p"),
        ("math", "prod"),
    ),
    "formula_values": _helper(
        '''
def formula_values(function: Callable[[float], float], values: list[float]) -> list[float]:
    """A function of each value; infinite where the result exceeds the largest float."""
    try:
        return list(map(function, values))
    except OverflowError:
        return [formula_value(function, value) for value in values]
''',
        ("collections.abc", "Callable"),
        helpers=("formula_value",),
    ),
    "formula_value": _helper(
        '''
def formula_value(function: Callable[[float], float], value: float) -> float:
    """A function of one value; infinite where the result exceeds the largest float."""
    try:
        return function(value)
    except OverflowError:
        return inf
''',
        ("math", "inf"),
        ("collections.abc", "Callable"),
    ),
}
