"""A value of the normal form in the place of a term; only the kernel makes one."""

from __future__ import annotations

from dataclasses import dataclass

from derivation.kernel.normal_form.quotient import Quotient
from derivation.term import Term, hashed_once

__all__ = ["Known"]


@hashed_once
@dataclass(frozen=True, slots=True)
class Known(Term):
    """A scalar that has been converted already."""

    value: Quotient
