"""What a model is, and how it is read off theorems, whatever shape its samples have.

    L = 1/m sum_i l_i                the loss: a mean over samples, or a sum
    dL/dtheta = 1/m sum_i g_i        for each parameter theta, theta_j or theta_jk of l_i

Data are the families whose first index counts the samples; parameters are the other free names
of l_i that are neither sizes nor indices. Nothing here looks at a name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from derivation.domain import Declaration, Domain, Kind
from derivation.errors import UnsupportedError
from derivation.term import (
    Derivative,
    Indexed,
    Integral,
    Sum,
    Symbol,
    Term,
    plain,
    substitute,
    walk,
)
from derivation.trainer.general.declared import Data, narrowed, require_real, sizes_of
from derivation.trainer.general.derivatives import closed, look_for_a_counterexample
from derivation.trainer.reading.gradient_theorems import differentiated, same_assumptions
from derivation.trainer.reading.premises import require_any_size
from derivation.trainer.reading.sample_sums import SampleSum, over_samples
from derivation.trainer.reading.statements import Definitions, Statement, functions_of

__all__ = ["Model", "Parameter", "members", "read_model"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter or family of them: ``slope`` is its gradient for one sample.

    ``theorems``: the gradient, then those that were put into it. ``indices`` are those of the
    member by which it differentiates.
    """

    name: str
    sizes: tuple[str | int, ...]
    indices: tuple[str, ...]
    theorems: tuple[Statement, ...]
    slope: Term


@dataclass(frozen=True, slots=True)
class Model:
    """A loss over samples that are counted by ``sample``, with the gradient of each parameter.

    ``loss`` is the term of one sample. ``data`` come in the order of their declaration,
    ``parameters`` in that of their theorems. ``ranges`` has the size of each index.
    """

    name: str
    mean: bool
    sample: str
    samples: str  # how many there are
    loss: Term
    data: tuple[Data, ...]
    parameters: tuple[Parameter, ...]
    ranges: dict[str, str | int]
    sizes: frozenset[str]
    definitions: Definitions
    theorem: Statement

    @property
    def gradients(self) -> tuple[Statement, ...]:
        """The theorems: the gradients, then what was put into them."""
        first = [one.theorems[0] for one in self.parameters]
        return (*first, *(more for one in self.parameters for more in one.theorems[1:]))


def members(term: Term) -> Iterator[Symbol | Indexed]:
    """Symbols and members of families in a term, but not those in indices and limits of sums."""
    match term:
        case Symbol() | Indexed():
            yield term
        case Sum(body=body, index=index):
            yield from (one for one in members(body) if one != Symbol(index))
        case _:
            for child in term.children:
                yield from members(child)


def read_model(statements: Sequence[Statement]) -> Model:
    """The first loss over samples whose gradients theorems state.

    Raises UnsupportedError, naming the parameter whose gradient is missing, or the declaration
    that is too narrow.
    """
    first, name, total = _loss(statements)
    table = Definitions(first.definitions)
    unfolded = table.unfold(total.body)
    _require_no_hidden_names(first, unfolded)
    domain, sample = first.domain, total.index
    sizes = frozenset(
        str(size) for one in domain if one.kind is not Kind.MATRIX for size in one.sizes
        if isinstance(size, str)
    )  # fmt: skip
    data: dict[str, Data] = {}
    wanted: list[str] = []
    for declared in _declared(domain, unfolded, sizes | {sample}):
        if declared.sizes[:1] == (total.size,):
            data[declared.name] = Data(declared.name, sizes_of(declared)[1:], declared.interval)
        elif declared.kind is not Kind.INDEX and declared.name not in wanted:
            require_real(declared)
            wanted.append(declared.name)
    for size in sorted(sizes):
        require_any_size(domain, size)
    parameters = _parameters(statements, (first, name, total), wanted)
    for parameter in parameters:
        for one in parameter.theorems[0].domain:
            if one.name in data:
                data[one.name] = narrowed(data[one.name], one, total.size)
    ranges = {d.name: sizes_of(d)[0] for d in domain if d.kind is Kind.INDEX}
    for parameter in parameters:
        for index, length in zip(parameter.indices, parameter.sizes, strict=True):
            if ranges.setdefault(index, length) != length:
                raise UnsupportedError(
                    f"the index {index} runs to {length} in one theorem and to {ranges[index]} in "
                    "another: give the two different names"
                )
    return Model(
        name=name,
        mean=total.mean,
        sample=sample,
        samples=total.size,
        loss=total.body,
        data=tuple(data[one.name] for one in domain if one.name in data),
        parameters=parameters,
        ranges=ranges,
        sizes=sizes - {total.size},
        definitions=table,
        theorem=first,
    )


def _loss(statements: Sequence[Statement]) -> tuple[Statement, str, SampleSum]:
    """The first theorem with the derivative of a loss over samples, its name, and the loss."""
    for statement in statements:
        found = differentiated(statement)
        if found is None:
            continue
        table = Definitions(statement.definitions)
        body: Term = Symbol(found[0])
        while isinstance(body, Symbol) and body.name in table.bodies:
            body = table.bodies[body.name][1]
        total = over_samples(body)
        if total is not None:
            return statement, found[0], total
    raise UnsupportedError(
        "no theorem gives a gradient of a loss over samples: needed is, for each parameter, "
        r"\frac{\partial L}{\partial \theta} = \frac{1}{m} \sum_{i=1}^{m} ... under the definition "
        r"L = \frac{1}{m} \sum_{i=1}^{m} ..., with or without the \frac{1}{m}"
    )


