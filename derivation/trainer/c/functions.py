"""exp, log, log1p and expm1 in C, such that a loop over them becomes vector instructions.

The C library's own are not vectorised without -ffast-math, and differ from machine to machine;
these consist of IEEE operations in a fixed order, so all machines agree on every bit. They have
no branches, overflow to inf, and underflow by way of subnormals to 0. Measured against 400 bits
they err by at most 0.67 units in the last place (`exp_`; 0.76 for subnormal results), 0.85 (`log_`
and `log1p_`) and 1.5 (`expm1_`).

The polynomials are minimax approximations (Remez exchange in 60 digits, rounded to double) of
(e^t - 1 - t)/t^2 for abs(t) <= log(2)/2, relative error 6e-20, and of
(atanh(u)/u - 1)/u^2 as a polynomial in u^2 for abs(u) <= 3 - 2 sqrt(2), relative error 2e-20.
log(2) is split into a part of 32 bits, of which small multiples are exact, and the rest.
"""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["c_functions"]

BITS = """\
static inline double from_bits(uint64_t bits) { double x; memcpy(&x, &bits, 8); return x; }
static inline uint64_t to_bits(double x) { uint64_t bits; memcpy(&bits, &x, 8); return bits; }
"""

# 0x1.8p52 as a summand rounds to a whole number, whose bits then stand in the lowest places.
REDUCTION = """\
/* x = whole log(2) + t, abs(t) <= log(2)/2, t to twice the precision: t + rest. */
struct reduced { double whole, t, rest, tail; };

static inline struct reduced reduce(double x) {
    const double whole = (x * 0x1.71547652b82fep0 + 0x1.8p52) - 0x1.8p52;
    const double high = x - whole * 0x1.62e42feep-1;
    const double low = whole * 0x1.a39ef35793c76p-33;
    const double t = high - low;
    const double t2 = t * t, t4 = t2 * t2; /* Estrin's scheme: short chains of operations */
    const double a = (0.5 + 0x1.555555555555bp-3 * t)
                     + (0x1.5555555555515p-5 + 0x1.111111110edb5p-7 * t) * t2;
    const double b = (0x1.6c16c16c2cad7p-10 + 0x1.a01a01b311782p-13 * t)
                     + (0x1.a01a01414ecccp-16 + 0x1.71ddf10779e5fp-19 * t) * t2;
    const double c = (0x1.27e5a53fe9579p-22 + 0x1.af6a89741fe1fp-26 * t)
                     + 0x1.1e4d12bea7bacp-29 * t2;
    const struct reduced r = {whole, t, (high - t) - low, t2 * (a + t4 * (b + t4 * c))};
    return r;
}

/* x times two to the power of a whole number: in two steps, as either power is a normal number.
   With 0x1.8p52 + 1023 as a summand the lowest places are the exponent of such a power. */
static inline double scaled(double x, double whole) {
    const double half = whole * 0.5 + 0x1.80000000003ffp52;
    const double other = (whole - (half - 0x1.80000000003ffp52)) + 0x1.80000000003ffp52;
    return x * from_bits(to_bits(half) << 52) * from_bits(to_bits(other) << 52);
}

static inline double limited(double x) {
    x = 710.0 < x ? 710.0 : x;
    return -746.0 > x ? -746.0 : x;
}
"""

EXP = """\
static inline double exp_(double x) {
    const struct reduced r = reduce(limited(x));
    const double s = 1.0 + r.t;
    return scaled(s + (((1.0 - s) + r.t) + (r.rest + r.tail)), r.whole);
}
"""

# Without the "- 1" of large results: there it is less than half a unit in the last place.
EXPM1 = """\
static inline double expm1_(double x) {
    const struct reduced r = reduce(limited(x));
    const double q = r.t + (r.rest + r.tail);
    const double power = scaled(1.0, r.whole);
    const double small = (power - 1.0) + power * q;
    return r.whole > 60.0 ? scaled(1.0 + q, r.whole) : x == 0.0 ? x : small;
}
"""

LOGARITHM = """\
/* log of a normal number s, plus c. */
static inline double log_of(double s, double c, double exponent) {
    const uint64_t bits = to_bits(s) + (0x3ff0000000000000u - 0x3fe6a09e00000000u);
    const double k = from_bits((bits >> 52) | 0x4330000000000000u) - (0x1p52 + 1023.0) + exponent;
    const double f = from_bits((bits & 0x000fffffffffffffu) + 0x3fe6a09e00000000u) - 1.0;
    const double u = f / (2.0 + f), v = u * u, half = 0.5 * f * f;
    double p = 0x1.0e87faad2f6d3p-4;
    p = p * v + 0x1.0f778ca44ac19p-4;
    p = p * v + 0x1.3b1f555d34123p-4;
    p = p * v + 0x1.745ce72e0981ap-4;
    p = p * v + 0x1.c71c7237500dfp-4;
    p = p * v + 0x1.249249244df8bp-3;
    p = p * v + 0x1.9999999999bc9p-3;
    p = p * v + 0x1.5555555555555p-2;
    const double high = k * 0x1.62e42feep-1;
    const double sum = high + f, error = f - (sum - high);
    const double low = k * 0x1.a39ef35793c76p-33 + c;
    return sum + (error - (half - (u * (half + 2.0 * v * p) + low)));
}
"""

LOG1P = """\
static inline double log1p_(double x) {
    const double s = 1.0 + x, back = s - 1.0;
    const double lost = (1.0 - (s - back)) + (x - back); /* s + lost = 1 + x, exactly */
    const double y = log_of(s, lost / s, 0.0);
    return x > 0x1.fffffffffffffp1023 || !(x == x) || x == 0.0 ? x
        : x < -1.0 ? NAN : x == -1.0 ? -INFINITY : y;
}
"""

LOG = """\
static inline double log_(double x) {
    const int tiny = x < 0x1p-1022;
    const double y = log_of(tiny ? x * 0x1p54 : x, 0.0, tiny ? -54.0 : 0.0);
    return x > 0x1.fffffffffffffp1023 || !(x == x) ? x
        : x < 0.0 ? NAN : x == 0.0 ? -INFINITY : y;
}
"""

PLAIN = {
    "greater_": "static inline double greater_(double x, double y) { return x > y ? x : y; }\n",
    "smaller_": "static inline double smaller_(double x, double y) { return x < y ? x : y; }\n",
}


def c_functions(names: Iterable[str]) -> str:
    """The C text of the functions with these names, and of what they call in turn."""
    wanted = set(names)
    parts = [PLAIN[name] for name in sorted(wanted & PLAIN.keys())]
    if wanted & {"exp_", "expm1_", "log_", "log1p_"}:
        parts.append(BITS)
    if wanted & {"exp_", "expm1_"}:
        parts.append(REDUCTION)
    if wanted & {"log_", "log1p_"}:
        parts.append(LOGARITHM)
    texts = {"exp_": EXP, "expm1_": EXPM1, "log_": LOG, "log1p_": LOG1P}
    parts += [text for name, text in texts.items() if name in wanted]
    return "\n".join(parts)
