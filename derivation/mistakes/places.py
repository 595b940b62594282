"""Places in a claim, and the values that each would need to have to make the claim true.

If ``a + f(u) = c`` is to hold, ``f(u)`` has to be ``c - a``, and ``u`` the inverse of that. So
one look at the values of the sides tells, for each place, which replacements are worth a proof.
Where an operation has no inverse (a sum, a derivative), the place is tried by working out the
nearest place above that has one: its *anchor*.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from flint import arb

from derivation.mistakes.values import Known, Values, accurate
from derivation.term import (
    Add,
    And,
    Call,
    Derivative,
    Div,
    Mul,
    Neg,
    Not,
    Or,
    Pow,
    Ranged,
    Relation,
    Sub,
    Term,
)

__all__ = ["Place", "places"]

Wanted = tuple[Known, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """One part of one side.

    ``path`` leads from the side to the part, ``above`` are the terms on it, the side first.
    ``bound`` are the indices bound there; ``wanted`` the values that would make the claim true.
    """

    side: str  # "left" or "right", as it is said
    part: Term
    path: tuple[int, ...] = ()
    above: tuple[Term, ...] = ()
    bound: tuple[str, ...] = ()
    wanted: Wanted | None = None
    anchor: Place | None = None  # None: it is its own

    @property
    def parent(self) -> Term | None:
        """The term that it is a child of."""
        return self.above[-1] if self.above else None

    def whole(self, new: Term) -> Term:
        """The side with another part here."""
        return self._put(new, 0)

    def fits(self, new: Term, values: Values) -> bool:
        """Whether the claim may hold with another part here, as far as the values tell."""
        if self.anchor is None:
            return values.agree(new, self.wanted or ())
        changed = self._put(new, len(self.anchor.path))
        return values.agree(changed, self.anchor.wanted or ())

    def _put(self, new: Term, depth: int) -> Term:
        """The term above at that depth, with another part here."""
        for position, term in zip(self.path[depth:][::-1], self.above[depth:][::-1], strict=True):
            children = term.children
            new = term.with_children((*children[:position], new, *children[position + 1 :]))
        return new


def places(side: str, term: Term, wanted: Wanted, values: Values) -> Iterator[Place]:
    """All places of a side, parents first.

    No places are the variables of derivatives and conditions as a whole.
    """
    for place in _below(Place(side, term, wanted=wanted), values):
        if not isinstance(place.part, Relation | And | Or | Not):
            yield place


def _below(place: Place, values: Values) -> Iterator[Place]:
    yield place
    term = place.part
    children = term.children[:1] if isinstance(term, Derivative) else term.children
    for position, child in enumerate(children):
        wanted = None
        if place.anchor is None and place.wanted is not None:
            wanted = _wanted(term, position, place.wanted, values)
        bound = place.bound
        if isinstance(term, Ranged) and position == 0:
            bound = (*bound, term.index)
        yield from _below(
            Place(
                place.side,
                child,
                (*place.path, position),
                (*place.above, term),
                bound,
                wanted,
                None if wanted is not None else place.anchor or place,
            ),
            values,
        )


def _wanted(term: Term, position: int, wanted: Wanted, values: Values) -> Wanted | None:
    """What a child has to be, so that the term has the wanted values; None if nobody knows."""
    if not isinstance(term, Neg | Add | Sub | Mul | Div | Pow | Call):
        return None
    if isinstance(term, Call) and (term.name not in _INVERSES or len(term.arguments) != 1):
        return None
    found: list[Known] = []
    for point, value in enumerate(wanted):
        others = [values.at(child, point) for child in term.children]
        found.append(None if value is None else _inverse(term, position, value, others))
    return tuple(found) if any(value is not None for value in found) else None


def _inverse(term: Term, position: int, wanted: arb, now: list[Known]) -> Known:
    """The child at that position, from the wanted value and the values of all children now."""
    if isinstance(term, Neg):
        return -wanted
    if isinstance(term, Call):
        return _finite(_INVERSES[term.name](wanted))
    other = now[1 - position]
    if other is None:
        return None
    match term, position:
        case Add(), _:
            return accurate(wanted - other)
        case Sub(), 0:
            return accurate(wanted + other)
        case Sub(), _:
            return accurate(other - wanted)
        case Mul(), _:
            return _finite(wanted / other)
        case Div(), 0:
            return accurate(wanted * other)
        case Div(), _:
            return _finite(other / wanted)
        case Pow(), 0:
            return _base(wanted, other, now[0])
        case Pow(), _:
            return _finite(abs(wanted).log() / abs(other).log())
    return None


def _base(wanted: arb, exponent: arb, now: Known) -> Known:
    """A number with the sign of ``now`` whose power is the wanted value."""
    if now is None or not wanted > 0 or exponent.contains(0):
        return None
    root = (wanted.log() / exponent).exp()
    return _finite(root if now > 0 else -root)


def _finite(value: arb) -> Known:
    return accurate(value) if value.is_finite() else None


_INVERSES: Mapping[str, Callable[[arb], arb]] = MappingProxyType(
    {
        "exp": lambda y: y.log(),
        "log": lambda y: y.exp(),
        "ln": lambda y: y.exp(),
        "sqrt": lambda y: y * y if y >= 0 else arb("nan"),
        "tanh": lambda y: y.atanh(),
        "atanh": lambda y: y.tanh(),
        "sinh": lambda y: y.asinh(),
        "asinh": lambda y: y.sinh(),
        "atan": lambda y: y.tan() if abs(y) < arb.pi() / 2 else arb("nan"),
        "log1p": lambda y: y.expm1(),
        "expm1": lambda y: y.log1p(),
        "sigmoid": lambda y: (y / (1 - y)).log(),
        "sigma": lambda y: (y / (1 - y)).log(),
        "softplus": lambda y: y.expm1().log(),
        "logit": lambda y: 1 / (1 + (-y).exp()),
    }
)
