"""The module of a model: header, public functions, formulas, and the runtime that it works with."""

from __future__ import annotations

from collections.abc import Sequence
from string import Template

from derivation.domain import Interval
from derivation.errors import UnsupportedError
from derivation.term import free_names
from derivation.trainer.file.header import distinct, header, theorems_sha256
from derivation.trainer.file.inline import import_lines, inlined
from derivation.trainer.file.public import runtime_parameters
from derivation.trainer.file.spelling import python_name
from derivation.trainer.general.cutting import Cutter
from derivation.trainer.general.declared import Data
from derivation.trainer.general.formulas import (
    Written,
    block_function,
    part_function,
    prediction_function,
    require_rows,
)
from derivation.trainer.general.problem import Model, read_model
from derivation.trainer.general.public import general_functions
from derivation.trainer.general.roles import Prediction, roles
from derivation.trainer.reading.statements import Statement

__all__ = ["write_general_module"]

_ROOTS = ("model_objective", "model_training")
_IMPORTS = frozenset({("collections.abc", "Iterable"), ("math", "inf"), ("typing", "Any")})
_RESERVED = frozenset({
    "FORMULAS", "Result", "gradient", "labels", "loss", "parameters", "predict", "predictions",
    "row", "rows", "sizes", "total", "train",
})  # fmt: skip

_ALL = """\
__all__ = [
    "FORMULAS",
    "THEOREMS_SHA256",
    "Result",
    "gradient",
    "loss",
$predict    "train",
]
"""


def write_general_module(
    statements: Sequence[Statement], name: str, title: str, source: str
) -> str:
    """The module for a model that ``statements`` give, whatever its parameters do in it.

    Raises UnsupportedError, naming the part that is missing or has no stable form.
    """
    model = read_model(statements)
    label, prediction = roles(model)
    columns = tuple(one for one in model.data if one != label)
    require_rows(columns, label)
    runtime = inlined(_ROOTS)
    settings = runtime_parameters(("model_training", "train_model_rows"))
    names = _Names(model, {*runtime.names, *_RESERVED, *(one for one, _, _ in settings)})
    cutter = Cutter(model, statements, names.fresh)
    written = Written(model, cutter, columns, label, _sizes(model), names.spelt)
    functions = [block_function(written)]
    if prediction is not None:
        functions.append(prediction_function(written, prediction))
    functions += [part_function(part, written) for part in cutter.parts]
    chains = [chain for part in cutter.parts for chain in part.stable.chains]
    forms = [(chain.theorem, tuple(step.rule for step in chain.steps)) for chain in chains]
    digest = theorems_sha256(distinct([*model.gradients, *(form for form, _ in forms)]))
    head = header((name, source, title), model.gradients, forms, [])
    return "\n".join([
        f'r"""{head}\n"""\n',
        "from __future__ import annotations\n",
        import_lines(set(runtime.imports | _IMPORTS).union(*(one.imports for one in functions)))
        + "\n",
        Template(_ALL).substitute(predict='    "predict",\n' if prediction else ""),
        f'THEOREMS_SHA256 = "{digest}"',
        '"""SHA-256 of the theorems that this module was generated from."""\n\n',
        general_functions(written, settings, names.rows, prediction),
        "\n" + _rule("what the theorems say") + "\n\n",
        "\n\n".join(one.text for one in functions) + "\n",
        runtime.text + "\n",
        _rule("the formulas") + "\n",
        _record(name, written, prediction),
    ])  # fmt: skip


class _Names:
    """How the names of the theorems are spelt in Python, and new ones that nothing is called."""

    def __init__(self, model: Model, reserved: set[str]) -> None:
        self._reserved = reserved
        self.spelt: dict[str, str] = {}
        data = [one.name for one in model.data]
        parameters = [one.name for one in model.parameters]
        every = [*parameters, *data, *sorted(model.sizes), *model.definitions.bodies]
        for name in dict.fromkeys(every):
            self.spelt[name] = self._legal(name)
        self.rows = self._legal("X")

    def fresh(self, stem: str) -> str:
        """A name like ``stem`` that is not in use."""
        name = self._legal(stem)
        self.spelt[name] = name
        return name

    def _legal(self, name: str) -> str:
        reserved = frozenset(self._reserved)
        legal, count = python_name(name, reserved, plural=False), 1
        while legal in self.spelt.values() or legal in self.spelt:
            count += 1
            legal = python_name(f"{name}_{count}", reserved, plural=False)
        return legal


def _sizes(model: Model) -> tuple[str, ...]:
    """The names of sizes, in the order in which parameters and data mention them."""
    every = [*(one.sizes for one in model.parameters), *(one.sizes for one in model.data)]
    found = dict.fromkeys(size for sizes in every for size in sizes if isinstance(size, str))
    unknown = sorted(model.sizes - set(found))
    used = free_names(model.definitions.unfold(model.loss))
    if used & set(unknown):
        raise UnsupportedError(
            f"the size {min(used & set(unknown))} is that of no parameter and of no data: nothing "
            "tells it"
        )
    return tuple(found)


def _record(name: str, of: Written, prediction: Prediction | None) -> str:
    """FORMULAS, which the runtime works with."""
    parameters = "".join(
        f'        ("{of.names[one.name]}", {_tuple(one.sizes)}),\n' for one in of.model.parameters
    )
    columns = [_column(one, of) for one in of.columns]
    return (
        "FORMULAS = ModelFormulas(\n"
        f'    name="{name}",\n'
        f"    mean={of.model.mean},\n"
        f"    parameters=(\n{parameters}    ),\n"
        f"    columns={_lines(columns)},\n"
        f"    label={_column(of.label, of)},\n"
        f"    sizes={_tuple(of.sizes)},\n"
        "    block=formula_block,\n"
        f"    prediction={'None' if prediction is None else 'formula_prediction'},\n"
        "    theorems=THEOREMS_SHA256,\n)\n\nResult = ModelResult\n"
    )


def _column(data: Data, of: Written) -> str:
    width = _literal(data.sizes[0]) if data.sizes else "None"
    return f'Column("{of.names[data.name]}", {width}, {_limits(data.interval)})'


def _lines(values: Sequence[str]) -> str:
    """A tuple, one value a line if there are several."""
    if len(values) < 2:
        return f"({''.join(f'{one},' for one in values)})"
    return "(\n" + "".join(f"        {one},\n" for one in values) + "    )"


def _tuple(values: Sequence[str | int]) -> str:
    text = ", ".join(map(_literal, values))
    return f"({text},)" if len(values) == 1 else f"({text})"


def _literal(value: str | int) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _limits(interval: Interval) -> str:
    low = "-inf" if interval.low is None else repr(float(interval.low))
    high = "inf" if interval.high is None else repr(float(interval.high))
    return f"{low}, {high}, {interval.low_open}, {interval.high_open}"


def _rule(title: str) -> str:
    return f"# {'-' * (79 - len(title))} {title}"
