"""Decimal numbers as written, ``2``, ``0.50``, ``1e-30``, and their exact values.

Python converts between text and whole numbers of more than 4300 digits only on request; here
long numbers are converted in pieces, so that no length up to MAX_DIGITS raises.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

__all__ = ["MAX_DIGITS", "MAX_EXPONENT", "digits_of", "exact_value", "fraction_text", "is_decimal"]

MAX_DIGITS = 10_000
MAX_EXPONENT = 5_000

_PIECE = 2_000  # digits that Python converts at once
_DECIMAL = re.compile(r"([0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE]([+-]?[0-9]+))?")


def is_decimal(text: str) -> bool:
    """Whether it is a nonnegative decimal number within the limits on digits and exponent."""
    if text.isdigit() and text.isascii():
        return len(text) <= MAX_DIGITS
    found = _DECIMAL.fullmatch(text)
    if not found or len(found[1].replace(".", "")) > MAX_DIGITS:
        return False
    exponent = (found[2] or "0").lstrip("+-").lstrip("0")
    return len(exponent) <= len(str(MAX_EXPONENT)) and int(exponent or "0") <= MAX_EXPONENT


@lru_cache(maxsize=256)
def exact_value(text: str) -> Fraction:
    """The value of a nonnegative decimal number. Raises ValueError for anything else."""
    found = _DECIMAL.fullmatch(text)
    if not found or not is_decimal(text):
        raise ValueError(f"{text[:40]!r} is not a decimal number of moderate length")
    whole, _, decimals = found[1].partition(".")
    power = int(found[2] or "0") - len(decimals)
    value = _whole(whole + decimals)
    return Fraction(value * 10**power) if power >= 0 else Fraction(value, 10**-power)


def _whole(digits: str) -> int:
    if len(digits) <= _PIECE:
        return int(digits or "0")
    half = len(digits) // 2
    shift: int = 10 ** (len(digits) - half)
    return _whole(digits[:half]) * shift + _whole(digits[half:])


def digits_of(value: int) -> str:
    """A whole number in decimal digits, of any length."""
    if value < 0:
        return "-" + digits_of(-value)
    if value.bit_length() <= 3 * _PIECE:
        return str(value)
    count = value.bit_length() // 7  # at least one digit and at most all but one go to the right
    above, below = divmod(value, 10**count)
    return digits_of(above) + digits_of(below).rjust(count, "0")


def fraction_text(value: Fraction) -> str:
    """``3``, ``-1/2``: a rational number of any length."""
    top = digits_of(value.numerator)
    return top if value.denominator == 1 else f"{top}/{digits_of(value.denominator)}"
