"""What must be declared of data and parameters, so that a trainer may use the gradients."""

from __future__ import annotations

from dataclasses import dataclass

from derivation.domain import REAL_LINE, Declaration, Interval, Kind
from derivation.errors import UnsupportedError

__all__ = ["Data", "narrowed", "require_real", "sizes_of"]


@dataclass(frozen=True, slots=True)
class Data:
    """A family with one row a sample; ``sizes`` are those of a row, none for one number."""

    name: str
    sizes: tuple[str | int, ...]
    interval: Interval


def sizes_of(declared: Declaration) -> tuple[str | int, ...]:
    """Numbers, and names of sizes. Raises UnsupportedError for ranges that are not 1..n."""
    sizes = [size for size in declared.sizes if isinstance(size, str | int)]
    if len(sizes) != len(declared.sizes) or declared.first != 1:
        raise UnsupportedError(
            f"{declared.name} is declared as '{declared}'; a trainer takes ranges such as 1..n"
        )
    return tuple(sizes)


def require_real(declared: Declaration) -> None:
    """A parameter may take every real value, since training leads anywhere."""
    found = (declared.kind, declared.interval, declared.nonzero, declared.values)
    if found != (Kind.REAL, REAL_LINE, False, ()):
        raise UnsupportedError(
            f"the gradients are proved for '{declared}', but a trainer needs them for every real "
            f"value: declare {declared.name} real, or data as a family whose first index counts "
            "the samples"
        )


def narrowed(known: Data, declared: Declaration, samples: str) -> Data:
    """The data where one more theorem holds, too."""
    if declared.kind is not Kind.REAL or declared.nonzero or declared.values:
        raise UnsupportedError(
            f"the gradients are proved for '{declared}': declare {known.name} real, or in an "
            "interval, so that the generated module can check its data"
        )
    if sizes_of(declared) != (samples, *known.sizes):
        raise UnsupportedError(f"{known.name} is declared in two ways, once as '{declared}'")
    return Data(known.name, known.sizes, known.interval.intersect(declared.interval))
