from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from derivation.domain import (
    REAL_LINE,
    Declaration,
    Domain,
    Interval,
    Kind,
    MatrixProperty,
    Shifted,
)
from derivation.errors import DomainError

HALF_OPEN = Interval(Fraction(0), Fraction(1), low_open=False)
UNIT = Interval(Fraction(0), Fraction(1), low_open=False, high_open=False)
POSITIVE = Interval(low=Fraction(0))
NONNEGATIVE = Interval(low=Fraction(0), low_open=False)


@pytest.mark.parametrize(
    ("text", "declaration"),
    [
        ("x real", Declaration("x")),
        ("x positive", Declaration("x", interval=POSITIVE)),
        ("x nonzero", Declaration("x", nonzero=True)),
        ("x != 0", Declaration("x", nonzero=True)),
        ("0<p<1", Declaration("p", interval=Interval(Fraction(0), Fraction(1)))),
        ("0 <= p < 1", Declaration("p", interval=HALF_OPEN)),
        ("-1/2 < p", Declaration("p", interval=Interval(low=Fraction(-1, 2)))),
        ("1 >= p >= 0", Declaration("p", interval=UNIT)),
        ("p < 0.25", Declaration("p", interval=Interval(high=Fraction(1, 4)))),
        ("x in (-inf, inf)", Declaration("x")),
        ("m integer>=0", Declaration("m", Kind.INTEGER, NONNEGATIVE)),
        ("m integer >= 0", Declaration("m", Kind.INTEGER, NONNEGATIVE)),
        ("k in {-1, 1}", Declaration("k", values=(Fraction(-1), Fraction(1)))),
        ("i in 1..m", Declaration("i", Kind.INDEX, sizes=("m",))),
        ("i in 1..3", Declaration("i", Kind.INDEX, sizes=(3,))),
        ("i in 1..m > 1", Declaration("i", Kind.INDEX, Interval(low=Fraction(1)), sizes=("m",))),
        ("y[1..m] in [0, 1]", Declaration("y", interval=UNIT, sizes=("m",))),
        ("y[0..m] in [0, 1]", Declaration("y", interval=UNIT, sizes=("m",), first=0)),
        ("u[1..m, 1..d] real", Declaration("u", sizes=("m", "d"))),
        ("u[m, 2] real", Declaration("u", sizes=("m", 2))),
        ("f(x) function", Declaration("f", Kind.FUNCTION, arguments=("x",))),
        (
            "0 < h(x; w, b) < 1",
            Declaration(
                "h",
                Kind.FUNCTION,
                Interval(Fraction(0), Fraction(1)),
                arguments=("x",),
                parameters=("w", "b"),
            ),
        ),
    ],
)
def test_a_declaration_is_read(text: str, declaration: Declaration):
    assert Domain.parse(text) == Domain((declaration,))


def test_names_before_a_statement_share_it():
    domain = Domain.parse("x, y[1..m] > 0; z real\nm integer")
    assert [one.name for one in domain] == ["x", "y", "z", "m"]
    assert domain.get("x") == Declaration("x", interval=POSITIVE)
    assert domain.get("y") == Declaration("y", interval=POSITIVE, sizes=("m",))
    assert domain.get("z") == Declaration("z")


def test_a_name_may_be_declared_in_several_pieces():
    together = Domain.parse("m integer, m >= 1, m < 5, m != 0")
    assert together == Domain.parse("m integer in [1, 5) != 0")
    assert Domain.parse("i in 1..m, i >= 2") == Domain.parse("i in 1..m >= 2")


def test_no_declaration_is_an_empty_domain():
    assert Domain.parse("  ") == Domain()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("x real, y purple", "'y purple'"),
        ("x real, 3x real", "'3x real'"),
        ("x real, y", "y real"),
        ("x real, p in (0, 1", "p in (0, 1"),
        ("x real, x y real", "'x y real'"),
        ("k in {a}", "'k in {a}'"),
        ("k in {1/0}", "'k in {1/0}'"),
        ("k in {}", "'k in {}'"),
        ("x > 1/0", "'x > 1/0'"),
        ("x in [1/0, 2]", "1/0"),
        ("x > 1.5/2", "'x > 1.5/2'"),
        ("x != 2", "'x != 2'"),
        ("x > 1, x < 0", "no value is left for x"),
        ("p in (0, 0)", "no value is left for p"),
        ("k in {0, 1} > 2", "no value is left for k"),
        ("m integer in {1/2}", "no value is left for m"),
        ("x[2..m] real", "'2..m'"),
        ("x[1..m, 0..d] real", "'x[1..m, 0..d] real'"),
        ("x[] real", "'x[] real'"),
        ("i in 1..", "'i in 1..'"),
        ("x[1..m] real, x[1..n] > 0", "'x[1..n] > 0'"),
        ("x[1..m] real, x[0..m] > 0", "'x[0..m] > 0'"),
        ("m integer, m(x) function", "'m(x) function'"),
        ("x function", "'x function'"),
    ],
)
def test_an_error_names_the_piece(text: str, named: str):
    with pytest.raises(DomainError) as error:
        Domain.parse(text)
    assert named in str(error.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("real", "n real"),
        ("(0,1)", "n in (0, 1)"),
        ("[0, 1)", "n in [0, 1)"),
        ("{-1, 1}", "n in {-1, 1}"),
        ("> 0", "n > 0"),
        ("int", "n integer"),
        ("int >= 1", "n integer >= 1"),
        ("index m", "n in 1..m"),
        ("idx m", "n[1..m] real"),
        ("idx m 2", "n[1..m, 1..2] real"),
        ("idx>0 m", "n[1..m] > 0"),
        ("function", "n() function"),
    ],
)
def test_the_variables_of_a_claim_say_the_same_as_a_sentence(text: str, sentence: str):
    assert Domain.from_vars({"n": text}) == Domain.parse(sentence)


