"""What a generator of the normal form is, and the kinds there are."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from derivation.domain import REAL_LINE, Interval
from derivation.kernel.normal_form.quotient import Quotient

__all__ = ["Generator", "Kind"]


class Kind(Enum):
    """What a generator stands for; ``a`` and ``b`` are its arguments."""

    CONSTANT = "pi, Euler's constant"
    NAME = "declared name, or its root"
    BOUND = "bound index"
    MEMBER = "member of a family"
    JET = "partial derivative of an arbitrary function"
    EXPONENTIAL = "e^(a / scale)"
    LOGARITHM = "log |a|"
    ROOT = "|a|^(1 / scale)"
    MODULUS = "|a|"
    ROTATION = "e^(i a / scale)"
    UNITY = "e^(2 pi i / scale)"
    PARITY = "e^(i pi a / scale), a whole"
    POWER = "a^b, b whole; 1 for 0^0, 0 for 0 to a negative power"
    SUM = "sum of a over its bound index, 1 to b"
    INTEGRAL = "J(a, b): see integrals; with an infinite limit J(a)"
    PRODUCT = "product of a over its bound index, 1 to b"
    DELTA = "1 if a = b, else 0"
    GAMMA = "1 / Gamma(a), which is 0 at the poles"
    FUNCTION = "function without rewriting rules"

    __hash__ = object.__hash__  # one object each; Enum's own works it out in Python


@dataclass(frozen=True)
class Generator:
    """One generator. ``relation`` (n, q) says that its n-th power is the quotient q."""

    kind: Kind
    label: str
    arguments: tuple[Quotient, ...] = ()
    interval: Interval = REAL_LINE
    scale: int = 1
    extra: tuple[object, ...] = ()
    index: int = -1  # of a sum or product: its bound generator
    relation: tuple[int, Quotient] | None = None
    bound: frozenset[int] = field(default=frozenset())  # bound indices that it depends on
    height: int = 0  # how deep sums nest in it
    nonzero: bool = False  # certainly not 0 wherever it has a value
    whole: bool = False  # its value is a whole number
    imaginary: bool = False  # its value need not be real
    constant: bool = False  # its value is the same at all points
