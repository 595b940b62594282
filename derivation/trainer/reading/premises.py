"""What must be declared of the names in a gradient, so that a trainer may use it for any data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from derivation.domain import REAL_LINE, Declaration, Domain, Interval, Kind
from derivation.errors import UnsupportedError
from derivation.term import Indexed, Number, Relation, RelationSign, Sum, Symbol, plain

if TYPE_CHECKING:
    from derivation.trainer.reading.gradient_theorems import WeightGradient
    from derivation.trainer.reading.problem import Names

__all__ = [
    "Labels",
    "allowed_labels",
    "is_sum_to_one",
    "require_any_size",
    "require_premises",
    "size_of",
]


def size_of(domain: Domain, family: str, place: int) -> str:
    """The name of a size of a family: the d of ``w[1..d]``, or the K of ``w[1..d, 1..K]``.

    Raises UnsupportedError where the family is not declared with symbolic sizes.
    """
    declared = domain.get(family)
    sizes = () if declared is None or not declared.is_family else declared.sizes
    if declared is None or declared.first != 1 or len(sizes) <= place:
        raise UnsupportedError(f"declare the weights as a family: '{family}[1..d] real'")
    size = sizes[place]
    if not isinstance(size, str):
        raise UnsupportedError(
            f"the gradient is proved for '{declared}' only, but a trainer needs it for any number "
            f"of features and classes: give its size a name, as in '{family}[1..d] real'"
        )
    return size


def require_premises(domain: Domain, names: Names, gradient: WeightGradient) -> None:
    """Check that the gradient holds for all samples and all parameters.

    The one hypothesis that is allowed is that the labels of a sample sum to 1. Raises
    UnsupportedError, saying what is declared too narrowly.
    """
    biases = () if names.bias is None else (names.bias,)
    _require_unrestricted(domain, (names.features, names.weights, *biases))
    samples, width = gradient.residual.size, size_of(domain, names.weights, 0)
    classes = None if gradient.output is None else size_of(domain, names.weights, 1)
    shapes: dict[str, tuple[str | None, ...]] = {
        names.features: (samples, width),
        names.labels: (samples, classes),
        names.weights: (width, classes),
        **dict.fromkeys(biases, (classes,)),
    }
    for name, shape in shapes.items():
        _require_shape(domain.get(name), tuple(size for size in shape if size), name)
    for size in (samples, width, classes):
        require_any_size(domain, size)
    _require_index(domain, gradient, width, classes)
    _require_no_other_hypothesis(domain, names.labels, classes)


@dataclass(frozen=True, slots=True)
class Labels:
    """Where theorems let the labels lie: in an interval, where they may be ``whole`` numbers.

    ``among`` are the only ones, if they are few; the interval then ends at the extreme ones.
    """

    interval: Interval = REAL_LINE
    whole: bool = False
    among: tuple[Fraction, ...] = ()

    def and_those_of(self, other: Labels) -> Labels:
        """Those that are in both."""
        interval = self.interval.intersect(other.interval)
        whole = self.whole or other.whole
        if not self.among and not other.among:
            return Labels(interval, whole)
        both = [set(one.among) for one in (self, other) if one.among]
        return _among(v for v in set.intersection(*both) if v in interval and not v % 1 * whole)


def allowed_labels(domain: Domain, labels: str) -> Labels:
    """Where the theorem lets the labels lie. Raises UnsupportedError for other restrictions."""
    declared = domain.get(labels)
    if declared is None or declared.nonzero or declared.kind not in (Kind.REAL, Kind.INTEGER):
        raise UnsupportedError(
            f"the gradient is proved for '{declared or labels}': declare {labels} real or integer, "
            f"in an interval ('{labels}[1..m] >= 0') or among numbers ('{labels}[1..m] in "
            "{-1, 1}'), so that the generated module can check its labels"
        )
    if declared.values:
        return _among(value for value in declared.values if declared.admits(value))
    return Labels(declared.interval, declared.kind is Kind.INTEGER)


def _among(values: Iterable[Fraction]) -> Labels:
    kept = sorted(values)
    if not kept:
        raise UnsupportedError("the gradients are proved for no label in common")
    ends = Interval(kept[0], kept[-1], low_open=False, high_open=False)
    return Labels(ends, among=tuple(kept))


def _require_unrestricted(domain: Domain, names: Sequence[str]) -> None:
    for name in names:
        declared = domain.get(name)
        found = declared and (declared.kind, declared.interval, declared.nonzero, declared.values)
        if found != (Kind.REAL, REAL_LINE, False, ()):
            raise UnsupportedError(
                f"the gradient is proved for '{declared or name}', but a trainer needs it for "
                f"every real value: declare {name} real"
            )


def _require_shape(declared: Declaration | None, shape: tuple[str, ...], name: str) -> None:
    if declared is None or declared.sizes != shape or (shape and declared.first != 1):
        ranges = f"[{', '.join(f'1..{size}' for size in shape)}]" if shape else ""
        raise UnsupportedError(
            f"{declared or name!r} is not declared for the same samples, features and classes as "
            f"the gradient runs over: declare '{name}{ranges} real'"
        )


def require_any_size(domain: Domain, size: str | None) -> None:
    """Check that a gradient holds for any number of samples, features and the like."""
    declared = None if size is None else domain.get(size)
    if declared is None:
        return
    interval = declared.interval
    low = interval.low
    small = low is None or low < 1 or (low == 1 and not interval.low_open)
    classes = low is not None and low <= 2  # one class alone is no choice
    if interval.high is not None or declared.values or not (small or classes):
        raise UnsupportedError(
            f"the gradient is proved for '{declared}' only: declare '{size} integer >= 1'"
        )


def _require_index(
    domain: Domain, gradient: WeightGradient, width: str, classes: str | None
) -> None:
    """The derivative by w_j is known for every j, not for some."""
    variable = plain(gradient.theorem.lhs).children[1]
    for index, size in zip(variable.children, (width, classes), strict=False):
        declared = domain.get(index.name) if isinstance(index, Symbol) else None
        if declared is None or declared.kind is not Kind.INDEX or declared.sizes != (size,):
            raise UnsupportedError(
                f"the gradient is not proved for every {gradient.weights}: declare "
                f"'{getattr(index, 'name', 'j')} in 1..{size}'"
            )


def is_sum_to_one(hypothesis: Relation, labels: str, classes: str | None) -> bool:
    """Whether it says that the labels of a sample sum to 1."""
    match plain(hypothesis):
        case Relation(
            left=Sum(
                body=Indexed(base=base, indices=(*_, Symbol(name=member))),
                index=index,
                lower=Number(text="1"),
                upper=Symbol(name=upper),
            ),
            sign=RelationSign.EQ,
            right=Number(text="1"),
        ):
            return (base, member, upper) == (labels, index, classes)
    return False


def _require_no_other_hypothesis(domain: Domain, labels: str, classes: str | None) -> None:
    for hypothesis in domain.hypotheses:
        if not is_sum_to_one(hypothesis, labels, classes):
            from derivation.notation import to_message

            raise UnsupportedError(
                f"the gradient is proved only where {to_message(hypothesis)}; a trainer can keep "
                "to the hypothesis that the labels of a sample sum to 1, and to no other"
            )
