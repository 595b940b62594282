"""What is kept to be quick changes no answer: hashes in terms, polynomials in two rings."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import pytest

from derivation.kernel import Definition, decide
from derivation.kernel.normal_form.polynomials import (
    GENERATORS,
    degrees,
    factors,
    generator,
    generators_of,
    in_one_ring,
    is_multiple,
    is_same,
    minus,
    monomials,
    polynomial,
    slope,
    times,
)
from derivation.kernel.normal_form.quotient import Quotient, own_value
from derivation.notation import read
from derivation.term import Call, Mul, Paren, Symbol, Times, free_names, kinds, plain

if TYPE_CHECKING:
    from derivation.kernel.normal_form.polynomials import Polynomial

TEXT = "Sum(x[i]**2/m, (i, 1, m)) + Piecewise((1, a > 0), (-sin(a), True))"
LAST = GENERATORS - 1

# ---------------------------------------------------------------------- terms


def test_equal_terms_have_equal_hashes_whatever_was_kept_before() -> None:
    one, other = read(TEXT), read(TEXT)
    hash(one)
    free_names(one)
    kinds(one)
    plain(one)
    assert one == other
    assert hash(one) == hash(other)
    assert {one: 1}[other] == 1


def test_terms_that_look_different_stay_different() -> None:
    x, y = Symbol("x"), Symbol("y")
    assert Mul(x, y) != Mul(x, y, Times.DOT)
    assert len({Mul(x, y), Mul(x, y, Times.DOT), Paren(x), x}) == 4


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, replace])
def test_a_copy_keeps_nothing(copied: object) -> None:
    term = read(TEXT)
    hash(term)
    assert callable(copied)
    other = copied(term)
    assert other == term
    assert not hasattr(other, "kept_hash")


def test_a_hash_is_not_sent_to_another_process() -> None:
    term = read(TEXT)
    hash(term)
    script = (
        "import pickle, sys; from derivation.notation import read\n"
        "sent = pickle.load(sys.stdin.buffer)\n"
        f"assert sent in {{read({TEXT!r})}}"
    )
    seed = {**os.environ, "PYTHONHASHSEED": "7"}
    done = subprocess.run(
        [sys.executable, "-c", script], input=pickle.dumps(term), env=seed, check=False
    )
    assert done.returncode == 0


def test_replaced_fields_are_looked_at_anew() -> None:
    term = read("x + y")
    assert free_names(term) == {"x", "y"}
    assert free_names(replace(term, left=Symbol("z"))) == {"z", "y"}


def test_a_term_with_a_list_in_it_is_never_judged() -> None:
    """Its list could change after the theorem; what is kept of it would not."""
    arguments = [Paren(Symbol("x"))]
    with pytest.raises(TypeError, match="unhashable"):
        decide(Call("sin", arguments), read("sin(x)"), "x real")  # type: ignore[arg-type]
    defined = Definition(Symbol("u"), Call("sin", arguments))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="unhashable"):
        decide(read("u"), read("u"), "x real", (defined,))


# ---------------------------------------------------------------------- polynomials

x, y, z = generator(0), generator(1), generator(LAST)


def in_large_ring(p: Polynomial) -> Polynomial:
    """The same polynomial, kept in the large ring."""
    return in_one_ring(p, z)[0]


x_large = in_large_ring(x)
LARGE = [z, x_large * z + 1, -2 * x_large - 2 * z, (x_large - z) ** 3]
SMALL = [x, y, x + y, 2 * x - 3, x * y - 1, (x + 1) ** 2 * (y - 2), 6 * x * y + 4 * y, x - x + 5]


@pytest.mark.parametrize(("p", "q"), list(product(SMALL, SMALL)))
def test_in_which_ring_a_polynomial_is_kept_says_nothing(p: Polynomial, q: Polynomial) -> None:
    for one, other in ((in_large_ring(p), q), (p, in_large_ring(q))):
        assert is_same(one, p)
        assert is_same(times(one, other), times(p, q))
        assert is_same(minus(one, other), minus(p, q))
        assert is_multiple(times(one, other), other)
        kept, mixed = Quotient(p, q), Quotient(one, other)
        assert kept == mixed
        assert hash(kept) == hash(mixed)
        assert kept * own_value(LAST) / own_value(LAST) == mixed
        assert kept + Quotient(other) - Quotient(q) == mixed


@pytest.mark.parametrize("p", SMALL)
def test_what_is_read_from_a_polynomial_is_the_same_in_both_rings(p: Polynomial) -> None:
    large = in_large_ring(p)
    assert list(monomials(large)) == list(monomials(p))
    assert is_same(polynomial(dict(monomials(large))), p)
    assert degrees(large) == degrees(p)
    assert generators_of(large) == generators_of(p)
    for index in (0, 1, LAST):
        assert is_same(slope(large, index), slope(p, index))


@pytest.mark.parametrize("p", [*SMALL, *LARGE, -x, 3 - x])
def test_factors_multiply_to_the_polynomial(p: Polynomial) -> None:
    for kept in (p, in_large_ring(p)):
        content, found = factors(kept)
        total = Quotient.of(content)
        for factor, exponent in found:
            assert factor.leading_coefficient() > 0
            assert len(factors(factor)[1]) == 1
            total *= Quotient(factor) ** exponent
        assert total == Quotient(p)
        assert factors(kept) == (content, found)
