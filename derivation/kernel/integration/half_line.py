"""Integrals from 0 to infinity.

I1  t^p e^(-c t^k): Gamma(v) / (|k| c^v) with v = (p+1)/k, for v, c > 0.           (DLMF 5.9.1)
    With log t to the first and second power: the derivatives of this by p; the integrals converge
    uniformly near each such p.                                                      (DLMF 5.9.19)
I2  t^n e^(-c t + i w t) = n! / (c - i w)^(n+1), n >= 0 whole, c > 0.                (DLMF 5.9.1)
I3  t^n e^(-a t^2 + b t): with J_0 = sqrt(pi/a)/2 e^(b^2/4a) erfc(-b/(2 sqrt a)), a > 0 (DLMF
    7.7.6); 2 a J_1 = 1 + b J_0 and 2 a J_n = (n-1) J_(n-2) + b J_(n-1), as the integral of the
    derivative of t^(n-1) e^(-a t^2 + b t) is -1 for n = 1 and else 0.
I4  t^p (c + a t^k)^(-v) = c^(u-v) a^(-u) B(u, v-u)/k with u = (p+1)/k, for a, c, k, u, v-u > 0:
    the substitution s = a t^k / c in DLMF 5.12.3.
In I4 the factor is positive on the whole range.
"""

from __future__ import annotations

from math import factorial

from derivation.kernel.integration.integrand import NoRule, Part
from derivation.kernel.integration.values import HALF, ONE, TWO, ZERO, Workspace
from derivation.kernel.normal_form.polynomials import degrees
from derivation.kernel.normal_form.quotient import Quotient, own_value

__all__ = ["gaussian_moments", "over_half_line", "power_of_binomial"]


def over_half_line(work: Workspace, part: Part) -> Quotient:
    """The integral of a product without its coefficient. Raises NoRule."""
    if part.factors:
        if part.growth or part.logs or not part.turning.is_zero or len(part.factors) > 1:
            raise NoRule("a product of several functions over a half line")
        return power_of_binomial(work, part)
    if not part.turning.is_zero:
        return _turning(work, part)
    match sorted(part.growth.items(), key=lambda item: item[0].rational or 0):
        case [(k, c)]:
            return _gamma(work, part, k, -c)
        case [(one, b), (two, a)] if (one, two) == (ONE, TWO) and not part.logs:
            return _truncated_gaussian(work, part.whole_power, -a, b)
    raise NoRule("an integrand without a rule over a half line")


def _gamma(work: Workspace, part: Part, k: Quotient, c: Quotient) -> Quotient:
    """I1."""
    size = k
    if k.rational is not None and k.rational < 0:
        size = -k
        work.need_positive(c, (part.power + ONE) / k)
    else:
        work.need_positive(k, c, part.power + ONE)
    v = (part.power + ONE) / k
    value = work.gamma(v) / (size * work.power(c, v))
    if not part.logs:
        return value
    variable = own_value(work.variable)
    if set(part.logs) != {variable} or part.logs[variable] > 2:
        raise NoRule("a logarithm of more than the variable")
    slope = (work.polygamma(0, v) - work.form.logarithm(c)) / k
    if part.logs[variable] == 1:
        return value * slope
    return value * (slope * slope + work.polygamma(1, v) / (k * k))


def _turning(work: Workspace, part: Part) -> Quotient:
    """I2."""
    if set(part.growth) != {ONE} or part.logs:
        raise NoRule("an oscillation without a rule")
    n, c = part.whole_power, -part.growth[ONE]
    work.need_positive(c)
    return Quotient.of(factorial(n)) / (c - work.i * part.turning) ** (n + 1)


def _truncated_gaussian(work: Workspace, n: int, a: Quotient, b: Quotient) -> Quotient:
    """I3."""
    work.need_positive(a)
    error = work.form.function("erfc", (-b / work.root(Quotient.of(4) * a),))
    size = work.exponential(b * b / (Quotient.of(4) * a))
    first = HALF * work.root(work.form.pi / a) * size * error
    return gaussian_moments(n, a, b, first, ONE)


def gaussian_moments(
    n: int, a: Quotient, b: Quotient, first: Quotient, at_zero: Quotient
) -> Quotient:
    """The n-th of the recurrence in I3, with ``at_zero`` 1 on the half line, 0 on the line."""
    before, value = ZERO, first
    for order in range(1, n + 1):
        boundary = at_zero if order == 1 else Quotient.of(order - 1) * before
        before, value = value, (boundary + b * value) / (TWO * a)
    return value


def power_of_binomial(work: Workspace, part: Part) -> Quotient:
    """I4."""
    (factor,) = part.factors.values()
    degree = degrees(factor.base.numerator)[work.variable]
    found, sign = work.positive_factor(factor, degree)
    if degree == 0 or any(not one.is_zero for one in found[1:-1]):
        raise NoRule("a power of a polynomial that has more than two terms")
    c, a, k = found[0], found[-1], Quotient.of(degree)
    v, u = -factor.exponent, (part.power + ONE) / k
    work.need_positive(a, c)
    return sign * work.power(c, u - v) / work.power(a, u) * work.beta(u, v - u) / k