@pytest.mark.parametrize(
    "text",
    ["purple", "idx", "idx m*2", "idx m+", "(0,1", "> 1/0", "(inf, 2)", "> 1e9999", "in (1, 0)"],
)
def test_an_error_names_the_variable(text: str):
    with pytest.raises(DomainError, match="speed"):
        Domain.from_vars({"speed": text})


def test_a_variable_needs_a_name():
    with pytest.raises(DomainError, match="'2x' is not a name"):
        Domain.from_vars({"2x": "real"})


def test_the_last_of_two_domains_wins():
    domain = Domain.parse("x real, y > 0").extended(Domain.parse("x integer, z real"))
    assert domain == Domain.parse("y > 0, x integer, z real")
    assert domain.without("x", "z") == Domain.parse("y > 0")
    assert "x" in domain
    assert domain.get("w") is None


@pytest.mark.parametrize(
    ("text", "allowed", "refused"),
    [
        ("n integer >= 1", "1", "1/2"),
        ("n > 0", "1/9", "0"),
        ("n in [0, 1)", "0", "1"),
        ("n in {-1, 1}", "-1", "0"),
        ("n nonzero", "-3", "0"),
        ("n in 1..m >= 2", "2", "1"),
    ],
)
def test_a_declaration_admits_its_values_only(text: str, allowed: str, refused: str):
    (declaration,) = Domain.parse(text)
    assert declaration.admits(Fraction(allowed))
    assert not declaration.admits(Fraction(refused))


FRACTIONS = st.fractions(-9, 9, max_denominator=8)
ENDS = st.none() | FRACTIONS


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    low, high = draw(ENDS), draw(ENDS)
    if low is not None and high is not None:
        low, high = min(low, high), max(low, high)
    low_open = low is None or draw(st.booleans())
    high_open = high is None or draw(st.booleans())
    return Interval(low, high, low_open, high_open)


@st.composite
def matrices(draw: st.DrawFn, name: str) -> Declaration:
    size = st.sampled_from(["m", "d", Shifted("n", 1), Shifted("n", -2)]) | st.integers(1, 9)
    rows = draw(size)
    if draw(st.booleans()):
        interval = draw(st.just(REAL_LINE) | intervals())
        assume(not interval.is_empty)
        return Declaration(name, Kind.MATRIX, interval, sizes=(rows, 1))
    columns = draw(size.filter(lambda one: one != 1))
    properties = frozenset(draw(st.sets(st.sampled_from(MatrixProperty))))
    sizes = (columns, columns) if properties else (rows, columns)
    return Declaration(name, Kind.MATRIX, sizes=sizes, properties=properties)


@st.composite
def declarations(draw: st.DrawFn, name: str) -> Declaration:
    kind = draw(st.sampled_from(Kind))
    size = st.sampled_from(["m", "d"]) | st.integers(1, 9)
    sizes: tuple[int | str, ...] = ()
    arguments: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    first = 1
    if kind is Kind.MATRIX:
        return draw(matrices(name))
    if kind is Kind.INDEX:
        sizes = (draw(size),)
    elif kind is Kind.FUNCTION:
        arguments = tuple(draw(st.lists(st.sampled_from("xyz"), max_size=2)))
        parameters = tuple(draw(st.lists(st.sampled_from("wb"), max_size=2)))
    else:
        sizes = tuple(draw(st.lists(size, max_size=2)))
        first = draw(st.sampled_from([0, 1])) if sizes else 1
    values = tuple(draw(st.lists(FRACTIONS, max_size=3)))
    interval = draw(st.just(REAL_LINE) | intervals())
    declaration = Declaration(
        name, kind, interval, draw(st.booleans()), values, sizes, first, arguments, parameters
    )
    assume(not interval.is_empty)
    assume(not values or any(map(declaration.admits, values)))
    return declaration


@st.composite
def domains(draw: st.DrawFn) -> Domain:
    names = draw(st.lists(st.sampled_from(["a", "b_1", "k", "theta", "X"]), unique=True))
    return Domain(tuple(draw(declarations(name)) for name in names))


@given(domains())
def test_what_is_printed_is_read_back(domain: Domain):
    assert Domain.parse(str(domain)) == domain


@given(intervals(), intervals(), FRACTIONS)
def test_an_intersection_holds_the_points_of_both(x: Interval, y: Interval, point: Fraction):
    both = x.intersect(y)
    assert (point in both) == (point in x and point in y)
    if both.is_empty:
        assert point not in both
