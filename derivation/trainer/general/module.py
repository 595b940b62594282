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
from derivation.trainer.general.roles import Prediction, roles
from derivation.trainer.reading.statements import Statement

__all__ = ["write_general_module"]

_ROOTS = ("model_objective", "model_training")
_IMPORTS = frozenset({("collections.abc", "Iterable"), ("typing", "Any")})
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

_TEXT = '''\
def loss(
    $X: Iterable[Iterable[float]],$noqa
    $y: Iterable[Any],
$arguments
) -> float:
    """The $kind over the samples.

    ``$X``: rows of $row; ``$y``: $label a sample; then $shapes.
    Raises ValueError, naming the place, for wrong shapes and for values that are not finite.
    """
    return model_loss(FORMULAS, $X, $y, ($names,))


def gradient(
    $X: Iterable[Iterable[float]],$noqa
    $y: Iterable[Any],
$arguments
) -> tuple[Any, ...]:
    """The derivatives of the loss: ($names), in the shapes of the parameters.

    Arguments and errors as for `loss`.
    """
    return model_gradient(FORMULAS, $X, $y, ($names,))

$predict
def train(  # noqa: PLR0913  # one for each setting
    $X: Iterable[Iterable[float]],$noqa
    $y: Iterable[Any],
    *,
$settings
) -> ModelResult:
    """Find parameters with a small loss, for at most ``epochs`` passes over the samples.

    The loss need not be convex: where training ends depends on where it starts, and it may be a
    minimum of the neighbourhood alone. ``start``: a `Result`, parameters by name or in the order
    ($names) to begin with; None for small random numbers from ``seed`` (the same seed, the
    same bits), which also gives the order of the samples in batches. ``sizes``: what the data do
    not tell$sizes.

    ``method``: "gd" for gradient descent, "momentum" (``momentum`` is the share of the last step
    that is kept) or "nesterov" (accelerated). ``learning_rate``: the step; None for one that is
    searched so that the loss cannot rise, that of each batch with ``batch_size``. ``tolerance``:
    training has converged once no slope exceeds it. ``batch_size``: samples an update, None for
    all. ``schedule``: a function from the number of epochs done to a factor on the step.
    ``patience``: stop after so many epochs without a lower loss. ``callback``: called after each
    epoch with its `Progress`; a true answer stops. ``progress``: a line on the terminal.
    ``checkpoint``: a file to go on from if it is there, written every ``checkpoint_every`` epochs
    and at the end. ``engine``: "python", which is also what "auto" takes.

    Raises ValueError for data as in `loss`, for senseless settings, and when the loss diverges.
    """
    return train_model_rows(
        FORMULAS,
        $X,
        $y,
$passed
    )
'''

_PREDICT = '''
def predict(
    $X: Iterable[Iterable[float]],$noqa
$arguments
) -> list[Any]:
    """The prediction for each row of ``$X``. Errors as for `loss`."""
    return model_prediction(FORMULAS, $X, ($names,))

'''


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
        _public(written, settings, names.rows, prediction),
        _rule("what the theorems say") + "\n\n",
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
        first = data[0] if len(data) == 2 else "X"
        self.rows = self._legal(first.upper() if len(first) == 1 else first)

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


def _public(
    of: Written,
    settings: Sequence[tuple[str, str, str]],
    rows: str,
    prediction: Prediction | None,
) -> str:
    names = [of.names[one.name] for one in of.model.parameters]
    scalars = ["float" if not one.sizes else "Iterable[Any]" for one in of.model.parameters]
    free = [of.names[size] for size in of.sizes if size not in _told(of)]
    shared = {
        "X": rows,
        "noqa": "" if rows.islower() else "  # noqa: N803  # as in the theorems",
        "arguments": "\n".join(
            f"    {name}: {kind}," + ("" if name.islower() else "  # noqa: N803")
            for name, kind in zip(names, scalars, strict=True)
        ),
        "names": ", ".join(names),
    }
    predict = "" if prediction is None else Template(_PREDICT).substitute(shared)
    return Template(_TEXT).substitute(
        shared,
        y=of.names[of.label.name],
        kind="mean loss" if of.model.mean else "sum of the losses",
        row=_row(of),
        label="a row of numbers" if of.label.sizes else "one number",
        shapes=", ".join(
            f"``{name}`` ({_shape(one.sizes)})"
            for name, one in zip(names, of.model.parameters, strict=True)
        ),
        sizes=f", such as {{{', '.join(f'{chr(34)}{one}{chr(34)}: 4' for one in free)}}}"
        if free
        else "; here they tell all",
        predict=predict,
        settings="\n".join(f"    {name}: {kind} = {value}," for name, kind, value in settings),
        passed="\n".join(f"        {name}={name}," for name, _, _ in settings),
    )


def _told(of: Written) -> set[object]:
    """The sizes that rows and labels tell."""
    data: list[Data] = [*of.columns, of.label]
    return {size for one in data for size in one.sizes}


def _row(of: Written) -> str:
    texts = [
        of.names[one.name] + (f"[1..{one.sizes[0]}]" if one.sizes else "") for one in of.columns
    ]
    return f"({', '.join(texts)})" if texts else "no numbers"


def _shape(sizes: Sequence[str | int]) -> str:
    return "a number" if not sizes else " x ".join(map(str, sizes))


def _record(name: str, of: Written, prediction: Prediction | None) -> str:
    """FORMULAS, which the runtime works with."""
    parameters = "".join(
        f'        ("{of.names[one.name]}", ({"".join(f"{size!r}, " for size in one.sizes)})),\n'
        for one in of.model.parameters
    )
    columns = "".join(f"        {_column(one, of)},\n" for one in of.columns)
    sizes = "".join(f'"{size}", ' for size in of.sizes)
    return (
        "FORMULAS = ModelFormulas(\n"
        f'    name="{name}",\n'
        f"    mean={of.model.mean},\n"
        f"    parameters=(\n{parameters}    ),\n"
        f"    columns=(\n{columns}    ),\n"
        f"    label={_column(of.label, of)},\n"
        f"    sizes=({sizes}),\n"
        "    block=formula_block,\n"
        f"    prediction={'None' if prediction is None else 'formula_prediction'},\n"
        "    theorems=THEOREMS_SHA256,\n)\n\nResult = ModelResult\n"
    )


def _column(data: Data, of: Written) -> str:
    width = data.sizes[0] if data.sizes else None
    return f'Column("{of.names[data.name]}", {width!r}, {_limits(data.interval)})'


def _limits(interval: Interval) -> str:
    low = '"-inf"' if interval.low is None else repr(float(interval.low))
    high = '"inf"' if interval.high is None else repr(float(interval.high))
    return f"float({low}), float({high}), {interval.low_open}, {interval.high_open}"


def _rule(title: str) -> str:
    return f"# {'-' * (79 - len(title))} {title}"
