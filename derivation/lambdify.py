"""A Python function of a final expression, through SymPy and the math module alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from derivation.derivation import Derivation, Lemma, facts
from derivation.errors import StructureError
from derivation.kernel.names.context import Context
from derivation.notation import to_python
from derivation.term import Call, Derivative, Indexed, Symbol, Term, free_names, plain, walk

__all__ = ["Lambdified", "lambdified"]


@dataclass(frozen=True, slots=True)
class Lambdified:
    """Call it with ``arguments`` in that order, or by name. Families are lists of numbers."""

    arguments: tuple[str, ...]
    source: str
    function: Callable[..., float]
    families: dict[str, int]  # name -> first index

    def __call__(self, *values: object, **named: object) -> float:
        given = dict(zip(self.arguments, values, strict=False)) | named
        if len(values) + len(named) != len(given) or set(given) != set(self.arguments):
            raise TypeError(f"give one value for each of {', '.join(self.arguments)}")
        return self.function(*(self._prepared(name, given[name]) for name in self.arguments))

    def _prepared(self, name: str, value: object) -> object:
        if name in self.families and isinstance(value, Sequence):
            return _Family(value, self.families[name])
        return value


@dataclass(frozen=True, slots=True)
class _Family:
    """Lists inside lists, read with the indices of mathematics, which start at ``first``."""

    rows: Sequence[object]
    first: int

    def __getitem__(self, indices: int | tuple[int, ...]) -> object:
        value: object = self.rows
        for index in indices if isinstance(indices, tuple) else (indices,):
            if index < self.first or not isinstance(value, Sequence):
                raise IndexError(f"no member {indices}")
            value = value[index - self.first]
        return value


def lambdified(derivation: Derivation, name: str) -> Lambdified:
    """The last line of a lemma as a function, all definitions unfolded.

    Raises StructureError for an unknown name, and for a line that still holds a derivative.
    """
    import sympy

    from derivation.notation.sympy_bridge import to_sympy

    lemma = _lemma_called(derivation, name)
    term = Context(lemma.domain, facts(lemma.definitions)).unfold(plain(lemma.last.term))
    if any(isinstance(node, Derivative) or getattr(node, "primes", 0) for node in walk(term)):
        ready = ", ".join(f"'{result}'" for result in derivation.results)
        raise StructureError(
            f"the last line of '{lemma.name}' still holds a derivative; there are: {ready}"
        )
    expression = to_sympy(term, lemma.domain)
    names = tuple(sorted(free_names(term)))
    families = {d.name: d.first for d in lemma.domain if d.is_family}
    by_name = {str(symbol): symbol for symbol in expression.free_symbols}
    symbols = [by_name.get(one, sympy.Symbol(one)) for one in names]
    function = sympy.lambdify(symbols, expression, modules="math")
    return Lambdified(names, to_python(term), function, families)


def _lemma_called(derivation: Derivation, name: str) -> Lemma:
    """By its own name; else by what it starts from, the results before the others."""
    results = [derivation.lemma(result) for result in derivation.results]
    for lemma in derivation.lemmas:
        if name == lemma.name:
            return lemma
    for lemma in (*results, *reversed(derivation.lemmas)):
        if name and name == _short(lemma.start.term):
            return lemma
    known = sorted({_short(lemma.start.term) or lemma.name for lemma in derivation.lemmas})
    raise StructureError(
        f"no lemma is called '{name}' or starts from it; there are: {', '.join(known)}"
    )


def _short(term: Term) -> str:
    """``dL/dw`` for the derivative of L by any w_j."""
    if not isinstance(term, Derivative):
        return ""
    top, bottom = _head(term.body), _head(term.variable)
    return f"d{top}/d{bottom}" if top and bottom else ""


def _head(term: Term) -> str:
    match term:
        case Symbol(name=name) | Call(name=name) | Indexed(base=name):
            return name
    return ""
