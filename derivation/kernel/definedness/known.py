"""Facts for ``Signs``: relations that hold at the points, and what is true of some functions.

Of an atom that is the value of a function, with u its argument:

* |u| >= u and |u| >= -u; max(u, v) >= u and >= v; min(u, v) <= u and <= v; relu(u) >= u;
* u - 1 < floor(u) <= u and u <= ceiling(u) < u + 1;
* softplus(u) = log(1 + e^u) > u, for the logarithm increases;
* e^u >= 1 + u, for e^u is convex with that tangent at 0; and log(u) <= u - 1 by the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from derivation.errors import UnsupportedError
from derivation.kernel.definedness.signs import Signs
from derivation.kernel.normal_form.quotient import NeverDefined, Quotient, TooLarge, own_value
from derivation.term import Call, Constant, Pow, Relation, RelationSign

__all__ = ["learn_about_atoms", "learn_relations"]

_MOST_ATOMS = 16
GE, GT = RelationSign.GE, RelationSign.GT


def learn_relations(signs: Signs, relations: tuple[Relation, ...]) -> None:
    """Relations that hold; twice, because one may decide what another one says."""
    for _ in range(2 if len(relations) > 1 else 1):
        for relation in relations:
            try:
                difference = signs.atoms.of(relation.left) - signs.atoms.of(relation.right)
            except (TooLarge, NeverDefined):
                continue  # it says nothing then
            signs.learn(relation.sign, difference)


def learn_about_atoms(signs: Signs) -> None:
    """What is true of function values, for the atoms there are and those that come with them."""
    number = 0
    while number < min(len(signs.atoms.terms), _MOST_ATOMS):
        try:
            for sign, difference in _facts(signs, number):
                signs.learn(sign, difference)
        except (TooLarge, NeverDefined, UnsupportedError):
            return
        number += 1


def _facts(signs: Signs, number: int) -> Iterator[tuple[RelationSign, Quotient]]:
    atom, of, one = own_value(number), signs.atoms.of, Quotient.of(1)
    match signs.atoms.terms[number]:
        case Call(name="Abs", arguments=(u,)):
            yield GE, atom - of(u)
            yield GE, atom + of(u)
        case Call(name="Max" | "relu", arguments=arguments):
            yield from ((GE, atom - of(u)) for u in arguments)
        case Call(name="Min", arguments=arguments):
            yield from ((GE, of(u) - atom) for u in arguments)
        case Call(name="floor", arguments=(u,)):
            yield GE, of(u) - atom
            yield GT, atom - of(u) + one
        case Call(name="ceiling", arguments=(u,)):
            yield GE, atom - of(u)
            yield GT, of(u) - atom + one
        case Call(name="softplus", arguments=(u,)):
            yield GT, atom - of(u)
        case Call(name="exp", arguments=(u,)) | Pow(left=Constant(name="e"), right=u):
            yield GE, atom - of(u) - one
        case Call(name="log" | "ln", arguments=(u,)):
            yield GE, of(u) - one - atom
