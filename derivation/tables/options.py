"""What the caller of `load_csv` and its kin can choose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import inf
from typing import Literal, TypedDict, TypeVar

from derivation.errors import DataError

__all__ = ["Choice", "Dependent", "Missing", "Options", "choice_of"]


class Missing(StrEnum):
    """What becomes of a missing value."""

    ERROR = "error"
    DROP = "drop"
    MEAN = "mean"


class Dependent(StrEnum):
    """What becomes of columns of which one follows from the others."""

    ERROR = "error"
    KEEP = "keep"


_Kind = TypeVar("_Kind", Missing, Dependent)


class Options(TypedDict, total=False):
    """The options of `load_csv`, `map_csv` and `open_csv`, all with a default.

    ``categorical``: columns whose values are names even where they look like numbers.
    ``missing``: "error" (the default) names the first cell without a value, "drop" leaves such
    rows out, "mean" fills in the mean of the column (of a text column: the share of each level).
    ``positive``: which of the two levels of a text target is the label 1.
    ``classes``: the target names classes; each becomes a label column of its own (softmax).
    ``dependent``: "error" (the default) for columns of which one follows linearly from others,
    since their coefficients are not unique; "keep" leaves them, as a fit with a penalty may.
    ``labels``: (low, high, low is excluded, high is excluded), the labels the loss can take.
    ``intercept``: False for a model without one. Then a column that has the same value in every
    row is used, unless that is 0, and the intercept counts for none of the columns that follow
    from others.
    """

    categorical: Sequence[str]
    missing: Literal["error", "drop", "mean"]
    positive: str | None
    classes: bool
    dependent: Literal["error", "keep"]
    labels: tuple[float, float, bool, bool]
    intercept: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """`Options`, complete and checked."""

    target: str | None
    features: tuple[str, ...] | None
    categorical: tuple[str, ...] = ()
    missing: Missing = Missing.ERROR
    positive: str | None = None
    classes: bool = False
    dependent: Dependent = Dependent.ERROR
    labels: tuple[float, float, bool, bool] = (-inf, inf, True, True)
    intercept: bool = True


def choice_of(target: str | None, features: Sequence[str] | None, options: Options) -> Choice:
    """The options with their defaults. Raises DataError for a value that there is not."""
    chosen = None if features is None else tuple(features)
    for name, count in Counter(chosen).items():
        if count > 1:
            raise DataError(f"the column {name!r} is chosen twice")
        if name == target:
            raise DataError(f"the target {name!r} is chosen as a feature, too; leave it out there")
    unknown = sorted(set(options) - Options.__annotations__.keys())
    if unknown:
        raise DataError(
            f"there is no option {unknown[0]!r}; there are: {', '.join(Options.__annotations__)}"
        )
    categorical = options.get("categorical", ())
    return Choice(
        target=target,
        features=chosen,
        categorical=(categorical,) if isinstance(categorical, str) else tuple(categorical),
        missing=_member(Missing, "missing", options.get("missing", "error")),
        positive=options.get("positive"),
        classes=bool(options.get("classes", False)),
        dependent=_member(Dependent, "dependent", options.get("dependent", "error")),
        labels=options.get("labels", (-inf, inf, True, True)),
        intercept=bool(options.get("intercept", True)),
    )


def _member(kind: type[_Kind], option: str, value: str) -> _Kind:
    if value not in list(kind):
        raise DataError(f"{option}={value!r}: there are {', '.join(kind)}")
    return kind(value)
