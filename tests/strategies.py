"""Hypothesis strategies: random terms over a few symbols, functions and families.

``terms()`` uses every node and every style of writing; ``plain_terms()`` only the structure.
``FUNCTIONS`` and ``SYMBOLS`` are what a reader must be told to read them back.
"""

from __future__ import annotations

from hypothesis import strategies as st

from derivation.notation.names import KNOWN_FUNCTIONS
from derivation.notation.precedence import is_written_bare
from derivation.term import (
    Add,
    And,
    Call,
    Constant,
    Derivative,
    DerivativeSign,
    Div,
    Index,
    Indexed,
    Integral,
    Mark,
    MarkKind,
    Mul,
    Neg,
    Not,
    Number,
    Or,
    Paren,
    Piecewise,
    Pow,
    Product,
    Relation,
    RelationSign,
    Sub,
    Sum,
    Symbol,
    Term,
    Test,
    Times,
    plain,
)

FUNCTIONS = frozenset({"f", "h", "ell", "activation"})
SYMBOLS = frozenset({"a", "b", "i", "j", "m", "x", "y", "w", "alpha", "x_max", "rate", "lambda"})

_NUMBERS = ("0", "1", "2", "10", "0.5", "2.50", "1e-30", ".5", "2.", "3.E+2")
_ONE_ARGUMENT = ("log", "exp", "sin", "sqrt", "Abs", "sigmoid", "gamma", "f", "h", "activation")
_KNOWN = sorted(KNOWN_FUNCTIONS)
_OF_TWO = sorted(KNOWN_FUNCTIONS - {"log", "digamma"})  # the reader spells these two out
_BOUND = ("i", "j", "alpha", "x", "d")


def names() -> st.SearchStrategy[str]:
    """Names of symbols."""
    return st.sampled_from(sorted(SYMBOLS))


def variables() -> st.SearchStrategy[Term]:
    """What one can differentiate by."""
    return st.one_of(names().map(Symbol), members(names().map(Symbol)))


def members(indices: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    """Members of families."""
    few = st.lists(indices, min_size=1, max_size=2).map(tuple)
    two = st.tuples(indices, indices)
    base = st.sampled_from(["x", "w", "u", "delta", "rate"])
    return st.one_of(
        st.builds(Indexed, base, few),
        st.builds(Indexed, base, few, st.just(Index.ABOVE)),
        st.builds(Indexed, base, two, st.just(Index.BOTH)),
    )


def atoms() -> st.SearchStrategy[Term]:
    """Numbers, constants, symbols and members."""
    return st.one_of(
        st.sampled_from(_NUMBERS).map(Number),
        names().map(Symbol),
        st.sampled_from(["e", "pi", "EulerGamma"]).map(Constant),
        members(st.one_of(names().map(Symbol), st.sampled_from(["1", "12"]).map(Number))),
    )


def _bare_where_possible(name: str, argument: Term) -> Term:
    call = Call(name, (argument,), bare=True)
    return call if is_written_bare(call) else Call(name, (argument,))


@st.composite
def conditions(draw: st.DrawFn, sides: st.SearchStrategy[Term], depth: int) -> Test:
    """Conditions of branches."""
    kind = draw(st.sampled_from([Relation, Relation, And, Or, Not])) if depth else Relation
    if kind is Relation:
        return Relation(draw(sides), draw(st.sampled_from(RelationSign)), draw(sides))
    if kind is Not:
        return Not(draw(conditions(sides, depth - 1)))
    return kind(draw(conditions(sides, depth - 1)), draw(conditions(sides, depth - 1)))


def limits(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    """Limits of integrals."""
    return st.one_of(inner, st.sampled_from([Constant("inf"), Neg(Constant("inf"))]))


def _compound(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    order = st.sampled_from([1, 1, 2])
    sign = st.sampled_from(DerivativeSign)
    test = conditions(inner, 2)
    branches = st.tuples(st.tuples(inner, test), st.tuples(inner, st.one_of(st.none(), test)))
    bound = st.sampled_from(_BOUND)
    return st.one_of(
        st.builds(Add, inner, inner),
        st.builds(Sub, inner, inner),
        st.builds(Mul, inner, inner, st.sampled_from(Times)),
        st.builds(Div, inner, inner, st.booleans()),
        st.builds(Pow, inner, inner),
        st.builds(Neg, inner),
        st.builds(Paren, inner),
        st.builds(Mark, st.sampled_from(MarkKind), inner),
        st.builds(Call, st.sampled_from(_ONE_ARGUMENT), st.tuples(inner), st.integers(0, 2)),
        st.builds(_bare_where_possible, st.sampled_from(["log", "sin", "sech"]), inner),
        st.builds(Call, st.sampled_from(["Max", "ell", "Delta"]), st.tuples(inner, inner)),
        members(inner),
        st.builds(Call, st.sampled_from(_KNOWN), st.tuples(inner), st.integers(0, 1)),
        st.builds(Call, st.sampled_from(_OF_TWO), st.tuples(inner, inner)),
        st.builds(Sum, inner, bound, inner, inner),
        st.builds(Product, inner, bound, inner, inner),
        st.builds(Integral, inner, bound, limits(inner), limits(inner)),
        st.builds(Derivative, inner, variables(), order, sign, st.booleans()),
        st.builds(Piecewise, branches),
    )


def terms(size: int = 12) -> st.SearchStrategy[Term]:
    """Terms with every node and every style of writing; ``size`` bounds the number of leaves."""
    return st.recursive(atoms(), _compound, max_leaves=size)


def plain_terms(size: int = 12) -> st.SearchStrategy[Term]:
    """Terms without looks."""
    return terms(size).map(plain)
