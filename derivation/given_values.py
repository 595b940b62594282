"""Numbers, intervals and sets of values in declarations, for ``given``."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from derivation.domain import Declaration, Interval
from derivation.errors import DomainError
from derivation.term.decimals import exact_value, is_decimal

__all__ = ["NUMBER", "RELATION", "bounded", "narrowed", "rational", "read_values"]

_DECIMAL = r"(?:[0-9]+(?:\.(?!\.)[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
NUMBER = rf"[+-]?(?:[0-9]+/0*[1-9][0-9]*|{_DECIMAL})"
RELATION = r"<=|>=|!=|<|>"
_BELOW, _ABOVE = r"-(?:inf|oo)", r"\+?(?:inf|oo)"
_INTERVAL = re.compile(
    rf"in\s*([(\[])\s*({NUMBER}|{_BELOW})\s*,\s*({NUMBER}|{_ABOVE})\s*([)\]])\s*"
)


def rational(text: str, piece: str) -> Fraction:
    """The exact value of a number. Raises DomainError for anything else, and for too long ones."""
    above, slash, below = text.lstrip("+-").partition("/")
    if not re.fullmatch(NUMBER, text) or not (is_decimal(above) and is_decimal(below or "1")):
        raise DomainError(f"'{text[:40]}' is not a number of moderate length (in '{piece}')")
    value = exact_value(above) / (exact_value(below) if slash else 1)
    return -value if text.startswith("-") else value


def read_values(declaration: Declaration, rest: str, piece: str) -> tuple[Declaration, str] | None:
    """The declaration with the next bound, interval or set put in, and what follows it.

    None when the words are about something else. Raises DomainError, showing ``piece``.
    """
    if match := re.match(rf"({RELATION})\s*({NUMBER})\s*", rest):
        bound = rational(match[2], piece)
        return bounded(declaration, match[1], bound, piece), rest[match.end() :]
    if match := _INTERVAL.match(rest):
        interval = _interval(match[1], match[2], match[3], match[4], piece)
        return narrowed(declaration, interval), rest[match.end() :]
    if match := re.match(r"in\s*\{([^}]*)\}\s*", rest):
        values = tuple(_value(value.strip(), piece) for value in match[1].split(","))
        return replace(declaration, values=values), rest[match.end() :]
    return None


def bounded(declaration: Declaration, sign: str, bound: Fraction, piece: str) -> Declaration:
    """The declaration with ``name sign bound`` put in."""
    match sign:
        case "<" | "<=":
            return narrowed(declaration, Interval(high=bound, high_open=sign == "<"))
        case ">" | ">=":
            return narrowed(declaration, Interval(low=bound, low_open=sign == ">"))
        case _ if bound == 0:
            return replace(declaration, nonzero=True)
        case _:
            raise DomainError(f"only 0 can be excluded with != (in '{piece}')")


def narrowed(declaration: Declaration, interval: Interval) -> Declaration:
    """The declaration with its values in ``interval`` too."""
    return replace(declaration, interval=declaration.interval.intersect(interval))


def _value(text: str, piece: str) -> Fraction:
    if not re.fullmatch(NUMBER, text):
        raise DomainError(f"a set of values lists numbers, as in {{-1, 1}} (in '{piece}')")
    return rational(text, piece)


def _interval(left: str, low: str, high: str, right: str, piece: str) -> Interval:
    below, above = re.fullmatch(_BELOW, low), re.fullmatch(_ABOVE, high)
    return Interval(
        None if below else rational(low, piece),
        None if above else rational(high, piece),
        left == "(" or below is not None,
        right == ")" or above is not None,
    )
