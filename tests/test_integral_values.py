"""Values of random integrals over finite ranges, against rigorous quadrature in balls."""

from __future__ import annotations

from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from derivation.domain import Domain
from derivation.errors import DerivationError
from derivation.kernel.definedness.conditions import conditions
from derivation.kernel.integration.replacing import known_integral
from derivation.kernel.names.context import Context
from derivation.kernel.refutation.arithmetic import Indeterminate, Undefined, as_ball
from derivation.kernel.refutation.balls import Point, evaluate
from derivation.notation import read
from derivation.term import Integral, Sub, plain

LINEAR = ["x", "a*x", "a*x + b", "x - c", "c - x", "1 + x", "2*x - 1", "b - a*x", "x/a"]
SHAPES = [
    "({0})", "({0})**2", "({0})**3", "1/({0})", "sqrt({0})", "({0})**(3/2)", "({0})**a",
    "exp({0})", "exp(-({0})**2)", "log({0})", "sin({0})", "cos({0})", "Abs({0})",
    "Max({0}, 0)", "sigmoid({0})", "1/(({0})**2 + a)", "relu({0})",
]  # fmt: skip
RANGES = [("0", "1"), ("0", "a"), ("a", "b"), ("-1", "1"), ("b", "c"), ("1", "0"), ("-b", "b")]
DOMAINS = ["a > 0, b > 0, c real", "0 < a < 1, b > 1, c > 2", "a > 1, b < 0, c real"]


@st.composite
def integrals(draw: st.DrawFn) -> tuple[str, str]:
    """An integral, and the domain of its parameters."""
    count = draw(st.integers(1, 2))
    factors = [
        draw(st.sampled_from(SHAPES)).format(draw(st.sampled_from(LINEAR))) for _ in range(count)
    ]
    lower, upper = draw(st.sampled_from(RANGES))
    body = "*".join(factors)
    return f"Integral({body}, (x, {lower}, {upper}))", draw(st.sampled_from(DOMAINS))


def known(text: str, domain: Domain):
    context = Context(domain)
    term = context.separate(plain(read(text, syntax="python")))
    assert isinstance(term, Integral)
    try:
        return term, known_integral(term, context, frozenset(), conditions)
    except DerivationError:
        return term, None


@settings(max_examples=150, deadline=None)
@given(integrals(), st.tuples(*(st.fractions(-4, 4, max_denominator=7) for _ in range(3))))
def test_a_value_lies_in_the_ball_of_the_integral(claim, values):
    text, sentence = claim
    domain = Domain.parse(sentence)
    point = dict(zip("abc", values, strict=True))
    if not all(one.admits(point[one.name]) for one in domain):
        return
    term, found = known(text, domain)
    if found is None:
        return
    at = Point({name: fmpq(v.numerator, v.denominator) for name, v in point.items()})
    try:
        if any(not as_ball(evaluate(one.term, at, 128)) > 0 for one in found.conditions):
            return  # its conditions fail, or are of another kind
        difference = as_ball(evaluate(Sub(term, found.value), at, 128))
    except (Undefined, Indeterminate):
        return
    assert difference.contains(0), (text, sentence, point, difference)


def test_the_strategy_finds_values():
    domain = Domain.parse(DOMAINS[0])
    found = [known(f"Integral({shape.format('x + b')}, (x, 0, a))", domain)[1] for shape in SHAPES]
    assert sum(one is not None for one in found) >= 15
