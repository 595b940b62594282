"""Integrals from 0 to 1.

I9  t^p (1-t)^q = B(p+1, q+1) for p+1, q+1 > 0 (DLMF 5.12.1); with log t or log(1-t) the derivative
    by p or q, as the integrals converge uniformly near each such p and q.
I10 t^p (log t)^n = (-1)^n n! / (p+1)^(n+1) for p+1 > 0: I1 with t = e^(-s).
"""

from __future__ import annotations

from math import factorial

from derivation.kernel.integration.integrand import NoRule, Part
from derivation.kernel.integration.values import ONE, ZERO, Workspace
from derivation.kernel.normal_form.quotient import Quotient, own_value

__all__ = ["over_unit_interval"]


def over_unit_interval(work: Workspace, part: Part) -> Quotient:
    """The integral of a product without its coefficient. Raises NoRule."""
    if part.growth or not part.turning.is_zero:
        raise NoRule("an exponential over an interval")
    t = own_value(work.variable)
    rest = t - ONE  # with a positive leading coefficient, as in a factor
    if not (set(part.factors) <= {rest} and set(part.logs) <= {t, rest}):
        raise NoRule("a function without a rule over an interval")
    q, sign = ZERO, ONE
    if rest in part.factors:
        q = part.factors[rest].exponent
        sign = Quotient.of(-1 if part.factors[rest].odd else 1)
    a, b = part.power + ONE, q + ONE
    if q.is_zero and rest not in part.logs:
        n = part.logs.get(t, 0)
        work.need_positive(a)
        return sign * Quotient.of((-1) ** n * factorial(n)) / a ** (n + 1)
    value = sign * work.beta(a, b)
    if not part.logs:
        return value
    if sum(part.logs.values()) > 1:
        raise NoRule("a product of logarithms over an interval")
    (which,) = part.logs
    own = a if which == t else b
    return value * (work.polygamma(0, own) - work.polygamma(0, a + b))
