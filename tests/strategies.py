"""Hypothesis strategies: random terms over a few symbols, functions and families.

``terms()`` uses every node and every style of writing; ``plain_terms()`` only the structure.
``FUNCTIONS`` and ``SYMBOLS`` are what a reader must be told to read them back.
"""

from __future__ import annotations

from hypothesis import strategies as st

from derivation.notation.precedence import is_written_bare
from derivation.term import (
    Add,
    Call,
    Constant,
    Derivative,
    DerivativeSign,
    Div,
    Index,
    Indexed,
    Mark,
    MarkKind,
    Mul,
    Neg,
    Number,
    Paren,
    Piecewise,
    Pow,
    Relation,
    RelationSign,
    Sub,
    Sum,
    Symbol,
    Term,
    Times,
    plain,
)

FUNCTIONS = frozenset({"f", "h", "ell", "activation"})
SYMBOLS = frozenset({"a", "b", "i", "j", "m", "x", "y", "w", "alpha", "x_max", "rate", "lambda"})

_NUMBERS = ("0", "1", "2", "10", "0.5", "2.50")
_ONE_ARGUMENT = ("log", "exp", "sin", "sqrt", "Abs", "sigmoid", "gamma", "f", "h", "activation")


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
        st.sampled_from(["e", "pi"]).map(Constant),
        members(st.one_of(names().map(Symbol), st.sampled_from(["1", "12"]).map(Number))),
    )


def _bare_where_possible(name: str, argument: Term) -> Term:
    call = Call(name, (argument,), bare=True)
    return call if is_written_bare(call) else Call(name, (argument,))


def _compound(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    order = st.sampled_from([1, 1, 2])
    sign = st.sampled_from(DerivativeSign)
    relation = st.builds(Relation, inner, st.sampled_from(RelationSign), inner)
    branches = st.tuples(
        st.tuples(inner, relation), st.tuples(inner, st.one_of(st.none(), relation))
    )
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
        st.builds(_bare_where_possible, st.sampled_from(["log", "sin"]), inner),
        st.builds(Call, st.sampled_from(["Max", "ell", "Delta"]), st.tuples(inner, inner)),
        members(inner),
        st.builds(Sum, inner, st.sampled_from(["i", "j", "alpha"]), inner, inner),
        st.builds(Derivative, inner, variables(), order, sign, st.booleans()),
        st.builds(Piecewise, branches),
    )


def terms(size: int = 12) -> st.SearchStrategy[Term]:
    """Terms with every node and every style of writing; ``size`` bounds the number of leaves."""
    return st.recursive(atoms(), _compound, max_leaves=size)


def plain_terms(size: int = 12) -> st.SearchStrategy[Term]:
    """Terms without looks."""
    return terms(size).map(plain)