def _require_no_hidden_names(statement: Statement, term: Term) -> None:
    for head, body in functions_of(statement, term).values():
        own = {one.name for one in walk(head) if isinstance(one, Symbol)}
        for member in members(body):
            name = member.base if isinstance(member, Indexed) else member.name
            if name not in own:
                raise UnsupportedError(
                    f"the function {plain(head)} depends on {name}, which is no argument of it: "
                    "make it one"
                )


def _declared(domain: Domain, term: Term, known: frozenset[str]) -> Iterator[Declaration]:
    """The declarations of what a term mentions, apart from ``known``, in the order of the text."""
    for node in walk(term):
        if isinstance(node, Derivative | Integral):
            raise UnsupportedError(
                f"the loss of a sample has a {type(node).__name__.lower()} in it: write it out"
            )
    for member in members(term):
        name = member.base if isinstance(member, Indexed) else member.name
        if name in known:
            continue
        declared = domain.get(name)
        if declared is None:
            if any(isinstance(n, Sum) and n.index == name for n in walk(term)):
                continue
            raise UnsupportedError(f"{name} is not declared: declare '{name} real'")
        yield declared


def _parameters(
    statements: Sequence[Statement], loss: tuple[Statement, str, SampleSum], wanted: Sequence[str]
) -> tuple[Parameter, ...]:
    """Each parameter with its gradient, in the order of the theorems."""
    found: dict[str, Parameter] = {}
    put_together: list[tuple[Statement, Term]] = []
    hints: dict[str, str] = {}
    gradients = [(one, differentiated(one)) for one in statements]
    for is_open in (False, True):  # those in which a derivative is left come second
        for statement, derivative in gradients:
            if derivative is None or derivative[0] != loss[1]:
                continue
            variable = derivative[1]
            name = str(getattr(variable, "base", getattr(variable, "name", "")))
            if name not in wanted or name in found or _is_open(statement) is not is_open:
                continue
            read = _gradient(statement, statements, loss)
            if isinstance(read, str):
                hints.setdefault(name, read)
                continue
            whole, theorems = read
            found[name] = _parameter(statement, name, variable, (_slope(whole, loss), theorems))
            if is_open:
                put_together.append((statement, whole))
    for name in wanted:
        if name not in found:
            raise UnsupportedError(_missing(loss, name) + hints.get(name, ""))
    if not found:
        raise UnsupportedError(f"the loss {loss[1]} has no parameter: nothing is to be trained")
    for statement, whole in put_together:
        look_for_a_counterexample(statement, whole)
    order = [one.name for s in statements for one in found.values() if one.theorems[0] is s]
    return tuple(found[name] for name in order)


def _is_open(statement: Statement) -> bool:
    return any(isinstance(node, Derivative) for node in walk(plain(statement.rhs)))


def _gradient(
    statement: Statement,
    statements: Sequence[Statement],
    loss: tuple[Statement, str, SampleSum],
) -> tuple[Term, tuple[Statement, ...]] | str:
    """The right side without derivatives and the theorems behind it; or why it cannot be used."""
    if statement.conditions:
        where = " and ".join(map(str, statement.conditions))
        return f"; one holds only where {where}: declare the domain so that it needs no condition"
    if statement.domain.hypotheses:
        return "; one rests on a hypothesis, which a trainer cannot keep to"
    if not same_assumptions(statement, loss[0]):
        return "; one stands under other definitions than the first gradient of the loss"
    whole = closed(statement, statements)
    if whole is None:
        return "; one is there, but a derivative is left in it, which no theorem states by itself"
    total = over_samples(whole[0])
    if total is None:
        return "; one is there, but it is not such a sum"
    if (total.size, total.mean) != (loss[2].size, loss[2].mean):
        return "; one is a sum where the loss is a mean, or the other way round"
    return whole[0], (statement, *whole[1])


def _slope(gradient: Term, loss: tuple[Statement, str, SampleSum]) -> Term:
    """The term of one sample of a sum over samples."""
    total = over_samples(gradient)
    if total is None:
        raise UnsupportedError(f"{plain(gradient)} is no sum over samples")
    return substitute(total.body, {total.index: Symbol(loss[2].index)})


def _missing(loss: tuple[Statement, str, SampleSum], name: str) -> str:
    declared = loss[0].domain.get(name)
    count = len(declared.sizes) if declared is not None else 0
    index = f"_{{{'jkl'[:count]}}}" if count else ""
    mean = rf"\frac{{1}}{{{loss[2].size}}} " if loss[2].mean else ""
    return (
        f"no theorem gives the gradient in {name}: needed is "
        rf"\frac{{\partial {loss[1]}}}{{\partial {name}{index}}} = {mean}"
        rf"\sum_{{{loss[2].index}=1}}^{{{loss[2].size}}} ..., without conditions"
    )


def _parameter(
    statement: Statement, name: str, variable: Term, read: tuple[Term, tuple[Statement, ...]]
) -> Parameter:
    domain = statement.domain
    declared = domain.get(name)
    if declared is None:
        raise UnsupportedError(f"{name} is not declared: declare '{name} real'")
    require_real(declared)
    indices = variable.indices if isinstance(variable, Indexed) else ()
    sizes, names = sizes_of(declared), tuple(getattr(one, "name", "") for one in indices)
    for index, size in zip(names, sizes, strict=True):
        known = domain.get(index)
        whole = known is not None and known.kind is Kind.INDEX and known.sizes == (size,)
        if not whole or names.count(index) > 1:
            raise UnsupportedError(
                f"the gradient is not proved for every {name}: differentiate by a member whose "
                f"indices are different names, declared as '{index or 'j'} in 1..{size}'"
            )
    return Parameter(name, sizes, names, read[1], read[0])
