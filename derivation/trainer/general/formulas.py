"""The functions of a generated module: the sums of a block of rows, the predictions, the parts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from textwrap import indent

from derivation.errors import UnsupportedError
from derivation.term import (
    Add,
    Indexed,
    Symbol,
    Term,
    plain,
    transform,
)
from derivation.trainer.general.cutting import Cutter
from derivation.trainer.general.declared import Data
from derivation.trainer.general.loops import Loops
from derivation.trainer.general.parts import Part, Value
from derivation.trainer.general.problem import Model, Parameter, members
from derivation.trainer.general.roles import Prediction
from derivation.trainer.general.slopes import slope_of
from derivation.trainer.python.code import code_of, expression, functions_in
from derivation.trainer.python.functions import Function

__all__ = ["Written", "block_function", "part_function", "prediction_function"]

_WIDTH = 92  # of a line in a function body
_OWN = frozenset({"labels", "parameters", "predictions", "row", "rows", "sizes", "total"})
_LETTERS = "uvstpqrcdfghkmnwxyz"  # as and is are keywords, e is a constant


@dataclass(frozen=True, slots=True)
class Written:
    """What the functions are written from; ``names`` spells the names of the theorems.

    ``columns`` are the data of a row, in order; ``sizes`` the names of sizes.
    """

    model: Model
    cutter: Cutter
    columns: tuple[Data, ...]
    label: Data
    sizes: tuple[str, ...]
    names: dict[str, str]


def block_function(of: Written) -> Function:
    """The sum of the losses over rows, and the sums of the slopes in the shapes of parameters."""
    parameters, cutter = of.model.parameters, of.cutter
    loss = cutter.polynomial(of.model.loss, {})
    slopes: dict[str, Term] = {}
    for one in sorted(parameters, key=lambda parameter: -len(parameter.sizes)):
        slopes[one.name] = slope_of(one, cutter)
    body = _Body(of)
    body.compute([loss, *slopes.values()])
    body.inside.append(f"total += {body.loops.text(body.alone(loss))}")
    sums = {one.name: _sum_name(one, of) for one in parameters}
    body.before.append("total = 0.0")
    for one in parameters:
        name = sums[one.name]
        body.before.append(f"{name} = {_zeros([of.names.get(str(s), str(s)) for s in one.sizes])}")
        slope = body.alone(slopes[one.name])
        if one.sizes:
            member = Indexed(name, tuple(map(Symbol, one.indices)))
            text = body.loops.family(Add(member, slope), one.indices, one.sizes)
            body.inside.append(f"{name} = {text}")
        else:
            body.inside.append(f"{name} += {body.loops.text(slope)}")
    return body.function(
        "formula_block(\n    rows: Rows, labels: Rows, parameters: Rows, sizes: Sequence[int]\n)"
        " -> tuple[float, Rows]",
        "The sum of the losses of some rows, and the sums of the slopes in each parameter.",
        of.label.name,
        [f"return total, [{', '.join(sums.values())}]"],
    )


def prediction_function(of: Written, prediction: Prediction) -> Function:
    """The prediction for each row."""
    ranges = dict(zip(prediction.indices, prediction.sizes, strict=True))
    term = of.cutter.polynomial(prediction.term, ranges)
    body = _Body(of)
    body.compute([term])
    text = body.loops.family(body.alone(term), prediction.indices, prediction.sizes)
    body.before.append("predictions = []")
    body.inside.append(f"predictions.append({text})")
    return body.function(
        "formula_prediction(rows: Rows, parameters: Rows, sizes: Sequence[int]) -> Rows",
        "The prediction for each row.",
        "",
        ["return predictions"],
    )


def part_function(part: Part, of: Written) -> Function:
    """A part as a function: one form where the pivot is at least 0, one where it is negative."""
    from derivation.notation import to_python

    names = [of.names.get(name, name) for name in (part.predictor, part.label) if name]
    respelt = {name: of.names.get(name, name) for name in (part.predictor, part.label)}
    fresh = [letter for letter in _LETTERS if letter not in names]
    pivot = expression(part.stable.pivot, respelt)
    lines = [f'"""{to_python(part.stable.defined)}, without overflow or cancellation."""']
    imports: set[str] = set()
    sides = [_side(form, fresh, respelt, imports) for form in _forms(part)]
    if len(sides) == 2:
        lines += [f"if {pivot} >= 0.0:", indent("\n".join(sides[0]), "    ")]
    lines += sides[-1]
    head = f"def {part.name}({', '.join(f'{name}: float' for name in names)}) -> float:"
    return Function(
        f"{head}\n{indent(chr(10).join(lines), '    ')}\n",
        frozenset(("math", name) for name in imports),
    )


def _forms(part: Part) -> list[Term]:
    forms = [plain(part.stable.nonnegative), plain(part.stable.negative)]
    return forms[:1] if forms[0] == forms[1] else forms


def _side(form: Term, fresh: Sequence[str], names: dict[str, str], imports: set[str]) -> list[str]:
    code = code_of([form], fresh)
    (value,) = code.values
    for term in (value, *(term for _, term in code.shared)):
        imports |= functions_in(term)
    lines = [f"{name} = {expression(term, names)}" for name, term in code.shared]
    return [*lines, f"return {expression(value, names)}"]


# ------------------------------------------------------------------------------ bodies


@dataclass(slots=True)
class _Body:
    """The lines of a function over rows: those before the loop, and those in it."""

    of: Written
    before: list[str] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)
    loops: Loops = field(init=False)

    def __post_init__(self) -> None:
        sums = {_sum_name(one, self.of) for one in self.of.model.parameters}
        self.loops = Loops(self.of.names, {*self.of.names.values(), *sums, *_OWN})

    def alone(self, term: Term) -> Term:
        """``term`` without the index of the sample: what belongs to it has a variable."""
        sample = Symbol(self.of.model.sample)

        def change(node: Term) -> Term:
            if not isinstance(node, Indexed) or node.indices[0] != sample:
                return node
            rest = node.indices[1:]
            return Indexed(node.base, rest) if rest else Symbol(node.base)

        return transform(term, change)

    def compute(self, terms: Iterable[Term]) -> None:
        """Lines for all values that the terms need, each after those that it needs."""
        values, wanted = self.of.cutter.values, set[str]()
        waiting = [name for term in terms for name in _mentioned(term)]
        while waiting:
            name = waiting.pop()
            if name in values and name not in wanted:
                wanted.add(name)
                waiting += _mentioned(values[name].body)
        per_sample = {one.name for one in (*self.of.columns, self.of.label)}
        for value in values.values():
            mentioned = set(_mentioned(value.body))
            if mentioned & per_sample:
                per_sample.add(value.name)
            if value.name in wanted:
                lines = self.inside if value.name in per_sample else self.before
                lines.append(f"{self.of.names[value.name]} = {self._value(value)}")

    def _value(self, value: Value) -> str:
        return self.loops.family(self.alone(value.body), value.indices, value.sizes)

    def function(self, signature: str, doc: str, label: str, end: Sequence[str]) -> Function:
        """The function; ``end`` are its lines after the loop."""
        names = self.of.names
        for base, columns in self.loops.columns.items():
            self._transpose(base, columns)
        opened = [names[one.name] for one in self.of.model.parameters]
        before = [f'"""{doc}"""', f"{_unpacked(opened)} = parameters"]
        row, cells = self._row()
        lines = "\n".join([*self.before, *cells, *self.inside])
        sizes = [names[size] for size in self.of.sizes]
        used = [one if re.search(rf"\b{one}\b", lines) else "_" for one in sizes]
        if set(used) - {"_"}:
            before.append(f"{_unpacked(used)} = sizes")
        else:
            signature = signature.replace("sizes: ", "_sizes: ")
        loop = f"for {row} in rows:"
        if label:
            loop = f"for {row}, {names[label]} in zip(rows, labels, strict=True):"
        inside = indent("\n".join(map(_wrapped, [*cells, *self.inside])), "    ")
        ahead = map(_wrapped, [*before, *self.before])
        text = indent("\n".join([*ahead, loop, inside, *end]), "    ")
        imports = {*self.loops.imports, ("collections.abc", "Sequence")}
        return Function(f"def {signature}:\n{text}\n", frozenset(imports))

    def _transpose(self, base: str, columns: str) -> None:
        """A line for the columns of a list of rows, behind the line that makes that."""
        line = f"{columns} = list(zip(*{base}, strict=True))"
        for lines in (self.inside, self.before):
            for place, one in enumerate(lines):
                if one.startswith(f"{base} = "):
                    lines.insert(place + 1, line)
                    return
        self.before.insert(0, line)

    def _row(self) -> tuple[str, list[str]]:
        """What a row is called, and the lines that take the data of a sample out of it."""
        names, columns = self.of.names, self.of.columns
        if len(columns) == 1 and columns[0].sizes:
            return names[columns[0].name], []
        cells, start = list[str](), list[str]()
        for one in columns:
            place = " + ".join(start) or "0"
            if not one.sizes:
                cells.append(f"{names[one.name]} = row[{place}]")
                start.append("1")
                continue
            width = names.get(str(one.sizes[0]), str(one.sizes[0]))
            cells.append(f"{names[one.name]} = row[{place}:{' + '.join([*start, width])}]")
            start.append(width)
        return "row" if cells else "_", cells


def _wrapped(line: str) -> str:
    """A list comprehension on several lines where it is long."""
    if len(line) <= _WIDTH or not line.endswith("]"):
        return line
    start, _, inner = line[:-1].partition("[")
    head, _, loop = inner.rpartition(" for ")
    if head.count("[") != head.count("]"):  # the loop of a list that is built in passing
        return line
    return f"{start}[\n{indent(_wrapped(head), '    ')}\n    for {loop}\n]"


def _unpacked(names: Sequence[str]) -> str:
    return ", ".join(names) if len(names) > 1 else f"({names[0]},)"


def _mentioned(term: Term) -> list[str]:
    return [one.base if isinstance(one, Indexed) else one.name for one in members(term)]


def _sum_name(parameter: Parameter, of: Written) -> str:
    name = of.names[parameter.name] + ("_slopes" if parameter.sizes else "_slope")
    while name in of.names.values():
        name += "_"
    return name


def _zeros(sizes: Sequence[str]) -> str:
    if not sizes:
        return "0.0"
    if len(sizes) == 1:
        return f"[0.0] * {sizes[0]}"
    return f"[{_zeros(sizes[1:])} for _ in range({sizes[0]})]"


def require_rows(columns: Sequence[Data], label: Data) -> None:
    """Check that the data of a sample can be told apart in one row of numbers."""
    open_ended = [one for one in columns if one.sizes and isinstance(one.sizes[0], str)]
    for one in (*columns, label):
        if len(one.sizes) > 1:
            raise UnsupportedError(
                f"{one.name} has {len(one.sizes)} indices a sample; one is known"
            )
    if len(open_ended) > 1:
        names = " and ".join(one.name for one in open_ended)
        raise UnsupportedError(f"a row cannot be cut into {names}: both are of any length")
