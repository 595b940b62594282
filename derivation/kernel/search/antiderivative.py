"""A search for antiderivatives. Nothing here is trusted: ``fundamental`` checks what is found.

By a table, by parts, and by substitution in powers of linear functions and in exponentials.
"""

from __future__ import annotations

from math import comb, factorial

from derivation.kernel.integration.integrand import Factor, NoRule, Part
from derivation.kernel.integration.line import logistic_shape
from derivation.kernel.integration.values import HALF, ONE, TWO, ZERO, Workspace
from derivation.kernel.normal_form.polynomials import degrees
from derivation.kernel.normal_form.quotient import Quotient, own_value

__all__ = ["antiderivative"]

FOUR = Quotient.of(4)


def antiderivative(work: Workspace, part: Part) -> Quotient:
    """An antiderivative of a product without its coefficient. Raises NoRule."""
    t = own_value(work.variable)
    if part.is_power:
        return _of_power(work, t, part.power)
    if part.logs:
        return _of_logarithm(work, part, t)
    if not part.factors:
        if TWO in part.growth:
            return _of_gaussian(work, part, t)
        return _of_exponential(work, part, t)
    if not part.turning.is_zero:
        raise NoRule("no antiderivative is known here")
    if len(part.factors) > 1:
        return _of_several(work, part, t)
    (factor,) = part.factors.values()
    if work.variable not in factor.base.generators:
        return _of_logistic(work, part, factor, t)
    if part.growth:
        raise NoRule("no antiderivative is known here")
    if degrees(factor.base.numerator)[work.variable] == 1:
        return _of_linear(work, part.whole_power, factor)
    return _of_quadratic(work, part, factor, t)


def _of_several(work: Workspace, part: Part, t: Quotient) -> Quotient:
    """Partial fractions for linear factors; roots of equal degree make one root."""
    if part.growth:
        raise NoRule("no antiderivative is known here")
    found = list(part.factors.values())
    if all(one.exponent == -HALF for one in found) and len(found) == 2:
        base = _upright(work, found[0]) * _upright(work, found[1])
        return _of_quadratic(work, part, Factor(base, -HALF, odd=False), t)
    n, total = part.whole_power, ZERO
    if n >= len(found) or any(one.exponent != -ONE for one in found):
        raise NoRule("no antiderivative is known here")
    bases = [_upright(work, one) for one in found]
    shapes = [work.coefficients(base, 1) for base in bases]
    for base, (c, a) in zip(bases, shapes, strict=True):
        zero = -c / a
        weight = _power(zero, n)
        for other, (d, b) in zip(bases, shapes, strict=True):
            if other != base:
                weight /= b * zero + d
        total += weight / a * work.form.logarithm(base)
    return total


def _upright(work: Workspace, factor: Factor) -> Quotient:
    """|q| where its sign is known and the factor is a power of |q|; else q."""
    bounds = work.form.signs.of_polynomial(factor.base.numerator)
    falls = bounds.high is not None and bounds.high <= 0 and not factor.odd
    return -factor.base if falls else factor.base


def _of_power(work: Workspace, u: Quotient, exponent: Quotient) -> Quotient:
    """The integral of u^exponent by u."""
    above = exponent + ONE
    return work.form.logarithm(u) if above.is_zero else work.power(u, above) / above


