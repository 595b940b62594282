"""Integrals from -infinity to infinity.

I5  t^n e^(-a t^2 + b t), a > 0, b = b_1 + i b_2: with J_0 = sqrt(pi/a) e^(b^2/4a) (DLMF 7.7.3 on
    both half lines), 2 a J_n = (n-1) J_(n-2) + b J_(n-1): the integral of a derivative is 0.
I6  t^n (c + a t^2)^(-v) is 0 for odd n and twice I4 for even n, where I4 converges.
I7  (a t^2 + b t + c)^(-v), with d = 4 a c - b^2 > 0, a > 0, v > 1/2: by t -> t - b/(2a) it is I6
    with c - b^2/(4a) = d/(4a).
I8  e^(g t) (c + a e^(r t))^(-v) = a^(-p) c^(p-v) B(p, v-p) / |r|, p = g/r, for a, c, p, v-p > 0, r
    not 0: the substitution s = e^(r t) in I4.
"""

from __future__ import annotations

from derivation.kernel.integration.half_line import gaussian_moments, power_of_binomial
from derivation.kernel.integration.integrand import Factor, NoRule, Part, coefficients, rate_of
from derivation.kernel.integration.values import HALF, ONE, TWO, ZERO, Workspace
from derivation.kernel.normal_form.polynomials import degrees
from derivation.kernel.normal_form.quotient import Quotient

__all__ = ["logistic_shape", "over_line"]

FOUR = Quotient.of(4)


def over_line(work: Workspace, part: Part) -> Quotient:
    """The integral of a product without its coefficient. Raises NoRule."""
    if part.logs:
        raise NoRule("a logarithm over the line")
    if not part.factors:
        return _gaussian(work, part)
    if len(part.factors) > 1 or not part.turning.is_zero:
        raise NoRule("a product of several functions over the line")
    (factor,) = part.factors.values()
    if factor.base.generators and work.variable in factor.base.generators:
        if part.growth:
            raise NoRule("an exponential over a polynomial")
        return _rational(work, part, factor)
    return _logistic(work, part, factor)


def _gaussian(work: Workspace, part: Part) -> Quotient:
    """I5."""
    if TWO not in part.growth or not set(part.growth) <= {ONE, TWO}:
        raise NoRule("an integrand without a rule over the line")
    a, b1, b2 = -part.growth[TWO], part.growth.get(ONE, ZERO), part.turning
    work.need_positive(a)
    size = work.exponential(
        (b1 * b1 - b2 * b2) / (FOUR * a), b1 * b2 / (TWO * a)
    )  # fmt: skip
    first = work.root(work.form.pi / a) * size
    b = b1 if b2.is_zero else b1 + work.i * b2
    return gaussian_moments(part.whole_power, a, b, first, ZERO)


def _rational(work: Workspace, part: Part, factor: Factor) -> Quotient:
    """I6, I7."""
    c, b, a = work.coefficients(factor.base, 2)
    n = part.whole_power
    if b.is_zero:
        value = power_of_binomial(work, part)
        return ZERO if n % 2 else TWO * value
    if n:
        raise NoRule("a moment about another point than the middle")
    bounds = work.form.signs.of(a)
    sign = ONE
    if bounds.high is not None and bounds.high <= 0:
        a, b, c = -a, -b, -c
        sign = Quotient.of(-1 if factor.odd else 1)
    work.need_positive(a, FOUR * a * c - b * b)
    v, middle = -factor.exponent, (FOUR * a * c - b * b) / (FOUR * a)
    return sign * work.power(middle, HALF - v) / work.root(a) * work.beta(HALF, v - HALF)


def _logistic(work: Workspace, part: Part, factor: Factor) -> Quotient:
    """I8."""
    p, v, c, a, rate = logistic_shape(work, part, factor)
    if part.whole_power:
        raise NoRule("a moment of a logistic density")
    first, last = (work.form.signs.of(one) for one in (c, a))
    sign = ONE
    if any(x.high is not None and x.high <= 0 for x in (first, last)):
        c, a, sign = -c, -a, Quotient.of(-1 if factor.odd else 1)
    work.need_positive(a, c)
    work.need_nonzero(rate)
    scale = work.power(c, p - v) / work.power(a, p) / work.form.modulus(rate)
    return sign * scale * work.beta(p, v - p)


def logistic_shape(
    work: Workspace, part: Part, factor: Factor
) -> tuple[Quotient, Quotient, Quotient, Quotient, Quotient]:
    """(p, v, c, a, r) of e^(p r t) (c + a e^(r t))^(-v). Raises NoRule."""
    form, variable = work.form, work.variable
    inside = [
        n for n in factor.base.generators if variable in form.tower.generators[n].bound
    ]  # fmt: skip
    if len(inside) != 1 or not set(part.growth) <= {ONE}:
        raise NoRule("no rational function of one exponential")
    rate = rate_of(form, inside[0], variable)
    if rate is None:
        raise NoRule("no rational function of one exponential")
    degree = degrees(factor.base.numerator)[inside[0]]
    c, *between, a = coefficients(form, factor.base, inside[0], variable, degree)
    if any(not one.is_zero for one in between):
        raise NoRule("a polynomial of an exponential that has more than two terms")
    rate *= Quotient.of(degree)
    return part.growth.get(ONE, ZERO) / rate, -factor.exponent, c, a, rate
