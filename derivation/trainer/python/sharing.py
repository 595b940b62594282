"""Function bodies that compute several values of each sample, each part once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from derivation.errors import UnsupportedError
from derivation.term import (
    Add,
    Call,
    Constant,
    Neg,
    Number,
    Pow,
    Sub,
    Symbol,
    Term,
    free_names,
    plain,
)
from derivation.trainer.python.code import (
    OVERFLOWING,
    Code,
    code_of,
    expm1_argument,
    expression,
    log1p_argument,
    replaced,
)
from derivation.trainer.python.columns import Columns, Forms
from derivation.trainer.reading.sample_sums import coefficient
from derivation.trainer.stable import Stable

__all__ = ["Body"]

_ZERO, _ONE = Number("0"), Number("1")
_SIGNS = (1, -1)  # of the pivot
_LETTERS = "uvstpqrcdfghkmnwxyz"  # as and is are keywords, e is a constant


class Body:
    """Lines that compute values over columns whose names are ``known``, each part once.

    What may overflow is infinite; with ``raising`` it stands apart in that list of lines, and
    raises OverflowError.
    """

    def __init__(self, samples: str, known: Sequence[str], *, raising: bool = False) -> None:
        self.columns = Columns(samples)
        self.raising: list[str] | None = [] if raising else None
        self._pivot = samples
        self._raised: dict[str, str] = {}  # of an exponential u, the name of 1 + u
        self._fresh = [letter for letter in _LETTERS if letter not in known]

    def values(self, stables: Sequence[Stable]) -> list[Forms]:
        """Lines for what the values have in common, and the forms of each over these columns.

        A sum of losses is to be the first of the values.
        """
        pivot = _pivot(stables)
        sides = [[one.nonnegative for one in stables], [one.negative for one in stables]]
        if not isinstance(pivot, Symbol):
            self._pivot = self._fresh.pop(0)
            self.columns.assign(f"{self._pivot}s", Forms(pivot, pivot), self._pivot)
            symbol = Symbol(self._pivot)
            sides = [[replaced(plain(term), pivot, symbol) for term in terms] for terms in sides]
            pivot = symbol
        codes = [
            code_of(terms, self._fresh, _alone(pivot, sign if sides[0] != sides[1] else None))
            for terms, sign in zip(sides, _SIGNS, strict=True)
        ]
        upper, lower = codes
        shared = _paired(upper, lower)
        forms = [Forms(*pair) for pair in zip(upper.values, lower.values, strict=True)]
        self._fresh = [name for name in self._fresh if name not in shared]
        summed = _logarithm(forms[0])
        if summed in shared and all(_exponent(one) for one in shared[summed].both):
            forms = self._with_raised(summed, shared, forms)
        for name, pair in shared.items():
            self._assign(name, pair, pivot)
        return forms

    def column(self, name: str, forms: Forms) -> str:
        """A line for the column of a value; gives the name of the list."""
        return self.columns.assign(name, forms, self._pivot)

    def total(self, name: str, forms: Forms) -> str:
        """The expression for the sum of a value over all samples, after a line for the values."""
        logarithm = _logarithm(forms)
        if logarithm is None or logarithm not in self._raised:
            return self._sum(name, forms)
        rest = Forms(*(_without(one, logarithm) for one in forms.both))
        self.columns.helpers.add("formula_sum_of_log1p")
        text = f"formula_sum_of_log1p({logarithm}s, {self._raised[logarithm]}s)"
        return text if rest.both == (_ZERO, _ZERO) else f"{self._sum(name, rest)} + {text}"

    def _sum(self, name: str, forms: Forms) -> str:
        self.columns.helpers.add("formula_sum")
        return f"formula_sum({self.column(name, forms)})"

    def _with_raised(self, name: str, shared: dict[str, Forms], forms: list[Forms]) -> list[Forms]:
        """Name 1 + u, of whose product the logarithm is taken."""
        raised = Add(_ONE, Symbol(name))
        known = next((n for n, pair in shared.items() if pair.both == (raised, raised)), None)
        self._raised[name] = known or self._fresh.pop(0)
        if known is None:
            symbol = Symbol(self._raised[name])
            for other, pair in list(shared.items()):
                shared[other] = _changed(pair, raised, symbol)
            shared[symbol.name] = Forms(raised, raised)
            for other in list(shared):  # those that mention it go behind it
                if symbol.name in _names(shared[other]):
                    shared[other] = shared.pop(other)
            return [forms[0], *(_changed(one, raised, symbol) for one in forms[1:])]
        return forms

    def _assign(self, name: str, forms: Forms, pivot: Term) -> None:
        calls = [_call(one) for one in forms.both]
        risky = [_overflows(o, pivot, s) for o, s in zip(forms.both, _SIGNS, strict=True)]
        if not any(risky):
            self.columns.assign(f"{name}s", forms, self._pivot)
            return
        functions = {call[0] for call in calls if call is not None}
        if len(functions) != 1 or any(
            call is None and one != _ZERO for call, one in zip(calls, forms.both, strict=True)
        ):
            raise UnsupportedError(
                f"{expression(forms.nonnegative)} may overflow, and no other form is known"
            )
        (function,) = functions
        arguments = Forms(*(_ZERO if call is None else call[1] for call in calls))
        if self.raising is None:
            text = self.columns.values_of(function, arguments, self._pivot)
            self.columns.add(f"{name}s = {text}")
        else:
            self.columns.use(function)
            text = f"list(map({function}, {self.columns.column(arguments, self._pivot)}))"
            self.raising.append(f"{name}s = {text}")


def _pivot(stables: Sequence[Stable]) -> Term:
    """The term by whose sign the values take their forms."""
    several = [one for one in stables if one.nonnegative != one.negative]
    pivots = {plain(one.pivot): one for one in several or stables[:1]}
    if len(pivots) > 1:
        raise UnsupportedError(
            "the loss and its residual take their forms by the signs of different terms: "
            + ", ".join(sorted(expression(one) for one in pivots))
        )
    return next(iter(pivots))


def _alone(pivot: Term, sign: int | None) -> Callable[[Term], bool]:
    """Which terms get a name even if they occur once.

    With a sign of the pivot every exponential does, so that that of one side stands beside the
    other's; without one, what overflows for either sign.
    """

    def alone(term: Term) -> bool:
        signs = _SIGNS if sign is None else (sign,)
        exponential = sign is not None and _exponent(term) is not None
        return exponential or any(_overflows(term, pivot, one) for one in signs)

    return alone


def _paired(upper: Code, lower: Code) -> dict[str, Forms]:
    """What is shared on either side, by name, each after those that it mentions."""
    above, below = dict(upper.shared), dict(lower.shared)
    waiting = {
        name: Forms(above.get(name, _ZERO), below.get(name, _ZERO))
        for name in (*above, *(other for other in below if other not in above))
    }
    ordered: dict[str, Forms] = {}
    while waiting:
        ready = [name for name, forms in waiting.items() if not _names(forms) & waiting.keys()]
        if not ready:
            raise UnsupportedError("the two forms of a value share their parts crosswise")
        for name in ready:
            ordered[name] = waiting.pop(name)
    return ordered


def _names(forms: Forms) -> frozenset[str]:
    return free_names(forms.nonnegative) | free_names(forms.negative)


def _changed(forms: Forms, old: Term, new: Term) -> Forms:
    return Forms(replaced(forms.nonnegative, old, new), replaced(forms.negative, old, new))


def _logarithm(forms: Forms) -> str | None:
    """The u of a summand log(1 + u) in both forms, where u has a name."""
    for one in _summands(forms.nonnegative):
        match log1p_argument(one):
            case Symbol(name=name) if one in _summands(forms.negative):
                return name
    return None


def _summands(term: Term) -> list[Term]:
    match term:
        case Add(left=left, right=right):
            return [*_summands(left), *_summands(right)]
        case Sub(left=left, right=right):
            return [*_summands(left), *map(_negated, _summands(right))]
    return [term]


def _negated(term: Term) -> Term:
    return term.body if isinstance(term, Neg) else Neg(term)


def _without(term: Term, name: str) -> Term:
    """The sum without its summand log(1 + u)."""
    rest = _summands(term)
    rest.remove(next(one for one in rest if log1p_argument(one) == Symbol(name)))
    if not rest:
        return _ZERO
    result = rest[0]
    for one in rest[1:]:
        result = Sub(result, one.body) if isinstance(one, Neg) else Add(result, one)
    return result


def _exponent(term: Term) -> Term | None:
    match term:
        case Pow(left=Constant(name="e"), right=exponent):
            return exponent
        case Call(name="exp", arguments=(exponent,)):
            return exponent
    return None


def _call(term: Term) -> tuple[str, Term] | None:
    """Function and argument, for a function that may overflow."""
    if (exponent := _exponent(term)) is not None:
        return "exp", exponent
    if (exponent := expm1_argument(term)) is not None:
        return "expm1", exponent
    match term:
        case Call(name=name, arguments=(argument,)) if name in OVERFLOWING:
            return name, argument
    return None


def _overflows(term: Term, pivot: Term, sign: int) -> bool:
    """Whether a function may overflow where the pivot has this sign."""
    call = _call(term)
    if call is None:
        return False
    function, argument = call
    marker = Symbol("pivot of the forms")  # no name has blanks in it
    found = coefficient(replaced(plain(argument), pivot, marker))
    if found is None or function == "cosh":
        return True
    scale, powers = found
    if not powers:
        return scale > 700
    return dict(powers) != {marker.name: 1} or scale * sign > 0
