"""Where a written term is defined: conditions, collected before anything is differentiated.

``conditions`` walks the plain term with all definitions unfolded and its ``Derivative`` nodes
still there; what a derivative would make disappear is found here. What depends on a variable of
differentiation must be defined *around* the point, and without a kink there.

A branch of a case distinction is asked only where it is taken: its conditions are guarded by its
own test and by the negations of the tests before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from derivation.domain import Kind as DeclaredKind
from derivation.domain import size_term
from derivation.errors import UnsupportedError
from derivation.kernel.bounds import intervals
from derivation.kernel.calculus.differentiate import is_exponential
from derivation.kernel.calculus.jets import name_of
from derivation.kernel.definedness.atoms import exact_exponent
from derivation.kernel.definedness.branch_tests import negated, relations_in
from derivation.kernel.definedness.domains import domain_of, kinks_of
from derivation.kernel.definedness.integrals import of_integral
from derivation.kernel.definedness.place import Place
from derivation.kernel.definedness.ranges import bounds_within, tidy
from derivation.kernel.names.context import Context
from derivation.kernel.theorem import Binder, Condition, ConditionKind
from derivation.term import (
    Add,
    And,
    Call,
    Constant,
    Derivative,
    Div,
    Indexed,
    Integral,
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
    Test,
)

__all__ = ["conditions"]


_ALWAYS_DEFINED = frozenset((Number, Symbol))
_OF_PARTS = frozenset((Add, Sub, Mul, Neg))  # defined where their parts are


def conditions(term: Term, context: Context) -> tuple[Condition, ...]:
    """All conditions under which the term has a value, each once.

    Raises UnsupportedError for a construct whose domain is not known here.
    """
    return tuple(dict.fromkeys(_walk(term, Place(context))))


def _walk(term: Term, place: Place) -> Iterator[Condition]:
    if type(term) in _OF_PARTS:
        for child in term.children:
            if type(child) not in _ALWAYS_DEFINED:
                yield from _walk(child, place)
        return
    match term:
        case Derivative(body=body, variable=variable, order=order):
            yield from _walk(body, place.differentiated(name_of(variable), order))
            yield from _walk(variable, place.at_the_point())
        case Sum() | Product():
            yield from _of_range(term, place)
        case Integral():
            yield from of_integral(term, place, _walk)
        case Piecewise(branches=branches):
            yield from _of_branches(branches, place)
        case Call():
            yield from _of_call(term, place)
            for argument in term.arguments:
                if type(argument) not in _ALWAYS_DEFINED:
                    yield from _walk(argument, place)
        case Constant(name="inf"):
            raise UnsupportedError("infinity is no number")
        case _:
            yield from _of_node(term, place)
            for child in term.children:
                if type(child) not in _ALWAYS_DEFINED:
                    yield from _walk(child, place)


def _of_node(term: Term, place: Place) -> Iterator[Condition]:
    match term:
        case Div(right=right):
            yield from place.require(ConditionKind.NONZERO, right)
        case Pow():
            yield from _of_power(term, place)
        case Indexed():
            yield from _of_member(term, place)


def _of_range(term: Sum | Product, place: Place) -> Iterator[Condition]:
    index, bound = term.index, place.bound
    if not all(place.context.is_whole(limit, bound) for limit in (term.lower, term.upper)):
        what = "sum" if isinstance(term, Sum) else "product"
        raise UnsupportedError(f"the limits of a {what} must be whole numbers")
    if index in bound or place.context.declaration(index) is not None:
        raise UnsupportedError(f"the bound index {index} has two meanings")
    yield from _walk(term.lower, place)
    yield from _walk(term.upper, place)
    yield from _walk(term.body, place.within(Binder(index, term.lower, term.upper)))


# ---------------------------------------------------------------------- case distinctions


def _of_branches(
    branches: tuple[tuple[Term, Test | None], ...], place: Place
) -> Iterator[Condition]:
    """Each test is asked where those before it fail, each value where its own test holds, too."""
    for number, (value, test) in enumerate(branches, start=1):
        if test is None:
            yield from _walk(value, place)
            return
        yield from _of_test(test, place)
        if number == len(branches):  # no 'otherwise': here this test must hold
            yield from _of_requirement(test, place)
        yield from _walk(value, place.where(test))
        place = place.unless(test)


def _of_test(test: Test, place: Place) -> Iterator[Condition]:
    """Both sides of each relation have values; below a derivative, they are not equal.

    They stay unequal around the point then, so the same branch is taken there.
    """
    for relation in relations_in(test):
        for side in (relation.left, relation.right):
            yield from _walk(side, place)
        difference = _difference(relation.left, relation.right)
        if place.moves(difference):
            yield from place.require(ConditionKind.NONZERO, difference)


def _of_requirement(test: Test, place: Place) -> Iterator[Condition]:
    """The last test of a case distinction that has no 'otherwise' must hold."""
    match test:
        case And(left=left, right=right):
            yield from _of_requirement(left, place)
            yield from _of_requirement(right, place)
        case Or(left=left, right=right):
            yield from _of_requirement(right, place.unless(left))
        case Not(body=body):
            yield from _of_requirement(negated(body), place)
        case Relation(left=left, sign=sign, right=right):
            if sign is RelationSign.EQ:
                raise UnsupportedError("a case distinction without an 'otherwise'")
            if sign in (RelationSign.LT, RelationSign.LE):
                left, right = right, left
            yield from place.require(_KIND_OF[sign], _difference(left, right))


_KIND_OF = {
    RelationSign.NE: ConditionKind.NONZERO,
    RelationSign.LT: ConditionKind.POSITIVE, RelationSign.GT: ConditionKind.POSITIVE,
    RelationSign.LE: ConditionKind.NONNEGATIVE, RelationSign.GE: ConditionKind.NONNEGATIVE,
}  # fmt: skip


def _difference(left: Term, right: Term) -> Term:
    return left if right == Number("0") else tidy(Sub(left, right))


# ---------------------------------------------------------------------- powers, members, functions


def _of_power(term: Pow, place: Place) -> Iterator[Condition]:
    if is_exponential(term):
        return
    exponent = exact_exponent(term.right)
    order = place.order if place.moves(term.left) else 0
    if exponent is None and term.left == Number("0"):
        yield from place.require(ConditionKind.POSITIVE, term.right)  # 0^b = 0 for b > 0
    elif exponent is None:
        if place.context.is_whole(term.right, place.bound):
            # b^n for whole n: undefined only for b = 0 with n <= 0; its k-th derivative has the
            # factor b^(n-k). Asking b != 0 is safe, unless n > k is declared
            bounds = bounds_within(place.context, place.binders).of(term.right)
            if not intervals.is_positive(intervals.add(bounds, intervals.point(Fraction(-order)))):
                yield from place.require(ConditionKind.NONZERO, term.left)
        else:
            yield from place.require(ConditionKind.POSITIVE, term.left)
    elif exponent.denominator == 1:
        written_number = isinstance(term.right, Number)  # then no b^0 comes up
        if exponent <= (0 if written_number else order):
            yield from place.require(ConditionKind.NONZERO, term.left)
    elif exponent > 0:
        yield from place.require(ConditionKind.NONNEGATIVE, term.left)
    else:
        yield from place.require(ConditionKind.POSITIVE, term.left)


def _of_member(term: Indexed, place: Place) -> Iterator[Condition]:
    context = place.context
    declared = context.declaration(term.base)
    if declared is None or len(declared.sizes) != len(term.indices):
        raise UnsupportedError(f"{term.base} is not declared with {len(term.indices)} index(es)")
    for index, size in zip(term.indices, declared.sizes, strict=True):
        own = context.declaration(index.name) if isinstance(index, Symbol) else None
        if (
            own is not None
            and isinstance(index, Symbol)
            and index.name not in place.bound
            and own.kind is DeclaredKind.INDEX
            and own.sizes == (size,)
        ):
            continue  # i in 1..m, x[1..m] or x[0..m]: in range by declaration
        if not context.is_whole(index, place.bound):
            yield place.exactly(ConditionKind.INTEGER, index)
        lower, upper = Number(str(declared.first)), size_term(size)
        # a range needs no room around it
        yield place.exactly(ConditionKind.NONNEGATIVE, _difference(index, lower))
        yield place.exactly(ConditionKind.NONNEGATIVE, _difference(upper, index))


def _of_call(term: Call, place: Place) -> Iterator[Condition]:
    declared = place.context.declaration(term.name)
    if declared is not None and declared.kind is DeclaredKind.FUNCTION:
        return  # declared functions are defined and smooth everywhere
    if term.primes:
        place = replace(place, inside_prime=True)
    for kind, requirement in domain_of(term.name, term.arguments):
        if kind is not ConditionKind.INTEGER or not place.context.is_whole(
            requirement, place.bound
        ):
            yield from place.require(kind, requirement)
    moved = place.moving or place.inside_prime
    if moved and any(place.moves(argument) for argument in term.arguments):
        for kink in kinks_of(term.name, term.arguments):
            if place.moves(kink):
                yield from place.require(ConditionKind.NONZERO, kink)