def _of_exponential(work: Workspace, part: Part, t: Quotient) -> Quotient:
    """t^n e^(b t), b complex, by parts."""
    if not set(part.growth) <= {ONE}:
        raise NoRule("no antiderivative is known here")
    n, real = part.whole_power, part.growth.get(ONE, ZERO)
    b = real if part.turning.is_zero else real + work.i * part.turning
    total = ZERO
    for k in range(n + 1):
        c = Quotient.of((-1) ** k * (factorial(n) // factorial(n - k)))
        total += c * (t ** (n - k) if n > k else ONE) / b ** (k + 1)
    return total * work.exponential(real * t, part.turning * t)


def _of_gaussian(work: Workspace, part: Part, t: Quotient) -> Quotient:
    """t^n e^(-a t^2 + b t) by the error function, and by parts."""
    if not set(part.growth) <= {ONE, TWO} or not part.turning.is_zero:
        raise NoRule("no antiderivative is known here")
    a, b = -part.growth[TWO], part.growth.get(ONE, ZERO)
    bounds = work.form.signs.of(a)
    if bounds.low is None or bounds.low < 0:
        raise NoRule("an exponent of unknown sign")
    root, size = work.root(a), work.exponential(b * t - a * t * t)
    error = work.form.function("erf", ((TWO * a * t - b) / work.root(FOUR * a),))
    middle = work.exponential(b * b / (FOUR * a))
    before, value = ZERO, HALF * work.root(work.form.pi) / root * middle * error
    for order in range(1, part.whole_power + 1):
        edge = (t ** (order - 1) if order > 1 else ONE) * size
        before, value = value, (Quotient.of(order - 1) * before + b * value - edge) / (TWO * a)
    return value


def _of_linear(work: Workspace, n: int, factor: Factor) -> Quotient:
    """t^n u^e for u = c + a t: t = (u - c)/a."""
    u, total = _upright(work, factor), ZERO
    c, a = work.coefficients(u, 1)
    for j in range(n + 1):
        coefficient = Quotient.of(comb(n, j)) * (_power(-c, n - j))
        total += coefficient * _of_power(work, u, factor.exponent + Quotient.of(j))
    return total / a ** (n + 1)


def _power(base: Quotient, exponent: int) -> Quotient:
    return base**exponent if exponent else ONE


def _of_quadratic(work: Workspace, part: Part, factor: Factor, t: Quotient) -> Quotient:
    """1/q and t/q for a quadratic q without real zeros; t^n q^-1 by division."""
    if factor.exponent != -ONE:
        return _of_root_of_quadratic(work, part, factor, t)
    c, b, a = work.coefficients(factor.base, 2)
    root = work.root(FOUR * a * c - b * b)
    plain = TWO / root * work.form.function("atan", ((TWO * a * t + b) / root,))
    first = (work.form.logarithm(factor.base) - b * plain) / (TWO * a)
    found = [plain, first]
    for n in range(2, part.whole_power + 1):  # a t^n = q t^(n-2) - b t^(n-1) - c t^(n-2)
        whole = t ** (n - 1) / Quotient.of(n - 1)
        found.append((whole - b * found[n - 1] - c * found[n - 2]) / a)
    return found[part.whole_power]


def _of_root_of_quadratic(work: Workspace, part: Part, factor: Factor, t: Quotient) -> Quotient:
    """t q^e by q^(e+1); 1/sqrt(c - a t^2) by the inverse sine; 1/q^n by reduction."""
    q = _upright(work, factor)
    c, b, a = work.coefficients(q, 2)
    e, n = factor.exponent, part.whole_power
    if n == 1 and b.is_zero:
        return _of_power(work, q, e) / (TWO * a)
    if n == 0 and b.is_zero and e == -HALF:
        return work.form.function("asin", (t * work.root(-a / c),)) / work.root(-a)
    if n == 0 and e.rational is not None and e.rational.denominator == 1 and e.rational < -1:
        d = FOUR * a * c - b * b  # reduction of 1/q^k
        k = -int(e.rational) - 1
        lower = Factor(factor.base, Quotient.of(-k), odd=True)
        rest = _of_quadratic(work, Part(ONE), lower, t)
        edge = (TWO * a * t + b) / (Quotient.of(k) * d * factor.base**k)
        return edge + TWO * a * Quotient.of(2 * k - 1) / (Quotient.of(k) * d) * rest
    raise NoRule("no antiderivative is known here")


def _of_logarithm(work: Workspace, part: Part, t: Quotient) -> Quotient:
    """t^p log|q|^n for linear q, by parts."""
    if part.factors or part.growth or not part.turning.is_zero or len(part.logs) > 1:
        raise NoRule("no antiderivative is known here")
    ((base, n),) = part.logs.items()
    log = work.form.logarithm(base)
    p = part.power
    if base == t:
        if (p + ONE).is_zero:
            return log ** (n + 1) / Quotient.of(n + 1)
        total = ZERO
        for k in range(n + 1):
            c = Quotient.of((-1) ** k * (factorial(n) // factorial(n - k)))
            total += c * (log ** (n - k) if n > k else ONE) / (p + ONE) ** (k + 1)
        return work.power(t, p + ONE) * total
    c, a = work.coefficients(base, 1)
    m = part.whole_power
    total = ZERO
    for j in range(m + 1):
        inner = Part(ONE, Quotient.of(j), logs={base: n})
        coefficient = Quotient.of(comb(m, j)) * _power(-c, m - j)
        total += coefficient * _in_base(work, inner, base, log)
    return total / a ** (m + 1)


def _in_base(work: Workspace, part: Part, u: Quotient, log: Quotient) -> Quotient:
    n = next(iter(part.logs.values()))
    total = ZERO
    for k in range(n + 1):
        c = Quotient.of((-1) ** k * (factorial(n) // factorial(n - k)))
        total += c * (log ** (n - k) if n > k else ONE) / (part.power + ONE) ** (k + 1)
    return work.power(u, part.power + ONE) * total


def _of_logistic(work: Workspace, part: Part, factor: Factor, t: Quotient) -> Quotient:
    """s^(p-1) (c + a s)^(-v) / r by s, for s = e^(r t)."""
    if part.whole_power:
        raise NoRule("no antiderivative is known here")
    p, v, c, a, rate = logistic_shape(work, part, factor)
    if p.rational is None or v.rational is None or p.rational.denominator != 1:
        raise NoRule("no antiderivative is known here")
    if v.rational.denominator != 1 or not -20 < p.rational < 20 or not 0 < v.rational < 20:
        raise NoRule("no antiderivative is known here")
    s = work.exponential(rate * t)
    return _in_exponential(work, int(p.rational) - 1, int(v.rational), (c, a, s, rate * t)) / rate


def _in_exponential(
    work: Workspace, j: int, v: int, shape: tuple[Quotient, Quotient, Quotient, Quotient]
) -> Quotient:
    """The integral of s^j (c + a s)^(-v) by s."""
    c, a, s, log = shape
    if v == 0:
        return log if j == -1 else s ** (j + 1) / Quotient.of(j + 1)
    if j < 0:  # 1 = ((c + a s) - a s) / c
        first = _in_exponential(work, j, v - 1, shape)
        return (first - a * _in_exponential(work, j + 1, v, shape)) / c
    u, total = c + a * s, ZERO
    for k in range(j + 1):
        coefficient = Quotient.of(comb(j, k)) * _power(-c, j - k)
        total += coefficient * _of_power(work, u, Quotient.of(k - v))
    return total / a ** (j + 1)
