"""Intervals, images of functions, and signs on boxes, each against values at points."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from flint import fmpq
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from derivation.domain import REAL_LINE, Domain, Interval
from derivation.kernel.bounds import intervals
from derivation.kernel.bounds.bernstein import holds_on_box
from derivation.kernel.bounds.enclosures import DECREASING, INCREASING, image, power_image
from derivation.kernel.bounds.intervals import Bounds
from derivation.kernel.bounds.quadratics import least_value
from derivation.kernel.refutation.reals import Indeterminate, Undefined, apply, power
from derivation.notation import read

F = Fraction
small = st.fractions(min_value=-4, max_value=4, max_denominator=6)


@st.composite
def real_intervals(draw):
    """Intervals that are not empty, and a point of each."""
    low, high = sorted((draw(small), draw(small)))
    low_open, high_open = draw(st.booleans()), draw(st.booleans())
    interval = Interval(
        low if draw(st.booleans()) else None,
        high if draw(st.booleans()) else None,
        low_open,
        high_open,
    )
    assume(not interval.is_empty)
    places = (low, high, (low + high) / 2, low - 3, high + 3, low + F(1, 50))
    inside = [place for place in places if place in interval]
    assume(inside)
    return interval, draw(st.sampled_from(inside))


def exact(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)


def lies_in(value, interval: Interval) -> bool:
    """Whether a certified value can lie in the interval, closed."""
    low = interval.low is None or not value < exact(interval.low)
    high = interval.high is None or not value > exact(interval.high)
    return low and high


# ---------------------------------------------------------------------- intervals


@given(real_intervals(), real_intervals())
def test_hull_maximum_and_magnitude_hold_their_values(one, other):
    (x, a), (y, b) = one, other
    assert a in intervals.hull(x, y)
    assert b in intervals.hull(x, y)
    assert max(a, b) in intervals.maximum(x, y)
    assert abs(a) in intervals.magnitude(x)


def test_an_end_is_open_only_when_it_is_not_taken():
    half_open = Interval(F(0), F(1))
    closed = Interval(F(0), F(1), low_open=False, high_open=False)
    assert not intervals.hull(half_open, closed).low_open
    assert intervals.hull(half_open, half_open).low_open
    assert not intervals.magnitude(Interval(F(-1), F(1))).low_open
    assert intervals.is_positive(intervals.maximum(half_open, REAL_LINE))
    assert not intervals.is_positive(intervals.maximum(closed, REAL_LINE))


@given(st.sampled_from([*INCREASING, *DECREASING, "cosh"]), real_intervals())
def test_the_image_of_an_interval_holds_the_values(name, place):
    interval, point = place
    try:
        value = apply(name, [exact(point)])
    except (Undefined, Indeterminate):
        return
    found = image(name, interval)
    assert found is not None
    assert lies_in(value, found)
    if isinstance(value, fmpq):
        assert F(int(value.p), int(value.q)) in found


@given(real_intervals(), small)
def test_the_image_under_a_fractional_power_holds_the_values(place, exponent):
    interval, point = place
    assume(exponent.denominator != 1)
    try:
        value = power(exact(point), exact(exponent), exponent_is_real=False)
    except (Undefined, Indeterminate):
        return
    assert lies_in(value, power_image(interval, exponent))


@pytest.mark.parametrize(
    ("term", "given", "inside", "outside"),
    [
        ("exp(x)", "x > 0", "(1, inf)", 1),
        ("log(x)", "x > 3", "(1, inf)", 1),
        ("sqrt(x)", "x in [4, 9]", "[2, 3]", F(7, 2)),
        ("acos(x)", "x in [-1, 1]", "[0, inf)", -1),
        ("Abs(x)", "x in (-2, 1)", "[0, 2)", 2),
        ("Max(x, 1)", "x real", "[1, inf)", 0),
        ("Min(x, -1)", "x real", "(-inf, -1]", 0),
        ("floor(x)", "x in (1/2, 5/2)", "[0, 2]", 3),
        ("Mod(x, y)", "x real, y in (0, 2)", "[0, 2)", 2),
        ("Piecewise((1, x > 0), (3, True))", "x real", "[1, 3]", 0),
        ("x**(1/2)", "x in [4, 9]", "[2, 3]", F(7, 2)),
        ("Product(exp(x), (k, 1, n))", "x real, n integer", "(0, inf)", 0),
    ],
)
def test_bounds_of_terms(term, given, inside, outside):
    domain = Domain.parse(f"{given}, wanted in {inside}")
    found = Bounds({one.name: one for one in domain}, {}).of(read(term))
    wanted = domain.get("wanted").interval
    assert found.intersect(wanted) == found
    assert F(outside) not in found


def test_a_value_in_the_middle_may_lie_outside_the_unit_interval():
    """Heaviside(x, h) is h at 0, whatever h is."""
    domain = Domain.parse("x real")
    found = Bounds({one.name: one for one in domain}, {}).of(read("Heaviside(x, 5)"))
    assert F(5) in found


# ---------------------------------------------------------------------- polynomials on boxes

OPEN = Interval(F(0), F(1))
CLOSED = Interval(F(0), F(1), low_open=False, high_open=False)
ONE_MINUS_PRODUCT = {(0, 0): F(1), (1, 1): F(-1)}
UNION = {(1, 0): F(1), (0, 1): F(1), (1, 1): F(-1)}  # p + q - p q
HUMP = {(2,): F(1), (1,): F(-1), (0,): F(1)}  # x^2 - x + 1
SQUARE = {(2,): F(1), (1,): F(-2), (0,): F(1)}  # (x - 1)^2


@pytest.mark.parametrize(
    ("polynomial", "box"),
    [
        (ONE_MINUS_PRODUCT, (OPEN, OPEN)),
        (ONE_MINUS_PRODUCT, (OPEN, CLOSED)),
        (UNION, (OPEN, OPEN)),
        (UNION, (OPEN, CLOSED)),
        (HUMP, (REAL_LINE,)),
        (HUMP, (Interval(low=F(0)),)),
        (SQUARE, (Interval(low=F(1)),)),
        (SQUARE, (Interval(high=F(1)),)),
        ({(1,): F(1)}, (Interval(low=F(0)),)),
        ({(1,): F(-1)}, (Interval(high=F(0)),)),
    ],
)
def test_positive_on_a_box(polynomial, box):
    assert holds_on_box(polynomial, box, strict=True)


@pytest.mark.parametrize(
    ("polynomial", "box"),
    [
        (ONE_MINUS_PRODUCT, (CLOSED, CLOSED)),  # 0 at (1, 1)
        (UNION, (CLOSED, CLOSED)),  # 0 at (0, 0)
        (SQUARE, (REAL_LINE,)),
        (SQUARE, (Interval(low=F(1), low_open=False),)),
        (SQUARE, (Interval(high=F(1), high_open=False),)),
        ({(1,): F(1)}, (Interval(low=F(0), low_open=False),)),
        ({(1,): F(1)}, (REAL_LINE,)),
        ({(1,): F(1)}, (Interval(F(0), F(0), low_open=False, high_open=False),)),
    ],
)
def test_not_positive_on_a_box(polynomial, box):
    assert not holds_on_box(polynomial, box, strict=True)


@pytest.mark.parametrize("box", [(CLOSED, CLOSED), (OPEN, CLOSED)])
def test_not_negative_on_a_box(box):
    assert holds_on_box(ONE_MINUS_PRODUCT, box, strict=False)
    assert holds_on_box(UNION, box, strict=False)
    assert not holds_on_box({(0, 0): F(1), (1, 1): F(-2)}, box, strict=False)


@st.composite
def polynomials(draw, variables: int):
    exponents = st.tuples(*[st.integers(0, 3)] * variables)
    whole = st.integers(-3, 3)
    terms = draw(st.dictionaries(exponents, whole, min_size=1, max_size=5))
    return {place: F(value) for place, value in terms.items()}


def value_of(polynomial, point):
    total = F(0)
    for exponents, coefficient in polynomial.items():
        for exponent, x in zip(exponents, point, strict=True):
            coefficient *= x**exponent  # noqa: PLW2901
        total += coefficient
    return total


def places(interval: Interval) -> list[Fraction]:
    ends = [end for end in (interval.low, interval.high) if end is not None]
    near = [end + step for end in ends for step in (F(1, 1000), F(-1, 1000), F(1, 3), F(-1, 3))]
    tried = [*ends, *near, F(0), F(1), F(-1), F(5), F(-5), F(1, 2)]
    return [place for place in tried if place in interval]


@settings(max_examples=150, deadline=None)
@given(polynomials(2), real_intervals(), real_intervals(), st.booleans())
def test_what_holds_on_a_box_holds_at_its_points(polynomial, one, other, strict):
    box = (one[0], other[0])
    if holds_on_box(polynomial, box, strict=strict):
        for point in product(*map(places, box)):
            value = value_of(polynomial, point)
            assert value > 0 if strict else value >= 0


# ---------------------------------------------------------------------- quadratic forms


@pytest.mark.parametrize(
    ("polynomial", "least"),
    [
        ({(2, 0): F(1), (1, 1): F(1), (0, 2): F(1), (0, 0): F(1)}, F(1)),
        ({(2, 0): F(1), (1, 1): F(-2), (0, 2): F(1)}, F(0)),
        (HUMP, F(3, 4)),
        ({(2, 0): F(1), (1, 1): F(3), (0, 2): F(1)}, None),  # indefinite
        ({(2, 0): F(1), (0, 1): F(1)}, None),  # linear in y
        ({(3,): F(1)}, None),
        ({(1,): F(1)}, None),
        ({(2,): F(-1)}, None),
    ],
)
def test_least_values(polynomial, least):
    assert least_value(polynomial) == least


@given(polynomials(3), st.tuples(small, small, small))
def test_no_value_lies_below_the_least(polynomial, point):
    least = least_value(polynomial)
    if least is not None:
        assert value_of(polynomial, point) >= least
