"""Refutation: false claims fall at a point of the domain, true ones never do."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction

import pytest
from flint import arb, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from derivation.domain import Domain, Kind
from derivation.kernel.refutation.balls import Point, evaluate
from derivation.kernel.refutation.functions import put_functions
from derivation.kernel.refutation.points import needed, points
from derivation.kernel.refutation.reals import Indeterminate, Undefined, working_bits
from derivation.kernel.refutation.refute import DEEP, QUICK, Effort, find_defined_point, refute
from derivation.notation import read
from derivation.term import (
    Add,
    And,
    Call,
    Constant,
    Derivative,
    Div,
    Indexed,
    Mul,
    Neg,
    Not,
    Number,
    Or,
    Piecewise,
    Pow,
    Product,
    Relation,
    RelationSign,
    Sub,
    Sum,
    Symbol,
    Term,
    number,
    substitute,
)
from derivation.term import (
    Test as Condition,
)

THOROUGH = Effort(32, (64, 256), 30.0)
HIDDEN = "x, y, w, b real, 0 < h(x; w, b) < 1, z(x; w, b) function, f(t) function"
SAMPLES = (
    "m integer >= 1, d integer >= 1, x[1..m] real, y[1..m] > 0, u[1..m, 1..d] real, "
    "w[1..d] real, i in 1..m, j in 1..d"
)


def parsed(text: str, domain: Domain) -> Term:
    return read(text, functions=domain.functions, syntax="python")


def attack(left: str, right: str, domain: str, effort: Effort = THOROUGH, seed: int = 0):
    declared = Domain.parse(domain)
    return refute(parsed(left, declared), parsed(right, declared), declared, effort, seed)


# (true side, equal side, domain, a false side): each true claim has a false twin
CLAIMS = [
    ("(x + 1)**2", "x**2 + 2*x + 1", "x real", "x**2 + 2*x - 1"),
    ("sqrt(x**2)", "Abs(x)", "x real", "x"),
    ("x/x", "1", "x real", "2"),
    ("sqrt(x)**2", "x", "x real", "-x"),
    ("log(x**2)", "2*log(x)", "x real", "log(x)"),
    ("log(x**2)", "2*log(Abs(x))", "x real", "2*log(Abs(x)) + 1/10**9"),
    ("exp(log(x))", "x", "x >= 0", "x**2"),
    ("(x**3)**(1/3)", "x", "x real", "-x"),
    ("(x*y)**z", "x**z*y**z", "x, y, z real", "x**z + y**z"),
    ("(x**2)**y", "x**(2*y)", "x, y real", "x**(y*y)"),
    ("(-1)**(2*n)", "1", "n integer", "-1"),
    ("(-1)**n*(-1)**n", "1", "n integer", "(-1)**n"),
    ("x**n*x**n", "x**(2*n)", "x real, n integer", "x**n"),
    ("x**0", "1", "x real", "0"),
    ("p*log(p)/p", "log(p)", "p in [0, 1]", "log(1 - p)"),
    ("p*(1 - p)", "p - p**2", "p in [0, 1]", "0"),
    ("k**2", "1", "k in {-1, 1}", "k"),
    ("k**3", "k", "k in {-1, 0, 1}", "k**2"),
    ("1 - sigmoid(x)", "sigmoid(-x)", "x real", "sigmoid(x)"),
    ("Max(x, y)", "(x + y + Abs(x - y))/2", "x, y real", "(x + y - Abs(x - y))/2"),
    ("relu(x)", "Piecewise((x, x > 0), (0, True))", "x real", "Piecewise((x, x < 0), (0, True))"),
    ("sin(x)**2 + cos(x)**2", "1", "x real", "1 + 1/10**30"),
    ("tan(x)*cos(x)", "sin(x)", "x real", "cos(x)"),
    ("asin(sin(asin(x)))", "asin(x)", "x in [-1, 1]", "acos(x)"),
    ("factorial(n + 1)", "(n + 1)*factorial(n)", "n integer >= 0", "n*factorial(n)"),
    ("floor(n/2) + ceiling(n/2)", "n", "n integer", "n + 1"),
    ("sign(x)*Abs(x)", "x", "x real", "Abs(x)"),
    ("Derivative(Abs(x), x)", "sign(x)", "x real", "1"),
    ("Derivative(relu(x), x)", "Heaviside(x)", "x real", "1 - Heaviside(x)"),
    ("Derivative(x**3, x, 2)", "6*x", "x real", "6*x**2"),
    ("Derivative(log(x), x)", "1/x", "x real", "1/x**2"),
    ("Derivative(sqrt(x), x)", "1/(2*sqrt(x))", "x >= 0", "1/sqrt(x)"),
    ("Derivative(x*y, y)", "x", "x, y real", "y"),
    # sums of symbolic length: off-by-one ranges, the empty sum, Kronecker deltas
    ("Sum(k, (k, 1, n))", "n*(n + 1)/2", "n integer >= 0", "n*(n - 1)/2"),
    ("Sum(k, (k, 1, n))", "Sum(k, (k, 0, n))", "n integer", "Sum(k, (k, 2, n))"),
    ("Sum(x[k], (k, 1, m))", "Sum(x[k + 1], (k, 0, m - 1))", SAMPLES, "Sum(x[k], (k, 2, m))"),
    ("Sum(x[k], (k, 1, m))", "Sum(x[i], (i, 1, m))", SAMPLES, "Sum(x[k], (k, 1, m - 1))"),
    ("Sum(x[k], (k, m + 1, m))", "0", SAMPLES, "1"),
    ("Sum(x[k], (k, 0, m))", "x[0] + Sum(x[k], (k, 1, m))", SAMPLES, None),
    ("Sum(x[k]*Delta(k, i), (k, 1, m))", "x[i]", SAMPLES, "x[1]"),
    ("Sum(Sum(u[a, c], (a, 1, m)), (c, 1, d))", "Sum(Sum(u[a, c], (c, 1, d)), (a, 1, m))",
     SAMPLES, "Sum(Sum(u[a, c], (c, 1, m)), (a, 1, m))"),
    ("Sum(log(y[k]), (k, 1, m))", "-Sum(log(1/y[k]), (k, 1, m))", SAMPLES,
     "log(Sum(y[k], (k, 1, m)))"),
    ("Derivative(Sum(u[i, k]*w[k], (k, 1, d)), w[j])", "u[i, j]", SAMPLES, "u[i, 1]"),
    ("Derivative(Sum(w[j]**2, (j, 1, d)), w[j])", "2*w[j]", SAMPLES, "w[j]"),
    # claims about all functions
    ("Derivative(log(h(x)), w)", "Derivative(h(x), w)/h(x)", HIDDEN, "h(x)/h(x)"),
    ("Derivative(log(h(x)), x)", "Derivative(h(x), x)/h(x)", HIDDEN, "Derivative(h(x), w)/h(x)"),
    ("Derivative(log(1 - h(x)), b)", "-Derivative(h(x), b)/(1 - h(x))", HIDDEN,
     "Derivative(h(x), b)/(1 - h(x))"),
    ("Derivative(sigmoid(z(x)), w)", "sigmoid(z(x))*(1 - sigmoid(z(x)))*Derivative(z(x), w)",
     HIDDEN, "sigmoid(z(x))*(1 - sigmoid(z(x)))*x"),
    ("Derivative(f(f(x)), x)", "Derivative(f(x), x)*Derivative(f(f(x)), x)/Derivative(f(x), x)",
     HIDDEN, "Derivative(f(x), x)**2"),
    ("log(h(x)/(1 - h(x)))", "log(h(x)) - log(1 - h(x))", HIDDEN, "log(h(x)) + log(1 - h(x))"),
    ("Abs(h(x))", "h(x)", HIDDEN, "-h(x)"),
    ("Derivative(z(y), x)", "0", HIDDEN, "Derivative(z(y), y)"),
]  # fmt: skip


@pytest.mark.parametrize(("left", "right", "domain", "wrong"), CLAIMS)
@pytest.mark.parametrize("seed", [0, 1])
def test_true_claims_stand_and_their_false_twins_fall(left, right, domain, wrong, seed):
    assert attack(left, right, domain, seed=seed) is None
    if wrong is not None:
        found = attack(left, wrong, domain, seed=seed)
        assert found is not None
        assert found.left != found.right
        assert found.values()


def test_off_by_one_falls_quickly():
    assert attack("Sum(x[k], (k, 1, m))", "Sum(x[k], (k, 1, m - 1))", SAMPLES, QUICK)
    assert attack("Sum(k**2, (k, 1, m))", "m*(m + 1)*(2*m + 1)/6 + m - 1", SAMPLES, QUICK)


@pytest.mark.parametrize(
    ("left", "right", "domain"),
    [
        ("q", "q + 1", "x real"),  # not declared
        ("x[1]", "x[1] + 1", "x[1..m] real"),  # the size is not declared
        ("x[1]", "x[1] + 1", "m real, x[1..m] real"),  # ... or no whole number
        ("x[1]", "x[1] + 1", "x real"),  # no family
        ("x", "x + 1", "m integer >= 1, x[1..m] real"),  # a family without index
        ("unknown(x)", "unknown(x) + 1", "x real"),
        ("h(x)", "h(x) + 1", "x real, h(x; w) function"),  # a hidden parameter not declared
        ("h(x, y)", "h(x, y) + 1", "x, y real, h(x) function"),  # called with two arguments
        ("log(-x**2 - 1)", "log(-x**2 - 1) + 1", "x real"),  # never defined
        ("(x - x)/(x - x)", "7", "x real"),
        ("Derivative(0*log(-x**2 - 1), x)", "1", "x real"),
        ("Derivative((-x**2)**(3/2), x)", "5", "x real"),  # defined at a single point
        ("Derivative(Abs(x)*0 + Abs(x - x), x)", "3", "x real"),
    ],
)
def test_nothing_is_said_without_a_certified_point(left, right, domain):
    declared = Domain.parse(domain) if domain else Domain()
    sides = parsed(left, declared), parsed(right, declared)
    assert refute(*sides, declared, DEEP) is None
    assert not find_defined_point(*sides, declared, QUICK)


def test_a_bound_index_with_the_name_of_a_hidden_parameter_is_refused():
    declared = Domain.parse("x, w real, h(x; w) function")
    claim = Sum(Call("h", (Symbol("x"),)), "w", Number("1"), Number("2"))
    assert refute(claim, Number("1"), declared, DEEP) is None


def test_primes_differentiate_by_the_argument():
    declared = Domain.parse(HIDDEN)
    x, w = Symbol("x"), Symbol("w")
    prime = Call("h", (x,), 1)
    body = Call("h", (x,))
    assert refute(prime, Derivative(body, x), declared, THOROUGH) is None
    assert refute(prime, Derivative(body, w), declared, THOROUGH) is not None
    chain = Derivative(Call("f", (Pow(x, Number("2")),)), x)
    right = Mul(Mul(Number("2"), x), Call("f", (Pow(x, Number("2")),), 1))
    assert refute(chain, right, declared, THOROUGH) is None
    assert refute(chain, Call("f", (Pow(x, Number("2")),), 1), declared, THOROUGH) is not None


def test_hidden_families_and_unknown_arity():
    domain = "d integer >= 1, w[1..d] real, x real, j in 1..d, h(x; w) function"
    left = "Derivative(h(x)**2, w[j])"
    assert attack(left, "2*h(x)*Derivative(h(x), w[j])", domain) is None
    assert attack(left, "0", domain) is not None
    declared = Domain.from_vars({"g": "function", "x": "real", "y": "real"})
    g = Call("g", (Symbol("x"), Symbol("y")))
    swapped = Call("g", (Symbol("y"), Symbol("x")))
    assert refute(g, g, declared, THOROUGH) is None
    found = refute(g, swapped, declared, THOROUGH)
    assert found is not None
    assert dict(found.values()).keys() == {"x", "y", "g(x, y)"}


def test_the_witness_can_be_checked_by_hand():
    found = attack("x[1]**2", "x[1]", "m integer >= 1, x[1..m] > 1", QUICK)
    values = dict(found.values())
    member = Fraction(values["x[1]"])
    assert member > 1
    assert values["m"] == "1"
    assert float(found.left) == pytest.approx(float(member**2), rel=1e-4)
    assert float(found.right) == pytest.approx(float(member), rel=1e-4)


def test_the_function_of_a_witness_can_be_read_again():
    found = attack("f(t)", "t", "t real, f(t) function", QUICK)
    values = dict(found.values())
    body = read(values["f(t)"], syntax="python")
    t = number(Fraction(values["t"]))
    value = evaluate(substitute(body, {"t": t}), found.point, 64)
    assert float(str(value.mid()) if hasattr(value, "mid") else Fraction(str(value))) == (
        pytest.approx(float(found.left), rel=1e-4)
    )


@pytest.mark.parametrize("tiny", ["1/10**30", "1/10**100", "1/10**250"])
def test_digits_are_many_enough_to_see_the_difference(tiny):
    for left, right in ((f"1 + {tiny}", "1"), (f"exp(1) + {tiny}", "exp(1)")):
        found = attack(left, right, "x real", DEEP)
        assert found.left != found.right


def test_same_seed_same_witness():
    claim = ("sin(x)*y", "x*sin(y)", "x, y real")
    assert attack(*claim, seed=3) == attack(*claim, seed=3)
    assert attack(*claim, seed=3).point != attack(*claim, seed=4).point


DECLARATIONS = st.sampled_from(
    [
        "a real", "0 < a < 1", "a in [0, 1]", "a >= 0", "a > 0", "a <= -2", "a < 7/3", "a nonzero",
        "a in {-1, 0, 5/2}", "a integer", "a integer >= 1", "a integer >= 12", "a integer < 4",
        "a in (999/1000, 1)", "a > 1000000", "a in [-1, 1] nonzero", "a >= 3 integer nonzero",
    ]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    text=DECLARATIONS, seed=st.integers(0, 10**6), constants=st.lists(st.fractions(), max_size=4)
)
def test_every_point_lies_in_the_domain(text, seed, constants):
    domain = Domain.parse(
        f"{text}, m integer >= 2, i in 1..m, x[1..m, 1..3] real, y[1..m] in [0, 1] nonzero"
    )
    declarations = needed({"a", "i", "x", "y"}, domain)
    found = list(points(declarations, tuple(constants), 24, seed))
    assert found
    for point in found:
        for name, value in point.scalars.items():
            exact = Fraction(int(value.p), int(value.q))
            assert domain.get(name).admits(exact)
            whole = domain.get(name).kind is not Kind.REAL
            assert (name in point.whole) == whole
        m = int(point.scalars["m"].p)
        assert 1 <= point.scalars["i"] <= m
        assert set(point.families["x"]) == {(r, c) for r in range(1, m + 1) for c in (1, 2, 3)}
        assert all(0 < value <= 1 for value in point.families["y"].values())


def test_closed_ends_and_all_values_are_visited():
    def seen(text: str) -> set[fmpq]:
        declarations = needed({"a"}, Domain.parse(text))
        return {str(point.scalars["a"]) for point in points(declarations, (), 60, 0)}

    assert {"0", "1"} <= seen("a in [0, 1]")
    assert not {"0", "1"} & seen("a in (0, 1)")
    assert seen("a in {-1, 1}") == {"-1", "1"}
    assert {"1", "2", "3", "4"} <= seen("a integer >= 1")


@pytest.mark.parametrize(
    "text",
    ["g(x) real", "0 < g(x) < 1", "g(x) > 2", "g(x) < -1", "g(x) in [3, 4]", "g(x) nonzero",
     "g(x) in [-1, 0] nonzero", "g(x) in {-1, 1}", "g(x) >= 0 nonzero"],
)  # fmt: skip
def test_functions_keep_to_their_declared_range(text):
    domain = Domain.parse(f"{text}, x real")
    declaration = domain.get("g")
    claim = (Call("g", (Symbol("x"),)), Number("0"))
    for seed in range(12):
        put = put_functions(claim, domain, str(seed))
        for point in points(needed({"x"}, domain), (), 6, seed):
            if abs(point.scalars["x"]) > 10:
                continue  # 2 + exp(-1000) is 2 to all the digits below
            value = evaluate(put.left, point, 512)
            middle = value if isinstance(value, fmpq) else value.mid().fmpq()
            assert declaration.admits(Fraction(int(middle.p), int(middle.q)))


X, Y, N = Symbol("x"), Symbol("y"), Symbol("n")
FUNCTIONS = (
    "exp", "log", "sqrt", "sin", "tan", "sigmoid", "Abs", "sign", "relu", "atanh", "floor",
    "cot", "sech", "coth", "asec", "erfinv", "Phi", "gamma", "factorial",
)  # fmt: skip
RELATIONS = (RelationSign.LE, RelationSign.GT, RelationSign.EQ, RelationSign.NE)


def conditions(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Condition]:
    relation = st.builds(Relation, inner, st.sampled_from(RELATIONS), inner)
    return st.one_of(
        relation,
        st.builds(Not, relation),
        st.builds(And, relation, relation),
        st.builds(Or, relation, relation),
    )


def terms() -> st.SearchStrategy[Term]:
    leaves = st.sampled_from([X, Y, N, Number("0"), Number("1"), Number("2"), Constant("pi")])

    def grow(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
        binary = st.sampled_from([Add, Sub, Mul, Div, Pow])
        return st.one_of(
            st.builds(lambda op, a, b: op(a, b), binary, inner, inner),
            st.builds(Neg, inner),
            st.builds(lambda f, a: Call(f, (a,)), st.sampled_from(FUNCTIONS), inner),
            st.builds(lambda a, b: Call("Max", (a, b)), inner, inner),
            st.builds(lambda a: Sum(Mul(Symbol("k"), a), "k", Number("0"), N), inner),
            st.builds(lambda a: Sum(Indexed("v", (Symbol("k"),)) * a, "k", Number("1"), N), inner),
            st.builds(
                lambda a, b: Piecewise(((a, Relation(b, RelationSign.LE, Number("0"))), (b, None))),
                inner,
                inner,
            ),
            st.builds(lambda a: Product(Add(Symbol("k"), a), "k", Number("1"), N), inner),
            st.builds(
                lambda a, b, test: Piecewise(((a, test), (b, None))),
                inner,
                inner,
                conditions(inner),
            ),
            st.builds(lambda a, b: Call("binomial", (a, b)), inner, inner),
            st.builds(lambda a: Derivative(a, X), inner),
        )

    return st.recursive(leaves, grow, max_leaves=7)


REWRITINGS = {
    "the same": lambda t: t,
    "added and taken": lambda t: Sub(Add(t, X), X),
    "twice": lambda t: Div(Add(t, t), Number("2")),
    "negated": lambda t: Neg(Neg(t)),
    "product with 1": lambda t: Mul(t, Add(Pow(Call("sin", (X,)), Number("2")),
                                           Pow(Call("cos", (X,)), Number("2")))),
    "in a sum": lambda t: Sum(t, "free", Number("4"), Number("4")),
    "log of exp": lambda t: Call("log", (Call("exp", (t,)),)),
    "square root": lambda t: Mul(Call("sign", (t,)), Call("sqrt", (Pow(t, Number("2")),))),
    "split": lambda t: Sub(Call("Max", (t, Number("0"))), Call("Max", (Neg(t), Number("0")))),
    "derivative": lambda t: Derivative(Mul(Symbol("s"), t), Symbol("s")),
    "in a product": lambda t: Product(t, "free", Number("4"), Number("4")),
    "two ways": lambda t: Piecewise(((t, Relation(t, RelationSign.GT, Number("0"))), (t, None))),
    "excluded middle": lambda t: Piecewise(
        ((t, Or(Relation(X, RelationSign.LT, Y), Not(Relation(X, RelationSign.LT, Y)))),)
    ),
}  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(term=terms(), name=st.sampled_from(sorted(REWRITINGS)), seed=st.integers(0, 99))
def test_equal_terms_are_never_refuted(term, name, seed):
    domain = Domain.parse("x real, y in [-1, 1], n integer >= 0, v[1..n] real, s real")
    effort = Effort(12, (64, 128), 5.0, variations=24, cancelling=4)
    assert refute(term, REWRITINGS[name](term), domain, effort, seed) is None


@settings(max_examples=40, deadline=None)
@given(term=terms(), seed=st.integers(0, 99))
def test_unequal_terms_are_refuted_exactly_where_a_point_is_defined(term, seed):
    domain = Domain.parse("x real, y in [-1, 1], n integer >= 0, v[1..n] real")
    effort = Effort(12, (128,), 5.0)
    off_by_one = Add(term, Number("1"))
    found = refute(term, off_by_one, domain, effort, seed)
    defined = find_defined_point(term, off_by_one, domain, effort, seed)
    assert found is None or defined
    if found is not None:
        assert evaluate(term, found.point, 128) is not None


@settings(max_examples=80, deadline=None)
@given(
    term=terms(),
    x=st.fractions(min_value=-3, max_value=3, max_denominator=8),
    y=st.fractions(min_value=-1, max_value=1, max_denominator=4),
    n=st.integers(0, 3),
)
def test_derivatives_agree_with_difference_quotients(term, x, y, n):
    """Wherever a derivative has a value, the function is differentiable with that slope."""
    step = fmpq(1, 1 << 120)
    scalars = {"y": fmpq(y.numerator, y.denominator), "n": fmpq(n)}
    families = {"v": {(i,): fmpq(i, 3) for i in range(1, n + 1)}}

    def value(body: Term, at: fmpq) -> arb:
        point = Point({**scalars, "x": at}, families, frozenset({"n"}))
        with working_bits(1200):
            return arb(evaluate(body, point, 1200))

    centre = fmpq(x.numerator, x.denominator)
    try:
        slope = value(Derivative(term, X), centre)
    except (Undefined, Indeterminate):
        return
    # a neighbourhood of radius 2**-600 was certified; the step may leave it
    with suppress(Undefined, Indeterminate), working_bits(1200):
        quotient = (value(term, centre + step) - value(term, centre - step)) / (2 * step)
        assert abs(quotient - slope) < (1 + abs(slope)) * arb(2) ** -60
